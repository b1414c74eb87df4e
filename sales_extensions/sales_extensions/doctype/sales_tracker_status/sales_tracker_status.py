from frappe.model.document import Document

from sales_extensions import guards


class SalesTrackerStatus(Document):
	"""Whether a status counts as active (K5)."""

	def before_validate(self) -> None:
		guards.through_parent(self)

	def on_trash(self) -> None:
		guards.through_parent(self)
