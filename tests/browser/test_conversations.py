"""Conversations as a seller makes them in the desk: with two clicks, with the keyboard, on a phone (C1, C3, C7)."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, nowdate

from sales_extensions import lines
from tests.site import conversations_world as cw

ANNA = "anna@example.com"
PHONE = 390
DIALOG = ".quick-add-conversation.show"
HISTORY = ".party-conversations"


@pytest.fixture(scope="module", autouse=True)
def shop(server):
	"""Anna talked to Shop One twice; one waits for a follow-up."""
	frappe.set_user(ANNA)
	cw.conversation(note="Brought the catalogue.", conversation_date=add_days(nowdate(), -20), how="Visit",
		with_whom="Piet van der Molen", duration_minutes=30, pipeline_position="Initial Contact")  # fmt: skip
	cw.conversation(
		note="Wants a price for three mills.\nCalls back <b>soon</b>.", conversation_date=add_days(nowdate(), -10),
		how="Call", about="Offer", follow_up_date=add_days(nowdate(), 2), pipeline_position="Qualifying",
	)  # fmt: skip
	cw.conversation("Builder Two", "About a big pump.", pipeline_position="Qualifying", is_private=1)
	frappe.set_user("Administrator")
	frappe.db.commit()


def latest(**filters) -> frappe._dict:
	frappe.db.rollback()
	return frappe.get_last_doc("Conversation", filters=filters, order_by="creation desc")


def field(page, name: str):
	return page.locator(f"{DIALOG} [data-fieldname='{name}'] :is(input, textarea, select)").first


def open_history(page):
	page.get_by_role("tab", name="Conversations").click()
	page.wait_for_selector(f"{HISTORY} li")


def choose_first_row(page):
	"""With the arrow keys; with Tab where they begin at the list's head, which can't be chosen."""
	chosen = "() => document.activeElement.classList.contains('list-row-container')"
	page.keyboard.press("ArrowDown")
	if not page.evaluate(chosen):
		page.keyboard.press("Tab")
	page.wait_for_function(chosen)


def drag(page, card, goal):
	"""As a hand does it: the board follows the pointer."""
	card.scroll_into_view_if_needed()
	start, end = card.bounding_box(), goal.bounding_box()
	page.mouse.move(start["x"] + 40, start["y"] + 20)
	page.mouse.down()
	for step in range(1, 11):
		page.mouse.move(start["x"] + 40 + (end["x"] - start["x"]) * step / 10, end["y"] + 30, steps=3)
	page.wait_for_timeout(200)
	page.mouse.up()


def test_c3_two_clicks_from_the_customer_list_and_the_keyboard_does_the_rest(desk):
	viewer = desk(ANNA)
	page = viewer.open("customer")
	page.locator(".list-row", has_text="Home Three").locator(".btn-action").click()
	page.wait_for_selector(DIALOG)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	assert field(page, "employee").input_value() == ""
	page.keyboard.type("Looks for a small mill")
	viewer.settle()
	assert frappe.db.get_value("Employee", {"first_name": "Anna"}) == field(page, "employee").input_value()
	viewer.picture("quick-add")
	page.keyboard.press("Control+Enter")
	page.wait_for_selector(DIALOG, state="hidden")
	viewer.settle()
	doc = latest(party="Home Three")
	assert (doc.note, doc.user, str(doc.conversation_date)) == ("Looks for a small mill", ANNA, nowdate())
	assert doc.time_begin and not doc.time_end


def test_c3_the_command_of_the_awesome_bar(desk):
	viewer = desk(ANNA)
	page = viewer.open("todo")
	viewer.search().fill("Log It: Conv")
	page.locator(".awesomplete li", has_text="Log It: Conversation").first.click()
	page.wait_for_selector(DIALOG)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'party'")
	field(page, "party").fill("Shop One")
	viewer.settle()
	page.keyboard.press("Tab")
	field(page, "note").fill("Asked for the opening hours")
	viewer.settle()
	field(page, "duration_minutes").fill("15")
	field(page, "duration_minutes").blur()
	viewer.settle()
	page.locator(f"{DIALOG} .btn-primary").click()
	page.wait_for_selector(DIALOG, state="hidden")
	doc = latest(party="Shop One")
	assert (doc.duration_minutes, bool(doc.time_end)) == (15, True)


def test_c1_from_the_awesome_bar_to_the_saved_conversation_by_keyboard_alone(desk):
	viewer = desk(ANNA)
	page = viewer.open("todo")
	keys = page.keyboard
	focused = "() => document.activeElement.dataset.fieldname"
	user_date = page.evaluate("(day) => frappe.datetime.str_to_user(day)", add_days(nowdate(), 3))

	def tab_to(fieldname: str):
		for _press in range(12):
			if page.evaluate(focused) == fieldname:
				return
			keys.press("Tab")
		raise AssertionError(f"no way to {fieldname}")

	viewer.search()
	page.wait_for_function("() => document.activeElement.id === 'navbar-search'")
	keys.type("Log It: Conv")
	page.wait_for_selector(".awesomplete li[aria-selected]:has-text('Log It: Conversation')")
	keys.press("Enter")
	page.wait_for_selector(DIALOG)
	page.wait_for_function(f"{focused} === 'party'")
	keys.type("Home Th")
	page.wait_for_selector(
		f"{DIALOG} [data-fieldname=party] [role=option][aria-selected=true]:has-text('Home Three')"
	)
	keys.press("Enter")
	page.wait_for_function("() => cur_dialog.get_value('party') === 'Home Three'")
	tab_to("note")
	keys.type("Will decide this week.")
	viewer.settle()
	tab_to("how")
	keys.type("Visi")
	page.wait_for_selector(
		f"{DIALOG} [data-fieldname=how] [role=option][aria-selected=true]:has-text('Visit')"
	)
	keys.press("Enter")
	viewer.settle()
	tab_to("follow_up_date")
	keys.type(user_date)
	tab_to("duration_minutes")
	keys.type("20")
	viewer.picture("keyboard-alone")
	keys.press("Control+s")
	page.wait_for_selector(DIALOG, state="hidden")
	viewer.settle()
	doc = latest(party="Home Three", note="Will decide this week.")
	assert (doc.how, doc.duration_minutes, str(doc.follow_up_date)) == ("Visit", 20, add_days(nowdate(), 3))
	assert (doc.user, str(doc.conversation_date), bool(doc.time_begin)) == (ANNA, nowdate(), True)


def test_c3_a_row_of_the_list_has_a_menu_and_the_browser_keeps_its_own(desk):
	viewer = desk(ANNA)
	page = viewer.open("customer")
	row = page.locator(".list-row-container", has_text="Home Three")
	group = row.locator(".list-row-col", has_text="Homes")
	menu = page.get_by_role("menu", name="Home Three")
	group.click(button="right")
	viewer.picture("row-menu")
	assert menu.get_by_role("menuitem").all_inner_texts() == ["Log a Conversation", "Show Conversations"]
	page.keyboard.press("Escape")
	page.locator(".list-row-head").click(button="right")
	assert page.get_by_role("menu").filter(has_text="Log a Conversation").count() == 0, (
		"its head is no customer"
	)
	group.click(button="right")
	page.keyboard.press("ArrowDown")
	page.keyboard.press("Enter")
	page.wait_for_url("**" + lines.desk("conversation/view/list?**party=Home+Three**"))

	page = viewer.open("customer")
	choose_first_row(page)
	party = page.evaluate("() => cur_list.data[0].name")
	page.keyboard.press("ContextMenu")
	page.get_by_role("menu", name=party).wait_for()
	page.keyboard.press("Escape")
	assert page.get_by_role("menu", name=party).count() == 0
	page.keyboard.press("ContextMenu")
	page.get_by_role("menu", name=party).wait_for()
	page.keyboard.press("Enter")
	page.wait_for_selector(DIALOG)
	assert party in page.inner_text(f"{DIALOG} .modal-title")
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.press("Escape")
	page.wait_for_selector(DIALOG, state="hidden")

	prevented = "() => new Promise((done) => addEventListener('contextmenu', (event) => done(event.defaultPrevented)))"
	for place, options in ((row.locator(".list-subject a"), {}), (group, {"modifiers": ["Control"]})):
		page.evaluate(f"() => {{ window.asked = ({prevented})(); }}")
		place.click(button="right", **options)
		assert page.evaluate("() => window.asked") is False
		assert menu.count() == 0


def test_c3_the_tab_of_a_customer_adds_completes_and_follows_up_without_a_reload(desk):
	viewer = desk(ANNA)
	page = viewer.open("customer/Shop%20One")
	open_history(page)
	page.evaluate("() => (window.not_reloaded = true)")
	assert "Calls back <b>soon</b>." in page.inner_text(HISTORY).replace("\N{ZERO WIDTH SPACE}", "")
	viewer.picture("tab")
	waits = page.locator(f"{HISTORY} li", has_text="Wants a price")
	waits.get_by_role("button", name="Answer").click()
	page.wait_for_selector(DIALOG)
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	page.keyboard.type("Agreed on the price")
	viewer.settle()
	page.keyboard.press("Control+Enter")
	page.wait_for_selector(f"{HISTORY} li:has-text('Agreed on the price')")
	assert "Completed" in page.locator(f"{HISTORY} li", has_text="Wants a price").inner_text()
	first = page.locator(f"{HISTORY} li").first
	assert "Agreed on the price" in first.inner_text()
	first.get_by_role("button", name="Complete").click()
	page.wait_for_selector(f"{HISTORY} li:first-child:has-text('Completed')")
	assert page.evaluate("() => window.not_reloaded")
	assert latest(note="Agreed on the price").is_follow_up
	page.get_by_role("tab", name="Details").click()
	page.wait_for_selector(".conversation-in-timeline:has-text('Agreed on the price')")
	# at once: the desk draws its timeline anew meanwhile
	page.evaluate("() => document.querySelector('.conversation-in-timeline').scrollIntoView()")
	viewer.picture("timeline")


def test_c1_a_conversation_is_drafted_with_the_keyboard_alone(desk):
	viewer = desk(ANNA)
	page = viewer.open("conversation/new?party_type=Customer&party=Builder%20Two")
	page.wait_for_function("() => document.activeElement.dataset.fieldname === 'note'")
	assert page.evaluate("() => cur_frm.doc.time_begin") is None
	page.keyboard.type("N")
	viewer.settle()
	filled = page.evaluate(
		"() => [cur_frm.doc.employee, cur_frm.doc.conversation_date, cur_frm.doc.time_begin]"
	)
	assert filled[0] and filled[1] == nowdate() and filled[2]
	page.keyboard.type("eeds a crane")
	viewer.picture("form-draft", full_page=True)
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_new() && !cur_frm.is_dirty()")
	assert latest(party="Builder Two").note == "Needs a crane"
	page.evaluate(
		"() => { cur_frm.set_value('time_begin', '10:00:00').then(() => cur_frm.set_value('duration_minutes', 45)) }"
	)
	page.wait_for_function("() => cur_frm.doc.time_end === '10:45:00'")
	page.evaluate("() => { cur_frm.set_value('time_end', '11:30:00') }")
	page.wait_for_function("() => cur_frm.doc.duration_minutes === 90")
	viewer.picture("form", full_page=True)


def test_c7_a_card_that_is_moved_logs_a_conversation(desk):
	viewer = desk(ANNA)
	page = viewer.open("pipeline-passage/view/kanban/Sales Pipeline")
	page.wait_for_selector(".kanban-card")
	assert "User: Anna" in page.locator(".kanban-card", has_text="Shop One").first.inner_text().replace(
		"\n", " "
	)
	viewer.settle()
	viewer.picture("board")
	card = page.locator(".kanban-column[data-column-value='Qualifying'] .kanban-card", has_text="Shop One")
	goal = page.locator(".kanban-column[data-column-value='Progression'] .kanban-cards")
	drag(page, card, goal)
	page.wait_for_selector(
		".kanban-column[data-column-value='Progression'] .kanban-card:has-text('Shop One')"
	)
	viewer.settle()
	doc = latest(party="Shop One")
	assert (doc.pipeline_position, doc.user) == ("Progression", ANNA)
	assert doc.note == "Moved on the board from Qualifying to Progression."
	page.evaluate(  # who went on to another board takes back the same move
		"""() => {
			const { board_name } = cur_list;
			cur_list.board_name = 'Another';
			document.querySelector("a[href^='#undo-card']").click();
			Object.assign(cur_list, { board_name });
		}"""
	)
	page.wait_for_selector(".alert-message:has-text('Moved back.')")
	page.wait_for_selector(".kanban-column[data-column-value='Qualifying'] .kanban-card:has-text('Shop One')")
	viewer.settle()
	frappe.db.rollback()
	assert not frappe.db.exists("Conversation", doc.name)


def test_c3_the_calendar_and_the_list(desk):
	viewer = desk(ANNA)
	page = viewer.open("conversation/view/calendar")
	page.wait_for_selector(".fc-event")
	viewer.picture("calendar")
	viewer.open("conversation")
	viewer.picture("list")


def test_c3_on_a_phone_the_tab_and_the_dialog_fit(desk):
	viewer = desk(ANNA, width=PHONE)
	page = viewer.open("customer/Shop%20One")
	open_history(page)
	viewer.picture("phone-tab")
	assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE
	page.locator(f"{HISTORY} [data-do=add]").click()
	page.wait_for_selector(DIALOG)
	viewer.settle()
	viewer.picture("phone-add")
	box = page.locator(f"{DIALOG} .modal-content").bounding_box()
	assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE
	viewer.open("conversation/new")
	viewer.picture("phone-form", full_page=True)
