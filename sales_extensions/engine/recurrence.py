"""On which days an appointment that repeats takes place (D2).

As the calendar shows it: every day, on weekdays, or every so many months on the day of the month it began on, or
that month's last day where it is shorter; until a last day, if there is one.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAILY, WEEKLY = "Daily", "Weekly"
MONTHS = {"Monthly": 1, "Quarterly": 3, "Half Yearly": 6, "Yearly": 12}


@dataclass(frozen=True, slots=True)
class Recurrence:
	"""`weekdays` for a weekly one, 0 is Monday; `until` is included."""

	begins: date
	every: str
	weekdays: frozenset[int] = frozenset()
	until: date | None = None


def days(recurrence: Recurrence, first: date, last: date) -> Iterator[date]:
	"""The days from `first` to `last`, both included, on which it takes place; none for an unknown `every`."""
	last = min(last, recurrence.until or last)
	first = max(first, recurrence.begins)
	if recurrence.every in MONTHS:
		yield from _every_months(recurrence.begins, MONTHS[recurrence.every], first, last)
	elif recurrence.every in (DAILY, WEEKLY):
		for number in range((last - first).days + 1):
			day = first + timedelta(number)
			if recurrence.every == DAILY or day.weekday() in recurrence.weekdays:
				yield day


def _every_months(begins: date, step: int, first: date, last: date) -> Iterator[date]:
	months = (first.year - begins.year) * 12 + first.month - begins.month
	months -= months % step
	while (day := moved(begins, months)) <= last:
		if day >= first:
			yield day
		months += step


def moved(day: date, months: int) -> date:
	"""The same day so many months later, or the last of a month that is too short for it."""
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
