"""What there are targets for besides orders, kept with the settings: so an order's save, which reads these anyway, knows (M1)."""

from __future__ import annotations

import frappe

from sales_extensions import current

from . import facts

SETTINGS = "Sales Extensions Settings"


def note(measure: str) -> None:
	"""From now on documents of this measure are followed; no statement for orders, which always are."""
	field = next((field for field, own in facts.MEASURED.items() if own == measure), None)
	if field and measure not in facts.settings().measures:
		with current.rows():
			frappe.db.set_single_value(SETTINGS, field, 1, update_modified=False)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
