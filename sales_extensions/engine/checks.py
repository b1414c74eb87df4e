"""What a target and an allocation must satisfy (A3, X5). One rule for the desk, REST, import and replay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from .facts import Allocation, Basis, Measure, Policy, RemainderTo, Share, Target, TargetType
from .money import HUNDRED_PERCENT, from_minor, percent_units, shown, to_minor
from .words import Reason, _, amount_text, dated, percent_text

#: The database keeps twelve digits before the point.
LARGEST_AMOUNT = Decimal(10) ** 12
LARGEST_COUNT = 10**9


@dataclass(frozen=True, slots=True)
class Problem:
	"""A field that can't be accepted and the way out. `row` counts from 1 in a table."""

	field: str
	reason: Reason
	row: int | None = None

	def __str__(self) -> str:
		return f"{f'Row {self.row}: ' if self.row else ''}{self.reason}"


def check_target(target: Target) -> list[Problem]:
	return [
		*_check_period(target),
		*_check_measure(target),
		*_check_goal(target),
		*_check_assignees(target.assignees),
	]


def _check_measure(target: Target) -> Iterator[Problem]:
	if target.measured_on not in tuple(Measure):
		yield Problem("measured_on", Reason(_("Measured On must be one of: {0}."), (", ".join(Measure),)))
	elif target.target_type == TargetType.UPSELL and target.measured_on != Measure.ORDERED:
		yield Problem(
			"measured_on",
			Reason(
				_(
					"Measured On: upsells are counted with their orders. Choose Ordered, or another Target Type."
				)
			),
		)


def _check_period(target: Target) -> Iterator[Problem]:
	if target.from_date and target.to_date and target.from_date > target.to_date:
		yield Problem(
			"to_date",
			Reason(
				dated(
					_("To Date {0} is before From Date {1}. Choose a To Date on or after From Date."), 0, 1
				),
				(f"{target.to_date}", f"{target.from_date}"),
			),
		)


def _check_goal(target: Target) -> Iterator[Problem]:
	if target.target_type != TargetType.NUMERIC and not 0 < target.target_amount < LARGEST_AMOUNT:
		yield Problem(
			"target_amount",
			Reason(_("Target Amount must be above 0 and below {0}."), (amount_text(LARGEST_AMOUNT),)),
		)
	if target.target_type == TargetType.NUMERIC and not 0 < target.target_count < LARGEST_COUNT:
		yield Problem(
			"target_count",
			Reason(_("Target Count must be a whole number above 0 and below {0}."), (f"{LARGEST_COUNT:,}",)),
		)


def _check_assignees(assignees: Iterable[str]) -> Iterator[Problem]:
	seen: dict[str, int] = {}
	for row, seller in enumerate(assignees, start=1):
		if seller in seen:
			yield Problem(
				"sales_person",
				Reason(
					_("Sales Person {0} is already in row {1}. Remove one of the rows."),
					(seller, str(seen[seller])),
				),
				row,
			)
		seen.setdefault(seller, row)
	if not seen:
		yield Problem("assignees", Reason(_("Assignees: add at least one Sales Person.")))


def check_allocation(
	allocation: Allocation, order_amount: Decimal, currency: str, precision: int, policy: Policy
) -> list[Problem]:
	"""Problems of an allocation against the order's amount, in company currency."""
	problems = [
		*_check_shape(allocation),
		*_check_sellers(allocation.shares),
		*(
			problem
			for row, share in enumerate(allocation.shares, start=1)
			for problem in _check_share(share, row, order_amount, currency, precision)
		),
	]
	if policy.overlay_allowed or any(
		problem.field not in ("fixed_amount", "sales_person") for problem in problems
	):
		return problems
	# a fixed amount above the order is a problem of its own row, or was agreed before and is cut (A5)
	if exceeds_order(_cut(allocation, order_amount), order_amount, precision):
		problems.append(_over_order(order_amount, currency))
	return problems


def _cut(allocation: Allocation, order_amount: Decimal) -> Allocation:
	most = max(order_amount, Decimal(0))
	shares = (replace(share, fixed_amount=min(share.fixed_amount, most)) for share in allocation.shares)
	return replace(allocation, shares=tuple(shares))


def _check_shape(allocation: Allocation) -> Iterator[Problem]:
	if not allocation.shares:
		yield Problem("shares", Reason(_("Shares: add at least one seller, or delete the allocation.")))
	if allocation.remainder_to not in tuple(RemainderTo):
		yield Problem(
			"remainder_to", Reason(_("Remainder To must be one of: {0}."), (", ".join(RemainderTo),))
		)


def _check_sellers(shares: Iterable[Share]) -> Iterator[Problem]:
	"""One row for each seller, or one row by percentage and one by fixed amount would hide in a sum."""
	return (problem for problem in _check_assignees(share.sales_person for share in shares) if problem.row)


def _check_share(
	share: Share, row: int, order_amount: Decimal, currency: str, precision: int
) -> Iterator[Problem]:
	if share.basis not in tuple(Basis):
		yield Problem("basis", Reason(_("Basis must be one of: {0}."), (", ".join(Basis),)), row)
	if share.basis == Basis.PERCENTAGE and not 0 < share.percentage <= 100:
		yield Problem(
			"percentage",
			Reason(
				_("Percentage is {0}; it must be above 0 and at most 100."), (percent_text(share.percentage),)
			),
			row,
		)
	if share.basis == Basis.FIXED:
		if not 0 < share.fixed_amount < LARGEST_AMOUNT:
			yield Problem(
				"fixed_amount",
				Reason(_("Fixed Amount must be above 0 and below {0}."), (amount_text(LARGEST_AMOUNT),)),
				row,
			)
		elif share.fixed_amount > max(order_amount, Decimal(0)):
			yield Problem(
				"fixed_amount",
				Reason(
					_("Fixed Amount {0} is more than the order's {1}. Enter at most the order's amount."),
					(
						amount_text(shown(share.fixed_amount, precision), currency),
						amount_text(order_amount, currency),
					),
				),
				row,
			)


def exceeds_order(allocation: Allocation, order_amount: Decimal, precision: int) -> bool:
	"""Whether the shares claim more than the order is worth, exactly: 100.000000001 % does."""
	total = to_minor(order_amount, precision)
	percentage = sum(
		HUNDRED_PERCENT if share.basis == Basis.WHOLE else percent_units(share.percentage)
		for share in allocation.shares
		if share.basis != Basis.FIXED
	)
	fixed = sum(
		to_minor(share.fixed_amount, precision) for share in allocation.shares if share.basis == Basis.FIXED
	)
	return (
		percentage > HUNDRED_PERCENT
		or total * percentage + fixed * HUNDRED_PERCENT > max(total, 0) * HUNDRED_PERCENT
	)


def claimed(allocation: Allocation, order_amount: Decimal, precision: int) -> tuple[Decimal, Decimal]:
	"""What the shares add up to, as an amount and in percent of the order, too much or not; of no order, no percent."""
	percentage = sum(
		(
			Decimal(100) if share.basis == Basis.WHOLE else share.percentage
			for share in allocation.shares
			if share.basis != Basis.FIXED
		),
		Decimal(0),
	)
	fixed = sum((share.fixed_amount for share in allocation.shares if share.basis == Basis.FIXED), Decimal(0))
	amount = order_amount * percentage / 100 + fixed
	of_order = percentage + (fixed * 100 / order_amount if order_amount else 0)
	# typed figures are of any size, and a quantum only fits to some
	return from_minor(to_minor(amount, precision), precision), from_minor(to_minor(of_order, 6), 6)


def _over_order(order_amount: Decimal, currency: str) -> Problem:
	return Problem(
		"shares",
		Reason(
			_(
				"Shares add up to more than 100 % of the order ({0}). Lower a share, or have Allow Overlay "
				"Allocation ticked in Sales Extensions Settings."
			),
			(amount_text(order_amount, currency),),
		),
	)
