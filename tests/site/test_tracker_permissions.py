"""Who sees and exports what in the Sales Tracker, and what is sent that is wrong: over HTTP (K4, X5)."""

from __future__ import annotations

import json

import frappe
import pytest

from . import tracker_world, world
from .http import Client
from .test_upsell_permissions import restricted

API = "sales_extensions.api.tracker"
ROLES = {"manager": "manager@example.com", "seller": "anna@example.com", "nobody": "nobody@example.com",
	"sysman": "sysman@example.com", "master": "master@example.com"}  # fmt: skip


@pytest.fixture(scope="module")
def ground(server):
	frappe.set_user("Administrator")
	world.wipe()
	made = tracker_world.build()
	frappe.db.commit()
	clients = {role: Client(server, user) for role, user in ROLES.items()} | {"visitor": Client(server, None)}
	yield made, clients
	frappe.db.rollback()
	tracker_world.wipe()


def names(client: Client, **query) -> set[str]:
	answer = client.call(f"{API}.rows", query=query, length=500)
	assert answer.status == 200, answer.raw
	return {row["name"] for row in answer.data["rows"]}


def exported(client: Client, **values):
	return client.call(f"{API}.export_csv", **values)


@pytest.mark.committed
@pytest.mark.parametrize(
	("role", "status", "doctypes", "may_export", "configures"),
	[
		("manager", 200, {"Lead", "Opportunity", "Quotation"}, 3, True),
		("seller", 200, {"Lead", "Opportunity", "Quotation"}, 0, False),
		("master", 200, {"Lead", "Opportunity", "Quotation"}, 0, False),
		("sysman", 200, {"Lead"}, 1, True),  # the framework lets a System Manager export what they read
		("nobody", 403, set(), 0, False),
		("visitor", 403, set(), 0, False),
	],
)
def test_k1_k4_each_role(ground, role, status, doctypes, may_export, configures):
	made, clients = ground
	client = clients[role]
	layout = client.call(f"{API}.layout")
	assert layout.status == status, layout.raw
	assert exported(client, query={}).status == (200 if may_export else 403)
	if status != 200:
		assert client.call(f"{API}.rows").status == client.call(f"{API}.figures").status == 403
		assert client.call(f"{API}.job", doctype="Lead", name=made["fresh"]).status == 403
		return
	assert set(layout.data["doctypes"]) == doctypes
	assert len(layout.data["exportable"]) == may_export
	assert layout.data["may_configure"] == configures
	seen = names(client, inactive=True)
	assert (made["fresh"] in seen, made["quotation"] in seen) == ("Lead" in doctypes, "Quotation" in doctypes)
	job = client.call(f"{API}.job", doctype="Quotation", name=made["quotation"])
	assert job.status == (200 if "Quotation" in doctypes else 403)
	save = client.put("Sales Tracker Settings", "Sales Tracker Settings", {"is_seeded": 0})
	assert save.status == (200 if configures else 403)


@pytest.mark.committed
def test_k1_user_permissions_hold_in_rows_counts_jobs_and_files(ground):
	made, clients = ground
	client = clients["manager"]
	with restricted(ROLES["manager"], "Territory", "Spain"):
		assert names(client, inactive=True) == {made["spain"], made["builder"]}
		assert client.call(f"{API}.figures", query={"inactive": True}).data["jobs"] == 2
		hidden = client.call(f"{API}.job", doctype="Lead", name=made["fresh"])
		assert hidden.status == 403 and "Fresh" not in hidden.raw
		gone = client.call(f"{API}.job", doctype="Lead", name="CRM-LEAD-0000")
		assert gone.status == 403
		text = exported(client, query={"inactive": True}).raw
		assert made["builder"] in text and made["quotation"] not in text
		assert client.call(f"{API}.story", doctype="Lead", name=made["fresh"]).status == 403


@pytest.mark.committed
def test_k1_what_a_job_came_from_is_told_to_who_may_read_that(ground):
	made, clients = ground

	def told() -> list[list[str]]:
		rows = clients["manager"].call(f"{API}.rows", query={}, length=500).data["rows"]
		return [[one["name"] for one in row["came_from"]] for row in rows if row["name"] == made["builder"]]

	frappe.db.set_value("Quotation", made["builder"], "opportunity", made["sibling"])
	frappe.db.commit()
	try:
		assert told() == [[made["sibling"]]]
		with restricted(ROLES["manager"], "Territory", "Spain"):
			assert told() == [[]]
	finally:
		frappe.db.set_value("Quotation", made["builder"], "opportunity", None)
		frappe.db.commit()


@pytest.mark.committed
def test_k4_the_file_of_a_job_with_any_name_is_sent(ground):
	made, clients = ground
	name = "Ł\"ód'ź; x"
	frappe.rename_doc("Lead", made["fresh"], name, force=True)
	frappe.db.commit()
	try:
		answer = exported(clients["manager"], doctype="Lead", name=name)
		assert answer.status == 200 and name in answer.raw.replace('""', '"'), answer
	finally:
		frappe.rename_doc("Lead", name, made["fresh"], force=True)
		frappe.db.commit()


@pytest.mark.committed
def test_k4_a_document_type_that_may_not_be_exported_is_left_out(ground):
	made, clients = ground
	frappe.permissions.setup_custom_perms("Lead")
	frappe.db.set_value(
		"Custom DocPerm", {"parent": "Lead", "role": "Sales Manager", "permlevel": 0}, "export", 0
	)
	frappe.db.commit()
	frappe.clear_cache(doctype="Lead")
	try:
		client = clients["manager"]
		assert client.call(f"{API}.layout").data["exportable"] == ["Opportunity", "Quotation"]
		text = exported(client, query={}).raw
		assert made["quotation"] in text and made["fresh"] not in text
		assert exported(client, doctype="Lead", name=made["fresh"]).status == 403
	finally:
		frappe.db.delete("Custom DocPerm", {"parent": "Lead"})
		frappe.db.commit()
		frappe.clear_cache(doctype="Lead")


@pytest.mark.committed
def test_k2_a_field_at_a_level_out_of_reach_is_in_no_column_filter_or_order(ground):
	made, clients = ground
	frappe.make_property_setter(
		{
			"doctype": "Lead",
			"fieldname": "territory",
			"property": "permlevel",
			"value": 2,
			"property_type": "Int",
		}
	)
	frappe.db.commit()
	frappe.clear_cache(doctype="Lead")
	try:
		client = clients["seller"]
		layout = client.call(f"{API}.layout").data
		territory = next(one for one in layout["filters"] if one["key"] == "c_territory")
		assert territory["doctypes"] == ["Opportunity", "Quotation"]
		assert made["spain"] not in names(client, filters=[["c_territory", "=", "Spain"]])
		row = next(
			one for one in client.call(f"{API}.rows", query={"order_by": "c_territory"}, length=500).data["rows"]
			if one["name"] == made["spain"]
		)  # fmt: skip
		assert "Spain" not in json.dumps(row)
	finally:
		frappe.db.delete(
			"Property Setter", {"doc_type": "Lead", "field_name": "territory", "property": "permlevel"}
		)
		frappe.db.commit()
		frappe.clear_cache(doctype="Lead")


def filtered(*one) -> dict:
	return {"query": {"filters": [list(one)]}}


BAD = {
	"query no json": ("rows", {"query": "{"}, "Query must be a JSON object"),
	"query a list": ("rows", {"query": "[1]"}, "Query must be a JSON object"),
	"unknown part": ("rows", {"query": {"where": 1}}, "Query must be made of"),
	"kind": ("rows", {"query": {"kind": "Orders"}}, "Kind must be one of"),
	"stages": ("rows", {"query": {"stages": "Won"}}, "Stages must be a list"),
	"unknown stage": ("rows", {"query": {"stages": ["Nirvana"]}}, "; it is Nirvana."),
	"order": ("rows", {"query": {"order_by": "name; DROP TABLE"}}, "Order By must be a column"),
	"hidden order": ("rows", {"query": {"order_by": "f_email_id"}}, "Order By must be a column"),
	"direction": ("rows", {"query": {"descending": "down"}}, "Descending must be 0 or 1"),
	"filters": ("rows", {"query": {"filters": {"a": 1}}}, "Filters must be a list"),
	"filter": ("rows", {"query": {"filters": [["c_status"]]}}, "Filter must be a list"),
	"field": ("rows", filtered("password", "=", "x"), "Filter must be a field"),
	"operator": ("rows", filtered("c_status", "; SELECT", "x"), "compared by one of"),
	"number": ("figures", filtered("c_amount", ">", "many"), "Amount must be a number"),
	"infinite": ("rows", filtered("c_amount", ">", "inf"), "Amount must be a number"),
	"date": ("rows", filtered("c_date", "=", "soon"), "must be a date"),
	"between": ("rows", filtered("c_date", "between", ["2026-01-01"]), "two dates"),
	"timespan": ("rows", filtered("c_date", "timespan", "ages"), "Date must be one of"),
	"is": ("rows", filtered("c_date", "is", "there"), "Date must be one of"),
	"in": ("rows", filtered("c_status", "in", []), "a list of values"),
	"tree": ("rows", filtered("c_status", "descendants of", "Open"), "link to a tree"),
	"long": ("rows", filtered("c_customer", "like", "x" * 2000), "at most 1000 characters"),
	"nested": ("rows", filtered("c_customer", "=", {"a": 1}), "a single value"),
	"length": ("rows", {"length": "all"}, "Rows must be a whole number"),
	"too many": ("rows", {"length": 100000}, "Rows must be a whole number"),
	"after": ("rows", {"after": {"Lead": -1}}, "After must be"),
	"after type": ("rows", {"after": {"User": 1}}, "After must be"),
	"job type": ("job", {"doctype": "User", "name": "Administrator"}, "Document Type must be one of"),
	"job name": ("job", {"doctype": "Lead", "name": ""}, "ID must be"),
	"export query": ("export_csv", {"query": {"filters": [["x", "=", 1]]}}, "Filter must be a field"),
}  # fmt: skip


@pytest.mark.committed
@pytest.mark.parametrize("case", BAD)
def test_x5_what_is_sent_wrong_is_refused_in_words(ground, case):
	_made, clients = ground
	method, values, words = BAD[case]
	answer = clients["manager"].call(f"{API}.{method}", **values)
	assert answer.status == 417, (answer.status, answer.raw[:500])
	assert words in answer.raw


@pytest.mark.committed
def test_x5_a_row_of_the_settings_cannot_be_changed_by_itself(ground):
	_made, clients = ground
	row = frappe.db.get_value("Sales Tracker Status", {"status": "Open"}, "name", order_by="idx")
	answer = clients["manager"].put("Sales Tracker Status", row, {"is_active": 0})
	assert answer.status == 403
