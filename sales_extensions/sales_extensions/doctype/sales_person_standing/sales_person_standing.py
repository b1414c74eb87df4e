import frappe
from frappe.model.document import Document

from sales_extensions import guards


class SalesPersonStanding(guards.KeepsItsName, Document):
	"""A Sales Person and a group above them, by days; made of their places in `ledger/places.py`."""


def on_doctype_update() -> None:
	frappe.db.add_index(
		"Sales Person Standing", ["sales_person", "from_date", "to_date", "above"], "seller_days"
	)
