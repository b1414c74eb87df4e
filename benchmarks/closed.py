"""A year of 100,000 orders, closed but for this month: closing it against the rebuild of it, and the nightly reconcile
where nothing differs against the same with everything open.

	python benchmarks/closed.py --site SITE [--orders 100000] [--rounds 3]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import data
import frappe
from common import arguments, clock, connect, show, verdict
from frappe.utils import get_first_day, get_last_day, getdate

from sales_extensions import ledger
from sales_extensions.ledger import fill, runs

TO_CLOSE, TO_CHECK = 1.0, 0.15
#: Above what a process needs for the same with nothing to look at.
MORE_MEMORY = 50 * 1024 * 1024


def main() -> None:
	options = arguments(__doc__.splitlines()[0], orders=100_000, rounds=3).parse_args()
	connect(options.site)
	data.build_world()
	data.build_orders(options.orders)
	build_months()
	rebuilt = [timed_rebuild() for _round in range(options.rounds)]
	reconcile()  # whatever else there is on the site is brought to rest
	all_open = [clock(reconcile) for _round in range(options.rounds)]
	memory_open = in_a_process(reconcile, options.site)
	closing = clock(close)
	closed = frappe.db.count("Sales Target", {"company": data.BULK, "period_status": "Closed"})
	entries = frappe.db.sql(
		"SELECT SUM(entries) FROM `tabSales Target Closing` WHERE company = %s", data.BULK
	)[0][0]
	reconcile()
	mostly_closed = [clock(reconcile) for _round in range(options.rounds)]
	memory_closed, idle = in_a_process(reconcile, options.site), in_a_process(connected, options.site)
	show("rebuild from an empty ledger", rebuilt)
	print(f"closing {closed:,} targets with {entries:,} entries: {closing:.2f} s")
	show("reconcile, all open", all_open)
	show("reconcile, closed but for this month", mostly_closed)
	print(
		f"peak memory: {shown(memory_open)} all open, {shown(memory_closed)} closed, {shown(idle)} a process that only connects"
	)
	open_again()
	verdict(closing / median(rebuilt), TO_CLOSE)
	verdict(median(mostly_closed) / median(all_open), TO_CHECK)
	print(f"memory above an idle process: {shown(memory_closed - idle)} (bar <= {shown(MORE_MEMORY)})")


def build_months() -> list[str]:
	"""A target for each seller and month of the year, left unfilled, in place of those of before."""
	data.delete_targets(data.BULK)
	frappe.db.delete("Sales Target Closing", {"company": data.BULK})
	frappe.db.delete("Sales Target Member", {"company": data.BULK})
	names = data.write_targets(
		{"title": f"{first:%Y-%m} of {seller}", "company": data.BULK, "assignees": (seller,),
			"from_date": str(first), "to_date": str(get_last_day(first))}
		for seller in data.sellers()
		for first in (date(data.YEAR, month, 1) for month in range(1, 13))
	)  # fmt: skip
	return names


def timed_rebuild() -> float:
	data.empty_ledger(data.BULK)
	return clock(rebuild)


def rebuild() -> None:
	ledger.rebuild(data.BULK)
	frappe.db.commit()


def reconcile() -> None:
	"""As each night, all of the site."""
	ledger.reconcile()
	found = frappe.get_last_doc("Sales Ledger Run", {"purpose": "Reconcile"})
	assert found.status == "Finished", found.error


def close() -> None:
	"""All that ended before this month, as the background does."""
	last = get_first_day(getdate()) - timedelta(days=1)
	run = runs.start_closing(data.BULK, fill.that_ended(data.BULK, last), last)
	frappe.db.commit()
	runs.work(run)


def open_again() -> None:
	for doctype in ("Sales Target Closing", "Sales Target Member"):
		frappe.db.delete(doctype, {"company": data.BULK})
	data.delete_targets(data.BULK)


def connected() -> None:
	frappe.db.sql("SELECT 1")


def in_a_process(work: Callable[[], None], site: str | None) -> int:
	"""Bytes that a new process had at most while it did this."""
	with get_context("spawn").Pool(1) as pool:
		return pool.apply(_peak, (work.__name__, site))


def _peak(work: str, site: str | None) -> int:
	connect(site)
	globals()[work]()
	status = Path("/proc/self/status").read_text()  # getrusage tells the most of who began the process, too
	return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024


def shown(memory: int) -> str:
	return f"{memory / 1024 / 1024:.0f} MB"


if __name__ == "__main__":
	main()
