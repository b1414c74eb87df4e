"""Each charge of an order, who has its credit, and the quotation it comes from (U11)."""

from __future__ import annotations

from frappe import _

from sales_extensions.charges import report_filters, report_view, reporting
from sales_extensions.charges.report_view import column
from sales_extensions.charges.reporting import ORDERED


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, the newest rows, notes, chart, and totals over all; raises as Crew does."""
	reporting.refuse_unpermitted()
	asked = report_filters.read(filters)
	rows, sums = rows_of(asked), reporting.by_month(ORDERED, asked)
	return (
		columns(),
		rows,
		report_view.notes(report_view.cut_off(len(rows), sums, asked), report_view.what_is_ordered()),
		report_view.months_chart(sums),
		report_view.month_cards(sums, _("From a Quotation"), asked.currency),
	)


def columns() -> list[dict]:
	return report_view.charge_columns(
		column("voucher_no", _("Sales Order"), "Link", 200, options="Sales Order"),
		column("quotation", _("Quotation"), "Link", 200, options="Quotation"),
	)


def rows_of(asked: report_filters.Filters) -> list[dict]:
	"""A quotation that the user may not see is not named."""
	rows = report_view.worded(reporting.page(ORDERED, asked), asked.currency)
	quotations = reporting.quotations_of([row.name for row in rows])
	seen = reporting.permitted_names("Quotation", set(quotations.values()))
	for row in rows:
		quotation = quotations.get(row.name, "")
		row.quotation = quotation if quotation in seen else ""
	return rows
