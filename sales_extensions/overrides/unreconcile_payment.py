"""Unreconcile Payment: takes a payment off its invoices, by statements that fire no event (M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.ledger import documents

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_submit(doc: Document, method: str | None = None) -> None:
	documents.follow_paid(
		{row.reference_name for row in doc.allocations if row.reference_doctype == "Sales Invoice"}
	)
