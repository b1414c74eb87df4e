"""Sealed entries, as the database has them, and names that were changed since (H3)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import frappe
from frappe.utils import cint, create_batch, flt, now_datetime

from sales_extensions import current
from sales_extensions.engine import Member, seals
from sales_extensions.engine.facts import TREES

if TYPE_CHECKING:
	from frappe.model.document import Document

CLOSING, NAME, MEMBER = "Sales Target Closing", "Sales Ledger Name", "Sales Target Member"
MONEY = "CAST(CAST({0} AS DECIMAL(30, 9)) AS CHAR)"
#: How the database writes a column, where that is not left to it.
WRITTEN = {
	**dict.fromkeys(("amount", "share_percentage", "overlay_worth"), MONEY),
	**dict.fromkeys(("order_count", "booked_no"), "CAST(CAST({0} AS SIGNED) AS CHAR)"),
	"posting_date": "CAST({0} AS CHAR)",
	"creation": "DATE_FORMAT({0}, '%%Y-%%m-%%d %%H:%%i:%%s.%%f')",
}
#: Of an order's own entries nothing: those of before had no such columns.
WRITTEN |= dict.fromkeys(seals.OF_DOCUMENTS, "IF(e.voucher_type = 'Sales Order', '', {0})")
TEXTS = [f"IFNULL({WRITTEN.get(column, '{0}').format('e.' + column)}, '')" for column in seals.SEALED]
#: `engine.seals.canonical`, and its digest, by the database: so it need not send what it digests.
LENGTHS = [f"CHAR_LENGTH({text}), ':', {text}" for text in TEXTS]
CANONICAL = ", ".join(LENGTHS[: -len(seals.OF_DOCUMENTS)])
OF_DOCUMENT = (
	f"IF(e.voucher_type = 'Sales Order', '', CONCAT({', '.join(LENGTHS[-len(seals.OF_DOCUMENTS) :])}))"
)
DIGEST = f"UNHEX(SHA2(CONCAT({CANONICAL}, {OF_DOCUMENT}), 256))"


def digests(last_no: Collection[tuple[str, int]]) -> dict[tuple[str, int], list[bytes]]:
	"""Of each target and number the digests of its entries up to that one, in the order in which they were booked.

	The database strings them together: to send a row for each costs more than to make them.
	"""
	if not last_no:
		return {}
	found: dict[tuple[str, int], list[bytes]] = {one: [] for one in last_no}
	wanted = " UNION ALL ".join(["SELECT %s AS target, %s AS last_no"] * len(found))
	for target, number, entries, strung in frappe.db.sql(
		f"""SET STATEMENT group_concat_max_len = {LONGEST} FOR
		SELECT wanted.target, wanted.last_no, COUNT(*),
			GROUP_CONCAT({DIGEST} ORDER BY e.booked_no, e.name SEPARATOR '')
		FROM ({wanted}) wanted STRAIGHT_JOIN `tabSales Target Entry` e FORCE INDEX (target_order)
			ON e.sales_target = wanted.target AND e.booked_no <= wanted.last_no
		GROUP BY wanted.target, wanted.last_no""",
		[value for one in found for value in one],
	):
		whole = strung if len(strung or b"") == entries * SIZE else b"".join(_one_by_one(target, number))
		found[target, cint(number)] = [whole[start : start + SIZE] for start in range(0, len(whole), SIZE)]
	return found


#: Bytes of a digest; and of the longest string of them that the database is asked for: it may send less.
SIZE, LONGEST = 32, 2**24


def _one_by_one(target: str, last_no: int) -> Iterator[bytes]:
	"""The digests of a target that has more entries than one answer has room for."""
	for (digest,) in frappe.db.sql(
		f"""SELECT {DIGEST} FROM `tabSales Target Entry` e
		WHERE e.sales_target = %s AND e.booked_no <= %s ORDER BY e.booked_no, e.name""",
		(target, last_no),
	):
		yield digest


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
OF_TARGET = (*OF_CLOSING, "target_type", "target_amount", "target_count", "measured_on")
#: What a closing of before says nothing of.
OF_BEFORE = {"measured_on": "Ordered"}
#: So many closings are read at once, and the entries of no more than so many.
AT_ONCE, ENTRIES_AT_ONCE = 100, 20_000


@dataclass(frozen=True, slots=True)
class Kept:
	"""A closing, and what it and its target show now."""

	closing: seals.Closing
	shown: tuple[dict[str, object], ...]
	has_target: bool
	#: its target is closed, and by this one
	is_current: bool
	was_reopened: bool
	#: what the target goes on deciding by
	closed_with: str

	def is_shown_as_sealed(self, members: Sequence[Member], names: seals.Names) -> bool:
		try:
			said, with_ = json.loads(self.closing.text), json.loads(self.closed_with or "{}")
		except ValueError:
			return False
		texts = OF_BEFORE | _as_texts(said)
		return (
			self.is_current != self.was_reopened
			and all(_as_texts(row).items() <= texts.items() for row in self.shown)
			and all(said.get(field) == value for field, value in with_.items())
			and (not self.is_current or self._has_members(said, members, names))
		)

	def _has_members(self, said: dict[str, object], members: Sequence[Member], names: seals.Names) -> bool:
		"""Of one whose name was changed it can't be told."""
		renamed = any((one.kind, name) in names for one in members for name in (one.name, one.above))
		return renamed or said.get("members") == seals.digest_of_members(members)


def kept(company: str | None = None) -> Iterator[Kept]:
	"""Closings in the order in which they were made."""
	filters = {"company": company} if company else {}
	names = frappe.get_all(CLOSING, filters, pluck="name", order_by="creation, name")
	closing, target = frappe.qb.DocType(CLOSING), frappe.qb.DocType("Sales Target")
	for some in create_batch(names, AT_ONCE):
		rows = (
			frappe.qb.from_(closing)
			.left_join(target)
			.on(target.name == closing.sales_target)
			.select(*(closing[column] for column in (*COLUMNS, *OF_CLOSING, "reopened_on")))
			.select(target.name, target.closing, target.period_status, target.closed_with)
			.select(*(target[column] for column in OF_TARGET))
			.where(closing.name.isin(some))
			.orderby(closing.creation)
			.orderby(closing.name)
			.run()
		)
		yield from map(_kept, rows)


def _kept(row: tuple) -> Kept:
	own, row = row[: len(COLUMNS)], row[len(COLUMNS) :]
	shown, (reopened, target, closed_by, status, closed_with, *of_target) = (
		row[: len(OF_CLOSING)],
		row[len(OF_CLOSING) :],
	)
	rows = [dict(zip(OF_CLOSING, shown, strict=True))]
	is_current = status == "Closed" and closed_by == own[0]
	if is_current:
		rows.append(dict(zip(OF_TARGET, of_target, strict=True)))
	with_ = closed_with if is_current else ""
	return Kept(_closing(own), tuple(rows), bool(target), is_current, bool(reopened), with_ or "")


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


def _broken(
	one: Kept, digests: Sequence[bytes], members: Sequence[Member], names: seals.Names
) -> list[seals.Broken]:
	"""What does not agree with a closing. Entries go with their target, which goes only once it is open again."""
	closing = one.closing
	found = [] if one.is_shown_as_sealed(members, names) else [seals.Broken(seals.SEAL)]
	if not one.has_target:
		return [] if one.was_reopened else [seals.Broken(seals.SEAL)]
	if seals.is_intact(closing, digests):
		return found
	return seals.broken(closing, rows_with_values(closing.target, closing.last_no), names) or found


def _members(targets: Collection[str]) -> dict[str, list[Member]]:
	found: dict[str, list[Member]] = {name: [] for name in targets}
	for target, *member in frappe.db.sql(
		f"""SELECT sales_target, member_type, member, above, from_date, to_date FROM `tab{MEMBER}`
		WHERE sales_target IN %(targets)s""",
		{"targets": tuple(targets) or ("",)},
	):
		found[target].append(Member(*member))
	return found


def _as_texts(values: Mapping[str, object]) -> dict[str, str]:
	return {
		field: f"{flt(value, 9)}" if isinstance(value, int | float) else str(value)
		for field, value in values.items()
	}


# --- names ----------------------------------------------------------------------------------------


#: How closings are named; and the row that whoever closes, or gives a new name, holds until commit: so that no name changes
#: between what is read of a target and its seal.
SERIES = "STC-"


def hold_names() -> None:
	current.sql(
		"INSERT INTO `tabSeries` (name, current) VALUES (%s, 0) ON DUPLICATE KEY UPDATE current = current",
		SERIES,
	)


def changes() -> list[tuple[str, str, str]]:
	"""Kind, old and new name, as they were changed."""
	return frappe.get_all(
		NAME, fields=["ref_doctype", "old_name", "new_name"], order_by="creation, name", as_list=True
	)


def names() -> seals.Names:
	return seals.older_names(changes())


#: Of what else an entry may be made.
KINDS = {*seals.NAMED.values(), *TREES, "Order Allocation", "Quotation", "Upsell Credit"}


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	if doc.doctype in KINDS:
		hold_names()


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Keep what a name was: entries follow the new name, their seals can't."""
	if old != new and doc.doctype in KINDS:
		hold_names()
		note(doc.doctype, old, new)


def follow_members(doctype: str, old: str, new: str) -> None:
	"""Have members of closed targets follow a new name, before anything is decided by them.

	The framework sets dynamic links where it knew of some before; these may have been written since.
	"""
	hold_names()
	member = frappe.qb.DocType(MEMBER)
	for field in ("member", "above"):
		query = frappe.qb.update(member).set(member[field], new)
		current.run(query.where((member.member_type == doctype) & (member[field] == old)))


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
		targets = {one.closing.target for one in some}
		made = digests({(one.closing.target, one.closing.last_no) for one in some})
		members = _members(targets)
		for one in some:
			own, target = one.closing, one.closing.target
			chain.append(replace(own, kept="", text=""))
			found += [
				_difference(own, what)
				for what in _broken(one, made[target, own.last_no], members[target], known)
			]
	found += [_difference(one, seals.Broken(seals.REMOVED)) for one in seals.unlinked(chain)]
	return [*found, *_not_adjusting(company), *_without_closing(company)]


def _not_adjusting(company: str | None) -> Iterator[dict[str, object]]:
	"""Entries of closed targets that came after the closing and are not told to adjust it: they were not booked by us."""
	target, closing, entry = map(frappe.qb.DocType, ("Sales Target", CLOSING, "Sales Target Entry"))
	query = (
		frappe.qb.from_(target)
		.join(closing)
		.on(closing.name == target.closing)
		.join(entry)
		.on((entry.sales_target == target.name) & (entry.booked_no > closing.last_no))
		.select(closing.name, target.name, entry.booked_no, entry.name)
		.where(
			(target.period_status == "Closed") & (entry.adjusts.isnull() | (entry.adjusts != target.closing))
		)
		.orderby(target.name, entry.booked_no)
	)
	for closed_by, name, number, row in (query.where(target.company == company) if company else query).run():
		yield {
			"kind": "seal",
			"closing": closed_by,
			"sales_target": name,
			"what": seals.ADDED,
			"entry": number,
			"name": row,
		}


def _without_closing(company: str | None) -> Iterator[dict[str, object]]:
	"""Closed targets whose closing is gone."""
	target, closing = frappe.qb.DocType("Sales Target"), frappe.qb.DocType(CLOSING)
	query = (
		frappe.qb.from_(target)
		.left_join(closing)
		.on(closing.name == target.closing)
		.select(target.name, target.closing)
		.where((target.period_status == "Closed") & closing.name.isnull())
	)
	for name, gone in (query.where(target.company == company) if company else query).run():
		yield {
			"kind": "seal",
			"closing": gone or "",
			"sales_target": name,
			"what": seals.SEAL,
			"entry": 0,
			"name": "",
		}


def _difference(one: seals.Closing, what: seals.Broken) -> dict[str, object]:
	return {
		"kind": "seal",
		"closing": one.name,
		"sales_target": one.target,
		"what": what.what,
		"entry": what.entry,
		"name": what.name,
	}
