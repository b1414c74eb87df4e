"""What is paid of an invoice, and who is credited with it (M2).

An invoice is paid as far as money has come in for it: in the currency of the customer's account, so that no difference
of exchange is a payment, and without what was written off or taken off as a discount. Each settlement is a document of
its own, on its own day, that brings what is paid with it less what was paid before: so all that settles an invoice in
full brings what the invoice brought, to the cent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .documents import Part, Voucher, parts_of
from .facts import AmountBasis, Measure
from .money import apportion, from_minor

NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Settlement:
	"""What a document settles of an invoice, in the currency of the customer's account; below nil where it gives back.

	`money`: the part of it that is money: not written off, not taken off as a discount. `made`: when, for the order.
	"""

	voucher_type: str
	voucher_no: str
	day: date
	made: str
	amount: Decimal | Fraction
	money: Fraction = ALL


def money_of_entry(balance_sheet: Decimal, profit_and_loss: Decimal) -> Fraction:
	"""The part of a Journal Entry that is money or another debt: what it books on income and expense is none."""
	whole = balance_sheet + profit_and_loss
	return _part(Fraction(balance_sheet) / Fraction(whole)) if whole else ALL


def money_of_payment(allocated: Decimal, deducted: Decimal) -> Fraction:
	"""The part of what a Payment Entry allocates that it did not take off as a discount or write-off."""
	return _part(ALL - Fraction(deducted) / Fraction(allocated)) if allocated else ALL


def till_of(
	owed: Decimal, total: Decimal, paid: Decimal, written_off: Decimal
) -> tuple[Fraction, Fraction] | None:
	"""What an invoice settles of itself, as its payments say, and the part of that which is money. None: nothing.

	`owed`: in the currency of the customer's account; the others in company currency, `paid` without what was given back.
	"""
	settled = paid + written_off
	if not total or not settled:
		return None
	return Fraction(owed) * Fraction(settled) / Fraction(total), _part(Fraction(paid) / Fraction(settled))


def _part(share: Fraction) -> Fraction:
	"""Never more than what it settles: what else the document books is not about the invoice."""
	return max(NOTHING, min(share, ALL))


def payments_of(invoice: Voucher, owed: Decimal, settlements: Iterable[Settlement]) -> list[list[Part]]:
	"""The parts of each document that pays something of the invoice, in the order of days.

	`owed`: what the customer owed at first, in the currency of their account; below nil for a credit note. Parts are in
	company currency at the invoice's own rate.
	"""
	if not invoice.counts or not owed:
		return []
	parts, made = parts_of(invoice), []
	before = Paid()
	for one in sorted(settlements, key=lambda one: (_day(one, invoice), one.made, one.voucher_no)):
		settled = Fraction(one.amount) / Fraction(owed)
		after = Paid(before.money + settled * one.money, before.settled + settled)
		own = _paying(invoice, parts, one, before, after)
		if own and (own[0].voucher.times or any(units for part in own for units in part.units.values())):
			made.append(own)
		before = after
	return made


@dataclass(frozen=True, slots=True)
class Paid:
	"""How much of an invoice is paid, and how much is settled, be it by a write-off, a discount or a credit note."""

	money: Fraction = NOTHING
	settled: Fraction = NOTHING

	@property
	def share(self) -> Fraction:
		return min(self.money, ALL)

	@property
	def in_full(self) -> bool:
		"""Whether it counts as a paid invoice: nothing is owed any more, and money came in."""
		return self.settled >= ALL and self.money > NOTHING


def _day(one: Settlement, invoice: Voucher) -> date:
	"""What was paid in advance pays the invoice on the invoice's day."""
	return max(one.day, invoice.posting_date)


def _paying(
	invoice: Voucher, parts: Sequence[Part], one: Settlement, before: Paid, after: Paid
) -> list[Part]:
	shares = [_paid(parts, after.share, basis) for basis in AmountBasis]
	had = [_paid(parts, before.share, basis) for basis in AmountBasis]
	units: list[dict[str, int]] = [
		{basis: shares[at][row] - had[at][row] for at, basis in enumerate(AmountBasis)}
		for row in range(len(parts))
	]
	voucher = _voucher(invoice, one, units, int(after.in_full) - int(before.in_full))
	return [replace(part, voucher=voucher, units=units[row]) for row, part in enumerate(parts)]


def _paid(parts: Sequence[Part], share: Fraction, basis: str) -> list[int]:
	"""What is paid of each part, in minor units: all together rounded once."""
	weights = [part.units[basis] for part in parts]
	whole = sum(weights)
	if not whole:
		return [0] * len(parts)
	total = abs(whole) * share
	units = int(total + Fraction(1, 2)) if total >= 0 else -int(-total + Fraction(1, 2))
	return apportion(units if whole > 0 else -units, weights)


def _voucher(invoice: Voucher, one: Settlement, units: Sequence[Mapping[str, int]], times: int) -> Voucher:
	grand, net = (
		from_minor(sum(part[basis] for part in units), invoice.precision)
		for basis in (AmountBasis.GRAND_TOTAL, AmountBasis.NET_TOTAL)
	)
	day = _day(one, invoice)
	return replace(
		invoice,
		voucher_type=one.voucher_type,
		name=one.voucher_no,
		posting_date=day,
		grand_total=grand,
		net_total=net,
		measures=frozenset({Measure.PAID}),
		made=(str(day), one.made),
		is_return=False,
		against=invoice.id,
		times=0 if invoice.is_return else times,
	)
