"""Payment Ledger Entry: all that settles an invoice writes one, and takes it back by another (M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.ledger import paying

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_submit(doc: Document, method: str | None = None) -> None:
	if doc.against_voucher_type == "Sales Invoice" and doc.voucher_no != doc.against_voucher_no:
		paying.settled(doc.voucher_type, doc.voucher_no, doc.against_voucher_no)
