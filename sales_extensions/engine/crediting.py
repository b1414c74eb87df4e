"""Who is credited with an order, and with how much (A1, A3, A4, A5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .amounts import Worth, worth
from .credits import Credit, Rule
from .facts import Allocation, Basis, Order, Pin, Policy, RemainderTo, SellerRule, Share, SoldPart
from .money import HUNDRED_PERCENT, ZERO, apportion, from_minor, percent_units, round_money, shown, to_minor
from .pinning import sold_parts, whole
from .revenue import UpsellCredit, upsell_credits
from .words import Reason, _, amount_text, percent_text


@dataclass(frozen=True, slots=True)
class Cut:
	"""A fixed amount that the order can no longer bear in full (A5)."""

	row: int
	sales_person: str
	agreed: Decimal
	granted: Decimal


@dataclass(frozen=True, slots=True)
class Crediting:
	"""An order shared out. Credits and `uncredited` add up to the order's worth, unless `overlay` (A4)."""

	worth: Worth
	credits: tuple[Credit, ...]
	uncredited: Decimal
	overlay: bool = False
	#: the amount of each allocation row, in row order, and what all of them leave
	share_amounts: tuple[Decimal, ...] = ()
	remainder: Decimal = ZERO
	cuts: tuple[Cut, ...] = ()
	#: what each seller's upsells bring, for targets that count these: not a part of the order's worth
	upsells: tuple[UpsellCredit, ...] = ()


@dataclass(slots=True)
class _Part:
	"""A claim on the order before rounding: `weight` out of the sum of all weights."""

	sales_person: str | None
	rule: str
	weight: int
	claimed: bool
	percentage: int = 0
	share: Share | None = None
	#: of a natural owner who is not of the Sales Team: what they sold, as it was decided
	sold: SoldPart | None = None
	units: int = 0


def credit(order: Order, allocation: Allocation | None, policy: Policy) -> Crediting:
	"""Share an order out among its sellers.

	Without an allocation the natural owners have it all: the Sales Team by its percentages, or else who sold
	it (H1). An allocation comes first, and says who has the rest.
	"""
	value = worth(order, policy)
	total = to_minor(value.amount, order.precision)
	if allocation and allocation.overlay:
		parts = _overlay(total, order, allocation)
	else:
		parts = _conserved(total, order, allocation)
	return _result(order, allocation, value, total, parts, upsell_credits(order, policy))


def claimants(order: Order, allocation: Allocation | None) -> frozenset[str]:
	"""Whoever may be credited with an order, under whichever policy."""
	owners = {seller for seller, _part, _sold in natural_owners(order)}
	shared = {share.sales_person for share in (allocation.shares if allocation else ())}
	upsold = {charge.sales_person for charge in order.upsells}
	return frozenset(owners | shared | upsold) - {""}


def deleted() -> Crediting:
	"""An order that is no more: nobody is credited with it."""
	return Crediting(Worth(ZERO, False, Reason(_("The order was deleted."))), (), ZERO)


def natural_owners(order: Order) -> list[tuple[str, int, SoldPart | None]]:
	"""The order's natural owners with their parts out of `_scale`, and what each sold (A1, H1)."""
	if order.team:
		return [(member.sales_person, percent_units(member.percentage), None) for member in order.team]
	if order.pin:
		return [(part.sales_person or "", weight, part) for part, weight in sold_parts(order.pin)]
	return [(order.owner_seller, HUNDRED_PERCENT, None)] if order.owner_seller else []


def _conserved(total: int, order: Order, allocation: Allocation | None) -> list[_Part]:
	parts = _claims(total, order, allocation)
	left = total * HUNDRED_PERCENT - sum(part.weight for part in parts)
	percentage_left = max(0, HUNDRED_PERCENT - sum(part.percentage for part in parts))
	parts += _remainder(left, percentage_left if total == 0 else _of(left, total), order, allocation)
	scale = _scale(order)
	for part in parts:
		if part.share:
			part.weight *= scale
	if total:
		for part, units in zip(parts, apportion(total, [part.weight for part in parts]), strict=True):
			part.units = units
	return parts


def _claims(total: int, order: Order, allocation: Allocation | None) -> list[_Part]:
	"""The allocation's rows: percentages first, then fixed amounts in row order from what is left."""
	if not allocation:
		return []
	left = total * HUNDRED_PERCENT
	weights: dict[int, int] = {}
	for row, share in enumerate(allocation.shares):
		if share.basis != Basis.FIXED:
			weights[row] = _at_most(total * _share_percentage(share), left)
			left -= weights[row]
	for row, share in enumerate(allocation.shares):
		if share.basis == Basis.FIXED:
			agreed = to_minor(share.fixed_amount, order.precision) * HUNDRED_PERCENT
			weights[row] = max(0, min(agreed, left))
			left -= weights[row]
	return [_claim(share, weights[row], total) for row, share in enumerate(allocation.shares)]


def _at_most(claim: int, left: int) -> int:
	"""Nobody is credited with what somebody before them has: for rows that were let in above 100 %."""
	return min(claim, left) if claim >= 0 else max(claim, left)


def _claim(share: Share, weight: int, total: int) -> _Part:
	percentage = _of(weight, total) if share.basis == Basis.FIXED else _share_percentage(share)
	return _Part(share.sales_person, share.basis, weight, weight != 0 or total == 0, percentage, share)


def _remainder(left: int, percentage: int, order: Order, allocation: Allocation | None) -> list[_Part]:
	"""What the claims leave, to the natural owners or to nobody. Weights are in units of the scale."""
	scale, given = _scale(order), 0
	parts = []
	if not allocation or allocation.remainder_to == RemainderTo.NATURAL_OWNER:
		rule = Rule.REMAINDER if allocation else _natural_rule(order)
		owners = natural_owners(order)
		for (seller, share, sold), of_all in zip(
			owners, _percentages(percentage, owners, scale), strict=True
		):
			given += share
			claimed = bool(share) and bool(left or percentage)
			parts.append(_Part(seller, rule, left * share, claimed, of_all, sold=sold))
	parts.append(_Part(None, Rule.REMAINDER, left * (scale - given), False))
	return parts


def _percentages(percentage: int, owners: list[tuple[str, int, SoldPart | None]], scale: int) -> list[int]:
	"""What each natural owner has of a percentage. Parts of what was sold add up to it: one seller may have several."""
	shares = [share for _seller, share, _sold in owners]
	if any(sold for _seller, _share, sold in owners):
		return apportion(percentage, [*shares, scale - sum(shares)])[:-1]
	return [percentage * share // scale for share in shares]


def _natural_rule(order: Order) -> str:
	return Rule.SALES_TEAM if order.team else RULE_OF[order.pin.rule] if order.pin else Rule.ORDER_OWNER


#: what the ledger calls it
RULE_OF: dict[str, str] = {
	SellerRule.OWNER: Rule.ORDER_OWNER,
	SellerRule.QUOTATION: Rule.QUOTATION,
	SellerRule.AMENDED: Rule.AMENDED_ORDER,
	SellerRule.RECURRING: Rule.RECURRING_ORDER,
	SellerRule.MANAGER: Rule.MANAGER,
}


def _overlay(total: int, order: Order, allocation: Allocation) -> list[_Part]:
	"""Each row by itself, never above the order. Only what nobody claims goes on to the natural owners."""
	parts = []
	for share in allocation.shares:
		if share.basis == Basis.FIXED:
			units = max(0, min(to_minor(share.fixed_amount, order.precision), total))
		else:
			percentage = _share_percentage(share)
			units = apportion(total, [percentage, HUNDRED_PERCENT - percentage])[0]
		part = _claim(share, units * HUNDRED_PERCENT, total)
		part.units = units
		parts.append(part)
	left = max(0, total - sum(part.units for part in parts))
	rest = _remainder(left, _of(left * HUNDRED_PERCENT, total), order, allocation)
	if left:
		for part, units in zip(rest, apportion(left, [part.weight for part in rest]), strict=True):
			part.units = units
	return parts + rest


def _scale(order: Order) -> int:
	"""What the parts of natural owners are parts of: 100 % of a Sales Team, or its sum where a row was let through that
	goes above; or all that was sold, nobody's part with it.
	"""
	if order.pin and not order.team:
		return whole(order.pin)
	return max(HUNDRED_PERCENT, sum(share for _seller, share, _sold in natural_owners(order)))


def _share_percentage(share: Share) -> int:
	return HUNDRED_PERCENT if share.basis == Basis.WHOLE else percent_units(share.percentage)


def _of(weight: int, total: int) -> int:
	"""The percentage that `weight` (minor units times 100 %) is of `total`, in billionths."""
	return weight // total if total else 0


def _result(
	order: Order,
	allocation: Allocation | None,
	value: Worth,
	total: int,
	parts: list[_Part],
	upsells: tuple[UpsellCredit, ...],
) -> Crediting:
	claims = [part for part in parts if part.share]
	claimed_units = sum(part.units for part in claims)
	credited = sum(part.units for part in parts if part.sales_person)
	return Crediting(
		worth=value,
		credits=_credits(order, allocation, value, parts),
		uncredited=from_minor(_left_over(total, credited), order.precision),
		overlay=credited > total >= 0,
		share_amounts=tuple(from_minor(part.units, order.precision) for part in claims),
		remainder=from_minor(_left_over(total, claimed_units), order.precision),
		cuts=tuple(_cuts(order, allocation, claims)),
		upsells=upsells,
	)


def _left_over(total: int, taken: int) -> int:
	"""What is left of an order's worth. An overlay takes more than there is and leaves nothing."""
	return max(0, total - taken) if total >= 0 else total - taken


def _cuts(order: Order, allocation: Allocation | None, claims: list[_Part]) -> Iterator[Cut]:
	for row, (part, share) in enumerate(zip(claims, allocation.shares if allocation else (), strict=True)):
		granted = from_minor(part.units, order.precision)
		if share.basis == Basis.FIXED and granted < round_money(share.fixed_amount, order.precision):
			yield Cut(row, share.sales_person, shown(share.fixed_amount, order.precision), granted)


def _credits(
	order: Order, allocation: Allocation | None, value: Worth, parts: list[_Part]
) -> tuple[Credit, ...]:
	"""One credit for each seller, however many rows name them."""
	by_seller: dict[str, list[_Part]] = {}
	for part in parts:
		if part.sales_person and part.claimed:
			by_seller.setdefault(part.sales_person, []).append(part)
	return tuple(_credit(order, allocation, value, seller, own) for seller, own in by_seller.items())


def _credit(
	order: Order, allocation: Allocation | None, value: Worth, seller: str, parts: list[_Part]
) -> Credit:
	return Credit(
		sales_person=seller,
		amount=from_minor(sum(part.units for part in parts), order.precision),
		share_percentage=from_minor(sum(part.percentage for part in parts) // 1000, 6),
		rule=parts[0].rule,
		source_doctype="Order Allocation" if allocation else "Sales Order",
		source_name=allocation.name if allocation else order.name,
		reasons=(value.reason, *(_why(order, value, seller, part) for part in parts)),
	)


def _why(order: Order, value: Worth, seller: str, part: _Part) -> Reason:
	whole = amount_text(value.amount, order.currency)
	amount = amount_text(from_minor(part.units, order.precision), order.currency)
	percentage = percent_text(from_minor(part.percentage, 9))
	if part.share:
		return _why_claimed(order, part, part.share, (percentage, whole, amount))
	if part.rule == Rule.SALES_TEAM:
		return Reason(_("Sales Team: {0} of {1} is {2}."), (percentage, whole, amount))
	if part.sold and order.pin and part.rule != Rule.REMAINDER:
		return _why_sold(order, part.sold, order.pin, (percentage, whole, amount))
	if part.rule == Rule.ORDER_OWNER:
		return Reason(
			_("No Sales Team: {0} is the Sales Person of {1}, who owns the order: {2}."),
			(seller, order.owner or "", amount),
		)
	return Reason(
		_("What the Order Allocation leaves goes to the natural owner: {0} of {1} is {2}."),
		(percentage, whole, amount),
	)


def _why_claimed(order: Order, part: _Part, share: Share, of_whole: tuple[str, str, str]) -> Reason:
	"""Of a row of the allocation. `of_whole`: the percentage, the order's worth and the row's amount, in words."""
	*_share, amount = of_whole
	if share.basis == Basis.WHOLE:
		return Reason(_("Order Allocation: the whole order, {0}."), (amount,))
	if share.basis == Basis.PERCENTAGE:
		return Reason(_("Order Allocation: {0} of {1} is {2}."), of_whole)
	agreed = amount_text(shown(share.fixed_amount, order.precision), order.currency)
	if round_money(share.fixed_amount, order.precision) > from_minor(part.units, order.precision):
		return Reason(
			_("Order Allocation: a fixed amount of {0}, cut to {1}, all that the order can bear."),
			(agreed, amount),
		)
	return Reason(_("Order Allocation: a fixed amount of {0}."), (amount,))


def _why_sold(order: Order, sold: SoldPart, pin: Pin, of_whole: tuple[str, str, str]) -> Reason:
	"""Of who sold an order without a Sales Team, by the rule that decided. `of_whole`: as for `_why_claimed`."""
	seller = sold.sales_person or ""
	if pin.rule in ORIGIN:
		return Reason(ORIGIN[pin.rule], (seller, pin.source, *of_whole))
	if sold.made_order:
		return Reason(
			_(
				"No Sales Team, and who made the quotation {1} is no Sales Person: {0} made the order. {2} of {3} is {4}."
			),
			(seller, sold.quotation, *of_whole),
		)
	if pin.rule == SellerRule.QUOTATION:
		return Reason(
			_("No Sales Team: {0} made the quotation {1}. {2} of {3} is {4}."),
			(seller, sold.quotation, *of_whole),
		)
	return Reason(
		_("No Sales Team: {0} made the order, as the Sales Person of {1}. {2} of {3} is {4}."),
		(seller, order.owner or "", *of_whole),
	)


#: why who had another order, or whom a manager named, has this one
ORIGIN: dict[str, str] = {
	SellerRule.AMENDED: _("No Sales Team: {0} sold {1}, which this order amends. {2} of {3} is {4}."),
	SellerRule.RECURRING: _("No Sales Team: {0} sold {1}, which this order repeats. {2} of {3} is {4}."),
	SellerRule.MANAGER: _("No Sales Team: {1} named {0} as who sold it. {2} of {3} is {4}."),
}
