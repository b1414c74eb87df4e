"""What payments and journal entries have in common: they settle invoices (M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.ledger import paying

if TYPE_CHECKING:
	from frappe.model.document import Document

#: doctype -> its table of what it settles, and the fields of kind and number there
NAMING = {
	"Payment Entry": ("references", "reference_doctype", "reference_name"),
	"Journal Entry": ("accounts", "reference_type", "reference_name"),
}


def begin(doc: Document, method: str | None = None) -> None:
	paying.begin(doc.doctype, doc.name, _invoices(doc))


def end(doc: Document, method: str | None = None) -> None:
	paying.end(doc.doctype, doc.name)


before_submit = before_cancel = begin
on_submit = on_cancel = end


def _invoices(doc: Document) -> set[str]:
	table, kind, name = NAMING[doc.doctype]
	return {row.get(name) for row in doc.get(table) if row.get(kind) == "Sales Invoice"}
