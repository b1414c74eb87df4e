"""What one does on which day (D1): conversations and follow-ups, Events, ToDos, and calls, mails and meetings.

All of it belongs to the one who asks: his conversations, tasks and messages, and the Events that the framework's
own calendar shows him. Each item opens its document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from html import unescape

import frappe
from frappe import _
from frappe.desk.doctype.event.event import get_events
from frappe.utils import get_datetime, strip_html

from sales_extensions import clock
from sales_extensions.activities import repeats
from sales_extensions.activities.asked import CONVERSATION
from sales_extensions.conversations import people
from sales_extensions.engine import followups
from sales_extensions.engine.followups import FollowUp

MEDIA = ("Email", "Phone", "SMS", "Chat", "Meeting", "Visit", "Other")
#: A calendar shows six weeks; a quarter is more than anybody looks at.
MOST_DAYS = 100
#: More of one kind in such a time are not read one by one.
MOST_OF_A_KIND = 1000
LONGEST_TITLE = 140
#: Where a line of HTML ends.
LINE_END = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d|tr|blockquote)>", re.IGNORECASE)

CONVERSATION_FIELDS = (
	"name", "party_type", "party", "party_name", "with_whom", "about", "how", "conversation_date",
	"follow_up_date", "completed", "completed_day", "time_begin", "time_end", "duration_minutes",
)  # fmt: skip


def refuse_unpermitted() -> None:
	frappe.has_permission(CONVERSATION, "read", throw=True)


def between(first: date, last: date) -> list[dict]:
	"""All that is on these days, both included, in the order of time."""
	if (last - first).days > MOST_DAYS:
		frappe.throw(_("{0}: at most {1} days at once.").format(_("To Date"), MOST_DAYS))
	found = [
		*_conversations(first, last),
		*_follow_ups(first, last, OPEN_OR_DONE),
		*_events(first, last),
		*_tasks(first, last),
		*_messages(first, last),
	]
	return sorted(found, key=lambda one: (one["starts"], not one["all_day"], one["doctype"], one["name"]))


def overdue(today: date) -> list[dict]:
	"""Follow-ups and tasks of days that are past, and still open; the oldest first."""
	before = today - timedelta(days=1)
	found = [*_follow_ups(date.min, before), *_tasks(date.min, before)]
	return sorted(found, key=lambda one: (one["starts"], one["doctype"], one["name"]))


def undated() -> list[dict]:
	"""Open tasks of the user that are due on no day; the newest first."""
	return [_task(row) for row in _open_tasks(lambda todo: todo.date.isnull(), newest_first=True)]


# --- conversations ------------------------------------------------------------------------------


def _conversations(first: date, last: date) -> Iterator[dict]:
	for row in _own("conversation_date BETWEEN %(first)s AND %(last)s", first, last, "conversation_date"):
		starts, ends = times(row)
		yield _item(
			CONVERSATION,
			row,
			kind=_(row.how or CONVERSATION),
			title=row.party_name or row.party,
			detail=_joined(row.with_whom, row.about and _(row.about)),
			starts=starts or row.conversation_date,
			ends=ends,
			done=True,
		)


OPEN = "completed = 0 AND follow_up_date BETWEEN %(first)s AND %(last)s"
#: done stands on the day when it was done; one that was answered is there as its answer
OPEN_OR_DONE = f"""(({OPEN}) OR (completed = 1 AND follow_up_date IS NOT NULL
	AND completed_day BETWEEN %(first)s AND %(last)s AND NOT EXISTS
	(SELECT 1 FROM `tabConversation` answer WHERE answer.follow_up_of = `tabConversation`.name)))"""


def _follow_ups(first: date, last: date, which: str = OPEN) -> Iterator[dict]:
	today = clock.today()
	rows = _own(which, first, last, "follow_up_date")
	barred = people.not_to_contact([row for row in rows if not row.completed])
	for row in rows:
		reason = barred.get((row.party_type, row.party))
		state = followups.state(FollowUp(row.conversation_date, row.follow_up_date), today)
		yield _item(
			CONVERSATION,
			row,
			kind=_("Follow-up"),
			title=row.party_name or row.party,
			detail=_joined(row.with_whom, row.about and _(row.about), reason and _(reason)),
			starts=row.completed_day if row.completed else row.follow_up_date,
			done=bool(row.completed),
			overdue=state.days if state.name == followups.OVERDUE and not row.completed else 0,
			is_follow_up=not row.completed,
			party=(row.party_type, row.party),
		)


def _own(where: str, first: date, last: date, order: str) -> list[frappe._dict]:
	return frappe.db.sql(
		f"""SELECT {", ".join(CONVERSATION_FIELDS)} FROM `tabConversation`
		WHERE `tabConversation`.user = %(user)s AND {where}
		ORDER BY {order}, name LIMIT {MOST_OF_A_KIND}""",
		{"user": frappe.session.user, "first": first, "last": last},
		as_dict=True,
	)


def times(row: dict) -> tuple[datetime | None, datetime | None]:
	"""When a conversation began and ended, as far as it was noted."""
	if row["time_begin"] is None:
		return None, None
	midnight = datetime.combine(row["conversation_date"], time())
	begin = midnight + row["time_begin"]
	if row["time_end"] is not None:
		return begin, midnight + row["time_end"]
	return begin, begin + timedelta(minutes=row["duration_minutes"] or 0)


# --- what the framework keeps -------------------------------------------------------------------


def _events(first: date, last: date) -> Iterator[dict]:
	"""Those that the framework's calendar shows; what repeats, on each of its days."""
	once = (event for event in get_events(first, last) if not event.repeat_this_event)
	for event in (*once, *repeats.between(first, last, MOST_OF_A_KIND)):
		starts = get_datetime(event.starts_on)
		yield _item(
			"Event",
			event,
			kind=_("Event"),
			title=event.subject,
			starts=starts.date() if event.all_day else starts,
			ends=None if event.all_day or not event.ends_on else get_datetime(event.ends_on),
		)


def _tasks(first: date, last: date) -> Iterator[dict]:
	return map(_task, _open_tasks(lambda todo: todo.date[first:last]))


def _open_tasks(of: Callable, *, newest_first: bool = False) -> list[dict]:
	todo = frappe.qb.DocType("ToDo")
	query = (
		frappe.qb.from_(todo)
		.select(
			todo.name, todo.description, todo.date, todo.priority, todo.reference_type, todo.reference_name
		)
		.where((todo.allocated_to == frappe.session.user) & (todo.status == "Open"))
		.where(of(todo))
		.limit(MOST_OF_A_KIND)
	)
	if newest_first:
		return query.orderby(todo.creation, order=frappe.qb.desc).orderby(todo.name).run(as_dict=True)
	return query.orderby(todo.date, todo.name).run(as_dict=True)


def _task(row: dict) -> dict:
	"""One without a day stands on today."""
	today = clock.today()
	return _item(
		"ToDo",
		row,
		kind=_("Task"),
		title=first_line(row.description),
		starts=row.date or today,
		overdue=max((today - row.date).days, 0) if row.date else 0,
	)


def first_line(html: str | None) -> str:
	"""Of the HTML of a task: what it is about, without the rest."""
	lines = (unescape(strip_html(block)).strip() for block in LINE_END.split(html or ""))
	return next(filter(None, lines), "")[:LONGEST_TITLE]


def _messages(first: date, last: date) -> Iterator[dict]:
	"""Calls, mails and meetings of the user. Those that the framework writes for an Event are left to the Event."""
	message = frappe.qb.DocType("Communication")
	user = frappe.session.user
	query = (
		frappe.qb.from_(message)
		.select(
			message.name, message.subject, message.communication_medium, message.communication_date,
			message.sent_or_received, message.reference_doctype, message.reference_name,
		)
		.where((message.communication_type == "Communication") & message.communication_medium.isin(MEDIA))
		.where(message.communication_date[first : datetime.combine(last, time.max)])
		.where((message.user == user) | (message.sender == frappe.db.get_value("User", user, "email")))
		.where(message.reference_doctype.isnull() | (message.reference_doctype != "Event"))
		.orderby(message.communication_date, message.name)
		.limit(MOST_OF_A_KIND)
	)  # fmt: skip
	for row in query.run(as_dict=True):
		yield _item(
			"Communication",
			row,
			kind=_(row.communication_medium),
			title=row.subject,
			detail=_joined(row.reference_doctype and _(row.reference_doctype), row.reference_name),
			starts=row.communication_date,
			done=True,
		)


# --- items --------------------------------------------------------------------------------------


def _item(
	doctype: str,
	row: dict,
	*,
	kind: str,
	title: str | None,
	starts: datetime | date,
	ends: datetime | None = None,
	detail: str = "",
	done: bool = False,
	overdue: int = 0,
	is_follow_up: bool = False,
	party: tuple[str | None, str | None] = (None, None),
) -> dict:
	"""An item as the desk shows it; its texts are plain, not HTML. `overdue` in days, `party` of a follow-up."""
	moment = isinstance(starts, datetime)
	return {
		"doctype": doctype,
		"name": row["name"],
		"kind": kind,
		"title": " ".join((title or row["name"]).split())[:LONGEST_TITLE],
		"detail": detail,
		"starts": starts.isoformat(sep=" ", timespec="seconds") if moment else starts.isoformat(),
		"ends": ends.isoformat(sep=" ", timespec="seconds") if ends else None,
		"all_day": not moment,
		"done": done,
		"overdue": overdue,
		"is_follow_up": is_follow_up,
		"party_type": party[0],
		"party": party[1],
	}


def _joined(*parts: str | None) -> str:
	return ", ".join(part for part in parts if part)
