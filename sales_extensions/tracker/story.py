"""What was said and done about a job, newest first (K3).

Only what the user may read: the job itself has been checked, conversations are listed by their own permissions, and
a change of a field that is not the user's to see is not told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.desk.form.load import _get_communications
from frappe.utils import get_datetime, sanitize_html, strip_html

from sales_extensions import showing

from .fields import permitted
from .related import listed, party_of

#: Of each kind; the newest.
MOST = 50
NOTES = ("Comment",)
UPDATES = (
	"Assigned",
	"Assignment Completed",
	"Info",
	"Label",
	"Workflow",
	"Attachment",
	"Attachment Removed",
)
EXCERPT = 2000


def story(doctype: str, name: str) -> list[dict]:
	"""Entries with kind, when, by (full name) and html, newest first."""
	doc = frappe.get_doc(doctype, name)
	found = [*_comments(doc), *_notes(doc), *_communications(doc), *_versions(doc), *_conversations(doc)]
	found.sort(key=lambda one: (get_datetime(one["when"]), one["kind"]), reverse=True)
	found = [*found[: MOST * 2], _entry("created", doc.creation, doc.owner, "")]
	names = full_names({one["by"] for one in found})
	return [{**one, "when": str(one["when"]), "by": names.get(one["by"], one["by"])} for one in found]


def _entry(kind: str, when: object, by: str | None, html: str, **more: object) -> dict:
	return {"kind": kind, "when": when, "by": by or "", "html": html, **more}


def full_names(users: set[str]) -> dict[str, str]:
	rows = frappe.get_all(
		"User", filters={"name": ("in", [*users, ""])}, fields=["name", "full_name"], order_by="name"
	)
	return {row.name: row.full_name or row.name for row in rows}


def _comments(doc) -> Iterator[dict]:
	for row in frappe.get_all(
		"Comment",
		filters={
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"comment_type": ("in", (*NOTES, *UPDATES)),
		},
		fields=["creation", "owner", "comment_type", "content"],
		order_by="creation desc",
		limit_page_length=MOST,
	):
		kind = "comment" if row.comment_type in NOTES else "update"
		yield _entry(kind, row.creation, row.owner, clean(row.content))


def _notes(doc) -> Iterator[dict]:
	"""Notes that ERPNext keeps on leads and opportunities."""
	for row in (doc.get("notes") or [])[-MOST:]:
		yield _entry("comment", row.added_on or doc.modified, row.added_by, clean(row.note))


def _communications(doc) -> Iterator[dict]:
	for row in _get_communications(doc.doctype, doc.name, limit=MOST):
		head = f"<strong>{showing.text(row.subject)}</strong><br>" if row.subject else ""
		text = showing.text(strip_html(row.content or "")[:EXCERPT])
		yield _entry(
			"communication", row.communication_date or row.creation, row.sender, head + text,
			medium=row.communication_medium or "",
		)  # fmt: skip


def _versions(doc) -> Iterator[dict]:
	allowed = permitted(doc.doctype)
	for row in frappe.get_all(
		"Version",
		filters={"ref_doctype": doc.doctype, "docname": doc.name},
		fields=["creation", "owner", "data"],
		order_by="creation desc",
		limit_page_length=MOST,
	):
		changed = (json.loads(row.data or "{}") or {}).get("changed") or []
		told = [
			_("{0} from {1} to {2}").format(
				f"<strong>{showing.text(_(allowed[fieldname].label))}</strong>", _old(before), _old(after)
			)
			for fieldname, before, after in changed
			if fieldname in allowed
		]
		if told:
			yield _entry("update", row.creation, row.owner, "<br>".join(told))


def _old(value: object) -> str:
	return showing.text(value, 140) if value not in (None, "") else "-"


def _conversations(doc) -> Iterator[dict]:
	"""Conversations with the job's party or about the job. Private notes stay with who wrote them."""
	if not frappe.db.table_exists("Conversation"):
		return
	kind, party = party_of(doc)
	about = [["reference_doctype", "=", doc.doctype], ["reference_name", "=", doc.name]]
	with_party = [["party_type", "=", kind], ["party", "=", party]]
	fields = ("name", "conversation_date", "creation", "owner", "note", "with_whom", "about", "how")
	told = set()
	for filters in (about, with_party):
		for row in listed("Conversation", [*filters, ["is_private", "=", 0]], fields, MOST):
			if row.name not in told:
				told.add(row.name)
				yield _conversation(row)


def _conversation(row: dict) -> dict:
	head = " · ".join(showing.text(one) for one in (row.about, row.how, row.with_whom) if one)
	note = showing.text((row.note or "")[:EXCERPT]).replace("\n", "<br>")
	html = f"<strong>{head}</strong><br>{note}" if head else note
	when = get_datetime(row.conversation_date or row.creation)
	if when.date() == get_datetime(row.creation).date():
		when = row.creation
	return _entry("conversation", when, row.owner, html, name=row.name)


def clean(html: str | None) -> str:
	"""What users wrote with the desk's editor, without anything that runs."""
	return sanitize_html(html or "", always_sanitize=True)
