"""The tree of Sales Persons with dates: noted as it changes, and kept in the form in which an order asks for it (H2).

*Sales Person Place* says from which day on who stands where. *Sales Person Standing* is made of it: each seller with each
group above, and the days. Nothing else writes either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import frappe
from frappe.utils import getdate, now_datetime

from sales_extensions import current
from sales_extensions.engine.places import History, Place, moved, noted, redated

PLACE, STANDING = "Sales Person Place", "Sales Person Standing"
#: At once into the table.
INSERTED = 1000


def load() -> list[Place]:
	rows = frappe.db.sql(
		f"""SELECT sales_person, parent_sales_person, from_date FROM `tab{PLACE}`
		ORDER BY sales_person, from_date, name"""
	)
	return [Place(name, parent or None, since) for name, parent, since in rows]


def history() -> History:
	return History(load())


def follow() -> list[Place]:
	"""Note what has changed in the tree since it was last noted, from today on; who is new stands where they are from
	the beginning. Whichever way it changed. Returns what was noted.
	"""
	places = load()
	new = list(moved(places, _tree(), getdate()))
	for place in new:
		_write(place.sales_person, noted(_of(places, place.sales_person), place))
	follow_places()
	return new


def unnoted() -> list[Place]:
	"""What has changed in the tree and was not noted. Reads only."""
	return list(moved(load(), _tree(), getdate()))


def _tree() -> dict[str, str | None]:
	rows = frappe.db.sql("SELECT name, parent_sales_person FROM `tabSales Person` ORDER BY lft, name")
	return {name: parent or None for name, parent in rows}


def _of(places: Iterable[Place], seller: str) -> list[Place]:
	return [place for place in places if place.sales_person == seller]


def redate(seller: str, since: date, to: date) -> None:
	"""Have a move hold from another day on. Raises ValueError where that can't be."""
	_write(seller, redated(_of(load(), seller), since, to))
	follow_places()


def forget(seller: str) -> None:
	"""Of a Sales Person who is no more: who once stood under them stands under the group that they were in themself."""
	places = load()
	own = _of(places, seller)
	heir = own[-1].parent if own else None
	place = frappe.qb.DocType(PLACE)
	current.run(
		frappe.qb.update(place)
		.set(place.parent_sales_person, heir)
		.where(place.parent_sales_person == seller)
	)
	_write(seller, [])
	follow_places()


def merge_away(seller: str) -> None:
	"""Before a Sales Person becomes another: they stand where the other stands."""
	_write(seller, [])


def _write(seller: str, places: Sequence[Place]) -> None:
	place = frappe.qb.DocType(PLACE)
	current.run(frappe.qb.from_(place).delete().where(place.sales_person == seller))
	rows = [(one.sales_person, one.parent, one.since) for one in places]
	_insert(PLACE, ("sales_person", "parent_sales_person", "from_date"), rows)


def follow_places() -> None:
	"""Bring the standings to what the places say; where they do, nothing is written."""
	has, should = Counter(_standings()), Counter(_made_of(history()))
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
	for extra, rows in ((1, has - should), (-1, should - has)):
		found += [
			{"kind": "standing", "sales_person": row[0], "under": row[1], "too_many": extra} for row in rows
		]
	return found
