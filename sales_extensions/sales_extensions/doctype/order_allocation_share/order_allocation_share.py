from frappe.model.document import Document


class OrderAllocationShare(Document):
	"""One seller's share of an order: the whole, a percentage or a fixed amount in company currency (A3)."""
