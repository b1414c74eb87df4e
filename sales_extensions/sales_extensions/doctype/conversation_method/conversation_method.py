"""How contact took place: a list that the user maintains (C2)."""

from frappe.model.document import Document

from sales_extensions import kinds


class ConversationMethod(kinds.Checked, Document):
	pass
