"""Conversations of a day's work, for the tests on follow-ups and activities."""

from __future__ import annotations

from contextlib import contextmanager

import frappe
from frappe.utils import add_days, nowdate

ANNA, BOB, CARL = "anna@example.com", "bob@example.com", "carl@example.com"
MANAGER, NOBODY = "manager@example.com", "nobody@example.com"


@contextmanager
def as_user(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def employee(user: str) -> str | None:
	return frappe.db.get_value("Employee", {"user_id": user})


def day(number: int) -> str:
	"""So many days from today."""
	return add_days(nowdate(), number)


def talk(user: str, party: str = "Shop One", *, made: int = -10, due: int | None = None, **fields):
	"""A conversation of a user with a Customer; `made` and `due` in days from today."""
	completed_on = fields.pop("completed_on", None)
	with as_user(user):
		doc = frappe.get_doc(
			{
				"doctype": "Conversation",
				"party_type": "Customer",
				"party": party,
				"employee": employee(user),
				"user": user,
				"conversation_date": day(made),
				"note": "Talked about mills",
				**fields,
			}
		).insert()
	stored = {"user": user, "party_name": party, "follow_up_date": None if due is None else day(due)}
	if completed_on is not None:
		stored |= {"completed": 1, "completed_on": f"{day(completed_on)} 10:00:00"}
	frappe.db.set_value("Conversation", doc.name, stored, update_modified=False)
	return doc.reload()


def restrict(user: str, allow: str, value: str) -> None:
	frappe.get_doc({"doctype": "User Permission", "user": user, "allow": allow, "for_value": value}).insert(
		ignore_permissions=True
	)
	frappe.clear_cache(user=user)
