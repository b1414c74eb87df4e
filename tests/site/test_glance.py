"""The workspaces' cards and lists: who is on target, by role, in a fixed number of statements (T6, D3, X4)."""

from __future__ import annotations

import json
from pathlib import Path

import frappe
import pytest
from frappe.utils.user import UserPermissions

from sales_extensions import labels
from sales_extensions.api import glance
from tests.site import world as w
from tests.site.http import Client

TODAY = "2026-07-02"  # of 2026, 182 of 365 days are due by its first, 50.1 % by today


@pytest.fixture(autouse=True)
def _today(monkeypatch):
	monkeypatch.setattr(glance, "nowdate", lambda: TODAY)


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


def test_d3_a_seller_sees_their_own_targets_and_their_teams(targets):
	as_user("anna@example.com")
	found = glance.mine()
	assert found["seller"] == "Anna"
	assert names(found["targets"]) == ["Achieved", "Ahead", "Team"]
	assert found["all"] == [targets.achieved, targets.ahead, targets.team], "one's own before the team's"


def test_d3_who_is_no_seller_is_told_so(targets):
	as_user("carl@example.com")
	assert glance.mine() == {"seller": None, "targets": [], "all": []}
	assert glance.my_running()["value"] == 0


def test_t6_a_manager_sees_leaders_and_who_is_at_risk_the_farthest_first(targets):
	as_user("manager@example.com")
	found = glance.team()
	assert names(found["leaders"]) == ["Achieved", "Ahead", "Team"]
	assert names(found["behind"]) == ["South", "Behind"]
	assert found["behind_all"] == [targets.south, targets.behind]
	behind = found["behind"][1]
	assert (behind["goal"], behind["realised"], behind["percentage"]) == (1000, 100, 10)
	assert round(float(behind["lead"]), 1) == round(10 - 183 / 3.65, 1)


def test_t6_what_a_week_must_bring_follows_from_what_is_left(targets):
	as_user("manager@example.com")
	behind = glance.team()["behind"][1]
	assert round(float(behind["weekly"]), 2) == round(900 / (183 / 7), 2), "182 days are left, and today"


CARDS = (
	("anna@example.com", "my_running", ["ahead", "team"]),
	("anna@example.com", "my_behind", []),
	("anna@example.com", "my_achieved", ["achieved"]),
	("bob@example.com", "my_behind", ["behind"]),
	("manager@example.com", "running", ["ahead", "behind", "south", "team"]),
	("manager@example.com", "behind", ["behind", "south"]),
	("manager@example.com", "achieved", ["achieved"]),
	("manager@example.com", "ending", []),
)


def test_x4_a_card_counts_the_list_that_it_opens(targets):
	for user, method, expected in CARDS:
		as_user(user)
		card = getattr(glance, method)()
		listed = frappe.get_list("Sales Target", filters=card["route_options"], pluck="name", order_by="name")
		assert card["value"] == len(expected), (user, method)
		assert listed == sorted(targets[key] for key in expected), (user, method)
		assert card["route"][:2] == ["List", "Sales Target"]


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
		assert names(glance.mine()["targets"]) == ["Elsewhere"]
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
	assert first <= 2, "\n".join(sent)  # targets, their sellers; distributions if there are any
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
			assert frappe.db.exists(RECORDS[kind], of), of
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
	behind = {"Order Credit State", "Pipeline Party"}
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
		for path in ("/assets/sales_extensions/js/glance.js",):
			assert path in block["script"]
			assert (labels.APP / "public" / path.removeprefix("/assets/sales_extensions/")).exists()


@pytest.fixture
def committed(server):
	w.target(1000, ("Anna",), title="<b>Anna</b>")
	frappe.db.commit()
	yield server
	w.wipe()


def test_a_seller_asks_over_http(committed):
	anna = Client(committed, "anna@example.com")
	assert anna.call("sales_extensions.api.glance.mine").data["targets"][0]["title"] == "<b>Anna</b>"
	assert Client(committed, None).call("sales_extensions.api.glance.team").status in (401, 403)
