"""Stages, sums and success of jobs, and cells that a spreadsheet runs not (K1, K4, K5)."""

from datetime import date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine.tracker import (
	OTHER,
	JobGroup,
	Outcome,
	StageRule,
	Success,
	Tally,
	by_stage,
	condition_fields,
	groups_in,
	in_order,
	is_formula,
	manner_of,
	safe_cell,
	stage_of,
	success,
	tally,
	worth,
)

LEAD, OPPORTUNITY, QUOTATION = "Lead", "Opportunity", "Quotation"
RULES = in_order(
	(
		StageRule("Sent", 30, QUOTATION, frozenset({"Open"})),
		StageRule("New", 10, LEAD, frozenset({"Open", "Lead"})),
		StageRule("Talks", 20, OPPORTUNITY, frozenset({"Open"}), condition_field="sales_stage", condition_value="Review"),
		StageRule("New", 10, OPPORTUNITY, frozenset({"Open"}), condition_field="sales_stage"),
		StageRule("Looking", 20, OPPORTUNITY),
		StageRule("Won", 40, QUOTATION, frozenset({"Ordered"}), Outcome.WON),
		StageRule("Lost", 50, QUOTATION, frozenset({"Lost", "Expired"}), Outcome.LOST),
	)
)  # fmt: skip


@pytest.mark.parametrize(
	("document_type", "status", "values", "stage", "reason"),
	[
		(LEAD, "Open", {}, "New", "Status Open."),
		(QUOTATION, "Open", {}, "Sent", "Status Open."),
		(OPPORTUNITY, "Open", {"sales_stage": "Review"}, "Talks", "Status Open, and sales_stage is Review."),
		(OPPORTUNITY, "Open", {}, "New", "Status Open, and sales_stage is -."),
		(OPPORTUNITY, "Open", {"sales_stage": "Else"}, "Looking", "Status Open."),
		(OPPORTUNITY, "Lost", {}, "Looking", "Status Lost."),
		(QUOTATION, "Expired", {}, "Lost", "Status Expired."),
		(QUOTATION, "Strange", {}, OTHER, "No stage rule fits the status Strange."),
		("Sales Order", "Open", {}, OTHER, "No stage rule fits the status Open."),
	],
)
def test_k5_the_first_rule_that_fits_decides_and_says_why(document_type, status, values, stage, reason):
	found = stage_of(document_type, status, values, RULES)
	assert (found.stage, str(found.reason)) == (stage, reason)


def test_k5_fields_of_conditions_are_named_once_for_their_document_type():
	assert condition_fields(RULES, OPPORTUNITY) == ("sales_stage",)
	assert condition_fields(RULES, LEAD) == ()


JOBS = (
	JobGroup(LEAD, "Open", 3),
	JobGroup(QUOTATION, "Open", 2, D("100.10"), "EUR"),
	JobGroup(QUOTATION, "Open", 1, D("7"), "USD"),
	JobGroup(QUOTATION, "Ordered", 4, D("50"), "EUR", is_active=False),
	JobGroup(QUOTATION, "Lost", 2, D("20"), "EUR", is_active=False),
	JobGroup(QUOTATION, "Strange", 1, D("0.05"), "EUR"),
)


def test_k1_amounts_are_summed_apart_for_each_currency():
	assert tally(JOBS[:3]) == Tally(6, (("EUR", D("100.10")), ("USD", D("7"))))
	assert tally(()) == Tally()


def test_k1_stages_stand_in_their_order_and_empty_ones_are_shown():
	found = [(one.stage, one.tally.jobs) for one in by_stage(JOBS, RULES)]
	assert found == [("New", 3), ("Looking", 0), ("Talks", 0), ("Sent", 3), (OTHER, 1)] or found == [
		("New", 3), ("Talks", 0), ("Looking", 0), ("Sent", 3), (OTHER, 1)
	]  # fmt: skip
	every = {one.stage: one.tally.jobs for one in by_stage(JOBS, RULES, inactive_too=True)}
	assert (every["Won"], every["Lost"]) == (4, 2)


def test_k1_success_is_of_what_was_decided():
	assert success(JOBS, RULES) == Success(4, 6)
	assert success(JOBS, RULES).rate == D("66.67")
	assert success(JOBS[:1], RULES).rate is None


statuses = st.sampled_from(("Open", "Lead", "Ordered", "Lost", "Expired", "Strange"))
groups = st.lists(
	st.builds(
		JobGroup,
		document_type=st.sampled_from((LEAD, OPPORTUNITY, QUOTATION)),
		status=statuses,
		jobs=st.integers(1, 50),
		amount=st.decimals(0, 10**9, places=2),
		currency=st.sampled_from(("EUR", "USD")),
		is_active=st.booleans(),
		values=st.dictionaries(st.just("sales_stage"), st.sampled_from(("", "Review", "Else"))),
	),
	max_size=20,
)


@given(groups, st.booleans())
def test_k1_no_job_and_no_cent_is_lost_between_stages(jobs, inactive_too):
	counted = [one for one in jobs if inactive_too or one.is_active]
	stages = by_stage(jobs, RULES, inactive_too=inactive_too)
	assert sum((one.tally for one in stages), Tally()) == tally(counted)
	for one in stages:
		assert tally(groups_in(counted, {one.stage}, RULES)) == one.tally
	found = success(jobs, RULES)
	assert 0 <= found.won <= found.decided <= sum(one.jobs for one in jobs)


@pytest.mark.parametrize(
	"text",
	["=1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\uff1d1", "|x", "+A1", "-A1", "-1+1", "+1+1", "-1-1", "+1-1",
		"\uff0bA1", "- call back", "--1", "+31 20 1234567=1", "-3.5 % =1", "+SUM(1)", "-2*3", "+1\n=1",
		"+31-20-1234567", "+49/30/1234567", "+31 - 20 - 1234567", "+(31)-20-1234567"],
)  # fmt: skip
def test_k4_a_cell_is_never_run_as_a_formula(text):
	assert is_formula(text) and safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
	"text",
	["+31 20 123 45 67", "+1 (555) 123-4567", "+31-20 1234567", "+49 (0)30/12345-67", "+31201234567", "-3.5 %", "-3,5%",
		"-1", "+1", "-1.234,56", "-1'234.50", "-\u20ac 5", "-5 \u20ac", "-1e5", "-", "+", "\uff0b31 20 1234567"],
)  # fmt: skip
def test_k4_a_phone_number_and_a_percentage_are_no_formula(text):
	assert safe_cell(text) == text


@pytest.mark.parametrize("value", ["a=1", "", "Jan-Willem", -5, -5.5, None, D("-1")])
def test_k4_other_cells_stay_as_they_are(value):
	assert safe_cell(value) == value


@given(st.text() | st.from_regex(r"\A[=+\-@][0-9 ().,A-C=+*%-]{0,12}\Z"))
def test_k4_what_is_exported_begins_as_a_formula_only_if_it_is_a_plain_number(text):
	shown = str(safe_cell(text)).lstrip(" \u00a0")
	assert not shown.startswith(("=", "@", "\t", "\r"))
	if shown.startswith(("+", "-")) and shown.rstrip() not in ("+", "-"):
		assert any(sign.isdigit() for sign in shown)
		assert not any(sign.isalpha() and sign not in "eE" for sign in shown) and not set(shown) & set(
			"=*@!&|<>^:"
		)


@pytest.mark.parametrize(
	("number_format", "separator", "number"),
	[
		("#,###.##", ",", "-1234.5"),
		("#.###,##", ";", "-1234,5"),
		("# ###,##", ";", "-1234,5"),
		("# ###.##", ",", "-1234.5"),
		("#'###.##", ";", "-1234.5"),
		("#, ###.##", ",", "-1234.5"),
		("#,##,###.##", ",", "-1234.5"),
		("#,###.###", ",", "-1234.5"),
		("#.###", ";", "-1234,5"),
		("#,###", ",", "-1234.5"),
		("", ",", "-1234.5"),
	],
)
def test_k4_numbers_are_written_as_the_users_number_format_has_them(number_format, separator, number):
	manner = manner_of(number_format, "")
	assert (manner.separator, manner.number(-1234.5)) == (separator, number)
	assert manner.separator not in manner.number(-1234.5)
	assert manner.number(1e16) == "10000000000000000" and manner.number(7) == "7"


@pytest.mark.parametrize(
	("date_format", "day"),
	[
		("yyyy-mm-dd", "2026-03-09"),
		("dd-mm-yyyy", "09-03-2026"),
		("dd/mm/yyyy", "09/03/2026"),
		("dd.mm.yyyy", "09.03.2026"),
		("mm/dd/yyyy", "03/09/2026"),
		("", "2026-03-09"),
	],
)
def test_k4_days_are_written_as_the_users_date_format_has_them(date_format, day):
	manner = manner_of("#,###.##", date_format)
	assert manner.date(date(2026, 3, 9)) == day
	assert manner.moment(datetime(2026, 3, 9, 7, 5, 1, 123456)) == f"{day} 07:05:01"


@pytest.mark.parametrize(
	("stated", "items", "rate", "is_foreign", "expected"),
	[
		((0, 0), (5000, 5000), 1, False, (5000, True)),
		((1500, 1500), (5000, 5000), 1, False, (1500, True)),
		((0, 250), (0, 0), 2, True, (500, True)),
		((0, 250), (0, 0), 0, False, (250, True)),
		((0, 250), (0, 0), 0, True, (250, False)),
		((0, 0), (0, 5000), 0, True, (5000, False)),
		((300, 250), (0, 0), 0, True, (300, True)),
		((0, 0), (0, 0), 0, True, (0, True)),
	],
)
def test_k1_what_an_opportunity_is_worth(stated, items, rate, is_foreign, expected):
	pairs = (tuple(map(D, pair)) for pair in (stated, items))
	assert worth(*pairs, D(rate), is_foreign=is_foreign) == expected
