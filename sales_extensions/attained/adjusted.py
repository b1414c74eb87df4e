"""What was booked on closed targets after their close, and so belongs to no period's result (H3, H4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import frappe
from pypika import Criterion, Table

from sales_extensions.engine import Span
from sales_extensions.engine.money import ZERO, apportion, from_minor, to_decimal, to_minor

from . import figures, permitted
from .filters import SCOPE, Asked
from .orders import DOCUMENT, ENTRY, Document, document_of, is_of
from .statement import counted_once, positions_of

TARGET = Table("tabSales Target")
FIELDS = (
	"name", "sales_target", "sales_order", "sales_person", "posting_date", "amount", "order_count", "share_percentage",
	"source_doctype", "source_name", "reason", "reason_parts", "creation", *DOCUMENT,
)  # fmt: skip


def booked_in(asked: Asked) -> list[dict]:
	"""Entries booked in the period that was asked for, on targets that were closed then and are still.

	Of several targets of one day, of that alone which stands for the seller then, as in their statement of that day. A
	document of several of them adjusts once: each entry has its part of that as `amount` and `order_count`. Raises
	PermissionError for who may not see one of these targets.
	"""
	rows = _booked(asked)
	if not rows:
		return []
	days = [row.posting_date for row in rows]
	books = figures.read(replace(asked, first=min(days), last=max(days)))
	_refuse_hidden(rows, books)
	spans = books.rollup().spans(asked.sales_person, books.asked.first, books.asked.last)
	own = [row for row in rows if _is_of(row, spans)]
	if own:
		_count_once(own, books, spans, asked)
	return own


def told_in(asked: Asked) -> list[dict] | None:
	"""The same, for a report that is shown all the same: None for who may not see all of it. Nothing as of another moment,
	nor of a part of the targets, of which no Sales Statement is made.
	"""
	if asked.as_of or asked.sales_target or any(asked.scope.values()):
		return []
	known = len(frappe.message_log)
	try:
		return booked_in(asked)
	except frappe.PermissionError:
		del frappe.message_log[known:]
		return None


def _booked(asked: Asked) -> list[dict]:
	after = asked.last + timedelta(days=1)
	query = (
		frappe.qb.from_(ENTRY)
		.join(TARGET)
		.on((TARGET.name == ENTRY.sales_target) & (TARGET.closing == ENTRY.adjusts))
		.select(*(ENTRY[field] for field in FIELDS))
		.where((TARGET.company == asked.company) & (TARGET.target_type == asked.target_type))
		.where(TARGET.measured_on == asked.measured_on)
		.where((TARGET.period_status == "Closed") & (ENTRY.adjusts != ""))
		.where((ENTRY.creation >= asked.first) & (ENTRY.creation < after))
		.orderby(ENTRY.creation, ENTRY.name)
	)
	for field in SCOPE:
		query = query.where(TARGET[field].isnull() | (TARGET[field] == ""))
	return query.run(as_dict=True)


def _refuse_hidden(rows: Iterable[dict], books: figures.Books) -> None:
	if any(row.sales_target not in books.targets for row in rows):
		permitted.refuse_part()


def _count_once(rows: list[dict], books: figures.Books, spans: list[Span], asked: Asked) -> None:
	"""What each document brings more than before, open targets that it is in too, shared out over its entries."""
	documents = {document_of(row) for row in rows}
	until = ENTRY.creation < asked.last + timedelta(days=1)
	before = until & (
		ENTRY.adjusts.isnull() | ENTRY.adjusts.notin(books.closings) | (ENTRY.creation < asked.first)
	)
	own_days = _on_their_days(rows)
	old, new = (
		_by_document(positions_of(books, spans, (), only=which & own_days), books.asked, documents)
		for which in (before, until)
	)
	for document in documents:
		entries = [row for row in rows if document_of(row) == document]
		amount, count = (now - then for now, then in zip(new[document], old[document], strict=True))
		_share(entries, amount, int(count), asked)


def _on_their_days(rows: Iterable[dict]) -> Criterion:
	"""Each document on the days on which it adjusts: what it brings on another is no adjustment, whatever others bring then."""
	days = defaultdict(set)
	for row in rows:
		days[document_of(row)].add(row.posting_date)
	return Criterion.any(
		is_of(document) & ENTRY.posting_date.isin(sorted(own)) for document, own in days.items()
	)


def _by_document(
	rows: list[dict], asked: Asked, documents: Collection[Document]
) -> dict[Document, tuple[Decimal, Decimal]]:
	found = defaultdict(lambda: (ZERO, ZERO))
	for row in counted_once([row for row in rows if document_of(row) in documents], asked):
		amount, count = found[document_of(row)]
		found[document_of(row)] = (amount + row.amount, count + to_decimal(row.order_count))
	return found


def _share(entries: list[dict], amount: Decimal, count: int, asked: Asked) -> None:
	"""Where the entries add up to more or less than that: in proportion, and the count with the first that has one."""
	if sum((to_decimal(row.amount) for row in entries), ZERO) != amount:
		whole = to_minor(amount, asked.precision)
		weights = [abs(to_minor(to_decimal(row.amount), asked.precision)) for row in entries]
		parts = apportion(abs(whole), weights if sum(weights) else [1] * len(entries))
		for row, part in zip(entries, parts, strict=True):
			row.amount = from_minor(part if whole >= 0 else -part, asked.precision)
	if sum(row.order_count for row in entries) != count:
		for number, row in enumerate(sorted(entries, key=lambda row: not row.order_count)):
			row.order_count = 0 if number else count


def _is_of(row: dict, spans: Iterable[Span]) -> bool:
	return any(
		span.target.name == row.sales_target
		and span.first <= row.posting_date <= span.last
		and span.seller in (None, row.sales_person)
		for span in spans
	)
