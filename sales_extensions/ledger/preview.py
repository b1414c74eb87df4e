"""What other policies would make of the targets: worked out, and nothing written (T8).

In parts of a few seconds, so that it may be asked for in the desk whatever there is to read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import frappe

from sales_extensions.engine import Figures, Moved, Policy, added_by
from sales_extensions.engine.money import to_decimal

from . import book, facts, fill

#: For so long one part of it reads on.
SECONDS = 2.0


@dataclass(slots=True)
class Preview:
	"""How far it is."""

	policy: Policy
	#: the last order that was looked at
	cursor: str = ""
	done: int = 0
	total: int = 0
	added: dict[str, Figures] = field(default_factory=dict)

	@property
	def is_finished(self) -> bool:
		return self.done >= self.total


def go_on(preview: Preview) -> None:
	"""One part more: a slice at least, and as many as there is time for. Reads only."""
	until = time.monotonic() + SECONDS
	names = fill.scope(None, None, closed_too=False)
	orders = fill.orders_of(names)
	todo = [order for order in orders if order > preview.cursor]
	ground = fill.Ground.of(names, preview.policy)
	for part in fill.slices(todo):
		found, _orders, _allocations = fill.compare(ground, part)
		preview.added = added_by(preview.added, found)
		preview.cursor = part[-1]
		if time.monotonic() > until:
			break
	preview.total = len(orders)
	preview.done = len([order for order in orders if order <= preview.cursor])


def moved(added: Mapping[str, Figures]) -> list[Moved]:
	"""The targets that would be moved, with what they have now."""
	targets = facts.load_targets(tuple(added))
	rows = frappe.get_all(
		"Sales Target",
		{"name": ("in", [*added, ""])},
		["name", "realised_amount", "result_in_full", "order_count"],
		order_by="name",
	)
	return [
		Moved(targets[row.name], Figures(to_decimal(book.realised(row)), row.order_count), added[row.name])
		for row in rows
	]
