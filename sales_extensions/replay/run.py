"""The engine over all orders of a directory."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sales_extensions.engine import Attainment, Crediting, Key, Position, attain, credit, positions
from sales_extensions.engine.money import ZERO

from .facts import Facts


@dataclass(frozen=True)
class Entry:
	"""What stands for a seller in a target for an order. Amounts in company currency."""

	key: Key
	company: str
	posting_date: date
	position: Position


@dataclass
class Conservation:
	"""Sums in one currency over the orders that count, whether or not a target sees them (A4)."""

	orders: int = 0
	worth: Decimal = ZERO
	credited: Decimal = ZERO
	uncredited: Decimal = ZERO
	#: what was credited above the worth of orders with an overlay, and how many those are
	overlay: Decimal = ZERO
	overlays: int = 0

	@property
	def conserved(self) -> bool:
		return self.credited + self.uncredited == self.worth + self.overlay

	def add(self, crediting: Crediting) -> None:
		credited = sum((one.amount for one in crediting.credits), ZERO)
		self.orders += 1
		self.worth += crediting.worth.amount
		self.credited += credited
		self.uncredited += crediting.uncredited
		if crediting.overlay:
			self.overlays += 1
			self.overlay += credited - crediting.worth.amount


@dataclass(frozen=True)
class Replay:
	"""Entries sorted by target, order and seller."""

	entries: list[Entry]
	creditings: dict[str, Crediting]
	#: currency -> sums
	conservation: dict[str, Conservation] = field(default_factory=dict)


def replay(facts: Facts) -> Replay:
	creditings = {
		name: credit(order, facts.allocations.get(name), facts.policy) for name, order in facts.orders.items()
	}
	return Replay(_entries(facts, creditings), creditings, _conservation(facts, creditings))


def _entries(facts: Facts, creditings: dict[str, Crediting]) -> list[Entry]:
	found: dict[Key, Position] = {}
	for name, order in facts.orders.items():
		found.update(
			positions(order, creditings[name], facts.targets.values(), facts.dated.on(order.posting_date))
		)
	return [
		Entry(key, facts.targets[key.target].company, facts.orders[key.order].posting_date, found[key])
		for key in sorted(found, key=lambda key: (key.target, key.order, key.sales_person))
	]


def _conservation(facts: Facts, creditings: dict[str, Crediting]) -> dict[str, Conservation]:
	sums: dict[str, Conservation] = defaultdict(Conservation)
	for name, crediting in creditings.items():
		if crediting.worth.counts:
			sums[facts.orders[name].currency].add(crediting)
	return dict(sums)


def attainments(facts: Facts, result: Replay, as_of: date) -> dict[str, Attainment]:
	"""Where each target stands on a day, all entries counted: the sums, as on a site, are as of now."""
	amounts: dict[str, Decimal] = defaultdict(Decimal)
	counts: dict[str, int] = defaultdict(int)
	for entry in result.entries:
		amounts[entry.key.target] += entry.position.amount
		counts[entry.key.target] += entry.position.order_count
	return {
		name: attain(target, amounts[name], counts[name], as_of, facts.monthly.get(name))
		for name, target in facts.targets.items()
	}
