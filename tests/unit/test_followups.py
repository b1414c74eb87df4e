"""When a follow-up is due, overdue and completed in time (C4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine.followups import (
	COMPLETED,
	IN_TIME,
	LATE,
	OPEN,
	OVERDUE,
	TODAY,
	UPCOMING,
	FollowUp,
	State,
	Tally,
	barred,
	counted,
	has_left,
	state,
	tally,
)
from sales_extensions.engine.words import Reason

MADE, DUE = date(2026, 3, 2), date(2026, 3, 10)
DAY = timedelta(days=1)


def test_c4_open_until_its_day_is_over_then_overdue():
	open_one = FollowUp(MADE, DUE)
	assert state(open_one, DUE - 3 * DAY) == State(UPCOMING, 3, Reason("It is due on {0}.", ("2026-03-10",)))
	assert state(open_one, DUE).name == TODAY
	late = state(open_one, DUE + DAY)
	assert (late.name, late.days) == (OVERDUE, 1)
	assert str(late.reason) == "It was due on 2026-03-10 and is not completed."


def test_c4_completed_on_its_day_is_in_time_and_the_day_after_is_late():
	assert state(FollowUp(MADE, DUE, True, DUE), DUE + 30 * DAY).name == IN_TIME
	late = state(FollowUp(MADE, DUE, True, DUE + 2 * DAY), DUE + 30 * DAY)
	assert (late.name, late.days) == (LATE, 2)
	assert str(late.reason) == "It was completed on 2026-03-12, after its day 2026-03-10."
	assert state(FollowUp(MADE, DUE, True, None), DUE + 30 * DAY).name == COMPLETED


def test_c4_made_counts_by_the_day_it_was_made_and_all_else_by_the_day_it_is_due():
	first, last, today = date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 15)
	follow_ups = [
		(FollowUp(date(2026, 2, 27), date(2026, 3, 3), True, date(2026, 3, 3)), 2),  # in time, made before
		(FollowUp(MADE, DUE), 3),  # overdue
		(FollowUp(MADE, date(2026, 3, 15)), 1),  # today
		(FollowUp(MADE, date(2026, 3, 20)), 1),  # ahead
		(FollowUp(MADE, DUE, True, date(2026, 3, 12)), 1),  # late
		(FollowUp(MADE, DUE, True), 1),  # no day noted
		(FollowUp(MADE, date(2026, 4, 2)), 5),  # due in another period
		(FollowUp(date(2026, 4, 1), date(2026, 4, 2)), 7),  # all of it in another period
	]
	total = tally(follow_ups, first, last, today)
	assert total == Tally(made=12, due=9, overdue=3, open=5, in_time=2, late=1, completed=4)
	assert total.in_time_share == 100 * 2 / 6
	assert Tally(made=3, due=2, open=2).in_time_share is None


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
follow_ups = st.builds(FollowUp, days, days, st.booleans(), st.none() | days)


@given(st.lists(st.tuples(follow_ups, st.integers(1, 5))), days, days, days, days)
def test_c4_every_follow_up_that_is_due_is_open_or_completed_and_parts_of_a_period_add_up(
	some, a, b, c, today
):
	first, middle, last = sorted((a, b, c))
	total = tally(some, first, last, today)
	assert (
		total.due == total.open + total.completed == sum(n for one, n in some if first <= one.due_on <= last)
	)
	assert total.overdue <= total.open and total.in_time + total.late <= total.completed
	if middle < last:
		assert total == tally(some, first, middle, today) + tally(some, middle + DAY, last, today)


@given(follow_ups, days)
def test_c4_a_follow_up_is_overdue_exactly_if_it_is_open_and_its_day_is_past(one, today):
	found = state(one, today).name
	assert (found == OVERDUE) == (not one.completed and one.due_on < today)
	assert (found in OPEN) == (not one.completed)
	assert counted(one, 1, date.min, date.max, today).made == 1


@pytest.mark.parametrize(
	("told", "reason"),
	[
		({}, ""),
		({"disabled": True, "frozen": True}, "Disabled"),
		({"frozen": 1}, "Frozen"),
		({"status": "Do Not Contact"}, "Do Not Contact"),
		({"status": "Open", "unsubscribed": 1}, "Unsubscribed"),
		({"status": "Lost Quotation"}, ""),
		({"status": None, "disabled": 0, "unsubscribed": 0}, ""),
	],
)
def test_c4_who_is_not_to_be_contacted(told, reason):
	assert barred(**told) == reason


@pytest.mark.parametrize(
	("status", "enabled", "left"),
	[
		("Active", True, False),
		("Left", True, True),
		("Active", False, True),
		("", False, True),
		("", True, False),
	],
)
def test_c4_who_has_left(status, enabled, left):
	assert has_left(status, enabled) is left
