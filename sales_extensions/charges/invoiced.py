"""Which charges of a quotation an invoice has taken directly (U6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe

from sales_extensions.engine.upsell import Standing, why_not_invoiced
from sales_extensions.ledger import facts as ledger_facts

from . import book, facts

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
	taken = []
	for row in invoice.items:
		credit = next((credit for credit in waiting if credit.charge.item_code == row.item_code), None)
		if credit:
			waiting.remove(credit)
			taken.append(credit.name)
	book.set_by_name(taken, {"invoiced_in": invoice.name})


def _not_invoiced(quotation: str) -> list[Standing]:
	"""Those that no submitted invoice has: one that was put aside, or cancelled, gives way to a later one."""
	invoice, credit = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Upsell Credit")
	taken = {
		row[0]
		for row in frappe.qb.from_(credit)
		.join(invoice)
		.on(invoice.name == credit.invoiced_in)
		.select(credit.name)
		.where(
			(credit.voucher_type == "Quotation") & (credit.voucher_no == quotation) & (invoice.docstatus == 1)
		)
		.run()
	}
	credits = facts.standing_now(facts.standing("Quotation", [quotation])[quotation])
	return [credit for credit in credits if credit.name not in taken]


def hand_on(old: str, new: str) -> None:
	"""An invoice was amended: it is what the quotation has become."""
	book.set_by_name(_of_invoice(old), {"invoiced_in": new})


def forget(invoice: str) -> None:
	"""The invoice is deleted."""
	book.set_by_name(_of_invoice(invoice), {"invoiced_in": None})


def _of_invoice(invoice: str) -> list[str]:
	if not ledger_facts.settings().has_upsells:
		return []
	return frappe.get_all("Upsell Credit", {"invoiced_in": invoice}, pluck="name", order_by="name")
