"""`sales_extensions.ledger.rebuild()` of 100,000 orders from an empty ledger, against one bare
INSERT … SELECT of as many rows into a table of the same shape.

	python benchmarks/rebuild.py --site SITE [--orders 100000] [--rounds 3] [--profile]
"""

from __future__ import annotations

import cProfile
import pstats
from statistics import median

import data
import frappe
from common import arguments, clock, connect, in_turn, show, verdict

from sales_extensions import ledger

BAR = 8
BARE = "benchmark entries"


def main() -> None:
	parser = arguments(__doc__.splitlines()[0], orders=100_000, rounds=3)
	parser.add_argument("--profile", action="store_true", help="show where the time goes, and stop")
	options = parser.parse_args()
	connect(options.site)
	data.build_world()
	data.build_orders(options.orders)
	data.build_targets()
	if options.profile:
		profile()
		return
	print(rebuild_all())  # fills the buffer pool, and the rows that the bare INSERT copies
	keep_rows()
	again, bare = in_turn(options.rounds, timed_rebuild, timed_insert)
	drop_rows()
	show("one INSERT … SELECT of as many rows", bare)
	show("rebuild from an empty ledger", again)
	print(f"rebuild where nothing differs: {clock(rebuild_all):.2f} s, {rebuild_all()}")
	verdict(median(again) / median(bare), BAR)


def rebuild_all() -> dict:
	summary = ledger.rebuild(data.BULK)
	frappe.db.commit()
	return summary


def timed_rebuild() -> float:
	data.empty_ledger(data.BULK)
	return clock(rebuild_all)


# --- the bare INSERT ----------------------------------------------------------------------------


def keep_rows() -> None:
	"""A copy of the entries that a rebuild writes, to be read by the bare INSERT."""
	drop_rows()
	for table in (BARE, f"{BARE} source"):
		frappe.db.sql_ddl(f"CREATE TABLE `{table}` LIKE `tabSales Target Entry`")
	frappe.db.sql(
		f"""INSERT INTO `{BARE} source` SELECT e.* FROM `tabSales Target Entry` e
		JOIN `tabSales Target` t ON t.name = e.sales_target WHERE t.company = %s""",
		data.BULK,
	)
	frappe.db.commit()


def timed_insert() -> float:
	frappe.db.sql(f"DELETE FROM `{BARE}`")
	frappe.db.commit()
	return clock(insert)


def insert() -> None:
	frappe.db.sql(f"INSERT INTO `{BARE}` SELECT * FROM `{BARE} source`")
	frappe.db.commit()


def drop_rows() -> None:
	for table in (BARE, f"{BARE} source"):
		frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `{table}`")


def profile() -> None:
	data.empty_ledger(data.BULK)
	profiler = cProfile.Profile()
	profiler.runcall(rebuild_all)
	stats = pstats.Stats(profiler).strip_dirs()
	stats.sort_stats("cumulative").print_stats(45)
	stats.sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
	main()
