"""Conversations of a party, what a new one starts from, and the calendar (C1, C3)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import frappe
from frappe import _
from frappe.utils import cint, getdate

from sales_extensions import called
from sales_extensions.conversations import history as histories
from sales_extensions.conversations import parties, settle

#: One whose end was not noted is drawn so long.
SHORTEST = timedelta(minutes=15)
#: Nobody turns so many pages.
MOST = 1_000_000


@called.public(methods=["GET", "POST"])
def history(
	party_type: str, party: str, start: int | str = 0, page_length: int | str = 20
) -> dict[str, object]:
	"""A party's conversations that the user may see, newest first, with those it had as a lead or prospect.

	`rows` from `start`; `more`: whether there are others. Raises PermissionError without read on the party.
	"""
	histories.refuse_unreadable(party_type, party)
	first, length = min(max(cint(start), 0), MOST), min(max(cint(page_length), 1), 100)
	rows = histories.of_party(party_type, party, first, length + 1)
	return {"rows": rows[:length], "more": len(rows) > length}


@called.public(methods=["GET", "POST"])
def defaults(
	party_type: str | None = None, party: str | None = None, follow_up_of: str | None = None
) -> dict[str, object]:
	"""What a new conversation of the user starts from: employee and topic; of a party: its name, and the open
	conversation that waits for a follow-up (`waiting`). `follow_up_of`: the one that is answered (`answered`), with its
	note as far as the user may see it. Raises PermissionError for who can't create one."""
	frappe.has_permission("Conversation", "create", throw=True)
	employee = settle.employee_of(frappe.session.user)
	found = {"employee": employee, "about": settle.default_topic(employee)}
	if party_type and party:
		histories.refuse_unreadable(party_type, party)
		found["party_name"] = parties.name_of(party_type, party)
		found["waiting"] = histories.waiting(party_type, party)
	if follow_up_of:
		found["answered"] = histories.to_answer(follow_up_of)
	return found


@called.public(methods=["GET", "POST"])
def calendar(start: str, end: str, filters: str | list | None = None) -> list[dict[str, object]]:
	"""The conversations between two days, for the desk's calendar. Only what the user may see."""
	try:
		days = [getdate(start), getdate(end)]
	except (ValueError, TypeError, OverflowError):
		frappe.throw(_("{0} must be {1}.").format(_("Date"), _("a date like 2026-12-31")))
	rows = frappe.get_list(
		"Conversation",
		filters=[*histories.filters_of(filters), ["conversation_date", "between", days]],
		fields=[
			"name",
			"party_name",
			"party",
			"conversation_date",
			"time_begin",
			"time_end",
			"how",
			"completed",
		],
		order_by="conversation_date, time_begin, name",
		limit_page_length=2000,
	)
	return [_as_event(row) for row in rows]


def _end_of(starts: datetime, ends: datetime) -> datetime:
	"""One of no length has some in a calendar, on its own day."""
	midnight = datetime.combine(starts.date(), time.max).replace(microsecond=0)
	return ends if ends > starts else min(starts + SHORTEST, midnight)


def _as_event(row: dict) -> dict[str, object]:
	day, begin, end = row.conversation_date, row.time_begin, row.time_end
	starts = begin is not None and datetime.combine(day, time()) + begin
	ends = starts and _end_of(starts, datetime.combine(day, time()) + (end or begin))
	return {
		"name": row.name,
		"title": " \u00b7 ".join(filter(None, (row.party_name or row.party, row.how and _(row.how)))),
		"starts_on": str(starts or day),
		"ends_on": str(ends or day),
		"all_day": int(not starts),
		"color": "green" if row.completed else "blue",
	}
