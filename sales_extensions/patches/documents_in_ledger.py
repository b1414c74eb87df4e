"""Entries name the document that they count, and targets what they are measured on: all of before, orders (M1)."""

from __future__ import annotations

import frappe


def execute() -> None:
	frappe.db.sql(
		"""UPDATE `tabSales Target Entry` SET voucher_type = 'Sales Order', voucher_no = sales_order
		WHERE voucher_no IS NULL"""
	)
	for table, field, value in (
		("Sales Target", "measured_on", "Ordered"),
		("Order Credit State", "voucher_type", "Sales Order"),
	):
		frappe.db.sql(f"UPDATE `tab{table}` SET `{field}` = %s WHERE IFNULL(`{field}`, '') = ''", value)
