"""The pipeline for the workspace and for other programs (C5).

Each method asks for read and report permission on Pipeline Passage, and counts the parties that the user may
read: a seller's User Permissions hold, a manager without any sees all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from frappe.utils import flt

from sales_extensions import called, clock
from sales_extensions.charges.report_view import NONE
from sales_extensions.pipeline import report_view, reporting
from sales_extensions.pipeline.reporting import Figures, Filters


@called.public()
def figures(
	from_date: str | None = None,
	to_date: str | None = None,
	employee: str | None = None,
	territory: str | None = None,
) -> dict[str, object]:
	"""The metrics of a period, this month by default, of an employee and of a territory with what is below it.

	in_pipeline (at the end of `to_date`), entered, won, lost, win_percentage and average_days (None where
	nothing was decided or won), new_prospects, from_date, to_date. Raises PermissionError, or ValidationError
	that names the field.
	"""
	asked = _asked({"from_date": from_date, "to_date": to_date, "employee": employee, "territory": territory})
	found = _total(asked)
	return {
		**report_view.values(found),
		"from_date": str(asked.from_date),
		"to_date": str(asked.to_date),
	}


@called.public()
def stage_chart(
	chart_name: str | None = None, filters: str | dict | None = None, **_of_dashboard: object
) -> dict[str, object]:
	"""Parties in the pipeline today by stage, for a Dashboard Chart; `behind` lists them."""
	asked = _asked({**_given(filters), "to_date": clock.today()})
	chart = report_view.stage_chart(reporting.stages(asked))
	behind = report_view.link(asked, reporting.IN_PIPELINE)
	return {**chart["data"], "behind": behind} if chart else _empty()


@called.public()
def trend_chart(
	chart_name: str | None = None, filters: str | dict | None = None, **_of_dashboard: object
) -> dict[str, object]:
	"""The last twelve months, for a Dashboard Chart; `behind` is the report that has them as a table."""
	asked = _asked(_given(filters))
	months = reporting.trend(asked)
	chart = report_view.month_chart(months)
	if not chart:
		return _empty()
	since = replace(asked, from_date=min(months))
	return {
		**chart["data"],
		"behind": report_view.by_month(since),
	}


def _empty() -> dict[str, object]:
	return {"labels": [], "datasets": []}


# --- number cards: of this month ------------------------------------------------------------------


@called.public()
def card_in_pipeline(filters: str | dict | None = None) -> dict[str, object]:
	"""Customers in the pipeline now."""
	return _card(filters, reporting.IN_PIPELINE, lambda found: found.in_pipeline)


@called.public()
def card_won(filters: str | dict | None = None) -> dict[str, object]:
	"""Customers won this month."""
	return _card(filters, reporting.WON, lambda found: found.won)


@called.public()
def card_lost(filters: str | dict | None = None) -> dict[str, object]:
	"""Customers lost this month."""
	return _card(filters, reporting.LOST, lambda found: found.lost)


@called.public()
def card_win_percentage(filters: str | dict | None = None) -> dict[str, object] | str:
	"""Of the customers won or lost this month, how many were won; a dash where nothing was decided."""
	return _card(filters, reporting.DECIDED, lambda found: found.win_percentage, "Percent")


@called.public()
def card_new_prospects(filters: str | dict | None = None) -> dict[str, object]:
	"""Customers whose first contact was this month."""
	return _card(filters, reporting.NEW, lambda found: found.new_prospects)


@called.public()
def card_average_days(filters: str | dict | None = None) -> dict[str, object] | str:
	"""Days from entry to won, of those won this month; a dash where nobody was."""
	return _card(filters, reporting.WON, lambda found: found.average_days, "Float")


def _card(
	filters: str | dict | None, metric: str, of: Callable[[Figures], float | None], fieldtype: str = "Int"
) -> dict[str, object] | str:
	"""A figure, and the way to the customers behind it. Of what there is none, a dash: a card takes text as it is, and 15
	none of a number that is missing.
	"""
	asked = _asked(_given(filters))
	value = of(_total(asked))
	if value is None:
		return NONE
	return {
		"value": value if fieldtype == "Int" else flt(value, 1),
		"fieldtype": fieldtype,
		"precision": 1,
		"route": ["query-report", report_view.CUSTOMERS],
		"route_options": {"metric": metric, **report_view.filters(asked)},
	}


def _asked(given: dict) -> Filters:
	reporting.refuse_unpermitted()
	return reporting.filters_of(given)


def _given(filters: str | dict | None) -> dict:
	"""What the desk sends: text, or nothing. Dates are not asked for."""
	given = called.filters(filters)
	return {name: given.get(name) for name in ("employee", "territory")}


def _total(asked: Filters) -> Figures:
	return reporting.total(reporting.figures(asked), asked)
