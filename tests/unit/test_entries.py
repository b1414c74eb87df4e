"""What stands in the ledger, and the rows that bring it there (T2, T4, A6; invariants 2, 4, 6, 7)."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import (
	DaySum,
	Key,
	OrderLine,
	Policy,
	Position,
	TargetType,
	credit,
	differences,
	positions,
)

from .makers import TREES, allocate, allocations, fixed, make_order, make_target, orders, percent, targets

POLICY = Policy()
numeric = {"target_type": TargetType.NUMERIC}


def stand(order, *some, allocation=None):
	return positions(order, credit(order, allocation, POLICY), some, TREES)


def rows(order, some, current, allocation=None):
	by_name = {target.name: target for target in some}
	return differences(order, credit(order, allocation, POLICY), by_name, TREES, current)


def book(ledger, added):
	"""The ledger after some rows: sums, and the latest rule, as a site reads them."""
	after = dict(ledger)
	for row in added:
		before = after.get(row.key, Position())
		after[row.key] = replace(
			row.position,
			amount=before.amount + row.amount,
			order_count=before.order_count + row.order_count,
		)
	return after


def figures(ledger):
	return {key: (one.amount, one.order_count) for key, one in ledger.items() if not one.is_nothing}


some_targets = st.integers(0, 3).flatmap(
	lambda count: st.tuples(*(targets(f"T-{place}") for place in range(count)))
)


@given(st.lists(st.tuples(orders(), st.none() | allocations(), some_targets), min_size=1, max_size=4))
def test_t2_however_an_order_changes_the_rows_lead_to_what_it_says_and_then_stop(history):
	"""Invariants 2, 4 and 7: live is rebuilt, nothing is written twice, rows are only added."""
	ledger, known = {}, {}
	for order, allocation, some in history:
		known |= {target.name: target for target in some}
		ledger = book(ledger, rows(order, known.values(), ledger, allocation))
		assert figures(ledger) == figures(stand(order, *known.values(), allocation=allocation))
		assert rows(order, known.values(), ledger, allocation) == []


@given(orders(), st.none() | allocations(), some_targets)
def test_t2_nothing_is_written_where_the_ledger_is_right(order, allocation, some):
	assert rows(order, some, stand(order, *some, allocation=allocation), allocation) == []


@given(orders(), st.none() | allocations(), targets())
def test_a6_an_order_counts_once_in_a_joint_target(order, allocation, target):
	counts = [one.order_count for one in stand(order, target, allocation=allocation).values()]
	assert sorted(counts, reverse=True)[:1] in ([], [1])
	assert sum(counts) == (1 if counts else 0)


@given(orders(), st.none() | allocations(), st.sampled_from(["Anna", "Bob", "Carla", "Dirk"]))
def test_t5_item_groups_that_do_not_overlap_add_up_to_the_credit(order, allocation, seller):
	everything = make_target("ALL", seller)
	groups = [make_target(group, seller, item_group=group) for group in ("Hardware", "Services")]
	found = stand(
		replace(order, lines=order.lines or (OrderLine("Services", D(1)),)),
		everything,
		*groups,
		allocation=allocation,
	)
	parts = [one.amount for key, one in found.items() if key.target != "ALL"]
	assert sum(parts) == sum(one.amount for key, one in found.items() if key.target == "ALL")


def test_a6_the_one_with_most_of_the_order_carries_the_count():
	order = make_order("100.00", team="Anna:30;Bob:70")
	joint, own = make_target("JOINT", "Anna", "Bob", **numeric), make_target("OWN", "Anna", **numeric)
	found = stand(order, joint, own)
	assert {(key.target, key.sales_person): one.order_count for key, one in found.items()} == {
		("JOINT", "Anna"): 0,
		("JOINT", "Bob"): 1,
		("OWN", "Anna"): 1,
	}


def test_a6_of_equals_the_first_by_name_carries_the_count():
	found = stand(make_order("100.00", team="Bob:50;Anna:50"), make_target("T", "Sales"))
	assert found[Key("T", "SO-1", "Anna")].order_count == 1
	assert found[Key("T", "SO-1", "Bob")].order_count == 0


def test_a1_an_allocation_spreads_an_order_over_several_targets():
	anna, bob = make_target("A", "Anna"), make_target("B", "Bob")
	order = make_order("100.00", team="Anna:100")
	found = stand(order, anna, bob, allocation=allocate(percent("Bob", 30), fixed("Carla", "5.00")))
	assert figures(found) == {
		Key("A", "SO-1", "Anna"): (D("65.00"), 1),
		Key("B", "SO-1", "Bob"): (D("30.00"), 1),
	}


def test_t5_the_part_of_a_credit_within_an_item_group():
	lines = (OrderLine("Laptops", D("60.00")), OrderLine("Services", D("20.00")))
	order = make_order("100.00", net_total=D("80.00"), team="Anna:60;Bob:40", lines=lines)
	found = stand(order, make_target("T", "Sales", item_group="Hardware"))
	assert figures(found) == {
		Key("T", "SO-1", "Anna"): (D("45.00"), 1),
		Key("T", "SO-1", "Bob"): (D("30.00"), 0),
	}
	assert "Item group Hardware: 60.00 EUR of 80.00 EUR net, so 45.00 EUR of the credit." in [
		str(reason) for reason in found[Key("T", "SO-1", "Anna")].reasons
	]


def test_t5_net_amounts_in_words_have_the_currencys_decimals():
	lines = (OrderLine("Laptops", D("60.0")), OrderLine("Services", D("20.000000000")))
	order = make_order("80.00", net_total=D("80.00"), team="Anna:100", lines=lines)
	(found,) = stand(order, make_target("T", item_group="Hardware")).values()
	assert "Item group Hardware: 60.00 EUR of 80.00 EUR net, so 60.00 EUR of the credit." in map(
		str, found.reasons
	)


def test_t5_lines_that_add_up_to_nothing_share_evenly():
	lines = (OrderLine("Laptops", D("10.00")), OrderLine("Services", D("-10.00")))
	order = make_order("9.00", team="Anna:100", lines=lines)
	found = stand(order, make_target("H", item_group="Hardware"), make_target("S", item_group="Services"))
	assert [one.amount for one in found.values()] == [D("4.50"), D("4.50")]


def test_t3_a_cancelled_order_gives_its_credit_back_and_says_why():
	order, target = make_order("100.00", team="Anna:60;Bob:40"), make_target("T", "Sales")
	gone = rows(replace(order, docstatus=2), [target], stand(order, target))
	assert [(row.key.sales_person, row.amount, row.order_count) for row in gone] == [
		("Anna", D("-60.00"), -1),
		("Bob", D("-40.00"), 0),
	]
	assert {str(row.position.reasons[0]) for row in gone} == {"The order is cancelled."}


def test_t3_a_changed_total_adds_only_what_it_changes():
	order, target = make_order("100.00", team="Anna:100"), make_target()
	(row,) = rows(replace(order, grand_total=D("130.00")), [target], stand(order, target))
	assert (row.amount, row.order_count) == (D("30.00"), 0)


def test_t3_each_way_out_of_a_target_has_its_reason():
	order, target = make_order("100.00", team="Anna:100"), make_target()
	current = stand(order, target)
	changes = {
		"outside the target's period": (replace(order, posting_date=date(2026, 4, 1)), target),
		"no longer credited": (make_order("100.00", team="Bob:100"), target),
		"is not, and is not under": (order, replace(target, assignees=("Bob",))),
		"of company Other": (replace(order, company="Other"), target),
		"not within Utrecht": (order, replace(target, territory="Utrecht")),
	}
	for words, (changed, now) in changes.items():
		(row,) = rows(changed, [now], current)
		assert (row.amount, row.order_count) == (D("-100.00"), -1)
		assert words in str(row.position.reasons[0])
	(row,) = rows(order, [], current)
	assert row.amount == D("-100.00"), "a target that is not given any more is left as well"


def test_t4_a_new_rule_is_booked_even_where_no_figure_changes():
	order, target = make_order("100.00", team="Anna:100"), make_target()
	(row,) = rows(order, [target], stand(order, target), allocate(percent("Anna", 100)))
	assert (row.amount, row.order_count) == (0, 0)
	assert (row.position.rule, row.position.source_doctype) == ("Percentage", "Order Allocation")


def test_t4_every_entry_names_its_rule_and_source():
	found = defaultdict(list)
	for key, one in stand(make_order("100.00", team="Anna:50;Bob:50"), make_target("T", "Sales")).items():
		found[key.sales_person] = [one.rule, one.source_doctype, one.source_name, one.share_percentage]
	assert found == {
		"Anna": ["Sales Team", "Sales Order", "SO-1", D(50)],
		"Bob": ["Sales Team", "Sales Order", "SO-1", D(50)],
	}


def test_t2_rows_come_in_the_order_of_targets_and_sellers():
	"""Two orders that touch the same targets take them in the same order, so they never wait in a ring."""
	some = [make_target(name, "Sales") for name in ("T-2", "T-1", "T-3")]
	added = rows(make_order("100.00", team="Bob:50;Anna:50"), some, {})
	assert [(row.key.target, row.key.sales_person) for row in added] == sorted(
		(row.key.target, row.key.sales_person) for row in added
	)
	assert len(added) == 6


# --- overlay (A6) -----------------------------------------------------------------------------------


@given(orders(), allocations(overlay=True), targets())
def test_a6_a_target_counts_an_order_for_no_more_than_it_is_worth_in_it(order, allocation, target):
	crediting = credit(order, allocation, Policy())
	found = positions(order, crediting, [target], TREES)
	if not crediting.overlay or target.target_type == TargetType.UPSELL or not found:
		assert not any(one.overlay_worth for one in found.values())
		return
	(worth,) = {one.overlay_worth for one in found.values()}
	if all(line.net_amount >= 0 for line in order.lines):  # else one item group is worth more than the order
		assert worth <= crediting.worth.amount
	assert min(worth, 0) <= sum(one.amount for one in found.values()) <= max(worth, 0)
	alone = positions(order, credit(order, replace(allocation, overlay=False), Policy()), [target], TREES)
	if target.assignees == ("Sales",) and alone:
		assert sum(one.amount for one in found.values()) == worth


# --- what is booked, by day (I 8) -------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 4))


@given(
	st.lists(st.tuples(DAYS, st.integers(-9, 9), st.integers(-1, 1)), max_size=6),
	DAYS,
	st.integers(-9, 9),
	st.booleans(),
)
def test_whatever_was_booked_on_which_days_one_more_booking_puts_it_all_where_it_belongs(
	booked, day, amount, counts
):
	sums = {}
	for on, more, count in booked:
		before = sums.get(on, (0, 0))
		sums[on] = (before[0] + more, before[1] + count)
	standing = Position(
		amount=D(sum(one[0] for one in sums.values())),
		order_count=sum(one[1] for one in sums.values()),
		posting_date=booked[-1][0] if booked else None,
		days=tuple(DaySum(on, D(one[0]), one[1]) for on, one in sums.items()),
	)
	order = make_order(str(amount), team="Anna:100", posting_date=day, docstatus=1 if counts else 2)
	crediting = credit(order, None, Policy())
	target = make_target("T", "Anna")
	rows = differences(order, crediting, {"T": target}, TREES, {Key("T", order.name, "Anna"): standing})
	for row in rows:
		before = sums.get(row.posting_date, (0, 0))
		sums[row.posting_date] = (before[0] + row.amount, before[1] + row.order_count)
	left = {on: one for on, one in sums.items() if one != (0, 0)}
	assert left == ({day: (amount, 1)} if counts else {})
