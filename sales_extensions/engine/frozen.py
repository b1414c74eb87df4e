"""What a closed target is decided by: the policy, and who and what stood under it, as they were when it was closed (H3).

Settings, trees and places go on changing after a period is closed. What then changes in one of its orders is still
decided as it would have been on the day of the closing, and so an adjustment says what changed in the order, and
nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from .facts import TREES, Member, Policy, Target, Trees
from .matching import assignee_of
from .places import DAY, DatedTrees

SELLER = "Sales Person"
#: tree -> the filter of a target that is a name of it
FILTERS = {"Territory": "territory", "Customer Group": "customer_group", "Item Group": "item_group"}


def members_of(target: Target, trees: DatedTrees) -> list[Member]:
	"""Who and what stands under a target: sellers by the days of its period, all else as it is."""
	return [*_sellers(target, trees), *_filtered(target, trees.on(target.to_date))]


def _filtered(target: Target, trees: Trees) -> Iterator[Member]:
	for kind, filtered in FILTERS.items():
		group = getattr(target, filtered)
		if not group:
			continue
		names = {name for name, above in getattr(trees, TREES[kind]).items() if group in above}
		yield from (Member(kind, name, group) for name in sorted(names | {group}))


def _sellers(target: Target, trees: DatedTrees) -> Iterator[Member]:
	"""Days on which one stays under the same assignee are one row."""
	since: dict[tuple[str, str], date] = {}
	for start in _starts(target, trees):
		at = trees.on(start)
		names = {*at.sellers, *target.assignees}
		under = {(name, assignee) for name in names if (assignee := assignee_of(target, name, at))}
		yield from _left(since, under, start)
		for one in under - since.keys():
			since[one] = start
	yield from (Member(SELLER, *one, first, target.to_date) for one, first in sorted(since.items()))


def _left(since: dict[tuple[str, str], date], under: set[tuple[str, str]], start: date) -> list[Member]:
	left = sorted(since.keys() - under)
	return [Member(SELLER, *one, since.pop(one), start - DAY) for one in left]


def _starts(target: Target, trees: DatedTrees) -> list[date]:
	"""The first day of the target, and each later one on which somebody moved."""
	moves = (day for day in trees.history.starts if target.from_date < day <= target.to_date)
	return [target.from_date, *moves]


def names_in(members: Iterable[Member], kind: str) -> set[str]:
	return {one.name for one in members if one.kind == kind}


def policy_as_kept(policy: Policy) -> dict[str, object]:
	"""For JSON; `policy_kept` reads it."""
	values = {one.name: getattr(policy, one.name) for one in fields(policy)}
	return {name: value if isinstance(value, bool) else str(value) for name, value in values.items()}


def policy_kept(kept: dict[str, Any]) -> Policy:
	known = {one.name for one in fields(Policy)}
	return Policy(**{name: value for name, value in kept.items() if name in known})
