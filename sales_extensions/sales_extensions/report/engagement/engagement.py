"""How sellers engage with customers, and how much time they spend (D2)."""

from __future__ import annotations

from frappe import _

from sales_extensions import errors
from sales_extensions.activities import asked, engagement, seen
from sales_extensions.activities.engagement import CUSTOMER, EMPLOYEE, MONTH, TERRITORY, Effort, Key
from sales_extensions.charges.report_view import card, chart, column, decimal

FIGURES = ("conversations", "calls", "visits", "meetings", "emails", "total", "minutes")


@errors.report("Engagement")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, dict | None, list[dict]]:
	"""Columns, rows, what is counted, chart and totals. Raises PermissionError, ValidationError."""
	seen.refuse_unpermitted()
	period, group_by = engagement.read(filters)
	rows = rows_of(engagement.efforts(period, group_by), group_by)
	shown, left_out = asked.first_of(rows, period.limit)
	notes = "<br>".join(note for note in (left_out, meaning()) if note)
	return columns(group_by), shown, notes, bars(rows, group_by), cards(rows)


def rows_of(efforts: dict[Key, Effort], group_by: str) -> list[dict]:
	"""Months in their order, all else by time spent and then by how much was done."""
	names = _names(efforts, group_by)
	rows = [
		{
			"key": names.get(key) or " ".join(key[-1:]) or _("None"),
			"key_name": key[-1],
			**({"party_type": key[0], "party": key[1]} if group_by == CUSTOMER else {}),
			**{figure: getattr(effort, figure) for figure in FIGURES},
		}
		for key, effort in efforts.items()
	]
	if group_by == MONTH:
		return sorted(rows, key=lambda row: row["key"])
	return sorted(rows, key=lambda row: (-row["minutes"], -row["total"], row["key"]))


def _names(efforts: dict[Key, Effort], group_by: str) -> dict[Key, str]:
	if group_by == EMPLOYEE:
		people = [key[0] for key in efforts]
		found = seen.employee_names(people) | seen.user_names(people)
		return {(one,): name for one, name in found.items()}
	if group_by == CUSTOMER:
		return seen.party_names(efforts)
	return {}


def columns(group_by: str) -> list[dict]:
	label = {
		EMPLOYEE: _("Employee"),
		CUSTOMER: _("Party"),
		TERRITORY: _("Territory"),
		MONTH: _("Month"),
	}[group_by]
	return [
		column("key", label, "Data", 200),
		column("conversations", _("Conversations"), "Int", 130),
		column("calls", _("Calls"), "Int", 80),
		column("visits", _("Visits"), "Int", 80),
		column("meetings", _("Meetings"), "Int", 95),
		column("emails", _("E-mails"), "Int", 90),
		column("total", _("All"), "Int", 80),
		column("minutes", _("Minutes"), "Int", 95),
	]


def meaning() -> str:
	return _(
		"All counts conversations, messages of a party, and Events with a party that have begun, each once, and a "
		"repeating one on each of its days. Calls, visits and "
		"meetings include the conversations that were one, by their method. Minutes are those of "
		"conversations and Events."
	)


def bars(rows: list[dict], group_by: str) -> dict | None:
	kinds = (
		("calls", _("Calls")),
		("visits", _("Visits")),
		("meetings", _("Meetings")),
		("emails", _("E-mails")),
	)
	sets = {label: [row[field] for row in rows] for field, label in kinds}
	# hours: minutes would dwarf the rest
	sets[_("Hours")] = [round(row["minutes"] / 60, 1) for row in rows]
	found = chart([row["key"] for row in rows], sets, in_time=group_by == MONTH)
	return found and {**found, "fieldtype": None}


def cards(rows: list[dict]) -> list[dict]:
	labels = (
		("conversations", _("Conversations")),
		("calls", _("Calls")),
		("visits", _("Visits")),
		("meetings", _("Meetings")),
		("emails", _("E-mails")),
	)
	found = [card(label, sum(row[field] for row in rows)) for field, label in labels]
	minutes = sum(row["minutes"] for row in rows)
	return [*found, card(_("Hours"), decimal(minutes / 60), "Data", "Blue")]
