"""Who sold an order without a Sales Team: decided once, and kept (H1)."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from .facts import Pin, SellerRule, SoldPart
from .money import ZERO, whole_weights

#: net amount in company currency of what came of each quotation
Quoted = Mapping[str, Decimal]


def of_owner(seller: str | None) -> Pin | None:
	"""Nobody is no decision: who becomes a Sales Person later has the order then."""
	return Pin(SellerRule.OWNER, (SoldPart(seller),)) if seller else None


def of_quotations(quoted: Quoted, makers: Mapping[str, str | None], owner_seller: str | None) -> Pin | None:
	"""By who made the quotations that an order came of, in proportion to its rows of each.

	`makers`: the Sales Person of who made it, by quotation. None where no quotation was made by one.
	"""
	if not any(makers.get(quotation) for quotation in quoted):
		return None
	parts = tuple(
		SoldPart(makers.get(quotation) or owner_seller, amount, quotation, not makers.get(quotation))
		for quotation, amount in sorted(quoted.items())
	)
	return Pin(SellerRule.QUOTATION, _weighed(parts))


def of_original(original: Pin, rule: str, name: str) -> Pin:
	"""Whoever had the order that is amended or repeated."""
	return replace(original, rule=rule, source=name)


def following_rows(pin: Pin, quoted: Quoted) -> Pin:
	"""The same sellers, by what the rows of each quotation come to now. Rows that name none of them change nothing."""
	if len(pin.parts) < 2 or not any(part.quotation in quoted for part in pin.parts):
		return pin
	parts = tuple(replace(part, weight=quoted.get(part.quotation, ZERO)) for part in pin.parts)
	return replace(pin, parts=_weighed(parts, pin.parts))


def _weighed(parts: tuple[SoldPart, ...], before: tuple[SoldPart, ...] = ()) -> tuple[SoldPart, ...]:
	"""No weight below nil. Where nothing weighs anything: as before, or all the same."""
	weighed = tuple(replace(part, weight=max(part.weight, ZERO)) for part in parts)
	if any(part.weight for part in weighed):
		return weighed
	return before or tuple(replace(part, weight=Decimal(1)) for part in weighed)


#: The basis of what was decided before it was kept: it holds, whatever the order came of.
OF_BEFORE = "*"


def basis_of(quotations: Collection[str]) -> str:
	"""Of the quotations that an order says it came of, as short as it is kept; nothing for none."""
	if not quotations:
		return ""
	return hashlib.sha1("\n".join(sorted(quotations)).encode(), usedforsecurity=False).hexdigest()


def rests_on(pin: Pin, quotations: Collection[str]) -> bool:
	"""Whether a decision on a draft holds while it says that it came of these."""
	return pin.basis in (OF_BEFORE, basis_of(quotations))


def sold_parts(pin: Pin) -> Iterator[tuple[SoldPart, int]]:
	"""The parts that are somebody's, each with its weight as a whole number out of `whole`; those of nobody are missing."""
	return (
		(part, weight) for part, weight in zip(pin.parts, _weights(pin), strict=True) if part.sales_person
	)


def whole(pin: Pin) -> int:
	"""What the parts weigh together, nobody's among them."""
	return sum(_weights(pin))


def _weights(pin: Pin) -> list[int]:
	return whole_weights([part.weight for part in pin.parts])


def seller_renamed(pin: Pin, old: str, new: str) -> Pin:
	parts = (replace(part, sales_person=new) if part.sales_person == old else part for part in pin.parts)
	return replace(pin, parts=tuple(parts))


def quotation_renamed(pin: Pin, old: str, new: str) -> Pin:
	"""The basis too, where it is of the parts' own quotations."""
	parts = tuple(replace(part, quotation=new) if part.quotation == old else part for part in pin.parts)
	is_of_parts = pin.basis == basis_of(_quotations(pin.parts))
	return replace(pin, parts=parts, basis=basis_of(_quotations(parts)) if is_of_parts else pin.basis)


def _quotations(parts: Iterable[SoldPart]) -> set[str]:
	return {part.quotation for part in parts if part.quotation}
