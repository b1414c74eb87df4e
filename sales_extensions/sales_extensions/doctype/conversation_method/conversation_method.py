"""How contact took place: a list that the user maintains (C2)."""

from frappe.model.document import Document


class ConversationMethod(Document):
	pass
