"""Opportunity: one that is lost may lose its party (C5); conversations about it outlive it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.conversations import parties
from sales_extensions.pipeline import follow

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_change(doc: Document, method: str | None = None) -> None:
	follow.loss(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	parties.let_go(doc.doctype, doc.name)


def after_delete(doc: Document, method: str | None = None) -> None:
	follow.loss_deleted(doc)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	follow.loss_renamed(doc, old)
