"""Leads, opportunities and quotations in different statuses, for tests of the Sales Tracker."""

from __future__ import annotations

import frappe

from . import world

LONG = "Vereenigde Windmolenbouwers en Pompenfabrieken van Noord-Holland en Friesland B.V."


def lead(name: str, status: str = "Open", **fields) -> str:
	return (
		frappe.get_doc(
			{"doctype": "Lead", "first_name": name, "company_name": fields.pop("company_name", name),
				"status": status, "company": world.COMPANY, "territory": fields.pop("territory", "Holland"), **fields}
		).insert().name
	)  # fmt: skip


def opportunity(party: str, amount: float = 0, status: str = "Open", kind: str = "Lead", **fields) -> str:
	doc = frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": kind, "party_name": party, "company": world.COMPANY,
			"opportunity_amount": amount, "currency": "USD", "conversion_rate": 1,
			"transaction_date": "2026-03-01", "territory": fields.pop("territory", "Holland"), **fields}
	).insert()  # fmt: skip
	doc.db_set("base_opportunity_amount", amount)  # the desk's own script does
	if status != "Open":
		doc.db_set("status", status)
	return doc.name


def build() -> dict[str, str]:
	"""A lead that led to an opportunity, a quotation and an order, and others beside it."""
	lead_name = lead("Walk Wind", company_name=LONG)
	found = {
		"lead": lead_name,  # an opportunity now: it goes on as one
		"fresh": lead("Fresh", company_name=f"{LONG} Friesland", email_id="fresh@example.com"),
		"cold": lead("=HYPERLINK(1)", "Do Not Contact"),
		"spain": lead("Sol", "Replied", territory="Spain"),
		"opportunity": opportunity(lead_name, 1500),
		"sibling": opportunity(lead_name, 250, title="Second"),
		"lost": opportunity("Shop One", 900, "Lost", kind="Customer"),
		"open_customer": opportunity("Shop One", 1_234_567_890, kind="Customer"),
	}
	quotation = world.quotation([("MILL", 1, 700)], opportunity=found["opportunity"])
	found["quotation"] = quotation.name
	found["draft"] = world.quotation([("PUMP", 2, 40)], submit=False).name
	found["builder"] = world.quotation([("PUMP", 1, 60)], customer="Builder Two", territory="Spain").name
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	sold = world.quotation([("CARE", 1, 300)])
	order = make_sales_order(sold.name)
	order.delivery_date, order.payment_schedule = world.END, []
	for row in order.items:
		row.delivery_date, row.warehouse = world.END, world.WAREHOUSE
	order.insert().submit()
	return found | {"sold": sold.name, "order": order.name}


def wipe() -> None:
	frappe.set_user("Administrator")
	for doctype in ("Opportunity", "Lead"):
		for name in frappe.get_all(doctype, pluck="name", order_by="creation"):
			frappe.db.delete("Opportunity Item", {"parent": name})
			frappe.db.delete(doctype, {"name": name})
			for about in ("Comment", "Communication"):
				frappe.db.delete(about, {"reference_doctype": doctype, "reference_name": name})
			frappe.db.delete("ToDo", {"reference_type": doctype, "reference_name": name})
	world.wipe()
