"""What a target measures is named on the desk, and its documents open from it (M1, M4, T6)."""

from __future__ import annotations

from urllib.parse import quote

import frappe
import pytest

from sales_extensions import lines
from tests.site import world as w
from tests.site.test_documents import alone, bill

MANAGER, PHONE = "manager@example.com", 390
READER = ("Administrator", "admin")  # a Sales Manager may not open invoices
WIDTHS = (1280, PHONE)
NOTHING = "\N{EN DASH}"


@pytest.fixture(scope="module")
def billed(server):
	"""An order of two that is invoiced, an invoice without one; targets of both measures; committed for the browser."""
	made = {
		"invoiced": w.target(10_000, ("Anna",), title="Anna by invoice", measured_on="Invoiced"),
		"count": w.target(40, ("Anna",), numeric=True, title="Invoices of Anna", measured_on="Invoiced"),
		"ordered": w.target(20_000, ("Anna",), title="Anna by order"),
		"order": w.order(1000, team={"Anna": 100}),
		"open": w.order(300, team={"Anna": 100}),
	}
	made |= {"invoice": bill(made["order"]), "own": alone(70, team={"Anna": 100})}
	frappe.db.commit()
	return frappe._dict({key: doc.name for key, doc in made.items()})


def attainment(measured_on: str) -> str:
	return (
		f"query-report/Attainment?company={quote(w.COMPANY)}&from_date={w.START}&to_date={w.END}"
		f"&measured_on={measured_on}"
	)


def row_of(page, seller: str) -> list[str]:
	return page.eval_on_selector_all(
		".dt-row:not(.dt-row-header):not(.dt-row-filter)",
		"""(rows, seller) => rows.map((row) => [...row.querySelectorAll('.dt-cell__content')].map((cell) => cell.innerText.trim()))
			.find((cells) => cells[1] === seller)""",
		seller,
	)


@pytest.mark.parametrize("width", WIDTHS)
def test_M4_the_form_shows_invoices_and_the_order_of_each(desk, billed, width):
	viewer = desk(*READER, width=width)
	page = viewer.open(f"sales-target/{billed.invoiced}")
	page.wait_for_selector(".sales-target-orders tbody tr")
	viewer.picture(f"measure-form-{width}", full_page=True)
	rows = page.locator(".sales-target-orders tbody tr")
	assert rows.count() == 2
	first = rows.first
	assert first.locator(f"a[href*='sales-invoice/{billed.invoice}']").count() == 1
	assert first.locator(f"a[href*='sales-order/{billed.order}']").count() == 1
	assert rows.nth(1).locator("a").all_inner_texts() == [billed.own]
	progress = page.locator(".sales-target-progress").inner_text()
	assert "Invoiced" in progress and "Invoices: 2" in progress
	assert page.locator(".section-head:has-text('Documents behind the result')").count() == 1


def test_M4_who_may_not_open_invoices_has_their_names(desk, billed):
	page = desk(MANAGER).open(f"sales-target/{billed.invoiced}")
	row = page.locator(".sales-target-orders tbody tr").first
	row.wait_for()
	assert billed.invoice in row.inner_text() and "Shop One" in row.inner_text()
	assert row.locator("a").all_inner_texts() == [billed.order]


def test_M1_the_next_form_has_its_own_words(desk, billed):
	viewer = desk(MANAGER)
	page = viewer.open(f"sales-target/{billed.invoiced}")
	page.wait_for_selector(".section-head:has-text('Documents behind the result')")
	page.evaluate("(name) => frappe.set_route('Form', 'Sales Target', name)", billed.ordered)
	page.wait_for_selector(".section-head:has-text('Orders behind the result')")
	page.wait_for_selector(f".sales-target-orders a:has-text('{billed.order}')")
	assert "Invoiced" not in page.locator(".sales-target-progress:visible").inner_text()


def test_M1_upsells_are_of_orders(desk, billed):
	page = desk(MANAGER).open("sales-target/new")
	page.wait_for_function("() => window.cur_frm?.doc?.doctype === 'Sales Target'")
	page.evaluate("() => cur_frm.set_value('measured_on', 'Invoiced')")
	page.evaluate("() => cur_frm.set_value('target_type', 'Upsell')")
	page.wait_for_function("() => cur_frm.doc.measured_on === 'Ordered'")
	assert not page.locator("[data-fieldname=measured_on]:visible").count()
	page.evaluate("() => cur_frm.set_value('target_type', 'Financial')")
	page.locator(".frappe-control[data-fieldname=measured_on]").wait_for(state="visible")


@pytest.mark.parametrize("width", WIDTHS)
def test_M1_the_list_names_the_measure_and_filters_by_it(desk, billed, width):
	viewer = desk(MANAGER, width=width)
	page = viewer.open("sales-target?measured_on=Invoiced")
	page.wait_for_selector(".list-row")
	viewer.settle()
	viewer.picture(f"measure-list-{width}")
	rows = [
		row
		for row in page.locator(".list-row-container:visible").all_inner_texts()
		if "of Anna" in row or "by invoice" in row
	]
	assert len(rows) == 2
	title_alone = width == PHONE and not lines.has_tiles()
	assert sum("· Invoiced" in row for row in rows) == (2 if title_alone else 1), rows
	assert any("of 40 invoices" in row for row in rows) != title_alone, rows


@pytest.mark.parametrize("width", WIDTHS)
def test_M1_attainment_is_of_the_measure_that_is_chosen(desk, billed, width):
	viewer = desk(MANAGER, width=width)
	page = viewer.open(attainment("Invoiced"))
	page.wait_for_selector(".dt-row-1 .dt-cell__content")
	viewer.settle()
	viewer.picture(f"measure-attainment-{width}")
	assert row_of(page, "Anna")[2:4] == ["$ 10,000.00", "$ 1,070.00"]
	page.evaluate("() => frappe.query_report.set_filter_value('measured_on', 'Ordered')")
	page.wait_for_function("() => frappe.query_report.data?.some((row) => row.goal === 20000)")
	viewer.settle()
	assert row_of(page, "Anna")[2:4] == ["$ 20,000.00", "$ 1,300.00"]


@pytest.mark.parametrize("width", WIDTHS)
def test_M4_from_attainment_to_the_invoices_of_the_measure(desk, billed, width):
	viewer = desk(*READER, width=width)
	page = viewer.open(attainment("Invoiced"))
	page.wait_for_selector(".dt-row-1 .dt-cell__content")
	viewer.settle()
	link = page.evaluate(
		"""() => frappe.query_reports.Attainment.formatter(1, 0, {fieldname: "realised"}, {seller: "Anna"}, (value) => value)"""
	)
	assert "measured_on=Invoiced" in link
	page.goto(page.evaluate("(html) => $(html).prop('href')", link))
	page.wait_for_selector(f".dt-cell a:has-text('{billed.invoice}')")
	viewer.settle()
	viewer.picture(f"measure-statement-{width}")
	assert page.locator(f".dt-cell a:has-text('{billed.own}')").count() >= 1
	page.click(f".dt-cell a:has-text('{billed.invoice}')")
	page.wait_for_url(f"**/sales-invoice/{billed.invoice}")


def test_M4_sales_target_orders_opens_invoice_and_order(desk, billed):
	viewer = desk(*READER)
	page = viewer.open(f"query-report/Sales Target Orders?sales_target={billed.invoiced}")
	page.wait_for_selector(f".dt-cell a:has-text('{billed.invoice}')")
	viewer.picture("measure-orders")
	assert page.locator(f".dt-cell a:has-text('{billed.order}')").count() >= 1


@pytest.mark.parametrize("width", WIDTHS)
def test_M4_one_order_from_what_was_ordered_to_the_money(desk, billed, width):
	page = desk(MANAGER, width=width).open(f"sales-order/{billed.order}")
	page.wait_for_function("window.cur_frm?.custom_buttons['From Order to Money']")
	page.evaluate("() => { cur_frm.custom_buttons['From Order to Money'].click(); }")
	table = page.locator(".side-by-side")
	table.locator("tfoot").wait_for()
	figures = table.locator("tfoot [data-figure]").all_inner_texts()
	assert [one.replace("\xa0", " ") for one in figures] == [
		"$ 1,000.00", NOTHING, "$ 1,000.00", NOTHING, NOTHING, NOTHING, "$ 1,000.00",
	]  # fmt: skip
	assert "Invoiced" in table.locator(".side-by-side-documents").inner_text()
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
