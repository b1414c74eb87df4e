"""When two Sales Targets are one and the same, but for what they ask (T1)."""

from dataclasses import replace
from datetime import date

from .facts import Target
from .rollup import stands_first

Sameness = tuple[object, ...]


def sameness(target: Target) -> Sameness:
	"""What a target is about: what it measures and on which documents, whose orders, of which days, and of what it counts.

	Neither its goal nor how that falls due: two goals for the same orders are what is asked about.
	"""
	return (
		str(target.target_type),
		str(target.measured_on),
		target.company,
		target.from_date,
		target.to_date,
		frozenset(target.assignees),
		target.territory,
		target.customer_group,
		target.item_group,
	)


def shared_days(one: Target, other: Target) -> tuple[date, date, Target] | None:
	"""First and last day on which two targets of different periods count the same orders, and which of the two stands
	for their sellers on these; None where there are none.
	"""
	first, last = max(one.from_date, other.from_date), min(one.to_date, other.to_date)
	if first > last or are_identical(one, other) or not _count_the_same(one, other):
		return None
	return first, last, stands_first(one, other)


def _count_the_same(one: Target, other: Target) -> bool:
	return are_identical(one, replace(other, from_date=one.from_date, to_date=one.to_date))


def are_identical(one: Target, other: Target) -> bool:
	"""Whether the same orders count for both in the same way, so that one of them may be there by mistake."""
	return sameness(one) == sameness(other)
