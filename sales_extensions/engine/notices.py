"""Who is told of what, and in which words (issue 5, item 5)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from .attainment import HUNDRED, Attainment, Status
from .credits import Credit
from .facts import Choice
from .money import ZERO, round_money
from .words import Reason, _, amount_text, percent_text

REACHED = _("Target reached: {0}")
ONE_BEHIND = _("Behind pace: {0}")
SEVERAL_BEHIND = _("Targets behind pace: {0}")
PART_CHANGED = _("Your part of Sales Order {0} has changed")
REPAIRED = _("Sales targets differed from their orders and were repaired: {0}")
UNSEALED = _("Entries of closed targets are not as they were sealed: {0}")
CUT = _("Allocation of {0} was cut: the order is now worth less than its fixed amounts")
DROPPED = _("Allocation of {0} was dropped: the order is another deal now")
OTHER_DEAL = _("Agreed for {0} of {1}, the order is for {2} of {3}. Allocate it anew if it is to be shared.")
AGREED = _("{0}: {1} was agreed, {2} is what the order can bear.")


class Notice(Choice):
	TARGET_REACHED = "notify_target_reached"
	BEHIND_PACE = "notify_behind_pace"
	ALLOCATION_CHANGED = "notify_allocation_changed"
	DRIFT_REPAIRED = "notify_drift_repaired"


def audience(
	notice: Notice, sellers: Collection[str], managers: Collection[str], actor: str | None = None
) -> set[str]:
	"""The users to tell: of targets sellers and managers, of an allocation its sellers, of drift managers.

	Nobody is told what they just did to an allocation themselves; that a target is reached, everybody is.
	"""
	if notice == Notice.DRIFT_REPAIRED:
		return set(managers)
	if notice == Notice.ALLOCATION_CHANGED:
		return set(sellers) - {actor}
	return {*sellers, *managers}


def is_reached_now(before: str | None, now: str) -> bool:
	"""Told once: only on the way up, and again only after it fell."""
	return now == Status.ACHIEVED and before != Status.ACHIEVED


def lag_of(attainment: Attainment) -> Decimal:
	"""How far a target that is behind is below what is expected to date, in percent of its goal; else 0."""
	if not attainment.behind or attainment.goal <= 0:
		return ZERO
	return max(ZERO, -attainment.ahead * HUNDRED / attainment.goal)


def is_behind(attainment: Attainment, tolerance: Decimal) -> bool:
	"""Whether it lags by more than `tolerance` percent of the goal."""
	return lag_of(attainment) > tolerance


@dataclass(frozen=True, slots=True)
class Move:
	"""A seller's part of an order before and after its allocation was changed. Company currency."""

	sales_person: str
	before: Decimal
	after: Decimal

	def reason(self, currency: str) -> Reason:
		before, after = amount_text(self.before, currency), amount_text(self.after, currency)
		if not self.before:
			return Reason(
				_("{0} is now credited with {1}; before, with nothing."), (self.sales_person, after)
			)
		if not self.after:
			return Reason(_("{0} was credited with {1}; now, with nothing."), (self.sales_person, before))
		return Reason(_("{0} was credited with {1}; now, with {2}."), (self.sales_person, before, after))


def moves(before: Iterable[Credit], after: Iterable[Credit]) -> tuple[Move, ...]:
	"""The sellers whose part of the order changed, the order's natural owner among them."""
	old, new = _by_seller(before), _by_seller(after)
	return tuple(
		Move(seller, old.get(seller, ZERO), new.get(seller, ZERO))
		for seller in sorted({*old, *new})
		if old.get(seller, ZERO) != new.get(seller, ZERO)
	)


def _by_seller(credits: Iterable[Credit]) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = {}
	for credit in credits:
		sums[credit.sales_person] = sums.get(credit.sales_person, ZERO) + credit.amount
	return sums


@dataclass(frozen=True, slots=True)
class Unit:
	"""What a target counts: a currency with its decimals, or orders, which have neither."""

	currency: str = ""
	precision: int = 2

	def text(self, amount: Decimal) -> str:
		if not self.currency:
			return f"{round_money(amount, 1).normalize():f}"
		return amount_text(round_money(amount, self.precision), self.currency)


def standing(attainment: Attainment, unit: Unit) -> Reason:
	"""18,000.00 EUR of 20,000.00 EUR is realised: 90 %."""
	realised, goal = unit.text(attainment.realised), unit.text(attainment.goal)
	percentage = percent_text(round_money(attainment.percentage, 1))
	return Reason(_("{0} of {1} is realised: {2}."), (realised, goal, percentage))


def lagging(attainment: Attainment, title: str, unit: Unit) -> Reason:
	return Reason(
		_("{0}: {1} is realised, {2} is expected by now; it is behind by {3} of the goal."),
		(
			title,
			unit.text(attainment.realised),
			unit.text(attainment.expected),
			percent_text(round_money(lag_of(attainment), 1)),
		),
	)
