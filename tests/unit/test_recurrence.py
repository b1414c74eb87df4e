"""On which days an appointment that repeats takes place (D2)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine.recurrence import MONTHS, Recurrence, days

MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
	("recurrence", "expected"),
	[
		(Recurrence(date(2026, 3, 29), "Daily"), [29, 30, 31]),
		(Recurrence(date(2026, 1, 1), "Daily", until=date(2026, 3, 2)), [1, 2]),
		(Recurrence(date(2026, 1, 1), "Daily", until=date(2026, 2, 28)), []),
		(Recurrence(date(2026, 4, 1), "Daily"), []),
		# Mondays and Thursdays, from the tenth, which is a Tuesday
		(Recurrence(date(2026, 3, 10), "Weekly", frozenset({0, 3})), [12, 16, 19, 23, 26, 30]),
		(Recurrence(date(2026, 3, 10), "Weekly"), []),
		(Recurrence(date(2025, 12, 31), "Monthly"), [31]),
		(Recurrence(date(2025, 12, 15), "Quarterly"), [15]),
		(Recurrence(date(2026, 1, 15), "Quarterly"), []),
		(Recurrence(date(2025, 9, 15), "Half Yearly"), [15]),
		(Recurrence(date(2020, 3, 9), "Yearly"), [9]),
		(Recurrence(date(2020, 4, 9), "Yearly"), []),
		(Recurrence(date(2026, 3, 1), "Sometimes"), []),
	],
)
def test_d2_the_days_within_march(recurrence, expected):
	assert [day.day for day in days(recurrence, *MARCH)] == expected


def test_d2_the_last_day_of_a_shorter_month_and_its_own_day_again_after_that():
	found = days(Recurrence(date(2026, 1, 31), "Monthly"), date(2026, 1, 1), date(2026, 4, 30))
	assert [str(day) for day in found] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
	leap = days(Recurrence(date(2024, 2, 29), "Yearly"), date(2024, 1, 1), date(2028, 12, 31))
	assert [str(day) for day in leap] == [
		"2024-02-29",
		"2025-02-28",
		"2026-02-28",
		"2027-02-28",
		"2028-02-29",
	]


def takes_place(recurrence: Recurrence, day: date) -> bool:
	"""The same, asked of one day."""
	begins = recurrence.begins
	if day < begins or (recurrence.until and day > recurrence.until):
		return False
	if recurrence.every == "Daily":
		return True
	if recurrence.every == "Weekly":
		return day.weekday() in recurrence.weekdays
	months = (day.year - begins.year) * 12 + day.month - begins.month
	return months % MONTHS[recurrence.every] == 0 and day.day == min(
		begins.day, monthrange(day.year, day.month)[1]
	)


DAYS = st.dates(date(2020, 1, 1), date(2028, 12, 31))
RECURRENCES = st.builds(
	Recurrence, DAYS, st.sampled_from(["Daily", "Weekly", *MONTHS]), st.frozensets(st.integers(0, 6)),
	st.none() | DAYS,
)  # fmt: skip


@given(RECURRENCES, DAYS, st.integers(-5, 800))
def test_d2_the_days_are_those_on_which_it_takes_place(recurrence, first, length):
	last = first + timedelta(length)
	every_day = (first + timedelta(number) for number in range(length + 1))
	assert list(days(recurrence, first, last)) == [day for day in every_day if takes_place(recurrence, day)]
