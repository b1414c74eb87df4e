from frappe.model.document import Document

from sales_extensions import guards


class OrderAllocationShare(Document):
	"""One seller's share of an order: the whole, a percentage or a fixed amount in company currency (A3)."""

	def before_validate(self) -> None:
		guards.through_parent(self)

	def on_trash(self) -> None:
		guards.through_parent(self)
