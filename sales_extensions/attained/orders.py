"""The orders that a target's figures are made of, now or as of any moment, with their rules in words (T4, X4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Concat, Max, Sum
from frappe.utils import cint
from pypika import CustomFunction, Table
from pypika.functions import Substring
from pypika.terms import Criterion

from sales_extensions import guards, words
from sales_extensions.engine.money import to_decimal

LeftPad = CustomFunction("LPAD", ["text", "length", "with"])
ENTRY = Table("tabSales Target Entry")
BOOKED_DIGITS = 10
#: Greater for what the target booked later, whatever the clock said.
BOOKED = Concat(LeftPad(ENTRY.booked_no, BOOKED_DIGITS, "0"), ENTRY.name)


def positions(
	sales_target: str, closing: str | None = None, as_of: str | None = None, *, withdrawn: bool = False
) -> list[dict]:
	"""What stands for each order and seller, largest first; the same rows at any moment (invariant 7).

	An order that counts stands, though its amount be nil; one that counts no more is `withdrawn`. `closing`: that of a closed
	target, of which what was booked since is left out (H3).
	"""
	which = without([closing] if closing else (), ENTRY.sales_target == sales_target)
	rows = positions_in(which, _moment(as_of), withdrawn=withdrawn)
	return sorted(rows, key=lambda row: (-row.amount, row.sales_order, row.sales_person))


def _moment(as_of: str | None) -> datetime | None:
	return guards.moment(as_of, _("As Of")) if as_of else None


def without(closings: Collection[str], which: Criterion) -> Criterion:
	"""Entries that are so, but for those that adjust one of these closings."""
	if not closings:
		return which
	return which & (ENTRY.adjusts.isnull() | ENTRY.adjusts.notin(sorted(closings)))


def adjustments(closing: str | None, as_of: str | None = None) -> list[dict]:
	"""What was booked on a closed target since, each by itself, as it was booked; nothing for one that is open (H3)."""
	return adjustments_in([closing], None, _moment(as_of)) if closing else []


def adjustments_in(
	closings: Collection[str], which: Criterion | None, as_of: datetime | None = None
) -> list[dict]:
	"""Entries that adjust one of these closings, and are so, as they were booked."""
	if not closings:
		return []
	adjusting = ENTRY.adjusts.isin(sorted(closings))
	query = (
		frappe.qb.from_(ENTRY)
		.select(ENTRY.sales_target, ENTRY.sales_order, ENTRY.sales_person, ENTRY.amount, ENTRY.order_count)
		.select(ENTRY.adjusts, ENTRY.name.as_("latest"))
		.where(adjusting & which if which else adjusting)
		.orderby(ENTRY.sales_target, ENTRY.booked_no)
	)
	return (query.where(ENTRY.creation <= as_of) if as_of else query).run(as_dict=True)


def positions_in(which: Criterion, as_of: datetime | None = None, *, withdrawn: bool = False) -> list[dict]:
	"""What stands for each target, order and seller in the entries that `which` leaves of ENTRY."""
	sums = (
		frappe.qb.from_(ENTRY)
		.select(ENTRY.sales_target, ENTRY.sales_order, ENTRY.sales_person)
		.select(Sum(ENTRY.amount).as_("amount"), Sum(ENTRY.order_count).as_("order_count"))
		.select(Max(BOOKED).as_("latest"))
		.where(which)
		.groupby(ENTRY.sales_target, ENTRY.sales_order, ENTRY.sales_person)
	)
	if as_of:
		sums = sums.where(ENTRY.creation <= as_of)
	query = (
		frappe.qb.from_(sums)
		.join(ENTRY)
		.on(ENTRY.name == Substring(sums.latest, BOOKED_DIGITS + 1, 140))
		.select(sums.sales_target, sums.sales_order, sums.sales_person)
		.select(sums.amount, sums.order_count, ENTRY.name.as_("latest"))
	)
	if not withdrawn:
		query = query.where((sums.amount != 0) | (sums.order_count != 0) | (ENTRY.share_percentage > 0))
	return query.run(as_dict=True)


EXPLAINING = (
	"name", "posting_date", "share_percentage", "overlay_worth", "rule", "source_doctype", "source_name", "reason",
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
