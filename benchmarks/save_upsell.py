"""Save and submit of an order with upsell tracking on, with the app and without it: 20 rows and 200.

python benchmarks/save_upsell.py --site SITE [--rounds 30] [--rows 20]
"""

from __future__ import annotations

from functools import partial
from statistics import median

import frappe
import submit
from common import added, arguments, clock, connect, in_turn, show, statements, verdict, without_app
from data import SINGLE

from tests.site import world

BAR = 1.08
ROWS = (20, 200)
CODES = ("MILL", "PUMP", "CARE")


def main() -> None:
	parser = arguments(__doc__.splitlines()[0], rounds=30, rows=0)
	options = parser.parse_args()
	connect(options.site)
	submit.build()
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
	world.policy(enable_upsell_tracking=1)
	frappe.db.commit()
	worst = max(
		ratio
		for rows in ([options.rows] if options.rows else ROWS)
		for ratio in measure(rows, options.rounds)
	)
	verdict(worst, BAR)


def measure(rows: int, rounds: int) -> list[float]:
	"""The ratios of a first save, a save with one row edited and one added, and a submit."""
	rounds = max(6, rounds * 20 // rows)
	for _warm in range(2):
		run(rows)
		with without_app():
			run(rows)
	with_app, plain = in_turn(rounds, partial(run, rows), partial(run_without_app, rows))
	print(f"{rows} rows, {rounds} pairs")
	ratios = []
	for number, step in enumerate(("first save", "save with an edit", "submit")):
		ours, theirs = [times[number] for times in with_app], [times[number] for times in plain]
		show(f"  {step} without the app", theirs)
		show(f"  {step} with the app", ours)
		ratios.append(1 + added(ours, theirs) / median(theirs))
		print(f"  {step}: {ratios[-1]:.3f}")
	print(f"  statements that the app adds: {more_statements(rows)}")
	return ratios


def run(rows: int) -> tuple[float, float, float]:
	"""Seconds of each step, each with its commit."""
	items = [(CODES[number % 3], 1 + number % 4, 10.0 + number) for number in range(rows)]
	doc = world.order(
		items=items, company=SINGLE, customer="Shop One", save=False, submit=False, team={submit.FIRST: 100}
	)

	def edit() -> None:
		doc.items[0].rate = doc.items[0].price_list_rate = 99
		doc.append("items", world.item_row("CARE", 1, 5, frappe.get_cached_value("Company", SINGLE, "abbr")))
		doc.save()

	return tuple(clock(partial(committed, step)) for step in (doc.insert, edit, doc.submit))


def committed(step) -> None:
	step()
	frappe.db.commit()


def run_without_app(rows: int) -> tuple[float, float, float]:
	with without_app():
		return run(rows)


def more_statements(rows: int) -> int:
	"""What all three steps say to the database more than they do without the app."""
	with statements() as ours:
		run(rows)
	with without_app(), statements() as theirs:
		run(rows)
	return sum(ours.values()) - sum(theirs.values())


if __name__ == "__main__":
	main()
