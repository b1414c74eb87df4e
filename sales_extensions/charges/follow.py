"""A document's charges followed in the transaction that changes them (U2-U8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import frappe

from sales_extensions.engine.upsell import (
	Change,
	Charge,
	Event,
	Happening,
	Origin,
	Standing,
	Voucher,
	follow_charges,
	pair_rows,
)
from sales_extensions.ledger import facts as ledger_facts

from . import book, facts
from .settle import settle

if TYPE_CHECKING:
	from frappe.model.document import Document


def follow(doc: Document, settings: ledger_facts.Settings | None = None) -> None:
	"""Bring the credits of a document to what its rows say.

	Reads the document in memory as it is about to be committed; the same number of statements however many
	rows it has. Writes nothing where nothing changed. Once tracking is switched off no charge gets a new credit; those
	that there are go on, and so do the targets that count them.
	"""
	settings = settings or ledger_facts.settings()
	if not settings.has_upsells:
		return
	charges, voucher = facts.charges_of(doc.items or (), doc), facts.voucher_from_doc(doc)
	seen = facts.standing(doc.doctype, [doc.name])[doc.name]
	if not settings.tracks_upsell:
		charges = facts.known_only(charges, seen)
	try:
		# the row of the document is held, but what was read before may be older than that
		_book(doc, voucher, charges, facts.standing_now(seen), settings)
	except book.AlreadyThere:
		there = facts.standing(doc.doctype, [doc.name], current_read=True)[doc.name]
		_book(doc, voucher, charges, there, settings)


def _book(
	doc: Document,
	voucher: Voucher,
	charges: list[Charge],
	standing: list[Standing],
	settings: ledger_facts.Settings,
) -> None:
	event = event_of(doc, voucher, charges, standing, settings)
	changes = follow_charges(voucher, event, charges, standing)
	book.write(voucher, _without_rows_there(doc.doctype, changes), event.actor)


def _without_rows_there(doctype: str, changes: list[Change]) -> list[Change]:
	"""A document object that is older than its rows calls them removed: the rows know better."""
	removed = [change.charge.row for change in changes if change.removed]
	if not removed:
		return changes
	there = facts.rows_there(doctype, removed)
	return [change for change in changes if not (change.removed and change.charge.row in there)]


def forget(doc: Document) -> None:
	if ledger_facts.settings().has_upsells:
		book.purge(doc.doctype, doc.name)


def event_of(
	doc: Document,
	voucher: Voucher,
	charges: list[Charge],
	standing: list[Standing],
	settings: ledger_facts.Settings,
) -> Event:
	"""What happens to the document. Looks for where charges come from only if there are new ones."""
	known = {credit.charge.row for credit in standing if not credit.removed}
	new = [charge for charge in charges if charge.row not in known]
	is_new = bool(doc.flags.in_insert)
	came = _predecessors(doc, new) if is_new and new else Came()
	offered = facts.offered(doc) if new and (came.amended or not is_new) else facts.Offered()
	return Event(
		happening=_happening(doc, is_new),
		actor=facts.actor(),
		quoted=facts.quoted_lines(
			charges if new or _takes_another_part(charges, standing) else (),
			order=doc.name,
			customer=voucher.customer,
			copied_from=doc.flags.sales_extensions_copied_from,
		),
		amended=came.amended,
		recurring=came.recurring,
		predecessors=came.pairs,
		continued=came.continued,
		before=None if is_new else _rows_before(doc, bool(standing)),
		by_customer=facts.is_customer(frappe.session.user),
		is_deal=offered.is_deal,
		offered_at=offered.at,
		grace=settings.upsell_grace,
		author=offered.author,
	)


def _takes_another_part(charges: list[Charge], standing: list[Standing]) -> bool:
	"""Whether a conversion of what was quoted as partly more than before changes its quantity."""
	quantities = {charge.row: charge.quantity for charge in charges}
	return any(
		credit.earned.origin == Origin.CONVERTED
		and credit.earned.qty_before
		and quantities.get(credit.charge.row, credit.charge.quantity) != credit.charge.quantity
		for credit in standing
		if not credit.removed
	)


def _happening(doc: Document, is_new: bool) -> str:
	if not is_new:
		return Happening.CHANGED
	return Happening.COPY if is_copy(doc) else Happening.NEW


def is_copy(doc: Document) -> bool:
	"""Duplicate in the desk leaves a mark on the new document; `frappe.copy_doc` leaves the old row's parent."""
	marked = doc.__dict__.get("__run_link_triggers")
	return bool(doc.flags.sales_extensions_copied_from) or (marked is not None and not marked)


def remember_copy(doc: Document) -> None:
	"""Before a document gets its name: rows that still name another document as theirs are copied from it."""
	parents = {row.parent for row in doc.items or () if row.parent and not str(row.parent).startswith("new-")}
	if len(parents) == 1 and not doc.get("amended_from"):
		parent = parents.pop()
		if parent and frappe.db.exists(doc.doctype, parent):
			doc.flags.sales_extensions_copied_from = parent


def remember_original(doc: Document, original: Document) -> None:
	"""Auto Repeat: nothing links a row to the original's, but both are in the same order still (U8)."""
	doc.flags.sales_extensions_recurs = (original.name, [row.name for row in original.items])


def _rows_before(doc: Document, tracked: bool) -> frozenset[str] | None:
	"""The rows that were there before this save: one of them without a credit was not tracked, and is nobody's new row.

	In Update Items these are the new rows too: None where the document is tracked, and else all are inferred.
	"""
	if tracked and getattr(doc, "_action", None) == "update_after_submit":
		return None
	before = doc.get_doc_before_save()
	if before is None and tracked:
		return None
	return frozenset(row.name for row in (before or doc).items)


@dataclass(frozen=True, slots=True)
class Came:
	"""Where a new document's charges come from: what each row continues, and all charges of what is amended."""

	pairs: dict[str, Standing] = field(default_factory=dict)
	amended: bool = False
	recurring: bool = False
	continued: tuple[Standing, ...] = ()


def _predecessors(doc: Document, new: list[Charge]) -> Came:
	if doc.flags.sales_extensions_recurs:
		original, rows = doc.flags.sales_extensions_recurs
		return Came(_by_place(new, _live(doc.doctype, original), rows), recurring=True)
	if doc.get("amended_from"):
		named = {row.name: row.get("_amended_from") for row in doc.items if row.get("_amended_from")}
		old = _live(doc.doctype, doc.amended_from)
		return Came(pair_rows(new, old, named), amended=True, continued=tuple(old))
	return Came()


def _by_place(new: Iterable[Charge], old: Iterable[Standing], rows: list[str]) -> dict[str, Standing]:
	by_row = {credit.charge.row: credit for credit in old}
	pairs = {}
	for charge in new:
		credit = by_row.get(rows[charge.idx - 1]) if 0 < charge.idx <= len(rows) else None
		if credit and credit.charge.item_code == charge.item_code:
			pairs[charge.row] = credit
	return pairs


def _live(doctype: str, name: str) -> list[Standing]:
	"""The credits that a document hands on; made now, inferred, if it was never tracked."""
	credits = facts.standing(doctype, [name])[name]
	if not credits:
		settle(doctype, [name], fresh=False)
		credits = facts.standing(doctype, [name])[name]
	return [credit for credit in credits if not credit.removed]
