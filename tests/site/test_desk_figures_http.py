"""Statement, tracker, glance and attainment as an attacker would call them: over HTTP, with crafted values (X4, X5, D3).

Bob is restricted to himself as Sales Person. Nothing that he may not see must come back, whatever he sends.
"""

from __future__ import annotations

import json

import frappe
import pytest

from . import world
from .http import Client
from .test_attainment_http import PDF, WIDGET, YEAR, run
from .test_upsell_permissions import restricted

BOB, MANAGER = "bob@example.com", "manager@example.com"
GLANCE, MONTHS = "sales_extensions.api.glance", "sales_extensions.api.attainment.by_seller_and_month"
TRACKER = "sales_extensions.api.tracker"
SECRET = 987_654_321
INJECTIONS = (
	"' OR 1=1 -- ",
	"x') UNION SELECT password FROM __Auth -- ",
	"%",
	"`name`",
	"Anna\\' OR \\'1\\'=\\'1",
)


@pytest.fixture(scope="module")
def ground(server):
	frappe.set_user("Administrator")
	anna = world.target(2 * SECRET, ("Anna",), title="Anna's secret")
	world.target(1000, ("Bob",), title="Bob's own")
	world.order(SECRET, team={"Anna": 100})
	world.order(500, team={"Bob": 100})
	frappe.db.commit()
	clients = {name: Client(server, f"{name}@example.com") for name in ("bob", "manager", "nobody")}
	return clients, anna.name


def told(answer) -> bool:
	return str(SECRET) in answer.raw.replace(",", "") or "secret" in answer.raw


def asked_for_anna(bob: Client, target: str) -> dict[str, object]:
	"""Each way to the figures of a seller."""
	period = {key: YEAR[key] for key in ("company", "from_date", "to_date")}
	return {
		"widget": bob.call(WIDGET, filters={"company": world.COMPANY, "sales_person": "Anna"}),
		"widget with a chart's name": bob.call(
			WIDGET, filters={"company": world.COMPANY, "sales_person": "Anna"}, chart_name="Target and Result"
		),
		"widget of a team": bob.call(
			WIDGET, filters={"company": world.COMPANY, "sales_person": "North Team"}
		),
		"widget of a target": bob.call(WIDGET, filters={"company": world.COMPANY, "sales_target": target}),
		"attainment": run(bob, "Attainment", sales_person="Anna"),
		"attainment of all": run(bob, "Attainment", sales_person=""),
		"statement": run(bob, "Seller Statement", sales_person="Anna"),
		"statement of the root": run(bob, "Seller Statement", sales_person="Sales Team"),
		"PDF": bob.call(PDF, filters={**period, "sales_person": "Anna"}),
		"months": bob.call(MONTHS, **period),
	}


@pytest.mark.committed
def test_d3_who_is_restricted_to_themselves_gets_nobody_elses_figures(ground):
	clients, target = ground
	assert all(map(told, (asked_for_anna(clients["bob"], target)[way] for way in ("widget", "attainment"))))
	with restricted(BOB, "Sales Person", "Bob"):
		answers = asked_for_anna(clients["bob"], target)
		assert [way for way, answer in answers.items() if str(SECRET) in answer.raw.replace(",", "")] == []
		for way in ("widget", "widget of a team", "attainment", "statement", "statement of the root", "PDF"):
			assert answers[way].status == 403, (way, answers[way])
		assert "Result of Bob" in answers["widget with a chart's name"].raw


@pytest.mark.committed
def test_x4_targets_of_hidden_sellers_are_in_no_list_and_no_card(ground):
	"""The framework asks for the sellers of a target that is opened, but not in lists."""
	clients, target = ground
	bob = clients["bob"]

	def answers() -> dict[str, object]:
		fields = json.dumps(["title", "realised_amount", "target_amount"])
		orders = "sales_extensions.api.targets.orders_behind"
		found = {
			"list": bob.get("Sales Target", fields=fields),
			"view": bob.call(
				"frappe.desk.reportview.get", doctype="Sales Target", fields=fields, order_by="name"
			),
			"document": bob.get("Sales Target", target),
			"orders": bob.call(orders, sales_target=target),
			"report": run(bob, "Sales Target Orders", sales_target=target),
		}
		return found | {
			card: bob.call(f"{GLANCE}.{card}") for card in ("mine", "team", "running", "behind", "achieved")
		}

	open_to_all = {way for way, answer in answers().items() if told(answer)}
	assert open_to_all >= {"list", "view", "document", "orders", "report", "team"}
	with restricted(BOB, "Sales Person", "Bob"):
		found = answers()
		assert [way for way, answer in found.items() if told(answer)] == []
		assert {way for way, answer in found.items() if answer.status == 403} == {
			"document",
			"orders",
			"report",
		}
		assert "Bob's own" in found["list"].raw and "Bob's own" in found["mine"].raw
		assert run(bob, "Attainment", sales_person="Bob").status == 200
	with restricted(BOB, "Sales Person", "North Team"):
		assert "secret" in bob.get("Sales Target", fields='["title"]').raw


@pytest.mark.committed
def test_x4_a_company_out_of_reach_stays_so(ground):
	clients, target = ground
	with restricted(BOB, "Company", world.COMPANY_EUR):
		answers = asked_for_anna(clients["bob"], target)
		for card in ("mine", "team", "my_running", "running", "behind", "achieved", "ending"):
			answers[card] = clients["bob"].call(f"{GLANCE}.{card}")
			assert answers[card].status == 200, answers[card]
		assert [way for way, answer in answers.items() if told(answer)] == []


@pytest.mark.committed
def test_x4_without_a_role_there_is_nothing(ground):
	clients, target = ground
	answers = asked_for_anna(clients["nobody"], target)
	for card in (
		"mine",
		"team",
		"my_running",
		"my_behind",
		"my_achieved",
		"running",
		"behind",
		"achieved",
		"ending",
	):
		answers[card] = clients["nobody"].call(f"{GLANCE}.{card}")
	for method in ("layout", "rows", "figures"):
		answers[method] = clients["nobody"].call(f"{TRACKER}.{method}")
	assert {way: answer.status for way, answer in answers.items() if answer.status != 403} == {}
	assert [way for way, answer in answers.items() if told(answer)] == []


@pytest.mark.committed
def test_x5_sql_in_any_value_is_only_text(ground):
	clients, _target = ground
	manager = clients["manager"]
	for text in INJECTIONS:
		period = {"from_date": world.START, "to_date": world.END}
		found = manager.call(MONTHS, company=text, **period)
		assert (found.status, found.data) == (200, []), found
		for query in (
			{"filters": [["c_customer", "=", text]]}, {"filters": [["c_status", "in", [text]]]},
			{"filters": [["f_items_item_code", "=", text]]},
		):  # fmt: skip
			for method in ("rows", "figures"):
				answer = manager.call(f"{TRACKER}.{method}", query=query)
				assert answer.status == 200 and not answer.data.get("rows"), (text, query, answer)
		for query in (
			{"order_by": text}, {"kind": text}, {"filters": [[text, "=", "x"]]},
			{"filters": [["c_customer", text, "x"]]}, {"filters": [["c_amount", ">", text]]}, {"stages": [text]},
		):  # fmt: skip
			assert manager.call(f"{TRACKER}.rows", query=query).status == 417, (text, query)
		for field in (
			"company",
			"sales_person",
			"sales_target",
			"territory",
			"target_type",
			"group_by",
			"from_date",
		):
			assert run(manager, "Attainment", **{field: text}).status == 417, (text, field)
			if field != "group_by":
				assert manager.call(PDF, filters={**YEAR, field: text}).status == 417, (text, field)


@pytest.mark.committed
def test_x5_values_of_a_wrong_kind_are_refused_and_no_error_of_ours(ground):
	clients, _target = ground
	manager = clients["manager"]
	wrong = (None, 7, True, [], {}, [[]], {"a": {"b": 1}}, "x" * 5000, "\u0000", "NaN", -1, "9" * 400)
	for value in wrong:
		sent = json.dumps(value)
		for method, field in (
			(f"{TRACKER}.rows", "query"), (f"{TRACKER}.rows", "after"), (f"{TRACKER}.rows", "length"),
			(f"{TRACKER}.figures", "query"), (f"{TRACKER}.export_csv", "query"), (f"{TRACKER}.job", "name"),
			(f"{TRACKER}.story", "doctype"), (WIDGET, "filters"), (PDF, "filters"), (MONTHS, "from_date"),
			(f"{GLANCE}.running", "filters"),
		):  # fmt: skip
			given = (
				{"company": world.COMPANY, "from_date": world.START, "to_date": world.END}
				if method == MONTHS
				else {}
			)
			given |= {"doctype": "Lead", "name": "x"} if method.endswith((".job", ".story")) else {}
			answer = manager.call(method, **{**given, field: sent})
			assert answer.status < 500, (method, field, sent[:50], answer)
