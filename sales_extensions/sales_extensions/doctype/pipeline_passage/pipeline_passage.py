"""One passage of a party through the pipeline, from entry to won or lost (C5)."""

from frappe.model.document import Document


class PipelinePassage(Document):
	pass
