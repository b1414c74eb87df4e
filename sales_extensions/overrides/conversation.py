"""Conversation: each one that is made, changed or deleted moves its party through the pipeline (C5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.pipeline import follow

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_update(doc: Document, method: str | None = None) -> None:
	follow.conversation(doc)


def after_delete(doc: Document, method: str | None = None) -> None:
	follow.conversation_deleted(doc)
