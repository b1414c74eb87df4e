"""Target and result as people meet them in the desk: widget, report and statement (D3, T6, X4)."""

from __future__ import annotations

import json

import frappe
import pytest
from frappe.utils import nowdate

from tests.site import world as w

ANNA, BOB, MANAGER = (f"{name}@example.com" for name in ("anna", "bob", "manager"))
BOARD, CHART = "Watching Targets", "Target and Result"
PHONE = 390


@pytest.fixture(scope="module")
def sold(server):
	"""Targets and orders of this year, and a workspace with the widget; committed for the browser."""
	w.target(120_000, ("North Team",), title="North Team, all year")
	w.target(60_000, ("Anna",), title="Anna, all year")
	w.target(1_234_567_890, ("Cleo",), title="Cleo, all year")
	orders = [
		w.order(1000 * month, team={"Anna": 60, "Bob": 40}, date=f"2026-{month:02}-10")
		for month in range(1, 11)
	]
	w.order(987_654_321, team={"Cleo": 100}, date="2026-04-04")
	w.allocation(orders[2].name, w.percent("Cleo", 25))
	board = frappe.get_doc(
		{
			"doctype": "Workspace", "label": BOARD, "title": BOARD, "public": 1, "for_user": "",
			"charts": [{"chart_name": CHART, "label": CHART}],
			"content": json.dumps([{"id": "w", "type": "chart", "data": {"chart_name": CHART, "col": 12}}]),
		}
	).insert(ignore_permissions=True)  # fmt: skip
	frappe.db.commit()
	yield orders
	frappe.db.rollback()
	board.delete(ignore_permissions=True)
	for user in (ANNA, BOB, MANAGER):
		frappe.db.set_value("Dashboard Settings", user, "chart_config", None)
	frappe.db.commit()


def board(desk):
	page = desk.open("watching-targets")
	page.wait_for_selector(".dashboard-widget-box .frappe-chart .line-graph-path", state="attached")
	desk.settle()
	return page


def legend(page) -> str:
	return " ".join(page.locator(".frappe-chart .legend-dataset-label").all_text_contents())


def choose(desk, page, **values):
	"""What a user does behind the filter button."""
	page.click(".dashboard-widget-box .filter-chart")
	page.wait_for_selector(".modal.show [data-fieldname=fiscal_year]")
	page.wait_for_function("() => window.cur_dialog?.display")
	page.evaluate("(values) => cur_dialog.set_values(values)", values)
	page.wait_for_timeout(500)
	return page


def test_d3_the_year_and_the_seller_are_there_again_at_the_next_login(desk, sold):
	first = desk(MANAGER)
	page = board(first)
	assert "Result of Everyone" in legend(page)
	choose(first, page, fiscal_year="2026", sales_person="Anna", show="By Month")
	first.picture("widget-filters")
	page.click(".modal.show .btn-modal-primary")
	page.wait_for_selector("text=Result of Anna")
	first.settle()
	first.picture("widget-by-month")
	first.close()

	again = board(desk(MANAGER))
	assert "Result of Anna" in legend(again)
	kept = json.loads(frappe_value(MANAGER))[CHART]["filters"]
	assert (kept["sales_person"], kept["fiscal_year"], kept["show"]) == ("Anna", "2026", "By Month")
	assert "Result of Bob" in legend(board(desk(BOB)))


def frappe_value(user: str) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("Dashboard Settings", user, "chart_config")


def test_d3_a_seller_sees_their_own_on_a_phone_too_in_one_request(desk, sold):
	viewer = desk(ANNA, width=PHONE)
	asked = []
	viewer.page.on(
		"request", lambda request: asked.append(request.url) if "target_and_result" in request.url else None
	)
	page = board(viewer)
	assert "Result of Anna" in legend(page)
	assert len(asked) == 1
	viewer.picture("widget-phone")


def rows(page) -> list[list[str]]:
	return page.eval_on_selector_all(
		".dt-row:not(.dt-row-header):not(.dt-row-filter):not(.dt-row-totalRow)",
		"(rows) => rows.map((row) => [...row.querySelectorAll('.dt-cell__content')].map((cell) => cell.innerText.trim()))",
	)


def test_x4_from_the_report_to_the_credits_the_order_and_the_allocation(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open(f"query-report/Attainment?company={w.COMPANY}&from_date={w.START}&to_date={w.END}")
	page.wait_for_selector(".dt-row-1 .dt-cell__content")
	viewer.settle()
	viewer.picture("report")
	found = {row[1]: row for row in rows(page)}
	assert list(found) == ["Sales Team", "North Team", "Anna", "Bob", "South Team", "Cleo"]
	assert found["North Team"][2:4] == ["$ 120,000.00", "$ 54,250.00"]
	assert found["Bob"][2] == ""
	link = page.evaluate(
		"""() => frappe.query_reports.Attainment.formatter(1, 0, {fieldname: "p3_realised"},
			{seller: "Cleo", targets: []}, (value) => value)"""
	)
	assert link.endswith('sales_person=Cleo">1</a>') and "from_date=2026-04-01&to_date=2026-04-30" in link
	page.click(".dt-row-3 .dt-cell--col-3 a")
	page.wait_for_url("**/query-report/Seller%20Statement**")
	page.wait_for_selector(".dt-row-1 .dt-cell__content")
	viewer.settle()
	viewer.picture("statement")
	lines = rows(page)
	assert len(lines) == 10
	assert "Bob" in lines[0]
	opens_as_pdf(page)
	page.click(f".dt-cell a:has-text('{sold[0].name}')")
	page.wait_for_url(f"**/sales-order/{sold[0].name}")


def test_x4_from_a_credit_to_its_entries_and_its_allocation(desk, sold):
	viewer = desk(MANAGER)
	address = f"query-report/Seller Statement?company={w.COMPANY}&from_date={w.START}&to_date={w.END}&sales_person=Cleo"
	page = viewer.open(address)
	page.click(f".dt-row:has-text('{sold[2].name}') a[data-entries]")
	page.wait_for_url("**/sales-target-entry**")
	page.wait_for_selector(".list-row-container")
	viewer.settle()
	viewer.picture("entries")
	assert page.locator(".list-row-container:has-text('Cleo')").count() >= 1
	page = viewer.open(address)
	page.locator(f".dt-row:has-text('{sold[2].name}') a[href*='order-allocation']").click()
	page.wait_for_url("**/order-allocation/**")
	page.wait_for_selector("[data-fieldname='shares'] .grid-row:has-text('Cleo')")


def test_d3_a_remembered_seller_who_is_gone_is_told_and_left_out(desk, sold):
	kept = {CHART: {"filters": {"company": w.COMPANY, "fiscal_year": "2026", "sales_person": "Gone"}}}
	frappe.db.set_value("Dashboard Settings", MANAGER, "chart_config", json.dumps(kept))
	frappe.db.commit()
	page = board(desk(MANAGER))
	assert "Result of Everyone" in legend(page)
	assert page.locator(".desk-alert:has-text('no Sales Person Gone any more')").count() == 1
	assert page.locator(".modal.show").count() == 0


def opens_as_pdf(page):
	with page.context.expect_event(
		"request", lambda request: "sales_extensions.api.statement.pdf" in request.url
	) as asked:
		page.click("button:has-text('PDF to Sign')")
	answer = page.request.get(asked.value.url)
	assert answer.ok and answer.body().startswith(b"%PDF")
	for other in page.context.pages:
		if other is not page:
			other.close()


def test_t6_report_and_statement_on_a_phone(desk, sold):
	viewer = desk(MANAGER, width=PHONE)
	for report, more in (("Attainment", ""), ("Seller Statement", "&sales_person=Cleo")):
		page = viewer.open(
			f"query-report/{report}?company={w.COMPANY}&from_date={w.START}&to_date={w.END}{more}"
		)
		page.wait_for_selector(".dt-row-0 .dt-cell__content")
		viewer.settle()
		viewer.picture(f"phone-{report}")
	credit = page.locator(".credit-whole").first
	box = credit.bounding_box()
	assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE, (
		"day, amount, order and why without going aside"
	)
	told = credit.inner_text()
	assert "$" in told and sold[2].name[:7] in told and len(told.splitlines()) >= 3


#: the texts below a chart's bars, without those left out
MONTHS = "() => [...document.querySelectorAll('.frappe-chart .x.axis text')].map((one) => one.textContent).filter(Boolean)"


@pytest.mark.parametrize(("width", "shown"), [(PHONE, range(3, 12)), (1280, (12,))])
def test_t6_months_below_the_chart_are_named_whole(desk, sold, width, shown):
	page = desk(MANAGER, width=width).open(
		f"query-report/Attainment?company={w.COMPANY}&from_date={w.START}&to_date={w.END}&group_by=Month"
	)
	page.wait_for_selector(".frappe-chart .x.axis text", state="attached")
	months = page.evaluate(MONTHS)
	assert len(months) in shown and not [one for one in months if "." in one or len(one) < 3], months


def test_t6_no_data_yet(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open(
		f"query-report/Attainment?company={w.COMPANY_EUR}&from_date={w.START}&to_date={nowdate()[:4]}-12-31"
	)
	page.wait_for_selector("text=Nothing to show")
	viewer.picture("report-empty")
	page = viewer.open("query-report/Seller Statement")
	page.wait_for_selector("text=Choose the seller")
	viewer.picture("statement-empty")


def test_x4_buttons_lead_from_target_and_seller_to_the_statement(desk, sold):
	viewer = desk(ANNA)
	target = frappe.db.get_value("Sales Target", {"title": "Anna, all year"}, "name")
	page = viewer.open(f"sales-target/{target}")
	page.click("button:has-text('Statement')")
	page.wait_for_url("**/query-report/Seller%20Statement**")
	page.wait_for_selector(".dt-row-9 .dt-cell__content")
	assert page.evaluate("() => frappe.query_report.get_filter_value('sales_target')") == target
	page = viewer.open("sales-person/Bob")
	page.wait_for_selector("button:has-text('Attainment')")
	assert page.locator("button:has-text('Statement')").count() == 1
