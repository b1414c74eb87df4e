"""Pipeline Stage: another outcome or another name of a stage is another history of all who were there (C7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.conversations import board
from sales_extensions.pipeline import restate

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_update(doc: Document, method: str | None = None) -> None:
	board.follow_stages()
	before = doc.get_doc_before_save()
	if before and before.outcome != doc.outcome:
		restate.everyone()


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	board.follow_stages()
	restate.everyone()


def after_delete(doc: Document, method: str | None = None) -> None:
	board.follow_stages()
	restate.everyone()
