"""Who changes a policy sees what it does to the targets, and may go back (T8)."""

from __future__ import annotations

import frappe
import pytest

from tests.site import world as w

ADMIN = ("Administrator", "admin")
DIALOG = ".policy-preview.show"
#: until then a dialog is not closed by anything
HAS_COME_UP = """() => !$(".policy-preview").data("bs.modal")._isTransitioning
	&& document.activeElement.closest(".policy-preview")"""
SETTINGS = "Sales Extensions Settings"


@pytest.fixture(scope="module")
def sold(server):
	w.target(10_000, title="Anna this year")
	w.target(10_000, company=w.COMPANY_EUR, title="Anna in euros")
	w.order(1000, team={"Anna": 100}, taxes=10)
	w.order(200, team={"Anna": 100}, taxes=10, company=w.COMPANY_EUR)
	frappe.db.commit()


@pytest.fixture(autouse=True)
def as_at_first(sold):
	yield
	frappe.db.rollback()
	w.policy(order_amount_basis="Grand Total")
	frappe.db.commit()


def choose_net(admin):
	page = admin.open("sales-extensions-settings")
	page.wait_for_function("() => window.cur_frm?.doctype === 'Sales Extensions Settings'")
	page.evaluate("() => cur_frm.set_value('order_amount_basis', 'Net Total')")
	page.click("button[data-label='Save']:visible")
	return page


def basis() -> str:
	frappe.db.rollback()
	return frappe.db.get_single_value(SETTINGS, "order_amount_basis", cache=False)


def test_T8_what_changes_is_said_before_it_is_saved(desk):
	admin = desk(*ADMIN)
	page = choose_net(admin)
	page.wait_for_selector(f"{DIALOG} tbody tr")
	assert "2 targets have another result" in page.inner_text(DIALOG)
	rows = [row.split("\t") for row in page.locator(f"{DIALOG} tbody tr").all_inner_texts()]
	assert [[" ".join(cell.split()) for cell in row] for row in rows] == [
		["Molens BV", "1", "€ 220.00", "€ 200.00"],
		["Windmill Works", "1", "$ 1,100.00", "$ 1,000.00"],
	]
	admin.picture("policy-preview")
	assert basis() == "Grand Total"
	page.click(f"{DIALOG} .btn-modal-primary")
	page.wait_for_selector(DIALOG, state="detached")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	assert basis() == "Net Total"
	run = frappe.get_last_doc("Sales Ledger Run", {"purpose": "Policy"})
	page.wait_for_selector(f".desk-alert a[href*='{run.name}']")
	admin.settle()
	page.click(f".desk-alert a[href*='{run.name}']")
	page.wait_for_function("() => window.cur_frm?.doctype === 'Sales Ledger Run'")
	listed = page.locator("[data-fieldname='figures_changed']:visible").first
	listed.wait_for()
	assert "Anna this year: 1,100.00, 1 → 1,000.00, 1" in page.evaluate("() => cur_frm.doc.figures_changed")


def test_T8_who_goes_back_has_saved_nothing_and_lost_nothing(desk):
	page = choose_net(desk(*ADMIN))
	page.wait_for_selector(f"{DIALOG} tbody tr")
	page.click(f"{DIALOG} .btn-modal-secondary")
	page.wait_for_selector(DIALOG, state="detached")
	assert page.evaluate("() => [cur_frm.is_dirty(), cur_frm.doc.order_amount_basis]") == [True, "Net Total"]
	assert basis() == "Grand Total"
	page.click("button[data-label='Save']:visible")
	page.wait_for_selector(f"{DIALOG} tbody tr")
	page.wait_for_function(HAS_COME_UP)
	page.keyboard.press("Escape")
	page.wait_for_selector(DIALOG, state="detached")
	assert basis() == "Grand Total"


def test_T8_a_long_preview_counts_along_and_need_not_be_waited_for(desk):
	admin = desk(*ADMIN)
	answer = {"message": {"changes": True, "finished": False, "token": "a1", "done": 1000, "total": 90000}}
	admin.page.route("**/sales_extensions.api.policies.preview*", lambda route: route.fulfill(json=answer))
	page = choose_net(admin)
	page.wait_for_selector(f"{DIALOG} >> text=1,000 of 90,000 orders")
	page.click(f"{DIALOG} .btn-modal-primary")
	page.wait_for_selector(DIALOG, state="detached")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	assert basis() == "Net Total"


def test_T8_settings_that_are_no_policy_are_saved_unasked(desk):
	admin = desk(*ADMIN)
	page = admin.open("sales-extensions-settings")
	page.wait_for_function("() => window.cur_frm?.doctype === 'Sales Extensions Settings'")
	page.evaluate("() => cur_frm.set_value('no_contact_days', cur_frm.doc.no_contact_days + 1)")
	page.click("button[data-label='Save']:visible")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	assert not page.locator(DIALOG).count()
