"""A position in the sales pipeline: a list that the user maintains (C2, C7)."""

from frappe.model.document import Document


class PipelineStage(Document):
	pass
