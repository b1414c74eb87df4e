"""The day of the one who is logged in (D1)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import getdate

from sales_extensions.activities import agenda, asked


@frappe.whitelist(methods=["GET", "POST"])
def today(day: str | None = None) -> dict[str, object]:
	"""A day of the user, today unless another is given: `day`, `items` in the order of time, and `overdue`.

	An item has doctype and name of what it opens, kind, title, detail, starts, ends, all_day, done, overdue in
	days, is_follow_up, party_type and party of a follow-up; texts are plain. `overdue` holds open follow-ups and tasks of days past, for today only.
	"""
	agenda.refuse_unpermitted()
	wanted = asked.day(day, _("Date")) or getdate()
	return {
		"day": wanted.isoformat(),
		"items": agenda.between(wanted, wanted),
		"overdue": agenda.overdue(wanted) if wanted == getdate() else [],
	}


@frappe.whitelist(methods=["GET", "POST"])
def between(start: str, end: str) -> list[dict]:
	"""The user's items of several days, both included, for a calendar; as `today` gives them."""
	agenda.refuse_unpermitted()
	first, last = asked.day(start, _("From Date")), asked.day(end, _("To Date"))
	for label, value in ((_("From Date"), first), (_("To Date"), last)):
		if value is None:
			frappe.throw(_("{0}: choose a day.").format(label))
	return agenda.between(first, last)
