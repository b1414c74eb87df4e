"""Leads, opportunities and quotations in every stage, for the Sales Tracker of the demo. Can be run again."""

from __future__ import annotations

import frappe
from erpnext.crm.doctype.opportunity.opportunity import make_quotation
from frappe.utils import add_days, nowdate

from sales_extensions.demo import basics
from sales_extensions.demo.people import ANNA, BOB, CLEO, DIRK, as_user

#: company name: (lead's status, who has it, opportunity's amount, what became of it)
LEADS = {
	"Bakkerij De Molen": ("Lead", ANNA, 0, ""),
	"Hotel Zeezicht": ("Open", BOB, 0, ""),
	"Kwekerij Van den Berg": ("Replied", CLEO, 0, ""),
	"Polder Energie Coöperatie": ("Interested", DIRK, 0, ""),
	"Spam & Zonen": ("Do Not Contact", BOB, 0, ""),
	"Waterschap Noord": ("Open", ANNA, 18_500, "Opportunity"),
	"Jachthaven Oost": ("Open", BOB, 7_250, "Lost"),
	"Stichting Erfgoedmolens van Zuid-Holland, Zeeland en Noord-Brabant": (
		"Open",
		CLEO,
		42_000,
		"Draft",
	),
	"Camping Duinrand": ("Open", DIRK, 3_900, "Quotation"),
}


def build() -> None:
	for company_name, (status, owner, amount, became) in LEADS.items():
		if not frappe.db.exists("Lead", {"company_name": company_name}):
			lead = _lead(company_name, status, owner)
			if became:
				_opportunity(lead, owner, amount, became)
	frappe.db.commit()


def _lead(company_name: str, status: str, owner: str) -> str:
	with as_user(owner):
		lead = frappe.get_doc(
			{"doctype": "Lead", "company_name": company_name, "first_name": company_name.split()[0],
				"status": status, "lead_owner": owner, "company": _company()}
		).insert()  # fmt: skip
		lead.add_comment("Comment", "Met them at the fair; they want a price for a windmill and its upkeep.")
	return lead.name


def _opportunity(lead: str, owner: str, amount: float, became: str) -> None:
	currency = frappe.get_cached_value("Company", _company(), "default_currency")
	with as_user(owner):
		opportunity = frappe.get_doc(
			{"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead, "company": _company(),
				"opportunity_owner": owner, "currency": currency, "conversion_rate": 1,
				"opportunity_amount": amount, "base_opportunity_amount": amount,
				"expected_closing": add_days(nowdate(), 30)}
		).insert()  # fmt: skip
		if became == "Lost":
			opportunity.db_set("status", "Lost")
		elif became != "Opportunity":
			_quotation(opportunity.name, amount, submit=became == "Quotation")


def _quotation(opportunity: str, amount: float, *, submit: bool) -> None:
	quotation = make_quotation(opportunity)
	quotation.valid_till = add_days(nowdate(), 30)
	quotation.ignore_pricing_rule = 1
	quotation.append("items", {"item_code": _goods(), "qty": 1, "rate": amount, "price_list_rate": amount})
	basics.tax(quotation).insert()
	if submit:
		quotation.submit()


def _company() -> str:
	return frappe.db.get_single_value("Global Defaults", "demo_company")


def _goods() -> str:
	found = {"is_sales_item": 1, "disabled": 0, "has_variants": 0, "is_stock_item": 1}
	return frappe.get_all("Item", found, pluck="name", order_by="name", limit=1)[0]
