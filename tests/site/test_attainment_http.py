"""The widget, Attainment and the Seller Statement over HTTP: who may, and what is wrong in what was sent (X4, X5)."""

from __future__ import annotations

import json

import frappe
import pytest

from . import world
from .http import Client

WIDGET = "sales_extensions.sales_extensions.dashboard_chart_source.target_and_result.target_and_result.get"
PDF = "sales_extensions.api.statement.pdf"
YEAR = {"company": world.COMPANY, "from_date": world.START, "to_date": world.END, "sales_person": "Anna"}
ROLES = {"user": 200, "manager": 200, "master": 200, "sysman": 200, "nobody": 403, None: 403}


@pytest.fixture(scope="module")
def clients(server) -> dict[str | None, Client]:
	frappe.set_user("Administrator")
	world.target(10_000, ("Anna",))
	world.order(1000, team={"Anna": 100})
	frappe.db.commit()
	users = {"user": "anna"}
	return {role: Client(server, role and f"{users.get(role, role)}@example.com") for role in ROLES}


def run(client: Client, report: str, **filters):
	return client.call(
		"frappe.desk.query_report.run",
		report_name=report,
		filters={**YEAR, **filters},
		ignore_prepared_report="true",
	)


ASKING = {
	"Attainment": lambda client, **given: run(client, "Attainment", **given),
	"Seller Statement": lambda client, **given: run(client, "Seller Statement", **given),
	"widget": lambda client, **given: client.call(WIDGET, filters={"company": world.COMPANY, **given}),
	"PDF": lambda client, **given: client.call(PDF, filters={**YEAR, **given}),
}


@pytest.mark.committed
@pytest.mark.parametrize("what", ASKING)
def test_x4_who_may(clients, what):
	for role, status in ROLES.items():
		assert ASKING[what](clients[role]).status == status, role


WRONG = [
	("widget", {"fiscal_year": "year"}, 417, "Year: there is no year"),
	("widget", {"fiscal_year": {"a": 1}}, 417, "Year must be a text"),
	("widget", {"sales_person": "x' OR 1=1"}, 417, "Sales Person: there is no x"),
	("widget", {"company": "None BV"}, 417, "Company: there is no None BV"),
	("widget", {"show": 7}, 417, "Show must be a text"),
	("widget", {"sales_target": "ST-0"}, 417, "Sales Target: there is no ST-0"),
	*(
		(what, given, 417, told)
		for what in ("Attainment", "Seller Statement", "PDF")
		for given, told in (
			({"from_date": "soon"}, "From Date must be a date like 2026-12-31; it is soon"),
			({"to_date": None}, "To Date: choose a date"),
			({"sales_person": "Nobody"}, "Sales Person: there is no Nobody"),
			({"company": ["a"]}, "Company must be a text"),
			({"target_type": "Both"}, "Target Type must be one of"),
		)
	),
	("Attainment", {"group_by": "Decade"}, 417, "Group By must be one of"),
	("Seller Statement", {"as_of": "never"}, 417, "As Of must be a date"),
	("PDF", {"as_of": "never"}, 417, "As Of must be a date"),
	("PDF", {"sales_person": ""}, 417, "Sales Person: choose the seller"),
]  # fmt: skip


@pytest.mark.committed
def test_x5_what_is_wrong_is_named_and_nothing_changes(clients):
	frappe.db.rollback()
	before = world.fingerprint()
	for what, given, status, told in WRONG:
		answer = ASKING[what](clients["manager"], **given)
		assert answer.status == status and told in answer.message, (what, given, answer)
	frappe.db.rollback()
	assert world.fingerprint() == before


@pytest.mark.committed
def test_x5_filters_that_are_none(clients):
	for method in (WIDGET, PDF):
		answer = clients["manager"].call(method, filters=json.dumps([1, 2]))
		assert 400 <= answer.status < 500, answer


@pytest.mark.committed
def test_d3_the_chart_is_readable_by_sellers_and_managers_alone(clients):
	for role, status in (("user", 200), ("manager", 200), ("master", 200), ("nobody", 403)):
		assert clients[role].get("Dashboard Chart", "Target and Result").status == status, role
