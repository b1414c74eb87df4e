"""Who sold an order without a Sales Team: shown before it is saved, and named anew by a manager (H1)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_extensions import called, current, guards, kinds, permissions, showing, timeline, who_left
from sales_extensions.engine import Allocation, Crediting, Pin, SellerRule, SoldPart, credit
from sales_extensions.ledger import facts, follow, selling
from sales_extensions.tasks import notify

from .orders import shared_out

if TYPE_CHECKING:
	from frappe.model.document import Document


@called.public()
def credits_of_new(order: str | dict) -> dict[str, object]:
	"""Who will be credited with a Sales Order that is being typed, and why. Company currency; nothing is saved.

	Sellers are told to who may read allocations; of quotations and orders that the user may not read nothing is told.
	Raises PermissionError for who may not make orders, ValidationError for what is none.
	"""
	frappe.has_permission("Sales Order", "create", throw=True)
	typed = _typed(order)
	if not typed.company or not permissions.quietly(frappe.has_permission, "Order Allocation", "read"):
		return {"credits": [], "withheld": True}
	settings = facts.settings()
	typed.owner, typed.docstatus = frappe.session.user, 0
	made = _readable(selling.made(typed))
	order = selling.sold(facts.order_being_saved(typed), made, settings)
	return shared_out(credit(order, _carried(typed, made), settings.policy), order.currency)


def _carried(typed: Document, made: selling.Made) -> Allocation | None:
	"""The allocation that an amendment will take along: for the same deal (A3)."""
	deal = tuple(typed.get(field) for field in notify.DEAL)
	if not made.original or frappe.db.get_value("Sales Order", made.original, notify.DEAL) != deal:
		return None
	return facts.load_allocations((made.original,)).get(made.original)


#: What of an order says who will have how much of it, and which of that are numbers.
HEADER = (
	"name", "company", "customer", "transaction_date", "base_grand_total", "base_net_total", "amended_from",
)  # fmt: skip
ROWS = {
	"items": ("item_group", "base_net_amount", "prevdoc_docname", "quotation_item"),
	"sales_team": ("sales_person", "allocated_percentage"),
}
NUMBERS = ("base_grand_total", "base_net_total", "base_net_amount", "allocated_percentage")


def _typed(order: str | dict) -> Document:
	"""Of what a form holds, what matters here. Raises ValidationError for what can't be in its field."""
	values = called.from_json(order)
	if not isinstance(values, dict):
		frappe.throw(_("{0} must be a document as JSON.").format(_("Sales Order")))
	typed = kinds.typed("Sales Order", _chosen(values, HEADER) | _rows(values))
	for part in (typed, *typed.get_all_children()):
		_refuse_odd_numbers(part)
	if typed.company and not frappe.db.exists("Company", typed.company):
		frappe.throw(_("Company {0} does not exist.").format(showing.text(typed.company)))
	return typed


def _refuse_odd_numbers(part: Document) -> None:
	for field in filter(part.meta.has_field, NUMBERS):
		guards.numbers(part, (field,))
		if abs(part.get(field)) > kinds.GREATEST:
			label, most = part.meta.get_label(field), f"{kinds.GREATEST:,}"
			guards.refuse_value(part, label, part.get(field), _("a number up to {0}").format(most))


def _chosen(values: dict, fields: Collection[str]) -> dict[str, object]:
	return {field: values[field] for field in fields if field in values}


def _rows(values: dict) -> dict[str, list[dict]]:
	return {
		table: _rows_of(table, values[table], fields) for table, fields in ROWS.items() if values.get(table)
	}


def _rows_of(table: str, listed: object, fields: Collection[str]) -> list[dict]:
	if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
		label = _(frappe.get_meta("Sales Order").get_label(table))
		frappe.throw(
			_("{0} must be {1}; it is {2}.").format(
				label, _("a list"), showing.text(frappe.as_json(listed), 50)
			)
		)
	return [_chosen(row, fields) for row in listed]


def _readable(made: selling.Made) -> selling.Made:
	def may_read(doctype: str, name: str) -> bool:
		return bool(frappe.db.exists(doctype, name)) and permissions.quietly(
			frappe.has_permission, doctype, "read", name
		)

	return selling.Made(
		is_new=True,
		is_draft=True,
		quoted={name: amount for name, amount in made.quoted.items() if may_read("Quotation", name)},
		quoted_rows=made.quoted_rows,
		original=made.original if made.original and may_read("Sales Order", made.original) else "",
	)


@called.public(methods=["POST"])
def change_seller(sales_order: str, sales_person: str, reason: str) -> None:
	"""Name who sold an order without a Sales Team; kept with why in the order's timeline, and the sellers are told.

	Raises PermissionError for who may not allocate or not read the order, ValidationError without a reason, for an
	order with a Sales Team or a cancelled one, and for a Sales Person who could not have sold it.
	"""
	frappe.has_permission("Order Allocation", "create", throw=True)
	if not reason.strip():
		frappe.throw(_("Reason: say why the seller is changed."))
	timeline.refuse_long_reason(reason)
	doc = _held(sales_order)
	_refuse_if_not_open(doc)
	_refuse_seller(sales_person, doc)
	before = credited(doc)
	pin = Pin(SellerRule.MANAGER, (SoldPart(sales_person),), frappe.session.user)
	after = follow(facts.order_being_saved(doc), made=selling.Made(named=pin))
	timeline.seller_changed(sales_order, reason)
	occasion = f"seller {frappe.utils.now_datetime()}"
	notify.allocation_changed(doc.name, facts.currency_of(doc.company), before, after, occasion)


@current.rows()
def _held(sales_order: str) -> Document:
	"""The order as it is committed, so that nobody gives it a Sales Team meanwhile."""
	if not frappe.db.exists("Sales Order", sales_order):
		frappe.throw(_("Sales Order {0} does not exist.").format(showing.text(sales_order)))
	doc = frappe.get_doc("Sales Order", sales_order, for_update=True)
	doc.check_permission("read")
	return doc


def credited(doc: Document) -> Crediting:
	"""Who has what of an order as it stands."""
	allocation = facts.load_allocations((doc.name,)).get(doc.name)
	return credit(facts.order_from_doc(doc), allocation, facts.policy())


def _refuse_if_not_open(doc: Document) -> None:
	if doc.docstatus == 2:
		frappe.throw(
			_(
				"Sales Order {0} is cancelled: its seller stays as it was. Change the order that amends it."
			).format(doc.name)
		)
	if doc.sales_team:
		frappe.throw(
			_("Sales Order {0} has a Sales Team. Change the team, or allocate the order.").format(doc.name)
		)


def _refuse_seller(sales_person: str, doc: Document) -> None:
	"""As an allocation refuses: whom the user may not see, a group, and who had left by then."""
	if not frappe.db.exists("Sales Person", sales_person):
		frappe.throw(_("Sales Person {0} does not exist.").format(showing.text(sales_person)))
	frappe.has_permission("Sales Person", "read", sales_person, throw=True)
	who_left.refuse_seller(sales_person, doc.transaction_date)
