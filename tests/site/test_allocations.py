"""Order Allocations: shares, remainders, overlay, and amounts that follow the order (A1-A6)."""

from __future__ import annotations

import json

import frappe
import pytest

from sales_extensions import words
from sales_extensions.engine.upsell import Voucher, archived

from . import world
from .test_paths import rows_of, update_items
from .world import fixed, percent, whole

ANNA = {"Anna": 100}


def credited(order_name: str) -> dict[str, float]:
	"""What each seller has of an order, in a target of the whole company."""
	sums: dict[str, float] = {}
	for row in frappe.get_all(
		"Sales Target Entry",
		{"sales_order": order_name},
		["sales_person", "amount", "sales_target"],
		order_by="name",
	):
		assert row.sales_target == frappe.get_last_doc("Sales Target").name
		sums[row.sales_person] = round(sums.get(row.sales_person, 0) + row.amount, 2)
	return {seller: amount for seller, amount in sums.items() if amount}


@pytest.fixture
def everyone():
	return world.target(100_000, ("Sales Team",))


def amounts(name: str) -> tuple:
	"""(order amount, allocated total, remainder, amounts of the shares) as the database has them."""
	doc = frappe.get_doc("Order Allocation", world.allocated(name))
	return (
		doc.order_amount,
		doc.allocated_total,
		doc.remainder_amount,
		[row.allocated_amount for row in doc.shares],
	)


def test_A3_percentage_fixed_and_whole(everyone):
	order = world.order(1000, team=ANNA)
	allocation = world.allocation(order.name, percent("Bob", 30), fixed("Cleo", 250))
	assert amounts(allocation.sales_order) == (1000, 550, 450, [300, 250])
	assert credited(order.name) == {"Anna": 450, "Bob": 300, "Cleo": 250}
	allocation.set("shares", [whole("Dirk")])
	allocation.save()
	assert amounts(allocation.sales_order) == (1000, 1000, 0, [1000])
	assert credited(order.name) == {"Dirk": 1000}
	world.assert_sound()


def test_A3_remainder_to_nobody(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 30), remainder_to="Nobody")
	assert credited(order.name) == {"Bob": 300}
	assert amounts(order.name) == (1000, 300, 700, [300])
	world.assert_sound()


def test_A3_natural_owner_can_have_a_share_and_the_remainder(everyone):
	order = world.order(1000, team={"Anna": 50, "Bob": 50})
	world.allocation(order.name, percent("Anna", 10), percent("Cleo", 30))
	assert credited(order.name) == {"Anna": 400, "Bob": 300, "Cleo": 300}


def test_A4_shares_add_up_to_the_cent(everyone):
	order = world.order(100, team=ANNA)
	thirds = [percent(seller, 33.333333333) for seller in ("Anna", "Bob", "Cleo")]
	world.allocation(order.name, *thirds, remainder_to="Nobody")
	total, allocated, remainder, shares = amounts(order.name)
	assert (total, allocated, remainder) == (100, 100, 0)
	assert sorted(shares) == [33.33, 33.33, 33.34]
	assert world.figures(everyone)[:2] == (100, 1)
	world.assert_sound()


def test_A4_order_in_another_currency_is_shared_in_company_currency(everyone):
	order = world.order(100, team=ANNA, currency="EUR", conversion_rate=1.2345)
	allocation = world.allocation(order.name, percent("Bob", 50), fixed("Cleo", 20))
	assert allocation.currency == "USD"
	assert amounts(order.name)[:3] == (123.45, 81.73, 41.72) or amounts(order.name)[:3] == (
		123.45,
		81.72,
		41.73,
	)
	assert sum(credited(order.name).values()) == pytest.approx(123.45)
	world.assert_sound()


def test_A6_once_in_each_sellers_numeric_target():
	anna, bob, joint = (
		world.target(4, sellers, numeric=True) for sellers in (("Anna",), ("Bob",), ("Anna", "Bob"))
	)
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 30))
	assert world.figures(anna) == (700, 1, 25)
	assert world.figures(bob) == (300, 1, 25)
	assert world.figures(joint) == (1000, 1, 25)
	world.assert_sound()


def test_A5_amounts_follow_the_order(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 30), fixed("Cleo", 250))
	update_items(order, rows_of(order, rate=2000))
	assert amounts(order.name) == (2000, 850, 1150, [600, 250])
	assert credited(order.name) == {"Anna": 1150, "Bob": 600, "Cleo": 250}
	world.assert_sound()


def test_A5_amounts_follow_a_draft():
	order = world.order(1000, team=ANNA, submit=False)
	world.allocation(order.name, percent("Bob", 30))
	order.reload()
	order.items[0].rate = 500
	order.save()
	assert amounts(order.name) == (500, 150, 350, [150])
	world.assert_sound()


def test_A5_an_allocation_of_an_order_whose_company_was_changed_past_the_document_follows_when_it_is_read_anew():
	order = world.order(1000, team=ANNA, submit=False)
	world.allocation(order.name, percent("Bob", 30))
	order.reload()
	frappe.db.set_value("Sales Order", order.name, {"company": world.COMPANY_EUR, "currency": "EUR"})
	order.reload()
	order.items[0].update({"warehouse": "Stores - MB", "cost_center": None, "income_account": None})
	order.set_warehouse = "Stores - MB"
	order.save()
	allocation = frappe.get_doc("Order Allocation", world.allocated(order.name))
	assert (allocation.company, allocation.currency) == (world.COMPANY_EUR, "EUR")
	assert [row.currency for row in allocation.shares] == ["EUR"]
	world.assert_sound()


def test_A5_many_shares_cost_no_more_statements_than_one(monkeypatch):
	from tests.site.test_targets import Statements

	sent = []
	for sellers in (("Bob",), ("Bob", "Cleo", "Dirk")):
		order = world.order(1000, team=ANNA, submit=False)
		world.allocation(order.name, *(percent(seller, 20) for seller in sellers))
		order.reload()
		order.items[0].rate = 500
		with monkeypatch.context() as patched:
			sent.append(Statements(patched).of(order.save))
	assert sent[0] == sent[1]
	world.assert_sound()


def test_A5_fixed_amount_is_cut_and_the_manager_told(everyone):
	frappe.set_user("manager@example.com")
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, fixed("Bob", 800))
	frappe.set_user("anna@example.com")
	update_items(order, rows_of(order, rate=500))
	frappe.set_user("Administrator")
	assert amounts(order.name) == (500, 500, 0, [500])
	assert credited(order.name) == {"Bob": 500}
	note = frappe.get_last_doc("Notification Log", {"document_name": world.allocated(order.name)})
	assert (note.for_user, note.document_type) == ("manager@example.com", "Order Allocation")
	assert order.name in note.subject
	assert "Bob: $ 800.00" in note.email_content and "$ 500.00" in note.email_content
	update_items(order, rows_of(order, rate=900))
	assert amounts(order.name) == (900, 800, 100, [800])  # what was agreed comes back with the order
	world.assert_sound()


def test_A5_an_order_whose_name_looks_like_a_day_is_cut_and_shown_as_it_is_called(everyone):
	order = world.order(1000, team=ANNA, submit=False, save=False)
	order.insert(set_name="2026-11-32")
	order.submit()
	frappe.set_user("manager@example.com")
	world.allocation(order.name, fixed("Bob", 800))
	frappe.set_user("anna@example.com")
	update_items(order, rows_of(order, rate=500))
	frappe.set_user("Administrator")
	note = frappe.get_last_doc("Notification Log", {"document_name": world.allocated(order.name)})
	assert "2026-11-32" in note.subject
	assert words.translated([archived(Voucher("Quotation", "2026-11-05", docstatus=2))]).startswith(
		"2026-11-05 "
	)


def test_A5_an_order_shrinks_though_who_allocated_it_is_no_user_any_more(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, fixed("Bob", 800))
	gone = {"owner": "gone@example.com", "modified_by": "gone@example.com"}
	frappe.db.set_value("Order Allocation", world.allocated(order.name), gone, update_modified=False)
	update_items(order, rows_of(order, rate=500))
	assert credited(order.name) == {"Bob": 500}
	assert not frappe.db.exists("Notification Log", {"document_name": order.name})


def test_A5_percentages_come_before_fixed_amounts_when_an_order_shrinks(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, fixed("Bob", 400), percent("Cleo", 50), fixed("Dirk", 100))
	update_items(order, rows_of(order, rate=600))
	assert amounts(order.name) == (600, 600, 0, [300, 300, 0])
	assert credited(order.name) == {"Bob": 300, "Cleo": 300}
	world.assert_sound()


def test_A5_cut_allocation_can_still_be_saved(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, fixed("Bob", 800))
	update_items(order, rows_of(order, rate=500))
	allocation = frappe.get_doc("Order Allocation", world.allocated(order.name))
	allocation.remainder_to = "Nobody"
	allocation.save()
	assert allocation.shares[0].fixed_amount == 800
	assert amounts(order.name) == (500, 500, 0, [500])
	world.assert_sound()


def test_A5_closed_order(everyone):
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 30))
	update_status("Closed", order.name)
	assert amounts(order.name) == (0, 0, 0, [0])
	assert credited(order.name) == {}
	update_status("Draft", order.name)
	assert amounts(order.name) == (1000, 300, 700, [300])
	world.assert_sound()


def test_A3_amendment_carries_the_allocation(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 30), fixed("Cleo", 600), remainder_to="Nobody")
	order.reload()
	order.cancel()
	assert amounts(order.name)[0] == 1000  # the old one keeps showing what it was
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.items[0].rate = 800
	amended.insert()
	amended.submit()
	carried = frappe.get_doc("Order Allocation", world.allocated(amended.name))
	assert carried.remainder_to == "Nobody"
	assert amounts(amended.name) == (800, 800, 0, [240, 560])
	assert credited(amended.name) == {"Bob": 240, "Cleo": 560}
	world.assert_sound()


def test_A3_amendment_by_a_seller_carries_it_too(everyone):
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 30))
	frappe.set_user("anna@example.com")
	order.reload()
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.insert()
	amended.submit()
	frappe.set_user("Administrator")
	assert credited(amended.name) == {"Anna": 700, "Bob": 300}


def test_A3_overlay(everyone):
	order = world.order(1000, team=ANNA)
	with pytest.raises(frappe.ValidationError, match="more than 100 %"):
		world.allocation(order.name, whole("Bob"), percent("Cleo", 50))
	world.policy(allow_overlay_allocation=1)
	allocation = world.allocation(order.name, whole("Bob"), percent("Cleo", 50))
	assert allocation.overlay == 1
	assert amounts(order.name) == (1000, 1500, 0, [1000, 500])
	in_the_company_s = {"Bob": 666.67, "Cleo": 333.33}  # the order once, in proportion
	assert credited(order.name) == in_the_company_s
	assert world.figures(everyone)[:2] == (1000, 1)
	world.assert_sound()
	world.policy(allow_overlay_allocation=0)
	allocation.reload()
	with pytest.raises(frappe.ValidationError, match="more than 100 %"):
		allocation.save()
	assert credited(order.name) == in_the_company_s  # what was agreed stays
	world.assert_sound()


def test_A3_overlay_allowed_but_not_used_is_not_marked():
	world.policy(allow_overlay_allocation=1)
	order = world.order(1000, team=ANNA)
	assert world.allocation(order.name, percent("Bob", 50)).overlay == 0


def test_A1_one_allocation_for_an_order():
	order = world.order(1000, team=ANNA)
	world.allocation(order.name, percent("Bob", 50))
	with pytest.raises(frappe.DuplicateEntryError, match="already has an Order Allocation"):
		world.allocation(order.name, percent("Cleo", 50))


def test_A2_seller_who_left_keeps_a_share(everyone):
	order = world.order(1000, team=ANNA)
	allocation = world.allocation(order.name, percent("Dirk", 50))
	frappe.db.set_value("Sales Person", "Dirk", "enabled", 0)
	allocation.shares[0].percentage = 40
	allocation.save()
	assert credited(order.name) == {"Anna": 600, "Dirk": 400}
	other = world.order(1000, team=ANNA, date=frappe.utils.nowdate())
	with pytest.raises(frappe.ValidationError, match="Dirk is disabled"):
		world.allocation(other.name, percent("Dirk", 50))


def test_A2_allocation_cannot_move_to_another_order():
	order, other = world.order(1000, team=ANNA), world.order(500, team=ANNA)
	allocation = world.allocation(order.name, percent("Bob", 50))
	allocation.sales_order = other.name
	with pytest.raises(frappe.CannotChangeConstantError, match="Sales Order can't be changed"):
		allocation.save()
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc("Order Allocation", world.allocated(order.name), other.name, force=True)


def test_A2_managers_only_by_any_path():
	order = world.order(1000, team=ANNA)
	frappe.set_user("anna@example.com")
	with pytest.raises(frappe.PermissionError):
		world.allocation(order.name, percent("Anna", 100))
	frappe.set_user("manager@example.com")
	world.allocation(order.name, percent("Bob", 10))
	frappe.share.add(
		"Order Allocation", world.allocated(order.name), "anna@example.com", read=1, write=1, share=1
	)
	frappe.set_user("anna@example.com")
	shared = frappe.get_doc("Order Allocation", world.allocated(order.name))
	shared.shares[0].percentage = 90
	with pytest.raises(frappe.PermissionError, match="Sales Manager"):
		shared.save()
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc("Order Allocation", world.allocated(order.name))
	with pytest.raises(frappe.PermissionError):
		frappe.client.set_value("Order Allocation", world.allocated(order.name), "remainder_to", "Nobody")


@pytest.mark.committed
def test_A2_import_by_a_seller_is_refused_and_by_a_manager_done(wiped):
	target = world.target(100_000, ("Sales Team",))
	order = world.order(1000, team=ANNA)
	frappe.db.commit()
	assert import_allocation(order.name, "anna@example.com") == "Error"
	assert not frappe.db.exists("Order Allocation", world.allocated(order.name))
	assert import_allocation(order.name, "manager@example.com") == "Success"
	assert credited(order.name) == {"Anna": 700, "Bob": 300}
	assert world.figures(target)[:2] == (1000, 1)
	world.assert_sound()


@pytest.mark.committed
def test_A2_an_import_that_brings_a_name_makes_the_orders_own_allocation(wiped):
	"""As files of before have it, whose ID was the order's."""
	world.target(100_000, ("Sales Team",))
	order = world.order(1000, team=ANNA)
	frappe.db.commit()
	assert import_allocation(order.name, "manager@example.com", name=order.name) == "Success"
	assert frappe.get_all("Order Allocation", {"sales_order": order.name}, pluck="name") == [
		world.allocated(order.name)
	]
	frappe.get_doc("Sales Order", order.name).save()
	assert credited(order.name) == {"Anna": 700, "Bob": 300}
	world.assert_sound()


def import_allocation(order_name: str, user: str, name: str = "") -> str:
	from frappe.core.doctype.data_import.importer import Importer

	rows = [
		["sales_order", "remainder_to", "shares.sales_person", "shares.basis", "shares.percentage"],
		[order_name, "Natural Owner", "Bob", "Percentage", 30],
	]
	if name:
		rows = [["name", *rows[0]], [name, *rows[1]]]
	data_import = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Order Allocation",
			"import_type": "Insert New Records",
		}
	).insert()
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "shares.csv", "content": frappe.utils.csvutils.to_csv(rows), "is_private": 1}
	).insert()  # fmt: skip
	data_import.db_set("import_file", file.file_url)
	frappe.db.commit()
	frappe.set_user(user)
	try:
		Importer("Order Allocation", data_import=data_import).import_data()
	finally:
		frappe.set_user("Administrator")
		frappe.flags.in_import = False
		status = frappe.db.get_value("Data Import", data_import.name, "status")
		frappe.delete_doc("Data Import", data_import.name, force=True)
		frappe.delete_doc("File", file.name, force=True)
		frappe.db.commit()
	return status


def test_A2_flags_in_a_payload_grant_nothing():
	order = world.order(1000, team=ANNA)
	frappe.set_user("anna@example.com")
	values = world.allocation(order.name, percent("Anna", 50), save=False).as_dict()
	values["flags"] = {"ignore_permissions": True}
	with pytest.raises(frappe.PermissionError):
		frappe.client.insert(json.dumps(values, default=str))
