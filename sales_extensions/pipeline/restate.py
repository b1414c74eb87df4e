"""Parties read anew from the documents: a conversion, a merge, other rules, a rebuild, a reconcile (C5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import frappe
from frappe import _

from sales_extensions import current
from sales_extensions.engine.pipeline import Event
from sales_extensions.later import later
from sales_extensions.ledger import runs

from . import book, facts
from .facts import Party

#: More parties than these are restated in the background. About half a second.
INLINE = 200
SLICE = 500
#: A slice that was in somebody's way is tried so often.
ATTEMPTS = 4


@dataclass(slots=True)
class Outcome:
	"""What a restatement did: `changed` are the parties whose rows were not what they should be."""

	parties: int = 0
	changed: list[Party] = field(default_factory=list)


def restate(parties: Collection[Party], known: dict[tuple[str, str], Event] | None = None) -> Outcome:
	"""Bring these parties to what the documents say, as this transaction sees them.

	`known`: losses whose day was noted under another name of a party. Who is nobody's party any more, and who
	nothing happened to, is forgotten.
	"""
	parties = sorted(set(parties), key=book.key)
	there = book.stored(parties)
	noted = {name: event for one in there.values() for name, event in one.events.items()}
	events = facts.happened(parties, noted | (known or {}))
	held = {party: book.open_book(party) for party in parties if party in there or events[party]}
	rules, faces = facts.rules(), facts.faces(held)
	outcome = Outcome(len(parties))
	for party, one in held.items():
		face = faces.get(party, facts.nobody(party))
		if book.write(one, book.decide(party, face, events[party], rules)):
			outcome.changed.append(party)
	return outcome


def take_over(old: Party, new: Party) -> Outcome:
	"""A party has a new name, or was merged into another."""
	_rename(old, new)
	former = book.open_if_known(old)
	events = dict(former.events) if former else {}
	if former:
		book.erase(former)
	return restate([new, old, *facts.owners([new]).values()], known=events)


def _rename(old: Party, new: Party) -> None:
	"""Frappe rewrites dynamic links, but some releases fail to find them (15.72: the table's name is quoted)."""
	for doctype in ("Conversation", book.PARTY, book.PASSAGE):
		table = frappe.qb.DocType(doctype)
		named = (table.party_type == old.kind) & (table.party == old.name)
		current.run(frappe.qb.update(table).set(table.party, new.name).where(named))


def soon(parties: Collection[Party]) -> None:
	"""Look at these parties once more after commit, for what was being saved meanwhile."""
	if frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_uninstall:
		return
	later(
		"sales_extensions.pipeline.restate.settle",
		queue="long",
		timeout=3600,
		parties=[list(party) for party in parties],
	)


def these(parties: Collection[Party]) -> None:
	"""Some parties: now where they are few, and in any case once more after the commit."""
	if len(parties) <= INLINE:
		restate(parties)
	soon(parties)


def everyone() -> str | None:
	"""All parties, by other rules or for the first time: now where they are few, else in the background.

	Few are looked at again after the commit: who saves meanwhile knows the old rules, and is not seen here. Returns
	the name of the Sales Ledger Run that does it later, or None if it is done.
	"""
	if frappe.flags.in_uninstall:
		return None
	parties = facts.all_parties()
	if len(parties) > INLINE:
		return runs.start_pipeline(len(parties))
	these(parties)
	return None


def settle(parties: list[list[str]]) -> None:
	"""In the background: these parties, and those they belong to, by a new look at the documents."""
	named = {Party(*one) for one in parties}
	in_slices(named | set(facts.owners(named).values()))


def in_slices(parties: Collection[Party]) -> Outcome:
	"""Slice by slice, each committed, so that nobody waits long."""
	total = Outcome()
	for part in slices(sorted(parties)):
		done = _or_wait(part)
		total.parties += done.parties
		total.changed += done.changed
	return total


def _or_wait(part: Collection[Party]) -> Outcome:
	for attempt in range(ATTEMPTS):
		frappe.db.commit()
		try:
			done = held(part)
			frappe.db.commit()
			return done
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt == ATTEMPTS - 1:
				raise
	raise AssertionError("not reached")


def held(parties: Collection[Party]) -> Outcome:
	"""Restate these parties, whose rows come first in this transaction: what is read then is newer than the locks."""
	for name in sorted(map(book.key, parties)):
		current.sql(f"SELECT name FROM `tab{book.PARTY}` WHERE name = %s FOR UPDATE", name)
	return restate(parties)


def describe(parties: Collection[Party]) -> list[str]:
	"""What a reconcile says of parties whose rows it changed."""
	return [
		_("The pipeline of {0} {1} was not what happened to it.").format(_(party.kind), party.name)
		for party in parties
	]


def slices(parties: list[Party]) -> Iterator[list[Party]]:
	for start in range(0, len(parties), SLICE):
		yield parties[start : start + SLICE]
