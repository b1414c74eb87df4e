"""Whom to follow up, what became of it, and the morning's notification, against a table by hand (C4).

Days are counted from today; every conversation was ten days ago unless it says otherwise:

	A1  Anna  Shop One     due 5 days ago
	A2  Anna  Builder Two  due today
	A3  Anna  Shop One     due tomorrow
	A4  Anna  Home Three   due 3 days ago, completed 4 days ago: in time
	A5  Anna  Home Three   due 3 days ago, completed yesterday: late
	A6  Anna  Shop One     nothing to follow up
	B1  Bob   Home Three   due 2 days ago, private
	C1  Carl  Builder Two  due yesterday; Carl is no Employee
"""

from __future__ import annotations

import random

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import formatdate, getdate, nowdate

from sales_extensions import clock as clock_of
from sales_extensions.activities import asked
from sales_extensions.api import activities, glance
from sales_extensions.api import follow_ups as api
from sales_extensions.engine.followups import FollowUp, Tally, counted
from sales_extensions.follow_ups import hand_over, morning
from sales_extensions.sales_extensions.report.follow_ups import follow_ups
from sales_extensions.sales_extensions.report.follow_ups_by_employee import follow_ups_by_employee

from . import clock
from . import pipeline_world as pw
from .day_world import ANNA, BOB, CARL, MANAGER, NOBODY, as_user, day, employee, restrict, talk


@pytest.fixture
def table():
	made = {
		"A3": talk(ANNA, due=1),
		"A2": talk(ANNA, "Builder Two", due=0),
		"A1": talk(ANNA, due=-5, with_whom="Mrs. Jansen", about=None),
		"A4": talk(ANNA, "Home Three", due=-3, completed_on=-4),
		"A5": talk(ANNA, "Home Three", due=-3, completed_on=-1),
		"A6": talk(ANNA),
		"B1": talk(BOB, "Home Three", due=-2, is_private=1, note="Bob's secret"),
		"C1": talk(CARL, "Builder Two", due=-1),
	}
	names = {doc.name: key for key, doc in made.items()}
	yield frappe._dict(docs=made, key=lambda row: names[row["name"]])
	for user in (ANNA, BOB, CARL, MANAGER):
		frappe.clear_cache(user=user)


def listed(table, user: str, **filters) -> list[str]:
	with as_user(user):
		return [table.key(row) for row in run("Follow Ups", filters)["result"]]


def due_of(user: str, up_to: str) -> list[dict]:
	with as_user(user):
		return run("Follow Ups", {"day": up_to, "whose": "All"})["result"]


def test_c4_overdue_first_and_only_what_is_due_and_open(table):
	assert listed(table, ANNA) == ["A1", "A2"]
	assert listed(table, ANNA, day=day(1)) == ["A1", "A2", "A3"]
	assert listed(table, ANNA, day=day(-1)) == ["A1"]
	assert listed(table, ANNA, day=day(1), first=day(0)) == ["A2", "A3"]


def test_c4_a_manager_sees_all_and_filters_by_employee_and_territory(table):
	assert listed(table, MANAGER) == ["A1", "B1", "C1", "A2"]
	assert listed(table, MANAGER, employee=employee(BOB)) == ["B1"]
	assert listed(table, MANAGER, territory="Europe") == ["A1", "C1", "A2"]
	assert listed(table, MANAGER, territory="Holland") == ["A1"]
	assert listed(table, MANAGER, whose="Mine") == []
	assert listed(table, MANAGER, limit=1) == ["A1"]


def test_c4_each_row_says_how_late_it_is_and_why(table):
	with as_user(MANAGER):
		_columns, rows, note, _chart, cards = follow_ups.execute({"limit": 2})
	first = rows[0]
	assert (first["state"], first["days_overdue"], first["territory"], first["who"]) == (
		"Overdue",
		5,
		"Holland",
		"Anna",
	)
	assert first["why"] == f"It was due on {formatdate(day(-5))} and is not completed."
	assert [(card["label"], card["value"]) for card in cards] == [("Overdue", 3), ("Today", 1)]
	assert note == "The first 2 of 4 follow-ups are shown. Raise Rows or narrow the filters."


def test_c4_a_private_note_is_shown_to_its_writer_alone(table):
	def notes(user: str) -> list[str]:
		with as_user(user):
			rows = follow_ups.execute({"whose": "All"})[1]
		return [row["note"] for row in rows if table.key(row) == "B1"]

	assert notes(BOB) == ["Bob's secret"]
	assert notes(MANAGER) == ["Private"]
	with as_user(MANAGER):
		assert "secret" not in frappe.as_json(run("Follow Ups", {"whose": "All"}))


def test_c4_follow_ups_of_customers_that_user_permissions_forbid_are_not_listed(table):
	if "Conversation" not in frappe.get_hooks("permission_query_conditions"):
		pytest.skip("conversations have no permissions of their own yet")
	restrict(MANAGER, "Customer", "Builder Two")
	assert listed(table, MANAGER) == ["C1", "A2"]


def test_c4_who_has_no_role_gets_no_report(table):
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		follow_ups.execute({})
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		follow_ups_by_employee.execute({})


def test_c4_one_click_completes_a_follow_up_and_a_second_changes_nothing(table):
	with as_user(ANNA):
		api.complete(table.docs["A1"].name)
		done = frappe.get_doc("Conversation", table.docs["A1"].name)
		api.complete(done.name)
	assert done.completed == 1
	assert frappe.db.get_value("Conversation", done.name, "modified") == done.modified
	assert listed(table, ANNA) == ["A2"]


def test_c4_what_was_completed_by_mistake_is_opened_again_by_who_may_complete_it(table):
	name = table.docs["A1"].name
	with as_user(ANNA):
		assert api.complete(name)["changed"] and not api.complete(name)["changed"]
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		api.reopen(name)
	with as_user(ANNA):
		assert api.reopen(name)["changed"] and not api.reopen(name)["changed"]
	fields = ("completed", "completed_on", "completed_by", "completed_day")
	assert frappe.db.get_value("Conversation", name, fields) == (0, None, None, None)
	assert listed(table, ANNA) == ["A1", "A2"]


def test_c4_an_answer_follows_the_conversation_and_completes_it(table):
	with as_user(ANNA):
		name = api.answer(table.docs["A1"].name, "She takes two", follow_up_date=day(7))["name"]
	made = frappe.get_doc("Conversation", name)
	assert (made.party, made.is_follow_up, made.follow_up_of) == ("Shop One", 1, table.docs["A1"].name)
	assert (str(made.conversation_date), str(made.follow_up_date)) == (nowdate(), day(7))
	assert made.owner == ANNA
	assert name in [row["name"] for row in due_of(ANNA, day(7))]
	assert frappe.db.get_value("Conversation", table.docs["A1"].name, "completed") == 1


def test_c4_a_manager_is_given_the_employees_a_seller_themselves(table):
	"""Neither of them may read the Employee."""
	anna, bob = employee(ANNA), employee(BOB)
	frappe.db.set_value("Employee", bob, "status", "Left")
	with as_user(MANAGER):
		assert not frappe.has_permission("Employee", "read")
		assert {anna, bob} <= {one["value"] for one in api.employees()}
		assert [one["value"] for one in api.employees("nna")] == [anna]
		able = [one["value"] for one in api.employees(able="1")]
	assert anna in able and bob not in able
	restrict(ANNA, "Customer", "Builder Two")
	with as_user(ANNA):
		assert [(one["value"], one["label"]) for one in api.employees()] == [(anna, "Anna")]
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		api.employees()


def test_c4_whoever_sees_the_conversations_of_others_can_ask_for_them(table):
	anna, bob = employee(ANNA), employee(BOB)
	with as_user(ANNA):
		assert {anna, bob} <= {one["value"] for one in api.employees()}
	restrict(ANNA, "Customer", "Shop One")
	talk(BOB, "Shop One", due=1)
	with as_user(ANNA):
		assert {one["value"] for one in api.employees()} == {anna, bob}
	with as_user("sysman@example.com"):
		assert {anna, bob} <= {one["value"] for one in api.employees()}


def test_c4_employees_of_one_name_are_told_apart_and_names_are_as_they_are_written(table):
	anna, bob = employee(ANNA), employee(BOB)
	for name in (anna, bob):
		frappe.db.set_value("Employee", name, "employee_name", "Sam O'Brien & Co")
	with as_user(MANAGER):
		labels = {one["value"]: one["label"] for one in api.employees("Sam O")}
		assert labels == {name: f"Sam O'Brien & Co ({name})" for name in (anna, bob)}
		assert [one["value"] for one in api.employees(labels[bob])] == [bob]
		assert [one["label"] for one in api.employees(bob)] == [labels[bob]]


def test_c4_who_can_follow_up_is_asked_for_before_the_list_ends(table, monkeypatch):
	monkeypatch.setattr(hand_over, "MOST", 1)
	frappe.db.set_value("Employee", employee(ANNA), {"employee_name": "Aaa", "status": "Left"})
	with as_user(MANAGER):
		assert [one["value"] for one in api.employees(able=1)] != []


def test_c4_nobody_without_the_right_completes_or_answers(table):
	for act in (lambda name: api.complete(name), lambda name: api.answer(name, "No")):
		with as_user(NOBODY), pytest.raises(frappe.PermissionError):
			act(table.docs["A1"].name)
	assert not frappe.db.exists("Conversation", {"note": "No"})


def test_c4_follow_ups_of_each_employee_made_due_overdue_and_in_time(table):
	period = {"from_date": day(-10), "to_date": day(10)}
	with as_user(MANAGER):
		_columns, rows, _meaning, chart, cards = follow_ups_by_employee.execute(period)
	fields = ("who", "made", "due", "open", "overdue", "in_time", "late", "in_time_share")
	assert [tuple(row[field] for field in fields) for row in rows] == [
		("Anna", 5, 5, 3, 1, 1, 1, 100 / 3),
		("Bob", 1, 1, 1, 1, 0, 0, 0),
		("Carl", 1, 1, 1, 1, 0, 0, 0),
	]
	assert [card["value"] for card in cards] == [7, 7, 3, 1, 20.0, 3]
	assert chart["data"]["labels"] == ["Anna", "Bob", "Carl"]
	many = [{**rows[2], "who": f"{n:03}", "overdue": n // 2, "late": n % 2} for n in range(200)]
	bars = follow_ups_by_employee.bars(many)["data"]
	assert bars["labels"] == [f"{n:03}" for n in range(199, 191, -1)]
	assert [one["values"][:3] for one in bars["datasets"]] == [[0, 0, 0], [1, 0, 1], [99, 99, 98]]


def test_c4_what_was_due_before_the_period_and_is_overdue_is_told_beside_it(table):
	with as_user(MANAGER):
		*_rest, cards = follow_ups_by_employee.execute({"from_date": day(0), "to_date": day(10)})
		assert {card["label"]: card["value"] for card in cards}["Overdue, Due in the Period"] == 0
		assert "All Overdue Now" in cards[-1]["label"] and cards[-1]["value"] == 3
		of_bob = {"from_date": day(0), "to_date": day(10), "employee": employee(BOB)}
		now = follow_ups_by_employee.execute(of_bob)[4][-1]
	assert now["value"] == 1 and f"employee={employee(BOB)}" in now["label"]


def test_c4_what_was_entered_or_imported_when_it_was_over_is_neither_in_time_nor_late(table):
	with as_user(CARL):
		old = {"doctype": "Conversation", "party_type": "Customer", "party": "Shop One", "note": "Long ago"}
		days = {"conversation_date": day(-9), "follow_up_date": day(-3)}
		doc = frappe.get_doc({**old, **days, "completed": 1}).insert()
	assert (doc.completed_on, doc.completed_by) == (None, CARL)
	with as_user(MANAGER):
		rows = follow_ups_by_employee.execute({"from_date": day(-10), "to_date": day(10)})[1]
	(carl,) = [row for row in rows if row["who"] == "Carl"]
	assert (carl["due"], carl["overdue"], carl["in_time"], carl["late"]) == (2, 1, 0, 0)
	with as_user(CARL):
		doc.reload().with_whom = "Piet"
		doc.save()
	assert doc.completed_on is None


def test_c4_the_parts_of_a_period_add_up_to_the_whole(table):
	period = {"from_date": day(-40), "to_date": day(40)}
	with as_user(MANAGER):
		whole, months, weeks = (
			follow_ups_by_employee.execute({**period, "every": every})[1]
			for every in ("Whole Period", "Month", "Week")
		)
	for field in ("made", "due", "open", "overdue", "in_time", "late"):
		assert sum(row[field] for row in whole) == sum(row[field] for row in months)
		assert sum(row[field] for row in whole) == sum(row[field] for row in weeks)


@pytest.mark.parametrize("every", ["Whole Period", "Month", "Week"])
@pytest.mark.parametrize(("first", "last"), [(-20, 20), (-45, 0), (0, 0), (-70, -7), (1, 40)])
def test_c4_follow_ups_counted_together_fare_as_each_by_itself(many, every, first, last):
	period = {"from_date": day(first), "to_date": day(last), "every": every}
	found = follow_ups_by_employee.tallies_of(asked.period(period), every)
	each: dict = {}
	for user, one in many:
		for part in follow_ups_by_employee.parts(one, asked.period(period), every):
			tally = counted(one, 1, part.first, part.last, getdate())
			if tally != Tally():
				each[user, part] = each.get((user, part), Tally()) + tally
	assert {(user, part): tally for (user, _employee, part), tally in found.items()} == each


@pytest.fixture
def many(transaction):
	"""Three hundred follow-ups of two users around today: open, done in time, late, or nobody knows when."""
	dice = random.Random(4)
	made = []
	name = talk(ANNA).name
	columns = frappe.db.get_table_columns("Conversation")
	for number in range(300):
		user, days = dice.choice((ANNA, BOB)), dice.randint(-80, 20)
		due = days + dice.randint(0, 40)
		done = dice.choice((None, None, due, due - 3, due + 1, due + 30))
		completed = 1 if done is not None else dice.choice((0, 0, 1))
		values = {
			"name": f"many-{number}",
			"user": user,
			"conversation_date": day(days),
			"follow_up_date": day(due),
			"completed": completed,
			"completed_on": None if done is None else f"{day(done)} 10:00:00",
		}
		copied = ", ".join(f"%({column})s" if column in values else f"`{column}`" for column in columns)
		frappe.db.sql(
			f"INSERT INTO tabConversation ({', '.join(f'`{column}`' for column in columns)}) SELECT {copied} "
			"FROM tabConversation WHERE name = %(copied)s",
			{**values, "copied": name},
		)
		made_on, due_on = getdate(day(days)), getdate(day(due))
		made.append(
			(user, FollowUp(made_on, due_on, bool(completed), None if done is None else getdate(day(done))))
		)
	return made


def test_c4_a_number_opens_the_follow_ups_it_counts(table):
	with as_user(MANAGER):
		(row,) = follow_ups_by_employee.execute(
			{"from_date": day(-10), "to_date": day(10), "employee": employee(ANNA)}
		)[1]
	behind = {"employee": row["employee"], "whose": "All", "first": row["first_day"]}
	assert len(listed(table, MANAGER, **behind, day=row["last_day"])) == row["open"]
	assert len(listed(table, MANAGER, **behind, day=day(-1))) == row["overdue"]


# --- the morning's notification -----------------------------------------------------------------


@pytest.fixture
def mails(monkeypatch):
	"""Whom the framework would have sent a mail, and what."""
	sent = {}
	monkeypatch.setattr(frappe, "sendmail", lambda **mail: sent.update({mail["recipients"]: mail["args"]}))
	return sent


def told() -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Notification Log",
		{"link": ("like", "%whose=Mine")},
		["for_user", "subject", "email_content"],
		order_by="for_user",
	)
	assert len(rows) == len({row.for_user for row in rows})
	return {row.for_user: row for row in rows}


def test_c4_each_employee_is_told_in_the_morning_overdue_first(table, mails):
	assert morning.notify() == 3, frappe.get_last_doc("Error Log").error
	assert set(told()) == {ANNA, BOB, CARL}
	assert told()[ANNA].subject == "Follow-ups today: 2, of which overdue: 1"
	lines = told()[ANNA].email_content.split("<li>")[1:]
	assert "Shop One, Mrs. Jansen" in lines[0] and "overdue since" in lines[0]
	assert "Builder Two" in lines[1] and "overdue" not in lines[1]
	assert "secret" not in told()[BOB].email_content


def test_c4_nobody_is_told_twice_on_a_day(table, mails):
	assert morning.notify() == 3
	assert morning.notify() == 0
	assert set(told()) == {ANNA, BOB, CARL}


def test_c4_one_user_who_fails_stops_nobody(table, mails, monkeypatch):
	tell = morning.tell
	monkeypatch.setattr(morning, "tell", lambda user, today: 1 / 0 if user == ANNA else tell(user, today))
	assert morning.notify() == 2
	assert set(told()) == {BOB, CARL}
	assert frappe.db.exists("Error Log", {"reference_doctype": "User", "reference_name": ANNA})


def test_c4_nobody_is_told_who_cannot_log_in_or_does_not_want_it_or_where_it_is_switched_off(table, mails):
	frappe.db.set_single_value("Sales Extensions Settings", "notify_follow_ups", 0)
	assert morning.notify() == 0
	frappe.db.set_single_value("Sales Extensions Settings", "notify_follow_ups", 1)
	frappe.db.set_value("User", BOB, "enabled", 0)
	frappe.db.set_value("Notification Settings", CARL, "enabled", 0)
	frappe.clear_cache(user=CARL)
	assert morning.notify() == 1
	assert set(told()) == {ANNA}


def test_c4_names_are_text_in_a_notification(table, mails):
	frappe.db.set_value("Conversation", table.docs["A1"].name, "with_whom", "<img src=x onerror=alert(1)>")
	morning.notify()
	assert "<img" not in told()[ANNA].email_content


def test_c4_a_mail_goes_to_those_who_want_mails(table, mails):
	frappe.db.set_value("Notification Settings", BOB, "enable_email_notifications", 0)
	assert morning.notify() == 3
	assert set(mails) == {ANNA, CARL}
	assert mails[ANNA]["doc_link"].startswith("http") and mails[ANNA]["doc_link"].endswith(morning.REPORT)


# --- whom to leave alone, and who has left --------------------------------------------------------


def customer(name: str, **fields) -> str:
	return frappe.get_doc(
		{"doctype": "Customer", "customer_name": name, "customer_type": "Company", "territory": "Holland",
			"customer_group": "Shops", **fields}
	).insert().name  # fmt: skip


def lead(name: str, **fields) -> str:
	doc = frappe.get_doc({"doctype": "Lead", "first_name": name, "company_name": name}).insert()
	doc.db_set(fields)
	return doc.name


@pytest.mark.parametrize(
	("kind", "make", "reason"),
	[
		("Customer", lambda: customer("Closed Mill", disabled=1), "Disabled"),
		("Customer", lambda: customer("Cold Mill", is_frozen=1), "Frozen"),
		("Lead", lambda: lead("Silent", status="Do Not Contact"), "Do Not Contact"),
		("Lead", lambda: lead("Away", unsubscribed=1), "Unsubscribed"),
		("Lead", lambda: of_disabled_customer(), "Disabled"),
		("Lead", lambda: lead("Lost", status="Lost Quotation"), ""),
	],
)
def test_c4_who_is_not_to_be_contacted_is_marked_and_not_told_in_the_morning(kind, make, reason, mails):
	talked = talk(ANNA, make(), party_type=kind, due=0, with_whom="Them", about=None)
	with as_user(ANNA):
		(row,) = [one for one in follow_ups.execute({})[1] if one["name"] == talked.name]
		(item,) = [one for one in activities.today()["items"] if one["is_follow_up"]]
	assert row["barred"] == reason and item["detail"] == ", ".join(filter(None, ("Them", reason)))
	assert morning.notify() == (0 if reason else 1)
	assert (ANNA in told()) is not bool(reason)


def of_disabled_customer() -> str:
	name = lead("Became a Mill")
	customer("A Mill Now", lead_name=name, disabled=1)
	return name


def test_c4_the_follow_up_of_a_deal_that_was_lost_stays(mails):
	pw.stages()
	talked = talk(ANNA, due=0, pipeline_position="Qualifying")
	talk(ANNA, made=-1, pipeline_position="Lost")
	assert morning.notify() == 1 and talked.name in told()[ANNA].email_content


def leaves(user: str) -> None:
	frappe.db.set_value("Employee", employee(user), "status", "Left")


@pytest.mark.parametrize("how", ["left", "disabled"])
def test_c4_follow_ups_of_who_has_left_go_to_the_managers_who_hand_them_over_at_once(table, mails, how):
	if how == "left":
		leaves(ANNA)
	else:
		frappe.db.set_value("User", ANNA, "enabled", 0)
	assert listed(table, MANAGER, whose="Who Has Left") == ["A1", "A2", "A3"], "on whichever day"
	assert morning.notify() == 2 and set(told()) == {BOB, CARL}
	(notice,) = notices_of_who_left(MANAGER)
	assert notice.subject == "Follow-ups of who has left: 3" and "Anna: 3" in notice.email_content
	morning.notify()
	assert len(notices_of_who_left(MANAGER)) == 1, "once a day"
	names = [table.docs[key].name for key in ("A1", "A2", "A3")]
	with as_user(MANAGER):
		assert api.hand_over(names, employee(BOB)) == 3
	assert listed(table, MANAGER, whose="Who Has Left") == []
	rows = frappe.get_all(
		"Conversation", {"name": ("in", names)}, ["user", "employee", "written_by"], order_by="name"
	)
	assert rows == [{"user": BOB, "employee": employee(BOB), "written_by": ANNA}] * 3
	assert listed(table, BOB, day=day(1)) == ["A1", "B1", "A2", "A3"]


def test_c4_managers_are_not_told_of_who_left_where_nobody_is_to_be_contacted(table, mails):
	leaves(ANNA)
	barred = frappe.get_value("Conversation", table.docs["A1"].name, ("party_type", "party"))
	assert barred[0] == "Customer"
	same = [key for key in ("A1", "A2", "A3")
		if frappe.db.get_value("Conversation", table.docs[key].name, "party") == barred[1]]  # fmt: skip
	frappe.db.set_value(*barred, "disabled", 1)
	morning.notify()
	(notice,) = notices_of_who_left(MANAGER)
	assert notice.subject == f"Follow-ups of who has left: {3 - len(same)}"


def notices_of_who_left(user: str) -> list:
	return frappe.get_all(
		"Notification Log",
		{"link": ("like", "%Who%20Has%20Left"), "for_user": user},
		["subject", "email_content"],
		order_by="creation",
	)


def test_c4_nobody_has_left_and_no_manager_is_told(table, mails):
	morning.notify()
	assert notices_of_who_left(MANAGER) == []


def test_c4_only_managers_hand_over_and_only_to_who_can_follow_up(table):
	names = [table.docs["A1"].name, table.docs["B1"].name]
	with as_user(ANNA), pytest.raises(frappe.PermissionError, match="Hand Over"):
		api.hand_over(names, employee(BOB))
	leaves(BOB)
	for asked_for, taker, words in (
		(names, employee(BOB), "can't follow up"),
		(names, "", "can't follow up"),
		(names, "Nobody", "Employee: there is no Nobody"),
		([], employee(ANNA), "choose from 1 to 500"),
		("A1", employee(ANNA), "choose from 1 to 500"),
		([1], employee(ANNA), "choose from 1 to 500"),
		([*names, "Nothing"], employee(ANNA), "there is no Nothing"),
	):
		with as_user(MANAGER), pytest.raises(frappe.ValidationError, match=words):
			api.hand_over(asked_for, taker)
	assert frappe.db.get_value("Conversation", names[1], "employee") == employee(BOB)


# --- the writer's day -----------------------------------------------------------------------------


def test_c4_today_is_the_day_of_the_one_who_writes(mails):
	frappe.db.set_value("User", ANNA, "time_zone", "Pacific/Auckland")
	with clock.at("2026-03-05 20:00"):
		with as_user(ANNA):
			here = clock_of.now()
			assert str(here.date()) == "2026-03-06", "where Anna is"
			made = frappe.get_doc({"doctype": "Conversation", "party_type": "Customer", "party": "Shop One",
				"note": "Late", "follow_up_date": "2026-03-06"}).insert()  # fmt: skip
			assert str(made.conversation_date) == "2026-03-06"
			assert str(made.time_begin)[:5].rjust(5, "0") == f"{here:%H:%M}"
			day_of = activities.today()
			assert (day_of["day"], [one["overdue"] for one in day_of["items"] if one["is_follow_up"]]) == (
				"2026-03-06",
				[0],
			)
			(row,) = follow_ups.execute({})[1]
			assert row["state"] == "Today"
			assert glance.my_follow_ups()["value"] == 1
			answered = frappe.get_doc("Conversation", api.answer(made.name, "Early")["name"])
			assert str(answered.conversation_date) == "2026-03-06"
			assert activities.today("2026-03-05")["overdue"] == []
			(row,) = follow_ups_by_employee.execute({"from_date": "2026-03-06", "to_date": "2026-03-06"})[1]
			assert (row["open"], row["overdue"]) == (0, 0), "answered"
		yesterday = talk(ANNA, due=0)
		yesterday.db_set({"conversation_date": "2026-03-04", "follow_up_date": "2026-03-05"})
		for user, overdue in ((ANNA, 1), (BOB, 0)):  # where Anna is, it is the day after
			with as_user(user):
				found = follow_ups_by_employee.execute({"from_date": "2026-03-05", "to_date": "2026-03-05"})[
					1
				]
			assert sum(row["overdue"] for row in found) == overdue
		with as_user(BOB):
			assert activities.today()["day"] == "2026-03-05"


@pytest.mark.parametrize(
	("zone", "at", "in_time"),
	[("Pacific/Honolulu", "2026-03-06 01:00", True), ("Pacific/Auckland", "2026-03-05 20:00", False)],
)
def test_c4_in_time_is_by_the_day_of_who_completes_it(zone, at, in_time):
	frappe.db.set_value("User", ANNA, "time_zone", zone)
	with clock.at("2026-03-04 20:00"), as_user(ANNA):
		talked = talk(ANNA, due=0)
		talked.db_set({"conversation_date": "2026-03-04", "follow_up_date": "2026-03-05"})
	with clock.at(at), as_user(ANNA):
		api.complete(talked.name)
		(row,) = follow_ups_by_employee.execute({"from_date": "2026-03-05", "to_date": "2026-03-05"})[1]
	assert (row["in_time"], row["late"]) == (int(in_time), int(not in_time))


def test_c4_in_the_morning_each_is_told_what_is_due_on_their_own_day(mails):
	talked = talk(ANNA, due=1)
	assert morning.notify() == 0
	frappe.db.set_value("User", ANNA, "time_zone", "Pacific/Auckland")
	with clock.at(f"{nowdate()} 23:00"):
		assert morning.notify() == 1 and talked.name in told()[ANNA].email_content


def test_c4_a_time_zone_that_is_none_is_the_sites():
	frappe.db.set_value("User", ANNA, "time_zone", "Nowhere/Land")
	assert clock_of.today(ANNA) == getdate()
