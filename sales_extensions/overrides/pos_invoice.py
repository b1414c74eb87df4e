"""POS Invoice: what is sold at a till, targets may count (M1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions import renames
from sales_extensions.ledger import documents

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_submit(doc: Document, method: str | None = None) -> None:
	documents.follow(doc.doctype, doc.name)


def on_cancel(doc: Document, method: str | None = None) -> None:
	documents.follow(doc.doctype, doc.name)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	documents.follow(doc.doctype, doc.name)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	renames.follow(doc.doctype, old, new)
	documents.follow_name(doc.doctype, old, new)


def after_delete(doc: Document, method: str | None = None) -> None:
	documents.forget(doc.doctype, doc.name)
