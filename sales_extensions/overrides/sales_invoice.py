"""Sales Invoice: a Quotation can become one without an order in between, and that is a conversion too (U6).

ERPNext keeps no link from such an invoice to its quotation. The mapper's last event tells of it; the new
document carries it to the client and back, and what comes back is checked against the database.

What is invoiced, targets may count (M1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.charges import invoiced

from .counted import (  # noqa: F401
	after_delete,
	after_rename,
	on_cancel,
	on_submit,
	on_update_after_submit,
)

if TYPE_CHECKING:
	from frappe.model.document import Document

MARK = "sales_extensions_quotations"


def after_mapping(doc: Document, method: str | None = None, source_doc: Document | None = None) -> None:
	if source_doc is not None and source_doc.doctype == "Quotation":
		doc.set_onload(MARK, [*_quotations_of(doc), source_doc.name])


def _quotations_of(doc: Document) -> list[str]:
	onload = doc.get("__onload") or {}
	names = onload.get(MARK) or []
	return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def after_insert(doc: Document, method: str | None = None) -> None:
	if doc.get("amended_from"):
		invoiced.hand_on(doc.amended_from, doc.name)
		return
	for quotation in dict.fromkeys(_quotations_of(doc)):
		invoiced.remember(doc, quotation)


def on_trash(doc: Document, method: str | None = None) -> None:
	"""Before the links are checked: the quotation goes on as if it had never become this invoice."""
	invoiced.forget(doc.name)
