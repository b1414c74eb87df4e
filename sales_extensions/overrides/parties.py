"""Customer, Lead and Prospect: a conversion, a new name or a merge changes whose history it is (C5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions.pipeline import follow

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_update(doc: Document, method: str | None = None) -> None:
	follow.party(doc)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	follow.party_renamed(doc, old)


def after_delete(doc: Document, method: str | None = None) -> None:
	follow.party_deleted(doc)
