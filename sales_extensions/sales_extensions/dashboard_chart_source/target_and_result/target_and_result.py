"""The home widget: target, pace and result of a seller or a team over a fiscal year, month by month (D3).

The desk keeps the filters that a user sets in their Dashboard Settings, so they are there at the next login on any
device. Which targets are counted where several overlap is said in `engine.rollup`; with the filter Sales Target only
that one is. Amounts are in the company's currency.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

import frappe
from erpnext.accounts.utils import get_fiscal_year
from frappe import _
from frappe.utils import getdate

from sales_extensions import called, lines, measures, showing, words
from sales_extensions.attained import figures, filters, permitted
from sales_extensions.attained.figures import Books
from sales_extensions.charges.report_filters import choice
from sales_extensions.engine import Standing, months_between
from sales_extensions.ledger.facts import seller_of_user

CUMULATIVE, BY_MONTH = "Cumulative", "By Month"


@called.public()
def get(filters: str | dict | None = None, **_more: object) -> dict[str, object]:
	"""Labels and lines of the chart, the report `behind` it, and `until` which month there is a result. `filters`: company, fiscal_year, sales_person, target_type, measured_on, show, sales_target.

	Where none is given: the user's company, this fiscal year, the user's own Sales Person or else everyone.
	The desk's widget sends its `chart_name` too: what it remembers and is no more is left out, and told.
	Raises PermissionError for who may not report on entries or see this seller, ValidationError for a bad filter.
	"""
	asked, show = _asked(still_there(filters) if _more.get("chart_name") else filters)
	books = figures.read(asked)
	months = list(months_between(asked.first, asked.last))
	found = _months(books, months)
	if not any(one.goal or one.amount or one.order_count for one in found):
		return {}
	return {
		"labels": words.months([first for first, _last in months]),
		"datasets": _lines(books, found, show),
		"behind": _report(asked),
		"until": _until(months, found),
	}


def _asked(given: object) -> tuple[filters.Asked, str]:
	given = dict(called.filters(given))
	show = choice(given.pop("show", "") or CUMULATIVE, (CUMULATIVE, BY_MONTH), _("Show"))
	first, last = _year(given.pop("fiscal_year", None), filters.company_of(given.get("company")))
	asked = filters.read({**given, "from_date": first, "to_date": last})
	if asked.sales_person or asked.sales_target:
		return asked, show
	own = seller_of_user(frappe.session.user) or ""
	return replace(asked, sales_person=own if figures.is_shown(own) else ""), show


#: filters that are names, and whether the user may see what they name
REMEMBERED = {
	"company": ("Company", permitted.is_allowed_company),
	"fiscal_year": ("Fiscal Year", lambda _name: True),
	"sales_person": ("Sales Person", figures.is_shown),
	"sales_target": ("Sales Target", figures.is_readable),
}


def still_there(given: object) -> dict:
	"""Filters without names that were deleted, renamed or withdrawn since: the home page must not fail over them."""
	given = dict(called.filters(given))
	for field, (doctype, may_see) in REMEMBERED.items():
		name = given.get(field)
		if not (name and isinstance(name, str)) or (frappe.db.exists(doctype, name) and may_see(name)):
			continue
		del given[field]
		frappe.msgprint(
			_(
				"Target and Result: there is no {0} {1} any more that you may see. Choose another by its filter."
			).format(_(doctype), showing.text(name)),
			alert=True,
			indicator="orange",
		)
	return given


def _year(name: object, company: str) -> tuple[date, date]:
	"""The fiscal year that was chosen, or today's; the calendar's where today is in none."""
	chosen = filters.existing("Fiscal Year", name, _("Fiscal Year"))
	if chosen:
		return tuple(
			map(getdate, frappe.db.get_value("Fiscal Year", chosen, ("year_start_date", "year_end_date")))
		)
	today = getdate()
	found = get_fiscal_year(today, company=company, boolean=True)
	if found:
		return tuple(map(getdate, get_fiscal_year(today, company=company)[1:]))
	return today.replace(month=1, day=1), today.replace(month=12, day=31)


def _months(books: Books, months: list[tuple[date, date]]) -> list[Standing]:
	roll = books.rollup()
	spans = [span for node in books.tops() for span in roll.spans(node, books.asked.first, books.asked.last)]
	return figures.standings(books, spans, months, books.sums())


def _until(months: list[tuple[date, date]], found: list[Standing]) -> int:
	"""How many months have begun, or have a result by orders of later days: there is nothing to say of those after."""
	begun = sum(first <= getdate() for first, _last in months)
	with_result = [number for number, one in enumerate(found, 1) if one.amount or one.order_count]
	return max([begun, *with_result])


def _report(asked: filters.Asked) -> str:
	"""The address of the same figures as a table."""
	values = {
		"company": asked.company,
		"from_date": asked.first,
		"to_date": asked.last,
		"target_type": asked.target_type,
		"measured_on": asked.measured_on,
		"sales_person": asked.sales_person,
		"sales_target": asked.sales_target,
	}
	return lines.report("Attainment", values)


def _lines(books: Books, months: list[Standing], show: str) -> list[dict]:
	"""Cumulative: the year's target, what of it is due by each month's end, and the result up to then.

	By month: the month's target, what of it was due by today, and the month's result.
	"""
	asked = books.asked
	goals = [one.goal for one in months]
	results = [Decimal(one.order_count) if asked.numeric else one.amount for one in months]
	if show == CUMULATIVE:
		target, pace, result = [sum(goals)] * len(months), list(accumulate(goals)), list(accumulate(results))
	else:
		target, pace, result = goals, [one.expected for one in months], results
	unit = (
		measures.counted(asked.measured_on)
		if asked.numeric
		else measures.titled(asked.currency, asked.measured_on)
	)
	whose = asked.sales_person or _("Everyone")
	return [
		{"name": _("Target ({0})").format(unit), "values": list(map(float, target))},
		{"name": _("Pace"), "values": list(map(float, pace))},
		{
			"name": _("Result of {0}").format(showing.as_plain(whose)),
			"values": list(map(float, result)),
		},
	]
