"""A site of line 15, with a year of everything, restored on line 16 and migrated there (V3)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import frappe
import pytest

from sales_extensions import cli, ledger, lines
from tests.site.conftest import pytest_configure, served, server, site, transaction  # noqa: F401
from tests.upgrade.export import export
from tests.upgrade.held import columns, held

HELD = Path(os.environ["SALES_EXTENSIONS_YEAR"]) / "held.json"
OWN_WORKSPACES = ("My Sales", "Team Sales", "Sales Extensions")


@pytest.fixture(scope="module")
def before(site):  # noqa: F811
	return json.loads(HELD.read_text())


def test_V3_the_ledger_is_sound():
	assert ledger.verify() == []


def test_V3_no_row_was_written_changed_or_lost(before):
	now = json.loads(json.dumps(held(), default=str))["rows"]
	for doctype, rows in before["rows"].items():
		assert rows.keys() == now[doctype].keys(), doctype
		for name, row in rows.items():
			assert {column: now[doctype][name].get(column) for column in row} == row, (doctype, name)


def test_V3_each_target_has_its_figures(before):
	assert len(before["targets"]) == 9 and any(row["order_count"] for row in before["targets"].values())
	now = json.loads(json.dumps(held(), default=str))["targets"]
	assert now == before["targets"]


def test_V3_the_export_replays_to_the_cent(tmp_path, capsys):
	export(tmp_path)
	assert cli.main(["replay", str(tmp_path), "--compare", str(tmp_path / "entries.csv")]) == 0, (
		capsys.readouterr()
	)


def test_V3_the_tracker_keeps_its_columns_by_the_names_they_have_here(before):
	assert {key: list(found) for key, found in columns().items()} == before["tracker"]
	settings = frappe.get_doc("Sales Tracker Settings")
	for row in settings.tracker_fields:
		assert lines.field(row.document_type, row.fieldname) == row.fieldname
	settings.save()


@pytest.mark.parametrize("user", ["anna@example.com", "manager@example.com", "Administrator"])
def test_V3_each_workspace_opens(user):
	from frappe.desk.desktop import get_desktop_page, get_workspace_sidebar_items

	frappe.set_user(user)
	pages = {page["title"]: page for page in get_workspace_sidebar_items()["pages"]}
	own = [page for title, page in pages.items() if title in OWN_WORKSPACES]
	assert own
	for page in own:
		assert get_desktop_page(
			json.dumps({"name": page["name"], "title": page["title"], "public": 1}, default=str)
		)


def test_V3_the_customers_tab_stands_among_the_others():
	fields = [field.fieldname for field in frappe.get_meta("Customer").fields]
	tab = next(field for field in fields if "conversations" in field and field.endswith("tab"))
	connections = next(field for field in ("connections_tab", "dashboard_tab") if field in fields)
	assert fields.index(tab) > fields.index(connections)
