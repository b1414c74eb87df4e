"""The workspaces' cards and lists: who is on target, by role, in a fixed number of statements (T6, D3, X4)."""

from __future__ import annotations

import json
import re
from calendar import month_name
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.utils.user import UserPermissions

from sales_extensions import labels
from sales_extensions.api import attainment, glance
from sales_extensions.ledger import book
from tests.site import clock
from tests.site import world as w
from tests.site.http import Client

TODAY = "2026-07-02"  # of 2026, 182 of 365 days are due by its first, 50.1 % by today


@pytest.fixture(autouse=True)
def _today():
	with clock.at(f"{TODAY} 12:00:00"):
		yield


def as_user(user: str):
	frappe.set_user(user)
	frappe.local.role_permissions = {}


@pytest.fixture
def targets():
	"""Anna's and the north's are ahead, Bob's is behind; one is over, one achieved, one of another's."""
	made = {
		"ahead": w.target(1000, ("Anna",), title="Ahead"),
		"team": w.target(1500, ("North Team",), title="Team"),
		"behind": w.target(1000, ("Bob",), title="Behind"),
		"achieved": w.target(1, ("Anna",), numeric=True, title="Achieved"),
		"over": w.target(10, ("Anna",), title="Over", to_date="2026-06-30"),
		"south": w.target(10_000, ("Cleo", "Dirk"), title="South"),
	}
	w.order(900, team={"Anna": 100})
	w.order(100, team={"Bob": 100})
	return frappe._dict({key: doc.name for key, doc in made.items()})


def names(rows: list[dict]) -> list[str]:
	return [row["title"] for row in rows]


def test_d3_a_seller_sees_what_names_them_then_their_teams_and_the_company(targets):
	w.target(50_000, ("Sales Team",), title="All")
	w.target(2000, ("North Team", "Anna"), title="Joint")
	as_user("anna@example.com")
	found = glance.mine()
	assert found["seller"] == "Anna"
	shown = {of: names(one["targets"]) for of, one in found["lists"].items()}
	assert shown == {"mine": ["Achieved", "Ahead", "Joint"], "teams": ["Joint", "Team"], "company": ["All"]}
	for of, card in (("teams", glance.of_my_teams), ("company", glance.of_the_company)):
		assert found["lists"][of]["count"] == card()["value"], (
			"the list, its filter and the card count one thing"
		)


def test_d3_who_is_no_seller_is_told_so(targets):
	as_user("carl@example.com")
	assert glance.mine() == {"seller": None, "lists": {}}
	assert glance.my_running() == {"value": 0, "fieldtype": "Int"}


def test_t6_a_manager_sees_leaders_and_who_is_at_risk_the_farthest_first(targets):
	as_user("manager@example.com")
	found = glance.team()
	assert names(found["leaders"]["targets"]) == ["Achieved", "Ahead", "Team"]
	assert names(found["behind"]["targets"]) == ["South", "Behind"]
	behind = found["behind"]["targets"][1]
	assert (behind["goal"], behind["realised"], behind["percentage"]) == (1000, 100, 10)
	assert round(float(behind["lead"]), 1) == round(10 - 183 / 3.65, 1)


def test_t6_where_attainment_counts_days_in_another_target_the_card_says_in_which(targets):
	as_user("manager@example.com")
	rows = {row["title"]: row for rows in glance.team().values() for row in rows["targets"]}
	told = {
		title: [(one["title"], str(one["first"]), str(one["last"])) for one in row["instead"]]
		for title, row in rows.items()
	}
	assert told == {"Achieved": [], "Ahead": [("Over", "2026-01-01", "2026-06-30")], "Team": [], "South": [], "Behind": []}  # fmt: skip
	asked = parse_qs(urlsplit(rows["Ahead"]["attainment"]).query)
	assert asked["sales_person"] == ["Anna"] and asked["from_date"] == ["2026-01-01"]
	shown = attainment.made_of({key: value for key, (value,) in asked.items()})["rows"]
	assert {row["title"] for row in shown} == {"Ahead", "Over"}, "Attainment is made of these"


def test_t6_of_two_identical_targets_the_card_of_the_second_says_so(targets):
	w.target(1000, ("Bob",), title="Again")
	as_user("bob@example.com")
	found = {row["title"]: row["instead"] for row in glance.mine()["lists"]["mine"]["targets"]}
	assert found["Behind"] == [] and [one["title"] for one in found["Again"]] == ["Behind"]


def test_t6_a_target_with_another_scope_is_not_counted_instead(targets):
	w.target(500, ("Bob",), title="Abroad", territory="Spain", from_date="2026-07-01", to_date="2026-09-30")
	as_user("bob@example.com")
	assert not any(row["instead"] for row in glance.mine()["lists"]["mine"]["targets"])


def test_t6_who_is_at_risk_leads_to_what_that_seller_has_open(targets):
	as_user("manager@example.com")
	south, behind = glance.team()["behind"]["targets"]
	assert south["person"] is None, "of several it is not known whose turn it is"
	assert behind["person"] == {
		"employee": frappe.db.get_value("Sales Person", "Bob", "employee"),
		"user": "bob@example.com",
	}


def test_a2_who_follows_up_on_nobody_is_not_told_who_logs_in_as_whom(targets):
	as_user("anna@example.com")
	rows = glance.team()["behind"]["targets"]
	assert rows and not any(one.get("person") for one in rows)


def test_t6_what_a_week_must_bring_follows_from_what_is_left(targets):
	as_user("manager@example.com")
	behind = glance.team()["behind"]["targets"][1]
	assert round(float(behind["weekly"]), 2) == round(900 / (183 / 7), 2), "182 days are left, and today"


CARDS = (
	("anna@example.com", "my_running", ["achieved", "ahead"]),
	("anna@example.com", "my_behind", []),
	("anna@example.com", "my_achieved", ["achieved"]),
	("anna@example.com", "of_my_teams", ["team"]),
	("anna@example.com", "of_the_company", ["all"]),
	("bob@example.com", "my_behind", ["behind"]),
	("manager@example.com", "running", ["achieved", "ahead", "all", "behind", "south", "team"]),
	("manager@example.com", "behind", ["all", "behind", "south"]),
	("manager@example.com", "achieved", ["achieved"]),
	("manager@example.com", "ending", []),
)


def listed(filters: list[list]) -> list[str]:
	"""What the desk's list shows for these: a field, of the rows of a table by the table's name, an operator, a value."""
	asked = [
		[*(["Sales Target", field] if "." not in field else field.split(".")), *rest]
		for field, *rest in filters
	]
	return sorted(set(frappe.get_list("Sales Target", filters=asked, pluck="name", order_by="name")))


def test_x4_a_card_counts_the_list_that_it_opens_and_names_no_target(targets):
	targets["all"] = w.target(50_000, ("Sales Team",), title="All").name
	for user, method, expected in CARDS:
		as_user(user)
		card = getattr(glance, method)()
		filters = [[field, *asked] for field, asked in card["route_options"].items()]
		assert card["value"] == len(expected), (user, method)
		assert listed(filters) == sorted(targets[key] for key in expected), (user, method)
		assert card["route"][:2] == ["List", "Sales Target"]
		assert "name" not in card["route_options"]


def test_x4_cards_and_lists_of_one_name_count_the_same(targets):
	w.target(50_000, ("Sales Team",), title="All")
	as_user("anna@example.com")
	lists = glance.mine()["lists"]
	cards = {"mine": glance.my_running(), "teams": glance.of_my_teams(), "company": glance.of_the_company()}
	assert {of: card["value"] for of, card in cards.items()} == {
		of: one["count"] for of, one in lists.items()
	}
	as_user("manager@example.com")
	team = glance.team()
	assert glance.running()["value"] == team["leaders"]["count"] + team["behind"]["count"]
	assert glance.behind()["value"] == team["behind"]["count"]


def test_x4_what_is_not_shown_is_in_the_list_that_more_opens(targets):
	for number in range(8):
		w.target(1000, ("Anna",), title=f"More {number}")
	as_user("anna@example.com")
	mine = glance.mine()["lists"]["mine"]
	assert (len(mine["targets"]), mine["count"]) == (6, 10)
	as_user("manager@example.com")
	for one in (mine, *glance.team().values()):
		asked = parse_qs(urlsplit(one["address"]).query)
		assert "name" not in asked
		assert len(listed([[field, *json.loads(value[0])] for field, value in asked.items()])) == one["count"]


def test_t6_a_target_falls_behind_by_night_and_comes_back_with_an_order(targets):
	def is_behind(key: str) -> int:
		return frappe.db.get_value("Sales Target", targets[key], "behind_pace")

	assert (is_behind("ahead"), is_behind("behind"), is_behind("over")) == (0, 1, 0)
	with clock.at("2026-12-20 00:10:00"):
		book.refresh_statuses()
		assert (is_behind("ahead"), is_behind("behind"), is_behind("achieved")) == (1, 1, 0)
		w.order(900, team={"Bob": 100})
		w.order(90, team={"Anna": 100})
		assert (is_behind("ahead"), is_behind("behind")) == (0, 0)


def test_t6_who_is_behind_by_a_monthly_distribution_is_so_in_lists_and_after_an_order(targets):
	months = [
		{"month": month_name[month], "percentage_allocation": 100 if month == 12 else 0}
		for month in range(1, 13)
	]
	late = frappe.get_doc(
		{"doctype": "Monthly Distribution", "distribution_id": "December", "fiscal_year": "2026", "percentages": months}
	).insert()  # fmt: skip
	target = w.target(1000, ("Cleo",), title="All in December", monthly_distribution=late.name)
	w.order(1, team={"Cleo": 100})
	assert not frappe.db.get_value("Sales Target", target.name, "behind_pace")
	target.reload()
	target.monthly_distribution = None
	target.save()
	assert frappe.db.get_value("Sales Target", target.name, "behind_pace")


def test_t1_a_target_says_its_sellers_in_lists_under_their_names_of_today(targets):
	def sellers() -> str:
		return frappe.db.get_value("Sales Target", targets.south, "sellers")

	assert sellers() == "Cleo, Dirk"
	frappe.rename_doc("Sales Person", "Dirk", "Dirk the Elder", force=True)
	assert sellers() == "Cleo, Dirk the Elder"
	frappe.rename_doc("Sales Person", "Dirk the Elder", "Cleo", merge=True, force=True)
	assert sellers() == "Cleo"


def test_d1_follow_ups_due_are_ones_own_and_open(targets):
	for user, day in (
		("anna", "2026-07-02"),
		("anna", "2026-06-30"),
		("anna", "2026-07-03"),
		("bob", "2026-07-01"),
		("anna", None),
	):
		as_user(f"{user}@example.com")
		talk = frappe.get_doc(
			{"doctype": "Conversation", "party_type": "Customer", "party": "Shop One", "note": "Pumps",
				"conversation_date": "2026-06-01"}
		).insert()  # fmt: skip
		talk.db_set("follow_up_date", day)
	as_user("anna@example.com")
	card = glance.my_follow_ups()
	assert card["value"] == 2
	assert len(frappe.get_list("Conversation", filters=card["route_options"], order_by="name")) == 2


def test_user_permissions_hold(targets):
	w.target(1000, ("Anna",), company=w.COMPANY_EUR, title="Elsewhere")
	frappe.permissions.add_user_permission("Company", w.COMPANY_EUR, "anna@example.com")
	as_user("anna@example.com")
	try:
		assert names(glance.mine()["lists"]["mine"]["targets"]) == ["Elsewhere"]
	finally:
		frappe.cache.hdel("user_permissions", "anna@example.com")


def test_who_may_not_read_targets_is_refused():
	as_user("nobody@example.com")
	for method in (
		glance.mine,
		glance.my_running,
		glance.team,
		glance.running,
		glance.behind,
		glance.achieved,
		glance.ending,
	):
		with pytest.raises(frappe.PermissionError):
			method()


def test_statements_do_not_grow_with_targets_nor_with_orders(targets, monkeypatch):
	as_user("manager@example.com")
	glance.team()  # caches
	sent = []
	database = type(frappe.local.db)
	run = database.sql
	monkeypatch.setattr(
		database,
		"sql",
		lambda db, query, *args, **kwargs: sent.append(str(query)) or run(db, query, *args, **kwargs),
	)

	def statements(method) -> int:
		sent.clear()
		method()
		return len(sent)

	first = statements(glance.team)
	# targets, whom they and those near them name, and those; distributions if there are any
	assert first <= 3, "\n".join(sent)
	assert not any("tabSales Order" in query or "Target Entry" in query for query in sent)
	frappe.set_user("Administrator")
	for number in range(10):
		w.target(1000, ("Cleo",), title=f"More {number}")
	w.order(10, team={"Cleo": 100})
	as_user("manager@example.com")
	glance.team()
	assert statements(glance.team) == first
	as_user("anna@example.com")
	glance.mine()
	assert statements(glance.mine) <= 4, "\n".join(sent)


# --- the workspaces -----------------------------------------------------------------------------

WORKSPACES = {"Sales Extensions": (), "My Sales": ("Sales User",), "Team Sales": ("Sales Manager",)}
RECORDS = {"chart": "Dashboard Chart", "number_card": "Number Card", "custom_block": "Custom HTML Block"}


@pytest.mark.parametrize("name", WORKSPACES)
def test_workspaces_show_only_what_is_there(name):
	workspace = frappe.get_doc("Workspace", name)
	assert tuple(row.role for row in workspace.roles) == WORKSPACES[name]
	shown = [
		(block["type"], block["data"].get(f"{block['type']}_name")) for block in json.loads(workspace.content)
	]
	for kind, of in shown:
		if kind in RECORDS:
			(row,) = (row for row in workspace.get(f"{kind}s") if row.label == of)
			assert frappe.db.exists(RECORDS[kind], row.get(f"{kind}_name")), of
	tables = {"shortcut": "shortcuts", "quick_list": "quick_lists", "chart": "charts", "card": "links",
		"number_card": "number_cards", "custom_block": "custom_blocks"}  # fmt: skip
	for kind, table in tables.items():
		rows = {row.label for row in workspace.get(table) if row.get("type") != "Link"}
		assert {of for block, of in shown if block == kind} == rows, (name, kind)
	for row in (*workspace.links, *workspace.shortcuts):
		if row.get("link_to"):
			assert frappe.db.exists(
				row.link_type if row.doctype == "Workspace Link" else row.type, row.link_to
			)


def test_every_report_list_and_page_of_the_app_has_its_place():
	"""What a reader opens by itself: tables in documents, and books kept by the app, are behind others."""
	behind = {
		"Order Credit State", "Pipeline Party", "Sales Ledger Name", "Sales Person Place", "Sales Person Standing",
		"Sales Target Member",
	}  # fmt: skip
	linked = {row.link_to for row in frappe.get_doc("Workspace", "Sales Extensions").links}
	for doctype in ("Report", "Page"):
		assert (
			set(frappe.get_all(doctype, {"module": "Sales Extensions"}, pluck="name", order_by="name"))
			<= linked
		)
	lists = {"module": "Sales Extensions", "istable": 0}
	assert set(frappe.get_all("DocType", lists, pluck="name", order_by="name")) - behind <= linked


@pytest.mark.parametrize("user", ["anna@example.com", "manager@example.com", "upsell@example.com"])
def test_x4_the_desk_opens_each_list_that_a_role_may_read(user):
	"""The desk knows of a DocType only what the start of the session tells it, and takes its route for a page."""
	as_user(user)
	lists = frappe.get_all(
		"DocType", {"module": "Sales Extensions", "istable": 0}, pluck="name", order_by="name"
	)
	assert {doctype for doctype in lists if frappe.has_permission(doctype, "read")} <= set(
		UserPermissions(user).get_can_read()
	)


def test_onboarding_and_its_tour_name_fields_that_are_there():
	tour = frappe.get_doc("Form Tour", "Set a Sales Target")
	fields = {field.fieldname for field in frappe.get_meta("Sales Target").fields}
	assert {step.fieldname for step in tour.steps} <= fields
	onboarding = frappe.get_doc("Module Onboarding", "Sales Extensions")
	assert len(onboarding.get_steps()) == 5


def test_blocks_need_no_build():
	for block in json.loads((Path(labels.APP) / "fixtures" / "custom_html_block.json").read_text()):
		paths = re.findall(r"/assets/sales_extensions/[\w/.]+", block["script"])
		assert paths
		for path in paths:
			assert (labels.APP / "public" / path.removeprefix("/assets/sales_extensions/")).exists()


@pytest.fixture
def committed(server):
	w.target(1000, ("Anna",), title="<b>Anna</b>")
	frappe.db.commit()
	yield server
	w.wipe()


def test_a_seller_asks_over_http(committed):
	anna = Client(committed, "anna@example.com")
	title = anna.call("sales_extensions.api.glance.mine").data["lists"]["mine"]["targets"][0]["title"]
	assert title.replace("\u200b", "") == "<b>Anna</b>"
	assert Client(committed, None).call("sales_extensions.api.glance.team").status in (401, 403)
