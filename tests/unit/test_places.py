"""The tree of sellers with dates (H2)."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import DatedRollUp, SellerTree
from sales_extensions.engine.places import (
	BEGINNING,
	END,
	History,
	Place,
	Stand,
	moved,
	noted,
	redated,
	shifts,
	without,
)

from .test_rollup import DEC, JAN, target, told

FEB, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
DAY = timedelta(days=1)
TREE = [
	Place("All", None), Place("North", "All"), Place("South", "All"), Place("Anna", "North"), Place("Bob", "South"),
]  # fmt: skip
MOVED = [*TREE, Place("Anna", "South", FEB)]


def above(places, name, day):
	return set(History(places).above(day)[name])


def test_h2_an_order_counts_where_its_seller_stood_on_its_day():
	assert above(MOVED, "Anna", FEB - DAY) == {"Anna", "North", "All"}
	assert above(MOVED, "Anna", FEB) == {"Anna", "South", "All"}


def test_h2_the_first_known_place_holds_from_the_beginning_and_the_last_one_on():
	late = [Place("All", None), Place("Anna", "All", MARCH)]
	assert above(late, "Anna", date(1950, 1, 1)) == {"Anna", "All"}
	assert above(MOVED, "Anna", date(2999, 1, 1)) == {"Anna", "South", "All"}


def test_h2_a_group_moves_with_all_under_it():
	places = [*TREE, Place("North", "South", MARCH)]
	assert above(places, "Anna", MARCH) == {"Anna", "North", "South", "All"}
	assert above(places, "Anna", MARCH - DAY) == {"Anna", "North", "All"}


def test_h2_a_row_for_as_long_as_a_seller_stays_under_a_group():
	stands = [stand for stand in History(MOVED).stands() if stand.sales_person == "Anna"]
	assert sorted(stands, key=lambda stand: stand.above) == [
		Stand("Anna", "All", BEGINNING, END),
		Stand("Anna", "Anna", BEGINNING, END),
		Stand("Anna", "North", BEGINNING, FEB - DAY),
		Stand("Anna", "South", FEB, END),
	]


def test_h2_what_changed_is_noted_from_today_and_who_is_new_from_the_beginning():
	tree = {"All": None, "North": "All", "South": "All", "Anna": "South", "Bob": "South", "Cleo": "North"}
	assert list(moved(TREE, tree, MARCH)) == [Place("Anna", "South", MARCH), Place("Cleo", "North")]
	assert list(moved(MOVED, tree, MARCH)) == [Place("Cleo", "North")]


def test_h2_two_moves_of_a_day_are_one_and_there_and_back_is_none():
	own = [Place("Anna", "North"), Place("Anna", "South", MARCH)]
	assert noted(own, Place("Anna", "East", MARCH)) == [Place("Anna", "North"), Place("Anna", "East", MARCH)]
	assert noted(own, Place("Anna", "North", MARCH)) == [Place("Anna", "North")]
	assert noted([], Place("Anna", "North", MARCH)) == [Place("Anna", "North")]


def test_h2_a_day_is_corrected_between_its_neighbours():
	own = [Place("Anna", "North"), Place("Anna", "South", FEB), Place("Anna", "East", APRIL)]
	assert redated(own, FEB, MARCH) == [own[0], Place("Anna", "South", MARCH), own[2]]
	assert redated(own, FEB, BEGINNING) == [Place("Anna", "South"), own[2]]
	assert redated(own, APRIL, date(2030, 1, 1))[2] == Place("Anna", "East", date(2030, 1, 1))
	for since, to in ((FEB, APRIL), (APRIL, FEB), (BEGINNING, MARCH)):
		with pytest.raises(ValueError):
			redated(own, since, to)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from("ABC")), min_size=2, max_size=6), st.data())
def test_h2_what_a_correction_shifts_are_the_days_on_which_the_group_is_another(moves, data):
	own: list[Place] = [Place("S", "A")]
	for days, group in sorted(moves):
		own = noted(own, Place("S", group, JAN + timedelta(days=days)))
	if len(own) < 2:
		return
	at = data.draw(st.integers(1, len(own) - 1))
	to = data.draw(
		st.one_of(st.just(BEGINNING), st.integers(0, 30).map(lambda days: JAN + timedelta(days=days)))
	)
	try:
		after = redated(own, own[at].since, to)
	except ValueError:
		return
	found = shifts(own, after)
	assert all(one.last < two.first for one, two in pairwise(found))
	was, becomes = History(own), History(after)
	for day in (BEGINNING, *(JAN + timedelta(days=days) for days in range(-1, 35))):
		one = {(s.before, s.after) for s in found if s.first <= day <= s.last}
		groups = (was.parents(day)["S"], becomes.parents(day)["S"])
		assert one == ({groups} if groups[0] != groups[1] else set())


def test_h2_a_circle_is_found_on_its_first_day():
	assert History(MOVED).circle_of("Anna") is None
	assert History([*TREE, Place("North", "Anna", MARCH)]).circle_of("North") == MARCH


def test_h2_who_would_have_stood_under_themself_stands_by_their_latest_place():
	"""South stood under North until March; North was merged into it."""
	places = [
		Place("All", None), Place("South", "South"), Place("South", "All", MARCH), Place("Bob", "South"),
	]  # fmt: skip
	assert above(places, "Bob", JAN) == {"Bob", "South", "All"}
	assert DatedRollUp([target("B", "Bob")], trees(places)).spans("South", JAN, DEC)


def test_h2_who_stood_under_a_group_that_is_gone_stood_under_its_groups_day_by_day():
	east = [Place("East", "Europe"), Place("East", "Asia", MARCH)]
	assert without([Place("Bob", "East"), Place("Bob", "North", APRIL)], "East", east) == [
		Place("Bob", "Europe"), Place("Bob", "Asia", MARCH), Place("Bob", "North", APRIL),
	]  # fmt: skip
	assert without([Place("Bob", "Asia"), Place("Bob", "East", APRIL)], "East", east) == [
		Place("Bob", "Asia")
	]
	assert without([Place("Bob", "East")], "East", []) == [Place("Bob", None)]


# --- figures --------------------------------------------------------------------------------------


def trees(places):
	history = History(places)
	return [(start, SellerTree(history.parents(start))) for start in history.starts]


def test_h2_a_team_has_what_its_members_sold_while_they_were_its():
	made = [target("A", "Anna"), target("B", "Bob")]
	roll = DatedRollUp(made, trees(MOVED))
	assert told(roll.spans("North", JAN, DEC)) == [("A", "0101-0131", None)]
	assert sorted(told(roll.spans("South", JAN, DEC))) == [("A", "0201-1231", None), ("B", "0101-1231", None)]
	assert sorted(told(roll.spans("All", JAN, DEC))) == [("A", "0101-1231", None), ("B", "0101-1231", None)]
	assert told(roll.spans("North", MARCH, DEC)) == []


names = st.sampled_from(["A", "B", "C", "D", "E"])
moves = st.lists(
	st.tuples(names, st.sampled_from(["A", "B", "C", "D", "E", None]), st.integers(0, 40)), max_size=12
)


@given(moves, st.integers(-5, 50))
def test_h2_rows_say_the_same_as_the_history(rows, at):
	"""Also of a history in which somebody stands under themself."""
	places = [Place(name, "A" if name != "A" else None) for name in "ABCDE"]
	places += [Place(name, parent, JAN + timedelta(day)) for name, parent, day in rows]
	history, day = History(places), JAN + timedelta(at)
	for name in "ABCDE":
		rows_of_day = [
			stand.above
			for stand in history.stands()
			if stand.sales_person == name and stand.first <= day <= stand.last
		]
		assert sorted(rows_of_day) == sorted(history.above(day)[name])


leaf_moves = st.lists(
	st.tuples(st.sampled_from("BCDE"), st.sampled_from(["A", "N", "S"]), st.integers(1, 300)), max_size=12,
	unique_by=lambda row: (row[0], row[2]),
)  # fmt: skip


@given(leaf_moves)
def test_h2_each_day_of_a_seller_is_in_the_team_of_that_day(rows):
	places = [Place("A", None), Place("N", "A"), Place("S", "A"), *(Place(name, "N") for name in "BCDE")]
	places += [Place(name, parent, JAN + timedelta(day)) for name, parent, day in rows]
	history = History(places)
	roll = DatedRollUp([target(name, name) for name in "BCDE"], trees(places))
	for team in ("A", "N", "S"):
		counted = Counter(
			(span.target.name, span.first + timedelta(day))
			for span in roll.spans(team, JAN, DEC)
			for day in range((span.last - span.first).days + 1)
		)
		days = [JAN + timedelta(day) for day in range(365)]
		assert counted == {
			(name, day): 1 for day in days for name in "BCDE" if team in history.above(day)[name]
		}


joint = st.lists(st.sampled_from(["A", "N", "S", "B", "C", "D", "E"]), min_size=1, max_size=3, unique=True)


@given(leaf_moves, st.lists(st.tuples(st.sampled_from("NS"), st.sampled_from("ANS"), st.integers(1, 300)), max_size=3),
	st.lists(joint, max_size=6))  # fmt: skip
def test_h2_pieces_say_the_same_as_one_piece_for_each_tree(rows, groups, assigned):
	places = [Place("A", None), Place("N", "A"), Place("S", "A"), *(Place(name, "N") for name in "BCDE")]
	places += [Place(name, parent, JAN + timedelta(day)) for name, parent, day in (*rows, *groups)]
	made = [target(f"T{number}", *sellers) for number, sellers in enumerate(assigned)]
	dated = trees(places)
	roll, whole = DatedRollUp(made, dated), DatedRollUp(made, dated)
	whole.__dict__["_concerned"] = [set("ANSBCDE") for _tree in dated[1:]]
	for node in "ANSBCDE":
		assert days_of(roll.spans(node, JAN, DEC)) == days_of(whole.spans(node, JAN, DEC))


def days_of(spans):
	return Counter(
		(span.target.name, span.seller, span.first + timedelta(day))
		for span in spans
		for day in range((span.last - span.first).days + 1)
	)
