"""Sales Order: each change that can move a credit is followed (T2, T3).

`on_change` is the one event that every path fires, some of them three times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe.model.rename_doc import rename_doc

from sales_extensions import charges, current, guards, renames, timeline
from sales_extensions.conversations import parties
from sales_extensions.engine import allocation_name
from sales_extensions.ledger import facts, follow, forget, pins, selling
from sales_extensions.pipeline import facts as pipeline_facts
from sales_extensions.pipeline import follow as pipeline
from sales_extensions.pipeline.facts import CUSTOMER, Party
from sales_extensions.pipeline.restate import restate
from sales_extensions.tasks import notify

if TYPE_CHECKING:
	from frappe.model.document import Document

#: What says whether a Sales Order counts, for whom and for how much.
HEADER = (
	"docstatus", "company", "transaction_date", "base_grand_total", "base_net_total", "territory",
	"customer_group", "customer", "owner",
)  # fmt: skip


#: What of a row can move a credit.
ROW = (
	"name",
	"idx",
	"item_code",
	"item_name",
	"item_group",
	"description",
	"uom",
	"qty",
	"rate",
	"base_net_amount",
)


def before_insert(doc: Document, method: str | None = None) -> None:
	charges.remember_copy(doc)


def before_validate(doc: Document, method: str | None = None) -> None:
	"""The event of a submit that fires where validation is skipped too; what is set is written with the order."""
	if getattr(doc, "_action", None) == "submit":
		pipeline_facts.note_agreement(doc)


def on_recurring(doc: Document, method: str | None = None, reference_doc=None, auto_repeat_doc=None) -> None:
	charges.remember_original(doc, reference_doc)
	doc.flags.sales_extensions_repeats = reference_doc.name


def after_insert(doc: Document, method: str | None = None) -> None:
	carry_allocation(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	"""ERPNext fires `on_change` in the middle of cancelling; the books wait for the end."""
	doc.flags.sales_extensions_wait = True


def on_cancel(doc: Document, method: str | None = None) -> None:
	doc.flags.sales_extensions_wait = False
	# what was signed names the order, and holds nobody from cancelling it
	doc.ignore_linked_doctypes = (*(doc.get("ignore_linked_doctypes") or ()), "Sales Statement")


def on_change(doc: Document, method: str | None = None) -> None:
	if doc.flags.in_delete or is_waiting(doc) or is_noise(doc):
		return
	signature = signature_of(doc)
	if doc.flags.sales_extensions_followed == signature:
		return
	drop_allocation_of_other_deal(doc)
	action = getattr(doc, "_action", None)
	settings = follow_in_pipeline(doc) if action in ("submit", "cancel") else facts.settings()
	if not action:
		hold_stock(doc)
	else:
		charges.done(doc.doctype, doc.name)
		charges.follow(doc, settings)
	follow(facts.order_being_saved(doc), settings=settings, made=selling.made(doc), is_new=action == "submit")
	doc.flags.sales_extensions_followed = signature


def follow_in_pipeline(doc: Document) -> facts.Settings:
	"""Whether the customer is in the pipeline is asked together with the settings: no statement for those who are not."""
	saved, is_known = pipeline.settings_and_customer(doc.customer)
	if is_known:
		pipeline.order(doc, saved)
	return facts.settings_from(saved)


def is_waiting(doc: Document) -> bool:
	"""In the middle of a cancel; a document that failed to be cancelled, and is saved after, is not."""
	return bool(doc.flags.sales_extensions_wait) and getattr(doc, "_action", None) == "cancel"


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	guards.refuse_merge(doc, merge)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""What is named after its order is renamed with it."""
	renames.follow(doc.doctype, old, new)
	renames.follow_sources(doc.doctype, old, new, (old, new))
	was, named = allocation_name(old), allocation_name(new)
	if frappe.db.exists("Order Allocation", was):
		quiet = {"show_alert": False, "rebuild_search": False, "validate": False}
		with current.rows():
			rename_doc("Order Allocation", was, named, ignore_permissions=True, **quiet)
	renames.follow_sources("Order Allocation", was, named, (old, new))
	state = frappe.qb.DocType("Order Credit State")
	current.run(frappe.qb.update(state).set(state.name, new).where(state.name == old))
	pins.follow_order(old, new)
	restate([Party(CUSTOMER, doc.customer)])


def on_trash(doc: Document, method: str | None = None) -> None:
	"""A deleted order's number may be given again: its allocation must not wait for the next one."""
	allocation = allocation_name(doc.name)
	if frappe.db.exists("Order Allocation", allocation):
		with current.rows():
			frappe.delete_doc("Order Allocation", allocation, ignore_permissions=True, force=True)
	parties.let_go(doc.doctype, doc.name)


def after_delete(doc: Document, method: str | None = None) -> None:
	charges.forget(doc)
	forget(facts.order_being_saved(doc))


def hold_stock(doc: Document) -> None:
	"""Closing and reopening go on to reserve stock after this event, all other changes before it.

	Everybody takes Bins first and targets after, or a close and a submit would wait for each other.
	"""
	items = {row.item_code for row in (*doc.items, *(doc.get("packed_items") or ()))}
	bins = frappe.get_all("Bin", {"item_code": ("in", list(items))}, pluck="name", order_by="name")
	if bins:
		current.sql(
			"SELECT name FROM `tabBin` FORCE INDEX (PRIMARY) WHERE name IN %(bins)s ORDER BY name FOR UPDATE",
			{"bins": tuple(bins)},
		)


def is_noise(doc: Document) -> bool:
	"""Delivery, billing and other progress set a status and fire `on_change` with nothing to count.

	Only where the document was never saved in memory (`db_set` alone) may it be compared with what it
	was before: in Update Items the document from before has the new rows already.
	"""
	if getattr(doc, "_action", None):
		return False
	before = doc.get_doc_before_save()
	return bool(before) and doc.status != "Closed" and signature_of(before)[1:] == signature_of(doc)[1:]


def signature_of(doc: Document) -> tuple:
	"""Changes when, and only when, a fact changes that the engine is told."""
	closed = doc.status == "Closed"
	return (
		str(doc.modified),
		*(str(doc.get(fieldname)) for fieldname in HEADER),
		_progress(doc) if closed else closed,
		tuple((row.sales_person, row.allocated_percentage) for row in doc.sales_team or ()),
		tuple(tuple(row.get(fieldname) for fieldname in ROW) for row in doc.items or ()),
	)


def _progress(doc: Document) -> tuple:
	"""Of a closed order, what was delivered and billed of each row decides what it counts for (M6)."""
	rows = tuple(tuple(row.get(field) for field in facts.PROGRESS) for row in doc.items or ())
	return doc.per_delivered, doc.per_billed, rows


def carry_allocation(doc: Document) -> None:
	"""Who agreed on shares meant the deal, not the piece of paper: they hold for the amended order, and for its repeats.

	With another customer or company it is another deal, for which nothing was agreed.
	"""
	original = doc.flags.sales_extensions_repeats or doc.amended_from
	name = original and allocation_name(original)
	if not name or not frappe.db.exists("Order Allocation", name):
		return
	old = frappe.get_doc("Order Allocation", name)
	agreed = frappe.db.get_value("Sales Order", original, notify.DEAL)
	if agreed == deal_of(doc):
		_carry(old, doc)
	else:
		notify.dropped(old, agreed, doc)
		timeline.not_carried(doc.name)


def _carry(old: Document, doc: Document) -> None:
	new = frappe.get_doc(
		{
			"doctype": "Order Allocation",
			"sales_order": doc.name,
			"remainder_to": old.remainder_to,
			"shares": [
				{field: row.get(field) for field in ("sales_person", "basis", "percentage", "fixed_amount")}
				for row in old.shares
			],
		}
	)
	new.flags.amended = True
	new.flags.carried_from = old.sales_order
	new.flags.overlay_agreed = bool(old.overlay)
	new.insert(ignore_permissions=True)


def drop_allocation_of_other_deal(doc: Document) -> None:
	"""A draft that is turned to another customer or company. The document from before is asked: no statement."""
	before = doc.get_doc_before_save()
	if not before or doc.docstatus or deal_of(before) == deal_of(doc):
		return
	name = allocation_name(doc.name)
	if frappe.db.exists("Order Allocation", name):
		old = frappe.get_doc("Order Allocation", name)
		with current.rows():
			why = {"because": timeline.other_deal(doc.name)}
			frappe.delete_doc("Order Allocation", name, ignore_permissions=True, force=True, flags=why)
		notify.dropped(old, deal_of(before), doc)


def deal_of(doc: Document) -> tuple[str, str]:
	return tuple(doc.get(field) for field in notify.DEAL)
