"""Item rows that are saved or deleted by themselves, over REST: their document hears nothing of it (T3).

Update Items does so too, and saves the document after. So the document is followed when all is done, and
only if nobody followed it meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe

from sales_extensions.ledger import facts as ledger_facts

from . import facts

if TYPE_CHECKING:
	from frappe.model.document import Document


def _waiting() -> set[tuple[str, str]]:
	return frappe.flags.setdefault("sales_extensions_rows_alone", set())


def changed(row: Document) -> None:
	"""A row was saved, added or deleted by itself: follow its document before this is committed."""
	_waiting().add((row.parenttype, row.parent))
	# for each row: a rollback forgets what was to be done before the commit, not what is waiting
	frappe.db.before_commit.add(follow_waiting)


def done(doctype: str, name: str) -> None:
	_waiting().discard((doctype, name))


def follow_waiting() -> None:
	from sales_extensions.ledger import follow as follow_order
	from sales_extensions.ledger.selling import made

	from .follow import follow

	while _waiting():
		doctype, name = _waiting().pop()
		if doctype not in facts.ROWS_OF or not frappe.db.exists(doctype, name):
			continue
		doc, settings = frappe.get_doc(doctype, name), ledger_facts.settings()
		follow(doc, settings)
		if doctype == "Sales Order":
			follow_order(ledger_facts.order_being_saved(doc), settings=settings, made=made(doc))
