"""Sales Targets: what counts, for whom, in which money, and how the books are kept (T1-T8, invariants)."""

from __future__ import annotations

import frappe
import pytest
from bs4 import BeautifulSoup
from frappe.utils import add_days, getdate

from sales_extensions import ledger, periods
from sales_extensions.api.attainment import by_seller_and_month
from sales_extensions.ledger import facts as ledger_facts
from sales_extensions.ledger import fill, follow, rebuild, runs, verify

from . import world

ANNA = {"Anna": 100}


def now(target, amount: float, count: int, percentage: float | None = None) -> None:
	has = world.figures(target)
	assert has[:2] == (amount, count)
	if percentage is not None:
		assert has[2] == percentage
	world.assert_sound()


# --- what counts -----------------------------------------------------------------------------------


def test_T1_financial_and_numeric():
	financial, numeric = world.target(5000), world.target(4, numeric=True)
	world.order(1000, team=ANNA)
	world.order(250, team=ANNA)
	now(financial, 1250, 2, 25)
	now(numeric, 1250, 2, 50)


def test_T1_group_stands_for_all_under_it():
	everyone = world.target(10_000, ("Sales Team",))
	north, south = world.target(10_000, ("North Team",)), world.target(10_000, ("South Team",))
	world.order(1000, team={"Anna": 50, "Bob": 30, "Cleo": 20})
	now(everyone, 1000, 1)
	now(north, 800, 1)
	now(south, 200, 1)


def test_A6_joint_target_counts_an_order_once():
	joint, anna, bob = (
		world.target(4, sellers, numeric=True) for sellers in (("Anna", "Bob"), ("Anna",), ("Bob",))
	)
	world.order(1000, team={"Anna": 50, "Bob": 50})
	now(joint, 1000, 1, 25)
	now(anna, 500, 1, 25)
	now(bob, 500, 1, 25)


def test_T1_seller_twice_in_the_tree_of_a_joint_target():
	joint = world.target(1000, ("Anna", "North Team", "Sales Team"))
	world.order(1000, team={"Anna": 50, "Bob": 50})
	now(joint, 1000, 1, 100)


def test_T1_seller_in_overlapping_targets_of_both_types():
	year, march, numeric, april = (
		world.target(10_000),
		world.target(1000, from_date="2026-03-01", to_date="2026-03-31"),
		world.target(2, ("Anna", "Cleo"), numeric=True),
		world.target(1000, from_date="2026-04-01", to_date="2026-04-30"),
	)
	world.order(600, team=ANNA)
	now(year, 600, 1, 6)
	now(march, 600, 1, 60)
	now(numeric, 600, 1, 50)
	now(april, 0, 0, 0)


@pytest.mark.parametrize("date", ["2026-03-01", "2026-03-31"])
def test_T5_first_and_last_day_count(date):
	march = world.target(1000, from_date="2026-03-01", to_date="2026-03-31")
	world.order(100, team=ANNA, date=date)
	now(march, 100, 1)


@pytest.mark.parametrize("date", ["2026-02-28", "2026-04-01"])
def test_T5_the_days_around_do_not(date):
	march = world.target(1000, from_date="2026-03-01", to_date="2026-03-31")
	world.order(100, team=ANNA, date=date)
	now(march, 0, 0)


def test_T5_amounts_at_the_orders_own_rate():
	usd, eur = world.target(10_000), world.target(10_000, company=world.COMPANY_EUR)
	world.order(1000, team=ANNA, currency="EUR", conversion_rate=1.1)
	world.order(1000, team=ANNA, currency="EUR", conversion_rate=1.2345)
	now(usd, 2334.5, 2)  # 1100 + 1234.50
	world.order(500, team=ANNA, company=world.COMPANY_EUR)
	world.order(100, team=ANNA, company=world.COMPANY_EUR, currency="USD", conversion_rate=0.9)
	now(usd, 2334.5, 2)
	now(eur, 590, 2, 5.9)
	assert frappe.db.get_value("Sales Target", usd.name, "currency") == "USD"
	assert {row.currency for row in world.entries(eur)} == {"EUR"}


def test_T8_net_total_or_grand_total():
	target = world.target(10_000)
	world.order(1000, team=ANNA, taxes=21)
	now(target, 1210, 1)
	world.policy(order_amount_basis="Net Total")
	now(target, 1000, 1)
	world.order(500, team=ANNA, taxes=21)
	now(target, 1500, 2)
	world.policy(order_amount_basis="Grand Total")
	now(target, 1815, 2)


def test_T5_filters_with_their_subtrees():
	europe, holland, asia = (world.target(1000, territory=name) for name in ("Europe", "Holland", "Asia"))
	trade, homes = (world.target(1000, customer_group=name) for name in ("Trade", "Homes"))
	machines, pumps, care = (world.target(1000, item_group=name) for name in ("Machines", "Pumps", "Care"))
	all_three = world.target(1000, territory="Europe", customer_group="Trade", item_group="Machines")
	world.order(team=ANNA, items=[("MILL", 1, 100), ("PUMP", 2, 150), ("CARE", 1, 600)])  # Holland, Shops
	world.order(team=ANNA, customer="Home Three", items=[("PUMP", 1, 50)])  # Asia, Homes
	now(europe, 1000, 1)
	now(holland, 1000, 1)
	now(asia, 50, 1)
	now(trade, 1000, 1)
	now(homes, 50, 1)
	now(machines, 450, 2)
	now(pumps, 350, 2)
	now(care, 600, 1)
	now(all_three, 400, 1)


def test_T5_item_group_takes_its_part_of_taxes_to_the_cent():
	mills, pumps, care = (
		world.target(1000, ("North Team",), item_group=name) for name in ("Mills", "Pumps", "Care")
	)
	world.order(
		team={"Anna": 33.333, "Bob": 66.667},
		taxes=7,
		items=[("MILL", 1, 33.33), ("PUMP", 1, 33.33), ("CARE", 1, 33.34)],
	)
	whole = sum(world.figures(target)[0] for target in (mills, pumps, care))
	assert round(whole, 2) == 107.00
	world.assert_sound()


def test_T1_orders_without_seller_count_for_nobody():
	everyone = world.target(1000, ("Sales Team",))
	world.order(1000)  # owned by Administrator, who is no Sales Person
	now(everyone, 0, 0)


def test_A1_order_of_a_user_counts_for_their_sales_person():
	target = world.target(1000)
	frappe.set_user("anna@example.com")
	order = world.order(400)
	frappe.set_user("Administrator")
	now(target, 400, 1, 40)
	row = world.entries(target)[0]
	assert (row.rule, row.source_doctype, row.source_name) == ("Order Owner", "Sales Order", order.name)
	assert row.owner == "anna@example.com"


def test_T1_order_of_nothing_counts_as_an_order():
	financial, numeric = world.target(1000), world.target(2, numeric=True)
	world.order(0, team=ANNA)
	now(financial, 0, 1, 0)
	now(numeric, 0, 1, 50)


def test_T1_disabled_seller_can_have_a_target_and_credit():
	world.order(100, team={"Dirk": 100})
	frappe.db.set_value("Sales Person", "Dirk", "enabled", 0)
	target = world.target(1000, ("Dirk",))
	now(target, 100, 1)


@pytest.mark.slow
def test_T2_order_of_200_lines():
	target, pumps = world.target(100_000), world.target(100_000, item_group="Pumps")
	world.order(team=ANNA, items=[(("MILL", "PUMP")[i % 2], 1, 10 + i) for i in range(200)])
	# 10 + 11 + … + 209 = 21,900; every second one from 11 on = 11 + 13 + … + 209 = 11,000
	now(target, 21_900, 1)
	now(pumps, 11_000, 1)


# --- explained -------------------------------------------------------------------------------------


def test_T4_each_entry_names_rule_source_and_arithmetic():
	target = world.target(10_000, ("North Team",))
	order = world.order(1000, team={"Anna": 60, "Cleo": 40}, taxes=10)
	(row,) = world.entries(target)
	assert (row.sales_order, row.sales_person, row.company) == (order.name, "Anna", world.COMPANY)
	assert (row.amount, row.order_count, row.share_percentage) == (660, 1, 60)
	assert (row.source_doctype, row.source_name, row.rule) == ("Sales Order", order.name, "Sales Team")
	assert row.posting_date == getdate("2026-03-10")
	assert row.reason == (
		"Grand Total 1,100.00 USD. Sales Team: 60 % of 1,100.00 USD is 660.00 USD. "
		"Anna was under North Team on the order's day, a Sales Person of the target."
	)
	order.cancel()
	assert world.entries(target)[1].reason == "The order is cancelled."


def test_T4_as_of_any_moment_the_sum_of_entries_up_to_it():
	target = world.target(10_000)
	order = world.order(1000, team=ANNA)
	other = world.order(300, team=ANNA)
	order.cancel()
	after = [0]
	for row in world.entries(target):
		after.append(after[-1] + row.amount)
	assert after == [0, 1000, 1300, 300]
	assert {row.sales_order for row in world.entries(target)} == {order.name, other.name}
	assert [row.name for row in world.entries(target)] == sorted(row.name for row in world.entries(target))


# --- pace and status ---------------------------------------------------------------------------------


def test_T6_status_of_a_period():
	today = getdate()
	running = world.target(1000, from_date=add_days(today, -1), to_date=add_days(today, 1))
	upcoming = world.target(1000, from_date=add_days(today, 1), to_date=add_days(today, 9))
	missed = world.target(1000, from_date=add_days(today, -9), to_date=add_days(today, -1))
	achieved = world.target(100, from_date="2026-03-01", to_date="2026-03-31")
	world.order(100, team=ANNA)
	statuses = [
		frappe.db.get_value("Sales Target", doc.name, "status")
		for doc in (running, upcoming, missed, achieved)
	]
	assert statuses == ["Running", "Upcoming", "Missed", "Achieved"]


def test_T6_status_follows_the_calendar_by_itself():
	from sales_extensions.ledger.book import refresh_statuses

	target = world.target(1000, from_date="2025-01-01", to_date="2025-01-31")
	frappe.db.set_value("Sales Target", target.name, "status", "Running")
	refresh_statuses()
	assert frappe.db.get_value("Sales Target", target.name, "status") == "Missed"


def test_T6_expected_to_date():
	from sales_extensions.sales_extensions.doctype.sales_target.sales_target import attainment_of

	today = getdate()
	target = world.target(1000, from_date=add_days(today, -3), to_date=add_days(today, 6))
	shown = attainment_of(frappe.get_doc("Sales Target", target.name))
	assert (float(shown["expected"]), float(shown["expected_percentage"])) == (400, 40)
	assert float(shown["ahead"]) == -400


def test_T6_expected_to_date_by_monthly_distribution():
	from sales_extensions.sales_extensions.doctype.sales_target.sales_target import attainment_of

	year = getdate().year
	months = [f"{getdate(f'2026-{month:02}-01'):%B}" for month in range(1, 13)]
	distribution = frappe.get_doc(
		{
			"doctype": "Monthly Distribution", "distribution_id": "All in January",
			"percentages": [{"month": month, "percentage_allocation": 100 * (month == "January")} for month in months],
		}
	).insert()  # fmt: skip
	target = world.target(
		1200, from_date=f"{year}-01-01", to_date=f"{year}-12-31", monthly_distribution=distribution.name
	)
	shown = attainment_of(frappe.get_doc("Sales Target", target.name))
	expected = 1200 if getdate().month > 1 else round(1200 * getdate().day / 31, 2)
	assert float(shown["expected"]) == expected


def test_T5_presets_fill_the_period():
	target = world.target(1000, from_date=None, to_date=None, period_preset="This Fiscal Year", save=False)
	target.insert()
	first, last = frappe.db.get_value("Sales Target", target.name, ("from_date", "to_date"))
	assert first <= getdate() <= last
	assert (last - first).days in (364, 365)


def test_T5_a_target_keeps_its_days_and_not_the_name_of_its_period():
	target = world.target(1000, from_date=None, to_date=None, period_preset="This Month", save=False).insert()
	assert not frappe.db.get_value("Sales Target", target.name, "period_preset")


def test_T5_a_fiscal_year_that_is_not_set_up_follows_those_that_are():
	world.fiscal_year("2026-02-01", "2027-01-31")
	next_year = (getdate("2027-02-01"), getdate("2028-01-31"))
	assert periods.preset("Next Fiscal Year", world.COMPANY, "2026-11-30") == next_year


def test_T5_where_no_fiscal_year_is_known_it_is_said_what_to_do():
	world.fiscal_year("2026-02-01", "2027-01-31")
	for company, words in (
		("Another of Ours", "Another of Ours has no Fiscal Year"),
		(None, "choose the Company"),
	):
		with pytest.raises(frappe.ValidationError, match=words):
			periods.preset("This Fiscal Year", company, "2026-11-30")


def test_T5_quarters_are_those_of_the_fiscal_year():
	world.fiscal_year("2026-02-01", "2027-01-31")
	for today, name, first, last in (
		("2026-02-01", "This Quarter", "2026-02-01", "2026-04-30"),
		("2026-04-30", "This Quarter", "2026-02-01", "2026-04-30"),
		("2026-04-30", "Next Quarter", "2026-05-01", "2026-07-31"),
		("2026-12-24", "Next Quarter", "2027-02-01", "2027-04-30"),
		("2026-05-10", "Last Quarter", "2026-02-01", "2026-04-30"),
		("2026-03-31", "Last Month", "2026-02-01", "2026-02-28"),
	):
		assert periods.preset(name, world.COMPANY, today) == (getdate(first), getdate(last))
	calendar = (getdate("2026-04-01"), getdate("2026-06-30"))
	assert periods.preset("This Quarter", "Another Company", "2026-05-31") == calendar


def test_T6_a_distribution_that_has_no_month_of_the_period_is_told_on_the_form():
	from sales_extensions.sales_extensions.doctype.sales_target.sales_target import attainment_of

	distribution = frappe.get_doc(
		{
			"doctype": "Monthly Distribution", "distribution_id": "All in December",
			"percentages": [{"month": "December", "percentage_allocation": 100}],
		}
	).insert().name  # fmt: skip
	june = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
	told = world.target(1200, monthly_distribution=distribution, **june)
	plain = world.target(1200, **june)
	winter = world.target(
		1200, from_date="2026-11-01", to_date="2026-12-31", monthly_distribution=distribution
	)
	even = [
		attainment_of(frappe.get_doc("Sales Target", one.name))["even_by_day"]
		for one in (told, plain, winter)
	]
	assert even == [True, False, False]


# --- policies ---------------------------------------------------------------------------------------


def test_T8_each_policy_restates():
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	target = world.target(10_000)
	world.order(1000, team=ANNA, taxes=10)
	world.order(500, team=ANNA, submit=False)
	closed = world.order(200, team=ANNA)
	update_status("Closed", closed.name)
	now(target, 1100, 1)
	world.policy(closed_order_credit="Full Amount")
	now(target, 1300, 2)
	world.policy(count_orders_on="Save")
	now(target, 1800, 3)
	world.policy(order_amount_basis="Net Total")
	now(target, 1700, 3)
	world.policy(closed_order_credit="None")
	now(target, 1500, 2)
	world.policy(count_orders_on="Submit", order_amount_basis="Grand Total")
	now(target, 1100, 1)


def test_T8_settings_that_are_no_policy_of_figures_write_nothing():
	target = world.target(10_000)
	world.order(1000, team=ANNA)
	booked = world.entries(target)
	before = frappe.db.count("Sales Ledger Run")
	world.policy(allow_overlay_allocation=1)
	assert world.entries(target) == booked
	assert frappe.db.count("Sales Ledger Run") == before
	now(target, 1000, 1)


# --- filling ----------------------------------------------------------------------------------------


def test_T7_new_target_is_filled_from_orders_that_exist():
	world.order(1000, team=ANNA)
	world.order(500, team={"Anna": 50, "Bob": 50})
	world.order(800, team=ANNA, date="2026-04-01")
	target = world.target(10_000, to_date="2026-03-31")
	assert (target.realised_amount, target.order_count) == (1250, 2)  # the form shows it at once
	now(target, 1250, 2, 12.5)


def test_T7_changed_target_is_filled_anew():
	world.order(1000, team=ANNA)
	world.order(500, team={"Bob": 100}, date="2026-06-01")
	target = world.target(10_000, to_date="2026-03-31")
	now(target, 1000, 1)
	target.to_date = "2026-12-31"
	target.append("assignees", {"sales_person": "Bob"})
	target.save()
	now(target, 1500, 2, 15)
	target.target_amount = 3000
	target.save()
	now(target, 1500, 2, 50)
	target.assignees = target.assignees[1:]
	target.save()
	now(target, 500, 1)
	target.company = world.COMPANY_EUR
	target.save()
	now(target, 0, 0)
	assert {(row.company, row.currency) for row in world.entries(target)} == {(world.COMPANY, "USD")}
	world.order(700, team={"Bob": 100}, company=world.COMPANY_EUR)
	for company, amount, currency in ((world.COMPANY, 0, "USD"), (world.COMPANY_EUR, 700, "EUR")):
		rows = [
			row
			for row in by_seller_and_month(company, world.START, world.END)
			if (row.sales_target, row.sales_person) == (target.name, "Bob")
		]
		assert sum(row.amount for row in rows) == amount
		assert {row.currency for row in rows} <= {currency}


def test_T7_a_new_title_writes_no_entry():
	world.order(1000, team=ANNA)
	target = world.target(10_000)
	booked = world.entries(target)
	target.title = "Another"
	target.save()
	assert world.entries(target) == booked
	now(target, 1000, 1)


def test_T7_deleted_target_takes_its_entries_along():
	target, other = world.target(10_000), world.target(10_000)
	world.order(1000, team=ANNA)
	target.reload()
	target.delete()
	assert world.entries(target) == []
	now(other, 1000, 1)


def orders_one_by_one(amounts) -> list[str]:
	return [world.order(amount, team=ANNA).name for amount in amounts]


@pytest.mark.committed
def test_T7_long_fill_runs_in_the_background_and_can_be_resumed(wiped, monkeypatch):
	orders_one_by_one((100, 200, 300, 400, 500))
	frappe.db.commit()
	monkeypatch.setattr(fill, "INLINE", 2)
	monkeypatch.setattr(fill.slices, "__defaults__", (2,))
	target = world.target(3000)
	frappe.db.commit()
	assert world.figures(target) == (0, 0, 0)
	run = frappe.get_last_doc("Sales Ledger Run")
	assert (run.purpose, run.status, run.total_orders, run.done_orders) == ("Target", "Queued", 5, 0)
	assert runs.open_run_of(target.name).name == run.name

	fill_slice, done = fill.fill_slice, []

	def stop_after_the_first(*args, **kwargs):
		if done:
			raise RuntimeError("the worker is killed")
		done.append(1)
		return fill_slice(*args, **kwargs)

	monkeypatch.setattr(fill, "fill_slice", stop_after_the_first)
	with pytest.raises(RuntimeError):
		runs.work(run.name)
	run.reload()
	assert (run.status, run.done_orders, run.entries_written) == ("Failed", 2, 2)
	assert "the worker is killed" in run.error
	assert world.figures(target) == (300, 2, 10)
	world.order(50, team=ANNA)  # booked at once, though the fill is not done
	frappe.db.commit()
	assert world.figures(target)[:2] == (350, 3)

	monkeypatch.setattr(fill, "fill_slice", fill_slice)
	runs.work(run.name)
	run.reload()
	assert (run.status, run.error) == ("Finished", None)
	assert run.done_orders == run.total_orders
	now(target, 1550, 6)
	booked = world.entries(target)
	runs.work(run.name)  # started twice: nothing is booked twice
	assert world.entries(target) == booked
	assert runs.open_run_of(target.name) is None


@pytest.mark.committed
def test_T7_silent_run_is_sent_again(wiped, monkeypatch):
	sent = []
	monkeypatch.setattr(runs, "_send", sent.append)
	run = runs.enqueue("Rebuild", None, None, 1)
	runs.resume_silent()
	assert sent == [run]
	frappe.db.set_value(
		"Sales Ledger Run", run, {"status": "Running", "modified": "2020-01-01"}, update_modified=False
	)
	runs.resume_silent()
	assert sent == [run, run]


def test_T3_rebuild_states_what_it_did():
	target = world.target(10_000)
	world.order(1000, team=ANNA)
	summary = rebuild()
	assert (summary["entries_written"], summary["totals_corrected"]) == (0, [])
	frappe.db.sql("DELETE FROM `tabSales Target Entry`")
	frappe.db.set_value("Sales Target", target.name, "realised_amount", 7, update_modified=False)
	assert {row["kind"] for row in verify()} == {"entry", "total"}
	summary = rebuild()
	assert summary["entries_written"] == 1
	assert summary["totals_corrected"] == [target.name]
	now(target, 1000, 1)


def test_T3_rebuild_of_one_company_leaves_the_other():
	usd, eur = world.target(10_000), world.target(10_000, company=world.COMPANY_EUR)
	world.order(1000, team=ANNA)
	world.order(500, team=ANNA, company=world.COMPANY_EUR)
	frappe.db.sql("DELETE FROM `tabSales Target Entry`")
	assert rebuild(world.COMPANY_EUR)["entries_written"] == 1
	assert [row["sales_target"] for row in verify()] and {row["sales_target"] for row in verify()} == {
		usd.name
	}
	assert verify(world.COMPANY_EUR) == []
	assert world.figures(eur)[:2] == (500, 1)


# --- the books ---------------------------------------------------------------------------------------


def test_T2_stale_form_does_not_write_old_figures():
	target = world.target(10_000)
	stale = frappe.get_doc("Sales Target", target.name)
	assert stale.realised_amount == 0
	world.order(1000, team=ANNA)
	stale.title = "Saved from a form opened before the order"
	stale.realised_amount, stale.order_count, stale.percentage, stale.status = 99, 9, 99, "Achieved"
	stale.save()
	now(target, 1000, 1, 10)
	assert stale.realised_amount == 1000


def test_T2_same_event_again_writes_nothing():
	target = world.target(10_000)
	order = world.order(1000, team=ANNA)
	booked = world.entries(target)
	for _ in range(3):
		order.run_method("on_change")
		frappe.get_doc("Sales Order", order.name).run_method("on_change")
		follow(ledger_facts.order_from_doc(frappe.get_doc("Sales Order", order.name)))
	assert world.entries(target) == booked
	now(target, 1000, 1)


def test_T2_order_entries_and_totals_roll_back_together():
	target = world.target(10_000)
	world.order(1000, team=ANNA)
	frappe.db.savepoint("earlier")
	booked = world.entries(target)
	order = world.order(500, team=ANNA)
	now(target, 1500, 2)
	frappe.db.rollback(save_point="earlier")
	assert not frappe.db.exists("Sales Order", order.name)
	assert world.entries(target) == booked
	now(target, 1000, 1)


@pytest.mark.committed
def test_T2_rollback_takes_both_back(wiped):
	target = world.target(10_000)
	frappe.db.commit()
	before = world.fingerprint()
	order = world.order(1000, team=ANNA)
	now(target, 1000, 1)
	frappe.db.rollback()
	assert not frappe.db.exists("Sales Order", order.name)
	assert world.fingerprint() == before


def test_T4_entries_are_read_only_even_for_administrator():
	target = world.target(10_000)
	world.order(1000, team=ANNA)
	booked = world.entries(target)
	entry = frappe.get_doc("Sales Target Entry", booked[0].name)
	for attempt in (
		lambda: entry.update({"amount": 5000}).save(),
		lambda: entry.update({"amount": 5000}).save(ignore_permissions=True),
		lambda: frappe.copy_doc(entry).insert(),
		lambda: entry.delete(),
		lambda: frappe.delete_doc("Sales Target Entry", entry.name, force=True, ignore_permissions=True),
		lambda: frappe.rename_doc("Sales Target Entry", entry.name, "another", force=True),
		lambda: frappe.client.set_value("Sales Target Entry", entry.name, "amount", 5),
	):
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			attempt()
	assert world.entries(target) == booked


def test_T4_entry_is_only_ever_added():
	target = world.target(10_000)
	order = world.order(1000, team={"Anna": 50, "Bob": 50})
	seen = {}
	for change in ("save", "cancel", "delete"):
		seen.update({row.name: row for row in world.entries(target)})
		if change == "save":
			order.set("sales_team", [{"sales_person": "Anna", "allocated_percentage": 100}])
		getattr(order, change)()
		order = (
			frappe.get_doc("Sales Order", order.name)
			if frappe.db.exists("Sales Order", order.name)
			else order
		)
		after = {row.name: row for row in world.entries(target)}
		assert {name: after[name] for name in seen} == seen
	assert [row.amount for row in world.entries(target)] == [500, 500, -1000]


# --- what a submit costs --------------------------------------------------------------------------


OF_ORDERS = ("after_insert", "before_cancel", "on_cancel", "on_change", "on_trash", "after_delete")


class Statements:
	"""Counts the SQL statements that the app's handlers for Sales Order send, or those of another `room` of overrides."""

	def __init__(self, monkeypatch, room=None, handlers: tuple[str, ...] = OF_ORDERS):
		from sales_extensions.overrides import sales_order

		room = room or sales_order
		self.sent: list[str] = []
		self.inside = 0
		database = type(frappe.local.db)
		run = database.sql

		def sql(db, query, *args, **kwargs):
			if self.inside:
				self.sent.append(str(query))
			return run(db, query, *args, **kwargs)

		monkeypatch.setattr(database, "sql", sql)
		for name in handlers:
			monkeypatch.setattr(room, name, self.counted(getattr(room, name)))

	def counted(self, handler):
		def call(*args, **kwargs):
			self.inside += 1
			try:
				return handler(*args, **kwargs)
			finally:
				self.inside -= 1

		return call

	def of(self, action) -> int:
		self.sent.clear()
		action()
		return len(self.sent)


#: policy and whether the customer is in the pipeline, allocation and version, queue, targets, standing, lock,
#: entries, totals
MOST_STATEMENTS = 8


def test_T2_submit_costs_a_fixed_number_of_statements(monkeypatch):
	team = {"Anna": 60, "Bob": 40}
	targets = [
		world.target(10_000, ("Anna",)),
		world.target(10_000, ("Bob",)),
		world.target(9, ("North Team",), numeric=True),
	]
	world.order(100, team=team)  # caches
	drafts = [world.order(1000, team=team, submit=False) for _ in range(2)]
	long_draft = world.order(team=team, submit=False, items=[("MILL", 1, 10)] * 40)
	count = Statements(monkeypatch)
	first = count.of(drafts[0].submit)
	assert first <= MOST_STATEMENTS, "\n".join(count.sent)
	assert count.of(long_draft.submit) == first, "\n".join(count.sent)
	for number in range(50):
		world.target(1000, ("Cleo",), from_date=f"2026-{number % 12 + 1:02}-01", to_date=world.END)
	assert count.of(drafts[1].submit) == first, "\n".join(count.sent)
	now(targets[2], 2500, 4)


def test_h3_submit_costs_as_many_where_all_that_ended_is_closed(monkeypatch):
	team, march = {"Anna": 60, "Bob": 40}, {"from_date": "2026-03-01", "to_date": "2026-03-31"}
	for goal in (1, 2, 3):
		world.target(goal, ("North Team",), territory="Europe", **march)
	world.target(10_000, ("Anna",))
	world.order(100, team=team)  # caches
	ledger.close(world.COMPANY, "2026-03-31")
	new, of_march = (
		world.order(1000, team=team, submit=False, date=day) for day in ("2026-05-05", "2026-03-05")
	)
	count = Statements(monkeypatch)
	assert count.of(new.submit) <= MOST_STATEMENTS, "\n".join(count.sent)
	assert count.of(of_march.submit) <= MOST_STATEMENTS, "\n".join(count.sent)
	assert (
		frappe.db.count("Sales Target Entry", {"adjusts": ("is", "set"), "sales_order": of_march.name}) == 6
	)


#: the customer's row, name and territory; the stages; the passage as it was; passage and row written
MOST_TO_WIN = 6


def test_c5_what_an_order_costs_the_pipeline(monkeypatch):
	from tests.site import pipeline_world as pw

	pw.stages()
	world.target(10_000, ("Anna",))
	world.order(100, team=ANNA, customer="Builder Two")  # caches
	pw.talk("Shop One", "2026-01-02", "Qualifying")
	wins, another = (world.order(100, team=ANNA, submit=False) for _ in range(2))
	count = Statements(monkeypatch)
	assert count.of(wins.submit) == MOST_STATEMENTS + MOST_TO_WIN, "\n".join(count.sent)
	assert pw.ways("Shop One")[0][2] == "Won"
	pw.settings(won_on_sales_order=0)
	assert count.of(another.submit) == MOST_STATEMENTS, "\n".join(count.sent)
	another.reload()
	assert count.of(another.cancel) <= MOST_STATEMENTS, "\n".join(count.sent)


def test_T2_progress_costs_no_statement(monkeypatch):
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	world.target(10_000)
	order = world.order(1000, team=ANNA)
	count = Statements(monkeypatch)
	assert count.of(lambda: update_status("On Hold", order.name)) == 0
	assert count.of(lambda: frappe.get_doc("Sales Order", order.name).db_set("po_no", "D4")) == 0


def test_T4_a_target_is_printed_with_its_pace_and_its_orders_and_no_empty_lines():
	target = world.target(1000, ("Anna",), title="<b>Anna</b>")
	order = world.order(250, team={"Anna": 100})
	assert frappe.get_meta("Sales Target").default_print_format == "Target and Orders"
	for language, words in (("en", ("Result", "behind pace", "Sales Team: 100 %")), ("nl", ("Resultaat",))):
		frappe.local.lang = language
		html = frappe.get_print("Sales Target", target.name, "Target and Orders")
		text = " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
		for expected in (order.name, "250.00", "25.00 %", *words):
			assert expected in text, (language, expected, text)
		assert "Territory" not in text and "Target Count" not in text
		assert "<b>Anna</b>" not in html
	frappe.local.lang = "en"


def test_T4_who_may_not_read_a_target_gets_no_print_of_it():
	target = frappe.get_doc("Sales Target", world.target(1000, ("Anna",)).name)
	frappe.set_user("nobody@example.com")
	with pytest.raises(frappe.PermissionError):
		target.on_paper()
