"""The documents a Sales Target is built from, now or as of any moment (T4, X4)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import called, errors, measures
from sales_extensions.attained.orders import adjustments, explained, positions
from sales_extensions.charges.report_filters import first_of, text, tick
from sales_extensions.charges.report_filters import rows as rows_asked
from sales_extensions.charges.report_view import name_users, number_text


@errors.report("Sales Target Orders")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str | None]:
	"""Columns, rows and a hint. Raises PermissionError without read permission on the target."""
	filters = frappe._dict(called.filters(filters))
	filters.sales_target = text(filters.sales_target, _("Sales Target"))
	if not filters.sales_target:
		return columns(), [], _("Choose the Sales Target whose orders you want to see.")
	frappe.has_permission("Sales Target", "read", filters.sales_target, throw=True)
	currency, closing, measured_on = frappe.db.get_value(
		"Sales Target", filters.sales_target, ("currency", "closing", "measured_on")
	)
	withdrawn = tick(filters.withdrawn, _("Show Withdrawn"))
	found = positions(filters.sales_target, closing, filters.as_of, withdrawn=withdrawn)
	rows, left_out = first_of(found, rows_asked(filters.limit))
	adjusting = adjustments(closing, filters.as_of)
	for row in explained([*rows, *adjusting], html=False):
		row.currency = currency
	name_users([*rows, *adjusting], "booked_by")
	notes = [measures.named(measured_on), left_out, note_of(closing, len(adjusting))]
	return columns(measured_on), [*rows, *adjusting], "<br>".join(one for one in notes if one) or None


def note_of(closing: str | None, adjusting: int) -> str:
	"""Why the rows of a closed target add up to another amount than its result."""
	if not adjusting:
		return ""
	return _(
		"Rows at the end, booked after the target was closed ({1}): {0}. They are not in its result."
	).format(number_text(adjusting), closing)


def columns(measured_on: str = measures.ORDERED) -> list[dict]:
	return [
		*measures.columns(measured_on, 200, _column),
		_column("posting_date", _("Date"), "Date", 120),
		_column("customer_name", _("Customer"), "Data", 160),
		_column("order_status", measures.status(measured_on), "Data", 130),
		_column("sales_person", _("Sales Person"), "Link", 130, options="Sales Person"),
		_column("amount", _("Amount"), "Currency", 130, options="currency"),
		_column("order_count", measures.counted(measured_on), "Int", 130),
		_column("share_percentage", measures.share(measured_on), "Percent", 110),
		_column("source_doctype", _("Rule From"), "Data", 130),
		_column("source_name", _("Document"), "Dynamic Link", 160, options="source_doctype"),
		_column("reason", _("Why"), "Data", 520),
		_column("adjusts", _("Adjusts"), "Link", 130, options="Sales Target Closing"),
		_column("booked_on", _("Booked On"), "Datetime", 160),
		_column("booked_by", _("Booked By"), "Data", 160),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: str) -> dict:
	if fieldtype == "Link" and not frappe.has_permission(more["options"], "read"):
		fieldtype = "Data"  # the framework refuses the whole report for a link that the user may not open
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}
