import frappe
from frappe import _
from frappe.model.document import Document

from sales_extensions import errors, words


class SalesTargetEntry(errors.Named, Document):
	"""A row of the ledger. Written by the ledger alone, never changed, gone only with its target."""

	def onload(self) -> None:
		"""The reason in the reader's language."""
		self.reason = words.from_entry(self.reason_parts, self.reason, html=False)

	def before_validate(self) -> None:
		self.refuse()

	def on_trash(self) -> None:
		self.refuse()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		self.refuse()

	def refuse(self) -> None:
		frappe.throw(
			_(
				"Sales Target Entry: entries are written by the ledger and can't be created, edited or deleted."
			),
			frappe.PermissionError,
		)


def on_doctype_update() -> None:
	frappe.db.add_index("Sales Target Entry", ["sales_target", "sales_order"], "target_order")
	# holds all that attainment by seller and month is computed from
	frappe.db.add_index(
		"Sales Target Entry",
		["company", "sales_target", "sales_person", "posting_date", "amount", "order_count"],
		"attainment",
	)
