"""From a conversation: a booking, a task, a calendar file; and what it led to (C6).

A booking that is not shown to everyone does not name the customer as a participant: of whom it names the framework
writes its text into the timeline, and ERPNext shows it among the open activities, to all who read the customer.
Only the writer makes something of a private note, and only for himself: the booking is private.
Its text is in the calendar file alone, which nobody else is given: bookings and tasks can be exported by others.
A note that is made private later is taken out of what was made of it before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import NamedTuple
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.model.document import Document
from frappe.utils import (
	format_datetime,
	get_datetime,
	get_fullname,
	get_link_to_form,
	get_system_timezone,
	get_url_to_form,
	getdate,
	now_datetime,
	sanitize_html,
	strip_html,
)

from sales_extensions import clock, current, guards, permissions, showing
from sales_extensions.activities import agenda, ics
from sales_extensions.activities.asked import CONVERSATION, choice, existing, text, unknown
from sales_extensions.conversations import notes, parties

CATEGORIES = ("Event", "Meeting", "Call", "Other")
DEFAULT_HOUR, DEFAULT_MINUTES = 9, 60
LONGEST_SUBJECT = 140
#: A note of fewer signs may be part of other words.
LEAST_SIGNS = 12


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


def follow_note(conversation: Document, before: Document) -> None:
	"""An open note is changed, and may be made private later: what was made of it says what it said at that time."""
	if before.is_private:
		return
	if conversation.is_private:
		tell_left(hide(conversation, [before.note or "", *notes.former(conversation.name)]))
		notes.forget_former(conversation.name)
	elif before.note and before.note != conversation.note and any(_copied_from(conversation)):
		notes.keep_former(conversation.name, before.note)


def hide(conversation: Document, said: Collection[str]) -> list[tuple[str, str]]:
	"""Take all that a note has said out of what was made of it; gives the documents that have some of it still.

	Bookings, with what the framework writes of them into timelines, tasks, the notices of tasks, and the versions of
	all of them. Left are those in which somebody has written about the text. What was sent by e-mail stays sent.
	Written past the documents: a version of them would keep the text.
	"""
	whole_first = sorted(filter(None, said), key=len, reverse=True)  # one may be the beginning of another
	left = [found for note in whole_first for found in _hide(conversation, note)]
	return list(dict.fromkeys(left))


def _hide(conversation: Document, note: str) -> list[tuple[str, str]]:
	copies, instead = _copies(note), body_of(conversation)
	left = []
	for doctype, name, field, html in _copied_from(conversation):
		without = _without(html, copies, instead)
		if without is not None:
			frappe.db.set_value(doctype, name, field, without, update_modified=False)
		elif _has(html, note):
			left.append((doctype, name))
		_clean_versions(doctype, name, _Hidden(field, note, copies, instead))
	return left


class _Hidden(NamedTuple):
	"""The text that is taken out of versions: the field that had it, it, its copies, and what comes instead."""

	field: str
	note: str
	copies: Collection[str]
	instead: str

	def of(self, field: str, value: object) -> object:
		"""A value of a field, without the text. A short note may also be what another field says: there it stays."""
		html = str(value)
		without = _without(html, self.copies, self.instead) if field == self.field else None
		if without is not None:
			return without
		return self.instead if _has(html, self.note) else value


def _copied_from(conversation: Document) -> Iterator[tuple[str, str, str, str]]:
	"""What has a copy of the note: doctype, name, and the field with its HTML."""
	bookings = ("in", [*_events_of(conversation), ""])
	of_conversation = {"reference_type": CONVERSATION, "reference_name": conversation.name}
	told = {"document_type": CONVERSATION, "document_name": conversation.name}
	for doctype, field, filters in (
		("Event", "description", {"name": bookings}),
		("Communication", "content", {"reference_doctype": "Event", "reference_name": bookings}),
		("ToDo", "description", of_conversation),
		("Notification Log", "email_content", told),
	):
		for row in frappe.get_all(doctype, filters, ["name", field], order_by="name"):
			yield doctype, row.name, field, row[field] or ""


def _copies(note: str) -> list[str]:
	"""A note as bookings and tasks have it: as it was written, and as the framework cleans it among other HTML."""
	html = as_html(note)
	found = {html, sanitize_html(html, linkify=True), sanitize_html(f"<p>{html}</p>", linkify=True)[3:-4]}
	return sorted(found, key=len, reverse=True)


def _without(html: str, copies: Collection[str], instead: str) -> str | None:
	"""The HTML with something instead of the copies in it; None where there is none.

	A short note may be part of other words: it is a copy where it is all there is, or the end below a title.
	"""
	for copy in copies:
		if html == copy:
			return instead
		for end in ("", "</div>"):
			if html.endswith(f"</p>{copy}{end}"):
				return html[: -len(copy + end)] + instead + end
		if len(copy) >= LEAST_SIGNS and copy in html:
			return html.replace(copy, instead)
	return None


def _has(html: str, note: str) -> bool:
	"""Whether this has the words of the note, however it is set."""
	words = _squeezed(note)
	return len(words) >= LEAST_SIGNS and words in _squeezed(unescape(strip_html(html)))


def _squeezed(words: str) -> str:
	return "".join(words.replace("\N{ZERO WIDTH SPACE}", "").split())


def _clean_versions(doctype: str, name: str, hidden: _Hidden) -> None:
	"""The framework keeps what a booking or a task said before each change."""
	for version in frappe.get_all("Version", {"ref_doctype": doctype, "docname": name}, ["name", "data"]):
		data = json.loads(version.data or "{}")
		changed = [
			[field, *(hidden.of(field, value) for value in values)]
			for field, *values in data.get("changed") or ()
		]
		if changed and changed != data["changed"]:
			cleaned = frappe.as_json(data | {"changed": changed}, indent=None)
			frappe.db.set_value("Version", version.name, "data", cleaned, update_modified=False)


def tell_left(documents: Collection[tuple[str, str]]) -> None:
	"""What somebody has written about the text can't be taken out without taking theirs."""
	if documents:
		named = ", ".join(
			f"{_(doctype)} {get_link_to_form(doctype, name)}" if doctype != "Notification Log" else _(doctype)
			for doctype, name in documents
		)
		frappe.msgprint(
			_(
				"The note is private now. Its text is still in {0}, which was edited meanwhile: take it out there."
			).format(named),
			title=_("Private Note"),
			indicator="orange",
		)


# --- booking ------------------------------------------------------------------------------------


def book(
	conversation: Document, starts: datetime, ends: datetime, subject: str, category: str, public: bool
) -> Document:
	"""A calendar Event with the conversation's text. Raises ValidationError for an end before the start."""
	refuse_reversed(starts, ends)
	shown = public and not conversation.is_private
	event = frappe.get_doc(
		{
			"doctype": "Event",
			"subject": subject,
			"event_category": category,
			"event_type": "Public" if shown else "Private",
			"starts_on": starts,
			"ends_on": ends,
			"description": body_of(conversation),
			"event_participants": [
				{"reference_doctype": doctype, "reference_docname": name}
				for doctype, name in participants(conversation, shown)
			],
		}
	).insert()
	_show_to(conversation.user, event)
	return event


def participants(conversation: Document, shown: bool) -> list[tuple[str, str]]:
	"""The conversation itself, by which the two find each other; the party and the employee, if all may see it."""
	found = [(CONVERSATION, conversation.name)]
	if not shown:
		return found
	found.append((conversation.party_type, conversation.party))
	return [*found, ("Employee", conversation.employee)] if conversation.employee else found


def leave_timelines(event: Document) -> None:
	"""A booking that becomes private: of the conversation's party and employee the framework would tell its text.

	Whom somebody adds afterwards stays.
	"""
	named = {one for name in _conversations_of(event) for one in _shown_as(name)}
	gone = [
		row for row in event.event_participants if (row.reference_doctype, row.reference_docname) in named
	]
	for row in gone:
		event.remove(row)
		take_out_of_timeline(event.name, row.reference_doctype, row.reference_docname)


def _conversations_of(event: Document) -> list[str]:
	return [
		row.reference_docname for row in event.event_participants if row.reference_doctype == CONVERSATION
	]


def _shown_as(conversation: str) -> list[tuple[str, str]]:
	"""All that stand for its party, also as what that became since, and its employee."""
	said = frappe.db.get_value(CONVERSATION, conversation, ("party_type", "party", "employee"), as_dict=True)
	return [*parties.same_party(said.party_type, said.party), ("Employee", said.employee)] if said else []


def take_out_of_timeline(event: str, doctype: str, name: str) -> None:
	"""What the framework has written of it there; no copy is kept among the deleted documents."""
	for told in frappe.get_all(
		"Communication",
		[
			["reference_doctype", "=", "Event"],
			["reference_name", "=", event],
			["Communication Link", "link_doctype", "=", doctype],
			["Communication Link", "link_name", "=", name],
		],
		pluck="name",
		order_by="name",
	):
		frappe.delete_doc("Communication", told, force=True, ignore_permissions=True, delete_permanently=True)


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
				_("Ends On"), format_datetime(ends), _("Starts On"), format_datetime(starts)
			)
		)


# --- task ---------------------------------------------------------------------------------------


@current.rows()  # the framework writes into the conversation who has the task
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
			"description": showing.text(subject),
			"reference_type": CONVERSATION,
			"reference_name": conversation.name,
		}
	).insert()
	body = f"<p><b>{showing.text(subject)}</b></p>{body_of(conversation)}"
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
				_("Allocated To"), showing.text(user)
			)
		)
	return user


# --- calendar file ------------------------------------------------------------------------------


#: What was made of a conversation and can be put into a file: the field of its day or time.
MADE = {"Event": "starts_on", "ToDo": "date"}


def calendar_file(
	conversation: Document,
	kind: str,
	subject: str,
	starts: datetime | None,
	ends: datetime | None,
	made: Document | None = None,
) -> bytes:
	"""An appointment or a task for the conversation's follow-up; the whole day where no time is given.

	`made`: the booking or task that is meant. It is then the same in every calendar, wherever it is moved to.
	"""
	made = made or made_for(conversation, kind, starts)
	entry = _entry(conversation, made or conversation, _uid(conversation, kind, starts, made), subject)
	day = getdate(conversation.follow_up_date or conversation.conversation_date)
	if kind == "Task":
		return ics.task(entry, getdate(starts) if starts else day, done=_is_done(made or conversation))
	if starts is None:
		return ics.appointment(entry, day, day + timedelta(days=1))
	return _timed(entry, starts, ends)


def _timed(entry: ics.Entry, starts: datetime, ends: datetime | None) -> bytes:
	ends = ends or starts + timedelta(minutes=DEFAULT_MINUTES)
	refuse_reversed(starts, ends)
	return ics.appointment(entry, in_zone(starts), in_zone(ends))


def _entry(conversation: Document, source: Document, uid: str, subject: str) -> ics.Entry:
	user = frappe.session.user
	created, changed = get_datetime(source.creation), get_datetime(source.modified)
	return ics.Entry(
		uid=f"{uid}@{frappe.local.site}",
		written=in_zone(now_datetime()),
		summary=subject,
		description=notes.text_for(conversation),
		url=get_url_to_form(CONVERSATION, conversation.name),
		organizer=user if "@" in user else "",
		organizer_name=get_fullname(user),
		private=bool(conversation.is_private),
		sequence=ics.sequence_of(created, changed),
		changed=in_zone(changed),
	)


def _uid(conversation: Document, kind: str, starts: datetime | None, made: Document | None) -> str:
	"""A booking's or task's own; that of the follow-up, on whichever day it is; else of this time alone."""
	if made:
		return f"{made.name}-{made.doctype.lower()}"
	at = "" if starts is None else f"-{starts:%Y%m%d}" if kind == "Task" else f"-{starts:%Y%m%dT%H%M%S}"
	return f"{conversation.name}-{kind.lower()}{at}"


def _is_done(source: Document) -> bool:
	return bool(source.get("completed")) or source.get("status") == "Closed"


def made_for(conversation: Document, kind: str, starts: datetime | None) -> Document | None:
	"""The booking at a time, or the task of a day, that was made of the conversation and that the user may read."""
	if starts is None:
		return None
	doctype = "ToDo" if kind == "Task" else "Event"
	at = getdate(starts) if kind == "Task" else starts
	own = {"name": ("in", [*_made_of(conversation, doctype), ""]), MADE[doctype]: at}
	found = frappe.get_list(doctype, own, pluck="name", order_by="creation, name", limit=1)
	return frappe.get_doc(doctype, found[0]) if found else None


def made_of(conversation: Document, name: object) -> Document | None:
	"""A booking or task of the conversation, by its name. Raises LinkValidationError for any other document."""
	name = text(name, _("Booking"))
	if not name:
		return None
	for doctype in MADE:
		is_made = name in _made_of(conversation, doctype)
		if is_made and permissions.quietly(frappe.has_permission, doctype, "read", name):
			return frappe.get_doc(doctype, name)
	unknown(_("Booking"), name)


def _made_of(conversation: Document, doctype: str) -> list[str]:
	if doctype == "Event":
		return _events_of(conversation)
	about = {"reference_type": CONVERSATION, "reference_name": conversation.name}
	return frappe.get_all("ToDo", about, pluck="name", order_by="name")


def file_of(conversation: Document, made: Document) -> bytes:
	"""The file of a booking or task, as it stands now."""
	if made.doctype == "Event":
		return _file_of_booking(conversation, made)
	day = datetime.combine(getdate(made.date or conversation.conversation_date), time())
	title = agenda.first_line(made.description) or subject_of("", conversation, _("Follow up"))
	return calendar_file(conversation, "Task", title, day, None, made)


def _file_of_booking(conversation: Document, event: Document) -> bytes:
	"""One that repeats is in the file once: the framework's rules for the 31st are not those of calendars."""
	entry = _entry(conversation, event, _uid(conversation, "Event", None, event), event.subject)
	if event.repeat_this_event:
		once = _("Repeats: {0}. This file has the first day alone.").format(_(event.repeat_on or ""))
		entry = replace(entry, description=f"{once}\n\n{entry.description}")
	starts, ends = get_datetime(event.starts_on), event.ends_on and get_datetime(event.ends_on)
	if event.all_day:
		return ics.appointment(entry, starts.date(), (ends or starts).date() + timedelta(days=1))
	return _timed(entry, starts, ends or None)


def in_zone(moment: datetime) -> datetime:
	"""A moment of the site's clock, with the site's time zone."""
	return moment.replace(tzinfo=ZoneInfo(get_system_timezone()))


# --- what was sent ------------------------------------------------------------------------------


def default_start(conversation: Document) -> datetime:
	"""Nine in the morning of the follow-up, or of tomorrow."""
	day = conversation.follow_up_date or clock.today() + timedelta(days=1)
	return datetime.combine(getdate(day), time(DEFAULT_HOUR))


def moment(value: object, label: str) -> datetime | None:
	"""A day with a time of the site's clock. Raises ValidationError that names what is none."""
	shown = text(value, label)
	if not shown:
		return None
	try:
		found = datetime.fromisoformat(shown)
	except ValueError:
		found = None
	if found is None or found.tzinfo or not guards.is_of_our_time(found):
		frappe.throw(
			_("{0} must be {1}; it is {2}.").format(
				label, _("a day and time like 2026-12-31 14:30"), showing.text(shown, 50)
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
	return showing.text(note or "").replace("\n", "<br>")


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
		["name", "description", "allocated_to", "date", "status"],
		order_by="date, creation",
	)
	return [
		_outcome("ToDo", row.name, agenda.first_line(row.description), row.date, row.status)
		| {"who": get_fullname(row.allocated_to)}
		for row in rows
	]


def _answers(conversation: Document) -> list[dict]:
	rows = frappe.get_list(
		CONVERSATION,
		{"follow_up_of": conversation.name},
		["name", "title", "conversation_date", "completed"],
		order_by="conversation_date, creation",
	)
	return [
		_outcome(
			CONVERSATION,
			row.name,
			row.title,
			row.conversation_date,
			"Completed" if row.completed else "Open",
		)
		for row in rows
	]


def _document(conversation: Document) -> list[dict]:
	doctype, name = conversation.reference_doctype, conversation.reference_name
	if not (doctype and name and frappe.db.exists(doctype, name)):
		return []
	if not permissions.quietly(frappe.has_permission, doctype, "read", name):
		return []
	status = frappe.db.get_value(doctype, name, "status")
	return [_outcome(doctype, name, name, None, status)]


def _outcome(doctype: str, name: str, title: str | None, day: object, status: str | None) -> dict:
	return {"doctype": doctype, "name": name, "title": title or name, "date": day, "status": _(status or "")}
