"""Closed periods in a Sales Ledger Run, a rebuild and a check: closed, and looked after by their seal (H3, X2)."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import partial
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
	"""After their entries were brought to what the orders say, by what decided then. What was closed is not tried again."""
	names = json.loads(doc.targets)
	for _again in range(ATTEMPTS):
		try:
			return _close_rest(doc, names)
		except closing.GroundMoved:
			runs.commit()  # nothing was written; what is held is let go
			doc.db_set("cursor", None)
			in_runs.work(doc)
	_close_rest(doc, names)


#: So often the entries are decided anew where a policy or a tree was changed meanwhile.
ATTEMPTS = 5


def _close_rest(doc: Document, names: list[str]) -> None:
	theirs = fill.scope(names, doc.company)  # one may have gone to another company meanwhile
	for some in fill.slices(names[doc.tried_targets :], closing.AT_ONCE):
		own = [name for name in some if name in theirs]
		runs.commit()  # the locks come first in a new transaction
		close = partial(
			closing.close_some, own, fresh=True, by=doc.owner, decided_by=(doc.decided_by, theirs)
		)
		closed = len(runs.or_wait(close))
		tried = doc.tried_targets + len(some)
		doc.db_set({"tried_targets": tried, "closed_targets": doc.closed_targets + closed})
		runs.commit()
		runs.publish(doc)


def _check(doc: Document) -> None:
	"""What is sealed is not worked out anew, but what was written to since the last check, and what has lost entries."""
	found, broken = json.loads(doc.differences or "[]"), sealed.differences(doc.company)
	told = (in_words(one) for one in broken[: runs.NAMED_DIFFERENCES])
	found += [words for words in told if words not in found]  # a run that is resumed has told them
	doc.db_set({"differences": json.dumps(found, indent=1), "broken_seals": len(broken)})
	names = closing.closed_among(None, doc.company)
	if names:
		found += _put_right(doc, names, {one["sales_target"] for one in broken}, len(found))
	doc.db_set("differences", json.dumps(found, indent=1))
	runs.commit()


def _put_right(doc: Document, names: list[str], broken: Collection[str], named: int) -> list[str]:
	"""What was to be put right, in words. `broken`: those whose seal is, whose figures stay as they were closed: their
	entries are none to go by. `named`: how many differences the run names already.
	"""
	short = closing.with_gaps(names)
	found = [_("Entries of {0} are gone: {1} of {2} are there").format(*one) for one in short]
	orders = {
		*closing.orders_changed_since(names, _last_check(doc)),
		*fill.orders_of([one[0] for one in short]),
	}
	for part in fill.slices(sorted(orders)):
		runs.commit()
		outcome = runs.fill_or_wait(names, part)
		found += in_runs.describe(outcome.found[: max(0, runs.NAMED_DIFFERENCES - named - len(found))])
		doc.db_set("entries_written", doc.entries_written + outcome.entries)
	runs.commit()
	whole = [name for name in names if name not in broken]
	corrected = runs.or_wait(lambda: fill.true_up(whole, fresh=True))
	return found + [_("Total of {0} did not equal its entries").format(name) for name in corrected]


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
