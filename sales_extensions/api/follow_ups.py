"""One click on a follow-up: completed, or answered by a conversation (C4)."""

from __future__ import annotations

from frappe import _

from sales_extensions import called
from sales_extensions.activities import asked
from sales_extensions.follow_ups import answer as follow_up
from sales_extensions.follow_ups import hand_over as given


@called.public(methods=["POST"])
def complete(conversation: str) -> dict[str, object]:
	"""Complete a follow-up. Raises PermissionError for who may not write it. Returns its `name`, and `changed`: whether
	it was open.
	"""
	return {"name": conversation, "changed": follow_up.complete(conversation)}


@called.public(methods=["POST"])
def reopen(conversation: str) -> dict[str, object]:
	"""Open a follow-up that was completed again, as who takes that back. Raises and returns as `complete`."""
	return {"name": conversation, "changed": follow_up.reopen(conversation)}


@called.public(methods=["POST"])
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


@called.public()
def employees(txt: str = "", able: int | str | bool = 0) -> list[dict[str, str]]:
	"""Whose follow-ups can be asked for, or with `able` who can take them over: `value`, and their name as `label`.

	`txt` is part of the name. Most may not read the Employee itself. Who is no manager is given themselves, and those of
	whom they may see conversations. Labels are plain text, and each is one employee's.
	"""
	return given.employees(txt, able=asked.tick(able, _("Able")))


@called.public(methods=["POST"])
def hand_over(conversations: str | list, employee: str) -> int:
	"""Give conversations, and so their follow-ups, to another employee: all or none. Returns how many.

	Raises PermissionError for who is no Sales Manager or may not write them, ValidationError that names a bad field.
	"""
	return given.hand_over(conversations, employee)
