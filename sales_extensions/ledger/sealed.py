"""Sealed entries, as the database has them, and names that were changed since (H3)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import frappe
from frappe.utils import cint, create_batch, flt, now_datetime

from sales_extensions import current
from sales_extensions.engine import seals

if TYPE_CHECKING:
	from frappe.model.document import Document

CLOSING, NAME = "Sales Target Closing", "Sales Ledger Name"
MONEY = "CAST(CAST({0} AS DECIMAL(30, 9)) AS CHAR)"
#: How the database writes a column, where that is not left to it.
WRITTEN = {
	**dict.fromkeys(("amount", "share_percentage", "overlay_worth"), MONEY),
	**dict.fromkeys(("order_count", "booked_no"), "CAST(CAST({0} AS SIGNED) AS CHAR)"),
	"posting_date": "CAST({0} AS CHAR)",
	"creation": "DATE_FORMAT({0}, '%%Y-%%m-%%d %%H:%%i:%%s.%%f')",
}
TEXTS = [f"IFNULL({WRITTEN.get(column, '{0}').format('e.' + column)}, '')" for column in seals.SEALED]
#: `engine.seals.canonical`, and its digest, by the database: so it need not send what it digests.
CANONICAL = ", ".join(f"CHAR_LENGTH({text}), ':', {text}" for text in TEXTS)
DIGEST = f"UNHEX(SHA2(CONCAT({CANONICAL}), 256))"


def rows(targets: Collection[str]) -> dict[str, list[seals.Row]]:
	"""The entries of targets, as they were booked, each with its digest; by target."""
	found: dict[str, list[seals.Row]] = {name: [] for name in targets}
	for target, number, name, digest in frappe.db.sql(
		f"""SELECT e.sales_target, e.booked_no, e.name, {DIGEST} FROM `tabSales Target Entry` e
		WHERE e.sales_target IN %(targets)s ORDER BY e.sales_target, e.booked_no, e.name""",
		{"targets": tuple(targets) or ("",)},
	):
		found[target].append(seals.Row(cint(number), name, digest))
	return found


def rows_with_values(target: str, last_no: int) -> list[seals.Row]:
	"""The same, with all that they say."""
	found = frappe.db.sql(
		f"""SELECT {", ".join(TEXTS)} FROM `tabSales Target Entry` e
		WHERE e.sales_target = %(target)s AND e.booked_no <= %(last)s ORDER BY e.booked_no, e.name""",
		{"target": target, "last": last_no},
	)
	number = seals.SEALED.index("booked_no")
	return [seals.Row(cint(row[number]), row[0], seals.digest_of(row), tuple(row)) for row in found]


COLUMNS = ("name", "sales_target", "previous_seal", "sealed_text", "seal", "entries", "last_no", "digests")
#: What a closing shows, and its target while that is closed, and was sealed as a text.
OF_CLOSING = ("realised_amount", "order_count", "percentage", "status", "from_date", "to_date")
OF_TARGET = (*OF_CLOSING, "target_type", "target_amount", "target_count")
#: So many closings are read at once, and the entries of no more than so many.
AT_ONCE, ENTRIES_AT_ONCE = 100, 20_000


@dataclass(frozen=True, slots=True)
class Kept:
	"""A closing, and what it and its target show now; without a target nothing is left to be shown."""

	closing: seals.Closing
	shown: tuple[dict[str, object], ...]
	has_target: bool

	@property
	def shows_what_was_sealed(self) -> bool:
		try:
			said = _as_texts(json.loads(self.closing.text))
		except ValueError:
			return False
		return all(_as_texts(row).items() <= said.items() for row in self.shown)


def kept(company: str | None = None) -> Iterator[Kept]:
	"""Closings in the order in which they were made."""
	filters = {"company": company} if company else {}
	for some in create_batch(
		frappe.get_all(CLOSING, filters, pluck="name", order_by="creation, name"), AT_ONCE
	):
		closing, target = frappe.qb.DocType(CLOSING), frappe.qb.DocType("Sales Target")
		rows = (
			frappe.qb.from_(closing)
			.left_join(target)
			.on(target.name == closing.sales_target)
			.select(*(closing[column] for column in (*COLUMNS, *OF_CLOSING)), target.name, target.closing)
			.select(*(target[column] for column in OF_TARGET))
			.where(closing.name.isin(some))
			.orderby(closing.creation)
			.orderby(closing.name)
			.run()
		)
		yield from map(_kept, rows)


def _kept(row: tuple) -> Kept:
	own, row = row[: len(COLUMNS)], row[len(COLUMNS) :]
	shown, (target, closed_by, *of_target) = row[: len(OF_CLOSING)], row[len(OF_CLOSING) :]
	rows = [dict(zip(OF_CLOSING, shown, strict=True))]
	if closed_by == own[0]:
		rows.append(dict(zip(OF_TARGET, of_target, strict=True)))
	return Kept(_closing(own), tuple(rows), bool(target))


def _closing(row: tuple) -> seals.Closing:
	name, target, previous, text, seal, entries, last_no, digests = row
	return seals.Closing(
		name,
		target or "",
		previous or "",
		text or "",
		seal or "",
		cint(entries),
		cint(last_no),
		digests or "",
	)


def _batches(found: Iterable[Kept]) -> Iterator[list[Kept]]:
	"""With no more entries in each than are read at once, if it has more than one."""
	some: list[Kept] = []
	for one in found:
		if some and sum(other.closing.entries for other in some) + one.closing.entries > ENTRIES_AT_ONCE:
			yield some
			some = []
		some.append(one)
	yield some


def _broken(one: Kept, entries: Sequence[seals.Row], names: seals.Names) -> list[seals.Broken]:
	"""What does not agree with a closing. Entries go with their target: of one that is gone there is nothing to check."""
	if not one.has_target:
		return []
	closing = one.closing
	found = [] if one.shows_what_was_sealed else [seals.Broken(seals.SEAL)]
	if seals.is_intact(closing, [row for row in entries if row.number <= closing.last_no]):
		return found
	return seals.broken(closing, rows_with_values(closing.target, closing.last_no), names) or found


def _as_texts(values: Mapping[str, object]) -> dict[str, str]:
	return {
		field: f"{flt(value, 9)}" if isinstance(value, int | float) else str(value)
		for field, value in values.items()
	}


# --- names ----------------------------------------------------------------------------------------


def changes() -> list[tuple[str, str, str]]:
	"""Kind, old and new name, as they were changed."""
	return frappe.get_all(
		NAME, fields=["ref_doctype", "old_name", "new_name"], order_by="creation, name", as_list=True
	)


def names() -> seals.Names:
	return seals.older_names(changes())


#: Of what else an entry may be made.
KINDS = {*seals.NAMED.values(), "Order Allocation", "Quotation", "Upsell Credit"}


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Keep what a name was, once there is something sealed: its entries follow the new name, their seals can't."""
	if doc.doctype in KINDS and old != new and frappe.get_all(CLOSING, limit=1):
		note(doc.doctype, old, new)


def note(doctype: str, old: str, new: str) -> None:
	now, user = now_datetime(), frappe.session.user
	name = frappe.qb.DocType(NAME)
	current.run(
		frappe.qb.into(name)
		.columns(
			"name", "creation", "modified", "owner", "modified_by", "ref_doctype", "old_name", "new_name"
		)
		.insert(frappe.generate_hash(length=12), now, now, user, user, doctype, old, new)
	)


def differences(company: str | None) -> list[dict[str, object]]:
	"""Each entry that does not agree with a seal, and closings that were changed or taken out. Empty: intact."""
	known, found, chain = names(), [], []
	for some in _batches(kept(company)):
		entries = rows({one.closing.target for one in some})
		for one in some:
			chain.append(replace(one.closing, kept="", text=""))
			found += [
				_difference(one.closing, what) for what in _broken(one, entries[one.closing.target], known)
			]
	return found + [_difference(one, seals.Broken(seals.REMOVED)) for one in seals.unlinked(chain)]


def _difference(one: seals.Closing, what: seals.Broken) -> dict[str, object]:
	return {
		"kind": "seal",
		"closing": one.name,
		"sales_target": one.target,
		"what": what.what,
		"entry": what.entry,
		"name": what.name,
	}
