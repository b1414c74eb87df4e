"""The report Attainment by month over 100,000 orders and 50 sellers, from the ledger, against ERPNext's
report Sales Person Target Variance Based On Item Group on the same site.

	python benchmarks/attainment.py --site SITE [--orders 100000] [--yearly]
"""

from __future__ import annotations

from statistics import median

import data
import frappe
from common import arguments, clock, connect, show, verdict
from erpnext.selling.report.sales_person_target_variance_based_on_item_group import (
	sales_person_target_variance_based_on_item_group as erpnext_report,
)

from sales_extensions import ledger
from sales_extensions.sales_extensions.report.attainment import attainment

BAR = 1000
ROUNDS = 15


def main() -> None:
	parser = arguments(__doc__.splitlines()[0], orders=100_000)
	parser.add_argument(
		"--yearly", action="store_true", help="ERPNext's report by year: minutes less to wait"
	)
	options = parser.parse_args()
	connect(options.site)
	data.build_world()
	data.build_orders(options.orders)
	data.build_targets()
	fiscal_year = data.build_erpnext_targets()
	fill()
	ours()
	before = [clock(after_an_order) for _round in range(ROUNDS)]
	period = "Yearly" if options.yearly else "Monthly"
	theirs = clock(lambda: report(fiscal_year, period))
	times = before + [clock(after_an_order) for _round in range(ROUNDS)]
	anew = [clock(ours) for _round in range(ROUNDS)]
	same_figures()
	show(f"ERPNext's report, {period}, once", [theirs])
	show("Attainment, nothing kept from before", anew)
	print(f"with nothing kept {theirs / median(anew):,.0f} x faster")
	show("Attainment, an order booked since", times)
	verdict(theirs / median(times), BAR, at_least=True)


def fill() -> None:
	"""The ledger of the bulk orders, unless it is there."""
	if not frappe.db.exists("Sales Target Entry", {"company": data.BULK}):
		print(ledger.rebuild(data.BULK))
	frappe.db.commit()
	frappe.db.sql("ANALYZE TABLE `tabSales Target Entry`")
	frappe.db.commit()  # a request that only reads


def ours() -> list[dict]:
	"""The report, with all entries added up anew."""
	frappe.cache.delete_keys("sales_extensions_day_sums")
	return attainment.execute(filters())[1]


def after_an_order() -> list[dict]:
	"""The report as it is mostly opened: an order of two sellers was booked since it was looked at."""
	for name in frappe.get_all(
		"Sales Target", {"company": data.BULK}, pluck="name", order_by="name", limit=2
	):
		frappe.cache.delete_value(f"sales_extensions_day_sums:{name}")
	return attainment.execute(filters())[1]


def filters() -> dict[str, str]:
	return {"company": data.BULK, "from_date": data.START, "to_date": data.END, "sales_person": data.TEAM}


def report(fiscal_year: str, period: str) -> list[dict]:
	return erpnext_report.execute(
		frappe._dict(
			fiscal_year=fiscal_year,
			doctype="Sales Order",
			period=period,
			target_on="Amount",
			company=data.BULK,
		)
	)[1]


def same_figures() -> None:
	"""What sellers have adds up to what the orders are worth."""
	rows = ours()
	own = sum(row["realised"] for row in rows if row["seller"] != data.TEAM)
	orders = frappe.db.sql("SELECT SUM(base_net_total) FROM `tabSales Order` WHERE company = %s", data.BULK)[
		0
	][0]
	print(f"sum over sellers and months {own:,.2f}, orders {orders:,.2f}, {len(rows)} rows")
	if round(own, 2) != round(orders, 2):
		print("NOT THE SAME")


if __name__ == "__main__":
	main()
