import frappe
from frappe.model.document import Document

from sales_extensions import guards


class SalesPersonPlace(guards.KeepsItsName, Document):
	"""From a day on, a Sales Person stands under a group; see `ledger/places.py`."""


def on_doctype_update() -> None:
	frappe.db.add_index("Sales Person Place", ["sales_person", "from_date"], "seller_day")
