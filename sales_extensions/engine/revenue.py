"""What the upsells of an order bring to each seller, for targets that count upsell revenue (U11)."""

from collections import defaultdict
from decimal import Decimal

from .amounts import HUNDRED, closed_share
from .credits import Credit, Rule
from .facts import Order, Policy, Trees, UpsellCharge, within
from .money import ZERO, apportion, from_minor, percent_units, round_money, shown, to_minor
from .words import Reason, _, amount_text, percent_text

#: A reason names so many charges and counts the rest.
NAMED_CHARGES = 5


def upsell_credits(order: Order, policy: Policy) -> tuple[Credit, ...]:
	"""One credit for each seller who has upsells in the order, in company currency before tax.

	A closed order counts the share that the policy says, as it does for the other targets (T8).
	"""
	return tuple(_credit(order, policy, seller, own) for seller, own in sorted(_by_seller(order).items()))


def upsells_within(
	order: Order, credit: Credit, item_group: str, trees: Trees
) -> tuple[Decimal, list[UpsellCharge]]:
	"""The part of a seller's upsell revenue that falls on an item group or under it, and its charges.

	The seller's amount is spread over their charges, so that item groups that do not overlap add up to it.
	"""
	own = _by_seller(order)[credit.sales_person]
	weights = [percent_units(charge.net_amount) for charge in own]
	if sum(weights) == 0:
		weights = [1] * len(own)
	spread = apportion(to_minor(credit.amount, order.precision), weights)
	inside = [n for n, charge in enumerate(own) if within(trees.item_groups, charge.item_group, item_group)]
	return from_minor(sum(spread[n] for n in inside), order.precision), [own[n] for n in inside]


def _by_seller(order: Order) -> dict[str, list[UpsellCharge]]:
	by_seller: dict[str, list[UpsellCharge]] = defaultdict(list)
	for charge in order.upsells:
		by_seller[charge.sales_person].append(charge)
	return by_seller


def _credit(order: Order, policy: Policy, seller: str, own: list[UpsellCharge]) -> Credit:
	net = sum((charge.net_amount for charge in own), ZERO)
	share = closed_share(order, policy) if order.status == "Closed" else HUNDRED
	amount = round_money(net * share / HUNDRED, order.precision)
	return Credit(
		sales_person=seller,
		amount=amount,
		share_percentage=ZERO,
		rule=Rule.UPSELL,
		source_doctype="Sales Order",
		source_name=order.name,
		reasons=tuple(_why(order, seller, own, net, share, amount)),
	)


def _why(order: Order, seller: str, own: list[UpsellCharge], net: Decimal, share: Decimal, amount: Decimal):
	named = [
		f"{charge.charge_name} {amount_text(shown(charge.net_amount, order.precision))}"
		for charge in own[:NAMED_CHARGES]
	]
	if len(own) > NAMED_CHARGES:
		named.append(f"+ {len(own) - NAMED_CHARGES}")
	whole = amount_text(shown(net, order.precision), order.currency)
	yield Reason(_("Upsells of {0}: {1}, net {2}."), (seller, "; ".join(named), whole))
	if share != HUNDRED:
		yield Reason(
			_("The order is closed and counts for {0}: {1}."),
			(percent_text(share), amount_text(amount, order.currency)),
		)
