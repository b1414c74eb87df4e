"""Quarters are those of the company's fiscal year (T5, T6)."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import quarter_of, quarters_between
from sales_extensions.engine.fiscal import year_of


def day(text: str) -> date:
	return date.fromisoformat(text)


def years(*texts: str) -> list[tuple[date, date]]:
	return [tuple(map(day, text.split(" "))) for text in texts]


FEBRUARY = years("2026-02-01 2027-01-31")
APRIL_6 = years("2025-04-06 2026-04-05")
SHORT = years("2025-01-01 2025-12-31", "2026-01-01 2026-05-31", "2026-06-01 2027-05-31")
LONG = years("2025-10-01 2026-12-31")
LEAP = years("2024-02-29 2025-02-27")


@pytest.mark.parametrize(
	("known", "at", "first", "last", "label"),
	[
		(FEBRUARY, "2026-02-01", "2026-02-01", "2026-04-30", "2026/27 Q1"),
		(FEBRUARY, "2026-04-30", "2026-02-01", "2026-04-30", "2026/27 Q1"),
		(FEBRUARY, "2026-05-01", "2026-05-01", "2026-07-31", "2026/27 Q2"),
		(FEBRUARY, "2027-01-31", "2026-11-01", "2027-01-31", "2026/27 Q4"),
		# years that nobody set up yet, or any more, go on as those that were
		(FEBRUARY, "2027-02-01", "2027-02-01", "2027-04-30", "2027/28 Q1"),
		(FEBRUARY, "2026-01-31", "2025-11-01", "2026-01-31", "2025/26 Q4"),
		(FEBRUARY, "2031-08-15", "2031-08-01", "2031-10-31", "2031/32 Q3"),
		(APRIL_6, "2025-07-05", "2025-04-06", "2025-07-05", "2025/26 Q1"),
		(APRIL_6, "2026-04-05", "2026-01-06", "2026-04-05", "2025/26 Q4"),
		([], "2026-05-31", "2026-04-01", "2026-06-30", "2026 Q2"),
		(SHORT, "2026-05-31", "2026-04-01", "2026-05-31", "2026 Q2"),
		(SHORT, "2026-06-01", "2026-06-01", "2026-08-31", "2026/27 Q1"),
		(LONG, "2026-12-31", "2026-10-01", "2026-12-31", "2025/26 Q5"),
		(LEAP, "2024-05-28", "2024-02-29", "2024-05-28", "2024/25 Q1"),
		(LEAP, "2025-02-27", "2024-11-29", "2025-02-27", "2024/25 Q4"),
	],
)
def test_t5_the_quarter_of_a_day(known, at, first, last, label):
	quarter = quarter_of(day(at), known)
	assert (quarter.first, quarter.last, quarter.label) == (day(first), day(last), label)


def test_t6_quarters_are_cut_to_the_period():
	found = list(quarters_between(day("2026-03-15"), day("2026-08-01"), FEBRUARY))
	assert [(str(one.first), str(one.last)) for one in found] == [
		("2026-03-15", "2026-04-30"),
		("2026-05-01", "2026-07-31"),
		("2026-08-01", "2026-08-01"),
	]


def test_t6_a_company_that_has_a_year_of_its_own_leaves_that_of_all_when_its_own_begins():
	known = years("2026-01-01 2026-12-31", "2026-02-01 2027-01-31")
	assert year_of(day("2026-02-01"), known) == tuple(map(day, ("2026-02-01", "2027-01-31")))
	assert year_of(day("2026-01-31"), known) == tuple(map(day, ("2026-01-01", "2026-01-31")))


def test_t6_between_two_years_with_a_gap_the_first_goes_on_until_the_second_begins():
	known = years("2020-02-01 2021-01-31", "2023-07-01 2024-06-30")
	assert year_of(day("2022-03-01"), known) == tuple(map(day, ("2022-02-01", "2023-01-31")))
	assert year_of(day("2023-06-30"), known) == tuple(map(day, ("2023-02-01", "2023-06-30")))


days = st.dates(date(2019, 1, 1), date(2031, 12, 31))


@st.composite
def fiscal_years(draw) -> list[tuple[date, date]]:
	"""Some years one after another, now and then with a gap between."""
	start, found = draw(days), []
	for _number in range(draw(st.integers(0, 4))):
		end = start + timedelta(draw(st.integers(27, 500)))
		found.append((start, end))
		start = end + timedelta(1 + draw(st.sampled_from([0, 0, 0, 40, 400])))
	return found


@given(fiscal_years(), days, st.integers(0, 900))
def test_t6_quarters_cover_the_period_without_gap_or_overlap(known, first, length):
	last = first + timedelta(length)
	found = list(quarters_between(first, last, known))
	assert (found[0].first, found[-1].last) == (first, last)
	for one, following in pairwise(found):
		assert following.first == one.last + timedelta(1)
		assert one.label < following.label or one.year[0].year == following.year[0].year
	for one in found:
		assert one.year[0] <= one.first <= one.last <= one.year[1]
		assert quarter_of(one.first, known).year == quarter_of(one.last, known).year == one.year


@given(st.dates(date(2020, 1, 1), date(2026, 12, 28)).filter(lambda day: day.day < 29), st.integers(0, 1500))
def test_t6_four_quarters_of_three_months_make_a_year_of_twelve(start, ahead):
	"""Counted the plain way: a quarter ends the day before its day, or the month's last, three months on."""
	year_end = _plain(start, 12) - timedelta(1)
	quarter = quarter_of(start + timedelta(ahead), [(start, year_end)])
	many = next(n for n in range(99) if _plain(start, 3 * n + 3) > start + timedelta(ahead))
	assert (quarter.first, quarter.last) == (
		_plain(start, 3 * many),
		_plain(start, 3 * many + 3) - timedelta(1),
	)
	assert quarter.number == many % 4 + 1


def _plain(start: date, months: int) -> date:
	year, month = start.year, start.month + months
	while month > 12:
		year, month = year + 1, month - 12
	return date(year, month, min(start.day, monthrange(year, month)[1]))


HALVES = years("2025-01-01 2025-06-30", "2025-07-01 2025-12-31")


@pytest.mark.parametrize(
	("known", "labels"),
	[
		(HALVES, ["2025-01-01 Q1", "2025-01-01 Q2", "2025-07-01 Q1", "2025-07-01 Q2"]),
		# one that is cut short where the next begins
		(
			years("2024-07-01 2025-06-30", "2025-03-01 2025-12-31"),
			["2024/25 Q3", "2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4"],
		),
		# one that nobody set up, between two that are
		(
			years("2024-01-01 2024-12-31", "2025-04-01 2025-12-31"),
			["2025-01-01 Q1", "2025-04-01 Q1", "2025-04-01 Q2", "2025-04-01 Q3"],
		),
	],
)
def test_t6_quarters_of_two_years_in_one_calendar_year_are_told_apart(known, labels):
	found = [one.label for one in quarters_between(day("2025-01-01"), day("2025-12-31"), known)]
	assert found == labels == sorted(labels)


def test_t6_a_quarter_has_one_name_whatever_period_is_asked_for():
	(alone,) = quarters_between(day("2025-08-01"), day("2025-08-31"), HALVES)
	assert alone.label == "2025-07-01 Q1"


@given(fiscal_years(), days, st.integers(0, 900))
def test_t6_no_two_quarters_have_the_same_name_and_sorted_they_are_in_the_order_of_time(known, first, length):
	found = [one.label for one in quarters_between(first, first + timedelta(length), known)]
	assert found == sorted(set(found))
