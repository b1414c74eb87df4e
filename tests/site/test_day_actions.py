"""From a conversation: bookings, tasks, calendar files; and the way back (C6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import frappe
import icalendar
import pytest
from erpnext.crm.utils import get_open_events
from frappe.desk.form.load import _get_communications
from frappe.utils import get_url_to_form

from sales_extensions.api import conversation_actions as api
from sales_extensions.patches import private_bookings

from . import conversations_world as cw
from .day_world import ANNA, BOB, MANAGER, NOBODY, as_user, day, employee, talk
from .http import Client

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
	assert [(row.reference_doctype, row.reference_docname) for row in event.event_participants] == [
		("Conversation", said.name)
	]
	assert [(one["doctype"], one["name"], one["title"]) for one in found] == [
		("Event", name, "Visit the mill")
	]


def test_c6_a_private_booking_is_in_no_timeline_and_one_for_everyone_is(said):
	"""Of whom an Event names the framework writes its text into the timeline; ERPNext lists it, to whoever asks."""
	lead = cw.lead()
	with as_user(ANNA):
		of_lead = cw.conversation(lead.name, party_type="Lead", note=NOTE)
		hidden = [api.make_event(one.name)["name"] for one in (said, of_lead)]
		shown = api.make_event(said.name, public=1)["name"]
	told = {"reference_doctype": "Event", "reference_name": ("in", hidden)}
	assert not frappe.get_all("Communication", told, pluck="content", order_by="name")
	assert not get_open_events("Lead", lead.name)
	for user in (BOB, MANAGER):
		with as_user(user):
			assert not frappe.get_list("Event", {"name": ("in", hidden)})
	texts = [one.reference_name for one in _get_communications("Customer", "Shop One", limit=50)]
	assert texts == [shown], "what is shown to everyone is"
	event = frappe.get_doc("Event", shown)
	assert {(row.reference_doctype, row.reference_docname) for row in event.event_participants} == {
		("Conversation", said.name), ("Customer", "Shop One"), ("Employee", employee(ANNA)),
	}  # fmt: skip


def test_c6_private_bookings_of_before_leave_the_timelines_they_are_in(said):
	with as_user(ANNA):
		name = api.make_event(said.name, public=1)["name"]
	event = frappe.get_doc("Event", name)
	event.append("event_participants", {"reference_doctype": "Customer", "reference_docname": "Builder Two"})
	event.save()
	frappe.db.set_value("Event", name, "event_type", "Private")
	private_bookings.execute()
	event = frappe.get_doc("Event", name)
	assert [(row.reference_doctype, row.reference_docname) for row in event.event_participants] == [
		("Conversation", said.name), ("Customer", "Builder Two"),
	]  # fmt: skip
	assert not _get_communications("Customer", "Shop One", limit=50)
	assert len(_get_communications("Customer", "Builder Two", limit=50)) == 1, "which somebody named there"
	assert not frappe.db.exists("Deleted Document", {"deleted_doctype": "Communication"})


def test_c6_a_booking_that_becomes_private_leaves_the_timelines_it_is_in(said):
	"""Also those of what its party has become since."""
	lead = cw.lead()
	with as_user(ANNA):
		of_lead = cw.conversation(lead.name, party_type="Lead", note=NOTE)
		names = [api.make_event(one.name, public=1)["name"] for one in (said, of_lead)]
		customer = cw.customer("Mill of Lara", lead_name=lead.name)
		of_lead.db_set({"party_type": "Customer", "party": customer.name})
		for name in names:
			event = frappe.get_doc("Event", name)
			event.event_type = "Private"
			event.save()
	for name, conversation in zip(names, (said, of_lead), strict=True):
		event = frappe.get_doc("Event", name)
		assert [(row.reference_doctype, row.reference_docname) for row in event.event_participants] == [
			("Conversation", conversation.name)
		]
	assert not _get_communications("Customer", "Shop One", limit=50)
	assert not _get_communications("Lead", lead.name, limit=50)
	assert not get_open_events("Lead", lead.name)


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
			api.make_event(said.name, public=1)["name"],
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
	assert [(one["doctype"], one["name"], one["title"], one["who"]) for one in found] == [
		("ToDo", name, "Follow up: Shop One", "Bob")
	]


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
	given = {"starts_on": "2026-07-15 14:00:00", "ends_on": "2026-07-15 15:00:00"}
	event = ics(ANNA, said.name, **given)
	assert (event.name, ics(ANNA, said.name, **given)["uid"]) == ("VEVENT", event["uid"])
	two = {"America/New_York": 18, "America/Los_Angeles": 21}[frappe.utils.get_system_timezone()]
	assert event.decoded("dtstart") == datetime(2026, 7, 15, two, 0, tzinfo=timezone.utc)
	assert event.decoded("dtend") == datetime(2026, 7, 15, two + 1, 0, tzinfo=timezone.utc)
	assert str(event["description"]) == NOTE
	assert str(event["url"]) == get_url_to_form("Conversation", said.name)
	address = event["organizer"]
	assert (str(address), address.params["cn"]) == (f"mailto:{ANNA}", frappe.utils.get_fullname(ANNA))


def test_c6_a_file_without_a_time_is_the_whole_day_of_the_follow_up_and_so_is_a_task(said):
	follow_up = date.fromisoformat(day(3))
	assert ics(ANNA, said.name).decoded("dtstart") == follow_up
	todo = ics(ANNA, said.name, kind="Task")
	assert (todo.name, todo.decoded("dtstart"), str(todo["transp"])) == ("VEVENT", follow_up, "TRANSPARENT")
	assert todo["uid"] != ics(ANNA, said.name)["uid"]


@pytest.mark.parametrize("kind", ["Event", "Task"])
def test_c6_a_follow_up_that_is_moved_is_the_same_with_a_higher_sequence(said, kind):
	before = ics(ANNA, said.name, kind=kind)
	with as_user(ANNA):
		said.follow_up_date = day(5)
		said.save()
	after = ics(ANNA, said.name, kind=kind)
	assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]
	assert after.decoded("dtstart") == date.fromisoformat(day(5))


def test_c6_two_appointments_of_one_talk_are_two(said):
	times = "2026-07-15 14:00:00", "2026-07-22 14:00:00"
	assert len({ics(ANNA, said.name, starts_on=time)["uid"] for time in times}) == 2
	with as_user(ANNA):
		names = [api.make_event(said.name, time, time.replace("14", "15"))["name"] for time in times]
	booked = [ics(ANNA, said.name, made=name) for name in names]
	assert len({one["uid"] for one in booked}) == 2
	assert [ics(ANNA, said.name, starts_on=time)["uid"] for time in times] == [one["uid"] for one in booked]


def test_c6_a_booking_that_is_moved_is_the_same_with_a_higher_sequence(said):
	with as_user(ANNA):
		name = api.make_event(said.name, "2026-07-15 14:00:00", "2026-07-15 15:00:00", "Visit the mill")[
			"name"
		]
		todo = api.make_todo(said.name)["name"]
	before, task = ics(ANNA, said.name, made=name), ics(ANNA, said.name, made=todo)
	with as_user(ANNA):
		event = frappe.get_doc("Event", name)
		event.update({"starts_on": "2026-07-16 09:00:00", "ends_on": "2026-07-16 09:30:00"})
		event.save()
		frappe.get_doc("ToDo", todo).update({"date": day(9), "status": "Closed"}).save()
	after, done = ics(ANNA, said.name, made=name), ics(ANNA, said.name, made=todo)
	assert (after["uid"], str(after["summary"])) == (before["uid"], "Visit the mill")
	assert after["sequence"] > before["sequence"]
	assert after.decoded("dtend") - after.decoded("dtstart") == timedelta(minutes=30)
	assert (done["uid"], done.decoded("dtstart")) == (task["uid"], date.fromisoformat(day(9)))
	assert str(done["summary"]).startswith("\N{CHECK MARK}") and done["sequence"] > task["sequence"]


def test_c6_the_file_of_a_task_is_called_as_the_task(said):
	with as_user(ANNA):
		todo = api.make_todo(said.name, subject="Send the <b>offer</b> & call")["name"]
	assert str(ics(ANNA, said.name, made=todo)["summary"]) == "Send the <b>offer</b> & call"


def test_c6_the_file_of_a_booking_of_whole_days_has_these_days(said):
	with as_user(ANNA):
		name = api.make_event(said.name, "2026-07-15 00:00:00", "2026-07-16 10:00:00", "Fair")["name"]
		frappe.get_doc("Event", name).update({"all_day": 1}).save()
	event = ics(ANNA, said.name, made=name)
	assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 7, 15), date(2026, 7, 17))


def test_c6_the_file_of_a_booking_that_repeats_says_that_it_has_the_first_day(said):
	with as_user(ANNA):
		name = api.make_event(said.name, "2026-07-31 09:00:00", "2026-07-31 10:00:00", "Count")["name"]
		frappe.get_doc("Event", name).update({"repeat_this_event": 1, "repeat_on": "Monthly"}).save()
	event = ics(ANNA, said.name, made=name)
	assert "rrule" not in event
	assert str(event["description"]).startswith(
		"Repeats: Monthly. This file has the first day alone.\n\nWants"
	)


@pytest.mark.committed
def test_c6_the_file_of_a_party_with_any_name_is_sent(server):
	frappe.set_user("Administrator")
	name = 'A\\Nord \N{LATIN CAPITAL LETTER L WITH STROKE}odz; "x"'
	customer = frappe.get_doc(
		{"doctype": "Customer", "customer_name": name, "customer_type": "Company"}
	).insert()
	said = talk(ANNA, customer.name, due=3)
	frappe.db.commit()
	try:
		answer = Client(server, ANNA).ask(
			"GET",
			"/api/method/sales_extensions.api.conversation_actions.ics",
			params={"conversation": said.name},
		)
		assert answer.status == 200 and "BEGIN:VEVENT" in answer.raw, answer
	finally:
		frappe.delete_doc("Conversation", said.name, force=True)
		frappe.delete_doc("Customer", customer.name, force=True)
		frappe.db.commit()


def test_c6_a_file_is_of_no_booking_of_another_talk_or_user(said):
	other = talk(ANNA, due=3)
	with as_user(ANNA):
		name = api.make_event(other.name)["name"]
	with as_user(ANNA), pytest.raises(frappe.LinkValidationError, match="Booking: there is no"):
		api.ics(said.name, made=name)
	with as_user(BOB), pytest.raises(frappe.ValidationError, match="Booking: there is no"):
		api.ics(other.name, made=name)


def test_c6_what_a_conversation_led_to_is_seen_from_the_documents_too(said):
	quotation = frappe.get_meta("Quotation").get_dashboard_data()
	order = frappe.get_meta("Sales Order").get_dashboard_data()
	opportunity = frappe.get_meta("Opportunity").get_dashboard_data()
	for data in (quotation, order, opportunity):
		assert data["non_standard_fieldnames"]["Conversation"] == "reference_name"
		assert "Conversation" in data["transactions"][-1]["items"]
	own = frappe.get_meta("Conversation").get_dashboard_data()
	assert not own.get("transactions"), "the form lists what a conversation led to, once"


def test_c6_who_may_not_read_the_conversation_gets_nothing_of_it(said):
	for act in (api.make_event, api.make_todo, api.ics, api.outcomes):
		with as_user(NOBODY), pytest.raises(frappe.PermissionError):
			act(said.name)
