"""Filters of the upsell reports, as they come from the desk, from REST or from a saved report (U11, X5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import formatdate, get_first_day, get_last_day, getdate

from sales_extensions import called, clock, guards, showing
from sales_extensions.ledger.facts import currency_of

GROUPS = ("Person", "Month", "Territory", "Item Group")
YES, NO = "Yes", "No"
DEFAULT_ROWS, MOST_ROWS = 500, 5000
#: Nobody reads more at once; from the year 1 on, months alone would be thousands of rows.
MOST_YEARS = 10
LONGEST_NAME = 140


@dataclass(frozen=True, slots=True)
class Filters:
	"""What was asked for. Dates are of the documents, both included; names exist.

	`territories` and `item_groups`: the ones chosen with what is under them, None where none was chosen.
	"""

	company: str
	currency: str
	from_date: date | None = None
	to_date: date | None = None
	user: str = ""
	territories: tuple[str, ...] | None = None
	item_groups: tuple[str, ...] | None = None
	only_upsells: bool = False
	include_drafts: bool = False
	converted: str = ""
	group_by: str = "Person"
	limit: int = DEFAULT_ROWS

	@property
	def docstatus(self) -> tuple[int, ...]:
		return (0, 1) if self.include_drafts else (1,)


def read(given: dict | None) -> Filters:
	"""Raises ValidationError that names the field, for what is no date, no such name, reversed or no text."""
	given = called.filters(given)
	company = company_of(
		given.get("company"), _("Company: choose the company whose charges you want to see.")
	)
	first, last = days(given)
	if first and last:
		refuse_long(first, last)
	exact = tick(given.get("exact"), _("Exclude Descendants"))
	return Filters(
		company=company,
		currency=currency_of(company),
		from_date=first,
		to_date=last,
		user=user_of(given.get("user")),
		territories=subtree("Territory", given.get("territory"), _("Territory"), exact),
		item_groups=subtree("Item Group", given.get("item_group"), _("Item Group"), exact),
		only_upsells=tick(given.get("only_upsells"), _("Only Upsells")),
		include_drafts=tick(given.get("include_drafts"), _("Include Drafts")),
		converted=choice(given.get("converted"), ("", YES, NO), _("Converted")),
		group_by=choice(given.get("group_by") or GROUPS[0], GROUPS, _("Group By")),
		limit=rows(given.get("limit")),
	)


def text(value: object, label: str) -> str:
	if value is None:
		return ""
	if not showing.is_text(value):
		frappe.throw(_("{0} must be a text.").format(label))
	return value.strip()


def day(value: object, label: str) -> date | None:
	"""A day as the desk sends it; also a date of Python's."""
	if value is None or value == "":
		return None
	try:
		found = date.fromisoformat(showing.plain(value)[:10])
	except ValueError:
		found = None
	if found is None or not guards.is_of_our_time(found):
		_wrong(label, _("a date like 2026-12-31"), value)
	return found


def days(given: dict) -> tuple[date | None, date | None]:
	"""First and last day of what was asked for, both included; each may be missing. Raises ValidationError that names the field."""
	first, last = day(given.get("from_date"), _("From Date")), day(given.get("to_date"), _("To Date"))
	if first and last:
		refuse_reversed(first, last)
	return first, last


def period(given: dict) -> tuple[date, date]:
	"""First and last day; this month, where the one who asks is, where none are given. At most ten years."""
	first, last = days(given)
	today = clock.today()
	first = first or getdate(get_first_day(today))
	last = last or max(first, getdate(get_last_day(today)))
	refuse_reversed(first, last)
	refuse_long(first, last)
	return first, last


def refuse_reversed(first: date, last: date) -> None:
	if first > last:
		frappe.throw(
			_("To Date {0} is before From Date {1}. Choose a To Date on or after From Date.").format(
				formatdate(last), formatdate(first)
			)
		)


def refuse_long(first: date, last: date) -> None:
	"""Raises ValidationError for a period of more than ten years."""
	if (last.year - MOST_YEARS, last.month, last.day) >= (first.year, first.month, first.day):
		frappe.throw(
			_("To Date {0} is more than {1} years after From Date {2}. Choose a shorter period.").format(
				formatdate(last), MOST_YEARS, formatdate(first)
			)
		)


def first_of(found: list, limit: int) -> tuple[list, str]:
	"""As many rows as are asked for, and a note where others were left out."""
	if len(found) <= limit:
		return found, ""
	return found[:limit], _("The first {0} of {1} rows are shown. Raise Rows or narrow the filters.").format(
		f"{limit:,}", f"{len(found):,}"
	)


def tick(value: object, label: str) -> bool:
	"""What a box that is ticked or not sends; one that was not shown sends nothing."""
	return False if value is None or value == "" else yes_or_no(value, label)


def yes_or_no(value: object, label: str) -> bool:
	"""As forms, addresses and programs say it. Raises ValidationError that names the field of what is neither."""
	said = showing.plain(value).lower().removesuffix(".0")
	if said not in ("0", "1", "false", "true"):
		_wrong(label, _("0 or 1"), value)
	return said in ("1", "true")


def choice(value: object, allowed: tuple[str, ...], label: str) -> str:
	chosen = text(value, label)
	if chosen not in allowed:
		frappe.throw(_("{0} must be one of: {1}.").format(label, ", ".join(_(one) for one in allowed if one)))
	return chosen


def rows(value: object) -> int:
	return whole(value, _("Rows"), MOST_ROWS, DEFAULT_ROWS)


def whole(value: object, label: str, most: int, default: int) -> int:
	"""A whole number from 1 on; the default where none is given."""
	if value is None or value == "":
		return default
	try:
		number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else 0
	except ValueError:
		number = 0
	if not 1 <= number <= most:
		_wrong(label, _("a whole number from 1 to {0}").format(most), value)
	return number


def company_of(value: object, none: str) -> str:
	"""The user's own where none is given; who has no own is told `none`."""
	label = _("Company")
	name = text(value, label) or frappe.defaults.get_user_default("Company")
	return existing("Company", name, label) or frappe.throw(none)


def user_of(value: object) -> str:
	"""A user; also one who is gone and has left credits."""
	label = _("Person")
	name = text(value, label)
	if not name:
		return ""
	gone = _stored("Upsell Credit", name, ("credit_assigned_to", "name"), by="credit_assigned_to")
	found = _stored("User", name, ("name", "full_name")) or gone or unknown(label, name)
	return found[0]


def subtree(doctype: str, value: object, label: str, exact: bool) -> tuple[str, ...] | None:
	"""Names of a node and of all under it, or its own alone."""
	name = text(value, label)
	if not name:
		return None
	left, right = _stored(doctype, name, ("lft", "rgt")) or unknown(label, name)
	tree = frappe.qb.DocType(doctype)
	inside = (tree.lft == left) if exact else (tree.lft >= left) & (tree.rgt <= right)
	return tuple(row[0] for row in frappe.qb.from_(tree).select(tree.name).where(inside).run())


def existing(doctype: str, value: object, label: str) -> str:
	"""The name of a document that is there; empty where none is given. Raises LinkValidationError that names the field."""
	name = text(value, label)
	if not name:
		return ""
	return (_stored(doctype, name, ("name",)) or unknown(label, name))[0]


def _stored(doctype: str, value: str, fields: tuple[str, ...], by: str = "name") -> tuple | None:
	if len(value) > LONGEST_NAME:
		return None
	table = frappe.qb.DocType(doctype)
	found = frappe.qb.from_(table).select(*fields).where(table[by] == value).limit(1).run()
	return found[0] if found else None


def unknown(label: str, value: str) -> NoReturn:
	frappe.throw(
		_("{0}: there is no {1}. Choose one that exists.").format(label, showing.text(value, LONGEST_NAME)),
		frappe.LinkValidationError,
	)


def _wrong(label: str, kind: str, value: object) -> None:
	shown = showing.text(value, 50)
	frappe.throw(_("{0} must be {1}; it is {2}.").format(label, kind, shown))
