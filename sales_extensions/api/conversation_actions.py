"""From a conversation: a booking, a task, a calendar file, an e-mail; and what it led to (C6)."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe import _

from sales_extensions import called, showing
from sales_extensions.activities import asked, led_to


@called.public(methods=["POST"])
def make_event(
	conversation: str,
	starts_on: str | None = None,
	ends_on: str | None = None,
	subject: str | None = None,
	category: str | None = None,
	public: int | str | bool = 0,
) -> dict[str, str]:
	"""Book a calendar Event with the conversation's text; private unless `public`. Returns its `name`.

	Times are of the site's clock; an hour from nine on the follow-up's day where none are given. Raises
	PermissionError, ValidationError that names a bad field.
	"""
	said = led_to.readable(conversation)
	starts = led_to.moment(starts_on, _("Starts On")) or led_to.default_start(said)
	ends = led_to.moment(ends_on, _("Ends On")) or starts + timedelta(minutes=led_to.DEFAULT_MINUTES)
	title = led_to.subject_of(subject, said, _("Visit"))
	shown = asked.tick(public, _("Show to Everyone"))
	event = led_to.book(said, starts, ends, title, led_to.category_of(category), shown)
	return {"name": event.name}


@called.public(methods=["POST"])
def make_todo(
	conversation: str, allocated_to: str | None = None, due: str | None = None, subject: str | None = None
) -> dict[str, str]:
	"""A task with the conversation's text, on the follow-up's day unless `due`. Returns the ToDo's `name`."""
	said = led_to.readable(conversation)
	day = asked.day(due, _("Due Date")) or said.follow_up_date
	title = led_to.subject_of(subject, said, _("Follow up"))
	return {"name": led_to.task(said, led_to.assignee(allocated_to), day, title).name}


@called.public(methods=["GET"])
def ics(
	conversation: str,
	kind: str = "Event",
	starts_on: str | None = None,
	ends_on: str | None = None,
	subject: str | None = None,
	made: str | None = None,
) -> None:
	"""Download a calendar file: an Event, the whole day without `starts_on`, or a Task, a whole day that leaves free.

	`made`: the booking (Event) or task (ToDo) of this conversation that it is of; the rest is then as it stands. Raises
	PermissionError, ValidationError that names a bad field.
	"""
	said = led_to.readable(conversation)
	kind = asked.choice(kind, ("Event", "Task"), _("Type"))
	title = led_to.subject_of(subject, said, _("Follow up"))
	starts, ends = led_to.moment(starts_on, _("Starts On")), led_to.moment(ends_on, _("Ends On"))
	booked = led_to.made_of(said, made)
	frappe.local.response.update(
		{
			"filename": showing.file_name(
				f"{frappe.scrub(said.party_name or said.party)[:60]}-{said.name}.ics"
			),
			"filecontent": led_to.file_of(said, booked)
			if booked
			else led_to.calendar_file(said, kind, title, starts, ends),
			"content_type": "text/calendar; charset=utf-8",
			"display_content_as": "attachment",
			"type": "download",
		}
	)


@called.public(methods=["GET", "POST"])
def outcomes(conversation: str) -> list[dict]:
	"""What a conversation led to: bookings, tasks, answers and the document, that the user may see."""
	said = frappe.get_doc("Conversation", asked.existing("Conversation", conversation, _("Conversation")))
	said.check_permission("read")
	return led_to.outcomes(said)
