"""An allocation has a name of its own kind, and what becomes of it is told on its order (A2, X1)."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import ledger
from sales_extensions.api import orders
from sales_extensions.engine import allocation_name
from sales_extensions.patches import allocation_names, reasons_of_allocations
from tests.site import world
from tests.site.world import percent

ALLOCATION, MANAGER = "Order Allocation", "manager@example.com"
pytestmark = pytest.mark.usefixtures("transaction")


def test_A2_an_allocation_has_a_name_of_its_own_kind():
	order = world.order(1000, team={"Anna": 100})
	allocation = world.allocation(order.name, percent("Bob", 60))
	assert allocation.name == f"ALLOC-{order.name}"
	world.target(10_000, ("Bob",))
	target = world.target(10_000, ("Bob",))
	assert [(entry.source_doctype, entry.source_name) for entry in world.entries(target)] == [
		(ALLOCATION, allocation.name)
	]
	world.assert_sound()


def test_A2_an_order_whose_name_is_as_long_as_may_be_is_allocated_too():
	order, long = world.order(1000, team={"Anna": 100}), "x" * 139 + "y"
	allocation = world.allocation(order.name, percent("Bob", 60))
	frappe.rename_doc("Sales Order", order.name, long, force=True)
	assert not frappe.db.exists(ALLOCATION, allocation.name)
	(name,) = frappe.get_all(ALLOCATION, {"sales_order": long}, pluck="name")
	assert name == allocation_name(long) and len(name) == 140 and name.startswith("ALLOC-xxx")
	world.assert_sound()
	frappe.delete_doc(ALLOCATION, name)
	assert world.allocation(long, percent("Bob", 10)).name == name
	world.assert_sound()


@pytest.mark.parametrize("order", ["SO-1", "x" * 134, "x" * 135, "é" * 139 + "ö", "50% O'Hare"])
def test_X1_the_patch_names_as_the_engine_does(order):
	((named,),) = frappe.db.sql(f"SELECT {allocation_names.new_name('%(order)s')}", {"order": order})
	assert named == allocation_name(order)


@pytest.fixture
def old_site(monkeypatch):
	"""Two allocations as an earlier version named them, with what names one of them; a third is gone."""
	target = world.target(10_000, ("Bob",))
	made = [world.order(1000, team={"Anna": 100}).name for _ in range(3)]
	for name in made:
		world.allocation(name, percent("Bob", 60))
	frappe.delete_doc(ALLOCATION, world.allocated(made[2]))
	one = world.allocated(made[0])
	todo = frappe.get_doc(
		{"doctype": "ToDo", "description": "Ask Bob", "reference_type": ALLOCATION, "reference_name": one}
	).insert()
	frappe.share.add(ALLOCATION, one, "anna@example.com", read=1)
	frappe.get_doc(ALLOCATION, one).add_comment("Comment", "Agreed on the phone")
	frappe.get_doc(
		{"doctype": "File", "file_name": "agreed.txt", "content": "60 %", "attached_to_doctype": ALLOCATION,
			"attached_to_name": one}
	).insert()  # fmt: skip
	frappe.get_doc(
		{"doctype": "Version", "ref_doctype": ALLOCATION, "docname": one, "data": "{}"}
	).db_insert()
	for name in made:
		rename_back(name)
	# a Link of another app's, and one of a Single
	frappe.db.set_value("ToDo", todo.name, "color", made[0])
	frappe.db.set_single_value("Sales Extensions Settings", "seeded_lists", made[0])
	links = [
		frappe._dict(parent="ToDo", fieldname="color", issingle=0),
		frappe._dict(parent="Sales Extensions Settings", fieldname="seeded_lists", issingle=1),
	]
	monkeypatch.setattr(allocation_names, "get_link_fields", lambda doctype: links)
	return target, made, todo.name


def rename_back(order: str) -> None:
	tables = [(f"tab{ALLOCATION}", "name", "1 = 1"), ("tabOrder Allocation Share", "parent", "1 = 1"),
		("tabSales Target Entry", "source_name", "1 = 1")]  # fmt: skip
	tables += [
		(f"tab{table}", column, f"`{kind}` = '{ALLOCATION}'")
		for table, kind, column in (
			("ToDo", "reference_type", "reference_name"), ("DocShare", "share_doctype", "share_name"),
			("Comment", "reference_doctype", "reference_name"), ("File", "attached_to_doctype", "attached_to_name"),
			("Version", "ref_doctype", "docname"),
		)
	]  # fmt: skip
	for table, column, only in tables:
		frappe.db.sql(
			f"UPDATE `{table}` SET `{column}` = %s WHERE `{column}` = %s AND {only}",
			(order, world.allocated(order)),
		)


def named(order: str) -> dict[str, list]:
	"""How often each table names the order's allocation by its new name."""
	here = {"name": world.allocated(order)}
	asked = {
		"allocation": f"SELECT COUNT(*) FROM `tab{ALLOCATION}` WHERE name = %(name)s",
		"shares": "SELECT COUNT(*) FROM `tabOrder Allocation Share` WHERE parent = %(name)s",
		"entries": "SELECT COUNT(*) FROM `tabSales Target Entry` WHERE source_name = %(name)s",
		"tasks": "SELECT COUNT(*) FROM `tabToDo` WHERE reference_name = %(name)s AND color = %(name)s",
		"shared": "SELECT COUNT(*) FROM `tabDocShare` WHERE share_name = %(name)s",
		"comments": "SELECT COUNT(*) FROM `tabComment` WHERE reference_name = %(name)s AND comment_type = 'Comment'",
		"files": "SELECT COUNT(*) FROM `tabFile` WHERE attached_to_name = %(name)s",
		"versions": "SELECT COUNT(*) FROM `tabVersion` WHERE docname = %(name)s",
		"single": "SELECT COUNT(*) FROM `tabSingles` WHERE value = %(name)s",
	}
	return {what: frappe.db.sql(query, here)[0][0] for what, query in asked.items()}


def test_X1_a_site_that_upgrades_has_its_allocations_renamed_and_what_names_them(old_site):
	target, made, todo = old_site
	figures = world.figures(target)
	assert ledger.verify(), "the old names are not what the engine says"
	allocation_names.execute()
	assert named(made[0]) == {
		"allocation": 1, "shares": 1, "entries": 1, "tasks": 1, "shared": 1, "comments": 1, "files": 1,
		"versions": 1, "single": 1,
	}  # fmt: skip
	gone = named(made[2])
	assert (gone["allocation"], gone["entries"] > 0) == (0, True), "the ledger says what it followed from"
	assert frappe.db.get_value("ToDo", todo, "reference_name") == world.allocated(made[0])
	assert world.figures(target) == figures
	world.assert_sound()
	before = [named(name) for name in made], frappe.db.count("Sales Target Entry")
	allocation_names.execute()
	assert ([named(name) for name in made], frappe.db.count("Sales Target Entry")) == before
	assert ledger.rebuild()["entries_written"] == 0


# --- the order's timeline ----------------------------------------------------------------------------


def told(order: str) -> list[str]:
	return frappe.get_all(
		"Comment",
		{"reference_doctype": "Sales Order", "reference_name": order, "comment_type": "Info"},
		pluck="content",
		order_by="creation, name",
	)


def test_A2_what_becomes_of_an_allocation_is_told_on_its_order_with_who_and_why():
	order = world.order(1000, team={"Anna": 100})
	frappe.set_user(MANAGER)
	try:
		doc = world.allocation(order.name, percent("Bob", 60), save=False)
		doc.change_reason = "Bob <b>brought</b> the customer"
		doc.insert()
		doc.save()  # nothing new
		doc.shares[0].percentage = 50
		doc.change_reason = "Half, after all"
		doc.save()
		doc.shares[0].percentage = 40
		doc.save()  # what was said before is not said of this
		doc.shares[0].percentage = 30
		doc.change_reason = "Half, after all"
		doc.save()  # the same words once more
		orders.delete_allocation(doc.name, "Agreed with both")
	finally:
		frappe.set_user("Administrator")
	made, changed, again, once_more, deleted = told(order.name)
	assert "allocated this order" in made and doc.name in made and "brought</b>" not in made
	assert "changed" in changed and "Reason: Half, after all" in changed
	assert "changed" in again and "Reason" not in again
	assert "Reason: Half, after all" in once_more
	assert f"deleted {doc.name}" in deleted and "Reason: Agreed with both" in deleted
	assert {"60", "50", "40", "30", "Cleo"}.isdisjoint(
		"".join(told(order.name)).replace(order.name, "").split()
	)
	owners = frappe.get_all("Comment", {"reference_name": order.name, "comment_type": "Info"}, pluck="owner")
	assert set(owners) == {MANAGER}
	assert not frappe.db.exists(ALLOCATION, doc.name)


def test_A2_a_reason_that_is_given_later_is_told_too():
	order = world.order(1000, team={"Anna": 100})
	doc = world.allocation(order.name, percent("Bob", 60))
	doc.change_reason = "Bob brought the customer"
	doc.save()
	_made, later = told(order.name)
	assert "gave a reason for" in later and "Reason: Bob brought the customer" in later
	assert not frappe.db.get_value(ALLOCATION, doc.name, "change_reason")


def test_A2_a_reason_that_an_earlier_build_kept_is_told_of_no_later_change():
	order = world.order(1000, team={"Anna": 100})
	name = world.allocation(order.name, percent("Bob", 60)).name
	frappe.db.set_value(ALLOCATION, name, "change_reason", "Long ago")
	for _again in range(2):
		reasons_of_allocations.execute()
	doc = frappe.get_doc(ALLOCATION, name)
	doc.shares[0].percentage = 50
	doc.save()
	assert "Long ago" not in told(order.name)[-1]


def test_A2_an_allocation_that_is_deleted_without_a_reason_is_told_to_be():
	order = world.order(1000, team={"Anna": 100})
	name = world.allocation(order.name, percent("Bob", 60)).name
	frappe.delete_doc(ALLOCATION, name)
	assert told(order.name)[-1] == f"deleted {name} without giving a reason"


def test_A2_what_the_app_does_with_an_allocation_is_told_too():
	order = world.order(1000, team={"Anna": 100})
	name = world.allocation(order.name, percent("Bob", 60)).name
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.insert()
	(carried,) = told(amended.name)
	assert "carried" in carried and order.name in carried
	amended.customer = "Home Three"
	amended.customer_name = "Home Three"
	amended.save()
	assert "another deal" in told(amended.name)[-1] and "deleted" in told(amended.name)[-1]
	assert frappe.db.exists(ALLOCATION, name)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_A2_an_allocation_is_deleted_for_a_reason(reason):
	order = world.order(1000, team={"Anna": 100})
	name = world.allocation(order.name, percent("Bob", 60)).name
	with pytest.raises(frappe.ValidationError, match="Reason"):
		orders.delete_allocation(name, reason)
	assert frappe.db.exists(ALLOCATION, name)


def test_A2_who_may_not_delete_an_allocation_may_not_with_a_reason():
	order = world.order(1000, team={"Anna": 100})
	name = world.allocation(order.name, percent("Bob", 60)).name
	frappe.set_user("anna@example.com")
	try:
		with pytest.raises(frappe.PermissionError):
			orders.delete_allocation(name, "Mine")
	finally:
		frappe.set_user("Administrator")
	assert frappe.db.exists(ALLOCATION, name)


# --- what the form shows while it is typed (A3, A4) --------------------------------------------------


def preview(order: str, *shares: dict) -> dict:
	rows = [{"doctype": "Order Allocation Share", **share} for share in shares]
	return orders.preview_allocation({"sales_order": order, "remainder_to": "Natural Owner", "shares": rows})


def test_A3_before_the_first_row_the_order_s_amount_and_who_is_credited_today():
	order = world.order(1000, team={"Anna": 70, "Bob": 30}).name
	shown = preview(order)
	assert (shown["problems"], shown["order_amount"], shown["claimed"]) == ([], 1000, 0)
	assert [(one["sales_person"], one["amount"]) for one in shown["today"]["credits"]] == [
		("Anna", 700),
		("Bob", 300),
	]


def test_A3_the_sum_follows_while_it_is_too_much():
	order = world.order(1000, team={"Anna": 100}).name
	shown = preview(order, percent("Bob", 60), world.fixed("Cleo", 500))
	assert (shown["claimed"], shown["claimed_percentage"]) == (1100, 110)
	assert "100 %" in shown["problems"][0]
	shown = preview(order, percent("Bob", 60), world.fixed("Cleo", 300))
	assert (shown["claimed"], shown["claimed_percentage"], shown["problems"]) == (900, 90, [])
	assert shown["remainder_amount"] == 100
