"""Which charges of a quotation an invoice has taken directly (U6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe

from sales_extensions.engine.upsell import Standing, why_not_invoiced
from sales_extensions.ledger import facts as ledger_facts

from . import facts

if TYPE_CHECKING:
	from frappe.model.document import Document


def remember(invoice: Document, quotation: str) -> None:
	"""Note the invoice on the quotation's credits that its rows are for, as far as the database agrees."""
	if not ledger_facts.settings().tracks_upsell:
		return
	header = facts.load_vouchers("Quotation", [quotation], hold=True).get(quotation)
	if header is None or why_not_invoiced(
		facts.voucher_from_doc(header),
		invoice.company,
		facts.customer_of(header, invoice.customer),
		invoice.customer,
	):
		return
	waiting = [credit for credit in _not_invoiced(quotation) if not credit.removed]
	for row in invoice.items:
		credit = next((credit for credit in waiting if credit.charge.item_code == row.item_code), None)
		if credit:
			waiting.remove(credit)
			frappe.db.set_value(
				"Upsell Credit", credit.name, "invoiced_in", invoice.name, update_modified=False
			)


def _not_invoiced(quotation: str) -> list[Standing]:
	taken = set(
		frappe.get_all(
			"Upsell Credit",
			{"voucher_type": "Quotation", "voucher_no": quotation, "invoiced_in": ("is", "set")},
			pluck="name",
			order_by="name",
		)
	)
	credits = facts.standing("Quotation", [quotation], current_read=True)[quotation]
	return [credit for credit in credits if credit.name not in taken]


def forget(invoice: str) -> None:
	"""The invoice is cancelled or deleted: its quotation is not converted by it any more."""
	credit = frappe.qb.DocType("Upsell Credit")
	frappe.qb.update(credit).set(credit.invoiced_in, None).where(credit.invoiced_in == invoice).run()
