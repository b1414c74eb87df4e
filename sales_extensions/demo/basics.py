"""What the demo's company has before it sells: taxes, a warehouse for new orders, next year, a distribution for ERPNext's own
table *Targets*, and times as people write them."""

from __future__ import annotations

import frappe
from erpnext.accounts.utils import get_fiscal_year
from frappe.model.document import Document
from frappe.utils import add_days, add_years, getdate, nowdate

EVEN = "Even over the Year"
TAXES = "Sales Taxes and Charges Template"


def build(company: str, warehouse: str) -> None:
	"""`warehouse` is where the rows of an order go that names none."""
	frappe.db.set_single_value("Stock Settings", "default_warehouse", warehouse)
	frappe.db.set_single_value("System Settings", "time_format", "HH:mm")
	frappe.db.set_default("time_format", "HH:mm")
	_make_next_year(company)
	_make_taxes_default(company)
	_make_distribution()


def _make_next_year(company: str) -> None:
	_year, first, last = get_fiscal_year(nowdate(), company=company)
	first, last = add_days(last, 1), add_years(last, 1)
	if not frappe.db.exists("Fiscal Year", {"year_start_date": first}):
		frappe.get_doc(
			{"doctype": "Fiscal Year", "year": _named(getdate(first).year, getdate(last).year),
				"year_start_date": first, "year_end_date": last}
		).insert()  # fmt: skip


def _named(first: int, last: int) -> str:
	return str(first) if first == last else f"{first}-{last}"


def _make_taxes_default(company: str) -> None:
	"""So that an order that somebody types has them as well."""
	if template := _template(company):
		frappe.db.set_value(TAXES, template, "is_default", 1)


def _make_distribution() -> None:
	"""ERPNext's own table *Targets*, on a Sales Person, takes no row without one."""
	if not frappe.db.count("Monthly Distribution"):
		even = frappe.get_doc({"doctype": "Monthly Distribution", "distribution_id": EVEN})
		even.get_months()  # twelve equal ones
		even.insert()


def _template(company: str) -> str | None:
	found = frappe.get_all(
		TAXES, {"company": company}, pluck="name", order_by="is_default desc, name", limit=1
	)
	return found[0] if found else None


def tax(document: Document) -> Document:
	"""Put the company's taxes on an order or quotation that has none."""
	if not document.taxes and (template := _template(document.company)):
		document.taxes_and_charges = template
		document.append_taxes_from_master(TAXES)
	return document
