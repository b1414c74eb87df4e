"""One click on a follow-up: completed, or answered by a conversation (C4)."""

from __future__ import annotations

import frappe

from sales_extensions.follow_ups import answer as follow_up


@frappe.whitelist(methods=["POST"])
def complete(conversation: str) -> dict[str, str]:
	"""Complete a follow-up. Raises PermissionError for who may not write it. Returns its `name`."""
	return {"name": follow_up.complete(conversation).name}


@frappe.whitelist(methods=["POST"])
def answer(
	conversation: str,
	note: str,
	how: str | None = None,
	about: str | None = None,
	with_whom: str | None = None,
	follow_up_date: str | None = None,
	pipeline_position: str | None = None,
) -> dict[str, str]:
	"""Answer a follow-up with a conversation of today by the one who asks, and complete it: both or neither.

	`follow_up_date` is when to follow up next. Returns the `name` of the new conversation. Raises
	PermissionError for who may not write the one or create the other, ValidationError that names a bad field.
	"""
	values = follow_up.given(
		note=note,
		how=how,
		about=about,
		with_whom=with_whom,
		follow_up_date=follow_up_date,
		pipeline_position=pipeline_position,
	)
	return {"name": follow_up.answer(conversation, values).name}
