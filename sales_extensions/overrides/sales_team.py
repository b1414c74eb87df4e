"""Sales Team: a row that is saved, added or deleted by itself, over REST, tells its order nothing (T3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe

from sales_extensions import guards
from sales_extensions.ledger import facts, follow

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_change(doc: Document, method: str | None = None) -> None:
	before = doc.get_doc_before_save()
	if before and "Sales Order" in (before.parenttype, doc.parenttype):
		guards.refuse_move(doc)
	if not doc.flags.in_delete:
		after_delete(doc)


def after_delete(doc: Document, method: str | None = None) -> None:
	if doc.parenttype == "Sales Order" and frappe.db.exists("Sales Order", doc.parent):
		follow(facts.order_as_committed(doc.parent))
