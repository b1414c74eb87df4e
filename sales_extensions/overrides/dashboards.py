"""Connections on ERPNext's own forms (D5)."""

from frappe import _


def sales_order(data: dict) -> dict:
	data.setdefault("non_standard_fieldnames", {}).update(
		{"Order Allocation": "sales_order", "Sales Target Entry": "sales_order"}
	)
	data.setdefault("transactions", []).append(
		{"label": _("Sales Extensions"), "items": ["Order Allocation", "Sales Target Entry", "Upsell Credit"]}
	)
	return upsell_credit(data, "Sales Order")


def quotation(data: dict) -> dict:
	data.setdefault("transactions", []).append({"label": _("Sales Extensions"), "items": ["Upsell Credit"]})
	return upsell_credit(data, "Quotation")


def upsell_credit(data: dict, voucher_type: str) -> dict:
	"""A quotation and an order may bear the same name, so the doctype is part of the link."""
	data.setdefault("non_standard_fieldnames", {})["Upsell Credit"] = "voucher_no"
	data.setdefault("dynamic_links", {})["voucher_no"] = [voucher_type, "voucher_type"]
	return data


def sales_person(data: dict | None = None) -> dict:
	data = data or {}
	data.setdefault("fieldname", "sales_person")
	data.setdefault("transactions", []).append(
		{"label": _("Sales Extensions"), "items": ["Sales Target Entry"]}
	)
	return data
