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


def refuse_seller(name: str, day: date, where: str = "") -> None:
	"""A group sells nothing, and who had left by then has sold nothing; of who left since it is told. Who can't be a seller
	of an order raises ValidationError. `where`: which row names them.
	"""
	person = frappe.db.get_value("Sales Person", name, ("is_group", "enabled"), as_dict=True)
	if not person:
		return  # the framework says so of a link
	at, shown = f"{where}: " if where else "", showing.text(name)
	if person.is_group:
		frappe.throw(at + _("Sales Person {0} is a group. Choose a seller under it.").format(shown))
	left = None if person.enabled else left_on("Sales Person", name)
	if not was_there(day, left):
		frappe.throw(at + _("Sales Person {0} is disabled. Choose one who is not.").format(shown))
	if left:
		tell(name, day, left)


def tell(name: str, day: date, left: date) -> None:
	frappe.msgprint(
		_("{0} is disabled since {1}; this is of {2}, and is theirs all the same.").format(
			frappe.bold(showing.text(name)), format_date(left), format_date(day)
		),
		alert=True,
		indicator="orange",
	)
