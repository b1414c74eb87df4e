"""What an order is worth for crediting, and whether it counts (T1, T8, M6)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .facts import AmountBasis, ClosedCredit, CountOn, Order, OrderLine, Policy
from .money import from_minor, minor_of, round_money, shown
from .words import Reason, _, amount_text, percent_text

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
HUNDRED = Decimal(100)
NOTHING, ALL = Fraction(0), Fraction(1)
#: decimals that the books keep
PLACES = 9


@dataclass(frozen=True, slots=True)
class Worth:
	"""`amount` in company currency; `counts` says whether targets see it; the reason says both.

	`lines`: what of the order's lines counts, by which a credit falls on item groups.
	"""

	amount: Decimal
	counts: bool
	reason: Reason
	lines: tuple[OrderLine, ...] = ()


def worth(order: Order, policy: Policy) -> Worth:
	"""The amount that sellers share, and whether the order counts for targets now.

	A draft has a worth before it counts, so that a manager can see what an allocation will do.
	"""
	amount, reason = _amount(order, policy)
	lines = lines_that_count(order, policy)
	if order.docstatus == CANCELLED:
		return Worth(amount, False, Reason(_("The order is cancelled.")), lines)
	if is_unseen(order, policy):
		return Worth(amount, False, Reason(_("The order is a draft; orders count from Submit.")), lines)
	return Worth(amount, closed_part(order, policy) != NOTHING, reason, lines)


def is_unseen(order: Order, policy: Policy) -> bool:
	"""Whether it is a draft that no target sees."""
	return order.docstatus == DRAFT and policy.count_on != CountOn.SAVE


def _amount(order: Order, policy: Policy) -> tuple[Decimal, Reason]:
	total, words = order.grand_total, _GRAND
	if policy.basis == AmountBasis.NET_TOTAL:
		total, words = order.net_total, _NET
	total = round_money(total, order.precision)
	whole = amount_text(total, order.currency)
	if order.status != "Closed":
		return total, Reason(words.open, (whole,))
	part = closed_part(order, policy)
	amount = from_minor(minor_of(Fraction(total) * part, order.precision), order.precision)
	counted = amount_text(amount, order.currency)
	rows = _done_and_net(order, policy)
	if rows:
		done, net = (net_text(one, order) for one in rows)
		return amount, Reason(words.by_row, (whole, done, net, counted))
	return amount, Reason(words.closed, (whole, part_text(part), counted))


def closed_part(order: Order, policy: Policy) -> Fraction:
	"""The part of an order that counts, 0 to 1: of a closed one what was delivered or billed, row by row (M6)."""
	if order.status != "Closed" or policy.closed == ClosedCredit.FULL:
		return ALL
	if policy.closed == ClosedCredit.NONE:
		return NOTHING
	rows = _done_and_net(order, policy)
	if rows is None:
		return _at_most_all(Fraction(max(order.per_delivered, order.per_billed)) / 100)
	done, net = rows
	return _at_most_all(done / net)


def row_part(qty: Decimal, delivered: Decimal, amount: Decimal, billed: Decimal) -> Fraction:
	"""The part of a row that was delivered or billed, whichever is more, never above the row."""
	return max(_of(delivered, qty), _of(billed, amount))


def _of(part: Decimal, whole: Decimal) -> Fraction:
	return _at_most_all(Fraction(part) / Fraction(whole)) if whole else NOTHING


def _at_most_all(part: Fraction) -> Fraction:
	return max(NOTHING, min(part, ALL))


def _done_and_net(order: Order, policy: Policy) -> tuple[Fraction, Fraction] | None:
	"""Of a closed order that counts by row: what was delivered or billed, and of how much.

	None where the rows come to nothing, or nothing is known of one: the order's own percentages tell.
	"""
	if order.status != "Closed" or policy.closed != ClosedCredit.SHARE:
		return None
	done = [line.done_amount for line in order.lines if line.done_amount is not None]
	net = sum((Fraction(line.net_amount) for line in order.lines), NOTHING)
	return (sum(done, NOTHING), net) if net and len(done) == len(order.lines) else None


def lines_that_count(order: Order, policy: Policy) -> tuple[OrderLine, ...]:
	"""The order's lines; of a closed order what was delivered or billed of them, without those of which nothing was."""
	if _done_and_net(order, policy) is None:
		return order.lines
	return tuple(OrderLine(line.item_group, line.done_amount) for line in order.lines if line.done_amount)


def net_text(amount: Fraction, order: Order) -> str:
	"""With the order's decimals, or with more where a row has more."""
	exact = from_minor(minor_of(amount, PLACES), PLACES)
	if Fraction(exact) != amount:
		exact = from_minor(minor_of(amount, order.precision), order.precision)
	return amount_text(shown(exact, order.precision), order.currency)


def part_text(part: Fraction) -> str:
	return percent_text(from_minor(minor_of(part * 100, PLACES), PLACES))


@dataclass(frozen=True, slots=True)
class _Words:
	open: str
	closed: str
	by_row: str


_GRAND = _Words(
	_("Grand Total {0}."),
	_("Grand Total {0}; the order is closed and counts for {1}: {2}."),
	_(
		"Grand Total {0}; the order is closed and {1} of its {2} net was delivered or billed, so it counts for {3}."
	),
)
_NET = _Words(
	_("Net Total {0}."),
	_("Net Total {0}; the order is closed and counts for {1}: {2}."),
	_(
		"Net Total {0}; the order is closed and {1} of its {2} net was delivered or billed, so it counts for {3}."
	),
)
