"""One order from what was ordered to the money (M4)."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions.api import measures

from . import world
from .test_documents import bill, deliver, take_back
from .test_paid import pay


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)


@pytest.fixture
def order():
	"""Of 1,000: 750 delivered, 500 invoiced and 250 of that returned, 100 paid; a tenth of all is Cleo's."""
	order = world.order(items=[("MILL", 4, 250)], team={"Anna": 100})
	world.allocation(order.name, world.percent("Cleo", 10))
	deliver(order, qty=3)
	invoice = bill(order, qty=2)
	take_back(invoice, qty=1)
	invoice.reload()
	pay(invoice, amounts=(100,))
	return order


def figures(line: dict) -> tuple[float, ...]:
	names = ("ordered", "delivered", "invoiced", "returned", "paid", "to_invoice", "to_pay")
	return tuple(float(line[name]) for name in names)


def test_M4_all_measures_of_an_order_beside_each_other(order):
	shown = measures.of_order(order.name)
	assert [(line["sales_person"], figures(line)) for line in shown["lines"]] == [
		("Anna", (900, 675, 225, 225, 90, 450, 135)),
		("Cleo", (100, 75, 25, 25, 10, 50, 15)),
	]
	assert figures(shown["total"]) == (1000, 750, 250, 250, 100, 500, 150)


def test_M4_each_figure_opens_to_its_documents(order):
	shown = measures.of_order(order.name)["documents"]
	assert [(one["measure"], one["doctype"], float(one["amount"])) for one in shown] == [
		("Delivered", "Delivery Note", 750),
		("Invoiced", "Sales Invoice", 500),
		("Invoiced", "Sales Invoice", -250),
		("Paid", "Payment Entry", 100),
	]
	assert all(one["name"] for one in shown)


def test_M4_who_may_not_read_an_invoice_is_not_told_its_name(order):
	frappe.set_user("anna@example.com")
	shown = measures.of_order(order.name)
	assert {one["doctype"] for one in shown["documents"] if one["name"] is None} == {
		"Sales Invoice",
		"Payment Entry",
		"Delivery Note",
	} - {
		doctype
		for doctype in ("Sales Invoice", "Payment Entry", "Delivery Note")
		if frappe.has_permission(doctype, "read")
	}


def test_M4_who_may_not_read_the_order_sees_nothing(order):
	frappe.set_user("nobody@example.com")
	with pytest.raises(frappe.PermissionError):
		measures.of_order(order.name)


def test_M4_without_documents_there_is_the_order_alone():
	order = world.order(1000, team={"Anna": 100})
	world.allocation(order.name, world.percent("Anna", 60), remainder_to="Nobody")
	shown = measures.of_order(order.name)
	assert [(line["sales_person"], line["ordered"]) for line in shown["lines"]] == [("Anna", 600), ("", 400)]
	assert shown["documents"] == []
