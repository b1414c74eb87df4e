"""Target against result: percentage, pace and status (T1, T6)."""

from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import (
	Status,
	TargetType,
	attain,
	expected_share,
	is_even_by_day,
	months_between,
	percentage_of,
)

from .makers import make_target

EVEN = None
SPRING = {1: D(10), 2: D(20), 3: D(30), 4: D(40)}
WINTER_ONLY = {12: D(100)}


@pytest.mark.parametrize(
	("first", "last", "today", "monthly", "share"),
	[
		# evenly by day, today included
		("2026-01-01", "2026-12-31", "2025-12-31", EVEN, "0"),
		("2026-01-01", "2026-12-31", "2026-01-01", EVEN, "1/365"),
		("2026-01-01", "2026-12-31", "2026-03-01", EVEN, "60/365"),
		("2028-01-01", "2028-12-31", "2028-02-29", EVEN, "60/366"),
		("2028-01-01", "2028-12-31", "2028-03-01", EVEN, "61/366"),
		("2026-01-01", "2026-12-31", "2026-12-30", EVEN, "364/365"),
		("2026-01-01", "2026-12-31", "2026-12-31", EVEN, "1"),
		("2026-01-01", "2026-12-31", "2027-06-01", EVEN, "1"),
		("2026-03-02", "2026-03-02", "2026-03-02", EVEN, "1"),
		# by month: 10, 20 and 30 of the first three months are 60 in all
		("2026-01-01", "2026-03-31", "2026-01-31", SPRING, "10/60"),
		("2026-01-01", "2026-03-31", "2026-02-14", SPRING, "20/60"),
		("2026-01-01", "2026-03-31", "2026-02-28", SPRING, "30/60"),
		("2028-01-01", "2028-03-31", "2028-02-29", SPRING, "30/60"),
		("2028-01-01", "2028-04-30", "2028-04-15", SPRING, "80/100"),
		# half of January weighs 15/31 of 10, half of February 14/28 of 20
		("2026-01-17", "2026-02-14", "2026-01-31", SPRING, "150/460"),
		# over the turn of the year: December has nothing, January 10, in either year
		("2026-12-01", "2027-01-31", "2026-12-31", SPRING, "0"),
		("2026-12-01", "2027-01-31", "2027-01-31", SPRING, "1"),
		# a period whose months weigh nothing goes evenly by day
		("2026-06-01", "2026-06-30", "2026-06-15", WINTER_ONLY, "1/2"),
	],
)
def test_t6_the_part_that_is_due(first, last, today, monthly, share):
	due = expected_share(
		date.fromisoformat(first), date.fromisoformat(last), date.fromisoformat(today), monthly
	)
	assert abs(Fraction(due) - Fraction(share)) < Fraction(1, 10**20)


days = st.dates(date(2023, 1, 1), date(2029, 12, 31))
distributions = st.none() | st.dictionaries(st.integers(1, 12), st.integers(0, 100).map(D))


@given(days, st.integers(0, 800), st.integers(-5, 805), distributions)
def test_t6_what_is_due_never_falls_and_ends_at_the_whole(first, length, offset, monthly):
	last, today = first + timedelta(length), first + timedelta(offset)
	before, after = (expected_share(first, last, day, monthly) for day in (today, today + timedelta(1)))
	assert 0 <= before <= after <= 1
	assert expected_share(first, last, last, monthly) == 1
	assert expected_share(first, last, first - timedelta(1), monthly) == 0


@given(days, st.integers(0, 800))
def test_t6_months_cover_the_period_without_gap_or_overlap(first, length):
	last = first + timedelta(length)
	months = list(months_between(first, last))
	assert (months[0][0], months[-1][1]) == (first, last)
	for (start, end), (following, _end) in pairwise(months):
		assert (start.year, start.month) == (end.year, end.month)
		assert following == end + timedelta(1)


TODAY = {
	"before": date(2025, 12, 31),
	"first": date(2026, 1, 1),
	"last": date(2026, 3, 31),
	"after": date(2026, 4, 1),
}


@pytest.mark.parametrize(
	("realised", "day", "status"),
	[
		("0", "before", Status.UPCOMING),
		("0", "first", Status.RUNNING),
		("999.99", "last", Status.RUNNING),
		("999.99", "after", Status.MISSED),
		("1000.00", "last", Status.ACHIEVED),
		("1000.00", "after", Status.ACHIEVED),
		("1000.00", "before", Status.ACHIEVED),
		("-5.00", "first", Status.RUNNING),
	],
)
def test_t6_status(realised, day, status):
	assert attain(make_target(), D(realised), 0, TODAY[day]).status == status


def test_t1_a_financial_target_is_measured_in_money():
	standing = attain(make_target(), D("250.00"), 99, date(2026, 1, 9))
	assert (standing.goal, standing.realised, standing.percentage) == (D("1000.00"), D("250.00"), D(25))
	assert (standing.expected, standing.ahead) == (D("100.00"), D("150.00"))  # 9 of 90 days
	assert standing.expected_percentage == D(10)


def test_t1_a_numeric_target_is_measured_in_orders():
	target = make_target(target_type=TargetType.NUMERIC, target_count=8)
	standing = attain(target, D("99999.00"), 3, date(2026, 2, 14))
	assert (standing.goal, standing.realised, standing.percentage) == (D(8), D(3), D("37.5"))
	assert standing.expected == D("4.00")  # 45 of 90 days
	assert standing.status == Status.RUNNING
	assert attain(target, D(0), 8, date(2026, 2, 14)).status == Status.ACHIEVED


def test_t6_an_amount_that_is_due_has_the_currency_s_decimals():
	assert str(attain(make_target(precision=0), D(0), 0, date(2026, 1, 1)).expected) == "11"


WEEK = make_target(from_date=date(2026, 3, 2), to_date=date(2026, 3, 8), target_amount=D("700.00"))


@pytest.mark.parametrize(
	("day", "realised", "behind"),
	[
		(2, 0, False),  # the first morning: nothing was due yet
		(2, -1, True),
		(3, 0, True),
		(3, 99, True),
		(3, 100, False),
		(8, 599, True),
		(8, 600, False),
		(8, 700, False),
		(9, 0, False),  # missed, which is no longer behind
		(1, 0, False),
	],
)
def test_t6_behind_is_who_has_less_than_was_due_when_the_day_began(day, realised, behind):
	assert attain(WEEK, D(realised), 0, date(2026, 3, day)).behind is behind


@given(days, st.integers(0, 800), st.integers(0, 805), st.integers(0, 2000), distributions)
def test_t6_who_realised_what_is_expected_by_tonight_is_not_behind(first, length, offset, realised, monthly):
	target = make_target(from_date=first, to_date=first + timedelta(length))
	standing = attain(target, D(realised), 0, first + timedelta(offset), monthly)
	assert not (standing.behind and standing.ahead >= 0)
	assert not (standing.behind and offset == 0)


def test_t6_a_distribution_without_a_month_of_the_period_says_nothing_of_it():
	june, december = (date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 12, 1), date(2026, 12, 31))
	assert is_even_by_day(*june, WINTER_ONLY) and is_even_by_day(*june, None)
	assert not is_even_by_day(*december, WINTER_ONLY)


def test_t6_percentage():
	assert percentage_of(D(1), D(3)) == D("33.333333")
	assert percentage_of(D(-1), D(4)) == D(-25)
	assert percentage_of(D(5), D(0)) == 0
	assert percentage_of(D(10) ** 11, D("1e-9")) == -percentage_of(-(D(10) ** 12), D("1e-9")) == D(10) ** 9
