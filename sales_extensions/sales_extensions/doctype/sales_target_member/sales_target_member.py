import frappe

from sales_extensions import guards


class SalesTargetMember(guards.WrittenByTheApp):
	"""Who or what stood under a closed target's sellers and filters (H3). Written in `ledger/closing.py`."""


def on_doctype_update() -> None:
	# the last day first: of a seller with years of closed periods an order reads those alone that are not over before it
	frappe.db.add_index(
		"Sales Target Member", ["member_type", "member", "company", "to_date", "from_date"], "member_period"
	)
