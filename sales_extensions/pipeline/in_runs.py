"""The pipeline's part of a Sales Ledger Run, and of the ledger's rebuild and verify (C5, X2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sales_extensions.ledger import runs

from . import book, facts, restate
from .verify import drop_strays, verify
from .verify import rebuild as rebuild_all

if TYPE_CHECKING:
	from frappe.model.document import Document


def work(doc: Document) -> None:
	"""Bring the pipeline to what the documents say, slice by slice, each committed."""
	drop_strays()
	parties = sorted(facts.all_parties(), key=book.key)
	todo = [party for party in parties if book.key(party) > (doc.party_cursor or "")]
	found = json.loads(doc.differences or "[]")
	done = len(parties) - len(todo)
	for part in restate.slices(todo):
		runs.commit()
		outcome = runs.or_wait(lambda part=part: restate.held(part))
		done += len(part)
		if doc.purpose != runs.PIPELINE:
			found += restate.describe(outcome.changed[: max(0, runs.NAMED_DIFFERENCES - len(found))])
		doc.db_set(
			{
				"party_cursor": book.key(part[-1]),
				"total_parties": len(parties),
				"done_parties": done,
				"parties_changed": doc.parties_changed + len(outcome.changed),
				"differences": json.dumps(found, indent=1),
			}
		)
		runs.commit()
		runs.publish(doc)


def rebuild(company: str | None) -> int:
	"""How many parties were changed. It knows of no company, and is left as it is where one is asked for."""
	return 0 if company else rebuild_all()["changed"]


def differences(company: str | None) -> list[dict[str, object]]:
	"""Passages against the documents (C5); none where a company is asked for."""
	return [] if company else verify()


def parties() -> int:
	"""How many a run will look at."""
	return len(facts.all_parties())
