"""Who earned each charge, once more: told by what each step did, the slow and plain way (U2-U10).

Written from the text of U2 to U11 and ADR 8. It shares nothing with the rules of the app: it looks at the item rows
before and after a step, knows who did it and what it was, and writes down who must be credited. Quantities are pieces,
handed about one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import frappe

from tests.site.plain_model import number, rows

TABLES = {"Quotation": "Quotation Item", "Sales Order": "Sales Order Item"}


@dataclass(frozen=True)
class Line:
	"""An item row as it lies in the database."""

	place: int
	item: str
	typed: tuple
	net: object
	net_in_company: object
	quotation_row: str | None
	pieces: int = 0
	rate: object = 0


@dataclass(frozen=True)
class Due:
	"""What the credit of a row must say."""

	to: str
	created_by: str
	origin: str
	upsell: bool = False
	edited_by: str | None = None
	gone: bool = False
	#: of an upsell, the pieces that were sold before
	before: int = 0
	#: the quotation's row that it is a conversion of
	source: str | None = None


@dataclass(frozen=True)
class Piece:
	"""A piece that was sold before: who has it, and how it comes free. `kind`: quoted, reduced or dropped."""

	kind: int
	holder: str
	is_upsell: bool


QUOTED, REDUCED, DROPPED = 0, 1, 2


@dataclass
class Made:
	"""How a document came about that a step has made: `kind` is new, copy, amend or recur."""

	kind: str = "new"
	of: str | None = None


def read_lines() -> dict[tuple[str, str], dict[str, Line]]:
	found: dict[tuple[str, str], dict[str, Line]] = {}
	for doctype, table in TABLES.items():
		column = "quotation_item" if doctype == "Sales Order" else "NULL AS quotation_item"
		for row in rows(
			f"""SELECT name, parent, idx, item_code, item_name, description, uom, qty, rate, net_amount,
				base_net_amount, {column} FROM `tab{table}` ORDER BY parent, idx"""
		):
			found.setdefault((doctype, row.parent), {})[row.name] = Line(
				place=row.idx,
				item=row.item_code,
				typed=(
					row.item_code,
					row.item_name,
					row.description or "",
					row.uom,
					number(row.qty),
					number(row.rate),
				),
				net=number(row.net_amount),
				net_in_company=number(row.base_net_amount),
				quotation_row=row.quotation_item,
				pieces=whole(row.qty),
				rate=number(row.rate),
			)
	return found


def read_headers() -> dict[tuple[str, str], dict]:
	"""Status, company, customer, who made it and what it amends, of each document."""
	columns = "name, docstatus, company, owner, amended_from"
	quotations = f"SELECT {columns}, party_name AS party FROM `tabQuotation`"
	orders = f"SELECT {columns}, customer AS party FROM `tabSales Order`"
	found = {("Quotation", row.name): row for row in rows(quotations)}
	return found | {("Sales Order", row.name): row for row in rows(orders)}


def whole(qty) -> int:
	"""Steps sell whole pieces."""
	pieces = number(qty)
	assert pieces.denominator == 1
	return int(pieces)


def pieces_of(due: Due, line: Line) -> list[bool]:
	"""The pieces of a row, what was sold first at first: whether each is an upsell."""
	base = min(due.before, line.pieces) if due.upsell else line.pieces
	return [place >= base for place in range(line.pieces)]


def kept_of(was: Line, now: Line | None) -> int:
	return now.pieces if now and now.item == was.item else 0


class Model:
	"""What every row's credit must say, kept step by step."""

	def __init__(self):
		self.lines = read_lines()
		self.headers = read_headers()
		self.due: dict[str, Due] = {}

	def observe(self, actor: str, made: dict[str, Made]) -> None:
		"""Somebody has done one thing; `made` tells of documents that it made."""
		before, self.lines = self.lines, read_lines()
		self.were, self.headers = self.headers, read_headers()
		for document in before.keys() - self.lines.keys():
			for row in [*before[document]]:
				self.due.pop(row, None)
			self._purge(document)
		for document in sorted(self.lines, key=lambda document: document[0]):  # quotations first
			lines = self.lines[document]
			if document not in before:
				self._new_document(document, lines, actor, made.get(document[1], Made()), before)
			else:
				self._changed(document, before[document], lines, actor)

	def _purge(self, document: tuple[str, str]) -> None:
		self.owner_of = {row: own for row, own in getattr(self, "owner_of", {}).items() if own != document}
		self.due = {row: due for row, due in self.due.items() if self.owner_of.get(row, document) != document}

	def _new_document(self, document, lines, actor, made: Made, before) -> None:
		old = (
			(self.lines.get((document[0], made.of)) or before.get((document[0], made.of)) or {})
			if made.of
			else {}
		)
		goes_on = self._goes_on(made, lines, old)
		converted = set() if made.kind in ("copy", "recur") else self._converted(document, lines)
		typed = {}
		for row, line in lines.items():
			if row in goes_on:
				self._own(row, document, self._continued(made, goes_on[row], line, old, actor))
			elif made.kind == "copy":
				self._own(row, document, Due(actor, actor, "Copied"))
			elif row in converted and not made.of:
				self._own(row, document, self._conversion(line.quotation_row))
			else:
				typed[row] = line
		if made.kind == "amend" or converted:
			now = {row: at for at, row in goes_on.items()}
			holds = {row: (line, now.get(row)) for row, line in old.items()} if made.kind == "amend" else {}
			more = bool(converted) or self._sells_more_while_amending(document, made, actor)
			self._type(document, lines, typed, holds, converted, actor, more)
		else:
			for row in typed:
				self._own(row, document, Due(actor, actor, "Created"))

	@staticmethod
	def _goes_on(made: Made, lines, old) -> dict[str, str]:
		"""The old row that each row continues: of a recurrence by place, of an amendment by item, in their order."""
		left = list(old.items())
		found = {}
		for row, line in sorted(lines.items(), key=lambda pair: pair[1].place):
			if made.kind == "recur" and line.place <= len(left):
				found[row] = left[line.place - 1][0]
			if made.kind == "amend":
				same = [one for one, other in left if other.item == line.item and one not in found.values()]
				if same:
					found[row] = same[0]
		return found

	def _continued(self, made: Made, old_row: str, line: Line, old, actor: str) -> Due:
		if made.kind == "recur":
			return Due(self.due[old_row].to, actor, "Recurring")
		due = replace(self.due[old_row], origin="Amended", source=None)
		return replace(due, edited_by=actor) if old[old_row].typed != line.typed else due

	def _conversion(self, quotation_row: str) -> Due:
		return replace(self.due[quotation_row], origin="Converted", source=quotation_row)

	# --- by quantity (U11) -----------------------------------------------------------------------

	def _converted(self, document, lines) -> set[str]:
		"""The rows of an order that are conversions of a quotation's row by name: the first that names it, while some
		of it is left."""
		found, named = set(), set()
		for row, line in sorted(lines.items(), key=lambda pair: pair[1].place):
			quoted = line.quotation_row
			first = quoted and quoted not in named and quoted in self.due
			if first and self._offered(document, quoted) and self._is_left(document, quoted):
				found.add(row)
			named.add(quoted)
		return found

	def _is_left(self, document, quotation_row: str) -> bool:
		quoted = self.lines[self.owner_of[quotation_row]].get(quotation_row)
		return bool(quoted) and self._taken_elsewhere(document, quotation_row) < quoted.pieces

	def _offered(self, document, quotation_row: str) -> bool:
		quotation = self.headers[self.owner_of[quotation_row]]
		return quotation.docstatus == 1 and (quotation.company, quotation.party) == (
			self.headers[document].company,
			self.headers[document].party,
		)

	def _taken_elsewhere(self, document, quotation_row: str) -> int:
		"""By submitted orders: what names the row, and what was typed and is it."""
		return sum(
			line.pieces
			for other, lines in self.lines.items()
			if other[0] == "Sales Order"
			and other != document
			and other in self.headers
			and self.headers[other].docstatus == 1
			for row, line in lines.items()
			if line.quotation_row == quotation_row
			or (not line.quotation_row and row in self.due and self.due[row].source == quotation_row)
		)

	def _sells_more_while_amending(self, document, made: Made, actor: str) -> bool:
		"""An order was closed; to their own offer, its author adds within the grace period."""
		return document[0] == "Sales Order" or self.headers[(document[0], made.of)].owner != actor

	def _sells_more(self, document, before, by_name, actor: str) -> bool:
		"""Whether what is added to a document is more than there was (ADR 8); nothing is sent, and no day goes by."""
		header, was = self.headers[document], self.were[document]
		if document[0] == "Sales Order" and (was.docstatus == 1 or header.amended_from):
			return True
		if by_name or any(self.due[row].origin == "Converted" for row in before):
			return True
		author = header.owner
		if header.amended_from:
			author = self.headers[(document[0], header.amended_from)].owner
		return author != actor

	def _type(self, document, lines, typed, holds, converted, actor, more) -> None:
		"""Rows that somebody typed, and upsells of before that hold more now. `holds`: each row of before, as it was, with
		the row that goes on with it, None where it is gone. `more`: what was not sold before is an upsell."""
		free, offered = self._freed(document, lines, holds), []
		if typed:
			there = converted | (lines.keys() & holds.keys())
			offered = self._open(document, lines, there)
		free = free + offered
		free.sort(key=lambda one: (one[1].kind, one[1].is_upsell))
		for row, line in sorted(typed.items(), key=lambda pair: pair[1].place):
			taken = []
			for piece in list(free):
				item, one, rate = piece
				if len(taken) < line.pieces and item == line.item and (rate is None or rate == line.rate):
					taken.append(one)
					free.remove(piece)
			self._own(row, document, self._typed(line, taken, more, actor))

	def _typed(self, line: Line, taken: list[Piece], more: bool, actor: str) -> Due:
		base = sum(not piece.is_upsell for piece in taken)
		going_on = [piece for piece in taken if piece.kind != DROPPED]
		if len(taken) == line.pieces and going_on:
			piece = max(going_on, key=going_on.count)
			if piece.kind == QUOTED:
				return self._conversion(piece.holder)
			upsell = base < line.pieces
			return Due(self.due[piece.holder].to, actor, "Added", upsell=upsell, before=base if upsell else 0)
		before = base if more else line.pieces - (len(taken) - base)
		if before == line.pieces:
			return Due(actor, actor, "Added")
		return Due(actor, actor, "Added", upsell=True, before=before)

	def _freed(self, document, lines, holds) -> list[tuple]:
		"""The pieces that rows of before hold no more, and no other of them holds now. An upsell that has some of them has
		so much more that was sold before."""
		free, grown = [], []
		for row, (was, at) in holds.items():
			now = lines.get(at)
			kind = REDUCED if now else DROPPED
			free += [
				(was.item, Piece(kind, row, is_upsell), None)
				for is_upsell in pieces_of(self.due[row], was)[kept_of(was, now) :]
			]
			if now:
				grown.append((self.due[row].upsell, now.place, at, now, was))
		free.sort(key=lambda one: (one[1].kind, one[1].is_upsell))
		for upsell, _place, at, now, was in sorted(grown, key=lambda one: one[:2]):
			base = self._taken_up(free, now, was.pieces if was.item == now.item else 0)
			if upsell and base:
				due = self.due[at]
				self._own(
					at, document, replace(due, before=max(due.before, min(due.before, was.pieces) + base))
				)
		return free

	@staticmethod
	def _taken_up(free: list[tuple], now: Line, before: int) -> int:
		"""Out of what is free, what a row has more than before; gives how much of it was no upsell."""
		base = 0
		for _piece in range(max(0, now.pieces - before)):
			first = next((one for one in free if one[0] == now.item), None)
			if first:
				free.remove(first)
				base += not first[1].is_upsell
		return base

	def _lines_offered(self, document, lines, there) -> dict[str, Line]:
		"""The rows of the quotations that the order is made of, while they hold. `there`: rows that are no typed ones."""
		known = {line.quotation_row for line in lines.values()} & self.owner_of.keys()
		named = [self.due[row].source or lines[row].quotation_row for row in lines if row in there]
		quotations = {self.owner_of[row] for row in known}
		quotations &= {self.owner_of[quoted] for quoted in named if quoted in self.owner_of}
		return {
			row: line
			for quotation in sorted(quotations)
			for row, line in self.lines.get(quotation, {}).items()
			if row in self.due and self._offered(document, row)
		}

	def _open(self, document, lines, there) -> list[tuple]:
		"""The pieces that the order's quotations offer, and that nobody has taken. `there`: rows that are no typed ones."""
		named = [
			(self.due[row].source or lines[row].quotation_row, lines[row]) for row in lines if row in there
		]
		found = []
		for row, line in self._lines_offered(document, lines, there).items():
			taken = self._taken_elsewhere(document, row)
			taken += sum(other.pieces for quoted, other in named if quoted == row)
			found += [(line.item, Piece(QUOTED, row, False), None)] * max(0, line.pieces - taken)
		return found

	def _changed(self, document, before, lines, actor) -> None:
		if before == lines:
			return
		typed = {row: line for row, line in lines.items() if row not in before}
		converted = self._converted(document, lines) if typed else set()
		by_name = {row: line for row, line in typed.items() if row in converted}
		typed = {row: line for row, line in typed.items() if row not in converted}
		for row, line in by_name.items():
			self._own(row, document, self._conversion(line.quotation_row))
		self._type(
			document,
			lines,
			typed,
			{row: (was, row if row in lines else None) for row, was in before.items()},
			converted,
			actor,
			bool(typed) and self._sells_more(document, before, by_name, actor),
		)
		for row, was in before.items():
			if row not in lines:
				self.due[row] = replace(self.due[row], gone=True)
			elif was.typed != lines[row].typed:
				self.due[row] = replace(self.due[row], edited_by=actor)

	def _own(self, row: str, document: tuple[str, str], due: Due) -> None:
		self.due[row] = due
		self.owner_of = {**getattr(self, "owner_of", {}), row: document}

	def reassigned(self, row: str, user: str) -> None:
		self.due[row] = replace(self.due[row], to=user)

	def marked(self, row: str, upsell: bool) -> None:
		self.due[row] = replace(self.due[row], upsell=upsell)

	def compare(self) -> list[str]:
		"""Every way in which the credits on the site differ. Empty: none."""
		found, seen = [], {}
		for credit in rows("SELECT * FROM `tabUpsell Credit` ORDER BY creation"):
			if credit.voucher_row in seen:
				found.append(f"row {credit.voucher_row} has two credits")
			seen[credit.voucher_row] = credit
		for row in sorted(self.due.keys() | seen.keys()):
			if row not in seen or row not in self.due:
				found.append(f"row {row}: due {self.due.get(row)}, credited {bool(row in seen)}")
				continue
			found += self._differences(row, seen[row], self.due[row])
		return found

	def _differences(self, row: str, credit: dict, due: Due) -> list[str]:
		has = {
			"to": credit.credit_assigned_to, "created by": credit.charge_created_by, "origin": credit.origin,
			"upsell": bool(credit.is_upsell), "edited by": credit.last_edited_by, "gone": bool(credit.is_removed),
			"tick": bool(credit.credit_assigned_customised), "inferred": bool(credit.is_inferred),
			"sold before": number(credit.qty_before),
		}  # fmt: skip
		should = {
			"to": due.to, "created by": due.created_by, "origin": due.origin, "upsell": due.upsell,
			"edited by": due.edited_by, "gone": due.gone, "tick": due.to != due.created_by, "inferred": False,
			"sold before": due.before,
		}  # fmt: skip
		line = self.lines[self.owner_of[row]].get(row)
		if line:
			has |= {"net": number(credit.subtotal), "net in company": number(credit.base_subtotal)}
			should |= {"net": line.net, "net in company": line.net_in_company}
		return [
			f"credit of row {row} in {credit.voucher_no}: {what} is {has[what]}, should be {should[what]}"
			for what in has
			if has[what] != should[what]
		]


def digest() -> str:
	"""All credits with all they say: has anything been written?"""
	columns = ", ".join(
		f"IFNULL(`{column}`, '')" for column in sorted(frappe.db.get_table_columns("Upsell Credit"))
	)
	return str(
		frappe.db.sql(
			f"SELECT COUNT(*), BIT_XOR(CAST(CRC32(CONCAT_WS('|', {columns})) AS UNSIGNED)) FROM `tabUpsell Credit`"
		)
	)
