"""An order from what was ordered to the money (M4)."""

from __future__ import annotations

import frappe

from sales_extensions import called, permissions
from sales_extensions.engine import credit
from sales_extensions.engine.side_by_side import Counted, Line, SideBySide, side_by_side
from sales_extensions.ledger import documents, facts


@called.public()
def of_order(sales_order: str) -> dict[str, object]:
	"""What was ordered, delivered, invoiced, returned and paid of an order, by seller, and the documents behind it.

	Company currency, by today's rules. `lines`: each seller, last who has no name: what is nobody's; `total` of them.
	Sellers are told to who may read the order's allocation. Documents that the user may not read have no name. Raises
	PermissionError without read permission on the order.
	"""
	doc = frappe.get_doc("Sales Order", sales_order)
	doc.check_permission("read")
	order, policy = facts.order_from_doc(doc), facts.policy()
	allocation = facts.load_allocations((sales_order,)).get(sales_order)
	found = side_by_side(credit(order, allocation, policy), documents.of_order(sales_order), policy)
	named = permissions.quietly(
		frappe.has_permission, "Order Allocation", "read", allocation.name if allocation else None
	)
	return _shown(found, order.currency, bool(named))


def _shown(found: SideBySide, currency: str, named: bool) -> dict[str, object]:
	sellers = sorted(found.lines, key=lambda seller: (not seller, seller)) if named else []
	return {
		"currency": currency,
		"lines": [{"sales_person": seller, **_line(found.lines[seller])} for seller in sellers],
		"total": _line(found.total),
		"documents": [_document(one) for one in found.documents],
	}


def _line(line: Line) -> dict[str, object]:
	figures = ("ordered", "delivered", "invoiced", "returned", "paid", "to_invoice", "to_pay")
	return {name: getattr(line, name) for name in figures}


def _document(one: Counted) -> dict[str, object]:
	voucher = one.document.voucher
	doctype, name = voucher.id
	may = permissions.quietly(frappe.has_permission, doctype, "read", name)
	return {
		"measure": str(one.document.measure),
		"doctype": doctype,
		"name": name if may else None,
		"against": voucher.against[1] if may else None,
		"posting_date": voucher.posting_date,
		"amount": one.amount,
	}
