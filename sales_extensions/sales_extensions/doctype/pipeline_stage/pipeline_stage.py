"""A position in the sales pipeline: a list that the user maintains (C2, C7)."""

from frappe.model.document import Document

from sales_extensions import kinds


class PipelineStage(kinds.Checked, Document):
	pass
