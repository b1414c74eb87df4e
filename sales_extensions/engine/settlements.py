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
	amount: Decimal
	money: Fraction = ALL


def money_of_entry(balance_sheet: Decimal, profit_and_loss: Decimal) -> Fraction:
	"""The part of a Journal Entry that is money or another debt: what it books on income and expense is none."""
	whole = balance_sheet + profit_and_loss
	return Fraction(balance_sheet) / Fraction(whole) if whole else ALL


def money_of_payment(allocated: Decimal, deducted: Decimal) -> Fraction:
	"""The part of what a Payment Entry allocates that it did not take off as a discount or write-off."""
	return ALL - Fraction(deducted) / Fraction(allocated) if allocated else ALL


def payments_of(invoice: Voucher, owed: Decimal, settlements: Iterable[Settlement]) -> list[list[Part]]:
	"""The parts of each document that pays something of the invoice, in the order of days.

	`owed`: what the customer owed at first, in the currency of their account; below nil for a credit note. Parts are in
	company currency at the invoice's own rate.
	"""
	if not invoice.counts or not owed:
		return []
	parts, made = parts_of(invoice), []
	before, exact = NOTHING, NOTHING
	for one in sorted(settlements, key=lambda one: (_day(one, invoice), one.made, one.voucher_no)):
		exact += Fraction(one.amount) * one.money / Fraction(owed)
		after = min(exact, ALL)
		if one.amount:
			made.append(_paying(invoice, parts, one, before, after))
		before = after
	return [own for own in made if own]


def _day(one: Settlement, invoice: Voucher) -> date:
	"""What was paid in advance pays the invoice on the invoice's day."""
	return max(one.day, invoice.posting_date)


def _paying(
	invoice: Voucher, parts: Sequence[Part], one: Settlement, before: Fraction, after: Fraction
) -> list[Part]:
	shares = [_paid(parts, after, basis) for basis in AmountBasis]
	had = [_paid(parts, before, basis) for basis in AmountBasis]
	units = [
		{basis: shares[at][row] - had[at][row] for at, basis in enumerate(AmountBasis)}
		for row in range(len(parts))
	]
	voucher = _voucher(invoice, one, units, int(before < ALL <= after) - int(after < ALL <= before))
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
