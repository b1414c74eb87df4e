"""What stands behind a Sales Target (T4, X4)."""

from __future__ import annotations

from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Max, Sum
from frappe.utils import cint
from pypika import Table
from pypika.terms import Criterion

from sales_extensions import guards, periods, words
from sales_extensions.engine.money import ZERO, to_decimal

ENTRY = Table("tabSales Target Entry")


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
	moment = guards.moment(as_of, _("As Of")) if as_of else None
	rows = positions_in(ENTRY.sales_target == sales_target, moment, withdrawn=withdrawn)
	return sorted(rows, key=lambda row: (-row.amount, row.sales_order, row.sales_person))


def positions_in(which: Criterion, as_of: datetime | None = None, *, withdrawn: bool = False) -> list[dict]:
	"""What stands for each target, order and seller in the entries that `which` leaves of ENTRY."""
	sums = (
		frappe.qb.from_(ENTRY)
		.select(ENTRY.sales_target, ENTRY.sales_order, ENTRY.sales_person)
		.select(Sum(ENTRY.amount).as_("amount"), Sum(ENTRY.order_count).as_("order_count"))
		.select(Max(ENTRY.name).as_("latest"))
		.where(which)
		.groupby(ENTRY.sales_target, ENTRY.sales_order, ENTRY.sales_person)
	)
	if as_of:
		sums = sums.where(ENTRY.creation <= as_of)
	query = (
		frappe.qb.from_(sums)
		.join(ENTRY)
		.on(ENTRY.name == sums.latest)
		.select(sums.sales_target, sums.sales_order, sums.sales_person)
		.select(sums.amount, sums.order_count, sums.latest)
	)
	if not withdrawn:
		query = query.where((sums.amount != 0) | (sums.order_count != 0) | (ENTRY.share_percentage > 0))
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
