"""The amounts shown on an Order Allocation, kept at what the engine says of the order (A5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe

from sales_extensions import current
from sales_extensions.engine import Allocation, Crediting, Order, allocation_name
from sales_extensions.engine.money import ZERO, to_decimal

from . import above, book


def figures(crediting: Crediting) -> dict[str, Decimal]:
	"""The read-only amounts of an Order Allocation, in company currency."""
	return {
		"order_amount": crediting.worth.amount,
		"allocated_total": book.kept(sum(crediting.share_amounts, ZERO))[0],
		"remainder_amount": crediting.remainder,
	}


def follow(order: Order, allocation: Allocation, crediting: Crediting, *, current_read: bool = False) -> None:
	"""Write amounts that the order has changed, and tell the manager of a fixed amount newly cut.

	A cancelled order's allocation keeps showing what it was. `current_read`: what this transaction has
	read is old. Only then, because a locking read holds the gaps beside the rows, where others allocate.
	"""
	if order.docstatus == 2:
		return
	stored = current.sql(
		f"""SELECT a.order_amount, a.allocated_total, a.remainder_amount, a.company, a.modified_by, a.owner,
			s.name, s.allocated_amount
		FROM `tabOrder Allocation` a JOIN `tabOrder Allocation Share` s FORCE INDEX (parent)
			ON s.parent = a.name AND s.parenttype = 'Order Allocation'
		WHERE a.name = %s ORDER BY s.idx {"FOR UPDATE" if current_read else ""}""",
		allocation_name(order.name),
		when=current_read,
	)
	if not stored or len(stored) != len(crediting.share_amounts):
		return  # the allocation itself is being saved, and writes its own amounts
	*amounts, company, modified_by, owner = stored[0][:6]
	before = [to_decimal(row[7]) for row in stored]
	wanted, moved = figures(crediting), company != order.company
	if moved or [*map(to_decimal, amounts)] != [*wanted.values()]:
		_write_amounts(order, wanted)
	if moved or before != [*crediting.share_amounts]:
		_write_shares([row[6] for row in stored], crediting.share_amounts, order)
	new_cuts = [cut for cut in crediting.cuts if cut.granted != before[cut.row]]
	if new_cuts:
		above.tell("cut", order, new_cuts, {modified_by, owner})


def _write_amounts(order: Order, wanted: dict[str, Decimal]) -> None:
	values = {**wanted, "company": order.company, "currency": order.currency}
	assignments = ", ".join(f"`{column}` = %s" for column in values)
	current.sql(
		f"UPDATE `tabOrder Allocation` SET {assignments} WHERE name = %s",
		[*values.values(), allocation_name(order.name)],
	)
	frappe.clear_document_cache("Order Allocation", allocation_name(order.name))


def _write_shares(names: Sequence[str], amounts: Sequence[Decimal], order: Order) -> None:
	"""In one statement, however many sellers share the order."""
	values = [value for pair in zip(names, amounts, strict=True) for value in pair]
	current.sql(
		f"""UPDATE `tabOrder Allocation Share` FORCE INDEX (PRIMARY)
		SET currency = %s, allocated_amount = CASE name {" ".join(["WHEN %s THEN %s"] * len(names))} END
		WHERE name IN ({", ".join(["%s"] * len(names))})""",
		[order.currency, *values, *names],
	)
	frappe.clear_document_cache("Order Allocation", allocation_name(order.name))
