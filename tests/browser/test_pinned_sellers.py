"""Who sold an order, as a seller and a manager see it: before it is saved, and changed with a reason (H1)."""

from __future__ import annotations

import frappe
import pytest
from playwright.sync_api import expect

from tests.site import world as w

BOB, MANAGER, PHONE = "bob@example.com", "manager@example.com", 390
CREDIT = ".sales-credit"


@pytest.fixture(scope="module")
def quotation(server) -> str:
	frappe.set_user("anna@example.com")
	name = w.quotation([("MILL", 1, 640)]).name
	frappe.set_user("Administrator")
	frappe.db.commit()
	return name


@pytest.fixture
def order(server) -> str:
	frappe.set_user("anna@example.com")
	name = w.order(720).name
	frappe.set_user("Administrator")
	w.target(10_000, ("Cleo",), title="Cleo's year")
	frappe.db.commit()
	return name


@pytest.mark.parametrize("width", [1280, PHONE])
def test_h1_the_form_says_whose_order_it_will_be_before_it_is_saved(desk, quotation, width):
	page = desk(BOB, width=width).open(f"quotation/{quotation}")
	page.evaluate(
		"""() => frappe.model.open_mapped_doc({
			method: "erpnext.selling.doctype.quotation.quotation.make_sales_order", frm: cur_frm })"""
	)
	credit = page.locator(".sales-credit-of-new")
	expect(credit).to_be_visible()
	expect(credit).to_contain_text(f"Anna made the quotation {quotation}")
	before = page.evaluate("cur_frm.doc.base_grand_total")
	expect(credit).to_contain_text(f"{before:,.2f}")
	assert page.evaluate("cur_frm.is_new()")
	page.evaluate(
		"() => frappe.model.set_value(cur_frm.doc.items[0].doctype, cur_frm.doc.items[0].name, 'rate', 650)"
	)
	page.wait_for_function("(before) => cur_frm.doc.base_grand_total > before", arg=before)
	expect(credit).to_contain_text(f"{page.evaluate('cur_frm.doc.base_grand_total'):,.2f}")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_h1_a_manager_changes_the_seller_and_the_order_says_why(desk, order):
	page = desk(MANAGER).open(f"sales-order/{order}")
	credit = page.locator(CREDIT)
	expect(credit).to_contain_text("Anna made the order, as the Sales Person of anna@example.com")
	page.get_by_role("button", name="Sales Credit").click()
	page.get_by_role("link", name="Change Seller").click()
	dialog = page.locator(".modal.show")
	page.wait_for_function("() => window.cur_dialog?.display")
	page.evaluate("() => cur_dialog.set_values({ sales_person: 'Cleo', reason: 'Cleo <b>found</b> them' })")
	dialog.locator("[data-fieldname='reason'] textarea").focus()  # the list of the field before closes
	dialog.get_by_role("button", name="Save").click()
	expect(credit).to_contain_text("manager@example.com named Cleo as who sold it")
	expect(credit).to_contain_text("720.00")
	expect(page.locator(".timeline-content", has_text="changed who sold this order").first).to_contain_text(
		"Cleo <b>found</b> them"
	)
	frappe.db.rollback()  # what another process has committed is seen by a new transaction
	assert w.figures(frappe.get_last_doc("Sales Target", {"title": "Cleo's year"}))[0] == 720


def test_h1_no_seller_is_changed_where_a_team_has_the_order_or_by_who_may_not(desk, order, server):
	name = w.order(100, team={"Anna": 100}).name
	frappe.db.commit()
	for user, path in ((MANAGER, name), (BOB, order)):
		page = desk(user).open(f"sales-order/{path}")
		page.locator(CREDIT).wait_for(state="attached")
		page.get_by_role("button", name="Sales Credit").click()
		expect(page.get_by_role("link", name="Who Is Credited")).to_be_visible()
		if user == BOB:
			assert page.get_by_role("link", name="Change Seller").count() == 0
			continue
		page.get_by_role("link", name="Change Seller").click()
		expect(page.locator(".modal.show")).to_contain_text("This order has a Sales Team")
