"""Connections on ERPNext's own forms (D5)."""

from frappe import _


def sales_order(data: dict) -> dict:
	data.setdefault("non_standard_fieldnames", {}).update(
		{"Order Allocation": "sales_order", "Sales Target Entry": "sales_order"}
	)
	data.setdefault("transactions", []).append(
		{"label": _("Sales Extensions"), "items": ["Order Allocation", "Sales Target Entry"]}
	)
	return data


def sales_person(data: dict | None = None) -> dict:
	data = data or {}
	data.setdefault("fieldname", "sales_person")
	data.setdefault("transactions", []).append(
		{"label": _("Sales Extensions"), "items": ["Sales Target Entry"]}
	)
	return data
