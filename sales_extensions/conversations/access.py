"""Who may see, edit and delete a conversation (issue 4, item 7). Asked by the framework through hooks.

Seen: one's own (whose it is, and who wrote it), and those of the parties that one may read. Sales Managers and
System Managers see all. User Permissions on the party hold for everyone.
Edited: what was said by its writer alone. Whose conversation it is, and managers, move what comes next.
Deleted: by its writer and by managers.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from sales_extensions.permissions import (
	for_lists,
	manages,
	of_readable_parties,
	or_shared,
	party_is_readable,
	permitted_as_stored,
)

CONVERSATION = "Conversation"
WRITES = {"write", "submit", "cancel"}
OF_WHOM = ("party_type", "party", "user", "written_by")


@for_lists
def conditions(user: str, doctype: str) -> str:
	"""Which conversations the user may see, as SQL. Empty where nothing restricts them, so that lists stay fast."""
	if user == "Administrator":
		return ""
	of_parties = of_readable_parties(CONVERSATION, user)
	if not of_parties:
		return ""
	me = frappe.db.escape(user, percent=False)
	table = f"`tab{CONVERSATION}`"
	only = f"({table}.user = {me} OR {table}.written_by = {me} OR {of_parties})"
	return or_shared(only, CONVERSATION, user)


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""True, not None: later versions refuse a mere None. What is stored decides: what was sent may differ."""
	user = user or frappe.session.user
	if user == "Administrator" or ptype == "create":  # the controller says why a party can't be talked to
		return True
	return permitted_as_stored(doc, user) and _is_permitted(doc, ptype, user)


def _is_permitted(doc: Document, ptype: str | None, user: str) -> bool:
	stored = frappe.db.get_value(CONVERSATION, doc.name, OF_WHOM, as_dict=True) if doc.get("name") else None
	seen = stored or doc
	if ptype in WRITES and not may_write(seen, user):
		return False
	if ptype == "delete" and not (user == seen.get("written_by") or manages(user)):
		return False
	return is_seen(seen, user)


def may_write(seen: Document | dict, user: str) -> bool:
	return user in (seen.get("user"), seen.get("written_by"), "Administrator") or manages(user)


def is_seen(seen: Document | dict, user: str) -> bool:
	return user in (seen.get("user"), seen.get("written_by")) or party_is_readable(
		seen.get("party_type"), seen.get("party"), user
	)
