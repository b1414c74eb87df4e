"""What an order is worth for crediting, and whether it counts (T1, T8)."""

from dataclasses import dataclass
from decimal import Decimal

from .facts import AmountBasis, ClosedCredit, CountOn, Order, Policy
from .money import ZERO, round_money
from .words import Reason, _, amount_text, percent_text

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Worth:
	"""`amount` in company currency; `counts` says whether targets see it; the reason says both."""

	amount: Decimal
	counts: bool
	reason: Reason


def worth(order: Order, policy: Policy) -> Worth:
	"""The amount that sellers share, and whether the order counts for targets now.

	A draft has a worth before it counts, so that a manager can see what an allocation will do.
	"""
	amount, reason = _amount(order, policy)
	if order.docstatus == CANCELLED:
		return Worth(amount, False, Reason(_("The order is cancelled.")))
	if order.docstatus == DRAFT and policy.count_on != CountOn.SAVE:
		return Worth(amount, False, Reason(_("The order is a draft; orders count from Submit.")))
	return Worth(amount, order.status != "Closed" or closed_share(order, policy) != ZERO, reason)


def _amount(order: Order, policy: Policy) -> tuple[Decimal, Reason]:
	if policy.basis == AmountBasis.NET_TOTAL:
		total, plain, partial = order.net_total, _NET, _NET_CLOSED
	else:
		total, plain, partial = order.grand_total, _GRAND, _GRAND_CLOSED
	total = round_money(total, order.precision)
	if order.status != "Closed":
		return total, Reason(plain, (amount_text(total, order.currency),))
	share = closed_share(order, policy)
	amount = round_money(total * share / HUNDRED, order.precision)
	texts = (amount_text(total, order.currency), percent_text(share), amount_text(amount, order.currency))
	return amount, Reason(partial, texts)


def closed_share(order: Order, policy: Policy) -> Decimal:
	"""The percentage of a closed order that still counts: what was delivered or billed, the larger."""
	if policy.closed == ClosedCredit.FULL:
		return HUNDRED
	if policy.closed == ClosedCredit.NONE:
		return ZERO
	return min(HUNDRED, max(order.per_delivered, order.per_billed, ZERO))


_GRAND = _("Grand Total {0}.")
_NET = _("Net Total {0}.")
_GRAND_CLOSED = _("Grand Total {0}; the order is closed and counts for {1}: {2}.")
_NET_CLOSED = _("Net Total {0}; the order is closed and counts for {1}: {2}.")
