"""Events of the calendar that repeat, on each of their days (D1, D2).

By the rule in the engine, and not by the framework's: asked for several months at once, that one steps on from the
last date, so what is monthly on the 31st stays on the 28th after February.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import frappe
from frappe.utils import get_datetime, getdate

from sales_extensions.engine import recurrence

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: What the engine is told of an Event.
FIELDS = ("starts_on", "repeat_on", "repeat_till", *WEEKDAYS)

#: Who sees an Event in the framework's calendar: everybody a public one, its owner, and whom it was shared with.
VISIBLE = """(e.event_type = 'Public' OR e.owner = %(user)s OR EXISTS (
	SELECT s.name FROM `tabDocShare` s
	WHERE s.share_doctype = 'Event' AND s.share_name = e.name AND s.user = %(user)s))"""


def rule_of(event: dict) -> recurrence.Recurrence:
	weekdays = frozenset(number for number, name in enumerate(WEEKDAYS) if event[name])
	begins = get_datetime(event["starts_on"]).date()
	until = getdate(event["repeat_till"]) if event["repeat_till"] else None
	return recurrence.Recurrence(begins, event["repeat_on"], weekdays, until)


def between(first: date, last: date, limit: int) -> Iterator[dict]:
	"""The user's open Events that repeat, once for each of their days in a period, moved to that day."""
	listed = ", ".join(f"e.{field}" for field in ("name", "subject", "ends_on", "all_day", *FIELDS))
	for event in frappe.db.sql(
		f"""SELECT {listed} FROM `tabEvent` e
		WHERE e.repeat_this_event = 1 AND e.status = 'Open' AND e.starts_on < %(last)s + INTERVAL 1 DAY
			AND COALESCE(e.repeat_till, %(first)s) >= %(first)s AND {VISIBLE}
		ORDER BY e.starts_on, e.name LIMIT %(limit)s""",
		{"user": frappe.session.user, "first": first, "last": last, "limit": limit},
		as_dict=True,
	):
		for day in recurrence.days(rule_of(event), first, last):
			yield _on(event, day)


def _on(event: dict, day: date) -> dict:
	starts = get_datetime(event.starts_on)
	moved = datetime.combine(day, starts.time()) - starts
	ends = event.ends_on and get_datetime(event.ends_on) + moved
	return frappe._dict(event, starts_on=starts + moved, ends_on=ends)
