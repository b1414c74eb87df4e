"""Splitting to the smallest unit (A4)."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sales_extensions.engine.money import apportion, from_minor, round_money, to_decimal, to_minor

totals = st.integers(-(10**12), 10**12)
weights = st.lists(st.one_of(st.integers(-50, 50), st.integers(-(10**20), 10**20)), min_size=1, max_size=8)


@given(totals, weights)
def test_a4_parts_add_up_and_each_is_within_one_unit_of_its_exact_share(total, weights):
	assume(sum(weights))
	parts = apportion(total, weights)
	assert sum(parts) == total
	for part, weight in zip(parts, weights, strict=True):
		assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(totals, weights)
def test_a4_a_weight_of_zero_gets_nothing(total, weights):
	assume(sum(weights))
	parts = apportion(total, [0, *weights, 0])
	assert parts[0] == parts[-1] == 0
	assert parts[1:-1] == apportion(total, weights)


@given(totals, weights, st.integers(1, 10**6))
def test_a4_the_scale_and_the_sign_of_the_weights_do_not_matter(total, weights, factor):
	assume(sum(weights))
	parts = apportion(total, weights)
	assert apportion(total, [weight * factor for weight in weights]) == parts
	assert apportion(total, [-weight for weight in weights]) == parts


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**20), min_size=2, max_size=8))
def test_a4_who_has_the_larger_share_never_gets_less(total, weights):
	assume(sum(weights))
	ranked = sorted(zip(weights, apportion(total, weights), strict=True))
	for (less, fewer), (more, units) in pairwise(ranked):
		assert fewer <= units or less == more


@pytest.mark.parametrize(
	("total", "weights", "parts"),
	[
		(100, [1, 1, 1], [34, 33, 33]),  # equal fractions: the earliest
		(5, [1, 1], [3, 2]),
		(10, [1, 2, 3], [2, 3, 5]),  # 1.67, 3.33, 5: the largest fraction
		(10001, [50, 30, 20], [5001, 3000, 2000]),
		(100, [150, -50], [150, -50]),
		(1, [3, -1], [2, -1]),  # 1.5, -0.5: floors 1, -1; the earlier of two halves
		(-100, [1, 1, 1], [-33, -33, -34]),
		(0, [1, 2], [0, 0]),
	],
)
def test_a4_units_left_over_go_to_the_largest_fraction_then_the_earliest(total, weights, parts):
	assert apportion(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [5, -5]])
def test_a4_weights_that_add_up_to_nothing_are_refused(weights):
	with pytest.raises(ValueError, match="zero"):
		apportion(10, weights)


@pytest.mark.parametrize(
	("amount", "precision", "units"),
	[
		("0.005", 2, 1),
		("-0.005", 2, -1),
		("0.0049", 2, 0),
		("2.5", 0, 3),
		("1.0005", 3, 1001),
		("1.005", 2, 101),
	],
)
def test_a4_half_a_unit_rounds_away_from_zero(amount, precision, units):
	assert to_minor(Decimal(amount), precision) == units
	assert round_money(Decimal(amount), precision) == from_minor(units, precision)


@given(totals, st.integers(0, 9))
def test_a4_units_to_amount_and_back_lose_nothing(units, precision):
	assert to_minor(from_minor(units, precision), precision) == units


def test_a4_numbers_are_taken_as_written():
	assert to_decimal(0.1) == Decimal("0.1")
	assert to_decimal("1.10") == Decimal("1.1")
	assert to_decimal(None) == to_decimal("") == 0
	with pytest.raises(InvalidOperation):
		to_decimal("ten")
