"""Which targets make up a seller's figures, so that no order is counted twice (T6, D3, X4).

Targets overlap: a year beside its months, a team beside its sellers. On each day, for a node of the tree of
sellers:

1. A target that names the node, alone or with others under it, stands for the node and all under it. Of several
   the one with the shortest period: the months, not the year they lie in.
2. Else joint targets of sellers under the node stand for those they name, each seller being in one of them;
   and for the others what stands for each node below, by this same rule.
3. A seller for whom no target stands has a result without a goal: their part of the nearest target above, or of
   a joint one.

So each seller under a node has their results of a day counted exactly once, if any target counts them at all.
What is compared here has the same type, company and filters.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, pairwise

from .attainment import due_by
from .facts import Target
from .money import ZERO, beyond

DAY = timedelta(days=1)
Monthly = Mapping[int, Decimal] | None


class SellerTree:
	"""Sellers and their groups: `parents` has each name's group, None for a root, in the order to show."""

	def __init__(self, parents: Mapping[str, str | None]):
		self.parents = parents

	@cached_property
	def children(self) -> Mapping[str | None, list[str]]:
		found: dict[str | None, list[str]] = defaultdict(list)
		for name, parent in self.parents.items():
			found[parent if parent in self.parents else None].append(name)
		return found

	def path(self, name: str) -> tuple[str, ...]:
		"""From `name` up to its root; a name that is not in the tree stands alone."""
		found = [name]
		while (parent := self.parents.get(found[-1])) and parent in self.parents and parent not in found:
			found.append(parent)
		return tuple(found)

	def lowest_over(self, names: Iterable[str]) -> str | None:
		"""The lowest node that has all of them under it or is it itself."""
		first, *others = (self.path(name) for name in names)
		return next((node for node in first if all(node in path for path in others)), None)

	def under(self, name: str) -> Iterator[str]:
		"""`name` and all below it, groups before their members."""
		yield name
		for child in self.children.get(name, ()):
			yield from self.under(child)


@dataclass(frozen=True, slots=True)
class Span:
	"""Days on which a target stands for a node; or on which one seller has a part in it, without a goal."""

	target: Target
	first: date
	last: date
	seller: str | None = None


class RollUp:
	"""The rule above, for some targets in a tree of sellers."""

	def __init__(self, targets: Iterable[Target], tree: SellerTree):
		self.tree = tree
		self.own: dict[str | None, list[Target]] = defaultdict(list)
		self.joint: dict[str | None, list[Target]] = defaultdict(list)
		self.naming: dict[str, list[Target]] = defaultdict(list)
		for target in targets:
			node = tree.lowest_over(target.assignees)
			(self.own if node in target.assignees else self.joint)[node].append(target)
			for seller in set(target.assignees):
				self.naming[seller].append(target)

	def spans(self, node: str, first: date, last: date) -> list[Span]:
		"""What makes up the node's figures from `first` to `last`, both included."""
		return _joined(self._standing(node, first, last, frozenset()))

	def _standing(self, node: str, first: date, last: date, taken: frozenset[str]) -> Iterator[Span]:
		own, joint = self.own.get(node, []), self.joint.get(node, [])
		if taken and any(node in self.tree.path(seller) for seller in taken):
			own = []  # a part of it is counted elsewhere
		for start, end in _cut(first, last, [*own, *joint]):
			target = _narrowest(own, start)
			if target:
				yield Span(target, start, end)
			else:
				yield from self._below(node, start, end, taken)

	def _below(self, node: str, first: date, last: date, taken: frozenset[str]) -> Iterator[Span]:
		for target in self._apart(_covering(self.joint.get(node, []), first), taken):
			yield Span(target, first, last)
			taken |= set(target.assignees)
		yield from self._parts(node, first, last)
		for child in self.tree.children.get(node, ()):
			if child not in taken:
				yield from self._standing(child, first, last, taken)

	def _apart(self, targets: list[Target], taken: frozenset[str]) -> Iterator[Target]:
		"""Of joint targets those that have no seller in common, the shortest periods first."""
		for target in sorted(targets, key=_by_length):
			if not any(self._related(one, other) for one in target.assignees for other in taken):
				yield target
				taken |= set(target.assignees)

	def _related(self, one: str, other: str) -> bool:
		return one in self.tree.path(other) or other in self.tree.path(one)

	def _parts(self, seller: str, first: date, last: date) -> Iterator[Span]:
		"""What the seller has, days without a target of theirs, in the nearest target that counts them."""
		path = self.tree.path(seller)
		reaching = [target for node in path for target in self.naming.get(node, ())]
		for start, end in _cut(first, last, reaching):
			for node in path:
				target = _narrowest(self.naming.get(node, []), start)
				if target:
					yield Span(target, start, end, seller)
					break


class DatedRollUp:
	"""The rule above in a tree that changes: of each day in the tree as it was (H2).

	`trees`: each with the first day on which it holds, in the order of days; the first holds before that too.
	"""

	def __init__(self, targets: Iterable[Target], trees: Sequence[tuple[date, SellerTree]]):
		self._targets = tuple(targets)
		self._trees = trees
		self._made: dict[int, RollUp] = {}

	def spans(self, node: str, first: date, last: date) -> list[Span]:
		"""What makes up the node's figures from `first` to `last`, both included."""
		pieces = (
			self._rollup(number).spans(node, start, end)
			for number, start, end in self._pieces(node, first, last)
		)
		return _joined(span for piece in pieces for span in piece)

	def _pieces(self, node: str, first: date, last: date) -> Iterator[tuple[int, date, date]]:
		"""The days in pieces on which what is above the node and under it is the same, each with a tree that says so."""
		edges = [0, *(number for number, moved in enumerate(self._concerned, 1) if node in moved)]
		for number, following in zip(edges, [*edges[1:], None], strict=True):
			start = max(first, self._trees[number][0]) if number else first
			end = last if following is None else min(last, self._trees[following][0] - DAY)
			if start <= end:
				yield number, start, end

	@cached_property
	def _concerned(self) -> list[set[str]]:
		"""For each tree but the first, the nodes for which it is another than the one before."""
		return [_concerned(before, after) for (_start, before), (_day, after) in pairwise(self._trees)]

	def _rollup(self, number: int) -> RollUp:
		if number not in self._made:
			self._made[number] = RollUp(self._targets, self._trees[number][1])
		return self._made[number]


def _concerned(before: SellerTree, after: SellerTree) -> set[str]:
	"""Who moved, and all above and under them, as they were and as they are."""
	known = {**before.parents, **after.parents}
	moved = [name for name in known if before.parents.get(name) != after.parents.get(name)]
	return {
		node for name in moved for tree in (before, after) for node in (*tree.path(name), *tree.under(name))
	}


def _by_length(target: Target) -> tuple[int, str]:
	return (target.to_date - target.from_date).days, target.name


def stands_first(one: Target, other: Target) -> Target:
	"""Which of two targets of the same sellers stands for them on the days of both."""
	return min(one, other, key=_by_length)


def _covering(targets: Iterable[Target], day: date) -> list[Target]:
	return [target for target in targets if target.from_date <= day <= target.to_date]


def _narrowest(targets: Iterable[Target], day: date) -> Target | None:
	return min(_covering(targets, day), key=_by_length, default=None)


def _cut(first: date, last: date, targets: Iterable[Target]) -> Iterator[tuple[date, date]]:
	"""The days from `first` to `last`, in pieces on which the same of these targets run."""
	edges = {first, last + DAY}
	for target in targets:
		edges.update(day for day in (target.from_date, target.to_date + DAY) if first < day <= last)
	for start, following in pairwise(sorted(edges)):
		yield start, following - DAY


def _joined(spans: Iterable[Span]) -> list[Span]:
	"""Pieces that follow each other made one."""
	found: list[Span] = []
	open_ends: dict[tuple[str, str | None], int] = {}
	for span in spans:
		key = (span.target.name, span.seller)
		at = open_ends.get(key)
		if at is not None and found[at].last + DAY == span.first:
			found[at] = Span(span.target, found[at].first, span.last, span.seller)
		else:
			open_ends[key] = len(found)
			found.append(span)
	return found


# --- figures ------------------------------------------------------------------------------------


#: days of a target on which it stands for a node: target, seller or None for all, first and last day
Piece = tuple[str, str | None, date, date]


@dataclass(frozen=True, slots=True)
class Shared:
	"""Of a target, the orders of which a seller has a part only: the day and the seller with whom each counts as one.

	Three lists of the same length, in the order of days, which are ordinals: there may be very many.
	"""

	days: Sequence[int] = ()
	sellers: Sequence[str] = ()
	orders: Sequence[str] = ()

	def between(self, first: date, last: date, sellers: Container[str] | None) -> Sequence[str]:
		part = slice(bisect_left(self.days, first.toordinal()), bisect_right(self.days, last.toordinal()))
		if sellers is None:
			return self.orders[part]
		pairs = zip(self.sellers[part], self.orders[part], strict=True)
		return [order for seller, order in pairs if seller in sellers]


@dataclass(frozen=True, slots=True)
class Overlay:
	"""What a seller has in a target of an order of which more is credited than it is worth there."""

	target: str
	sales_person: str
	day: date
	order: str
	amount: Decimal
	worth: Decimal


class SharedOrders:
	"""Orders that several sellers share, each of whom may have a target of their own: who adds these targets up must
	count such an order once.

	`sellers`: those whose credits count here; None is all.
	"""

	def __init__(
		self,
		counted: Mapping[str, Shared] | None = None,
		overlays: Iterable[Overlay] = (),
		sellers: Container[str] | None = None,
	):
		self._counted = counted or {}
		self._sellers = sellers
		self._overlays: dict[str, list[Overlay]] = defaultdict(list)
		for one in overlays:
			self._overlays[one.target].append(one)

	def counted_twice(self, pieces: Iterable[Piece]) -> tuple[Decimal, int]:
		"""By how much amount and number of orders are too much where these are added up."""
		number, orders = 0, set[str]()
		overlays: dict[str, list[Overlay]] = defaultdict(list)
		for target, seller, first, last in pieces:
			sellers = self._sellers if seller is None else (seller,)
			some = self._counted.get(target, Shared()).between(first, last, sellers)
			number += len(some)
			orders.update(some)
			for one in self._overlays.get(target, ()):
				if first <= one.day <= last and (sellers is None or one.sales_person in sellers):
					overlays[one.order].append(one)
		return sum(map(_too_much, overlays.values()), ZERO), number - len(orders)


def _too_much(overlays: Sequence[Overlay]) -> Decimal:
	"""What sellers have of one order, above what it is worth."""
	worth = max((one.worth for one in overlays), key=abs)
	return beyond(sum((one.amount for one in overlays), ZERO), worth)


class DaySums:
	"""What the ledger has for each target and seller by day: sums between two days without going through all.

	Rows are (target, seller, day, amount, order_count), in any order.
	"""

	def __init__(
		self, rows: Iterable[tuple[str, str, date, Decimal, int]], shared: SharedOrders | None = None
	):
		self.shared = shared or SharedOrders()
		days: dict[tuple[str, str | None], list[tuple[date, Decimal, int]]] = defaultdict(list)
		for target, seller, day, amount, count in rows:
			days[target, seller].append((day, amount, count))
			days[target, None].append((day, amount, count))
		self._days = {}
		for key, found in days.items():
			found.sort(key=lambda row: row[0])
			self._days[key] = (
				[row[0] for row in found],
				[ZERO, *accumulate(row[1] for row in found)],
				[0, *accumulate(row[2] for row in found)],
			)

	def between(self, target: str, seller: str | None, first: date, last: date) -> tuple[Decimal, int]:
		"""Amount and number of orders of a seller, or of all, both days included."""
		if (target, seller) not in self._days:
			return ZERO, 0
		days, amounts, counts = self._days[target, seller]
		start = bisect_left(days, first)
		end = max(start, bisect_right(days, last))
		return amounts[end] - amounts[start], counts[end] - counts[start]


@dataclass(frozen=True, slots=True)
class Standing:
	"""Goal, what was due by today, and results of some days. Goal and due are money, or orders."""

	goal: Decimal = ZERO
	expected: Decimal = ZERO
	amount: Decimal = ZERO
	order_count: int = 0

	def __add__(self, other: "Standing") -> "Standing":
		return Standing(
			self.goal + other.goal,
			self.expected + other.expected,
			self.amount + other.amount,
			self.order_count + other.order_count,
		)


def standing(
	spans: Iterable[Span],
	first: date,
	last: date,
	today: date,
	sums: DaySums,
	monthly: Mapping[str, Monthly],
) -> Standing:
	"""What these spans come to from `first` to `last`. `monthly`: percentages by month, by name of target.

	The part of a goal that falls on some days is what is due by their end less what was due before, so that
	parts add up to the goal exactly. An order that is in several targets counts once.
	"""
	total = Standing()
	pieces: list[Piece] = []
	for span in spans:
		start, end = max(first, span.first), min(last, span.last)
		if start > end:
			continue
		amount, count = sums.between(span.target.name, span.seller, start, end)
		goal = expected = ZERO
		if span.seller is None:
			percentages = monthly.get(span.target.name)
			before = due_by(span.target, start - DAY, percentages)
			goal = due_by(span.target, end, percentages) - before
			expected = due_by(span.target, min(end, today), percentages) - before if today >= start else ZERO
		total += Standing(goal, expected, amount, count)
		pieces.append((span.target.name, span.seller, start, end))
	if len(pieces) < 2:
		return total
	amount, count = sums.shared.counted_twice(pieces)
	return total + Standing(amount=-amount, order_count=-count)
