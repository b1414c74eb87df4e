"""Each quoted charge, who has its credit, and what became of it (U11)."""

from __future__ import annotations

from frappe import _

from sales_extensions import errors
from sales_extensions.charges import report_filters, report_view, reporting
from sales_extensions.charges.report_view import column
from sales_extensions.charges.reporting import QUOTED
from sales_extensions.engine.conversion import conversion_rate


@errors.report("Quote Charges")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, the newest rows, notes, chart, and totals over all; raises as Crew does."""
	reporting.refuse_unpermitted()
	asked = report_filters.read(filters)
	rows, sums = report_view.quote_rows(asked), reporting.by_month(QUOTED, asked)
	return (
		columns(),
		rows,
		report_view.notes(report_view.cut_off(len(rows), sums, asked), report_view.what_is_quoted()),
		report_view.months_chart(sums),
		cards(sums, asked.currency),
	)


def columns() -> list[dict]:
	return report_view.charge_columns(
		column("voucher_no", _("Quotation"), "Link", 200, options="Quotation"),
		column("converted", _("Converted"), "Check", 95),
		column("sales_orders", _("Sales Order"), "Data", 170),
		column("sales_invoice", _("Sales Invoice"), "Data", 150),
	)


def cards(sums: list[reporting.MonthSum], currency: str) -> list[dict]:
	"""As Crew has them."""
	converted, quoted = sum(one.converted for one in sums), sum(one.charges for one in sums)
	found = report_view.month_cards(sums, _("Charges Converted"), currency)
	return [*found[:2], report_view.rate_card(conversion_rate(converted, quoted)), *found[2:]]
