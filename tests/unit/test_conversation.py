"""Times that follow each other, and what a conversation must satisfy (C1, X5)."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sales_extensions.engine.conversation import (
	DAY_MINUTES,
	LARGEST_NOTE,
	Answer,
	Conversation,
	Earlier,
	Times,
	begin_of,
	check,
	check_given_together,
	check_times,
	settled,
)

TODAY = date(2026, 3, 10)
CLOCK = st.integers(0, DAY_MINUTES - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
MAYBE = st.none() | CLOCK
MINUTES = st.integers(-5, DAY_MINUTES + 5)
TIMES = st.builds(Times, MAYBE, MAYBE, MINUTES)


def problems(times: Times, before: Times | None = None) -> list[str]:
	found = [*check_given_together(times, before), *check_times(settled(times, before), times)]
	return [problem.field for problem in found]


@given(TIMES, st.none() | TIMES)
def test_c1_what_is_accepted_agrees_and_lies_within_a_day(times, before):
	assume(before is None or not problems(before))
	before = before and settled(before)
	assume(not problems(times, before))
	after = settled(times, before)
	assert 0 <= after.minutes <= DAY_MINUTES
	if after.begin and after.end:
		assert after.begin <= after.end and after.agree


@given(TIMES, st.none() | TIMES)
def test_c1_settling_again_changes_nothing(times, before):
	assume(not problems(times, before))
	after = settled(times, before)
	assert settled(after, after) == after


@given(CLOCK, st.integers(1, DAY_MINUTES))
def test_c1_a_duration_gives_the_end_or_is_refused_past_midnight(begin, minutes):
	after = settled(Times(begin, None, minutes))
	ends = datetime.combine(TODAY, begin) + timedelta(minutes=minutes)
	if ends.date() == TODAY:
		assert (after.end, problems(Times(begin, None, minutes))) == (ends.time(), [])
	else:
		assert problems(Times(begin, None, minutes)) == ["duration_minutes"]


@given(CLOCK, CLOCK)
def test_c1_an_end_gives_the_duration_or_is_refused_before_the_begin(begin, end):
	times = Times(begin, end)
	if end < begin:
		assert problems(times) == ["time_end"]
	else:
		between = datetime.combine(TODAY, end) - datetime.combine(TODAY, begin)
		assert settled(times).minutes == between.seconds // 60


@pytest.mark.parametrize(
	("before", "changed", "after"),
	[
		(Times(time(10), time(10, 45), 45), Times(time(10), time(11), 45), Times(time(10), time(11), 60)),
		(
			Times(time(10), time(10, 45), 45),
			Times(time(10), time(10, 45), 30),
			Times(time(10), time(10, 30), 30),
		),
		(
			Times(time(10), time(10, 45), 45),
			Times(time(12), time(10, 45), 45),
			Times(time(12), time(12, 45), 45),
		),
		(Times(time(10), time(10, 45), 45), Times(time(10), None, 45), Times(time(10), None, 0)),
		(Times(time(10), time(10, 45), 45), Times(time(10), time(10, 45), 0), Times(time(10), None, 0)),
		(Times(time(10), time(10, 45), 45), Times(None, time(10, 45), 45), Times(None, None, 45)),
		(None, Times(None, time(11), 30), Times(time(10, 30), time(11), 30)),
		(None, Times(None, None, 30), Times(None, None, 30)),
		(None, Times(time(10, 0, 30), time(10, 5)), Times(time(10, 0, 30), time(10, 5), 5)),
	],
)
def test_c1_what_was_changed_leads(before, changed, after):
	assert settled(changed, before) == after


def test_c1_three_that_do_not_fit_are_refused():
	assert problems(Times(time(10), time(11), 5)) == ["duration_minutes"]
	assert problems(Times(time(10), time(11), 60)) == []


@pytest.mark.parametrize(
	("times", "day", "begin"),
	[
		(Times(), TODAY, time(14, 30)),
		(Times(minutes=45), TODAY, time(13, 45)),
		(Times(minutes=15 * 60), TODAY, None),
		(Times(end=time(12)), TODAY, None),
		(Times(begin=time(9)), TODAY, time(9)),
		(Times(), TODAY - timedelta(1), None),
	],
)
def test_c1_the_begin_is_now_less_what_it_lasted(times, day, begin):
	assert begin_of(datetime(2026, 3, 10, 14, 30, 12), times, day) == begin


def conversation(**fields) -> Conversation:
	given = {"name": "new", "conversation_date": TODAY, "note": "Hello", "times": Times()}
	changed = frozenset({"conversation_date", "follow_up_date", "note"})
	return Conversation(**{**given, "changed": changed, **fields})


@pytest.mark.parametrize(
	("fields", "field"),
	[
		({"note": " \n"}, "note"),
		({"note": "x" * (LARGEST_NOTE + 1)}, "note"),
		({"conversation_date": TODAY + timedelta(2)}, "conversation_date"),
		({"follow_up_date": TODAY - timedelta(1)}, "follow_up_date"),
		(
			{"conversation_date": TODAY - timedelta(9), "follow_up_date": TODAY - timedelta(1)},
			"follow_up_date",
		),
		({"disabled": (("how", "How", "Telex"),)}, "how"),
		({"earlier": Earlier("new", TODAY, True)}, "follow_up_of"),
		({"earlier": Earlier("a", TODAY, False)}, "follow_up_of"),
		({"earlier": Earlier("a", TODAY, True, ("b", "new"))}, "follow_up_of"),
		({"earlier": Earlier("a", TODAY + timedelta(1), True)}, "follow_up_of"),
		({"answers": (Answer(TODAY, True), Answer(TODAY, False))}, "party"),
		({"answers": (Answer(TODAY - timedelta(1), True),)}, "conversation_date"),
	],
)
def test_x5_each_problem_names_its_field_once(fields, field):
	assert [problem.field for problem in check(conversation(**fields), TODAY)] == [field]


@pytest.mark.parametrize(
	"fields",
	[
		{},
		{"note": "x" * LARGEST_NOTE},
		{"conversation_date": TODAY + timedelta(1)},
		{"follow_up_date": TODAY},
		{
			"conversation_date": TODAY - timedelta(9),
			"follow_up_date": TODAY - timedelta(1),
			"completed": True,
		},
		{
			"conversation_date": TODAY - timedelta(9),
			"follow_up_date": TODAY - timedelta(1),
			"changed": frozenset({"note"}),
		},
		{"earlier": Earlier("a", TODAY, True, ("b",))},
		{"answers": (Answer(TODAY, True), Answer(TODAY + timedelta(1), True))},
	],
)
def test_c1_what_is_right_is_accepted(fields):
	assert check(conversation(**fields), TODAY) == []
