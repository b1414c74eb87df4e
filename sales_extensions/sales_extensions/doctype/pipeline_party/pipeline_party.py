"""What happened to a party, and its first contact (C5). Written by `pipeline.book` alone."""

import frappe

from sales_extensions.guards import WrittenByTheApp


class PipelineParty(WrittenByTheApp):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index(
		"Pipeline Party", ["first_contact_on", "territory", "first_contact_employee"], "overview"
	)
