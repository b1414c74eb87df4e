"""Who is disabled now, and may have been there when an order was made: old work keeps its old rules (A2, U10)."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import format_date, getdate

from sales_extensions import showing


def left_on(doctype: str, name: str) -> date | None:
	"""The day on which a disabled Sales Person or User left: the Employee's Relieving Date, or else the day on which
	they were last changed, which they were disabled on or before. None: they are not disabled.
	"""
	person = frappe.db.get_value(doctype, name, ("enabled", "modified"), as_dict=True)
	if not person or person.enabled:
		return None
	return relieving_date(doctype, name) or getdate(person.modified)


def relieving_date(doctype: str, name: str) -> date | None:
	if doctype == "User":
		return frappe.db.get_value("Employee", {"user_id": name}, "relieving_date")
	employee = frappe.db.get_value("Sales Person", name, "employee")
	return frappe.db.get_value("Employee", employee, "relieving_date") if employee else None


def was_there(day: date, left: date | None) -> bool:
	"""Whether work of that day may still be given to them."""
	return left is None or getdate(day) < left


def tell(name: str, day: date, left: date) -> None:
	frappe.msgprint(
		_("{0} is disabled since {1}; this is of {2}, and is theirs all the same.").format(
			frappe.bold(showing.text(name)), format_date(left), format_date(day)
		),
		alert=True,
		indicator="orange",
	)
