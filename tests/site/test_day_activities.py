"""The day's list and calendar, engagement, and customers without contact, against a table by hand (D1, D2)."""

from __future__ import annotations

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate, nowdate

from sales_extensions.activities import agenda
from sales_extensions.activities import no_contact as silence
from sales_extensions.api import activities as api
from sales_extensions.api.conversation_actions import make_event
from sales_extensions.sales_extensions.report.engagement import engagement
from sales_extensions.sales_extensions.report.follow_ups import follow_ups
from sales_extensions.sales_extensions.report.no_contact import no_contact

from . import conversations_world as cw
from .day_world import ANNA, BOB, CARL, MANAGER, NOBODY, as_user, day, employee, restrict, talk


@pytest.fixture(autouse=True)
def no_mails(monkeypatch):
	monkeypatch.setattr(frappe, "sendmail", lambda **mail: None)
	frappe.db.delete("Conversation")
	yield
	for user in (ANNA, BOB, CARL, MANAGER):
		frappe.clear_cache(user=user)


def event(user: str, starts: str, ends: str | None = None, party: str | None = None, **fields):
	with as_user(user):
		doc = {"doctype": "Event", "subject": "Meet", "event_type": "Private", "starts_on": starts,
			"ends_on": ends, **fields}  # fmt: skip
		if party:
			doc["event_participants"] = [{"reference_doctype": "Customer", "reference_docname": party}]
		return frappe.get_doc(doc).insert()


def task(user: str, date: str, text: str = "Send <b>terms</b>", **fields):
	return frappe.get_doc(
		{"doctype": "ToDo", "allocated_to": user, "date": date, "description": text, **fields}
	).insert()


def message(user: str, medium: str, at: str, party: str | None = "Shop One", **fields):
	with as_user(user):
		return frappe.get_doc(
			{"doctype": "Communication", "communication_type": "Communication", "communication_medium": medium,
				"communication_date": at, "subject": f"{medium} to {party}", "content": "Hello", "user": user,
				"sent_or_received": "Sent", "sender": user, "reference_doctype": party and "Customer",
				"reference_name": party, **fields}
		).insert(ignore_permissions=True)  # fmt: skip


def method(name: str, medium: str) -> str:
	if not frappe.db.exists("Conversation Method", name):
		frappe.get_doc(
			{"doctype": "Conversation Method", "method": name, "communication_medium": medium}
		).insert()
	return name


# --- the day ------------------------------------------------------------------------------------


def test_d1_the_day_holds_what_is_ones_own_in_the_order_of_time():
	said = talk(ANNA, made=0, time_begin="11:15:00", time_end="11:45:00", with_whom="Mrs. Jansen")
	due = talk(ANNA, "Builder Two", due=0)
	met = event(ANNA, f"{nowdate()} 09:00:00", f"{nowdate()} 10:00:00")
	todo = task(ANNA, nowdate())
	mail = message(ANNA, "Email", f"{nowdate()} 16:00:00")
	talk(BOB, due=0), task(BOB, nowdate()), event(BOB, f"{nowdate()} 08:00:00")
	message(BOB, "Phone", f"{nowdate()} 08:00:00"), talk(ANNA, due=1), task(ANNA, day(1))
	with as_user(ANNA):
		found = api.today()
	assert {one["name"] for one in found["items"]} == {due.name, todo.name, met.name, said.name, mail.name}
	timed = [one for one in found["items"] if not one["all_day"]]
	assert [one["name"] for one in timed] == [met.name, said.name, mail.name]
	assert (timed[1]["starts"], timed[1]["ends"]) == (f"{nowdate()} 11:15:00", f"{nowdate()} 11:45:00")
	assert (timed[1]["title"], timed[1]["detail"], timed[1]["done"]) == ("Shop One", "Mrs. Jansen", True)
	by_name = {one["name"]: one for one in found["items"]}
	assert by_name[todo.name]["title"] == "Send terms"
	assert by_name[due.name]["is_follow_up"] and not by_name[todo.name]["is_follow_up"]


def test_d1_what_is_overdue_is_told_today_and_on_no_other_day():
	late, todo = talk(ANNA, due=-2), task(ANNA, day(-3))
	talk(ANNA, due=-2, completed_on=-2), task(ANNA, day(-1), status="Closed")
	with as_user(ANNA):
		found, tomorrow = api.today(), api.today(day(1))
	assert [(one["name"], one["overdue"]) for one in found["overdue"]] == [(todo.name, 3), (late.name, 2)]
	assert found["items"] == [] == tomorrow["overdue"]


def test_d1_an_event_that_repeats_is_there_on_each_of_its_days():
	event(ANNA, f"{day(-14)} 09:30:00", f"{day(-14)} 10:00:00", repeat_this_event=1, repeat_on="Daily")
	with as_user(ANNA):
		found = api.between(day(0), day(2))
	assert [one["starts"] for one in found] == [f"{day(number)} 09:30:00" for number in (0, 1, 2)]


@pytest.mark.parametrize("began", ["31", "30", "29"])
def test_d1_an_event_monthly_on_the_last_days_stands_on_the_last_of_february_and_comes_back(began):
	event(
		ANNA,
		f"2026-01-{began} 09:30:00",
		f"2026-01-{began} 10:00:00",
		repeat_this_event=1,
		repeat_on="Monthly",
	)
	expected = ["2026-02-28", f"2026-03-{began}", f"2026-04-{min(began, '30')}"]
	with as_user(ANNA):
		whole = api.between("2026-02-01", "2026-04-30")
		apart = [one for month in ("02-01", "03-01", "04-01") for one in api.between(f"2026-{month}", str(
			frappe.utils.get_last_day(f"2026-{month}")))]  # fmt: skip
		one_day = [one for day in expected for one in api.today(day)["items"]]
	for found in (whole, apart, one_day):
		assert [(one["starts"], one["ends"]) for one in found] == [
			(f"{day} 09:30:00", f"{day} 10:00:00") for day in expected
		]


def test_d1_a_repeated_event_is_seen_by_whom_the_framework_shows_it():
	repeats = {"repeat_this_event": 1, "repeat_on": "Weekly", "monday": 1}
	own = event(ANNA, "2026-03-02 09:00:00", **repeats)
	shared, public = event(BOB, "2026-03-02 10:00:00", **repeats), event(BOB, "2026-03-02 11:00:00", **repeats,
		event_type="Public")  # fmt: skip
	(
		event(BOB, "2026-03-02 08:00:00", **repeats),
		event(ANNA, "2026-03-02 07:00:00", **repeats, status="Cancelled"),
	)
	event(ANNA, "2026-03-02 06:00:00", **repeats, repeat_till="2026-03-08")
	frappe.share.add_docshare("Event", shared.name, ANNA, read=1, flags={"ignore_share_permission": True})
	with as_user(ANNA):
		found = api.between("2026-03-09", "2026-03-15")
	assert [one["name"] for one in found] == [own.name, shared.name, public.name]
	assert {one["starts"][:10] for one in found} == {"2026-03-09"}


def test_d1_the_message_that_the_framework_writes_for_an_event_is_not_told_beside_it():
	met = event(ANNA, f"{nowdate()} 09:00:00", party="Shop One", event_category="Meeting")
	assert frappe.db.exists("Communication", {"reference_name": met.name})
	with as_user(ANNA):
		assert [one["doctype"] for one in api.today()["items"]] == ["Event"]


def test_x6_what_was_chosen_from_the_lists_is_in_ones_language():
	talk(ANNA, made=0, how="Call", about="Complaint", due=0)
	frappe.local.lang = "nl"
	try:
		with as_user(ANNA):
			done, to_do = sorted(api.today()["items"], key=lambda one: one["is_follow_up"])
			row = follow_ups.execute({})[1][0]
	finally:
		frappe.local.lang = "en"
	assert done["kind"] != "Call" and {done["detail"], to_do["detail"], row["about"]} == {"Klacht"}
	assert row["how"] == done["kind"]


def test_d1_who_has_no_role_gets_no_day():
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		api.today()
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		api.between(day(0), day(1))


def test_d1_open_tasks_of_no_day_are_told_today_by_their_first_line():
	made = task(ANNA, nowdate(), "<p><b>Order cards</b></p>Of the <i>new</i> kind")
	frappe.db.set_value("ToDo", made.name, "date", None)
	with as_user(ANNA):
		found, tomorrow = api.today(), api.today(day(1))
	assert [(one["title"], one["overdue"]) for one in found["undated"]] == [("Order cards", 0)]
	assert made.name not in [one["name"] for one in found["items"] + found["overdue"]]
	assert tomorrow["undated"] == []


@pytest.mark.parametrize(
	"html",
	[
		"<p>Order cards</p><p>two boxes</p>",
		"Order cards<br/>two boxes",
		"Order cards<BR />two boxes",
		"<ol><li>Order cards</li><li>two boxes</li></ol>",
		"<h3>Order cards</h3>two boxes",
	],
)
def test_d1_a_task_is_told_by_its_first_line_however_its_lines_end(html):
	assert agenda.first_line(html) == "Order cards"


# --- engagement ---------------------------------------------------------------------------------
#
#   Anna  conversations  3 March Shop One 30 min, by phone; 10 March Builder Two 45 min, on a visit;
#                        2 April Shop One 0 min, no method
#         mails          5 March Shop One, 6 March Builder Two (linked, not filed under it)
#         Event          12 March Shop One, Meeting, 90 min, private; 20 March, whole day, Home Three
#   Bob   conversation   4 March Home Three 20 min, private note
#         call           5 March Home Three
#   Not counted: a cancelled Event, one in another year, a mail to nobody's party, an automated message


@pytest.fixture
def busy():
	phone, visit = method("By Phone Test", "Call"), method("On a Visit Test", "Visit")
	year = getdate().year - 1  # of a year that is over: Events count once they have begun
	on = lambda rest: f"{year}-{rest}"  # noqa: E731

	def said(user, party, date, minutes, **fields):
		doc = talk(user, party, **fields)
		frappe.db.set_value(
			"Conversation", doc.name, {"conversation_date": on(date), "duration_minutes": minutes}
		)

	said(ANNA, "Shop One", "03-03", 30, how=phone)
	said(ANNA, "Builder Two", "03-10", 45, how=visit)
	said(ANNA, "Shop One", "04-02", 0)
	said(BOB, "Home Three", "03-04", 20, is_private=1, note="Bob's secret")
	message(ANNA, "Email", on("03-05 10:00:00"))
	linked = message(ANNA, "Email", on("03-06 10:00:00"), party=None)
	linked.add_link("Customer", "Builder Two", autosave=True)
	message(BOB, "Phone", on("03-05 11:00:00"), "Home Three")
	event(ANNA, on("03-12 09:00:00"), on("03-12 10:30:00"), "Shop One", event_category="Meeting")
	event(ANNA, on("03-20 00:00:00"), None, "Home Three", all_day=1, event_category="Event")
	event(ANNA, on("03-13 09:00:00"), on("03-13 10:30:00"), "Shop One", status="Cancelled")
	event(ANNA, f"{year - 1}-03-12 09:00:00", None, "Shop One")
	message(ANNA, "Email", on("03-07 10:00:00"), party=None)
	message(ANNA, "Email", on("03-07 10:00:00"), communication_type="Automated Message")
	return frappe._dict(from_date=on("01-01"), to_date=on("12-31"), on=on)


def engaged(user: str, **filters) -> dict[str, tuple]:
	"""(conversations, calls, visits, meetings, e-mails, all, minutes) by key."""
	with as_user(user):
		rows = engagement.execute(filters)[1]
	return {row["key"]: tuple(row[figure] for figure in engagement.FIGURES) for row in rows}


ANNAS = (3, 1, 1, 1, 2, 7, 165)
BOBS = (1, 1, 0, 0, 0, 2, 20)


def test_d2_engagement_by_employee_customer_territory_and_month(busy):
	period = {"from_date": busy.from_date, "to_date": busy.to_date}
	assert engaged(MANAGER, **period) == {"Anna": ANNAS, "Bob": BOBS}
	assert engaged(MANAGER, **period, group_by="Customer") == {
		"Shop One": (2, 1, 0, 1, 1, 4, 120),
		"Builder Two": (1, 0, 1, 0, 1, 2, 45),
		"Home Three": (1, 1, 0, 0, 0, 3, 20),
	}
	assert engaged(MANAGER, **period, group_by="Territory") == {
		"Holland": (2, 1, 0, 1, 1, 4, 120),
		"Spain": (1, 0, 1, 0, 1, 2, 45),
		"Asia": (1, 1, 0, 0, 0, 3, 20),
	}
	assert engaged(MANAGER, **period, group_by="Month") == {
		busy.on("03"): (3, 2, 1, 1, 2, 8, 185),
		busy.on("04"): (1, 0, 0, 0, 0, 1, 0),
	}


def test_d2_a_private_booking_counts_by_the_conversation_that_it_was_made_from(busy):
	with as_user(ANNA):
		said = talk(ANNA, "Home Three")
		booked = make_event(
			said.name, f"{busy.on('05-04')} 09:00:00", f"{busy.on('05-04')} 09:40:00", category="Meeting"
		)
	assert frappe.get_doc("Event", booked["name"]).event_type == "Private"
	asked = {"from_date": busy.on("05-01"), "to_date": busy.on("05-31"), "group_by": "Customer"}
	for user in (ANNA, MANAGER):
		assert engaged(user, **asked) == {"Home Three": (0, 0, 0, 1, 0, 1, 40)}
	assert engaged(BOB, **asked) == {}
	event = frappe.get_doc("Event", booked["name"])
	event.append("event_participants", {"reference_doctype": "Customer", "reference_docname": "Builder Two"})
	event.save(ignore_permissions=True)
	assert engaged(MANAGER, **asked) == {"Home Three": (0, 0, 0, 1, 0, 1, 40)}, "with whom it was made"


def test_d2_what_was_entered_for_an_employee_who_is_no_user_is_theirs(busy):
	period = {"from_date": busy.from_date, "to_date": busy.to_date}
	bobs = employee(BOB)
	frappe.db.set_value("Employee", bobs, {"user_id": None, "employee_name": "Robert"})
	frappe.db.set_value("Conversation", {"employee": bobs}, "user", MANAGER)
	rows = engaged(MANAGER, **period)
	assert rows["Robert"] == (1, 0, 0, 0, 0, 1, 20) and "Manager" not in rows
	assert list(engaged(MANAGER, **period, employee=bobs)) == ["Robert"]


def test_d2_engagement_of_an_employee_of_a_territory_and_of_some_days(busy):
	period = {"from_date": busy.from_date, "to_date": busy.to_date}
	bob = frappe.db.get_value("Employee", {"user_id": BOB})
	assert engaged(MANAGER, **period, employee=bob) == {"Bob": BOBS}
	assert engaged(MANAGER, **period, territory="Europe") == {"Anna": (3, 1, 1, 1, 2, 6, 165)}
	assert engaged(MANAGER, from_date=busy.on("04-01"), to_date=busy.to_date) == {
		"Anna": (1, 0, 0, 0, 0, 1, 0)
	}


def test_d2_mail_that_the_scheduler_fetched_is_its_accounts_users_or_nobodys(busy):
	def fetched(account: str, address: str, *users: str, sender: str = "buyer@example.com") -> None:
		frappe.get_doc(
			{"doctype": "Email Account", "name": account, "email_account_name": account, "email_id": address}
		).db_insert()  # fmt: skip
		for user in users:
			frappe.get_doc(
				{"doctype": "User Email", "parent": user, "parenttype": "User", "parentfield": "user_emails",
					"email_account": account}
			).db_insert()  # fmt: skip
		message("Administrator", "Email", busy.on("03-08 10:00:00"), sent_or_received="Received", sender=sender,
			email_account=account)  # fmt: skip

	fetched("Anna's own", ANNA, ANNA, BOB)
	fetched("Bob's second", "bob.sells@example.com", BOB)
	fetched("Sales", "sales@example.com", ANNA, BOB)
	fetched("Info", "info@example.com")
	fetched("Support", "support@example.com", sender=ANNA)
	found = engaged(MANAGER, from_date=busy.on("03-08"), to_date=busy.on("03-08"))
	assert {key: row[4] for key, row in found.items()} == {"Anna": 2, "Bob": 1, "None": 2}
	assert engaged(MANAGER, from_date=busy.on("03-08"), to_date=busy.on("03-08"), employee=employee(BOB)) == {
		"Bob": (0, 0, 0, 0, 1, 1, 0)
	}


def test_d2_an_event_that_repeats_counts_on_each_of_its_days_that_has_come(busy):
	fields = {"event_category": "Meeting", "event_type": "Public", "repeat_this_event": 1}
	event(BOB, busy.on("03-02 09:00:00"), busy.on("03-02 09:15:00"), "Shop One", **fields, repeat_on="Monthly",
		repeat_till=busy.on("05-31"))  # fmt: skip
	year = {"from_date": busy.from_date, "to_date": busy.to_date}
	assert engaged(MANAGER, **year)["Bob"] == (1, 1, 0, 3, 0, 5, 65)
	assert engaged(MANAGER, **year, group_by="Month")[busy.on("05")] == (0, 0, 0, 1, 0, 1, 15)
	april = {"from_date": busy.on("04-01"), "to_date": busy.on("04-30")}
	assert engaged(MANAGER, **april, group_by="Customer") == {"Shop One": (1, 0, 0, 1, 0, 2, 15)}
	assert "Bob" not in engaged(MANAGER, **april, territory="Spain")
	# every day from the day before yesterday on; tonight's is still to come
	event(CARL, f"{day(-2)} 23:59:59", None, "Shop One", **fields, repeat_on="Daily")
	assert engaged(MANAGER, from_date=day(-2), to_date=day(40))["Carl"] == (0, 0, 0, 2, 0, 2, 0)
	assert engaged(MANAGER, from_date=day(1), to_date=day(40)) == {}


def test_d2_private_events_of_others_are_counted_for_managers_alone_and_no_text_is_told(busy):
	period = {"from_date": busy.from_date, "to_date": busy.to_date}
	assert engaged(BOB, **period)["Anna"] == (3, 1, 1, 0, 2, 5, 75)
	with as_user(MANAGER):
		assert "secret" not in frappe.as_json(run("Engagement", period))


def test_d2_engagement_leaves_out_customers_that_user_permissions_forbid(busy):
	if "Conversation" not in frappe.get_hooks("permission_query_conditions"):
		pytest.skip("conversations have no permissions of their own yet")
	restrict(CARL, "Customer", "Builder Two")
	assert engaged(CARL, from_date=busy.from_date, to_date=busy.to_date) == {"Anna": (1, 0, 1, 0, 1, 2, 45)}


def test_d2_the_chart_and_the_totals_are_those_of_the_rows(busy):
	with as_user(MANAGER):
		_columns, rows, _meaning, chart, cards = engagement.execute(
			{"from_date": busy.from_date, "to_date": busy.to_date}
		)
	assert chart["data"]["labels"] == [row["key"] for row in rows]
	assert [card["value"] for card in cards] == [4, 2, 1, 1, 2, "3.1"]
	idle = {**rows[0], "calls": 0, "visits": 0, "meetings": 0, "emails": 0, "minutes": 0}
	assert engagement.bars([idle], "Employee") is None
	months = [{**rows[0], "key": f"{year}-{month:02}"} for year in (2025, 2026) for month in range(1, 13)]
	assert engagement.bars(months, "Month")["data"]["labels"][::19] == ["May 25", "Dec 26"]


# --- no contact ---------------------------------------------------------------------------------


@pytest.fixture
def quiet():
	frappe.db.set_value("Customer", {"name": ("in", ("Shop One", "Builder Two", "Home Three"))}, "creation",
		f"{day(-200)} 12:00:00", update_modified=False)  # fmt: skip
	talk(ANNA, made=-100), talk(ANNA, made=-80)
	message(ANNA, "Email", f"{day(-90)} 10:00:00")
	linked = message(ANNA, "Phone", f"{day(-20)} 10:00:00", party=None)
	linked.add_link("Customer", "Builder Two", autosave=True)
	talk(ANNA, "Builder Two", made=-70)


def silent(user: str, **filters) -> list[tuple]:
	with as_user(user):
		rows = no_contact.execute(filters)[1]
	ours = ("Shop One", "Builder Two", "Home Three")
	return [(row["party"], row["days"], row["last_kind"]) for row in rows if row["party"] in ours]


def test_d2_customers_without_contact_the_longest_silence_first(quiet):
	assert silent(MANAGER, days=60) == [("Home Three", 200, "None"), ("Shop One", 80, "Conversation")]
	assert silent(MANAGER, days=81) == [("Home Three", 200, "None")]
	assert silent(MANAGER, days=20)[-1] == ("Builder Two", 20, "Communication")
	assert silent(MANAGER, days=60, territory="Europe") == [("Shop One", 80, "Conversation")]


def test_d2_contact_with_the_lead_or_prospect_that_became_the_customer_is_contact(quiet):
	lead, member = cw.lead("Lara Lead"), cw.lead("Mem Ber")
	prospect = cw.prospect("Home Prospect", leads=[{"lead": member.name}])
	frappe.db.set_value("Customer", "Home Three", {"lead_name": lead.name, "prospect_name": prospect.name})
	talk(ANNA, lead.name, made=-75, party_type="Lead")
	assert silent(MANAGER, days=60) == [("Shop One", 80, "Conversation"), ("Home Three", 75, "Conversation")]
	message(ANNA, "Email", f"{day(-70)} 10:00:00", prospect.name, reference_doctype="Prospect")
	assert silent(MANAGER, days=60)[-1] == ("Home Three", 70, "Communication")
	talk(ANNA, member.name, made=-61, party_type="Lead")
	assert silent(MANAGER, days=60)[-1] == ("Home Three", 61, "Conversation")
	message(ANNA, "Phone", f"{day(-10)} 10:00:00", None).add_link("Lead", lead.name, autosave=True)
	assert "Home Three" not in [row[0] for row in silent(MANAGER, days=60)]


def test_d2_the_number_of_days_is_that_of_the_settings(quiet):
	frappe.db.set_single_value("Sales Extensions Settings", "no_contact_days", 150)
	assert [row[0] for row in silent(MANAGER)] == ["Home Three"]
	frappe.db.set_single_value("Sales Extensions Settings", "no_contact_days", 0)
	assert silence.read({}).days == silence.DEFAULT_DAYS


def test_d2_only_customers_that_one_may_see_and_a_share_of_them_where_there_are_many(quiet):
	restrict(CARL, "Customer", "Shop One")
	assert silent(CARL, days=60) == [("Shop One", 80, "Conversation")]
	with as_user(MANAGER):
		_columns, rows, note, _chart, _cards = no_contact.execute({"days": 1, "limit": 1})
	assert len(rows) == 1 and "The first 1 are shown" in note
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		no_contact.execute({})


def test_d2_what_is_planned_is_no_contact(quiet):
	message(ANNA, "Meeting", f"{add_days(nowdate(), 5)} 10:00:00", "Home Three")
	assert silent(MANAGER, days=60)[0] == ("Home Three", 200, "None")
