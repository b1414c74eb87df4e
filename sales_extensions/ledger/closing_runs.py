"""Closed periods in a Sales Ledger Run, a rebuild and a check: closed, and looked after by their seal (H3, X2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_extensions.engine import seals

from . import closing, fill, in_runs, runs, sealed

if TYPE_CHECKING:
	from frappe.model.document import Document


def work(doc: Document) -> None:
	"""Or what is left of it: what is closed is not closed again, and a check is read anew."""
	if doc.purpose == runs.PERIOD_CLOSE:
		_close(doc)
	else:
		_check(doc)


def _close(doc: Document) -> None:
	"""After their entries were brought to what the orders say."""
	names = fill.to_close(json.loads(doc.targets) if doc.targets else None, doc.company, doc.up_to)
	for some in fill.slices(names, closing.AT_ONCE):
		runs.commit()  # the locks come first in a new transaction
		runs.or_wait(lambda some=some: closing.close_some(some, fresh=True, by=doc.owner))
		doc.db_set("closed_targets", names.index(some[-1]) + 1)
		runs.commit()
		runs.publish(doc)


def _check(doc: Document) -> None:
	"""What is sealed is not worked out anew, but what was written to since the last check: it may adjust."""
	found = json.loads(doc.differences or "[]")
	found += [in_words(one) for one in sealed.differences(doc.company)]
	doc.db_set("differences", json.dumps(found, indent=1))
	names = closing.closed_among(None, doc.company)
	orders = closing.orders_changed_since(names, _last_check(doc)) if names else []
	for part in fill.slices(orders):
		runs.commit()
		outcome = runs.fill_or_wait(names, part)
		found += in_runs.describe(outcome.found[: max(0, runs.NAMED_DIFFERENCES - len(found))])
		entries = doc.entries_written + outcome.entries
		doc.db_set({"differences": json.dumps(found, indent=1), "entries_written": entries})
	runs.commit()


def _last_check(doc: Document) -> object:
	"""When the latest check that is finished began; without one, long ago."""
	return (
		frappe.db.get_value(
			doc.doctype,
			{"purpose": doc.purpose, "status": "Finished", "name": ("!=", doc.name)},
			"started_on",
			order_by="creation desc",
		)
		or "1900-01-01"
	)


def differences(company: str | None) -> list[dict[str, object]]:
	return sealed.differences(company)


def in_words(one: dict[str, object]) -> str:
	if one["what"] == seals.REMOVED and not one["entry"]:
		return _("The closing before {0} is gone").format(one["closing"])
	sentence = {
		seals.CHANGED: _("Sealed entry {1} of {0} was changed: {2}"),
		seals.ADDED: _("Among the sealed entries of {0} is one that was not there, number {1}: {2}"),
		seals.REMOVED: _("A sealed entry of {0} is gone, number {1}"),
		seals.SEAL: _("The closing {2} of {0} does not agree with its seal"),
	}[one["what"]]
	return sentence.format(one["sales_target"], one["entry"], one["name"] or one["closing"])
