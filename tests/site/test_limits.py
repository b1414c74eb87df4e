"""No report is without an end: its period and its rows have limits, and the note says what was left out (X4, X5)."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import called, kinds
from sales_extensions.api import conversations, tracker
from sales_extensions.api.attainment import by_seller_and_month
from tests.site import pipeline_world as pw
from tests.site import world

EVERYTHING = {"from_date": "1900-01-01", "to_date": "2999-12-31"}
IN_ONE_COMPANY = {"company": world.COMPANY}
OF_A_PERIOD = {
	"Attainment": IN_ONE_COMPANY,
	"Crew": IN_ONE_COMPANY,
	"Engagement": {},
	"Follow Ups by Employee": {},
	"Order Charges": IN_ONE_COMPANY,
	"Pipeline Customers": {},
	"Pipeline Overview": {},
	"Quote Charges": IN_ONE_COMPANY,
	"Seller Statement": IN_ONE_COMPANY | {"sales_person": "Anna"},
}


@pytest.mark.parametrize("report", OF_A_PERIOD)
def test_x4_no_report_is_made_of_all_time(report):
	with pytest.raises(frappe.ValidationError, match="years after From Date"):
		module(report).execute({**OF_A_PERIOD[report], **EVERYTHING})


@pytest.mark.parametrize("report", OF_A_PERIOD)
def test_x4_years_that_can_be_read_are_shown(report):
	years = {"from_date": "2024-03-01", "to_date": "2027-02-28"}
	assert module(report).execute({**OF_A_PERIOD[report], **years})


def test_x4_ten_years_are_a_period_and_a_day_more_is_none():
	ten = {"from_date": "2016-02-29", "to_date": "2026-02-28"}
	assert module("Pipeline Overview").execute(ten)
	with pytest.raises(frappe.ValidationError, match="more than 10 years after"):
		module("Pipeline Overview").execute({**ten, "to_date": "2026-03-01"})
	with pytest.raises(frappe.ValidationError, match="more than 10 years after"):
		by_seller_and_month(world.COMPANY, "2000-01-01", "2026-12-31")


@pytest.mark.parametrize("report", ["Engagement", "Pipeline Overview", "Sales Target Orders"])
def test_x4_the_first_rows_are_shown_and_the_note_says_of_how_many(report):
	given = {"from_date": "2026-01-01", "to_date": "2026-12-31", "group_by": "Territory", "limit": 1}
	pw.stages()
	for month in ("02", "03"):
		pw.talk("Shop One", f"2026-{month}-10", "Qualifying", how=None)
		pw.talk("Builder Two", f"2026-{month}-11", "Qualifying", how=None)
		world.order(team={"Anna": 100}, date=f"2026-{month}-12")
	target = world.target(10_000)
	if report == "Sales Target Orders":
		given = {"sales_target": target.name, "limit": 1}
	_columns, rows, note, *_more = module(report).execute(given)
	assert len(rows) == 1 and "The first 1 of 2 rows are shown" in note
	_columns, rows, note, *_more = module(report).execute({**given, "limit": 2})
	assert len(rows) == 2 and "rows are shown" not in (note or "")
	for bad in (0, 5001, "many"):
		with pytest.raises(frappe.ValidationError, match="Rows must be"):
			module(report).execute({**given, "limit": bad})


def module(report: str):
	name = frappe.scrub(report)
	return frappe.get_module(f"sales_extensions.sales_extensions.report.{name}.{name}")


# --- what is sent ---------------------------------------------------------------------------------


def nested(depth: int) -> list:
	found: list = []
	for _number in range(depth):
		found = [found]
	return found


@pytest.mark.parametrize("depth", [60, 990])
def test_x5_lists_in_lists_without_end_are_refused_in_words(depth):
	deep = nested(depth)
	for given in (deep, [["Conversation", "note", "in", deep]], frappe.as_json(nested(60))):
		if isinstance(given, str):
			assert conversations.calendar("2026-01-01", "2026-01-02", given) == []
			continue
		with pytest.raises(
			frappe.ValidationError, match="Filters: it holds lists in lists, more than 50 deep"
		):
			conversations.calendar("2026-01-01", "2026-01-02", given)
	with pytest.raises(frappe.ValidationError, match="Start: it holds lists in lists"):
		conversations.calendar(deep, "2026-01-02")
	with pytest.raises(frappe.ValidationError, match="Query: it holds lists in lists"):
		tracker.rows({"filters": deep})
	with pytest.raises(frappe.ValidationError, match="Filters: it holds lists in lists"):
		called.filters({"company": deep})


@pytest.mark.parametrize("report", ["Crew", "Engagement", "Pipeline Overview"])
def test_x5_a_filter_of_a_report_that_is_lists_in_lists_is_refused_before_any_is_read(report):
	with pytest.raises(frappe.ValidationError, match="Filters: it holds lists in lists, more than 50 deep"):
		module(report).execute({**OF_A_PERIOD[report], "from_date": nested(990)})


def test_x5_a_field_that_is_lists_in_lists_is_named():
	topic = frappe.get_doc({"doctype": "Conversation Topic", "topic": nested(990)})
	with pytest.raises(frappe.ValidationError, match="must be a text"):
		kinds.check(topic)


def test_x5_the_longest_text_is_told_in_what_it_is_counted_in():
	credit = frappe.new_doc("Upsell Credit")
	credit.change_reason = "é" * 40_000
	with pytest.raises(frappe.ValidationError, match="must be a text of at most 65,535 bytes: é takes two"):
		kinds.check(credit)
	credit.change_reason = "e" * 40_000
	kinds.check(credit)
