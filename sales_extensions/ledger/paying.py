"""Which invoices a document settles is told row by row, while it is submitted or cancelled: they are followed at its end."""

from __future__ import annotations

from collections.abc import Collection

import frappe

from . import documents

OPEN, LATER = "sales_extensions_settling", "sales_extensions_settled"


def _open() -> dict[tuple[str, str], set[str]]:
	"""Documents in the middle of it, one within the other, with their invoices so far."""
	if OPEN not in frappe.flags:
		frappe.flags[OPEN] = {}
		frappe.db.after_rollback.add(lambda: frappe.flags.pop(OPEN, None))
	return frappe.flags[OPEN]


def begin(doctype: str, name: str, invoices: Collection[str]) -> None:
	"""A document that settles invoices is being submitted or cancelled. `invoices`: those that it names."""
	_open()[doctype, name] = set()
	documents.take(invoices)


def settled(doctype: str, name: str, invoice: str) -> None:
	"""It settles this invoice, or does no more.

	Where it is neither being submitted nor cancelled, its rows are taken away together and written anew one by one: each
	invoice is followed by itself at once, and all of them with their like when all is written.
	"""
	if (doctype, name) in _open():
		_open()[doctype, name].add(invoice)
	else:
		documents.follow_paid([invoice], widened=False)
		_later(invoice)


def _later(invoice: str) -> None:
	invoices: set[str] = frappe.flags.setdefault(LATER, set())
	if not invoices:
		frappe.db.before_commit.add(follow_rest)
		frappe.db.after_rollback.add(lambda: frappe.flags.pop(LATER, None))
	invoices.add(invoice)


def follow_rest() -> None:
	"""At the end of the transaction: cents of other invoices of the same orders."""
	documents.follow_paid(frappe.flags.pop(LATER, ()))


def end(doctype: str, name: str) -> None:
	"""All is written."""
	documents.follow_paid(_open().pop((doctype, name), ()))
