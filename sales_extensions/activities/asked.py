"""Filters of the reports on follow-ups and activities, from the desk, REST or a saved report (X5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _

from sales_extensions.charges import report_filters
from sales_extensions.charges.report_filters import (
	DEFAULT_ROWS,
	choice,
	day,
	existing,
	first_of,
	rows,
	subtree,
	text,
	tick,
	unknown,
	whole,
)
from sales_extensions.constants.roles import MANAGER

CONVERSATION = "Conversation"
PARTIES = ("Customer", "Lead", "Prospect")
MINE, ALL, LEFT = "Mine", "All", "Who Has Left"
MOST_DAYS = 36500

__all__ = [
	"ALL", "LEFT", "MINE", "Period", "choice", "day", "existing", "first_of", "rows", "text", "tick", "unknown", "whose",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
	"""Days, both included, and whose activities: `territories` with what is under them, None for all."""

	first: date
	last: date
	employee: str = ""
	territories: tuple[str, ...] | None = None
	limit: int = DEFAULT_ROWS


def period(filters: dict) -> Period:
	"""This month where no days are given. Raises ValidationError that names the field of what is wrong."""
	first, last = report_filters.period(filters)
	return Period(first, last, employee(filters), territories(filters), rows(filters.get("limit")))


def employee(filters: dict) -> str:
	return existing("Employee", filters.get("employee"), _("Employee"))


def territories(filters: dict) -> tuple[str, ...] | None:
	return subtree("Territory", filters.get("territory"), _("Territory"), exact=False)


def days(value: object, label: str, default: int) -> int:
	"""A number of days; the default where none is given."""
	return whole(value, label, MOST_DAYS, default)


def whose(filters: dict) -> str:
	"""Mine for a seller, all for a manager, unless asked for; of who has left, what nobody follows up any more."""
	default = ALL if MANAGER in frappe.get_roles() else MINE
	return choice(filters.get("whose") or default, (MINE, ALL, LEFT), _("Whose"))
