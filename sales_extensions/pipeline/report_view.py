"""What the pipeline's report, its workspace and the digest have in common: figures, charts, and the ways to them (C5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from frappe import _

from sales_extensions import lines, showing, words
from sales_extensions.charges.report_view import STILL

from .reporting import Figures, Filters

CUSTOMERS = "Pipeline Customers"


def values(figures: Figures) -> dict[str, float | None]:
	return {
		"in_pipeline": figures.in_pipeline,
		"entered": figures.entered,
		"won": figures.won,
		"lost": figures.lost,
		"win_percentage": figures.win_percentage,
		"average_days": figures.average_days,
		"new_prospects": figures.new_prospects,
	}


def link(asked: Filters, metric: str, **more: str) -> str:
	"""The address of the customers behind a figure."""
	return lines.report(CUSTOMERS, {"metric": metric, **filters(asked), **more})


def by_month(asked: Filters) -> str:
	"""The address of this report, by month."""
	return lines.report("Pipeline Overview", {**filters(asked), "group_by": "Month", "chart": "Months"})


def filters(asked: Filters) -> dict[str, str]:
	"""As a report is asked the same; what was not asked for is left out."""
	said = {
		"from_date": str(asked.from_date),
		"to_date": str(asked.to_date),
		"employee": asked.employee,
		"territory": asked.territory,
		"exact": "1" if asked.exact else "",
	}
	return {name: value for name, value in said.items() if value}


def stage_chart(stages: Mapping[str, int]) -> dict | None:
	"""The library puts labels into the page as HTML."""
	if not any(stages.values()):
		return None
	return {
		"data": {
			"labels": [showing.as_plain(_(stage)) for stage in stages],
			"datasets": [{"name": _("In Pipeline"), "values": list(stages.values())}],
		},
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#449CF0"],
		**STILL,
	}


def month_chart(months: Mapping[date, Figures]) -> dict | None:
	if not any(one != Figures() for one in months.values()):
		return None
	return {
		"data": {
			"labels": words.months(list(months)),
			"datasets": [
				{"name": name, "values": [getattr(one, field) for one in months.values()]}
				for field, name in (
					("in_pipeline", _("In Pipeline")),
					("won", _("Won")),
					("lost", _("Lost")),
					("new_prospects", _("First Conversations")),
				)
			],
		},
		"type": "line",
		"fieldtype": "Int",
		"colors": ["#449CF0", "#48BB74", "#F56B6B", "#B7B7C5"],
		**STILL,
	}
