"""0.3: lists show a target's sellers and who is behind pace; a target keeps its days, not the name of its period."""

from __future__ import annotations

import frappe

from sales_extensions.ledger import book


def execute() -> None:
	book.name_sellers()
	book.refresh_statuses()
	frappe.db.sql("UPDATE `tabSales Target` SET period_preset = NULL WHERE period_preset IS NOT NULL")
