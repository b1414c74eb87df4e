"""The figures of the pipeline, counted by the database from passages and first contacts alone (C5, X4).

A customer who is won twice in a period is won twice. Everything is of the parties that the user may read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_months, cint, get_first_day, getdate, today

from sales_extensions import called, permissions
from sales_extensions.charges import report_filters as read

from .book import PARTY, PASSAGE

GROUPS = ("Employee", "Territory", "Month")
CHARTS = ("Stages", "Months")
IN_PIPELINE, ENTERED, WON, LOST, DECIDED, NEW = (
	"In Pipeline", "Entered", "Won", "Lost", "Won or Lost", "New Prospects",
)  # fmt: skip
METRICS = (IN_PIPELINE, ENTERED, WON, LOST, DECIDED, NEW)
#: A trend shows at least and at most so many months.
FEWEST_MONTHS, MOST_MONTHS = 12, 36


@dataclass(frozen=True, slots=True)
class Filters:
	"""What was asked for. Days are included; `territories` with what is under the chosen one, None: all."""

	from_date: date
	to_date: date
	employee: str = ""
	territory: str = ""
	territories: tuple[str, ...] | None = None
	exact: bool = False
	group_by: str = GROUPS[0]
	chart: str = CHARTS[0]
	metric: str = IN_PIPELINE
	stage: str = ""
	limit: int = read.DEFAULT_ROWS


def filters_of(given: dict | None) -> Filters:
	"""Raises ValidationError that names the field, for what is no date, no such name, reversed or no text."""
	given = called.filters(given)
	first, last = read.period(given)
	territory = read.text(given.get("territory"), _("Territory"))
	exact = read.tick(given.get("exact"), _("Exclude Descendants"))
	return Filters(
		from_date=first,
		to_date=last,
		employee=read.existing("Employee", given.get("employee"), _("Employee")),
		territory=territory,
		territories=read.subtree("Territory", territory, _("Territory"), exact),
		exact=exact,
		group_by=read.choice(given.get("group_by") or GROUPS[0], GROUPS, _("Group By")),
		chart=read.choice(given.get("chart") or CHARTS[0], CHARTS, _("Chart")),
		metric=read.choice(given.get("metric") or IN_PIPELINE, METRICS, _("Figure")),
		stage=read.existing("Pipeline Stage", given.get("stage"), _("Pipeline Stage")),
		limit=read.rows(given.get("limit")),
	)


def refuse_unpermitted() -> None:
	"""Raises PermissionError for who may not read passages or make reports of them."""
	for permission in ("read", "report"):
		frappe.has_permission(PASSAGE, permission, throw=True)


# --- figures ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
	"""The metrics of C5. `won_days`: of all won passages together, from entry to won."""

	in_pipeline: int = 0
	entered: int = 0
	won: int = 0
	lost: int = 0
	won_days: int = 0
	new_prospects: int = 0

	@property
	def win_percentage(self) -> float | None:
		"""None where nothing was decided: that is not a rate of nil."""
		decided = self.won + self.lost
		return 100 * self.won / decided if decided else None

	@property
	def average_days(self) -> float | None:
		return self.won_days / self.won if self.won else None

	def __add__(self, other: Figures) -> Figures:
		return Figures(*(getattr(self, name) + getattr(other, name) for name in COUNTED))


COUNTED = tuple(Figures.__dataclass_fields__)


def figures(asked: Filters) -> dict[str, Figures]:
	"""By employee, territory or month, as asked for; "" for nobody and nowhere. No group has only noughts."""
	if asked.group_by == "Month":
		return {f"{day:%Y-%m}": one for day, one in by_month(asked).items() if one != Figures()}
	column = {"Employee": "employee", "Territory": "territory"}[asked.group_by]
	found = {key or "": Figures(*map(cint, counted)) for key, *counted in _counted(asked, f"p.`{column}`")}
	of_contact = {"Employee": "first_contact_employee", "Territory": "territory"}[asked.group_by]
	for key, contacts in _contacts(asked, f"b.`{of_contact}`"):
		key = key or ""
		found[key] = replace(found.get(key, Figures()), new_prospects=contacts)
	return {key: one for key, one in found.items() if one != Figures()}


def total(groups: Mapping[str, Figures], asked: Filters) -> Figures:
	"""Of all groups. Who is in the pipeline at the end of one month may still be at the end of the next."""
	found = sum(groups.values(), Figures())
	if asked.group_by != "Month":
		return found
	last = groups.get(f"{asked.to_date:%Y-%m}", Figures())
	return replace(found, in_pipeline=last.in_pipeline)


def _counted(asked: Filters, key: str) -> tuple[tuple, ...]:
	"""In one reading of the index `overview`."""
	where, values = _where(asked, "p", PASSAGE, "employee")
	return frappe.db.sql(
		f"""SELECT {key},
			SUM(p.left_on IS NULL OR p.left_on > %(last)s),
			SUM(p.entered_on >= %(first)s),
			SUM(p.outcome = 'Won' AND p.left_on BETWEEN %(first)s AND %(last)s),
			SUM(p.outcome = 'Lost' AND p.left_on BETWEEN %(first)s AND %(last)s),
			SUM(IF(p.outcome = 'Won' AND p.left_on BETWEEN %(first)s AND %(last)s,
				DATEDIFF(p.left_on, p.entered_on), 0))
		FROM `tab{PASSAGE}` p
		WHERE p.entered_on <= %(last)s AND (p.left_on IS NULL OR p.left_on >= %(first)s) AND {where}
		GROUP BY {key}""",
		values,
	)


def _contacts(asked: Filters, key: str) -> tuple[tuple, ...]:
	"""First contacts made in the period."""
	where, values = _where(asked, "b", PARTY, "first_contact_employee")
	return frappe.db.sql(
		f"""SELECT {key}, COUNT(*) FROM `tab{PARTY}` b
		WHERE b.first_contact_on BETWEEN %(first)s AND %(last)s AND {where} GROUP BY {key}""",
		values,
	)


def _where(asked: Filters, alias: str, doctype: str, employee: str) -> tuple[str, dict[str, object]]:
	conditions = [permitted(doctype, alias)]
	if asked.employee:
		conditions.append(f"{alias}.`{employee}` = %(employee)s")
	if asked.territories is not None:
		conditions.append(f"{alias}.territory IN %(territories)s")
	values = {
		"first": asked.from_date,
		"last": asked.to_date,
		"employee": asked.employee,
		"territories": asked.territories or ("",),
	}
	return " AND ".join(filter(None, conditions)) or "1 = 1", values


def permitted(doctype: str, alias: str) -> str:
	"""The rows that the user may read, as a condition with % doubled; empty where nothing restricts."""
	condition = permissions.restriction(doctype)
	return condition.replace("%", "%%").replace(f"`tab{doctype}`", alias)


# --- stages -----------------------------------------------------------------------------------------

#: The stage at which a passage that moved on since was on the day: the last of its history until then.
EARLIER_STAGE = """JSON_VALUE(p.stages, CONCAT('$[', (
	SELECT COUNT(*) - 1 FROM JSON_TABLE(p.stages, '$[*]' COLUMNS (day DATE PATH '$[0]')) moves WHERE moves.day <= %(last)s
), '][1]'))"""


def stages(asked: Filters) -> dict[str, int]:
	"""Parties in the pipeline at the end of the period, by the stage they were at then; in the stages' order.

	Two statements: who has not moved on since then is counted in the index `overview` alone.
	"""
	where, values = _where(asked, "p", PASSAGE, "employee")
	found: Counter[str] = Counter()
	for stage, moved_on in (("p.pipeline_stage", "<="), (EARLIER_STAGE, ">")):
		rows = frappe.db.sql(
			f"""SELECT {stage} AS stage, COUNT(*) FROM `tab{PASSAGE}` p
			WHERE {BEHIND[IN_PIPELINE]} AND p.stage_since {moved_on} %(last)s AND {where} GROUP BY stage""",
			values,
		)
		found.update(dict(rows))
	open_stages = stages_in_order()
	return {stage: found.pop(stage, 0) for stage in open_stages} | dict(sorted(found.items()))


def stages_in_order() -> list[str]:
	"""Open stages that are in use."""
	return frappe.get_all(
		"Pipeline Stage",
		{"outcome": ("not in", ("Won", "Lost")), "disabled": 0},
		pluck="name",
		order_by="sequence, name",
	)


def stage_on(history: str, day: date) -> tuple[date, str]:
	"""Since when a party was where, on a day of its passage."""
	moves = json.loads(history)
	moved, stage = moves[max(0, bisect_right([one[0] for one in moves], str(day)) - 1)]
	return date.fromisoformat(moved), stage


# --- months -----------------------------------------------------------------------------------------


def by_month(asked: Filters) -> dict[date, Figures]:
	"""The figures of each month, by its first day; what is outside of the period is left out of its months."""
	return _months(asked, _first_days(asked.from_date, asked.to_date), since=asked.from_date)


def trend(asked: Filters) -> dict[date, Figures]:
	"""The same of whole months, and of a short period with the months before it, for a chart."""
	days = _first_days(asked.from_date, asked.to_date)[-MOST_MONTHS:]
	while len(days) < FEWEST_MONTHS:
		days.insert(0, getdate(add_months(days[0], -1)))
	return _months(asked, days, since=days[0])


def _first_days(first: date, last: date) -> list[date]:
	count = (last.year - first.year) * 12 + last.month - first.month + 1
	start = getdate(get_first_day(first))
	return [getdate(add_months(start, number)) for number in range(count)]


def _months(asked: Filters, days: list[date], since: date) -> dict[date, Figures]:
	"""Who is in the pipeline at the end of a month are those who had entered less those who had left."""
	asked = replace(asked, from_date=since)
	entered, left, contacts = (
		_entered(asked),
		_left(asked),
		dict(_contacts(asked, _month("b.first_contact_on", ""))),
	)
	inside = entered.pop(0, 0) - sum(left.pop(0, (0, 0, 0))[:2])
	found = {}
	for day in days:
		key = day.year * 100 + day.month
		won, lost, won_days = left.get(key, (0, 0, 0))
		inside += entered.get(key, 0) - won - lost
		found[day] = Figures(inside, entered.get(key, 0), won, lost, won_days, cint(contacts.get(key)))
	return found


def _month(column: str, before: str = "0") -> str:
	"""202603, or 0 for what was before the first day."""
	month = f"EXTRACT(YEAR_MONTH FROM {column})"
	return f"IF({column} < %(first)s, {before}, {month})" if before else month


def _entered(asked: Filters) -> dict[int, int]:
	where, values = _where(asked, "p", PASSAGE, "employee")
	month = _month("p.entered_on")
	rows = frappe.db.sql(
		f"""SELECT {month}, COUNT(*) FROM `tab{PASSAGE}` p
		WHERE p.entered_on <= %(last)s AND {where} GROUP BY {month}""",
		values,
	)
	return {cint(key): cint(count) for key, count in rows}


def _left(asked: Filters) -> dict[int, tuple[int, int, int]]:
	"""Won, lost, and the days to a win together."""
	where, values = _where(asked, "p", PASSAGE, "employee")
	month = _month("p.left_on")
	rows = frappe.db.sql(
		f"""SELECT {month}, SUM(p.outcome = 'Won'), SUM(p.outcome = 'Lost'),
			SUM(IF(p.outcome = 'Won', DATEDIFF(p.left_on, p.entered_on), 0))
		FROM `tab{PASSAGE}` p WHERE p.left_on <= %(last)s AND {where} GROUP BY {month}""",
		values,
	)
	return {cint(key): tuple(map(cint, counted)) for key, *counted in rows}


# --- customers --------------------------------------------------------------------------------------


def customers(asked: Filters) -> list[dict]:
	"""Those behind a figure, newest first: passages, or parties with their first contact (X4)."""
	rows = _new(asked) if asked.metric == NEW else _passages(asked)
	names = employee_names({row.employee for row in rows})
	for row in rows:
		row.employee_name = names.get(row.employee, "")
	return rows


def _new(asked: Filters) -> list[dict]:
	where, values = _where(asked, "b", PARTY, "first_contact_employee")
	return frappe.db.sql(
		f"""SELECT b.party_type, b.party, b.party_name, b.territory, b.first_contact_employee AS employee,
			b.first_contact_on, b.first_contact, p.pipeline_stage, p.outcome
		FROM `tab{PARTY}` b LEFT JOIN `tab{PASSAGE}` p
			ON p.name = CONCAT(b.name, '-', LPAD(b.passages, 4, '0'))
		WHERE b.first_contact_on BETWEEN %(first)s AND %(last)s AND {where}
		ORDER BY b.first_contact_on DESC, b.party_name, b.party LIMIT %(limit)s""",
		values | {"limit": asked.limit + 1},
		as_dict=True,
	)


#: Which passages a figure counts.
BEHIND = {
	IN_PIPELINE: "p.entered_on <= %(last)s AND (p.left_on IS NULL OR p.left_on > %(last)s)",
	ENTERED: "p.entered_on BETWEEN %(first)s AND %(last)s",
	WON: "p.outcome = 'Won' AND p.left_on BETWEEN %(first)s AND %(last)s",
	LOST: "p.outcome = 'Lost' AND p.left_on BETWEEN %(first)s AND %(last)s",
	DECIDED: "p.left_on BETWEEN %(first)s AND %(last)s",
}


def _passages(asked: Filters) -> list[dict]:
	where, values = _where(asked, "p", PASSAGE, "employee")
	inside = asked.metric == IN_PIPELINE
	of_stage = ""
	if asked.stage:
		then = f"IF(p.stage_since <= %(last)s, p.pipeline_stage, {EARLIER_STAGE})"
		of_stage = f"AND {then if inside else 'p.pipeline_stage'} = %(stage)s"
	rows = frappe.db.sql(
		f"""SELECT p.name, p.party_type, p.party, p.party_name, p.territory, p.employee, p.sellers, p.pipeline_stage,
			p.stage_since, p.stages, p.outcome, p.entered_on, p.left_on, p.days, p.reason, p.reason_parts
		FROM `tab{PASSAGE}` p WHERE {BEHIND[asked.metric]} AND {where} {of_stage}
		ORDER BY COALESCE(p.left_on, p.entered_on) DESC, p.party_name, p.name LIMIT %(limit)s""",
		values | {"stage": asked.stage, "limit": asked.limit + 1},
		as_dict=True,
	)
	return [_as_of(row, asked.to_date) for row in rows] if inside else rows


def _as_of(row: dict, day: date) -> dict:
	"""A passage as it was on a day on which it went on."""
	row.stage_since, row.pipeline_stage = stage_on(row.stages, day)
	until = min(day, getdate(today()))
	row.update(outcome="Open", left_on=None, days=max(0, (until - row.entered_on).days))
	return row


def employee_names(names: Iterable[str | None]) -> dict[str, str]:
	wanted = [name for name in names if name]
	table = frappe.qb.DocType("Employee")
	query = (
		frappe.qb.from_(table).select(table.name, table.employee_name).where(table.name.isin(wanted or [""]))
	)
	return dict(query.run())
