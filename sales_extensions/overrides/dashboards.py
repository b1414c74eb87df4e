"""Connections on ERPNext's own forms (D5)."""

from frappe import _


def sales_order(data: dict) -> dict:
	data.setdefault("non_standard_fieldnames", {}).update(
		{"Order Allocation": "sales_order", "Sales Target Entry": "sales_order"}
	)
	data.setdefault("transactions", []).append(
		{"label": _("Sales Extensions"), "items": ["Order Allocation", "Sales Target Entry", "Upsell Credit"]}
	)
	data["non_standard_fieldnames"]["Conversation"] = (
		"reference_name"  # payments go by that name too: no type
	)
	data["transactions"][-1]["items"].append("Conversation")
	return upsell_credit(data, "Sales Order")


def quotation(data: dict) -> dict:
	data.setdefault("transactions", []).append({"label": _("Sales Extensions"), "items": ["Upsell Credit"]})
	return upsell_credit(conversation(data, "Quotation"), "Quotation")


def opportunity(data: dict) -> dict:
	data.setdefault("transactions", []).append({"label": _("Sales Extensions"), "items": []})
	return conversation(data, "Opportunity")


def customer(data: dict) -> dict:
	return party(data, "Customer")


def lead(data: dict) -> dict:
	return party(data, "Lead")


def prospect(data: dict | None = None) -> dict:
	data = data or {}
	data.setdefault("fieldname", "prospect")
	return party(data, "Prospect")


def party(data: dict, doctype: str) -> dict:
	"""The conversations with a party (C3). Others that name a party do so by the same two fields."""
	data.setdefault("non_standard_fieldnames", {})["Conversation"] = "party"
	data.setdefault("dynamic_links", {})["party"] = [doctype, "party_type"]
	data.setdefault("transactions", []).append({"label": _("Sales Extensions"), "items": ["Conversation"]})
	return data


def conversation(data: dict, doctype: str) -> dict:
	"""The conversations that led to the document, or are about it (C6)."""
	data.setdefault("non_standard_fieldnames", {})["Conversation"] = "reference_name"
	data.setdefault("dynamic_links", {})["reference_name"] = [doctype, "reference_doctype"]
	data["transactions"][-1]["items"].append("Conversation")
	return data


def upsell_credit(data: dict, voucher_type: str) -> dict:
	"""A quotation and an order may bear the same name, so the doctype is part of the link."""
	data.setdefault("non_standard_fieldnames", {})["Upsell Credit"] = "voucher_no"
	data.setdefault("dynamic_links", {})["voucher_no"] = [voucher_type, "voucher_type"]
	return data


def sales_person(data: dict | None = None) -> dict:
	data = data or {}
	data.setdefault("fieldname", "sales_person")
	data.setdefault("transactions", []).append(
		{"label": _("Sales Extensions"), "items": ["Sales Target", "Sales Target Entry"]}
	)
	return data
