import frappe

from sales_extensions import guards


class SalesTargetAssignee(guards.Row):
	"""A Sales Person of a target. Company and period are copies of the target's, for the look-up of an order."""


def on_doctype_update() -> None:
	"""One look-up finds the targets of a seller on a day, whatever other targets there are."""
	frappe.db.add_index(
		"Sales Target Assignee", ["sales_person", "company", "to_date", "from_date"], "seller_period"
	)
