"""Every credit behind a figure, with its rule and arithmetic in words, as of any moment (T4, X4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import create_batch
from pypika.terms import Criterion

from sales_extensions import words
from sales_extensions.charges.report_view import number_text
from sales_extensions.engine import Span, Standing
from sales_extensions.engine.entries import once_among, overlay_reason, shared_once
from sales_extensions.engine.money import ZERO, to_decimal

from . import figures
from .figures import Books
from .filters import Asked
from .orders import ENTRY, adjustments_in, document_of, explained, positions_in, without

#: More than these nobody signs; the browser would not show them either.
MOST_ROWS = 5000
SPANS_AT_ONCE = 100
ENTRY_DOCTYPE = "Sales Target Entry"


@dataclass(frozen=True, slots=True)
class Statement:
	"""Credits in the order of their documents' dates, and what they add up to. `amount` in company currency."""

	books: Books
	spans: list[Span]
	rows: list[dict]
	amount: Decimal
	order_count: int
	goal: Standing
	#: what was booked since on targets that are closed, each entry by itself; not in what the credits add up to (H3)
	adjustments: list[dict]
	#: what the credits would add up to more if nothing were closed: money, or orders
	adjusted: Decimal

	@property
	def realised(self) -> Decimal:
		return Decimal(self.order_count) if self.books.asked.numeric else self.amount


def statement(asked: Asked, *, withdrawn: bool = False, html: bool = False) -> Statement:
	"""Raises PermissionError for who may not report on entries or see this seller, ValidationError without one."""
	if not asked.sales_person:
		frappe.throw(_("Sales Person: choose the seller whose credits you want to see."))
	books = figures.read(asked)
	spans = books.rollup().spans(asked.sales_person, asked.first, asked.last)
	rows = _positions(books, spans, withdrawn)
	adjusting = _adjustments(books, spans)
	_refuse_too_many(len(rows) + len(adjusting))
	for row in explained([*rows, *adjusting], html=html):
		row.currency = asked.currency
		row.target_title = books.titles[row.sales_target]
	count_once(rows, asked, html=html)
	rows.sort(key=_in_order)
	return Statement(
		books,
		spans,
		rows,
		amount=sum((row.amount for row in rows), ZERO),
		order_count=sum(row.order_count for row in rows),
		goal=figures.standings(books, spans, [(asked.first, asked.last)], figures.DaySums([]))[0],
		adjustments=adjusting,
		adjusted=_adjusted(books, spans, rows) if adjusting else ZERO,
	)


def _in_order(row: dict) -> tuple:
	return row.posting_date, row.voucher_no, row.sales_order or "", row.sales_target, row.sales_person


def _adjusted(books: Books, spans: list[Span], closed: list[dict]) -> Decimal:
	"""An order of several targets counts once, before and since."""
	asked = books.asked
	rows = counted_once(positions_of(books, spans, ()), asked)
	counted = "order_count" if asked.numeric else "amount"
	return sum((to_decimal(row[counted]) for row in rows), ZERO) - sum(
		(to_decimal(row[counted]) for row in closed), ZERO
	)


def counted_once(rows: list[dict], asked: Asked) -> list[dict]:
	"""The same positions, with an order of several targets once; without words."""
	for row, worth in zip(rows, overlay_worths(rows), strict=True):
		row.overlay_worth = worth
	count_once(rows, asked, html=None)
	return rows


def overlay_worths(rows: list[dict]) -> list[Decimal]:
	latest = frappe.get_all(
		ENTRY_DOCTYPE, {"name": ("in", [row.latest for row in rows] or [""])}, ["name", "overlay_worth"], as_list=True,
		order_by="name", limit_page_length=0,
	)  # fmt: skip
	worths = dict(latest)
	return [to_decimal(worths.get(row.latest)) for row in rows]


def goal_here(made: Statement, target: str) -> Decimal:
	"""The part of a target's goal that falls on the days on which it is counted here; nothing of a part of a target."""
	asked, spans = made.books.asked, spans_of(made, target)
	return figures.standings(made.books, spans, [(asked.first, asked.last)], figures.DaySums([]))[0].goal


def spans_of(made: Statement, target: str) -> list[Span]:
	return [span for span in made.spans if span.target.name == target]


def count_once(rows: list[dict], asked: Asked, *, html: bool | None) -> None:
	"""A document of several targets that are added up here counts once, and its rows of an order for no more than they are
	worth. `html`: of the reasons; None where there are none.
	"""
	for own in _of_several_targets(rows, document_of):
		_number_once([row for row in own if row.order_count])
	for own in _of_several_targets(rows, lambda row: (*document_of(row), row.sales_order)):
		_worth_once(own, asked, html=html)


def _of_several_targets(rows: list[dict], key: Callable[[dict], Hashable]) -> Iterable[list[dict]]:
	found: dict[Hashable, list[dict]] = defaultdict(list)
	for row in rows:
		found[key(row)].append(row)
	return [own for own in found.values() if len({row.sales_target for row in own}) > 1]


def _number_once(counted: list[dict]) -> None:
	"""With who has most of it, or of what a return takes back."""
	if counted:
		first = once_among([(_taken(row), row.sales_person) for row in counted])
		for number, row in enumerate(counted):
			row.order_count = (1 if row.order_count > 0 else -1) if number == first else 0


def _taken(row: dict) -> Decimal:
	"""What a document brings, or what a return takes back."""
	return row.amount if row.order_count > 0 else -row.amount


def _worth_once(rows: list[dict], asked: Asked, *, html: bool | None) -> None:
	most = max((to_decimal(row.overlay_worth) for row in rows), key=abs)
	amounts = [row.amount for row in rows]
	for row, part in zip(rows, (most and shared_once(amounts, most, asked.precision)) or (), strict=False):
		if html is not None:
			reason = overlay_reason(sum(amounts, ZERO), most, part, asked.currency)
			row.reason += " " + words.translated([reason], html=html)
		row.amount = part


def _positions(books: Books, spans: list[Span], withdrawn: bool) -> list[dict]:
	return positions_of(books, spans, books.closings, withdrawn=withdrawn)


def positions_of(
	books: Books,
	spans: list[Span],
	closings: Collection[str],
	*,
	only: Criterion | None = None,
	withdrawn: bool = False,
) -> list[dict]:
	"""`closings`: what adjusts these is left out. `only`: the entries that are so."""
	rows = []
	for some in create_batch(spans, SPANS_AT_ONCE):
		which = without(closings, _seen(books, some))
		which = which & only if only else which
		rows += positions_in(which, books.asked.as_of, withdrawn=withdrawn)
	for row in rows:
		row.amount = to_decimal(row.amount)
	return rows


def _adjustments(books: Books, spans: list[Span]) -> list[dict]:
	"""In the order of their targets, and as they were booked."""
	if not books.closings:
		return []
	some = create_batch(spans, SPANS_AT_ONCE)
	return [
		row for own in some for row in adjustments_in(books.closings, _seen(books, own), books.asked.as_of)
	]


def _seen(books: Books, spans: list[Span]) -> Criterion:
	"""The entries of some spans that the user may see."""
	which = Criterion.any(_entries_of(span) for span in spans)
	return which if books.counted is None else which & ENTRY.sales_person.isin(sorted(books.counted))


def _entries_of(span: Span) -> Criterion:
	of_target = (ENTRY.sales_target == span.target.name) & ENTRY.posting_date[span.first : span.last]
	return of_target & (ENTRY.sales_person == span.seller) if span.seller else of_target


def _refuse_too_many(rows: int) -> None:
	if rows > MOST_ROWS:
		frappe.throw(
			_("There are {0} credits, more than {1}. Choose a shorter period or a single seller.").format(
				number_text(rows), number_text(MOST_ROWS)
			)
		)
