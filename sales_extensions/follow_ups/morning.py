"""Each morning, to each employee, whom to follow up (C4): a notification, by e-mail too where the user wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import formatdate, get_url, get_url_to_form, getdate
from frappe.utils.user import get_users_with_role

from sales_extensions import clock, lines, showing
from sales_extensions.activities import seen
from sales_extensions.activities.asked import CONVERSATION, LEFT, MINE
from sales_extensions.constants.roles import MANAGER
from sales_extensions.conversations import people
from sales_extensions.engine import followups
from sales_extensions.engine.followups import FollowUp
from sales_extensions.tasks.notify import log

SETTING = ("Sales Extensions Settings", "notify_follow_ups")
REPORT = lines.report("Follow Ups", {"whose": MINE})
OF_WHO_LEFT = lines.report("Follow Ups", {"whose": LEFT})
#: More in one message are not read.
MOST_NAMED = 20


def notify() -> int:
	"""Tell each who has follow-ups due, once a day, and managers of those of who has left. One who fails stops nobody.

	Gives how many were told of their own.
	"""
	if not frappe.db.get_single_value(*SETTING):
		return 0
	for manager in who_were_not_told(managers(), OF_WHO_LEFT):
		_or_log(tell_of_who_left, manager)
	return sum(_or_log(tell, user, clock.today(user)) for user in to_tell(getdate()))


def _or_log(told: Callable[..., bool], user: str, *more: date) -> bool:
	frappe.db.savepoint("follow_ups_of_user")
	try:
		return told(user, *more)
	except Exception:
		frappe.db.rollback(save_point="follow_ups_of_user")
		frappe.log_error(title="Morning notification of follow-ups failed", reference_doctype="User",
			reference_name=user)  # fmt: skip
		return False


def to_tell(today: date) -> list[str]:
	"""Enabled users with open follow-ups, who were not told today and have notifications switched on.

	East of the site's time zone it may be tomorrow already.
	"""
	conversation, user = frappe.qb.DocType(CONVERSATION), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(conversation)
		.join(user)
		.on((user.name == conversation.user) & (user.enabled == 1))
		.where((conversation.completed == 0) & (conversation.follow_up_date <= today + timedelta(days=1)))
		.select(user.name)
		.distinct()
		.orderby(user.name)
	)
	return who_were_not_told([row[0] for row in query.run()], REPORT)


def who_were_not_told(users: list[str], link: str) -> list[str]:
	"""Those that had no notice with this link today, and want notices."""
	told = set(
		frappe.get_all(
			"Notification Log",
			{"document_type": CONVERSATION, "link": get_url(link), "creation": (">=", getdate()), "for_user": ("in", users or [""])},
			pluck="for_user", order_by="name",
		)
	)  # fmt: skip
	return [one for one in users if one not in told and is_notifications_enabled(one)]


def tell(user: str, today: date) -> bool:
	"""One notification of all that is open for a user. False where nothing is to be told to them any more."""
	if not frappe.has_permission(CONVERSATION, "read", user=user):
		return False
	rows = of_user(user, today)
	if not rows:
		return False
	language = language_of(user)
	_write(user, rows[0]["name"], REPORT, subject(rows, language), content(rows, language))
	return True


def _write(user: str, conversation: str, link: str, subject: str, content: str) -> None:
	log(
		user,
		type="",
		document_type=CONVERSATION,
		document_name=conversation,
		link=get_url(link),
		subject=subject,
		email_content=content,
	)


def language_of(user: str) -> str:
	return frappe.db.get_value("User", user, "language") or frappe.db.get_default("lang") or "en"


def of_user(user: str, today: date) -> list[dict]:
	"""A user's open follow-ups, overdue first; not of those who are not to be contacted."""
	found = frappe.db.sql(
		f"""SELECT name, party_type, party, party_name, with_whom, conversation_date, follow_up_date
		FROM `tabConversation`
		WHERE user = %(user)s AND completed = 0 AND follow_up_date <= %(today)s AND NOT {people.HAS_LEFT}
		ORDER BY follow_up_date, conversation_date, name""",
		{"user": user, "today": today},
		as_dict=True,
	)
	barred = people.not_to_contact(found)
	rows = [row for row in found if (row.party_type, row.party) not in barred]
	for row in rows:
		follow_up = FollowUp(row.conversation_date, row.follow_up_date)
		row.overdue = followups.state(follow_up, today).name == followups.OVERDUE
	return rows


# --- of who has left ------------------------------------------------------------------------------


def managers() -> list[str]:
	return sorted(
		user
		for user in get_users_with_role(MANAGER)
		if frappe.has_permission(CONVERSATION, "read", user=user)
	)


def tell_of_who_left(manager: str) -> bool:
	"""How many follow-ups, of those that a manager may see, nobody does any more, and of whom."""
	left = _of_who_left(manager)
	if not left:
		return False
	language = language_of(manager)
	told = _("Follow-ups of who has left: {0}", lang=language).format(sum(map(len, left.values())))
	most = sorted(left, key=lambda who: (-len(left[who]), who))[:MOST_NAMED]
	listed = "".join(f"<li>{showing.text(who)}: {len(left[who])}</li>" for who in most)
	ask = _("Hand them over in the report Follow Ups.", lang=language)
	_write(manager, left[most[0]][0], OF_WHO_LEFT, told, f"<ul>{listed}</ul><p>{ask}</p>")
	return True


def _of_who_left(manager: str) -> dict[str, list[str]]:
	"""The follow-ups that a manager may see, by who has left; not of those who are not to be contacted."""
	rows = frappe.db.sql(
		f"""SELECT COALESCE(worker.employee_name, `tabConversation`.user) who, `tabConversation`.name,
			`tabConversation`.party_type, `tabConversation`.party
		FROM `tabConversation` LEFT JOIN `tabEmployee` worker ON worker.name = `tabConversation`.employee
		WHERE `tabConversation`.completed = 0 AND `tabConversation`.follow_up_date IS NOT NULL
			AND {people.HAS_LEFT} AND ({seen.permitted(CONVERSATION, manager)})
		ORDER BY `tabConversation`.name""",
		{},
		as_dict=True,
	)
	barred, found = people.not_to_contact(rows), defaultdict(list)
	for row in rows:
		if (row.party_type, row.party) not in barred:
			found[row.who or ""].append(row.name)
	return found


# --- in words -------------------------------------------------------------------------------------


def subject(rows: list[dict], language: str) -> str:
	overdue = sum(row.overdue for row in rows)
	if overdue:
		return _("Follow-ups today: {0}, of which overdue: {1}", lang=language).format(len(rows), overdue)
	return _("Follow-ups today: {0}", lang=language).format(len(rows))


def content(rows: list[dict], language: str) -> str:
	listed = "".join(f"<li>{line(row, language)}</li>" for row in rows[:MOST_NAMED])
	more = len(rows) - MOST_NAMED
	rest = _("And {0} more.", lang=language).format(more)
	return f"<ul>{listed}</ul>" + (f"<p>{rest}</p>" if more > 0 else "")


def line(row: dict, language: str) -> str:
	"""Whom, and when; not the note: it is read in the desk."""
	words = (row.party_name or row.party, row.with_whom)
	who = showing.text(", ".join(word for word in words if word))
	opened = f'<a href="{get_url_to_form(CONVERSATION, row.name)}">{who}</a>'
	if not row.overdue:
		return opened
	since = _("overdue since {0}", lang=language).format(formatdate(row.follow_up_date))
	return f"{opened}: <b>{since}</b>"
