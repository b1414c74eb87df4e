"""Money as whole minor units.

Amounts enter as Decimal in a named currency's precision, are split as integers and leave as Decimal,
so that nothing is rounded twice and nothing is lost (A4).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor, lcm

#: Percentages are kept to nine decimals, as the database keeps them.
PERCENT_SCALE = 10**9
HUNDRED_PERCENT = 100 * PERCENT_SCALE

ZERO = Decimal(0)


def to_decimal(value: object) -> Decimal:
	"""The exact decimal that was written, never a float's binary neighbour.

	Raises decimal.InvalidOperation for text that is not a number.
	"""
	if isinstance(value, Decimal):
		return value
	if value is None or value == "":
		return ZERO
	return Decimal(str(value))


@lru_cache(maxsize=16)
def quantum(precision: int) -> Decimal:
	"""The smallest unit of a currency with so many decimals."""
	return Decimal(1).scaleb(-precision)


def to_minor(amount: Decimal, precision: int) -> int:
	"""Whole minor units of `amount`, half a unit rounding away from zero."""
	return int(amount.scaleb(precision).to_integral_value(ROUND_HALF_UP))


def minor_of(amount: Fraction, precision: int) -> int:
	"""Whole minor units of an exact amount, half a unit rounding away from zero."""
	exact: Fraction = abs(amount) * 10**precision
	units = floor(exact + Fraction(1, 2))
	return units if amount >= 0 else -units


def from_minor(units: int, precision: int) -> Decimal:
	return Decimal(units).scaleb(-precision)


def round_money(amount: Decimal, precision: int) -> Decimal:
	return amount.quantize(quantum(precision), ROUND_HALF_UP)


def beyond(amount: Decimal, whole: Decimal) -> Decimal:
	"""By how much an amount is more than the whole it should be a part of; of what is below nil, how much lower."""
	return min(ZERO, amount - whole) if whole < 0 else max(ZERO, amount - whole)


def shown(amount: Decimal, precision: int) -> Decimal:
	"""`amount` with the currency's decimals; with more only where they say something."""
	rounded = round_money(amount, precision)
	return rounded if rounded == amount else amount.normalize()


def rounded_to(total: int, exact: Sequence[Fraction]) -> list[int]:
	"""Exact amounts as whole units that add up to `total`, their rounded sum, by largest remainder."""
	parts = [floor(amount) for amount in exact]
	fractions = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
	for index in fractions[: total - sum(parts)]:
		parts[index] += 1
	return parts


def percent_units(percentage: Decimal) -> int:
	"""A percentage as a whole number of billionths of a per cent."""
	return to_minor(percentage, 9)


def whole_weights(amounts: Sequence[Decimal | Fraction]) -> list[int]:
	"""Exact amounts as whole numbers in the same proportion."""
	decimals = [amount for amount in amounts if isinstance(amount, Decimal)]
	if len(decimals) == len(amounts):
		return [to_minor(amount, 9) for amount in decimals]
	exact = [Fraction(amount) for amount in amounts]
	common = lcm(*(amount.denominator for amount in exact))
	return [int(amount * common) for amount in exact]


def apportion(total: int, weights: Sequence[int]) -> list[int]:
	"""Split `total` minor units in proportion to `weights`, by largest remainder.

	The parts always add up to `total`. A part differs from its exact share by less than one unit, and a
	weight of zero gets nothing. Units that are over go to the largest fractions, then to the earliest
	part, so that the same facts give the same cents every time. Weights are whole numbers of any sign;
	their sum must not be zero.
	"""
	whole = sum(weights)
	if whole == 0:
		raise ValueError("weights add up to zero")
	if whole < 0:
		whole, weights = -whole, [-weight for weight in weights]
	exact = [total * weight for weight in weights]
	parts = [share // whole for share in exact]
	over = total - sum(parts)
	if over:
		fractions = sorted(range(len(exact)), key=lambda index: (-(exact[index] % whole), index))
		for index in fractions[:over]:
			parts[index] += 1
	return parts
