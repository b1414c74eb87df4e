"""The day of the one who is logged in (D1)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import called, clock
from sales_extensions.activities import agenda, asked


@called.public(methods=["GET", "POST"])
def today(day: str | None = None) -> dict[str, object]:
	"""A day of the user, today unless another is given: `day`, `items` in the order of time, `overdue` and `undated`.

	An item has doctype and name of what it opens, kind, title, detail, starts, ends, all_day, done, overdue in
	days, is_follow_up, party_type and party of a follow-up; texts are plain. `overdue` holds open follow-ups and tasks of days past, `undated` open tasks of no day, both for
	today only.
	"""
	agenda.refuse_unpermitted()
	now = clock.today()
	wanted = asked.day(day, _("Date")) or now
	return {
		"day": wanted.isoformat(),
		"items": agenda.between(wanted, wanted),
		"overdue": agenda.overdue(wanted) if wanted == now else [],
		"undated": agenda.undated() if wanted == now else [],
	}


@called.public(methods=["GET", "POST"])
def between(start: str, end: str) -> list[dict]:
	"""The user's items of several days, both included, for a calendar; as `today` gives them."""
	agenda.refuse_unpermitted()
	first, last = asked.day(start, _("From Date")), asked.day(end, _("To Date"))
	for label, value in ((_("From Date"), first), (_("To Date"), last)):
		if value is None:
			frappe.throw(_("{0}: choose a day.").format(label))
	return agenda.between(first, last)
