"""Target against result: percentage, pace and status (T2, T6)."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .facts import Choice, Target, TargetType
from .money import ZERO, round_money

HUNDRED = Decimal(100)
PERCENT_QUANTUM = Decimal("0.000001")
#: A goal of a cent can be passed a billionfold; the percentage stops where it says nothing more.
LARGEST_PERCENTAGE = Decimal(10) ** 9


class Status(Choice):
	UPCOMING = "Upcoming"
	RUNNING = "Running"
	ACHIEVED = "Achieved"
	MISSED = "Missed"


@dataclass(frozen=True, slots=True)
class Attainment:
	"""Where a target stands on a day. Amounts in company currency, or orders for a numeric target."""

	goal: Decimal
	realised: Decimal
	percentage: Decimal
	expected: Decimal
	expected_percentage: Decimal
	ahead: Decimal
	status: str


def goal_of(target: Target) -> Decimal:
	"""An amount for a financial target, a number of orders for a numeric one."""
	return Decimal(target.target_count) if target.target_type == TargetType.NUMERIC else target.target_amount


def percentage_of(realised: Decimal, goal: Decimal) -> Decimal:
	"""`realised` as a percentage of `goal`, to six decimals; 0 where there is no goal."""
	if not goal:
		return ZERO
	percentage = (realised * HUNDRED / goal).quantize(PERCENT_QUANTUM, ROUND_HALF_UP)
	return max(-LARGEST_PERCENTAGE, min(percentage, LARGEST_PERCENTAGE))


def attain(
	target: Target,
	realised_amount: Decimal,
	order_count: int,
	today: date,
	monthly: Mapping[int, Decimal] | None = None,
) -> Attainment:
	"""Where the target stands on `today`. `monthly` are a Monthly Distribution's percentages by month."""
	numeric = target.target_type == TargetType.NUMERIC
	goal = goal_of(target)
	realised = Decimal(order_count) if numeric else realised_amount
	share = expected_share(target.from_date, target.to_date, today, monthly)
	expected = _due(target, share)
	return Attainment(
		goal=goal,
		realised=realised,
		percentage=percentage_of(realised, goal),
		expected=expected,
		expected_percentage=(share * HUNDRED).quantize(PERCENT_QUANTUM, ROUND_HALF_UP),
		ahead=realised - expected,
		status=status_of(target, realised, goal, today),
	)


def due_by(target: Target, day: date, monthly: Mapping[int, Decimal] | None = None) -> Decimal:
	"""The part of the goal that is due by the end of `day`: money, or orders to the hundredth."""
	return _due(target, expected_share(target.from_date, target.to_date, day, monthly))


def _due(target: Target, share: Decimal) -> Decimal:
	numeric = target.target_type == TargetType.NUMERIC
	return round_money(goal_of(target) * share, 2 if numeric else target.precision)


def forecast(goal: Decimal, expected: Decimal, realised: Decimal, precision: int) -> Decimal | None:
	"""What the whole period will come to if it goes on as it went: realised : expected = forecast : goal.

	None before anything was expected, or where there is no goal. Once all is due it is what was realised.
	"""
	if goal <= 0 or expected <= 0:
		return None
	return round_money(realised * goal / expected, precision)


def status_of(target: Target, realised: Decimal, goal: Decimal, today: date) -> Status:
	"""A target that is reached stays achieved, also before its period ends."""
	if goal and realised >= goal:
		return Status.ACHIEVED
	if today < target.from_date:
		return Status.UPCOMING
	return Status.MISSED if today > target.to_date else Status.RUNNING


def expected_share(
	from_date: date, to_date: date, today: date, monthly: Mapping[int, Decimal] | None = None
) -> Decimal:
	"""The part of a target, 0 to 1, that is due by the end of `today`.

	Evenly by day; or each month by its percentage, evenly within the month, scaled so that the period's
	months make up the whole.
	"""
	if today < from_date:
		return ZERO
	if today >= to_date:
		return Decimal(1)
	due = _weight(from_date, today, monthly)
	whole = _weight(from_date, to_date, monthly)
	if not whole:
		due, whole = _weight(from_date, today, None), _weight(from_date, to_date, None)
	return due / whole


def _weight(first: date, last: date, monthly: Mapping[int, Decimal] | None) -> Decimal:
	if monthly is None:
		return Decimal((last - first).days + 1)
	return sum(
		(
			monthly.get(start.month, ZERO) * ((end - start).days + 1) / monthrange(start.year, start.month)[1]
			for start, end in months_between(first, last)
		),
		ZERO,
	)


def months_between(first: date, last: date) -> Iterator[tuple[date, date]]:
	"""The calendar months that a period touches, cut to the period."""
	start = first
	while start <= last:
		month_end = start.replace(day=monthrange(start.year, start.month)[1])
		yield start, min(month_end, last)
		start = month_end + timedelta(days=1)


def quarters_between(first: date, last: date) -> Iterator[tuple[date, date]]:
	"""The calendar quarters that a period touches, cut to the period."""
	months = list(months_between(first, last))
	while months:
		quarter = (months[0][0].month - 1) // 3
		many = next(
			(at for at, (start, _end) in enumerate(months) if (start.month - 1) // 3 != quarter), None
		)
		part, months = months[:many], months[many:] if many else []
		yield part[0][0], part[-1][1]
