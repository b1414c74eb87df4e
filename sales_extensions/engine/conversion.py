"""Figures of upsell tracking: what is quoted, what becomes an order, and what that brings (U11).

A quoted charge is converted once, however many orders and invoices take it up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .money import ZERO

HUNDRED = Decimal(100)
RATE_QUANTUM = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tally:
	"""Figures of some charges. Revenue in company currency, net of tax."""

	quoted: int = 0
	converted: int = 0
	ordered: int = 0
	upsells: int = 0
	upsell_revenue: Decimal = ZERO
	revenue: Decimal = ZERO
	#: Of those quoted and ordered: who earned them was not noted, and is taken to be who made the document.
	inferred: int = 0

	def __add__(self, other: "Tally") -> "Tally":
		return Tally(
			self.quoted + other.quoted,
			self.converted + other.converted,
			self.ordered + other.ordered,
			self.upsells + other.upsells,
			self.upsell_revenue + other.upsell_revenue,
			self.revenue + other.revenue,
			self.inferred + other.inferred,
		)

	@property
	def rate(self) -> Decimal | None:
		return conversion_rate(self.converted, self.quoted)


def conversion_rate(converted: int, quoted: int) -> Decimal | None:
	"""`converted` as a percentage of `quoted`, to two decimals; None where nothing was quoted."""
	if not quoted:
		return None
	return (Decimal(converted) * HUNDRED / Decimal(quoted)).quantize(RATE_QUANTUM, ROUND_HALF_UP)


def merged(*parts: Mapping[str, Tally]) -> dict[str, Tally]:
	"""The figures of each key, whichever of the parts have it."""
	found: dict[str, Tally] = {}
	for part in parts:
		for key, tally in part.items():
			found[key] = found.get(key, Tally()) + tally
	return found


def total(tallies: Iterable[Tally]) -> Tally:
	return sum(tallies, Tally())
