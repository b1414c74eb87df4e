"""Who sold each order, once more: written down as it is made, the slow and plain way (H1).

It shares nothing with the rules of the app: it looks at orders, quotations and employees as they lie in the database after
each step, and at its own notes from the step before. Of the app it asks two things: whether it has written about an
order since (its version), and whether anything is decided about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import frappe

from tests.site.plain_credits import Made
from tests.site.plain_model import _seller_of_user, number, read_places, rows

KEPT = ("amend", "recur", "named")


@dataclass
class Note:
	"""Who sold an order: (seller or None, weight, quotation) for each part, and how that came about."""

	parts: list[tuple[str | None, Fraction, str]] = field(default_factory=list)
	kind: str = ""
	version: int = 0


Quoted = dict[str, Fraction]


class Model:
	def __init__(self):
		self.notes: dict[str, Note] = {}
		self.named: dict[str, str] = {}
		for order in self._orders():
			self.notes[order.name] = Note(version=order.version or 0)

	@staticmethod
	def _orders() -> list[dict]:
		return rows(
			"""SELECT o.name, o.owner, o.docstatus, s.version, s.seller_rule IS NOT NULL AS decided
			FROM `tabSales Order` o LEFT JOIN `tabOrder Credit State` s ON s.name = o.name"""
		)

	def observe(self, made: dict[str, Made], named: dict[str, str], renamed: tuple[str, str] | None) -> None:
		"""`named`: the seller that a manager gave an order in this step; `renamed`: a seller's old and new name."""
		if renamed:
			self._rename(*renamed)
		orders, quoted = self._orders(), self._quoted()
		teams = {
			row.parent for row in rows("SELECT parent FROM `tabSales Team` WHERE parenttype = 'Sales Order'")
		}
		self.sellers = _seller_of_user()
		self.makers = {row.name: row for row in rows("SELECT name, owner, amended_from FROM `tabQuotation`")}
		before, self.notes = self.notes, {}
		for order in sorted(
			orders, key=lambda order: order.name not in before
		):  # new ones may repeat old ones
			note = before.get(order.name)
			own = quoted.get(order.name, {})
			self.notes[order.name] = self._note(order, note, own, order.name in teams, made, named, before)

	def look_again(self) -> None:
		"""What was repeated after a step wrote about orders, and changed nothing."""
		for order in self._orders():
			self.notes[order.name].version = order.version or 0

	def _note(self, order, note, own, has_team, made, named, before) -> Note:
		version = order.version or 0
		if order.name in named:
			return Note([(named[order.name], Fraction(1), "")], "named", version)
		if note is None:
			if has_team:
				return Note(version=version)
			return self._first(order, own, made.get(order.name, Made()), before, version)
		if has_team or version == note.version:
			return note
		if not order.decided:
			return Note(version=version)
		return self._again(order, note, own, version)

	def _again(self, order, note: Note, own: Quoted, version: int) -> Note:
		keys = {quotation for _seller, _weight, quotation in note.parts if quotation}
		if note.parts and (order.docstatus or note.kind in KEPT or keys == own.keys()):
			return Note(_weighed(note.parts, own), note.kind, version)
		if order.docstatus:
			return Note(self._owner(order), "owner", version)
		if not note.parts and self._is_owners(order.name):
			return Note(self._owner(order), "owner", version)  # a rebuild leaves it to who has it by then
		anew = self._first(order, own, Made(), {}, version)
		return (
			Note(note.parts, "owner", version)
			if (anew.kind, note.kind) == ("owner", "owner") and note.parts
			else anew
		)

	@staticmethod
	def _is_owners(order: str) -> bool:
		return frappe.db.get_value("Order Credit State", order, "seller_rule") == "Order Owner"

	def _first(self, order, own: Quoted, how: Made, before: dict[str, Note], version: int) -> Note:
		if how.kind in ("amend", "recur"):
			original = before[how.of].parts if how.of in before else []
			original = original or self._owner(
				frappe.db.get_value("Sales Order", how.of, ["owner"], as_dict=True)
			)
			if original:
				return Note(_weighed(original, own), how.kind, version)
		sold = {quotation: self._seller_of_quotation(quotation) for quotation in own}
		if any(sold.values()):
			owner = self.sellers.get(order.owner)
			parts = [(sold[name] or owner, weight, name) for name, weight in sorted(own.items())]
			return Note(_weighed(parts, own), "quotation", version)
		return Note(self._owner(order), "owner", version)

	def _owner(self, order) -> list[tuple[str | None, Fraction, str]]:
		seller = self.sellers.get(order.owner)
		return [(seller, Fraction(1), "")] if seller else []

	def _seller_of_quotation(self, name: str) -> str | None:
		while self.makers[name].amended_from:
			name = self.makers[name].amended_from
		return self.sellers.get(self.makers[name].owner)

	@staticmethod
	def _quoted() -> dict[str, Quoted]:
		found: dict[str, Quoted] = {}
		for row in rows("SELECT parent, prevdoc_docname, base_net_amount FROM `tabSales Order Item`"):
			if row.prevdoc_docname:
				own = found.setdefault(row.parent, {})
				own[row.prevdoc_docname] = own.get(row.prevdoc_docname, 0) + number(row.base_net_amount)
		return found

	def _rename(self, old: str, new: str) -> None:
		for note in self.notes.values():
			note.parts = [(new if one == old else one, weight, name) for one, weight, name in note.parts]

	def sold(self) -> dict[str, list[tuple[str, Fraction]]]:
		"""Of orders that were decided on: who has which part, nobody's left out."""
		found = {}
		for name, note in self.notes.items():
			whole = sum(weight for _seller, weight, _quotation in note.parts)
			if note.parts:
				found[name] = [
					(seller, weight / whole) for seller, weight, _quotation in note.parts if seller
				]
		return found


def _weighed(parts: list, own: Quoted) -> list:
	"""By what came of each quotation, never below nothing; all alike where it all comes to nothing."""
	if len(parts) > 1 and any(quotation in own for _seller, _weight, quotation in parts):
		after = [
			(seller, max(Fraction(0), own.get(name, Fraction(0))), name) for seller, _weight, name in parts
		]
		if any(weight for _seller, weight, _name in after):
			return after
		if not any(weight > 0 for _seller, weight, _name in parts):
			return [(seller, Fraction(1), name) for seller, _weight, name in parts]
	return parts


class Teams:
	"""Who stood under whom, since when, once more: written down as the tree is seen to change (H2)."""

	BEGINNING = date(1900, 1, 1)

	def __init__(self):
		self.places = {name: [(self.BEGINNING, parent)] for name, parent in self._tree().items()}

	@staticmethod
	def _tree() -> dict[str, str | None]:
		return {
			row.name: row.parent_sales_person or None
			for row in rows("SELECT name, parent_sales_person FROM `tabSales Person`")
		}

	def observe(
		self, today: date, renamed: tuple[str, str] | None, corrected: tuple[str, date, date | None] | None
	) -> None:
		if renamed:
			self._rename(*renamed)
		if corrected:
			self._correct(*corrected)
		for name, parent in self._tree().items():
			own = self.places.setdefault(name, [(self.BEGINNING, parent)])
			if own[-1][1] != parent:
				own[:] = [place for place in own if place[0] < today]
				if own[-1][1] != parent:
					own.append((today, parent))

	def _rename(self, old: str, new: str) -> None:
		own = self.places.pop(old, None)
		if new not in self.places and own is not None:
			self.places[new] = own
		for places in self.places.values():
			places[:] = [(since, new if parent == old else parent) for since, parent in places]

	def _correct(self, seller: str, since: date, to: date | None) -> None:
		own = self.places[seller]
		at = [day for day, _parent in own].index(since)
		own[at] = (to or self.BEGINNING, own[at][1])
		if to is None:
			del own[:at]

	def compare(self) -> list[str]:
		noted = read_places()
		return [
			f"places of {name}: has {noted.get(name)}, should be {self.places.get(name)}"
			for name in sorted(noted.keys() | self.places.keys())
			if noted.get(name) != self.places.get(name)
		]
