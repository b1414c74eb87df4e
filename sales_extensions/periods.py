"""Presets for a target's period (T5)."""

from __future__ import annotations

from datetime import date

import frappe
from erpnext.accounts.utils import get_fiscal_year
from frappe import _
from frappe.utils import (
	add_days,
	add_months,
	get_first_day,
	get_last_day,
	get_quarter_ending,
	get_quarter_start,
	getdate,
)


def preset(name: str, company: str | None = None, today: date | None = None) -> tuple[date, date]:
	"""First and last day of a named period, seen from today.

	Raises ValidationError for a name that is none, or a fiscal year that is not set up.
	"""
	today = getdate(today)
	if name == "This Month":
		return getdate(get_first_day(today)), getdate(get_last_day(today))
	if name == "Next Month":
		return preset("This Month", company, add_months(get_first_day(today), 1))
	if name == "This Quarter":
		return getdate(get_quarter_start(today)), getdate(get_quarter_ending(today))
	if name == "Next Quarter":
		return preset("This Quarter", company, add_days(get_quarter_ending(today), 1))
	if name == "This Fiscal Year":
		_name, first, last = get_fiscal_year(today, company=company)
		return getdate(first), getdate(last)
	if name == "Next Fiscal Year":
		_first, last = preset("This Fiscal Year", company, today)
		return preset("This Fiscal Year", company, add_days(last, 1))
	frappe.throw(_("Period: {0} is not one of the presets.").format(frappe.utils.escape_html(name)))
