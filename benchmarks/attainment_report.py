"""The report Attainment by month over 100,000 orders and 50 sellers, against one bare SQL aggregate over the
same entries; and the home widget of the same year.

	python benchmarks/attainment_report.py --site SITE [--orders 100000]
"""

from __future__ import annotations

from statistics import median

import attainment as versus_erpnext
import data
import frappe
from common import arguments, clock, connect, in_turn, show, statements, verdict

from sales_extensions.sales_extensions.dashboard_chart_source.target_and_result import target_and_result
from sales_extensions.sales_extensions.report.attainment import attainment

BAR = 3
ROUNDS = 15


def main() -> None:
	options = arguments(__doc__.splitlines()[0], orders=100_000).parse_args()
	connect(options.site)
	data.build_world()
	data.build_orders(options.orders)
	data.build_targets()
	versus_erpnext.fill()
	bare()
	anew, aggregate = in_turn(ROUNDS, lambda: clock(versus_erpnext.ours), lambda: clock(bare))
	show("one bare aggregate by seller and month", aggregate)
	show("Attainment, nothing kept from before", anew)
	show("Attainment, looked at again", [clock(again) for _round in range(ROUNDS)])
	show("the widget, looked at again", [clock(widget) for _round in range(ROUNDS)])
	for name, look in (("Attainment", again), ("the widget", widget)):
		with statements() as sent:
			look()
		print(f"{name}, looked at again: {sent.total()} statements")
	verdict(median(anew) / median(aggregate), BAR)


def bare() -> tuple:
	return frappe.db.sql(
		"""SELECT sales_person, EXTRACT(YEAR_MONTH FROM posting_date), SUM(amount), SUM(order_count)
		FROM `tabSales Target Entry` WHERE company = %s AND posting_date BETWEEN %s AND %s GROUP BY 1, 2""",
		(data.BULK, data.START, data.END),
	)


def again() -> list[dict]:
	return attainment.execute(versus_erpnext.filters())[1]


def widget() -> dict:
	year = frappe.db.get_value("Fiscal Year", {"year_start_date": data.START}, "name")
	return target_and_result.get({"company": data.BULK, "fiscal_year": year, "sales_person": data.TEAM})


if __name__ == "__main__":
	main()
