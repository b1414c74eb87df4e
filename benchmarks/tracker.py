"""The first page and the figures of the Sales Tracker over 20,000 open jobs, against the same answer by one bare SQL
statement.

	python benchmarks/tracker.py --site SITE [--jobs 20000] [--rounds 9]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter

import data
import frappe
from common import arguments, clock, connect, in_turn, show, verdict

from sales_extensions.api import tracker
from sales_extensions.tracker import KINDS
from sales_extensions.tracker.settings import inactive_statuses
from tests.site import world

#: Of first page and figures together to one statement that gives the same rows, counts and sums.
BAR = 3
A_SECOND = 1.0
MARK = "BENCH-T"
START = datetime(data.YEAR, 1, 1)
SYSTEM = (*data.SYSTEM, "title", "status", "company", "territory")
COLUMNS = {
	"Lead": (*SYSTEM, "lead_owner"),
	"Opportunity": (*SYSTEM, "opportunity_from", "party_name", "base_opportunity_amount", "currency"),
	"Quotation": (*SYSTEM, "quotation_to", "party_name", "base_grand_total", "currency"),
}
STATUSES = {"Lead": ("Open", "Replied"), "Opportunity": ("Open", "Replied"), "Quotation": ("Draft", "Open")}


def main() -> None:
	options = arguments(__doc__.splitlines()[0], jobs=20_000, rounds=9).parse_args()
	connect(options.site)
	build(options.jobs)
	print(f"{tracker.figures()['jobs']:,} open jobs")
	for label, work in {
		"first page": tracker.rows,
		"figures": tracker.figures,
		"first page by amount": lambda: tracker.rows(query={"order_by": "c_amount"}),
		"page after 15,000 jobs": lambda: tracker.rows(after=dict.fromkeys(COLUMNS, 5000)),
		"one stage": lambda: tracker.rows(query={"stages": ["Proposal Sent"]}),
	}.items():
		show(label, [clock(work) for _round in range(options.rounds)])
	start = perf_counter()
	frames = list(tracker.export_csv().response)
	print(f"export of all jobs, {sum(map(len, frames)) / 1e6:.1f} MB: {perf_counter() - start:.2f} s")
	assert both() == bare(), "the two answers differ"
	own, sql = in_turn(options.rounds, lambda: clock(both), lambda: clock(bare))
	middle = show("first page and figures", own)
	show("the same by one bare statement", sql)
	print(f"under a second: {'yes' if middle < A_SECOND else 'no'}")
	verdict(middle / median(sql), BAR)


def both() -> tuple[list[str], dict[str, tuple[int, float]]]:
	"""The names on the first page, and jobs and worth by kind, as the page asks for them."""
	names = [row["name"] for row in tracker.rows()["rows"]]
	cards = [card for card in tracker.figures()["cards"] if "jobs" in card]
	return names, {
		card["kind"]: (card["jobs"], sum(one["amount"] for one in card["amounts"])) for card in cards
	}


#: What the page shows of each, and what it is worth.
SHOWN = {
	"Lead": "title, status, lead_owner, _assign, territory, creation, NULL, modified, 0",
	"Opportunity": """title, status, opportunity_owner, _assign, territory, transaction_date, expected_closing, modified,
		IF(base_opportunity_amount <> 0, base_opportunity_amount, opportunity_amount * conversion_rate)""",
	"Quotation": "title, status, owner, _assign, territory, transaction_date, valid_till, modified, base_grand_total",
}


def bare() -> tuple[list[str], dict[str, tuple[int, float]]]:
	"""The first rows of each document type by the index on its last update, and its counts and sums by status."""
	rows = frappe.db.sql(STATEMENT, {doctype: inactive_statuses(doctype) for doctype in COLUMNS})
	jobs = sorted((row for row in rows if row[1]), key=lambda row: row[9], reverse=True)
	found = dict.fromkeys(KINDS, (0, 0.0))
	for row in rows:
		if not row[1] and row[3] not in inactive_statuses(row[0]):
			kind = next(kind for kind, doctypes in KINDS.items() if row[0] in doctypes)
			found[kind] = (found[kind][0] + row[11], found[kind][1] + float(row[10]))
	return [row[1] for row in jobs[:50]], found


def _parts() -> Iterator[str]:
	for doctype, columns in SHOWN.items():
		yield f"""(SELECT '{doctype}', name, {columns}, NULL FROM `tab{doctype}` WHERE status NOT IN %({doctype})s
			ORDER BY modified DESC, name DESC LIMIT 50)"""
		worth = columns.rpartition("modified,")[2]
		yield f"""(SELECT '{doctype}', NULL, NULL, status, NULL, NULL, company, NULL, NULL, NULL, SUM({worth}),
			COUNT(*) FROM `tab{doctype}` GROUP BY status, company)"""


STATEMENT = " UNION ALL ".join(_parts())


def build(jobs: int) -> None:
	"""A third of each document type. Idempotent: what is there is found again."""
	world.build()
	each = jobs // len(COLUMNS)
	for doctype, columns in COLUMNS.items():
		if frappe.db.count(doctype, {"name": ("like", f"{MARK}%")}) != each:
			frappe.db.delete(doctype, {"name": ("like", f"{MARK}%")})
			data.insert_many(doctype, columns, [_row(doctype, number) for number in range(each)])
			frappe.db.commit()
		frappe.db.sql(f"ANALYZE TABLE `tab{doctype}`")


def _row(doctype: str, number: int) -> tuple:
	when = START + timedelta(minutes=7 * number)
	status = STATUSES[doctype][number % 2]
	head = (f"{MARK}{doctype[0]}-{number:06}", when, when, "Administrator", "Administrator", 0, 0,
		f"Customer {number % 900}", status, world.COMPANY, ("Holland", "Spain")[number % 2])  # fmt: skip
	if doctype == "Lead":
		return (*head, "Administrator")
	return (*head, "Customer", list(world.CUSTOMERS)[number % 3], 100 + number % 9000, "USD")


if __name__ == "__main__":
	main()
