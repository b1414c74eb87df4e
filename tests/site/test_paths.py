"""Every way a Sales Order, or something behind it, changes; performed as a user does (T2, T3).

The figures in each test are worked out by hand. `now` checks them, and that the ledger is sound.
"""

from __future__ import annotations

import json

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from erpnext.selling.doctype.sales_order.sales_order import (
	close_or_unclose_sales_orders,
	make_delivery_note,
	make_sales_invoice,
	update_status,
)
from frappe.model.rename_doc import rename_doc, update_document_title

from . import world
from .world import fixed, percent, whole


def now(target, amount: float, count: int, percentage: float | None = None) -> None:
	has = world.figures(target)
	assert has[:2] == (amount, count)
	if percentage is not None:
		assert has[2] == percentage
	world.assert_sound()


def anna(**fields):
	"""A target of 10,000 for Anna in 2026: 100 is one per cent."""
	return world.target(10_000, ("Anna",), **fields)


ANNA = {"Anna": 100}


# --- the life of an order -----------------------------------------------------------------------


def test_T3_submit_and_cancel():
	target = anna()
	order = world.order(1000, team=ANNA, submit=False)
	now(target, 0, 0, 0)
	order.submit()
	now(target, 1000, 1, 10)
	order.cancel()
	now(target, 0, 0, 0)
	assert [(row.amount, row.order_count) for row in world.entries(target)] == [(1000, 1), (-1000, -1)]


def test_T3_amend():
	target = anna()
	order = world.order(1000, team=ANNA)
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.items[0].rate = 800
	amended.insert()
	now(target, 0, 0)
	amended.submit()
	now(target, 800, 1, 8)
	assert amended.name == f"{order.name}-1"


def test_T8_draft_counts_from_save_and_goes_with_its_deletion():
	world.policy(count_orders_on="Save")
	target = anna()
	order = world.order(1000, team=ANNA, submit=False)
	now(target, 1000, 1)
	order.items[0].rate = 1200
	order.save()
	now(target, 1200, 1)
	order.submit()
	now(target, 1200, 1)
	draft = world.order(300, team=ANNA, submit=False)
	now(target, 1500, 2)
	frappe.delete_doc("Sales Order", draft.name)
	now(target, 1200, 1)


def test_T3_draft_deleted_where_only_submitted_orders_count():
	target = anna()
	order = world.order(1000, team=ANNA, submit=False)
	world.allocation(order.name, percent("Bob", 50))
	order.delete()
	assert not frappe.db.exists("Order Allocation", world.allocated(order.name))
	assert world.entries(target) == []
	now(target, 0, 0)


def test_T3_deleted_number_is_given_again():
	target, bob = anna(), world.target(10_000, ("Bob",))
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 25))
	now(target, 750, 1)
	order.cancel()
	order.delete()
	again = world.order(400, team=ANNA, submit=False)
	assert again.name == order.name
	again.submit()
	now(target, 400, 1, 4)
	now(bob, 0, 0)


def test_T3_deleted_document_is_restored_as_a_draft():
	from frappe.core.doctype.deleted_document.deleted_document import restore

	target = anna()
	order = world.order(1000, team=ANNA)
	order.cancel()
	order.delete()
	restore(frappe.db.get_value("Deleted Document", {"deleted_name": order.name}, "name"), alert=False)
	now(target, 0, 0)
	restored = frappe.get_last_doc("Sales Order")
	assert restored.docstatus == 0
	restored.submit()
	now(target, 1000, 1)


def test_T3_quotation_becomes_an_order():
	target = anna()
	quotation = frappe.get_doc(
		{
			"doctype": "Quotation", "quotation_to": "Customer", "party_name": "Shop One",
			"company": world.COMPANY, "transaction_date": "2026-03-01", "valid_till": "2099-12-31",
			"currency": "USD", "selling_price_list": "Standard Selling", "ignore_pricing_rule": 1,
			"items": [{"item_code": "MILL", "qty": 2, "rate": 350}],
		}
	).insert()  # fmt: skip
	quotation.submit()
	order = make_sales_order(quotation.name)
	order.update({"transaction_date": "2026-03-10", "delivery_date": world.END, "payment_schedule": []})
	order.append("sales_team", {"sales_person": "Anna", "allocated_percentage": 100})
	order.insert()
	now(target, 0, 0)
	order.submit()
	now(target, 700, 1, 7)


def test_T3_auto_repeat_makes_an_order_that_counts_for_itself():
	target = anna()
	order = world.order(1000, team=ANNA)
	repeat = frappe.get_doc(
		{"doctype": "Auto Repeat", "reference_doctype": "Sales Order", "reference_document": order.name,
			"frequency": "Daily", "start_date": frappe.utils.add_days(None, 1)}
	).insert()  # fmt: skip
	copy = frappe.get_doc("Auto Repeat", repeat.name).make_new_document()
	now(target, 1000, 1)
	copy.update({"transaction_date": "2026-03-11", "payment_schedule": []})
	copy.submit()
	now(target, 2000, 2)


def test_T3_order_discount():
	target = anna()
	order = world.order(1000, team=ANNA, taxes=10, submit=False)
	order.apply_discount_on, order.additional_discount_percentage = "Grand Total", 10
	order.save()
	order.submit()
	now(target, 990, 1, 9.9)  # 1000 + 10 % = 1100, less 10 % = 990


def test_T3_order_moves_out_of_the_period_and_to_another_customer():
	world.policy(count_orders_on="Save")
	march = anna(from_date="2026-03-01", to_date="2026-03-31")
	spain = anna(territory="Spain")
	order = world.order(1000, team=ANNA, submit=False)
	now(march, 1000, 1)
	now(spain, 0, 0)
	order.update({"transaction_date": "2026-04-01", "payment_schedule": []})
	order.save()
	now(march, 0, 0)
	order.customer, order.territory, order.customer_group = "Builder Two", "Spain", "Builders"
	order.save()
	now(spain, 1000, 1)


# --- a submitted order ---------------------------------------------------------------------------


def rows_of(order, **changes) -> list[dict]:
	order.reload()
	return [
		{"docname": row.name, "item_code": row.item_code, "qty": row.qty, "rate": row.rate,
			"delivery_date": world.END, "conversion_factor": 1, "idx": row.idx} | changes
		for row in order.items
	]  # fmt: skip


def update_items(order, rows: list[dict]) -> None:
	update_child_qty_rate("Sales Order", json.dumps(rows, default=str), order.name)


def test_T3_update_items_price_and_quantity():
	target = anna()
	order = world.order(1000, team=ANNA)
	update_items(order, rows_of(order, rate=900))
	now(target, 900, 1, 9)
	update_items(order, rows_of(order, qty=3))
	now(target, 2700, 1, 27)


def test_T3_update_items_adds_and_removes_rows():
	target, pumps = anna(), anna(item_group="Pumps")
	order = world.order(1000, team=ANNA)
	update_items(
		order,
		[*rows_of(order), {"item_code": "PUMP", "qty": 2, "rate": 250, "delivery_date": world.END, "idx": 2,
			"conversion_factor": 1}],
	)  # fmt: skip
	now(target, 1500, 1)
	now(pumps, 500, 1)
	update_items(order, rows_of(order)[1:])
	now(target, 500, 1)
	now(pumps, 500, 1)


def test_T3_update_items_swaps_rows_of_equal_price():
	mills, pumps = anna(item_group="Mills"), anna(item_group="Pumps")
	order = world.order(1000, team=ANNA)
	now(mills, 1000, 1)
	update_items(
		order,
		[
			{
				"item_code": "PUMP",
				"qty": 1,
				"rate": 1000,
				"delivery_date": world.END,
				"idx": 1,
				"conversion_factor": 1,
			}
		],
	)
	now(mills, 0, 0)
	now(pumps, 1000, 1)


def test_T3_update_items_on_a_closed_order():
	target = anna()
	order = world.order(items=[("CARE", 10, 100)], team=ANNA)
	deliver(order, 4)
	update_status("Closed", order.name)
	now(target, 400, 1)
	update_items(order, rows_of(order, rate=200))
	order.reload()
	assert order.status == "Closed"
	now(target, 800, 1)  # 2000, of which 40 % is delivered


def test_T3_edit_of_the_sales_team_after_submit():
	target, bob = anna(), world.target(1000, ("Bob",))
	order = world.order(1000, team=ANNA)
	order.reload()
	order.set("sales_team", [
		{"sales_person": "Anna", "allocated_percentage": 60},
		{"sales_person": "Bob", "allocated_percentage": 40},
	])  # fmt: skip
	order.save()
	now(target, 600, 1)
	now(bob, 400, 1, 40)
	order.set("sales_team", [{"sales_person": "Bob", "allocated_percentage": 100}])
	order.save()
	now(target, 0, 0)
	now(bob, 1000, 1, 100)


def deliver(order, qty: float) -> None:
	note = make_delivery_note(order.name)
	note.update({"posting_date": "2026-04-01", "posting_time": "10:00", "set_posting_time": 1})
	note.items[0].qty = qty
	note.insert()
	note.submit()


def bill(order, qty: float) -> None:
	invoice = make_sales_invoice(order.name)
	invoice.update(
		{"posting_date": "2026-04-01", "set_posting_time": 1, "due_date": world.END, "payment_schedule": []}
	)
	invoice.items[0].qty = qty
	invoice.insert()
	invoice.submit()


def test_T3_delivery_and_billing_progress_writes_nothing():
	target = anna()
	order = world.order(items=[("CARE", 10, 100)], team=ANNA)
	booked = world.entries(target)
	deliver(order, 4)
	bill(order, 10)
	order.reload()
	assert (order.per_delivered, order.per_billed) == (40, 100)
	now(target, 1000, 1)
	assert world.entries(target) == booked


def test_T3_close_hold_and_reopen():
	target = anna()
	order = world.order(1000, team=ANNA)
	update_status("On Hold", order.name)
	now(target, 1000, 1)
	update_status("Draft", order.name)  # what the desk sends for Resume and Re-open
	now(target, 1000, 1)
	update_status("Closed", order.name)
	now(target, 0, 0)  # nothing delivered, nothing billed
	update_status("Draft", order.name)
	order.reload()
	assert order.status == "To Deliver and Bill"
	now(target, 1000, 1)


def test_T3_close_of_many_from_the_list():
	target = anna()
	orders = [world.order(amount, team=ANNA).name for amount in (100, 200)]
	close_or_unclose_sales_orders(json.dumps(orders), "Closed")
	now(target, 0, 0)
	close_or_unclose_sales_orders(json.dumps(orders), "Draft")
	now(target, 300, 2)


@pytest.mark.parametrize(
	("policy", "amount", "count"),
	[("Delivered or Billed Share", 400, 1), ("Full Amount", 1000, 1), ("None", 0, 0)],
)
@pytest.mark.parametrize("progress", [deliver, bill])
def test_T8_closed_order_counts_by_policy(policy, amount, count, progress):
	world.policy(closed_order_credit=policy)
	target = anna()
	order = world.order(items=[("CARE", 10, 100)], team=ANNA)
	progress(order, 4)
	now(target, 1000, 1)
	update_status("Closed", order.name)
	now(target, amount, count)
	update_status("Draft", order.name)
	now(target, 1000, 1)


def test_T8_closed_order_counts_the_larger_of_delivered_and_billed():
	target = anna()
	order = world.order(items=[("CARE", 10, 100)], team=ANNA)
	deliver(order, 2)
	bill(order, 5)
	update_status("Closed", order.name)
	now(target, 500, 1)


def test_T3_billing_taken_back_lowers_the_closed_share():
	target = anna()
	order = world.order(items=[("CARE", 10, 100)], team=ANNA)
	bill(order, 3)
	update_status("Closed", order.name)
	now(target, 300, 1)
	update_status("Draft", order.name)
	frappe.get_last_doc("Sales Invoice").cancel()
	now(target, 1000, 1)
	update_status("Closed", order.name)
	now(target, 0, 0)


# --- the document API in other hands --------------------------------------------------------------


def test_T3_db_set():
	target = anna()
	order = world.order(1000, team=ANNA)
	order.db_set("transaction_date", "2025-12-31")
	now(target, 0, 0)
	order.db_set("transaction_date", "2026-01-01")
	now(target, 1000, 1)
	order.db_set("note", "of no concern") if order.meta.has_field("note") else order.db_set("po_no", "A1")
	now(target, 1000, 1)
	assert len(world.entries(target)) == 3


def test_T3_client_calls():
	from frappe import client

	target = anna()
	draft = world.order(1000, team=ANNA, submit=False, save=False)
	order = client.insert(draft.as_dict())
	now(target, 0, 0)
	order = client.submit(frappe.get_doc("Sales Order", order.get("name")).as_dict())
	now(target, 1000, 1)
	client.set_value("Sales Order", order["name"], "po_no", "B2")
	now(target, 1000, 1)
	doc = frappe.get_doc("Sales Order", order["name"]).as_dict()
	doc["sales_team"] = [{"sales_person": "Bob", "allocated_percentage": 100}]
	client.save(doc)
	now(target, 0, 0)
	doc = frappe.get_doc("Sales Order", order["name"]).as_dict()
	doc["sales_team"] = [{"sales_person": "Anna", "allocated_percentage": 100}]
	doc["docname"] = doc["name"]
	client.bulk_update(json.dumps([doc], default=str))
	now(target, 1000, 1)
	client.cancel("Sales Order", order["name"])
	now(target, 0, 0)
	client.delete("Sales Order", order["name"])
	now(target, 0, 0)


@pytest.mark.committed
def test_T3_bulk_submit_and_cancel(wiped):
	from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs as bulk

	target = anna()
	orders = [world.order(amount, team=ANNA, submit=False).name for amount in (100, 200, 300)]
	assert bulk("Sales Order", json.dumps(orders), "submit") == []
	now(target, 600, 3, 6)
	assert bulk("Sales Order", json.dumps(orders[:2]), "cancel") == []
	now(target, 300, 1, 3)
	assert bulk("Sales Order", json.dumps(orders[2:]), "update", {"po_no": "C3"}) == []
	now(target, 300, 1, 3)


@pytest.mark.committed
def test_T3_data_import_of_orders(wiped):
	from frappe.core.doctype.data_import.importer import Importer

	target = anna()
	header = [
		"Company", "Customer", "Date", "Delivery Date", "Currency", "Exchange Rate", "Price List",
		"Price List Currency", "Price List Exchange Rate", "Ignore Pricing Rule", "Item Code (Items)",
		"Quantity (Items)", "Rate (Items)", "Sales Person (Sales Team)", "Contribution (%) (Sales Team)",
	]  # fmt: skip
	fields = [
		"company", "customer", "transaction_date", "delivery_date", "currency", "conversion_rate",
		"selling_price_list", "price_list_currency", "plc_conversion_rate", "ignore_pricing_rule",
		"items.item_code", "items.qty", "items.rate", "sales_team.sales_person", "sales_team.allocated_percentage",
	]  # fmt: skip
	rows = [
		[world.COMPANY, "Shop One", "2026-03-10", world.END, "USD", 1, "Standard Selling", "USD", 1, 1,
			"CARE", 1, amount, "Anna", 100]
		for amount in (150, 250)
	]  # fmt: skip
	assert len(header) == len(fields)
	data_import = frappe.get_doc(
		{"doctype": "Data Import", "reference_doctype": "Sales Order", "import_type": "Insert New Records",
			"submit_after_import": 1, "mute_emails": 1}
	).insert()  # fmt: skip
	csv_file = frappe.utils.csvutils.to_csv([fields, *rows])
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "orders.csv", "content": csv_file, "is_private": 1,
			"attached_to_doctype": "Data Import", "attached_to_name": data_import.name}
	).insert()  # fmt: skip
	data_import.db_set("import_file", file.file_url)
	frappe.db.commit()
	try:
		importer = Importer("Sales Order", data_import=data_import)
		importer.import_data()
		data_import.reload()
		assert data_import.status == "Success", frappe.get_all(
			"Data Import Log", {"data_import": data_import.name}, ["messages", "exception"]
		)
		now(target, 400, 2, 4)
	finally:
		frappe.flags.in_import = False
		frappe.delete_doc("Data Import", data_import.name, force=True)
		frappe.db.commit()


# --- paths without any event ------------------------------------------------------------------------


@pytest.mark.committed
def test_T3_raw_changes_are_found_and_repaired_by_reconcile(wiped):
	from sales_extensions.ledger import reconcile, verify

	target = anna()
	gone, moved, kept = (world.order(amount, team=ANNA) for amount in (100, 200, 400))
	now(target, 700, 3)
	frappe.db.delete("Sales Order", gone.name)
	frappe.db.set_value("Sales Order", moved.name, "transaction_date", "2025-06-01")
	frappe.db.set_value("Sales Target", target.name, "realised_amount", 5)
	frappe.db.commit()
	assert {row["kind"] for row in verify()} == {"entry", "total"}
	reconcile()
	now(target, 400, 1, 4)
	run = frappe.get_last_doc("Sales Ledger Run", {"purpose": "Reconcile"})
	assert (run.status, run.entries_written) == ("Finished", 2)
	assert gone.name in run.differences and moved.name in run.differences and kept.name not in run.differences
	told = frappe.get_all("Notification Log", {"document_name": run.name}, pluck="for_user")
	assert "manager@example.com" in told and "anna@example.com" not in told


@pytest.mark.committed
def test_T3_sound_books_are_reconciled_in_silence(wiped):
	from sales_extensions.ledger import reconcile

	target = anna()
	world.order(100, team=ANNA)
	booked = world.entries(target)
	reconcile()
	now(target, 100, 1)
	assert world.entries(target) == booked
	run = frappe.get_last_doc("Sales Ledger Run")
	assert (run.status, run.entries_written) == ("Finished", 0)
	assert not frappe.db.exists("Notification Log", {"document_name": run.name})


@pytest.mark.committed
def test_T3_allocation_left_by_a_raw_deletion_goes_with_reconcile(wiped):
	from sales_extensions.ledger import reconcile

	target, bob = anna(), world.target(1000, ("Bob",))
	order = world.order(100, team=ANNA)
	world.allocation(order.name, percent("Bob", 50))
	now(bob, 50, 1)
	frappe.db.delete("Sales Order", order.name)
	frappe.db.commit()
	reconcile()
	now(target, 0, 0)
	now(bob, 0, 0)
	assert not frappe.db.exists("Order Allocation", world.allocated(order.name))


# --- allocations ------------------------------------------------------------------------------------


def test_T3_allocation_created_edited_and_deleted():
	target, bob = anna(), world.target(10_000, ("Bob",))
	order = world.order(1000, team=ANNA)
	allocation = world.allocation(order.name, percent("Bob", 30))
	now(target, 700, 1)
	now(bob, 300, 1)
	allocation.remainder_to = "Nobody"
	allocation.save()
	now(target, 0, 0)
	now(bob, 300, 1)
	allocation.shares[0].percentage = 45
	allocation.save()
	now(bob, 450, 1)
	allocation.append("shares", fixed("Anna", 100))
	allocation.save()
	now(target, 100, 1)
	allocation.delete()
	now(target, 1000, 1)
	now(bob, 0, 0)


def test_A1_allocation_of_a_draft_waits_for_its_order():
	target, bob = anna(), world.target(10_000, ("Bob",))
	order = world.order(1000, team=ANNA, submit=False)
	world.allocation(order.name, whole("Bob"))
	now(bob, 0, 0)
	order.reload()
	order.submit()
	now(bob, 1000, 1)
	now(target, 0, 0)


# --- names and trees ---------------------------------------------------------------------------------


def test_T3_customer_renamed_and_merged():
	target, trade = anna(), anna(customer_group="Trade")
	world.order(1000, team=ANNA)
	world.order(500, team=ANNA, customer="Home Three")
	rename_doc("Customer", "Shop One", "Shop Uno")
	now(target, 1500, 2)
	now(trade, 1000, 1)
	rename_doc("Customer", "Home Three", "Shop Uno", merge=True)
	now(target, 1500, 2)
	now(trade, 1000, 1)  # an order keeps the customer group it was made with


def test_T3_seller_renamed():
	target = anna()
	order = world.order(1000, team=ANNA)
	update_document_title(doctype="Sales Person", docname="Anna", name="Annette")
	now(target, 1000, 1)
	assert {row.sales_person for row in world.entries(target)} == {"Annette"}
	order.reload()
	order.cancel()
	now(target, 0, 0)


def test_T3_seller_merged_into_one_with_a_target_of_their_own():
	anna_target, bob_target = anna(), world.target(10_000, ("Bob",))
	world.order(1000, team=ANNA)
	world.order(500, team={"Bob": 100})
	merge("Anna", "Bob")
	# both targets are Bob's now, and both orders are his
	now(anna_target, 1500, 2)
	now(bob_target, 1500, 2)


def test_T3_sellers_merged_who_share_a_target_an_order_and_an_allocation():
	joint = world.target(10_000, ("Anna", "Bob"))
	numeric = world.target(10, ("Anna", "Bob"), numeric=True)
	teamed = world.order(1000, team={"Anna": 60, "Bob": 40})
	allocated = world.order(2000, team={"Cleo": 100})
	allocation = world.allocation(allocated.name, percent("Anna", 30), fixed("Bob", 400))
	now(joint, 2000, 2)
	merge("Anna", "Bob")
	now(joint, 2000, 2)
	now(numeric, 2000, 2, 20)
	assert [row.sales_person for row in frappe.get_doc("Sales Target", joint.name).assignees] == ["Bob"]
	assert frappe.get_doc("Sales Target", joint.name).save()
	now(joint, 2000, 2)
	teamed.reload()
	teamed.cancel()
	now(joint, 1000, 1)
	allocation.reload()
	allocation.delete()
	now(joint, 0, 0)


def merge(old: str, into: str, doctype: str = "Sales Person") -> None:
	rename_doc(doctype, old, into, merge=True)


def test_T3_group_of_sellers_merged():
	north, south = world.target(10_000, ("North Team",)), world.target(10_000, ("South Team",))
	world.order(1000, team=ANNA)
	world.order(500, team={"Cleo": 100})
	now(north, 1000, 1)
	merge("North Team", "South Team")
	now(north, 1500, 2)
	now(south, 1500, 2)


def test_T3_seller_moves_to_another_group():
	north, south = world.target(10_000, ("North Team",)), world.target(10_000, ("South Team",))
	world.order(1000, team=ANNA)
	now(north, 1000, 1)
	seller = frappe.get_doc("Sales Person", "Anna")
	seller.parent_sales_person = "South Team"
	seller.save()
	now(north, 1000, 1)  # sold as one of North (H2)
	now(south, 0, 0)
	world.order(300, team=ANNA, date=world.END)
	now(north, 1000, 1)
	now(south, 300, 1)


def test_T3_disabled_seller_keeps_credit():
	target = anna()
	order = world.order(1000, team=ANNA)
	seller = frappe.get_doc("Sales Person", "Anna")
	seller.enabled = 0
	seller.save()
	now(target, 1000, 1)
	order.cancel()
	now(target, 0, 0)


@pytest.mark.parametrize(
	("doctype", "field", "child", "group", "elsewhere"),
	[
		("Territory", "territory", "Holland", "Europe", "All Territories"),
		("Customer Group", "customer_group", "Shops", "Trade", "All Customer Groups"),
		("Item Group", "item_group", "Mills", "Machines", "All Item Groups"),
	],
)
def test_T3_branch_moves_in_its_tree(doctype, field, child, group, elsewhere):
	own, above, everywhere = (anna(**{field: name}) for name in (child, group, elsewhere))
	world.order(1000, team=ANNA)
	now(above, 1000, 1)
	doc = frappe.get_doc(doctype, child)
	doc.set(doc.nsm_parent_field, elsewhere)
	doc.save()
	now(own, 1000, 1)
	now(above, 0, 0)
	now(everywhere, 1000, 1)
	doc.set(doc.nsm_parent_field, group)
	doc.save()
	now(above, 1000, 1)


@pytest.mark.parametrize(
	("doctype", "field", "loser", "above", "survivor"),
	[
		("Territory", "territory", "Holland", "Europe", "Asia"),
		("Customer Group", "customer_group", "Shops", "Trade", "Homes"),
		("Item Group", "item_group", "Mills", "Machines", "Care"),
	],
)
def test_T3_branch_is_merged_into_another(doctype, field, loser, above, survivor):
	lost, left, kept = (anna(**{field: name}) for name in (loser, above, survivor))
	world.order(1000, team=ANNA)
	world.order(500, team=ANNA, customer="Home Three", items=[("CARE", 1, 500)])
	now(lost, 1000, 1)
	now(left, 1000, 1)
	now(kept, 500, 1)
	merge(loser, survivor, doctype)
	now(lost, 1500, 2)
	now(left, 0, 0)
	now(kept, 1500, 2)


def test_T3_territory_renamed():
	target = anna(territory="Holland")
	order = world.order(1000, team=ANNA)
	rename_doc("Territory", "Holland", "Netherlands")
	now(target, 1000, 1)
	order.reload()
	order.cancel()
	now(target, 0, 0)


def test_H1_what_was_sold_stays_sold_whoever_has_the_login_later():
	target, bob = anna(), world.target(10_000, ("Bob",))
	frappe.set_user("anna@example.com")
	world.order(1000)
	frappe.set_user("Administrator")
	now(target, 1000, 1)
	for seller, user in (("Anna", None), ("Bob", "anna@example.com")):
		employee = frappe.get_doc("Employee", frappe.db.get_value("Sales Person", seller, "employee"))
		employee.user_id = user
		employee.save()
	now(target, 1000, 1)
	now(bob, 0, 0)
	frappe.set_user("anna@example.com")
	world.order(300)
	frappe.set_user("Administrator")
	now(target, 1000, 1)
	now(bob, 300, 1)


def test_H1_what_was_sold_stays_sold_whoever_has_the_employee_later():
	target, cleo = anna(), world.target(10_000, ("Cleo",))
	frappe.set_user("anna@example.com")
	world.order(1000)
	frappe.set_user("Administrator")
	employee = frappe.db.get_value("Sales Person", "Anna", "employee")
	for seller, value in (("Anna", None), ("Cleo", employee)):
		doc = frappe.get_doc("Sales Person", seller)
		doc.employee = value
		doc.save()
	now(target, 1000, 1)
	now(cleo, 0, 0)


def test_A1_user_renamed():
	target = anna()
	frappe.set_user("anna@example.com")
	order = world.order(1000)
	frappe.set_user("Administrator")
	world.rename_user("anna@example.com", "annette@example.com")
	now(target, 1000, 1)
	order.reload()
	assert order.owner == "annette@example.com"
	order.cancel()
	now(target, 0, 0)


def test_T3_company_renamed():
	target = anna()
	world.order(1000, team=ANNA)
	rename_doc("Company", world.COMPANY, "Windmill Wonders", force=True)
	now(target, 1000, 1)
	assert (
		frappe.db.get_value("Sales Target Assignee", {"parent": target.name}, "company") == "Windmill Wonders"
	)


# --- over HTTP ------------------------------------------------------------------------------------


@pytest.mark.committed
def test_T3_order_over_REST(server, wiped):
	from .http import Client

	target, bob = anna(), world.target(10_000, ("Bob",))
	frappe.db.commit()
	client = Client(server, "manager@example.com")
	values = world.order(1000, team=ANNA, save=False, submit=False).as_dict(no_nulls=True)
	made = client.post("Sales Order", json.loads(frappe.as_json(values)))
	assert made.status == 200, made
	name = made.data["name"]
	now_committed(target, 0, 0)
	assert client.put("Sales Order", name, {"docstatus": 1}).status == 200
	now_committed(target, 1000, 1)
	nameless = [
		{"sales_person": "Anna", "allocated_percentage": 20},
		{"sales_person": "Bob", "allocated_percentage": 80},
	]
	assert client.put("Sales Order", name, {"sales_team": nameless}).status == 200
	now_committed(target, 200, 1)
	now_committed(bob, 800, 1)
	rows = rows_of(frappe.get_doc("Sales Order", name), rate=500)
	answer = client.call(
		"erpnext.controllers.accounts_controller.update_child_qty_rate",
		parent_doctype="Sales Order", trans_items=json.dumps(rows, default=str), parent_doctype_name=name,
	)  # fmt: skip
	assert answer.status == 200, answer
	now_committed(bob, 400, 1)
	status = "erpnext.selling.doctype.sales_order.sales_order.update_status"
	assert client.call(status, status="Closed", name=name).status == 200
	now_committed(bob, 0, 0)
	assert client.call(status, status="Draft", name=name).status == 200
	now_committed(bob, 400, 1)
	assert client.put("Sales Order", name, {"docstatus": 2}).status == 200
	now_committed(bob, 0, 0)
	assert client.delete("Sales Order", name).status == 202
	now_committed(target, 0, 0)


@pytest.mark.committed
def test_T2_request_that_fails_takes_the_ledger_back_too(server, wiped):
	from .http import Client

	target = anna()
	frappe.db.commit()
	client = Client(server, "manager@example.com")
	order = world.order(1000, team=ANNA, submit=False)
	frappe.db.commit()
	rows = [{"sales_person": "Anna", "allocated_percentage": 90}]
	answer = client.put("Sales Order", order.name, {"docstatus": 1, "sales_team": rows})
	assert answer.status == 417, answer  # a Sales Team must add up to 100 %
	now_committed(target, 0, 0)
	assert frappe.db.get_value("Sales Order", order.name, "docstatus") == 0


def now_committed(target, amount: float, count: int) -> None:
	frappe.db.rollback()  # a new snapshot, to see what the server committed
	now(target, amount, count)
