"""Ways by which a closed period might come to say something else, or nobody might hear of it (H3).

Every figure is worked out by hand; `kept` has (result, orders, adjustments, orders of adjustments).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import partial

import frappe
import frappe.client
import pytest
from frappe.utils import getdate

from sales_extensions import ledger
from sales_extensions.api import attainment as attainment_api
from sales_extensions.api import closings, targets, teams
from sales_extensions.attained import filters
from sales_extensions.attained.statement import statement
from sales_extensions.ledger import book, closing, closing_runs, fill, in_runs, runs
from sales_extensions.replay import seals_file
from sales_extensions.sales_extensions.report.attainment import attainment

from . import world
from .test_closing import MANAGER, MARCH, SOLD, UP_TO, asked, uncommitted, what_is_broken  # noqa: F401
from .test_paths import rows_of, update_items

BOTH = {"Anna": 60, "Bob": 40}


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	pass


def each(*sellers: str, **fields) -> dict[str, str]:
	"""A target of March for each seller."""
	return {seller: world.target(1000, (seller,), title=seller, **MARCH, **fields).name for seller in sellers}


def of_north(**fields) -> str:
	return world.target(1000, ("North Team",), title="North in March", **MARCH, **fields).name


def close_all() -> list[str]:
	return ledger.close(world.COMPANY, UP_TO)


def kept(target: str) -> tuple[float, int, float, int]:
	"""Its figures, once everything was found sound."""
	world.assert_sound()
	fields = ("realised_amount", "order_count", "adjustment_amount", "adjustment_count")
	return tuple(frappe.db.get_value("Sales Target", target, fields))


def kept_by(of: dict[str, str]) -> dict[str, tuple[float, int, float, int]]:
	return {seller: kept(target) for seller, target in of.items()}


def attained(**more) -> dict[str, tuple[float, float]]:
	"""(realised, adjusted) by seller in Attainment, with which the statement of each seller agrees."""
	rows = attainment.execute(asked(**more))[1]
	shown = {row["seller"]: (row["realised"], row.get("adjusted", 0)) for row in rows}
	for seller, figures in shown.items():
		made = statement(filters.read(asked(sales_person=seller, **more)))
		assert (made.realised, made.adjusted) == figures, seller
	return shown


def new_run(purpose: str) -> str:
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": purpose, "status": "Queued"}).insert()
	runs.work(run.name)
	return run.name


def past_the_app(doctype: str, name: str, **values) -> None:
	frappe.db.set_value(doctype, name, values, update_modified=False)


# --- decided as then ------------------------------------------------------------------------------


def test_h3_a_remainder_that_is_nil_by_todays_policy_stays():
	"""440 with taxes, 400 agreed for Bob: 40 are Anna's, though net amounts are counted now."""
	both = each("Anna", "Bob")
	order = world.order(400, team=SOLD, taxes=10)
	world.allocation(order.name, world.fixed("Bob", 400))
	close_all()
	world.policy(order_amount_basis="Net Total")
	order.reload()
	order.update_status("On Hold")
	assert kept_by(both) == {"Anna": (40, 1, 0, 0), "Bob": (400, 1, 0, 0)}


def test_h3_a_late_order_is_shared_out_by_the_policy_of_then():
	both = each("Anna", "Bob")
	close_all()
	world.policy(order_amount_basis="Net Total")
	order = world.order(400, team=SOLD, taxes=10)
	world.allocation(order.name, world.fixed("Bob", 400))
	assert kept_by(both) == {"Anna": (0, 0, 40, 1), "Bob": (0, 0, 400, 1)}


def test_h3_a_draft_that_counted_is_shared_out_anew_once_it_is_allocated():
	world.policy(count_orders_on="Save")
	both = each("Anna", "Bob")
	draft = world.order(100, team=SOLD, submit=False)
	close_all()
	world.policy(count_orders_on="Submit")
	world.allocation(draft.name, world.percent("Bob", 50))
	world.assert_sound()
	draft.reload()
	draft.submit()
	assert kept_by(both) == {"Anna": (100, 1, -50, 0), "Bob": (0, 0, 50, 1)}


def test_h3_a_corrected_place_moves_no_closed_figure_when_an_order_comes():
	target = of_north()
	world.order(100, team=SOLD)
	close_all()
	seller = frappe.get_doc("Sales Person", "Anna")
	seller.parent_sales_person = "South Team"
	seller.save()
	teams.from_the_beginning("Anna", str(getdate()))
	world.order(50, team=SOLD, date="2026-03-20")
	assert kept(target) == (100, 1, 50, 1)
	assert attained()["North Team"] == (100, 50)


def test_h3_more_money_places_make_no_difference():
	each("Anna", "Bob", "Cleo")
	world.order(100, team={"Anna": 33.333, "Bob": 33.333, "Cleo": 33.334})
	close_all()
	frappe.db.set_default("currency_precision", "3")
	frappe.clear_cache()
	try:
		world.assert_sound()
	finally:
		frappe.db.set_default("currency_precision", "")
		frappe.clear_cache()


def upsold() -> tuple[str, object]:
	"""A target for upsells, and an order of Anna's with a charge of 50 that was an upsell."""
	world.policy(enable_upsell_tracking=1)
	target = world.target(1000, ("Anna", "Bob"), title="Upsells", target_type="Upsell", **MARCH).name
	frappe.set_user("anna@example.com")
	order = world.order(items=[("MILL", 1, 100)], submit=False)
	order.append("items", world.item_row("PUMP", 1, 50))
	order.save()
	frappe.set_user("Administrator")
	order.reload()
	order.submit()
	(pump,) = [credit for credit in world.credits(order) if credit.item_code == "PUMP"]
	past_the_app("Upsell Credit", pump.name, is_upsell=1)
	ledger.rebuild()
	return target, order


def test_h3_upsells_of_a_closed_target_adjust_it():
	target, order = upsold()
	close_all()
	order.reload()
	update_items(order, rows_of(order, rate=40))
	assert kept(target) == (50, 1, -10, 0)
	world.policy(
		closed_order_credit="Full Amount"
	)  # by the policy of then what is not delivered counts nothing
	order.reload()
	order.update_status("Closed")
	assert kept(target) == (50, 1, -50, -1)


# --- names and persons ----------------------------------------------------------------------------


def give_login(seller: str, user: str) -> None:
	employee = frappe.get_doc("Employee", frappe.db.get_value("Sales Person", seller, "employee"))
	employee.user_id = user
	employee.save()


def test_h3_new_names_of_every_kind_are_sound():
	target = of_north(territory="Europe", customer_group="Trade", item_group="Machines")
	order = world.order(100, team=SOLD)
	close_all()
	for doctype, old, new in (
		("Territory", "Europe", "EU"),
		("Territory", "Holland", "Nederland"),
		("Customer Group", "Trade", "Trading"),
		("Customer Group", "Shops", "Stores"),
		("Item Group", "Machines", "Engines"),
		("Item Group", "Mills", "Windmills"),
		("Sales Person", "North Team", "The North"),
		("Sales Person", "Anna", "Anna B"),
	):
		frappe.rename_doc(doctype, old, new)
	world.rename_user(MANAGER, "boss@example.com")
	assert kept(target) == (100, 1, 0, 0)
	order.reload()
	update_items(order, rows_of(order, rate=90))
	assert kept(target) == (100, 1, -10, 0)


def test_h3_a_seller_who_counts_for_a_closed_team_can_be_deleted():
	target = of_north()
	close_all()
	frappe.delete_doc("Sales Person", "Bob")
	assert kept(target) == (0, 0, 0, 0)


# A merge makes one of two: what either sold is in the closed target from then on, as an adjustment.


def test_h3_merged_sellers_sold_what_either_did():
	both = each("Anna", "Bob")
	world.order(100, team=SOLD)
	world.order(30, team={"Bob": 100})
	close_all()
	frappe.rename_doc("Sales Person", "Bob", "Anna", merge=True)
	assert kept_by(both) == {"Anna": (100, 1, 30, 1), "Bob": (30, 1, 100, 1)}


@pytest.mark.parametrize(
	("doctype", "outside", "within", "scope", "sold"),
	[
		("Sales Person", "Dirk", "Anna", {}, {"team": {"Dirk": 100}}),
		("Territory", "Asia", "Holland", {"territory": "Europe"}, {"team": SOLD, "customer": "Home Three"}),
		(
			"Item Group",
			"Care",
			"Pumps",
			{"item_group": "Machines"},
			{"team": SOLD, "items": [("CARE", 1, 30)]},
		),
	],
)
def test_h3_what_is_merged_into_a_closed_target_adjusts_it(doctype, outside, within, scope, sold):
	target = of_north(**scope)
	world.order(100, team=SOLD)
	world.order(30, **sold)
	close_all()
	assert kept(target) == (100, 1, 0, 0)
	frappe.rename_doc(doctype, outside, within, merge=True)
	assert kept(target) == (100, 1, 30, 1)


def test_h3_nobodys_orders_follow_the_login():
	target = each("Bob")["Bob"]
	frappe.set_user("carl@example.com")
	world.order(70)
	frappe.set_user("Administrator")
	close_all()
	give_login("Bob", "carl@example.com")
	assert kept(target) == (0, 0, 70, 1)


def test_h3_upsells_follow_the_login():
	"""Anna's go with the login that made them, which is nobody's now."""
	target, _order = upsold()
	close_all()
	assert kept(target) == (50, 1, 0, 0)
	give_login("Anna", "carl@example.com")
	assert kept(target) == (50, 1, -50, -1)


# --- the team counts an order once ----------------------------------------------------------------


def test_h3_an_adjusted_order_is_one_order_of_its_team():
	each("Anna", "Bob", numeric=True)
	order = world.order(1000, team=BOTH)
	close_all()
	order.cancel()
	shown = attained(target_type="Numeric")
	assert (shown["North Team"], shown["Anna"], shown["Bob"]) == ((1, -1), (1, -1), (1, -1))


def test_h3_an_order_that_goes_to_one_of_two_is_still_one_of_their_team():
	each("Anna", "Bob", numeric=True)
	order = world.order(1000, team=BOTH)
	close_all()
	order.reload()
	order.set("sales_team", [{"sales_person": "Anna", "allocated_percentage": 100}])
	order.save()
	shown = attained(target_type="Numeric")
	assert (shown["North Team"], shown["Anna"], shown["Bob"]) == ((1, 0), (1, 0), (1, -1))


def test_h3_an_overlay_adjusts_its_team_once():
	world.policy(allow_overlay_allocation=1)
	each("Anna", "Bob")
	order = world.order(1000, team=SOLD)
	world.allocation(order.name, world.whole("Anna"), world.whole("Bob"))
	close_all()
	order.reload()
	order.cancel()
	shown = attained()
	assert (shown["North Team"], shown["Anna"], shown["Bob"]) == ((1000, -1000),) * 3


def test_h3_an_order_of_an_open_and_a_closed_target_is_one_of_their_team():
	each("Anna", numeric=True)
	order = world.order(1000, team=BOTH)
	close_all()
	each("Bob", numeric=True)
	assert attained(target_type="Numeric")["North Team"] == (1, 0)
	order.cancel()
	assert sum(attained(target_type="Numeric")["North Team"]) == 0


def test_h3_an_order_of_two_closed_targets_adjusts_what_it_counted_in():
	of_north()
	each("Anna")
	order = world.order(100, team=BOTH)
	close_all()
	order.cancel()
	assert attained()["North Team"] == (100, -100)


def test_h3_an_order_that_moved_within_the_period_adjusts_parts_of_it():
	"""By SQL from the 10th to the 20th: nothing for the month, 100 for its second half."""
	both = each("Anna")
	order = world.order(100, team=SOLD)
	close_all()
	frappe.db.sql("UPDATE `tabSales Order` SET transaction_date = '2026-03-20' WHERE name = %s", order.name)
	ledger.rebuild()
	assert kept(both["Anna"])[:3] == (100, 1, 0)
	assert attained()["Anna"] == (100, 0)
	assert attained(from_date="2026-03-15")["Anna"] == (0, 100)


def test_h3_closed_anew_it_is_adjusted_from_there():
	target = each("Anna")["Anna"]
	order = world.order(100, team=SOLD)
	close_all()
	update_items(order, rows_of(order, rate=80))
	ledger.reopen(target, "The customer was right")
	close_all()
	update_items(order, rows_of(order, rate=70))
	behind = targets.orders_behind(target)
	assert (behind["amount"], [one.amount for one in behind["adjustments"]]) == (80, [-10])
	assert attained()["Anna"] == (80, -10)
	world.assert_sound()


def test_h3_figures_by_month_agree_with_the_report():
	each("Anna")
	order = world.order(100, team=SOLD)
	close_all()
	update_items(order, rows_of(order, rate=70))
	(row,) = attainment_api.by_seller_and_month(world.COMPANY, MARCH["from_date"], MARCH["to_date"])
	assert (row["amount"], row["adjustment_amount"]) == attained()["Anna"] == (100, -30)


def test_h3_a_cancelled_order_says_that_it_was_changed_after():
	target = each("Anna")["Anna"]
	order = world.order(100, team=SOLD)
	close_all()
	order.cancel()
	(adjustment,) = targets.orders_behind(target)["adjustments"]
	assert "Changed after the target was closed" in adjustment.reason


# --- what was done past the app is told -----------------------------------------------------------


def without_closing(target: str) -> None:
	frappe.db.delete("Sales Target Closing", {"sales_target": target})


def without_target(target: str) -> None:
	frappe.db.delete("Sales Target Entry", {"sales_target": target})
	frappe.db.delete("Sales Target", {"name": target})


def opened(target: str) -> None:
	past_the_app("Sales Target", target, period_status="Open", closing=None, closed_with=None)


def with_fewer_members(target: str) -> None:
	frappe.db.delete("Sales Target Member", {"sales_target": target, "member": "Bob"})


def with_another_policy(target: str) -> None:
	with_it = json.loads(frappe.db.get_value("Sales Target", target, "closed_with"))
	with_it["policy"]["basis"] = "Net Total"
	past_the_app("Sales Target", target, closed_with=json.dumps(with_it))


@pytest.mark.parametrize(
	"tamper", [without_closing, without_target, opened, with_fewer_members, with_another_policy]
)
def test_h3_what_was_taken_or_changed_past_the_app_is_told(tamper):
	target = of_north()
	world.order(100, team=SOLD)
	close_all()
	world.assert_sound()
	tamper(target)
	assert what_is_broken() != []


@pytest.mark.usefixtures("uncommitted")
def test_h3_the_nightly_check_puts_totals_of_adjustments_right():
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD)
	close_all()
	past_the_app("Sales Target", target, adjustment_amount=7)
	new_run("Reconcile")
	assert kept(target) == (100, 1, 0, 0)


@pytest.mark.usefixtures("uncommitted")
def test_h3_the_nightly_check_finds_an_adjustment_that_was_taken_out():
	"""Though the order was not written to since the check before."""
	target = each("Anna")["Anna"]
	order = world.order(100, team=SOLD)
	close_all()
	update_items(order, rows_of(order, rate=70))
	new_run("Reconcile")
	frappe.db.sql(
		"UPDATE `tabSales Order` SET modified = modified - INTERVAL 1 DAY WHERE name = %s", order.name
	)
	frappe.db.delete("Sales Target Entry", {"sales_target": target, "adjusts": ("is", "set")})
	past_the_app("Sales Target", target, adjustment_amount=0)
	new_run("Reconcile")
	assert kept(target) == (100, 1, -30, 0)


@pytest.mark.usefixtures("uncommitted")
def test_h3_a_run_says_of_no_closed_target_that_its_figure_changed():
	target = each("Anna")["Anna"]
	order = world.order(100, team=SOLD)
	close_all()
	frappe.db.sql("UPDATE `tabSales Order` SET base_grand_total = 130 WHERE name = %s", order.name)
	run = new_run("Rebuild")
	assert kept(target) == (100, 1, 30, 0)
	assert not frappe.db.get_value("Sales Ledger Run", run, "figures_changed")


def test_h3_closings_are_a_chain_though_the_clock_stepped_back():
	"""Winter time: what is closed second was made an hour before the first."""
	ends = ("2026-01-31", "2026-02-28", "2026-03-31")
	seals = []
	for end in ends:
		target = world.target(5, from_date=f"{end[:8]}01", to_date=end)
		ledger.close(world.COMPANY, end)
		name = frappe.db.get_value("Sales Target", target.name, "closing")
		seals.append(frappe.db.get_value("Sales Target Closing", name, ("previous_seal", "seal")))
		if end == ends[1]:
			frappe.db.sql(
				"UPDATE `tabSales Target Closing` SET creation = creation - INTERVAL 1 HOUR WHERE name = %s",
				name,
			)
	assert [previous for previous, _seal in seals] == ["", seals[0][1], seals[1][1]]


# --- an export ------------------------------------------------------------------------------------


def checked_export(folder) -> list[str]:
	"""What `replay --compare` says of an export that is as it was handed out."""
	closings.export(world.COMPANY)
	zipfile.ZipFile(io.BytesIO(frappe.local.response.filecontent)).extractall(folder)
	return seals_file.check(folder / "entries.csv").broken


def test_h3_an_export_after_a_target_was_opened_again_and_deleted_is_intact(tmp_path):
	both = each("Anna", "Bob")
	world.order(100, team=BOTH)
	close_all()
	ledger.reopen(both["Anna"], "Wrong")
	frappe.delete_doc("Sales Target", both["Anna"])
	world.assert_sound()
	assert checked_export(tmp_path) == []


def test_h3_an_export_with_a_carriage_return_is_intact(tmp_path):
	each("Anna")
	world.order(100, team=SOLD)
	frappe.db.sql("UPDATE `tabSales Target Entry` SET reason = CONCAT('a', CHAR(13), 'b')")
	close_all()
	assert checked_export(tmp_path) == []


# --- runs -----------------------------------------------------------------------------------------


@pytest.fixture
def interrupted(uncommitted, monkeypatch) -> tuple[str, str]:  # noqa: F811
	"""A run for three targets whose worker went after the first; and that first."""
	monkeypatch.setattr(closing, "AT_ONCE", 1)
	each("Anna", "Bob", "Cleo")
	run = closings.close(world.COMPANY, UP_TO)["run"]
	close_some, done = closing.close_some, []

	def once(some, **options):
		if done:
			raise RuntimeError("The worker is gone")
		done.extend(some)
		return close_some(some, **options)

	with monkeypatch.context() as gone:
		gone.setattr(closing, "close_some", once)
		gone.setattr(frappe.db, "rollback", lambda *args, **options: None)
		with pytest.raises(RuntimeError):
			runs.work(run)
	return run, done[0]


def test_h3_a_run_that_goes_on_counts_all_that_it_closed(interrupted):
	run, _first = interrupted
	runs.work(run)
	assert frappe.db.get_value("Sales Ledger Run", run, "closed_targets") == 3


def test_h3_a_run_that_goes_on_leaves_open_what_was_opened_meanwhile(interrupted):
	run, first = interrupted
	ledger.reopen(first, "A mistake")
	runs.work(run)
	assert frappe.db.get_value("Sales Target", first, "period_status") == "Open"
	assert frappe.db.count("Sales Target", {"period_status": "Closed"}) == 2


@pytest.mark.usefixtures("uncommitted")
def test_h3_a_policy_that_changes_between_the_two_steps_of_a_run(monkeypatch):
	"""The orders are many, so the policy's own run is queued; what it finds is sound."""
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD, taxes=10)
	run = frappe.get_doc("Sales Ledger Run", closings.close(world.COMPANY, UP_TO)["run"])
	in_runs.work(run)
	monkeypatch.setattr(fill, "INLINE", 0)
	world.policy(order_amount_basis="Net Total")
	closing_runs.work(run)
	for queued in frappe.get_all("Sales Ledger Run", {"purpose": "Policy", "status": "Queued"}, pluck="name"):
		runs.work(queued)
	assert kept(target) == (100, 1, 0, 0)


@pytest.fixture
def queued(uncommitted, monkeypatch) -> tuple[str, str]:  # noqa: F811
	"""A run that closes Anna's target, in which an order of 1,000 and taxes counts; and that target. Orders are many."""
	target = each("Anna")["Anna"]
	world.order(1000, team=SOLD, taxes=10)
	monkeypatch.setattr(runs, "_send", lambda name: None)
	run = closings.close(world.COMPANY, UP_TO)["run"]
	monkeypatch.setattr(fill, "INLINE", 0)
	return run, target


def work_all(run: str) -> None:
	runs.work(run)
	for one in frappe.get_all("Sales Ledger Run", {"status": "Queued"}, pluck="name", order_by="creation"):
		runs.work(one)


def test_h3_a_run_that_goes_on_by_another_policy_decides_anew(queued):
	"""Its worker went after the order, which it had decided by the policy of then."""
	run, target = queued
	done = {"cursor": frappe.db.get_value("Sales Order", {}, "name"), "done_orders": 1}
	past_the_app("Sales Ledger Run", run, status="Running", decided_by=fill.fingerprint([target]), **done)
	world.policy(order_amount_basis="Net Total")
	work_all(run)
	assert frappe.db.get_value("Sales Target", target, "period_status") == "Closed"
	assert kept(target) == (1000, 1, 0, 0)


def test_h3_a_target_that_is_edited_between_the_two_steps_of_a_run_is_closed_as_it_is_then(
	queued, monkeypatch
):
	run, target = queued
	close_some, edited = closing.close_some, []

	def edit_first(some, **options):
		if not edited:
			edited.append(frappe.get_doc("Sales Target", target))
			edited[0].territory = "Spain"  # where the customer is not
			edited[0].save()
		return close_some(some, **options)

	monkeypatch.setattr(closing, "close_some", edit_first)
	work_all(run)
	stands = frappe.db.get_value("Sales Target", target, ("period_status", "territory"))
	assert edited and stands == ("Closed", "Spain")
	assert kept(target) == (0, 0, 0, 0)


# --- what the night finds --------------------------------------------------------------------------


def test_h3_a_target_that_ended_last_night_is_closed_as_it_ended():
	"""Before the night had said that it did."""
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD)
	past_the_app("Sales Target", target, status="Running")
	close_all()
	shown = [
		frappe.db.get_value("Sales Target", target, "status"),
		frappe.db.get_value("Sales Target Closing", {"sales_target": target}, "status"),
	]
	assert shown == ["Missed", "Missed"]
	book.refresh_statuses()
	world.assert_sound()


@pytest.mark.usefixtures("uncommitted")
def test_h3_a_closed_result_does_not_follow_an_entry_that_was_changed():
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD)
	close_all()
	entry = frappe.db.get_value("Sales Target Entry", {"sales_target": target}, "name")
	past_the_app("Sales Target Entry", entry, amount=1)
	new_run("Reconcile")
	assert frappe.db.get_value("Sales Target", target, "realised_amount") == 100
	assert ("Changed", 1, entry) in what_is_broken()


def test_h3_an_entry_that_was_put_in_after_the_closing_is_told():
	"""Though two of them come to nothing, and so no total tells."""
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD)
	close_all()
	booked = frappe.db.get_value("Sales Target Entry", {"sales_target": target}, "name")
	put_in = []
	for number, amount in ((2, -100), (3, 100)):
		entry = frappe.get_doc("Sales Target Entry", booked)
		entry.update({"name": f"{booked}-{number}", "booked_no": number, "amount": amount, "order_count": 0})
		entry.db_insert()
		put_in.append(("Added", number, entry.name))
	assert [one for one in what_is_broken() if one in put_in] == put_in


@pytest.mark.usefixtures("uncommitted")
def test_h3_the_nightly_check_takes_back_what_has_left_the_closed_days():
	target = each("Anna")["Anna"]
	order = world.order(100, team=SOLD)
	close_all()
	new_run("Reconcile")
	frappe.db.set_value("Sales Order", order.name, "transaction_date", "2026-05-04")  # tells no one
	new_run("Reconcile")
	assert kept(target) == (100, 1, -100, -1)


def test_h3_a_target_that_has_gone_to_another_company_keeps_none_from_being_closed(queued):
	run, target = queued
	other = world.target(500, ("Bob",), title="Bob", **MARCH)
	names = json.dumps([target, other.name])
	past_the_app("Sales Ledger Run", run, targets=names)
	other.update({"company": world.COMPANY_EUR})
	other.save()
	work_all(run)
	closed = frappe.get_all("Sales Target", {"period_status": "Closed"}, pluck="name")
	assert closed == [target]
	assert frappe.db.get_value("Sales Ledger Run", run, "status") == "Finished"


def test_h3_a_target_is_found_however_its_name_is_written():
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD)
	written = target.lower()
	assert closings.before_closing_target(written)["targets"]["count"] == 1
	run = closings.close_target(written)["run"]
	assert json.loads(frappe.db.get_value("Sales Ledger Run", run, "targets")) == [target]
	close_all()
	closings.reopen(written, "A <b>mistake</b>")
	reason = frappe.db.get_value("Sales Target Closing", {"sales_target": target}, "reason")
	assert reason == "A <\N{ZERO WIDTH SPACE}b>mistake<\N{ZERO WIDTH SPACE}/b>"


def test_h3_closings_are_written_however_many_they_are(monkeypatch):
	monkeypatch.setattr(closing, "LONG_ROWS", 2)
	each("Anna", "Bob", "Cleo")
	world.order(100, team=SOLD)
	assert len(close_all()) == 3
	world.assert_sound()


# --- who, and what is asked -----------------------------------------------------------------------


def test_h3_before_it_is_closed_only_what_may_be_read_is_named():
	target = each("Anna")["Anna"]
	world.order(500, team=SOLD, customer="Builder Two", submit=False)
	cut = world.order(1000, team=SOLD, customer="Builder Two")
	world.allocation(cut.name, world.fixed("Bob", 900))
	update_items(cut, rows_of(cut, rate=700))
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": MANAGER,
			"allow": "Customer",
			"for_value": "Shop One",
			"apply_to_all_doctypes": 1,
		}
	).insert(ignore_permissions=True)
	frappe.set_user(MANAGER)
	found = closings.before_closing_target(target)
	assert found["drafts"] == {"count": 1, "first": []}
	assert found["allocations"] == {"count": 1, "first": []}


def test_h3_a_closed_target_saved_with_empty_fields_is_sound():
	target = each("Anna")["Anna"]
	close_all()
	doc = frappe.get_doc("Sales Target", target)
	doc.update({"title": "Anna, March", "monthly_distribution": "", "territory": ""})
	doc.save()
	world.assert_sound()


def assert_refused(*ways: Callable) -> None:
	for way in ways:
		with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
			way()


def test_h3_no_way_of_the_framework_changes_what_is_closed():
	target = each("Anna")["Anna"]
	world.order(100, team=SOLD)
	close_all()
	closed_as = frappe.db.get_value("Sales Target", target, "closing")
	assignee = frappe.db.get_value("Sales Target Assignee", {"parent": target})
	member = frappe.db.get_value("Sales Target Member", {"sales_target": target})
	of_bob = {
		"sales_target": target,
		"member_type": "Sales Person",
		"member": "Bob",
		"company": world.COMPANY,
	}
	client, set_value, insert = frappe.client, frappe.client.set_value, frappe.client.insert
	row = frappe.get_doc("Sales Target Assignee", assignee)
	row.sales_person = "Bob"
	of_nobody = (
		partial(client.delete, "Sales Target Member", member),
		partial(insert, {"doctype": "Sales Target Member", "above": "Anna", **of_bob}),
		partial(insert, {"doctype": "Sales Ledger Name", "ref_doctype": "User", "old_name": "a", "new_name": "b"}),
	)  # fmt: skip
	assert_refused(*of_nobody)
	frappe.set_user(MANAGER)
	assert_refused(
		*of_nobody,
		partial(set_value, "Sales Target", target, "target_amount", 5),
		partial(set_value, "Sales Target", target, "monthly_distribution", "Of spring"),
		partial(set_value, "Sales Target Assignee", assignee, "sales_person", "Bob"),
		partial(set_value, "Sales Target Closing", closed_as, "reason", "Mine"),
		partial(client.delete, "Sales Target", target),
		partial(client.delete, "Sales Target Closing", closed_as),
		partial(
			insert, {"doctype": "Sales Target Closing", "sales_target": target, "flags": {"by_the_app": 1}}
		),
		row.save,
		partial(frappe.delete_doc, "Sales Target Assignee", assignee),
	)
	assert kept(target) == (100, 1, 0, 0)


@pytest.mark.parametrize(
	"values",
	[
		{"sales_target": ["x"], "reason": "So"},
		{"sales_target": "x", "reason": None},
		{"sales_target": "x", "reason": {}},
		{"sales_target": 5, "reason": "So"},
	],
)
def test_h3_an_odd_value_opens_nothing(values):
	with pytest.raises(frappe.ValidationError):
		closings.reopen(**values)


@pytest.mark.parametrize(
	"day", ["0000-00-00", "2026-02-30", "9999-12-31", "1", "2026-03-31 25:00", "-1", "\u0661"]
)
@pytest.mark.parametrize("method", [closings.before_closing, closings.close])
def test_h3_an_odd_day_closes_nothing(method, day):
	each("Anna")
	with pytest.raises(frappe.ValidationError):
		method(company=world.COMPANY, up_to=day)
