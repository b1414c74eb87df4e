"""The ledger's entries by target, seller and day, kept until the ledger books on the target again.

Adding up a target's entries takes as long as it has entries. So what came out is kept in the cache with the count
of the target's entries, which the ledger raises with each entry: a look at the figures costs no more with many
orders than with few, and what is kept is never shown once it is old.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Cast, Sum
from frappe.utils import cint

from sales_extensions.engine import DaySums
from sales_extensions.engine.money import to_decimal

ENTRY = "Sales Target Entry"
#: seller, day, amount, orders
Row = tuple[str, date, Decimal, int]
#: a figure that nobody looks at goes
KEPT_SECONDS = 24 * 3600


def of_targets(stamps: dict[str, tuple], sellers: set[str] | None = None) -> DaySums:
	"""What stands in these targets. `stamps`: what each was created and how many entries it has.

	`sellers`: those whose entries the user may see; None is all.
	"""
	found = {name: rows for name in stamps if (rows := _kept(name, stamps[name])) is not None}
	missing = [name for name in stamps if name not in found]
	if missing:
		counted = _count(missing)
		found.update(counted)
		_keep(counted, stamps)
	return DaySums(
		(name, *row) for name, rows in found.items() for row in rows if sellers is None or row[0] in sellers
	)


def _key(name: str) -> str:
	return f"sales_extensions_day_sums:{name}"


def _kept(name: str, stamp: tuple) -> list[Row] | None:
	kept = frappe.cache.get_value(_key(name), expires=True)
	return kept[1] if kept and kept[0] == stamp else None


def _keep(counted: dict[str, list[Row]], stamps: dict[str, tuple]) -> None:
	"""Not in a transaction that has written: what it booked may yet be taken back."""
	if frappe.db.transaction_writes:
		return
	for name, rows in counted.items():
		frappe.cache.set_value(_key(name), (stamps[name], rows), expires_in_sec=KEPT_SECONDS)


def _count(names: Iterable[str]) -> dict[str, list[Row]]:
	"""One grouped query, answered from the index `attainment` alone and in its order.

	The index begins with the company: a target whose company was changed has entries in both.
	"""
	entry = frappe.qb.DocType(ENTRY)
	companies = frappe.get_all("Company", pluck="name", order_by="name")
	rows = (
		frappe.qb.from_(entry)
		.select(entry.company, entry.sales_target, entry.sales_person, entry.posting_date)
		.select(Cast(Sum(entry.amount), "CHAR"), Sum(entry.order_count))
		.where(entry.company.isin(companies) & entry.sales_target.isin(list(names)))
		.groupby(entry.company, entry.sales_target, entry.sales_person, entry.posting_date)
		.run()
	)
	found: dict[str, list[Row]] = {name: [] for name in names}
	for _company, target, seller, day, amount, count in rows:
		found[target].append((seller, day, to_decimal(amount), cint(count)))
	return found
