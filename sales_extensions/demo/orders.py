"""A year of orders upon those of ERPNext's demo, so that months, charts and statements have something to tell.

Can be run again: each order has a number of its own as the customer's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import frappe
from frappe.utils import add_days, get_first_day, getdate

from sales_extensions.demo import basics

#: seller: net amount of a usual order in thousands, on which days of a month, and how it goes over the year
SELLERS = {
	"Anna de Vries": (9.2, (6, 19), (70, 80, 95, 100, 115, 120, 85, 90, 125, 130, 150, 140)),
	"Bob Jansen": (6.4, (9, 23), (120, 125, 110, 115, 120, 110, 95, 90, 120, 125, 130, 120)),
	"Cleo Martins": (7.8, (12,), (110, 130, 125, 120, 115, 110, 80, 70, 95, 100, 105, 110)),
	"Dirk Peters": (5.1, (16,), (100, 90, 70, 85, 60, 75, 40, 60, 55, 50, 65, 60)),
}


def build(first: date, today: date, row: dict, customers: list[str], items: list[str]) -> None:
	"""`row` is what each item row has besides its item, quantity and rate."""
	company = frappe.db.get_single_value("Global Defaults", "demo_company")
	for number, (day, seller, amount) in enumerate(planned(first, today)):
		name = f"Demo {day:%Y-%m-%d} {seller.split()[0]}"
		if frappe.db.exists("Sales Order", {"po_no": name}):
			continue
		qty = 1 + number % 4
		rate = round(amount / qty, 2)
		order = frappe.get_doc(
			{"doctype": "Sales Order", "company": company, "customer": customers[number % len(customers)],
				"transaction_date": day, "delivery_date": add_days(day, 14), "po_no": name, "ignore_pricing_rule": 1,
				"items": [{**row, "item_code": items[number % len(items)], "qty": qty, "rate": rate,
					"price_list_rate": rate, "delivery_date": add_days(day, 14)}],
				"sales_team": [{"sales_person": seller, "allocated_percentage": 100}]}
		)  # fmt: skip
		basics.tax(order).insert().submit()


def planned(first: date, today: date) -> Iterator[tuple[date, str, float]]:
	"""Day, seller and net amount, in the order of days."""
	found = []
	month = first
	while month <= today:
		for seller, (thousands, days, course) in SELLERS.items():
			for turn, day in enumerate(days):
				on = month + timedelta(days=day - 1)
				amount = thousands * 10 * course[month.month - 1] * (1 + 0.13 * turn)
				if on <= today:
					found.append((on, seller, round(amount, 2)))
		month = getdate(get_first_day(month, d_months=1))
	return iter(sorted(found))
