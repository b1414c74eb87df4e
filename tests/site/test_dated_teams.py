"""An order counts for the groups that its seller stood under on its day (H2)."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import getdate

from sales_extensions import ledger
from sales_extensions.api import teams
from sales_extensions.attained import figures, filters
from sales_extensions.ledger import place_preview, place_runs, places, runs
from sales_extensions.sales_extensions.report.attainment import attainment

from . import world

ANNA, MANAGER = "anna@example.com", "manager@example.com"
SOLD, FEB, LATER = {"Anna": 100}, "2026-02-01", "2026-12-31"


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	pass


def move(seller: str, group: str):
	doc = frappe.get_doc("Sales Person", seller)
	doc.parent_sales_person = group
	return doc.save()


def today() -> str:
	return str(getdate())


def results(**targets) -> dict[str, float]:
	world.assert_sound()
	return {name: world.figures(target)[0] for name, target in targets.items()}


@pytest.fixture
def north():
	return world.target(1_000_000, ("North Team",), title="North 2026")


@pytest.fixture
def south():
	return world.target(1_000_000, ("South Team",), title="South 2026")


def test_h2_the_year_of_the_table(north, south):
	"""North achieved with Anna's 100,000; she moves to South on 1 February."""
	world.order(100_000, team=SOLD, date="2026-01-15")
	world.order(920_000, team={"Bob": 100}, date="2026-01-20")
	world.order(5_000, team=SOLD, date="2026-02-03")
	move("Anna", "South Team")
	assert results(north=north, south=south) == {"north": 1_025_000, "south": 0}
	teams.change_date("Anna", today(), FEB)
	assert results(north=north, south=south) == {"north": 1_020_000, "south": 5_000}
	assert frappe.db.get_value("Sales Target", north.name, "status") == "Achieved"
	world.order(700, team=SOLD, date="2026-01-31")
	world.order(800, team=SOLD, date=FEB)
	assert results(north=north, south=south) == {"north": 1_020_700, "south": 5_800}


def test_h2_a_target_made_later_counts_who_was_in_the_team(north):
	world.order(1_000, team=SOLD)
	move("Anna", "South Team")
	again = world.target(5_000, ("North Team",), title="Made after the move")
	assert results(again=again) == {"again": 1_000}


def test_h2_an_order_of_before_that_changes_after_the_move(north, south):
	order = world.order(1_000, team=SOLD)
	move("Anna", "South Team")
	order.reload()
	order.set(
		"sales_team",
		[
			{"sales_person": "Anna", "allocated_percentage": 50},
			{"sales_person": "Cleo", "allocated_percentage": 50},
		],
	)
	order.save()
	assert results(north=north, south=south) == {"north": 500, "south": 500}
	order.cancel()
	assert results(north=north, south=south) == {"north": 0, "south": 0}


def test_h2_from_the_beginning_it_was_a_mistake(north, south):
	world.order(1_000, team=SOLD)
	move("Anna", "South Team")
	teams.from_the_beginning("Anna", today())
	assert results(north=north, south=south) == {"north": 0, "south": 1_000}
	assert [row["group"] for row in teams.timeline("Anna")["places"]] == ["South Team"]


def test_h2_there_and_back_on_a_day_is_no_move(north, south):
	world.order(1_000, team=SOLD)
	move("Anna", "South Team")
	move("Anna", "North Team")
	assert results(north=north, south=south) == {"north": 1_000, "south": 0}
	assert len(teams.timeline("Anna")["places"]) == 1


# --- every way in which somebody moves ------------------------------------------------------------


def new_group(name: str, parent: str = "Sales Team"):
	return frappe.get_doc(
		{"doctype": "Sales Person", "sales_person_name": name, "parent_sales_person": parent, "is_group": 1}
	).insert()


def over_rest() -> None:
	frappe.client.set_value("Sales Person", "Anna", "parent_sales_person", "South Team")


def in_the_tree_view() -> None:
	"""As the tree's own dialog does it."""
	from frappe.desk.form.save import savedocs

	doc = frappe.get_doc("Sales Person", "Anna")
	doc.parent_sales_person = "South Team"
	savedocs(doc.as_json(), "Save")


@pytest.mark.parametrize("way", [over_rest, in_the_tree_view])
def test_h2_a_move_is_noted_whichever_way_it_comes(north, south, way):
	world.order(1_000, team=SOLD)
	way()
	world.order(200, team=SOLD, date=LATER)
	assert results(north=north, south=south) == {"north": 1_000, "south": 200}


def test_h2_a_raw_change_is_found_by_the_reconcile(north, south, monkeypatch):
	monkeypatch.setattr(runs, "commit", lambda: None)
	world.order(1_000, team=SOLD)
	frappe.db.set_value("Sales Person", "Anna", "parent_sales_person", "South Team", update_modified=False)
	assert {row["kind"] for row in ledger.verify()} == {"place"}
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Queued"}).insert()
	place_runs.work(run)
	assert "Anna" in frappe.db.get_value("Sales Ledger Run", run.name, "differences")
	world.order(200, team=SOLD, date=LATER)
	assert results(north=north, south=south) == {"north": 1_000, "south": 200}


def test_h2_standings_that_somebody_took_are_found_and_made_again(north):
	frappe.db.delete("Sales Person Standing", {"sales_person": "Anna"})
	assert {row["kind"] for row in ledger.verify()} == {"standing"}
	ledger.rebuild()
	world.order(1_000, team=SOLD)
	assert results(north=north) == {"north": 1_000}


def test_h2_a_seller_without_a_parent_and_a_new_one_below(north):
	"""A seller who is new stands where they are from the beginning: their orders may be older."""
	frappe.get_doc(
		{
			"doctype": "Sales Person",
			"sales_person_name": "Nina",
			"parent_sales_person": "North Team",
			"enabled": 1,
		}
	).insert()
	world.order(1_000, team={"Nina": 100}, date="2026-01-02")
	assert results(north=north) == {"north": 1_000}


def test_h2_groups_get_another_name_and_are_merged_and_deleted(north, south):
	group = new_group("Middle")
	world.order(1_000, team=SOLD)
	move("Anna", "Middle")
	teams.change_date("Anna", today(), FEB)
	frappe.rename_doc("Sales Person", "Middle", "Centre")
	move("Anna", "North Team")
	assert [row["group"] for row in teams.timeline("Anna")["places"]] == [
		"North Team",
		"Centre",
		"North Team",
	]
	assert results(north=north) == {"north": 0}
	frappe.rename_doc("Sales Person", "Centre", "South Team", merge=True)
	assert results(north=north, south=south) == {"north": 0, "south": 1_000}
	assert not frappe.db.exists("Sales Person Place", {"sales_person": ("in", (group.name, "Centre"))})


def test_h2_who_stood_under_a_group_that_is_deleted_stood_under_its_group(north):
	new_group("Middle", "North Team")
	world.order(1_000, team=SOLD)
	move("Anna", "Middle")
	teams.change_date("Anna", today(), FEB)
	move("Anna", "South Team")
	frappe.delete_doc("Sales Person", "Middle")
	assert results(north=north) == {"north": 1_000}
	assert frappe.db.count("Sales Person Standing", {"above": "Middle"}) == 0


def test_h2_two_sellers_made_one_stand_where_the_one_stands(north, south):
	world.order(1_000, team=SOLD)
	world.order(500, team={"Cleo": 100})
	frappe.rename_doc("Sales Person", "Anna", "Cleo", merge=True)
	assert results(north=north, south=south) == {"north": 0, "south": 1_500}


# --- a day is corrected ---------------------------------------------------------------------------


@pytest.mark.parametrize(
	("given", "words"),
	[
		(("Anna", "2026-05-05", FEB), "did not move on"),
		(("Anna", "soon", FEB), "a date like 2026-12-31"),
		(("Anna", None, "2026-02-30"), "a date like 2026-12-31"),
		(("Anna", None, "0001-01-01"), "a date like 2026-12-31"),
		(("Nobody At All", None, FEB), "does not exist"),
	],
)
def test_h2_what_is_no_correction_is_refused_and_changes_nothing(given, words):
	move("Anna", "South Team")
	before = places.load()
	seller, since, to = given
	with pytest.raises(frappe.ValidationError, match=words):
		teams.change_date(seller, since or today(), to)
	assert places.load() == before


def test_h2_a_move_stays_between_the_one_before_and_the_one_after():
	move("Anna", "South Team")
	teams.change_date("Anna", today(), FEB)
	move("Anna", "Sales Team")
	for since, to in ((FEB, today()), (today(), FEB), (today(), "2026-01-01")):
		with pytest.raises(frappe.ValidationError, match="between the move before and the one after"):
			teams.change_date("Anna", since, to)


def test_h2_nobody_stands_under_themself_on_any_day():
	new_group("Inner", "North Team")
	new_group("Outer", "Sales Team")
	move("Inner", "Outer")
	frappe.db.set_value(
		"Sales Person Place", {"sales_person": "Inner", "from_date": today()}, "from_date", "2026-05-01"
	)
	places._follow_places()
	move("North Team", "Inner")
	with pytest.raises(frappe.ValidationError, match="would stand under"):
		teams.change_date("North Team", today(), "2026-03-01")


def test_h2_before_a_day_is_corrected_it_is_told_which_orders_change_their_team():
	world.order(1_000, team=SOLD, date="2026-01-15")
	world.order(2_000, team={"Anna": 50, "Bob": 50}, date="2026-02-15")
	world.order(300, team=SOLD, date="2026-03-01")
	world.order(50, team=SOLD, date="2026-03-02", submit=False)
	world.order(70, team={"Bob": 100}, date="2026-03-03")
	move("Anna", "South Team")
	before = places.load()
	change = {
		"before": "North Team",
		"after": "South Team",
		"orders": 2,
		"sums": [{"currency": "USD", "amount": 1300}],
	}
	assert teams.preview("Anna", today(), FEB) == {"more": False, "changes": [change]}
	whole = teams.preview("Anna", today())["changes"]
	assert [(one["orders"], one["sums"][0]["amount"]) for one in whole] == [(3, 2300)]
	assert places.load() == before
	teams.change_date("Anna", today(), FEB)
	(back,) = teams.preview("Anna", FEB, "2026-02-20")["changes"]
	assert (back["before"], back["after"], back["orders"]) == ("South Team", "North Team", 1)
	with pytest.raises(frappe.ValidationError, match="did not move on"):
		teams.preview("Anna", today(), FEB)


def test_h2_a_team_that_moves_takes_the_orders_of_its_members_along(monkeypatch):
	world.order(1_000, team=SOLD, date="2026-02-15")
	world.order(500, team={"Anna": 50, "Cleo": 50}, date="2026-02-16")
	new_group("Outer", "Sales Team")
	move("North Team", "Outer")
	(change,) = teams.preview("North Team", today(), FEB)["changes"]
	assert (change["before"], change["after"], change["orders"]) == ("Sales Team", "Outer", 2)
	assert change["sums"] == [{"currency": "USD", "amount": 1250}]
	monkeypatch.setattr(place_preview, "MOST", 1)
	found = teams.preview("North Team", today(), FEB)
	assert found["more"] and found["changes"][0]["orders"] == 1


def test_h2_who_sets_targets_corrects_and_others_see(server):
	from .http import Client

	move("Anna", "South Team")
	frappe.set_user(ANNA)
	told = teams.timeline("Anna")
	assert (len(told["places"]), told["may_correct"]) == (2, False)
	with pytest.raises(frappe.PermissionError):
		teams.change_date("Anna", today(), FEB)
	frappe.set_user(MANAGER)
	assert teams.timeline("Anna")["may_correct"]
	teams.change_date("Anna", today(), FEB)
	said = frappe.get_all(
		"Comment", {"reference_doctype": "Sales Person", "reference_name": "Anna"}, pluck="content"
	)
	assert any("from North Team to South Team hold from" in text for text in said), said
	assert teams.timeline("Anna")["places"][0]["before"] == "North Team"
	assert Client(server, None).call("sales_extensions.api.teams.timeline", sales_person="Anna").status == 403


# --- figures of those who add up ------------------------------------------------------------------


def test_h2_a_team_without_a_target_of_its_own_has_what_its_members_sold_while_they_were_its():
	world.target(1_000, ("Anna",), title="Anna 2026")
	world.target(1_000, ("Cleo",), title="Cleo 2026")
	world.order(300, team=SOLD, date="2026-01-15")
	world.order(40, team=SOLD, date="2026-03-15")
	world.order(5, team={"Cleo": 100}, date="2026-01-15")
	move("Anna", "South Team")
	teams.change_date("Anna", today(), FEB)
	found = {team: attained(team) for team in ("North Team", "South Team", "Sales Team")}
	assert found == {"North Team": 300, "South Team": 45, "Sales Team": 345}


# --- merges, deletions, other writers -------------------------------------------------------------


def company_wide():
	return world.target(1_000_000, ("Sales Team",), title="All of us")


def attained(team: str) -> float:
	asked = filters.read(
		{"company": world.COMPANY, "from_date": world.START, "to_date": world.END, "sales_person": team}
	)
	books = figures.read(asked)
	spans = books.rollup().spans(team, asked.first, asked.last)
	(whole,) = figures.standings(books, spans, [(asked.first, asked.last)], books.sums())
	return float(whole.amount)


def test_h2_a_merge_that_is_only_asked_for_changes_nothing():
	"""The desk asks before it sends the merge to a worker, and commits."""
	move("Anna", "South Team")
	before = places.load()
	frappe.get_doc("Sales Person", "Anna").run_method("before_rename", "Anna", "Cleo", True)
	assert places.load() == before


def test_h2_a_group_is_merged_into_one_that_stood_under_it_once(north):
	"""There would be a circle in the past: no order is lost to the company, and figures can be had."""
	everybody = company_wide()
	new_group("Inner", "North Team")
	move("Dirk", "Inner")
	teams.from_the_beginning("Dirk", today())
	move("Inner", "South Team")
	world.order(900, team={"Dirk": 100})
	world.order(100, team=SOLD)
	frappe.rename_doc("Sales Person", "North Team", "Inner", merge=True)
	assert results(everybody=everybody) == {"everybody": 1_000}
	assert (attained("Sales Team"), attained("Inner")) == (1_000, 1_000)
	move("Anna", "South Team")
	teams.change_date("Anna", today(), FEB)
	assert results(everybody=everybody) == {"everybody": 1_000}


def test_h2_who_stood_under_a_group_that_moved_and_is_deleted(north, south):
	new_group("East", "North Team")
	move("Anna", "East")
	teams.from_the_beginning("Anna", today())
	move("East", "South Team")
	teams.change_date("East", today(), "2026-07-01")
	world.order(100, team=SOLD, date="2026-03-01")
	world.order(20, team=SOLD, date="2026-08-01")
	move("Anna", "Sales Team")
	assert results(north=north, south=south) == {"north": 100, "south": 20}
	frappe.delete_doc("Sales Person", "East")
	assert results(north=north, south=south) == {"north": 100, "south": 20}


def test_h2_there_and_back_tells_nothing_of_an_earlier_move():
	move("Anna", "South Team")
	teams.change_date("Anna", today(), FEB)
	frappe.local.message_log = []
	move("Anna", "Sales Team")
	move("Anna", "South Team")
	assert str(frappe.local.message_log).count("Orders of Anna") == 1  # of the first of the two


def test_h2_a_circle_of_the_past_that_a_merge_left_stops_no_correction(north):
	new_group("Inner", "North Team")
	move("Inner", "South Team")
	teams.change_date("Inner", today(), FEB)
	new_group("Core", "Inner")
	frappe.rename_doc("Sales Person", "North Team", "Inner", merge=True)
	move("Inner", "Sales Team")
	teams.change_date("Inner", today(), "2026-06-01")
	teams.change_date("Inner", "2026-06-01", "2026-07-01")
	assert ledger.verify() == []


def test_h2_of_three_moves_on_a_day_the_first_and_the_last_are_told():
	move("Anna", "South Team")
	frappe.local.message_log = []
	move("Anna", "Sales Team")
	assert "those of before for North Team" in str(frappe.local.message_log)


def test_h2_a_leader_sees_what_the_team_sold_also_of_who_has_left():
	world.target(1_000, ("Anna",), title="Anna 2026")
	world.target(1_000, ("Bob",), title="Bob 2026")
	world.order(300, team=SOLD, date="2026-01-15")
	world.order(40, team=SOLD, date="2026-03-15")
	world.order(5, team={"Bob": 100}, date="2026-01-15")
	move("Anna", "South Team")
	teams.change_date("Anna", today(), FEB)
	frappe.get_doc(
		{"doctype": "User Permission", "user": MANAGER, "allow": "Sales Person", "for_value": "North Team"}
	).insert()
	frappe.set_user(MANAGER)
	assert attained("North Team") == 305
	assert figures.is_shown("North Team")
	for other in ("South Team", "Anna", "Sales Team"):
		with pytest.raises(frappe.PermissionError):
			attained(other)


def test_h2_attainment_says_who_stood_elsewhere():
	world.target(1_000, ("Anna",), title="Anna 2026")
	world.order(300, team=SOLD, date="2026-01-15")
	move("Anna", "South Team")
	teams.change_date("Anna", today(), FEB)
	year = {"company": world.COMPANY, "from_date": world.START, "to_date": world.END}
	assert (
		"Anna</strong> in this period: North Team, South Team from 02-01-2026." in attainment.execute(year)[2]
	)
	january = year | {"to_date": "2026-01-31"}
	assert "Anna</strong> in this period: North Team, South Team today." in attainment.execute(january)[2]
	assert "in this period" not in attainment.execute(year | {"from_date": FEB})[2]
