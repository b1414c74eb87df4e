"""Filters of the reports on follow-ups and activities, from the desk, REST or a saved report (X5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import formatdate, get_first_day, get_last_day, getdate

from sales_extensions import clock, showing
from sales_extensions.charges.report_filters import (
	DEFAULT_ROWS,
	choice,
	day,
	existing,
	first_of,
	refuse_long,
	rows,
	subtree,
	text,
	tick,
	unknown,
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


def given(filters: object) -> dict:
	if filters and not isinstance(filters, dict):
		frappe.throw(_("{0} must be a list of names and values.").format(_("Filters")))
	return filters or {}


def period(filters: dict) -> Period:
	"""This month where no days are given. Raises ValidationError that names the field of what is wrong."""
	today = clock.today()
	first = day(filters.get("from_date"), _("From Date")) or getdate(get_first_day(today))
	last = day(filters.get("to_date"), _("To Date")) or max(first, getdate(get_last_day(today)))
	if first > last:
		frappe.throw(
			_("To Date {0} is before From Date {1}. Choose a To Date on or after From Date.").format(
				formatdate(last), formatdate(first)
			)
		)
	refuse_long(first, last)
	return Period(first, last, employee(filters), territories(filters), rows(filters.get("limit")))


def employee(filters: dict) -> str:
	return existing("Employee", filters.get("employee"), _("Employee"))


def territories(filters: dict) -> tuple[str, ...] | None:
	return subtree("Territory", filters.get("territory"), _("Territory"), exact=False)


def days(value: object, label: str, default: int) -> int:
	"""A number of days; the default where none is given."""
	if value is None or value == "":
		return default
	try:
		number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else 0
	except ValueError:
		number = 0
	if not 1 <= number <= MOST_DAYS:
		kind = _("a whole number from 1 to {0}").format(MOST_DAYS)
		frappe.throw(_("{0} must be {1}; it is {2}.").format(label, kind, showing.text(value, 50)))
	return number


def whose(filters: dict) -> str:
	"""Mine for a seller, all for a manager, unless asked for; of who has left, what nobody follows up any more."""
	default = ALL if MANAGER in frappe.get_roles() else MINE
	return choice(filters.get("whose") or default, (MINE, ALL, LEFT), _("Whose"))
