"""Targets on what was paid: by what settles an invoice, on its day, without write-offs and exchange (M2)."""

from __future__ import annotations

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

from sales_extensions import ledger

from . import world
from .test_documents import alone, bill, stands, take_back


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)


def paid(sellers=("Anna",), **fields):
	return world.target(10_000, sellers, measured_on="Paid", **fields)


def account(account_type: str, company: str = world.COMPANY) -> str:
	filters = {"company": company, "account_type": account_type, "is_group": 0}
	return frappe.get_all("Account", filters, pluck="name", order_by="name")[0]


def expense(company: str = world.COMPANY) -> str:
	return frappe.get_all(
		"Account", {"company": company, "root_type": "Expense", "is_group": 0}, pluck="name", order_by="name"
	)[0]


def pay(*invoices, date: str = "2026-04-10", amounts: tuple[float, ...] = (), off: float = 0):
	"""One payment of these invoices. `off`: what of it is taken off, and not paid."""
	doc = get_payment_entry("Sales Invoice", invoices[0].name, bank_account=account("Cash"))
	for invoice in invoices[1:]:
		doc.append("references", {"reference_doctype": "Sales Invoice", "reference_name": invoice.name})
		doc.references[-1].update(
			{
				"total_amount": invoice.grand_total,
				"outstanding_amount": invoice.outstanding_amount,
				"allocated_amount": invoice.outstanding_amount,
			}
		)
	for row, amount in zip(doc.references, amounts, strict=False):
		row.allocated_amount = amount
	whole = sum(row.allocated_amount for row in doc.references)
	doc.paid_amount = doc.received_amount = whole - off
	if off:
		doc.append("deductions", {"account": expense(), "cost_center": "Main - WW", "amount": off})
	doc.posting_date, doc.reference_no, doc.reference_date = date, "1", date
	doc.insert().submit()
	return doc


def entry(*rows: dict, date: str = "2026-04-10", **fields):
	"""A Journal Entry."""
	doc = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"company": world.COMPANY,
			"posting_date": date,
			"accounts": [{"cost_center": "Main - WW", **row} for row in rows],
			**fields,
		}
	)
	doc.insert().submit()
	return doc


def settled(invoice, amount: float) -> dict:
	return {
		"account": invoice.debit_to,
		"party_type": "Customer",
		"party": invoice.customer,
		"credit_in_account_currency": amount,
		"reference_type": "Sales Invoice",
		"reference_name": invoice.name,
	}


def anna(amount: float = 1000):
	return bill(world.order(amount, team={"Anna": 100}))


def test_M2_paid_on_the_day_of_the_payment_and_taken_back_with_it():
	march, april = (
		paid(from_date="2026-03-01", to_date="2026-03-31"),
		paid(from_date="2026-04-01", to_date="2026-04-30"),
	)
	payment = pay(anna())
	stands(march, 0, 0)
	stands(april, 1000, 1)
	payment.reload()
	payment.cancel()
	stands(april, 0, 0)
	assert world.entries(april)[-1].reason == f"{payment.name} settles nothing of the invoice any more."


def test_M2_the_entry_names_payment_invoice_and_order():
	target = paid()
	invoice = anna()
	payment = pay(invoice, amounts=(250,))
	(one,) = world.entries(target)
	assert (one.voucher_type, one.voucher_no) == ("Payment Entry", payment.name)
	assert (one.against_voucher_type, one.against_voucher_no) == ("Sales Invoice", invoice.name)
	assert one.sales_order == invoice.items[0].sales_order
	assert (one.amount, one.order_count) == (250, 0)
	assert one.reason.startswith(f"{payment.name} pays 250.00 USD of {invoice.name}.")


def test_M2_in_parts_that_add_up_to_the_invoice():
	"""Three payments of a third, two sellers: each has at last what the invoice gave."""
	team = {"Anna": 50, "Cleo": 50}
	targets = {seller: paid((seller,)) for seller in team}
	billed = {seller: world.target(10, (seller,), measured_on="Invoiced") for seller in team}
	invoice = bill(world.order(100.01, team=team))
	for amount in (33.33, 33.34, 33.34):
		invoice.reload()
		pay(invoice, amounts=(amount,))
	for seller, target in targets.items():
		stands(target, world.figures(billed[seller])[0], 1)


def test_M2_several_invoices_by_one_payment():
	target, cleo = paid(), paid(("Cleo",))
	first, second = anna(), bill(world.order(500, team={"Cleo": 100}))
	payment = pay(first, second)
	stands(target, 1000, 1)
	stands(cleo, 500, 1)
	payment.reload()
	payment.cancel()
	stands(target, 0, 0)
	stands(cleo, 0, 0)


def test_M2_two_invoices_of_one_order_by_one_payment():
	target = paid()
	order = world.order(items=[("MILL", 4, 250)], team={"Anna": 100})
	first, second = bill(order, qty=1), bill(order)
	pay(first, second)
	stands(target, 1000, 2)


def test_M2_a_discount_that_is_taken_off_is_not_paid():
	target = paid()
	pay(anna(), off=50)
	stands(target, 950, 1)


def test_M2_a_write_off_is_no_payment():
	target = paid()
	invoice = anna()
	pay(invoice, amounts=(900,))
	entry(
		{"account": expense(), "debit_in_account_currency": 100},
		settled(invoice, 100),
		voucher_type="Write Off Entry",
	)
	stands(target, 900, 1)


def test_M2_what_is_written_off_whole_is_no_paid_invoice():
	target = paid()
	invoice = anna()
	entry({"account": expense(), "debit_in_account_currency": 1000}, settled(invoice, 1000))
	stands(target, 0, 0)


def test_M2_a_credit_note_settles_and_pays_nothing():
	target = paid()
	invoice = bill(world.order(items=[("MILL", 4, 250)], team={"Anna": 100}))
	take_back(invoice, "2026-03-25", qty=1, update_outstanding_for_self=0)
	invoice.reload()
	pay(invoice, amounts=(750,))
	stands(target, 750, 1)


def test_M2_an_entry_that_books_more_than_the_debt_pays_the_debt():
	target = paid()
	income = {"account": "Sales - WW", "credit_in_account_currency": 30}
	entry({"account": account("Cash"), "debit_in_account_currency": 130}, settled(anna(), 100), income)
	stands(target, 100, 0)


def test_M2_by_a_journal_entry():
	target = paid()
	invoice = anna()
	made = entry({"account": account("Cash"), "debit_in_account_currency": 400}, settled(invoice, 400))
	stands(target, 400, 0)
	made.reload()
	made.cancel()
	stands(target, 0, 0)


def test_M2_an_advance_pays_on_the_day_of_the_invoice():
	march, april = (
		paid(from_date="2026-03-01", to_date="2026-03-31"),
		paid(from_date="2026-04-01", to_date="2026-04-30"),
	)
	order = world.order(1000, team={"Anna": 100})
	advance = get_payment_entry("Sales Order", order.name, bank_account=account("Cash"))
	advance.posting_date, advance.reference_no, advance.reference_date = "2026-03-12", "1", "2026-03-12"
	advance.insert().submit()
	invoice = bill(order, "2026-04-05", allocate_advances_automatically=1)
	assert invoice.advances
	stands(march, 0, 0)
	stands(april, 1000, 1)


def test_M2_reconciled_later_and_unreconciled():
	target = paid()
	invoice = anna()
	payment = frappe.get_doc(
		{
			"doctype": "Payment Entry",
			"payment_type": "Receive",
			"party_type": "Customer",
			"party": invoice.customer,
			"company": world.COMPANY,
			"posting_date": "2026-04-10",
			"paid_from": invoice.debit_to,
			"paid_to": account("Cash"),
			"paid_amount": 600,
			"received_amount": 600,
			"source_exchange_rate": 1,
			"target_exchange_rate": 1,
		}
	)
	payment.insert().submit()
	stands(target, 0, 0)
	tool = frappe.get_doc("Payment Reconciliation")
	tool.update(
		{
			"company": world.COMPANY,
			"party_type": "Customer",
			"party": invoice.customer,
			"receivable_payable_account": invoice.debit_to,
		}
	)
	tool.get_unreconciled_entries()
	rows = {
		"payments": [one.as_dict() for one in tool.payments if one.reference_name == payment.name],
		"invoices": [one.as_dict() for one in tool.invoices if one.invoice_number == invoice.name],
	}
	tool.allocate_entries(frappe._dict(rows))
	tool.reconcile()
	stands(target, 600, 0)
	undo = frappe.get_doc(
		{
			"doctype": "Unreconcile Payment",
			"company": world.COMPANY,
			"voucher_type": "Payment Entry",
			"voucher_no": payment.name,
		}
	)
	undo.add_references()
	undo.insert().submit()
	stands(target, 0, 0)


def test_M2_with_tax_all_of_it_is_paid_by_the_basis_of_the_site():
	target = paid()
	invoice = bill(world.order(1000, team={"Anna": 100}, taxes=20))
	pay(invoice, amounts=(600,))
	stands(target, 600, 0)
	world.policy(order_amount_basis="Net Total")
	stands(target, 500, 0)


def test_M2_paid_at_the_till():
	target = paid()
	alone(
		100,
		team={"Anna": 100},
		is_pos=1,
		payments=[{"mode_of_payment": "Cash", "account": account("Cash"), "amount": 100}],
	)
	stands(target, 100, 1)


def test_M2_a_part_paid_at_the_till_is_no_paid_invoice_until_the_rest_is():
	target = paid()
	invoice = alone(
		100,
		team={"Anna": 100},
		is_pos=1,
		payments=[{"mode_of_payment": "Cash", "account": account("Cash"), "amount": 100}],
	)
	part = "UPDATE `tabSales Invoice` SET base_paid_amount = 40, paid_amount = 40 WHERE name = %s"
	frappe.db.sql(part, invoice.name)
	ledger.rebuild()
	stands(target, 40, 0)


def test_M2_money_that_goes_back_for_a_return():
	target = paid()
	invoice = bill(world.order(items=[("MILL", 4, 250)], team={"Anna": 100}))
	pay(invoice)
	note = take_back(invoice, qty=1)
	stands(target, 1000, 1)
	back = get_payment_entry("Sales Invoice", note.name, bank_account=account("Cash"))
	back.posting_date, back.reference_no, back.reference_date = "2026-04-20", "2", "2026-04-20"
	back.insert().submit()
	stands(target, 750, 1)


def test_M2_another_share_restates_what_was_paid():
	target, cleo = paid(), paid(("Cleo",))
	invoice = anna()
	pay(invoice, amounts=(500,))
	world.allocation(invoice.items[0].sales_order, world.percent("Cleo", 30))
	stands(target, 350, 0)
	stands(cleo, 150, 0)


def test_M1_payments_of_before_are_found_when_the_first_target_comes():
	invoice = anna()
	pay(invoice)
	target = paid()
	stands(target, 1000, 1)
	assert ledger.rebuild()["entries_written"] == 0


def test_M2_what_no_event_tells_is_found_by_a_rebuild():
	target = paid()
	invoice = anna()
	payment = pay(invoice)
	frappe.db.sql("UPDATE `tabPayment Ledger Entry` SET delinked = 1 WHERE voucher_no = %s", payment.name)
	assert [(row["kind"], row["voucher_no"], row["amount"]) for row in ledger.verify()] == [
		("entry", payment.name, -1000)
	]
	ledger.rebuild()
	stands(target, 0, 0)
