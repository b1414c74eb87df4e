"""The tree of Sales Persons with dates: noted as it changes, and kept in the form in which an order asks for it (H2).

*Sales Person Place* says from which day on who stands where. *Sales Person Standing* is made of it: each seller with each
group above, and the days. Nothing else writes either. Who writes holds all places first, and reads them as they are then:
so nobody writes over what another has noted meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import frappe
from frappe.utils import getdate, now_datetime

from sales_extensions import current
from sales_extensions.engine.places import BEGINNING, History, Place, moved, noted, redated, without

PLACE, STANDING = "Sales Person Place", "Sales Person Standing"
#: At once into the table.
INSERTED = 1000

#: A place, and for whom it was noted: in a merge the framework gives it to another.
Noted = tuple[Place, str]


def load() -> list[Place]:
	return [place for place, _noted_for in _noted()]


def history() -> History:
	return History(load())


def tree_and_history() -> tuple[dict[str, str | None], History]:
	"""Each Sales Person's group today, in the order of the tree, and where they stood before: by one statement."""
	rows = frappe.db.sql(
		f"""SELECT person.name, person.parent_sales_person, place.parent_sales_person, place.from_date
		FROM `tabSales Person` person LEFT JOIN `tab{PLACE}` place ON place.sales_person = person.name
		ORDER BY person.lft, person.name, place.from_date"""
	)
	known = [Place(name, group or None, since) for name, _parent, group, since in rows if since]
	return {name: parent or None for name, parent, _group, _since in rows}, History(known)


def _noted(*, hold: bool = False) -> list[Noted]:
	rows = current.sql(
		f"""SELECT sales_person, parent_sales_person, from_date, noted_for FROM `tab{PLACE}`
		ORDER BY sales_person, from_date, name {"FOR UPDATE" if hold else ""}""",
		when=hold,
	)
	return [(Place(name, parent or None, since), noted_for) for name, parent, since, noted_for in rows]


def _held() -> list[Place]:
	return [place for place, _noted_for in _noted(hold=True)]


def _of(places: Iterable[Place], seller: str) -> list[Place]:
	return [place for place in places if place.sales_person == seller]


# --- as the tree changes --------------------------------------------------------------------------


def note(seller: str, parent: str | None) -> str | None:
	"""A Sales Person stands under a group from today on, or, who is new, from the beginning. Whom they stood under before
	today; None where they did not move.
	"""
	if _is_noted(seller, parent):
		return None
	places = _held()
	own = _of(places, seller)
	after = noted(own, Place(seller, parent, getdate() if own else BEGINNING))
	if after != own:
		_change(places, seller, after)
	is_move = len(after) > 1 and after[-1].since == getdate()
	return after[-2].parent if is_move else None


def _is_noted(seller: str, parent: str | None) -> bool:
	latest = frappe.db.sql(
		f"""SELECT parent_sales_person FROM `tab{PLACE}` WHERE sales_person = %s
		ORDER BY from_date DESC LIMIT 1""",
		seller,
	)
	return bool(latest) and (latest[0][0] or None) == (parent or None)


def follow() -> list[Place]:
	"""Note whatever has changed in the tree since it was last noted. Returns what was noted.

	Both are read as they are now: a tree older than the places would look like a move back. The tree first, as who moves a
	seller holds them.
	"""
	tree = _tree(hold=True)
	places = _held()
	new = list(moved(places, tree, getdate()))
	for place in new:
		_write(place.sales_person, noted(_of(places, place.sales_person), place))
	_follow_places()
	return new


def unnoted() -> list[Place]:
	"""What has changed in the tree and was not noted. Reads only."""
	return list(moved(load(), _tree(), getdate()))


def _tree(*, hold: bool = False) -> dict[str, str | None]:
	rows = current.sql(
		f"""SELECT name, parent_sales_person FROM `tabSales Person` ORDER BY lft, name
		{"LOCK IN SHARE MODE" if hold else ""}""",
		when=hold,
	)
	return {name: parent or None for name, parent in rows}


def redate(seller: str, since: date, to: date) -> None:
	"""Have a move hold from another day on. Raises ValueError where that can't be."""
	places = _held()
	_change(places, seller, redated(_of(places, seller), since, to))


def forget(seller: str) -> None:
	"""Of a Sales Person who is no more: who once stood under them stood under the groups that they were in themself."""
	places = _held()
	heirs = _of(places, seller)
	for other in sorted({place.sales_person for place in places if place.parent == seller}):
		_write(other, without(_of(places, other), seller, heirs))
	_write(seller, [])
	_follow_places()


def renamed(old: str, new: str) -> None:
	place = frappe.qb.DocType(PLACE)
	current.run(frappe.qb.update(place).set(place.noted_for, new).where(place.noted_for == old))


def merged(old: str, new: str) -> None:
	"""One Sales Person has become another, and stands where that one stands. Who stood under the one that went stood under
	the other then, but for the other.
	"""
	rows = _noted(hold=True)
	gone = [place for place, noted_for in rows if noted_for == old]
	own = [place for place, noted_for in rows if place.sales_person == new and noted_for != old]
	_write(new, without(own, new, gone))
	_follow_places()


# --- tables ---------------------------------------------------------------------------------------


def _change(held: Sequence[Place], seller: str, own: Sequence[Place]) -> None:
	"""Places of one seller, and the standings that change with them: of no others, for orders wait for these."""
	_write(seller, own)
	before, after = History(held), History([*(one for one in held if one.sales_person != seller), *own])
	_put(Counter(_made_of(before)), Counter(_made_of(after)))


def _write(seller: str, places: Sequence[Place]) -> None:
	place = frappe.qb.DocType(PLACE)
	current.run(frappe.qb.from_(place).delete().where(place.sales_person == seller))
	rows = [(one.sales_person, one.parent, one.since, one.sales_person) for one in places]
	_insert(PLACE, ("sales_person", "parent_sales_person", "from_date", "noted_for"), rows)


def _follow_places() -> None:
	"""Bring the standings to what the places say, which are held; where they do, nothing is written."""
	_put(Counter(_standings()), Counter(_made_of(History(_held()))))


def _put(has: Counter[tuple], should: Counter[tuple]) -> None:
	if has == should:
		return
	standing = frappe.qb.DocType(STANDING)
	changed = {row[0] for row in (has - should) + (should - has)}
	current.run(frappe.qb.from_(standing).delete().where(standing.sales_person.isin(sorted(changed))))
	rows = sorted(row for row in should if row[0] in changed)
	_insert(STANDING, ("sales_person", "above", "from_date", "to_date"), rows)


def _standings() -> list[tuple]:
	return list(frappe.db.sql(f"SELECT sales_person, above, from_date, to_date FROM `tab{STANDING}`"))


def _made_of(whole: History) -> list[tuple]:
	return [(one.sales_person, one.above, one.first, one.last) for one in whole.stands()]


def _insert(doctype: str, columns: Sequence[str], rows: Sequence[tuple]) -> None:
	"""Not document by document: a tree of hundreds is written at once."""
	now, user = now_datetime(), frappe.session.user
	names = ", ".join(("name", "creation", "modified", "owner", "modified_by", *columns))
	places = f"({', '.join(['%s'] * (5 + len(columns)))})"
	for start in range(0, len(rows), INSERTED):
		part = rows[start : start + INSERTED]
		current.sql(
			f"INSERT INTO `tab{doctype}` ({names}) VALUES {', '.join([places] * len(part))}",
			[
				value
				for row in part
				for value in (frappe.generate_hash(length=12), now, now, user, user, *row)
			],
		)


def differences() -> list[dict[str, object]]:
	"""What of the tree was not noted, and standings that are not what the places say. Reads only."""
	found = [
		{"kind": "place", "sales_person": place.sales_person, "under": place.parent} for place in unnoted()
	]
	has, should = Counter(_standings()), Counter(_made_of(history()))
	for is_right, rows in ((False, has - should), (True, should - has)):
		found += [
			{"kind": "standing", "sales_person": row[0], "under": row[1], "should": is_right} for row in rows
		]
	return found
