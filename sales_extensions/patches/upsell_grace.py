"""0.3: what its author adds to an offer within a grace period is no upsell. Shown in the settings with its default.

Upsells of before stay as they are (ADR 8): no figure moves.
"""

from __future__ import annotations

import frappe

from sales_extensions.ledger.facts import DEFAULT_GRACE_HOURS

SETTINGS, FIELD = "Sales Extensions Settings", "upsell_grace_hours"


def execute() -> None:
	if FIELD not in frappe.db.get_singles_dict(SETTINGS):
		frappe.db.set_single_value(SETTINGS, FIELD, DEFAULT_GRACE_HOURS)
