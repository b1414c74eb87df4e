"""What a page shows is there to be read: nothing beyond the edge beside two sidebars, nothing white on white (V4)."""

from __future__ import annotations

import frappe
import pytest

from tests.site import world as w
from tests.site.day_world import ANNA, talk
from tests.site.tracker_world import LONG

from .conftest import speaking

MANAGER = "manager@example.com"
#: how light a colour is, of 255
LIGHT = """(one) => {
	const [red, green, blue] = getComputedStyle(one).backgroundColor.match(/[0-9.]+/g).map(Number);
	return 0.3 * red + 0.59 * green + 0.11 * blue;
}"""


@pytest.fixture(scope="module")
def sold(server):
	target = w.target(987_654_321, ("Anna", "Bob"), title=f"Anna and Bob: {LONG}"[:140])
	w.order(123_456_789, team={"Anna": 33.333, "Bob": 66.667})
	talk(ANNA, due=0)
	frappe.db.commit()
	return target.name


@pytest.fixture
def in_dutch(server):
	with speaking(ANNA, "nl"):
		yield


def right_of(page, selector: str) -> list[float]:
	"""Where the parts of a page that can be seen end, from the left."""
	return page.locator(selector).evaluate_all(
		"(found) => found.map((one) => one.getBoundingClientRect()).filter((box) => box.width).map((box) => box.right)"
	)


def in_the_dark(page) -> None:
	page.evaluate("() => document.documentElement.setAttribute('data-theme', 'dark')")
	page.wait_for_timeout(500)


def test_t6_the_columns_of_one_list_are_as_wide_after_another_was_open(desk, sold):
	"""A style in a page holds for the whole desk."""
	viewer = desk(MANAGER)
	wide = """() => Object.fromEntries([...document.querySelectorAll('.list-row-head .list-row-col')]
		.filter((one) => one.offsetParent).map((one) => [one.innerText.trim(), getComputedStyle(one).flexGrow]))"""

	def widths(path: str) -> dict[str, str]:
		page = viewer.page
		page.evaluate("(doctype) => frappe.set_route('List', doctype, 'List')", path)
		page.wait_for_function(
			"(doctype) => window.cur_list?.doctype === doctype && !document.body.dataset.ajaxState?.match(/trig/)",
			arg=path,
		)
		viewer.settle()
		return page.evaluate(wide)

	viewer.open("sales-target")
	first = {doctype: widths(doctype) for doctype in ("Sales Target", "Customer")}
	for doctype in ("Conversation", "Sales Order", "Customer", "Sales Target"):
		found = widths(doctype)
		assert found and found == first.get(doctype, found), doctype
	assert set(first["Sales Target"].values()) != set(first["Customer"].values())


def test_t6_a_list_shows_all_its_columns_beside_a_long_title(desk, sold):
	page = desk(MANAGER).open("sales-target")
	page.wait_for_selector(".list-row .target-bar")
	(edge,) = page.locator(".list-row .level-right").evaluate_all(
		"(found) => found.map((one) => one.getBoundingClientRect().left)"
	)
	columns = right_of(page, ".list-row .list-row-col")
	assert len(columns) >= 3 and max(columns) <= edge + 1


def test_t4_the_reason_of_a_credit_can_be_read(desk, sold):
	page = desk(MANAGER).open(f"sales-target/{sold}")
	page.wait_for_selector(".sales-target-orders")
	(edge,) = right_of(page, ".sto-frame")
	assert max(right_of(page, ".sales-target-orders :is(td, th)")) <= edge + 1


def test_c3_the_tab_of_conversations_is_in_sight(desk, sold):
	page = desk(ANNA).open("customer/Shop%20One")
	tab = page.get_by_role("tab", name="Conversations")
	tab.wait_for()
	(edge,) = right_of(page, ".form-tabs:visible")
	box = tab.bounding_box()
	assert box["x"] + box["width"] <= edge + 1


def test_x4_the_months_of_attainment_have_their_names(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open(f"query-report/Attainment?company={w.COMPANY}&from_date={w.START}&to_date={w.END}")
	page.wait_for_selector(".chart-wrapper .x.axis text", state="attached")
	viewer.settle()
	shown = page.locator(".chart-wrapper .x.axis text").all_text_contents()
	assert [text.strip() for text in shown][:3] == ["Jan", "Feb", "Mar"] and len(shown) == 12
	cards = " ".join(page.locator(".report-summary").inner_text().split())
	assert "Percentage 12.5%" in cards


def test_a3_a_share_has_the_decimals_it_has(desk, sold):
	page = desk(MANAGER).open(f"query-report/Sales%20Target%20Orders?sales_target={sold}")
	page.wait_for_selector(".dt-row-1")
	shown = page.evaluate(
		"""() => [60, 33.333, 89.3, 100, null].map((value) => sales_extensions.lines.cell(value, null,
			{fieldtype: "Percent"}, null, () => "")).map((html) => $("<p>").html(html).text())"""
	)
	assert shown == ["60%", "33.333%", "89.3%", "100%", ""]


@pytest.mark.parametrize(
	("route", "title", "there"),
	[("sales-tracker", "Sales Tracker", ".st-stage"), ("my-day", "My Day", ".my-day-list")],
)
def test_k1_d1_a_page_has_its_title_and_keeps_it(desk, sold, route, title, there):
	viewer = desk(MANAGER)
	page = viewer.open(route)
	for _first, back in ((True, "todo"), (False, "")):
		page.wait_for_selector(f"{there}:visible")
		viewer.settle()
		assert page.inner_text(".page-head:visible .title-area").split("\n")[-1].strip() == title
		if back:
			page.evaluate("(route) => frappe.set_route(route)", back)
			page.wait_for_selector(there, state="hidden")
			page.evaluate("(route) => frappe.set_route(route)", route)


def test_d1_my_day_is_there_again_after_another_page(desk, sold):
	viewer = desk(ANNA)
	page = viewer.open("my-day")
	page.wait_for_selector(".my-day-calendar .fc-event", state="attached")
	shown = page.locator(".my-day-calendar .fc-event").count()
	page.evaluate("() => frappe.set_route('todo')")
	page.wait_for_selector(".my-day-list", state="hidden")
	page.evaluate("() => frappe.set_route('my-day')")
	page.wait_for_selector(".my-day-item")
	viewer.settle()
	assert page.locator(".my-day-calendar .fc-event").count() == shown
	assert page.locator(".modal.show").count() == 0


def test_x6_my_day_names_the_day_in_dutch(desk, sold, in_dutch):
	page = desk(ANNA).open("my-day")
	page.wait_for_selector(".my-day-title")
	page.evaluate("() => frappe.pages['my-day'].my_day.show('2026-11-25')")
	page.wait_for_selector(".my-day-title:has-text('woensdag')")
	page.wait_for_selector(".my-day-calendar:has-text('Vandaag')")


def test_t6_marks_stand_out_from_their_tracks_in_the_dark(desk, sold):
	viewer = desk(ANNA)
	page = viewer.open("my-sales")
	page.wait_for_selector(".glance-bar")
	in_the_dark(page)
	track, mark = (page.locator(f".glance-{part}").first.evaluate(LIGHT) for part in ("bar", "pace"))
	assert track < 80 < 200 < mark
	page = viewer.open(f"sales-target/{sold}")
	page.wait_for_selector(".sales-target-progress [role=img]")
	in_the_dark(page)
	bar = page.locator(".sales-target-progress [role=img]")
	assert bar.evaluate(LIGHT) < 80 < 200 < bar.locator("div").last.evaluate(LIGHT)
	page = viewer.open("sales-target")
	page.wait_for_selector(".list-row .target-bar")
	in_the_dark(page)
	assert page.locator(".list-row .target-bar").first.evaluate(LIGHT) < 80
