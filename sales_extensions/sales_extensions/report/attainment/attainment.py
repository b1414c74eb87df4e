"""Target, result, pace and forecast of sellers as a tree, by period (T6, X4).

What is counted where targets overlap is said in `engine.rollup`: a team with a target of its own shows that one, a
team without shows its members'. The result opens to the Seller Statement, which lists the same credits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.utils import escape_html, flt, format_date

from sales_extensions.attained import figures, filters
from sales_extensions.attained.figures import Books, Period
from sales_extensions.attained.filters import Asked
from sales_extensions.charges import report_view
from sales_extensions.charges.report_filters import choice
from sales_extensions.charges.report_view import NONE, card, column, money_card
from sales_extensions.engine import (
	DaySums,
	RollUp,
	Span,
	Standing,
	forecast,
	months_between,
	percentage_of,
	quarters_between,
)

GROUPS: dict[str, Callable[[date, date], Iterable[Period]]] = {
	"Month": months_between,
	"Quarter": quarters_between,
	"Whole Period": lambda first, last: [(first, last)],
}
FEW, ALL = "Target and Result", "All Figures"
#: More names than these make an address that is too long.
MOST_NAMED = 40


def execute(given: dict | None = None) -> tuple:
	"""Columns, rows, notes, chart and totals; amounts in company currency, or numbers of orders.

	Raises PermissionError for who may not report on entries, ValidationError that names a bad filter.
	"""
	given = filters.as_mapping(given)
	asked = filters.read(given)
	group_by = choice(given.get("group_by") or "Month", tuple(GROUPS), _("Group By"))
	shown = choice(given.get("figures") or FEW, (FEW, ALL), _("Figures"))
	books = figures.read(asked)
	periods = list(GROUPS[group_by](asked.first, asked.last))
	table = Table(books, books.rollup(), books.sums(), [(asked.first, asked.last), *periods])
	rows = list(table.rows())
	totals = table.total(books.tops())
	return (
		columns(asked, periods if group_by != "Whole Period" else [], shown),
		rows,
		notes(asked, rows),
		chart(asked, periods, totals[1:]),
		cards(asked, totals[0]) if rows else [],
	)


@dataclass(frozen=True)
class Table:
	"""Figures of each node: first of all days, then of each period."""

	books: Books
	roll: RollUp
	day_sums: DaySums
	periods: list[Period]
	known: dict[str, list[Standing]] = field(default_factory=dict)

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
		spans = self.roll.spans(node, *self.periods[0])
		if not spans and not below:
			return []
		found = self.standings(node, spans)
		if found[0] == Standing() and not below:
			return []
		goals = sorted({span.target.name for span in spans if span.seller is None})
		row = {
			"seller": node,
			"parent_seller": parent,
			"indent": indent,
			"currency": self.books.asked.currency,
			"targets": goals if len(goals) <= MOST_NAMED else [],
			**cells("", found[0], self.books.asked),
		}
		for number, standing in enumerate(found[1:]):
			row.update(cells(f"p{number}_", standing, self.books.asked))
		return [row, *below]

	def standings(self, node: str, spans: list[Span]) -> list[Standing]:
		self.known[node] = figures.standings(self.books, spans, self.periods, self.day_sums)
		return self.known[node]

	def total(self, nodes: Iterable[str]) -> list[Standing]:
		"""Of nodes that do not lie under each other, once their rows are made."""
		total = [Standing()] * len(self.periods)
		for node in nodes:
			if node in self.known:
				total = [one + more for one, more in zip(total, self.known[node], strict=True)]
		return total


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


def columns(asked: Asked, periods: list[Period], shown: str) -> list[dict]:
	whole = ["goal", "realised", "percentage", "expected", "gap", "forecast"]
	by_period = whole if shown == ALL else ["goal", "realised", "percentage"]
	found = [column("seller", _("Sales Person"), "Link", 280, options="Sales Person")]
	found += [figure(key, labels()[key], asked) for key in whole]
	if not asked.numeric:
		found.append(column("order_count", _("Orders Counted"), "Int", 130))
	for number, period in enumerate(periods):
		name = period_label(*period)
		found += [
			figure(key, _("{0} {1}").format(name, labels()[key]), asked, f"p{number}_") for key in by_period
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


def period_label(first: date, last: date) -> str:
	"""2026-03, or 2026 Q1: the same in every language, and in their order when sorted."""
	if first.month == last.month and first.year == last.year:
		return f"{first:%Y-%m}"
	return f"{first:%Y} Q{(first.month + 2) // 3}"


def chart(asked: Asked, periods: list[Period], totals: list[Standing]) -> dict | None:
	if len(periods) < 2 or not any(one.goal or one.amount or one.order_count for one in totals):
		return None
	results = [one.order_count if asked.numeric else one.amount for one in totals]
	found = report_view.chart(
		[period_label(*period) for period in periods],
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
			return card(label, value, "Int" if key == "realised" else "Float", indicator)
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


def notes(asked: Asked, rows: list[dict]) -> str:
	told = []
	if others := figures.others(asked):
		told.append(
			_(
				"Not counted here are {0} targets with another Territory, Customer Group or Item Group: choose it "
				"above to see them. Targets of different filters are not added up, since an order may be in several."
			).format(frappe.bold(others))
		)
	if rows:
		told.append(
			_(
				"Where targets overlap, each day is counted in one of them: a team's own target before its "
				"members', the shorter period before the longer. Without a target of their own, a seller shows "
				"their part of the team's result. Pace: what is expected up to {0}. Forecast: the result if it goes "
				"on at the present pace."
			).format(format_date(min(max(date.today(), asked.first), asked.last)))
		)
	else:
		told.append(
			_("No target of {0} runs between {1} and {2}.").format(
				escape_html(asked.company), format_date(asked.first), format_date(asked.last)
			)
		)
		if frappe.has_permission("Sales Target", "create"):
			told.append(f'<a href="/app/sales-target/new">{_("New Sales Target")}</a>')
	return "<br>".join(told)
