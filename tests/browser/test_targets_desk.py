"""Targets in the desk: made, listed, counted by cards, and where a click leads (T1, T5, T6, X4)."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.utils import getdate

from tests.site import world as w

MANAGER, ANNA, BOB = (f"{name}@example.com" for name in ("manager", "anna", "bob"))
PHONE = 390


@pytest.fixture(scope="module")
def sold(server):
	"""Anna is ahead, Bob is behind, and so are the north and the company; committed for the browser."""
	made = {
		"anna": w.target(1000, ("Anna",), title="Anna this year"),
		"bob": w.target(90_000, ("Bob",), title="Bob this year"),
		"north": w.target(200_000, ("North Team",), title="North this year"),
		"all": w.target(900_000, ("Sales Team",), title="All of us"),
		"orders": w.target(40, ("Bob",), numeric=True, title="Orders of Bob"),
	}
	w.order(5000, team={"Anna": 100})
	w.order(2000, team={"Bob": 100})
	frappe.db.commit()
	return frappe._dict({key: doc.name for key, doc in made.items()})


@pytest.fixture(autouse=True)
def lists_as_new(server):
	"""A list begins as one leaves it: of each test its own."""
	frappe.db.rollback()
	frappe.db.sql("DELETE FROM `__UserSettings` WHERE doctype = 'Sales Target'")
	frappe.db.commit()
	frappe.cache.delete_key("_user_settings")


def titles(page) -> set[str]:
	page.wait_for_selector(".list-row .target-bar")
	return {text.strip() for text in page.locator(".list-row .list-subject a.ellipsis").all_inner_texts()}


def wait_for_titles(page, *expected: str) -> None:
	"""The list shows these and no others."""
	page.wait_for_function(
		"""(expected) => {
			const shown = [...document.querySelectorAll(".list-row .list-subject a.ellipsis")];
			return JSON.stringify(shown.map((one) => one.innerText.trim()).sort()) === expected;
		}""",
		arg=json.dumps(sorted(expected), separators=(",", ":")),
	)


ALL = ("Anna this year", "Bob this year", "North this year", "All of us", "Orders of Bob")
BEHIND = ("Bob this year", "North this year", "All of us", "Orders of Bob")


def test_x5_who_can_import_nothing_is_not_offered_it(desk, sold):
	offered = """(doctype) => frappe.model.with_doctype(doctype).then(() =>
		frappe.model.can_import(doctype, null, frappe.get_meta(doctype)))"""
	for user, password, may in ((MANAGER, w.PASSWORD, False), ("Administrator", "admin", True)):
		page = desk(user, password).open("sales-target")
		for doctype in ("Sales Target", "Order Allocation", "Conversation"):
			assert page.evaluate(offered, doctype) is may, (user, doctype)
		page.click(".menu-btn-group:visible button")
		menu = page.locator(".menu-btn-group:visible .dropdown-menu")
		menu.wait_for()
		assert menu.get_by_text("Import", exact=True).count() == int(may)


def period(page) -> list[str]:
	return page.evaluate(
		"() => [cur_frm.doc.period_preset || '', cur_frm.doc.from_date, cur_frm.doc.to_date]"
	)


def choose(page, preset: str) -> None:
	page.select_option("select[data-fieldname='period_preset']", preset)


def test_t5_a_period_that_has_a_name_has_its_days(desk, sold):
	page = desk(MANAGER).open("sales-target/new")
	page.evaluate(f"() => cur_frm.set_value('company', {w.COMPANY!r})")
	choose(page, "Next Fiscal Year")
	page.wait_for_function("() => cur_frm.doc.to_date === '2027-12-31'")
	assert period(page) == ["Next Fiscal Year", "2027-01-01", "2027-12-31"]
	page.evaluate("() => cur_frm.set_value('to_date', '2027-06-30')")
	page.wait_for_function("() => !cur_frm.doc.period_preset")
	assert period(page) == ["", "2027-01-01", "2027-06-30"]


def test_t5_the_days_are_those_of_the_company_that_stands_there(desk, sold):
	"""An answer that comes late is of the company before."""
	page = desk(MANAGER).open("sales-target/new")
	page.evaluate(f"() => cur_frm.set_value('company', {w.COMPANY!r})")
	held = []
	page.route("**/*preset_period*", lambda route: held.append(route) if not held else route.continue_())
	choose(page, "This Month")
	while not held:
		page.wait_for_timeout(50)
	page.evaluate("() => { cur_frm.doc.company = 'Another' }")
	held[0].continue_()
	page.wait_for_function("() => !frappe.request.ajax_count")
	page.wait_for_timeout(200)
	assert period(page)[0] == "This Month" and page.evaluate("() => !cur_frm.is_filling_period")
	assert period(page)[1:] == [page.evaluate("() => frappe.datetime.get_today()")] * 2 or not period(page)[1]


def test_t5_where_days_can_not_be_known_no_name_stands_above_others(desk, sold):
	page = desk(MANAGER).open("sales-target/new")
	page.evaluate(f"() => cur_frm.set_value('company', {w.COMPANY!r})")
	choose(page, "This Fiscal Year")
	page.wait_for_function("() => cur_frm.doc.to_date")
	kept = period(page)[1:]
	page.evaluate("() => { frappe.xcall = () => Promise.reject(new Error('not known')); }")
	choose(page, "Next Fiscal Year")
	page.wait_for_function("() => !cur_frm.doc.period_preset")
	assert period(page) == ["", *kept]


@pytest.fixture
def accountant(server):
	"""The manager is one too: a role that may read Monthly Distributions."""
	frappe.get_doc("User", MANAGER).add_roles("Accounts Manager")
	frappe.db.commit()
	yield
	frappe.get_doc("User", MANAGER).remove_roles("Accounts Manager")
	frappe.db.commit()


def test_t1_who_may_not_choose_a_distribution_is_not_asked_for_one(desk, sold, request):
	for may in (False, True):
		if may:
			request.getfixturevalue("accountant")
		viewer = desk(MANAGER)
		page = viewer.open("sales-target/new")
		page.wait_for_selector("[data-fieldname='target_amount']:visible")
		viewer.settle()
		assert page.is_visible("[data-fieldname='monthly_distribution']") == may


def test_t6_an_order_has_its_targets_in_the_colours_of_team_sales(desk, sold):
	order = frappe.db.get_value("Sales Team", {"sales_person": "Bob", "parenttype": "Sales Order"}, "parent")
	page = desk(MANAGER).open(f"sales-order/{order}")
	page.wait_for_selector(".se-pill.orange:has-text('Bob this year')", state="attached")


def test_t6_a_new_target_shows_its_progress_once(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open("sales-target/new")
	page.evaluate(
		f"""() => cur_frm.set_value({{company: {w.COMPANY!r}, title: 'Made in the desk', target_amount: 5,
			period_preset: 'This Month', assignees: [{{sales_person: 'Cleo'}}]}})"""
	)
	page.wait_for_function("() => cur_frm.doc.from_date && cur_frm.doc.to_date")
	page.click("button[data-label='Save']:visible")
	page.wait_for_selector(".sales-target-progress")
	viewer.settle()
	assert page.locator(".sales-target-progress").count() == 1
	assert period(page)[0] == ""
	frappe.db.rollback()
	frappe.delete_doc("Sales Target", page.evaluate("() => cur_frm.doc.name"))
	frappe.db.commit()


def card(page, name: str):
	title = page.locator(".widget-title", has_text=re.compile(rf"^\s*{name}\s*$"))
	return page.locator(".number-widget-box", has=title)


def number(page, name: str) -> str:
	found = card(page, name).locator(".widget-content .number")
	found.wait_for()
	return found.inner_text().strip()


def test_c5_the_cards_of_the_pipeline_say_of_when_they_are(desk, sold):
	page = desk(MANAGER).open("team-sales")
	assert number(page, "First Conversations This Month") == "0"
	labels = [
		text.split("\n")[0] for text in page.locator(".number-widget-box .widget-title").all_inner_texts()
	]
	assert [label.lower().rpartition(" ")[2] for label in labels[4:]] == ["now", *["month"] * 5], labels


@pytest.mark.parametrize("width", [1280, PHONE])
def test_t6_a_card_whose_figure_is_another_in_attainment_says_of_which_targets_that_is(desk, sold, width):
	second = w.target(
		70_000, ("Bob",), title="Bob <i>again</i>", from_date="2026-10-01", to_date="2026-12-31"
	)
	frappe.db.commit()
	try:
		viewer = desk(MANAGER, width=width)
		page = viewer.open("team-sales")
		told = page.locator(f".glance-row[data-target='{sold.bob}'] + .glance-instead")
		told.wait_for()
		assert "Attainment counts Oct" in told.inner_text() and "Bob <\u200bi>again" in told.inner_text()
		assert told.locator(f"[data-target='{second.name}']").count() == 1
		viewer.picture(f"instead-{width}")
		told.locator("a:has-text('Attainment')").click()
		page.wait_for_selector("[data-made-of='Bob']")
		page.locator("[data-made-of='Bob'][data-field='goal']").click()
		page.wait_for_selector(".made-of:has-text('Bob this year'):has-text('again')")
	finally:
		frappe.db.rollback()
		frappe.delete_doc("Sales Target", second.name)
		frappe.db.commit()


def test_x4_a_card_opens_its_list_by_filters_that_do_not_stay(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open("team-sales")
	assert number(page, "Targets Behind Pace") == str(len(BEHIND))
	card(page, "Targets Behind Pace").locator(".widget-body").click()
	page.wait_for_url("**/sales-target**")
	wait_for_titles(page, *BEHIND)
	viewer.settle()
	asked = parse_qs(urlsplit(page.url).query)
	assert "behind_pace" in asked and "name" not in asked
	viewer.picture("behind-list")

	page.evaluate("() => frappe.set_route('my-sales')")
	page.wait_for_selector("[data-of='mine']:visible, .glance-nothing:visible")
	page.evaluate(
		"() => { frappe.route_options = null; return frappe.set_route('List', 'Sales Target', 'List'); }"
	)
	wait_for_titles(page, *ALL)
	page.go_back()
	page.go_back()
	wait_for_titles(page, *BEHIND)
	viewer.settle()
	page = viewer.open("sales-target")
	wait_for_titles(page, *ALL)


def test_x4_a_filter_that_one_sets_oneself_stays(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open("sales-target?behind_pace=1")
	wait_for_titles(page, *BEHIND)
	page = viewer.open("sales-target")
	wait_for_titles(page, *ALL)
	page.fill(".standard-filter-section input[data-fieldname='title']", "Bob")
	page.keyboard.press("Tab")
	wait_for_titles(page, "Bob this year", "Orders of Bob")
	viewer.settle()
	page = viewer.open("sales-target?status=Running&behind_pace=1")
	wait_for_titles(page, *BEHIND)
	viewer.settle()
	page = viewer.open("sales-target")
	wait_for_titles(page, "Bob this year", "Orders of Bob")


def test_t1_the_list_shows_seller_period_goal_and_result_and_asks_for_seller_and_period(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open("sales-target")
	wait_for_titles(page, *ALL)
	row = page.locator(".list-row:has-text('Bob this year')")
	text = " ".join(row.inner_text().split())
	for shown in ("Bob", "Jan \u2013 Dec 2026", "$ 2,000 of 90,000", "2.2 %"):
		assert shown in text, text
	assert "1 of 40 orders" in page.inner_text(".list-row:has-text('Orders of Bob')")
	colors = page.locator(".list-row .target-bar > span").evaluate_all(
		"(bars) => bars.map((bar) => bar.style.background)"
	)
	assert sorted(colors) == ["var(--green-500)"] + ["var(--orange-500)"] * 4
	viewer.picture("list")
	page = viewer.open(f"sales-target?{'Sales Target Assignee.sales_person'}=Bob")
	wait_for_titles(page, "Bob this year", "Orders of Bob")
	assert page.input_value(".standard-filter-section input[data-fieldname='sales_person']") == "Bob"
	page.fill(".standard-filter-section input[data-fieldname='sales_person']", "Anna")
	page.get_by_role("option", name="Anna").first.click()
	wait_for_titles(page, "Anna this year")
	page = viewer.open(f'sales-target?to_date=[">=","{getdate()}"]&from_date=["<=","{getdate()}"]')
	wait_for_titles(page, *ALL)
	assert page.input_value(".standard-filter-section input[data-fieldname='to_date']")
	page = viewer.open(f'sales-target?to_date=[">=","{getdate().year + 1}-01-01"]')
	page.wait_for_selector(".no-result:visible")


def test_t1_the_list_on_a_phone(desk, sold):
	viewer = desk(MANAGER, width=PHONE)
	page = viewer.open("sales-target")
	wait_for_titles(page, *ALL)
	viewer.picture("list-phone")
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")


def section(page, of: str) -> set[str]:
	page.wait_for_selector(f".glance-list[data-of='{of}'] .glance-row")
	return {text.strip() for text in page.locator(f"[data-of='{of}'] .glance-title").all_inner_texts()}


@pytest.mark.parametrize("width", [1280, PHONE])
def test_d3_mine_is_what_names_me_with_teams_and_company_beside(desk, sold, width):
	viewer = desk(BOB, width=width)
	page = viewer.open("my-sales")
	assert section(page, "mine") == {"Bob this year", "Orders of Bob"}
	assert section(page, "teams") == {"North this year"}
	assert section(page, "company") == {"All of us"}
	for name, count in (
		("My Targets", "2"), ("My Targets Behind Pace", "2"), ("My Achieved Targets", "0"),
		("Targets of My Teams", "1"), ("Targets of the Company", "1"),
	):  # fmt: skip
		assert number(page, name) == count, name
	viewer.picture(f"mine-{width}", full_page=True)
	card(page, "Targets of My Teams").locator(".widget-body").click()
	wait_for_titles(page, "North this year")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_t6_from_who_is_at_risk_to_what_may_help(desk, sold, width):
	viewer = desk(MANAGER, width=width)
	page = viewer.open("team-sales")
	assert section(page, "leaders") == {"Anna this year"}
	assert page.locator("text=also those dated later than today").is_visible()
	assert section(page, "behind") == set(BEHIND)
	viewer.picture(f"team-{width}", full_page=True)
	steps = page.locator(".glance-steps").filter(has_text="Pipeline").first
	assert steps.locator("a").all_inner_texts() == ["Open Pipeline", "Follow Ups", "Quotations to Chase"]
	bob = frappe.db.get_value("Sales Person", "Bob", "employee")
	steps.locator("a:has-text('Follow Ups')").click()
	page.wait_for_url("**/query-report/Follow%20Ups**")
	page.wait_for_function(f"() => frappe.query_report?.get_filter_value('employee') === {bob!r}")
	page = viewer.open("team-sales")
	page.locator(".glance-steps a:has-text('Quotations')").first.click()
	page.wait_for_url("**/quotation**owner**")
	page = viewer.open("team-sales")
	page.locator(".glance-steps a:has-text('By Seller')").first.click()
	page.wait_for_url("**/query-report/Attainment**target_type=Financial**")
	page = viewer.open("team-sales")
	page.locator(".glance-ways a:has-text('New Sales Target')").click()
	page.wait_for_url("**/sales-target/new**")


#: as if it were May
UNTIL = 5
YEAR = f"company={w.COMPANY}&from_date={w.START}&to_date={w.END}"


@pytest.mark.parametrize("width", [1280, PHONE])
def test_x4_a_figure_of_attainment_says_what_it_is_made_of(desk, sold, width):
	viewer = desk(MANAGER, width=width)
	page = viewer.open(f"query-report/Attainment?{YEAR}")
	page.wait_for_selector(".dt-row-1 .dt-cell__content")
	page.locator("a[data-made-of='Sales Team']:visible").first.click()
	page.wait_for_selector(".made-of:visible tbody tr")
	shown = " ".join(page.inner_text(".made-of:visible").split())
	assert "All of us" in shown and "$ 900,000.00" in shown and "$ 7,000.00" in shown
	last = page.locator(".made-of:visible tbody tr").first.locator("td:visible").last.bounding_box()
	assert last["x"] + last["width"] <= width
	viewer.picture(f"made-of-{width}")
	page.locator(".made-of:visible a:has-text('All of us')").click()
	page.wait_for_url(f"**/sales-target/{sold.all}")


def test_d3_a_seller_begins_with_their_own_figures(desk, sold):
	viewer = desk(BOB)
	page = viewer.open("query-report/Seller Statement")
	page.wait_for_selector(".dt-row-0 .dt-cell__content")
	assert page.evaluate("() => frappe.query_report.get_filter_value('sales_person')") == "Bob"
	page = viewer.open("query-report/Attainment")
	page.wait_for_selector(".dt-row-0 .dt-cell__content")
	assert page.evaluate("() => frappe.query_report.get_filter_value('sales_person')") == "Bob"
	page = desk(MANAGER).open("query-report/Attainment")
	page.wait_for_selector(".dt-row-3 .dt-cell__content")
	assert not page.evaluate("() => frappe.query_report.get_filter_value('sales_person')")


def test_d3_the_result_of_the_year_ends_today(desk, sold):
	viewer = desk(MANAGER)

	def in_may(route):
		"""As the server says it in May: in December a chart that ends nowhere would look the same."""
		answer = route.fetch()
		route.fulfill(response=answer, json={"message": answer.json()["message"] | {"until": UNTIL}})

	page = viewer.open("user")
	page.route("**/*target_and_result.target_and_result.get*", in_may)
	viewer.open("team-sales")
	points = """() => [...document.querySelectorAll(".dashboard-widget-box .dataset-units .line-graph-path")]
		.map((path) => path.getAttribute("d").split("L").length)"""
	page.wait_for_function(
		f"() => JSON.stringify(({points})().slice(0, 3)) === JSON.stringify([12, 12, {UNTIL}])"
	)
	viewer.settle()
	page.evaluate("() => window.dispatchEvent(new Event('resize'))")
	page.wait_for_timeout(800)
	assert page.evaluate(points)[:3] == [12, 12, UNTIL]
	viewer.picture("chart")


def test_t4_the_ledger_shows_amount_date_and_reason_in_short(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open(f"sales-target-entry?sales_target={sold.bob}")
	page.wait_for_selector(".list-row")
	viewer.settle()
	text = " ".join(page.inner_text(".list-row").split())
	assert "Bob" in text and "$ 2,000.00" in text and "Sales Team: 100 % of $ 2,000.00" in text, text
	viewer.picture("entries")
	shown = """(parts) => frappe.listview_settings["Sales Target Entry"].formatters.reason(
		"", null, { reason_parts: JSON.stringify(parts) })"""
	page.evaluate(
		"() => { Object.assign(frappe.sys_defaults, { number_format: '#.###,##', date_format: 'dd-mm-yyyy' }) }"
	)
	reasons = [
		["Sales Team: {0} of {1} is {2}.", "33.333333333 %", "2,000.00 USD", "-666.67 USD"],
		["The order's date moved from {0} to {1}.", "2026-03-31", "2026-04-01"],
		["{0} is a Sales Person of the target.", "2026-11-05"],
	]
	text = page.evaluate(shown, reasons)
	assert "Sales Team: 33,333333 % of $ 2.000,00 is $ -666,67." in text, text
	assert "moved from 31-03-2026 to 01-04-2026." in text and "2026-11-05 is a Sales Person" in text, text


def test_t1_a_sales_person_leads_to_their_targets(desk, sold):
	viewer = desk(MANAGER)
	page = viewer.open("sales-person/Bob")
	link = page.locator(".document-link[data-doctype='Sales Target'] .badge-link")
	link.wait_for()
	link.click()
	wait_for_titles(page, "Bob this year", "Orders of Bob")


def test_x4_achieved_counts_the_same_on_each_workspace(desk, sold):
	past = w.target(1, ("Anna",), title="Long ago", from_date="2026-01-01", to_date="2026-03-31")
	w.order(5, team={"Anna": 100}, date="2026-02-02")
	frappe.db.commit()
	assert frappe.db.get_value("Sales Target", past.name, "status") == "Achieved"
	viewer = desk(MANAGER)
	page = viewer.open("team-sales")
	assert number(page, "Achieved Targets") == "1"
	page = viewer.open("sales-extensions")
	shortcut = page.locator(".shortcut-widget-box:has-text('Achieved Targets')")
	shortcut.wait_for()
	shortcut.click()
	wait_for_titles(page, "Anna this year")
	past.delete()
	frappe.db.commit()


IS_WHOLE = "(one) => one.scrollWidth <= one.clientWidth + 1 && one.scrollHeight <= one.clientHeight + 1"


def test_t4_date_order_amount_and_why_of_a_statement_are_in_sight(desk, sold):
	shared = w.order(7792.4, team={"Bob": 100}, date="2026-10-28")
	w.allocation(shared.name, w.percent("Bob", 25))
	frappe.db.commit()
	viewer = desk(MANAGER)
	page = viewer.open(f"query-report/Seller Statement?{YEAR}&sales_person=Bob")
	page.wait_for_selector(".dt-row-1 .dt-cell__content")
	viewer.settle()
	(edge,) = page.locator(".datatable .dt-scrollable").evaluate_all(
		"(found) => found.map((one) => one.getBoundingClientRect().right)"
	)
	for reason in ("Sales Team: 100 % of $ 2,000.00", "the natural owner: 75 %"):
		cell = page.locator(f".dt-row .dt-cell:has-text('{reason}')")
		box = cell.bounding_box()
		assert box["x"] + box["width"] <= edge + 1
		row = page.locator(f".dt-row:has-text('{reason}')")
		for column in range(1, 5):
			assert row.locator(f".dt-cell--col-{column} .dt-cell__content").evaluate(IS_WHOLE), column
	viewer.picture("statement-at-1280")
