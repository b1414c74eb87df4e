"""What deliveries and invoices have in common: targets may count them (M1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions import renames
from sales_extensions.ledger import documents

if TYPE_CHECKING:
	from frappe.model.document import Document


def follow(doc: Document, method: str | None = None) -> None:
	documents.follow(doc.doctype, doc.name)


#: Each way in which what it counts may change.
on_submit = on_cancel = on_update_after_submit = follow


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	renames.follow(doc.doctype, old, new)
	documents.follow_name(doc.doctype, old, new)


def after_delete(doc: Document, method: str | None = None) -> None:
	documents.forget(doc.doctype, doc.name)
