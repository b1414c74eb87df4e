"""The quarters of a company's fiscal year (T5, T6).

A quarter is three months from the first day of the fiscal year on: of 1 February to 31 January the first is 1 February
to 30 April. A year that is shorter or longer than twelve months has fewer or more, the last cut where the year ends.
Before the first year that was set up, and after the last, years go on as that one began and ended; where none was,
they are the calendar's.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .recurrence import moved

DAY = timedelta(days=1)
#: First and last day, both included.
Year = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Quarter:
	"""`number`: the how manieth of its fiscal year. `by_day`: another year lies in the same calendar year."""

	first: date
	last: date
	number: int
	year: Year
	by_day: bool = False

	@property
	def label(self) -> str:
		"""2026 Q1, or 2026/27 Q1 of a year that ends in the next: sorted, they are in the order of time.

		2026-07-01 Q1 of a year that began on that day, where 2026 could be another.
		"""
		return f"{self.year[0] if self.by_day else _calendar(self.year)} Q{self.number}"


def _calendar(year: Year) -> str:
	began, ended = (day.year for day in year)
	return str(began) if began == ended else f"{began}/{ended % 100:02}"


def year_of(day: date, known: Collection[Year]) -> Year:
	"""The fiscal year that a day is in. `known`: those that were set up; of several, the one that began last."""
	after = min((first for first, _last in known if first > day), default=None)
	first, last = max(
		(year for year in known if year[0] <= day <= year[1]), default=_as_if(day, known, after)
	)
	return first, min(last, after - DAY) if after else last


def _as_if(day: date, known: Collection[Year], after: date | None) -> Year:
	"""A year like those before the day, or else like those after it."""
	before = max((last + DAY for _first, last in known if last < day), default=None)
	start = before or after or date(day.year, 1, 1)
	years = months_from(start, day) // 12
	return moved(start, 12 * years), moved(start, 12 * (years + 1)) - DAY


def quarter_of(day: date, known: Collection[Year]) -> Quarter:
	year = year_of(day, known)
	number = months_from(year[0], day) // 3
	last = min(moved(year[0], 3 * number + 3) - DAY, year[1])
	return Quarter(moved(year[0], 3 * number), last, number + 1, year, _has_twin(year, known))


def _has_twin(year: Year, known: Collection[Year]) -> bool:
	"""Whether the year before or after lies in the same calendar year."""
	beside = (year_of(day, known) for day in (year[0] - DAY, year[1] + DAY))
	return any(_calendar(one) == _calendar(year) for one in beside)


def quarters_between(first: date, last: date, known: Collection[Year] = ()) -> Iterator[Quarter]:
	"""The quarters that a period touches, cut to the period."""
	day = first
	while day <= last:
		quarter = quarter_of(day, known)
		yield replace(quarter, first=day, last=min(quarter.last, last))
		day = quarter.last + DAY


def months_from(start: date, day: date) -> int:
	"""Whole months from one day to another; below 0 where that is earlier."""
	months = (day.year - start.year) * 12 + day.month - start.month
	return months if moved(start, months) <= day else months - 1
