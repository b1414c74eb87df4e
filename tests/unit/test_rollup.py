"""Which targets make up a seller's figures: each seller's day is counted once (T6, D3, X4)."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import (
	DaySums,
	RollUp,
	SellerTree,
	SharedOrders,
	Span,
	Standing,
	due_by,
	forecast,
)
from sales_extensions.engine.rollup import Overlay, Shared, standing

from .makers import make_target

TREE = SellerTree(
	{"All": None, "North": "All", "South": "All", "Anna": "North", "Bob": "North", "Cleo": "South", "Dirk": "South"}
)  # fmt: skip
JAN, DEC = date(2026, 1, 1), date(2026, 12, 31)
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))


def target(name, *sellers, first=JAN, last=DEC, goal="365.00"):
	return make_target(name=name, assignees=sellers, from_date=first, to_date=last, target_amount=D(goal))


def told(spans):
	return [(span.target.name, f"{span.first:%m%d}-{span.last:%m%d}", span.seller) for span in spans]


def spans(node, *targets):
	return told(RollUp(targets, TREE).spans(node, JAN, DEC))


def test_t6_a_month_takes_the_place_of_the_year_it_lies_in():
	assert spans("Anna", target("Y", "Anna"), target("F", "Anna", first=FEBRUARY[0], last=FEBRUARY[1])) == [
		("Y", "0101-0131", None), ("F", "0201-0228", None), ("Y", "0301-1231", None),
	]  # fmt: skip


def test_t6_a_team_shows_its_own_target_and_not_its_members_beside_it():
	made = target("T", "North"), target("A", "Anna"), target("C", "Cleo")
	assert spans("North", *made) == [("T", "0101-1231", None)]
	assert spans("All", *made) == [("T", "0101-1231", None), ("C", "0101-1231", None)]


def test_t6_a_team_without_a_target_is_the_sum_of_its_members():
	assert spans("North", target("A", "Anna"), target("B", "Bob")) == [
		("A", "0101-1231", None), ("B", "0101-1231", None),
	]  # fmt: skip


def test_t6_who_has_no_target_shows_their_part_of_the_teams():
	assert spans("Bob", target("T", "North"), target("A", "Anna")) == [("T", "0101-1231", "Bob")]
	assert spans("Bob", target("A", "Anna")) == []


def test_t6_a_joint_target_is_that_of_its_sellers_and_not_of_all_their_team():
	made = target("J", "Anna", "Cleo"), target("A", "Anna"), target("D", "Dirk")
	assert spans("All", *made) == [("J", "0101-1231", None), ("D", "0101-1231", None)]
	assert spans("Anna", *made) == [("A", "0101-1231", None)]
	assert spans("Cleo", *made) == [("J", "0101-1231", "Cleo")]


def test_t6_of_joint_targets_with_a_seller_in_common_one_stands():
	made = target("J", "Anna", "Cleo"), target("K", "Anna", "Dirk", last=date(2026, 6, 30))
	assert spans("All", *made) == [
		("K", "0101-0630", None), ("J", "0101-0630", "Cleo"), ("J", "0701-1231", None),
	]  # fmt: skip


def test_t6_a_team_part_of_which_is_in_a_joint_target_is_counted_by_its_other_members():
	made = target("J", "Anna", "Cleo"), target("T", "North"), target("B", "Bob")
	assert spans("All", *made) == [
		("J", "0101-1231", None), ("T", "0101-1231", "North"), ("B", "0101-1231", None),
	]  # fmt: skip
	assert spans("North", *made) == [("T", "0101-1231", None)]


# --- each once, whatever the targets ------------------------------------------------------------

LONG = 12


@st.composite
def worlds(draw):
	"""A random tree, targets of a few days on it, and results of each seller on each day."""
	names = [f"S{number}" for number in range(draw(st.integers(1, 8)))]
	parents = {
		name: names[draw(st.integers(0, at - 1))] if at and draw(st.integers(0, 5)) else None
		for at, name in enumerate(names)
	}
	made = []
	for number in range(draw(st.integers(0, 7))):
		start = draw(st.integers(0, LONG - 1))
		made.append(
			target(
				f"T{number}",
				*draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)),
				first=JAN + timedelta(start),
				last=JAN + timedelta(draw(st.integers(start, LONG - 1))),
			)
		)
	return SellerTree(parents), made


def booked(tree, made):
	"""What the ledger would hold: a seller's whole result of a day, in each target that counts them."""
	return [
		(one.name, seller, one.from_date + timedelta(day), D(1000 * number + day + 1), 1)
		for one in made
		for number, seller in enumerate(tree.parents)
		for day in range((one.to_date - one.from_date).days + 1)
		if set(one.assignees) & set(tree.path(seller))
	]


@given(worlds())
def test_t6_every_day_of_every_seller_is_counted_exactly_once(world):
	tree, made = world
	rows = booked(tree, made)
	for node in tree.parents:
		counted = Counter(
			(seller, day)
			for span in RollUp(made, tree).spans(node, JAN, JAN + timedelta(LONG))
			for name, seller, day, _amount, _count in rows
			if name == span.target.name and span.first <= day <= span.last and span.seller in (None, seller)
		)
		under = set(tree.under(node))
		assert counted == Counter({(row[1], row[2]) for row in rows if row[1] in under})


@given(worlds(), st.integers(0, LONG), st.integers(0, LONG))
def test_t6_children_and_own_add_up_to_their_group_in_any_days(world, start, length):
	"""Amounts that do not depend on the target: a seller's part of the orders of a day."""
	tree, made = world
	rows = {
		(name, seller, day): D(day.day * (len(seller) + int(seller[1])))
		for name, seller, day, *_ in booked(tree, made)
	}
	sums = DaySums((*key, amount, 1) for key, amount in rows.items())
	first, last = JAN + timedelta(start), JAN + timedelta(start + length)
	roll = RollUp(made, tree)

	def of(node):
		return standing(roll.spans(node, first, last), first, last, DEC, sums, {}).amount

	own = {
		seller: sum(
			{
				day: amount
				for (_name, one, day), amount in rows.items()
				if one == seller and first <= day <= last
			}.values()
		)
		for seller in tree.parents
	}
	for node in tree.parents:
		assert of(node) == own[node] + sum(of(child) for child in tree.children.get(node, ()))


@given(worlds(), st.integers(0, LONG), st.integers(-3, LONG + 3))
def test_t6_periods_add_up_to_the_whole(world, cut, today):
	tree, made = world
	roll, sums = RollUp(made, tree), DaySums(booked(tree, made))
	end, middle, now = JAN + timedelta(LONG), JAN + timedelta(cut), JAN + timedelta(today)
	for node in tree.parents:
		found = roll.spans(node, JAN, end)
		parts = [
			standing(found, first, last, now, sums, {})
			for first, last in ((JAN, middle), (middle + timedelta(1), end))
		]
		assert parts[0] + parts[1] == standing(found, JAN, end, now, sums, {})


def test_t6_months_of_a_goal_add_up_to_the_goal_to_the_cent():
	one = target("T", "Anna", goal="100.01")
	months = [(date(2026, month, 1), date(2026, month + 1, 1) - timedelta(1)) for month in range(1, 12)]
	goals = [
		standing([Span(one, JAN, DEC)], first, last, DEC, DaySums([]), {}).goal
		for first, last in [*months, (date(2026, 12, 1), DEC)]
	]
	assert sum(goals) == D("100.01") and goals[0] == D("8.49")


def test_t6_a_goal_is_spread_over_months_by_its_distribution_alone():
	one = target("T", "Anna", goal="1000.00")
	december = {"T": {12: D(100)}}
	spans_ = [Span(one, JAN, DEC)]
	assert standing(spans_, JAN, date(2026, 11, 30), DEC, DaySums([]), december) == Standing()
	assert standing(spans_, *FEBRUARY, DEC, DaySums([]), december).goal == 0
	assert standing(spans_, date(2026, 12, 1), DEC, JAN, DaySums([]), december) == Standing(goal=D("1000.00"))


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 30), st.integers(-50, 50)), max_size=30),
	st.integers(-2, 32), st.integers(-2, 32))  # fmt: skip
def test_t6_sums_between_days(rows, start, end):
	first, last = JAN + timedelta(start), JAN + timedelta(end)
	sums = DaySums(("T", seller, JAN + timedelta(day), D(amount), 1) for seller, day, amount in rows)
	for seller in ("A", "B", None):
		inside = [row for row in rows if seller in (None, row[0]) and start <= row[1] <= end]
		assert sums.between("T", seller, first, last) == (sum(row[2] for row in inside), len(inside))
	assert sums.between("U", None, first, last) == (0, 0)


@pytest.mark.parametrize(
	("goal", "expected", "realised", "result"),
	[
		("1000", "250", "300", D("1200.00")),
		("1000", "1000", "777.77", D("777.77")),
		("1000", "250", "-10", D("-40.00")),
		("3", "1", "0.33", D("0.99")),
		("1000", "0", "300", None),
		("0", "0", "300", None),
	],
)
def test_t6_the_forecast_goes_on_as_it_went(goal, expected, realised, result):
	assert forecast(D(goal), D(expected), D(realised), 2) == result


def test_t6_what_is_due_by_a_day():
	one = target("T", "Anna", goal="365.00")
	assert due_by(one, date(2026, 2, 28)) == D("59.00")
	assert due_by(one, JAN - timedelta(1)) == 0


# --- orders that several sellers share (A6) -------------------------------------------------------

#: order -> its day and its sellers, each in a target of their own
shared_orders = st.dictionaries(
	st.text("abc", min_size=1, max_size=3),
	st.tuples(
		st.dates(date(2026, 1, 1), date(2026, 1, 9)),
		st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 100), min_size=1),
		st.integers(0, 120),
	),
)


@given(shared_orders, st.sets(st.sampled_from("ABCD")), st.dates(date(2026, 1, 1), date(2026, 1, 9)))
def test_a6_an_order_counts_once_and_for_no_more_than_it_is_worth_however_its_targets_are_added_up(
	made, added, last
):
	first = date(2026, 1, 3)
	counted, overlays = {}, []
	for seller in "ABCD":
		own = sorted(
			(day.toordinal(), seller, name) for name, (day, parts, _worth) in made.items() if seller in parts
		)
		counted[seller] = Shared(*map(list, zip(*own, strict=True))) if own else Shared()
	for name, (day, parts, worth) in made.items():
		if sum(parts.values()) > worth:
			overlays += [Overlay(one, one, day, name, D(part), D(worth)) for one, part in parts.items()]
	amount, number = SharedOrders(counted, overlays).counted_twice(
		[(one, None, first, last) for one in added]
	)
	inside = [
		([part for one, part in parts.items() if one in added], sum(parts.values()), worth)
		for day, parts, worth in made.values()
		if first <= day <= last and added & parts.keys()
	]
	assert number == sum(len(parts) - 1 for parts, _all, _worth in inside)
	assert amount == sum(max(0, sum(parts) - worth) for parts, credited, worth in inside if credited > worth)


def test_a6_what_is_below_nil_counts_once_too():
	"""A group of items that an order takes money off: its sellers' targets have it once between them."""
	less = [Overlay(one, one, date(2026, 1, 5), "O", D(-20), D(-20)) for one in "AB"]
	pieces = [(one, None, date(2026, 1, 1), date(2026, 1, 31)) for one in "AB"]
	assert SharedOrders({}, less).counted_twice(pieces)[0] == -20
