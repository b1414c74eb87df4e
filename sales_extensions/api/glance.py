"""Where the targets of today stand: cards and lists of the workspaces (T6, D3, X4).

Read from the targets' own figures, in a fixed number of statements; none of them reads orders or entries. What a
card counts is the list that it opens.
"""

from __future__ import annotations

from calendar import month_name
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import add_days, cint, getdate, nowdate

from sales_extensions.engine.attainment import Attainment, Status, attain
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.ledger import facts

TARGET, CONVERSATION = "Sales Target", "Conversation"
COLUMNS = (
	"name", "title", "target_type", "company", "from_date", "to_date", "target_amount", "target_count", "currency",
	"realised_amount", "order_count", "monthly_distribution",
)  # fmt: skip
#: how many rows a list of the workspace has
ROWS = 6


# --- lists --------------------------------------------------------------------------------------


@frappe.whitelist()
def mine() -> dict[str, object]:
	"""The targets of today of the one who asks, then of the teams they are in: what ends first comes first."""
	seller, rows = _mine()
	rows.sort(key=lambda row: (seller not in row["sellers"], row["to_date"], row["title"]))
	return {"seller": seller, "targets": rows[:ROWS], "all": [row["name"] for row in rows]}


@frappe.whitelist()
def team() -> dict[str, object]:
	"""Who leads and who is at risk, of all targets of today that the one who asks may see."""
	return ranked(today())


def ranked(rows: list[dict[str, object]]) -> dict[str, object]:
	leaders = sorted((row for row in rows if not lags(row)), key=lambda row: -row["lead"])
	behind = sorted((row for row in rows if lags(row)), key=lambda row: row["lead"])
	return {
		"leaders": leaders[:ROWS],
		"leaders_all": [row["name"] for row in leaders],
		"behind": behind[:ROWS],
		"behind_all": [row["name"] for row in behind],
	}


def today(seller: str | None = None) -> list[dict[str, object]]:
	"""Each target whose period has today in it, against its goal and its pace. `seller`: theirs and their teams'.

	`lead` is how far the result is before what is expected by now, in percent of the goal. Raises
	PermissionError without read permission on targets; User Permissions hold.
	"""
	day = getdate(nowdate())
	return _standing({"from_date": ("<=", day), "to_date": (">=", day)}, seller)


def ended(first: date, last: date) -> list[dict[str, object]]:
	"""Each target whose last day is within these two days, as it stands now; else as `today`."""
	return _standing({"to_date": ("between", (first, last))})


def _standing(filters: dict[str, object], seller: str | None = None) -> list[dict[str, object]]:
	frappe.has_permission(TARGET, "read", throw=True)
	rows = frappe.get_list(TARGET, filters=filters, fields=list(COLUMNS), order_by="name", limit=0)
	sellers = _assignees([row.name for row in rows])
	if seller:
		above = facts.ancestors("Sales Person", [seller]).get(seller, frozenset())
		rows = [row for row in rows if above & set(sellers[row.name])]
	months = _distributions({row.monthly_distribution for row in rows} - {None, ""})
	day = getdate(nowdate())
	return [_shown(row, sellers[row.name], months.get(row.monthly_distribution), day) for row in rows]


def _shown(row: dict, sellers: list[str], monthly: dict[int, Decimal] | None, day: date) -> dict[str, object]:
	target = facts.target_from_row(row, sellers)
	at = attain(target, to_decimal(row.realised_amount), cint(row.order_count), day, monthly)
	days_left = (getdate(row.to_date) - day).days
	return {
		"name": row.name,
		"title": row.title,
		"sellers": sellers,
		"target_type": row.target_type,
		"company": row.company,
		"currency": row.currency,
		"to_date": getdate(row.to_date),
		"days_left": days_left,
		"goal": at.goal,
		"realised": at.realised,
		"percentage": at.percentage,
		"expected_percentage": at.expected_percentage,
		"ahead": at.ahead,
		"lead": at.percentage - at.expected_percentage,
		"weekly": _weekly(at, days_left),
		"status": str(at.status),
	}


def _weekly(at: Attainment, days_left: int) -> Decimal:
	"""What each of the weeks that are left must bring for the goal to be reached."""
	weeks = max(Decimal(days_left + 1) / 7, Decimal(1))
	return max((at.goal - at.realised) / weeks, ZERO)


def lags(row: dict[str, object]) -> bool:
	return row["status"] == Status.RUNNING and row["ahead"] < 0


def _assignees(targets: Iterable[str]) -> dict[str, list[str]]:
	found = defaultdict(list)
	for row in frappe.get_all(
		"Sales Target Assignee",
		filters={"parenttype": TARGET, "parent": ("in", list(targets) or [""])},
		fields=["parent", "sales_person"],
		order_by="parent, idx",
	):
		found[row.parent].append(row.sales_person)
	return found


def _distributions(names: Iterable[str]) -> dict[str, dict[int, Decimal]]:
	"""Several Monthly Distributions in one statement."""
	if not names:
		return {}
	found: dict[str, dict[int, Decimal]] = defaultdict(dict)
	for row in frappe.get_all(
		"Monthly Distribution Percentage",
		filters={"parent": ("in", list(names)), "parenttype": "Monthly Distribution"},
		fields=["parent", "month", "percentage_allocation"],
		order_by="parent, idx",
	):
		found[row.parent][list(month_name).index(row.month)] = to_decimal(row.percentage_allocation)
	return found


# --- number cards -------------------------------------------------------------------------------


@frappe.whitelist()
def my_running(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(row["name"] for row in _mine()[1] if row["status"] == Status.RUNNING)


@frappe.whitelist()
def my_behind(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(row["name"] for row in _mine()[1] if lags(row))


@frappe.whitelist()
def my_achieved(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(row["name"] for row in _mine()[1] if row["status"] == Status.ACHIEVED)


@frappe.whitelist()
def my_follow_ups(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Conversations of one's own whose follow-up is due today or was due before."""
	# not "<=": the framework takes a day that is missing for the earliest there is
	until_today = ("between", ["2000-01-01", nowdate()])
	# not "= 0": a list takes the empty box for no filter
	due = {"user": frappe.session.user, "completed": ("!=", 1), "follow_up_date": until_today}
	frappe.has_permission(CONVERSATION, "read", throw=True)
	names = frappe.get_list(CONVERSATION, filters=due, pluck="name", order_by="name", limit=0)
	return _counted(len(names), CONVERSATION, due)


@frappe.whitelist()
def running(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(row["name"] for row in today() if row["status"] == Status.RUNNING)


@frappe.whitelist()
def behind(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(row["name"] for row in today() if lags(row))


@frappe.whitelist()
def achieved(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(row["name"] for row in today() if row["status"] == Status.ACHIEVED)


@frappe.whitelist()
def ending(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Running targets of which thirty days or less are left."""
	last = getdate(add_days(nowdate(), 30))
	return _card(row["name"] for row in today() if row["status"] == Status.RUNNING and row["to_date"] <= last)


def _mine() -> tuple[str | None, list[dict[str, object]]]:
	"""The Sales Person who asks, and their targets. PermissionError for who may not read targets at all."""
	frappe.has_permission(TARGET, "read", throw=True)
	seller = facts.seller_of_user(frappe.session.user)
	return seller, today(seller) if seller else []


def _card(names: Iterable[str]) -> dict[str, object]:
	names = list(names)
	return _counted(len(names), TARGET, {"name": ("in", names or [""])})


def _counted(count: int, doctype: str, filters: dict[str, object]) -> dict[str, object]:
	"""A number as Number Cards show it, and the list that it counts."""
	return {"value": count, "fieldtype": "Int", "route": ["List", doctype, "List"], "route_options": filters}
