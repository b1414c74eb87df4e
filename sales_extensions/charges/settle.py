"""Credits brought to what documents say where no event told: on enabling, after a gap, in a reconcile (U9).

What can be known is repaired; who added a charge that was not tracked is inferred, and marked so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import frappe

from sales_extensions.engine.upsell import (
	Change,
	Event,
	Happening,
	Standing,
	Voucher,
	follow_charges,
	pair_rows,
)
from sales_extensions.ledger.facts import sellers_of_users, settings

from . import book, facts

SLICE = 200


@dataclass(slots=True)
class Lacking:
	"""What a document's credits lack."""

	voucher: Voucher
	changes: list[Change] = field(default_factory=list)
	gone: bool = False


@dataclass(slots=True)
class Outcome:
	documents: int = 0
	written: int = 0
	found: list[str] = field(default_factory=list)


def documents(company: str | None = None) -> list[tuple[str, str]]:
	"""Every document that has charges or credits: quotations first, each before what was made of it."""
	found = []
	for doctype in facts.ROWS_OF:
		doc, credit = frappe.qb.DocType(doctype), frappe.qb.DocType("Upsell Credit")
		query = frappe.qb.from_(doc).select(doc.name).orderby(doc.creation, doc.name)
		gone = (
			frappe.qb.from_(credit)
			.left_join(doc)
			.on(doc.name == credit.voucher_no)
			.select(credit.voucher_no)
			.where((credit.voucher_type == doctype) & doc.name.isnull())
			.distinct()
		)
		if company:
			query, gone = query.where(doc.company == company), gone.where(credit.company == company)
		found += [(doctype, row[0]) for row in (*query.run(), *gone.run())]
	return found


def slices(names: list[tuple[str, str]], size: int = SLICE) -> Iterator[tuple[str, list[str]]]:
	"""Names of one doctype at a time, in their order."""
	for doctype in facts.ROWS_OF:
		own = [name for kind, name in names if kind == doctype]
		for start in range(0, len(own), size):
			yield doctype, own[start : start + size]


def lacking(
	doctype: str,
	names: Collection[str],
	*,
	headers: dict[str, dict] | None = None,
	current_read: bool = False,
) -> list[Lacking]:
	"""What the credits of these documents lack. Reads only. `headers`: of documents that are held."""
	headers = facts.load_vouchers(doctype, names) if headers is None else headers
	rows = facts.load_rows(doctype, names, current_read=current_read)
	standing = facts.standing(doctype, names, current_read=current_read)
	tracks = settings().tracks_upsell  # switched off, no charge gets a new credit
	found = []
	for name in names:
		header = headers.get(name)
		if header is None:
			if standing[name]:
				found.append(Lacking(Voucher(doctype, name), gone=True))
			continue
		changes = _changes(header, rows[name], standing[name], tracks=tracks)
		if changes:
			found.append(Lacking(facts.voucher_from_doc(header), changes))
	return found


def _changes(header: dict, rows: list[dict], own: list[Standing], *, tracks: bool) -> list[Change]:
	voucher, charges = facts.voucher_from_doc(header), facts.charges_of(rows, header)
	if not tracks:
		charges = facts.known_only(charges, own)
	known = {credit.charge.row for credit in own if not credit.removed}
	new = [charge for charge in charges if charge.row not in known]
	event = Event(
		happening=Happening.FOUND,
		actor=facts.actor(),
		quoted=facts.quoted_lines(
			new, order=header.name, customer=voucher.customer, made_before=header.creation
		),
		amended=bool(header.amended_from),
		predecessors=_predecessors(header, new, bool(own)),
	)
	return follow_charges(voucher, event, charges, own)


def _predecessors(header: dict, new: list, tracked: bool) -> dict[str, Standing]:
	"""An amendment that was never tracked goes on with the credits of what it amends."""
	if not header.amended_from or not new or tracked:
		return {}
	old = facts.standing(header.doctype, [header.amended_from])[header.amended_from]
	return pair_rows(new, [credit for credit in old if not credit.removed], {})


def settle(doctype: str, names: Collection[str], *, fresh: bool) -> Outcome:
	"""Write what the credits of these documents lack, in the caller's transaction, which holds them first.

	`fresh`: the transaction has read nothing yet, so that what it reads is newer than the locks. An amendment
	comes after what it amends, whose credits it carries on.
	"""
	headers = facts.load_vouchers(doctype, names, hold=True)
	amended = {name for name, header in headers.items() if header.amended_from}
	outcome = Outcome(documents=len(names))
	_settle(doctype, [name for name in names if name not in amended], headers, outcome, fresh)
	for name in names:
		if name in amended:
			_settle(doctype, [name], headers, outcome, fresh)
	return outcome


def _settle(
	doctype: str, names: Collection[str], headers: dict[str, dict], outcome: Outcome, fresh: bool
) -> None:
	found = lacking(doctype, names, headers=headers, current_read=not fresh)
	users = {change.earned.assigned_to for lack in found for change in lack.changes}
	sellers = sellers_of_users(users) if users else {}
	for lack in found:
		if lack.gone:
			book.purge(doctype, lack.voucher.name)
		else:
			book.write(lack.voucher, lack.changes, facts.actor(), sellers)
		outcome.written += max(1, len(lack.changes))
		outcome.found += describe(lack)


def describe(lack: Lacking) -> list[str]:
	where = f"{lack.voucher.doctype} {lack.voucher.name}"
	if lack.gone:
		return [f"{where}: the document is gone"]
	return [
		f"{where}, row {change.charge.idx} {change.charge.charge_name}: "
		+ ("removed" if change.removed else "changed" if change.standing else f"new, {change.earned.origin}")
		for change in lack.changes
	]


def settle_all(company: str | None = None) -> Outcome:
	"""Settle every document in the caller's transaction, and the Sales Person behind each user."""
	total = Outcome()
	for doctype, names in slices(documents(company)):
		outcome = settle(doctype, names, fresh=False)
		total.documents += outcome.documents
		total.written += outcome.written
		total.found += outcome.found
	total.written += book.refresh_people()
	return total
