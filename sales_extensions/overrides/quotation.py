"""Quotation: its charges are followed, and kept when it becomes an order (U2-U8); lost, it may lose its party (C5).

`on_change`, because that is the one event that every path fires.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions import charges, guards, renames
from sales_extensions.conversations import parties
from sales_extensions.ledger import facts, pins
from sales_extensions.pipeline import follow as pipeline

if TYPE_CHECKING:
	from frappe.model.document import Document


def before_insert(doc: Document, method: str | None = None) -> None:
	charges.remember_copy(doc)


def before_validate(doc: Document, method: str | None = None) -> None:
	"""The event of a submit that fires where validation is skipped too; what is set is written with the quotation."""
	if getattr(doc, "_action", None) == "submit":
		charges.note_offered(doc)


def on_recurring(doc: Document, method: str | None = None, reference_doc=None, auto_repeat_doc=None) -> None:
	charges.remember_original(doc, reference_doc)


def on_change(doc: Document, method: str | None = None) -> None:
	"""Rows are written by saves alone: a status that is set by itself has nothing for the charges."""
	pipeline.loss(doc)
	if doc.flags.in_delete or not getattr(doc, "_action", None):
		return
	charges.done(doc.doctype, doc.name)
	charges.follow(doc, facts.settings())


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	guards.refuse_merge(doc, merge)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	renames.follow(doc.doctype, old, new)
	pins.follow_quotation(old, new)
	pipeline.loss_renamed(doc, old)


def on_trash(doc: Document, method: str | None = None) -> None:
	parties.let_go(doc.doctype, doc.name)


def after_delete(doc: Document, method: str | None = None) -> None:
	charges.forget(doc)
	pipeline.loss_deleted(doc)
