"""Sales Person, Territory, Customer Group and Item Group: a move or a merge changes whose target counts (T3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import frappe
from frappe import _
from frappe.utils import cint

from sales_extensions import current, errors, showing
from sales_extensions.charges import book
from sales_extensions.conversations import settle
from sales_extensions.ledger import book as book_of_targets
from sales_extensions.ledger import facts, pins, places, restate, sealed
from sales_extensions.ledger.restate import SELLERS_AND_GROUPS
from sales_extensions.pipeline import restate as pipeline

if TYPE_CHECKING:
	from frappe.model.document import Document

FILTER_OF = {"Territory": "territory", "Customer Group": "customer_group", "Item Group": "item_group"}


def on_update(doc: Document, method: str | None = None) -> None:
	stood = places.note(doc.name, doc.parent_sales_person) if doc.doctype == "Sales Person" else None
	before = doc.get_doc_before_save()
	if before:
		changed = any(before.get(field) != doc.get(field) for field in watched(doc))
	else:
		changed = bool(doc.get("employee"))  # a new seller may be the natural owner of orders there are
	if changed:
		restate_for(doc.doctype)
	if changed and stood:
		tell_since_when(doc, stood)


def tell_since_when(doc: Document, group: str) -> None:
	frappe.msgprint(
		_(
			"Orders of {0} count for {1} from today on, and those of before for {2}. A manager can change the day in the form of the Sales Person."
		).format(*(showing.text(name) for name in (doc.name, doc.parent_sales_person, group))),
		alert=True,
	)


def watched(doc: Document) -> tuple[str, ...]:
	"""The place in the tree; for a seller also the employee, who makes them an order's natural owner."""
	return (doc.nsm_parent_field, "employee") if doc.doctype == "Sales Person" else (doc.nsm_parent_field,)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""A merge makes one seller of two, and `after_delete` of the loser ends it.

	A new name can move a cent, or the count of a joint order: ties are broken by name.
	"""
	sealed.follow_members(doc.doctype, old, new)
	if merge and doc.doctype == "Sales Person":
		drop_doubles("Sales Target Assignee", "Sales Target", new)
	if doc.doctype == "Sales Person":
		pins.follow_seller(old, new)
		(places.merged if merge else places.renamed)(old, new)
		book_of_targets.name_sellers(targets_naming(new))
	if not merge and doc.doctype in ("Sales Person", "Item Group"):
		restate_for(doc.doctype)


def keep_credited_seller(doc: Document, method: str | None = None) -> None:
	"""Orders may go and leave their entries; a seller may not, or a figure could not be explained."""
	if frappe.db.exists("Sales Target Entry", {"sales_person": doc.name}):
		refuse_to_delete(
			doc,
			_("Sales Person {0} is credited in sales targets and can't be deleted. Untick Enabled instead."),
		)
	if pins.has_sold(doc.name):
		refuse_to_delete(
			doc, _("Sales Person {0} has sold orders and can't be deleted. Untick Enabled instead.")
		)
	if frappe.db.exists("Sales Statement", {"sales_person": doc.name, "docstatus": 1}):
		refuse_to_delete(
			doc, _("Sales Person {0} has Sales Statements and can't be deleted. Untick Enabled instead.")
		)


def refuse_to_delete(doc: Document, why: str) -> NoReturn:
	frappe.throw(why.format(frappe.bold(doc.name)), frappe.LinkExistsError, title=errors.of(doc))


def after_delete(doc: Document, method: str | None = None) -> None:
	"""The last event of a merge: links and tree are final now."""
	if doc.doctype == "Sales Person":
		places.forget(doc.name)
	restate_for(doc.doctype)


def restate_for(doctype: str) -> None:
	field = FILTER_OF.get(doctype)
	if field is None:
		restate_sellers()
		return
	targets = frappe.get_all("Sales Target", {field: ("is", "set")}, pluck="name", order_by="name")
	if targets:
		restate(SELLERS_AND_GROUPS, targets)


def targets_naming(seller: str) -> list[str]:
	rows = frappe.get_all(
		"Sales Target Assignee",
		{"sales_person": seller, "parenttype": "Sales Target"},
		pluck="parent",
		order_by="parent",
	)
	return list(dict.fromkeys(rows))


def drop_doubles(table: str, parenttype: str, seller: str) -> None:
	"""After a merge a target may name the survivor twice: once is enough."""
	rows = frappe.get_all(
		table,
		filters={"sales_person": seller, "parenttype": parenttype},
		fields=["name", "parent"],
		order_by="parent, idx",
	)
	seen = set()
	for row in rows:
		if row.parent in seen:
			current.sql(f"DELETE FROM `tab{table}` WHERE name = %s", row.name)
			frappe.clear_document_cache(parenttype, row.parent)
		seen.add(row.parent)


def person_after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Two employees or users made one: orders of the one are now orders of the other (A1). The pipeline's books
	name people, and are read anew (C5).
	"""
	if merge:
		restate_sellers()
	if doc.doctype == "Employee":
		settle.refresh_employee_name(doc.name)
	pipeline.everyone()


def restate_sellers() -> None:
	"""Who is behind a user has changed: first for the charges, then for every target."""
	if facts.settings().has_upsells:
		book.refresh_people()
	restate(SELLERS_AND_GROUPS)


def employee_on_update(doc: Document, method: str | None = None) -> None:
	"""Another user behind an employee, another natural owner of that user's orders (A1), and of conversations."""
	before = doc.get_doc_before_save()
	changed = cint(not before) or before.user_id != doc.user_id
	if changed and frappe.db.exists("Sales Person", {"employee": doc.name}):
		restate_sellers()
	if before and before.user_id != doc.user_id:
		settle.follow_employee(doc.name, doc.user_id)
	if before and before.employee_name != doc.employee_name:
		settle.refresh_employee_name(doc.name)


def user_on_update(doc: Document, method: str | None = None) -> None:
	"""Another name for a user who is no employee (C1)."""
	before = doc.get_doc_before_save()
	if before and before.full_name != doc.full_name:
		settle.refresh_user_name(doc.name)
