"""What stands behind a Sales Target (T4, X4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from sales_extensions import guards, periods, words
from sales_extensions.engine.money import ZERO, to_decimal

FIELDS = (
	"name", "sales_order", "sales_person", "posting_date", "amount", "order_count", "share_percentage",
	"rule", "source_doctype", "source_name", "reason", "reason_parts", "owner", "creation",
)  # fmt: skip


@frappe.whitelist()
def orders_behind(
	sales_target: str, as_of: str | None = None, start: int = 0, limit: int = 50, withdrawn: bool = False
) -> dict[str, object]:
	"""The orders a target is built from, largest first, each with its sellers, amounts and rules in words.

	`as_of`: a moment; what was booked later is left out. `withdrawn`: also orders that count no more.
	Amounts in the target's currency. Raises PermissionError without read permission on the target.
	"""
	frappe.has_permission("Sales Target", "read", sales_target, throw=True)
	rows = positions(sales_target, as_of)
	if not cint(withdrawn):
		rows = [row for row in rows if row["amount"] or row["order_count"] or row["standing"]]
	rows.sort(key=lambda row: (-row["amount"], row["sales_order"], row["sales_person"]))
	start, limit = max(cint(start), 0), min(max(cint(limit), 1), 500)
	return {
		"total": len(rows),
		"amount": sum((row["amount"] for row in rows), ZERO),
		"order_count": sum(row["order_count"] for row in rows),
		"currency": frappe.db.get_value("Sales Target", sales_target, "currency"),
		"rows": with_customers(rows[start : start + limit]),
	}


def positions(sales_target: str, as_of: str | None = None) -> list[dict[str, object]]:
	"""Entries summed by order and seller, with the latest words. The same rows at any moment (invariant 7)."""
	filters = {"sales_target": sales_target}
	if as_of:
		filters["creation"] = ("<=", guards.moment(as_of, _("As Of")))
	found: dict[tuple[str, str], dict] = {}
	for entry in frappe.get_all(
		"Sales Target Entry", filters=filters, fields=list(FIELDS), order_by="name", limit_page_length=0
	):
		key = (entry.sales_order, entry.sales_person)
		row = found.setdefault(key, {"amount": ZERO, "order_count": 0, "entries": 0})
		row["amount"] += to_decimal(entry.amount)
		row["order_count"] += cint(entry.order_count)
		row["entries"] += 1
		row.update(
			sales_order=entry.sales_order,
			sales_person=entry.sales_person,
			posting_date=entry.posting_date,
			share_percentage=entry.share_percentage,
			standing=bool(entry.share_percentage),
			rule=entry.rule,
			source_doctype=entry.source_doctype,
			source_name=entry.source_name,
			reason=words.from_entry(entry.reason_parts, entry.reason),
			booked_by=entry.owner,
			booked_on=entry.creation,
		)
	return list(found.values())


def with_customers(rows: list[dict[str, object]]) -> list[dict[str, object]]:
	names = {row["sales_order"] for row in rows}
	orders = frappe.get_all(
		"Sales Order",
		filters={"name": ("in", list(names) or [""])},
		fields=["name", "customer_name", "status", "base_grand_total"],
		order_by="name",
	)
	known = {order.name: order for order in orders}
	for row in rows:
		order = known.get(row["sales_order"])
		row["customer_name"] = order.customer_name if order else None
		row["order_status"] = order.status if order else None
	return rows


@frappe.whitelist()
def preset_period(preset: str, company: str | None = None) -> dict[str, str]:
	"""First and last day of a preset, for the form (T5)."""
	frappe.has_permission("Sales Target", "create", throw=True)
	first, last = periods.preset(preset, company)
	return {"from_date": str(first), "to_date": str(last)}


@frappe.whitelist()
def recount(sales_target: str) -> str | None:
	"""Bring one target to what its orders say, now or in the background. Returns the run, if there is one."""
	from sales_extensions.ledger import restate

	frappe.has_permission("Sales Target", "write", sales_target, throw=True)
	guards.manager(_("Recount"))
	return restate("Rebuild", [sales_target])
