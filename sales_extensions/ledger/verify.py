"""Is the ledger sound? (invariant 2, T3)"""

from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal

import frappe
from frappe import _

from sales_extensions import current
from sales_extensions.engine import allocation_name, percentage_of
from sales_extensions.engine.attainment import goal_of
from sales_extensions.engine.facts import TargetType
from sales_extensions.engine.money import to_decimal
from sales_extensions.later import sent

from . import above, allocated, book, fill, runs


def verify(company: str | None = None) -> list[dict[str, object]]:
	"""Everything that differs from what the orders say. Empty: sound. Reads only.

	Entries against the engine, totals against entries, percentages against totals, the amounts of allocations
	against the engine, Upsell Credits while they are tracked, and the pipeline, which knows of no company and is
	left out where one is asked for. Amounts in the company's currency.
	"""
	names = fill.scope(None, company)
	ground = fill.Ground.of(names)
	found: list[dict[str, object]] = []
	for part in fill.slices(fill.orders_of(names, allocated_too=True)):
		missing, orders, allocations = fill.compare(ground, part)
		found += [_entry_difference(row) for row in missing]
		found += _allocation_differences(orders, allocations, ground)
	found += _total_differences(names, ground)
	return found + above.differences(company)


def _entry_difference(row) -> dict[str, object]:
	return {
		"kind": "entry",
		"sales_target": row.key.target,
		"sales_order": row.key.order,
		"voucher_no": row.key.voucher[1],
		"sales_person": row.key.sales_person,
		"amount": row.amount,
		"order_count": row.order_count,
		"reason": " ".join(str(reason) for reason in row.position.reasons),
	}


def _total_differences(names: list[str], ground: fill.Ground) -> list[dict[str, object]]:
	sums = book.sums_of_targets(tuple(names))
	rows = frappe.get_all(
		"Sales Target",
		filters={"name": ("in", names or [""])},
		fields=["name", *TOTALS, "percentage", "result_in_full", "adjustments_in_full"],
		order_by="name",
	)
	found = []
	for row in rows:
		totals, target = sums.get(row.name, book.NOTHING), ground.targets[row.name]
		should = dict(zip(TOTALS, map(to_decimal, astuple(totals)), strict=True))
		numeric = target.target_type == TargetType.NUMERIC
		realised = should["order_count" if numeric else "realised_amount"]
		should["percentage"] = percentage_of(realised, goal_of(target))
		found += _differing(row, should)
	return found


#: A target's fields, in the order of `book.Totals`; and those that have an amount in full.
TOTALS = ("realised_amount", "order_count", "adjustment_amount", "adjustment_count")
IN_FULL = {"realised_amount": "result_in_full", "adjustment_amount": "adjustments_in_full"}


def _differing(row: dict, should: dict[str, Decimal]) -> list[dict[str, object]]:
	found = []
	for fieldname, value in should.items():
		has = to_decimal(row.get(IN_FULL.get(fieldname, "")) or row[fieldname])
		if has != value:
			difference = {"kind": "total", "sales_target": row.name, "field": fieldname}
			found.append({**difference, "has": has, "should": value})
	return found


def _allocation_differences(orders, allocations, ground: fill.Ground) -> list[dict[str, object]]:
	open_orders = [name for name in allocations if name in orders and orders[name].docstatus != 2]
	if not open_orders:
		return []
	stored: dict[str, list] = {}
	for row in frappe.db.sql(
		"""SELECT a.sales_order, a.order_amount, a.allocated_total, a.remainder_amount, a.company, s.allocated_amount
		FROM `tabOrder Allocation` a JOIN `tabOrder Allocation Share` s
			ON s.parent = a.name AND s.parenttype = 'Order Allocation'
		WHERE a.name IN %(names)s ORDER BY a.name, s.idx""",
		{"names": tuple(map(allocation_name, open_orders))},
	):
		stored.setdefault(row[0], []).append(row)
	found = []
	for name in open_orders:
		crediting = fill.credit(orders[name], allocations[name], ground.policy)
		amounts, company = stored[name][0][1:4], stored[name][0][4]
		has = [*map(to_decimal, amounts), *(to_decimal(row[5]) for row in stored[name]), company]
		should = [*allocated.figures(crediting).values(), *crediting.share_amounts, orders[name].company]
		if has != should:
			found.append({"kind": "allocation", "sales_order": name, "has": has, "should": should})
	return found


def start() -> None:
	"""Scheduled, and behind the button: a reconcile in the queue of long jobs; one at a time.

	Raises ValidationError where the queue takes no more.
	"""
	if not sent(
		"sales_extensions.ledger.verify.reconcile",
		queue="long",
		timeout=3600,
		job_id="sales_extensions_reconcile",
		deduplicate=True,
		enqueue_after_commit=True,
	):
		frappe.throw(_("Too many jobs wait in the background: nothing was started. Try again in a while."))


def reconcile() -> None:
	"""Find drift, repair it, record it; the run tells the Sales Managers, also where it is resumed (T3)."""
	drop_allocations_without_order()
	run = frappe.get_doc(
		{
			"doctype": "Sales Ledger Run",
			"purpose": "Reconcile",
			"status": "Queued",
			"total_parties": above.parties(),
		}
	).insert(ignore_permissions=True)
	frappe.db.commit()
	runs.work(run.name)


@current.rows()
def drop_allocations_without_order() -> None:
	"""A Transaction Deletion Record deletes orders without any event, and leaves their allocations."""
	for name in frappe.db.sql_list(
		"""SELECT a.name FROM `tabOrder Allocation` a
		LEFT JOIN `tabSales Order` o ON o.name = a.sales_order WHERE o.name IS NULL"""
	):
		frappe.delete_doc("Order Allocation", name, ignore_permissions=True, force=True)
