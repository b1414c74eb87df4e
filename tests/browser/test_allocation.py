"""Sharing an order: what one sees before the first row, while it is too much, and what stays of it (A1-A4)."""

from __future__ import annotations

import re

import frappe
import pytest
from playwright.sync_api import expect

from tests.contrast import CONTRAST
from tests.site import world as w

MANAGER, PHONE = "manager@example.com", 390


@pytest.fixture(scope="module")
def order(server) -> str:
	frappe.set_user("Administrator")
	name = w.order(1000, team={"Anna": 60, "Bob": 40}).name
	frappe.db.commit()
	return name


def share(page, **values) -> None:
	page.evaluate(
		"""(values) => { const row = cur_frm.doc.shares?.find((one) => !one.sales_person) || cur_frm.add_child('shares');
		return frappe.model.set_value(row.doctype, row.name, values).then(() => cur_frm.refresh_field('shares')); }""",
		values,
	)


def dark(page, on: bool) -> None:
	page.evaluate(
		"(theme) => document.documentElement.setAttribute('data-theme', theme)", "dark" if on else "light"
	)


@pytest.mark.parametrize("width", [1280, PHONE])
def test_a3_the_form_says_what_the_order_is_worth_and_who_has_it_before_the_first_row(desk, order, width):
	manager = desk(MANAGER, width=width)
	page = manager.open(f"sales-order/{order}")
	page.evaluate("(name) => frappe.new_doc('Order Allocation', { sales_order: name })", order)
	today = page.locator(".allocation-today")
	today.wait_for()
	assert "1,000.00" in page.inner_text(".allocation-order-amount")
	assert "Anna" in today.inner_text() and "600.00" in today.inner_text() and "400.00" in today.inner_text()
	above = today.bounding_box()["y"]
	assert above < page.locator("[data-fieldname='shares'] .grid-body").bounding_box()["y"]
	totals = page.locator(".allocation-totals")
	assert "0.00 of $\u00a01,000.00" in totals.inner_text()
	share(page, sales_person="Cleo", basis="Percentage", percentage=70)
	expect(totals).to_contain_text("$ 700.00 of $ 1,000.00, 70.00 %")
	expect(totals.locator(".indicator-pill")).to_have_text("$ 300.00 to the natural owner")
	share(page, sales_person="Anna", basis="Fixed Amount", fixed_amount=400)
	expect(totals).to_contain_text("$ 1,100.00 of $ 1,000.00, 110.00 %")
	pill = totals.locator(".indicator-pill")
	expect(pill).to_have_text("$ 100.00 too much")
	totals.scroll_into_view_if_needed()
	for theme in ("light", "dark"):
		dark(page, theme == "dark")
		manager.picture(f"allocation-too-much-{width}-{theme}")
		assert pill.evaluate(CONTRAST) >= 4.5, theme
	dark(page, False)
	assert page.evaluate("() => cur_frm.doc.allocated_total") == 1100
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
	page.evaluate("() => frappe.model.clear_doc(cur_frm.doctype, cur_frm.docname)")


@pytest.mark.parametrize(
	("order_amount", "claimed", "said", "kind"),
	[
		(0, 10, "$\u00a010.00 too much", "red"),
		(1_000_000_000, 1_000_000_000.01, "$\u00a00.01 too much", "red"),
		(-100, -60, "$\u00a0-40.00 to the natural owner", "green"),
		(-100, -130, "$\u00a030.00 too much", "red"),
		(0.3, 0.1 + 0.2, "$\u00a00.00 left", "green"),
	],
)
def test_a3_what_is_left_has_the_sign_of_the_order(desk, order, order_amount, claimed, said, kind):
	"""Not told by the percentage: of nothing there is none, and of much it is rounded."""
	manager = desk(MANAGER)
	page = manager.open(f"sales-order/{order}")
	answer = {
		"problems": ["Too much"] if kind == "red" else [],
		"currency": "USD",
		"order_amount": order_amount,
		"claimed": claimed,
		"claimed_percentage": 60 if claimed == -60 else 100,
		"today": {"credits": [], "uncredited": 0, "counts": True, "why": ""},
		"credits": [],
	}
	page.route("**/*preview_allocation*", lambda route: route.fulfill(json={"message": answer}))
	page.evaluate("(name) => frappe.new_doc('Order Allocation', { sales_order: name })", order)
	pill = page.locator(".allocation-totals .indicator-pill")
	expect(pill).to_have_text(said)
	expect(pill).to_have_class(re.compile(rf"\b{kind}\b"))
	page.evaluate("() => frappe.model.clear_doc(cur_frm.doctype, cur_frm.docname)")
	page.unroute("**/*preview_allocation*")


def test_a2_an_allocation_is_made_changed_and_deleted_and_the_order_tells_it(desk, order):
	manager = desk(MANAGER)
	page = manager.open(f"sales-order/{order}")
	page.evaluate("(name) => frappe.new_doc('Order Allocation', { sales_order: name })", order)
	page.wait_for_selector(".allocation-today")
	share(page, sales_person="Cleo", basis="Percentage", percentage=70)
	page.fill("textarea[data-fieldname='change_reason']", "Cleo opened the door")
	page.keyboard.press("Tab")
	manager.settle()
	page.click("button[data-label='Save']")
	page.wait_for_function("(name) => !cur_frm.is_new() && cur_frm.docname === name", arg=f"ALLOC-{order}")
	page.evaluate(
		"() => frappe.model.set_value('Order Allocation Share', cur_frm.doc.shares[0].name, 'percentage', 50)"
	)
	expect(page.locator("textarea[data-fieldname='change_reason']")).to_have_value("")
	expect(page.locator(".desk-alert", has_text="The reason is kept in the timeline of")).to_be_visible()
	expect(page.locator(".allocation-preview")).to_be_visible()
	page.click("button[data-label='Save']")
	page.wait_for_function("() => !cur_frm.is_dirty() && cur_frm.doc.shares[0].allocated_amount === 500")
	manager.settle()
	expect(page.locator(".allocation-today")).to_be_visible()
	expect(page.locator(".allocation-preview")).to_be_hidden()  # it would say the same again
	page.evaluate("() => cur_frm.savetrash()")
	dialog = page.locator(".modal.show:has-text('Delete Order Allocation')")
	assert f"ALLOC-{order}" in dialog.inner_text() and f"Sales Order {order} stays" in dialog.inner_text()
	manager.picture("allocation-delete")
	dialog.locator("textarea[data-fieldname='reason']").fill("Agreed with both")
	dialog.locator(".btn-modal-primary").click()
	page.wait_for_function(
		"(name) => cur_frm?.doctype === 'Sales Order' && cur_frm.docname === name", arg=order
	)
	lines = page.locator(".new-timeline:visible")
	for words in (
		"allocated this order",
		"Reason: Cleo opened the door",
		"changed",
		"Reason: Agreed with both",
	):
		expect(lines).to_contain_text(words)
	expect(lines).to_contain_text(f"deleted ALLOC-{order}")
	lines.scroll_into_view_if_needed()
	manager.picture("allocation-timeline")
	frappe.db.rollback()
	assert not frappe.db.exists("Order Allocation", f"ALLOC-{order}")
	assert frappe.db.exists("Sales Order", order)
