"""The administrator's first steps, and the tour through a Sales Target, clicked from the first to the last (issue 5)."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import lines
from tests.site import world as w

ADMIN, MANAGER = ("Administrator", "admin"), "manager@example.com"
STEP, NEXT, POPOVER = ".onboarding-step", ".driver-next-btn:visible", "#driver-popover-item:visible"
FIELDS = ["title", "target_type", "period_preset", "goal_section", "assignees"]


@pytest.fixture
def fresh(server):
	"""No step is done yet, and there is an order to share."""
	order = w.order(250, team={"Anna": 100})
	start_over()
	yield order.name
	start_over()


def start_over() -> None:
	frappe.db.commit()  # a new snapshot: the browser's server commits elsewhere
	frappe.get_doc("Module Onboarding", "Sales Extensions").reset_onboarding()
	frappe.db.commit()


def begin(desk, number: int):
	"""Choose a step in the workspace; gives the button that opens it."""
	page = desk.open("sales-extensions")
	step = page.locator(STEP).nth(number)
	step.click()
	assert len(page.inner_text(".onboarding-step-body")) > 80, "the text says what to do"
	return page.locator(".onboarding-step-footer .btn")


def complete(desk, button) -> None:
	"""Click it, and wait until the step is marked complete."""
	with desk.page.expect_response(lambda answer: "update_onboarding_step" in answer.url) as answer:
		button.click()
	assert answer.value.ok
	desk.settle()


def dialog(desk):
	"""The button of the framework's dialog, which leads back to the workspace."""
	button = desk.page.locator(".modal.show .btn-primary:visible").last
	button.wait_for()
	desk.settle()
	return button


def take_the_tour(desk) -> list[str]:
	"""The fields that the tour points to; each of them can be seen."""
	page, seen = desk.page, []
	while True:
		page.wait_for_selector(POPOVER)
		page.wait_for_timeout(600)  # it moves from field to field
		if not page.locator(NEXT).count():  # the last one is the button that saves
			break
		field = page.locator(".driver-highlighted-element")
		assert field.is_visible()
		seen.append(field.get_attribute("data-fieldname"))
		page.click(NEXT)
	return seen


#: What the panel beside a sidebar does with a step that is clicked there. A build of Frappe may lack the panel.
FROM_THE_PANEL = """(step) => {
	const start = (frm) => frm.tour.init({ tour_name: step.form_tour }).then(() => frm.tour.start());
	frappe.route_hooks = step.form_tour ? { after_load: start } : {};
	const form = ["Form", step.reference_document, ...(step.action === "Create Entry" ? ["new"] : [])];
	return frappe.set_route(step.path || form);
}"""

ROUTES = ["Form/Sales Extensions Settings", "Tree/Sales Person", "Form/Sales Target/new", "Form/Order Allocation/new",
	"List/Sales Ledger Run/List"]  # fmt: skip


def are_opened_from_the_panel(admin) -> None:
	"""Each step opens what it speaks of, and the target's has its tour."""
	page = admin.open("sales-extensions")
	(onboarding,) = page.evaluate(
		"() => frappe.xcall('frappe.desk.desktop.get_onboarding_data', {module: 'Sales Extensions'})"
	)
	for step, route in zip(onboarding["items"], ROUTES, strict=True):
		page.evaluate(FROM_THE_PANEL, step)
		page.wait_for_function("(route) => frappe.get_route_str().startsWith(route)", arg=route)
		if step["form_tour"]:
			assert take_the_tour(admin) == FIELDS


def test_an_administrator_is_led_through_the_first_steps(desk, fresh):
	admin = desk(*ADMIN)
	if lines.has_tiles():
		are_opened_from_the_panel(admin)
		return
	page, save = admin.page, "button[data-label='Save']:visible"
	begin(admin, 0).click()
	# the step makes the form worth saving, a moment after it is shown
	page.wait_for_function(
		"() => window.cur_frm?.doctype === 'Sales Extensions Settings' && cur_frm.is_dirty()"
	)
	page.click(save)
	complete(admin, dialog(admin))

	complete(admin, begin(admin, 1))
	page.wait_for_url("**/sales-person/view/tree")

	begin(admin, 2).click()
	assert take_the_tour(admin) == FIELDS
	page.evaluate(
		"""(company) => cur_frm.set_value({title: 'First', company, target_amount: 100,
		from_date: '2026-01-01', to_date: '2026-12-31', assignees: [{sales_person: 'Anna'}]})""",
		w.COMPANY,
	)
	page.click(save)
	complete(admin, dialog(admin))

	begin(admin, 3).click()
	page.wait_for_function("() => window.cur_frm?.doctype === 'Order Allocation' && cur_frm.is_new()")
	page.evaluate(
		"""(sales_order) => cur_frm.set_value({sales_order,
		shares: [{sales_person: 'Bob', basis: 'Percentage', percentage: 50}]})""",
		fresh,
	)
	page.click(save)
	complete(admin, dialog(admin))

	complete(admin, begin(admin, 4))
	page.wait_for_function("() => frappe.get_route_str().startsWith('List/Sales Ledger Run')")
	page.wait_for_selector(".no-result:visible, .list-row-container")
	frappe.db.commit()
	steps = frappe.get_doc("Module Onboarding", "Sales Extensions").get_steps()
	assert [step.name for step in steps if not step.is_complete] == []
	admin.open("sales-extensions")
	page.wait_for_selector(".shortcut-widget-box")
	assert page.locator(STEP).count() == 0, "who is through sees no steps any more"


def test_a_manager_is_shown_how_and_has_no_steps_that_are_not_theirs(desk, fresh):
	manager = desk(MANAGER)
	page = manager.open("sales-extensions")
	page.wait_for_selector(".shortcut-widget-box")
	assert page.locator(STEP).count() == 0
	page = manager.open("sales-target/new")
	page.select_option("select[data-fieldname='target_type']", "Numeric")
	page.click("button:has-text('Show Me How')")
	assert take_the_tour(manager) == FIELDS
