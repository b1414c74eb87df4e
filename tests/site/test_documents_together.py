"""A document and what decides on it, two at once, step by step (M2): as `test_interleavings`, of invoices and payments."""

from __future__ import annotations

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

from sales_extensions.ledger import runs
from tests.site import world
from tests.site.test_documents import alone, bill, deliver, submitted
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
from tests.site.test_paid import account, expense

pytestmark = [pytest.mark.committed, pytest.mark.usefixtures("wiped", "snapshot_isolation")]

HALVES = {"Anna": 50, "Bob": 50}


def submit_invoice(name: str):
	return frappe.get_doc("Sales Invoice", name).submit()


def cancel_invoice(name: str):
	return frappe.get_doc("Sales Invoice", name).cancel()


def drafted(order, **fields) -> str:
	"""An invoice that waits to be submitted."""
	return bill(order, submit=False, **fields).name


def pay(invoice: str, amount: float, off: float = 0):
	doc = get_payment_entry("Sales Invoice", invoice, bank_account=account("Cash"))
	doc.references[0].allocated_amount = amount
	doc.paid_amount = doc.received_amount = amount - off
	if off:
		doc.append("deductions", {"account": expense(), "cost_center": "Main - WW", "amount": off})
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
	finish(second, submitted, (submit_invoice, invoices[1]), or_refused_for="tabCompany")
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


def test_M3_a_later_document_that_was_committed_meanwhile_follows(two):
	"""Of one order, ten cents each: the one that was made first has the first cents, whichever is submitted first."""
	first, second = two
	targets = each("Anna", "Bob", "Cleo", measured_on="Delivered")
	order = world.order(items=[("MILL", 20, 0.01)], team={"Anna": 33.333, "Bob": 33.333, "Cleo": 33.334})
	names = [deliver(order, qty=10, submit=False).name for _one in range(2)]
	committed()
	first.look()
	second.do(submit_note, names[1])
	second.commit()
	started = first.start(submit_note, names[0])
	try:
		started.result(SECONDS)
	except (
		frappe.QueryDeadlockError
	):  # with snapshot isolation ERPNext finds its own rows changed, and the user asks again
		first.rollback()
		first.do(submit_note, names[0])
	first.commit()
	assert_figures(targets, Anna=0.07, Bob=0.06, Cleo=0.07)


def submit_note(name: str):
	return frappe.get_doc("Delivery Note", name).submit()


def test_M2_two_orders_of_one_invoice_change_at_once(two):
	first, second = two
	targets = each("Anna", "Bob", "Cleo", measured_on="Invoiced")
	orders = [world.order(100, team={"Anna": 100}).name for _one in range(2)]
	doc = make_sales_invoice(orders[1], target_doc=make_sales_invoice(orders[0]))
	submitted(doc)
	committed()
	first.look()
	second.look()
	first.do(allocate, orders[0], "Bob", 50)
	started = second.start(allocate, orders[1], "Cleo", 50)
	second.waits(started)
	first.commit()
	started.result(SECONDS)
	second.commit()
	assert_figures(targets, Anna=100, Bob=50, Cleo=50)


def test_M2_payments_of_two_invoices_of_one_order_at_once(two):
	"""The second waits before it has written anything, and knows of the first then: a tenth of that is a discount."""
	first, second = two
	targets = each("Anna", measured_on="Paid")
	order = world.order(items=[("MILL", 2, 500)], team={"Anna": 100})
	invoices = [bill(order, qty=1).name for _one in range(2)]
	committed()
	second.look()
	first.do(pay, invoices[0], 500, 50)
	started = second.start(pay, invoices[1], 500)
	second.waits(started)
	first.commit()
	finish(second, started, (pay, invoices[1], 500), or_refused_for="tab")
	assert_figures(targets, Anna=950)
