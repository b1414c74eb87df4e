from frappe.model.document import Document


class OrderCreditState(Document):
	"""The queue of writers about one order; see `ledger/book.py`."""
