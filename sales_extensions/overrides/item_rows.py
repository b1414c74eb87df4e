"""Quotation Item and Sales Order Item: the framework calls these only for a row saved or deleted by itself (T3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sales_extensions import guards
from sales_extensions.charges import rows_alone

if TYPE_CHECKING:
	from frappe.model.document import Document


def on_change(row: Document, method: str | None = None) -> None:
	guards.refuse_move(row)
	rows_alone.changed(row)


def before_rename(row: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	guards.refuse_rename(row)


def after_delete(row: Document, method: str | None = None) -> None:
	rows_alone.changed(row)
