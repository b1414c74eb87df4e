"""Event: a booking that a conversation led to leaves the timelines it is in when it becomes private (C6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.activities import led_to

if TYPE_CHECKING:
	from frappe.model.document import Document

PRIVATE = "Private"


def validate(doc: Document, method: str | None = None) -> None:
	before = doc.get_doc_before_save()
	if before and doc.event_type == PRIVATE and before.event_type != PRIVATE:
		led_to.leave_timelines(doc)
