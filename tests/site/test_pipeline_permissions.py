"""What of the pipeline each user is told, over REST as in the desk: of the parties that they may read (C5, X5).

Committed: four parties, each moved by one seller, all of this month.

	Shop One     Customer, Holland   Anna   at Qualifying
	Builder Two  Customer, Spain     Bob    won
	Home Three   Customer, Asia      Anna   lost
	Lia Lead     Lead, Holland       Bob    at Initial Contact
"""

from __future__ import annotations

import json
from contextlib import contextmanager

import frappe
import pytest
from frappe.utils import get_first_day, getdate, nowdate

from sales_extensions.charges.report_view import NONE

from . import conversations_world as cw
from . import world
from .http import Client
from .test_upsell_permissions import restricted

ANNA, BOB, MANAGER, SYSMAN, NOBODY = (
	"anna@example.com", "bob@example.com", "manager@example.com", "sysman@example.com", "nobody@example.com",
)  # fmt: skip
API = "sales_extensions.api.pipeline"
PASSAGE = "Pipeline Passage"
SHOP, BUILDER, HOME, LEAD = "Shop One", "Builder Two", "Home Three", "Lia Lead Ltd"
EVERYONE = {SHOP, BUILDER, HOME, LEAD}
pytestmark = pytest.mark.committed

IN_PIPELINE = {SHOP: "Qualifying", LEAD: "Initial Contact"}
WON, LOST = {BUILDER}, {HOME}
SELLERS = {SHOP: "Anna", BUILDER: "Bob", HOME: "Anna", LEAD: "Bob"}
TERRITORIES = {SHOP: "Holland", BUILDER: "Spain", HOME: "Asia", LEAD: "Holland"}

#: who asks, what restricts them, and whom of the parties they may read
CASES = {
	"a seller": (ANNA, None, EVERYONE),
	"a manager": (MANAGER, None, EVERYONE),
	"a system manager": (SYSMAN, None, EVERYONE),
	"a seller of a territory": (BOB, ("Territory", "Holland"), {SHOP, LEAD}),
	"a manager of a territory": (MANAGER, ("Territory", "Europe"), {SHOP, BUILDER, LEAD}),
	"a seller of a customer": (BOB, ("Customer", BUILDER), {BUILDER, LEAD}),
	"a seller of a group of customers": (BOB, ("Customer Group", "Homes"), {HOME, LEAD}),
	# ERPNext gives it to whoever has a user: it says who they are, not whom they talk to
	"an employee": (BOB, ("Employee", "HR-EMP-00002"), EVERYONE),
	"a seller with a customer that was shared": (BOB, ("Territory", "Spain", "shared"), {BUILDER, SHOP}),
}


@pytest.fixture(scope="module")
def made(server) -> None:
	frappe.set_user("Administrator")
	world.wipe()
	lead = cw.lead("Lia Lead", territory="Holland")
	for user, party, stages in (
		(ANNA, SHOP, ("Qualifying",)),
		(BOB, BUILDER, ("Qualifying", "Won")),
		(ANNA, HOME, ("Qualifying", "Lost")),
		(BOB, lead.name, ("Initial Contact",)),
	):
		frappe.set_user(user)
		kind = "Lead" if party == lead.name else "Customer"
		for stage in stages:
			cw.conversation(party, party_type=kind, pipeline_position=stage)
	frappe.set_user("Administrator")
	frappe.db.commit()


@pytest.fixture(scope="module")
def clients(server) -> dict[str, Client]:
	return {user: Client(server, user) for user in (ANNA, BOB, MANAGER, SYSMAN, NOBODY)}


@contextmanager
def only(user: str, restricts: tuple | None):
	if not restricts:
		yield
		return
	allow, value, *shared = restricts
	if allow == "Employee":
		value = frappe.db.get_value("Employee", {"user_id": user})
	with restricted(user, allow, value):
		if shared:
			frappe.share.add("Customer", SHOP, user)
			frappe.db.commit()
		try:
			yield
		finally:
			if shared:
				frappe.set_user("Administrator")
				frappe.share.remove("Customer", SHOP, user)
				frappe.db.commit()


@pytest.mark.parametrize("case", CASES)
def test_c5_every_figure_is_of_the_parties_that_one_may_read(made, clients, case):
	user, restricts, seen = CASES[case]
	with only(user, restricts):
		asks = clients[user]
		open_now = {party: stage for party, stage in IN_PIPELINE.items() if party in seen}
		won, lost = WON & seen, LOST & seen
		expected = {"in_pipeline": len(open_now), "entered": len(seen), "won": len(won), "lost": len(lost),
			"new_prospects": len(seen)}  # fmt: skip
		found = ok(asks.call(f"{API}.figures"))
		assert {name: found[name] for name in expected} == expected
		assert cards_of(asks) == {
			"in_pipeline": len(open_now), "won": len(won), "lost": len(lost), "new_prospects": len(seen),
			"win_percentage": 100 * len(won) / len(won | lost) if won | lost else NONE,
			"average_days": 0 if won else NONE,
		}  # fmt: skip
		assert (
			bars(ok(asks.call(f"{API}.stage_chart")))
			== {stage: sum(one == stage for one in open_now.values()) for stage in pipeline_stages()}
			or not open_now
		)
		trend = ok(asks.call(f"{API}.trend_chart"))
		assert {line["name"]: line["values"][-1] for line in trend["datasets"]}.items() >= {
			"Won": len(won), "Lost": len(lost)}.items()  # fmt: skip
		assert trend["labels"][-1] == f"{getdate(nowdate()):%b}" and len(set(trend["labels"])) == 12
		assert groups(asks, "Employee") == counted(SELLERS, seen, "Bob", "Anna")
		assert groups(asks, "Territory") == counted(TERRITORIES, seen, "Holland", "Spain", "Asia")
		behind = {
			"In Pipeline": set(open_now), "Entered": seen, "Won": won, "Lost": lost, "Won or Lost": won | lost,
			"New Prospects": seen,
		}  # fmt: skip
		for metric, parties in behind.items():
			assert customers(asks, metric) == parties, metric
		assert listed(asks) == seen


def ok(answer) -> object:
	assert answer.status == 200, answer
	return answer.data


def cards_of(client: Client) -> dict[str, float]:
	"""As the desk asks for a card that is custom: by the method that it names."""
	found = {}
	for card in frappe.get_all(
		"Number Card", {"method": ("like", f"{API}.card%")}, ["method"], order_by="name"
	):
		shown = ok(client.call(card.method, filters="{}"))
		found[card.method.rpartition("card_")[2]] = shown["value"] if isinstance(shown, dict) else shown
	return found


def pipeline_stages() -> list[str]:
	return frappe.get_all("Pipeline Stage", {"outcome": "Open"}, pluck="name", order_by="sequence, name")


def bars(chart: dict) -> dict[str, int]:
	return dict(
		zip(chart["labels"], chart["datasets"][0]["values"] if chart["datasets"] else [], strict=False)
	)


def report(client: Client, name: str, **filters) -> list[dict]:
	answer = client.call(
		"frappe.desk.query_report.run", report_name=name, filters={"from_date": this_month(), **filters}
	)
	return [row for row in ok(answer)["result"] if isinstance(row, dict)]


def this_month() -> str:
	return str(get_first_day(nowdate()))


def groups(client: Client, group_by: str) -> dict[str, int]:
	"""How many entered, by what the report groups by."""
	field = "employee_name" if group_by == "Employee" else "key"
	return {row[field]: row["entered"] for row in report(client, "Pipeline Overview", group_by=group_by)}


def counted(by_party: dict[str, str], seen: set[str], *groups: str) -> dict[str, int]:
	found = {one: sum(by_party[party] == one for party in seen) for one in groups}
	return {one: number for one, number in found.items() if number}


def customers(client: Client, metric: str) -> set[str]:
	return {row["party_name"] for row in report(client, "Pipeline Customers", metric=metric)}


def listed(client: Client) -> set[str]:
	"""As a list over REST and on the board, which must agree."""
	found = {row["party_name"] for row in ok(client.get(PASSAGE, fields='["party_name"]'))}
	view = client.call(
		"frappe.desk.reportview.get", doctype=PASSAGE, fields=json.dumps([f"`tab{PASSAGE}`.`party_name`"]),
		view="Kanban", page_length=50, start=0, filters="[]",
	)  # fmt: skip
	message = ok(view)
	on_board = {row[0] for row in message["values"]} if message else set()
	assert on_board == found
	return found


def test_c5_a_passage_of_a_party_that_one_may_not_read_is_no_document_either(made, clients):
	passages = {
		row.party: row.name for row in frappe.get_all(PASSAGE, fields=["name", "party"], order_by="name")
	}
	with restricted(BOB, "Territory", "Spain"):
		assert clients[BOB].get(PASSAGE, passages[BUILDER]).status == 200
		for path in (
			clients[BOB].get(PASSAGE, passages[SHOP]),
			clients[BOB].call("frappe.desk.form.load.getdoc", doctype=PASSAGE, name=passages[SHOP]),
			clients[BOB].call("frappe.client.get", doctype=PASSAGE, name=passages[SHOP]),
		):
			assert path.status == 403 and "Qualifying" not in path.raw, path


def test_c5_who_has_no_role_for_it_is_told_nothing_by_rest(made, clients):
	for method in (
		"figures",
		"stage_chart",
		"trend_chart",
		"card_won",
		"card_in_pipeline",
		"card_average_days",
	):
		assert clients[NOBODY].call(f"{API}.{method}").status == 403, method
	visitor = Client(clients[NOBODY].url, None)
	assert visitor.call(f"{API}.figures").status == 403
	assert clients[NOBODY].get(PASSAGE).status == 403


# --- the board: a moved card is a conversation (C7) ---------------------------------------------------

MOVE = "frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card"


def move(client: Client, party: str, source: str, goal: str):
	card = frappe.db.get_value(PASSAGE, {"party": party})
	return client.call(MOVE, board_name="Sales Pipeline", docname=card, from_colname=source, to_colname=goal,
		old_index=0, new_index=0)  # fmt: skip


def stands(party: str) -> tuple:
	"""Where a party is, and how many conversations it has."""
	frappe.db.rollback()
	return (
		frappe.db.get_value(PASSAGE, {"party": party}, "pipeline_stage"),
		frappe.db.count("Conversation", {"party": party}),
	)


def test_c7_a_card_that_may_not_be_moved_stays_and_says_why(made, clients):
	before = stands(SHOP)
	with restricted(BOB, "Territory", "Spain"):
		refused = move(clients[BOB], SHOP, "Qualifying", "Progression")
		assert refused.status == 403, refused
	for client, source, goal, status, words in (
		(clients[NOBODY], "Qualifying", "Progression", 403, ""),
		(
			clients[ANNA],
			"Initial Contact",
			"Progression",
			417,
			"Shop One is at Qualifying now. Reload the board",
		),
		(clients[ANNA], "Qualifying", "Nirvana", 417, "Pipeline Position: there is no Nirvana"),
	):
		answer = move(client, SHOP, source, goal)
		assert answer.status == status and words in answer.message, answer
	assert stands(SHOP) == before
	assert move(clients[ANNA], SHOP, "Qualifying", "Qualifying").status == 200
	assert stands(SHOP) == before, "within its column"


def test_c7_nothing_but_a_conversation_moves_a_passage(made, clients):
	before = stands(SHOP)
	card = frappe.db.get_value(PASSAGE, {"party": SHOP})
	for user in (ANNA, MANAGER, SYSMAN):
		for answer in (
			clients[user].put(PASSAGE, card, {"board_stage": "Won"}),
			clients[user].call("frappe.client.set_value", doctype=PASSAGE, name=card, fieldname="board_stage", value="Won"),
			clients[user].delete(PASSAGE, card),
		):  # fmt: skip
			assert answer.status == 403, (user, answer)
	assert stands(SHOP) == before


def test_c7_a_card_of_anothers_passage_is_moved_by_a_conversation_of_ones_own(made, clients):
	before = stands(SHOP)
	assert move(clients[BOB], SHOP, "Qualifying", "Progression").status == 200
	assert stands(SHOP) == ("Progression", before[1] + 1)
	said = frappe.get_last_doc("Conversation", {"party": SHOP})
	assert (said.user, said.written_by, said.pipeline_position) == (BOB, BOB, "Progression")
	passage = frappe.get_doc(PASSAGE, {"party": SHOP})
	assert passage.user == BOB and said.name in passage.reason_parts
