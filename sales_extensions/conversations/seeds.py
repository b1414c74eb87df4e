"""The lists that are there at first; from then on they are the users' own (C2, C7).

What was seeded is remembered: a topic that a user deleted does not come back with the next migrate.
"""

from __future__ import annotations

import frappe

from sales_extensions.engine.words import _

from . import board

SETTINGS, SEEDED = "Sales Extensions Settings", "seeded_lists"

LISTS = {
	"Conversation Topic": [
		{"topic": topic}
		for topic in (
			_("Introduction"),
			_("Offer"),
			_("Order"),
			_("Complaint"),
			_("Service"),
			_("Payment"),
			_("Relationship"),
		)
	],
	"Conversation Method": [
		{"method": method, "communication_medium": medium}
		for method, medium in (
			(_("Call"), "Call"),
			(_("Visit"), "Visit"),
			(_("Meeting"), "Meeting"),
			(_("Video Call"), "Meeting"),
			(_("E-mail"), "Message"),
			(_("Message"), "Message"),
			(_("Trade Fair"), "Visit"),
			(_("Other"), "Other"),
		)
	],
	"Pipeline Stage": [
		{"stage_name": stage, "sequence": sequence, "outcome": outcome}
		for stage, sequence, outcome in (
			(_("Initial Contact"), 10, "Open"),
			(_("Qualifying"), 20, "Open"),
			(_("Lead Validation"), 30, "Open"),
			(_("Progression"), 40, "Open"),
			(_("Won"), 90, "Won"),
			(_("Lost"), 100, "Lost"),
		)
	],
}


BOARD = "Kanban Board"


def seed() -> None:
	done = set((frappe.db.get_single_value(SETTINGS, SEEDED) or "").split("\n")) - {""}
	for doctype in LISTS.keys() - done:
		for values in LISTS[doctype]:
			_insert_once(doctype, values)
	if BOARD not in done:
		board.seed()
	wanted = {*done, *LISTS, BOARD}
	if wanted != done:
		frappe.db.set_single_value(SETTINGS, SEEDED, "\n".join(sorted(wanted)), update_modified=False)


def _insert_once(doctype: str, values: dict) -> None:
	name = next(iter(values.values()))
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
