"""Whom to follow up: the open follow-ups up to a day, overdue first (C4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _

from sales_extensions import called, clock, words
from sales_extensions.activities import asked, seen
from sales_extensions.activities.asked import CONVERSATION, LEFT, MINE
from sales_extensions.conversations import people
from sales_extensions.engine import followups
from sales_extensions.engine.followups import FollowUp

FIELDS = (
	"name", "party_type", "party", "party_name", "with_whom", "about", "how", "note", "is_private", "user", "written_by",
	"employee", "conversation_date", "follow_up_date", "pipeline_position",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
	"""Follow-ups due from `first`, if given, up to `day`; `user` is empty for those of all.

	`of_who_left`: all that are open of those who have left, on whichever day.
	"""

	day: date
	first: date | None = None
	user: str = ""
	employee: str = ""
	territories: tuple[str, ...] | None = None
	limit: int = 500
	of_who_left: bool = False


def read(filters: dict | None) -> Asked:
	"""Raises ValidationError that names the filter, for what is no day, or no such name."""
	filters = called.filters(filters)
	whose = asked.whose(filters)
	return Asked(
		day=asked.day(filters.get("day"), _("Up To")) or clock.today(),
		first=asked.day(filters.get("first"), _("From")),
		user=frappe.session.user if whose == MINE else "",
		of_who_left=whose == LEFT,
		employee=asked.employee(filters),
		territories=asked.territories(filters),
		limit=asked.rows(filters.get("limit")),
	)


def open_follow_ups(wanted: Asked) -> list[dict]:
	"""The follow-ups that the one who asks may see, each with its state, its days and the reason in words."""
	rows = frappe.db.sql(
		f"""SELECT {", ".join(FIELDS)} FROM `tabConversation` WHERE {_conditions(wanted)}
		ORDER BY follow_up_date, conversation_date, name LIMIT %(limit)s""",
		_values(wanted),
		as_dict=True,
	)
	territories = seen.territories_of(rows)
	seen.name_people(rows)
	barred, today = people.not_to_contact(rows), clock.today()
	for row in rows:
		tell(row, today)
		reason = barred.get((row["party_type"], row["party"]))
		row["barred"] = _(reason) if reason else ""
		row["note"] = seen.note(row)
		row["territory"] = territories.get((row["party_type"], row["party"]), "")
	return rows


def tell(row: dict, today: date) -> None:
	"""Sets state, days overdue and reason of an open follow-up."""
	found = followups.state(FollowUp(row["conversation_date"], row["follow_up_date"]), today)
	row["state"] = found.name
	row["days_overdue"] = found.days if found.name == followups.OVERDUE else 0
	row["why"] = words.translated([found.reason], html=False)


def counts(wanted: Asked) -> dict[str, int]:
	"""How many there are of each state, of all and not only of the rows that are listed."""
	found = {followups.OVERDUE: 0, followups.TODAY: 0, followups.UPCOMING: 0}
	today = clock.today()
	for due_on, number in frappe.db.sql(
		f"""SELECT follow_up_date, COUNT(*) FROM `tabConversation`
		WHERE {_conditions(wanted)} GROUP BY follow_up_date""",
		_values(wanted),
	):
		found[followups.state(FollowUp(due_on, due_on), today).name] += number
	return found


def _conditions(wanted: Asked) -> str:
	found = ["completed = 0", people.HAS_LEFT if wanted.of_who_left else "follow_up_date <= %(day)s"]
	if wanted.of_who_left:
		found.append("follow_up_date IS NOT NULL")
	elif wanted.first:
		found.append("follow_up_date >= %(first)s")
	if wanted.user:
		found.append("`tabConversation`.user = %(user)s")
	if wanted.employee:
		found.append("`tabConversation`.employee = %(employee)s")
	if wanted.territories is not None:
		found.append(seen.of_territories(wanted))
	return " AND ".join([*found, f"({seen.permitted(CONVERSATION)})"])


def _values(wanted: Asked) -> dict:
	return {
		"day": wanted.day,
		"first": wanted.first,
		"user": wanted.user,
		"employee": wanted.employee,
		"territories": wanted.territories or ("",),
		"limit": wanted.limit,
	}


WHOLE, MONTH, WEEK = "Whole Period", "Month", "Week"
#: The first day of the part of a period that a day is in.
FIRST_DAY = {
	WHOLE: "%(first)s",
	MONTH: "GREATEST(%(first)s, CAST(DATE_FORMAT({0}, '%%Y-%%m-01') AS DATE))",
	WEEK: "GREATEST(%(first)s, {0} - INTERVAL WEEKDAY({0}) DAY)",
}
#: One that stands for all follow-ups of a part that fare alike: made in it, due in it, open by now or done in time.
#: Otherwise there would be nearly as many groups as follow-ups.
ALIKE = """SELECT user, employee, CAST({made} AS DATE), CAST({due} AS DATE), completed,
	CAST(IF(COALESCE(completed_day, DATE(completed_on)) <= follow_up_date, {due}, {due} + INTERVAL 1 DAY) AS DATE), completed_on IS NULL"""
MADE = "IF(conversation_date BETWEEN %(first)s AND %(last)s, {0}, %(first)s - INTERVAL 1 DAY)"
DUE = """CASE WHEN follow_up_date NOT BETWEEN %(first)s AND %(last)s THEN %(first)s - INTERVAL 1 DAY
	WHEN follow_up_date < %(today)s THEN {0} ELSE GREATEST({0}, %(today)s) END"""


def groups(wanted: asked.Period, part: str) -> Iterable[tuple[str, str, FollowUp, int]]:
	"""Follow-ups made or due in a period: user, employee, follow-up, and how many there are of it.

	The days are such that each is in the same part of the period, on the same side of today and of the day on which
	it was completed, as those of the follow-ups it stands for.
	"""
	alike = ALIKE.format(
		made=MADE.format(FIRST_DAY[part].format("conversation_date")),
		due=DUE.format(FIRST_DAY[part].format("follow_up_date")),
	)
	for user, employee, made_on, due_on, completed, completed_on, unknown, number in frappe.db.sql(
		f"""{alike}, COUNT(*) FROM `tabConversation`
		WHERE follow_up_date IS NOT NULL
			AND (follow_up_date BETWEEN %(first)s AND %(last)s OR conversation_date BETWEEN %(first)s AND %(last)s)
			AND (%(employee)s = '' OR employee = %(employee)s)
			AND {seen.of_territories(wanted)} AND ({seen.permitted(CONVERSATION)})
		GROUP BY 1, 2, 3, 4, 5, 6, 7""",
		{
			"today": clock.today(),
			"first": wanted.first,
			"last": wanted.last,
			"employee": wanted.employee,
			"territories": wanted.territories or ("",),
		},
	):
		done = None if unknown else completed_on
		yield user or "", employee or "", FollowUp(made_on, due_on, bool(completed), done), number


def add_indexes() -> None:
	"""Open follow-ups are few among all: found by whether they are open, by whose they are, and by day."""
	frappe.db.add_index(CONVERSATION, ["completed", "follow_up_date"], "open_follow_ups")
	frappe.db.add_index(CONVERSATION, ["user", "completed", "follow_up_date"], "open_follow_ups_of")
