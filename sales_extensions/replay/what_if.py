"""What would become of one order if it were another way: asked of the engine, change by change (X3)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from sales_extensions.engine import (
	Allocation,
	Attainment,
	Basis,
	Crediting,
	Key,
	Order,
	OrderLine,
	Position,
	Reason,
	Share,
	Target,
	TeamMember,
	allocation_name,
	credit,
	pace_of,
	positions,
)
from sales_extensions.engine.amounts import CANCELLED, DRAFT, HUNDRED, SUBMITTED
from sales_extensions.engine.credits import Credit
from sales_extensions.engine.money import ZERO, round_money
from sales_extensions.engine.words import _, dated

from .facts import Facts
from .run import Replay

HALF = Decimal(50)


@dataclass(frozen=True, slots=True)
class Change:
	"""What is different, in words, and the order as it would be then."""

	words: Reason
	order: Order
	allocation: Allocation | None


@dataclass(frozen=True, slots=True)
class Outcome:
	"""What a change comes to: the order shared out anew, and where each target that it moves would stand."""

	change: Change
	crediting: Crediting
	#: seller -> credit, none for who has no longer any
	credits: dict[str, Credit | None]
	targets: dict[str, Attainment]


class WhatIf:
	"""Changes of single orders, all else being as it is. `day`: the one on which targets stand."""

	def __init__(self, facts: Facts, result: Replay, day: date):
		self.facts, self.result = facts, result
		self.paces = {
			name: pace_of(target, day, facts.monthly.get(name)) for name, target in facts.targets.items()
		}
		self.targets: dict[str, list[Target]] = defaultdict(list)
		for target in facts.targets.values():
			self.targets[target.company].append(target)
		self.standing: dict[str, dict[Key, Position]] = defaultdict(dict)
		self.sums: dict[str, tuple[Decimal, int]] = defaultdict(lambda: (ZERO, 0))
		for entry in result.entries:
			self.standing[entry.key.order][entry.key] = entry.position
			self.sums[entry.key.target] = _added(self.sums[entry.key.target], [entry.position])

	def outcomes(self, name: str) -> list[Outcome]:
		"""Those of the changes that can be made to this order."""
		order, allocation = self.facts.orders[name], self.facts.allocations.get(name)
		colleague = self._colleague(order, self.result.creditings[name])
		changes = changes_of(order, allocation, self.result.creditings[name], colleague)
		return [self._outcome(change) for change in changes]

	def _outcome(self, change: Change) -> Outcome:
		before = self.result.creditings[change.order.name]
		crediting = credit(change.order, change.allocation, self.facts.policy)
		now = {one.sales_person: one for one in crediting.credits if crediting.worth.counts}
		had = [one.sales_person for one in before.credits if before.worth.counts]
		return Outcome(
			change, crediting, {**dict.fromkeys(had), **now}, dict(self._moved(change.order, crediting))
		)

	def _moved(self, order: Order, crediting: Crediting) -> Iterator[tuple[str, Attainment]]:
		before = self.standing[order.name]
		after = positions(
			order, crediting, self.targets[order.company], self.facts.dated.on(order.posting_date)
		)
		for name in sorted({key.target for key in (*before, *after)}):
			sums = _added(_added(self.sums[name], _of(name, after)), _of(name, before), -1)
			then = self.paces[name].attained(*sums)
			if then != self.paces[name].attained(*self.sums[name]):
				yield name, then

	def _colleague(self, order: Order, crediting: Crediting) -> str | None:
		"""Who could share in the order: the next in the same group as the one who has most of it."""
		having = {one.sales_person for one in crediting.credits}
		if not having:
			return None
		first = max(crediting.credits, key=lambda one: (one.amount, one.sales_person)).sales_person
		group = self._beside.get(self._above(first), [])
		others = [name for name in group if name > first] + [name for name in group if name < first]
		return next((name for name in others if name not in having), None)

	@cached_property
	def _beside(self) -> dict[frozenset[str], list[str]]:
		sellers = self.facts.trees.sellers
		groups = {above for name, path in sellers.items() for above in path if above != name}
		found: dict[frozenset[str], list[str]] = defaultdict(list)
		for name in sorted(sellers.keys() - groups):
			found[self._above(name)].append(name)
		return found

	def _above(self, seller: str) -> frozenset[str]:
		return self.facts.trees.sellers.get(seller, frozenset()) - {seller}


def _of(target: str, positions: dict[Key, Position]) -> list[Position]:
	return [position for key, position in positions.items() if key.target == target]


def _added(sums: tuple[Decimal, int], some: Iterable[Position], sign: int = 1) -> tuple[Decimal, int]:
	amount, count = sums
	for position in some:
		amount, count = amount + sign * position.amount, count + sign * position.order_count
	return amount, count


# --- the changes --------------------------------------------------------------------------------


def changes_of(
	order: Order, allocation: Allocation | None, crediting: Crediting, colleague: str | None
) -> Iterator[Change]:
	"""In the order in which they are shown."""
	if order.docstatus == CANCELLED:
		return
	yield from _of_state(order, allocation)
	yield from _of_amount(order, allocation)
	yield _next_month(order, allocation)
	yield from _of_sellers(order, allocation, crediting, colleague)


def _of_state(order: Order, allocation: Allocation | None) -> Iterator[Change]:
	if order.docstatus == DRAFT:
		yield Change(Reason(_("It is submitted.")), replace(order, docstatus=SUBMITTED), allocation)
		return
	yield Change(Reason(_("It is cancelled.")), replace(order, docstatus=CANCELLED), allocation)
	if order.status == "Closed":
		yield Change(Reason(_("It is not closed after all.")), replace(order, status=""), allocation)
	else:
		closed = replace(_unknown(order), status="Closed", per_delivered=HALF, per_billed=ZERO)
		yield Change(Reason(_("It is closed with half of it delivered.")), closed, allocation)


def _unknown(order: Order) -> Order:
	"""Rows and charges of which the files say what was done would outdo the percentage that is asked about."""
	return replace(
		order,
		lines=tuple(replace(line, done_amount=None) for line in order.lines),
		upsells=tuple(replace(charge, done=None) for charge in order.upsells),
	)


def _of_amount(order: Order, allocation: Allocation | None) -> Iterator[Change]:
	yield Change(Reason(_("It is for 10 % less.")), scaled(order, 90), allocation)
	yield Change(Reason(_("It is for 10 % more.")), scaled(order, 110), allocation)


def scaled(order: Order, percentage: int) -> Order:
	"""The order with all its amounts at a percentage of what they are."""
	part = Decimal(percentage) / HUNDRED
	return replace(
		order,
		grand_total=round_money(order.grand_total * part, order.precision),
		net_total=round_money(order.net_total * part, order.precision),
		lines=tuple(_scaled_line(line, Fraction(percentage, 100)) for line in order.lines),
		upsells=tuple(replace(charge, net_amount=charge.net_amount * part) for charge in order.upsells),
	)


def _scaled_line(line: OrderLine, part: Fraction) -> OrderLine:
	done = None if line.done_amount is None else line.done_amount * part
	return replace(line, net_amount=Fraction(line.net_amount) * part, done_amount=done)


def _next_month(order: Order, allocation: Allocation | None) -> Change:
	day = order.posting_date
	year, month = divmod(day.year * 12 + day.month, 12)
	first = date(year, month + 1, 1)
	words = Reason(dated(_("Its date is {0}."), 0), (first.isoformat(),))
	return Change(words, replace(order, posting_date=first), allocation)


def _of_sellers(
	order: Order, allocation: Allocation | None, crediting: Crediting, colleague: str | None
) -> Iterator[Change]:
	if allocation:
		yield Change(Reason(_("It is not allocated.")), order, None)
	elif len(crediting.credits) > 1:
		first = max(crediting.credits, key=lambda one: one.amount).sales_person
		alone = replace(order, team=(TeamMember(first, HUNDRED),))
		yield Change(Reason(_("{0} is its only seller."), (first,)), alone, None)
	if colleague:
		half = Allocation(allocation_name(order.name), (Share(colleague, Basis.PERCENTAGE, HALF),))
		yield Change(Reason(_("Half of it is allocated to {0}."), (colleague,)), order, half)
