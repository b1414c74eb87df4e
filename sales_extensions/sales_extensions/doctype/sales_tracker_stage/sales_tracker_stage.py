from frappe.model.document import Document

from sales_extensions import guards


class SalesTrackerStage(Document):
	"""Which jobs stand in a stage (K5)."""

	def before_validate(self) -> None:
		guards.through_parent(self)

	def on_trash(self) -> None:
		guards.through_parent(self)
