"""What was booked on closed targets after their close, and so belongs to no period's result (H3, H4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import frappe
from pypika import Table

from sales_extensions.engine import Span

from . import figures
from .filters import Asked
from .orders import ENTRY

TARGET = Table("tabSales Target")
FIELDS = (
	"name", "sales_target", "sales_order", "sales_person", "posting_date", "amount", "order_count", "share_percentage",
	"source_doctype", "source_name", "reason", "reason_parts", "creation",
)  # fmt: skip


def of_earlier_periods(asked: Asked) -> list[dict]:
	"""Entries booked in the period that was asked for, on targets that had ended before it and are still closed.

	Of several targets of one day, of that alone which stands for the seller then, as in their statement of that day.
	"""
	rows = _booked(asked)
	if not rows:
		return []
	days = [row.posting_date for row in rows]
	earlier = replace(asked, first=min(days), last=max(days))
	books = figures.read(earlier)
	spans = books.rollup().spans(asked.sales_person, earlier.first, earlier.last)
	trees = (books.tree, *(tree for _start, tree in books.trees))
	sellers = {one for tree in trees for one in tree.under(asked.sales_person)}
	return [row for row in rows if row.sales_person in sellers and _is_of(row, spans)]


def _booked(asked: Asked) -> list[dict]:
	after = asked.last + timedelta(days=1)
	query = (
		frappe.qb.from_(ENTRY)
		.join(TARGET)
		.on((TARGET.name == ENTRY.sales_target) & (TARGET.closing == ENTRY.adjusts))
		.select(*(ENTRY[field] for field in FIELDS))
		.where((TARGET.company == asked.company) & (TARGET.target_type == asked.target_type))
		.where((TARGET.to_date < asked.first) & (ENTRY.adjusts != ""))
		.where((ENTRY.creation >= asked.first) & (ENTRY.creation < after))
		.orderby(ENTRY.creation, ENTRY.name)
	)
	return query.run(as_dict=True)


def _is_of(row: dict, spans: Iterable[Span]) -> bool:
	return any(
		span.target.name == row.sales_target
		and span.first <= row.posting_date <= span.last
		and span.seller in (None, row.sales_person)
		for span in spans
	)
