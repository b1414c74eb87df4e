"""Conversations and the day's work as a newcomer meets them: what stopped, misled or slowed people (C1, C3, C4, C6, D1)."""

from __future__ import annotations

import frappe
import icalendar
import pytest
from frappe.utils import formatdate
from playwright.sync_api import expect

from sales_extensions import lines
from sales_extensions.api import conversation_actions
from tests.browser.test_conversations import DIALOG, field
from tests.site.day_world import ANNA, BOB, MANAGER, as_user, day, employee, talk

DESKTOP, TABLET, PHONE = 1280, 820, 390
#: How much of a form is seen at first.
SCREEN = {DESKTOP: 900, PHONE: 844}
CONFIRM = ".modal.show:has(.frappe-confirm-message)"
NOTE = "Wants two mills, and a third in spring."


@pytest.fixture(scope="module")
def said(server):
	frappe.set_user("Administrator")
	made = frappe._dict(
		late=talk(ANNA, due=-2, with_whom="Mrs. Jansen", note=NOTE).name,
		due=talk(ANNA, "Builder Two", due=0).name,
		bobs=[talk(BOB, "Home Three", due=-4).name, talk(BOB, "Shop One", due=-3).name],
	)
	with as_user(ANNA):
		made.booking = conversation_actions.make_event(
			made.late, f"{day(0)} 14:00:00", f"{day(0)} 15:30:00", "See the mill"
		)["name"]
		conversation_actions.make_todo(made.late, due=day(0), subject="Send the list")
		cards = frappe.get_doc(
			{"doctype": "ToDo", "description": "Order cards", "allocated_to": ANNA}
		).insert()
		frappe.db.set_value("ToDo", cards.name, "date", None)
	frappe.db.commit()
	return made


def bottom(page, selector: str) -> float:
	box = page.locator(selector).first.bounding_box()
	return box["y"] + box["height"]


def is_within(page, selector: str) -> bool:
	box = page.locator(selector).first.bounding_box()
	return bool(box) and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"] + 1


# --- an answer ------------------------------------------------------------------------------------

ANSWER = {
	"my-day": ".my-day-item:has-text('Mrs. Jansen') .my-day-answer",
	"query-report/Follow%20Ups": ".follow-up-answer[data-name='{late}']",
	"customer/Shop%20One": "li[data-name='{late}'] [data-do='answer']",
}


@pytest.mark.parametrize("path", ANSWER)
def test_c4_an_answer_shows_what_is_answered_and_by_whom_it_was_said(desk, said, path):
	page = desk(ANNA, width=PHONE if path == "my-day" else DESKTOP).open(path)
	if path.startswith("customer"):
		page.click(".form-tabs [data-fieldname='sales_extensions_conversations_tab']")
	page.click(ANSWER[path].format(late=said.late))
	page.wait_for_selector(".modal.show .answered-note")
	shown = page.inner_text(".modal.show .answered-note")
	assert NOTE in shown and "Anna" in shown, path
	assert bottom(page, ".modal.show .answered-note") <= bottom(page, ".modal.show [data-fieldname='note']")


def test_c1_log_it_says_what_a_private_note_is(desk, said):
	page = desk(ANNA).open("my-day")
	page.click("button:has-text('Log It'):visible")
	help_text = page.locator(f"{DIALOG} [data-fieldname='is_private'] .help-box:visible")
	expect(help_text).to_contain_text("shown to nobody but you")
	assert not page.locator(f"{DIALOG} .answered-note:visible").count()


# --- the conversation ------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_c1_note_pipeline_and_follow_up_are_in_the_first_screen(desk, said, width):
	anna = desk(ANNA, width=width)
	page = anna.open(f"conversation/{said.late}")
	page.wait_for_selector(".led-to a")
	anna.picture(f"conversation-{width}")
	for name in ("note", "pipeline_position", "follow_up_date"):
		assert bottom(page, f".form-layout [data-fieldname={name}]") <= SCREEN[width], name
	assert page.locator(".form-layout :text-is('Led To')").count() == 1
	assert page.locator(".form-dashboard .form-links:visible").count() == 0
	rows = page.locator(".led-to tr").all_inner_texts()
	assert any("Booking" in row and "See the mill" in row and "14:00" in row for row in rows)
	assert any("Task" in row and "Send the list" in row for row in rows)
	assert f"Shop One, {day(-10)}" in page.inner_text(".page-head")
	for name in ("completed", "is_follow_up"):
		assert page.locator(f"[data-fieldname={name}] .help-box").first.inner_text(), name
	anna.settle()


def test_c6_led_to_has_the_calendar_file_of_a_booking(desk, said):
	page = desk(ANNA).open(f"conversation/{said.late}")
	row = page.locator(".led-to tr", has_text="See the mill")
	with page.expect_download() as download:
		row.get_by_text("Calendar File (.ics)").click()
	with open(download.value.path(), "rb") as file:
		(event,) = icalendar.Calendar.from_ical(file.read()).walk("VEVENT")
	assert str(event["summary"]) == "See the mill" and NOTE in str(event["description"])
	assert event["uid"].startswith(said.booking)
	assert event.decoded("dtend") - event.decoded("dtstart") == frappe.utils.datetime.timedelta(minutes=90)


def test_c1_the_list_says_who_what_and_when_next(desk, said):
	manager = desk(MANAGER)
	page = manager.open("conversation")
	row = page.locator(".list-row-container", has_text=formatdate(day(-2)))
	row.wait_for()
	manager.picture("conversation-list")
	for text in ("Shop One", "Wants two mills", "Anna", formatdate(day(-2))):
		assert text in row.inner_text(), text


def test_x5_what_is_refused_names_the_conversation_and_writes_days_as_the_user_does(desk, said):
	anna = desk(ANNA)
	page = anna.open(f"conversation/{said.due}")
	page.evaluate(
		"(day) => { cur_frm.set_value('follow_up_date', day).then(() => cur_frm.save()) }", day(-30)
	)
	page.wait_for_selector(".modal.show .msgprint")
	assert "Conversation: Builder Two" in page.inner_text(".modal.show:has(.msgprint) .modal-title")
	assert formatdate(day(-30)) in page.inner_text(".modal.show .msgprint")
	anna.errors.clear()  # the browser tells of the refusal too


# --- private bookings ------------------------------------------------------------------------------


def test_c6_a_booking_that_only_its_maker_sees_is_in_nobodys_timeline(desk, said):
	anna = desk(ANNA)
	page = anna.open(f"conversation/{said.due}")
	for title, public in (("Quiet visit", 0), ("Visit for all", 1)):
		page.click(".inner-group-button:has-text('Create') button")
		page.click("a.dropdown-item:visible:has-text('Booking')")
		page.wait_for_selector(".modal.show .modal-title:has-text('Booking')")
		page.wait_for_function("() => window.cur_dialog?.fields_dict.subject")
		page.evaluate(
			"([title, shown]) => { cur_dialog.set_values({ subject: title, public: shown }) }",
			[title, public],
		)
		page.wait_for_function("(title) => cur_dialog.get_value('subject') === title", arg=title)
		page.click(".modal.show .btn-modal-primary:has-text('Create')")
		page.wait_for_selector(f".led-to tr:has-text('{title}')")
	manager = desk(MANAGER)
	page = manager.open("customer/Builder%20Two")
	page.wait_for_selector(".new-timeline .timeline-item:has-text('Talked about mills')")
	manager.settle()
	manager.picture("private-booking")
	frappe.db.rollback()
	assert frappe.db.count("Event", {"subject": "Quiet visit", "event_type": "Private"}) == 1
	told = frappe.get_all(
		"Communication", {"reference_doctype": "Event"}, pluck="subject", order_by="creation"
	)
	assert "Visit for all" in told and "Quiet visit" not in told
	assert "Quiet visit" not in page.inner_text(".new-timeline")


# --- what was typed is not lost ----------------------------------------------------------------------


def quick_add(viewer, note: str):
	"""Opens the dialog one step away from another page, and types a note."""
	page = viewer.open("todo")
	page.evaluate("() => { frappe.set_route('List', 'Customer', 'List') }")
	page.wait_for_selector(".list-row:has-text('Home Three')")
	page.evaluate(
		"() => { sales_extensions.conversations.quick_add({ party_type: 'Customer', party: 'Home Three' }) }"
	)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.type(note)
	viewer.settle()
	return page


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_c1_escape_on_a_half_typed_note_asks_first(desk, said, width):
	anna = desk(ANNA, width=width)
	page = quick_add(anna, "Half a tho")
	page.keyboard.press("Escape")
	page.wait_for_selector(CONFIRM)
	anna.picture(f"half-typed-{width}")
	page.wait_for_function("() => document.activeElement.matches('.btn-modal-primary, .modal')")
	page.keyboard.press("Enter")
	page.wait_for_selector(CONFIRM, state="hidden")
	assert field(page, "note").input_value() == "Half a tho"
	page.click(f"{DIALOG} .btn-modal-close")
	page.wait_for_selector(CONFIRM)
	page.click(f"{CONFIRM} .btn-modal-secondary")
	page.wait_for_selector(DIALOG, state="hidden")
	assert page.evaluate("() => !window.cur_dialog && !document.querySelector('.modal.show')")


def test_c1_a_second_escape_asks_no_second_time(desk, said):
	anna = desk(ANNA)
	page = quick_add(anna, "Half a tho")
	# both before the question is shown
	page.evaluate("(dialog) => { for (const _time of [1, 2]) $(dialog).modal('hide') }", DIALOG)
	page.wait_for_selector(CONFIRM)
	anna.settle()
	assert page.locator(".modal:has(.frappe-confirm-message)").count() == 1
	page.click(f"{CONFIRM} .btn-modal-secondary")
	page.wait_for_selector(DIALOG, state="hidden")
	assert page.evaluate("() => !document.querySelector('.modal.show')")


def test_c1_the_way_back_from_a_half_typed_note_asks_first(desk, said):
	anna = desk(ANNA)
	page = quick_add(anna, "Half a tho")
	here = page.url
	page.evaluate("() => history.back()")
	page.wait_for_selector(CONFIRM)
	assert page.url == here and page.is_visible(DIALOG)
	page.click(f"{CONFIRM} .btn-modal-primary")
	page.wait_for_selector(CONFIRM, state="hidden")
	assert field(page, "note").input_value() == "Half a tho"
	page.evaluate("() => history.back()")
	page.wait_for_selector(CONFIRM)
	page.click(f"{CONFIRM} .btn-modal-secondary")
	page.wait_for_url("**" + lines.desk("todo") + "**")
	page.wait_for_selector(DIALOG, state="hidden")


def test_c1_escape_closes_an_open_calendar_and_not_the_dialog(desk, said):
	page = quick_add(desk(ANNA), "Half a tho")
	page.locator(f"{DIALOG} [data-fieldname=follow_up_date] input").click()
	page.wait_for_selector(".datepicker.active")
	page.keyboard.press("Escape")
	page.wait_for_selector(".datepicker.active", state="detached")
	page.wait_for_timeout(400)
	assert page.locator(".modal.show").count() == 1, "nothing is asked"
	page.keyboard.press("Escape")
	page.wait_for_selector(".modal.show .modal-title:has-text('Not Saved')")


def test_c1_a_note_that_is_saved_or_empty_is_not_asked_about(desk, said):
	anna = desk(ANNA)
	page = quick_add(anna, "Whole thought")
	page.keyboard.press("Control+Enter")
	page.wait_for_selector(DIALOG, state="hidden")
	page.evaluate(
		"() => { sales_extensions.conversations.quick_add({ party_type: 'Customer', party: 'Home Three' }) }"
	)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.type("x")
	page.keyboard.press("Backspace")
	page.keyboard.press("Escape")
	page.wait_for_selector(DIALOG, state="hidden")
	assert page.locator(CONFIRM).count() == 0


def test_c1_the_way_back_from_a_form_with_a_half_typed_note_asks_first(desk, said):
	anna = desk(ANNA)
	page = anna.open("todo")
	page.evaluate("() => { frappe.new_doc('Conversation', { party_type: 'Customer', party: 'Home Three' }) }")
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.type("Half a tho")
	anna.settle()
	here = page.url
	page.evaluate("() => history.back()")
	page.wait_for_selector(CONFIRM)
	assert page.url == here
	page.click(f"{CONFIRM} .btn-modal-primary")
	page.wait_for_selector(CONFIRM, state="hidden")
	assert page.evaluate("() => cur_frm.doc.note") == "Half a tho"
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_new() && !cur_frm.is_dirty()")
	anna.settle()
	page.evaluate("() => history.back()")
	page.wait_for_url("**" + lines.desk("todo") + "**")
	assert page.locator(CONFIRM).count() == 0


# --- logging it where there is little room ------------------------------------------------------------


@pytest.mark.parametrize("width", [TABLET, PHONE])
def test_c3_log_it_is_at_hand_in_the_list_and_the_form(desk, said, width):
	anna = desk(ANNA, width=width)
	page = anna.open("customer")
	row = page.locator(".list-row-container", has_text="Home Three")
	button = row.locator(".btn-action")
	button.wait_for()
	anna.picture(f"log-it-list-{width}")
	box = button.bounding_box()
	assert box["x"] >= 0 and box["x"] + box["width"] <= width
	assert page.evaluate("(one) => one.scrollWidth <= one.clientWidth", button.element_handle()), (
		"is not cut off"
	)
	assert button.evaluate(
		"(one) => { const { x, y, width, height } = one.getBoundingClientRect();"
		" return one.contains(document.elementFromPoint(x + width / 2, y + height / 2)) }"
	)
	button.click()
	page.wait_for_selector(DIALOG)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.press("Escape")
	page.wait_for_selector(DIALOG, state="hidden")
	page = anna.open("customer/Home%20Three")
	anna.picture(f"log-it-form-{width}")
	assert is_within(page, ".page-head .log-it")
	page.click(".page-head .log-it")
	page.wait_for_selector(f"{DIALOG} .modal-title:has-text('Home Three')")


@pytest.mark.parametrize("width", [DESKTOP, TABLET, PHONE])
def test_c3_the_parties_to_choose_from_do_not_cover_the_note(desk, said, width):
	anna = desk(ANNA, width=width)
	page = anna.open("todo")
	page.evaluate("() => { sales_extensions.conversations.quick_add() }")
	page.wait_for_selector(f"{DIALOG} [data-fieldname=party] [role=option]")
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'party'")
	anna.picture(f"parties-{width}")
	assert (
		bottom(page, f"{DIALOG} [data-fieldname=party] [role=listbox]")
		<= field(page, "note").bounding_box()["y"]
	)
	page.locator(f"{DIALOG} [data-fieldname=party] [role=option]", has_text="Home Three").click()
	field(page, "note").fill("Is in a hurry")
	page.wait_for_function("() => cur_dialog.get_value('party') === 'Home Three'")


# --- the day's work -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_d1_my_sales_begins_with_the_days_work_and_its_own_times(desk, said, width):
	anna = desk(ANNA, width=width)
	page = anna.open("my-sales")
	page.wait_for_selector(".custom-block-widget-box .day-item")
	anna.settle()
	anna.picture(f"my-sales-{width}")
	first = page.locator(".codex-editor .ce-block .widget").first
	assert first.locator(".day").count() == 1
	text = page.inner_text(".day")
	assert "14:00\u201315:30" in text and "See the mill" in text
	assert formatdate(day(-2)) in text and "Overdue" in text
	assert "Without a Day" in text and "Order cards" in text
	assert " ago" not in text and "just now" not in text
	page.locator(".day-item", has_text="See the mill").click()
	page.wait_for_url("**" + lines.desk(f"event/{said.booking}"))


def test_c4_a_manager_sees_whose_the_follow_ups_are(desk, said):
	manager = desk(MANAGER)
	page = manager.open("query-report/Follow%20Ups")
	page.wait_for_selector(".dt-row-0 .dt-cell:has-text('Bob')")
	assert is_within(page, ".dt-row-0 .dt-cell:has-text('Bob')")
	manager.picture("follow-ups-of-all")
	page = manager.open(f"query-report/Follow%20Ups%20by%20Employee?from_date={day(-9)}&to_date={day(1)}")
	page.wait_for_selector(".chart-container .bar", state="attached")
	manager.picture("follow-ups-by-employee")
	colours = page.evaluate(
		"() => Object.fromEntries([...document.querySelectorAll('.chart-legend > g, .chart-legend .legend-dataset')]"
		".map((one) => [one.textContent.trim(), (one.querySelector('rect') || {}).style?.fill"
		" || one.querySelector('rect')?.getAttribute('fill')]))"
	)
	assert "245, 107, 107" in str(colours) or "F56B6B" in str(colours).upper(), colours
	marks = list(filter(None, page.locator(".chart-container .y.axis text").all_text_contents()))
	assert marks and all(mark.isdigit() for mark in marks) and len({*marks}) == len(marks), marks


def test_c4_rows_and_filters_narrow_a_long_report(desk, said):
	manager = desk(MANAGER)
	page = manager.open("query-report/Follow%20Ups?limit=1")
	page.wait_for_selector(":text('The first 1 of')")
	assert page.locator(".dt-scrollable .dt-row").count() == 1
	page.evaluate("() => { frappe.query_report.set_filter_value('limit', 3) }")
	page.wait_for_selector(":text('The first 3 of')")
	assert page.locator(".dt-scrollable .dt-row").count() == 3
	page.evaluate(
		"(who) => { frappe.query_report.set_filter_value({ limit: 500, employee: who }) }", employee(BOB)
	)
	page.wait_for_function("() => frappe.query_report.data?.length === 2")
	assert {row["who"] for row in page.evaluate("() => frappe.query_report.data")} == {"Bob"}
	page.evaluate("() => { frappe.query_report.set_filter_value('limit', -1) }")
	page.wait_for_selector(".modal.show .msgprint")
	assert page.inner_text(".modal.show:has(.msgprint) .modal-title").strip() == "Follow Ups"
	assert "Rows must be a whole number from 1" in page.inner_text(".modal.show .msgprint")
	manager.errors.clear()


# --- settings, and the way back --------------------------------------------------------------------------


def test_x5_settings_say_who_may_change_them(desk, said):
	page = desk(MANAGER).open("sales-extensions-settings")
	page.wait_for_selector(".form-message:has-text('Only a System Manager changes these settings')")
	page = desk(MANAGER).open("sales-tracker-settings")
	page.wait_for_selector(".form-message:has-text('A Sales Manager or a System Manager can change')")


def crumbs(page) -> list[str]:
	return page.evaluate(
		"() => $('#navbar-breadcrumbs a:visible, .navbar-breadcrumbs a:visible').get().map((one) => one.pathname)"
	)


def sidebar(page) -> str | None:
	"""The title of the sidebar beside the page, where the desk has one."""
	return page.evaluate("() => frappe.app.sidebar?.sidebar_title || null")


@pytest.mark.parametrize(
	"route",
	[
		("List", "Conversation", "List"),
		("List", "Sales Target", "List"),
		("query-report", "Engagement"),
		("my-day",),
		("sales-tracker",),
	],
)
def test_d1_breadcrumbs_lead_where_one_came_from(desk, said, route):
	for user, home in ((ANNA, "my-sales"), (MANAGER, "team-sales")):
		viewer = desk(user)
		page = viewer.open(home)
		page.wait_for_selector(".codex-editor .widget")
		page.evaluate("(route) => { frappe.set_route(route) }", list(route))
		page.wait_for_function("(route) => frappe.get_route()[0] === route[0]", arg=list(route))
		viewer.settle()
		page.wait_for_function(
			"(path) => $('#navbar-breadcrumbs a:visible, .navbar-breadcrumbs a:visible').get()"
			".some((one) => one.pathname === path)",
			arg=lines.desk(home),
		)
		assert sidebar(page) in (None, {"my-sales": "My Sales", "team-sales": "Team Sales"}[home])
		if route[1:2] == ("Conversation",):
			page.evaluate("(name) => { frappe.set_route('Form', 'Conversation', name) }", said.late)
			page.wait_for_function("(name) => cur_frm?.docname === name", arg=said.late)
			viewer.settle()
			assert lines.desk(home) in crumbs(page)
			page.locator(f"a[href='{lines.desk(home)}']:visible").first.click()
			page.wait_for_url("**" + lines.desk(home))


def test_c4_the_employee_of_a_link_is_shown_by_name_and_two_of_one_name_are_told_apart(desk, said):
	anna, bob = employee(ANNA), employee(BOB)
	kept = {name: frappe.db.get_value("Employee", name, "employee_name") for name in (anna, bob)}
	for name in kept:
		frappe.db.set_value("Employee", name, "employee_name", "Sam O'Brien")
	frappe.db.commit()
	try:
		manager = desk(MANAGER)
		page = manager.open(f"query-report/Follow%20Ups?employee={bob}")
		shown = page.locator(".page-form [data-fieldname=employee] input")
		expect(shown).to_have_value(f"Sam O'Brien ({bob})")
		chosen = "() => frappe.query_report.get_filter_value('employee')"
		assert page.evaluate(chosen) == bob
		for name in (anna, bob):
			shown.fill("Sam")
			page.locator(".page-form [data-fieldname=employee] li", has_text=f"({name})").click()
			page.wait_for_function(f"(who) => ({chosen})() === who", arg=name)
			expect(shown).to_have_value(f"Sam O'Brien ({name})")
			shown.focus()
			shown.blur()
			assert page.evaluate(chosen) == name
			manager.settle()
	finally:
		for name, called in kept.items():
			frappe.db.set_value("Employee", name, "employee_name", called)
		frappe.db.commit()


@pytest.mark.parametrize(
	"route",
	[("List", "Sales Target", "List"), ("query-report", "Engagement"), ("my-day",), ("sales-tracker",)],
)
def test_d1_who_comes_back_from_a_page_of_erpnext_has_their_own_sidebar_again(desk, said, route):
	for user, home in ((ANNA, "my-sales"), (MANAGER, "team-sales")):
		viewer = desk(user)
		page = viewer.open(home)
		page.wait_for_selector(".codex-editor .widget")
		own = sidebar(page)
		for step in (["Form", "Customer", "Shop One"], list(route)):
			page.evaluate("(route) => { frappe.set_route(route) }", step)
			page.wait_for_function("(route) => frappe.get_route()[0] === route[0]", arg=step)
			viewer.settle()
		page.wait_for_function("(own) => (frappe.app.sidebar?.sidebar_title || null) === own", arg=own)


# --- who has left ------------------------------------------------------------------------------------------


def test_c4_a_manager_hands_over_what_who_has_left_had_to_follow_up(desk, said):
	frappe.db.rollback()
	frappe.db.set_value("Employee", employee(BOB), "status", "Left")
	frappe.db.commit()
	try:
		manager = desk(MANAGER)
		page = manager.open("query-report/Follow%20Ups?whose=Who%20Has%20Left")
		page.wait_for_function("() => frappe.query_report.data?.length === 2")
		page.wait_for_selector(".dt-row-1 .dt-cell__content")
		page.click(".dt-row-1 input[type=checkbox]")
		page.get_by_role("button", name="Hand Over").click()
		page.wait_for_selector(".modal.show .modal-title:has-text('Hand over one follow-up')")
		page.wait_for_selector(".modal.show .help-box:has-text('that are ticked')")
		page.click(".modal.show .btn-modal-close")
		page.wait_for_selector(".modal.show", state="hidden")
		page.click(".dt-row-1 input[type=checkbox]")
		page.get_by_role("button", name="Hand Over").click()
		page.wait_for_selector(".modal.show .modal-title:has-text('Hand over 2 follow-ups')")
		page.wait_for_function("() => document.activeElement.dataset.fieldname === 'employee'")
		page.keyboard.type("Anna")
		manager.settle()
		page.locator(
			".modal.show [data-fieldname=employee] li[aria-selected=true]:has-text('Anna')"
		).wait_for()
		page.keyboard.press("Tab")
		page.wait_for_function("(who) => cur_dialog.get_value('employee') === who", arg=employee(ANNA))
		manager.picture("hand-over")
		page.click(".modal.show .btn-modal-primary:has-text('Hand Over')")
		page.wait_for_selector(".desk-alert:has-text('Handed over: 2')")
		page.wait_for_function("() => !frappe.query_report.data?.length")
		frappe.db.rollback()
		for name in said.bobs:
			assert frappe.db.get_value("Conversation", name, ("employee", "user", "written_by")) == (
				employee(ANNA), ANNA, BOB,
			)  # fmt: skip
	finally:
		frappe.db.rollback()
		frappe.db.set_value("Employee", employee(BOB), "status", "Active")
		frappe.db.commit()
	page = desk(ANNA).open("query-report/Follow%20Ups")
	page.wait_for_selector(".dt-cell:has-text('Home Three')")
