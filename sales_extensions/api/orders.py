"""Who is credited with a Sales Order, and what an allocation would do (A1-A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_extensions import guards, words
from sales_extensions.engine import Allocation, Crediting, Policy, check_allocation, credit, exceeds_order
from sales_extensions.ledger import allocated, facts

if TYPE_CHECKING:
	from frappe.model.document import Document


@frappe.whitelist()
def credits_of(sales_order: str) -> dict[str, object]:
	"""Who has what of an order, by the engine, and the targets it stands in. Company currency.

	Raises PermissionError without read permission on the order.
	"""
	doc = frappe.get_doc("Sales Order", sales_order)
	doc.check_permission("read")
	order = facts.order_from_doc(doc)
	allocation = facts.load_allocations((sales_order,)).get(sales_order)
	shown = shared_out(credit(order, allocation, facts.policy()), order.currency)
	shown["allocation"] = allocation.name if allocation else None
	shown["targets"] = targets_of(sales_order)
	shown["may_allocate"] = bool(frappe.has_permission("Order Allocation", "create"))
	return shown


def shared_out(crediting: Crediting, currency: str) -> dict[str, object]:
	return {
		"counts": crediting.worth.counts,
		"why": words.translated([crediting.worth.reason]),
		"order_amount": crediting.worth.amount,
		"uncredited": crediting.uncredited,
		"overlay": crediting.overlay,
		"currency": currency,
		"credits": [
			{
				"sales_person": credit.sales_person,
				"amount": credit.amount,
				"share_percentage": credit.share_percentage,
				"rule": credit.rule,
				"reason": words.translated(credit.reasons[1:]),
			}
			for credit in crediting.credits
		],
	}


def targets_of(sales_order: str) -> list[dict[str, object]]:
	"""The targets an order stands in, as far as the user may see them."""
	if not frappe.has_permission("Sales Target", "read"):
		return []
	entry, target = frappe.qb.DocType("Sales Target Entry"), frappe.qb.DocType("Sales Target")
	from frappe.query_builder.functions import Sum

	amount, count = Sum(entry.amount), Sum(entry.order_count)
	rows = (
		frappe.qb.from_(entry)
		.join(target)
		.on(target.name == entry.sales_target)
		.select(target.name, target.title, target.percentage, target.status, target.currency)
		.select(amount.as_("amount"), count.as_("order_count"))
		.where(entry.sales_order == sales_order)
		.groupby(target.name)
		.having((amount != 0) | (count != 0))
		.orderby(target.name)
		.run(as_dict=True)
	)
	return [row for row in rows if frappe.has_permission("Sales Target", "read", row.name)]


@frappe.whitelist()
def preview_allocation(allocation: str | dict) -> dict[str, object]:
	"""What an Order Allocation that is being typed would do: amounts, remainder, who is credited.

	Nothing is saved. Problems come as words, so that a form can show them while it is incomplete.
	Company currency. Raises PermissionError for who may not allocate or not read the order.
	"""
	frappe.has_permission("Order Allocation", "create", throw=True)
	typed = as_typed(allocation)
	doc = frappe.get_doc("Sales Order", typed.sales_order)
	doc.check_permission("read")
	order, policy = facts.order_from_doc(doc), facts.policy()
	for row in typed.shares:
		guards.numbers(row, ("percentage", "fixed_amount"))
	typed.overlay = 0
	wanted = facts.allocation_from_doc(typed)
	amount = credit(order, None, policy).worth.amount
	problems = check_allocation(wanted, amount, order.currency, order.precision, policy)
	if problems:
		return {"problems": [guards.explain(problem) for problem in problems], "currency": order.currency}
	return _previewed(order, wanted, policy, amount)


def as_typed(allocation: str | dict) -> Document:
	"""The Order Allocation that a form holds. Raises ValidationError for what is none."""
	try:
		values = frappe.parse_json(allocation)
	except ValueError:
		values = None
	if not isinstance(values, dict):
		frappe.throw(_("{0} must be a document as JSON.").format("allocation"))
	typed = frappe.get_doc({**values, "doctype": "Order Allocation"})
	if not typed.sales_order:
		frappe.throw(_("Sales Order is required."), frappe.MandatoryError)
	return typed


def _previewed(order, wanted: Allocation, policy: Policy, amount) -> dict[str, object]:
	overlay = policy.overlay_allowed and exceeds_order(wanted, amount, order.precision)
	crediting = credit(order, Allocation(wanted.name, wanted.shares, wanted.remainder_to, overlay), policy)
	shown = shared_out(crediting, order.currency)
	shown.update(allocated.figures(crediting))
	shown["share_amounts"] = list(crediting.share_amounts)
	shown["problems"] = []
	return shown
