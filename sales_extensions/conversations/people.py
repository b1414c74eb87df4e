"""Whom to leave alone, and who has left: as SQL and by name, by the rules in the engine (C4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe

from sales_extensions.engine.followups import barred
from sales_extensions.pipeline import facts
from sales_extensions.pipeline.facts import CUSTOMER, LEAD, Party

#: Of a conversation: has the one whose it is left? As `followups.has_left` says.
HAS_LEFT = """(EXISTS (
		SELECT gone.name FROM `tabEmployee` gone
		WHERE gone.name = `tabConversation`.employee AND gone.status = 'Left'
	) OR NOT EXISTS (
		SELECT active.name FROM `tabUser` active WHERE active.name = `tabConversation`.user AND active.enabled = 1
	))"""

#: What the engine is told of each kind of party. A Prospect has nothing that would say it.
TOLD = {
	CUSTOMER: ("disabled", "is_frozen AS frozen"),
	LEAD: ("disabled", "status", "unsubscribed"),
}


def not_to_contact(rows: Iterable[dict]) -> dict[Party, str]:
	"""The parties of these rows that are not to be contacted, with the reason; what they were converted to counts too."""
	owners = facts.owners({Party(row["party_type"], row["party"]) for row in rows})
	reasons = _reasons({*owners, *owners.values()})
	found = {party: reasons.get(party) or reasons.get(owner) for party, owner in owners.items()}
	return {party: reason for party, reason in found.items() if reason}


def _reasons(parties: Collection[Party]) -> dict[Party, str]:
	found = {}
	for kind, fields in TOLD.items():
		names = tuple(sorted(one.name for one in parties if one.kind == kind))
		rows = frappe.db.sql(
			f"SELECT name, {', '.join(fields)} FROM `tab{kind}` WHERE name IN %s",
			(names or ("",),),
			as_dict=True,
		)
		found |= {Party(kind, row.pop("name")): barred(**row) for row in rows}
	return found
