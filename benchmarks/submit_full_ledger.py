"""The submit of `submit_order.py` with 100,000 entries in its targets and 1,000 other targets, against
the same with an empty ledger.

	python benchmarks/submit_full_ledger.py --site SITE [--rounds 12] [--entries 100000] [--targets 1000]
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
import submit
from common import added, arguments, connect, show, verdict
from data import SINGLE, START, sellers, write_targets

from tests.site import world

BAR = 1.05
LEDGER = ("Sales Target", "Sales Target Assignee", "Sales Target Entry", "Order Credit State")
#: Submits that are measured after each exchange of the tables, and those before that are not.
MEASURED, WARMING = 4, 2


def main() -> None:
	options = arguments(__doc__.splitlines()[0], rounds=12, entries=100_000, targets=1000).parse_args()
	connect(options.site)
	targets = submit.build()
	copy_ledger("empty", targets)
	copy_ledger("full", targets)
	try:
		with ledger("full"):
			fill(targets, options.entries, options.targets)
		times: dict[str, list[float]] = {"full": [], "empty": []}
		for number in range(options.rounds):
			for kind in ("full", "empty") if number % 2 == 0 else ("empty", "full"):
				with ledger(kind):
					times[kind] += measure()
	finally:
		drop_ledger("empty")
		drop_ledger("full")
	plain = show("submit onto an empty ledger", times["empty"])
	show("submit onto a full ledger", times["full"])
	extra = added(times["full"], times["empty"])
	print(f"a full ledger adds {extra * 1000:.2f} ms (median of the differences of pairs)")
	verdict(1 + extra / plain, BAR)


def measure() -> list[float]:
	return [submit.timed_submit() for _time in range(WARMING + MEASURED)][WARMING:]


# --- two ledgers on one site --------------------------------------------------------------------


def copy_ledger(kind: str, targets: list[str]) -> None:
	"""A second set of the ledger's tables with these targets alone."""
	drop_ledger(kind)
	for doctype in LEDGER:
		frappe.db.sql_ddl(f"CREATE TABLE `{kind} {doctype}` LIKE `tab{doctype}`")
	for doctype, field in (("Sales Target", "name"), ("Sales Target Assignee", "parent")):
		frappe.db.sql(
			f"INSERT INTO `{kind} {doctype}` SELECT * FROM `tab{doctype}` WHERE {field} IN %(names)s",
			{"names": targets},
		)
	frappe.db.commit()


def drop_ledger(kind: str) -> None:
	for doctype in LEDGER:
		frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `{kind} {doctype}`")


@contextmanager
def ledger(kind: str) -> Iterator[None]:
	"""In this block the tables of that set are the site's ledger; the site's own are put aside."""
	rename(("tab", "aside "), (f"{kind} ", "tab"))
	try:
		yield
	finally:
		frappe.db.rollback()
		rename(("tab", f"{kind} "), ("aside ", "tab"))


def rename(*prefixes: tuple[str, str]) -> None:
	"""All of the ledger's tables in one statement: all are renamed, or none."""
	pairs = [f"`{old}{doctype}` TO `{new}{doctype}`" for old, new in prefixes for doctype in LEDGER]
	frappe.db.sql_ddl(f"RENAME TABLE {', '.join(pairs)}")


# --- a full one ---------------------------------------------------------------------------------


def fill(targets: list[str], entries: int, others: int) -> None:
	"""Entries of other orders in these targets, and targets that match no order that is submitted here."""
	write_targets(other_target(number) for number in range(others))
	for place, target in enumerate(targets):
		frappe.db.sql(
			"""INSERT INTO `tabSales Target Entry` (name, creation, modified, owner, modified_by,
				sales_target, sales_order, sales_person, company, currency, posting_date, amount,
				order_count, share_percentage, rule, source_doctype, source_name, reason, reason_parts)
			SELECT CONCAT('bench-', %(place)s, '-', seq), NOW(6), NOW(6), 'Administrator', 'Administrator',
				%(target)s, CONCAT('BENCH-', seq), %(seller)s, %(company)s, 'USD',
				DATE_ADD(%(start)s, INTERVAL seq %% 365 DAY), 100, 1, 60, 'Sales Team', 'Sales Order',
				CONCAT('BENCH-', seq), REPEAT('Sales Team: 60 %% of 1,000.00 USD. ', 4), REPEAT('x', 200)
			FROM seq_1_to_1000000 LIMIT %(number)s""",
			{"place": place, "target": target, "seller": submit.FIRST, "company": SINGLE, "start": START,
				"number": entries // len(targets)},
		)  # fmt: skip
	frappe.db.sql(
		"""INSERT INTO `tabOrder Credit State` (name, creation, modified, owner, modified_by, version)
		SELECT CONCAT('BENCH-', seq), NOW(6), NOW(6), 'Administrator', 'Administrator', 1
		FROM seq_1_to_1000000 LIMIT %(number)s""",
		{"number": entries // len(targets)},
	)
	frappe.db.commit()
	for doctype in LEDGER:
		frappe.db.sql(f"ANALYZE TABLE `tab{doctype}`")


def other_target(number: int) -> dict:
	"""In turn: of other sellers, of the same sellers in years before and after, and of another company."""
	kinds = (
		{"assignees": (sellers()[2 + number % 48],)},
		{"assignees": (submit.FIRST,), "from_date": "2025-01-01", "to_date": "2025-12-31"},
		{"assignees": (submit.SECOND,), "from_date": "2027-01-01", "to_date": "2027-12-31"},
		{"assignees": (submit.FIRST,), "company": world.COMPANY},
	)
	return {"title": f"Benchmark: other {number}", "company": SINGLE, **kinds[number % len(kinds)]}


if __name__ == "__main__":
	main()
