"""The one writer of Pipeline Party and Pipeline Passage.

How concurrent writers stay exact under REPEATABLE READ, where a plain read may be old: what happened to a party
is kept in one row, found by its key. Who writes about the party holds that row until commit, and a locking read
of one row by its key is always of now and holds nothing else. So nobody decides on an old history, and no two
wait for each other.

A passage is found by its key too: the party's, with its number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import now_datetime

from sales_extensions import current
from sales_extensions.engine.pipeline import Event, Passage, Source, first_contact, passages

from .facts import Face, Party, Rules, moment

PARTY, PASSAGE = "Pipeline Party", "Pipeline Passage"
COLUMNS = "name, party_type, party, party_name, territory, first_contact, passages, events"


def key(party: Party) -> str:
	"""The name of a party's row. A new name of the party is a new key."""
	return hashlib.sha1(f"{party.kind} {party.name}".encode(), usedforsecurity=False).hexdigest()[:20]


@dataclass(slots=True)
class Book:
	"""What is written about a party; its row is held."""

	party: Party
	face: Face
	first_contact: str
	passages: int
	events: dict[tuple[str, str], Event]

	@property
	def name(self) -> str:
		return key(self.party)


def open_book(party: Party) -> Book:
	"""Wait for other writers about this party, and read its row, which is made if it is not there."""
	now, user = now_datetime(), frappe.session.user
	row = current.sql(
		f"""INSERT INTO `tab{PARTY}`
			(name, creation, modified, owner, modified_by, party_type, party, passages, events)
		VALUES (%(key)s, %(now)s, %(now)s, %(user)s, %(user)s, %(kind)s, %(name)s, 0, '[]')
		ON DUPLICATE KEY UPDATE name = VALUES(name) RETURNING {COLUMNS}""",
		{"key": key(party), "now": now, "user": user, "kind": party.kind, "name": party.name},
		as_dict=True,
	)[0]
	return _book(party, row)


def open_if_known(party: Party) -> Book | None:
	"""The same for a party that the books know already. One statement, by the primary key."""
	rows = current.sql(
		f"SELECT {COLUMNS} FROM `tab{PARTY}` WHERE name = %s FOR UPDATE", key(party), as_dict=True
	)
	return _book(party, rows[0]) if rows else None


def is_known(party: Party) -> bool:
	return bool(frappe.db.sql(f"SELECT name FROM `tab{PARTY}` WHERE name = %s", key(party)))


def _book(party: Party, row: dict) -> Book:
	return Book(
		party,
		Face(row.party_name or "", row.territory),
		row.first_contact or "",
		row.passages or 0,
		from_text(row.events),
	)


def stored(parties: Collection[Party]) -> dict[Party, Book]:
	"""As this transaction sees them, unheld: to compare with."""
	by_key = {key(party): party for party in parties}
	rows = frappe.db.sql(
		f"SELECT {COLUMNS} FROM `tab{PARTY}` WHERE name IN %s", (tuple(by_key) or ("",),), as_dict=True
	)
	return {by_key[row.name]: _book(by_key[row.name], row) for row in rows}


# --- events as text ---------------------------------------------------------------------------------


def to_text(events: Iterable[Event]) -> str:
	"""Sorted by what they come from, so that the same events are the same text."""
	rows = [
		[
			one.source,
			one.name,
			str(one.day),
			one.recorded.isoformat(),
			one.second,
			one.stage,
			one.employee,
			one.user,
			*([str(one.until)] if one.until else []),
		]
		for one in events
	]
	return json.dumps(sorted(rows, key=lambda row: row[:2]), ensure_ascii=False, separators=(",", ":"))


def from_text(text: str | None) -> dict[tuple[str, str], Event]:
	return {(row[0], row[1]): _event(*row) for row in json.loads(text or "[]")}


def _event(source, name, day, recorded, second, stage, employee, user, until=None) -> Event:
	return Event(
		source, name, date.fromisoformat(day), moment(recorded), second, stage, employee, user,
		date.fromisoformat(until) if until else None,
	)  # fmt: skip


# --- writing ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Position:
	"""What is to be written about a party."""

	party: Party
	face: Face
	events: tuple[Event, ...]
	first: Event | None
	ways: tuple[Passage, ...]

	@property
	def rows(self) -> list[dict[str, object]]:
		return [passage_row(self, way) for way in self.ways]


def decide(party: Party, face: Face, events: Iterable[Event], rules: Rules) -> Position:
	"""The engine's answer. Of orders only those are kept that ended a passage: the others would not have."""
	events = tuple(events)
	ways = passages(events, rules.outcomes, rules.policy)
	ended_by = {way.left.name for way in ways if way.left and way.left.source == Source.ORDER}
	kept = tuple(one for one in events if one.source != Source.ORDER or one.name in ended_by)
	return Position(party, face, kept, first_contact(kept), ways)


def write(book: Book, position: Position) -> bool:
	"""Bring a party's rows to what was decided. Writes nothing where nothing changed."""
	if not position.events:
		erase(book)
		return True
	changed = _write_passages(book, position)
	text = to_text(position.events)
	first = position.first.name if position.first else ""
	same = text == to_text(book.events.values()) and (position.face, first, len(position.ways)) == (
		book.face,
		book.first_contact,
		book.passages,
	)
	if not same:
		_write_party(position, text)
	return changed or not same


def erase(book: Book) -> None:
	"""Nothing is left of what happened to the party."""
	_delete_passages(passage_names(book.name, book.passages))
	current.sql(f"DELETE FROM `tab{PARTY}` WHERE name = %s", book.name)


def _delete_passages(names: Iterable[str]) -> None:
	"""One by one: told a list, the database may scan the table, and hold everybody's rows."""
	for name in sorted(names):
		current.sql(f"DELETE FROM `tab{PASSAGE}` WHERE name = %s", name)


def passage_names(name: str, count: int) -> tuple[str, ...]:
	return tuple(f"{name}-{number:04}" for number in range(1, count + 1))


def _write_party(position: Position, text: str) -> None:
	first = position.first
	current.sql(
		f"""UPDATE `tab{PARTY}` SET modified = %(now)s, modified_by = %(user)s, party_name = %(party_name)s,
			territory = %(territory)s, first_contact_on = %(on)s, first_contact = %(contact)s,
			first_contact_employee = %(employee)s, first_contact_user = %(by)s, passages = %(passages)s,
			events = %(events)s
		WHERE name = %(name)s""",
		{
			"now": now_datetime(),
			"user": frappe.session.user,
			"party_name": position.face.party_name,
			"territory": position.face.territory,
			"on": first.day if first else None,
			"contact": first.name if first else None,
			"employee": (first.employee or None) if first else None,
			"by": (first.user or None) if first else None,
			"passages": len(position.ways),
			"events": text,
			"name": key(position.party),
		},
	)


#: What a passage says; the rest of the row says who wrote it when.
SAID = (
	"party_type", "party", "party_name", "territory", "passage", "employee", "user", "sellers", "pipeline_stage", "board_stage",
	"stage_since", "stages", "outcome", "entered_on", "left_on", "days", "entered_by_doctype",
	"entered_by_name", "left_by_doctype", "left_by_name", "reason", "reason_parts",
)  # fmt: skip


def passage_row(position: Position, way: Passage) -> dict[str, object]:
	return {
		"name": passage_names(key(position.party), way.number)[-1],
		"party_type": position.party.kind,
		"party": position.party.name,
		"party_name": position.face.party_name,
		"territory": position.face.territory,
		"passage": way.number,
		"employee": way.employee or None,
		"user": way.user or None,
		"sellers": ", ".join(way.sellers),
		"pipeline_stage": way.stage,
		"board_stage": way.stage if way.outcome == "Open" else (way.left and way.left.stage) or None,
		"stage_since": way.stage_since,
		"stages": json.dumps([[str(day), stage] for day, stage in way.stages], ensure_ascii=False),
		"outcome": way.outcome,
		"entered_on": way.entered.day,
		"left_on": way.left.day if way.left else None,
		"days": way.days or 0,
		"entered_by_doctype": way.entered.source,
		"entered_by_name": way.entered.name,
		"left_by_doctype": way.left.source if way.left else None,
		"left_by_name": way.left.name if way.left else None,
		"reason": " ".join(map(str, way.reasons)),
		"reason_parts": json.dumps([[one.sentence, *one.values] for one in way.reasons], ensure_ascii=False),
	}


def _write_passages(book: Book, position: Position) -> bool:
	"""Rows are read with a lock, by their keys alone: that is of now, and holds no gap between them."""
	names = passage_names(book.name, book.passages)
	there = read_passages(names, locked=True)
	wrong = [row for row in position.rows if there.pop(row["name"], None) != said(row)]
	_delete_passages(there)
	if wrong:
		_put(wrong)
	return bool(wrong or there)


def said(row: Mapping[str, object]) -> tuple:
	return tuple(row[field] for field in SAID)


def read_passages(names: Collection[str], *, locked: bool = False) -> dict[str, tuple]:
	"""What the rows of these names say."""
	if not names:
		return {}
	rows = current.sql(
		f"""SELECT name, {", ".join(f"`{field}`" for field in SAID)} FROM `tab{PASSAGE}` FORCE INDEX (PRIMARY)
		WHERE name IN %s ORDER BY name {"FOR UPDATE" if locked else ""}""",
		(tuple(names),),
		when=locked,
	)
	return {row[0]: row[1:] for row in rows}


def _put(rows: list[dict[str, object]]) -> None:
	now, user = now_datetime(), frappe.session.user
	stamped = {"creation": now, "modified": now, "owner": user, "modified_by": user}
	columns = [*stamped, "name", *SAID]
	updated = ", ".join(f"`{field}` = VALUES(`{field}`)" for field in ("modified", "modified_by", *SAID))
	places = f"({', '.join(['%s'] * len(columns))})"
	current.sql(
		f"""INSERT INTO `tab{PASSAGE}` ({", ".join(f"`{column}`" for column in columns)})
		VALUES {", ".join([places] * len(rows))} ON DUPLICATE KEY UPDATE {updated}""",
		[(stamped | row)[column] for row in rows for column in columns],
	)
