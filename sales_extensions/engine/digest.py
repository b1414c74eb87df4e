"""What a week's digest tells of a company: its targets by status, and those that ended (issue 5, item 5)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, TypeVar

from .attainment import Status
from .notices import Unit
from .words import Reason, _

#: More of one status in one mail are not read; a link leads to the others.
MOST_NAMED = 15


class Told(TypedDict):
	"""What is told of a target. `percentage`: of its goal."""

	company: str
	title: str
	name: str
	status: str
	percentage: Decimal


Row = TypeVar("Row", bound=Told)


def last_week(today: date) -> tuple[date, date]:
	"""Monday and Sunday of the week before the one that `today` is in."""
	monday = today - timedelta(days=today.weekday())
	return monday - timedelta(days=7), monday - timedelta(days=1)


def week_name(day: date) -> str:
	"""2026-W07: of the ISO week, whose year is not always the day's."""
	year, week, _day = day.isocalendar()
	return f"{year}-W{week:02}"


def by_company(rows: Iterable[Row]) -> dict[str, list[Row]]:
	found: dict[str, list[Row]] = {}
	for row in sorted(rows, key=lambda row: (row["company"], row["title"], row["name"])):
		found.setdefault(row["company"], []).append(row)
	return found


def by_status(rows: Iterable[Row]) -> dict[str, list[Row]]:
	"""In the order that a target passes through them; none that no target has."""
	rows = list(rows)
	found = {str(status): [row for row in rows if row["status"] == status] for status in Status}
	return {status: those for status, those in found.items() if those}


def worst_first(ended: Iterable[Row]) -> list[Row]:
	"""Of targets whose period is over, what fell furthest short of its goal comes first."""
	return sorted(ended, key=lambda row: (row["percentage"], row["title"], row["name"]))


def outcome(status: str, missing: Decimal, unit: Unit) -> Reason:
	"""How a target ended, and by how much: `missing` is what its result lacks, negative where it is more."""
	if status == Status.MISSED:
		return Reason(_("Missed by {0}"), (unit.text(missing),))
	if not missing:
		return Reason(_("Achieved exactly"))
	return Reason(_("Achieved, {0} over"), (unit.text(-missing),))
