"""Leave ERPNext as it was (X1)."""

from __future__ import annotations

import click
import frappe

from sales_extensions.constants.roles import UPSELL_TRACKING


def before_uninstall() -> None:
	"""The framework drops our doctypes; what others hold about them goes here."""
	click.echo("Sales Extensions: removing what other documents hold of it")
	ours = frappe.get_all("DocType", {"module": "Sales Extensions"}, pluck="name")
	for doctype, field in (
		("Notification Log", "document_type"),
		("DocShare", "share_doctype"),
		("Comment", "reference_doctype"),
		("Version", "ref_doctype"),
		("Custom DocPerm", "parent"),
		("Property Setter", "doc_type"),
		("Singles", "doctype"),
	):
		frappe.db.delete(doctype, {field: ("in", ours)})
	for doctype in ("Has Role", "Custom DocPerm", "Custom Role"):
		if frappe.get_meta(doctype).has_field("role"):
			frappe.db.delete(doctype, {"role": UPSELL_TRACKING})
	frappe.db.delete("Role", {"name": UPSELL_TRACKING})
	frappe.db.delete("Deleted Document", {"deleted_doctype": ("in", ours)})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "sales\\_extensions.%")})
