"""What the upsells of an order bring to each seller, for targets that count upsell revenue (U11)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .amounts import HUNDRED, closed_share
from .credits import Credit, Rule
from .facts import Order, Policy, Trees, UpsellCharge, within
from .money import ZERO, from_minor, round_money, rounded_to, shown, to_minor
from .words import Reason, _, amount_text, percent_text

#: A reason names so many charges and counts the rest.
NAMED_CHARGES = 5


@dataclass(frozen=True, slots=True)
class UpsellCredit(Credit):
	"""A seller's upsell revenue in an order, and what each charge brings of it; these add up to it."""

	charges: tuple[UpsellCharge, ...] = ()
	parts: tuple[Decimal, ...] = ()


def upsell_credits(order: Order, policy: Policy) -> tuple[UpsellCredit, ...]:
	"""One credit for each seller who has upsells in the order, in company currency before tax.

	A closed order counts the share that the policy says, as it does for the other targets (T8).
	"""
	return tuple(_credit(order, policy, seller, own) for seller, own in sorted(_by_seller(order).items()))


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


def _share(order: Order, policy: Policy) -> Decimal:
	return closed_share(order, policy) if order.status == "Closed" else HUNDRED


def _by_seller(order: Order) -> dict[str, list[UpsellCharge]]:
	by_seller: dict[str, list[UpsellCharge]] = defaultdict(list)
	for charge in order.upsells:
		by_seller[charge.sales_person].append(charge)
	return by_seller


def _credit(order: Order, policy: Policy, seller: str, own: list[UpsellCharge]) -> UpsellCredit:
	net = sum((charge.net_amount for charge in own), ZERO)
	share = _share(order, policy)
	amount = round_money(net * share / HUNDRED, order.precision)
	return UpsellCredit(
		sales_person=seller,
		amount=amount,
		share_percentage=ZERO,
		rule=Rule.UPSELL,
		source_doctype="Sales Order",
		source_name=order.name,
		reasons=tuple(_why(order, seller, own, net, share, amount)),
		charges=tuple(own),
		parts=tuple(_parts(order, own, share, amount)),
	)


def _parts(order: Order, own: list[UpsellCharge], share: Decimal, amount: Decimal) -> list[Decimal]:
	"""What each charge is worth itself; the cents that rounding moves are settled among them."""
	scale = Fraction(share) / 100 * 10**order.precision
	exact = [Fraction(charge.net_amount) * scale for charge in own]
	units = rounded_to(to_minor(amount, order.precision), exact)
	return [from_minor(part, order.precision) for part in units]


def named(charges: Sequence[UpsellCharge], precision: int) -> str:
	"""The first charges with their net amounts, and how many more: words that fit, however long the order."""
	names = [
		f"{charge.charge_name} {amount_text(shown(charge.net_amount, precision))}"
		for charge in charges[:NAMED_CHARGES]
	]
	if len(charges) > NAMED_CHARGES:
		names.append(f"+ {len(charges) - NAMED_CHARGES}")
	return "; ".join(names)


def _why(order: Order, seller: str, own: list[UpsellCharge], net: Decimal, share: Decimal, amount: Decimal):
	whole = amount_text(shown(net, order.precision), order.currency)
	yield Reason(_("Upsells of {0}: {1}, net {2}."), (seller, named(own, order.precision), whole))
	if share != HUNDRED:
		yield Reason(
			_("The order is closed and counts for {0}: {1}."),
			(percent_text(share), amount_text(amount, order.currency)),
		)
