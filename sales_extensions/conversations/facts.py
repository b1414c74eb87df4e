"""From a Conversation as it was sent to what the engine checks."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import getdate

from sales_extensions import guards
from sales_extensions.engine import conversation as rules

from . import parties

if TYPE_CHECKING:
	from frappe.model.document import Document

TIME_FIELDS = ("time_begin", "time_end")
LISTS = {
	"about": "Conversation Topic",
	"how": "Conversation Method",
	"pipeline_position": "Pipeline Stage",
}


def times(doc: Document | dict) -> rules.Times:
	return rules.Times(
		as_time(doc.get("time_begin")), as_time(doc.get("time_end")), doc.get("duration_minutes") or 0
	)


def as_time(value: object) -> time | None:
	return None if value is None or value == "" else guards.as_time(value)


def changed_fields(doc: Document, before: Document | None) -> frozenset[str]:
	names = [field.fieldname for field in doc.meta.fields]
	if before is None:
		return frozenset(names)
	return frozenset(name for name in names if not _same(doc, before, name))


def _same(doc: Document, before: Document, name: str) -> bool:
	now, then = doc.get(name), before.get(name)
	if not now and not then:
		return True
	if name in TIME_FIELDS:
		return as_time(now) == as_time(then)
	return str(now) == str(then)


def to_check(doc: Document, note: str, settled: rules.Times, changed: frozenset[str]) -> rules.Conversation:
	return rules.Conversation(
		name=doc.name or "",
		conversation_date=getdate(doc.conversation_date),
		note=note,
		times=settled,
		changed=changed,
		follow_up_date=getdate(doc.follow_up_date) if doc.follow_up_date else None,
		completed=bool(doc.completed),
		disabled=tuple(_disabled(doc, changed)),
		earlier=_earlier(doc)
		if changed & {"follow_up_of", "party_type", "party", "conversation_date"}
		else None,
		answers=_answers(doc)
		if not doc.is_new() and changed & {"party_type", "party", "conversation_date"}
		else (),
	)


def _disabled(doc: Document, changed: frozenset[str]):
	for field, doctype in LISTS.items():
		choice = doc.get(field)
		if choice and field in changed and frappe.db.get_value(doctype, choice, "disabled"):
			yield field, _(doc.meta.get_label(field)), choice


def _earlier(doc: Document) -> rules.Earlier | None:
	if not doc.follow_up_of:
		return None
	fields = ("name", "party_type", "party", "conversation_date")
	found = frappe.db.get_value("Conversation", doc.follow_up_of, fields, as_dict=True)
	if not found:
		return None
	same = (found.party_type, found.party) in parties.same_party(doc.party_type, doc.party)
	follows = () if doc.is_new() else tuple(_chain(found.name))  # nothing can follow a new one yet
	return rules.Earlier(found.name, getdate(found.conversation_date), same, follows)


def _answers(doc: Document) -> tuple[rules.Answer, ...]:
	rows = frappe.get_all(
		"Conversation",
		{"follow_up_of": doc.name},
		["party_type", "party", "conversation_date"],
		order_by="conversation_date, name",
	)
	same = parties.same_party(doc.party_type, doc.party) if rows else []
	return tuple(
		rules.Answer(getdate(row.conversation_date), (row.party_type, row.party) in same) for row in rows
	)


def _chain(name: str):
	"""What a conversation follows, and what that follows."""
	seen = set()
	while name and name not in seen:
		seen.add(name)
		name = frappe.db.get_value("Conversation", name, "follow_up_of")
		if name:
			yield name
