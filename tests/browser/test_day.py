"""A seller's day in the browser, and what the manager sees of it: from log-in to the overview (C1-C7, D1)."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.browser.test_conversations import DIALOG, field, latest
from tests.site import conversations_world as cw

ANNA, MANAGER = "anna@example.com", "manager@example.com"


@pytest.fixture(scope="module")
def yesterday(server) -> str:
	"""Anna promised to call Home Three today."""
	frappe.set_user(ANNA)
	made = cw.conversation("Home Three", "Asked for a price.", conversation_date=add_days(nowdate(), -5),
		follow_up_date=nowdate(), pipeline_position="Initial Contact")  # fmt: skip
	frappe.set_user("Administrator")
	frappe.db.commit()
	return made.name


def test_a_day_from_log_in_to_the_managers_overview(desk, yesterday):
	anna = desk(ANNA)
	page = anna.open("my-day")
	page.wait_for_selector(".my-day-item:has-text('Home Three')")
	page.locator(".my-day-item", has_text="Home Three").get_by_role("button", name="Answer").click()
	page.wait_for_selector(f"{DIALOG} :text('Follows up the earlier one, and completes it')")
	assert "Home Three" in page.inner_text(f"{DIALOG} .modal-title")
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	anna.picture("my-day-answer")
	page.keyboard.press("Escape")
	page.wait_for_selector(DIALOG, state="hidden")

	page = anna.open("customer")
	page.locator(".list-row", has_text="Home Three").locator(".btn-action").click()
	page.wait_for_selector(DIALOG)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.type("Wants a visit next week")
	anna.settle()
	page.evaluate(
		"""([day]) => { for (const [name, value] of [['follow_up_date', day], ['pipeline_position', 'Qualifying']])
		cur_dialog.set_value(name, value); }""",
		[add_days(nowdate(), 7)],
	)
	anna.settle()
	assert field(page, "pipeline_position").input_value() == "Qualifying"
	page.locator(f"{DIALOG} .btn-primary").click()
	page.wait_for_selector(DIALOG, state="hidden")
	called = latest(party="Home Three")
	assert (called.user, str(called.follow_up_date)) == (ANNA, add_days(nowdate(), 7))

	page = anna.open(f"conversation/{called.name}")
	page.click("button:has-text('Create')")
	page.click("a.dropdown-item:has-text('Booking')")
	page.wait_for_selector(".modal.show .modal-title:has-text('Booking')")
	anna.settle()
	page.click(".modal.show .btn-modal-primary:has-text('Create')")
	page.wait_for_selector(".desk-alert:has-text('Created')")
	frappe.db.rollback()
	booked = frappe.get_last_doc("Event")
	assert booked.owner == ANNA and "Wants a visit next week" in booked.description
	assert called.name in [row.reference_docname for row in booked.event_participants]

	manager = desk(MANAGER)
	page = manager.open("query-report/Pipeline%20Overview")
	page.wait_for_selector(".report-summary")
	manager.settle()
	assert frappe.db.get_value("Pipeline Passage", {"party": "Home Three"}, "pipeline_stage") == "Qualifying"
	assert "Anna" in page.inner_text(".datatable")
	page = manager.open("query-report/Pipeline%20Customers")
	page.wait_for_selector(".dt-cell:has-text('Home Three')")
	assert "Qualifying" in page.inner_text(".datatable")
