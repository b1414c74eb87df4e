"""A seller's day in the browser: My Day, the follow-ups, and a calendar file (C4, C6, D1)."""

from __future__ import annotations

import frappe
import icalendar
import pytest

from sales_extensions import lines
from tests.browser.test_conversations import DIALOG, field
from tests.contrast import CONTRAST
from tests.site.day_world import ANNA, day, talk

PHONE = 390


@pytest.fixture(scope="module")
def said(server):
	frappe.set_user("Administrator")
	made = frappe._dict(
		late=talk(ANNA, due=-2, with_whom="Mrs. Jansen", note="Wants <b>two</b> mills").name,
		due=talk(ANNA, "Builder Two", due=0).name,
		logged=talk(ANNA, "Home Three", made=0, time_begin="11:15:00", time_end="11:45:00").name,
		ahead=talk(ANNA, due=3).name,
	)
	frappe.db.commit()
	return made


def completed(name: str) -> int:
	frappe.db.rollback()
	return frappe.db.get_value("Conversation", name, "completed")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_d1_my_day_shows_what_is_overdue_to_do_and_done_and_a_calendar(desk, said, width):
	anna = desk(ANNA, width=width)
	page = anna.open("my-day")
	page.wait_for_selector(".my-day-item")
	text = page.inner_text(".my-day-list")
	assert "Overdue (1)" in text and "To Do (1)" in text and "Done (1)" in text
	assert "11:15 - 11:45" in text and "Mrs. Jansen" in text
	page.wait_for_selector(".my-day-calendar .fc-view")
	anna.settle()
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
	anna.picture(f"my-day-{width}", full_page=True)


#: the number of today in the calendar of each line
TODAY = ".my-day-calendar .fc-day-today .fc-daygrid-day-number, .my-day-calendar .fc-day-top.fc-today .fc-day-number"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_d1_today_can_be_read_in_the_month(desk, said, theme):
	anna = desk(ANNA)
	page = anna.open("my-day")
	page.wait_for_selector(".my-day-calendar .fc-view")
	page.evaluate("(theme) => document.documentElement.setAttribute('data-theme', theme)", theme)
	anna.settle()
	assert page.locator(TODAY).first.evaluate(CONTRAST) >= 3  # the framework draws its own at 3.5


def test_d1_an_item_opens_its_document(desk, said):
	page = desk(ANNA).open("my-day")
	page.click(".my-day-item a:has-text('Home Three')")
	page.wait_for_url("**" + lines.desk(f"conversation/{said.logged}"))


@pytest.mark.parametrize("width", [1280, PHONE])
def test_c4_the_follow_ups_are_there_at_any_width_as_text(desk, said, width):
	anna = desk(ANNA, width=width)
	page = anna.open("query-report/Follow%20Ups")
	page.wait_for_selector(".follow-up-answer")
	assert page.locator(".follow-up-answer").count() == 2
	assert page.locator(".dt-cell b").count() == 0
	anna.picture(f"follow-ups-{width}")


def test_c6_a_calendar_file_is_downloaded_from_the_form(desk, said):
	page = desk(ANNA).open(f"conversation/{said.ahead}")
	page.click(".inner-group-button:has-text('Create') button")
	page.click(".dropdown-menu:visible >> text=Calendar File (.ics)")
	page.wait_for_selector(".modal.show .btn-primary:has-text('Download')")
	with page.expect_download() as download:
		page.click(".modal.show .btn-primary:has-text('Download')")
	with open(download.value.path(), "rb") as file:
		(event,) = icalendar.Calendar.from_ical(file.read()).walk("VEVENT")
	assert str(event["summary"]) == "Follow up: Shop One"
	assert event.decoded("dtstart").date().isoformat() == day(3)


def test_c6_an_email_has_the_conversations_text_also_for_who_reads_no_email_account(desk, said):
	page = desk(ANNA).open(f"conversation/{said.logged}")
	page.click(".inner-group-button:has-text('Create') button")
	page.click(".dropdown-menu:visible >> text=E-mail")
	page.wait_for_selector(".modal.show .ql-editor:has-text('Talked about mills')")
	assert page.locator(".msgprint").count() == 0


def test_c4_one_click_completes_and_an_answer_completes_too(desk, said):
	anna = desk(ANNA)
	page = anna.open("query-report/Follow%20Ups")
	page.click(f".follow-up-complete[data-name='{said.due}']")
	page.wait_for_selector(f".follow-up-complete[data-name='{said.due}']", state="detached")
	assert completed(said.due) == 1
	page.click(".desk-alert [data-action=undo]")
	page.wait_for_selector(f".follow-up-complete[data-name='{said.due}']")
	assert completed(said.due) == 0
	page.click(f".follow-up-complete[data-name='{said.due}']")
	page.wait_for_selector(f".follow-up-complete[data-name='{said.due}']", state="detached")
	page.click(f".follow-up-answer[data-name='{said.late}']")
	page.wait_for_selector(f"{DIALOG} :text('Follows up the earlier one, and completes it')")
	assert field(page, "with_whom").input_value() == "Mrs. Jansen", "as in the one that is answered"
	page.fill(f"{DIALOG} [data-fieldname=note] textarea", "She takes two")
	anna.picture("follow-up-answer")
	page.click(f"{DIALOG} .btn-primary")
	page.wait_for_selector(DIALOG, state="hidden")
	anna.settle()
	assert completed(said.late) == 1
	assert frappe.db.get_value("Conversation", {"follow_up_of": said.late}, "note") == "She takes two"
