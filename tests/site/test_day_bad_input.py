"""What is wrong with what is sent about follow-ups, activities and bookings: over HTTP (X5)."""

from __future__ import annotations

import frappe
import pytest

from . import world
from .day_world import ANNA, BOB, NOBODY, talk
from .http import Answer, Client

REPORTS = ("Follow Ups", "Follow Ups by Employee", "Engagement", "No Contact")
ACTIONS = "sales_extensions.api.conversation_actions"
FOLLOW_UPS = "sales_extensions.api.follow_ups"


@pytest.fixture(scope="module")
def ground(server):
	frappe.set_user("Administrator")
	said, secret = talk(ANNA, due=1), talk(ANNA, due=1, note="Secret terms", is_private=1)
	frappe.db.commit()
	return frappe._dict(
		anna=Client(server, ANNA), bob=Client(server, BOB), nobody=Client(server, NOBODY),
		said=said.name, secret=secret.name,
	)  # fmt: skip


@pytest.fixture
def unchanged(ground):
	"""Nothing that was sent changed anything."""
	frappe.db.rollback()
	before = state()
	yield
	frappe.db.rollback()
	assert state() == before


def state() -> tuple:
	return world.fingerprint(), frappe.db.count("Event"), frappe.db.count("ToDo")


def report(client: Client, name: str, **filters) -> Answer:
	return client.call("frappe.desk.query_report.run", report_name=name, filters=filters)


def refused(answer: Answer, *words: str) -> None:
	assert 400 <= answer.status < 500, answer
	for word in words:
		assert word in answer.message, answer


@pytest.mark.parametrize(
	("name", "filters", "words"),
	[
		("Follow Ups", {"day": "soon"}, ("Up To", "2026-12-31")),
		("Follow Ups", {"first": "x"}, ("From",)),
		("Follow Ups", {"whose": "Theirs"}, ("Whose", "Mine, All")),
		("Follow Ups", {"employee": "HR-NOBODY"}, ("Employee", "HR-NOBODY")),
		("Follow Ups", {"territory": "Atlantis"}, ("Territory", "Atlantis")),
		("Follow Ups", {"limit": -1}, ("Rows",)),
		("Follow Ups", {"limit": "many"}, ("Rows",)),
		("Follow Ups", {"employee": ["like", "%"]}, ("Employee", "text")),
		("Follow Ups by Employee", {"from_date": "2026-02-30"}, ("From Date",)),
		("Follow Ups by Employee", {"from_date": "2026-02-02", "to_date": "2026-02-01"}, ("To Date",)),
		("Follow Ups by Employee", {"every": "Hour"}, ("For Each", "Month")),
		("Engagement", {"group_by": "note"}, ("Group By", "Territory")),
		("Engagement", {"to_date": "1' OR '1"}, ("To Date",)),
		("Engagement", {"employee": "' OR 1=1 -- "}, ("Employee",)),
		("No Contact", {"days": 0}, ("Days",)),
		("No Contact", {"days": "x"}, ("Days",)),
		("No Contact", {"territory": {"a": 1}}, ("Territory", "text")),
	],
)
def test_x5_filters_that_are_none_are_named(ground, unchanged, name, filters, words):
	refused(report(ground.anna, name, **filters), *words)


def test_x5_filters_that_no_report_knows_change_nothing(ground):
	for name in REPORTS:
		assert report(ground.anna, name, colour="blue").status == 200


def test_x5_who_has_no_role_gets_no_report_no_day_and_no_page(ground, unchanged):
	for name in REPORTS:
		refused(report(ground.nobody, name))
	refused(ground.nobody.call("sales_extensions.api.activities.today"))
	refused(ground.nobody.call("frappe.desk.desk_page.getpage", name="my-day"))


@pytest.mark.parametrize(
	("method", "values", "words"),
	[
		(f"{ACTIONS}.make_event", {"conversation": "nothing"}, ("Conversation", "nothing")),
		(f"{ACTIONS}.make_event", {"conversation": ""}, ("Conversation",)),
		(f"{ACTIONS}.make_event", {"starts_on": "soon"}, ("Starts On", "14:30")),
		(
			f"{ACTIONS}.make_event",
			{"starts_on": "2027-01-02 10:00", "ends_on": "2027-01-02 09:00"},
			("Ends On",),
		),
		(f"{ACTIONS}.make_event", {"category": "Party"}, ("Category", "Meeting")),
		(f"{ACTIONS}.make_todo", {"due": "never"}, ("Due Date",)),
		(f"{ACTIONS}.make_todo", {"allocated_to": "who@example.com"}, ("Allocated To", "who@example.com")),
		(f"{FOLLOW_UPS}.complete", {"conversation": "nothing"}, ("Conversation", "nothing")),
		(f"{FOLLOW_UPS}.answer", {"note": ""}, ("Note",)),
		(f"{FOLLOW_UPS}.answer", {"note": "Yes", "follow_up_date": "never"}, ("Follow Up",)),
		(f"{FOLLOW_UPS}.answer", {"note": "Yes", "follow_up_date": "2020-01-01"}, ("Follow Up",)),
		(
			f"{FOLLOW_UPS}.answer",
			{"note": "Yes", "pipeline_position": "Heaven"},
			("Pipeline Position", "Heaven"),
		),
		(f"{FOLLOW_UPS}.answer", {"note": "Yes", "how": "By Owl"}, ("How", "By Owl")),
		("sales_extensions.api.activities.today", {"day": "2026-13-01"}, ("Date",)),
		("sales_extensions.api.activities.between", {"start": "", "end": ""}, ("From Date",)),
		("sales_extensions.api.activities.between", {"start": "2026-01-01", "end": "2029-01-01"}, ("100",)),
	],
)
def test_x5_what_is_sent_wrong_is_named_and_changes_nothing(ground, unchanged, method, values, words):
	if "activities" not in method:
		values = {"conversation": ground.said, **values}
	refused(ground.anna.call(method, **values), *words)


def test_x5_a_calendar_file_of_nothing_or_of_another_kind_is_refused(ground, unchanged):
	for wrong, word in (
		({"kind": "Poem"}, "Type"),
		({"starts_on": "x"}, "Starts On"),
		({"conversation": "nothing"}, "Conversation"),
	):
		asked = {"conversation": ground.said, **wrong}
		refused(ground.anna.ask("GET", f"/api/method/{ACTIONS}.ics", params=asked), word)


def test_c6_a_private_note_leaves_by_no_door(ground, unchanged):
	for client in (ground.bob, ground.nobody):
		for answer in (
			client.call(f"{ACTIONS}.make_event", conversation=ground.secret),
			client.call(f"{ACTIONS}.make_todo", conversation=ground.secret),
			client.ask("GET", f"/api/method/{ACTIONS}.ics?conversation={ground.secret}"),
		):
			refused(answer)
			assert "Secret" not in answer.raw


def test_c6_a_calendar_file_is_downloaded_as_one(ground):
	answer = ground.anna.session.get(
		f"{ground.anna.url}/api/method/{ACTIONS}.ics", params={"conversation": ground.said}, timeout=60
	)
	assert answer.headers["Content-Type"].startswith("text/calendar")
	assert "attachment" in answer.headers["Content-Disposition"]
	assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
