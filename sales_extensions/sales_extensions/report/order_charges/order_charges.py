"""Each charge of an order, who has its credit, and the quotation it comes from (U11)."""

from __future__ import annotations

from frappe import _

from sales_extensions import errors
from sales_extensions.charges import report_filters, report_view, reporting
from sales_extensions.charges.report_view import column
from sales_extensions.charges.reporting import ORDERED


@errors.report("Order Charges")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, the newest rows, notes, chart, and totals over all; raises as Crew does."""
	reporting.refuse_unpermitted()
	asked = report_filters.read(filters)
	rows, sums = report_view.order_rows(asked), reporting.by_month(ORDERED, asked)
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
