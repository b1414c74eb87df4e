"""Sealed entries, as the database has them, and names that were changed since (H3)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import frappe
from frappe.utils import cint, flt, now_datetime

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
SEALED_ENTRIES = "e.sales_target = %(target)s AND e.booked_no <= %(last)s ORDER BY e.booked_no, e.name"


def rows(target: str, last_no: int) -> list[seals.Row]:
	"""The entries of a target up to a number, as they were booked, each with its digest."""
	found = frappe.db.sql(
		f"SELECT e.booked_no, e.name, {DIGEST} FROM `tabSales Target Entry` e WHERE {SEALED_ENTRIES}",
		{"target": target, "last": last_no},
	)
	return [seals.Row(cint(number), name, digest) for number, name, digest in found]


def rows_with_values(target: str, last_no: int) -> list[seals.Row]:
	"""The same, with all that they say."""
	found = frappe.db.sql(
		f"SELECT {', '.join(TEXTS)} FROM `tabSales Target Entry` e WHERE {SEALED_ENTRIES}",
		{"target": target, "last": last_no},
	)
	number = seals.SEALED.index("booked_no")
	return [seals.Row(cint(row[number]), row[0], seals.digest_of(row), tuple(row)) for row in found]


COLUMNS = "name, sales_target, previous_seal, sealed_text, seal, entries, last_no, digests"


def closings(company: str | None = None) -> Iterator[seals.Closing]:
	"""One by one, as they were made: their digests are long."""
	filters = {"company": company} if company else {}
	for name in frappe.get_all(CLOSING, filters, pluck="name", order_by="creation, name"):
		yield closing(name)


def closing(name: str) -> seals.Closing:
	(row,) = frappe.db.sql(f"SELECT {COLUMNS} FROM `tab{CLOSING}` WHERE name = %s", name)
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


def broken(one: seals.Closing, names: seals.Names) -> list[seals.Broken]:
	"""What does not agree with a closing. Entries go with their target: of one that is gone there is nothing to check."""
	target = frappe.db.get_value("Sales Target", one.target, ("closing", *OF_TARGET), as_dict=True)
	if not target:
		return []
	found = [] if _shows_what_was_sealed(one, target) else [seals.Broken(seals.SEAL)]
	if seals.is_intact(one, rows(one.target, one.last_no)):
		return found
	return seals.broken(one, rows_with_values(one.target, one.last_no), names) or found


#: What a closing shows, and its target while that is closed, and was sealed as a text.
OF_CLOSING = ("realised_amount", "order_count", "percentage", "status", "from_date", "to_date")
OF_TARGET = (*OF_CLOSING, "target_type", "target_amount", "target_count")


def _shows_what_was_sealed(one: seals.Closing, target: dict[str, object]) -> bool:
	rows = [frappe.db.get_value(CLOSING, one.name, OF_CLOSING, as_dict=True)]
	if target.pop("closing") == one.name:
		rows.append(target)
	try:
		said = _as_texts(json.loads(one.text))
	except ValueError:
		return False
	return all(_as_texts(row).items() <= said.items() for row in rows)


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
	for one in closings(company):
		chain.append(one)
		found += [_difference(one, broken_one) for broken_one in broken(one, known)]
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
