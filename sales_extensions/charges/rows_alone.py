"""Item rows that are saved or deleted by themselves, over REST: their document hears nothing of it (T3).

Update Items does so too, and saves the document after. So the document is followed when all is done, and
only if nobody followed it meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe

from sales_extensions.ledger import facts as ledger_facts

if TYPE_CHECKING:
	from frappe.model.document import Document


def _waiting() -> set[tuple[str, str]]:
	return frappe.flags.setdefault("sales_extensions_rows_alone", set())


def changed(row: Document) -> None:
	"""A row was saved, added or deleted by itself: follow its document before this is committed."""
	document = (row.parenttype, row.parent)
	if document in _waiting() or not ledger_facts.settings().tracks_upsell:
		return
	_waiting().add(document)
	frappe.db.before_commit.add(follow_waiting)


def done(doctype: str, name: str) -> None:
	_waiting().discard((doctype, name))


def follow_waiting() -> None:
	from .follow import follow

	while _waiting():
		doctype, name = _waiting().pop()
		if not frappe.db.exists(doctype, name):
			continue
		doc = frappe.get_doc(doctype, name)
		follow(doc)
		if doctype == "Sales Order":
			from sales_extensions.ledger import follow as follow_order

			follow_order(ledger_facts.order_from_doc(doc))
