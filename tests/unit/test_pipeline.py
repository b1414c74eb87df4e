"""The rule of the pipeline: what enters, what leaves, re-entry, whose it is, corrections of the past (C5, C7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine.pipeline import (
	Event,
	Move,
	Outcome,
	Policy,
	agreed_on,
	first_contact,
	last_move,
	lost_at,
	passages,
	takes_back,
)
from tests import plain_pipeline

STAGES = {
	"Initial Contact": "Open",
	"Qualifying": "Open",
	"Progression": "Open",
	"Won": "Won",
	"Lost": "Lost",
	"Unclear": "",
}
ALL_END = Policy(won_on_order=True, lost_on_quotation=True, lost_on_opportunity=True)
START = date(2026, 3, 1)


def talk(day: int, stage: str = "", who: str = "Anna", *, at: int | None = None, name: str = "") -> Event:
	"""A conversation on the `day` of March; `at`: the hour it began."""
	when = START + timedelta(days=day - 1)
	second = None if at is None else at * 3600
	recorded = datetime(2026, 3, 1) + timedelta(days=day)
	return Event(
		"Conversation", name or f"T{day}", when, recorded, second, stage, who, f"{who}@x" if who else ""
	)


def document(kind: str, day: int, name: str = "") -> Event:
	when = START + timedelta(days=day - 1)
	return Event(kind, name or f"D{day}", when, datetime(2026, 3, 1) + timedelta(days=day))


def shown(*events: Event, policy: Policy | None = None, stages: dict[str, str] | None = None) -> list[tuple]:
	"""(day entered, last stage, outcome, day left) of each passage."""
	return [
		(one.entered.day.day, one.stage, one.outcome, one.left and one.left.day.day)
		for one in passages(events, STAGES if stages is None else stages, policy)
	]


def test_c5_the_first_open_stage_enters_whichever_it_is():
	assert shown(talk(2), talk(5, "Progression")) == [(5, "Progression", "Open", None)]


def test_c5_a_conversation_without_a_stage_moves_nobody():
	assert shown(talk(1), talk(2)) == []
	assert shown(talk(1, "Qualifying"), talk(2)) == [(1, "Qualifying", "Open", None)]


def test_c5_stages_move_forward_and_back():
	(way,) = passages([talk(1, "Qualifying"), talk(4, "Progression"), talk(9, "Qualifying")], STAGES)
	assert (way.stage, way.stage_since.day, way.entered.day.day) == ("Qualifying", 9, 1)


def test_c5_staying_at_a_stage_keeps_since_when():
	(way,) = passages([talk(1, "Initial Contact"), talk(3, "Qualifying"), talk(8, "Qualifying")], STAGES)
	assert way.stage_since.day == 3


def test_c5_won_and_lost_end_a_passage_and_keep_its_last_open_stage():
	assert shown(talk(1, "Qualifying"), talk(6, "Won")) == [(1, "Qualifying", "Won", 6)]
	assert shown(talk(1, "Qualifying"), talk(6, "Lost")) == [(1, "Qualifying", "Lost", 6)]


def test_c5_an_open_stage_after_an_outcome_begins_the_next_passage():
	ways = shown(talk(1, "Qualifying"), talk(6, "Lost"), talk(20, "Initial Contact"), talk(25, "Won"))
	assert ways == [(1, "Qualifying", "Lost", 6), (20, "Initial Contact", "Won", 25)]


def test_c5_a_repeated_outcome_and_one_without_entry_say_nothing():
	assert shown(talk(1, "Won"), talk(2, "Lost")) == []
	assert shown(talk(1, "Qualifying"), talk(3, "Won"), talk(4, "Won"), talk(5, "Lost")) == [
		(1, "Qualifying", "Won", 3)
	]


def test_c5_an_order_wins_who_is_in_the_pipeline_and_nobody_else():
	assert shown(document("Sales Order", 2)) == []
	assert shown(document("Sales Order", 2), talk(3, "Qualifying")) == [(3, "Qualifying", "Open", None)]
	assert shown(talk(1, "Qualifying"), document("Sales Order", 2)) == [(1, "Qualifying", "Won", 2)]
	assert shown(
		talk(1, "Qualifying"), document("Sales Order", 2), policy=Policy(won_on_order=False)
	) == [(1, "Qualifying", "Open", None)]  # fmt: skip


def order(day: int, until: int) -> Event:
	return replace(document("Sales Order", day), until=START + timedelta(days=until - 1))


def test_c5_an_order_wins_though_the_talk_was_between_its_date_and_its_submission():
	assert shown(talk(5, "Qualifying"), order(1, until=6)) == [(5, "Qualifying", "Won", 6)]
	assert shown(talk(10, "Qualifying"), order(8, until=12)) == [(10, "Qualifying", "Won", 12)]
	assert shown(talk(1, "Qualifying"), talk(10, "Progression"), order(8, until=12)) == [
		(1, "Progression", "Won", 12)
	]


def test_c5_a_talk_without_a_stage_is_a_talk_too():
	assert shown(talk(1, "Qualifying"), talk(10), order(8, until=12)) == [(1, "Qualifying", "Won", 12)]
	assert shown(talk(1, "Qualifying"), talk(7), order(8, until=12)) == [(1, "Qualifying", "Won", 8)]
	lost = [talk(1, "Qualifying"), talk(2, "Lost"), talk(10), talk(11, "Qualifying"), order(8, until=11)]
	assert shown(*lost) == [(1, "Qualifying", "Lost", 2), (11, "Qualifying", "Won", 11)]


def test_c5_an_order_after_all_talks_wins_on_its_own_day_and_later_talks_begin_anew():
	events = talk(5, "Qualifying"), order(8, until=12), talk(13, "Qualifying")
	assert shown(*events) == [(5, "Qualifying", "Won", 8), (13, "Qualifying", "Open", None)]


def test_c5_an_imported_order_of_long_ago_wins_nobody():
	day, entered = date(2026, 1, 1), date(2026, 3, 12)
	assert agreed_on(day, entered, entered) == day
	assert shown(talk(10, "Qualifying"), replace(document("Sales Order", 1), day=day, until=day)) == [
		(10, "Qualifying", "Open", None)
	]


@pytest.mark.parametrize(
	("day", "entered", "submitted", "expected"),
	[
		("03-08", "03-12", "03-12", "03-12"),
		("03-01", "03-01", "07-20", "07-20"),  # a draft that was talked about for long
		("03-01", "04-01", "04-02", "04-02"),
		("03-01", "04-02", "04-02", "03-01"),
		("03-20", "03-10", "03-12", "03-20"),  # of a day to come
	],
)
def test_c5_up_to_when_talks_came_before_an_order(day, entered, submitted, expected):
	given = (date.fromisoformat(f"2026-{one}") for one in (day, entered, submitted))
	assert agreed_on(*given) == date.fromisoformat(f"2026-{expected}")
	typed, signed = f"2026-{entered}", f"2026-{submitted}"
	plain = plain_pipeline.in_time(f"2026-{day}", typed, signed)
	assert max(f"2026-{day}", plain) == f"2026-{expected}"


@pytest.mark.parametrize("kind", ["Quotation", "Opportunity"])
def test_c5_losses_end_a_passage_only_where_the_settings_say_so(kind):
	events = talk(1, "Qualifying"), document(kind, 7)
	assert shown(*events) == [(1, "Qualifying", "Open", None)]
	assert shown(*events, policy=ALL_END) == [(1, "Qualifying", "Lost", 7)]


def test_c5_on_one_day_documents_come_after_the_talks_and_an_order_before_a_loss():
	events = talk(3, "Qualifying", at=17), document("Quotation", 3, "Q"), document("Sales Order", 3, "S")
	assert shown(*events, policy=ALL_END) == [(3, "Qualifying", "Won", 3)]


def test_c5_one_day_is_read_by_the_clock_and_a_talk_without_a_time_comes_first():
	morning, evening = talk(3, "Qualifying", at=9), talk(3, "Won", at=18)
	assert shown(evening, morning) == [(3, "Qualifying", "Won", 3)]
	assert shown(morning, replace(evening, second=None)) == [(3, "Qualifying", "Open", None)]


def test_c5_a_late_or_corrected_or_deleted_conversation_gives_what_would_have_been():
	entered, won, again = talk(5, "Qualifying"), talk(9, "Won"), talk(12, "Progression")
	late_loss = talk(7, "Lost")
	assert shown(entered, won, again, late_loss) == [
		(5, "Qualifying", "Lost", 7),
		(12, "Progression", "Open", None),
	]
	assert shown(entered, replace(won, stage="Progression"), again) == [(5, "Progression", "Open", None)]
	assert shown(won, again) == [(12, "Progression", "Open", None)]


def test_c5_the_last_seller_has_the_passage_and_all_are_named():
	(way,) = passages([talk(1, "Qualifying", "Anna"), talk(4, "Progression", "Bob"), talk(6)], STAGES)
	assert (way.employee, way.user, way.sellers) == ("Bob", "Bob@x", ("Anna", "Bob"))
	assert "Moved by Anna, Bob" in " ".join(map(str, way.reasons))


def test_c5_nobody_earns_a_passage_by_an_order():
	(way,) = passages([talk(1, "Qualifying", "Anna"), document("Sales Order", 9)], STAGES)
	assert way.employee == "Anna"


def test_c5_who_is_seller_again_is_named_once():
	ways = [talk(1, "Qualifying", "Bob"), talk(2, "Qualifying", "Anna"), talk(3, "Progression", "Bob")]
	(way,) = passages(ways, STAGES)
	assert (way.employee, way.sellers[-1]) == ("Bob", "Bob")
	assert sorted(way.sellers) == ["Anna", "Bob"]


def test_c7_a_stage_that_is_unknown_or_has_no_outcome_is_open():
	assert shown(talk(1, "Unclear"), talk(2, "Long Gone")) == [(1, "Long Gone", "Open", None)]


def test_c7_another_outcome_of_a_stage_is_another_history():
	events = talk(1, "Qualifying"), talk(4, "Progression"), talk(9, "Qualifying")
	changed = {**STAGES, "Progression": "Won"}
	assert shown(*events) == [(1, "Qualifying", "Open", None)]
	assert shown(*events, stages=changed) == [(1, "Qualifying", "Won", 4), (9, "Qualifying", "Open", None)]


def test_c5_every_passage_says_why():
	first, second = passages(
		[
			talk(1, "Qualifying"),
			talk(2, "Progression"),
			document("Sales Order", 3, "SO-1"),
			talk(9, "Qualifying"),
		],
		STAGES,
	)
	assert [str(reason) for reason in first.reasons] == [
		"Entered on 2026-03-01 at Qualifying, by conversation T1.",
		"At Progression since 2026-03-02, by conversation T2.",
		"Won on 2026-03-03, by submitted Sales Order SO-1.",
	]
	assert str(second.reasons[0]) == "Entered again on 2026-03-09 at Qualifying, by conversation T9."
	assert (first.days, second.days) == (2, None)


def test_c5_the_first_contact_is_the_earliest_conversation_whatever_was_said():
	assert first_contact([document("Sales Order", 1), talk(8, "Won"), talk(4)]).name == "T4"
	assert first_contact([document("Sales Order", 1)]) is None


# --- a moved card, a loss that nobody noted ---------------------------------------------------------

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
	("last", "to", "user", "day", "taken_back"),
	[
		(Move("Qualifying", "Won", "anna", DAY), "Qualifying", "anna", DAY, True),
		(Move("Qualifying", "Lost", "anna", DAY), "Qualifying", "anna", DAY, True),
		(Move("Qualifying", "Won", "anna", DAY), "Progression", "anna", DAY, True),
		(Move("Qualifying", "Won", "anna", DAY), "Lost", "anna", DAY, True),
		(Move("Qualifying", "Open", "anna", DAY), "Qualifying", "anna", DAY, True),
		(Move("Qualifying", "Open", "anna", DAY), "Won", "anna", DAY, False),
		(Move("Qualifying", "Won", "bob", DAY), "Qualifying", "anna", DAY, False),
		(Move("Qualifying", "Won", "anna", DAY - timedelta(1)), "Qualifying", "anna", DAY, False),
	],
)
def test_c7_a_card_that_is_moved_back_on_the_same_day_takes_the_move_back(last, to, user, day, taken_back):
	assert takes_back(last, to, user, day) is taken_back


def test_c7_the_last_move_is_that_which_happened_last():
	events = (
		talk(1, "Qualifying"),
		talk(4, "Won"),
		talk(3, "Progression"),
		talk(9),
		document("Sales Order", 8),
	)
	assert last_move(events).name == "T4"
	assert last_move([talk(9)]) is None


def test_c5_a_loss_was_when_its_reasons_were_recorded():
	made, lost, saved, edited = (datetime(2026, 3, day) for day in (1, 5, 7, 9))
	assert lost_at(made, edited, []) == edited
	assert lost_at(made, edited, [(made, lost)]) == lost
	assert lost_at(made, edited, [(lost, saved)]) == lost
	assert lost_at(made, edited, [(made, saved), (lost, saved)]) == lost
	assert lost_at(made, lost, [(made, saved)]) == lost


# --- against a plain model --------------------------------------------------------------------------


@st.composite
def histories(draw) -> list[Event]:
	"""Few days, few hours and few moments of recording, so that much coincides."""
	events = []
	for number in range(draw(st.integers(0, 12))):
		kind = draw(st.sampled_from(["Conversation"] * 6 + ["Sales Order", "Quotation", "Opportunity"]))
		day = START + timedelta(days=draw(st.integers(0, 5)))
		recorded = datetime(2026, 3, 1) + timedelta(hours=draw(st.integers(0, 3)))
		event = Event(kind, f"E{draw(st.integers(0, 99)):02}-{number}", day, recorded)
		if kind == "Conversation":
			event = replace(
				event,
				second=draw(st.sampled_from([None, 8 * 3600, 9 * 3600, 20 * 3600])),
				stage=draw(st.sampled_from(["", *STAGES, "Long Gone"])),
				employee=draw(st.sampled_from(["", "Anna", "Bob", "Cleo"])),
			)
		if kind == "Sales Order":
			later = draw(st.none() | st.integers(-1, 6))
			event = replace(event, until=None if later is None else day + timedelta(later))
		events.append(event)
	return events


POLICIES = st.builds(Policy, st.booleans(), st.booleans(), st.booleans())


def as_plain(event: Event) -> dict:
	clock = "" if event.second is None else f"{event.second // 3600:02}:00"
	return {
		"kind": event.source, "name": event.name, "day": str(event.day), "clock": clock,
		"typed": str(event.recorded), "stage": event.stage, "who": event.employee,
		"signed": event.until and str(event.until),
	}  # fmt: skip


def ending_of(policy: Policy) -> dict[str, str]:
	counts = {
		"Sales Order": ("W", policy.won_on_order),
		"Quotation": ("L", policy.lost_on_quotation),
		"Opportunity": ("L", policy.lost_on_opportunity),
	}
	return {kind: word for kind, (word, counted) in counts.items() if counted}


@given(histories(), POLICIES)
def test_c5_the_engine_says_what_the_plain_model_says(events, policy):
	found = [
		{
			"entered": str(one.entered.day), "entered_by": one.entered.name, "stage": one.stage,
			"since": str(one.stage_since), "outcome": one.outcome, "left": one.left and str(one.left.day),
			"left_by": one.left and one.left.name, "who": one.employee, "all": sorted(one.sellers),
		}
		for one in passages(events, STAGES, policy)
	]  # fmt: skip
	plain = [as_plain(event) for event in events]
	assert found == plain_pipeline.passages(plain, STAGES, ending_of(policy))
	contact = first_contact(events)
	assert (contact and str(contact.day)) == plain_pipeline.first_contact(plain)


@given(histories(), POLICIES, st.randoms(use_true_random=False))
def test_c5_it_does_not_matter_in_which_order_events_are_entered(events, policy, dice):
	mixed = list(events)
	dice.shuffle(mixed)
	assert passages(mixed, STAGES, policy) == passages(events, STAGES, policy)


@given(histories(), POLICIES)
def test_c5_a_party_is_in_one_passage_at_a_time(events, policy):
	ways = passages(events, STAGES, policy)
	for earlier, later in pairwise(ways):
		assert earlier.left and earlier.left.day <= later.entered.day
	assert all(way.entered.day <= way.stage_since for way in ways)
	assert all((way.left is None) == (way.outcome == Outcome.OPEN) for way in ways)
	assert [way.number for way in ways] == list(range(1, len(ways) + 1))
