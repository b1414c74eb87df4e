"""Who is credited with a Sales Order, and what an allocation would do (A1-A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_extensions import called, current, errors, guards, kinds, permissions, timeline, words
from sales_extensions.attained import of_order
from sales_extensions.charges import report_filters
from sales_extensions.engine import (
	Allocation,
	Crediting,
	Order,
	Policy,
	check_allocation,
	claimants,
	claimed,
	credit,
	exceeds_order,
)
from sales_extensions.engine.matching import order_mismatch
from sales_extensions.ledger import allocated, facts

if TYPE_CHECKING:
	from frappe.model.document import Document


@called.public()
def credits_of(sales_order: str) -> dict[str, object]:
	"""Who has what of an order, by the engine, and the targets it stands in. Company currency.

	Sellers, shares and rules are told to who may read allocations, and this order's where it has one; others see
	the amount and whether it counts. Raises PermissionError without read permission on the order.
	"""
	doc = frappe.get_doc("Sales Order", sales_order)
	doc.check_permission("read")
	order = facts.order_from_doc(doc)
	allocation = facts.load_allocations((sales_order,)).get(sales_order)
	shown = shared_out(credit(order, allocation, facts.policy()), order.currency)
	shown["allocation"] = allocation.name if allocation else None
	if not permissions.quietly(frappe.has_permission, "Order Allocation", "read", shown["allocation"]):
		shown.update({"credits": [], "uncredited": 0, "overlay": False, "allocation": None, "withheld": True})
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
	"""The targets an order stands in, as far as the user may see them; closed ones too whose result alone has it (H3)."""
	if not frappe.has_permission("Sales Target", "read"):
		return []
	return [
		row
		for row in of_order.targets(sales_order)
		if permissions.quietly(frappe.has_permission, "Sales Target", "read", row["name"])
	]


@called.public()
def preview_allocation(allocation: str | dict) -> dict[str, object]:
	"""What an Order Allocation that is being typed would do: amounts, remainder, who is credited.

	`today`: who is credited as the order stands. `claimed`: what the shares typed so far add up to, with
	`claimed_percentage` of the order, also where it is too much. `closed_targets`: how many closed ones the order counts in, or would. Nothing is saved. Problems come as words, so that a form can show them while it is incomplete.
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
	wanted, now = facts.allocation_from_doc(typed), facts.load_allocations((order.name,)).get(order.name)
	amount = credit(order, None, policy).worth.amount
	shown = {
		"problems": [],
		"currency": order.currency,
		"order_amount": amount,
		"today": shared_out(credit(order, now, policy), order.currency),
		"closed_targets": _closed_targets(order, now, wanted),
	}
	shown["claimed"], shown["claimed_percentage"] = claimed(wanted, amount, order.precision)
	problems = check_allocation(wanted, amount, order.currency, order.precision, policy)
	if problems:
		told = problems if wanted.shares else ()  # nothing typed yet is no mistake
		return {**shown, "problems": [guards.explain(problem) for problem in told]}
	return {**shown, **_previewed(order, wanted, policy, amount)}


def _closed_targets(order: Order, now: Allocation | None, wanted: Allocation) -> int:
	"""Of whom the order is credited to now, and would be."""
	sellers = claimants(order, now) | claimants(order, wanted)
	targets, _trees, _stamps = facts.candidates(order, tuple(sorted(filter(None, sellers))))
	return sum(
		order_mismatch(one, order, one.frozen.trees(order.posting_date)) is None
		for one in targets.values()
		if one.frozen
	)


@called.public(methods=["POST"])
def delete_allocation(allocation: str, reason: str) -> None:
	"""Delete an Order Allocation and keep why in the order's timeline (A2).

	Raises ValidationError without a reason or with too long a one, PermissionError for who may not delete it.
	"""
	if not reason.strip():
		frappe.throw(_("Reason: say why the allocation is deleted."))
	timeline.refuse_long_reason(reason)
	frappe.has_permission("Order Allocation", "delete", throw=True)
	label = _("Order Allocation")
	allocation = report_filters.existing("Order Allocation", allocation, label) or report_filters.unknown(
		label, "?"
	)
	with current.rows():
		frappe.delete_doc(
			"Order Allocation", allocation, flags={"because": reason.strip()}, ignore_missing=False
		)


def as_typed(allocation: str | dict) -> Document:
	"""The Order Allocation that a form holds. Raises ValidationError for what is none."""
	values = called.from_json(allocation)
	if not isinstance(values, dict):
		frappe.throw(_("{0} must be a document as JSON.").format(_("Order Allocation")))
	typed = kinds.typed("Order Allocation", values)
	if not typed.sales_order:
		errors.missing(_("Sales Order"))
	return typed


def _previewed(order, wanted: Allocation, policy: Policy, amount) -> dict[str, object]:
	overlay = policy.overlay_allowed and exceeds_order(wanted, amount, order.precision)
	crediting = credit(order, Allocation(wanted.name, wanted.shares, wanted.remainder_to, overlay), policy)
	shown = shared_out(crediting, order.currency)
	shown.update(allocated.figures(crediting))
	shown["share_amounts"] = list(crediting.share_amounts)
	shown["problems"] = []
	return shown
