"""What names a document by its kind and its number, when the document gets another number.

The framework follows such links where it knows of them: of rows that were not saved one by one it does not.
Passages are written anew by `pipeline`, from what happened to the party.
"""

from __future__ import annotations

import frappe

from sales_extensions import current

#: doctype, and its fields with the kind and the number of a document
NAMING = (
	("Upsell Credit", "voucher_type", "voucher_no"),
	("Conversation", "reference_doctype", "reference_name"),
	("Sales Target Entry", "voucher_type", "voucher_no"),
	("Sales Target Entry", "against_voucher_type", "against_voucher_no"),
)


def follow(doctype: str, old: str, new: str) -> None:
	"""In tables that have an index on these names: what is scanned is held, and others wait for it."""
	for table, kind, name in NAMING:
		rows = frappe.qb.DocType(table)
		named = (rows[kind] == doctype) & (rows[name] == old)
		current.run(frappe.qb.update(rows).set(rows[name], new).where(named))


def follow_sources(doctype: str, old: str, new: str, orders: tuple[str, str]) -> None:
	"""The entries of an order name it, or its allocation, as their source: found by the order, before and now."""
	entry = frappe.qb.DocType("Sales Target Entry")
	named = (entry.source_doctype == doctype) & (entry.source_name == old)
	found = entry.sales_order.isin(orders) & named
	current.run(frappe.qb.update(entry).set(entry.source_name, new).where(found))
