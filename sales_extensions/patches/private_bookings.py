"""0.3: a booking that is not shown to everyone stands in no timeline. Those of before leave the timelines they are in."""

from __future__ import annotations

import frappe

from sales_extensions.activities import led_to
from sales_extensions.activities.asked import CONVERSATION


def execute() -> None:
	for name in private():
		event = frappe.get_doc("Event", name)
		kept = {row.name for row in event.event_participants}
		led_to.leave_timelines(event)
		for participant in kept - {row.name for row in event.event_participants}:
			frappe.db.delete("Event Participants", {"name": participant})
		frappe.clear_document_cache("Event", name)


def private() -> list[str]:
	"""Those that a conversation led to."""
	return frappe.db.sql_list(
		f"""SELECT DISTINCT e.name FROM `tabEvent` e JOIN `tabEvent Participants` p
			ON p.parent = e.name AND p.reference_doctype = '{CONVERSATION}'
		WHERE e.event_type = 'Private' ORDER BY e.name"""
	)
