"""From a conversation: bookings, tasks, calendar files; and the way back (C6)."""

from __future__ import annotations

from datetime import date, datetime, timezone

import frappe
import icalendar
import pytest

from sales_extensions.api import conversation_actions as api

from .day_world import ANNA, BOB, MANAGER, NOBODY, as_user, day, employee, talk

NOTE = "Wants two mills & a pump;\nasks for 3 > 2 terms, soon"


@pytest.fixture(autouse=True)
def no_mails(monkeypatch):
	monkeypatch.setattr(frappe, "sendmail", lambda **mail: None)


@pytest.fixture
def said():
	return talk(ANNA, due=3, note=NOTE)


def ics(user: str, name: str, **values):
	"""The one entry of the file that is downloaded."""
	with as_user(user):
		api.ics(name, **values)
	response = frappe.local.response
	assert (response.type, response.content_type) == ("download", "text/calendar; charset=utf-8")
	assert response.filename.endswith(".ics")
	(entry,) = icalendar.Calendar.from_ical(response.filecontent).subcomponents
	return entry


def test_c6_a_booking_has_the_text_the_party_and_the_way_back(said):
	with as_user(ANNA):
		name = api.make_event(said.name, f"{day(3)} 14:00:00", f"{day(3)} 15:30:00", "Visit the mill")["name"]
		found = api.outcomes(said.name)
	event = frappe.get_doc("Event", name)
	assert (event.subject, event.event_type, event.owner) == ("Visit the mill", "Private", ANNA)
	assert str(event.starts_on) == f"{day(3)} 14:00:00"
	assert "two mills &amp; a pump;<br>asks for 3 &gt; 2 terms" in event.description
	assert {(row.reference_doctype, row.reference_docname) for row in event.event_participants} == {
		("Conversation", said.name),
		("Customer", "Shop One"),
		("Employee", employee(ANNA)),
	}
	assert [(one["doctype"], one["name"], one["title"]) for one in found] == [
		("Event", name, "Visit the mill")
	]


def test_c6_a_booking_without_times_is_an_hour_on_the_morning_of_the_follow_up(said):
	with as_user(ANNA):
		event = frappe.get_doc("Event", api.make_event(said.name)["name"])
	assert (str(event.starts_on), str(event.ends_on)) == (f"{day(3)} 09:00:00", f"{day(3)} 10:00:00")
	assert event.subject == "Visit: Shop One"


def test_c6_a_booking_by_a_manager_is_in_the_sellers_calendar_too(said):
	with as_user(MANAGER):
		name = api.make_event(said.name)["name"]
	with as_user(ANNA):
		assert frappe.has_permission("Event", "read", name)
	with as_user(BOB):
		assert not frappe.has_permission("Event", "read", name)


def test_c6_a_note_that_is_made_private_is_taken_out_of_what_was_made_of_it(said):
	note = f'{NOTE}\nSee https://example.com, "today"'
	with as_user(ANNA):
		said.note = note
		said.save()
		event, todo, own = (
			api.make_event(said.name)["name"],
			api.make_todo(said.name, allocated_to=BOB)["name"],
			api.make_todo(said.name)["name"],
		)
		frappe.db.set_value("ToDo", own, "description", "<p><b>Mine</b></p>Words of my own about mills")
		frappe.get_doc("ToDo", todo).save()  # the framework cleans it anew
		made = {
			"Event": {"name": event}, "Communication": {"reference_name": event}, "ToDo": {"name": todo},
			"Notification Log": {"document_name": said.name, "type": "Assignment"},
		}  # fmt: skip
		texts = {"Communication": "content", "Notification Log": "email_content"}

		def read() -> list[str]:
			return [
				frappe.get_all(doctype, filters, pluck=texts.get(doctype, "description"), order_by="name")[0]
				for doctype, filters in made.items()
			]

		assert all("mills" in text for text in read())
		said.reload()
		said.is_private = 1
		said.save()
		assert not any("mills" in text for text in read())
		assert all("Private note" in text for text in read())
		assert "Follow up: Shop One" in read()[2], "the task keeps its subject"
	assert "Words of my own" in frappe.db.get_value("ToDo", own, "description")


def test_c6_a_task_has_the_text_and_the_timeline_repeats_it_not(said):
	with as_user(ANNA):
		name = api.make_todo(said.name, allocated_to=BOB)["name"]
		found = api.outcomes(said.name)
	todo = frappe.get_doc("ToDo", name)
	assert (todo.allocated_to, todo.assigned_by, str(todo.date)) == (BOB, ANNA, day(3))
	assert (todo.reference_type, todo.reference_name) == ("Conversation", said.name)
	assert "mills &amp; a pump" in todo.description
	comments = frappe.get_all("Comment", {"reference_name": said.name}, pluck="content", order_by="creation")
	assert not any("mills" in comment for comment in comments)
	assert [(one["doctype"], one["name"]) for one in found] == [("ToDo", name)]


def test_c6_a_private_note_becomes_a_private_booking_and_a_task_of_ones_own_and_nothing_leaks():
	secret = talk(ANNA, due=3, note="Secret terms", is_private=1)
	with as_user(ANNA):
		event = frappe.get_doc("Event", api.make_event(secret.name, public=1)["name"])
		todo = frappe.get_doc("ToDo", api.make_todo(secret.name)["name"])
		with pytest.raises(frappe.ValidationError, match="Allocated To"):
			api.make_todo(secret.name, allocated_to=BOB)
	assert "Private note" in event.description and "Private note" in todo.description
	assert event.event_type == "Private"
	assert [row.reference_doctype for row in event.event_participants] == ["Conversation"]
	for doctype in ("Communication", "Comment", "Event", "Notification Log", "ToDo"):
		assert "Secret terms" not in frappe.as_json(frappe.get_all(doctype, {}, ["*"], order_by="creation"))
	file = ics(ANNA, secret.name)
	assert (str(file["class"]), str(file["description"])) == ("PRIVATE", "Secret terms")
	for user in (BOB, MANAGER):
		for act in (api.make_event, api.make_todo, api.ics):
			with as_user(user), pytest.raises(frappe.PermissionError):
				act(secret.name)
		with as_user(user):
			assert not frappe.has_permission("Event", "read", event.name)
			assert api.outcomes(secret.name) == [] or user == MANAGER


def test_c6_a_file_is_an_appointment_in_the_sites_time_zone_with_the_same_uid_each_time(said):
	event = ics(ANNA, said.name, starts_on="2026-07-15 14:00:00", ends_on="2026-07-15 15:00:00")
	assert (event.name, str(event["uid"])) == ("VEVENT", f"{said.name}-event@{frappe.local.site}")
	two = {"America/New_York": 18, "America/Los_Angeles": 21}[frappe.utils.get_system_timezone()]
	assert event.decoded("dtstart") == datetime(2026, 7, 15, two, 0, tzinfo=timezone.utc)
	assert event.decoded("dtend") == datetime(2026, 7, 15, two + 1, 0, tzinfo=timezone.utc)
	assert str(event["description"]) == NOTE
	assert str(event["url"]).endswith(f"/app/conversation/{said.name}")
	assert ics(ANNA, said.name)["uid"] == event["uid"]


def test_c6_a_file_without_a_time_is_the_whole_day_of_the_follow_up_and_a_task_is_due_on_it(said):
	follow_up = date.fromisoformat(day(3))
	assert ics(ANNA, said.name).decoded("dtstart") == follow_up
	todo = ics(ANNA, said.name, kind="Task")
	assert (todo.name, todo.decoded("due"), str(todo["status"])) == ("VTODO", follow_up, "NEEDS-ACTION")


def test_c6_what_a_conversation_led_to_is_seen_from_the_documents_too(said):
	quotation = frappe.get_meta("Quotation").get_dashboard_data()
	order = frappe.get_meta("Sales Order").get_dashboard_data()
	opportunity = frappe.get_meta("Opportunity").get_dashboard_data()
	for data in (quotation, order, opportunity):
		assert data["non_standard_fieldnames"]["Conversation"] == "reference_name"
		assert "Conversation" in data["transactions"][-1]["items"]
	own = frappe.get_meta("Conversation").get_dashboard_data()
	assert own["transactions"][0]["items"] == ["Conversation", "ToDo"]


def test_c6_who_may_not_read_the_conversation_gets_nothing_of_it(said):
	for act in (api.make_event, api.make_todo, api.ics, api.outcomes):
		with as_user(NOBODY), pytest.raises(frappe.PermissionError):
			act(said.name)
