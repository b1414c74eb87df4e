"""From a conversation: a booking, a task, a calendar file; and what it led to (C6).

Only the writer makes something of a private note, and only for himself: the booking is private and does not
name the customer as a participant, because the framework writes a booking's text into its participants' timeline.
Its text is in the calendar file alone, which nobody else is given: bookings and tasks can be exported by others.
A note that is made private later is taken out of what was made of it before.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.model.document import Document
from frappe.utils import (
	escape_html,
	get_datetime,
	get_system_timezone,
	get_url_to_form,
	getdate,
	now_datetime,
	sanitize_html,
)

from sales_extensions.activities import ics
from sales_extensions.activities.asked import CONVERSATION, choice, existing, text
from sales_extensions.conversations import notes

CATEGORIES = ("Event", "Meeting", "Call", "Other")
DEFAULT_HOUR, DEFAULT_MINUTES = 9, 60
LONGEST_SUBJECT = 140


def readable(name: object) -> Document:
	"""The conversation, if the user may read it, and its note. Raises PermissionError, LinkValidationError."""
	found = existing(CONVERSATION, name, _("Conversation"))
	if not found:
		frappe.throw(_("{0}: choose the conversation that is meant.").format(_("Conversation")))
	conversation = frappe.get_doc(CONVERSATION, found)
	conversation.check_permission("read")
	if conversation.is_private and conversation.written_by != frappe.session.user:
		frappe.throw(
			_("This note is private: only who wrote it can make a booking, a task or a file of it."),
			frappe.PermissionError,
		)
	return conversation


def body_of(conversation: Document) -> str:
	"""The conversation's text as HTML; of a private one only that it is."""
	return as_html(_("Private note") if conversation.is_private else conversation.note)


# --- a note that is made private -----------------------------------------------------------------


def hide(conversation: Document, note: str) -> None:
	"""Take the text of a note that has become private out of what was made of it, where that still is its copy.

	Bookings, with what the framework writes of them into timelines, tasks, and the notices of tasks. What was sent
	by e-mail stays sent. Written past the documents: a version of them would keep the text.
	"""
	bookings = ("in", [*_events_of(conversation), ""])
	of_conversation = {"reference_type": CONVERSATION, "reference_name": conversation.name}
	told = {"document_type": CONVERSATION, "document_name": conversation.name}
	copies, instead = _copies(note), body_of(conversation)
	for doctype, field, filters in (
		("Event", "description", {"name": bookings}),
		("Communication", "content", {"reference_doctype": "Event", "reference_name": bookings}),
		("ToDo", "description", of_conversation),
		("Notification Log", "email_content", told),
	):
		for row in frappe.get_all(doctype, filters, ["name", field], order_by="name"):
			without = _without(row[field] or "", copies, instead)
			if without is not None:
				frappe.db.set_value(doctype, row.name, field, without, update_modified=False)


def _copies(note: str) -> set[str]:
	"""A note as bookings and tasks have it: as it was written, and as the framework cleans it among other HTML."""
	html = as_html(note)
	return {html, sanitize_html(html, linkify=True), sanitize_html(f"<p>{html}</p>", linkify=True)[3:-4]}


def _without(html: str, copies: set[str], instead: str) -> str | None:
	"""The HTML with something instead of the copy that it is, or ends with below a title; None where it is no copy."""
	for copy in copies:
		if html == copy:
			return instead
		for end in ("", "</div>"):
			if html.endswith(f"</p>{copy}{end}"):
				return html[: -len(copy + end)] + instead + end
	return None


# --- booking ------------------------------------------------------------------------------------


def book(
	conversation: Document, starts: datetime, ends: datetime, subject: str, category: str, public: bool
) -> Document:
	"""A calendar Event with the conversation's text. Raises ValidationError for an end before the start."""
	refuse_reversed(starts, ends)
	event = frappe.get_doc(
		{
			"doctype": "Event",
			"subject": subject,
			"event_category": category,
			"event_type": "Public" if public and not conversation.is_private else "Private",
			"starts_on": starts,
			"ends_on": ends,
			"description": body_of(conversation),
			"event_participants": [
				{"reference_doctype": doctype, "reference_docname": name}
				for doctype, name in participants(conversation)
			],
		}
	).insert()
	_show_to(conversation.user, event)
	return event


def participants(conversation: Document) -> list[tuple[str, str]]:
	"""The conversation itself, by which the two find each other; the party and the employee, if not private."""
	found = [(CONVERSATION, conversation.name)]
	if conversation.is_private:
		return found
	found.append((conversation.party_type, conversation.party))
	return [*found, ("Employee", conversation.employee)] if conversation.employee else found


def _show_to(user: str | None, event: Document) -> None:
	"""Whoever books for an employee shows it to them: it is in their calendar."""
	if not user or user == event.owner or event.event_type == "Public":
		return
	frappe.share.add_docshare(
		"Event", event.name, user, read=1, write=1, flags={"ignore_share_permission": True}
	)


def refuse_reversed(starts: datetime, ends: datetime) -> None:
	if ends <= starts:
		frappe.throw(
			_("{0} {1} is not after {2} {3}. Choose a later end.").format(
				_("Ends On"), ends, _("Starts On"), starts
			)
		)


# --- task ---------------------------------------------------------------------------------------


def task(conversation: Document, allocated_to: str, due: date | None, subject: str) -> Document:
	"""A ToDo with the conversation's text. A private note's is the writer's own.

	The framework repeats the text of a new task in the timeline of what it is about: it is told the subject.
	"""
	if conversation.is_private and allocated_to != frappe.session.user:
		frappe.throw(
			_("{0}: this note is private, so the task can only be your own.").format(_("Allocated To"))
		)
	todo = frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": allocated_to,
			"assigned_by": frappe.session.user,
			"date": due,
			"description": escape_html(subject),
			"reference_type": CONVERSATION,
			"reference_name": conversation.name,
		}
	).insert()
	body = f"<p><b>{escape_html(subject)}</b></p>{body_of(conversation)}"
	todo.db_set("description", body, update_modified=False)
	notify_assignment(
		frappe.session.user, allocated_to, CONVERSATION, conversation.name, action="ASSIGN", description=body
	)
	return todo


def assignee(value: object) -> str:
	"""An enabled user; the one who asks where none is given."""
	user = existing("User", value, _("Allocated To")) or frappe.session.user
	if not frappe.db.get_value("User", user, "enabled"):
		frappe.throw(
			_("{0}: {1} is disabled. Choose a user who can log in.").format(
				_("Allocated To"), escape_html(user)
			)
		)
	return user


# --- calendar file ------------------------------------------------------------------------------


def calendar_file(
	conversation: Document, kind: str, subject: str, starts: datetime | None, ends: datetime | None
) -> bytes:
	"""An appointment or a task for the conversation's follow-up; the whole day where no time is given."""
	entry = ics.Entry(
		uid=f"{conversation.name}-{kind.lower()}@{frappe.local.site}",
		written=in_zone(now_datetime()),
		summary=subject,
		description=notes.text_for(conversation),
		url=get_url_to_form(CONVERSATION, conversation.name),
		organizer=frappe.session.user if "@" in frappe.session.user else "",
		private=bool(conversation.is_private),
	)
	day = getdate(conversation.follow_up_date or conversation.conversation_date)
	if kind == "Task":
		return ics.task(entry, getdate(starts) if starts else day, done=bool(conversation.completed))
	if starts is None:
		return ics.appointment(entry, day, day + timedelta(days=1))
	ends = ends or starts + timedelta(minutes=DEFAULT_MINUTES)
	refuse_reversed(starts, ends)
	return ics.appointment(entry, in_zone(starts), in_zone(ends))


def in_zone(moment: datetime) -> datetime:
	"""A moment of the site's clock, with the site's time zone."""
	return moment.replace(tzinfo=ZoneInfo(get_system_timezone()))


# --- what was sent ------------------------------------------------------------------------------


def default_start(conversation: Document) -> datetime:
	"""Nine in the morning of the follow-up, or of tomorrow."""
	day = conversation.follow_up_date or getdate() + timedelta(days=1)
	return datetime.combine(getdate(day), time(DEFAULT_HOUR))


def moment(value: object, label: str) -> datetime | None:
	"""A day with a time of the site's clock. Raises ValidationError that names what is none."""
	shown = text(value, label)
	if not shown:
		return None
	try:
		found = get_datetime(shown)
	except (ValueError, TypeError, OverflowError):
		found = None
	if found is None or found.tzinfo:
		frappe.throw(
			_("{0} must be {1}; it is {2}.").format(
				label, _("a day and time like 2026-12-31 14:30"), escape_html(shown[:50])
			)
		)
	return found


def subject_of(value: object, conversation: Document, default: str) -> str:
	"""What was typed in one line, or "Visit: Shop One"."""
	given = " ".join(text(value, _("Subject")).split())
	return (given or f"{default}: {conversation.party_name or conversation.party}")[:LONGEST_SUBJECT]


def category_of(value: object) -> str:
	return choice(value or "Event", CATEGORIES, _("Category"))


def as_html(note: str | None) -> str:
	"""What was typed, as text in a field that holds HTML."""
	return escape_html(note or "").replace("\n", "<br>")


# --- what it led to -----------------------------------------------------------------------------


def outcomes(conversation: Document) -> list[dict]:
	"""Bookings, tasks, answers and the document of a conversation, that the user may see; by date."""
	found = [*_bookings(conversation), *_tasks(conversation), *_answers(conversation)]
	found.sort(key=lambda one: (str(one["date"] or ""), one["name"]))
	return [*found, *_document(conversation)]


def _events_of(conversation: Document) -> list[str]:
	return frappe.get_all(
		"Event Participants",
		{"parenttype": "Event", "reference_doctype": CONVERSATION, "reference_docname": conversation.name},
		pluck="parent",
		order_by="parent",
	)


def _bookings(conversation: Document) -> list[dict]:
	rows = frappe.get_list(
		"Event",
		{"name": ("in", [*_events_of(conversation), ""])},
		["name", "subject", "starts_on", "status"],
		order_by="starts_on",
	)
	return [_outcome("Event", row.name, row.subject, row.starts_on, row.status) for row in rows]


def _tasks(conversation: Document) -> list[dict]:
	rows = frappe.get_list(
		"ToDo",
		{"reference_type": CONVERSATION, "reference_name": conversation.name},
		["name", "allocated_to", "date", "status"],
		order_by="date, creation",
	)
	return [_outcome("ToDo", row.name, row.allocated_to, row.date, row.status) for row in rows]


def _answers(conversation: Document) -> list[dict]:
	rows = frappe.get_list(
		CONVERSATION,
		{"follow_up_of": conversation.name},
		["name", "party_name", "conversation_date", "completed"],
		order_by="conversation_date, creation",
	)
	return [
		_outcome(
			CONVERSATION,
			row.name,
			row.party_name,
			row.conversation_date,
			"Completed" if row.completed else "Open",
		)
		for row in rows
	]


def _document(conversation: Document) -> list[dict]:
	doctype, name = conversation.reference_doctype, conversation.reference_name
	if not (doctype and name and frappe.db.exists(doctype, name)):
		return []
	if not frappe.has_permission(doctype, "read", name):
		return []
	status = frappe.db.get_value(doctype, name, "status")
	return [_outcome(doctype, name, name, None, status)]


def _outcome(doctype: str, name: str, title: str | None, day: object, status: str | None) -> dict:
	return {"doctype": doctype, "name": name, "title": title or name, "date": day, "status": _(status or "")}
