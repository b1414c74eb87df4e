"""Who earned each charge, once more: told by what each step did, the slow and plain way (U2-U10).

Written from the text of U2 to U10. It shares nothing with the rules of the app: it looks at the item rows
before and after a step, knows who did it and what it was, and writes down who must be credited.
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


@dataclass(frozen=True)
class Due:
	"""What the credit of a row must say."""

	to: str
	created_by: str
	origin: str
	upsell: bool = False
	edited_by: str | None = None
	gone: bool = False


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
					row.description,
					row.uom,
					number(row.qty),
					number(row.rate),
				),
				net=number(row.net_amount),
				net_in_company=number(row.base_net_amount),
				quotation_row=row.quotation_item,
			)
	return found


class Model:
	"""What every row's credit must say, kept step by step."""

	def __init__(self):
		self.lines = read_lines()
		self.due: dict[str, Due] = {}

	def observe(self, actor: str, made: dict[str, Made]) -> None:
		"""Somebody has done one thing; `made` tells of documents that it made."""
		before, self.lines = self.lines, read_lines()
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
		old = list(
			(self.lines.get((document[0], made.of)) or before.get((document[0], made.of)) or {}).items()
		)
		converts = made.kind == "new" and any(self._quoted(line) for line in lines.values())
		for row, line in lines.items():
			continued = old[line.place - 1][0] if made.of and line.place <= len(old) else None
			self._own(row, document, self._first(line, actor, made, continued, converts))
			if made.kind == "amend" and continued and dict(old)[continued].typed != line.typed:
				self.due[row] = replace(self.due[row], edited_by=actor)

	def _first(self, line: Line, actor: str, made: Made, continued: str | None, converts: bool) -> Due:
		if made.kind == "amend" and continued:
			return replace(self.due[continued], origin="Amended")
		if made.kind == "recur" and continued:
			return Due(self.due[continued].to, actor, "Recurring")
		if made.kind == "copy":
			return Due(actor, actor, "Copied")
		if made.kind == "new" and self._quoted(line):
			return replace(self.due[line.quotation_row], origin="Converted")
		if converts or made.kind == "amend":
			return Due(actor, actor, "Added", upsell=True)
		return Due(actor, actor, "Created")

	def _quoted(self, line: Line) -> bool:
		return bool(line.quotation_row) and line.quotation_row in self.due

	def _changed(self, document, before, lines, actor) -> None:
		put_in_anew = []
		for row in before.keys() - lines.keys():
			if not self.due[row].upsell:
				put_in_anew.append(before[row].item)
			self.due[row] = replace(self.due[row], gone=True)
		for row, line in sorted(lines.items(), key=lambda pair: pair[1].place):
			if row not in before:
				anew = line.item in put_in_anew
				if anew:
					put_in_anew.remove(line.item)
				self._own(row, document, Due(actor, actor, "Added", upsell=not anew))
			elif before[row].typed != line.typed:
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
		}  # fmt: skip
		should = {
			"to": due.to, "created by": due.created_by, "origin": due.origin, "upsell": due.upsell,
			"edited by": due.edited_by, "gone": due.gone, "tick": due.to != due.created_by, "inferred": False,
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
