"""Customer, Lead and Prospect: a conversion, a new name or a merge changes whose history it is (C1, C5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.conversations import parties
from sales_extensions.pipeline import follow

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_update(doc: Document, method: str | None = None) -> None:
	if doc.has_value_changed(parties.NAME_FIELDS[doc.doctype]):
		parties.refresh_names(doc.doctype, doc.name)
	follow.party(doc)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	parties.follow_rename(doc.doctype, old, new)
	if merge:
		parties.inherit(doc, old)
	follow.party_renamed(doc, old)


def on_trash(doc: Document, method: str | None = None) -> None:
	parties.refuse_deletion(doc.doctype, doc.name)


def after_delete(doc: Document, method: str | None = None) -> None:
	follow.party_deleted(doc)
