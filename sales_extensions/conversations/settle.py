"""What a save of a conversation fills in, checks and closes (C1, C2). On every path: desk, REST, import, bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from sales_extensions import clock, current, guards, showing
from sales_extensions.engine import conversation as rules
from sales_extensions.permissions import manages, party_is_readable
from sales_extensions.pipeline import facts as pipeline
from sales_extensions.pipeline import restate

from . import access, board, facts, notes, parties

if TYPE_CHECKING:
	from frappe.model.document import Document

#: What comes next: for whose conversation it is and for managers, besides the writer.
NEXT = {"completed", "follow_up_date", "pipeline_position", "reference_doctype", "reference_name"}
#: Set by the app alone.
STAMPS = {
	"written_by",
	"user",
	"title",
	"party_name",
	"employee_name",
	"completed_on",
	"completed_day",
	"completed_by",
}


def is_manager() -> bool:
	return manages(frappe.session.user) or frappe.session.user == "Administrator"


# --- who ----------------------------------------------------------------------------------------


def sign(doc: Document, before: Document | None) -> None:
	"""Who writes it, whose conversation it is; nobody writes in another's name."""
	doc.employee = doc.employee or None  # a form that was emptied sends ""
	if before is None:
		doc.written_by = frappe.session.user
		if not doc.employee:
			doc.employee = employee_of(frappe.session.user)
	else:
		doc.written_by = before.written_by
	if before is not None and doc.employee == (before.employee or None):
		doc.user = before.user
		return
	own = doc.employee == employee_of(frappe.session.user)
	if not (own or is_manager()) and (before is not None or doc.employee):
		frappe.throw(
			_(
				"Employee: only a Sales Manager can enter a conversation for another. Leave it empty, or choose yourself."
			),
			frappe.PermissionError,
		)
	doc.user = (doc.employee and frappe.db.get_value("Employee", doc.employee, "user_id")) or doc.written_by


def follow_employee(employee: str, user: str | None) -> None:
	"""An employee has another user: whose are their conversations? That user's, or else again their writers'."""
	table = frappe.qb.DocType("Conversation")
	whose = user or table.written_by
	theirs = (table.employee == employee) & ((table.user != whose) | table.user.isnull())
	named = frappe.qb.from_(table).select(table.party_type, table.party).where(theirs).distinct().run()
	if named:
		current.run(frappe.qb.update(table).set(table.user, whose).where(theirs))
		owners = pipeline.owners([pipeline.Party(*one) for one in named])
		restate.these(set(owners.values()))


def name_of_whose(doc: Document) -> str:
	"""The employee's name, or the user's where there is none; no HTML, wherever the desk shows it."""
	name = doc.employee and frappe.db.get_value("Employee", doc.employee, "employee_name")
	return showing.as_plain(name or (doc.user and frappe.db.get_value("User", doc.user, "full_name")) or "")


def refresh_employee_name(employee: str) -> None:
	"""An employee has another name, or took another in: in all their conversations."""
	name = showing.as_plain(frappe.db.get_value("Employee", employee, "employee_name") or "")
	table = frappe.qb.DocType("Conversation")
	other = table.employee_name.isnull() | (table.employee_name != name)
	current.run(
		frappe.qb.update(table).set(table.employee_name, name).where((table.employee == employee) & other)
	)


def refresh_user_name(user: str) -> None:
	"""A user has another name: in the conversations that are theirs and of no employee."""
	name = showing.as_plain(frappe.db.get_value("User", user, "full_name") or "")
	table = frappe.qb.DocType("Conversation")
	without = table.employee.isnull() | (table.employee == "")
	other = table.employee_name.isnull() | (table.employee_name != name)
	current.run(
		frappe.qb.update(table).set(table.employee_name, name).where((table.user == user) & without & other)
	)


def employee_of(user: str) -> str | None:
	"""The user's Employee, an active one first."""
	found = frappe.get_all("Employee", {"user_id": user}, ["name", "status"], order_by="creation", limit=10)
	active = [row.name for row in found if row.status == "Active"]
	return next(iter([*active, *(row.name for row in found)]), None)


def refuse_others(doc: Document, before: Document, changed: frozenset[str]) -> None:
	"""What was said is its writer's. Asked here too: a share with write beats every role."""
	user = frappe.session.user
	if user == before.written_by:
		return
	allowed = NEXT if user == before.user or is_manager() else set()
	if is_manager():
		allowed = allowed | {"employee"}
	refused = sorted(changed - allowed - STAMPS)
	if refused:
		labels = ", ".join(_(doc.meta.get_label(name)) for name in refused)
		frappe.throw(
			_("{0}: only the writer of this conversation, {1}, can change it.").format(
				labels, showing.text(before.written_by or "")
			),
			frappe.PermissionError,
		)


# --- what ---------------------------------------------------------------------------------------


def check_types(doc: Document) -> None:
	"""What can't be read as what it should be is refused by name, before anything else looks at it (X5)."""
	for fieldname in ("note", "with_whom", "party_type", "party", "employee"):
		if doc.get(fieldname) is not None and not isinstance(doc.get(fieldname), str):
			frappe.throw(_("{0} must be a text.").format(_(doc.meta.get_label(fieldname))))
	guards.numbers(doc, ("duration_minutes",))
	guards.dates(doc, ("conversation_date", "follow_up_date"))
	guards.times(doc, facts.TIME_FIELDS)
	if doc.is_new():
		forget_default_times(doc)


def forget_default_times(doc: Document) -> None:
	"""The framework fills times that are empty with now, and fractions of seconds that nobody types."""
	for fieldname in facts.TIME_FIELDS:
		moment = facts.as_time(doc.get(fieldname))
		if moment and moment.microsecond:
			doc.set(fieldname, None)


def fill(doc: Document) -> None:
	"""What a note that arrives without them gets: the writer's day and time, and the usual topic."""
	now = clock.now()
	doc.conversation_date = doc.conversation_date or now.date()
	begin = rules.begin_of(now, facts.times(doc), getdate(doc.conversation_date))
	doc.time_begin = begin and begin.isoformat()
	if not doc.about:
		doc.about = default_topic(doc.employee)


def default_topic(employee: str | None) -> str | None:
	topic = employee and frappe.db.get_value("Employee", employee, "default_conversation_topic")
	return topic if topic and not frappe.db.get_value("Conversation Topic", topic, "disabled") else None


def settle_times(doc: Document, before: Document | None) -> tuple[rules.Times, rules.Times]:
	"""End and duration follow each other. Returns the times as given and as settled."""
	given = facts.times(doc)
	earlier = facts.times(before) if before else None
	guards.refuse(list(rules.check_given_together(given, earlier)))
	settled = rules.settled(given, earlier)
	return given, settled


def write_times(doc: Document, times: rules.Times) -> None:
	doc.time_begin = times.begin and times.begin.isoformat()
	doc.time_end = times.end and times.end.isoformat()
	doc.duration_minutes = times.minutes


def check_party(doc: Document) -> None:
	if doc.party_type not in parties.NAME_FIELDS:
		frappe.throw(_("{0} must be one of: {1}.").format(_("Party Type"), ", ".join(parties.NAME_FIELDS)))
	if not (doc.party and frappe.db.exists(doc.party_type, doc.party)):
		frappe.throw(
			_("{0}: there is no {1}. Choose one that exists.").format(
				_("Party"), showing.text(doc.party or "", 140)
			),
			frappe.LinkValidationError,
		)
	if not party_is_readable(doc.party_type, doc.party) and frappe.session.user != "Administrator":
		frappe.throw(
			_("Party: you may not read {0}. Choose one that you may.").format(showing.text(doc.party)),
			frappe.PermissionError,
		)


def refuse_unknown_stage(position: object) -> None:
	"""Instead of what the framework has said of it."""
	if not isinstance(position, str) or not position or frappe.db.exists("Pipeline Stage", position):
		return
	frappe.clear_last_message()
	frappe.throw(
		_("{0}: there is no {1}. Choose one of: {2}. A Sales Manager can add others to the list {3}.").format(
			_("Pipeline Position"),
			showing.text(position, 140),
			showing.text(", ".join(row.name for row in board.stages())),
			_("Pipeline Stage"),
		),
		frappe.LinkValidationError,
	)


def check_document(doc: Document) -> None:
	"""The document that a conversation is about is of the same party."""
	if not doc.reference_name:
		doc.reference_doctype = None
		return
	if doc.reference_doctype not in parties.DOCUMENTS:
		frappe.throw(_("About Document: choose the kind of {0}.").format(showing.text(doc.reference_name)))
	party = parties.party_of_document(doc.reference_doctype, doc.reference_name)
	if party is None:
		frappe.throw(
			_("{0}: there is no {1}. Choose one that exists.").format(
				_("Document"), showing.text(doc.reference_name, 140)
			),
			frappe.LinkValidationError,
		)
	frappe.has_permission(doc.reference_doctype, "read", doc.reference_name, throw=True)
	if party not in parties.same_party(doc.party_type, doc.party):
		frappe.throw(
			_("Document: {0} is of another party. Choose one of {1}.").format(
				showing.text(doc.reference_name),
				showing.text(doc.party_name or doc.party),
			)
		)


# --- what it follows ----------------------------------------------------------------------------


def link_back(doc: Document, before: Document | None) -> None:
	"""A follow-up names what it follows: what was chosen, or the party's open one that waits for it."""
	if before is not None and before.is_follow_up and not doc.is_follow_up:
		doc.follow_up_of = None
	elif doc.follow_up_of:
		doc.is_follow_up = 1
	elif doc.is_follow_up and before is None:
		doc.follow_up_of = waiting_for(doc)


def waiting_for(doc: Document) -> str | None:
	"""The user's own open conversation with this party that waits for a follow-up; else the party's latest.

	Only what the one who writes may see: as a lead the party may have been somebody else's.
	"""
	conversation = frappe.qb.DocType("Conversation")
	rows = (
		frappe.qb.from_(conversation)
		.select(conversation.name, conversation.completed, conversation.follow_up_date)
		.select(*(conversation[field] for field in access.OF_WHOM))
		.where(parties.is_one_of(conversation, parties.same_party(doc.party_type, doc.party)))
		.where(conversation.conversation_date <= doc.conversation_date)
		.orderby(conversation.conversation_date, order=frappe.qb.desc)
		.orderby(conversation.creation, order=frappe.qb.desc)
		.limit(50)
	).run(as_dict=True)
	waiting = [row for row in rows if row.user == doc.user and row.follow_up_date and not row.completed]
	seen = (row.name for row in [*waiting, *rows] if access.is_seen(row, frappe.session.user))
	return next(seen, None)


def check_earlier(doc: Document, changed: frozenset[str]) -> None:
	guards.links(doc, ("follow_up_of",))
	if doc.follow_up_of and "follow_up_of" in changed:
		frappe.has_permission("Conversation", "read", doc.follow_up_of, throw=True)


def close_earlier(doc: Document) -> None:
	"""The follow-up answers the earlier conversation, so that one is done."""
	earlier = frappe.get_doc("Conversation", doc.follow_up_of, for_update=True)
	if not earlier.completed:
		earlier.db_set({"completed": 1, **_done_now()})


def stamp_completed(doc: Document, before: Document | None) -> None:
	if not doc.completed:
		doc.update(dict.fromkeys(_done_now()))
	elif before is not None and before.completed:
		doc.update({field: before.get(field) for field in _done_now()})
	else:
		doc.update(_done_now())
		if before is None and doc.follow_up_date and getdate(doc.follow_up_date) < clock.today():
			doc.completed_on = None  # of the past, entered or imported now: nobody noted when it was done


def _done_now() -> dict[str, object]:
	"""By whom and when: a moment of the site's clock, and the day that it is where they are."""
	return {
		"completed_on": now_datetime(),
		"completed_day": clock.today(),
		"completed_by": frappe.session.user,
	}


# --- the note -----------------------------------------------------------------------------------


def note_of(doc: Document, before: Document | None) -> str:
	"""The note that will stand. A private one that comes back empty is unchanged: it was never sent out."""
	given = showing.as_plain(
		(doc.note or "").strip()
	)  # the framework takes "price <b and c>" for HTML, and cleans it
	if given or before is None or not before.is_private:
		return given
	return notes.stored(doc.name)


def put_note(doc: Document, before: Document | None, note: str) -> None:
	"""A private note is emptied before anything is written; `keep_note` puts it where its writer reads it."""
	doc.flags.private_note = None
	if doc.is_private:
		doc.flags.private_note = note
		doc.note = ""
	else:
		doc.note = note


def keep_note(doc: Document) -> None:
	if doc.flags.private_note:
		notes.keep(doc.name, doc.flags.private_note)
	elif not doc.is_private:
		notes.forget(doc.name)
	doc.flags.private_note = None


def refuse_deletion(doc: Document) -> None:
	"""By its writer and by managers; what was followed up stays as long as its follow-ups (they link to it)."""
	if not (frappe.session.user == doc.written_by or is_manager() or doc.flags.ignore_permissions):
		frappe.throw(
			_("Only the writer of this conversation, {0}, and managers can delete it.").format(
				showing.text(doc.written_by or "")
			),
			frappe.PermissionError,
		)
	follow_up = frappe.db.get_value(
		"Conversation", {"follow_up_of": doc.name}, ("name", "conversation_date"), as_dict=True
	)
	if follow_up:
		frappe.throw(
			_("This conversation was followed up on {0}. Delete the follow-up {1} first.").format(
				frappe.utils.formatdate(follow_up.conversation_date), follow_up.name
			),
			frappe.LinkExistsError,
		)


def stored(doc: Document) -> Document | None:
	"""The conversation as the database has it, if it is there."""
	return None if doc.is_new() else doc.get_doc_before_save()
