"""Frappe HR and Frappe CRM stay whole when the app goes, whichever came first (X1, X7).

`bin/test beside` tries it on two sites: on one ours was installed last, on the other first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import frappe
import pytest

from sales_extensions.constants.custom_fields import CUSTOM_FIELDS
from tests.site import conversations_world as c
from tests.site import http
from tests.site import pipeline_world as p
from tests.site import world as w
from tests.site.conftest import BENCH
from tests.site.test_beside import others  # noqa: F401
from tests.site.test_zz_uninstall import OURS, assert_no_fields_of_ours, frappe_do

from .conftest import Desk
from .test_beside import HR, MANAGER, NO_PATH, look_at, theirs

pytestmark = [pytest.mark.committed, pytest.mark.slow]

#: They tell what happened, the uninstall too, or are made of other rows. In its Permission Log 16 writes of each page
#: that is removed; it is an administrator's record of who could see what, and not an app's to empty.
TELLS = {"tabAccess Log", "tabActivity Log", "tabComment", "tabDeleted Document", "tabError Log",
	"tabInstalled Application", "tabPermission Log", "tabScheduled Job Log", "tabVersion", "__global_search"}  # fmt: skip
#: They change by themselves.
RESTLESS = {"modified", "modified_by", "last_active", "last_login", "last_ip", "last_execution"}

SAVE = """
import frappe
frappe.init(site={site!r}); frappe.connect(); frappe.flags.mute_emails = True
from tests.site import clock, world
clock.set_to_the_day_of_the_tests()
employee = frappe.get_doc("Employee", {{"first_name": "Anna"}}); employee.save()
if "crm" in frappe.get_installed_apps():
	lead = frappe.get_doc({{"doctype": "CRM Lead", "first_name": "Without"}}).insert()
	lead.last_name = "Ours"; lead.save(); lead.delete()
if "hrms" in frappe.get_installed_apps():
	frappe.get_doc({{"doctype": "Job Opening", "job_title": "Miller", "company": world.COMPANY,
		"designation": frappe.get_all("Designation", pluck="name", order_by="name")[0]}}).insert()
order = world.order(500, team={{"Anna": 100}}); order.reload(); order.cancel(); order.delete()
frappe.db.rollback(); print("saved without the app")
"""


def test_x7_uninstall_takes_from_the_others_nothing(site, browsers, others):  # noqa: F811
	p.stages()
	w.target(1000)
	w.order(400, team={"Anna": 100})
	talk = c.conversation(note="Before it goes.")
	frappe.db.set_value("Employee", p.employee("Anna"), "default_conversation_topic", talk.about)
	frappe.get_doc("User", MANAGER).add_roles(*HR)
	frappe.db.commit()
	tables, names, before = ours_tables(), ours_names(), rows()
	frappe_do(site, "uninstall-app", "sales_extensions", "--yes", "--no-backup", "--force")
	try:
		after = rows()
		assert not {table for table, _row in after} & tables
		gone = [(table, row) for table, row in before - after if table not in tables]
		names |= {row[0] for table, row in gone if tells_of(names, (table, row))}  # with the rows under them
		assert [one for one in gone if not tells_of(names, one)] == []
		came = Counter((table, row[0]) for table, row in after - before)
		went = Counter((table, row[0]) for table, row in gone)
		assert came - went == Counter(), "some rows are new"
		assert_no_fields_of_ours()
		assert set(frappe.get_installed_apps()) == {"frappe", "erpnext", *others}
		saved_in_another_process(site)
		with http.serve(site, BENCH / "sites") as url:
			assert_desk_opens(browsers, url, others)
	finally:
		frappe_do(site, "install-app", "sales_extensions")
		frappe.get_doc("User", MANAGER).remove_roles(*HR)
		frappe.get_doc("User", "upsell@example.com").add_roles("Upsell Tracking")
		w.wipe()


def rows() -> Counter:
	"""All rows of all tables, each as a table's name and its values; first the column by which a row is known."""
	columns: dict[str, list[str]] = {}
	for table, column in frappe.db.sql(
		"""SELECT c.table_name, c.column_name FROM information_schema.columns c
		JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
		ORDER BY 1, c.column_name <> 'name', c.ordinal_position"""
	):
		columns.setdefault(table, []).append(column)
	fields = {
		f"tab{doctype}": {one["fieldname"] for one in added} for doctype, added in CUSTOM_FIELDS.items()
	}
	found: Counter = Counter()
	for table, known in columns.items():
		if table in TELLS:
			continue
		kept = ", ".join(f"`{one}`" for one in known if one not in RESTLESS | fields.get(table, set()))
		where = "WHERE field NOT IN ('modified', 'modified_by')" if table == "tabSingles" else ""
		found.update((table, row) for row in frappe.db.sql(f"SELECT {kept} FROM `{table}` {where}"))
	return found


def ours_tables() -> set[str]:
	return {f"tab{one}" for one in frappe.get_all("DocType", {"module": OURS}, pluck="name", order_by="name")}


def ours_names() -> set[str]:
	"""What the app calls its records, of every kind that knows of modules."""
	kinds = frappe.get_all(
		"DocField", {"fieldname": "module", "fieldtype": "Link", "options": "Module Def"}, pluck="parent",
		order_by="parent",
	)  # fmt: skip
	named = {OURS, "sales_extensions", "Upsell Tracking"}
	for kind in (*kinds, "DocType"):
		named.update(frappe.get_all(kind, {"module": OURS}, pluck="name", order_by="name"))
	named.update(frappe.get_all("Onboarding Step Map", {"parent": OURS}, pluck="step", order_by="idx"))
	return named


def tells_of(names: set[str], entry: tuple[str, tuple]) -> bool:
	"""Whether a row names something of ours."""
	_table, row = entry
	return any(value in names or "sales_extensions" in value for value in row if isinstance(value, str))


def saved_in_another_process(site: str) -> None:
	"""It knows nothing of the app: what the others and ERPNext have is saved."""
	done = subprocess.run(
		[sys.executable, "-c", SAVE.format(site=site)], cwd=BENCH / "sites", capture_output=True, text=True,
		env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
	)  # fmt: skip
	assert "saved without the app" in done.stdout, done.stderr[-3000:]


def assert_desk_opens(browsers, url: str, others: set[str]) -> None:  # noqa: F811
	viewer = Desk(browsers, url, MANAGER, w.PASSWORD)
	forms = [f"employee/{p.employee('Anna')}", "customer/Shop One"]
	look_at(viewer, ["home", *forms], "without")
	for app in sorted(others):
		look_at(viewer, theirs(MANAGER, app), "without", NO_PATH)
	viewer.close()
