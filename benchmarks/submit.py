"""Orders to submit: shared by the benchmarks of a single submit."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import frappe
from common import clock, without_app
from data import SINGLE, TEAM, YEAR, build_world, delete_targets, sellers, write_targets
from frappe.utils import get_last_day, getdate

from sales_extensions import ledger
from tests.site import world

FIRST, SECOND = sellers()[:2]
ITEMS = [("MILL", 2, 310.0), ("PUMP", 1, 125.5), ("CARE", 3, 80.25), ("MILL", 1, 299.99), ("PUMP", 4, 118.0)]
#: One for a seller, one for both by number of orders, one for their group within a territory.
MATCHING = (
	{"title": "Benchmark: one", "assignees": (FIRST,)},
	{"title": "Benchmark: both", "assignees": (FIRST, SECOND), "target_type": "Numeric",
		"target_amount": 0, "target_count": 5000},
	{"title": "Benchmark: group", "assignees": (TEAM,), "territory": "Europe"},
)  # fmt: skip


def build() -> list[str]:
	"""The three targets that each order here counts for, without entries. Their names."""
	build_world()
	never_tracked()
	delete_targets(SINGLE)
	for doctype in ("Sales Target Closing", "Sales Target Member"):
		frappe.db.delete(doctype, {"company": SINGLE})
	return write_targets({"company": SINGLE, **definition} for definition in MATCHING)


def close_months() -> int:
	"""A year of months of each seller and the group, with an order in each, closed but for this month. How many."""
	months = [date(YEAR, month, 1) for month in range(1, getdate().month + 1)]
	write_targets(
		{"company": SINGLE, "title": f"{first:%Y-%m}", "assignees": whom, "from_date": str(first),
			"to_date": str(get_last_day(first)), "territory": within}
		for first in months
		for whom, within in (((FIRST,), None), ((SECOND,), None), ((TEAM,), "Europe"))
	)  # fmt: skip
	for first in months[:-1]:
		frappe.get_doc("Sales Order", draft(date=str(first))).submit()
	found = ledger.close(SINGLE, months[-1] - timedelta(days=1))
	draft_of_today["date"] = str(getdate())
	frappe.db.commit()
	return len(found)


#: What each draft has besides.
draft_of_today: dict[str, object] = {}


def never_tracked() -> None:
	"""Upsell tracking as it comes, off: it has a benchmark of its own."""
	world.policy(enable_upsell_tracking=0)
	frappe.db.delete("Singles", {"doctype": "Sales Extensions Settings", "field": "upsell_tracked_since"})
	frappe.db.commit()


def draft(**fields: object) -> str:
	"""A draft with five item rows and two sellers. Its name."""
	team = {FIRST: 60, SECOND: 40}
	given = {
		"items": ITEMS,
		"team": team,
		"company": SINGLE,
		"customer": "Shop One",
		**draft_of_today,
		**fields,
	}
	return world.order(submit=False, **given).name


def submit(name: str) -> float:
	"""Seconds from `submit()` of a freshly read draft until it is committed."""
	doc = frappe.get_doc("Sales Order", name)
	return clock(partial(submit_and_commit, doc))


def submit_and_commit(doc) -> None:
	doc.submit()
	frappe.db.commit()


def timed_submit() -> float:
	"""Make a draft, and measure its submit."""
	name = draft()
	frappe.db.commit()
	return submit(name)


def timed_submit_without_app() -> float:
	with without_app():
		return timed_submit()
