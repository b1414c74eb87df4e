"""The customers behind each figure of the pipeline, each with its reason (C5, X4)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import errors, words
from sales_extensions.charges.report_view import column
from sales_extensions.pipeline import reporting
from sales_extensions.pipeline.reporting import Filters


@errors.report("Pipeline Customers")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str]:
	"""Columns, rows and notes.

	Raises PermissionError for who may not report on passages, ValidationError that names a bad filter.
	"""
	reporting.refuse_unpermitted()
	asked = reporting.filters_of(filters)
	rows = reporting.customers(asked)
	more = len(rows) > asked.limit
	return columns(asked.metric), shown(rows[: asked.limit]), cut_off(asked) if more else ""


def columns(metric: str) -> list[dict]:
	party = [
		column("party_name", _("Name"), "Data", 190),
		column("party_type", _("Party Type"), "Data", 110),
		{"fieldname": "party", "label": _("Party"), "fieldtype": "Dynamic Link", "options": "party_type", "width": 160},
		column("territory", _("Territory"), "Data", 120),
		column("pipeline_stage", _("Pipeline Stage"), "Data", 140),
		column("outcome", _("Outcome"), "Data", 100),
	]  # fmt: skip
	seller = [column("employee_name", _("Employee"), "Data", 150)]
	if metric == reporting.NEW:
		return [
			*party,
			*seller,
			column("first_contact_on", _("First Contact On"), "Date", 130),
			column("first_contact", _("First Contact"), "Link", 130, options="Conversation"),
		]
	return [
		*party,
		column("entered_on", _("Entered On"), "Date", 110),
		column("stage_since", _("In Stage Since"), "Date", 120),
		column("left_on", _("Left On"), "Date", 110),
		column("days", _("Days"), "Int", 75),
		*seller,
		column("sellers", _("Moved By"), "Data", 150),
		column("why", _("Why"), "Data", 520),
		column("name", _("Passage"), "Link", 150, options="Pipeline Passage"),
	]


def shown(rows: list[dict]) -> list[dict]:
	for row in rows:
		row.why = words.from_entry(row.pop("reason_parts", None), row.pop("reason", None), html=False)
		row.pop("stages", None)
		row.outcome = _(row.outcome) if row.outcome else ""
		row.pipeline_stage = _(row.pipeline_stage) if row.pipeline_stage else ""
	return rows


def cut_off(asked: Filters) -> str:
	return _("Only the newest {0} are shown. Raise Rows or narrow the filters.").format(
		frappe.bold(f"{asked.limit:,}")
	)
