"""One change, followed in the transaction that makes it (C5).

Conversations, orders and losses are noted one by one, under the lock of their party: exact, however many write
at once. What changes who a party is (a conversion, a merge, a deletion) has the party read anew from the
documents, and once more after the commit, for what was being saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import frappe

from sales_extensions import current
from sales_extensions.engine.pipeline import Event, Source

from . import book, facts, restate
from .facts import CUSTOMER, LEAD, LOST, PROSPECT, Party

if TYPE_CHECKING:
	from frappe.model.document import Document

Id = tuple[str, str]
#: What becomes of events: the new one in place of an old one, or None where it is gone.
Changes = Mapping[Id, Event | None]


# --- conversations --------------------------------------------------------------------------------


def conversation(doc: Document) -> None:
	"""A conversation was made or changed. No statement where nothing that counts has changed."""
	before = doc.get_doc_before_save()
	event = facts.of_conversation(doc)
	former_event = facts.of_conversation(before) if before else None
	named = (doc.party_type, doc.party)
	former_named = (before.party_type, before.party) if before else None
	if (event, named) == (former_event, former_named):
		return
	party = facts.owner_of(*named)
	former = facts.owner_of(*former_named) if former_named else None
	changes: dict[Party, Changes] = {}
	if former and former != party:
		changes[former] = {_id(event): None}
	if party:
		changes[party] = {_id(event): event}
	_note(changes, moves=bool(event.stage or (former_event and former_event.stage)))


def conversation_deleted(doc: Document) -> None:
	party = facts.owner_of(doc.party_type, doc.party)
	if party:
		gone = (str(Source.CONVERSATION), doc.name)
		_note({party: {gone: None}}, moves=bool(doc.pipeline_position))


def _note(changes: Mapping[Party, Changes], *, moves: bool) -> None:
	"""Write what happened to some parties.

	`moves`: a stage is part of it, so that other orders may count than did. These are held first: who submits an
	order holds it and then waits for the party, and must not be waited for by who holds the party.
	"""
	customers = sorted(party.name for party in changes if party.kind == CUSTOMER)
	orders = facts.orders(customers, locked=True) if moves else None
	for party in sorted(changes, key=book.key):
		held = book.open_book(party)
		events = _changed(held.events, changes[party])
		if orders is not None:
			events = _with_orders(events, orders.get(party, ()))
		_write(held, events)
	unconverted = [party for party in changes if party.kind != CUSTOMER]
	if unconverted:
		restate.soon(unconverted)  # they may be what a Customer is being made of right now


def _changed(events: Mapping[Id, Event], changes: Changes) -> dict[Id, Event]:
	return {name: event for name, event in {**events, **changes}.items() if event}


def _with_orders(events: Mapping[Id, Event], orders: Iterable[Event]) -> dict[Id, Event]:
	others = {name: event for name, event in events.items() if event.source != Source.ORDER}
	return others | {_id(event): event for event in orders}


def _write(held: book.Book, events: Mapping[Id, Event], saved: Mapping[str, str] | None = None) -> None:
	face = facts.faces([held.party]).get(held.party)
	if not face and not facts.is_there(held.party):
		events, face = {}, facts.nobody(held.party)  # as whoever reads the party anew finds it
	book.write(held, book.decide(held.party, face or held.face, events.values(), facts.rules(saved)))


def _id(event: Event) -> Id:
	return str(event.source), event.name


# --- documents ------------------------------------------------------------------------------------


def settings_and_customer(name: str) -> tuple[dict[str, str], bool]:
	"""The saved settings, and whether the books know a customer, whose row is then held; in one statement.

	Not asked where orders don't count. The settings are as this transaction sees them, the row is of now: who
	was entered by a conversation that this transaction does not see yet is found.
	"""
	rows = current.sql(
		f"""SELECT field, value FROM `tabSingles` WHERE doctype = 'Sales Extensions Settings'
		UNION ALL (SELECT NULL, name FROM `tab{book.PARTY}` WHERE name = IF(
			COALESCE((
				SELECT value FROM `tabSingles`
				WHERE doctype = 'Sales Extensions Settings' AND field = 'won_on_sales_order'
			), '1') = '1', %s, NULL
		) FOR UPDATE)""",
		book.key(Party(CUSTOMER, name)),
	)
	saved = dict(rows)
	return saved, saved.pop(None, None) is not None


def order(doc: Document, saved: Mapping[str, str]) -> None:
	"""An order of a customer whom the books know was submitted or cancelled. `saved`: the settings."""
	held = book.open_if_known(Party(CUSTOMER, doc.customer))
	if not held:
		return
	event = facts.of_order(doc)
	if doc.docstatus == 1:
		_write(held, _changed(held.events, {_id(event): event}), saved)
	elif _id(event) in held.events:
		_take_back(held, _id(event), saved)


def _take_back(held: book.Book, gone: Id, saved: Mapping[str, str] | None = None) -> None:
	"""What may have ended a passage is gone: an order that did not count may do so now, and others are being
	saved perhaps.
	"""
	orders = facts.orders([held.party.name] if held.party.kind == CUSTOMER else ()).get(held.party, ())
	_write(held, _with_orders(_changed(held.events, {gone: None}), orders), saved)
	restate.soon([held.party])


def loss(doc: Document) -> None:
	"""A Quotation or Opportunity may have been lost, or is no longer. Settings decide whether that counts; the
	day is noted in any case, because the document does not tell it.
	"""
	if doc.flags.in_delete:
		return
	before = doc.get_doc_before_save()
	named, former = _lost_party(doc), _lost_party(before) if before else None
	# a document that is changed twice while it is open may still know of the first change's "before" alone
	former = doc.flags.get("sales_extensions_lost_by", former)
	if named == former:
		return
	doc.flags.sales_extensions_lost_by = named
	name = (doc.doctype, doc.name)
	for party in sorted({one for one in (named, former) if one}, key=book.key):
		owner = facts.owner_of(*party)
		held = book.open_book(owner) if party == named else book.open_if_known(owner)
		if held and party == named and name not in held.events:
			_write(held, _changed(held.events, {name: facts.loss_now(doc)}))
		elif held and party != named and name in held.events:
			_take_back(held, name)


def loss_deleted(doc: Document) -> None:
	party = _lost_party(doc)
	held = party and book.open_if_known(facts.owner_of(*party))
	if held and (doc.doctype, doc.name) in held.events:
		_take_back(held, (doc.doctype, doc.name))


def loss_renamed(doc: Document, old: str) -> None:
	"""The day stays the one that was noted."""
	party = _lost_party(doc)
	held = party and book.open_if_known(facts.owner_of(*party))
	event = held and held.events.get((doc.doctype, old))
	if event:
		renamed = replace(event, name=doc.name)
		_write(held, _changed(held.events, {(doc.doctype, old): None, _id(renamed): renamed}))


def _lost_party(doc: Document) -> Party | None:
	kind, name = (doc.get(field) for field in facts.PARTY_FIELDS[doc.doctype])
	lost = doc.status == LOST and doc.docstatus < 2
	return Party(kind, name) if lost and kind in facts.KINDS and name else None


# --- who a party is -------------------------------------------------------------------------------


def party(doc: Document) -> None:
	"""A Customer, Lead or Prospect was saved: what it is made of, its name and its territory count."""
	before = doc.get_doc_before_save()
	joined = _made_of(doc) ^ (_made_of(before) if before else set())
	if joined:
		_read_anew({_party(doc), *joined}, converted=True)
	elif before and facts.face_of(before) != facts.face_of(doc):
		held = book.open_if_known(_party(doc))
		if held:
			_write(held, held.events)


def party_renamed(doc: Document, old: str) -> None:
	new = _party(doc)
	done = restate.take_over(Party(doc.doctype, old), new)
	if done.changed:
		restate.soon([new])


def party_deleted(doc: Document) -> None:
	_read_anew({_party(doc), *_made_of(doc)})


def _party(doc: Document) -> Party:
	return Party(doc.doctype, doc.name)


def _made_of(doc: Document) -> set[Party]:
	"""The parties that a document says have become it."""
	if doc.doctype == CUSTOMER:
		named = ((LEAD, doc.lead_name), (PROSPECT, doc.get("prospect_name")))
		return {Party(kind, name) for kind, name in named if name}
	if doc.doctype == PROSPECT:
		return {Party(LEAD, row.lead) for row in doc.leads if row.lead}
	return set()


def _read_anew(parties: set[Party], *, converted: bool = False) -> None:
	"""These, those they are made of, and those they belong to now or did before: a Lead may be a Prospect's first."""
	parties = parties | _leads_of([one.name for one in parties if one.kind == PROSPECT])
	parties |= _prospects_of([one.name for one in parties if one.kind == LEAD])
	parties |= set(facts.owners(parties).values())
	if restate.restate(parties).changed or converted:
		restate.soon(parties)


def _leads_of(prospects: list[str]) -> set[Party]:
	if not prospects:
		return set()
	rows = frappe.get_all(
		"Prospect Lead", {"parent": ("in", prospects)}, pluck="lead", order_by="parent, idx"
	)
	return {Party(LEAD, lead) for lead in rows if lead}


def _prospects_of(leads: list[str]) -> set[Party]:
	if not leads:
		return set()
	rows = frappe.get_all("Prospect Lead", {"lead": ("in", leads)}, pluck="parent", order_by="parent")
	return {Party(PROSPECT, prospect) for prospect in rows}
