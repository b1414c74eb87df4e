"""Are the passages what the documents say? (C5)"""

from __future__ import annotations

from collections.abc import Iterator

import frappe

from sales_extensions import current

from . import book, facts, restate
from .facts import Party


def verify() -> list[dict[str, object]]:
	"""Everything in the books that differs from what the engine says of the documents. Empty: sound. Reads only.

	Rows have kind ("pipeline"), party_type, party, field, has and should.
	"""
	found: list[dict[str, object]] = []
	rules = facts.rules()
	for part in restate.slices(facts.all_parties()):
		there = book.stored(part)
		known = {name: event for one in there.values() for name, event in one.events.items()}
		events, faces = facts.happened(part, known), facts.faces(part)
		passages = _passages(part)
		for party in part:
			face = faces.get(party, facts.nobody(party))
			should = book.decide(party, face, events[party], rules)
			found += _differences(party, there.get(party), passages.get(party, {}), should)
	return found + _strays()


def _passages(parties: list[Party]) -> dict[Party, dict[str, tuple]]:
	"""Stored passages, found by their party: those under a wrong key too."""
	found: dict[Party, dict[str, tuple]] = {}
	fields = ", ".join(f"`{field}`" for field in book.SAID)
	for row in frappe.db.sql(
		f"SELECT name, {fields} FROM `tab{book.PASSAGE}` WHERE party IN %s",
		(tuple(party.name for party in parties),),
	):
		found.setdefault(Party(*row[1:3]), {})[row[0]] = row[1:]
	return found


def _differences(
	party: Party, has: book.Book | None, passages: dict[str, tuple], should: book.Position
) -> Iterator[dict[str, object]]:
	def differs(field: str, one: object, other: object) -> dict[str, object]:
		return {"kind": "pipeline", "party_type": party.kind, "party": party.name, "field": field,
			"has": one, "should": other}  # fmt: skip

	if has is None:
		if should.events:
			yield differs("events", None, book.to_text(should.events))
	else:
		for field, one, other in (
			("events", book.to_text(has.events.values()), book.to_text(should.events)),
			("face", has.face, should.face),
			("first_contact", has.first_contact, should.first.name if should.first else ""),
			("passages", has.passages, len(should.ways)),
		):
			if one != other:
				yield differs(field, one, other)
	wanted = {row["name"]: book.said(row) for row in should.rows}
	for name in sorted({*wanted, *passages}):
		if wanted.get(name) != passages.get(name):
			yield differs("passage", passages.get(name), wanted.get(name))


#: The key of a party, as `book.key` makes it.
KEY = "LEFT(SHA1(CONCAT({0}.party_type, ' ', {0}.party)), 20)"


def _strays() -> list[dict[str, object]]:
	"""Rows that no key leads to."""
	found = frappe.db.sql(
		f"""SELECT 'passage', p.name, p.party_type, p.party FROM `tab{book.PASSAGE}` p
		LEFT JOIN `tab{book.PARTY}` b ON b.name = {KEY.format("p")}
		WHERE b.name IS NULL OR p.passage > b.passages OR p.name NOT LIKE CONCAT(b.name, '-%%')
		UNION ALL SELECT 'key', b.name, b.party_type, b.party FROM `tab{book.PARTY}` b
		WHERE b.name != {KEY.format("b")} ORDER BY 1, 2"""
	)
	return [
		{"kind": "pipeline", "party_type": kind, "party": party, "field": field, "has": name, "should": None}
		for field, name, kind, party in found
	]


def rebuild() -> dict[str, int]:
	"""Restate all parties from the documents, in this transaction. Returns what was done."""
	drop_strays()
	done = restate.restate(facts.all_parties())
	return {"parties": done.parties, "changed": len(done.changed)}


def reconcile() -> restate.Outcome:
	"""The same slice by slice, each committed. The ledger's reconcile does it too, nightly and behind its button."""
	drop_strays()
	return restate.in_slices(facts.all_parties())


def drop_strays() -> None:
	"""Left by changes made to the tables by hand, or to names."""
	for row in _strays():
		table = book.PASSAGE if row["field"] == "passage" else book.PARTY
		current.sql(f"DELETE FROM `tab{table}` WHERE name = %s", row["has"])
