"""What conversations are about: a list that the user maintains (C2)."""

from frappe.model.document import Document

from sales_extensions import kinds


class ConversationTopic(kinds.Checked, Document):
	pass
