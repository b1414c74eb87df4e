"""What a closed target is decided by: the policy, and who and what stood under it, as they were when it was closed (H3).

Settings, trees and places go on changing after a period is closed. What then changes in one of its orders is still
decided as it would have been on the day of the closing, and so an adjustment says what changed in the order, and
nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from .facts import AmountBasis, Ancestors, ClosedCredit, CountOn, Policy, Target, Trees
from .matching import assignee_of
from .places import BEGINNING, DAY, END, DatedTrees

SELLER = "Sales Person"
#: tree -> the filter of a target that is a name of it, and what of Trees has it
FILTERS = {
	"Territory": ("territory", "territories"),
	"Customer Group": ("customer_group", "customer_groups"),
	"Item Group": ("item_group", "item_groups"),
}
#: tree -> what of Trees has it
TREES = {SELLER: "sellers", **{kind: tree for kind, (_field, tree) in FILTERS.items()}}


@dataclass(frozen=True, slots=True)
class Member:
	"""Someone or something of a tree that stood under what a target names, from the first day to the last."""

	kind: str
	name: str
	above: str
	first: date = BEGINNING
	last: date = END


@dataclass(frozen=True, slots=True)
class Frozen:
	"""How a closed target decides."""

	policy: Policy
	members: tuple[Member, ...]
	_made: dict[date, Trees] = field(default_factory=dict, compare=False, repr=False)

	def trees(self, day: date) -> Trees:
		"""As they are to this target on a day: what does not stand under it is not in them."""
		if day not in self._made:
			self._made[day] = Trees(**{tree: self._above(kind, day) for kind, tree in TREES.items()})
		return self._made[day]

	def _above(self, kind: str, day: date) -> Ancestors:
		found: dict[str, frozenset[str]] = defaultdict(frozenset)
		for one in self.members:
			if one.kind == kind and one.first <= day <= one.last:
				found[one.name] |= {one.above}
		return found


def members_of(target: Target, trees: DatedTrees) -> list[Member]:
	"""Who and what stands under a target: sellers by the days of its period, all else as it is."""
	return [*_sellers(target, trees), *_filtered(target, trees.on(target.to_date))]


def _filtered(target: Target, trees: Trees) -> Iterator[Member]:
	for kind, (filtered, tree) in FILTERS.items():
		group = getattr(target, filtered)
		if not group:
			continue
		names = {name for name, above in getattr(trees, tree).items() if group in above}
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


#: What of a policy is kept with a closed target: the names of its fields, and their kinds.
KINDS = {"count_on": CountOn, "basis": AmountBasis, "closed": ClosedCredit}


def policy_as_kept(policy: Policy) -> dict[str, object]:
	"""For JSON; `policy_kept` reads it."""
	values = {one.name: getattr(policy, one.name) for one in fields(policy)}
	return {name: value if isinstance(value, bool) else str(value) for name, value in values.items()}


def policy_kept(kept: dict[str, object]) -> Policy:
	known = {one.name for one in fields(Policy)}
	return Policy(**{name: value for name, value in kept.items() if name in known})
