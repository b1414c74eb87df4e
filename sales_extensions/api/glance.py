"""Where the targets of today stand: cards and lists of the workspaces (T6, D3, X4).

Read from the targets' own figures, in a fixed number of statements; none of them reads orders or entries. What a
card counts is the list that it opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe.utils import add_days, getdate, nowdate

from sales_extensions import called, clock, lines, permissions
from sales_extensions.attained import instead
from sales_extensions.attained.running import ROWS, TARGET, ranked, running_on, today
from sales_extensions.engine.attainment import Status
from sales_extensions.ledger import facts

CONVERSATION, STATEMENT = "Conversation", "Sales Statement"
#: A seller may still acknowledge it.
WAITING = ("Issued", "Disputed")


# --- lists --------------------------------------------------------------------------------------


@called.public()
def mine() -> dict[str, object]:
	"""The targets of today that name the one who asks, then those of their teams and of the company: what ends first
	comes first. One that names several of these is in each of their lists, as in the cards.
	"""
	frappe.has_permission(TARGET, "read", throw=True)
	whose = Whose.of(frappe.session.user)
	if not whose:
		return {"seller": None, "lists": {}}
	rows = sorted(today(whose.everyone), key=lambda row: (row["to_date"], row["title"]))
	near = _name_sellers(rows)
	lists = {of: [row for row in rows if not whose.names(of).isdisjoint(row["sellers"])] for of in WHOSE}
	instead.add(_shown(*lists.values()), near)
	return {
		"seller": whose.seller,
		"lists": {
			of: listed(lists[of], [*runs(), whose.filter(of)]) for of in WHOSE if of == MINE or lists[of]
		},
	}


@called.public()
def team() -> dict[str, object]:
	"""Who leads and who is at risk, of all targets of today that the one who asks may see."""
	found = ranked(today())
	shown = _shown(*found.values())
	near = _name_sellers(shown)
	# who follows up; others need not know who logs in as whom
	if frappe.has_permission("Sales Target", "create"):
		_add_persons(found["behind"][:ROWS], near)
	instead.add(shown, near)
	return {
		"leaders": listed(found["leaders"], [*runs(), ["behind_pace", "!=", 1]]),
		"behind": listed(found["behind"], [BEHIND]),
	}


def _name_sellers(rows: list[dict[str, object]]) -> instead.Near:
	"""Each row with its `sellers`; whom these targets name, and others near them."""
	near = instead.assigned(rows)
	for row in rows:
		row["sellers"] = [one.seller for one in near[row["name"]]]
	return near


def _add_persons(rows: list[dict[str, object]], near: instead.Near) -> None:
	"""To a target of one seller, whose Employee and User they are: what they have open is found by these."""
	for row in rows:
		first, *others = near[row["name"]]
		known = first.employee and not others
		row["person"] = {"employee": first.employee, "user": first.user} if known else None


def _shown(*lists: list[dict[str, object]]) -> list[dict[str, object]]:
	"""The rows that these lists show, each once."""
	return list({row["name"]: row for rows in lists for row in rows[:ROWS]}.values())


def listed(rows: list[dict[str, object]], filters: list[Filter]) -> dict[str, object]:
	"""The first of them, how many there are, and the list that has them all."""
	return {"targets": rows[:ROWS], "count": len(rows), "address": address(filters)}


#: A target's field, or one of its sellers' by the name of their table; an operator; a value.
Filter = list[object]


def address(filters: list[Filter]) -> str:
	"""The list of the targets that these filters leave, as its address says them."""
	return lines.desk("sales-target", _by_field(filters))


def _by_field(filters: Iterable[Filter]) -> dict[str, list[object]]:
	"""As an address and a way to a list say them."""
	return {field: [operator, value] for field, operator, value in filters}


def runs() -> list[Filter]:
	"""Today is in the target's period."""
	return [[field, *condition] for field, condition in running_on(getdate()).items()]


# --- whose targets ------------------------------------------------------------------------------

MINE, TEAMS, COMPANY = WHOSE = ("mine", "teams", "company")
SELLER = "Sales Target Assignee.sales_person"


@dataclass(frozen=True, slots=True)
class Whose:
	"""A seller, the groups that they are in, and the group of everyone."""

	seller: str
	teams: tuple[str, ...]
	company: str | None

	@classmethod
	def of(cls, user: str) -> Whose | None:
		"""None for who is no Sales Person."""
		seller, *groups = facts.path_of_user(user) or (None,)
		return cls(seller, tuple(groups[:-1]), groups[-1] if groups else None) if seller else None

	@property
	def everyone(self) -> set[str]:
		return {name for of in WHOSE for name in self.names(of)}

	def names(self, of: str) -> set[str]:
		"""Whom a target names that is in this list."""
		return {*{MINE: (self.seller,), TEAMS: self.teams, COMPANY: (self.company,)}[of]} - {None}

	def filter(self, of: str) -> Filter:
		names = sorted(self.names(of))
		return [SELLER, "=", names[0]] if len(names) == 1 else [SELLER, "in", names]


# --- number cards -------------------------------------------------------------------------------

RUNNING: Filter = ["status", "=", str(Status.RUNNING)]
ACHIEVED: Filter = ["status", "=", str(Status.ACHIEVED)]
BEHIND: Filter = ["behind_pace", "=", 1]


@called.public()
def my_running(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Targets of today that name the one who asks: those of the list *My Targets*."""
	return _card_of(MINE, *runs())


@called.public()
def my_behind(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card_of(MINE, BEHIND)


@called.public()
def my_achieved(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card_of(MINE, ACHIEVED, *runs())


@called.public()
def of_my_teams(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Targets of today of the groups that the one who asks is in."""
	return _card_of(TEAMS, *runs())


@called.public()
def of_the_company(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Targets of today of the group of everyone."""
	return _card_of(COMPANY, *runs())


@called.public()
def my_follow_ups(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Conversations of one's own whose follow-up is due today or was due before."""
	# not "<=": the framework takes a day that is missing for the earliest there is
	until_today = ("between", ["2000-01-01", add_days(nowdate(), clock.days_ahead())])
	# not "= 0": a list takes the empty box for no filter
	due = {"user": frappe.session.user, "completed": ("!=", 1), "follow_up_date": until_today}
	frappe.has_permission(CONVERSATION, "read", throw=True)
	names = frappe.get_list(CONVERSATION, filters=due, pluck="name", order_by="name", limit=0)
	return _counted(len(names), CONVERSATION, due)


@called.public()
def my_statements(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Issued statements of the one who asks that wait for them: neither acknowledged, replaced, nor a question of theirs
	open (H4). Nobody's list is that of who is no Sales Person.
	"""
	frappe.has_permission(STATEMENT, "read", throw=True)
	sellers = sorted(permissions.own_sellers(frappe.session.user))
	if not sellers:
		return {"value": 0, "fieldtype": "Int"}
	# not "= 0": a list takes the empty box for no filter
	waiting = {
		"docstatus": 1,
		"status": ("in", list(WAITING)),
		"unanswered": ("<", 1),
		"superseded_by": ("is", "not set"),
		"sales_person": ("in", sellers),
	}
	names = frappe.get_list(STATEMENT, filters=waiting, pluck="name", order_by="name", limit=0)
	return _counted(len(names), STATEMENT, waiting)


@called.public()
def running(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Targets of today: who leads, and who is at risk."""
	return _card(*runs())


@called.public()
def behind(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(BEHIND)


@called.public()
def achieved(filters: str | list | dict | None = None) -> dict[str, object]:
	return _card(ACHIEVED, *runs())


@called.public()
def ending(filters: str | list | dict | None = None) -> dict[str, object]:
	"""Targets that are not achieved yet, and of which thirty days or less are left."""
	return _card(RUNNING, ["to_date", "<=", str(getdate(add_days(nowdate(), 30)))])


def _card_of(of: str, *filters: Filter) -> dict[str, object]:
	"""PermissionError for who may not read targets at all. Nobody's list is that of who is no Sales Person."""
	frappe.has_permission(TARGET, "read", throw=True)
	whose = Whose.of(frappe.session.user)
	names = whose and whose.filter(of)[-1]
	if not names:
		return {"value": 0, "fieldtype": "Int"}
	return _card(*filters, whose.filter(of))


def _card(*filters: Filter) -> dict[str, object]:
	frappe.has_permission(TARGET, "read", throw=True)
	asked = [[*_place(field), operator, value] for field, operator, value in filters]
	names = frappe.get_list(TARGET, filters=asked, pluck="name", order_by="name", limit=0)
	return _counted(len(set(names)), TARGET, _by_field(filters))


def _place(field: str) -> tuple[str, str]:
	"""The table that a field is in, and its name there."""
	table, _point, name = field.rpartition(".")
	return table or TARGET, name


def _counted(count: int, doctype: str, filters: dict[str, object]) -> dict[str, object]:
	"""A number as Number Cards show it, and the list that it counts."""
	return {"value": count, "fieldtype": "Int", "route": ["List", doctype, "List"], "route_options": filters}
