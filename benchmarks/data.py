"""The data that benchmarks run on. Idempotent: what is there is found again.

	python benchmarks/data.py --site SITE --orders 100000

Orders are written by multi-row INSERTs, not saved one by one: 100,000 take a minute instead of hours.
They carry what ERPNext's report and this app read, and belong to a company of their own.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

import frappe
from common import arguments, connect

from tests.site import world

#: The company that the bulk orders belong to, and the one that single orders are submitted in.
BULK, SINGLE = "Benchmark Bulk", "Benchmark Single"
COMPANIES = {BULK: "BBK", SINGLE: "BSG"}
TEAM, DISTRIBUTION = "Benchmark Team", "Benchmark Even"
YEAR = 2026
START, END = f"{YEAR}-01-01", f"{YEAR}-12-31"
SELLERS = 50
GOAL = 1_000_000
AT_ONCE = 2000


def sellers() -> list[str]:
	return [f"Benchmark Seller {number:02}" for number in range(1, SELLERS + 1)]


# --- a world to sell in -------------------------------------------------------------------------


def build_world() -> None:
	"""Companies, items and customers, and fifty sellers under one group."""
	world.build()
	for company, abbr in COMPANIES.items():
		if not frappe.db.exists("Company", company):
			_insert(
				"Company",
				company_name=company,
				abbr=abbr,
				default_currency="USD",
				country="United States",
				create_chart_of_accounts_based_on="Standard Template",
				chart_of_accounts="Standard",
			)
	root = frappe.db.get_value("Sales Person", {"lft": 1}, "name")
	for name, parent, is_group in [(TEAM, root, 1), *((seller, TEAM, 0) for seller in sellers())]:
		if not frappe.db.exists("Sales Person", name):
			_insert(
				"Sales Person",
				sales_person_name=name,
				parent_sales_person=parent,
				is_group=is_group,
				enabled=1,
			)
	frappe.db.commit()


def _insert(doctype: str, **values: object):
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


# --- many orders --------------------------------------------------------------------------------


def build_orders(number: int) -> None:
	"""`number` submitted orders of BULK over one year, with 1 to 4 item rows and 1 or 2 sellers each."""
	there = frappe.db.count("Sales Order", {"company": BULK})
	if there == number:
		return
	if there:
		delete_orders()
	made = {doctype: [] for doctype in COLUMNS}
	for order in range(1, number + 1):
		_order(order, made)
		if order % AT_ONCE == 0 or order == number:
			for doctype, rows in made.items():
				insert_many(doctype, COLUMNS[doctype], rows)
				rows.clear()
	frappe.db.commit()
	for doctype in COLUMNS:
		frappe.db.sql(f"ANALYZE TABLE `tab{doctype}`")


def delete_orders() -> None:
	for doctype in ("Sales Order Item", "Sales Team"):
		frappe.db.sql(f"DELETE FROM `tab{doctype}` WHERE parent LIKE 'BENCH-SO-%%'")
	frappe.db.sql("DELETE FROM `tabSales Order` WHERE company = %s", BULK)
	frappe.db.commit()


SYSTEM = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
CHILD = (*SYSTEM, "parent", "parenttype", "parentfield")
COLUMNS = {
	"Sales Order": (
		*SYSTEM, "naming_series", "company", "customer", "customer_name", "customer_group", "territory",
		"transaction_date", "delivery_date", "currency", "conversion_rate", "status", "order_type",
		"selling_price_list", "price_list_currency", "plc_conversion_rate", "total_qty", "base_total",
		"base_net_total", "base_grand_total", "total", "net_total", "grand_total", "rounded_total",
		"per_delivered", "per_billed", "billing_status", "delivery_status",
	),
	"Sales Order Item": (
		*CHILD, "item_code", "item_name", "item_group", "description", "qty", "stock_qty", "uom",
		"stock_uom", "conversion_factor", "rate", "base_rate", "amount", "base_amount", "net_rate",
		"net_amount", "base_net_rate", "base_net_amount", "delivery_date", "warehouse",
	),
	"Sales Team": (*CHILD, "sales_person", "allocated_percentage", "allocated_amount"),
}  # fmt: skip


def _order(number: int, made: dict[str, list[tuple]]) -> None:
	"""One order, the same for the same number."""
	dice = random.Random(number)
	name = f"BENCH-SO-{number:07}"
	day = date(YEAR, 1, 1) + timedelta(days=dice.randrange(365))
	customer, (territory, group) = dice.choice(list(world.CUSTOMERS.items()))
	system = (f"{day} 12:00:00", f"{day} 12:00:00", "Administrator", "Administrator", 1)
	total = quantity = 0
	for row in range(1, dice.randint(1, 4) + 1):
		code, item_group = dice.choice(list(world.ITEMS.items()))
		qty, cents = dice.randint(1, 5), dice.randint(500, 200_000)
		rate, amount = cents / 100, cents * qty / 100
		total += cents * qty
		quantity += qty
		made["Sales Order Item"].append(
			(f"{name}-{row}", *system, row, name, "Sales Order", "items", code, code.title(), item_group,
				code.title(), qty, qty, "Nos", "Nos", 1, rate, rate, amount, amount, rate,
				amount, rate, amount, END, "Stores - BBK")
		)  # fmt: skip
	amount = total / 100
	percentages = dice.choice(((100,), (50, 50), (60, 40), (100,)))
	team = dice.sample(sellers(), len(percentages))
	for row, (seller, percentage) in enumerate(zip(team, percentages, strict=True), start=1):
		made["Sales Team"].append(
			(f"{name}-{row}", *system, row, name, "Sales Order", "sales_team", seller, percentage,
				round(amount * percentage / 100, 2))
		)  # fmt: skip
	made["Sales Order"].append(
		(name, *system, 0, "SAL-ORD-.YYYY.-", BULK, customer, customer, group, territory, day, END, "USD", 1,
			"To Deliver and Bill", "Sales", "Standard Selling", "USD", 1, quantity, amount, amount, amount,
			amount, amount, amount, round(amount), 0, 0, "Not Billed", "Not Delivered")
	)  # fmt: skip


def insert_many(doctype: str, columns: Iterable[str], rows: Iterable[tuple]) -> None:
	"""Rows by multi-row INSERTs, in the current transaction."""
	names = ", ".join(f"`{column}`" for column in columns)
	for part in _parts(iter(rows)):
		places = ", ".join(["(" + ", ".join(["%s"] * len(part[0])) + ")"] * len(part))
		frappe.db.sql(
			f"INSERT INTO `tab{doctype}` ({names}) VALUES {places}", [value for row in part for value in row]
		)


def _parts(rows: Iterator[tuple]) -> Iterator[list[tuple]]:
	while part := list(islice(rows, AT_ONCE)):
		yield part


# --- targets ------------------------------------------------------------------------------------


def build_targets() -> list[str]:
	"""One target over the year for each seller of the bulk orders, left unfilled. Their names."""
	there = frappe.get_all("Sales Target", {"company": BULK}, pluck="name", order_by="name")
	if len(there) == SELLERS:
		return there
	delete_targets(BULK)
	write_targets(
		{"title": f"{YEAR} of {seller}", "company": BULK, "assignees": (seller,)} for seller in sellers()
	)
	return build_targets()


def write_targets(definitions: Iterable[dict]) -> list[str]:
	"""Targets by INSERT, so that no order is counted yet. Committed. Their names."""
	targets, assignees = [], []
	for given in definitions:
		row = {"target_type": "Financial", "from_date": START, "to_date": END, "currency": "USD",
			"target_amount": GOAL, "target_count": 0, "territory": None, "status": "Running", "period_status": "Open", **given}  # fmt: skip
		name = f"bench-{frappe.generate_hash(length=10)}"
		system = (f"{YEAR}-01-01", f"{YEAR}-01-01", "Administrator", "Administrator", 0)
		targets.append((name, *system, 0, *(row[column] for column in TARGET_COLUMNS)))
		assignees += [
			(f"{name}-{idx}", *system, idx, name, "Sales Target", "assignees", seller, row["company"],
				row["from_date"], row["to_date"])
			for idx, seller in enumerate(row["assignees"], start=1)
		]  # fmt: skip
	insert_many("Sales Target", (*SYSTEM, *TARGET_COLUMNS), targets)
	insert_many("Sales Target Assignee", ASSIGNEE_COLUMNS, assignees)
	frappe.db.commit()
	return [row[0] for row in targets]


TARGET_COLUMNS = ("title", "target_type", "company", "from_date", "to_date", "currency", "target_amount",
	"target_count", "territory", "status", "period_status")  # fmt: skip
ASSIGNEE_COLUMNS = (*CHILD, "sales_person", "company", "from_date", "to_date")


def delete_targets(company: str) -> None:
	"""The targets of a company with their entries, by DELETE. Committed."""
	for doctype, field in (("Sales Target Entry", "sales_target"), ("Sales Target Assignee", "parent")):
		frappe.db.sql(
			f"""DELETE row FROM `tab{doctype}` row JOIN `tabSales Target` t ON t.name = row.{field}
			WHERE t.company = %s""",
			company,
		)
	frappe.db.sql("DELETE FROM `tabSales Target` WHERE company = %s", company)
	frappe.db.commit()


def empty_ledger(company: str) -> None:
	"""Targets as they were before any order: no entries, totals nil. Committed."""
	frappe.db.sql(
		"""DELETE e FROM `tabSales Target Entry` e JOIN `tabSales Target` t ON t.name = e.sales_target
		WHERE t.company = %s""",
		company,
	)
	frappe.db.sql(
		"""UPDATE `tabSales Target` SET realised_amount = 0, order_count = 0, percentage = 0, entries_booked = 0
		WHERE company = %s""",
		company,
	)
	frappe.db.commit()


# --- what ERPNext's report needs ----------------------------------------------------------------


def build_erpnext_targets() -> str:
	"""Each seller's Target Detail with a Monthly Distribution. The name of the fiscal year."""
	fiscal_year = frappe.db.get_value("Fiscal Year", {"year_start_date": START}, "name")
	if not frappe.db.exists("Monthly Distribution", DISTRIBUTION):
		distribution = frappe.new_doc("Monthly Distribution")
		distribution.update({"distribution_id": DISTRIBUTION, "fiscal_year": fiscal_year})
		distribution.get_months()
		distribution.insert()
	for seller in sellers():
		doc = frappe.get_doc("Sales Person", seller)
		if not doc.targets:
			doc.append(
				"targets",
				{"fiscal_year": fiscal_year, "target_amount": GOAL, "target_qty": 1000,
					"distribution_id": DISTRIBUTION},
			)  # fmt: skip
			doc.save()
	frappe.db.commit()
	return fiscal_year


if __name__ == "__main__":
	options = arguments(__doc__.splitlines()[0], orders=100_000).parse_args()
	connect(options.site)
	build_world()
	build_orders(options.orders)
	build_targets()
	build_erpnext_targets()
	print(f"{frappe.db.count('Sales Order', {'company': BULK}):,} orders of {BULK}, {SELLERS} sellers")
