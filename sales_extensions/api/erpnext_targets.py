"""From ERPNext's own table Targets to Sales Targets (T1, L1)."""

from __future__ import annotations

import frappe

from sales_extensions import called, erpnext_targets


@called.public()
def shown(doctype: str, name: str, company: str, sales_person: str | None = None) -> list[dict[str, object]]:
	"""What each row of the document's table would make, or why it makes nothing. Amounts in company currency.

	`doctype`: Sales Person, or Territory, whose targets are then those of `sales_person` there. Raises
	PermissionError for who may not create Sales Targets or not read the document.
	"""
	frappe.has_permission("Sales Target", "create", throw=True)
	return erpnext_targets.shown(erpnext_targets.table_of(doctype, name, company, sales_person))


@called.public(methods=["POST"])
def bring_over(doctype: str, name: str, company: str, sales_person: str | None = None) -> list[str]:
	"""Make the Sales Targets that `shown` shows; their names. A second call makes none again."""
	frappe.has_permission("Sales Target", "create", throw=True)
	return erpnext_targets.make(erpnext_targets.table_of(doctype, name, company, sales_person))
