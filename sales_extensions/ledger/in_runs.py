"""The targets' part of a Sales Ledger Run (T3, X2)."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_extensions.engine import Difference, TargetType
from sales_extensions.engine.money import shown, to_decimal

from . import facts, fill, runs

if TYPE_CHECKING:
	from frappe.model.document import Document


def work(doc: Document) -> None:
	"""Or what is left of it: orders up to the run's cursor are done."""
	named = json.loads(doc.targets) if doc.targets else None
	targets = _scope(doc, named)
	if doc.purpose == runs.PERIOD_CLOSE:
		_begin_anew_if_moved(doc, targets)
	names = fill.orders_of(targets, allocated_too=named is None)
	doc.total_orders = len(names)
	todo = [name for name in names if name > (doc.cursor or "")]
	found = json.loads(doc.differences or "[]")
	for part in fill.slices(todo):
		runs.commit()  # the locks come first in a new transaction, so that what is read is newer than they are
		outcome = runs.fill_or_wait(targets, part)
		found += describe(outcome.found[: max(0, runs.NAMED_DIFFERENCES - len(found))])
		moved = moved_since(json.loads(doc.moved_targets or "{}"), outcome)
		doc.db_set(
			{
				**as_kept(moved),
				"cursor": part[-1],
				"total_orders": len(names),
				"done_orders": len(names) - len(todo) + todo.index(part[-1]) + 1,
				"entries_written": doc.entries_written + outcome.entries,
				"differences": json.dumps(found, indent=1),
			}
		)
		runs.commit()
		runs.publish(doc)
	runs.commit()
	corrected = fill.true_up(targets, fresh=True)
	found += [_("Total of {0} did not equal its entries").format(name) for name in corrected]
	doc.db_set("differences", json.dumps(found, indent=1))


def _begin_anew_if_moved(doc: Document, targets: list[str]) -> None:
	"""What was decided before the run was resumed was decided by what was so then."""
	now = fill.fingerprint(targets)
	if doc.decided_by != now:
		doc.db_set({"decided_by": now, "cursor": None})


def _scope(doc: Document, named: Collection[str] | None) -> list[str]:
	"""Closed ones are looked after by their seal, and are not what another policy is for."""
	closed_too = doc.purpose not in (runs.RECONCILE, runs.POLICY)
	return fill.scope(named, doc.company, closed_too=closed_too)


#: target -> what it had before the run (amount, orders), and what the run added
Moved = dict[str, list]


def moved_since(moved: Moved, outcome: fill.Outcome) -> Moved:
	"""With what one more slice of a run added. What orders book meanwhile is not in it."""
	for name, (amount, orders) in outcome.before.items():
		moved.setdefault(name, [str(amount), orders, "0", 0])
	for row in outcome.found:
		own = moved.get(row.key.target)
		if own is None:  # a closed one, whose result stays
			continue
		own[2:] = [str(to_decimal(own[2]) + row.amount), own[3] + row.order_count]
	return moved


def as_kept(moved: Moved) -> dict[str, str]:
	"""What a run keeps of the targets that it moved, and what it shows of them."""
	return {"moved_targets": json.dumps(moved), "figures_changed": "\n".join(old_and_new(moved))}


def old_and_new(moved: Moved) -> list[str]:
	"""A line for each target that ends up with another result than it had."""
	rows = frappe.get_all("Sales Target", {"name": ("in", [*moved, ""])}, ["name", "title", "target_type"])
	is_measured = {row.name: (row.title, row.target_type == TargetType.NUMERIC) for row in rows}
	lines, decimals = [], facts.precision()
	for name, (amount, orders, more, more_orders) in sorted(moved.items()):
		title, counts_orders = is_measured.get(name, ("", False))
		if more_orders if counts_orders else to_decimal(more):
			was, now = (
				shown(one, decimals) for one in (to_decimal(amount), to_decimal(amount) + to_decimal(more))
			)
			lines.append(f"{name} · {title}: {was:,f}, {orders} → {now:,f}, {orders + more_orders}")
	return lines


def describe(differences: Collection[Difference]) -> list[str]:
	return [
		f"{row.key.target} · {row.key.voucher[1]} · {row.key.sales_person}: {row.amount:+f}, {row.order_count:+d}. "
		+ " ".join(str(reason) for reason in row.position.reasons)
		for row in differences
	]
