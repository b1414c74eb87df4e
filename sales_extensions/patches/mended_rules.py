"""0.2: rules of figures were mended. What is new in the books is filled in, and all targets are restated in a run.

The Sales Ledger Run *Upgrade* keeps, for each target that a mended rule changed, what it had and what it has since.
"""

from __future__ import annotations

import frappe

from sales_extensions.charges.facts import ROWS_OF
from sales_extensions.ledger import runs


def execute() -> None:
	number_entries()
	for doctype, rows in ROWS_OF.items():
		fill_stock_quantities(doctype, rows)
	runs.start_upgrade()


def number_entries() -> None:
	"""Those of before in the order of their names, as they were booked while no clock was stepped back."""
	frappe.db.sql(
		"""UPDATE `tabSales Target Entry` e JOIN (
			SELECT name, ROW_NUMBER() OVER (PARTITION BY sales_target ORDER BY name) AS number
			FROM `tabSales Target Entry`
		) numbered ON numbered.name = e.name SET e.booked_no = numbered.number WHERE e.booked_no = 0"""
	)
	frappe.db.sql(
		"""UPDATE `tabSales Target` t JOIN (
			SELECT sales_target, MAX(booked_no) AS latest FROM `tabSales Target Entry` GROUP BY sales_target
		) booked ON booked.sales_target = t.name
		SET t.entries_booked = booked.latest WHERE t.entries_booked < booked.latest"""
	)


def fill_stock_quantities(doctype: str, rows: str) -> None:
	frappe.db.sql(
		f"""UPDATE `tabUpsell Credit` c JOIN `tab{rows}` i ON i.name = c.voucher_row
		SET c.stock_qty = ROUND(i.qty * IF(i.conversion_factor, i.conversion_factor, 1), 9)
		WHERE c.voucher_type = %s AND c.is_removed = 0 AND c.stock_qty = 0""",
		doctype,
	)
