"""Target, result, pace and forecast of sellers as a tree, by period (T6, X4).

What is counted where targets overlap is said in `engine.rollup`: a team with a target of its own shows that one, a
team without shows its members'. The result opens to the Seller Statement, which lists the same credits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, flt, format_date, getdate, nowdate

from sales_extensions import called, errors, lines, measures, showing
from sales_extensions import periods as of_company
from sales_extensions.attained import figures, filters
from sales_extensions.attained.figures import Books, Part, Period
from sales_extensions.attained.filters import Asked
from sales_extensions.charges import report_view
from sales_extensions.charges.report_filters import choice
from sales_extensions.charges.report_view import (
	NONE,
	amount_text,
	card,
	column,
	money_card,
	number_text,
	orders_card,
)
from sales_extensions.engine import (
	DaySums,
	RollUp,
	Span,
	Standing,
	forecast,
	months_between,
	percentage_of,
)

GROUPS = ("Month", "Quarter", "Whole Period")
FEW, ALL = "Target and Result", "All Figures"
#: The note names so many targets of so many rows; a click on a figure shows all.
MOST_NAMED, MOST_ROWS_NAMED = 3, 3


@errors.report("Attainment")
def execute(given: dict | None = None) -> tuple:
	"""Columns, rows, notes, chart and totals; amounts in company currency, or numbers of orders.

	Raises PermissionError for who may not report on entries, ValidationError that names a bad filter.
	"""
	given = called.filters(given)
	asked = filters.read(given)
	group_by = choice(given.get("group_by") or "Month", GROUPS, _("Group By"))
	shown = choice(given.get("figures") or FEW, (FEW, ALL), _("Figures"))
	books = figures.read(asked)
	periods = periods_of(asked, group_by)
	days = [period for _name, period in periods]
	table = Table(
		books,
		books.rollup(),
		books.sums(),
		[(asked.first, asked.last), *days],
		books.sums_as_if_open() if books.closings else None,
	)
	rows = list(table.rows())
	totals = table.total(books.tops())
	adjusted = table.adjusted([span for node in books.tops() for span in table.spans(node)])
	return (
		columns(
			asked,
			periods if group_by != "Whole Period" else [],
			shown,
			any("adjusted" in row for row in rows),
		),
		rows,
		notes(asked, rows, table),
		chart(asked, [name for name, _period in periods], totals[1:]),
		[*cards(asked, totals[0]), *adjusted_card(asked, adjusted)] if rows else [],
	)


def periods_of(asked: Asked, group_by: str) -> list[tuple[str, Period]]:
	"""With their names, which are the same in every language: 2026-03, or 2026 Q1 of the company's fiscal year."""
	if group_by == "Month":
		return [(f"{first:%Y-%m}", (first, last)) for first, last in months_between(asked.first, asked.last)]
	if group_by == "Quarter":
		quarters = of_company.quarters(asked.company, asked.first, asked.last)
		return [(quarter.label, (quarter.first, quarter.last)) for quarter in quarters]
	return [("", (asked.first, asked.last))]


@dataclass(frozen=True)
class Table:
	"""Figures of each node: first of all days, then of each period."""

	books: Books
	roll: RollUp
	day_sums: DaySums
	periods: list[Period]
	#: with what was booked on closed targets since; None where there are none (H3)
	as_if_open: DaySums | None

	def spans(self, node: str) -> list[Span]:
		return self.roll.spans(node, *self.periods[0])

	def adjusted(self, spans: list[Span]) -> Decimal | int:
		"""What the result would be more if nothing were closed: money, or orders."""
		if self.as_if_open is None:
			return 0
		closed, as_if_open = (
			figures.standings(self.books, spans, self.periods[:1], day_sums)[0]
			for day_sums in (self.day_sums, self.as_if_open)
		)
		return _result(as_if_open, self.books) - _result(closed, self.books)

	def rows(self) -> Iterator[dict]:
		for top in self.books.tops():
			yield from self._rows(top, None, 0)

	def _rows(self, node: str, parent: str | None, indent: int) -> list[dict]:
		"""The node and those under it; nobody who has neither target nor result."""
		below = [
			row
			for child in self.books.tree.children.get(node, ())
			for row in self._rows(child, node, indent + 1)
		]
		spans = self.spans(node)
		if not spans and not below:
			return []
		found = self.standings(spans)
		if found[0] == Standing() and not below:
			return []
		goals = sorted({span.target.name for span in spans if span.seller is None})
		row = {
			"seller": node,
			"parent_seller": parent,
			"indent": indent,
			"currency": self.books.asked.currency,
			"made_of": len(goals),
			**cells("", found[0], self.books.asked),
		}
		if adjusted := self.adjusted(spans):
			row["adjusted"] = _number(adjusted)
		for number, standing in enumerate(found[1:]):
			row.update(cells(f"p{number}_", standing, self.books.asked))
		return [row, *below]

	def standings(self, spans: list[Span]) -> list[Standing]:
		return figures.standings(self.books, spans, self.periods, self.day_sums)

	def total(self, nodes: Iterable[str]) -> list[Standing]:
		"""Of nodes that do not lie under each other: an order of two of them counts once."""
		spans = [span for node in nodes for span in self.roll.spans(node, *self.periods[0])]
		return self.standings(spans)


def cells(prefix: str, standing: Standing, asked: Asked) -> dict[str, object]:
	"""A result without a goal has no percentage, no gap and no forecast: that is not nil."""
	realised = standing.order_count if asked.numeric else standing.amount
	found = {"realised": realised, "order_count": standing.order_count}
	if standing.goal:
		found |= {
			"goal": standing.goal,
			"expected": standing.expected,
			"gap": realised - standing.expected,
			"percentage": percentage_of(realised, standing.goal),
			"forecast": forecast(
				standing.goal, standing.expected, realised, 2 if asked.numeric else asked.precision
			),
		}
	return {f"{prefix}{key}": _number(value) for key, value in found.items()}


def _number(value: object) -> object:
	return value if value is None or isinstance(value, int) else float(value)


def columns(
	asked: Asked, periods: list[tuple[str, Period]], shown: str, adjusted: bool = False
) -> list[dict]:
	whole = ["goal", "realised", "percentage", "expected", "gap", "forecast"]
	by_period = whole if shown == ALL else ["goal", "realised", "percentage"]
	found = [column("seller", _("Sales Person"), "Link", 280, options="Sales Person")]
	found += [figure(key, labels()[key], asked) for key in whole]
	if adjusted:
		found.insert(3, figure("adjusted", _("Adjustments"), asked))
	if not asked.numeric:
		found.append(column("order_count", measures.counted(asked.measured_on), "Int", 130))
	for number, (name, (first, last)) in enumerate(periods):
		days = {"from_date": str(first), "to_date": str(last)}
		found += [
			figure(key, _("{0} {1}").format(name, labels()[key]), asked, f"p{number}_") | days
			for key in by_period
		]
	return found


def labels() -> dict[str, str]:
	return {
		"goal": _("Target"),
		"realised": _("Result"),
		"percentage": _("%"),
		"expected": _("Pace"),
		"gap": _("Gap"),
		"forecast": _("Forecast"),
	}


def figure(key: str, label: str, asked: Asked, prefix: str = "") -> dict:
	if key == "percentage":
		return column(prefix + key, label, "Percent", 110, precision=1)
	if asked.numeric:
		kind = {"fieldtype": "Int"} if key == "realised" else {"fieldtype": "Float", "precision": 2}
	else:
		kind = {"fieldtype": "Currency", "options": "currency"}
	return {"fieldname": prefix + key, "label": label, "width": 100 if asked.numeric else 165, **kind}


def chart(asked: Asked, periods: list[str], totals: list[Standing]) -> dict | None:
	if len(periods) < 2 or not any(one.goal or one.amount or one.order_count for one in totals):
		return None
	results = [one.order_count if asked.numeric else one.amount for one in totals]
	found = report_view.chart(
		periods,
		{_("Target"): [one.goal for one in totals], _("Result"): results},
		in_time=True,
	)
	return found and {
		**found,
		"colors": ["#b8c2cc", "#2490ef"],
		"fieldtype": "Float" if asked.numeric else "Currency",
	}


def cards(asked: Asked, total: Standing) -> list[dict]:
	found = cells("", total, asked)

	def shown(key: str, indicator: str = "Grey") -> dict:
		label, value = labels()[key], found.get(key)
		if value is None:
			return card(label, NONE, "Data")
		if asked.numeric:
			return orders_card(label, value, indicator)
		return money_card(label, value, asked.currency, indicator)

	ahead = (found.get("gap") or 0) >= 0
	percentage, label = found.get("percentage"), _("Percentage")
	return [
		shown("goal"),
		shown("realised", "Blue"),
		card(label, NONE, "Data")
		if percentage is None
		else card(label, flt(percentage, 1), "Percent", "Blue"),
		shown("expected"),
		shown("gap", "Green" if ahead else "Red"),
		shown("forecast"),
	]


def adjusted_card(asked: Asked, adjusted: Decimal | int) -> list[dict]:
	"""What changed in closed targets since, beside the result; none where nothing did (H3)."""
	if not adjusted:
		return []
	label = _("Adjustments")
	if asked.numeric:
		return [orders_card(label, adjusted, "Orange")]
	return [money_card(label, adjusted, asked.currency, "Orange")]


def dated_later(table: Table) -> list[str]:
	"""What of the result is of days to come, which the pace expects nothing of yet."""
	first, last = table.periods[0]
	tomorrow = max(first, getdate(add_days(nowdate(), 1)))
	if tomorrow > last:
		return []
	spans = [span for node in table.books.tops() for span in table.roll.spans(node, first, last)]
	(later,) = figures.standings(table.books, spans, [(tomorrow, last)], table.day_sums)
	if not _result(later, table.books):
		return []
	return [
		_("Of the result, {0} is of orders dated later than today.").format(
			_result_text(_result(later, table.books), table.books)
		)
	]


def moved(books: Books) -> list[str]:
	"""Who stands elsewhere today than in the period: their row has all they sold, and their teams what they sold there."""
	shown = {name for node in books.tops() for name in books.tree.under(node)}
	found = [line for name in books.tree.parents if name in shown and (line := _moved(name, books))]
	left = len(found) - MOST_ROWS_NAMED
	return found[:MOST_ROWS_NAMED] + ([_("and {0} more").format(left)] if left > 0 else [])


def _moved(name: str, books: Books) -> str:
	"""Each group in the period, and since when; today's too where it is another."""
	stood: list[tuple[str | None, date | None]] = []
	for start, tree in books.trees:
		if name in tree.parents and (not stood or stood[-1][0] != tree.parents[name]):
			stood.append((tree.parents[name], start if stood else None))
	today = books.tree.parents[name]
	if not stood or stood == [(today, None)]:
		return ""
	told = [_stood(group, since) for group, since in stood]
	if stood[-1][0] != today:
		told.append(_("{0} today").format(showing.text(today or "")))
	return _("{0} in this period: {1}. A team has what was sold while they were in it.").format(
		frappe.bold(showing.text(name)), ", ".join(told)
	)


def _stood(group: str | None, since: date | None) -> str:
	shown = showing.text(group or "")
	return _("{0} from {1}").format(shown, format_date(since)) if since else shown


def made_of(table: Table) -> list[str]:
	"""Of the highest rows, the targets that their figures are made of, each with its period and its own result."""
	told = []
	for node in table.books.tops()[:MOST_ROWS_NAMED]:
		spans = table.roll.spans(node, *table.periods[0])
		parts = figures.parts(table.books, spans, table.day_sums)
		if parts:
			(total,) = figures.standings(table.books, spans, [table.periods[0]], table.day_sums)
			told.append(_made_of(node, parts, total, table.books))
	return told


def _made_of(node: str, parts: list[Part], total: Standing, books: Books) -> str:
	named = [_named(one, books) for one in parts[:MOST_NAMED]]
	left = len(parts) - MOST_NAMED
	more = "; " + _("and {0} more").format(left) if left > 0 else ""
	words, of = _("Show how it is made"), showing.text(node)
	link = f'<a href="#" style="text-decoration: underline" data-made-of="{of}">{words}</a>'
	return f"{frappe.bold(of)} = {' + '.join(named)}{more}{_shared(parts, total, books)} · {link}"


def _shared(parts: list[Part], total: Standing, books: Books) -> str:
	"""What the parts have together above the whole."""
	shared = sum(_result(one.standing, books) for one in parts) - _result(total, books)
	once = _("Orders that are in several of these count once")
	return f" - {_result_text(shared, books)} ({once})" if shared else ""


def _named(one: Part, books: Books) -> str:
	title = showing.text(books.titles[one.target.name])
	if one.seller:
		title = _("{0} (part of {1})").format(title, showing.text(one.seller))
	days = ", ".join(f"{format_date(first)} - {format_date(last)}" for first, last in one.days)
	return f"{title} ({days}: {_result_text(_result(one.standing, books), books)})"


def _result(standing: Standing, books: Books) -> Decimal | int:
	return standing.order_count if books.asked.numeric else standing.amount


def _result_text(result: Decimal | int, books: Books) -> str:
	asked = books.asked
	return number_text(result) if asked.numeric else amount_text(result, asked.currency)


def notes(asked: Asked, rows: list[dict], table: Table) -> str:
	told = [note for note in [measures.named(asked.measured_on)] if note]
	if others := figures.others(asked):
		told.append(
			_(
				"Not counted here are {0} targets with another Territory, Customer Group or Item Group: choose it "
				"above to see them. Targets of different filters are not added up, since an order may be in several."
			).format(frappe.bold(others))
		)
	if rows:
		told += moved(table.books)
		told += made_of(table)
		told.append(
			_(
				"Pace: what is expected up to {0}. Gap: the result less the pace. Forecast: the result if it goes on at the present pace."
			).format(format_date(min(max(getdate(), asked.first), asked.last)))
		)
		told += dated_later(table)
		if any("adjusted" in row for row in rows):
			told.append(
				_(
					"Adjustments: what changed in the orders of a target since it was closed. They are not in the result."
				)
			)
	else:
		told.append(
			_("No target of {0} runs between {1} and {2}.").format(
				showing.text(asked.company), format_date(asked.first), format_date(asked.last)
			)
		)
		if frappe.has_permission("Sales Target", "create"):
			words = _("New Sales Target")
			told.append(f'<a href="{lines.desk("sales-target/new")}">{words}</a>')
	return "<br>".join(told)
