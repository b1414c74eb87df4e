"""On a phone: a report begins with its figures, a title is whole, and nothing is off the screen (D1, X4)."""

from __future__ import annotations

import re
from pathlib import Path

import frappe
import pytest
from frappe.utils import formatdate
from playwright.sync_api import expect

import sales_extensions
from tests.browser import sweep
from tests.site import day_world
from tests.site import world as w

MANAGER, PHONE = "manager@example.com", 390
FORM = ".page-container:visible .page-form:visible"
#: what of a title cannot be read
CUT = """() => [...document.querySelectorAll(".page-head .title-text")].filter((one) => one.offsetParent)
	.filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.innerText)"""


@pytest.fixture(scope="module")
def sold(server) -> dict:
	frappe.set_user("Administrator")
	w.policy(enable_upsell_tracking=1)
	target = w.target(10_000, ("Anna", "Bob"), title="Anna and Bob and everyone else of the north this year")
	w.order(1000, team={"Anna": 60, "Bob": 40})
	day_world.talk("anna@example.com", due=-2)
	frappe.db.commit()
	return {"sales_target": target.name, "sales_person": "Anna"}


def reports() -> list[str]:
	return frappe.get_all("Report", {"module": sweep.MODULE, "disabled": 0}, pluck="name", order_by="name")


def test_x4_every_report_of_ours_says_so():
	scripts = Path(sales_extensions.__file__).parent.glob("sales_extensions/report/*/*.js")
	for script in scripts:
		assert re.search(r'= sales_extensions\.report\("', script.read_text()), script.name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_x4_reports_begin_with_figures_and_their_filters_are_folded(desk, sold, theme):
	manager = desk(MANAGER, width=PHONE)
	page = manager.open("user")
	page.evaluate(sweep.DARK, theme == "dark")
	for report in reports():
		sweep.show(page, ["query-report", report], sold)
		manager.picture(f"phone-{report}-{theme}".replace(" ", "_"))
		assert page.locator(FORM).count() == 0, report
		button = page.locator(".se-filters:visible")
		assert button.count() == 1 and "Filters" in button.inner_text(), report
		assert page.evaluate(CUT) == [], report
		assert page.evaluate(sweep.WRONG) == [], report
		figures = page.locator(".report-summary .summary-item:visible")
		if figures.count():
			assert figures.first.bounding_box()["y"] < 200, report
	button.click()
	assert page.locator(FORM).is_visible() and button.get_attribute("aria-expanded") == "true"
	button.click()
	assert page.locator(FORM).count() == 0


@pytest.mark.parametrize(
	("report", "first"), [("Follow Ups", ["Party", "Action"]), ("Seller Statement", ["Sales Order", "Date"])]
)
def test_x4_a_report_has_on_a_phone_first_what_says_most(desk, sold, report, first):
	manager = desk(MANAGER, width=PHONE)
	page = manager.open("user")
	sweep.show(page, ["query-report", report], sold)
	heads = page.locator(".dt-header .dt-cell--header .dt-cell__content").all_inner_texts()
	assert [head.strip() for head in heads if head.strip()][:2] == first


def in_sight(page, place) -> bool:
	box = place.bounding_box()
	return bool(box) and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("user", [MANAGER, "anna@example.com"])
def test_c4_on_a_phone_a_follow_up_is_seen_with_its_day_and_its_note(desk, sold, user):
	viewer = desk(user, width=PHONE)
	page = viewer.open("query-report/Follow%20Ups")
	whole = page.locator(".follow-up-whole:visible").first
	whole.wait_for()
	viewer.picture(f"follow-ups-phone-{user[:4]}")
	assert formatdate(day_world.day(-2)) in whole.inner_text() and "Talked about mills" in whole.inner_text()
	for part in (whole, whole.locator(".indicator-pill"), page.locator(".follow-up-answer:visible").first):
		assert in_sight(page, part)
	row = page.locator(".dt-row .dt-cell:has(.follow-up-whole)").first.bounding_box()
	shown = whole.bounding_box()
	assert shown["y"] + shown["height"] <= row["y"] + row["height"] + 1, "nothing is cut"


@pytest.mark.parametrize(("user", "path"), [("anna@example.com", "my-sales"), (MANAGER, "team-sales")])
def test_d3_on_a_phone_targets_are_in_the_first_screen_and_counts_beside_each_other(desk, sold, user, path):
	viewer = desk(user, width=PHONE)
	page = viewer.open(path)
	first = page.locator(".glance-row").first
	first.wait_for()
	cards = page.locator(".number-widget-box:visible")
	boxes = [cards.nth(number).bounding_box() for number in range(2)]
	assert boxes[0]["y"] == boxes[1]["y"] and in_sight(page, cards.nth(1))
	assert first.bounding_box()["y"] < 700, "of 844"
	viewer.picture(f"{path}-phone")
	titles = page.evaluate(
		"() => [...document.querySelectorAll('.number-widget-box .widget-title .ellipsis')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
	)
	assert not titles


def test_x4_how_many_filters_there_are_is_told_when_one_is_set(desk, sold):
	manager = desk(MANAGER, width=PHONE)
	page = manager.open("user")
	sweep.show(page, ["query-report", "Follow Ups"], sold)
	button = page.locator(".se-filters:visible")
	before = int(re.search(r"\d+", button.inner_text())[0])
	page.evaluate("() => frappe.query_report.set_filter_value('territory', 'Holland')")
	expect(button).to_have_text(f"Filters: {before + 1}")


def test_x4_another_s_chart_is_drawn_as_it_was(desk, sold):
	"""The desk has one page for all reports."""
	page = desk(MANAGER).open("user")
	sweep.show(page, ["query-report", "Follow Ups by Employee"], sold)
	sweep.show(page, ["query-report", "Sales Analytics"], {"company": w.COMPANY})
	drawn = page.evaluate(
		"""() => { const report = frappe.query_report, kept = report.sales_extensions_draws; let drawn;
		report.sales_extensions_draws = (options) => (drawn = options);
		report.render_chart({ fieldtype: "Int", data: {}, axisOptions: {} });
		report.sales_extensions_draws = kept;
		return drawn.axisOptions; }"""
	)
	assert drawn == {}


def test_x4_another_s_report_keeps_its_filters(desk, sold):
	page = desk(MANAGER, width=PHONE).open("user")
	sweep.show(page, ["query-report", "Crew"], sold)
	sweep.show(page, ["query-report", "Sales Analytics"], {"company": w.COMPANY})
	assert page.locator(FORM).is_visible() and page.locator(".se-filters").count() == 0
	sweep.show(page, ["query-report", "Crew"], sold)
	assert page.locator(FORM).count() == 0 and page.locator(".se-filters:visible").count() == 1


def test_x4_on_a_desk_the_filters_stand_open(desk, sold):
	page = desk(MANAGER).open("user")
	sweep.show(page, ["query-report", "Crew"], sold)
	assert page.locator(FORM).is_visible() and page.locator(".se-filters:visible").count() == 0


def test_d1_titles_are_whole_on_a_phone(desk, sold):
	manager = desk(MANAGER, width=PHONE)
	page = manager.open("user")
	routes = sweep.routes_of(MANAGER)[sweep.OPEN]
	cut = {}
	for route in routes:
		if route[0] == "Form" and frappe.get_meta(route[1]).module != sweep.MODULE:
			continue
		sweep.show(page, route, sold)
		found = page.evaluate(CUT)
		if found:
			cut["/".join(route)] = found
	manager.picture("phone-title")
	assert cut == {}
