"""What a site holds of the app, in a form that another line can compare: each row of each table, and the figures."""

from __future__ import annotations

import frappe

#: What a move rightly changes: the tracker's columns, whose fields have other names.
MAY_CHANGE = {"Sales Tracker Field"}
FIGURES = ("title", "realised_amount", "order_count", "percentage", "currency")


def held() -> dict[str, object]:
	return {
		"rows": {doctype: rows_of(doctype) for doctype in doctypes()},
		"targets": {
			row.pop("name"): row for row in frappe.get_all("Sales Target", fields=["name", *FIGURES])
		},
		"tracker": columns(),
	}


def doctypes() -> list[str]:
	ours = frappe.get_all(
		"DocType", {"module": "Sales Extensions", "issingle": 0}, pluck="name", order_by="name"
	)
	return [doctype for doctype in ours if doctype not in MAY_CHANGE]


def rows_of(doctype: str) -> dict[str, dict[str, str]]:
	"""name: {column: its value as text}, of every row. An empty value is left out: a new column is one."""
	rows = frappe.db.sql(
		f"SELECT * FROM `tab{doctype}`", as_dict=True
	)  # nosemgrep: the name of a DocType of ours
	return {
		str(row.name): {column: str(value) for column, value in row.items() if value not in (None, "", 0)}
		for row in rows
	}


def columns() -> dict[str, tuple[int, int]]:
	"""document and label: (width, visible) of each column of the tracker."""
	return {
		f"{row.document_type}: {row.label}": (row.width, row.visible)
		for row in frappe.get_doc("Sales Tracker Settings").tracker_fields
	}
