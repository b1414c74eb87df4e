"""A document and what decides on it, two at once, step by step (M2): as `test_interleavings`, of invoices and payments."""

from __future__ import annotations

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

from sales_extensions.ledger import runs
from tests.site import world
from tests.site.test_documents import alone, bill
from tests.site.test_interleavings import (
	SECONDS,
	allocate,
	assert_figures,
	change_share,
	committed,
	each,
	finish,
)
from tests.site.test_interleavings import two as two
from tests.site.test_paid import account

pytestmark = [pytest.mark.committed, pytest.mark.usefixtures("wiped", "snapshot_isolation")]

HALVES = {"Anna": 50, "Bob": 50}


def submit_invoice(name: str):
	return frappe.get_doc("Sales Invoice", name).submit()


def cancel_invoice(name: str):
	return frappe.get_doc("Sales Invoice", name).cancel()


def drafted(order, **fields) -> str:
	"""An invoice that waits to be submitted."""
	return bill(order, submit=False, **fields).name


def pay(invoice: str, amount: float):
	doc = get_payment_entry("Sales Invoice", invoice, bank_account=account("Cash"))
	doc.paid_amount = doc.received_amount = doc.references[0].allocated_amount = amount
	doc.reference_no, doc.reference_date = "1", doc.posting_date
	return doc.insert().submit()


def measure(target: str, measured_on: str):
	doc = frappe.get_doc("Sales Target", target)
	doc.measured_on = measured_on
	return doc.save()


def test_M2_allocation_committed_after_the_others_snapshot_counts(two):
	seller, manager = two
	targets = each("Anna", "Cleo", measured_on="Invoiced")
	order = world.order(1000, team={"Anna": 100})
	invoice = committed(drafted(order))
	seller.look()
	manager.do(allocate, order.name, "Cleo", 25)
	manager.commit()
	seller.do(submit_invoice, invoice)
	seller.commit()
	assert_figures(targets, Anna=750, Cleo=250)


def test_M2_allocation_waits_for_the_invoice_that_is_being_submitted(two):
	seller, manager = two
	targets = each("Anna", "Cleo", measured_on="Invoiced")
	order = world.order(1000, team={"Anna": 100})
	invoice = committed(drafted(order))
	manager.look()
	seller.do(submit_invoice, invoice)
	allocated = manager.start(allocate, order.name, "Cleo", 10)
	manager.waits(allocated)
	seller.commit()
	allocated.result(SECONDS)
	manager.commit()
	assert_figures(targets, Anna=900, Cleo=100)


def test_M2_an_invoice_waits_for_the_share_that_is_being_changed(two):
	seller, manager = two
	targets = each("Anna", "Cleo", measured_on="Invoiced")
	order = world.order(1000, team={"Anna": 100})
	world.allocation(order.name, world.percent("Cleo", 10))
	invoice = committed(drafted(order))
	seller.look()
	manager.do(change_share, order.name, 40)
	submitted = seller.start(submit_invoice, invoice)
	seller.waits(submitted)
	manager.commit()
	submitted.result(SECONDS)
	seller.commit()
	assert_figures(targets, Anna=600, Cleo=400)


def test_M2_a_payment_among_changes_of_its_order(two):
	seller, manager = two
	targets = each("Anna", "Cleo", measured_on="Paid")
	order = world.order(1000, team={"Anna": 100})
	invoice = bill(order)
	world.allocation(order.name, world.percent("Cleo", 10))
	committed()
	manager.look()
	seller.do(pay, invoice.name, 500)
	changed = manager.start(change_share, order.name, 40)
	manager.waits(changed)
	seller.commit()
	changed.result(SECONDS)
	manager.commit()
	assert_figures(targets, Anna=300, Cleo=200)


def test_M2_invoices_of_one_seller_side_by_side(two):
	"""Of customers and orders that have nothing in common but the target: the second waits for it, and both are there."""
	first, second = two
	targets = each("Anna", measured_on="Invoiced")
	invoices = [
		drafted(world.order(amount, team={"Anna": 100}, customer=customer))
		for amount, customer in ((100, "Shop One"), (20, "Builder Two"))
	]
	committed()
	second.look()
	first.do(submit_invoice, invoices[0])
	submitted = second.start(submit_invoice, invoices[1])
	second.waits(submitted)
	first.commit()
	finish(second, submitted, (submit_invoice, invoices[1]), refused_for="tabCompany")
	assert_figures(targets, Anna=120)


def test_M1_a_target_is_measured_otherwise_while_an_invoice_is_submitted(two):
	seller, manager = two
	targets = each("Anna", measured_on="Invoiced")
	invoice = committed(drafted(world.order(1000, team={"Anna": 100})))
	seller.do(submit_invoice, invoice)
	changed = manager.start(measure, targets["Anna"], "Ordered")
	manager.waits(changed)
	seller.commit()
	changed.result(SECONDS)
	manager.commit()
	frappe.db.rollback()
	runs.settle(list(targets.values()))
	assert_figures(targets, Anna=1000)


def test_M2_an_invoice_without_an_order_waits_for_a_target_that_is_restated(two):
	seller, manager = two
	targets = each("Anna", measured_on="Invoiced")
	invoice = committed(alone(100, team={"Anna": 100}, submit=False)).name
	manager.do(measure, targets["Anna"], "Delivered")
	submitted = seller.start(submit_invoice, invoice)
	seller.waits(submitted)
	manager.commit()
	submitted.result(SECONDS)
	seller.commit()
	frappe.db.rollback()
	runs.settle(list(targets.values()))
	assert_figures(targets, Anna=0)
