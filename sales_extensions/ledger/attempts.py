"""Deciding and writing again where a target was restated between the two (ADR 2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn

import frappe
from frappe import _

from sales_extensions import errors
from sales_extensions.engine import Difference

from . import book

#: How often a writer starts over because a target was restated while it waited.
ATTEMPTS = 5


def still_so(
	rows: Collection[Difference], locked: Mapping[str, book.LockedTarget], stamps: Mapping[str, book.Stamp]
) -> bool:
	"""Whether the targets are those that were decided on: not restated, not deleted since."""
	return all(
		row.key.target in locked and stamps.get(row.key.target) == locked[row.key.target].stamp
		for row in rows
	)


def give_up(doctype: str, name: str) -> NoReturn:
	frappe.throw(
		_("The sales targets of {0} are being restated. Please try again in a moment.").format(name),
		frappe.QueryDeadlockError,
		title=errors.of_name(doctype, name),
	)
