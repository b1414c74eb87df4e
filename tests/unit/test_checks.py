"""What is refused, at which field, and with which advice (A3, X5)."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sales_extensions.engine import (
	Policy,
	Share,
	TargetType,
	check_allocation,
	check_target,
	credit,
	exceeds_order,
)
from sales_extensions.engine.checks import claimed

from .makers import allocate, allocations, amounts, fixed, make_order, make_target, orders, percent, whole

OVERLAY = Policy(overlay_allowed=True)


def fields(problems):
	return [(problem.field, problem.row) for problem in problems]


@pytest.mark.parametrize(
	("changes", "found"),
	[
		({}, []),
		({"from_date": date(2026, 4, 1)}, [("to_date", None)]),
		({"from_date": date(2026, 3, 31)}, []),
		({"target_amount": D(0)}, [("target_amount", None)]),
		({"target_amount": D("-0.01")}, [("target_amount", None)]),
		({"target_amount": D("0.01")}, []),
		({"target_amount": D(10) ** 12}, [("target_amount", None)]),
		({"target_count": 0}, []),
		({"target_type": TargetType.NUMERIC, "target_amount": D(0)}, []),
		({"target_type": TargetType.NUMERIC, "target_count": 0}, [("target_count", None)]),
		({"target_type": TargetType.NUMERIC, "target_count": 10**9}, [("target_count", None)]),
		({"assignees": ()}, [("assignees", None)]),
		({"assignees": ("Anna", "Bob", "Anna")}, [("sales_person", 3)]),
	],
)
def test_x5_targets(changes, found):
	assert fields(check_target(make_target(**changes))) == found


def test_x5_all_problems_are_named_at_once():
	target = make_target(from_date=date(2027, 1, 1), target_amount=D(0), assignees=())
	assert len(check_target(target)) == 3


@pytest.mark.parametrize(
	("shares", "policy", "found"),
	[
		([percent("Anna", 60), percent("Bob", 40)], Policy(), []),
		([percent("Anna", 60), fixed("Bob", 40)], Policy(), []),
		([whole("Anna")], Policy(), []),
		([], Policy(), [("shares", None)]),
		([whole("Anna"), percent("Bob", 1)], Policy(), [("shares", None)]),
		([whole("Anna"), percent("Bob", 1)], OVERLAY, []),
		([percent("Anna", 60), fixed("Bob", "40.01")], Policy(), [("shares", None)]),
		([percent("Anna", 60), percent("Bob", "40.000000001")], Policy(), [("shares", None)]),
		([percent("Anna", "100.000000001")], Policy(), [("percentage", 1)]),
		([percent("Anna", 0)], Policy(), [("percentage", 1)]),
		([percent("Anna", 5), percent("Bob", -5)], OVERLAY, [("percentage", 2)]),
		([fixed("Anna", 0)], Policy(), [("fixed_amount", 1)]),
		([fixed("Anna", -1)], Policy(), [("fixed_amount", 1)]),
		([fixed("Anna", 100)], Policy(), []),
		([fixed("Anna", "100.01")], Policy(), [("fixed_amount", 1)]),
		([fixed("Anna", "100.01")], OVERLAY, [("fixed_amount", 1)]),
		([percent("Anna", 10), fixed("Anna", 10)], Policy(), [("sales_person", 2)]),
		([Share("Anna", "By Mood")], Policy(), [("basis", 1)]),
	],
)
def test_a3_allocations_of_an_order_of_100(shares, policy, found):
	assert fields(check_allocation(allocate(*shares), D("100.00"), "EUR", 2, policy))[:1] == found


def test_a3_the_remainder_goes_to_someone_who_is_known():
	assert fields(check_allocation(allocate(whole("Anna"), to="The Cat"), D(100), "EUR", 2, Policy())) == [
		("remainder_to", None)
	]


def test_x5_a_problem_says_what_to_do():
	(problem,) = check_allocation(allocate(fixed("Anna", "150.00")), D("100.00"), "EUR", 2, Policy())
	assert str(problem) == (
		"Row 1: Fixed Amount 150.00 EUR is more than the order's 100.00 EUR. Enter at most the order's amount."
	)


def test_a3_the_check_of_an_order_of_nothing():
	assert check_allocation(allocate(percent("Anna", 100)), D(0), "EUR", 2, Policy()) == []
	assert fields(check_allocation(allocate(whole("Anna"), percent("Bob", 1)), D(0), "EUR", 2, Policy())) == [
		("shares", None)
	]


@given(orders(), allocations())
def test_a3_a4_what_passes_the_check_is_shared_out_without_a_cut(order, allocation):
	total = credit(order, None, Policy()).worth.amount
	assume(total > 0 and not check_allocation(allocation, total, "EUR", order.precision, Policy()))
	result = credit(order, allocation, Policy())
	assert result.cuts == ()
	assert all(amount >= 0 for amount in amounts(result).values() if not order.team)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=3), st.integers(1, 10**6))
def test_a3_exceeds_means_more_than_100_percent(percentages, cents):
	allocation = allocate(*(percent(f"Seller {row}", one) for row, one in enumerate(percentages)))
	assert exceeds_order(allocation, D(cents).scaleb(-2), 2) is (sum(percentages) > 100)


def test_a3_in_a_check_the_order_is_the_one_given():
	allocation = allocate(fixed("Anna", "80.00"))
	assert exceeds_order(allocation, make_order("50.00").grand_total, 2)
	assert not exceeds_order(allocation, make_order("80.00").grand_total, 2)


@pytest.mark.parametrize("figure", ["1e22", "1e30", "-1e30"])
def test_x5_a_figure_of_any_size_is_added_up_and_refused_in_words(figure):
	"""A form shows both while somebody types."""
	for share in (percent("Anna", figure), fixed("Anna", figure)):
		wanted = allocate(share)
		claimed(wanted, D("100.00"), 2)
		problems = check_allocation(wanted, D("100.00"), "EUR", 2, Policy())
		assert problems and all(str(problem) for problem in problems)
