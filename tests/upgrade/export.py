"""The files that `sales-extensions replay` reads, of what a site holds: as an auditor would export them (X3)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import frappe

from sales_extensions.engine.places import BEGINNING
from sales_extensions.ledger import pins, places

TREES = ("Sales Person", "Territory", "Customer Group", "Item Group")
ORDER = (
	"name", "company", "transaction_date", "docstatus", "status", "base_grand_total", "base_net_total",
	"per_delivered", "per_billed", "territory", "customer_group", "owner",
)  # fmt: skip
TARGET = (
	"name", "title", "target_type", "company", "from_date", "to_date", "target_amount", "target_count", "territory",
	"customer_group", "item_group", "monthly_distribution", "currency",
)  # fmt: skip
ENTRY = ("sales_target", "sales_order", "sales_person", "amount", "order_count")


def export(folder: Path) -> None:
	"""All companies, all orders, the policy of the site."""
	folder.mkdir(parents=True, exist_ok=True)
	_write(folder / "orders.csv", (_order(row) for row in frappe.get_all("Sales Order", fields=[*ORDER])))
	_write(folder / "targets.csv", (_target(row) for row in frappe.get_all("Sales Target", fields=[*TARGET])))
	_write(folder / "allocations.csv", _shares())
	_write(folder / "lines.csv", _lines())
	_write(folder / "sales_team.csv", _team())
	_write(folder / "sold_by.csv", _sold_by())
	_write(folder / "trees.csv", _trees())
	_write(folder / "policy.csv", _policy())
	_write(folder / "upsells.csv", _upsells())
	_write(folder / "entries.csv", frappe.get_all("Sales Target Entry", fields=[*ENTRY]))


def _write(file: Path, rows: Iterable[dict]) -> None:
	rows = [dict(row) for row in rows]
	with file.open("w", newline="", encoding="utf-8") as written:
		writer = csv.DictWriter(written, rows[0].keys() if rows else ["name"])
		writer.writeheader()
		writer.writerows(rows)


def _order(row: dict) -> dict:
	user = frappe.db.get_value("Employee", {"user_id": row.owner}, "name")
	seller = user and frappe.db.get_value("Sales Person", {"employee": user}, "name")
	currency = frappe.get_cached_value("Company", row.company, "default_currency")
	return {**row, "currency": currency, "precision": 2, "owner_sales_person": seller or ""}


def _target(row: dict) -> dict:
	sellers = frappe.get_all(
		"Sales Target Assignee", {"parent": row.name}, pluck="sales_person", order_by="idx"
	)
	return {**row, "assignees": ";".join(sellers), "precision": 2}


def _shares() -> list[dict]:
	return _select(
		"""SELECT a.sales_order, a.remainder_to, s.sales_person, s.basis, s.percentage, s.fixed_amount
		FROM `tabOrder Allocation Share` s JOIN `tabOrder Allocation` a ON a.name = s.parent
		ORDER BY s.parent, s.idx"""
	)


def _lines() -> list[dict]:
	return _select(
		"""SELECT parent `order`, item_group, base_net_amount net_amount, qty, delivered_qty, amount, billed_amt
		FROM `tabSales Order Item` ORDER BY parent, idx"""
	)


def _team() -> list[dict]:
	return _select(
		"""SELECT parent `order`, sales_person, allocated_percentage percentage
		FROM `tabSales Team` WHERE parenttype = 'Sales Order' ORDER BY parent, idx"""
	)


def _sold_by() -> list[dict]:
	"""Where it is decided, and where there is no Sales Team."""
	found = []
	for name, pin in pins.load(frappe.get_all("Sales Order", pluck="name")).items():
		for part in pin.parts:
			found.append(
				{"order": name, "sales_person": part.sales_person or "", "weight": part.weight, "rule": pin.rule,
					"source": pin.source, "quotation": part.quotation, "made_order": int(part.made_order)}
			)  # fmt: skip
	return found


def _select(query: str) -> list[dict]:
	return frappe.db.sql(query, as_dict=True)


def _trees() -> list[dict]:
	"""That of sellers with its dates."""
	dated = [
		{"tree": "Sales Person", "name": place.sales_person, "parent": place.parent or "",
			"from_date": "" if place.since == BEGINNING else place.since}
		for place in places.load()
	]  # fmt: skip
	return dated + [
		{"tree": tree, "name": row.name, "parent": row[f"parent_{frappe.scrub(tree)}"], "from_date": ""}
		for tree in TREES
		if tree != "Sales Person"
		for row in frappe.get_all(tree, fields=["name", f"parent_{frappe.scrub(tree)}"], order_by="lft")
	]


def _policy() -> list[dict]:
	names = ("count_orders_on", "order_amount_basis", "closed_order_credit", "allow_overlay_allocation")
	settings = frappe.get_doc("Sales Extensions Settings")
	return [{"setting": name, "value": settings.get(name)} for name in names]


def _upsells() -> list[dict]:
	return _select(
		"""SELECT c.voucher_no `order`, c.sales_person, c.item_group, c.base_subtotal net_amount, c.charge_name,
			i.qty, i.delivered_qty, i.amount, i.billed_amt
		FROM `tabUpsell Credit` c JOIN `tabSales Order Item` i ON i.name = c.voucher_row
		WHERE c.voucher_type = 'Sales Order' AND c.is_upsell = 1 AND c.is_removed = 0 AND c.sales_person IS NOT NULL
		ORDER BY c.voucher_no, c.charge_idx"""
	)
