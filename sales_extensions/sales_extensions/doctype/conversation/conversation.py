"""A conversation with a Customer, Lead or Prospect (C1)."""

from frappe.model.document import Document


class Conversation(Document):
	pass
