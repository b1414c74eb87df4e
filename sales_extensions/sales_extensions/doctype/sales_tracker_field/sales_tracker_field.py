from frappe.model.document import Document

from sales_extensions import guards


class SalesTrackerField(Document):
	"""A field that may be seen in the Sales Tracker (K2)."""

	def before_validate(self) -> None:
		guards.through_parent(self)

	def on_trash(self) -> None:
		guards.through_parent(self)
