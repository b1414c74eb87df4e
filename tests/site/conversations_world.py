"""Leads, prospects and conversations for site tests, each in one call."""

from __future__ import annotations

import frappe
from frappe.utils import nowdate


def conversation(
	party: str = "Shop One", note: str = "Talked about mills.", *, party_type: str = "Customer", **fields
):
	"""A saved conversation of the session's user. `save=False` leaves it unsaved."""
	save = fields.pop("save", True)
	doc = frappe.get_doc(
		{"doctype": "Conversation", "party_type": party_type, "party": party, "note": note, **fields}
	)
	return doc.insert() if save else doc


def past(party: str, day: str, stage: str | None = None, **fields):
	"""One of an earlier day, with the position it gave."""
	return conversation(party, conversation_date=day, pipeline_position=stage, **fields)


def lead(name: str = "Lara Lead", **fields):
	first, _space, last = name.partition(" ")
	return frappe.get_doc(
		{"doctype": "Lead", "first_name": first, "last_name": last, "company_name": f"{name} Ltd", **fields}
	).insert()


def prospect(name: str = "Prospect Mill", **fields):
	return frappe.get_doc({"doctype": "Prospect", "company_name": name, **fields}).insert()


def customer(name: str, **fields):
	return frappe.get_doc(
		{"doctype": "Customer", "customer_name": name, "customer_type": "Company", "territory": "Holland",
			"customer_group": "Shops", **fields}
	).insert()  # fmt: skip


def opportunity(party: str = "Shop One", *, kind: str = "Customer", **fields):
	return frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": kind, "party_name": party, "company": "Windmill Works",
			"transaction_date": nowdate(), "currency": "USD", "conversion_rate": 1, **fields}
	).insert()  # fmt: skip
