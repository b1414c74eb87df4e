"""Presets for a target's period, and the quarters of a company's fiscal years (T5, T6)."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate

from sales_extensions import showing
from sales_extensions.engine import Quarter, quarter_of, quarters_between, year_of

#: As the field Period of a Sales Target offers them.
PRESETS = (
	"Last Month", "This Month", "Next Month", "Last Quarter", "This Quarter", "Next Quarter", "This Fiscal Year",
	"Next Fiscal Year",
)  # fmt: skip


def preset(name: str, company: str | None = None, today: date | None = None) -> tuple[date, date]:
	"""First and last day of a named period, seen from today.

	A fiscal year that is not set up is as those that are go on. Raises ValidationError for a name that is none, or
	where the company has no fiscal year at all.
	"""
	today = getdate(today)
	if name == "Last Month":
		return preset("This Month", company, add_months(get_first_day(today), -1))
	if name == "This Month":
		return getdate(get_first_day(today)), getdate(get_last_day(today))
	if name == "Next Month":
		return preset("This Month", company, add_months(get_first_day(today), 1))
	if name == "Last Quarter":
		first, _last = preset("This Quarter", company, today)
		return preset("This Quarter", company, add_days(first, -1))
	if name == "This Quarter":
		quarter = quarter_of(today, fiscal_years(company))
		return quarter.first, quarter.last
	if name == "Next Quarter":
		_first, last = preset("This Quarter", company, today)
		return preset("This Quarter", company, add_days(last, 1))
	if name == "This Fiscal Year":
		return year_of(today, known_years(company))
	if name == "Next Fiscal Year":
		_first, last = preset("This Fiscal Year", company, today)
		return preset("This Fiscal Year", company, add_days(last, 1))
	frappe.throw(_("Period: {0} is not one of the presets.").format(showing.text(name)))


def quarters(company: str, first: date, last: date) -> list[Quarter]:
	"""The quarters of a company that a period touches, cut to the period."""
	return list(quarters_between(first, last, fiscal_years(company)))


def known_years(company: str | None) -> list[tuple[date, date]]:
	"""The fiscal years that others follow from."""
	found = fiscal_years(company)
	if not found and not company:
		frappe.throw(_("Period: choose the Company first, whose fiscal year it is."))
	if not found:
		frappe.throw(
			_("Period: {0} has no Fiscal Year. Set one up, or type From Date and To Date.").format(
				showing.text(company)
			)
		)
	return found


def fiscal_years(company: str | None) -> list[tuple[date, date]]:
	"""Those in use: of all companies, and of this one."""
	return list(named_years(company, {"disabled": 0}).values())


def named_years(company: str | None, filters: dict[str, object]) -> dict[str, tuple[date, date]]:
	"""First and last day of the fiscal years that these filters find and that name this company, or none; by their first days."""
	asked = {"parenttype": "Fiscal Year"}
	chosen = frappe.get_all("Fiscal Year Company", asked, ["parent", "company"], order_by="parent")
	of_others = {row.parent for row in chosen} - {row.parent for row in chosen if row.company == company}
	fields = ["name", "year_start_date", "year_end_date"]
	rows = frappe.get_all("Fiscal Year", filters, fields, order_by="year_start_date")
	return {
		row.name: (getdate(row.year_start_date), getdate(row.year_end_date))
		for row in rows
		if row.name not in of_others
	}
