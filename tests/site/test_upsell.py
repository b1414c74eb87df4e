"""Who earned each charge, from quotation to order: real documents, several users (U1-U10)."""

from contextlib import contextmanager
from inspect import signature

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate, validate_and_delete_children
from erpnext.selling.doctype.quotation.quotation import make_sales_order

from sales_extensions.charges import rows_alone
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
			"description": row.description,
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


def update_items(
	order, *, user: str, change: dict | None = None, drop: str | None = None, add: tuple | None = None
):
	"""Update Items as the desk's dialog sends it: `change` is {item code: rate}."""
	rows = [
		{"docname": row.name, "item_code": row.item_code, "description": row.description, "qty": row.qty,
			"rate": (change or {}).get(row.item_code, row.rate)}
		for row in order.items if row.item_code != drop
	]  # fmt: skip
	if add:
		rows.append({"item_code": add[0], "qty": add[1], "rate": add[2], "delivery_date": world.END,
			"conversion_factor": 1})  # fmt: skip
	with as_user(user):
		update_child_qty_rate(order.doctype, frappe.as_json(rows), order.name)
	order.reload()


def test_U3_U4_a_charge_added_is_an_upsell_and_a_removed_one_keeps_its_history():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("PUMP", 1, 50)])
	update_items(order, user=BOB, drop="PUMP")
	gone = world.credits(order, removed=True)
	assert told(order) == [("MILL", ANNA, "Created", 0, 0)]
	assert [(c.item_code, c.credit_assigned_to, c.removed_by) for c in gone] == [("PUMP", ANNA, BOB)]
	update_items(order, user=CARL, add=("PUMP", 1, 50))
	assert told(order) == [("MILL", ANNA, "Created", 0, 0), ("PUMP", CARL, "Added", 1, 0)]
	assert [c.name for c in world.credits(order, removed=True)] == [gone[0].name]
	world.assert_sound()


def add_row_alone(quotation, *, user: str) -> None:
	"""As a program does over REST: the row by itself. The document follows at the end of the request."""
	with as_user(user):
		row = frappe.copy_doc(quotation.items[0], ignore_no_copy=False)
		row.update({"name": None, "item_code": "PUMP", "item_name": "PUMP", "idx": len(quotation.items) + 1})
		row.parent, row.parenttype, row.parentfield = quotation.name, "Quotation", "items"
		row.docstatus = 1
		row.insert(ignore_permissions=True)
		rows_alone.follow_waiting()


def add_to_quotation(quotation, *, user: str) -> None:
	"""By Update Items, where ERPNext offers it on quotations and asks what of them is ordered; else the row alone."""
	if "ordered_item" in signature(validate_and_delete_children).parameters:
		update_items(quotation, user=user, add=("PUMP", 1, 50))
	else:
		add_row_alone(quotation, user=user)


@pytest.mark.parametrize("add", [add_to_quotation, add_row_alone])
def test_U3_a_row_that_is_added_to_a_submitted_quotation_is_a_charge_and_of_its_maker_no_upsell(add):
	with as_user(ANNA):
		own, anothers = (world.quotation([("MILL", 2, 100)]) for _ in range(2))
	add(own, user=ANNA)
	assert told(own) == [("MILL", ANNA, "Created", 0, 0), ("PUMP", ANNA, "Added", 0, 0)]
	add(anothers, user=BOB)
	assert told(anothers) == [("MILL", ANNA, "Created", 0, 0), ("PUMP", BOB, "Added", 1, 0)]
	assert [c.last_edited_by for c in world.credits(anothers)] == [None, None]
	world.assert_sound()


def test_U5_saving_without_touching_a_charge_stamps_nothing():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("PUMP", 1, 50)], submit=False)
	before = world.credits(order)
	with as_user(BOB):
		order.po_no = "4711"
		order.save()
		order.submit()
	assert world.credits(order) == before


def test_U5_a_discount_on_the_whole_moves_amounts_but_is_no_edit_of_a_charge():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("PUMP", 1, 50)], submit=False)
	with as_user(BOB):
		order.apply_discount_on, order.discount_amount = "Net Total", 25
		order.save()
	assert [(c.subtotal, c.last_edited_by) for c in world.credits(order)] == [(180, None), (45, None)]
	world.assert_sound()


def test_U7_who_copies_has_the_credit():
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100)])
	order = convert(quotation, ANNA)
	order.insert()
	with as_user(BOB):
		again = frappe.copy_doc(order)
		again.docstatus = 0
		again.insert()
		desk = frappe.copy_doc(order, ignore_no_copy=False)
		desk.docstatus, desk.delivery_date = 0, world.END
		for row in desk.items:
			row.parent, row.delivery_date = "new-sales-order-qwertz", world.END
		desk.set("__run_link_triggers", False)
		desk.insert()
	assert told(again) == [("MILL", BOB, "Copied", 0, 0)]
	assert told(desk) == [("MILL", BOB, "Copied", 0, 0)]
	world.assert_sound()


def test_U7_an_amendment_carries_credits_over():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("PUMP", 1, 50), ("MILL", 1, 70)], submit=False)
	with as_user(CARL):
		order.append("items", world.item_row("CARE", 1, 10))
		order.save()
		order.submit()
		order.cancel()
	old = world.credits(order)
	with as_user(BOB):
		amended = frappe.copy_doc(order)
		amended.docstatus, amended.amended_from = 0, order.name
		amended.items[1].rate = amended.items[1].price_list_rate = 55
		amended.append("items", world.item_row("PUMP", 1, 5))
		amended.insert()
	new = world.credits(amended)
	assert told(amended) == [
		("MILL", ANNA, "Amended", 0, 0),
		("PUMP", ANNA, "Amended", 0, 0),
		("MILL", ANNA, "Amended", 0, 0),
		("CARE", CARL, "Amended", 1, 0),
		("PUMP", BOB, "Added", 1, 0),
	]
	assert [c.source_credit for c in new] == [*(c.name for c in old), None]
	assert [c.last_edited_by for c in new] == [None, BOB, None, None, None]
	assert new[0].charge_created_on == old[0].charge_created_on
	world.assert_sound()


@pytest.mark.parametrize("in_test", [True, False])
def test_U8_a_recurrence_is_credited_to_the_one_credited_on_the_original(in_test):
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("MILL", 1, 50)])
	world.policy(enable_upsell_tracking=1)
	reassign(world.credits(order)[1:], CARL)
	with as_user(BOB):
		repeat = frappe.get_doc(
			{"doctype": "Auto Repeat", "reference_doctype": "Sales Order", "reference_document": order.name,
				"frequency": "Monthly", "start_date": frappe.utils.today()}
		).insert(ignore_permissions=True)  # fmt: skip
	world.in_test(in_test)
	try:
		again = repeat.make_new_document()
	finally:
		world.in_test(True)
	assert told(again) == [("MILL", ANNA, "Recurring", 0, 1), ("MILL", CARL, "Recurring", 0, 1)]
	assert [c.charge_created_by for c in world.credits(again)] == ["Administrator"] * 2
	assert [c.source_credit for c in world.credits(again)] == [c.name for c in world.credits(order)]
	world.assert_sound()


def reassign(credits, user: str, reason: str = "Agreed with the team", *, by: str = MANAGER) -> int:
	from sales_extensions.api import upsell

	with as_user(by):
		return upsell.reassign([c.name for c in credits], user, reason)["changed"]


def test_U10_a_credit_given_to_another_says_who_when_from_whom_and_why():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100), ("PUMP", 1, 50)])
	assert reassign(world.credits(order), BOB, by=UPSELL) == 2
	first = frappe.get_doc("Upsell Credit", world.credits(order)[0].name)
	assert (first.credit_assigned_to, first.sales_person, first.credit_assigned_customised) == (BOB, "Bob", 1)
	assert (first.credit_assigned_by, first.charge_created_by) == (UPSELL, ANNA)
	(log,) = first.changes
	assert (log.changed_by, log.change, log.from_user, log.to_user, log.reason) == (
		UPSELL, "Assigned", ANNA, BOB, "Agreed with the team",
	)  # fmt: skip
	assert reassign(world.credits(order), BOB) == 0
	assert reassign(world.credits(order)[:1], ANNA) == 1
	assert world.credits(order)[0].credit_assigned_customised == 0
	world.assert_sound()


@pytest.mark.parametrize("written", ["Bob@Example.com", f"{BOB} "])
def test_U10_a_user_is_the_same_however_the_name_is_written(written):
	"""The database finds both; the engine, which compares, is told the one that is stored."""
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100)])
	reassign(world.credits(order), written)
	credit = frappe.get_doc("Upsell Credit", world.credits(order)[0].name)
	assert (credit.credit_assigned_to, credit.sales_person) == (BOB, "Bob")
	assert reassign(world.credits(order), BOB) == 0
	world.assert_sound()


def test_U10_the_form_of_a_credit_reassigns_by_the_same_rules():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100)])
	name = world.credits(order)[0].name
	with as_user(MANAGER):
		doc = frappe.get_doc("Upsell Credit", name)
		doc.credit_assigned_to, doc.change_reason = BOB, "Bob found the customer"
		doc.save()
		assert (doc.credit_assigned_to, doc.sales_person, len(doc.changes)) == (BOB, "Bob", 1)
		doc.credit_assigned_to, doc.change_reason = ANNA, ""
		with pytest.raises(frappe.ValidationError, match="Reason"):
			doc.save()
		doc.reload()
		doc.is_upsell, doc.change_reason = 1, "Sold on the phone"
		doc.save()
		doc.subtotal = 5000
		with pytest.raises(frappe.PermissionError, match="Subtotal"):
			doc.save()
	(credit,) = world.credits(order)
	assert (credit.credit_assigned_to, credit.is_upsell, credit.upsell_rule) == (BOB, 1, "By Hand")
	assert [c.change for c in frappe.get_doc("Upsell Credit", name).changes] == [
		"Assigned",
		"Marked as upsell",
	]
	world.assert_sound()


def archive_quotation(status: str):
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 1, 100)])
	if status == "Lost":
		quotation.declare_enquiry_lost([], [])
	elif status == "Expired":
		from erpnext.selling.doctype.quotation.quotation import set_expired_status

		frappe.db.set_value("Quotation", quotation.name, "valid_till", "2026-03-11")
		set_expired_status()
	else:
		quotation.cancel()
	return quotation


def archive_order(status: str):
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100)])
	if status == "Closed":
		order.update_status("Closed")
	else:
		order.cancel()
	return order


@pytest.mark.parametrize(
	("make", "status"),
	[(archive_order, "Closed"), (archive_order, "Cancelled"), (archive_quotation, "Lost"),
		(archive_quotation, "Expired"), (archive_quotation, "Cancelled")],
)  # fmt: skip
def test_U9_archived_documents_can_be_read_but_not_changed(make, status):
	doc = make(status)
	before = world.credits(doc)
	assert len(before) == 1
	with pytest.raises(frappe.ValidationError, match=doc.name):
		reassign(before, BOB)
	with as_user(MANAGER), pytest.raises(frappe.ValidationError, match=doc.name):
		credit = frappe.get_doc("Upsell Credit", before[0].name)
		credit.credit_assigned_to, credit.change_reason = BOB, "Try"
		credit.save()
	assert world.credits(doc) == before
	from sales_extensions.api import upsell

	with as_user(UPSELL):
		assert upsell.credits_of(doc.doctype, doc.name)["read_only"]


def test_U9_a_reopened_order_can_be_changed_again():
	order = archive_order("Closed")
	order.update_status("Draft")
	assert reassign(world.credits(order), BOB) == 1


def test_U6_several_quotations_in_part_and_over_the_bulk_action():
	from erpnext.utilities.bulk_transaction import task

	with as_user(ANNA):
		first = world.quotation([("MILL", 10, 100), ("PUMP", 1, 50)])
	with as_user(CARL):
		second = world.quotation([("CARE", 3, 20)])
	order = convert(first, BOB)
	order.items = order.items[:1]
	order.items[0].qty = 4
	with as_user(BOB):
		order = make_sales_order(second.name, order)
		for row in order.items:
			row.delivery_date, row.warehouse = world.END, world.WAREHOUSE
		order.payment_schedule = []
		order.insert()
		order.submit()
	assert told(order) == [("MILL", ANNA, "Converted", 0, 0), ("CARE", CARL, "Converted", 0, 0)]
	rest = convert(first, BOB)
	with as_user(BOB):
		rest.insert()
	assert told(rest) == [("MILL", ANNA, "Converted", 0, 0), ("PUMP", ANNA, "Converted", 0, 0)]
	with as_user(ANNA):
		third = world.quotation([("MILL", 1, 100)], date=frappe.utils.today())
	with as_user(BOB):
		task(third.name, "Quotation", "Sales Order")
	(name,) = frappe.get_all("Sales Order Item", {"prevdoc_docname": third.name}, pluck="parent")
	assert told(frappe.get_doc("Sales Order", name)) == [("MILL", ANNA, "Converted", 0, 0)]
	world.assert_sound()


def forged(kind: str):
	"""An order whose row names a quotation's row that it does not come from."""
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 1, 100)], submit=kind != "draft")
		other = world.quotation([("MILL", 1, 90)])
	order = world.order(items=[("PUMP" if kind == "item" else "MILL", 1, 100)], save=False, submit=False,
		customer="Home Three" if kind == "customer" else "Shop One")  # fmt: skip
	row = order.items[0]
	row.quotation_item = "nosuchrow1" if kind == "row" else quotation.items[0].name
	row.prevdoc_docname = other.name if kind == "quotation" else quotation.name
	return order


@pytest.mark.parametrize("kind", ["row", "quotation", "customer", "item", "draft"])
def test_U6_a_caller_cannot_route_credit(kind):
	with as_user(BOB):
		order = forged(kind)
		order.flags.ignore_links = kind == "row"
		order.flags.ignore_validate = kind in ("row", "item")  # as the bulk action does
		order.insert(ignore_mandatory=True)
	(credit,) = world.credits(order)
	assert (credit.credit_assigned_to, credit.source_credit) == (BOB, None)
	assert "Not a conversion" in credit.reason
	world.assert_sound()


def test_U3_owner_and_creation_that_a_caller_forges_mean_nothing():
	with as_user(BOB):
		order = world.order(items=[("MILL", 1, 100)], save=False, submit=False)
		order.items[0].owner = order.items[0].modified_by = ANNA
		order.items[0].creation = "2020-01-01"
		order.owner = ANNA
		order.insert()
	(credit,) = world.credits(order)
	assert (credit.credit_assigned_to, credit.charge_created_by) == (BOB, BOB)
	assert str(credit.charge_created_on) > "2026"


def test_U1_off_until_enabled_and_a_gap_is_inferred():
	world.policy(enable_upsell_tracking=0)
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 1, 100)])
		order = convert(quotation, ANNA)
		order.insert()
		order.submit()
		draft = world.order(items=[("PUMP", 1, 10)], submit=False)
	with as_user(BOB):
		frappe.copy_doc(draft)
		draft.append("items", world.item_row("CARE", 1, 5))
		draft.save()
	assert not frappe.db.count("Upsell Credit")
	world.policy(enable_upsell_tracking=1)
	from sales_extensions import charges

	with as_user(CARL):
		draft.append("items", world.item_row("MILL", 1, 1))
		draft.save()  # before the background work reaches it
	charges.settle_all()
	assert told(draft) == [
		("PUMP", ANNA, "Created", 0, 0), ("CARE", ANNA, "Created", 0, 0), ("MILL", CARL, "Added", 1, 0),
	]  # fmt: skip
	assert [c.is_inferred for c in world.credits(draft)] == [1, 1, 0]
	assert told(order) == [("MILL", ANNA, "Converted", 0, 0)]
	assert world.credits(order)[0].source_credit == world.credits(quotation)[0].name
	assert charges.settle_all().written == 0
	world.assert_sound()


def test_U1_switched_off_nothing_is_lost_and_on_again_the_gap_is_closed():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100), ("PUMP", 1, 50)], submit=False)
	world.policy(enable_upsell_tracking=0)
	with as_user(BOB):
		order.items[0].rate = order.items[0].price_list_rate = 120
		order.items = order.items[:1]
		order.append("items", world.item_row("CARE", 1, 5))
		order.save()
	assert told(order) == [("MILL", ANNA, "Created", 0, 0)]  # what there is goes on; the new charge has none
	assert [(credit.subtotal, credit.last_edited_by) for credit in world.credits(order)] == [(120, BOB)]
	assert told(order, removed=True) == [("PUMP", ANNA, "Created", 0, 0)]
	world.assert_sound()
	world.policy(enable_upsell_tracking=1)
	from sales_extensions import charges

	charges.settle_all()
	assert told(order) == [("MILL", ANNA, "Created", 0, 0), ("CARE", ANNA, "Created", 0, 0)]
	assert [(c.subtotal, c.last_edited_by, c.is_inferred) for c in world.credits(order)] == [
		(120, BOB, 0), (5, None, 1),
	]  # fmt: skip
	assert told(order, removed=True) == [("PUMP", ANNA, "Created", 0, 0)]
	world.assert_sound()


def test_U2_a_deleted_document_takes_its_credits_so_that_its_number_can_be_given_again():
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 1, 100)])
	order = convert(quotation, ANNA)
	order.insert()
	assert len(world.credits(order)) == 1
	order.delete()
	assert not world.credits(order) and len(world.credits(quotation)) == 1
	world.assert_sound()


def test_U2_hours_where_the_unit_is_a_time():
	with as_user(ANNA):
		order = world.order(items=[("CARE", 90, 2)], submit=False)
		order.items[0].uom, order.items[0].conversion_factor = "Minute", 1
		order.save()
	assert world.credits(order)[0].hours == 1.5


def test_T1_U11_an_upsell_target_counts_the_upsells_of_the_seller_behind_the_user():
	target = world.target(1000, ("Anna", "Bob"), target_type="Upsell", target_amount=1000)
	machines = world.target(1000, ("Bob",), target_type="Upsell", target_amount=1000, item_group="Machines")
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100)], submit=False)
	with as_user(BOB):
		order.append("items", world.item_row("CARE", 1, 40))
		order.append("items", world.item_row("PUMP", 3, 20))
		order.save()
	with as_user(CARL):
		order.append("items", world.item_row("PUMP", 1, 7))
		order.save()
	assert world.figures(target) == (0, 0, 0)
	order.submit()
	assert world.figures(target) == (100, 1, 10)
	assert world.figures(machines) == (60, 1, 6)
	world.assert_sound()
	update_items(order, user=ANNA, add=("MILL", 1, 11))
	assert world.figures(target) == (111, 1, 11.1)
	reassign(world.credits(order)[1:2], CARL)  # has no Sales Person
	assert world.figures(target) == (71, 1, 7.1)
	reassign(world.credits(order)[3:4], BOB)
	assert (world.figures(target)[0], world.figures(machines)[0]) == (78, 67)
	world.assert_sound()
	assert "Upsells of Bob" in world.entries(target)[-1].reason
	order.reload()
	order.update_status("Closed")
	assert world.figures(target) == (0, 0, 0)
	order.update_status("Draft")
	assert world.figures(target)[0] == 78
	order.reload()
	order.cancel()
	assert world.figures(target) == (0, 0, 0)
	world.assert_sound()


def test_U11_a_new_seller_behind_a_user_brings_their_upsells_to_the_target():
	target = world.target(1000, ("Cleo",), target_type="Upsell", target_amount=1000)
	with as_user(CARL):
		order = world.order(items=[("MILL", 2, 100)])
		update_items(order, user=CARL, add=("PUMP", 1, 30))
	assert world.figures(target)[0] == 0
	employee = frappe.get_doc(
		{"doctype": "Employee", "first_name": "Carl", "company": world.COMPANY, "gender": "Other",
			"date_of_birth": "1990-01-01", "date_of_joining": "2020-01-01", "status": "Active",
			"user_id": CARL, "create_user_permission": 0}
	).insert(ignore_permissions=True)  # fmt: skip
	cleo = frappe.get_doc("Sales Person", "Cleo")
	cleo.employee = employee.name
	cleo.save()
	assert world.figures(target) == (30, 1, 3)
	assert {c.sales_person for c in world.credits(order)} == {"Cleo"}
	world.assert_sound()


def test_U6_a_quotation_that_becomes_an_invoice_directly_is_counted_as_converted():
	from erpnext.selling.doctype.quotation.quotation import make_sales_invoice

	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100), ("PUMP", 1, 50)], date=frappe.utils.today())
	mapped = frappe.parse_json(frappe.as_json(make_sales_invoice(quotation.name)))  # over the wire and back
	invoice = frappe.get_doc(mapped)
	invoice.items = invoice.items[:1]
	invoice.insert(ignore_permissions=True)
	assert [c.invoiced_in for c in world.credits(quotation)] == [invoice.name, None]
	python = make_sales_invoice(quotation.name)
	python.insert(ignore_permissions=True)
	# the first was put aside
	assert [c.invoiced_in for c in world.credits(quotation)] == [python.name, python.name]
	python.submit()
	invoice.delete()
	python.cancel()
	amended = frappe.copy_doc(python)
	amended.amended_from, amended.docstatus = python.name, 0
	amended.insert(ignore_permissions=True)
	assert [c.invoiced_in for c in world.credits(quotation)] == [amended.name] * 2
	amended.delete()
	assert [c.invoiced_in for c in world.credits(quotation)] == [None] * 2
	forged = frappe.get_doc({**mapped, "customer": "Home Three", "customer_name": "Home Three"})
	forged.insert(ignore_permissions=True)
	assert world.credits(quotation)[0].invoiced_in is None
	world.assert_sound()


def test_U2_a_save_costs_the_same_number_of_statements_however_many_rows(monkeypatch):
	from tests.site.test_targets import Statements

	def steps(rows: int) -> list[int]:
		items = [("MILL", 1, 10.0 + number) for number in range(rows)]
		quotation = world.quotation(items)
		order = convert(quotation, "Administrator")

		def edit():
			for row in order.items[: rows // 2]:
				row.rate = row.price_list_rate = 77
			del order.items[-1]
			order.append("items", world.item_row("PUMP", 1, 3))
			order.save()

		return [count.of(step) for step in (order.insert, edit, order.save, order.submit)]

	count = Statements(monkeypatch)
	steps(3)  # caches
	few = steps(4)
	assert steps(60) == few, "\n".join(count.sent)
	assert few[2] <= 6 and few[3] <= 8, few
	world.assert_sound()


@pytest.fixture
def sliced(monkeypatch):
	"""Runs in small slices, in the transaction of the test."""
	from sales_extensions.charges import settle
	from sales_extensions.ledger import runs

	monkeypatch.setattr(settle, "SLICE", 2)
	monkeypatch.setattr(settle.slices, "__defaults__", (2,))
	monkeypatch.setattr(runs, "commit", lambda: None)
	return runs


def test_U9_enabling_later_credits_the_past_in_a_run_that_can_be_resumed(sliced, monkeypatch):
	from sales_extensions.charges import settle

	world.policy(enable_upsell_tracking=0)
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 1, 100)])
		orders = [world.order(items=[("MILL", 1, 10), ("PUMP", 1, 5)]) for _ in range(4)]
		converted = convert(quotation, ANNA)
		converted.insert()
	runs_before = frappe.get_all("Sales Ledger Run", pluck="name")
	world.policy(enable_upsell_tracking=1)
	(run,) = frappe.get_all(
		"Sales Ledger Run",
		{"purpose": "Upsell Credits", "name": ("not in", runs_before or [""])},
		pluck="name",
	)
	whole, calls = settle.settle, []

	def stopped(doctype, names, *, fresh):
		calls.append((doctype, list(names)))
		if len(calls) == 3:
			raise KeyboardInterrupt
		return whole(doctype, names, fresh=fresh)

	monkeypatch.setattr(settle, "settle", stopped)
	with pytest.raises(KeyboardInterrupt):
		sliced.work(run)
	doc = frappe.get_doc("Sales Ledger Run", run)
	assert (doc.status, doc.done_orders, doc.total_orders) == ("Running", 3, 6)
	assert frappe.db.count("Upsell Credit") == 1 + 4
	monkeypatch.setattr(settle, "settle", whole)
	sliced.work(run)
	doc.reload()
	assert (doc.status, doc.done_orders, doc.entries_written) == ("Finished", 6, 10)
	assert [told(order)[1] for order in orders] == [("PUMP", ANNA, "Created", 0, 0)] * 4
	assert told(converted) == [("MILL", ANNA, "Converted", 0, 0)]
	assert {c.is_inferred for c in world.credits(converted)} == {1}
	world.assert_sound()


def test_U2_reconcile_finds_what_no_event_told_and_repairs_it(sliced):
	from sales_extensions import ledger

	target = world.target(1000, ("Bob",), target_type="Upsell", target_amount=1000)
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100), ("PUMP", 1, 50)])
		update_items(order, user=BOB, add=("CARE", 1, 20))
	first, second, third = world.credits(order)
	frappe.db.set_value("Sales Order Item", order.items[0].name, "qty", 7, update_modified=False)
	frappe.db.delete("Sales Order Item", {"name": order.items[1].name})
	frappe.db.set_value("Upsell Credit", third.name, {"sales_person": "Cleo", "base_subtotal": 9999})
	found = [row["text"] for row in ledger.verify() if row["kind"] == "upsell credit"]
	assert len(found) == 4, found
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Queued"}).insert()
	sliced.work(run.name)
	run.reload()
	assert "removed" in run.differences and "changed" in run.differences
	assert [c.name for c in world.credits(order)] == [first.name, third.name]
	assert [(c.qty, c.base_subtotal, c.sales_person) for c in world.credits(order)] == [
		(7, 100, "Anna"), (1, 20, "Bob"),
	]  # fmt: skip
	assert [c.name for c in world.credits(order, removed=True)] == [second.name]
	assert world.figures(target) == (20, 1, 2)
	world.assert_sound()


def test_U5_a_renamed_item_and_a_merged_user_edit_no_charge():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100), ("PUMP", 1, 50)])
	reassign(world.credits(order)[:1], CARL)
	frappe.rename_doc("Item", "MILL", "WINDMILL", force=True)
	assert [(c.item_code, c.last_edited_by) for c in world.credits(order)] == [
		("WINDMILL", None),
		("PUMP", None),
	]
	world.assert_sound()
	world.rename_user(CARL, ANNA, merge=True)
	assert [(c.credit_assigned_to, c.credit_assigned_customised) for c in world.credits(order)] == [
		(ANNA, 0)
	] * 2
	world.assert_sound()
	update_items(frappe.get_doc("Sales Order", order.name), user=BOB, change={"PUMP": 51})
	assert [c.last_edited_by for c in world.credits(order)] == [None, BOB]


def test_U3_what_a_caller_sends_in_place_of_text_is_read_as_the_database_reads_it():
	order = world.order(items=[("MILL", 1, 100)], save=False, submit=False)
	order.items[0].update({"item_name": 123, "description": 55})
	order.insert()
	assert world.credits(order)[0].charge_name == "123"
	world.assert_sound()


def test_U2_a_name_that_a_caller_chose_for_a_row_may_be_long():
	order = world.order(items=[("MILL", 1, 100)], save=False, submit=False)
	order.items[0].name = "x" * 139
	order.insert(set_child_names=False)
	assert world.credits(order)[0].voucher_row == order.items[0].name
	world.assert_sound()


def test_U9_a_row_of_a_gap_is_inferred_whoever_saves_next():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100)], submit=False)
	world.policy(enable_upsell_tracking=0)
	with as_user(BOB):
		order.append("items", world.item_row("PUMP", 1, 500))
		order.save()
	world.policy(enable_upsell_tracking=1)
	with as_user(CARL):
		order.po_no = "4711"
		order.append("items", world.item_row("CARE", 1, 5))
		order.save()
	assert told(order) == [
		("MILL", ANNA, "Created", 0, 0), ("PUMP", ANNA, "Created", 0, 0), ("CARE", CARL, "Added", 1, 0),
	]  # fmt: skip
	assert [c.is_inferred for c in world.credits(order)] == [0, 1, 0]


def test_U2_company_and_currency_follow_the_document():
	order = world.order(items=[("MILL", 1, 100)], submit=False)
	order.currency, order.conversion_rate = "EUR", 1
	order.save()
	assert [(c.currency, c.last_edited_by) for c in world.credits(order)] == [("EUR", None)]
	frappe.db.set_value("Upsell Credit", world.credits(order)[0].name, "company", world.COMPANY_EUR)
	from sales_extensions import charges, ledger

	assert [row["text"] for row in ledger.verify()] != []
	charges.settle_all()
	assert world.credits(order)[0].company == world.COMPANY
	world.assert_sound()


def test_T3_an_order_that_failed_to_be_cancelled_is_followed_on():
	target = world.target(1000)
	order = world.order(100, team={"Anna": 100})
	frappe.db.savepoint("sales_before")
	order.run_method("before_cancel")
	order._action = "cancel"
	order.run_method("on_change")  # in the middle of a cancel that now fails
	frappe.db.rollback(save_point="sales_before")
	order.reload()
	order.set("sales_team", [{"sales_person": "Bob", "allocated_percentage": 100}])
	order.save()
	assert world.figures(target)[0] == 0
	world.assert_sound()


def test_T3_a_row_changed_by_itself_is_followed_before_the_commit():
	target = world.target(1000, ("Bob",), target_type="Upsell", target_amount=1000)
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100)], submit=False)
	with as_user(BOB):
		order.append("items", world.item_row("PUMP", 1, 50))
		order.append("items", world.item_row("CARE", 1, 20))
		order.save()
		order.submit()
	assert world.figures(target)[0] == 70
	with as_user(ANNA):
		row = frappe.get_doc("Sales Order Item", order.items[1].name)
		row.delete(ignore_permissions=True)
		draft = world.order(items=[("MILL", 1, 100)], submit=False)
		row = frappe.get_doc("Sales Order Item", draft.items[0].name)
		row.qty = 4
		row.save(ignore_permissions=True)
	frappe.db.before_commit.run()
	assert [c.item_code for c in world.credits(order, removed=True)] == ["PUMP"]
	assert world.credits(draft)[0].qty == 4
	assert world.figures(target)[0] == 20
	world.assert_sound()


def test_U11_what_nobody_sold_is_no_upsell():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 1, 100)], submit=False)
	with as_user(BOB):
		order.append("items", world.item_row("PUMP", 1, 0) | {"is_free_item": 1})
		order.save()
	assert told(order)[1] == ("PUMP", BOB, "Added", 0, 0)
	assert "for free by a pricing rule: no upsell" in world.credits(order)[1].reason


def test_U6_one_quoted_row_is_converted_once_however_often_an_order_names_it():
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100)])
	order = convert(quotation, BOB)
	first = order.items[0]
	first.qty = 1
	for _ in range(2):
		order.append("items", world.item_row("MILL", 1, 100) | {
			"quotation_item": first.quotation_item, "prevdoc_docname": first.prevdoc_docname})  # fmt: skip
	with as_user(BOB):
		order.insert()
	assert [(c.credit_assigned_to, c.origin, c.is_upsell) for c in world.credits(order)] == [
		(ANNA, "Converted", 0), (ANNA, "Converted", 0), (BOB, "Added", 1),
	]  # fmt: skip


def test_U5_an_older_object_of_the_document_removes_no_charge():
	order = world.order(items=[("MILL", 1, 100)], submit=False)
	order.save()
	other = frappe.get_doc("Sales Order", order.name)
	other.append("items", world.item_row("PUMP", 1, 50) | {"delivery_date": other.delivery_date})
	other.save()
	order.db_set("po_no", "4711")
	assert [c.item_code for c in world.credits(order)] == ["MILL", "PUMP"]
	world.assert_sound()
