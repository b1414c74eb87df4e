"""Customers that were not heard of for a number of days (D2).

Contact is a conversation with the customer, or a message, call or meeting that is filed under the customer or
linked to it; of one that was a lead or prospect, with that too. What was only planned is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate

from sales_extensions import called
from sales_extensions.activities import asked, seen
from sales_extensions.activities.asked import CONVERSATION

SETTING = ("Sales Extensions Settings", "no_contact_days")
DEFAULT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Asked:
	days: int
	territories: tuple[str, ...] | None
	limit: int


def read(filters: dict | None) -> Asked:
	"""Raises ValidationError that names the filter."""
	filters = called.filters(filters)
	default = frappe.db.get_single_value(*SETTING) or DEFAULT_DAYS
	return Asked(
		days=asked.days(filters.get("days"), _("Days"), default),
		territories=asked.territories(filters),
		limit=asked.rows(filters.get("limit")),
	)


def silent(wanted: Asked) -> list[dict]:
	"""The customers that the user may read, the longest silence first; those never contacted before all.

	`days`: since the last contact, or since the customer was created where there was none.
	"""
	rows = frappe.db.sql(
		f"""SELECT `tabCustomer`.name AS party, `tabCustomer`.customer_name AS party_name,
			`tabCustomer`.territory, `tabCustomer`.customer_group, `tabCustomer`.creation, spoken.day AS spoken,
			written.day AS written
		FROM `tabCustomer`
		LEFT JOIN ({_spoken()}) spoken ON spoken.party = `tabCustomer`.name
		LEFT JOIN ({_written()}) written ON written.party = `tabCustomer`.name
		WHERE `tabCustomer`.disabled = 0 AND ({seen.permitted("Customer")})
			AND (%(all)s OR `tabCustomer`.territory IN %(territories)s)
			AND DATEDIFF(%(today)s, COALESCE({LATEST}, DATE(`tabCustomer`.creation))) >= %(days)s
		ORDER BY {LATEST} IS NOT NULL, COALESCE({LATEST}, DATE(`tabCustomer`.creation)), `tabCustomer`.name
		LIMIT %(limit)s""",
		{
			"today": getdate(),
			"days": wanted.days,
			"all": wanted.territories is None,
			"territories": wanted.territories or ("",),
			"limit": wanted.limit + 1,
		},
		as_dict=True,
	)
	for row in rows:
		tell(row)
	return rows


#: NULL, not the other, is what GREATEST gives where one of them is NULL.
LATEST = (
	"NULLIF(GREATEST(COALESCE(spoken.day, '0001-01-01'), COALESCE(written.day, '0001-01-01')), '0001-01-01')"
)


#: What a customer was before, and is still one party with: its kind, and the customers with their former names.
FORMER = (
	("Lead", "SELECT name AS customer, lead_name AS party FROM `tabCustomer` WHERE lead_name != ''"),
	(
		"Prospect",
		"SELECT name AS customer, prospect_name AS party FROM `tabCustomer` WHERE prospect_name != ''",
	),
	(
		"Lead",
		"""SELECT c.name AS customer, member.lead AS party FROM `tabCustomer` c
		JOIN `tabProspect Lead` member ON member.parent = c.prospect_name AND member.parenttype = 'Prospect'""",
	),
)


def _spoken() -> str:
	"""The last conversation by customer."""
	return _last(
		_by_customer(
			"`tabConversation` said",
			"said.conversation_date",
			("said.party_type", "said.party"),
			"said.conversation_date <= %(today)s",
		)
	)


def _booked() -> list[str]:
	"""The last booking by customer that was made from a conversation: a private one is in no timeline."""
	return _by_customer(
		"""`tabEvent Participants` p JOIN `tabEvent` e ON e.name = p.parent AND p.parenttype = 'Event'
		JOIN `tabConversation` said ON said.name = p.reference_docname AND p.reference_doctype = 'Conversation'""",
		"DATE(e.starts_on)",
		("said.party_type", "said.party"),
		"e.status != 'Cancelled' AND e.starts_on < %(today)s + INTERVAL 1 DAY",
	)


def _written() -> str:
	"""The last message or booking by customer: filed under it, linked to it, or made from a conversation with it."""
	told = "m.communication_type = 'Communication' AND m.communication_date < %(today)s + INTERVAL 1 DAY"
	linked = f"link.parenttype = 'Communication' AND {told}"
	return _last(
		_by_customer(
			"`tabCommunication` m",
			"DATE(m.communication_date)",
			("m.reference_doctype", "m.reference_name"),
			told,
		)
		+ _by_customer(
			"`tabCommunication Link` link JOIN `tabCommunication` m ON m.name = link.parent",
			"DATE(m.communication_date)",
			("link.link_doctype", "link.link_name"),
			linked,
		)
		+ _booked()
	)


def _last(parts: list[str]) -> str:
	return f"SELECT party, MAX(day) AS day FROM ({' UNION ALL '.join(parts)}) one GROUP BY party"


def _by_customer(source: str, day: str, party: tuple[str, str], where: str) -> list[str]:
	"""Queries for the last day by customer: of what names the customer, and of what names what it was before."""
	kind, name = party
	own = f"SELECT {name} AS party, MAX({day}) AS day FROM {source} WHERE {kind} = 'Customer' AND {where} GROUP BY {name}"
	former = [
		f"""SELECT was.customer, MAX({day}) FROM ({customers}) was JOIN ({source})
		ON {kind} = '{former_kind}' AND {name} = was.party WHERE {where} GROUP BY was.customer"""
		for former_kind, customers in FORMER
	]
	return [own, *former]


def tell(row: dict) -> None:
	"""Sets the last contact's day and kind, and the days since."""
	days = [(day, kind) for kind, day in ((CONVERSATION, row.spoken), ("Communication", row.written)) if day]
	row.last_contact, kind = max(days, default=(None, ""))
	row.last_kind = _(kind) if kind else _("None")
	row.days = (getdate() - (row.last_contact or row.creation.date())).days
	row.party_type = "Customer"
