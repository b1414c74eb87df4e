"""An allocation holds for the deal that it was agreed for; rows stay with their document (issue 12, I 6 and 7)."""

from __future__ import annotations

import frappe
import pytest

from . import world
from .http import Client
from .world import percent

MANAGER = "manager@example.com"
ALLOCATION = "Order Allocation"


@pytest.fixture
def everyone():
	return world.target(100_000, ("North Team", "South Team"))


def agreed(**order):
	"""An order that a manager has allocated."""
	order = world.order(1000, team={"Anna": 100}, **order)
	frappe.set_user(MANAGER)
	world.allocation(order.name, percent("Bob", 40))
	frappe.set_user("Administrator")
	return order


def amended(order, **changes):
	order.reload()
	order.cancel()
	copy = frappe.copy_doc(order)
	copy.update({"amended_from": order.name, "docstatus": 0, "payment_schedule": [], **changes})
	for row in copy.items:
		if "company" in changes:
			row.update({"warehouse": changes["set_warehouse"], "cost_center": None})
	return copy.insert()


def credited(order: str) -> dict[str, float]:
	rows = frappe.get_all("Sales Target Entry", {"sales_order": order}, ["sales_person", "amount"])
	return {
		seller: total
		for seller in {row.sales_person for row in rows}
		if (total := sum(row.amount for row in rows if row.sales_person == seller))
	}


def told(order: str) -> list[str]:
	return frappe.get_all(
		"Notification Log",
		{"document_name": order, "for_user": MANAGER},
		pluck="subject",
		order_by="creation",
	)


def test_A3_an_amendment_for_the_same_deal_carries_the_allocation(everyone):
	copy = amended(agreed(), transaction_date="2026-04-01", po_no="17")
	copy.submit()
	assert credited(copy.name) == {"Anna": 600, "Bob": 400}
	assert not told(copy.name)


@pytest.mark.parametrize(
	"changes",
	[
		{"customer": "Builder Two"},
		{"company": world.COMPANY_EUR, "currency": "EUR", "set_warehouse": "Stores - MB"},
	],
	ids=["customer", "company"],
)
def test_A3_an_amendment_that_is_another_deal_has_no_allocation_and_its_manager_is_told(everyone, changes):
	old = agreed()
	copy = amended(old, **changes)
	assert not frappe.db.exists(ALLOCATION, world.allocated(copy.name))
	assert frappe.db.exists(ALLOCATION, world.allocated(old.name)), (
		"the cancelled order keeps showing what was agreed"
	)
	assert len(told(copy.name)) == 1 and "another deal" in told(copy.name)[0]
	assert "another deal" in str(frappe.local.message_log)
	copy.submit()
	if "customer" in changes:
		assert credited(copy.name) == {"Anna": 1000}
	world.assert_sound()


def test_A3_a_draft_that_is_turned_to_another_customer_loses_its_allocation(everyone):
	order = agreed(submit=False)
	order.reload()
	order.customer = "Builder Two"
	order.customer_name = None
	order.save()
	assert not frappe.db.exists(ALLOCATION, world.allocated(order.name))
	assert len(told(order.name)) == 1
	order.submit()
	assert credited(order.name) == {"Anna": 1000}
	world.assert_sound()


def test_A3_a_draft_that_is_turned_to_another_company_loses_it_too(everyone):
	order = agreed(submit=False)
	order.reload()
	order.update({"company": world.COMPANY_EUR, "currency": "EUR", "payment_schedule": []})
	order.update({"set_warehouse": "Stores - MB", "taxes": [], "cost_center": None})
	for row in order.items:
		row.update({"warehouse": "Stores - MB", "cost_center": None})
	order.save()
	assert not frappe.db.exists(ALLOCATION, world.allocated(order.name))
	assert len(told(order.name)) == 1
	world.assert_sound()


def test_A3_the_same_where_drafts_count(everyone):
	world.policy(count_orders_on="Save")
	order = agreed(submit=False)
	assert credited(order.name) == {"Anna": 600, "Bob": 400}
	order.reload()
	order.customer = "Builder Two"
	order.save()
	assert credited(order.name) == {"Anna": 1000}
	world.assert_sound()


def test_A3_a_draft_that_changes_in_all_else_keeps_it(everyone):
	order = agreed(submit=False)
	order.reload()
	order.update({"transaction_date": "2026-04-02", "po_no": "18", "payment_schedule": []})
	order.save()
	assert frappe.db.exists(ALLOCATION, world.allocated(order.name))
	frappe.rename_doc("Customer", "Shop One", "Shop Uno")
	order.reload()
	order.save()
	order.submit()
	assert credited(order.name) == {"Anna": 600, "Bob": 400}
	assert not told(order.name)


# --- rows that are moved over REST -----------------------------------------------------------------


@pytest.mark.committed
@pytest.mark.parametrize("submit", [True, False], ids=["submitted", "draft"])
def test_T3_a_row_is_not_moved_to_another_document(server, submit):
	frappe.set_user("Administrator")
	world.policy(enable_upsell_tracking=1, count_orders_on="Submit" if submit else "Save")
	world.target(100_000, ("North Team", "South Team"))
	orders = [world.order(1000, team={"Anna": 60, "Bob": 40}, submit=submit) for _ in range(2)]
	offers = [world.quotation([("MILL", 1, 100), ("PUMP", 1, 50)], submit=submit) for _ in range(2)]
	frappe.db.commit()
	client, before = Client(server, MANAGER), world.fingerprint()
	for (one, other), table in ((orders, "sales_team"), (orders, "items"), (offers, "items")):
		row = one.get(table)[0]
		for values in (
			{"parent": other.name},
			{"parent": other.name, "idx": 9},
			{
				"parent": other.name,
				"parenttype": "Quotation" if one.doctype == "Sales Order" else "Sales Order",
			},
		):
			answer = client.put(row.doctype, row.name, values)
			frappe.db.rollback()
			assert 400 <= answer.status < 500, (row.doctype, values, answer)
		assert "moved" in client.put(row.doctype, row.name, {"parent": other.name}).message
		frappe.db.rollback()
		assert frappe.db.get_value(row.doctype, row.name, "parent") == one.name
	assert world.fingerprint() == before
	world.assert_sound()
