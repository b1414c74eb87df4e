"""The dated tree's part of a Sales Ledger Run, a rebuild and a check: moves that no event told of (H2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from frappe import _

from . import places, runs

if TYPE_CHECKING:
	from frappe.model.document import Document


def work(doc: Document) -> None:
	"""Before the orders, which are booked by it."""
	found = json.loads(doc.differences or "[]")
	for place in places.follow():
		words = _("{0} stands under {1} from {2} on: no event had told of it")
		found.append(words.format(place.sales_person, place.parent or "-", place.since))
	doc.db_set("differences", json.dumps(found, indent=1))
	runs.commit()


def rebuild(company: str | None) -> int:
	"""How many moves were noted, of all companies."""
	return len(places.follow())


def differences(company: str | None) -> list[dict[str, object]]:
	"""Of all companies."""
	return places.differences()
