"""From credits to the rows of the ledger: what should stand there, and what must be added (T2, T4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .crediting import Crediting
from .credits import Credit
from .facts import Order, Target, TargetType, Trees
from .matching import assignee_of, lines_within, order_mismatch, seller_reason
from .money import ZERO, apportion, from_minor, percent_units, shown, to_minor
from .revenue import named, upsells_within
from .words import Reason, _, amount_text


@dataclass(frozen=True, slots=True)
class Key:
	"""A seller's place in a target for an order."""

	target: str
	order: str
	sales_person: str


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
		)

	@property
	def is_nothing(self) -> bool:
		return self.amount == ZERO and self.order_count == 0 and self.share_percentage == ZERO


@dataclass(frozen=True, slots=True)
class Difference:
	"""A row to add to the ledger. `amount` and `order_count` are what changes, at `posting_date`."""

	key: Key
	amount: Decimal
	order_count: int
	position: Position
	posting_date: date | None


def positions(
	order: Order, crediting: Crediting, targets: Iterable[Target], trees: Trees
) -> dict[Key, Position]:
	"""What should stand in the ledger for an order, for these targets."""
	found: dict[Key, Position] = {}
	if not crediting.worth.counts:
		return found
	for target in targets:
		if order_mismatch(target, order, trees) is None:
			found.update(_positions_in(target, order, crediting, trees))
	return found


def _positions_in(target: Target, order: Order, crediting: Crediting, trees: Trees) -> dict[Key, Position]:
	credits = [
		credit
		for credit in credits_for(target, crediting, trees)
		if assignee_of(target, credit.sales_person, trees)
	]
	if not credits:
		return {}
	scoped = [_in_scope(target, order, credit, trees) for credit in credits]
	# An order counts once in a target however many of its sellers are credited (A6):
	# with the one who has most of it.
	first = min(range(len(credits)), key=lambda row: (-scoped[row][0], credits[row].sales_person))
	return {
		Key(target.name, order.name, credit.sales_person): Position(
			amount=amount,
			order_count=int(row == first),
			share_percentage=credit.share_percentage,
			rule=credit.rule,
			source_doctype=credit.source_doctype,
			source_name=credit.source_name,
			reasons=(*credit.reasons, *scope_reasons, seller_reason(target, credit.sales_person, trees)),
			posting_date=order.posting_date,
			company=order.company,
		)
		for row, (credit, (amount, scope_reasons)) in enumerate(zip(credits, scoped, strict=True))
	}


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
	if target.target_type == TargetType.UPSELL:
		return _upsells_in_scope(target, order, credit, trees)
	inside = lines_within(order, target.item_group, trees)
	spread = spread_over_lines(credit.amount, order)
	amount = from_minor(sum(spread[position] for position in inside), order.precision)
	net = sum((order.lines[position].net_amount for position in inside), ZERO)
	whole = sum((line.net_amount for line in order.lines), ZERO)
	reason = Reason(
		_("Item group {0}: {1} of {2} net, so {3} of the credit."),
		(
			target.item_group,
			amount_text(shown(net, order.precision), order.currency),
			amount_text(shown(whole, order.precision), order.currency),
			amount_text(amount, order.currency),
		),
	)
	return amount, (reason,)


def _upsells_in_scope(
	target: Target, order: Order, credit: Credit, trees: Trees
) -> tuple[Decimal, tuple[Reason, ...]]:
	amount, charges = upsells_within(credit, target.item_group, trees)
	reason = Reason(
		_("Item group {0}: {1}, so {2} of the upsells."),
		(target.item_group, named(charges, order.precision), amount_text(amount, order.currency)),
	)
	return amount, (reason,)


def spread_over_lines(amount: Decimal, order: Order) -> list[int]:
	"""`amount` in minor units over the order's lines, by net amount, or evenly where that is nil."""
	weights = [percent_units(line.net_amount) for line in order.lines]
	if sum(weights) == 0:
		weights = [1] * len(order.lines)
	return apportion(to_minor(amount, order.precision), weights)


def differences(
	order: Order,
	crediting: Crediting,
	targets: Mapping[str, Target],
	trees: Trees,
	current: Mapping[Key, Position],
) -> list[Difference]:
	"""The rows that bring the ledger from `current` to what the order says now. None if it is there.

	`current` holds the order's positions in `targets` and in any target it may have left.
	"""
	wanted = positions(order, crediting, targets.values(), trees)
	rows = []
	for key in sorted(wanted.keys() | current.keys(), key=lambda key: (key.target, key.sales_person)):
		before = current.get(key, Position())
		after = wanted.get(key)
		if after is None:
			if not before.is_nothing:
				rows.append(_withdrawal(key, before, order, crediting, targets, trees))
		elif not after.same_as(before):
			rows += _change(key, before, after)
	return rows


def _change(key: Key, before: Position, after: Position) -> list[Difference]:
	"""One row; or, where the order's date has moved, one at each date, so that every month adds up."""
	if before.is_nothing or before.posting_date == after.posting_date:
		amount, count = after.amount - before.amount, after.order_count - before.order_count
		return [Difference(key, amount, count, after, after.posting_date)]
	moved = Reason(
		_("The order's date moved from {0} to {1}."), (f"{before.posting_date}", f"{after.posting_date}")
	)
	return [
		_taken_back(key, before, moved),
		Difference(key, after.amount, after.order_count, after, after.posting_date),
	]


def _taken_back(key: Key, before: Position, reason: Reason) -> Difference:
	"""All of a position, taken back at the date it was booked for."""
	after = Position(
		rule=before.rule,
		source_doctype=before.source_doctype,
		source_name=before.source_name,
		reasons=(reason,),
		company=before.company,
	)
	return Difference(key, -before.amount, -before.order_count, after, before.posting_date)


def _withdrawal(
	key: Key,
	before: Position,
	order: Order,
	crediting: Crediting,
	targets: Mapping[str, Target],
	trees: Trees,
) -> Difference:
	return _taken_back(key, before, _why_gone(key, order, crediting, targets.get(key.target), trees))


def _why_gone(key: Key, order: Order, crediting: Crediting, target: Target | None, trees: Trees) -> Reason:
	if not crediting.worth.counts:
		return crediting.worth.reason
	mismatch = target and order_mismatch(target, order, trees)
	if mismatch:
		return mismatch
	upsell = bool(target) and target.target_type == TargetType.UPSELL
	credits = credits_for(target, crediting, trees) if target else crediting.credits
	if key.sales_person not in {credit.sales_person for credit in credits}:
		gone = _("{0} has no upsell in the order any more.") if upsell else _NOT_CREDITED
		return Reason(gone, (key.sales_person,))
	if target:
		return seller_reason(target, key.sales_person, trees)
	return Reason(_("The order no longer matches the target."))


_NOT_CREDITED = _("{0} is no longer credited with the order.")
