import frappe

from sales_extensions import current, guards


class SalesTargetClosing(guards.WrittenByTheApp, current.WrittenByMany):
	"""A target as it was closed, with a seal over its entries (H3). Written in `ledger/closing.py`."""


def on_doctype_update() -> None:
	frappe.db.add_index("Sales Target Closing", ["company", "creation"], "company_creation")
