import frappe
from frappe.model.document import Document

from sales_extensions import guards


class SalesTargetMember(guards.KeepsItsName, Document):
	"""Who or what stood under a closed target's sellers and filters (H3). Written in `ledger/closing.py`."""


def on_doctype_update() -> None:
	frappe.db.add_index(
		"Sales Target Member", ["member_type", "member", "company", "from_date", "to_date"], "member_days"
	)
