"""Closed targets, done once more the plain way (H3): what each was when it was closed is remembered, and judges what comes later.

It shares nothing with the engine, nor with the tables in which the ledger keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction

from tests.site.plain_model import CENTS, Papers, number, read, rows

FIGURES = ("realised_amount", "order_count", "percentage", "status")
FILTERS = {"Territory": "territory", "Customer Group": "customer_group", "Item Group": "item_group"}


@dataclass
class Kept:
	"""A target as it was when it was closed."""

	settings: dict
	figures: dict[str, object]
	#: seller -> the days on which they stood for the target
	sellers: dict[str, set[date]]
	#: tree -> the names within the target's filter
	within: dict[str, set[str]]

	def renamed(self, doctype: str, old: str, new: str) -> None:
		"""Or merged into another, who then has what both had."""
		if doctype == "Sales Person" and old in self.sellers:
			self.sellers.setdefault(new, set()).update(self.sellers.pop(old))
		names = self.within.get(doctype, set())
		if old in names:
			names.remove(old)
			names.add(new)


class OfClosed(Papers):
	"""The papers as a closed target sees them."""

	kept: Kept

	@classmethod
	def of(cls, papers: Papers, kept: Kept) -> OfClosed:
		made = cls(**{field.name: getattr(papers, field.name) for field in fields(Papers)})
		made.settings, made.kept = kept.settings, kept
		return made

	def stood_within(self, seller: str | None, group: str, day: date) -> bool:
		return day in self.kept.sellers.get(seller or "", ())

	def is_within(self, doctype: str, name: str | None, group: str) -> bool:
		return (name or "") in self.kept.within[doctype]


class Model:
	"""Which targets are closed, and as what."""

	def __init__(self):
		self.kept: dict[str, Kept] = {}

	def observe(
		self, closed: list[str], opened: list[str], renamed: tuple[str, str, str] | None, gone: set[str]
	) -> None:
		"""After a step. `renamed`: kind, old and new name. `gone`: targets that are no more."""
		for name in (*opened, *gone):
			self.kept.pop(name, None)
		if renamed:
			for kept in self.kept.values():
				kept.renamed(*renamed)
		papers = read() if closed else None
		for name in closed:
			self.kept[name] = _kept(papers, papers.targets[name])

	def close(self, papers: Papers) -> None:
		"""Tell the papers which targets are closed."""
		papers.booked, papers.counted = booked, counted
		papers.closed = {name: OfClosed.of(papers, kept) for name, kept in self.kept.items()}

	def compare(self) -> list[str]:
		"""What of closed targets is not as it was: figures, and whether they are closed at all."""
		found = []
		has = {
			row.name: row
			for row in rows(f"SELECT name, period_status, {', '.join(FIGURES)} FROM `tabSales Target`")
		}
		for name, row in has.items():
			kept = self.kept.get(name)
			if (row.period_status == "Closed") != (kept is not None):
				found.append(f"{name} is {row.period_status}")
			elif kept and {field: row[field] for field in FIGURES} != kept.figures:
				found.append(f"{name} was closed as {kept.figures}, is {row}")
		return found


def _kept(papers: Papers, target: dict) -> Kept:
	days = [target.from_date + timedelta(days=n) for n in range((target.to_date - target.from_date).days + 1)]
	sellers: dict[str, set[date]] = defaultdict(set)
	for seller in papers.parents["Sales Person"]:
		for day in days:
			if any(papers.stood_within(seller, one, day) for one in papers.assignees[target.name]):
				sellers[seller].add(day)
	within = {}
	for doctype, field in FILTERS.items():
		group = target[field]
		within[doctype] = {
			name for name in papers.parents[doctype] if group and papers.is_within(doctype, name, group)
		}
	return Kept(dict(papers.settings), {field: target[field] for field in FIGURES}, dict(sellers), within)


Amounts = dict[tuple[str, str, str], int]


def booked(target: str, order: str) -> Amounts:
	"""What stands of an order in a target, in cents: of a draft that no target sees any more it is left as it was."""
	found: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
	for row in rows(
		f"SELECT * FROM `tabSales Target Entry` WHERE sales_target = '{target}' AND sales_order = '{order}'"
	):
		found[target, order, row.sales_person] += number(row.amount) * CENTS
	return {key: int(cents) for key, cents in found.items()}


def counted(target: str, order: str) -> int:
	return sum(
		row.order_count
		for row in rows(
			f"SELECT order_count FROM `tabSales Target Entry` WHERE sales_target = '{target}' AND sales_order = '{order}'"
		)
	)
