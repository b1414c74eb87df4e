"""Private notes: where their text is, and for whom (issue 4, item 7).

The text of a private note is not in the conversation. It is kept encrypted in the framework's own store of
secrets, under a name that is no DocType, which no list, report, filter, search, export or REST call reads. The conversation's `note` is empty for
everybody, and only this module gives the text, to its writer alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe.utils import sanitize_html
from frappe.utils.password import get_decrypted_password, remove_encrypted_password, set_encrypted_password

if TYPE_CHECKING:
	from frappe.model.document import Document

#: No DocType: the framework gives System Managers the secrets of documents, by their DocType and name.
STORE, FIELD = "Private Note of Conversation", "note"


def text_for(doc: Document | dict, user: str | None = None) -> str:
	"""The note as the user may read it. Empty for everyone but its writer where it is private."""
	if not doc.get("is_private"):
		return doc.get("note") or ""
	if doc.get("written_by") != (user or frappe.session.user):
		return ""
	return stored(doc.get("name"))


def stored(name: str | None) -> str:
	return (name and get_decrypted_password(STORE, name, FIELD, raise_exception=False)) or ""


def keep(name: str, text: str) -> None:
	set_encrypted_password(STORE, name, sanitize_html(text), FIELD)


def forget(name: str) -> None:
	remove_encrypted_password(STORE, name, FIELD)
