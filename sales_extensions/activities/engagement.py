"""How sellers engage with customers, and how much time they spend (D2).

Counted, each once, on its day: conversations; messages that are filed under a party or linked to one; and Events
with a party among their participants, or booked from a conversation with one, once they have begun, and again on each
day that they repeat. A conversation by phone is also a call, one on a visit a visit: its method says which. What the framework writes into the timeline for an Event is the Event. Minutes are
those noted in conversations, and the length of Events that don't last whole days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_extensions import called
from sales_extensions.activities import asked, repeats, seen
from sales_extensions.activities.asked import CONVERSATION, PARTIES, Period
from sales_extensions.constants.roles import MANAGER
from sales_extensions.engine import recurrence

EMPLOYEE, CUSTOMER, TERRITORY, MONTH = "Employee", "Customer", "Territory", "Month"
GROUPS = (EMPLOYEE, CUSTOMER, TERRITORY, MONTH)
#: Kinds of what was done, by Conversation Method, by Communication, by Event.
BY_METHOD = {"Call": "calls", "Visit": "visits", "Meeting": "meetings"}
BY_MEDIUM = {"Phone": "calls", "Visit": "visits", "Meeting": "meetings", "Email": "emails"}
BY_CATEGORY = {"Call": "calls", "Meeting": "meetings"}


@dataclass(slots=True)
class Effort:
	"""What was done for one key; `total` counts everything once."""

	conversations: int = 0
	calls: int = 0
	visits: int = 0
	meetings: int = 0
	emails: int = 0
	total: int = 0
	minutes: int = 0

	def add(self, kind: str | None, number: int, minutes: int = 0) -> None:
		self.total += number
		self.minutes += minutes
		if kind:
			setattr(self, kind, getattr(self, kind) + number)

	def __iadd__(self, other: Effort) -> Effort:
		self.conversations += other.conversations
		self.calls += other.calls
		self.visits += other.visits
		self.meetings += other.meetings
		self.emails += other.emails
		self.total += other.total
		self.minutes += other.minutes
		return self


#: ("anna@example.com",), ("Customer", "Shop One"), ("Holland",) or ("2026-03",)
Key = tuple[str, ...]


def efforts(period: Period, group_by: str) -> dict[Key, Effort]:
	"""What was done in a period, of what the one who asks may see."""
	found: dict[Key, Effort] = defaultdict(Effort)
	for key, effort in _conversations(period, group_by):
		found[key] += effort
	for key, kind, number in _messages(period, group_by):
		found[key].add(BY_MEDIUM.get(kind), number)
	for key, kind, number, minutes in _events(period, group_by):
		found[key].add(BY_CATEGORY.get(kind), number, minutes)
	return _by_territory(found) if group_by == TERRITORY else found


def _by_territory(found: dict[Key, Effort]) -> dict[Key, Effort]:
	of_party = seen.territories_of([{"party_type": kind, "party": name} for kind, name in found])
	merged: dict[Key, Effort] = defaultdict(Effort)
	for party, effort in found.items():
		merged[(of_party.get(party, ""),)] += effort
	return merged


def _values(period: Period) -> dict:
	user = frappe.db.get_value("Employee", period.employee, "user_id") if period.employee else ""
	return {
		"first": period.first,
		"last": period.last,
		"now": now_datetime(),
		"all": not period.employee,
		"employee": period.employee,
		"user": user or "",
		"me": frappe.session.user,
		"everyone": MANAGER in frappe.get_roles(),
		"territories": period.territories or ("",),
	}


def _key(group_by: str, user: str, party_type: str, party: str, day: str) -> str:
	"""Columns to group by; a territory is that of the party, found afterwards."""
	return {
		EMPLOYEE: f"COALESCE({user}, '')",
		CUSTOMER: f"{party_type}, {party}",
		TERRITORY: f"{party_type}, {party}",
		MONTH: f"DATE_FORMAT({day}, '%%Y-%%m')",
	}[group_by]


def _rows(query: str, values: dict, figures: int) -> Iterator[tuple]:
	"""Rows of the key as a tuple, and the figures behind it."""
	for row in frappe.db.sql(query, values):
		key = tuple(part or "" for part in row[:-figures])
		kind, *numbers = row[-figures:]
		yield key, kind, *(int(number or 0) for number in numbers)


#: Whose a conversation is: its user's; of an employee who is no user, and for whom another wrote it, the employee's.
WHOSE = "IF(COALESCE(worker.user_id, '') = '', COALESCE(worker.name, `tabConversation`.user), `tabConversation`.user)"
WORKER = "LEFT JOIN `tabEmployee` worker ON worker.name = `tabConversation`.employee"


def _conversations(period: Period, group_by: str) -> Iterator[tuple[Key, Effort]]:
	"""One row for each key, by the index `engagement` alone: methods are counted, not joined nor grouped by."""
	table = "`tabConversation`"
	key = _key(group_by, WHOSE, f"{table}.party_type", f"{table}.party", f"{table}.conversation_date")
	kinds = sorted(set(BY_METHOD.values()))
	counted = ", ".join(f"CAST(SUM({table}.how IN %({kind})s) AS SIGNED)" for kind in kinds)
	query = f"""SELECT {key}, COUNT(*), CAST(SUM({table}.duration_minutes) AS SIGNED), {counted}
		FROM {table} {WORKER if group_by == EMPLOYEE else ""}
		WHERE {table}.conversation_date BETWEEN %(first)s AND %(last)s
			AND (%(all)s OR {table}.employee = %(employee)s)
			AND {seen.of_territories(period)} AND ({seen.permitted(CONVERSATION)})
		GROUP BY {key}"""
	figures = 2 + len(kinds)
	for row in frappe.db.sql(query, _values(period) | _methods()):
		number, minutes, *of_kinds = (int(figure or 0) for figure in row[-figures:])
		effort = Effort(conversations=number, total=number, minutes=minutes)
		for kind, one in zip(kinds, of_kinds, strict=True):
			setattr(effort, kind, one)
		yield tuple(part or "" for part in row[:-figures]), effort


def _methods() -> dict[str, tuple[str, ...]]:
	"""The Conversation Methods of each kind of what was done."""
	found: dict[str, tuple[str, ...]] = dict.fromkeys(BY_METHOD.values(), ("",))
	for name, medium in frappe.db.sql("SELECT name, communication_medium FROM `tabConversation Method`"):
		if medium in BY_METHOD:
			found[BY_METHOD[medium]] += (name,)
	return found


#: A message's party: what it is filed under, or else the first party that it is linked to.
MESSAGES = f"""SELECT m.name, m.communication_medium, m.communication_date AS day, m.sender, m.user,
	IF(m.sent_or_received = 'Received', COALESCE(m.email_account, ''), '') AS fetched_by,
	IF(m.reference_doctype IN {PARTIES}, m.reference_doctype, link.link_doctype) AS party_type,
	IF(m.reference_doctype IN {PARTIES}, m.reference_name, link.link_name) AS party
	FROM `tabCommunication` m
	LEFT JOIN (
		SELECT parent, MIN(idx) AS idx FROM `tabCommunication Link`
		WHERE parenttype = 'Communication' AND link_doctype IN {PARTIES} GROUP BY parent
	) first_link ON first_link.parent = m.name
	LEFT JOIN `tabCommunication Link` link ON link.parent = m.name AND link.idx = first_link.idx
		AND link.parenttype = 'Communication'
	WHERE m.communication_type = 'Communication' AND COALESCE(m.reference_doctype, '') != 'Event'
		AND m.communication_date >= %(first)s AND m.communication_date < %(last)s + INTERVAL 1 DAY"""

#: Whose an e-mail account is: the user's whose address it has, or who alone has it among their accounts.
INBOXES = """SELECT a.name AS account,
		COALESCE(own.name, IF(COUNT(DISTINCT among.parent) = 1, MIN(among.parent), NULL)) AS user
	FROM `tabEmail Account` a LEFT JOIN `tabUser` own ON own.email = a.email_id
	LEFT JOIN `tabUser Email` among ON among.email_account = a.name AND among.parenttype = 'User'
	GROUP BY a.name, own.name"""

#: Who wrote or took a message: the user whose address it was sent from, or who filed it. The scheduler fetches
#: mail as Administrator: that is the account's user's, or nobody's.
WRITER = "COALESCE(author.name, IF(done.fetched_by = '', done.user, inbox.user))"


def _messages(period: Period, group_by: str) -> Iterator[tuple]:
	key = _key(group_by, WRITER, "done.party_type", "done.party", "done.day")
	query = f"""SELECT {key}, done.communication_medium, COUNT(*)
		FROM ({MESSAGES}) done LEFT JOIN `tabUser` author ON author.email = done.sender
		LEFT JOIN ({INBOXES}) inbox ON inbox.account = done.fetched_by
		WHERE done.party_type IN {PARTIES} AND (%(all)s OR {WRITER} = %(user)s)
			AND {_party_is_seen("done", period)}
		GROUP BY {key}, done.communication_medium"""
	return _rows(query, _values(period), 2)


#: An Event's party: that of the conversation that it was booked from, or else the first among its participants. A private
#: one is its owner's; managers see that it was.
EVENTS = f"""SELECT e.name, e.event_category, e.starts_on AS day, e.owner,
	COALESCE(said.party_type, p.reference_doctype) AS party_type, COALESCE(said.party, p.reference_docname) AS party,
	{", ".join(f"e.{field}" for field in repeats.FIELDS)},
	IF(e.all_day = 0 AND e.ends_on IS NOT NULL, TIMESTAMPDIFF(MINUTE, e.starts_on, e.ends_on), 0) AS minutes
	FROM `tabEvent` e
	JOIN (
		SELECT one.parent, COALESCE(MIN(IF(origin.name IS NULL, NULL, one.idx)), MIN(one.idx)) AS idx
		FROM `tabEvent Participants` one LEFT JOIN `tabConversation` origin
			ON one.reference_doctype = '{CONVERSATION}' AND origin.name = one.reference_docname
		WHERE one.parenttype = 'Event' AND (one.reference_doctype IN {PARTIES} OR origin.name IS NOT NULL)
		GROUP BY one.parent
	) first_one ON first_one.parent = e.name
	JOIN `tabEvent Participants` p ON p.parent = e.name AND p.idx = first_one.idx AND p.parenttype = 'Event'
	LEFT JOIN `tabConversation` said ON p.reference_doctype = '{CONVERSATION}' AND said.name = p.reference_docname
	WHERE e.status != 'Cancelled' AND e.starts_on <= %(now)s AND e.starts_on < %(last)s + INTERVAL 1 DAY
		AND (e.event_type = 'Public' OR e.owner = %(me)s OR %(everyone)s)"""
ONCE = f"{EVENTS} AND e.repeat_this_event = 0 AND e.starts_on >= %(first)s"
REPEATED = f"{EVENTS} AND e.repeat_this_event = 1 AND COALESCE(e.repeat_till, %(last)s) >= %(first)s"


def _events(period: Period, group_by: str) -> Iterator[tuple]:
	key = _key(group_by, "done.owner", "done.party_type", "done.party", "done.day")
	query = f"""SELECT {key}, done.event_category, COUNT(*), SUM(GREATEST(done.minutes, 0))
		FROM ({ONCE}) done
		WHERE (%(all)s OR done.owner = %(user)s) AND {_party_is_seen("done", period)}
		GROUP BY {key}, done.event_category"""
	yield from _rows(query, _values(period), 3)
	yield from _repeated(period, group_by)


def _repeated(period: Period, group_by: str) -> Iterator[tuple]:
	"""Those that repeat: few, and each counted on the days on which it has begun."""
	query = f"""SELECT * FROM ({REPEATED}) done
		WHERE (%(all)s OR done.owner = %(user)s) AND {_party_is_seen("done", period)}"""
	now = now_datetime()
	for event in frappe.db.sql(query, _values(period), as_dict=True):
		for day in recurrence.days(repeats.rule_of(event), period.first, min(period.last, now.date())):
			if datetime.combine(day, event.day.time()) <= now:
				key = {
					EMPLOYEE: (event.owner,),
					CUSTOMER: (event.party_type, event.party),
					TERRITORY: (event.party_type, event.party),
					MONTH: (f"{day:%Y-%m}",),
				}[group_by]
				yield key, event.event_category, 1, max(event.minutes, 0)


def _party_is_seen(alias: str, period: Period) -> str:
	"""The user may read the party, and it is in the territories that were asked for."""
	found = []
	for party in PARTIES:
		only = seen.permitted(party)
		if only == "1 = 0":
			continue
		if period.territories is not None:
			only = f"({only}) AND `tab{party}`.territory IN %(territories)s"
		kind = f"{alias}.party_type = '{party}'"
		rest = (
			"" if only == "1 = 1" else f" AND {alias}.party IN (SELECT name FROM `tab{party}` WHERE {only})"
		)
		found.append(f"({kind}{rest})")
	return f"({' OR '.join(found) or '1 = 0'})"


def read(filters: dict | None) -> tuple[Period, str]:
	"""Raises ValidationError that names the filter."""
	filters = called.filters(filters)
	group_by = asked.choice(filters.get("group_by") or EMPLOYEE, GROUPS, _("Group By"))
	return asked.period(filters), group_by
