"""Facts for `engine.rollup`, and its figures for the nodes that the user may see (D3, T6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import frappe
from frappe import _
from frappe.utils import cint, getdate

from sales_extensions import permissions
from sales_extensions.engine import DatedRollUp, DaySums, SellerTree, Span, Standing, Target
from sales_extensions.engine.places import DAY, History
from sales_extensions.engine.rollup import Monthly, standing
from sales_extensions.ledger import places
from sales_extensions.ledger.facts import (
	TARGET_COLUMNS,
	assignees_of,
	distributions,
	months_of_closed,
	precision,
	target_from_row,
)

from . import permitted, sums
from .filters import SCOPE, Asked

Period = tuple[date, date]


@dataclass(frozen=True)
class Books:
	"""What was read for one request."""

	asked: Asked
	#: as it is today, by which figures are laid out
	tree: SellerTree
	#: as it was on the days that were asked for, each with the first day on which it held (H2)
	trees: Sequence[tuple[date, SellerTree]]
	targets: dict[str, Target]
	titles: dict[str, str]
	stamps: dict[str, sums.Stamp]
	monthly: dict[str, Monthly]
	#: the sellers whose figures the user may see, None for all
	sellers: set[str] | None
	today: date

	def rollup(self) -> DatedRollUp:
		return DatedRollUp(self.targets.values(), self.trees)

	def sums(self) -> DaySums:
		return sums.of_targets(self.stamps, self.counted)

	def sums_as_if_open(self) -> DaySums:
		"""With what was booked on the closed ones since (H3)."""
		return sums.as_if_open(self.stamps, self.counted) if self.closings else self.sums()

	@property
	def closings(self) -> list[str]:
		return [stamp.closing for stamp in self.stamps.values() if stamp.closing]

	@cached_property
	def counted(self) -> set[str] | None:
		"""Who may be seen, and who was under them in the period: what a team sold is the team's (H2). None for all."""
		if self.sellers is None:
			return None
		under = (tree.under(seller) for _start, tree in self.trees for seller in self.sellers)
		return self.sellers | {one for some in under for one in some}

	def shows(self, node: str) -> bool:
		"""Whether the user may see the node: all of it, as it is today."""
		return self.sellers is None or self.sellers.issuperset(self.tree.under(node))

	def tops(self) -> list[str]:
		"""The node that was chosen, or the highest ones that the user may see."""
		if self.asked.sales_person:
			return [self.asked.sales_person]
		return list(self._highest(self.tree.children.get(None, ())))

	def _highest(self, nodes: Iterable[str]) -> Iterator[str]:
		for node in nodes:
			if self.shows(node):
				yield node
			else:
				yield from self._highest(self.tree.children.get(node, ()))


def read(asked: Asked) -> Books:
	"""Raises PermissionError for who may not report on entries, or not see this company or seller."""
	permitted.refuse_unpermitted()
	permitted.refuse_company(asked.company)
	with permissions.parts_of_targets():
		rows, decimals = _targets(asked), precision()
	assignees = assignees_of([row.name for row in rows])
	months = distributions(row.monthly_distribution for row in rows)
	parents, history = places.tree_and_history()
	today = SellerTree(parents)
	books = Books(
		asked=asked,
		tree=today,
		trees=_trees(asked, today, history),
		targets={row.name: target_from_row(row, assignees[row.name], decimals) for row in rows},
		titles={row.name: row.title for row in rows},
		stamps={
			row.name: sums.Stamp(row.creation, cint(row.entries_booked), row.closing or "") for row in rows
		},
		monthly={row.name: _monthly(row, months) for row in rows},
		sellers=permitted.allowed("Sales Person"),
		today=getdate(),
	)
	if asked.sales_person and not books.shows(asked.sales_person):
		permitted.refuse(_("Sales Person"), asked.sales_person)
	return books


def is_shown(seller: str) -> bool:
	"""Whether the user may see this seller, and all under them."""
	sellers = permitted.allowed("Sales Person")
	return sellers is None or sellers.issuperset(tree().under(seller))


def is_readable(target: str) -> bool:
	"""Whether the user may read the target itself, and not only what those of its sellers have whom they may see."""
	return permissions.quietly(frappe.has_permission, "Sales Target", "read", target)


def tree() -> SellerTree:
	rows = frappe.get_all("Sales Person", fields=["name", "parent_sales_person"], order_by="lft")
	return SellerTree({row.name: row.parent_sales_person or None for row in rows})


def _trees(asked: Asked, today: SellerTree, history: History) -> list[tuple[date, SellerTree]]:
	first, last = history.version(asked.first), history.version(asked.last)
	starts = history.starts[first : last + 1]
	trees = [(start, SellerTree(history.parents(start))) for start in starts]
	if last == len(history.starts) - 1:
		trees[-1] = (starts[-1], today)
	return trees


def _targets(asked: Asked) -> list[dict]:
	"""Those that the user may list: of the type and scope that was asked for, or the one target."""
	filters = _of_period(asked)
	if asked.sales_target:
		filters["name"] = asked.sales_target
	else:
		filters |= {"target_type": asked.target_type, "measured_on": asked.measured_on}
		filters |= {field: asked.scope.get(field) or ("is", "not set") for field in SCOPE}
	return frappe.get_list(
		"Sales Target",
		filters=filters,
		fields=[
			*TARGET_COLUMNS.split(", "),
			"title",
			"monthly_distribution",
			"creation",
			"entries_booked",
			"closed_with",
		],
		order_by="from_date, name",
		limit_page_length=0,
	)


def _monthly(row: dict, months: Mapping[str, Monthly]) -> Monthly:
	"""Of a closed target as it was (H3)."""
	return months_of_closed(row.closed_with) if row.closing else months.get(row.monthly_distribution)


def _of_period(asked: Asked) -> dict[str, object]:
	"""Those of the company whose own period touches the one that was asked for."""
	return {"company": asked.company, "from_date": ("<=", asked.last), "to_date": (">=", asked.first)}


def others(asked: Asked) -> int:
	"""How many targets of the period have filters of their own, and so are not among these."""
	if asked.sales_target:
		return 0
	rows = frappe.get_list(
		"Sales Target",
		filters={**_of_period(asked), "target_type": asked.target_type, "measured_on": asked.measured_on},
		fields=list(SCOPE),
		order_by="name",
		limit_page_length=0,
	)
	return sum(any((row[field] or "") != asked.scope[field] for field in SCOPE) for row in rows)


def standings(
	books: Books, spans: Sequence[Span], periods: Iterable[Period], day_sums: DaySums
) -> list[Standing]:
	return [standing(spans, first, last, books.today, day_sums, books.monthly) for first, last in periods]


@dataclass(frozen=True, slots=True)
class Part:
	"""What one target has of a node's figures: of all its sellers, or of one of them, without a goal."""

	target: Target
	seller: str | None
	first: date
	last: date
	standing: Standing
	days: list[Period]


def parts(books: Books, spans: Sequence[Span], day_sums: DaySums) -> list[Part]:
	"""What a figure is made of, target by target, the largest first. A document of two of them is in both."""
	found: dict[tuple[str, str | None], list[Span]] = defaultdict(list)
	for span in spans:
		found[span.target.name, span.seller].append(span)
	made = [_part(books, own, day_sums) for own in found.values()]
	return sorted(made, key=lambda one: (-one.standing.goal, -one.standing.amount, one.target.name))


def days_of(spans: Sequence[Span]) -> list[Period]:
	"""The days on which they stand, without those between."""
	found: list[Period] = []
	for first, last in sorted({(span.first, span.last) for span in spans}):
		if found and first <= found[-1][1] + DAY:
			found[-1] = (found[-1][0], max(last, found[-1][1]))
		else:
			found.append((first, last))
	return found


def _part(books: Books, spans: Sequence[Span], day_sums: DaySums) -> Part:
	first, last = min(span.first for span in spans), max(span.last for span in spans)
	(made,) = standings(books, spans, [(first, last)], day_sums)
	return Part(spans[0].target, spans[0].seller, first, last, made, days_of(spans))
