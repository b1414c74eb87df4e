"""Which invoices a document settles is told row by row, while it is submitted or cancelled: they are followed at its end."""

from __future__ import annotations

import frappe

from . import documents

FLAG = "sales_extensions_settled"


def _open() -> dict[tuple[str, str], set[str]]:
	"""Documents in the middle of it, one within the other, with their invoices so far."""
	return frappe.flags.setdefault(FLAG, {})


def begin(doctype: str, name: str) -> None:
	"""A document that settles invoices is being submitted or cancelled."""
	_open()[doctype, name] = set()


def settled(doctype: str, name: str, invoice: str) -> None:
	"""It settles this invoice, or does no more. Followed at once where it is neither being submitted nor cancelled."""
	if (doctype, name) in _open():
		_open()[doctype, name].add(invoice)
	else:
		documents.follow_paid([invoice])


def end(doctype: str, name: str) -> None:
	"""All is written."""
	documents.follow_paid(_open().pop((doctype, name), ()))
