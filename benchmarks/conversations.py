"""Pipeline Overview, Follow Ups and Follow Ups by Employee over 100,000 conversations of 10,000 customers, each
against the same answer by one bare SQL statement: under 300 ms, and at most 3 times as long?

	python benchmarks/conversations.py --site SITE [--conversations 100000] [--customers 10000] [--rounds 9]

The other reports on conversations are timed as well, without a bar.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import data
import frappe
from common import arguments, clock, connect, in_turn, show, verdict
from frappe.utils import getdate

from sales_extensions import pipeline
from sales_extensions.pipeline import reporting
from sales_extensions.sales_extensions.report.engagement import engagement
from sales_extensions.sales_extensions.report.follow_ups import follow_ups
from sales_extensions.sales_extensions.report.follow_ups_by_employee import follow_ups_by_employee
from sales_extensions.sales_extensions.report.no_contact import no_contact
from sales_extensions.sales_extensions.report.pipeline_customers import pipeline_customers
from sales_extensions.sales_extensions.report.pipeline_overview import pipeline_overview

BAR, MOST_SECONDS = 3, 0.3
PREFIX = "BENCH-C-"
FIRST = date(data.YEAR, 1, 1)
STAGES = ("", "", "Initial Contact", "Qualifying", "Lead Validation", "Progression", "Won", "Lost")
SYSTEM = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
MONTH = {"from_date": f"{data.YEAR}-06-01", "to_date": f"{data.YEAR}-06-30"}
YEAR = {"from_date": data.START, "to_date": data.END}


def main() -> None:
	options = arguments(
		__doc__.splitlines()[0], conversations=100_000, customers=10_000, rounds=9
	).parse_args()
	connect(options.site)
	data.build_world()
	try:
		build(options.conversations, options.customers)
		print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
		ratios, slowest = zip(*(compare(options.rounds, *pair) for pair in PAIRS), strict=True)
		others = [show(label, time_of(options.rounds, work)) for label, work in OTHERS]
		print(f"load of the machine: {os.getloadavg()[0]:.1f}")
		print(f"under 300 ms: {'yes' if max(slowest) < MOST_SECONDS else 'no'}, ", end="")
		print(f"the others: {'yes' if max(others) < MOST_SECONDS else 'no'}")
		verdict(max(ratios), BAR)
	finally:
		clean()


def time_of(rounds: int, work: Callable[[], object]) -> list[float]:
	work()
	return [clock(work) for _round in range(rounds)]


def compare(
	rounds: int, label: str, report: Callable[[], object], bare: Callable[[], dict], told: Callable
) -> tuple[float, float]:
	"""Whether both give the same; then how much longer the report takes, and how long."""
	own, other = told(report()), bare()
	assert own == other, (label, own, other)
	theirs, ours = in_turn(rounds, lambda: clock(bare), lambda: clock(report))
	bare_time, own_time = show(f"{label}: one bare statement", theirs), show(label, ours)
	print(f"{label:<44} {own_time / bare_time:9.2f} times as long")
	return own_time / bare_time, own_time


# --- Pipeline Overview --------------------------------------------------------------------------

#: Where each passage was on the last day is in its history, which is JSON.
OVERVIEW = """
SELECT 'figures', COALESCE(employee, ''), SUM(left_on IS NULL OR left_on > %(last)s), SUM(entered_on >= %(first)s),
	SUM(outcome = 'Won' AND left_on BETWEEN %(first)s AND %(last)s),
	SUM(outcome = 'Lost' AND left_on BETWEEN %(first)s AND %(last)s),
	SUM(IF(outcome = 'Won' AND left_on BETWEEN %(first)s AND %(last)s, DATEDIFF(left_on, entered_on), 0))
FROM `tabPipeline Passage` WHERE entered_on <= %(last)s AND (left_on IS NULL OR left_on >= %(first)s)
GROUP BY employee
UNION ALL SELECT 'new', COALESCE(first_contact_employee, ''), COUNT(*), 0, 0, 0, 0 FROM `tabPipeline Party`
WHERE first_contact_on BETWEEN %(first)s AND %(last)s GROUP BY first_contact_employee
UNION ALL SELECT 'stage', stage, COUNT(*), 0, 0, 0, 0 FROM (
	SELECT IF(stage_since <= %(last)s, pipeline_stage, JSON_VALUE(stages, CONCAT('$[', (
		SELECT COUNT(*) - 1 FROM JSON_TABLE(stages, '$[*]' COLUMNS (day DATE PATH '$[0]')) moves
		WHERE moves.day <= %(last)s
	), '][1]'))) AS stage
	FROM `tabPipeline Passage` WHERE entered_on <= %(last)s AND (left_on IS NULL OR left_on > %(last)s)
) on_the_day GROUP BY stage"""


def bare_overview() -> dict:
	found: dict = {"figures": {}, "new": {}, "stage": {}}
	for kind, key, *numbers in frappe.db.sql(
		OVERVIEW, {"first": MONTH["from_date"], "last": MONTH["to_date"]}
	):
		found[kind][key] = tuple(map(int, numbers))
	rows = {}
	for key in {*found["figures"], *found["new"]}:
		inside, entered, won, lost, days = found["figures"].get(key, (0,) * 5)
		average = round(days / won, 6) if won else None
		rows[key] = (inside, entered, won, lost, average, found["new"].get(key, (0,))[0])
	return {
		"rows": {key: row for key, row in rows.items() if any(row)},
		"stages": {key: row[0] for key, row in found["stage"].items()},
	}


def told_by_overview(report: tuple) -> dict:
	_columns, rows, _notes, chart, _cards = report
	fields = ("in_pipeline", "entered", "won", "lost", "average_days", "new_prospects")
	stages = dict(zip(chart["data"]["labels"], chart["data"]["datasets"][0]["values"], strict=True))
	return {
		"rows": {
			row["key"]: tuple(
				round(row[field], 6) if isinstance(row[field], float) else row[field] for field in fields
			)
			for row in rows
		},
		"stages": {stage: number for stage, number in stages.items() if number},
	}


# --- follow-ups -----------------------------------------------------------------------------------

FOLLOW_UPS = """
SELECT due.*, COALESCE(k.territory, l.territory, p.territory, ''), COALESCE(e.employee_name, u.full_name, ''),
	sums.overdue, sums.today
FROM (
	SELECT name, party_type, party, party_name, with_whom, about, how, note, is_private, user, written_by, employee,
		conversation_date, follow_up_date, pipeline_position,
		GREATEST(DATEDIFF(%(today)s, follow_up_date), 0) AS days_overdue
	FROM `tabConversation` WHERE completed = 0 AND follow_up_date <= %(today)s
	ORDER BY follow_up_date, conversation_date, name LIMIT 500
) due
LEFT JOIN `tabCustomer` k ON due.party_type = 'Customer' AND k.name = due.party
LEFT JOIN `tabLead` l ON due.party_type = 'Lead' AND l.name = due.party
LEFT JOIN `tabProspect` p ON due.party_type = 'Prospect' AND p.name = due.party
LEFT JOIN `tabEmployee` e ON e.name = due.employee
LEFT JOIN `tabUser` u ON u.name = due.user
JOIN (
	SELECT SUM(follow_up_date < %(today)s) AS overdue, SUM(follow_up_date = %(today)s) AS today
	FROM `tabConversation` WHERE completed = 0 AND follow_up_date <= %(today)s
) sums
ORDER BY follow_up_date, conversation_date, due.name"""


def bare_follow_ups() -> dict:
	rows = frappe.db.sql(FOLLOW_UPS, {"today": getdate()})
	return {
		"rows": [(row[0], row[13], row[15], row[16], row[17]) for row in rows],
		"sums": tuple(map(int, rows[0][-2:])),
	}


def told_by_follow_ups(report: tuple) -> dict:
	_columns, rows, _note, _chart, cards = report
	fields = ("name", "follow_up_date", "days_overdue", "territory", "who")
	return {
		"rows": [tuple(row[field] for field in fields) for row in rows],
		"sums": tuple(card["value"] for card in cards[:2]),
	}


BY_EMPLOYEE = """
SELECT COALESCE(c.user, ''), COALESCE(c.employee, ''), COALESCE(MAX(e.employee_name), MAX(u.full_name), ''), SUM(made),
	SUM(due), SUM(due AND completed = 0), SUM(due AND completed = 0 AND follow_up_date < %(today)s),
	SUM(due AND completed = 1 AND done <= follow_up_date), SUM(due AND completed = 1 AND done > follow_up_date)
FROM (
	SELECT user, employee, completed, follow_up_date, DATE(completed_on) AS done,
		conversation_date BETWEEN %(first)s AND %(last)s AS made, follow_up_date BETWEEN %(first)s AND %(last)s AS due
	FROM `tabConversation` WHERE follow_up_date IS NOT NULL
		AND (follow_up_date BETWEEN %(first)s AND %(last)s OR conversation_date BETWEEN %(first)s AND %(last)s)
) c
LEFT JOIN `tabEmployee` e ON e.name = c.employee LEFT JOIN `tabUser` u ON u.name = c.user
GROUP BY c.user, c.employee"""


def bare_by_employee(period: dict) -> dict:
	values = {"first": period["from_date"], "last": period["to_date"], "today": getdate()}
	return {
		(user, employee, who): tuple(int(number or 0) for number in numbers)
		for user, employee, who, *numbers in frappe.db.sql(BY_EMPLOYEE, values)
	}


def told_by_employees(report: tuple) -> dict:
	fields = ("made", "due", "open", "overdue", "in_time", "late")
	return {
		(row["user"], row["employee"], row["who"]): tuple(row[field] for field in fields) for row in report[1]
	}


PAIRS = (
	("Pipeline Overview", lambda: pipeline_overview.execute(dict(MONTH)), bare_overview, told_by_overview),
	("Follow Ups", lambda: follow_ups.execute({}), bare_follow_ups, told_by_follow_ups),
	*(
		(
			f"Follow Ups by Employee, {length}",
			partial(lambda period: follow_ups_by_employee.execute(dict(period)), period),
			partial(bare_by_employee, period),
			told_by_employees,
		)
		for length, period in (("month", MONTH), ("year", YEAR))
	),
)
#: Timed without an opponent.
OTHERS = (
	*(
		(
			f"Pipeline Customers, {metric}",
			partial(lambda metric: pipeline_customers.execute({**MONTH, "metric": metric}), metric),
		)
		for metric in reporting.METRICS
	),
	(
		"Pipeline Customers, at a stage",
		lambda: pipeline_customers.execute({**MONTH, "stage": "Qualifying"}),
	),
	*(
		(
			f"Engagement by {group}, {length}",
			partial(lambda given: engagement.execute(dict(given)), {**period, "group_by": group}),
		)
		for group in ("Employee", "Customer", "Territory", "Month")
		for length, period in (("month", MONTH), ("year", YEAR))
	),
	("No Contact", lambda: no_contact.execute({})),
)


# --- the data ---------------------------------------------------------------------------------------


def build(conversations: int, customers: int) -> None:
	"""By bulk; the passages are then made by the reconcile, which is timed too."""
	clean()
	dice = random.Random(1)
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
	people = frappe.get_all("Employee", fields=["name", "user_id"], as_list=True, order_by="name")
	methods = frappe.get_all("Conversation Method", pluck="name", order_by="name")
	rows = [
		conversation(number, f"{PREFIX}{number % customers:05}", dice, people, methods)
		for number in range(conversations)
	]
	for start in range(0, len(rows), data.AT_ONCE):
		data.insert_many("Conversation", COLUMNS, rows[start : start + data.AT_ONCE])
	frappe.db.commit()
	show("passages made by the reconcile, once", [clock(pipeline.reconcile)])
	for table in ("Conversation", "Customer", "Pipeline Party", "Pipeline Passage"):
		frappe.db.sql(f"ANALYZE TABLE `tab{table}`")


COLUMNS = (
	*SYSTEM, "party_type", "party", "conversation_date", "pipeline_position", "employee", "user", "written_by", "how",
	"duration_minutes", "follow_up_date", "completed", "completed_on", "note",
)  # fmt: skip


def conversation(number: int, customer: str, dice: random.Random, people: list, methods: list) -> tuple:
	"""One in five asks for a follow-up, two of three of these were done, most of them in time."""
	day = FIRST + timedelta(days=dice.randrange(365))
	employee, user = dice.choice(people)
	due = day + timedelta(days=14) if dice.random() < 0.2 else None
	done = due + timedelta(days=dice.randint(-7, 3)) if due and dice.random() < 0.67 else None
	return (
		f"{PREFIX}{number:06}", *system(0), "Customer", customer, day, dice.choice(STAGES) or None, employee, user, user,
		dice.choice(methods), dice.randint(5, 60), due, int(done is not None), done, "A note.",
	)  # fmt: skip


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
