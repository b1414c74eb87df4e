from frappe.model.document import Document

from sales_extensions import guards


class UpsellCreditChange(Document):
	"""A change of a charge's credit: who, when, from whom to whom, and why (U10)."""

	def before_validate(self) -> None:
		guards.through_parent(self)

	def on_trash(self) -> None:
		guards.through_parent(self)
