"""What conversations are about: a list that the user maintains (C2)."""

from frappe.model.document import Document


class ConversationTopic(Document):
	pass
