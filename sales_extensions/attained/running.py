"""Where the targets of a day stand against goal and pace (T6, D3).

Read from the targets' own figures, in a fixed number of statements; none of them reads orders or entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import cint, getdate, nowdate

from sales_extensions import measures
from sales_extensions.engine import TargetType
from sales_extensions.engine.attainment import attain, by_pace
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.ledger import book, facts

TARGET, ASSIGNEE = "Sales Target", "Sales Target Assignee"
COLUMNS = (
	"name", "title", "target_type", "company", "from_date", "to_date", "target_amount", "target_count", "currency",
	"realised_amount", "result_in_full", "order_count", "monthly_distribution", "measured_on", "period_status",
	"adjustment_amount", "adjustments_in_full", "adjustment_count",
)  # fmt: skip
#: how many rows a list has
ROWS = 6


def today(naming: Iterable[str] | None = None) -> list[dict[str, object]]:
	"""Each target whose period has today in it, against its goal and its pace; not its sellers. `naming`: those that name
	one of these sellers or groups.

	`lead` is how far the result is before what is expected by now, in percent of the goal. Raises
	PermissionError without read permission on targets; User Permissions hold.
	"""
	filters = [[TARGET, field, *condition] for field, condition in running_on(getdate(nowdate())).items()]
	if naming is not None:
		filters.append([ASSIGNEE, "sales_person", "in", sorted(naming)])
	return _standing(filters)


def running_on(day: date) -> dict[str, list[str]]:
	"""Filters of a list, by field: the targets whose period has the day in it."""
	return {"from_date": ["<=", str(day)], "to_date": [">=", str(day)]}


def ended(first: date, last: date) -> list[dict[str, object]]:
	"""Each target whose last day is within these two days, as it stands now; else as `today`."""
	return _standing({"to_date": ("between", (first, last))})


def name_sellers(rows: list[dict[str, object]]) -> list[dict[str, object]]:
	"""The same rows, each with its `sellers`."""
	sellers = facts.assignees_of([row["name"] for row in rows])
	for row in rows:
		row["sellers"] = sellers[row["name"]]
	return rows


def _standing(filters: dict[str, object] | list[list[object]]) -> list[dict[str, object]]:
	frappe.has_permission(TARGET, "read", throw=True)
	found = frappe.get_list(TARGET, filters=filters, fields=list(COLUMNS), order_by="name", limit=0)
	rows = {row.name: row for row in found}.values()  # by a table of several that match, it is there as often
	months = facts.distributions(row.monthly_distribution for row in rows)
	day = getdate(nowdate())
	return [_shown(row, months.get(row.monthly_distribution), day) for row in rows]


def _shown(row: dict, monthly: dict[int, Decimal] | None, day: date) -> dict[str, object]:
	target = facts.target_from_row(row, (), facts.precision())
	at = attain(target, book.realised(row), cint(row.order_count), day, monthly)
	days_left = (getdate(row.to_date) - day).days
	return {
		"name": row.name,
		"title": measures.titled(row.title, row.measured_on),
		"target_type": row.target_type,
		"measured_on": row.measured_on,
		"company": row.company,
		"currency": row.currency,
		"from_date": getdate(row.from_date),
		"to_date": getdate(row.to_date),
		"days_left": days_left,
		"goal": at.goal,
		"realised": at.realised,
		"percentage": at.percentage,
		"expected_percentage": at.expected_percentage,
		"ahead": at.ahead,
		"behind": at.behind,
		"lead": at.lead,
		"weekly": at.needed_a_week(days_left),
		"status": str(at.status),
		"adjusted": _adjusted(row),
	}


def _adjusted(row: dict) -> Decimal:
	"""What was booked on a closed target since, beside its result (H3): money, or orders."""
	if row.period_status != "Closed":
		return ZERO
	if row.target_type == TargetType.NUMERIC:
		return to_decimal(row.adjustment_count)
	return book.adjusted(row)


def lags(row: dict[str, object]) -> bool:
	return bool(row["behind"])


def ranked(rows: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
	"""The farthest ahead first, and the farthest behind."""
	leaders, behind = by_pace(rows)
	return {"leaders": leaders, "behind": behind}
