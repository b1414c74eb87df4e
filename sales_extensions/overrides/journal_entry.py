"""Journal Entry: what it settles of invoices, targets may count (M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.ledger import paying

if TYPE_CHECKING:
	from frappe.model.document import Document


def before_submit(doc: Document, method: str | None = None) -> None:
	paying.begin(doc.doctype, doc.name, _invoices(doc))


def before_cancel(doc: Document, method: str | None = None) -> None:
	paying.begin(doc.doctype, doc.name, _invoices(doc))


def on_submit(doc: Document, method: str | None = None) -> None:
	paying.end(doc.doctype, doc.name)


def on_cancel(doc: Document, method: str | None = None) -> None:
	paying.end(doc.doctype, doc.name)


def _invoices(doc: Document) -> set[str]:
	return {row.reference_name for row in doc.accounts if row.reference_type == "Sales Invoice"}
