"""What stands behind a Sales Target (T4, X4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import Max, Sum
from frappe.utils import cint

from sales_extensions import guards, periods, words
from sales_extensions.engine.money import ZERO, to_decimal


@frappe.whitelist()
def orders_behind(
	sales_target: str, as_of: str | None = None, start: int = 0, limit: int = 50, withdrawn: bool = False
) -> dict[str, object]:
	"""The orders a target is built from, largest first, each with its sellers, amounts and rules in words.

	`as_of`: a moment; what was booked later is left out. `withdrawn`: also orders that count no more.
	Amounts in the target's currency. Raises PermissionError without read permission on the target.
	"""
	frappe.has_permission("Sales Target", "read", sales_target, throw=True)
	start, limit = max(cint(start), 0), min(max(cint(limit), 1), 500)
	sums = positions(sales_target, as_of, withdrawn=bool(cint(withdrawn)))
	return {
		"total": len(sums),
		"amount": sum((to_decimal(row.amount) for row in sums), ZERO),
		"order_count": sum(cint(row.order_count) for row in sums),
		"currency": frappe.db.get_value("Sales Target", sales_target, "currency"),
		"rows": explained(sums[start : start + limit]),
	}


def positions(sales_target: str, as_of: str | None = None, *, withdrawn: bool = False) -> list[dict]:
	"""What stands for each order and seller, largest first; the same rows at any moment (invariant 7).

	An order that counts stands, though its amount be nil; one that counts no more is `withdrawn`.
	"""
	entry = frappe.qb.DocType("Sales Target Entry")
	sums = (
		frappe.qb.from_(entry)
		.select(entry.sales_order, entry.sales_person)
		.select(Sum(entry.amount).as_("amount"), Sum(entry.order_count).as_("order_count"))
		.select(Max(entry.name).as_("latest"))
		.where(entry.sales_target == sales_target)
		.groupby(entry.sales_order, entry.sales_person)
	)
	if as_of:
		sums = sums.where(entry.creation <= guards.moment(as_of, _("As Of")))
	query = (
		frappe.qb.from_(sums)
		.join(entry)
		.on(entry.name == sums.latest)
		.select(sums.sales_order, sums.sales_person, sums.amount, sums.order_count, sums.latest)
		.orderby(sums.amount, order=frappe.qb.desc)
		.orderby(sums.sales_order, sums.sales_person)
	)
	if not withdrawn:
		query = query.where((sums.amount != 0) | (sums.order_count != 0) | (entry.share_percentage > 0))
	return query.run(as_dict=True)


EXPLAINING = (
	"name", "posting_date", "share_percentage", "rule", "source_doctype", "source_name", "reason",
	"reason_parts", "owner as booked_by", "creation as booked_on",
)  # fmt: skip


def explained(rows: list[dict], *, html: bool = True) -> list[dict]:
	"""Positions with the latest entry's rule in words, and with the customers whose orders the user may read."""
	latest = [row.latest for row in rows] or [""]
	entries = frappe.get_all(
		"Sales Target Entry",
		filters={"name": ("in", latest)},
		fields=list(EXPLAINING),
		order_by="name",
		limit_page_length=0,
	)
	known = {entry.name: entry for entry in entries}
	orders = _readable_orders({row.sales_order for row in rows})
	for row in rows:
		entry, order = known[row.pop("latest")], orders.get(row.sales_order)
		reason, parts = entry.pop("reason"), entry.pop("reason_parts")
		row.update(entry, amount=to_decimal(row.amount), order_count=cint(row.order_count))
		row.reason = words.from_entry(parts, reason, html=html)
		row.customer_name = order.customer_name if order else None
		row.order_status = order.status if order else None
	return rows


def _readable_orders(names: set[str]) -> dict[str, dict]:
	if not names or not frappe.has_permission("Sales Order", "read"):
		return {}
	orders = frappe.get_list(
		"Sales Order",
		filters={"name": ("in", list(names))},
		fields=["name", "customer_name", "status"],
		order_by="name",
		limit_page_length=0,
	)
	return {order.name: order for order in orders}


@frappe.whitelist()
def preset_period(preset: str, company: str | None = None) -> dict[str, str]:
	"""First and last day of a preset, for the form (T5)."""
	frappe.has_permission("Sales Target", "create", throw=True)
	first, last = periods.preset(preset, company)
	return {"from_date": str(first), "to_date": str(last)}


@frappe.whitelist(methods=["POST"])
def recount(sales_target: str) -> str | None:
	"""Bring one target to what its orders say, now or in the background. Returns the run, if there is one."""
	from sales_extensions.ledger import restate

	frappe.has_permission("Sales Target", "write", sales_target, throw=True)
	guards.manager(_("Recount"))
	return restate("Rebuild", [sales_target])
