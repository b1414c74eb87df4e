"""The desk beside Frappe HR and Frappe CRM: every page of ours, of ERPNext and of theirs opens without an error (X7).

`bin/test beside` makes a site with both; on any other these tests are skipped.
"""

from __future__ import annotations

import frappe
import pytest
from frappe.desk.desktop import get_workspace_sidebar_items
from frappe.desk.utils import slug

from sales_extensions import lines
from tests.site import conversations_world as c
from tests.site import pipeline_world as p
from tests.site import world as w
from tests.site.test_beside import others  # noqa: F401
from tests.site.test_upsell import as_user

MANAGER, SELLER = "manager@example.com", "anna@example.com"
PHONE = 390
#: what the manager needs to open what is Frappe HR's
HR = ("HR User", "HR Manager")

OURS = ("sales-extensions", "my-sales", "my-day", "sales-tracker", "sales-target", "conversation",
	"query-report/Attainment")  # fmt: skip
OURS_OF_MANAGERS = ("team-sales", "query-report/Pipeline Overview")
#: what Chromium says of a chart that has nothing to show, with this app or without it; let pass on pages of theirs
NO_PATH = "<path> attribute d: Unexpected end of attribute"
#: lists of theirs; beside these, all their workspaces are opened
LISTS = {
	"hrms": ("Leave Application", "Expense Claim", "Job Applicant", "Employee"),
	"crm": ("CRM Lead", "CRM Deal", "CRM Organization", "CRM Task"),
}


@pytest.fixture(scope="module")
def forms(server, others):  # noqa: F811
	"""Documents of ERPNext and of the others, committed for the browser."""
	manager = frappe.get_doc("User", MANAGER)
	manager.add_roles(*HR)
	p.stages()
	w.target(1000, title="Beside others")
	lead = c.lead("Beside Lead")
	c.conversation(lead.name, party_type="Lead", pipeline_position="Qualifying")
	opened = {
		"customer": "Shop One",
		"lead": lead.name,
		"employee": p.employee("Anna"),
		"sales-order": w.order(400, team={"Anna": 100}).name,
		"quotation": w.quotation([("MILL", 1, 100)]).name,
	}
	lead_of_crm = None
	if "crm" in others:
		lead_of_crm = frappe.get_doc(
			{"doctype": "CRM Lead", "first_name": "Their", "last_name": "Lead"}
		).insert()
		opened["crm-lead"] = lead_of_crm.name
	frappe.db.commit()
	yield [f"{route}/{name}" for route, name in opened.items()]
	frappe.db.rollback()
	if lead_of_crm:
		lead_of_crm.delete()
	manager.reload().remove_roles(*HR)
	frappe.db.commit()


def theirs(user: str, app: str) -> list[str]:
	"""What a user finds of another app: its workspaces, by whatever names its version has for them, and its lists."""
	modules = frappe.get_all("Module Def", {"app_name": app}, pluck="name")
	with as_user(user):
		shown = [page.name for page in get_workspace_sidebar_items()["pages"] if page.module in modules]
		assert shown, f"{user} is shown no workspace of {app}"
		return [slug(one) for one in (*shown, *filter(frappe.has_permission, LISTS[app]))]


def look_at(viewer, paths: list[str], tag: str, known: str | None = None) -> None:
	for path in paths:
		page = viewer.open(path)
		if page.evaluate("() => frappe.get_route()[0] === 'Workspaces'"):
			page.wait_for_selector(".ce-block .widget, .ce-block .ce-header", state="visible")
			viewer.settle()
		viewer.picture(f"beside-{tag}-{path.replace('/', '-')}")
		assert_no_error_shown(page, path)
		viewer.errors[:] = [error for error in viewer.errors if not known or known not in error]
		assert viewer.errors == [], path


def assert_no_error_shown(page, path: str) -> None:
	"""No dialog is open, and the page is what was asked for."""
	assert page.locator(".modal.show").count() == 0, (path, page.inner_text(".modal.show"))
	body = page.inner_text("body")
	for words in ("not found", "Not permitted", "Server Error", "No permission"):
		assert words not in body, (path, words)
	asked = path.split("/")[0]
	assert page.evaluate("() => location.pathname").startswith(lines.desk(asked)), path


def test_x7_a_manager_finds_all_pages_in_order(desk, forms, others):  # noqa: F811
	viewer = desk(MANAGER)
	look_at(viewer, ["home", *OURS, *OURS_OF_MANAGERS, *forms], "manager")
	for app in sorted(others):
		look_at(viewer, theirs(MANAGER, app), "manager", NO_PATH)


def test_x7_a_seller_finds_their_pages_in_order(desk, forms, others):  # noqa: F811
	viewer = desk(SELLER)
	look_at(viewer, ["home", *OURS, *forms], "seller")
	if "crm" in others:
		look_at(viewer, theirs(SELLER, "crm"), "seller", NO_PATH)


def test_x7_the_pages_fit_a_phone(desk, forms):
	look_at(desk(MANAGER, width=PHONE), ["my-sales", "my-day", *forms], "phone")


def test_x7_an_employee_is_saved_in_the_desk_with_fields_of_hrms_and_ours(desk, forms, others):  # noqa: F811
	if "hrms" not in others:
		pytest.skip("hrms is not on this site")
	viewer = desk(MANAGER)
	page = viewer.open(f"employee/{p.employee('Bob')}")
	for field in ("default_conversation_topic", "default_shift"):
		assert page.evaluate("name => Boolean(cur_frm.fields_dict[name])", field), field
	page.evaluate("() => cur_frm.set_value('default_conversation_topic', 'Offer')")
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	viewer.settle()
	assert_no_error_shown(page, "employee")
	frappe.db.rollback()  # a new snapshot
	kept = ("Employee", p.employee("Bob"), "default_conversation_topic")
	assert frappe.db.get_value(*kept) == "Offer"
	frappe.db.set_value(*kept, None)
	frappe.db.commit()
