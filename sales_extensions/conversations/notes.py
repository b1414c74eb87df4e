"""Private notes: where their text is, and for whom (issue 4, item 7).

The text of a private note is not in the conversation. It is kept encrypted in the framework's own store of
secrets, under a name that is no DocType, which no list, report, filter, search, export or REST call reads. The conversation's `note` is empty for
everybody, and only this module gives the text, to its writer alone.

What an open note said before it was changed is kept there too, as long as something that was made of it may say it still.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import sanitize_html
from frappe.utils.password import (
	get_decrypted_password,
	get_encryption_key,
	remove_encrypted_password,
	set_encrypted_password,
)

if TYPE_CHECKING:
	from frappe.model.document import Document

#: No DocType: the framework gives System Managers the secrets of documents, by their DocType and name.
STORE, FIELD = "Private Note of Conversation", "note"
#: Each text of before has a field of its own, so that none is kept twice. It has room for more than a note may have.
FORMER = "former "


def text_for(doc: Document | dict, user: str | None = None) -> str:
	"""The note as the user may read it. Empty for everyone but its writer where it is private."""
	if not doc.get("is_private"):
		return doc.get("note") or ""
	if doc.get("written_by") != (user or frappe.session.user):
		return ""
	return stored(doc.get("name"))


def have_key() -> None:
	"""The site's key as its file has it now, made if there is none.

	Processes remember the file for a while: one that has not seen the key would put another in its place, and what
	was written with the first could not be read again.
	"""
	if "encryption_key" not in frappe.local.conf and (key := frappe.get_site_config().get("encryption_key")):
		frappe.local.conf.encryption_key = key
	get_encryption_key()


def stored(name: str | None) -> str:
	have_key()
	return (name and get_decrypted_password(STORE, name, FIELD, raise_exception=False)) or ""


def keep(name: str, text: str) -> None:
	have_key()
	set_encrypted_password(STORE, name, sanitize_html(text), FIELD)


@contextmanager
def unlogged(doc: Document) -> Iterator[None]:
	"""In this block, what fails while a private note is saved is told without its text.

	The framework logs a failure with all that the functions held at that moment, and with what was sent.
	"""
	try:
		yield
		return
	except Exception as error:
		if not doc.get("is_private") or getattr(error, "http_status_code", 500) < 500:
			raise
		kind, frames = type(error).__name__, traceback.extract_tb(error.__traceback__)
	lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
	frappe.log_error(
		"A private conversation could not be saved", "\n".join((kind, *lines)), defer_insert=True
	)
	try:
		_refuse(kind)
	except frappe.ValidationError as told:
		told.__context__ = None  # Python hangs the old one, with the text in it, on every new one
		raise


def _refuse(kind: str) -> None:
	frappe.throw(
		_(
			"The conversation was not saved ({0}). Try again; if it fails again, ask your administrator."
		).format(kind)
	)


def forget(name: str) -> None:
	remove_encrypted_password(STORE, name, FIELD)


# --- what a note said before ----------------------------------------------------------------------


def keep_former(name: str, text: str) -> None:
	"""A text that an open note had."""
	have_key()
	field = FORMER + sha256(text.encode()).hexdigest()[:32]
	set_encrypted_password(STORE, name, text, field)


def former(name: str) -> list[str]:
	"""What the note said before, as far as it was kept and the site has its key still."""
	have_key()
	fields = _former_fields(name)
	found = (get_decrypted_password(STORE, name, field, raise_exception=False) for field in fields)
	return [text for text in found if text]


def forget_former(name: str) -> None:
	for field in _former_fields(name):
		remove_encrypted_password(STORE, name, field)


def _former_fields(name: str) -> list[str]:
	secret = frappe.qb.Table("__Auth")
	of_note = (secret.doctype == STORE) & (secret.name == name) & secret.fieldname.like(f"{FORMER}%")
	found = frappe.qb.from_(secret).select(secret.fieldname).where(of_note).orderby(secret.fieldname)
	return found.run(pluck=True)
