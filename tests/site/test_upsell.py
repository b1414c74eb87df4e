"""Who earned each charge, from quotation to order: real documents, several users (U1-U10)."""

from contextlib import contextmanager

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order

from tests.site import world

ANNA, BOB, CARL = "anna@example.com", "bob@example.com", "carl@example.com"
MANAGER, UPSELL = "manager@example.com", "upsell@example.com"


@pytest.fixture(autouse=True)
def tracked(transaction):
	world.policy(enable_upsell_tracking=1)


@contextmanager
def as_user(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def told(doc, *, removed: bool = False) -> list[tuple]:
	return [
		(c.item_code, c.credit_assigned_to, c.origin, c.is_upsell, c.credit_assigned_customised)
		for c in world.credits(doc, removed=removed)
	]


def convert(quotation, user: str):
	with as_user(user):
		order = make_sales_order(quotation.name)
		order.transaction_date, order.delivery_date = quotation.transaction_date, world.END
		order.payment_schedule = []
		order.set_warehouse = world.WAREHOUSE
		for row in order.items:
			row.delivery_date, row.warehouse = world.END, world.WAREHOUSE
		return order


def test_U2_U3_each_charge_has_a_credit_of_its_own():
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100), ("PUMP", 1, 50)])
	first, second = world.credits(quotation)
	assert told(quotation) == [("MILL", ANNA, "Created", 0, 0), ("PUMP", ANNA, "Created", 0, 0)]
	assert (first.qty, first.subtotal, first.base_subtotal, first.currency) == (2, 200, 200, "USD")
	assert first.voucher_row == quotation.items[0].name and second.voucher_row == quotation.items[1].name
	assert first.sales_person == "Anna"
	assert (first.charge_created_by, first.credit_assigned_by, first.last_edited_by) == (ANNA, ANNA, None)
	world.assert_sound()


def test_U6_who_quoted_keeps_the_credit_and_who_adds_at_conversion_has_an_upsell():
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100), ("PUMP", 1, 50)])
	order = convert(quotation, BOB)
	with as_user(BOB):
		order.append("items", world.item_row("CARE", 1, 25))
		order.insert()
		order.submit()
	assert told(order) == [
		("MILL", ANNA, "Converted", 0, 0),
		("PUMP", ANNA, "Converted", 0, 0),
		("CARE", BOB, "Added", 1, 0),
	]
	quoted, made = world.credits(quotation), world.credits(order)
	assert [c.source_credit for c in made] == [quoted[0].name, quoted[1].name, None]
	assert made[0].charge_created_on == quoted[0].charge_created_on
	assert made[2].upsell_rule == "Added at Conversion"
	world.assert_sound()


def test_U5_an_edit_stamps_and_never_reassigns():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("PUMP", 1, 50)])
	rows = [
		{
			"docname": row.name,
			"item_code": row.item_code,
			"qty": row.qty,
			"rate": row.rate + 5 * (row.idx == 1),
		}
		for row in order.items
	]
	with as_user(CARL):
		update_child_qty_rate("Sales Order", frappe.as_json(rows), order.name)
	first, second = world.credits(order)
	assert (first.credit_assigned_to, first.last_edited_by, first.subtotal) == (ANNA, CARL, 210)
	assert (second.last_edited_by, second.modified_by) == (None, ANNA)
	world.assert_sound()
