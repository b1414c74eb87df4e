"""When two Sales Targets are one and the same, but for what they ask (T1)."""

from .facts import Target

Sameness = tuple[object, ...]


def sameness(target: Target) -> Sameness:
	"""What a target is about: what it measures, whose orders, of which days, and of what it counts.

	Neither its goal nor how that falls due: two goals for the same orders are what is asked about.
	"""
	return (
		str(target.target_type),
		target.company,
		target.from_date,
		target.to_date,
		frozenset(target.assignees),
		target.territory,
		target.customer_group,
		target.item_group,
	)


def are_identical(one: Target, other: Target) -> bool:
	"""Whether the same orders count for both in the same way, so that one of them may be there by mistake."""
	return sameness(one) == sameness(other)
