"""Install, migrate, uninstall: ERPNext is left as it was (X1). Last, since it takes the app away and back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import frappe
import pytest

from sales_extensions import install

from . import world
from .conftest import BENCH

pytestmark = [pytest.mark.committed, pytest.mark.slow]

OURS = "Sales Extensions"


def frappe_do(site: str, *args: str) -> None:
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *args]
	frappe.db.rollback()  # an open transaction would hold up every ALTER TABLE
	done = subprocess.run(command, cwd=BENCH / "sites", capture_output=True, text=True, timeout=300)
	assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
	frappe.db.rollback()
	frappe.local.request_cache.clear()  # this process lives on, and would share the hooks it knew
	frappe.clear_cache()


def records() -> dict[str, object]:
	"""Tables and columns, settings, and what the app keeps among the framework's records."""
	columns = frappe.db.sql(
		"""SELECT table_name, column_name, column_type, column_key FROM information_schema.columns
		WHERE table_schema = DATABASE() ORDER BY 1, 2"""
	)
	indexes = frappe.db.sql(
		"""SELECT table_name, index_name, seq_in_index, column_name FROM information_schema.statistics
		WHERE table_schema = DATABASE() ORDER BY 1, 2, 3"""
	)
	by_module = {
		doctype: sorted(frappe.get_all(doctype, {"module": OURS}, pluck="name"))
		for doctype in ("DocType", "Report", "Workspace", "Page", "Print Format", "Dashboard Chart", "Number Card",
			"Dashboard Chart Source", "Notification", "Module Def", "Role", "Custom Field", "Property Setter", "Web Form")
		if frappe.get_meta(doctype).has_field("module")
	}  # fmt: skip
	counted = {
		doctype: frappe.db.count(doctype)
		for doctype in (
			"Custom Field",
			"Property Setter",
			"Custom DocPerm",
			"Role",
			"DocType",
			"Workspace",
			"Report",
		)
	}
	return {
		"columns": columns,
		"indexes": indexes,
		"settings": sorted(frappe.db.get_singles_dict("Sales Extensions Settings").items()),
		"by_module": by_module,
		"counted": counted,
		"rows": {
			name: frappe.db.count(name) for name in by_module["DocType"] if frappe.db.table_exists(name)
		},
	}


@pytest.mark.parametrize(
	("app", "version", "words"),
	[("erpnext", "14.66.1", "supports erpnext from 15.40 to before 16.0"), ("frappe", "15.39.9", "this bench has 15.39.9"),
		("frappe", "16.0.0-dev", "Update frappe")],
)  # fmt: skip
def test_X1_unsupported_version_is_refused(monkeypatch, app, version, words):
	module = frappe.get_module(app)
	monkeypatch.setattr(module, "__version__", version)
	with pytest.raises(click.ClickException, match=words):
		install.before_install()


def test_X1_supported_versions_pass():
	install.before_install()
	install.before_migrate()


def test_X1_migrate_twice_changes_nothing(site, wiped):
	world.policy(closed_order_credit="Full Amount", allow_overlay_allocation=1)
	target = world.target(10_000)
	world.order(1000, team={"Anna": 100})
	frappe.db.commit()
	frappe_do(site, "migrate", "--skip-search-index")
	before, booked = records(), world.entries(target)
	frappe_do(site, "migrate", "--skip-search-index")
	after = records()
	for part in before:
		assert after[part] == before[part], part
	assert world.entries(target) == booked
	assert dict(after["settings"])["closed_order_credit"] == "Full Amount"
	world.assert_sound()


def test_X1_uninstall_leaves_no_trace_and_install_fills_again(site, wiped):
	target = world.target(10_000)
	order = world.order(1000, team={"Anna": 100})
	world.allocation(order.name, world.percent("Bob", 10))
	world.policy(enable_upsell_tracking=1)
	frappe.db.commit()
	tracked = world.order(700)
	assert len(world.credits(tracked)) == 1
	frappe.share.add("Sales Target", target.name, "anna@example.com", read=1)
	frappe.db.commit()
	ours = records()["by_module"]["DocType"]
	frappe_do(site, "uninstall-app", "sales_extensions", "--yes", "--no-backup", "--force")
	try:
		assert "sales_extensions" not in frappe.get_installed_apps()
		assert frappe.db.sql_list("SELECT name FROM tabDocType WHERE module = %s", OURS) == []
		assert [
			table for table in frappe.db.get_tables(cached=False) if table.removeprefix("tab") in ours
		] == []
		assert not frappe.db.exists("Module Def", OURS)
		assert not frappe.db.exists("Role", "Upsell Tracking")
		assert not frappe.db.exists("Has Role", {"role": "Upsell Tracking"})
		for table, column in linking_columns():
			assert frappe.db.sql(f"SELECT 1 FROM `{table}` WHERE `{column}` IN %s LIMIT 1", (ours,)) == (), (
				table,
				column,
			)
		assert frappe.db.sql("SELECT 1 FROM tabSingles WHERE doctype IN %s", (ours,)) == ()
		in_another_process(site, "saved without the app")
	finally:
		frappe_do(site, "install-app", "sales_extensions")
		frappe.db.commit()
	again = world.target(10_000)
	assert world.figures(again)[:2] == (1000, 1)
	world.assert_sound()


def linking_columns() -> list[tuple[str, str]]:
	"""Where the framework and ERPNext keep names of DocTypes."""
	return [
		(f"tab{parent}", fieldname)
		for parent, fieldname in frappe.db.sql(
			"""SELECT f.parent, f.fieldname FROM tabDocField f JOIN tabDocType d ON d.name = f.parent
			WHERE f.fieldtype = 'Link' AND f.options = 'DocType' AND d.issingle = 0 AND d.is_virtual = 0
			AND f.parent NOT IN ('Access Log', 'Activity Log', 'Error Log', 'Deleted Document', 'Sales Target Entry')"""
		)
		if frappe.db.table_exists(parent)
	]


SAVE = """
import frappe
frappe.init(site={site!r}); frappe.connect(); frappe.flags.mute_emails = True
from tests.site import world
order = world.order(500, team={{"Anna": 100}}); order.reload(); order.cancel(); order.delete()
frappe.db.rollback(); print({words!r})
"""


def in_another_process(site: str, words: str) -> None:
	"""A fresh process knows nothing of the app: an order is saved, cancelled and deleted."""
	root = Path(__file__).parents[2]
	done = subprocess.run(
		[sys.executable, "-c", SAVE.format(site=site, words=words)],
		cwd=BENCH / "sites", env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True,
	)  # fmt: skip
	assert words in done.stdout, done.stderr[-3000:]
