from frappe.model.document import Document

from sales_extensions import guards


class OrderCreditState(guards.KeepsItsName, Document):
	"""The queue of writers about one order; see `ledger/book.py`."""
