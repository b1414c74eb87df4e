"""Install, migrate, uninstall: ERPNext is left as it was (X1). Last, since it takes the app away and back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import frappe
import pytest

from sales_extensions import desk, install
from sales_extensions.constants.custom_fields import CUSTOM_FIELDS
from sales_extensions.conversations import board, notes

from . import clock, world
from . import conversations_world as cw
from .conftest import BENCH

pytestmark = [pytest.mark.committed, pytest.mark.slow]

OURS = "Sales Extensions"


def frappe_do(site: str, *args: str) -> None:
	command = clock.framework("--site", site, *args)
	frappe.db.rollback()  # an open transaction would hold up every ALTER TABLE
	done = subprocess.run(
		command, cwd=BENCH / "sites", env=clock.around(), capture_output=True, text=True, timeout=300
	)
	assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
	frappe.db.rollback()
	frappe.local.request_cache.clear()  # this process lives on, and would share the hooks it knew
	frappe.clear_cache()


def records_of_indexes() -> tuple[tuple, ...]:
	return frappe.db.sql(
		"""SELECT table_name, index_name, seq_in_index, column_name FROM information_schema.statistics
		WHERE table_schema = DATABASE() ORDER BY 1, 2, 3"""
	)


def records() -> dict[str, object]:
	"""Tables and columns, settings, and what the app keeps among the framework's records."""
	columns = frappe.db.sql(
		"""SELECT table_name, column_name, column_type, column_key FROM information_schema.columns
		WHERE table_schema = DATABASE() ORDER BY 1, 2"""
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
			"Custom HTML Block",
			"DocType",
			"Form Tour",
			"Module Onboarding",
			"Onboarding Step",
			"Workspace",
			"Report",
		)
	}
	return {
		"columns": columns,
		"indexes": records_of_indexes(),
		"settings": sorted(frappe.db.get_singles_dict("Sales Extensions Settings").items()),
		"by_module": by_module,
		"counted": counted,
		"rows": {
			name: frappe.db.count(name) for name in by_module["DocType"] if frappe.db.table_exists(name)
		},
	}


@pytest.mark.parametrize(
	("app", "version", "words"),
	[("erpnext", "14.66.1", "supports erpnext from 15.40 to before 17.0"), ("frappe", "15.39.9", "this bench has 15.39.9"),
		("frappe", "17.0.0-dev", "Update frappe")],
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
	cw.conversation(note="Zz secret", is_private=1)
	frappe.db.set_value("Employee", {"first_name": "Anna"}, "default_conversation_topic", "Offer")
	frappe.db.commit()
	ours = records()["by_module"]["DocType"]
	tiles = desk.names()
	planted = Planted()
	frappe_do(site, "uninstall-app", "sales_extensions", "--yes", "--no-backup", "--force")
	try:
		assert "sales_extensions" not in frappe.get_installed_apps()
		assert frappe.db.sql_list("SELECT name FROM tabDocType WHERE module = %s", OURS) == []
		assert [row for row in records_of_indexes() if row[1].startswith("sales_extensions")] == []
		assert [
			table for table in frappe.db.get_tables(cached=False) if table.removeprefix("tab") in ours
		] == []
		assert not frappe.db.exists("Module Def", OURS)
		assert_no_fields_of_ours()
		assert not frappe.db.exists("Kanban Board", board.BOARD)
		assert [frappe.get_all(kind, {"name": ("in", names)}) for kind, names in tiles.items()] == [[]] * len(
			tiles
		)
		assert not frappe.db.sql("SELECT 1 FROM __Auth WHERE doctype = %s", notes.STORE)
		assert not frappe.db.exists("Role", "Upsell Tracking")
		assert not frappe.db.exists("Has Role", {"role": "Upsell Tracking"})
		for table, column in linking_columns():
			assert frappe.db.sql(f"SELECT 1 FROM `{table}` WHERE `{column}` IN %s LIMIT 1", (ours,)) == (), (
				table,
				column,
			)
		assert frappe.db.sql("SELECT 1 FROM tabSingles WHERE doctype IN %s", (ours,)) == ()
		planted.assert_only_ours_went()
		in_another_process(site, SAVE, "saved without the app")
		in_another_process(site, FAIL_TO_INSTALL, "is not listed as installed")
		frappe.db.rollback()
		frappe.clear_cache()
		assert "sales_extensions" not in frappe.get_installed_apps()
	finally:
		frappe_do(site, "install-app", "sales_extensions")
		assert desk.names() == tiles
		planted.remove()
		frappe.get_doc("User", TRACKER).add_roles(ROLE)
		frappe.db.commit()
	again = world.target(10_000)
	assert world.figures(again)[:2] == (1000, 1)
	world.assert_sound()


def assert_no_fields_of_ours() -> None:
	assert not frappe.db.exists("Custom Field", {"module": OURS})
	for doctype, fields in CUSTOM_FIELDS.items():
		columns = frappe.db.sql_list(
			"""SELECT column_name FROM information_schema.columns
			WHERE table_schema = DATABASE() AND table_name = %s""",
			f"tab{doctype}",
		)
		assert not {field["fieldname"] for field in fields} & set(columns), doctype


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


# --- what people made for the app ---------------------------------------------------------------

ROLE, TRACKER = "Upsell Tracking", "upsell@example.com"
LETTER, REMEMBERED = "Zz Letter", "Zz remembered"


def made_for(doctype: str, report: str, role: str, tag: str) -> list[dict]:
	"""One record of each kind that people make for a DocType, a report or a role."""
	about = {"reference_doctype": doctype, "reference_name": tag}
	script = {"script_type": "DocType Event", "doctype_event": "After Save", "script": "pass", "disabled": 1}
	return [
		{"doctype": "Property Setter", "doc_type": doctype, "doctype_or_field": "DocType",
			"property": "max_attachments", "property_type": "Int", "value": "9"},
		{"doctype": "Client Script", "dt": doctype, "name": f"{tag} Client", "script": "//"},
		{"doctype": "Server Script", "name": f"{tag} Server", "reference_doctype": doctype, **script},
		{"doctype": "Report", "report_name": f"{tag} Report", "ref_doctype": doctype, "is_standard": "No",
			"report_type": "Report Builder", "roles": [{"role": "Sales User"}]},
		{"doctype": "Auto Email Report", "name": f"{tag} Mail", "report": report, "user": "Administrator"},
		{"doctype": "Auto Email Report", "name": f"{tag} Own Mail", "report": f"{tag} Report",
			"user": "Administrator"},
		{"doctype": "Prepared Report", "report_name": report, "status": "Completed"},
		{"doctype": "Notification", "name": f"{tag} Notice", "document_type": doctype, "enabled": 0,
			"event": "New", "recipients": [{"receiver_by_role": "Sales User"}]},
		{"doctype": "Dashboard Chart", "chart_name": f"{tag} Chart", "document_type": doctype,
			"chart_type": "Count", "roles": [{"role": role}]},
		{"doctype": "Dashboard Chart", "chart_name": f"{tag} Report Chart", "report_name": report,
			"chart_type": "Report"},
		{"doctype": "Number Card", "label": f"{tag} Card", "document_type": doctype, "type": "Document Type"},
		{"doctype": "Kanban Board", "kanban_board_name": f"{tag} Board", "reference_doctype": doctype,
			"field_name": "status", "columns": [{"column_name": "Open"}]},
		{"doctype": "ToDo", "reference_type": doctype, "reference_name": tag, "description": tag},
		{"doctype": "User Permission", "user": TRACKER, "allow": doctype, "for_value": tag},
		{"doctype": "User Permission", "user": TRACKER, "allow": "Brand", "for_value": tag,
			"apply_to_all_doctypes": 0, "applicable_for": doctype},
		{"doctype": "List Filter", "filter_name": tag, "reference_doctype": doctype, "filters": "[]"},
		{"doctype": "Tag Link", "document_type": doctype, "document_name": tag, "tag": tag},
		{"doctype": "Document Follow", "ref_doctype": doctype, "ref_docname": tag, "user": TRACKER},
		{"doctype": "Assignment Rule", "name": f"{tag} Rule", "document_type": doctype, "disabled": 1,
			"users": [{"user": TRACKER}]},
		{"doctype": "Webhook", "name": f"{tag} Hook", "webhook_doctype": doctype, "enabled": 0,
			"webhook_docevent": "after_insert", "request_url": "https://example.com"},
		{"doctype": "Print Format", "name": f"{tag} Print", "doc_type": doctype, "standard": "No"},
		{"doctype": "Comment", "comment_type": "Comment", "content": tag, **about},
		{"doctype": "Comment", "comment_type": "Comment", "reference_doctype": "Report",
			"reference_name": report},
		{"doctype": "Custom DocPerm", "parent": doctype, "role": "Sales User", "read": 1},
		{"doctype": "Custom DocPerm", "parent": "Brand", "role": role, "read": 1},
		{"doctype": "Workflow", "workflow_name": f"{tag} Workflow", "document_type": doctype, "is_active": 0,
			"states": [{"state": "Open", "allow_edit": "Sales User"}]},
	]  # fmt: skip


def with_rows_of(doctype: str, report: str, role: str, chart: str) -> list[dict]:
	"""Records of others, with rows that name a DocType, a report, a role, or a chart that was made for these."""
	tag = f"Zz {doctype}"
	return [
		{"doctype": "Dashboard", "dashboard_name": f"{tag} Dashboard", "charts": [{"chart": chart}]},
		{"doctype": "Workspace", "title": f"{tag} Space", "label": f"{tag} Space", "content": "[]",
			"links": [{"label": "a", "type": "Link", "link_type": "DocType", "link_to": doctype},
				{"label": "b", "type": "Link", "link_type": "Report", "link_to": report}],
			"shortcuts": [{"label": "a", "type": "DocType", "link_to": doctype},
				{"label": "b", "type": "Report", "link_to": report}]},
		{"doctype": "Notification", "name": f"{tag} Told", "document_type": "Brand", "enabled": 0,
			"event": "New", "recipients": [{"receiver_by_role": role}]},
		{"doctype": "Event", "subject": tag, "starts_on": "2026-01-01",
			"event_participants": [{"reference_doctype": doctype, "reference_docname": tag}]},
	]  # fmt: skip


class Planted:
	"""Records for the app, and such as these for others; committed."""

	OURS = ("Sales Target", "Crew", ROLE)
	OTHERS = ("Brand", "Sales Analytics", "Sales User")

	def __init__(self):
		self.ours = [put(values) for values in made_for(*self.OURS, "Zz Ours")]
		self.foreign = [put(values) for values in made_for(*self.OTHERS, "Zz Foreign")]
		self.emptied = [put(values) for values in with_rows_of(*self.OURS, "Zz Ours Chart")]
		self.full = [put(values) for values in with_rows_of(*self.OTHERS, "Zz Foreign Chart")]
		self.letters = [
			put({"doctype": "Communication", "subject": LETTER, "reference_doctype": doctype, "reference_name": "x"})
			for doctype in (self.OURS[0], self.OTHERS[0])
		]  # fmt: skip
		self.logs = [
			put({"doctype": "Error Log", "method": REMEMBERED, "reference_doctype": "Sales Target"}),
			put({"doctype": "Activity Log", "subject": REMEMBERED, "reference_doctype": "Sales Target"}),
			put({"doctype": "Version", "ref_doctype": "Brand", "docname": "x", "data": "{}"}),
		]
		if frappe.db.exists("DocType", "Permission Log"):  # of 16
			changed = {"for_doctype": "DocType", "for_document": "Sales Target", "status": "Removed"}
			self.logs.append(put({"doctype": "Permission Log", "changes": "{}", **changed}))
		self.files = [file_of(doctype) for doctype in (self.OURS[0], self.OTHERS[0])]
		self.full.append(
			put(
				{"doctype": "Workflow", "workflow_name": "Zz Flow", "document_type": "Brand", "is_active": 0,
					"states": [{"state": "Open", "allow_edit": ROLE}],
					"transitions": [{"state": "Open", "action": "Approve", "next_state": "Open", "allowed": ROLE}]}
			)
		)  # fmt: skip
		self.fields = [
			field_of("Sales Target", "Data"),
			field_of("Brand", "Link", "Sales Target"),
			field_of("Brand", "Link", "Customer"),
		]
		frappe.db.set_value("Company", world.COMPANY, "exception_budget_approver_role", ROLE)
		frappe.db.set_single_value("Selling Settings", "role_to_override_stop_action", ROLE)
		frappe.db.set_single_value("Stock Settings", "stock_auth_role", "Sales User")
		frappe.db.set_value("User", TRACKER, "default_workspace", OURS)
		frappe.db.commit()
		self.children = [rows_under(one) for one in (*self.foreign, *self.full)]
		self.users = frappe.db.count("User")

	def assert_only_ours_went(self) -> None:
		for doc in self.ours:
			assert not frappe.db.exists(doc.doctype, doc.name), (doc.doctype, doc.name)
			assert not rows_under(doc), (doc.doctype, doc.name)
		for doc in (*self.foreign, *self.emptied, *self.full, *self.logs, *self.letters):
			assert frappe.db.exists(doc.doctype, doc.name), (doc.doctype, doc.name)
		for doc in self.emptied:
			assert not rows_under(doc), (doc.doctype, doc.name)
		assert [rows_under(one) for one in (*self.foreign, *self.full)] == self.children
		assert [frappe.db.get_value("Communication", one.name, "reference_doctype") for one in self.letters] == [
			None, "Brand",
		]  # fmt: skip
		kept = [(bool(frappe.db.exists("File", name)), path.exists()) for name, path in self.files]
		assert kept == [(False, False), (True, True)]
		assert [bool(frappe.db.exists("Custom Field", one)) for one in self.fields] == [False, False, True]
		assert not frappe.db.get_value("Company", world.COMPANY, "exception_budget_approver_role")
		assert not frappe.db.get_single_value("Selling Settings", "role_to_override_stop_action")
		assert frappe.db.get_single_value("Stock Settings", "stock_auth_role") == "Sales User"
		assert not frappe.db.get_value("User", TRACKER, "default_workspace")
		assert frappe.db.count("User") == self.users

	def remove(self) -> None:
		frappe.db.set_single_value("Stock Settings", "stock_auth_role", "")
		for doc in (*self.ours, *self.foreign, *self.emptied, *self.full, *self.logs, *self.letters):
			for field in frappe.get_meta(doc.doctype).get_table_fields():
				frappe.db.delete(field.options, {"parenttype": doc.doctype, "parent": doc.name})
			frappe.db.delete(doc.doctype, {"name": doc.name})
		for name, _path in self.files:
			frappe.delete_doc("File", name, force=True, ignore_missing=True)
		for name in self.fields:
			frappe.delete_doc("Custom Field", name, force=True, ignore_missing=True)
		for column in ("zz_sales_target", "zz_customer"):
			frappe.db.sql_ddl(f"ALTER TABLE tabBrand DROP COLUMN IF EXISTS {column}")
		frappe.clear_cache()


def put(values: dict):
	"""As a row: what its controller would do is not what is tested."""
	doc = frappe.get_doc(values)
	named_by = (frappe.get_meta(doc.doctype).autoname or "").removeprefix("field:")
	doc.name = values.get("name") or values.get(named_by) or frappe.generate_hash(length=10)
	doc.db_insert()
	for at, row in enumerate(doc.get_all_children(), 1):
		row.parent, row.parenttype, row.idx = doc.name, doc.doctype, at
		row.db_insert()
	return doc


def rows_under(doc) -> dict[str, int]:
	"""Numbers of child rows by doctype."""
	counted = {
		field.options: frappe.db.count(field.options, {"parenttype": doc.doctype, "parent": doc.name})
		for field in frappe.get_meta(doc.doctype).get_table_fields()
	}
	return {doctype: count for doctype, count in counted.items() if count}


def file_of(doctype: str) -> tuple[str, Path]:
	made = frappe.get_doc(
		{"doctype": "File", "file_name": f"zz {doctype}.txt", "content": f"of {doctype}", "is_private": 1}
	).insert()
	frappe.db.set_value("File", made.name, {"attached_to_doctype": doctype, "attached_to_name": "x"})
	return made.name, Path(made.get_full_path())


def field_of(doctype: str, fieldtype: str, options: str = "") -> str:
	values = {"fieldname": f"zz_{frappe.scrub(options or fieldtype)}", "label": "Zz", "fieldtype": fieldtype}
	return (
		frappe.get_doc({"doctype": "Custom Field", "dt": doctype, "options": options, **values}).insert().name
	)


# --- without the app ----------------------------------------------------------------------------

SAVE = """
import frappe
frappe.init(site={site!r}); frappe.connect(); frappe.flags.mute_emails = True
from tests.site import clock, world
clock.set_to_the_day_of_the_tests()
order = world.order(500, team={{"Anna": 100}}); order.reload(); order.cancel(); order.delete()
frappe.db.rollback(); print({words!r})
"""


FAIL_TO_INSTALL = """
import frappe
frappe.init(site={site!r}); frappe.connect()
from frappe.installer import install_app
from sales_extensions import install
def seed_tracker():
	raise ValueError("no seed")
install.seed_tracker = seed_tracker
try:
	install_app("sales_extensions")
except ValueError:
	assert "sales_extensions" not in frappe.get_installed_apps()
	frappe.db.commit()
"""


def in_another_process(site: str, script: str, words: str) -> None:
	"""A fresh process knows nothing of the app: an order is saved, cancelled and deleted, or the app is installed."""
	root = Path(__file__).parents[2]
	frappe.db.rollback()  # a table that this one has read in its transaction could not be altered there
	done = subprocess.run(
		[sys.executable, "-c", script.format(site=site, words=words)], timeout=300,
		cwd=BENCH / "sites", env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True,
	)  # fmt: skip
	assert words in done.stdout, done.stderr[-3000:]
