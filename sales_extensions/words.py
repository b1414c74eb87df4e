"""Reasons of the engine in the reader's language (X6)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from frappe import _
from frappe.utils import escape_html

from sales_extensions.engine import Reason


def translated(reasons: Iterable[Reason], *, html: bool = True) -> str:
	"""The reasons in the reader's language; safe as HTML, or plain for an export."""
	safe = escape_html if html else str
	return " ".join(_(reason.sentence).format(*map(safe, reason.values)) for reason in reasons)


def from_entry(reason_parts: str | None, reason: str | None, *, html: bool = True) -> str:
	"""The words of a ledger entry, translated where the entry kept its sentences."""
	if not reason_parts:
		return escape_html(reason or "") if html else reason or ""
	parts = (Reason(sentence, tuple(values)) for sentence, *values in json.loads(reason_parts))
	return translated(parts, html=html)
