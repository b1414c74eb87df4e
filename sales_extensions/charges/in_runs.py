"""The Upsell Credits' part of a Sales Ledger Run, and of the ledger's rebuild and verify (U9, X2)."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING

import frappe

from sales_extensions.ledger import runs
from sales_extensions.ledger.facts import settings
from sales_extensions.ledger.restate import refuse_rebuild

from . import book, settle, sound

if TYPE_CHECKING:
	from frappe.model.document import Document


def work(doc: Document) -> None:
	"""Bring Upsell Credits to what the documents say, slice by slice; what is done already costs a look."""
	if doc.cursor or not settings().has_upsells:
		return  # resumed among the orders: the credits were done before them
	names = settle.documents(doc.company)
	found = json.loads(doc.differences or "[]")
	done = 0
	for doctype, part in settle.slices(names):
		runs.commit()
		outcome = settle_or_wait(doctype, part)
		done += len(part)
		if doc.purpose != runs.UPSELL_CREDITS:
			found += outcome.found[: max(0, runs.NAMED_DIFFERENCES - len(found))]
		doc.db_set(
			{
				"total_orders": len(names),
				"done_orders": done,
				"entries_written": doc.entries_written + outcome.written,
				"differences": json.dumps(found, indent=1),
			}
		)
		runs.commit()
		runs.publish(doc)
	runs.commit()
	_refresh_people(doc)


def _refresh_people(doc: Document) -> None:
	if book.refresh_people() or doc.purpose == runs.UPSELL_CREDITS:
		runs.commit()
		upsell_targets = frappe.get_all(
			"Sales Target", {"target_type": "Upsell"}, pluck="name", order_by="name"
		)
		if upsell_targets:
			runs.settle(upsell_targets)
	runs.commit()


def settle_or_wait(doctype: str, names: Collection[str]) -> settle.Outcome:
	"""A document that credits its own charges meanwhile goes first."""
	return runs.or_wait(lambda: settle.settle(doctype, names, fresh=True), book.AlreadyThere)


def rebuild(company: str | None) -> int:
	"""How many credits were written; nothing where upsells were never tracked."""
	try:
		return settle.settle_all(company).written if settings().has_upsells else 0
	except book.AlreadyThere:
		refuse_rebuild()


def differences(company: str | None) -> list[dict[str, object]]:
	"""Upsell Credits against the documents, once they are tracked; also after that is switched off (U9)."""
	return sound.differences(company) if settings().has_upsells else []
