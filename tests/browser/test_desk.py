"""What a manager and a seller see and do in the desk (T2, T4, T6, A1-A4, X5)."""

from __future__ import annotations

import frappe
import pytest
from playwright.sync_api import expect

from tests.site import world as w

MANAGER, SELLER = "manager@example.com", "anna@example.com"


@pytest.fixture(scope="module")
def sold(server):
	"""Two targets, one submitted order and one draft, committed for the browser."""
	target = w.target(1000, ("Anna",), title="Anna this year")
	team = w.target(4, ("North Team",), numeric=True, title="Orders of the north")
	done = w.order(250, team={"Anna": 100})
	draft = w.order(500, team={"Anna": 60, "Bob": 40}, submit=False)
	frappe.db.commit()
	return frappe._dict(target=target.name, team=team.name, done=done.name, draft=draft.name)


def open_credits(page) -> None:
	page.click("button:has-text('Sales Credit')")
	page.click("a.dropdown-item:has-text('Who Is Credited')")
	page.wait_for_selector(".sales-credit-dialog", state="visible")


def fresh_figures(name: str) -> tuple:
	frappe.db.commit()  # a new snapshot: the browser's server commits elsewhere
	return w.figures(name)


def test_t2_t4_submitting_an_order_moves_the_target_and_says_why(desk, sold):
	manager = desk(MANAGER)
	page = manager.open(f"sales-target/{sold.target}")
	page.wait_for_selector(".sales-target-orders")
	assert "25.0 %" in page.inner_text(".sales-target-progress")
	manager.picture("target")

	page = manager.open(f"sales-order/{sold.draft}")
	page.click("button[data-label='Submit']")
	page.click(".modal.show .btn-primary:has-text('Yes')")
	page.wait_for_selector(".indicator-pill:has-text('To Deliver and Bill')")
	open_credits(page)
	page.wait_for_selector(".sales-credit-dialog:has-text('Anna this year')")
	told = page.inner_text(".sales-credit-dialog")
	assert "300.00" in told
	assert "Who has the order's $\u00a0500.00, for targets." in told and "Upsell Credit" not in told
	assert "each with its result of all its orders" in told, "nobody reads 55 % as the order's"
	manager.picture("order")
	assert fresh_figures(sold.target) == (550, 2, 55.0)

	page = manager.open(f"sales-target/{sold.target}")
	page.wait_for_selector(f".sales-target-orders:has-text('{sold.draft}')")
	assert "55.0 %" in page.inner_text(".sales-target-progress")
	assert "Sales Team: 60 % of $\u00a0500.00 is $\u00a0300.00." in page.inner_text(".sales-target-orders")


def test_a1_a3_a_manager_allocates_and_sees_amounts_while_typing(desk, sold):
	manager = desk(MANAGER)
	page = manager.open(f"sales-order/{sold.done}")
	page.click("button:has-text('Sales Credit')")
	page.click("a.dropdown-item:has-text('Allocate')")
	page.wait_for_selector("[data-fieldname='shares'] .grid-body")
	page.evaluate(
		"""() => { const row = cur_frm.doc.shares?.[0] || cur_frm.add_child('shares');
		return frappe.model.set_value(row.doctype, row.name, {sales_person: 'Cleo', basis: 'Percentage'})
			.then(() => cur_frm.refresh_field('shares')); }"""
	)
	page.click("[data-fieldname='shares'] .grid-body .rows .grid-row [data-fieldname='percentage']")
	page.fill("[data-fieldname='shares'] .grid-body .rows input[data-fieldname='percentage']", "30")
	page.keyboard.press("Tab")
	page.wait_for_selector(".allocation-preview:has-text('75.00')")
	assert "175.00" in page.inner_text(".allocation-preview")
	manager.picture("allocation")
	page.click("button[data-label='Save']")
	page.wait_for_selector("button:has-text('Sales Order')")
	manager.settle()
	assert fresh_figures(sold.target)[0] in (175, 475)
	assert frappe.db.get_value("Order Allocation", f"ALLOC-{sold.done}", "remainder_amount") == 175


def test_x5_shares_above_the_order_are_refused_in_words_while_typing(desk, sold):
	manager = desk(MANAGER)
	page = manager.open(f"sales-order/{sold.done}")
	shown = page.evaluate(
		"""(order) => frappe.xcall('sales_extensions.api.orders.preview_allocation', {allocation: {sales_order: order,
		remainder_to: 'Nobody', shares: [{sales_person: 'Anna', basis: 'Percentage', percentage: 70},
		{sales_person: 'Bob', basis: 'Percentage', percentage: 40}]}})""",
		sold.done,
	)
	assert "more than 100 %" in shown["problems"][0]


def test_a2_a_seller_sees_the_target_and_why_and_can_change_nothing(desk, sold):
	seller = desk(SELLER)
	page = seller.open(f"sales-target/{sold.target}")
	page.wait_for_selector(".sales-target-orders")
	assert page.locator("button[data-label='Save']:visible").count() == 0
	assert page.locator("button:has-text('Recount'):visible").count() == 0
	page = seller.open(f"sales-order/{sold.done}")
	open_credits(page)
	assert "Anna" in page.inner_text(".sales-credit-dialog")
	assert page.locator("a.dropdown-item:has-text('Allocat')").count() == 0


def test_a_template_whose_loop_got_a_word_of_the_language_for_a_name_is_made_again(desk):
	page = desk(MANAGER).open("sales-target")
	page.wait_for_selector(".frappe-list")
	shown = page.evaluate(
		"""() => {
			const { get_random } = frappe.utils;
			const names = ["for", "new"];
			frappe.utils.get_random = (length) => names.pop() || get_random.call(frappe.utils, length);
			try {
				return frappe.render("{% for one in all %}<b>{{ one.name }}</b>{% endfor %}", { all: [{ name: "x" }, { name: "y" }] });
			} finally {
				frappe.utils.get_random = get_random;
			}
		}"""
	)
	assert shown.replace(" ", "") == "<b>x</b><b>y</b>"


def test_t6_the_list_shows_percentage_bars_and_status(desk, sold):
	manager = desk(MANAGER)
	page = manager.open("sales-target")
	page.wait_for_selector(".list-row-container:has-text('Anna this year')")
	row = page.inner_text(".list-row-container:has-text('Anna this year')")
	assert "%" in row
	manager.picture("list")


def test_t4_the_report_lists_the_orders(desk, sold):
	manager = desk(MANAGER)
	page = manager.open(f"query-report/Sales%20Target%20Orders?sales_target={sold.target}")
	page.wait_for_selector(f".dt-cell:has-text('{sold.done}')")
	manager.picture("report")


def test_t8_the_settings_explain_themselves_and_reconcile(desk, sold):
	admin = desk("Administrator", "admin")
	page = admin.open("sales-extensions-settings")
	assert "delivered or billed" in page.inner_text(".layout-main-section")
	page.click("button:has-text('Reconcile')")
	page.wait_for_selector(".desk-alert")
	admin.picture("settings")


def test_t3_the_settings_follow_what_runs_until_it_is_done(desk, sold):
	"""How far it is, asked again while something runs; then what it found, said once; and no more questions."""
	admin = desk("Administrator", "admin")
	asked: list[str] = []
	running = {"purpose": "Reconcile", "status": "Running", "done_orders": 1, "total_orders": 3,
		"done_parties": 0, "total_parties": 1}  # fmt: skip
	found = {"status": "Finished", "finished_on": "2026-07-01 10:00:00", "done_orders": 3, "done_parties": 1,
		"entries_written": 7, "parties_changed": 0}  # fmt: skip

	def open_runs(route):
		asked.append(route.request.url)
		route.fulfill(json={"message": [running] if len(asked) < 3 else []})

	admin.page.route("**/sales_extensions.api.books.open_runs*", open_runs)
	admin.page.route(
		"**/sales_extensions.api.books.last_run*", lambda route: route.fulfill(json={"message": found})
	)
	page = admin.open("sales-extensions-settings")
	bars = page.locator(".form-dashboard .progress-message:visible, .form-dashboard .progress-chart:visible")
	expect(bars.first).to_contain_text("1 of 4")
	expect(bars).to_have_count(0, timeout=15_000)
	said = page.locator("[data-says='runs']")
	expect(said).to_have_count(1)
	expect(said).to_contain_text("7 entries written")
	rounds = len(asked)
	page.wait_for_timeout(4_000)
	assert len(asked) == rounds >= 3


def test_the_workspace_opens(desk, sold):
	manager = desk(MANAGER)
	page = manager.open("sales-extensions")
	page.wait_for_selector(".shortcut-widget-box:has-text('Targets Not Yet Achieved')")
	manager.picture("workspace")


def test_t5_a_preset_fills_the_period(desk, sold):
	manager = desk(MANAGER)
	page = manager.open("sales-target/new")
	page.evaluate(f"() => cur_frm.set_value('company', {w.COMPANY!r})")
	page.select_option("select[data-fieldname='period_preset']", "This Fiscal Year")
	page.wait_for_function("() => cur_frm.doc.from_date && cur_frm.doc.from_date.endsWith('01-01')")


def test_the_target_form_works_at_phone_width(desk, sold):
	manager = desk(MANAGER, width=390)
	page = manager.open(f"sales-target/{sold.target}")
	page.wait_for_selector(".sales-target-orders")
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
	manager.picture("target-phone")
