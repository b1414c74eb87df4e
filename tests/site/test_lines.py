"""One code base on each line of Frappe and ERPNext: what a site brings from another line is found again (V1, V3)."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import hooks, install, ledger, lines, permissions
from sales_extensions.api import books, tracker
from sales_extensions.constants import custom_fields
from sales_extensions.conversations import notes
from sales_extensions.tasks import notify
from sales_extensions.tracker import jobs, settings

from . import tracker_world, world
from .http import Client

TAB, HISTORY = custom_fields.TAB, custom_fields.HISTORY
TABLE = "Sales Tracker Field"


def order_of_customer() -> list[str]:
	return [df.fieldname for df in frappe.get_meta("Customer").fields]


def row_of(label: str, doctype: str) -> dict:
	named = {"parent": settings.SETTINGS, "label": label, "document_type": doctype}
	return frappe.db.get_value(TABLE, named, ["name", "fieldname", "width", "visible"], as_dict=True)


def test_v1_a_field_is_found_by_either_name():
	assert lines.field("Lead", "title") == "title"
	for doctype in ("Lead", "Opportunity", "Quotation"):
		for name in ("title", "source"):
			assert frappe.db.has_column(doctype, lines.field(doctype, name))
	assert lines.field("Quotation", "no_such_field") is None
	assert lines.field("Quotation", "_assign") == "_assign"


def test_v1_the_tab_of_conversations_follows_the_connections():
	order = order_of_customer()
	place = order.index(lines.field("Customer", "dashboard_tab"))
	assert order[place + 1 : place + 3] == [TAB, HISTORY]


def test_v3_a_tab_that_stands_after_a_lost_one_moves_and_one_that_was_placed_stays(monkeypatch):
	here = lines.field("Customer", "dashboard_tab")
	lost = {"Customer": custom_fields.conversations_tab("zz_tab")}
	monkeypatch.setattr(install, "CUSTOM_FIELDS", lost)
	monkeypatch.setattr(lines, "OTHER_NAMES", {"zz_tab": here})
	frappe.db.set_value("Custom Field", f"Customer-{TAB}", "insert_after", "zz_tab")
	frappe.clear_cache(doctype="Customer")
	for _time in range(2):
		install.follow_names()
		place = order_of_customer().index(here)
		assert order_of_customer()[place + 1 : place + 3] == [TAB, HISTORY]

	frappe.db.set_value("Custom Field", f"Customer-{TAB}", "insert_after", "customer_name")
	install.follow_names()
	assert frappe.db.get_value("Custom Field", f"Customer-{TAB}", "insert_after") == "customer_name"
	frappe.clear_cache(doctype="Customer")


@pytest.mark.parametrize("doctype", ["Lead", "Opportunity", "Quotation"])
def test_v3_rows_of_the_tracker_follow_their_fields_and_keep_label_and_width(monkeypatch, doctype):
	doc = frappe.get_doc(settings.SETTINGS)
	row = next(one for one in doc.tracker_fields if (one.document_type, one.label) == (doctype, "Customer"))
	here = row.fieldname
	row.label, row.width, row.visible = "Who", 333, 0
	doc.save()
	frappe.db.set_value(TABLE, row.name, "fieldname", "zz_name")
	monkeypatch.setattr(lines, "OTHER_NAMES", {"zz_name": here, "zz_unknown": "zz_unknown_too"})
	for _time in range(2):
		install.follow_names()
		assert row_of("Who", doctype) == {"name": row.name, "fieldname": here, "width": 333, "visible": 0}
	frappe.get_doc(settings.SETTINGS).save()


def test_v3_a_stage_follows_the_field_that_decides(monkeypatch):
	doc = frappe.get_doc(settings.SETTINGS)
	doc.stages[0].condition_field, doc.stages[0].condition_value = "status", "Open"
	doc.save()
	stage = doc.stages[0].name
	frappe.db.set_value("Sales Tracker Stage", stage, "condition_field", "zz_status")
	monkeypatch.setattr(lines, "OTHER_NAMES", {"zz_status": "status"})
	install.follow_names()
	assert frappe.db.get_value("Sales Tracker Stage", stage, "condition_field") == "status"


def test_v1_the_tracker_has_a_column_for_each_field_that_it_is_seeded_with():
	tracker_world.lead("Fresh")
	found = {column.label: set(column.fields) for column in jobs.View().columns}
	for label, (_width, _visible, *names) in settings.FIELDS.items():
		assert found[label] == {
			doctype for doctype, name in zip(settings.DOCTYPES, names, strict=True) if name
		}, label


def test_v1_the_key_of_private_notes_is_made_with_the_app():
	assert frappe.get_site_config().get("encryption_key")


def test_v1_a_process_that_remembers_no_key_makes_no_second_one(monkeypatch):
	key = frappe.get_site_config()["encryption_key"]
	remembered = frappe._dict(frappe.local.conf)
	remembered.pop("encryption_key")
	monkeypatch.setattr(frappe.local, "conf", remembered)
	notes.keep("zz-note", "Zebra")
	assert frappe.get_site_config()["encryption_key"] == key
	assert notes.stored("zz-note") == "Zebra"


@pytest.fixture
def full_queue(monkeypatch):
	"""As the framework finds it: fewer jobs may wait than none."""
	monkeypatch.setattr(frappe.local, "conf", frappe._dict(frappe.local.conf, max_queued_jobs=-(10**6)))


@pytest.mark.parametrize("user", ["manager@example.com", "Administrator"])
def test_t7_a_full_queue_refuses_nobody_who_saves(full_queue, user):
	"""Nor one who may not see the framework's report on it."""
	world.order(1000, team={"Anna": 100})
	frappe.set_user(user)
	target = world.target(10_000)
	assert world.figures(target)[:2] == (1000, 1)
	assert ledger.restate("Rebuild", [target.name], snapshot_is_old=True), "a run waits for the hourly look"
	assert "Too many" not in str(frappe.local.message_log)


@pytest.mark.parametrize("user", ["manager@example.com", "Administrator"])
def test_t7_who_saves_is_shown_nothing_of_a_notice_that_a_full_queue_does_not_take(
	full_queue, monkeypatch, user
):
	frappe.set_user(user)
	before = frappe.db.count("Error Log", {"method": ("like", "Notice of Sales Extensions%")})
	told = len(frappe.local.message_log)
	monkeypatch.setattr(notify, "wants", lambda _notice: True)
	notify._later(notify.Notice.TARGET_REACHED, "tell_reached", target="x", occasion="y")
	frappe.db.after_commit.run()
	assert frappe.local.message_log[told:] == []
	assert frappe.db.count("Error Log", {"method": ("like", "Notice of Sales Extensions%")}) == before + 1


def test_t7_who_starts_a_reconcile_is_told_that_the_queue_is_full(full_queue, monkeypatch):
	monkeypatch.setattr("frappe.utils.background_jobs.get_job", lambda _job: None)  # one of before waits
	frappe.set_user("manager@example.com")
	with pytest.raises(frappe.ValidationError, match="Too many jobs wait"):
		books.reconcile()


# --- conditions on what a user may read ---------------------------------------------------------

PERCENT, READER = "50% O'Hare %s", "upsell@example.com"


@pytest.fixture
def of_percent():
	"""A seller and a territory whose names have what stands for a value in SQL; READER may see no other."""
	for doctype, field, parent in (
		("Sales Person", "sales_person_name", "North Team"),
		("Territory", "territory_name", "Europe"),
	):
		above = {f"parent_{frappe.scrub(doctype)}": parent}
		frappe.get_doc({"doctype": doctype, field: PERCENT, **above}).insert()
		frappe.get_doc(
			{"doctype": "User Permission", "user": READER, "allow": doctype, "for_value": PERCENT}
		).insert()
	yield
	frappe.cache.hdel("user_permissions", READER)  # the rollback takes back what it was made of


@pytest.mark.parametrize("doctype", sorted(hooks.permission_query_conditions))
def test_v1_names_with_percent_restrict_each_list_of_ours(of_percent, doctype):
	world.target(100, ("Anna",))
	frappe.set_user(READER)
	if frappe.has_permission(doctype, "read"):
		frappe.get_list(doctype)
	assert "%" in frappe.get_attr(hooks.permission_query_conditions[doctype])(READER, doctype)


def test_v1_a_target_of_a_seller_with_percent_in_the_name_is_the_only_one_listed(of_percent):
	world.target(100, ("Anna",))
	seen = world.target(100, (PERCENT,))
	frappe.set_user(READER)
	assert frappe.get_list("Sales Target", pluck="name") == [seen.name]


def test_v1_what_another_app_tells_the_lists_holds_in_the_tracker_and_for_what_follows_from_a_document(
	monkeypatch,
):
	seen, hidden = tracker_world.lead("Wind 5%"), tracker_world.lead("Wind 50")

	def condition(user=None, doctype=None):
		return lines.condition_for_lists("LOCATE('%', `tabLead`.title) > 0")

	monkeypatch.setattr(permissions, "zz_condition", condition, raising=False)
	get_hooks = frappe.get_hooks

	def with_another_app(hook=None, *args, **kwargs):
		found = get_hooks(hook, *args, **kwargs)
		if hook == "permission_query_conditions":
			return {**found, "Lead": ["sales_extensions.permissions.zz_condition"]}
		return found

	monkeypatch.setattr(frappe, "get_hooks", with_another_app)
	frappe.set_user("anna@example.com")
	both = {seen, hidden}
	assert both & set(frappe.get_list("Lead", pluck="name", limit=0)) == {seen}
	assert both & {row["name"] for row in tracker.rows(length=500)["rows"]} == {seen}
	assert permissions.names_within("Lead", sorted(both), permissions.restriction("Lead")) == {seen}


@pytest.mark.committed
def test_v1_the_scripts_of_the_desk_are_served_at_their_addresses(server):
	"""With a mark of what is in them, which the framework gives to bundles alone."""
	addresses = [one for one in hooks.app_include_js if "?v=" in one]
	assert addresses == hooks.app_include_js
	for address in addresses:
		answer = Client(server, None).ask("GET", address)
		assert answer.status == 200 and "sales_extensions" in answer.raw
