"""0.3: an allocation has a name of its own kind, ALLOC- before that of its order.

Until then it had its order's: who deleted one was asked whether the order be deleted. The framework's rename is made for
one document, and commits; here a table is a statement, however many allocations there are, and all of it is one
transaction. What is named already is left alone, so it can be run again.
"""

from __future__ import annotations

import frappe
from frappe.model.rename_doc import get_link_fields

from sales_extensions.engine.facts import ALLOCATED, LONGEST_NAME

DOCTYPE = "Order Allocation"
DIGEST = 40  #: letters of a SHA-1

#: Columns of the framework that hold a document's name without being declared as links to it: kind, name.
UNDECLARED = (
	("Email Queue", "reference_doctype", "reference_name"),
	("Energy Point Log", "reference_doctype", "reference_name"),
	("File", "attached_to_doctype", "attached_to_name"),
	("Notification Log", "document_type", "document_name"),
	("Version", "ref_doctype", "docname"),
)
#: A table of the framework that is no doctype.
SEARCH = "__global_search"


def execute() -> None:
	links = [(table, column) for table, column in declared_links() if is_there(table, column)]
	for table, column in links:
		rename(table, column, f"t.`{column}`")
	for table, kind, column in (*dynamic_links(), *UNDECLARED):
		if is_there(table, kind) and is_there(table, column):
			rename(table, column, f"t.`{column}`", f"t.`{kind}` = %(doctype)s")
	follow_ledger()
	frappe.db.sql(
		f"""UPDATE `{SEARCH}` t JOIN `tab{DOCTYPE}` a ON a.name = t.name AND a.name = a.sales_order
		SET t.name = {new_name("a.sales_order")} WHERE t.doctype = %(doctype)s""",
		{"doctype": DOCTYPE},
	)
	rename("Order Allocation Share", "parent", "t.parent", "t.parenttype = %(doctype)s")
	frappe.db.sql(f"UPDATE `tab{DOCTYPE}` SET name = {new_name('sales_order')} WHERE name = sales_order")
	frappe.clear_cache(doctype=DOCTYPE)


def new_name(order: str) -> str:
	"""What `engine.allocation_name` says, as SQL."""
	whole = f"CONCAT('{ALLOCATED}', {order})"
	beginning = f"LEFT({whole}, {LONGEST_NAME - DIGEST - 1})"
	return f"IF(CHAR_LENGTH({whole}) <= {LONGEST_NAME}, {whole}, CONCAT({beginning}, '-', SHA1({order})))"


def rename(table: str, column: str, held: str, only: str = "1 = 1") -> None:
	"""Let a column that holds names of allocations hold the new ones."""
	frappe.db.sql(
		f"""UPDATE `tab{table}` t JOIN `tab{DOCTYPE}` a ON a.name = {held} AND a.name = a.sales_order
		SET t.`{column}` = {new_name("a.sales_order")} WHERE {only}""",
		{"doctype": DOCTYPE},
	)


def follow_ledger() -> None:
	"""Entries name the allocation that they follow from, also one that is gone."""
	frappe.db.sql(
		f"""UPDATE `tabSales Target Entry` SET source_name = {new_name("sales_order")}
		WHERE source_doctype = %s AND source_name = sales_order""",
		DOCTYPE,
	)


def declared_links() -> list[tuple[str, str]]:
	"""Link fields to an allocation, of whatever app or site. A Single's is in a table of all."""
	found = []
	for field in get_link_fields(DOCTYPE):
		if field.issingle:
			follow_single(field.parent, field.fieldname)
		else:
			found.append((field.parent, field.fieldname))
	return found


def follow_single(single: str, fieldname: str) -> None:
	frappe.db.sql(
		f"""UPDATE `tabSingles` t JOIN `tab{DOCTYPE}` a ON a.name = t.value AND a.name = a.sales_order
		SET t.value = {new_name("a.sales_order")} WHERE t.doctype = %s AND t.field = %s""",
		(single, fieldname),
	)


def dynamic_links() -> list[tuple[str, str, str]]:
	"""Dynamic Link fields of all stored doctypes: table, the field with the kind, the field with the name."""
	field, custom, doctype = (frappe.qb.DocType(name) for name in ("DocField", "Custom Field", "DocType"))
	found = []
	for fields, parent in ((field, field.parent), (custom, custom.dt)):
		found += (
			frappe.qb.from_(fields)
			.join(doctype)
			.on(doctype.name == parent)
			.select(parent, fields.options, fields.fieldname)
			.where((fields.fieldtype == "Dynamic Link") & (doctype.issingle == 0) & (doctype.is_virtual == 0))
			.run()
		)
	return sorted(found)


def is_there(table: str, column: str) -> bool:
	return frappe.db.table_exists(table) and frappe.db.has_column(table, column)
