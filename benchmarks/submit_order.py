"""Submit of an order with 5 item rows, 2 sellers and 3 matching targets, with the app and without it.

python benchmarks/submit_order.py --site SITE [--rounds 60] [--closed] [--profile]

--closed: beside the targets that count, all months before this one are closed for the same sellers and their group, and the
order is of this month.
"""

from __future__ import annotations

import cProfile
import pstats
from statistics import median

import frappe
import submit
from common import added, arguments, connect, in_turn, show, statements, time_in_app, verdict, without_app

BAR = 1.05


def main() -> None:
	parser = arguments(__doc__.splitlines()[0], rounds=60)
	parser.add_argument("--closed", action="store_true", help="all periods but this month are closed")
	parser.add_argument("--profile", action="store_true", help="show where the app's time goes, and stop")
	options = parser.parse_args()
	connect(options.site)
	targets = submit.build()
	if options.closed:
		print(f"{submit.close_months()} targets are closed")
	for _warm in range(5):
		submit.timed_submit()
		submit.timed_submit_without_app()
	if options.profile:
		profile(options.rounds)
		return
	more = count_statements()
	inside: list[tuple[float, float]] = []
	with_app, plain = in_turn(options.rounds, lambda: timed_inside(inside), submit.timed_submit_without_app)
	show("submit without the app", plain)
	show("submit with the app", with_app)
	extra = added(with_app, plain)
	print(f"the app adds {extra * 1000:.2f} ms (median of the differences of pairs) and these statements:")
	for words, number in sorted(more.items()):
		print(f"\t{number} x {words} …")
	handlers = median(own for own, _rest in inside)
	ratio = 1 + median(own / rest for own, rest in inside)
	print(f"within the same calls: {handlers * 1000:.2f} ms in the app's handlers, {ratio:.3f} of the rest")
	entries = frappe.db.count("Sales Target Entry", {"sales_target": ("in", targets)})
	print(f"{entries} entries in {len(targets)} targets, {entries // (options.rounds + 6)} for each order")
	verdict(1 + extra / median(plain), BAR)


def timed_inside(inside: list[tuple[float, float]]) -> float:
	"""As `timed_submit`; notes the seconds spent in the app's handlers, and the rest of the call."""
	name = submit.draft()
	frappe.db.commit()
	with time_in_app() as seconds:
		total = submit.submit(name)
	inside.append((sum(seconds), total - sum(seconds)))
	return total


def count_statements() -> dict[str, int]:
	"""What one submit says to the database with the app and not without it."""
	names = [submit.draft(), submit.draft()]
	frappe.db.commit()
	with statements() as with_app:
		submit.submit(names[0])
	with without_app(), statements() as plain:
		submit.submit(names[1])
	return {words: number - plain[words] for words, number in with_app.items() if number != plain[words]}


def profile(rounds: int) -> None:
	names = [submit.draft() for _round in range(rounds)]
	docs = [frappe.get_doc("Sales Order", name) for name in names]
	frappe.db.commit()
	profiler = cProfile.Profile()
	for doc in docs:
		profiler.enable()
		doc.submit()
		frappe.db.commit()
		profiler.disable()
	stats = pstats.Stats(profiler).strip_dirs().sort_stats("cumulative")
	stats.print_stats(r"\((run_post_save_methods|submit|commit|on_change|follow)\)")
	stats.print_stats(r"^(book|facts|follow|crediting|entries|matching|money|attainment|amounts|words)\.py")
	stats.print_callees(r"^(book|facts|follow)\.py")


if __name__ == "__main__":
	main()
