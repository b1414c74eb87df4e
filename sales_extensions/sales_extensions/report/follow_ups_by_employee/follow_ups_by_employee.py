"""Follow-ups of each employee: made, due, overdue, completed in time (C4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from frappe import _
from frappe.utils import get_last_day, getdate

from sales_extensions import called, clock, errors, lines, showing
from sales_extensions.activities import asked, seen
from sales_extensions.activities.asked import Period
from sales_extensions.charges.report_view import NONE, card, chart, column
from sales_extensions.engine.followups import OVERDUE, FollowUp, Tally, counted
from sales_extensions.follow_ups import due
from sales_extensions.follow_ups.due import MONTH, WEEK, WHOLE

#: Of the chart, from the axis up: in time in green, late in orange, overdue in red.
COLOURS = {"in_time": "#48BB74", "late": "#ED8936", "overdue": "#F56B6B"}


@errors.report("Follow Ups by Employee")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, rows, what the figures mean, chart and totals. Raises PermissionError, ValidationError."""
	seen.refuse_unpermitted()
	filters = called.filters(filters)
	period = asked.period(filters)
	every = asked.choice(filters.get("every") or WHOLE, (WHOLE, MONTH, WEEK), _("For Each"))
	tallies = tallies_of(period, every)
	rows = rows_of(tallies)
	shown, left_out = asked.first_of(rows, period.limit)
	notes = "<br>".join(note for note in (left_out, meaning()) if note)
	return (
		columns(every),
		shown,
		notes,
		bars(rows),
		[
			*cards(sum(tallies.values(), Tally())),
			overdue_now(period, filters),
		],
	)


@dataclass(frozen=True, slots=True)
class Part:
	"""A part of the period: its first and last day, and how it is called."""

	first: date
	last: date
	label: str = ""


Key = tuple[str, str, Part]


def tallies_of(period: Period, every: str) -> dict[Key, Tally]:
	"""By user, employee and part of the period."""
	found: dict[Key, Tally] = defaultdict(Tally)
	today = clock.today()
	for user, employee, follow_up, number in due.groups(period, every):
		for part in parts(follow_up, period, every):
			one = counted(follow_up, number, part.first, part.last, today)
			if one != Tally():
				found[user, employee, part] += one
	return found


def parts(follow_up: FollowUp, period: Period, every: str) -> set[Part]:
	"""The parts of the period in which a follow-up may count: where it was made, and where it is due."""
	if every == WHOLE:
		return {Part(period.first, period.last)}
	return {_part(day, period, every) for day in (follow_up.made_on, follow_up.due_on)}


def _part(day: date, period: Period, every: str) -> Part:
	if every == MONTH:
		first, last, label = day.replace(day=1), getdate(get_last_day(day)), day.strftime("%Y-%m")
	else:
		first = day - timedelta(days=day.weekday())
		last, label = first + timedelta(days=6), first.isoformat()
	return Part(max(first, period.first), min(last, period.last), label)


def rows_of(tallies: dict[Key, Tally]) -> list[dict]:
	rows = [
		{
			"user": user,
			"employee": employee,
			"part": part.label,
			"first_day": part.first.isoformat(),
			"last_day": part.last.isoformat(),
			"made": one.made,
			"due": one.due,
			"open": one.open,
			"overdue": one.overdue,
			"in_time": one.in_time,
			"late": one.late,
			"in_time_share": one.in_time_share,
		}
		for (user, employee, part), one in tallies.items()
	]
	seen.name_people(rows)
	return sorted(rows, key=lambda row: (row["part"], row["who"].lower(), row["user"]))


def columns(every: str) -> list[dict]:
	part = [column("part", _("Month") if every == MONTH else _("Week From"), "Data", 110)]
	return [
		*(part if every != WHOLE else []),
		column("who", _("Employee"), "Data", 170),
		column("made", _("Made"), "Int", 80),
		column("due", _("Due"), "Int", 80),
		column("open", _("Open"), "Int", 80),
		column("overdue", _("Overdue"), "Int", 95),
		column("in_time", _("Completed in Time"), "Int", 155),
		column("late", _("Completed Late"), "Int", 135),
		column("in_time_share", _("In Time"), "Percent", 100, precision=1),
	]


def meaning() -> str:
	return _(
		"Made: by the day of the conversation. All else: by the day on which the follow-up is due. Overdue: not "
		"completed on the day after. In Time: of those that are overdue, or completed on a day that was noted, how "
		"many were completed on their day or before."
	)


def bars(rows: list[dict]) -> dict | None:
	"""Who has most overdue, completed late or in time comes first."""
	sums: dict[str, Counter[str]] = defaultdict(Counter)
	for row in rows:
		sums[row["who"]].update({field: row[field] for field in ("overdue", "late", "in_time")})
	names = sorted(
		sums, key=lambda name: (*(-sums[name][field] for field in ("overdue", "late", "in_time")), name)
	)
	labels = {"in_time": _("In Time"), "late": _("Late", context="of follow-ups"), "overdue": _("Overdue")}
	sets = {labels[field]: [sums[name][field] for name in names] for field in COLOURS}
	found = chart([name or _("None") for name in names], sets)
	return found and {
		**found,
		"fieldtype": "Int",
		"barOptions": {"stacked": 1},
		"colors": list(COLOURS.values()),
	}


def cards(total: Tally) -> list[dict]:
	share = total.in_time_share
	return [
		card(_("Made"), total.made),
		card(_("Due"), total.due),
		card(_("Overdue, Due in the Period"), total.overdue, indicator="Red" if total.overdue else "Grey"),
		card(_("Completed in Time"), total.in_time, indicator="Green" if total.in_time else "Grey"),
		card(_("In Time"), NONE, "Data")
		if share is None
		else card(_("In Time"), share, "Percent", "Green", precision=1),
	]


def overdue_now(period: Period, filters: dict) -> dict:
	"""What is overdue today, whenever it was due, and the way to it: what was due before the period waits all the same."""
	whose = due.Asked(clock.today(), employee=period.employee, territories=period.territories)
	number = due.counts(whose)[OVERDUE]
	asked_for = {name: filters[name] for name in ("employee", "territory") if filters.get(name)}
	href = showing.text(lines.report("Follow Ups", {"whose": asked.ALL, **asked_for}))
	label = _("All Overdue Now")
	return card(f'<a href="{href}">{label}</a>', number, indicator="Red" if number else "Grey")
