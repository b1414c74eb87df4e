"""What the engine is told about parties: read from documents, in bulk where many are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

import frappe
from frappe.utils import cint, get_datetime, getdate, now_datetime

from sales_extensions import current, showing
from sales_extensions.constants.custom_fields import AGREED_ON
from sales_extensions.engine.pipeline import Event, Policy, Source, agreed_on, lost_at

if TYPE_CHECKING:
	from frappe.model.document import Document

CUSTOMER, LEAD, PROSPECT = "Customer", "Lead", "Prospect"
KINDS = (CUSTOMER, LEAD, PROSPECT)

#: Which party a lost document is about.
PARTY_FIELDS = {
	Source.QUOTATION: ("quotation_to", "party_name"),
	Source.OPPORTUNITY: ("opportunity_from", "party_name"),
}
LOST = "Lost"


class Party(NamedTuple):
	kind: str
	name: str


class Rules(NamedTuple):
	"""What the site decides: the outcome of each stage, and what else ends a passage."""

	outcomes: Mapping[str, str]
	policy: Policy


def rules(saved: Mapping[str, str] | None = None) -> Rules:
	"""As this transaction sees them; a change restates all parties once it is committed.

	`saved`: the settings, where they were read in this event.
	"""
	if saved is None:
		saved = dict(
			frappe.db.sql(
				"""SELECT field, value FROM `tabSingles` WHERE doctype = 'Sales Extensions Settings'
				AND field IN ('won_on_sales_order', 'lost_on_quotation', 'lost_on_opportunity')"""
			)
		)
	policy = Policy(
		won_on_order=bool(cint(saved.get("won_on_sales_order", 1))),
		lost_on_quotation=bool(cint(saved.get("lost_on_quotation"))),
		lost_on_opportunity=bool(cint(saved.get("lost_on_opportunity"))),
	)
	return Rules(dict(frappe.db.sql("SELECT name, outcome FROM `tabPipeline Stage`")), policy)


# --- who is one party -----------------------------------------------------------------------------


def owners(parties: Collection[Party]) -> dict[Party, Party]:
	"""The party whose pipeline each belongs to: itself, or what it was converted to.

	A Lead belongs to its Customer, or else to the Prospect that lists it; a Prospect to its Customer. Of
	several, to the one that was there first.
	"""
	leads = {one.name for one in parties if one.kind == LEAD}
	prospect_of = _earliest("Prospect Lead", "lead", "parent", leads)
	prospects = {one.name for one in parties if one.kind == PROSPECT} | set(prospect_of.values())
	by_lead = _earliest(CUSTOMER, "lead_name", "name", leads)
	by_prospect = _earliest(CUSTOMER, "prospect_name", "name", prospects)

	def owner(party: Party) -> Party:
		if party.kind == LEAD and party.name in by_lead:
			return Party(CUSTOMER, by_lead[party.name])
		if party.kind == LEAD and party.name in prospect_of:
			return owner(Party(PROSPECT, prospect_of[party.name]))
		if party.kind == PROSPECT and party.name in by_prospect:
			return Party(CUSTOMER, by_prospect[party.name])
		return party

	return {party: owner(party) for party in parties}


def owner_of(kind: str | None, name: str | None) -> Party | None:
	"""The party whose pipeline a document is about; None: no party."""
	if kind not in KINDS or not name:
		return None
	party = Party(kind, name)
	return party if kind == CUSTOMER else owners([party])[party]


def _earliest(doctype: str, key: str, value: str, wanted: Collection[str]) -> dict[str, str]:
	if not wanted:
		return {}
	table = frappe.qb.DocType(doctype)
	query = (
		frappe.qb.from_(table)
		.select(table[key], table[value])
		.where(table[key].isin(list(wanted)))
		.orderby(table.creation, order=frappe.qb.desc)
		.orderby(table[value], order=frappe.qb.desc)
	)
	return dict(query.run())


def members(parties: Collection[Party]) -> dict[Party, Party]:
	"""All that may have conversations or losses of these parties, each with the party it belongs to."""
	found = set(parties)
	customers = [one.name for one in parties if one.kind == CUSTOMER]
	if customers:
		for lead, prospect in frappe.db.sql(
			"SELECT lead_name, prospect_name FROM `tabCustomer` WHERE name IN %s", (customers,)
		):
			found |= {Party(LEAD, lead)} if lead else set()
			found |= {Party(PROSPECT, prospect)} if prospect else set()
	prospects = [one.name for one in found if one.kind == PROSPECT]
	if prospects:
		found |= {
			Party(LEAD, lead)
			for (lead,) in frappe.db.sql(
				"SELECT lead FROM `tabProspect Lead` WHERE parent IN %s", (prospects,)
			)
			if lead
		}
	wanted = set(parties)
	return {member: owner for member, owner in owners(found).items() if owner in wanted}


def all_parties() -> list[Party]:
	"""Every party that something happened to, or that the books know, sorted."""
	named = {
		Party(*row)
		for row in frappe.db.sql("SELECT DISTINCT party_type, party FROM `tabConversation` WHERE party != ''")
		if row[0] in KINDS
	}
	for source in PARTY_FIELDS:
		named |= {party for party, _event in _losses(source, None, {})}
	known = {Party(*row) for row in frappe.db.sql("SELECT party_type, party FROM `tabPipeline Party`")}
	return sorted(set(owners(named).values()) | known)


# --- what happened ----------------------------------------------------------------------------------


def of_conversation(doc: Document) -> Event:
	return _conversation(
		doc.name,
		doc.conversation_date,
		doc.time_begin,
		doc.creation,
		doc.pipeline_position,
		doc.employee,
		doc.user,
	)


def _conversation(name, day, begin, recorded, stage, employee, user) -> Event:
	return Event(
		source=str(Source.CONVERSATION),
		name=str(name),
		day=getdate(day),
		recorded=get_datetime(recorded),
		second=_second(begin),
		stage=stage or "",
		employee=employee or "",
		user=user or "",
	)


def _second(begin: object) -> int | None:
	"""The second of the day, of a time as the database, a form or a caller gives it."""
	if begin is None or begin == "":
		return None
	if isinstance(begin, timedelta):
		return int(begin.total_seconds())
	if isinstance(begin, time):
		return begin.hour * 3600 + begin.minute * 60 + begin.second
	parts = [int(float(part)) for part in str(begin).split(":")[:3]]
	return sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


def of_order(doc: Document) -> Event:
	return _order(doc.name, doc.transaction_date, doc.creation, doc.get(AGREED_ON))


def _order(name, day, recorded, until) -> Event:
	return Event(
		str(Source.ORDER),
		name,
		getdate(day),
		get_datetime(recorded),
		until=getdate(until) if until else None,
	)


def note_agreement(doc: Document) -> None:
	"""Up to which day talks came before an order that is being submitted; an amended one is the same deal."""
	if doc.amended_from:
		doc.set(AGREED_ON, frappe.db.get_value("Sales Order", doc.amended_from, AGREED_ON))
	else:
		entered, submitted = getdate(doc.creation), getdate(doc.modified)
		doc.set(AGREED_ON, agreed_on(getdate(doc.transaction_date), entered, submitted))


def loss_now(doc: Document) -> Event:
	"""A document that is lost as of now: nothing in it says when that was."""
	now = now_datetime().replace(microsecond=0)
	return Event(doc.doctype, doc.name, now.date(), now)


def conversations(parties: Collection[Party]) -> dict[Party, list[Event]]:
	found = defaultdict(list)
	for kind, names in _by_kind(parties).items():
		for party, *row in frappe.db.sql(
			"""SELECT party, name, conversation_date, time_begin, creation, pipeline_position, employee, user
			FROM `tabConversation` WHERE party_type = %s AND party IN %s""",
			(kind, names),
		):
			found[Party(kind, party)].append(_conversation(*row))
	return found


def orders(customers: Collection[str], *, locked: bool = False) -> dict[Party, list[Event]]:
	"""Submitted orders. `locked`: as they are now, none of them to change until this transaction ends."""
	if not customers:
		return {}
	found = defaultdict(list)
	for customer, *row in current.sql(
		f"""SELECT customer, name, transaction_date, creation, `{AGREED_ON}` FROM `tabSales Order`
		WHERE customer IN %s AND docstatus = 1 {"LOCK IN SHARE MODE" if locked else ""}""",
		(tuple(customers),),
		when=locked,
	):
		found[Party(CUSTOMER, customer)].append(_order(*row))
	return found


def losses(parties: Collection[Party], known: Mapping[tuple[str, str], Event]) -> dict[Party, list[Event]]:
	"""Lost documents. Those that the books know keep their day; else their Lost Reasons tell it, if they have any."""
	found = defaultdict(list)
	for source in PARTY_FIELDS:
		for party, event in _losses(source, parties, known):
			found[party].append(event)
	return found


def _losses(source: str, parties: Collection[Party] | None, known) -> Iterable[tuple[Party, Event]]:
	kind, name = PARTY_FIELDS[source]
	table = frappe.qb.DocType(str(source))
	query = frappe.qb.from_(table).select(
		table[kind], table[name], table.name, table.creation, table.modified
	)
	query = query.where((table.status == LOST) & (table.docstatus < 2))
	if parties is not None:
		query = query.where(table[name].isin([one.name for one in parties] or [""]))
	rows = query.run()
	reasons = _reasons(source, [row[2] for row in rows if (str(source), row[2]) not in known])
	for party_type, party, document, created, modified in rows:
		if party_type in KINDS and party:
			when = lost_at(created, modified, reasons.get(document, ())).replace(microsecond=0)
			event = known.get((str(source), document)) or Event(str(source), document, when.date(), when)
			yield Party(party_type, party), event


def _reasons(source: str, documents: Collection[str]) -> dict[str, list[tuple[datetime, datetime]]]:
	"""Creation and last change of the Lost Reasons of documents."""
	found = defaultdict(list)
	table = frappe.qb.DocType(f"{source} Lost Reason Detail")
	query = frappe.qb.from_(table).select(table.parent, table.creation, table.modified)
	for parent, *moments in query.where(table.parent.isin(list(documents) or [""])).run():
		found[parent].append(tuple(moments))
	return found


def happened(parties: Collection[Party], known: Mapping[tuple[str, str], Event]) -> dict[Party, list[Event]]:
	"""All events of these parties, out of the documents. Of a party that is gone, none."""
	there = faces(parties)
	belongs = {member: owner for member, owner in members(parties).items() if owner in there}
	found: dict[Party, list[Event]] = {party: [] for party in parties}
	for part in (conversations(belongs), losses(belongs, known)):
		for member, events in part.items():
			if member in belongs:
				found[belongs[member]] += events
	for party, events in orders([one.name for one in there if one.kind == CUSTOMER]).items():
		found[party] += events
	return found


# --- who they are -----------------------------------------------------------------------------------

NAME_OF = {CUSTOMER: "customer_name", LEAD: "title", PROSPECT: "company_name"}


class Face(NamedTuple):
	"""What is shown of a party, and what it is filtered by."""

	party_name: str
	territory: str | None


def faces(parties: Collection[Party]) -> dict[Party, Face]:
	"""Those that exist."""
	found = {}
	for kind, names in _by_kind(parties).items():
		for name, shown, territory in frappe.db.sql(
			f"SELECT name, `{NAME_OF[kind]}`, territory FROM `tab{kind}` WHERE name IN %s", (names,)
		):
			found[Party(kind, name)] = Face(showing.as_plain(shown or name), territory or None)
	return found


def is_there(party: Party) -> bool:
	"""Whether a party exists as of now, also where this transaction began before it did. Its row is held."""
	query = f"SELECT name FROM `tab{party.kind}` WHERE name = %s LOCK IN SHARE MODE"
	return bool(current.sql(query, party.name))


def nobody(party: Party) -> Face:
	"""What is shown of a party that is gone."""
	return Face(party.name, None)


def face_of(doc: Document) -> Face:
	return Face(showing.as_plain(doc.get(NAME_OF[doc.doctype]) or doc.name), doc.territory or None)


def _by_kind(parties: Collection[Party]) -> dict[str, tuple[str, ...]]:
	names = defaultdict(list)
	for kind, name in sorted(parties):
		names[kind].append(name)
	return {kind: tuple(found) for kind, found in names.items()}


def moment(text: str) -> datetime:
	return datetime.fromisoformat(text)
