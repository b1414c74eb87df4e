"""Pipeline Overview over 100,000 conversations of 10,000 customers, against the same answer by one bare SQL
statement: under 300 ms, and at most 3 times as long?

	python benchmarks/conversations.py --site SITE [--conversations 100000] [--customers 10000] [--rounds 9]
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import data
import frappe
from common import arguments, clock, connect, in_turn, show, verdict

from sales_extensions import pipeline
from sales_extensions.sales_extensions.report.follow_ups import follow_ups
from sales_extensions.sales_extensions.report.pipeline_overview import pipeline_overview

BAR, MOST_SECONDS = 3, 0.3
PREFIX = "BENCH-C-"
FIRST = date(data.YEAR, 1, 1)
STAGES = ("", "", "Initial Contact", "Qualifying", "Lead Validation", "Progression", "Won", "Lost")
SYSTEM = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
MONTH = {"from_date": f"{data.YEAR}-06-01", "to_date": f"{data.YEAR}-06-30"}


def main() -> None:
	options = arguments(
		__doc__.splitlines()[0], conversations=100_000, customers=10_000, rounds=9
	).parse_args()
	connect(options.site)
	data.build_world()
	try:
		build(options.conversations, options.customers)
		pipeline_overview.execute(dict(MONTH))
		theirs, ours = in_turn(
			options.rounds, lambda: clock(bare), lambda: clock(lambda: pipeline_overview.execute(dict(MONTH)))
		)
		bare_time, own_time = show("one bare statement", theirs), show("Pipeline Overview", ours)
		follow = show(
			"Follow Ups", [clock(lambda: follow_ups.execute({})) for _round in range(options.rounds)]
		)
		print(f"under 300 ms: {'yes' if max(own_time, follow) < MOST_SECONDS else 'no'}")
		verdict(own_time / bare_time, BAR)
	finally:
		clean()


def bare() -> None:
	"""Figures by seller, first contacts by seller, and the stages, from the same rows."""
	frappe.db.sql(
		"""SELECT 'figures', employee, SUM(left_on IS NULL OR left_on > %(last)s), SUM(entered_on >= %(first)s),
			SUM(outcome = 'Won' AND left_on BETWEEN %(first)s AND %(last)s),
			SUM(outcome = 'Lost' AND left_on BETWEEN %(first)s AND %(last)s),
			SUM(IF(outcome = 'Won' AND left_on BETWEEN %(first)s AND %(last)s, DATEDIFF(left_on, entered_on), 0))
		FROM `tabPipeline Passage` WHERE entered_on <= %(last)s AND (left_on IS NULL OR left_on >= %(first)s)
		GROUP BY employee
		UNION ALL SELECT 'new', first_contact_employee, COUNT(*), 0, 0, 0, 0 FROM `tabPipeline Party`
		WHERE first_contact_on BETWEEN %(first)s AND %(last)s GROUP BY first_contact_employee
		UNION ALL SELECT 'stage', pipeline_stage, COUNT(*), 0, 0, 0, 0 FROM `tabPipeline Passage`
		WHERE entered_on <= %(last)s AND (left_on IS NULL OR left_on > %(last)s) GROUP BY pipeline_stage""",
		{"first": MONTH["from_date"], "last": MONTH["to_date"]},
	)


def build(conversations: int, customers: int) -> None:
	"""By bulk; the passages are then made by the reconcile, which is timed too."""
	clean()
	dice = random.Random(1)
	employees = frappe.get_all("Employee", pluck="name", order_by="name")
	rows = [
		(
			f"{PREFIX}{number:05}",
			*system(0),
			f"Benchmark {number:05}",
			"Company",
			dice.choice(["Holland", "Spain"]),
		)
		for number in range(customers)
	]
	data.insert_many("Customer", (*SYSTEM, "customer_name", "customer_type", "territory"), rows)
	rows = []
	for number in range(conversations):
		day = FIRST + timedelta(days=dice.randrange(365))
		due = day + timedelta(days=14) if dice.random() < 0.2 else None
		rows.append(
			(f"{PREFIX}{number:06}", *system(0), "Customer", f"{PREFIX}{number % customers:05}", day,
				dice.choice(STAGES) or None, dice.choice(employees), due, "A note.")
		)  # fmt: skip
	columns = (*SYSTEM, "party_type", "party", "conversation_date", "pipeline_position", "employee",
		"follow_up_date", "note")  # fmt: skip
	for start in range(0, len(rows), data.AT_ONCE):
		data.insert_many("Conversation", columns, rows[start : start + data.AT_ONCE])
	frappe.db.commit()
	show("passages made by the reconcile, once", [clock(pipeline.reconcile)])
	for table in ("Conversation", "Pipeline Party", "Pipeline Passage"):
		frappe.db.sql(f"ANALYZE TABLE `tab{table}`")


def system(idx: int) -> tuple:
	return (f"{data.YEAR}-01-01", f"{data.YEAR}-01-01", "Administrator", "Administrator", 0, idx)


def clean() -> None:
	like = f"{PREFIX}%"
	for table, column in (
		("Conversation", "name"), ("Customer", "name"), ("Pipeline Party", "party"), ("Pipeline Passage", "party"),
	):  # fmt: skip
		frappe.db.sql(f"DELETE FROM `tab{table}` WHERE `{column}` LIKE %s", like)
	frappe.db.commit()


if __name__ == "__main__":
	main()
