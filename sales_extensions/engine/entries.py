"""From credits to the rows of the ledger: what should stand there, and what must be added (T2, T4)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .amounts import net_text
from .crediting import Crediting
from .credits import Credit
from .facts import SALES_ORDER, Measure, Order, Policy, Target, TargetType, Trees
from .matching import assignee_of, is_in_period, lines_within, order_mismatch, seller_reason
from .money import ZERO, apportion, beyond, from_minor, round_money, to_minor, whole_weights
from .revenue import UpsellCredit, named, upsells_within
from .words import Reason, _, amount_text, dated


@dataclass(frozen=True, slots=True)
class Key:
	"""A seller's place in a target for an order; or for a document, with the order that its rows came of, if any (M2)."""

	target: str
	order: str
	sales_person: str
	#: the document, where it is not the order itself
	voucher_type: str = SALES_ORDER
	voucher_no: str = ""
	#: of what is paid, the invoice that the document settles
	against: tuple[str, str] = ("", "")

	def in_order(self) -> tuple[object, ...]:
		return self.target, self.sales_person, self.order, self.voucher_type, self.voucher_no, self.against

	@property
	def voucher(self) -> tuple[str, str]:
		"""The document that is counted."""
		return self.voucher_type, self.voucher_no or self.order


@dataclass(frozen=True, slots=True)
class DaySum:
	"""What is booked at a key on a day."""

	day: date | None
	amount: Decimal
	order_count: int


@dataclass(frozen=True, slots=True)
class Position:
	"""What stands, or should stand, at a key: sums in company currency and the rule behind them."""

	amount: Decimal = ZERO
	order_count: int = 0
	share_percentage: Decimal = ZERO
	rule: str = ""
	source_doctype: str = ""
	source_name: str = ""
	reasons: tuple[Reason, ...] = ()
	#: the order's date, by which the figure falls into a month
	posting_date: date | None = None
	#: of the order, in whose currency the amount is; a target may have moved to another
	company: str = ""
	#: where an overlay credits more than there is: what the order comes to in the target, which counts it once
	overlay_worth: Decimal = ZERO
	#: of what stands: the sums that are booked on each day, where that is known
	days: tuple["DaySum", ...] = ()
	#: of what stands in a closed target, where it was closed
	closing: str = ""

	def same_as(self, other: "Position") -> bool:
		"""Whether figures and rule agree. Words are left out: they may be worded better one day."""
		return (
			self.amount == other.amount
			and self.order_count == other.order_count
			and self.share_percentage == other.share_percentage
			and self.rule == other.rule
			and self.source_doctype == other.source_doctype
			and self.source_name == other.source_name
			and self.posting_date == other.posting_date
			and self.overlay_worth == other.overlay_worth
			and not self.strays(other)
		)

	def strays(self, other: "Position") -> list[DaySum]:
		"""What of `other` is booked on other days than this one's."""
		return [one for one in other.booked if one.day != self.posting_date]

	@property
	def booked(self) -> list[DaySum]:
		"""What is booked, by day; days that come to nothing are left out."""
		known = self.days or (DaySum(self.posting_date, self.amount, self.order_count),)
		return [one for one in known if one.amount or one.order_count]

	@property
	def is_nothing(self) -> bool:
		return not self.booked and self.share_percentage == ZERO


@dataclass(frozen=True, slots=True)
class Difference:
	"""A row to add to the ledger. `amount` and `order_count` are what changes, at `posting_date`."""

	key: Key
	amount: Decimal
	order_count: int
	position: Position
	posting_date: date | None


#: The order, shared out under another policy than the one of today: that of a closed target.
Again = Callable[[Order, Policy], Crediting]


@dataclass(frozen=True, slots=True)
class _Ground:
	"""By what it is decided whether and how a target counts the order. `counting`: with what of its lines counts."""

	order: Order
	counting: Order
	crediting: Crediting
	trees: Trees


def _ground(order: Order, crediting: Crediting, trees: Trees) -> _Ground:
	lines = crediting.worth.lines
	counting = order if lines is order.lines else replace(order, lines=lines)  # all of it counts, mostly
	return _Ground(order, counting, crediting, trees)


def _ground_of(target: Target | None, now: _Ground, again: Again | None) -> _Ground:
	"""As things are; for a closed target as they were when it was closed (H3)."""
	if target is None or target.frozen is None or now.order.posting_date is None:
		return now
	order = replace(now.order, precision=target.frozen.precision)
	crediting = again(order, target.frozen.policy) if again else now.crediting
	return _ground(order, crediting, target.frozen.trees(order.posting_date))


def positions(
	order: Order,
	crediting: Crediting,
	targets: Iterable[Target],
	trees: Trees,
	again: Again | None = None,
) -> dict[Key, Position]:
	"""What should stand in the ledger for an order, for these targets.

	`again`: shares the order out under the policy of a closed target; without it, as `crediting` has it.
	"""
	found: dict[Key, Position] = {}
	now = _ground(order, crediting, trees)
	for target in targets:
		if target.measured_on != Measure.ORDERED or not is_in_period(target, order):
			continue
		by = _ground_of(target, now, again)
		if by.crediting.worth.counts and order_mismatch(target, by.counting, by.trees) is None:
			found.update(positions_in(target, by.counting, by.crediting, by.trees))
	return found


def positions_in(target: Target, order: Order, crediting: Crediting, trees: Trees) -> dict[Key, Position]:
	credits = [
		credit
		for credit in credits_for(target, crediting, trees)
		if assignee_of(target, credit.sales_person, trees)
	]
	if not credits:
		return {}
	scoped = [_in_scope(target, order, credit, trees) for credit in credits]
	once, overlay_worth = _once(target, order, crediting, [amount for amount, _why in scoped], trees)
	# An order counts once in a target however many of its sellers are credited (A6):
	# with the one who has most of it.
	first = once_among([(scoped[row][0], credit.sales_person) for row, credit in enumerate(credits)])
	return {
		Key(target.name, order.name, credit.sales_person): Position(
			amount=amount,
			order_count=int(row == first),
			share_percentage=credit.share_percentage,
			rule=credit.rule,
			source_doctype=credit.source_doctype,
			source_name=credit.source_name,
			reasons=(
				*credit.reasons,
				*scope_reasons,
				*once_reasons,
				seller_reason(target, credit.sales_person, trees),
			),
			posting_date=order.posting_date,
			company=order.company,
			overlay_worth=overlay_worth,
		)
		for row, (credit, (_amount, scope_reasons), (amount, once_reasons)) in enumerate(
			zip(credits, scoped, once, strict=True)
		)
	}


def _once(
	target: Target, order: Order, crediting: Crediting, amounts: Sequence[Decimal], trees: Trees
) -> tuple[list[tuple[Decimal, tuple[Reason, ...]]], Decimal]:
	"""What each credit brings to the target, which counts an order once though an overlay credits it twice (A6).

	And what the order comes to in the target; nil where there is no overlay.
	"""
	alone: list[tuple[Decimal, tuple[Reason, ...]]] = [(amount, ()) for amount in amounts]
	if not crediting.overlay or target.target_type == TargetType.UPSELL:
		return alone, ZERO
	most = _of_scope(target, order, crediting.worth.amount, trees)
	parts = shared_once(amounts, most, order.precision)
	if parts is None:
		return alone, most
	whole = sum(amounts, ZERO)
	return [(part, (overlay_reason(whole, most, part, order.currency),)) for part in parts], most


def once_among(credits: Sequence[tuple[Decimal, str]]) -> int:
	"""Of the credits of one order, amount and seller, the one that it is counted with: the largest."""
	return min(range(len(credits)), key=lambda row: (-credits[row][0], credits[row][1]))


def shared_once(amounts: Sequence[Decimal], most: Decimal, precision: int) -> list[Decimal] | None:
	"""Credits of one order brought down to what it is worth, in proportion; None where they are not above it."""
	units = [to_minor(amount, precision) for amount in amounts]
	whole = to_minor(most, precision)
	if not beyond(Decimal(sum(units)), Decimal(whole)):
		return None
	return [from_minor(part, precision) for part in apportion(whole, units)]


def overlay_reason(whole: Decimal, most: Decimal, part: Decimal, currency: str) -> Reason:
	return Reason(
		_("Overlay: its sellers have {0} of an order that counts once, for {1}: {2} of it."),
		tuple(amount_text(amount, currency) for amount in (whole, most, part)),
	)


def credits_for(target: Target, crediting: Crediting, trees: Trees) -> tuple[Credit, ...]:
	"""The credits that a target of this type counts: shares of the order, or upsell revenue in its scope."""
	if target.target_type != TargetType.UPSELL:
		return crediting.credits
	if not target.item_group:
		return crediting.upsells
	return tuple(
		credit for credit in crediting.upsells if upsells_within(credit, target.item_group, trees)[1]
	)


def _in_scope(
	target: Target, order: Order, credit: Credit, trees: Trees
) -> tuple[Decimal, tuple[Reason, ...]]:
	"""The part of a credit that falls on the target's item group.

	Each seller's credit is spread over the order's lines by their net amounts, so that item groups that
	do not overlap add up to the credit exactly.
	"""
	if not target.item_group:
		return credit.amount, ()
	if isinstance(credit, UpsellCredit):
		return _upsells_in_scope(target.item_group, order, credit, trees)
	inside = lines_within(order, target.item_group, trees)
	amount = _of_scope(target, order, credit.amount, trees)
	net = sum((Fraction(order.lines[position].net_amount) for position in inside), Fraction(0))
	whole = sum((Fraction(line.net_amount) for line in order.lines), Fraction(0))
	reason = Reason(
		_("Item group {0}: {1} of {2} net, so {3} of the credit."),
		(
			target.item_group,
			net_text(net, order),
			net_text(whole, order),
			amount_text(amount, order.currency),
		),
	)
	return amount, (reason,)


def _of_scope(target: Target, order: Order, amount: Decimal, trees: Trees) -> Decimal:
	"""The part of an amount of the order that falls on the target's item group."""
	if not target.item_group:
		return amount
	spread = spread_over_lines(amount, order)
	inside = lines_within(order, target.item_group, trees)
	return from_minor(sum(spread[position] for position in inside), order.precision)


def _upsells_in_scope(
	item_group: str, order: Order, credit: UpsellCredit, trees: Trees
) -> tuple[Decimal, tuple[Reason, ...]]:
	amount, charges = upsells_within(credit, item_group, trees)
	reason = Reason(
		_("Item group {0}: {1}, so {2} of the upsells."),
		(item_group, named(charges, order.precision), amount_text(amount, order.currency)),
	)
	return amount, (reason,)


def spread_over_lines(amount: Decimal, order: Order) -> list[int]:
	"""`amount` in minor units over the order's lines, by net amount, or evenly where that is nil."""
	weights = whole_weights([line.net_amount for line in order.lines])
	if sum(weights) == 0:
		weights = [1] * len(order.lines)
	return apportion(to_minor(amount, order.precision), weights)


def differences(
	order: Order,
	crediting: Crediting,
	targets: Mapping[str, Target],
	trees: Trees,
	current: Mapping[Key, Position],
	again: Again | None = None,
) -> list[Difference]:
	"""The rows that bring the ledger from `current` to what the order says now. None if it is there.

	`current` holds the order's positions in `targets` and in any target it may have left. `again`: as for `positions`.
	"""
	wanted = positions(order, crediting, targets.values(), trees, again)
	now = _ground(order, crediting, trees)

	def why(key: Key, target: Target | None) -> Reason:
		by = _ground_of(target, now, again)
		return _why_gone(key, by.order, by.crediting, target, by.trees)

	return booked_instead(wanted, current, targets, why, order)


def booked_instead(
	wanted: Mapping[Key, Position],
	current: Mapping[Key, Position],
	targets: Mapping[str, Target],
	why_gone: Callable[[Key, Target | None], Reason],
	order: Order,
) -> list[Difference]:
	"""The rows from what is booked to what is wanted, those of closed targets as adjustments.

	`why_gone`: why nothing stands at a key any more. `order`: in whose currency and decimals amounts are.
	"""
	rows: list[Difference] = []
	for key in sorted(wanted.keys() | current.keys(), key=Key.in_order):
		before, after, target = current.get(key, Position()), wanted.get(key), targets.get(key.target)
		if before.is_nothing if after is None else after.same_as(before):
			continue
		own = (
			_withdrawal(key, before, why_gone(key, target)) if after is None else _change(key, before, after)
		)
		is_closed = before.closing or (target and target.closing)
		rows += _adjusting(own, before, after, order) if is_closed else own
	return rows


_ADJUSTS = _("Changed after the target was closed: {0} instead of {1}.")


def _adjusting(
	rows: Iterable[Difference], before: Position, after: Position | None, order: Order
) -> list[Difference]:
	"""The same rows, each with what stands now instead of what stood (H3)."""
	amounts = (round_money(one.amount, order.precision) for one in (after or Position(), before))
	first = Reason(_ADJUSTS, tuple(amount_text(amount, order.currency) for amount in amounts))
	return [
		replace(row, position=replace(row.position, reasons=(first, *row.position.reasons))) for row in rows
	]


def _change(key: Key, before: Position, after: Position) -> list[Difference]:
	"""One row; or, where the order's date has moved, one at each date, so that every month adds up."""
	rows = [
		_taken_back(key, before, one, Reason(_MOVED, (f"{one.day}", f"{after.posting_date}")))
		for one in after.strays(before)
	]
	here = next((one for one in before.booked if one.day == after.posting_date), NOTHING_BOOKED)
	amount, count = after.amount - here.amount, after.order_count - here.order_count
	return [*rows, Difference(key, amount, count, after, after.posting_date)]


NOTHING_BOOKED = DaySum(None, ZERO, 0)
_MOVED = dated(_("The order's date moved from {0} to {1}."), 0, 1)


def _taken_back(key: Key, before: Position, booked: DaySum, reason: Reason) -> Difference:
	"""All that is booked on a day, taken back on that day."""
	after = Position(
		rule=before.rule,
		source_doctype=before.source_doctype,
		source_name=before.source_name,
		reasons=(reason,),
		company=before.company,
	)
	return Difference(key, -booked.amount, -booked.order_count, after, booked.day)


def _withdrawal(key: Key, before: Position, reason: Reason) -> list[Difference]:
	"""A row for each day with something on it; at least one, that says why."""
	booked = before.booked or [DaySum(before.posting_date, ZERO, 0)]
	return [_taken_back(key, before, one, reason) for one in booked]


def _why_gone(key: Key, order: Order, crediting: Crediting, target: Target | None, trees: Trees) -> Reason:
	if not crediting.worth.counts:
		return crediting.worth.reason
	if target and target.measured_on != Measure.ORDERED:
		return Reason(NOT_COUNTED, (target.measured_on,))
	if target:
		mismatch = _why_outside(target, order, crediting, trees)
		return mismatch or _why_not_theirs(target, key.sales_person, crediting, trees)
	if not _has_one(key.sales_person, crediting.credits):
		return Reason(_NOT_CREDITED, (key.sales_person,))
	return Reason(_("The order no longer matches the target."))


def _why_outside(target: Target, order: Order, crediting: Crediting, trees: Trees) -> Reason | None:
	mismatch = order_mismatch(target, replace(order, lines=crediting.worth.lines), trees)
	if mismatch and target.item_group and order_mismatch(target, order, trees) is None:
		return Reason(_NOTHING_DONE, (target.item_group,))
	return mismatch


def _why_not_theirs(target: Target, seller: str, crediting: Crediting, trees: Trees) -> Reason:
	if _has_one(seller, credits_for(target, crediting, trees)):
		return seller_reason(target, seller, trees)
	return Reason(_NO_UPSELL if target.target_type == TargetType.UPSELL else _NOT_CREDITED, (seller,))


def _has_one(seller: str, credits: Iterable[Credit]) -> bool:
	return any(credit.sales_person == seller for credit in credits)


#: The target counts other documents than it did.
NOT_COUNTED = _("The target is measured on {0} now, for which this document does not count.")
_NOTHING_DONE = _("The order is closed, and nothing in item group {0} was delivered or billed.")
_NO_UPSELL = _("{0} has no upsell in the order any more.")
_NOT_CREDITED = _("{0} is no longer credited with the order.")
