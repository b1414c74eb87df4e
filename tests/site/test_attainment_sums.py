"""Whatever was sold, moved, shared out or taken back: all figures of Attainment are the same figures (T6, X4, A6).

Random orders, splits, dates, closings and cancels; then the report in each granularity, the statement, the widget
and the targets are compared with each other, and with plain sums over the ledger's rows.
"""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from frappe.utils import now_datetime

from sales_extensions.sales_extensions.dashboard_chart_source.target_and_result import target_and_result
from sales_extensions.sales_extensions.report.attainment import attainment
from sales_extensions.sales_extensions.report.seller_statement import seller_statement
from tests.site import world
from tests.site.test_attainment import YEAR

GRANULARITIES = ("Month", "Quarter", "Whole Period")
SELLERS = ("Anna", "Bob", "Cleo", "Dirk", "North Team")
STEPS = 12
#: months of which every statement is asked for
A_FEW = (2, 5, 8)


class Story:
	"""What happens to the orders of a year, as the dice say."""

	def __init__(self, seed: int):
		self.dice = random.Random(seed)
		self.orders: list[str] = []

	def step(self) -> None:
		happens = [self.sell, self.sell, self.move, self.share, self.cancel, self.close, self.change_items]
		(self.dice.choice(happens) if self.orders else self.sell)()

	def day(self) -> str:
		return f"2026-{self.dice.randint(1, 12):02}-{self.dice.randint(1, 28):02}"

	def sell(self) -> None:
		some = self.dice.sample(SELLERS, self.dice.randint(1, 3))
		cuts = sorted(self.dice.sample(range(1, 100), len(some) - 1))
		shares = [end - start for start, end in zip([0, *cuts], [*cuts, 100], strict=True)]
		made = world.order(
			self.dice.randint(1, 999_999) / 100,
			team=dict(zip(some, shares, strict=True)),
			date=self.day(),
			submit=self.dice.random() < 0.7,
		)
		self.orders.append(made.name)

	def some_order(self, docstatus: int):
		docs = [frappe.get_doc("Sales Order", name) for name in self.orders]
		found = [doc for doc in docs if doc.docstatus == docstatus and doc.status != "Closed"]
		return self.dice.choice(found) if found else None

	def move(self) -> None:
		if order := self.some_order(0):
			order.transaction_date, order.payment_schedule = self.day(), []
			order.save()

	def share(self) -> None:
		order = self.some_order(1)
		if not order:
			return
		allocated = frappe.db.exists("Order Allocation", {"sales_order": order.name})
		if allocated:
			frappe.delete_doc("Order Allocation", allocated)
		first, second = self.dice.sample(SELLERS, 2)
		world.allocation(
			order.name,
			world.percent(first, self.dice.randint(1, 90)),
			world.fixed(second, round(order.grand_total * self.dice.random() / 10, 2) or 0.01),
			remainder_to=self.dice.choice(("Natural Owner", "Nobody")),
		)

	def cancel(self) -> None:
		if order := self.some_order(1):
			order.cancel()

	def close(self) -> None:
		if order := self.some_order(1):
			order.update_status("Closed")

	def change_items(self) -> None:
		if not (order := self.some_order(1)):
			return
		row = order.items[0]
		changed = {"docname": row.name, "item_code": row.item_code, "qty": self.dice.randint(1, 5),
			"rate": self.dice.randint(1, 99_999) / 100, "delivery_date": world.END}  # fmt: skip
		update_child_qty_rate("Sales Order", frappe.as_json([changed]), order.name)


def targets() -> dict[str, object]:
	"""Years beside months, teams beside sellers, joint ones across teams, and numbers of orders."""
	half = {"from_date": "2026-01-01", "to_date": "2026-06-30"}
	return {
		"anna": world.target(12_000, ("Anna",)),
		"march": world.target(2_000, ("Anna",), from_date="2026-03-01", to_date="2026-03-31"),
		"south": world.target(30_000, ("South Team",), from_date="2026-02-15", to_date="2026-11-15"),
		"joint": world.target(9_999.99, ("Bob", "Cleo"), **half),
		"orders": world.target(10, ("North Team",), numeric=True),
		"orders together": world.target(7, ("Anna", "Dirk"), numeric=True, **half),
	}


def amounts(rows) -> Decimal:
	return sum((row.amount for row in rows), Decimal())


def statement(**given) -> list[dict]:
	return seller_statement.execute(YEAR | given)[1]


def cents(value: object) -> Decimal:
	return Decimal(str(round(value or 0, 2)))


def days_of(group_by: str) -> list[tuple[str, str]]:
	months = {"Month": 1, "Quarter": 3, "Whole Period": 12}[group_by]
	return [
		(f"2026-{first:02}-01", str(frappe.utils.get_last_day(f"2026-{first + months - 1:02}-01")))
		for first in range(1, 13, months)
	]


def ledger(numeric: bool = False) -> dict[tuple[str, str], dict[str, Decimal]]:
	"""By seller and day what each order brought, from plain rows: the same in every target that counts it."""
	found: dict[tuple, dict] = defaultdict(dict)
	rows = frappe.db.sql(
		"""SELECT e.sales_target, e.sales_order, e.sales_person, e.posting_date, SUM(e.amount)
		FROM `tabSales Target Entry` e JOIN `tabSales Target` t ON t.name = e.sales_target
		WHERE t.target_type = %s GROUP BY 1, 2, 3, 4""",
		"Numeric" if numeric else "Financial",
	)
	for _target, order, seller, day, amount in rows:
		key, amount = (seller, str(day)), cents(amount)
		assert found[key].setdefault(order, amount) == amount, "two targets disagree about a credit"
	return found


@pytest.mark.parametrize("seed", (1, 2))
def test_x4_all_figures_are_the_same_figures_whatever_happened(site, seed):
	world.policy(count_orders_on="Save")
	made, story, moments = targets(), Story(seed), []
	for _step in range(STEPS):
		story.step()
		moments.append((now_datetime(), {key: world.figures(doc)[:2] for key, doc in made.items()}))
	for key, doc in made.items():
		check_target(doc, [(moment, figures[key]) for moment, figures in moments[::3]])
	plain = ledger()
	for group_by in GRANULARITIES:
		check_report(group_by, plain)


def check_target(doc, moments) -> None:
	"""The target, the ledger, its statement now and at each moment, and the report of it alone."""
	realised, count, _percentage = world.figures(doc)
	alone = {"sales_target": doc.name, "sales_person": "Sales Team"}
	rows = statement(**alone)
	assert (amounts(rows), sum(row.order_count for row in rows)) == (cents(realised), count)
	assert count == len({row.sales_order for row in rows})
	for moment, (amount, orders) in moments:
		then = statement(**alone, as_of=str(moment))
		assert (amounts(then), sum(row.order_count for row in then)) == (cents(amount), orders)
	for group_by in GRANULARITIES:
		top = attainment.execute(YEAR | {"sales_target": doc.name, "group_by": group_by})[1]
		figure = "order_count" if doc.target_type == "Numeric" else "realised"
		assert cents(top[0][figure] if top else 0) == cents(count if figure == "order_count" else realised)


def check_report(group_by: str, plain) -> None:
	"""Each cell is what its statement adds up to, and what plain rows of the sellers under it do."""
	tree = {name: set(under(name)) for name in frappe.get_all("Sales Person", pluck="name")}
	rows = attainment.execute(YEAR | {"group_by": group_by})[1]
	for row in rows:
		for number, (first, last) in enumerate(days_of(group_by)):
			shown = cents(row[f"p{number}_realised"])
			if group_by != "Month" or number in A_FEW:
				credits = statement(sales_person=row["seller"], from_date=first, to_date=last)
				assert amounts(credits) == shown, (row["seller"], first)
			once = (
				sum(of_day.values())
				for (seller, day), of_day in plain.items()
				if seller in tree[row["seller"]] and first <= day <= last
			)
			assert sum(once) == shown, (row["seller"], first)
		whole = sum(cents(row[f"p{number}_realised"]) for number in range(len(days_of(group_by))))
		assert whole == cents(row["realised"])
		goals = sum(cents(row.get(f"p{number}_goal")) for number in range(len(days_of(group_by))))
		assert goals == cents(row.get("goal"))
		chart = target_and_result.get(
			{"company": world.COMPANY, "fiscal_year": "2026", "sales_person": row["seller"]}
		)
		if row["realised"]:
			assert cents(chart["datasets"][2]["values"][-1]) == cents(row["realised"])


def under(name: str) -> list[str]:
	left, right = frappe.db.get_value("Sales Person", name, ("lft", "rgt"))
	return frappe.get_all("Sales Person", {"lft": (">=", left), "rgt": ("<=", right)}, pluck="name")
