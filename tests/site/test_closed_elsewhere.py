"""What a closed target holds, and what adjusts it, is said wherever its orders and figures are shown (H3, X4)."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.utils import getdate, nowdate

from sales_extensions import ledger
from sales_extensions.activities import agenda
from sales_extensions.api import follow_ups, glance, orders
from sales_extensions.api import statements as api
from sales_extensions.attained import running
from sales_extensions.sales_extensions.report.seller_statement import seller_statement
from sales_extensions.statements import view
from sales_extensions.tasks import digest

from . import world
from .test_paths import rows_of, update_items

MANAGER, BOOKED = "manager@example.com", "Adjustments Booked in This Period"

SOLD, MARCH = {"Anna": 100}, {"from_date": "2026-03-01", "to_date": "2026-03-31"}
APRIL, UP_TO = {"from_date": "2026-04-01", "to_date": "2026-04-30"}, "2026-03-31"


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	pass


@pytest.fixture
def march():
	return world.target(100_000, ("North Team",), title="North in March", **MARCH)


def close() -> None:
	assert ledger.close(world.COMPANY, UP_TO)


def held(order) -> dict[str, tuple]:
	"""By target: whether it is closed, what its result has of the order, and what adjusts it."""
	return {
		row["title"]: (row["period_status"], row["held"], row["adjusted"])
		for row in orders.credits_of(order.name)["targets"]
	}


# --- on the order -------------------------------------------------------------------------------------


def test_h3_an_order_says_what_a_closed_result_has_of_it_and_what_adjusts_it(march):
	order = world.order(2_500, team=SOLD)
	assert held(order) == {"North in March": ("Open", 2_500, 0)}
	close()
	assert held(order) == {"North in March": ("Closed", 2_500, 0)}
	update_items(order, rows_of(order, rate=500))
	assert held(order) == {"North in March": ("Closed", 2_500, -2_000)}
	(row,) = orders.credits_of(order.name)["targets"]
	assert row["closing"] == frappe.db.get_value("Sales Target", march.name, "closing")
	assert row["adjusted_on"]


def test_h3_a_closed_target_that_came_without_the_order_has_nothing_of_it(march):
	close()
	late = world.order(1_000, team=SOLD, date="2026-03-20")
	assert held(late) == {"North in March": ("Closed", 0, 1_000)}
	late.cancel()
	assert held(late) == {}


def test_h3_a_cancelled_order_stays_in_the_closed_result(march):
	world.target(10, ("Anna",), numeric=True, title="Anna counts", **MARCH)
	order = world.order(2_500, team=SOLD)
	close()
	world.target(50_000, title="Anna in March", **MARCH)
	assert held(order)["Anna in March"] == ("Open", 2_500, 0)
	order.cancel()
	shown = orders.credits_of(order.name)
	assert not shown["counts"]
	assert held(order) == {"North in March": ("Closed", 2_500, -2_500), "Anna counts": ("Closed", 1, -1)}


def test_h3_what_adjusted_a_target_before_it_was_opened_is_of_its_result(march):
	order = world.order(2_500, team=SOLD)
	close()
	update_items(order, rows_of(order, rate=500))
	ledger.reopen(march.name, "So")
	assert held(order) == {"North in March": ("Open", 500, 0)}
	close()
	assert held(order) == {"North in March": ("Closed", 500, 0)}


# --- in the report, the mail and the statement ---------------------------------------------------------


def booked_on(day: str) -> None:
	"""What adjusts was booked on that day: tests have one clock."""
	for name in frappe.get_all("Sales Target Entry", {"adjusts": ("is", "set")}, pluck="name"):
		frappe.db.set_value("Sales Target Entry", name, "creation", f"{day} 10:00:00", update_modified=False)


def report(seller: str = "Anna", **more) -> tuple[str, list[dict]]:
	given = {"company": world.COMPANY, **APRIL, "sales_person": seller, **more}
	_columns, _rows, note, _chart, cards = seller_statement.execute(given)
	return note, [one for one in cards if one["label"] == BOOKED]


@pytest.mark.parametrize("numeric", [False, True])
def test_h4_the_report_has_what_its_statement_has_of_closed_targets(numeric):
	world.target(3 if numeric else 3_000, numeric=numeric, **MARCH)
	changed, left = (world.order(amount, team=SOLD, date="2026-03-10") for amount in (2_500, 700))
	close()
	update_items(changed, rows_of(changed, rate=500))
	left.cancel()
	booked_on("2026-04-20")
	kind = {"target_type": "Numeric" if numeric else "Financial"}
	note, (card,) = report(**kind)
	name = api.make({"company": world.COMPANY, **APRIL, "sales_person": "Anna", **kind})
	made = frappe.get_doc("Sales Statement", name)
	adjusted = made.adjustment_count if numeric else made.adjustment_amount
	assert adjusted == (-1 if numeric else -2_700)
	assert str(card["value"]) in (str(adjusted), "-1")
	assert "are not in the result" in note
	address = unescape(re.search(r'href="([^"]+)"[^>]* data-booked', note)[1])
	(names,) = parse_qs(urlsplit(address).query)["name"]
	assert set(json.loads(names)[1]) == {line.entry for line in made.lines if line.kind == "Adjustment"}


def test_h4_the_report_tells_of_its_own_days_sellers_and_whole_alone(march):
	order = world.order(2_500, team=SOLD)
	close()
	assert report() == (report()[0], []) and "adjust closed" not in report()[0]
	update_items(order, rows_of(order, rate=500))
	booked_on("2026-04-20")
	assert [one["value"] for one in report("North Team")[1]] == [-2_000]
	assert report("Dirk")[1] == []
	assert report(from_date="2026-05-01", to_date="2026-05-31")[1] == []
	assert report("North Team", territory="Europe")[1] == []
	assert report("North Team", as_of="2026-05-01 10:00:00")[1] == []


def test_h4_who_sees_a_part_alone_is_told_that_it_is_left_out():
	targets = [world.target(3_000, (seller,), **MARCH) for seller in ("Anna", "Bob")]
	order = world.order(2_500, team={"Bob": 100}, date="2026-03-10")
	close()
	update_items(order, rows_of(order, rate=500))
	booked_on("2026-04-20")
	frappe.get_doc(
		{"doctype": "User Permission", "user": MANAGER, "allow": "Sales Target", "for_value": targets[0].name}
	).insert()
	frappe.set_user(MANAGER)
	note, cards = report()
	frappe.set_user("Administrator")
	assert cards == [] and "you may not see all of them" in note and not frappe.message_log


def test_h3_the_mail_of_the_week_says_what_adjusts_what_ended(monkeypatch, march):
	monkeypatch.setattr(running, "nowdate", lambda: "2026-04-06")
	kept = world.target(500, title="Anna in March", **MARCH)
	order = world.order(2_500, team=SOLD)
	html = digest.mail("2026-04-06").html
	assert "North in March" in html and "Adjustments" not in html
	close()
	assert "Adjustments" not in digest.mail("2026-04-06").html
	update_items(order, rows_of(order, rate=500))
	html = digest.mail("2026-04-06").html
	assert "$ 2,500.00 of $ 100,000.00 · Adjustments: $ -2,000.00; with them $ 500.00" in html
	ledger.reopen(kept.name, "So")
	assert "$ 500.00 of $ 500.00" in digest.mail("2026-04-06").html
	assert html.count("Adjustments: ") == 2


def test_h4_a_line_says_that_its_order_is_cancelled_or_gone_and_keeps_its_content():
	world.target(3_000, **MARCH)
	cancelled, gone, kept = (
		world.order(amount, team=SOLD, date=f"2026-03-0{amount}") for amount in (1, 2, 3)
	)
	doc = frappe.get_doc(
		"Sales Statement", api.make({"company": world.COMPANY, **MARCH, "sales_person": "Anna"})
	)
	doc.submit()
	stored = frappe.get_doc(doc.doctype, doc.name).as_dict(convert_dates_to_str=True)
	assert said(doc) == {cancelled.name: "", gone.name: "", kept.name: ""}
	for order in (cancelled, gone):
		order.cancel()
	frappe.delete_doc("Sales Order", gone.name)
	now = {cancelled.name: "The order is cancelled now.", gone.name: "The order was deleted.", kept.name: ""}
	assert said(doc) == now
	paper = frappe.get_print(doc.doctype, doc.name, "Sales Statement to Sign")
	assert paper.count("The order is cancelled now.") == paper.count("The order was deleted.") == 1
	assert frappe.get_doc(doc.doctype, doc.name).as_dict(convert_dates_to_str=True) == stored


def said(doc) -> dict[str, str]:
	shown = view.for_form(frappe.get_doc(doc.doctype, doc.name))
	return {line["sales_order"]: line["order_now"] for line in shown["lines"]}


def test_h4_a_line_that_takes_an_order_back_does_not_repeat_that_it_is_cancelled():
	world.target(3_000, **MARCH)
	order = world.order(700, team=SOLD, date="2026-03-10")
	close()
	order.cancel()
	booked_on("2026-04-20")
	name = api.make({"company": world.COMPANY, **APRIL, "sales_person": "Anna"})
	(line,) = view.for_form(frappe.get_doc("Sales Statement", name))["lines"]
	assert (line["kind"], line["amount"], line["order_now"]) == ("Adjustment", -700, "")


# --- what waits for the seller ---------------------------------------------------------------------------


def waiting() -> int:
	"""Of Anna's card, and of the list that it opens."""
	frappe.set_user("anna@example.com")
	card = glance.my_statements()
	listed = frappe.get_list("Sales Statement", filters=card["route_options"], order_by="name")
	frappe.set_user("Administrator")
	assert len(listed) == card["value"]
	return card["value"]


def test_h4_a_seller_sees_how_many_statements_wait_for_them():
	for seller in ("Anna", "Bob"):
		world.target(3_000, (seller,), **MARCH)
	world.order(1_000, team={"Anna": 50, "Bob": 50}, date="2026-03-10")
	drafts = [
		frappe.get_doc(
			"Sales Statement", api.make({"company": world.COMPANY, **MARCH, "sales_person": seller})
		)
		for seller in ("Anna", "Bob")
	]
	assert waiting() == 0, "a draft does not wait"
	for draft in drafts:
		draft.submit()
	assert waiting() == 1
	anna, line = drafts[0].name, drafts[0].lines[0].name
	frappe.set_user("anna@example.com")
	api.dispute(anna, [line], "Too little")
	assert waiting() == 0, "the manager's answer is waited for"
	api.answer(anna, line, "It is half")
	assert waiting() == 1
	frappe.set_user("anna@example.com")
	api.acknowledge(anna)
	assert waiting() == 0
	frappe.set_user(MANAGER)
	assert glance.my_statements() == {"value": 0, "fieldtype": "Int"}


# --- on one's day ------------------------------------------------------------------------------------------


def talk(**fields):
	party = {"party_type": "Customer", "party": "Shop One", "note": "Pumps"}
	return frappe.get_doc({"doctype": "Conversation", **party, **fields}).insert()


def done_on(day: str) -> list[tuple]:
	return [
		(one["name"], one["kind"], one["is_follow_up"], one["overdue"])
		for one in agenda.between(getdate(day), getdate(day))
		if one["done"]
	]


def test_d1_a_follow_up_that_was_done_stands_with_what_was_done_that_day():
	frappe.set_user("anna@example.com")
	due = talk(conversation_date="2026-03-02")
	due.db_set("follow_up_date", "2026-03-05")
	assert done_on(nowdate()) == []
	follow_ups.complete(due.name)
	assert done_on(nowdate()) == [(due.name, "Follow-up", False, 0)]
	assert [one["name"] for one in agenda.overdue(getdate(nowdate()))] == []
	follow_ups.reopen(due.name)
	assert done_on(nowdate()) == []
	answer = talk(follow_up_of=due.name, is_follow_up=1)
	assert [name for name, *_rest in done_on(nowdate())] == [answer.name], (
		"an answer stands for what it answers"
	)
