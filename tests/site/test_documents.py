"""Targets on what was delivered and invoiced: each row credited as its order is, returns taken off (M1, M2, M3)."""

from __future__ import annotations

from collections import defaultdict

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return as credit_note
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return as delivery_return
from frappe.utils import add_days, now_datetime

from sales_extensions import ledger
from sales_extensions.ledger import closing, facts
from sales_extensions.overrides import sales_invoice

from . import world
from .test_paths import rows_of, update_items
from .test_targets import MOST_STATEMENTS, Statements

HALVES = {"Anna": 50, "Cleo": 50}


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)


def invoiced(sellers=("Anna",), **fields):
	return world.target(10_000, sellers, measured_on="Invoiced", **fields)


def delivered(sellers=("Anna",), **fields):
	return world.target(10_000, sellers, measured_on="Delivered", **fields)


def submitted(doc, date: str = "2026-03-20", *, submit: bool = True, **fields):
	doc.set_posting_time, doc.posting_date, doc.posting_time = 1, date, "10:00:00"
	if doc.doctype == "Sales Invoice":
		doc.due_date = date
		doc.set("payment_schedule", [])
	doc.update(fields)
	doc.flags.ignore_permissions = True
	doc.insert()
	if submit:
		doc.submit()
	return doc


def bill(order, date: str = "2026-03-20", qty: float | None = None, **fields):
	"""The order's next invoice; `qty`: of its first row alone."""
	doc = make_sales_invoice(order.name)
	if qty is not None:
		doc.items[0].qty = qty
		doc.items = doc.items[:1]
	return submitted(doc, date, **fields)


def deliver(order, date: str = "2026-03-20", qty: float | None = None, **fields):
	doc = make_delivery_note(order.name)
	if qty is not None:
		doc.items[0].qty = qty
	return submitted(doc, date, **fields)


def take_back(doc, date: str = "2026-04-02", qty: float | None = None, **fields):
	made = (credit_note if doc.doctype == "Sales Invoice" else delivery_return)(doc.name)
	if qty is not None:
		made.items[0].qty = -qty
	return submitted(made, date, **fields)


def alone(amount: float = 100, *, team: dict[str, float] | None = None, date: str = "2026-03-20", **fields):
	"""An invoice without an order."""
	doc = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"company": world.COMPANY,
			"customer": "Shop One",
			"currency": "USD",
			"selling_price_list": "Standard Selling",
			"plc_conversion_rate": 1,
			"ignore_pricing_rule": 1,
			"items": [
				{"item_code": code, "qty": qty, "rate": rate, "price_list_rate": rate}
				for code, qty, rate in fields.pop("items", [("CARE", 1, amount)])
			],
			"sales_team": [
				{"sales_person": seller, "allocated_percentage": share}
				for seller, share in (team or {}).items()
			],
		}
	)
	return submitted(doc, date, **fields)


def stands(target, amount: float, count: int) -> None:
	"""What it shows, once everything was found sound; and what it comes to when it is made anew."""
	world.assert_sound()
	assert world.figures(target)[:2] == (amount, count)


def test_M1_orders_count_for_one_invoices_for_the_other():
	ordered, billed, out = world.target(10_000), invoiced(), delivered()
	order = world.order(1000, team={"Anna": 100})
	stands(ordered, 1000, 1)
	stands(billed, 0, 0)
	deliver(order)
	stands(out, 1000, 1)
	stands(billed, 0, 0)
	bill(order)
	stands(ordered, 1000, 1)
	stands(billed, 1000, 1)
	stands(out, 1000, 1)


def test_M1_the_entry_names_document_order_and_rule():
	target = invoiced()
	order = world.order(1000, team=HALVES)
	invoice = bill(order)
	(entry,) = world.entries(target)
	assert (entry.voucher_type, entry.voucher_no, entry.sales_order) == (
		"Sales Invoice",
		invoice.name,
		order.name,
	)
	assert (entry.amount, entry.order_count, str(entry.posting_date)) == (500, 1, "2026-03-20")
	assert entry.reason == (
		f"{invoice.name}: Grand Total 1,000.00 USD. Anna has 500.00 USD of it, as of {order.name}: "
		"Sales Team: 50 % of 1,000.00 USD is 500.00 USD. Anna is a Sales Person of the target."
	)


def test_M1_an_order_names_itself_as_what_is_counted():
	target = world.target()
	order = world.order(1000, team={"Anna": 100})
	(entry,) = world.entries(target)
	assert (entry.voucher_type, entry.voucher_no) == ("Sales Order", order.name)


def test_M1_by_the_day_of_the_invoice():
	march, april = (
		invoiced(from_date="2026-03-01", to_date="2026-03-31"),
		invoiced(from_date="2026-04-01", to_date="2026-04-30"),
	)
	bill(world.order(1000, team={"Anna": 100}), "2026-04-05")
	stands(march, 0, 0)
	stands(april, 1000, 1)


def test_M1_a_draft_counts_for_nothing_and_a_cancelled_one_no_more():
	target = invoiced()
	order = world.order(1000, team={"Anna": 100})
	make_sales_invoice(order.name).insert()
	stands(target, 0, 0)
	invoice = bill(order, qty=1)
	stands(target, 1000, 1)
	invoice.reload()
	invoice.cancel()
	stands(target, 0, 0)
	assert world.entries(target)[-1].reason == f"{invoice.name} is cancelled."


def test_M1_an_invoice_that_takes_from_stock_delivers_too():
	out, billed = delivered(), invoiced()
	invoice = bill(world.order(1000, team={"Anna": 100}), update_stock=1)
	stands(out, 1000, 1)
	stands(billed, 1000, 1)
	invoice.reload()
	invoice.cancel()
	stands(out, 0, 0)


def test_M2_parts_of_an_order_add_up_to_what_the_order_gave():
	"""A third each of 100.00 is 33.34, 33.33 and 33.33: three invoices of a third bring each exactly that."""
	team = {"Anna": 33.34, "Cleo": 33.33, "Dirk": 33.33}
	ordered = {seller: world.target(10_000, (seller,)) for seller in team}
	billed = {seller: invoiced((seller,)) for seller in team}
	order = world.order(items=[("MILL", 3, 33.37)], team=team)
	for _third in range(3):
		bill(order, qty=1)
	for seller in team:
		stands(billed[seller], world.figures(ordered[seller])[0], 3)


def test_M2_as_the_allocation_is_now():
	anna, cleo = invoiced(), invoiced(("Cleo",))
	order = world.order(1000, team={"Anna": 100})
	bill(order)
	allocation = world.allocation(order.name, world.percent("Cleo", 30))
	stands(anna, 700, 1)
	stands(cleo, 300, 1)
	allocation.delete()
	stands(anna, 1000, 1)
	stands(cleo, 0, 0)


def test_M2_a_fixed_amount_is_shared_out_in_proportion():
	cleo = invoiced(("Cleo",))
	order = world.order(items=[("MILL", 4, 250)], team={"Anna": 100})
	world.allocation(order.name, world.fixed("Cleo", 100))
	bill(order, qty=1)
	stands(cleo, 25, 1)
	bill(order)
	stands(cleo, 100, 2)


def test_M2_rows_of_two_orders_each_by_their_own():
	anna, cleo, docs = invoiced(), invoiced(("Cleo",)), invoiced(("North Team", "South Team"), title="All")
	first, second = world.order(1000, team={"Anna": 100}), world.order(500, team={"Cleo": 100})
	doc = make_sales_invoice(first.name)
	submitted(make_sales_invoice(second.name, target_doc=doc))
	stands(anna, 1000, 1)
	stands(cleo, 500, 1)
	stands(docs, 1500, 1)


def test_M2_update_items_of_an_order_with_a_fixed_share():
	cleo = invoiced(("Cleo",))
	order = world.order(items=[("MILL", 4, 250)], team={"Anna": 100})
	world.allocation(order.name, world.fixed("Cleo", 100))
	bill(order, qty=1)
	update_items(order, rows_of(order, qty=8))
	stands(cleo, 12.5, 1)


def test_M2_without_an_order_by_the_team_or_who_made_it():
	anna, cleo = invoiced(), invoiced(("Cleo",))
	alone(100, team={"Cleo": 100})
	stands(cleo, 100, 1)
	frappe.set_user("anna@example.com")
	invoice = alone(40)
	frappe.set_user("Administrator")
	stands(anna, 40, 1)
	frappe.db.set_value("Employee", {"user_id": "anna@example.com"}, "user_id", None)
	assert ledger.rebuild()["entries_written"] == 0
	stands(anna, 40, 1)
	assert (
		frappe.db.get_value("Order Credit State", f"Sales Invoice: {invoice.name}", "sales_person") == "Anna"
	)


def test_M2_by_item_group():
	mills = invoiced(item_group="Mills")
	bill(world.order(items=[("MILL", 1, 300), ("PUMP", 1, 700)], team={"Anna": 100}))
	stands(mills, 300, 1)


def test_M3_returns_take_back_to_the_cent():
	"""Two returns of 33.33 and 66.67 take back 100.00, of each seller what they had."""
	targets = {seller: invoiced((seller,)) for seller in HALVES}
	invoice = bill(world.order(items=[("MILL", 10_001, 0.01)], team=HALVES))
	had = {seller: world.figures(target)[0] for seller, target in targets.items()}
	assert sorted(had.values()) == [50.0, 50.01]
	for cents in (3333, 6668):
		take_back(invoice, qty=cents)
	for target in targets.values():
		stands(target, 0, 0)


def test_M3_a_return_in_a_later_period_and_its_cancelling():
	march = invoiced(from_date="2026-03-01", to_date="2026-03-31")
	april = invoiced(from_date="2026-04-01", to_date="2026-04-30")
	invoice = bill(world.order(items=[("MILL", 4, 250)], team={"Anna": 100}))
	returned = take_back(invoice, qty=1)
	stands(march, 1000, 1)
	stands(april, -250, 0)
	returned.reload()
	returned.cancel()
	stands(april, 0, 0)


def test_M3_a_return_of_what_was_delivered():
	target = delivered(("Cleo",))
	order = world.order(items=[("MILL", 4, 250)], team={"Anna": 100})
	world.allocation(order.name, world.percent("Cleo", 10))
	note = deliver(order)
	take_back(note, qty=2)
	stands(target, 50, 1)
	take_back(note, qty=2)
	stands(target, 0, 0)


def test_M3_of_an_invoice_without_an_order_from_who_had_it():
	target = invoiced(("Cleo",))
	invoice = alone(100, team={"Cleo": 60, "Anna": 40})
	take_back(invoice, sales_team=[])
	stands(target, 0, 0)


def test_M1_opening_invoices_do_not_count():
	target = invoiced()
	invoice = alone(100, team={"Anna": 100})
	stands(target, 100, 1)
	frappe.db.sql("UPDATE `tabSales Invoice` SET is_opening = 'Yes' WHERE name = %s", invoice.name)
	ledger.rebuild()
	stands(target, 0, 0)
	assert world.entries(target)[-1].reason.startswith(f"{invoice.name} is an opening entry")


def pay(invoice) -> None:
	doc = get_payment_entry("Sales Invoice", invoice.name)
	doc.reference_no, doc.reference_date = "1", doc.posting_date
	doc.insert().submit()


def test_M1_a_new_target_is_filled_and_a_changed_measure_fills_it_anew():
	order = world.order(1000, team={"Anna": 100})
	world.target(1, ("Bob",), measured_on="Invoiced")
	invoice = bill(order, qty=1)
	deliver(order)
	target = invoiced()
	stands(target, 1000, 1)
	pay(invoice)
	for measure in ("Ordered", "Paid", "Delivered", "Paid", "Ordered", "Invoiced"):
		target.reload()
		target.measured_on = measure
		target.save()
		stands(target, 1000, 1)
		sums = defaultdict(float)
		for entry in world.entries(target):
			sums[entry.voucher_type] += entry.amount
		counted = {
			"Ordered": "Sales Order",
			"Delivered": "Delivery Note",
			"Invoiced": "Sales Invoice",
			"Paid": "Payment Entry",
		}
		assert {doctype for doctype, amount in sums.items() if amount} == {counted[measure]}


def test_M1_invoices_of_before_are_found_when_the_first_target_comes():
	invoice = bill(world.order(1000, team={"Anna": 100}))
	target = invoiced()
	stands(target, 1000, 1)
	invoice.reload()
	invoice.cancel()
	stands(target, 0, 0)


def test_M1_what_no_event_tells_is_found_by_a_rebuild():
	target = invoiced()
	invoice = bill(world.order(1000, team={"Anna": 100}))
	frappe.db.sql("UPDATE `tabSales Invoice` SET base_grand_total = 900 WHERE name = %s", invoice.name)
	assert [(row["kind"], row["voucher_no"], row["amount"]) for row in ledger.verify()] == [
		("entry", invoice.name, -100)
	]
	ledger.rebuild()
	stands(target, 900, 1)


def test_M1_a_measured_target_can_be_closed_and_is_adjusted_after():
	target = invoiced(from_date="2026-03-01", to_date="2026-03-31")
	order = world.order(1000, team={"Anna": 100})
	bill(order)
	assert ledger.close(world.COMPANY, "2026-03-31") == [target.name]
	world.allocation(order.name, world.percent("Cleo", 30))
	stands(target, 1000, 1)
	assert frappe.db.get_value("Sales Target", target.name, "adjustment_amount") == -300


def test_M1_upsell_is_counted_with_orders():
	with pytest.raises(frappe.ValidationError, match="Measured On: upsells are counted with their orders"):
		world.target(100, target_type="Upsell", measured_on="Invoiced")


def test_M3_the_last_return_takes_the_count_back_whatever_orders_its_rows_came_of():
	"""An invoice of two orders, each returned by itself; when one return is cancelled the invoice counts again."""
	target = invoiced(("North Team", "South Team"), numeric=True)
	first, second = world.order(50, team={"Anna": 100}), world.order(50, team={"Cleo": 100})
	invoice = submitted(make_sales_invoice(second.name, target_doc=make_sales_invoice(first.name)))
	returns = []
	for row in (0, 1):
		made = credit_note(invoice.name)
		made.items = [made.items[row]]
		returns.append(submitted(made, "2026-04-02"))
	stands(target, 0, 0)
	returns[0].reload()
	returns[0].cancel()
	stands(target, 50, 1)


def test_M2_a_number_that_is_given_again_has_no_seller_yet():
	frappe.db.set_single_value("Accounts Settings", "delete_linked_ledger_entries", 1)
	anna, bob = invoiced(), invoiced(("Bob",))
	frappe.set_user("anna@example.com")
	invoice = alone(40)
	frappe.set_user("Administrator")
	stands(anna, 40, 1)
	invoice.reload()
	invoice.cancel()
	frappe.delete_doc("Sales Invoice", invoice.name)
	frappe.set_user("bob@example.com")
	again = alone(30)
	frappe.set_user("Administrator")
	assert again.name == invoice.name
	stands(anna, 0, 0)
	stands(bob, 30, 1)


def test_H1_a_return_of_what_was_sold_before_is_of_who_sold_it_then():
	frappe.set_user("anna@example.com")
	invoice = alone(40, date="2026-01-20")
	frappe.set_user("Administrator")
	target = invoiced(from_date="2026-04-01")
	take_back(invoice, "2026-04-10")
	stands(target, -40, -1)
	frappe.db.set_value("Employee", {"user_id": "anna@example.com"}, "user_id", None)
	ledger.rebuild()
	stands(target, -40, -1)


def test_H3_a_closed_target_has_the_decimals_that_it_was_closed_with(monkeypatch):
	target = invoiced(from_date="2026-03-01", to_date="2026-03-31")
	bill(world.order(100.55, team=HALVES))
	ledger.close(world.COMPANY, "2026-03-31")
	monkeypatch.setattr(facts, "precision", lambda: 0)
	assert [row for row in ledger.verify() if row.get("sales_target") == target.name] == []


def test_H3_at_night_a_closed_target_finds_what_became_of_its_documents():
	target = invoiced(from_date="2026-03-01", to_date="2026-03-31")
	kept, gone = alone(100, team={"Anna": 100}), alone(40, team={"Anna": 100})
	ledger.close(world.COMPANY, "2026-03-31")
	assert closing.orders_changed_since([target.name], add_days(now_datetime(), 1)) == []
	frappe.db.sql(
		"UPDATE `tabSales Invoice` SET base_grand_total = 90, modified = NOW() + INTERVAL 2 DAY WHERE name = %s",
		kept.name,
	)
	frappe.db.sql("DELETE FROM `tabSales Invoice` WHERE name = %s", gone.name)
	found = closing.orders_changed_since([target.name], add_days(now_datetime(), 1))
	assert found == sorted(f"Sales Invoice\t{one.name}" for one in (kept, gone))
	ledger.rebuild()
	stands(target, 140, 2)
	assert frappe.db.get_value("Sales Target", target.name, "adjustment_amount") == -50


# --- what it costs ------------------------------------------------------------------------------

#: Of an invoice of one order with two sellers and a target of each.
MOST_OF_AN_INVOICE = 22


def of_invoices(monkeypatch) -> Statements:
	return Statements(monkeypatch, sales_invoice, ("on_submit", "on_cancel"))


def two_invoices() -> list:
	order = world.order(items=[("MILL", 4, 250)], team=HALVES)
	return [bill(order, qty=1, submit=False) for _one in range(2)]


def test_M1_an_invoice_costs_one_statement_where_no_target_counts_it(monkeypatch):
	world.target()
	first, second = two_invoices()
	first.submit()
	assert of_invoices(monkeypatch).of(second.submit) == 1


def test_M1_an_invoice_costs_the_same_with_more_targets_and_more_documents(monkeypatch):
	for seller in HALVES:
		invoiced((seller,))
	count = of_invoices(monkeypatch)
	two_invoices()[0].submit()
	few = count.of(two_invoices()[0].submit)
	assert 1 < few <= MOST_OF_AN_INVOICE, "\n".join(count.sent)
	for seller in ("Bob", "Dirk"):
		for _one in range(3):
			invoiced((seller,))
	for _one in range(3):
		two_invoices()[0].submit()
	assert count.of(two_invoices()[0].submit) == few


def test_M1_an_order_costs_no_more_where_targets_count_invoices(monkeypatch):
	world.target()
	invoiced()
	world.order(team={"Anna": 100})
	order = world.order(team={"Anna": 100}, submit=False)
	count = Statements(monkeypatch)
	assert count.of(order.submit) <= MOST_STATEMENTS, "\n".join(count.sent)


def test_M1_what_a_closed_target_is_measured_on_is_sealed():
	target = invoiced(from_date="2026-03-01", to_date="2026-03-31")
	bill(world.order(1000, team={"Anna": 100}))
	ledger.close(world.COMPANY, "2026-03-31")
	stands(target, 1000, 1)
	frappe.db.sql("UPDATE `tabSales Target` SET measured_on = 'Ordered' WHERE name = %s", target.name)
	assert "seal" in {row["kind"] for row in ledger.verify()}


def test_M1_the_document_of_a_sealed_entry_is_sealed():
	target = invoiced(from_date="2026-03-01", to_date="2026-03-31")
	bill(world.order(1000, team={"Anna": 100}))
	ledger.close(world.COMPANY, "2026-03-31")
	frappe.db.sql("UPDATE `tabSales Target Entry` SET voucher_no = 'X' WHERE sales_target = %s", target.name)
	assert "seal" in {row["kind"] for row in ledger.verify()}
