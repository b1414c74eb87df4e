"""What the one who asks may see of conversations and of their parties; private notes are their writer's."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe import _

from sales_extensions.activities.asked import CONVERSATION, PARTIES, Period
from sales_extensions.conversations import notes
from sales_extensions.conversations.parties import NAME_FIELDS
from sales_extensions.permissions import reads, restriction

LONGEST_NOTE = 200


def refuse_unpermitted() -> None:
	"""Raises PermissionError for who may not read conversations or make reports of them."""
	for permission in ("read", "report"):
		frappe.has_permission(CONVERSATION, permission, throw=True)


def permitted(doctype: str, user: str | None = None) -> str:
	"""The rows of a doctype that the user's permissions leave, as a condition with % doubled."""
	if not reads(doctype, user):
		return "1 = 0"
	return restriction(doctype, user).replace("%", "%%") or "1 = 1"


def of_territories(asked: Period | None, doctype: str = CONVERSATION) -> str:
	"""Condition on rows with a party: it is in one of the territories asked for."""
	if asked is None or asked.territories is None:
		return "1 = 1"
	return _any_party(doctype, dict.fromkeys(PARTIES, "territory IN %(territories)s"))


def _any_party(table: str, conditions: dict[str, str]) -> str:
	found = [
		f"(`tab{table}`.party_type = '{party}'"
		+ (
			""
			if only == "1 = 1"
			else f" AND `tab{table}`.party IN (SELECT name FROM `tab{party}` WHERE {only})"
		)
		+ ")"
		for party, only in conditions.items()
		if only != "1 = 0"
	]
	return f"({' OR '.join(found) or '1 = 0'})"


def note(row: dict) -> str:
	"""What of the note is shown in a list. `row` has name, note, is_private and written_by."""
	if row.get("is_private") and row.get("written_by") != frappe.session.user:
		return _("Private")
	text = " ".join(notes.text_for(row).split())
	return text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 1] + "\N{HORIZONTAL ELLIPSIS}"


def territories_of(rows: Iterable[dict]) -> dict[tuple[str, str], str]:
	"""Territories by party type and party."""
	return {
		(party_type, name): territory or ""
		for party_type, names in _by_type(rows).items()
		for name, territory in _field(party_type, "territory", names)
	}


def party_names(parties: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
	"""Names for people, by party type and party."""
	rows = [{"party_type": party_type, "party": party} for party_type, party in parties]
	return {
		(party_type, name): shown
		for party_type, names in _by_type(rows).items()
		for name, shown in _names(party_type, NAME_FIELDS[party_type], names).items()
	}


def _by_type(rows: Iterable[dict]) -> dict[str, set[str]]:
	found: dict[str, set[str]] = {}
	for row in rows:
		if row["party_type"] in PARTIES:
			found.setdefault(row["party_type"], set()).add(row["party"])
	return found


def employee_names(names: Collection[str]) -> dict[str, str]:
	return _names("Employee", "employee_name", names)


def user_names(names: Collection[str]) -> dict[str, str]:
	return _names("User", "full_name", names)


def _names(doctype: str, field: str, names: Collection[str]) -> dict[str, str]:
	return {name: shown or name for name, shown in _field(doctype, field, names)}


def _field(doctype: str, field: str, names: Collection[str]) -> Iterable[tuple[str, str | None]]:
	"""May be asked for ten thousand names, which the query builder takes as long over as the database."""
	query = f"SELECT name, `{field}` FROM `tab{doctype}` WHERE name IN %s ORDER BY name"
	return frappe.db.sql(query, (tuple(names),)) if names else ()


def name_people(rows: Collection[dict]) -> None:
	"""Sets `who` of rows: the employee's name, or else the user's."""
	employees = employee_names({row["employee"] for row in rows if row.get("employee")})
	users = user_names({row["user"] for row in rows if row.get("user")})
	for row in rows:
		row["who"] = employees.get(row.get("employee")) or users.get(row.get("user")) or ""
