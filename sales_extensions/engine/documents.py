"""Deliveries and invoices: each row is credited as the order is that it came of (M1, M2, M3).

A document has parts: one for each order that its rows came of, one for the rows that came of none. What a part is
worth is its share of the document's total, by its rows' net amounts. The parts of one order are a chain, in the order
in which their documents were made, returns among them: each is credited with what the sellers have of all up to it,
less what they have of all before it. So they never have a cent more of an order's documents than of the order, and
what is returned in parts takes back what was credited, to the cent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .amounts import SUBMITTED, Worth
from .crediting import Crediting, claimants, credit
from .credits import Credit
from .entries import NOT_COUNTED, Difference, Key, Position, booked_instead, positions_in
from .facts import SALES_ORDER, Allocation, AmountBasis, Measure, Order, OrderLine, Policy, Target, Trees
from .matching import assignee_of, is_in_period, order_mismatch
from .money import HUNDRED_PERCENT, ZERO, apportion, from_minor, percent_units, to_minor, whole_weights
from .words import Reason, _, amount_text

DELIVERY_NOTE, SALES_INVOICE, POS_INVOICE = "Delivery Note", "Sales Invoice", "POS Invoice"
#: measure -> the doctypes whose documents it counts
DOCUMENTS: dict[str, tuple[str, ...]] = {
	Measure.DELIVERED: (DELIVERY_NOTE, SALES_INVOICE, POS_INVOICE),
	Measure.INVOICED: (SALES_INVOICE, POS_INVOICE),
	Measure.PAID: (SALES_INVOICE, POS_INVOICE),
}


class Deal(NamedTuple):
	"""What rows are shared out by: their order, or the document itself; a return by the one that it returns."""

	doctype: str
	name: str

	@property
	def order(self) -> str:
		return self.name if self.doctype == SALES_ORDER else ""


@dataclass(frozen=True, slots=True)
class VoucherLine:
	"""What one item group of one deal adds to a document's net total, in company currency; below nil in a return."""

	deal: Deal
	item_group: str
	net_amount: Decimal


@dataclass(frozen=True, slots=True)
class Voucher:
	"""A delivery or an invoice. Amounts in company currency at its own rate; a return's are below nil."""

	voucher_type: str
	name: str
	company: str
	posting_date: date
	docstatus: int
	grand_total: Decimal
	net_total: Decimal
	lines: tuple[VoucherLine, ...]
	#: the measures that it counts for: an invoice that takes the goods from stock delivers them too
	measures: frozenset[str]
	#: when it was made: the place in the chain
	made: tuple[str, str] = ("", "")
	#: the document that it returns, with what that one returns itself; or itself
	root: str = ""
	is_return: bool = False
	currency: str = ""
	precision: int = 2
	territory: str | None = None
	customer_group: str | None = None
	#: why it counts for nothing, though it is submitted
	uncounted: str = ""
	#: of what settles an invoice, that invoice
	against: tuple[str, str] = ("", "")
	#: how often what settles an invoice counts: once, where with it all is paid
	times: int = 1

	@property
	def family(self) -> tuple[str, str]:
		"""What it returns, or itself."""
		return self.voucher_type, self.root

	@property
	def deals(self) -> tuple[Deal, ...]:
		return tuple(dict.fromkeys(line.deal for line in self.lines))

	@property
	def id(self) -> tuple[str, str]:
		return self.voucher_type, self.name

	@property
	def counts(self) -> bool:
		return self.docstatus == SUBMITTED and not self.uncounted


@dataclass(frozen=True, slots=True)
class Dealt:
	"""By what a deal's parts are shared out: its order as it is now; or, without one, the document as if it were one."""

	order: Order
	allocation: Allocation | None = None


@dataclass(frozen=True, slots=True)
class Part:
	"""What a document has of one deal. Minor units of company currency, by what is counted: grand and net total."""

	voucher: Voucher
	deal: Deal
	lines: tuple[OrderLine, ...]
	units: Mapping[str, int]
	#: of the parts of the same deal that were made before
	before: Mapping[str, int] = field(default_factory=dict)

	def as_order(self, order_name: str) -> Order:
		"""As matching sees it: of the document's day, customer and rows."""
		one = self.voucher
		return Order(
			name=order_name,
			company=one.company,
			posting_date=one.posting_date,
			docstatus=one.docstatus,
			status="",
			grand_total=from_minor(self.units[AmountBasis.GRAND_TOTAL], one.precision),
			net_total=from_minor(self.units[AmountBasis.NET_TOTAL], one.precision),
			currency=one.currency,
			precision=one.precision,
			territory=one.territory,
			customer_group=one.customer_group,
			lines=self.lines,
		)


def parts_of(voucher: Voucher) -> list[Part]:
	"""Its total by deal, and by largest remainder: by the rows' net amounts, or evenly where they come to nothing."""
	deals = voucher.deals
	nets = [_net(voucher.lines, deal) for deal in deals]
	weights = whole_weights(nets)
	weights = weights if sum(weights) else [1] * len(deals)
	totals = {AmountBasis.GRAND_TOTAL: voucher.grand_total, AmountBasis.NET_TOTAL: voucher.net_total}
	shares = {
		basis: apportion(to_minor(total, voucher.precision), weights) if deals else []
		for basis, total in totals.items()
	}
	return [
		Part(
			voucher, deal, _lines(voucher.lines, deal), {basis: units[at] for basis, units in shares.items()}
		)
		for at, deal in enumerate(deals)
	]


def _net(lines: Iterable[VoucherLine], deal: Deal) -> Decimal:
	return sum((line.net_amount for line in lines if line.deal == deal), ZERO)


def _lines(lines: Iterable[VoucherLine], deal: Deal) -> tuple[OrderLine, ...]:
	return _summed(line for line in lines if line.deal == deal)


def _summed(lines: Iterable[VoucherLine]) -> tuple[OrderLine, ...]:
	"""By item group, in a fixed order."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for line in lines:
		sums[line.item_group] += line.net_amount
	return tuple(OrderLine(group, sums[group]) for group in sorted(sums))


def chained(vouchers: Iterable[Voucher], measure: str) -> dict[tuple[str, str], list[Part]]:
	"""The parts of each document that counts for a measure, each with what of its deal was made before it.

	`vouchers`: with every other document of their deals.
	"""
	own = (one for one in vouchers if one.counts and measure in one.measures)
	return {parts[0].voucher.id: parts for parts in linked(map(parts_of, own))}


def linked(documents: Iterable[list[Part]]) -> list[list[Part]]:
	"""The parts of each of these documents, in the order in which they were made, each with what was before it."""
	sums: dict[Deal, dict[str, int]] = defaultdict(dict)
	made = sorted(filter(None, documents), key=lambda parts: (parts[0].voucher.made, *parts[0].voucher.id))
	return [[_placed(part, sums) for part in parts] for parts in made]


def _placed(part: Part, sums: dict[Deal, dict[str, int]]) -> Part:
	before = sums[part.deal]
	sums[part.deal] = {basis: before.get(basis, 0) + units for basis, units in part.units.items()}
	return replace(part, before=before)


def times_counted(voucher: Voucher, family: Iterable[Voucher]) -> int:
	"""How often a document counts: a return not at all, but for the one with which all is taken back: that takes one back.

	`family`: what returns the same document, and that itself.
	"""
	if not voucher.is_return:
		return voucher.times
	own = [one for one in family if one.counts and one.family == voucher.family and one.made <= voucher.made]
	after = sum((one.grand_total for one in own), ZERO)
	has_root = any(not one.is_return for one in own)
	return -1 if has_root and after <= ZERO < after - voucher.grand_total else 0


# --- who has how much of a part -----------------------------------------------------------------


def credit_part(part: Part, dealt: Dealt, policy: Policy) -> Crediting:
	"""A part shared out as its order is, or as the document's own Sales Team or owner says (M2).

	Amounts in company currency. Credits and what nobody has add up to the part, unless the order has an overlay.
	"""
	order = dealt.order
	if order.precision != part.voucher.precision:
		order = replace(order, precision=part.voucher.precision)
	whole = credit(order, dealt.allocation, policy)
	worth = _worth(part, policy)
	before = part.before.get(policy.basis, 0)
	after = before + part.units[policy.basis]
	had, has = _shared_out(whole, order, before), _shared_out(whole, order, after)
	credits = tuple(
		_credit(part, own, worth, policy, (had[at], has[at]), (before, after))
		for at, own in enumerate(whole.credits)
	)
	left = 0 if whole.overlay else has[-1] - had[-1]
	return Crediting(worth, credits, from_minor(left, part.voucher.precision), whole.overlay)


def _shared_out(whole: Crediting, order: Order, units: int) -> list[int]:
	"""So many units among the order's sellers as the order is; last what nobody has, below nil in an overlay."""
	total = to_minor(whole.worth.amount, order.precision)
	weights = [to_minor(one.amount, order.precision) for one in whole.credits]
	if not total:  # an order that is worth nothing has percentages alone
		total, weights = HUNDRED_PERCENT, [percent_units(one.share_percentage) for one in whole.credits]
	return apportion(units, [*weights, total - sum(weights)])


def _worth(part: Part, policy: Policy) -> Worth:
	precision, currency = part.voucher.precision, part.voucher.currency
	amount = from_minor(part.units[policy.basis], precision)
	is_net = policy.basis == AmountBasis.NET_TOTAL
	total = part.voucher.net_total if is_net else part.voucher.grand_total
	said = (part.voucher.name, amount_text(from_minor(to_minor(total, precision), precision), currency))
	if part.voucher.against[1]:
		reason = Reason(_PAID_OF, (part.voucher.name, amount_text(amount, currency), part.voucher.against[1]))
	elif len(part.voucher.deals) == 1:
		reason = Reason(_NET_OF if is_net else _GRAND_OF, said)
	else:
		reason = Reason(
			_NET_PART if is_net else _GRAND_PART, (*said, part.deal.name, amount_text(amount, currency))
		)
	return Worth(amount, True, reason, part.lines)


_PAID_OF = _("{0} pays {1} of {2}.")
_GRAND_OF = _("{0}: Grand Total {1}.")
_NET_OF = _("{0}: Net Total {1}.")
_GRAND_PART = _("{0}: Grand Total {1}; the rows of {2} have {3} of it.")
_NET_PART = _("{0}: Net Total {1}; the rows of {2} have {3} of it.")


def _credit(
	part: Part, own: Credit, worth: Worth, policy: Policy, units: tuple[int, int], cumulated: tuple[int, int]
) -> Credit:
	"""`units`: what the seller has of the deal's documents before this one, and with it; `cumulated`: what these come to."""
	precision, currency = part.voucher.precision, part.voucher.currency
	amount = from_minor(units[1] - units[0], precision)
	texts = [amount_text(from_minor(one, precision), currency) for one in (*units, *cumulated)]
	share = Reason(_SHARED, (own.sales_person, amount_text(amount, currency), part.deal.name))
	if cumulated[0]:
		before, after, sum_before, sum_after = texts
		share = Reason(
			_CHAINED,
			(
				own.sales_person,
				amount_text(amount, currency),
				part.deal.name,
				after,
				sum_after,
				before,
				sum_before,
			),
		)
	source = (own.source_doctype, own.source_name)
	if part.deal.doctype != SALES_ORDER:
		source = part.deal
	return replace(
		own,
		amount=amount,
		source_doctype=source[0],
		source_name=source[1],
		reasons=(worth.reason, share, *own.reasons[1:]),
	)


_SHARED = _("{0} has {1} of it, as of {2}:")
_CHAINED = _("{0} has {1} of it, as of {2}: {3} of {4} with it, less {5} of {6} before it:")


def shares_of(one: "Documented", policy: Policy) -> dict[str, Decimal]:
	"""Who has how much of a document by today's rules; under no name what nobody has. Company currency (M4)."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for part in one.parts:
		crediting = credit_part(part, one.dealt[part.deal], policy)
		for own in crediting.credits:
			found[own.sales_person] += own.amount
		found[""] += crediting.uncredited
	return dict(found)


# --- what stands in the ledger ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Documented:
	"""A document as it is to be booked for one measure. `parts`: none where it counts for nothing (any more)."""

	voucher: Voucher
	measure: str
	parts: tuple[Part, ...]
	dealt: Mapping[Deal, Dealt]
	counted: int = 1
	#: the parts in other decimals than today's, for a target that was closed with these
	at: Callable[[int], Iterable[Part]] | None = field(default=None, compare=False)

	def parts_for(self, target: Target) -> Iterable[Part]:
		"""As they are to a target: a closed one has the decimals that it was closed with (H3)."""
		frozen = target.frozen
		if frozen is None or self.at is None or frozen.precision == self.voucher.precision:
			return self.parts
		return [part for part in self.at(frozen.precision) if part.deal in self.dealt]

	@property
	def id(self) -> tuple[tuple[str, str], tuple[str, str]]:
		"""The document, and the invoice that it settles, if it is measured by what was paid."""
		return self.voucher.id, self.voucher.against

	@property
	def as_order(self) -> Order:
		"""All of its rows, whatever they came of, as matching sees them."""
		deal = Deal(self.voucher.voucher_type, self.voucher.name)
		lines = _summed(self.voucher.lines)
		return Part(self.voucher, deal, lines, dict.fromkeys(AmountBasis, 0)).as_order("")

	@property
	def sellers(self) -> frozenset[str]:
		"""Whoever may be credited with it, under whichever policy."""
		own = (self.dealt[part.deal] for part in self.parts)
		return frozenset[str]().union(*(claimants(one.order, one.allocation) for one in own))


def document_positions(
	one: Documented, policy: Policy, targets: Iterable[Target], trees: Trees
) -> dict[Key, Position]:
	"""What should stand for a document in these targets. Amounts in company currency."""
	found: dict[Key, Position] = {}
	made: _Shared = {}
	for target in targets:
		if target.measured_on == one.measure and is_in_period(target, one.as_order):
			found.update(_counted_once(one, _positions_of(one, policy, target, trees, made)))
	return found


#: by policy and decimals: each part as matching sees it, and who has it; shared out once for all targets
_Shared = dict[tuple[Policy, int], list[tuple[Order, Crediting]]]


def _positions_of(
	one: Documented, policy: Policy, target: Target, trees: Trees, made: _Shared
) -> dict[Key, Position]:
	"""For a closed target as things were when it was closed (H3)."""
	precision = one.voucher.precision
	if target.frozen is not None:
		policy, precision = target.frozen.policy, target.frozen.precision
		trees = target.frozen.trees(one.voucher.posting_date)
	if (policy, precision) not in made:
		made[policy, precision] = [_shared(one, part, policy) for part in one.parts_for(target)]
	found: dict[Key, Position] = {}
	for order, crediting in made[policy, precision]:
		if order_mismatch(target, order, trees) is None:
			for key, position in positions_in(target, order, crediting, trees).items():
				found[_key_of(one, key)] = position
	return found


def _shared(one: Documented, part: Part, policy: Policy) -> tuple[Order, Crediting]:
	return part.as_order(part.deal.order), credit_part(part, one.dealt[part.deal], policy)


def _key_of(one: Documented, key: Key) -> Key:
	voucher = one.voucher
	return replace(key, voucher_type=voucher.voucher_type, voucher_no=voucher.name, against=voucher.against)


def _counted_once(one: Documented, found: dict[Key, Position]) -> dict[Key, Position]:
	"""A document counts once in a target, with who has most of it, whatever orders its rows came of (A6)."""
	if not found:
		return found
	first = min(found, key=lambda key: (-abs(found[key].amount), key.sales_person, key.order))
	return {
		key: replace(position, order_count=one.counted if key == first else 0)
		for key, position in found.items()
	}


def document_differences(
	one: Documented,
	policy: Policy,
	targets: Mapping[str, Target],
	trees: Trees,
	current: Mapping[Key, Position],
) -> list[Difference]:
	"""The rows that bring the ledger from `current` to what the document says now, in these targets."""
	wanted = document_positions(one, policy, targets.values(), trees)
	whole = one.as_order

	def why(key: Key, target: Target | None) -> Reason:
		return _why_gone(one, whole, key, target, trees)

	return booked_instead(wanted, current, targets, why, whole)


def _why_gone(one: Documented, whole: Order, key: Key, target: Target | None, trees: Trees) -> Reason:
	name = one.voucher.name
	if target and target.measured_on not in one.voucher.measures:
		return Reason(NOT_COUNTED, (target.measured_on,))
	if not one.parts:
		return Reason(one.voucher.uncounted or GONE[one.voucher.docstatus], (name,))
	if target and assignee_of(target, key.sales_person, trees) is None:
		return Reason(_("{0} is not, and is not under, a Sales Person of the target."), (key.sales_person,))
	if target and is_in_period(target, whole) and order_mismatch(target, whole, trees) is None:
		return Reason(_("{0} is no longer credited with {1}."), (key.sales_person, name))
	return Reason(_("{0} no longer matches the target."), (name,))


DELETED = 3
GONE = {
	0: _("{0} is a draft."),
	1: _("{0} has no rows that count."),
	2: _("{0} is cancelled."),
	DELETED: _("{0} was deleted."),
}
OPENING = _("{0} is an opening entry: it brings over what was sold before.")
UNSETTLED = _("{0} settles nothing of the invoice any more.")
CONSOLIDATED = _("{0} sums up POS Invoices, which count themselves.")
