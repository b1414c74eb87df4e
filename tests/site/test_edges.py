"""What is easily missed: orders from before the install, rows saved by themselves, names and people (T3, X2)."""

from __future__ import annotations

import frappe
import pytest

from tests.site import world
from tests.site.world import figures

HALVES = {"Anna": 50, "Bob": 50}


def forget_that_it_was_followed(order: str) -> None:
	"""As if the order had been submitted before the app was installed."""
	frappe.db.delete("Order Credit State", {"name": order})


def test_X2_an_order_from_before_the_install_is_followed_from_its_first_event():
	order = world.order(1000, team={"Anna": 100})
	forget_that_it_was_followed(order.name)
	target = world.target(2000)
	assert figures(target) == (1000, 1, 50)
	order.cancel()
	assert figures(target) == (0, 0, 0)
	world.assert_sound()


def test_T8_a_draft_filled_by_a_policy_is_followed_from_its_first_event():
	target = world.target(10_000)
	draft = world.order(1000, team={"Anna": 100}, submit=False)
	world.policy(count_orders_on="Save")
	assert figures(target)[:2] == (1000, 1)
	draft.reload()
	draft.items[0].rate = 1500
	draft.save()
	assert figures(target)[:2] == (1500, 1)
	world.assert_sound()


@pytest.mark.parametrize("doctype", ["Sales Target Assignee", "Order Allocation Share"])
def test_A2_a_row_is_not_saved_or_deleted_by_itself(doctype):
	order = world.order(1000, team={"Anna": 100})
	target = world.target(2000)
	allocation = world.allocation(order.name, world.fixed("Bob", 100))
	parent = target if doctype == "Sales Target Assignee" else allocation
	row = frappe.get_doc(doctype, parent.get("assignees" if parent is target else "shares")[0].name)
	with pytest.raises(frappe.PermissionError, match="can't be changed by itself"):
		row.save()
	with pytest.raises(frappe.PermissionError, match="can't be changed by itself"):
		frappe.delete_doc(doctype, row.name)
	with pytest.raises(frappe.PermissionError, match="can't be changed by itself"):
		frappe.get_doc(
			{"doctype": doctype, "parent": parent.name, "parenttype": parent.doctype, "sales_person": "Cleo",
				"parentfield": row.parentfield, "basis": "Whole Order"}
		).insert()  # fmt: skip
	assert figures(target)[:2] == (900, 1)
	world.assert_sound()


def test_T3_a_sales_team_row_deleted_by_itself_is_followed():
	target = world.target(2000)
	order = world.order(1000, team=HALVES)
	row = next(row for row in order.sales_team if row.sales_person == "Anna")
	frappe.get_doc("Sales Team", row.name).delete()
	assert figures(target)[:2] == (0, 0)
	world.assert_sound()


def test_T3_a_sales_team_row_added_or_saved_by_itself_is_followed():
	target = world.target(2000)
	order = world.order(1000)
	row = frappe.new_doc("Sales Team", parent_doc=order, parentfield="sales_team")
	row.update({"sales_person": "Anna", "allocated_percentage": 100}).insert()
	assert figures(target)[:2] == (1000, 1)
	row.sales_person = "Bob"
	row.save()
	assert figures(target)[:2] == (0, 0)
	world.assert_sound()


@pytest.mark.parametrize("tracked", [0, 1])
def test_T3_an_item_row_deleted_by_itself_is_followed(tracked):
	world.policy(count_orders_on="Save", enable_upsell_tracking=tracked)
	target = world.target(1000, item_group="Mills")
	order = world.order(items=[("MILL", 1, 100), ("PUMP", 1, 100)], team={"Anna": 100}, submit=False)
	row = frappe.get_doc("Sales Order Item", order.items[1].name)
	row.run_method("on_change")
	frappe.db.before_commit.reset()  # as a rollback does
	row.delete()
	frappe.db.before_commit.run()
	assert figures(target) == (200, 1, 20)
	world.assert_sound()


def test_T3_a_rename_that_turns_a_tie_moves_the_count_of_a_joint_order():
	target = world.target(10, ("Anna", "Bob"), numeric=True)
	world.order(1000, team=HALVES)
	frappe.rename_doc("Sales Person", "Anna", "Zoe")
	world.assert_sound()
	assert figures(target)[:2] == (1000, 1)


def test_T3_an_item_group_renamed_across_another_leaves_every_cent_accounted_for():
	mills, pumps = (world.target(10_000, item_group=group) for group in ("Mills", "Pumps"))
	world.order(team={"Anna": 100}, items=[("MILL", 1, 0.5), ("PUMP", 1, 0.5)], taxes=1)
	frappe.rename_doc("Item Group", "Mills", "Zills")
	world.assert_sound()
	assert figures(mills)[0] + figures(pumps)[0] == pytest.approx(1.01)


def test_A1_a_new_seller_is_the_natural_owner_of_the_orders_there_are():
	employee = frappe.get_doc(
		{"doctype": "Employee", "first_name": "Mona", "company": world.COMPANY, "gender": "Other",
			"date_of_birth": "1990-01-01", "date_of_joining": "2020-01-01", "status": "Active",
			"user_id": "manager@example.com", "create_user_permission": 0}
	).insert()  # fmt: skip
	target = world.target(2000, ("North Team",))
	frappe.set_user("manager@example.com")
	world.order(1000)
	frappe.set_user("Administrator")
	assert figures(target)[:2] == (0, 0)
	frappe.get_doc(
		{"doctype": "Sales Person", "sales_person_name": "Mona", "parent_sales_person": "North Team",
			"employee": employee.name, "enabled": 1}
	).insert()  # fmt: skip
	assert figures(target)[:2] == (1000, 1)
	world.assert_sound()


def test_T3_two_users_made_one_are_one_natural_owner():
	target = world.target(2000)
	frappe.set_user("nobody@example.com")
	order = world.order(1000, save=False, submit=False)
	order.flags.ignore_permissions = True
	order.insert()
	order.submit()
	frappe.set_user("Administrator")
	assert figures(target)[:2] == (0, 0)
	world.rename_user("nobody@example.com", "anna@example.com", merge=True)
	world.assert_sound()
	assert figures(target)[:2] == (1000, 1)


def test_A4_the_survivor_of_a_merge_can_still_be_allocated_to():
	order = world.order(1000, team={"Cleo": 100})
	world.allocation(order.name, world.percent("Anna", 30), world.percent("Bob", 20))
	frappe.rename_doc("Sales Person", "Bob", "Anna", merge=True)
	allocation = frappe.get_doc("Order Allocation", world.allocated(order.name))
	allocation.remainder_to = "Nobody"
	allocation.save()
	assert allocation.remainder_amount == 500
	world.assert_sound()


def test_T2_a_goal_of_a_cent_can_be_passed_a_billionfold():
	target = world.target(0.01)
	world.order(9e11, team={"Anna": 100})
	assert figures(target) == (9e11, 1, 1e9)
	world.assert_sound()


def test_X4_customers_are_shown_to_those_who_may_read_the_order():
	from sales_extensions.api.targets import orders_behind

	target = world.target(2000)
	world.order(400, team={"Anna": 100})
	world.order(600, team={"Anna": 100}, customer="Home Three")
	frappe.permissions.add_user_permission("Customer", "Shop One", "anna@example.com")
	frappe.set_user("anna@example.com")
	behind = orders_behind(target.name)
	assert behind["amount"] == 1000
	assert {row.amount: row.customer_name for row in behind["rows"]} == {600: None, 400: "Shop One"}
	frappe.set_user("Administrator")
	assert {row.customer_name for row in orders_behind(target.name)["rows"]} == {"Shop One", "Home Three"}


def test_T3_planned_targets_survive_the_deletion_of_a_companys_transactions():
	ignored = frappe.get_hooks("company_data_to_be_ignored")
	assert {"Sales Target", "Sales Target Assignee", "Sales Target Entry"} <= set(ignored)


def test_T4_a_date_moved_within_a_target_moves_the_month_of_its_figures():
	world.policy(count_orders_on="Save")
	target = world.target(2000, ("Anna", "Bob"))
	order = world.order(1000, team=HALVES, submit=False, date="2026-03-10")
	order.transaction_date = "2026-05-02"
	order.payment_schedule = []
	order.save()
	assert figures(target) == (1000, 1, 50)
	months = frappe.db.sql(
		"""SELECT MONTH(posting_date), SUM(amount), SUM(order_count) FROM `tabSales Target Entry`
		WHERE sales_target = %s GROUP BY 1 ORDER BY 1""",
		target.name,
	)
	assert [tuple(map(int, month)) for month in months] == [(3, 0, 0), (5, 1000, 1)]
	world.assert_sound()


def test_T4_a_cancelled_order_of_no_amount_stands_for_nobody():
	from sales_extensions.api.targets import orders_behind

	target = world.target(2000, ("Anna", "Bob"))
	order = world.order(0, team=HALVES)
	assert orders_behind(target.name)["total"] == 2
	order.cancel()
	assert orders_behind(target.name)["total"] == 0
	world.assert_sound()


def test_T7_a_run_works_in_every_company_not_only_in_the_default_one(monkeypatch):
	from sales_extensions.ledger import fill, runs

	world.order(1000, team={"Anna": 100}, company=world.COMPANY_EUR)
	monkeypatch.setattr(fill, "INLINE", 0)
	monkeypatch.setattr(runs, "commit", lambda: None)
	target = world.target(2000, company=world.COMPANY_EUR)
	assert figures(target) == (0, 0, 0)
	run = frappe.get_last_doc("Sales Ledger Run")
	assert not run.company
	runs.work(run.name)
	assert figures(target) == (1000, 1, 50)
	world.assert_sound()
