"""Eight processes submitting onto one target, with the app and without it.

python benchmarks/concurrent_submit.py --site SITE [--rounds 6] [--processes 8] [--orders 6]
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

import frappe
import submit
from common import HERE, arguments, clock, connect, in_turn, show, verdict
from data import SINGLE, TEAM, build_world, delete_targets, write_targets

from tests.site import world

BAR = 0.95


def main() -> None:
	options = arguments(__doc__.splitlines()[0], rounds=6, processes=8, orders=6).parse_args()
	connect(options.site)
	build_world()
	delete_targets(SINGLE)
	(target,) = write_targets([{"title": "Benchmark: all", "company": SINGLE, "assignees": (TEAM,)}])
	crowd = Crowd(options)
	crowd.round("with")
	crowd.round("without")
	crowd.reset()
	with_app, plain = in_turn(options.rounds, lambda: crowd.round("with"), lambda: crowd.round("without"))
	crowd.end()
	show(f"{options.processes} x {options.orders} orders without the app", plain)
	show(f"{options.processes} x {options.orders} orders with the app", with_app)
	errors = {way: len(found) for way, found in crowd.errors.items()}
	print(f"errors shown with the app {errors['with']}, without {errors['without']}")
	for found in crowd.errors["with"]:
		print(f"\t{found}")
	exact = check_totals(target, crowd)
	if not exact or errors["with"] > errors["without"]:
		print("NOT SOUND")
	verdict(median(a / b for a, b in zip(plain, with_app, strict=True)), BAR, at_least=True)


class Crowd:
	"""Processes that submit at the same time, each orders of its own item and customer."""

	def __init__(self, options) -> None:
		self.size, self.orders = options.processes, options.orders
		self.errors: dict[str, list[str]] = {"with": [], "without": []}
		self.submitted: list[str] = []
		command = [sys.executable, "-W", "ignore", str(HERE / "submit_worker.py"), options.site]
		self.workers = [
			subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
			for _number in range(self.size)
		]
		self.items = [own_item(number) for number in range(self.size)]

	def reset(self) -> None:
		for found in self.errors.values():
			found.clear()

	def round(self, way: str) -> float:
		"""Seconds from the start signal until the last process is done."""
		drafts = [self.drafts(number) for number in range(self.size)]
		frappe.db.commit()
		for worker, names in zip(self.workers, drafts, strict=True):
			tell(worker, " ".join([way, *names]))
		for worker in self.workers:
			answer(worker)
		seconds = clock(self.go)
		if way == "with":
			self.submitted += [name for names in drafts for name in names]
		for worker in self.workers:
			self.errors[way] += filter(None, answer(worker).split("|"))
		time.sleep(0.2)
		return seconds

	def drafts(self, number: int) -> list[str]:
		items = [(self.items[number], 1, 100.0 + row) for row in range(5)]
		return [submit.draft(items=items) for _order in range(self.orders)]

	def go(self) -> None:
		for worker in self.workers:
			tell(worker, "go")
		for worker in self.workers:
			answer(worker)

	def end(self) -> None:
		for worker in self.workers:
			worker.stdin.close()
			worker.wait()


def tell(worker: subprocess.Popen, line: str) -> None:
	worker.stdin.write(line + "\n")
	worker.stdin.flush()


def answer(worker: subprocess.Popen) -> str:
	"""The next line that a worker means for us."""
	for line in worker.stdout:
		if line.startswith(">"):
			return line[1:].strip()
	sys.exit("A worker stopped.")


def own_item(number: int) -> str:
	"""An item for one process alone: else ERPNext itself would queue for the item's Bin."""
	code = f"BENCH-{number}"
	if not frappe.db.exists("Item", code):
		frappe.get_doc(
			{"doctype": "Item", "item_code": code, "item_group": "Mills", "stock_uom": "Nos", "is_stock_item": 1,
				"is_sales_item": 1, "valuation_rate": 1}
		).insert()  # fmt: skip
		frappe.db.commit()
	return code


def check_totals(target: str, crowd: Crowd) -> bool:
	"""Whether the target shows to the cent what the orders that were submitted add up to."""
	frappe.db.rollback()
	orders = frappe.get_all(
		"Sales Order", {"name": ("in", crowd.submitted), "docstatus": 1}, ["base_grand_total"]
	)
	amount, count, _percentage = world.figures(target)
	should = round(sum(order.base_grand_total for order in orders), 2)
	exact = (round(amount, 2), count) == (should, len(orders))
	print(
		f"target shows {amount:,.2f} and {count} orders, should {should:,.2f} and {len(orders)}: "
		f"{'exact' if exact else 'WRONG'}"
	)
	return exact


if __name__ == "__main__":
	main()
