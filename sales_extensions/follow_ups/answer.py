"""Completing a follow-up, and answering it with a conversation of one's own (C4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from sales_extensions import clock
from sales_extensions.activities.asked import CONVERSATION, existing, text


def complete(name: str) -> bool:
	"""Complete a conversation; whether it was open. Raises PermissionError, ValidationError."""
	return _set_completed(name, 1)


def reopen(name: str) -> bool:
	"""Open a conversation again; whether it was completed. Raises PermissionError, ValidationError."""
	return _set_completed(name, 0)


def _set_completed(name: str, completed: int) -> bool:
	"""Whether this changes it. Who may complete may open it again."""
	followed = conversation(name)
	followed.check_permission("write")
	if followed.completed == completed:
		return False
	followed.completed = completed
	followed.save()
	return True


def answer(name: str, values: dict) -> Document:
	"""A conversation of today with the same party that follows this one, which is completed with it.

	`values` are of the fields of a conversation: all or nothing is done. Who may read a follow-up may answer it,
	and so complete it. Raises PermissionError, ValidationError.
	"""
	followed = conversation(name)
	followed.check_permission("read")
	return frappe.get_doc(
		{
			"doctype": CONVERSATION,
			"party_type": followed.party_type,
			"party": followed.party,
			"conversation_date": str(clock.today()),
			"is_follow_up": 1,
			"follow_up_of": followed.name,
			"completes_earlier": 1,
			"reference_doctype": followed.reference_doctype,
			"reference_name": followed.reference_name,
			**values,
		}
	).insert()


def conversation(name: object) -> Document:
	found = existing(CONVERSATION, name, _("Conversation"))
	if not found:
		frappe.throw(_("{0}: choose the conversation that is meant.").format(_("Conversation")))
	return frappe.get_doc(CONVERSATION, found)


def given(**values: object) -> dict:
	"""What was sent for an answer, without what was left out. Raises ValidationError for what is no text."""
	told = {}
	for field, value in values.items():
		label = _(frappe.get_meta(CONVERSATION).get_label(field))
		if value is not None and value != "":
			told[field] = value if field == "is_private" else text(value, label)
	return told
