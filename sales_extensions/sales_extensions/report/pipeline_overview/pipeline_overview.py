"""The pipeline in figures, by seller, territory or month, each opening to the customers behind it (C5)."""

from __future__ import annotations

from collections.abc import Mapping

from frappe import _
from frappe.utils import flt, format_date, getdate

from sales_extensions import errors, showing
from sales_extensions.charges.report_filters import first_of
from sales_extensions.charges.report_view import NONE, card, column, decimal
from sales_extensions.pipeline import reporting
from sales_extensions.pipeline.report_view import link, month_chart, stage_chart, values
from sales_extensions.pipeline.reporting import Figures, Filters


@errors.report("Pipeline Overview")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, rows, notes, chart and cards.

	Raises PermissionError for who may not report on passages, ValidationError that names a bad filter.
	"""
	reporting.refuse_unpermitted()
	asked = reporting.filters_of(filters)
	groups = reporting.figures(asked)
	rows, left_out = first_of(rows_of(groups, asked), asked.limit)
	return (
		columns(asked.group_by),
		rows,
		"<br>".join(note for note in (left_out, notes()) if note),
		stage_chart(reporting.stages(asked))
		if asked.chart == "Stages"
		else month_chart(reporting.trend(asked)),
		cards(reporting.total(groups, asked), asked),
	)


def columns(group_by: str) -> list[dict]:
	"""No links: the framework would leave out the rows of those whom User Permissions on Employee don't name."""
	first = {
		"Employee": [
			column("key", _("Employee"), "Data", 150),
			column("employee_name", _("Employee Name"), "Data", 170),
		],
		"Territory": [column("key", _("Territory"), "Data", 200)],
		"Month": [column("key", _("Month"), "Data", 120)],
	}[group_by]
	return [
		*first,
		column("in_pipeline", _("In Pipeline"), "Int", 110),
		column("entered", _("Entered"), "Int", 100),
		column("won", _("Won"), "Int", 90),
		column("lost", _("Lost"), "Int", 90),
		column("win_percentage", _("Win Percentage"), "Percent", 135, precision=1),
		column("average_days", _("Average Days to Won"), "Float", 190, precision=1),
		column("new_prospects", _("First Conversations"), "Int", 165),
	]


def rows_of(groups: Mapping[str, Figures], asked: Filters) -> list[dict]:
	"""Months in their order, others with the most wins first."""
	by_wins = (
		{} if asked.group_by == "Month" else {"key": lambda one: (-one[1].won, -one[1].in_pipeline, one[0])}
	)
	names = reporting.employee_names(groups) if asked.group_by == "Employee" else {}
	return [
		{"key": key, "employee_name": names.get(key, _("Nobody")), **values(one)}
		for key, one in sorted(groups.items(), **by_wins)
	]


# --- cards ----------------------------------------------------------------------------------------


def cards(figures: Figures, asked: Filters) -> list[dict]:
	"""A card's label is the way to the customers behind it: the framework shows it as HTML."""

	def leading(
		metric: str, label: str, value: object, datatype: str = "Int", indicator: str = "Grey"
	) -> dict:
		shown = NONE if value is None else value
		href = showing.text(link(asked, metric))
		return card(
			f'<a href="{href}">{label}</a>', shown, datatype if value is not None else "Data", indicator
		)

	days, won = figures.average_days, figures.win_percentage
	until = format_date(min(asked.to_date, getdate()))  # nobody knows yet who will be in it
	return [
		leading(reporting.IN_PIPELINE, _("In Pipeline on {0}").format(until), figures.in_pipeline, indicator="Blue"),
		leading(reporting.WON, _("Won"), figures.won, indicator="Green"),
		leading(reporting.LOST, _("Lost"), figures.lost, indicator="Red"),
		leading(reporting.DECIDED, _("Win Percentage"), None if won is None else flt(won, 1), "Percent"),
		leading(reporting.WON, _("Average Days to Won"), None if days is None else decimal(days), "Data"),
		leading(reporting.NEW, _("First Conversations"), figures.new_prospects, indicator="Blue"),
	]  # fmt: skip


def notes() -> str:
	return _(
		"In the pipeline: at an open stage at the end of To Date. Won, lost: within the period; who is won twice "
		"counts twice. First conversations: customers whose first one ever was in the period. A customer is counted for the "
		"last seller who moved them. The stages are those that sellers give in conversations; Sales Tracker has those "
		"of leads, opportunities and quotations."
	)
