"""Whom to follow up on a day, overdue first (C4)."""

from __future__ import annotations

from frappe import _

from sales_extensions import errors
from sales_extensions.activities import seen
from sales_extensions.charges.report_view import card, column
from sales_extensions.conversations.facts import LISTS
from sales_extensions.engine.followups import OVERDUE, TODAY, UPCOMING
from sales_extensions.follow_ups import due


@errors.report("Follow Ups")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str | None, None, list[dict]]:
	"""Columns, rows, a note where rows were left out, no chart, and totals.

	Raises PermissionError for who may not report on conversations, ValidationError that names a bad filter.
	"""
	seen.refuse_unpermitted()
	asked = due.read(filters)
	rows, counts = due.open_follow_ups(asked), due.counts(asked)
	for row in rows:
		translate(row)
	return columns(asked), rows, cut_off(len(rows), sum(counts.values())), None, cards(counts, asked)


def columns(asked: due.Asked) -> list[dict]:
	"""No links: who may see a row was asked before, by the rules for conversations.

	Whose a follow-up is stands beside the party, unless all are one's own.
	"""
	whose = column("who", _("Employee"), "Data", 120)
	return [
		column("follow_up_date", _("Follow Up"), "Date", 130),
		column("party_name", _("Party"), "Data", 190),
		*([] if asked.user else [whose]),
		column("action", _("Action"), "Data", 125),
		column("days_overdue", _("Days Overdue"), "Int", 130),
		column("with_whom", _("With Whom"), "Data", 120),
		column("note", _("Note"), "Data", 320),
		column("about", _("About"), "Data", 110),
		column("how", _("How"), "Data", 90),
		column("pipeline_position", _("Pipeline Position"), "Data", 140),
		*([whose] if asked.user else []),
		column("territory", _("Territory"), "Data", 110),
		column("conversation_date", _("Date"), "Date", 105),
		column("name", _("Conversation"), "Data", 120),
		column("barred", _("Not to Contact"), "Data", 130),
		column("why", _("Why"), "Data", 280),
	]


def translate(row: dict) -> None:
	"""What was chosen from the lists, in the reader's language."""
	row.update({field: _(row[field]) for field in LISTS if row[field]})


def cards(counts: dict[str, int], asked: due.Asked) -> list[dict]:
	found = [
		card(_("Overdue"), counts[OVERDUE], indicator="Red" if counts[OVERDUE] else "Grey"),
		card(_("Today"), counts[TODAY], indicator="Blue" if counts[TODAY] else "Grey"),
	]
	return [*found, card(_("Upcoming"), counts[UPCOMING])] if counts[UPCOMING] else found


def cut_off(shown: int, number: int) -> str | None:
	if shown >= number:
		return None
	return _("The first {0} of {1} follow-ups are shown. Raise Rows or narrow the filters.").format(
		f"{shown:,}", f"{number:,}"
	)
