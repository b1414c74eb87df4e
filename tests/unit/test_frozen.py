"""A closed target goes on deciding as it did when it was closed (H3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import (
	AmountBasis,
	Frozen,
	Member,
	Policy,
	Trees,
	credit,
	differences,
	members_of,
	positions,
)
from sales_extensions.engine.entries import Position
from sales_extensions.engine.frozen import policy_as_kept, policy_kept
from sales_extensions.engine.places import DatedTrees, History, Place

from .makers import make_order, make_target

FEB, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
TREE = [
	Place("All", None),
	Place("North", "All"),
	Place("South", "All"),
	Place("Anna", "North"),
	Place("Bob", "South"),
]
TODAY, NET = Policy(), Policy(basis=AmountBasis.NET_TOTAL)


def trees(*more: Place, **others) -> DatedTrees:
	return DatedTrees(Trees(**others), History([*TREE, *more]))


def closed(target, at: DatedTrees, policy: Policy = TODAY):
	return replace(target, closing="C", frozen=Frozen(policy, tuple(members_of(target, at))))


def booked(order, target, at: DatedTrees, policy: Policy = TODAY, current=None):
	def again(other: Policy):
		return credit(order, None, other)

	return differences(
		order, again(policy), {target.name: target}, at.on(order.posting_date), current or {}, again
	)


def amounts(order, target, at: DatedTrees, policy: Policy = TODAY):
	return {row.key.sales_person: row.amount for row in booked(order, target, at, policy)}


def test_h3_who_stood_under_it_is_kept_by_days():
	north = make_target("T", "North")
	found = members_of(north, trees(Place("Anna", "South", MARCH), Place("Bob", "North", FEB)))
	days = {(one.name, one.above): (one.first, one.last) for one in found}
	assert days == {
		("North", "North"): (date(2026, 1, 1), date(2026, 3, 31)),
		("Anna", "North"): (date(2026, 1, 1), date(2026, 2, 28)),
		("Bob", "North"): (FEB, date(2026, 3, 31)),
	}


def test_h3_a_move_that_is_corrected_later_changes_nothing_of_it():
	before, order = trees(), make_order(team="Anna:100")
	later = trees(Place("Anna", "South", date(2026, 1, 5)))
	target = closed(make_target("T", "North"), before)
	assert amounts(order, target, later) == {"Anna": Decimal("100.00")}
	assert amounts(order, make_target("T", "North"), later) == {}


def test_h3_its_policy_is_kept():
	order = make_order("121.00", team="Anna:100", net_total=Decimal("100.00"))
	target = closed(make_target("T", "Anna"), trees(), NET)
	assert amounts(order, target, trees(), Policy()) == {"Anna": Decimal("100.00")}
	assert amounts(order, make_target("T", "Anna"), trees(), Policy()) == {"Anna": Decimal("121.00")}


def test_h3_a_filter_is_kept_with_what_was_under_it():
	before = {"territories": {"Holland": frozenset({"Holland", "Europe"})}}
	order = make_order(team="Anna:100", territory="Holland")
	target = closed(make_target("T", "Anna", territory="Europe"), trees(**before))
	assert amounts(order, target, trees()) == {"Anna": Decimal("100.00")}
	assert (
		amounts(
			replace(order, territory="Spain"), target, trees(territories={"Spain": frozenset({"Europe"})})
		)
		== {}
	)


def test_h3_what_changes_says_what_stands_instead_of_what_stood():
	target = closed(make_target("T", "Anna"), trees())
	order = make_order("500.00", team="Anna:100")
	(first,) = booked(order, target, trees())
	stood = replace(first.position, amount=Decimal("2500.000000000"), days=())
	(row,) = booked(order, target, trees(), current={first.key: stood})
	assert row.amount == -2000
	assert (
		str(row.position.reasons[0])
		== "Changed after the target was closed: 500.00 EUR instead of 2,500.00 EUR."
	)
	(gone,) = booked(replace(order, docstatus=2), target, trees(), current={first.key: stood})
	assert (
		str(gone.position.reasons[0])
		== "Changed after the target was closed: 0.00 EUR instead of 2,500.00 EUR."
	)
	assert booked(order, target, trees(), current={first.key: replace(first.position)}) == []


def test_h3_an_open_target_says_nothing_of_the_kind():
	(row,) = booked(make_order(team="Anna:100"), make_target("T", "Anna"), trees())
	assert not str(row.position.reasons[0]).startswith("Changed after")
	assert Position().reasons == ()


SELLERS, GROUPS = ("Anna", "Bob"), ("North", "South", "All")
moves = st.lists(
	st.builds(
		Place,
		st.sampled_from(SELLERS),
		st.sampled_from(GROUPS),
		st.dates(date(2025, 12, 1), date(2026, 5, 1)),
	),
	max_size=5,
)


@given(
	moves,
	moves,
	st.dates(date(2026, 1, 1), date(2026, 3, 31)),
	st.sets(st.sampled_from((*GROUPS, *SELLERS)), min_size=1),
)
def test_h3_it_counts_as_an_open_one_did_that_day_whatever_comes_later(before, later, day, assignees):
	at, now = trees(*before), trees(*before, *later)
	target = make_target("T", *sorted(assignees))
	order = make_order(team="Anna:60;Bob:40", posting_date=day)
	shared = credit(order, None, Policy())
	then = positions(order, shared, [target], at.on(day))
	assert positions(order, shared, [closed(target, at)], now.on(day)) == then


def test_h3_a_policy_is_kept_as_it_is():
	for policy in (Policy(), NET, Policy(overlay_allowed=True, closed="None", count_on="Save")):
		assert policy_kept(policy_as_kept(policy)) == policy
	assert policy_kept({**policy_as_kept(NET), "of_a_later_version": 1}) == NET
	assert Member("Territory", "A", "B").first.year == 1900
