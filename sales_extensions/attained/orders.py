"""The documents that a target's figures are made of, now or as of any moment, with their rules in words (T4, M4, X4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Concat, Max, Sum
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
#: What tells one document from others: an order, a delivery, an invoice; or what settles an invoice, with that invoice.
DOCUMENT = ("voucher_type", "voucher_no", "against_voucher_type", "against_voucher_no")
Document = tuple[str, ...]


def document_of(row: dict) -> Document:
	"""What a position or an entry is of: it counts once, whatever orders its rows came of (M2)."""
	return tuple(row[field] or "" for field in DOCUMENT)


def is_of(document: Document) -> Criterion:
	"""Entries of this document."""
	others = (Coalesce(ENTRY[field], "") == value for field, value in zip(DOCUMENT, document, strict=True))
	return Criterion.all([ENTRY.voucher_no == document[1], *others])


def positions(
	sales_target: str, closing: str | None = None, as_of: str | None = None, *, withdrawn: bool = False
) -> list[dict]:
	"""What stands for each document, order and seller, largest first; the same rows at any moment (invariant 7).

	A document that counts stands, though its amount be nil; one that counts no more is `withdrawn`. `closing`: that of a closed
	target, of which what was booked since is left out (H3).
	"""
	which = without([closing] if closing else (), ENTRY.sales_target == sales_target)
	rows = positions_in(which, _moment(as_of), withdrawn=withdrawn)
	return sorted(
		rows, key=lambda row: (-row.amount, row.voucher_no, row.sales_order or "", row.sales_person)
	)


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
		.select(*(ENTRY[field] for field in DOCUMENT))
		.select(ENTRY.adjusts, ENTRY.name.as_("latest"))
		.where(adjusting & which if which else adjusting)
		.orderby(ENTRY.sales_target, ENTRY.booked_no)
	)
	return (query.where(ENTRY.creation <= as_of) if as_of else query).run(as_dict=True)


def positions_in(which: Criterion, as_of: datetime | None = None, *, withdrawn: bool = False) -> list[dict]:
	"""What stands for each target, order, document and seller in the entries that `which` leaves of ENTRY."""
	key = ("sales_target", "sales_order", "sales_person", *DOCUMENT)
	sums = (
		frappe.qb.from_(ENTRY)
		.select(*(ENTRY[field] for field in key))
		.select(Sum(ENTRY.amount).as_("amount"), Sum(ENTRY.order_count).as_("order_count"))
		.select(Max(BOOKED).as_("latest"))
		.where(which)
		.groupby(*(ENTRY[field] for field in key))
	)
	if as_of:
		sums = sums.where(ENTRY.creation <= as_of)
	query = (
		frappe.qb.from_(sums)
		.join(ENTRY)
		.on(ENTRY.name == Substring(sums.latest, BOOKED_DIGITS + 1, 140))
		.select(*(sums[field] for field in key))
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
	"""Positions with the latest entry's rule in words, and with the customers whose documents the user may read."""
	latest = [row.latest for row in rows] or [""]
	entries = frappe.get_all(
		"Sales Target Entry",
		filters={"name": ("in", latest)},
		fields=list(EXPLAINING),
		order_by="name",
		limit_page_length=0,
	)
	known = {entry.name: entry for entry in entries}
	documents = _readable(one for row in rows for one in _sold_by(row))
	for row in rows:
		entry = known[row.pop("latest")]
		document, order = map(documents.get, _sold_by(row))
		reason, parts = entry.pop("reason"), entry.pop("reason_parts")
		row.update(entry, amount=to_decimal(row.amount), order_count=cint(row.order_count))
		row.reason = words.from_entry(parts, reason, html=html)
		row.customer_name = (document or order or NOBODY).customer_name
		row.order_status = (document or NOBODY).status
	return rows


#: of a document that the user may not read
NOBODY = frappe._dict()


def _sold_by(row: dict) -> tuple[tuple[str, str], tuple[str, str]]:
	"""Doctype and name of what has the customer: of what settles an invoice that invoice, else the document itself; and
	the order that it came of.
	"""
	voucher_type, voucher_no, *invoice = document_of(row)
	return tuple(invoice) if invoice[1] else (voucher_type, voucher_no), (
		"Sales Order",
		row.sales_order or "",
	)


def _readable(documents: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict]:
	"""Customer and status of those of these that the user may read."""
	names = defaultdict(set)
	for doctype, name in documents:
		if name:
			names[doctype].add(name)
	return {(doctype, one.name): one for doctype in sorted(names) for one in _listed(doctype, names[doctype])}


def _listed(doctype: str, names: set[str]) -> Iterator[dict]:
	if frappe.has_permission(doctype, "read"):
		yield from frappe.get_list(
			doctype,
			filters={"name": ("in", list(names))},
			fields=["name", "customer_name", "status"],
			order_by="name",
			limit_page_length=0,
		)
