"""Who is told of what (issue 5, item 5)."""

from datetime import date
from decimal import Decimal

import pytest

from sales_extensions.engine import Credit, Status, Target, attain
from sales_extensions.engine.notices import (
	Move,
	Notice,
	Unit,
	audience,
	is_behind,
	is_reached_now,
	lag_of,
	lagging,
	moves,
	standing,
)

YEAR = Target("T", "Financial", "C", date(2026, 1, 1), date(2026, 12, 31), ("Anna",), Decimal(36500))


def on(day: date, realised: int, target: Target = YEAR):
	return attain(target, Decimal(realised), 0, day)


def test_sellers_and_managers_hear_of_targets_managers_alone_of_drift():
	sellers, managers = {"anna"}, {"boss"}
	assert audience(Notice.TARGET_REACHED, sellers, managers, "anna") == {"anna", "boss"}
	assert audience(Notice.BEHIND_PACE, sellers, managers) == {"anna", "boss"}
	assert audience(Notice.DRIFT_REPAIRED, sellers, managers) == {"boss"}


def test_an_allocation_is_told_to_its_sellers_but_not_to_who_made_it():
	assert audience(Notice.ALLOCATION_CHANGED, {"anna", "bob"}, {"boss"}, "bob") == {"anna"}


@pytest.mark.parametrize("before", [None, "", Status.UPCOMING, Status.RUNNING, Status.MISSED])
def test_a_target_is_reached_on_the_way_up(before):
	assert is_reached_now(before, Status.ACHIEVED)
	assert not is_reached_now(Status.ACHIEVED, before or "")


def test_a_target_that_stays_reached_is_not_reached_again():
	assert not is_reached_now(Status.ACHIEVED, Status.ACHIEVED)


def test_t6_behind_by_more_than_the_tolerance_of_the_goal():
	day = date(2026, 4, 10)  # the 100th: 10,000 is expected
	assert lag_of(on(day, 6350)) == 10
	assert not is_behind(on(day, 6350), Decimal(10))
	assert is_behind(on(day, 6349), Decimal(10))
	assert lag_of(on(day, 20000)) == 0


def test_t6_a_weekly_target_is_not_behind_on_its_first_morning():
	week = Target("W", "Financial", "C", date(2026, 3, 2), date(2026, 3, 8), ("Anna",), Decimal(700))
	assert not is_behind(on(date(2026, 3, 2), 0, week), Decimal(0))
	assert is_behind(on(date(2026, 3, 3), 0, week), Decimal(10))


def test_t6_only_a_running_target_is_behind():
	assert lag_of(on(date(2025, 12, 31), 0)) == 0
	assert lag_of(on(date(2027, 1, 1), 0)) == 0
	assert lag_of(on(date(2026, 6, 1), 36500)) == 0


def credits(**amounts: int) -> list[Credit]:
	return [
		Credit(seller, Decimal(amount), Decimal(0), "Team", "", "", ()) for seller, amount in amounts.items()
	]


def test_a1_those_are_told_whose_part_changed_the_natural_owner_too():
	assert moves(credits(Anna=100, Cleo=5), credits(Anna=70, Bob=30, Cleo=5)) == (
		Move("Anna", Decimal(100), Decimal(70)),
		Move("Bob", Decimal(0), Decimal(30)),
	)


def test_a_part_that_is_split_in_two_rows_is_one_part():
	assert moves(credits(Anna=100), [*credits(Anna=60), *credits(Anna=40)]) == ()


def test_before_and_after_in_words():
	def said(before: str, after: str) -> str:
		return str(Move("Anna", Decimal(before), Decimal(after)).reason("EUR"))

	assert said("0", "30.00") == "Anna is now credited with 30.00 EUR; before, with nothing."
	assert said("30.00", "0") == "Anna was credited with 30.00 EUR; now, with nothing."
	assert said("1000.00", "30.00") == "Anna was credited with 1,000.00 EUR; now, with 30.00 EUR."


def test_figures_in_words():
	now, euro = on(date(2026, 4, 10), 3650), Unit("EUR")
	assert str(standing(now, euro)) == "3,650.00 EUR of 36,500.00 EUR is realised: 10 %."
	assert str(lagging(now, "All", euro)) == (
		"All: 3,650.00 EUR is realised, 10,000.00 EUR is expected by now; it is behind by 17.4 % of the goal."
	)
	assert str(standing(now, Unit("JPY", 0))) == "3,650 JPY of 36,500 JPY is realised: 10 %."


def test_orders_have_no_decimals():
	ten = Target("T", "Numeric", "C", date(2026, 1, 1), date(2026, 12, 31), ("Anna",), target_count=10)
	now = attain(ten, Decimal(0), 3, date(2026, 12, 30))
	assert str(standing(now, Unit())) == "3 of 10 is realised: 30 %."
	assert str(lagging(now, "Ten", Unit())).startswith(
		"Ten: 3 is realised, 10 is expected by now; it is behind by 69.7 %"
	)
