"""How much of what a new row holds was sold before (U4, U6, U11).

What is sold more is an upsell; what is only written differently is not. So a row that is new, or an upsell that
grows where it stands, is set against the quantity of the same item that was there before: what the same save takes
from other rows or drops with them, and for a new row what the order's quotations offer and nobody has taken yet. In
stock units, so that a box is ten pieces.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Generic, TypeVar

from .money import ZERO

#: who held a quantity before: a credit, or a quotation's row
Holder = TypeVar("Holder")


class Kind(IntEnum):
	"""Where a quantity was before, in the order in which new rows use it up."""

	QUOTED = 0
	REDUCED = 1
	DROPPED = 2


@dataclass(slots=True)
class Free(Generic[Holder]):
	"""A quantity of an item that was sold before and that no row of before holds any more.

	`of` is who held it. `is_upsell`: it was sold as more than before already then.
	"""

	kind: Kind
	of: Holder
	qty: Decimal
	is_upsell: bool = False
	#: only at this rate: of an alternative
	rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Part(Generic[Holder]):
	of: Holder
	kind: Kind
	qty: Decimal
	is_upsell: bool


@dataclass(frozen=True, slots=True)
class Cover(Generic[Holder]):
	"""What of a new row was sold before."""

	qty: Decimal
	parts: tuple[Part[Holder], ...] = ()

	@property
	def covered(self) -> Decimal:
		return sum((part.qty for part in self.parts), ZERO)

	@property
	def is_more(self) -> bool:
		"""Something in the row is sold beyond what was there before."""
		return self.covered < self.qty

	@property
	def base(self) -> Decimal:
		"""What was sold before and was no upsell then."""
		return sum((part.qty for part in self.parts if not part.is_upsell), ZERO)

	@property
	def upsold(self) -> Decimal:
		"""What was sold before, and was an upsell then."""
		return self.covered - self.base

	@property
	def giver(self) -> Part[Holder] | None:
		"""Whose row or quotation goes on in this one: of several the largest part. None where all of it was dropped."""
		going_on = [part for part in self.parts if part.kind != Kind.DROPPED]
		return max(going_on, key=lambda part: part.qty, default=None)


class Pool(Generic[Holder]):
	"""What is free of each item, used up row by row."""

	def __init__(self, free: Iterable[tuple[str, Free[Holder]]]):
		self._free: dict[str, list[Free[Holder]]] = defaultdict(list)
		for item, one in free:
			if one.qty > 0:
				self._free[item].append(one)
		for own in self._free.values():
			own.sort(key=lambda one: (one.kind, one.is_upsell))

	def take(self, item: str, qty: Decimal, rate: Decimal | None = None) -> Cover[Holder]:
		parts, left = [], qty
		for one in self._free.get(item, ()):
			taken = min(left, one.qty)
			if taken <= 0 or (one.rate is not None and one.rate != rate):
				continue
			one.qty -= taken
			left -= taken
			parts.append(Part(one.of, one.kind, taken, one.is_upsell))
		return Cover(qty, tuple(parts))


@dataclass(frozen=True, slots=True)
class Held(Generic[Holder]):
	"""A row of before: how much of its item it held, what of that was no upsell, and how much it holds now."""

	of: Holder
	item: str
	qty: Decimal
	base: Decimal
	now: Decimal
	dropped: bool


@dataclass(frozen=True, slots=True)
class Grown:
	"""A row of before that holds more than it did: its item, and how much more."""

	row: str
	item: str
	qty: Decimal


def freed(
	rows: Collection[Held[Holder]], grown: Iterable[Grown]
) -> tuple[list[tuple[str, Free[Holder]]], dict[str, Cover[Holder]]]:
	"""What the rows of before hold no more, and what of it those of them have that have grown: these come first."""
	found = []
	for row in rows:
		kind = Kind.DROPPED if row.dropped else Kind.REDUCED
		base = max(ZERO, row.base - row.now)  # what was sold first is kept longest
		more = max(ZERO, row.qty - row.now) - base
		found += [(row.item, Free(kind, row.of, base)), (row.item, Free(kind, row.of, more, is_upsell=True))]
	pool = Pool(found)
	covers = {one.row: pool.take(one.item, one.qty) for one in grown}
	return [(item, one) for item, one in found if one.qty > 0], covers
