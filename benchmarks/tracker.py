"""The first page and the figures of the Sales Tracker over 20,000 open jobs, against a bare UNION of the same rows.

python benchmarks/tracker.py --site SITE [--jobs 20000] [--rounds 9]
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from time import perf_counter

import data
import frappe
from common import arguments, clock, connect, in_turn, show, verdict

from sales_extensions.api import tracker
from tests.site import world

#: Of first page and figures together to a UNION that sorts and counts the same jobs.
BAR = 10
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
	own, bare = in_turn(options.rounds, lambda: clock(both), lambda: clock(union))
	middle = show("first page and figures", own)
	show("bare UNION, sorted and counted", bare)
	print(f"under a second: {'yes' if middle < A_SECOND else 'no'}")
	verdict(middle / median(bare), BAR)


def both() -> None:
	tracker.rows()
	tracker.figures()


def union() -> None:
	parts = [f"SELECT name, status, title, company, modified FROM `tab{doctype}`" for doctype in COLUMNS]
	frappe.db.sql(f"SELECT * FROM ({' UNION ALL '.join(parts)}) jobs ORDER BY modified DESC LIMIT 50")
	frappe.db.sql(f"SELECT status, COUNT(*) FROM ({' UNION ALL '.join(parts)}) jobs GROUP BY status")


def build(jobs: int) -> None:
	"""A third of each document type. Idempotent: what is there is found again."""
	data.build_world()
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
