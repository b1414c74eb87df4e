"""What the upsells of an order bring to each seller, for targets that count upsell revenue (U11)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .amounts import ALL, NOTHING, closed_part, part_text
from .credits import Credit, Rule
from .facts import ClosedCredit, Order, Policy, Trees, UpsellCharge, within
from .money import ZERO, from_minor, minor_of, rounded_to, shown
from .words import Reason, _, amount_text

#: A reason names so many charges and counts the rest.
NAMED_CHARGES = 5


@dataclass(frozen=True, slots=True)
class UpsellCredit(Credit):
	"""A seller's upsell revenue in an order, and what each charge brings of it; these add up to it."""

	charges: tuple[UpsellCharge, ...] = ()
	parts: tuple[Decimal, ...] = ()


def upsell_credits(order: Order, policy: Policy) -> tuple[UpsellCredit, ...]:
	"""One credit for each seller who has upsells in the order, in company currency before tax.

	Of a closed order each counts as far as the policy says: as its own row was delivered or billed (T8, M6).
	"""
	by_seller = _by_seller(charge for charge in order.upsells if _counts(order, policy, charge))
	return tuple(_credit(order, policy, seller, own) for seller, own in sorted(by_seller.items()))


def upsells_within(
	credit: UpsellCredit, item_group: str, trees: Trees
) -> tuple[Decimal, tuple[UpsellCharge, ...]]:
	"""The part of a seller's upsell revenue that falls on an item group or under it, and its charges.

	Item groups that do not overlap add up to the seller's whole.
	"""
	inside = [
		(charge, part)
		for charge, part in zip(credit.charges, credit.parts, strict=True)
		if within(trees.item_groups, charge.item_group, item_group)
	]
	return sum((part for _charge, part in inside), ZERO), tuple(charge for charge, _part in inside)


def _counts(order: Order, policy: Policy, charge: UpsellCharge) -> bool:
	"""Of a closed order, only a charge of which something was delivered or billed."""
	return order.status != "Closed" or charge.done is None or _part(order, policy, charge) > 0


def _part(order: Order, policy: Policy, charge: UpsellCharge) -> Fraction:
	if order.status == "Closed" and policy.closed == ClosedCredit.SHARE and charge.done is not None:
		return charge.done
	return closed_part(order, policy)


def _by_seller(charges: Iterable[UpsellCharge]) -> dict[str, list[UpsellCharge]]:
	by_seller: dict[str, list[UpsellCharge]] = defaultdict(list)
	for charge in charges:
		by_seller[charge.sales_person].append(charge)
	return by_seller


def _credit(order: Order, policy: Policy, seller: str, own: list[UpsellCharge]) -> UpsellCredit:
	exact = [Fraction(charge.net_amount) * _part(order, policy, charge) for charge in own]
	units = minor_of(sum(exact, NOTHING), order.precision)
	return UpsellCredit(
		sales_person=seller,
		amount=from_minor(units, order.precision),
		share_percentage=ZERO,
		rule=Rule.UPSELL,
		source_doctype="Sales Order",
		source_name=order.name,
		reasons=tuple(_why(order, policy, seller, own, units)),
		charges=tuple(own),
		parts=tuple(_parts(order, exact, units)),
	)


def _parts(order: Order, exact: Sequence[Fraction], units: int) -> list[Decimal]:
	"""What each charge is worth itself; the cents that rounding moves are settled among them."""
	parts = rounded_to(units, [amount * 10**order.precision for amount in exact])
	return [from_minor(part, order.precision) for part in parts]


def named(charges: Sequence[UpsellCharge], precision: int) -> str:
	"""The first charges with their net amounts, and how many more: words that fit, however long the order."""
	names = [
		f"{charge.charge_name} {amount_text(shown(charge.net_amount, precision))}"
		for charge in charges[:NAMED_CHARGES]
	]
	if len(charges) > NAMED_CHARGES:
		names.append(f"+ {len(charges) - NAMED_CHARGES}")
	return "; ".join(names)


def _why(order: Order, policy: Policy, seller: str, own: list[UpsellCharge], units: int) -> Iterator[Reason]:
	net = sum((charge.net_amount for charge in own), ZERO)
	whole = amount_text(shown(net, order.precision), order.currency)
	yield Reason(_("Upsells of {0}: {1}, net {2}."), (seller, named(own, order.precision), whole))
	parts = {_part(order, policy, charge) for charge in own}
	if parts == {ALL}:
		return
	amount = amount_text(from_minor(units, order.precision), order.currency)
	if any(charge.done is None for charge in own):
		yield Reason(
			_("The order is closed and counts for {0}: {1}."), (part_text(closed_part(order, policy)), amount)
		)
	else:
		yield Reason(_("The order is closed, and {0} of that was delivered or billed."), (amount,))
