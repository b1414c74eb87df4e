"""Follow-ups of who has left, given to another employee, all at once (C4)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import called, guards, showing
from sales_extensions.activities import seen
from sales_extensions.activities.asked import CONVERSATION, existing
from sales_extensions.engine.followups import has_left
from sales_extensions.permissions import manages, restriction

from .answer import conversation

#: As many as the report shows by itself.
MOST = 500
#: As `has_left` says.
CAN_FOLLOW_UP = "COALESCE(worker.status, '') != 'Left' AND person.enabled = 1"


def hand_over(names: object, employee: object) -> int:
	"""These conversations are another employee's from now on: all of them, or none. Gives how many.

	What was said stays its writer's. Raises PermissionError, ValidationError that says what is wrong.
	"""
	guards.manager(_("Hand Over"))
	taker = taker_of(employee)
	followed = [conversation(name) for name in _listed(names)]
	for one in followed:
		one.employee = taker
		one.save()
	return len(followed)


def employees(part: str, *, able: bool) -> list[dict[str, str]]:
	"""The first employees by name of those with this part in it; `able`: those alone who can follow up.

	No two have one label: with a name that several have stands the ID. Who is no manager is given themselves, and
	those of whom they may see conversations.
	"""
	frappe.has_permission(CONVERSATION, "read", throw=True)
	rows = frappe.db.sql(
		f"""SELECT worker.name, worker.employee_name, EXISTS (
			SELECT 1 FROM `tabEmployee` other
			WHERE other.employee_name = worker.employee_name AND other.name != worker.name)
		FROM `tabEmployee` worker LEFT JOIN `tabUser` person ON person.name = worker.user_id
		WHERE CONCAT(worker.employee_name, ' (', worker.name, ')') LIKE %(part)s AND {_whose()}
		AND {CAN_FOLLOW_UP if able else "1 = 1"}
		ORDER BY worker.employee_name, worker.name LIMIT {MOST}""",
		{"part": f"%{part}%", "user": frappe.session.user},
	)
	return [
		{"value": name, "label": _label(name, shown, bool(shared)), "description": showing.text(name)}
		for name, shown, shared in rows
	]


def _whose() -> str:
	if manages(frappe.session.user) or not restriction(CONVERSATION):
		return "1 = 1"
	seen_of = f"SELECT `tabConversation`.employee FROM `tabConversation` WHERE {seen.permitted(CONVERSATION)}"
	return f"(worker.user_id = %(user)s OR worker.name IN ({seen_of}))"


def _label(name: str, shown: str | None, is_shared: bool) -> str:
	"""It is shown in a list and in an input, where HTML would be seen."""
	return showing.as_plain(f"{shown} ({name})" if shown and is_shared else shown or name)


def _listed(names: object) -> list[str]:
	found = called.from_json(names)
	if (
		not isinstance(found, list)
		or not 0 < len(found) <= MOST
		or not all(isinstance(one, str) for one in found)
	):
		frappe.throw(_("{0}: choose from 1 to {1}.").format(_("Conversations"), MOST))
	return list(dict.fromkeys(found))


def taker_of(value: object) -> str:
	"""An employee who can follow up: who has not left, and has a user who can log in."""
	name = existing("Employee", value, _("Employee"))
	status, user = frappe.db.get_value("Employee", name, ("status", "user_id")) if name else ("", "")
	enabled = bool(user and frappe.db.get_value("User", user, "enabled"))
	if not name or has_left(status, enabled):
		frappe.throw(
			_(
				"{0}: {1} can't follow up. Choose an employee who has not left and whose user can log in."
			).format(_("Employee"), showing.text(name))
		)
	return name
