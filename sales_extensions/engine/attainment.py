"""Target against result: percentage, pace and status (T2, T6)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict, TypeVar

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
	#: Less is realised than was due by the end of yesterday: what is due today may still come.
	behind: bool = False

	@property
	def lead(self) -> Decimal:
		"""How far the result is before what is expected by now, in percent of the goal; below 0 where it is less."""
		return self.percentage - self.expected_percentage

	def needed_a_week(self, days_left: int) -> Decimal:
		"""What each of the weeks that are left must bring for the goal to be reached; `days_left` without today."""
		weeks = max(Decimal(days_left + 1) / 7, Decimal(1))
		return max((self.goal - self.realised) / weeks, ZERO)


class Paced(TypedDict):
	"""A row about a target, with its `lead` and whether it is `behind`."""

	lead: Decimal
	behind: bool


Row = TypeVar("Row", bound=Paced)


def by_pace(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
	"""Who leads, furthest ahead first, and who is at risk, furthest behind first: by `lead` and `behind` of each row."""
	rows = list(rows)
	leaders = sorted((row for row in rows if not row["behind"]), key=lambda row: -row["lead"])
	return leaders, sorted((row for row in rows if row["behind"]), key=lambda row: row["lead"])


def goal_of(target: Target) -> Decimal:
	"""An amount for a financial target, a number of orders for a numeric one."""
	return Decimal(target.target_count) if target.target_type == TargetType.NUMERIC else target.target_amount


def percentage_of(realised: Decimal, goal: Decimal) -> Decimal:
	"""`realised` as a percentage of `goal`, to six decimals; 0 where there is no goal."""
	if not goal:
		return ZERO
	percentage = max(-LARGEST_PERCENTAGE, min(realised * HUNDRED / goal, LARGEST_PERCENTAGE))
	return percentage.quantize(PERCENT_QUANTUM, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Pace:
	"""What of a target is due on a day, whatever its result is."""

	target: Target
	today: date
	share: Decimal
	due_yesterday: Decimal

	def attained(self, realised_amount: Decimal, order_count: int) -> Attainment:
		"""Where the target stands with this result."""
		goal = goal_of(self.target)
		realised = Decimal(order_count) if self.target.target_type == TargetType.NUMERIC else realised_amount
		expected = _due(self.target, self.share)
		status = status_of(self.target, realised, goal, self.today)
		return Attainment(
			goal=goal,
			realised=realised,
			percentage=percentage_of(realised, goal),
			expected=expected,
			expected_percentage=(self.share * HUNDRED).quantize(PERCENT_QUANTUM, ROUND_HALF_UP),
			ahead=realised - expected,
			status=status,
			behind=is_behind(status, realised, self.due_yesterday),
		)


def pace_of(target: Target, today: date, monthly: Mapping[int, Decimal] | None = None) -> Pace:
	"""What is due of the target on `today`. `monthly` are a Monthly Distribution's percentages by month."""
	share = expected_share(target.from_date, target.to_date, today, monthly)
	return Pace(target, today, share, due_before(target, today, monthly))


def attain(
	target: Target,
	realised_amount: Decimal,
	order_count: int,
	today: date,
	monthly: Mapping[int, Decimal] | None = None,
) -> Attainment:
	"""Where the target stands on `today`. `monthly` are a Monthly Distribution's percentages by month."""
	return pace_of(target, today, monthly).attained(realised_amount, order_count)


def due_by(target: Target, day: date, monthly: Mapping[int, Decimal] | None = None) -> Decimal:
	"""The part of the goal that is due by the end of `day`: money, or orders to the hundredth."""
	return _due(target, expected_share(target.from_date, target.to_date, day, monthly))


def due_before(target: Target, today: date, monthly: Mapping[int, Decimal] | None = None) -> Decimal:
	"""What was due by the end of yesterday: what is due today may still come."""
	return due_by(target, today - timedelta(days=1), monthly)


def is_behind(status: str, realised: Decimal, due: Decimal) -> bool:
	"""Whether less is realised than was `due` by the end of yesterday."""
	return status == Status.RUNNING and realised < due


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
	if is_even_by_day(from_date, to_date, monthly):
		monthly = None
	return _weight(from_date, today, monthly) / _weight(from_date, to_date, monthly)


def is_even_by_day(from_date: date, to_date: date, monthly: Mapping[int, Decimal] | None) -> bool:
	"""Whether a target is due evenly by day: without a distribution, or with one that has no month of its period."""
	return not _weight(from_date, to_date, monthly) if monthly is not None else True


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
