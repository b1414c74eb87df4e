"""What each person's charges came to: quoted, converted, ordered, upsells and revenue (U11)."""

from __future__ import annotations

from dataclasses import replace

from frappe import _

from sales_extensions import errors
from sales_extensions.charges import report_filters, report_view, reporting
from sales_extensions.charges.report_filters import Filters
from sales_extensions.charges.report_view import column
from sales_extensions.engine.conversion import Tally, total
from sales_extensions.ledger.facts import sellers_of_users


@errors.report("Crew")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, rows, notes, chart and totals; amounts in company currency, net of tax.

	Raises PermissionError for who may not report on credits, ValidationError that names a bad filter.
	"""
	reporting.refuse_unpermitted()
	asked = replace(report_filters.read(filters), converted="")
	tallies = reporting.tallies(asked)
	rows = rows_of(tallies, asked)
	shown, left_out = report_filters.first_of(rows, asked.limit)
	quoted, ordered, inferred = _("Charges Quoted"), _("Order Charges"), _("Inferred")
	whole = total(tallies.values())
	return (
		columns(asked.group_by, inferred=bool(whole.inferred)),
		shown,
		report_view.notes(
			*([left_out] if left_out else []),
			f"<b>{inferred}</b>: {report_view.what_is_inferred(whole)}" if whole.inferred else "",
			f"<b>{quoted}</b>: {report_view.what_is_quoted()}",
			f"<b>{ordered}</b>: {report_view.what_is_ordered()}",
			_(
				"Revenue here follows who has the credit of each charge; Attainment follows the sellers of each order."
			),
		),
		chart(rows, asked),
		report_view.tally_cards(whole, asked.currency),
	)


def columns(group_by: str, *, inferred: bool) -> list[dict]:
	"""How many are inferred only where some are."""
	first = {
		"Person": [column("full_name", _("Full Name"), "Data", 160)],
		"Month": [column("key", _("Month"), "Data", 120)],
		"Territory": [column("key", _("Territory"), "Data", 180)],
		"Item Group": [column("key", _("Item Group"), "Data", 180)],
	}[group_by]
	last = [
		column("key", _("Person"), "Data", 200),
		column("sales_person", _("Sales Person"), "Data", 150),
	]
	of_these = [column("inferred", _("Inferred"), "Int", 95)] if inferred else []
	return [
		*first,
		column("quoted", _("Charges Quoted"), "Int", 140),
		column("converted", _("Charges Converted"), "Int", 155),
		column("conversion_rate", _("Conversion Rate", context="of upsells"), "Percent", 140),
		column("ordered", _("Order Charges"), "Int", 125),
		column("upsells", _("Upsells"), "Int", 90),
		column("upsell_revenue", _("Upsell Revenue"), "Currency", 145, options="currency"),
		column("revenue", _("Revenue"), "Currency", 145, options="currency"),
		*of_these,
		*(last if group_by == "Person" else []),
	]


def rows_of(tallies: dict[str, Tally], asked: Filters) -> list[dict]:
	"""One row for each key: months in their order, all else by revenue."""
	people = asked.group_by == "Person"
	names = report_view.full_names(tallies) if people else {}
	sellers = sellers_of_users(set(tallies) or {""}) if people else {}
	rows = []
	for key, tally in sorted(tallies.items(), key=_order(asked)):
		row = {
			"key": key,
			"quoted": tally.quoted,
			"converted": tally.converted,
			"conversion_rate": None if tally.rate is None else float(tally.rate),
			"ordered": tally.ordered,
			"upsells": tally.upsells,
			"upsell_revenue": float(tally.upsell_revenue),
			"revenue": float(tally.revenue),
			"inferred": tally.inferred,
			"currency": asked.currency,
		}
		if people:
			row["full_name"] = names.get(key) or key
			row["sales_person"] = sellers.get(key) or report_view.no_seller()
		rows.append(row)
	return rows


def _order(asked: Filters):
	if asked.group_by == "Month":
		return lambda one: one[0]
	return lambda one: (-one[1].revenue, -one[1].quoted, one[0])


def chart(rows: list[dict], asked: Filters) -> dict | None:
	return report_view.chart(
		[row.get("full_name") or row["key"] or _("None") for row in rows],
		{
			_("Revenue"): [row["revenue"] for row in rows],
			_("Upsell Revenue"): [row["upsell_revenue"] for row in rows],
		},
		in_time=asked.group_by == "Month",
	)
