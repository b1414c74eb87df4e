"""The ledger's entries by target, seller and day, kept until the ledger books on the target again.

Adding up a target's entries takes as long as it has entries. So what came out is kept in the cache with the count
of the target's entries, which the ledger raises with each entry: a look at the figures costs no more with many
orders than with few, and what is kept is never shown once it is old.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint

from sales_extensions.engine import DaySums, SharedOrders
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.rollup import Overlay, Piece, Shared

#: seller, day, amount, orders
Row = tuple[str, date, Decimal, int]
#: a figure that nobody looks at goes
KEPT_SECONDS = 24 * 3600
#: what is kept by an earlier version has another
FORM = "documents counted once, closed as closed"


class Stamp(NamedTuple):
	"""What tells whether what is kept of a target is still so."""

	creation: datetime
	entries: int
	closing: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
	"""What a target's entries come to."""

	days: list[Row]
	shared: Shared
	overlays: list[Overlay]
	#: returns, each of which takes one back (M3)
	returned: Shared


class SharedDocuments(SharedOrders):
	"""What counts in several targets, and what takes a count back in several: each does so once."""

	def __init__(self, counted: dict[str, Counted], sellers: set[str] | None):
		overlays = (one for some in counted.values() for one in some.overlays)
		super().__init__({name: some.shared for name, some in counted.items()}, overlays, sellers)
		self._returned = SharedOrders(
			{name: some.returned for name, some in counted.items()}, sellers=sellers
		)

	def counted_twice(self, pieces: Sequence[Piece]) -> tuple[Decimal, int]:
		amount, number = super().counted_twice(pieces)
		return amount, number - self._returned.counted_twice(pieces)[1]


def as_if_open(stamps: dict[str, Stamp], sellers: set[str] | None = None) -> DaySums:
	"""What stands in these targets with all that was booked on closed ones since (H3)."""
	return of_targets({name: stamp._replace(closing="") for name, stamp in stamps.items()}, sellers)


def of_targets(stamps: dict[str, Stamp], sellers: set[str] | None = None) -> DaySums:
	"""What stands in these targets; in closed ones what stood when they were closed (H3).

	`sellers`: those whose entries the user may see; None is all.
	"""
	found = {name: rows for name in stamps if (rows := _kept(name, stamps[name])) is not None}
	missing = [name for name in stamps if name not in found]
	if missing:
		counted = _count(missing, [stamps[name].closing for name in missing if stamps[name].closing])
		found.update(counted)
		_keep(counted, stamps)

	rows = (
		(name, *row)
		for name, counted in found.items()
		for row in counted.days
		if sellers is None or row[0] in sellers
	)
	return DaySums(rows, SharedDocuments(found, sellers))


ADJUSTING = """SELECT sales_target, sales_person, posting_date, CAST(SUM(amount) AS CHAR), SUM(order_count)
	FROM `tabSales Target Entry` WHERE adjusts IN %(closings)s
	GROUP BY sales_target, sales_person, posting_date"""


def _key(name: str, stamp: Stamp) -> str:
	return f"sales_extensions_day_sums:{name}:{'closed' if stamp.closing else ''}"


def _kept(name: str, stamp: Stamp) -> Counted | None:
	kept = frappe.cache.get_value(_key(name, stamp), expires=True)
	return kept[1] if kept and kept[0] == (FORM, *stamp) else None


def _keep(counted: dict[str, Counted], stamps: dict[str, Stamp]) -> None:
	"""Not in a transaction that has written: what it booked may yet be taken back."""
	if frappe.db.transaction_writes:
		return
	for name, rows in counted.items():
		frappe.cache.set_value(
			_key(name, stamps[name]), ((FORM, *stamps[name]), rows), expires_in_sec=KEPT_SECONDS
		)


#: Of the orders of which a seller has a part only, or more than there is, each by itself: others are in no other
#: seller's target. So is one that is worth nothing, as two can have the whole of it; and so is each delivery and invoice, of
#: which others may have the rows of another order (M2). The latest worth of an overlay is the first that is named.
SHARED = """SELECT e.sales_target, e.sales_person, e.posting_date, CAST(SUM(e.amount) AS CHAR), SUM(e.order_count),
		CONCAT_WS(' ', NULLIF(e.voucher_type, 'Sales Order'), e.voucher_no, NULLIF(e.against_voucher_no, '')),
		IFNULL(e.sales_order, ''), SUBSTRING_INDEX(GROUP_CONCAT(e.overlay_worth ORDER BY e.booked_no DESC, e.name DESC), ',', 1)
	FROM `tabSales Target Entry` e WHERE e.sales_target IN %(targets)s
		AND (e.adjusts IS NULL OR e.adjusts NOT IN %(closings)s)
	GROUP BY e.sales_target, e.sales_order, e.voucher_type, e.voucher_no, e.against_voucher_no, e.posting_date, e.sales_person
	HAVING MAX(e.share_percentage <> 100 OR e.overlay_worth <> 0 OR e.voucher_type <> 'Sales Order') OR (SUM(e.amount) = 0 AND SUM(e.order_count) <> 0)"""

#: All others by day, answered from the index `attainment` alone and in its order. The index begins with the company:
#: a target whose company was changed has entries in both.
BY_DAY = """SELECT sales_target, sales_person, posting_date, CAST(SUM(amount) AS CHAR), SUM(order_count), NULL, NULL, NULL
	FROM `tabSales Target Entry` WHERE company IN %(companies)s AND sales_target IN %(targets)s
	GROUP BY company, sales_target, sales_person, posting_date"""


#: What is in BY_DAY and was booked since the closing, taken off again.
TAKEN_OFF = ADJUSTING.replace(
	"CAST(SUM(amount) AS CHAR), SUM(order_count)",
	"CAST(-SUM(amount) AS CHAR), -SUM(order_count), NULL, NULL, NULL",
)


def _count(names: Collection[str], closings: Collection[str] = ()) -> dict[str, Counted]:
	"""In one statement. `closings`: of those that are closed."""
	companies = frappe.get_all("Company", pluck="name", order_by="name")
	values = {
		"targets": tuple(names),
		"companies": tuple(companies) or ("",),
		"closings": tuple(closings) or ("",),
	}
	taken_off = f" UNION ALL ({TAKEN_OFF})" if closings else ""
	days: dict[str, list[Row]] = defaultdict(list)
	shared: dict[tuple[str, bool], list[tuple[int, str, str]]] = defaultdict(list)
	overlays: dict[str, list[Overlay]] = defaultdict(list)
	for target, seller, day, amount, count, document, order, worth in frappe.db.sql(
		f"({BY_DAY}) UNION ALL ({SHARED}){taken_off}", values
	):
		amount, count = to_decimal(amount), cint(count)
		if not document:
			days[target].append((seller, day, amount, count))
		elif count:
			shared[target, count < 0].append((day.toordinal(), seller, document))
		if document and amount and to_decimal(worth):
			part = f"{document} {order}"
			overlays[target].append(Overlay(target, seller, day, part, amount, to_decimal(worth)))
	return {
		name: Counted(days[name], _shared(shared[name, False]), overlays[name], _shared(shared[name, True]))
		for name in names
	}


def _shared(rows: list[tuple[int, str, str]]) -> Shared:
	return Shared(*map(list, zip(*sorted(rows), strict=True))) if rows else Shared()
