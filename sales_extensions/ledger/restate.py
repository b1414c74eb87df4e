"""All targets, or some, brought to what their orders say: now, in the background, or in the caller's transaction (T3, T7)."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import NoReturn

import frappe
from frappe import _

from . import above, book, fill, in_runs, runs


def restate(
	purpose: str,
	targets: Collection[str] | None = None,
	*,
	company: str | None = None,
	snapshot_is_old: bool = False,
) -> str | None:
	"""Bring targets to what their orders say: now if it is short, else in the background.

	`snapshot_is_old`: the caller knows that a target was written to since this transaction began to read.
	Returns the name of the Sales Ledger Run that does it later, or None if it is done.
	"""
	names = fill.scope(targets, company, closed_too=purpose != runs.POLICY)
	orders = fill.orders_of(names, allocated_too=targets is None)
	done = None if snapshot_is_old or len(orders) > fill.INLINE else _fill_inline(names, orders)
	book.move_stamps(names)
	if done is None:
		return runs.enqueue(purpose, names if targets is not None else None, company, len(orders))
	# An order that is being saved right now can't be seen yet: look again once this is committed.
	runs.enqueue_settling(names)
	written, moved = done
	if purpose in KEPT:
		_keep(purpose, len(orders), written, moved)
	return None


#: The purpose of what a move in a tree, or another employee behind a seller, has restated.
SELLERS_AND_GROUPS = "Sellers and Groups"
#: What restates every target is kept in a run with old and new results, be it done at once.
KEPT = (runs.POLICY,)


def _keep(purpose: str, orders: int, written: int, moved: in_runs.Moved) -> None:
	kept = in_runs.as_kept(moved)
	if kept["figures_changed"]:
		runs.keep(purpose, orders, {**kept, "entries_written": written})


def _fill_inline(targets: list[str], orders: list[str]) -> tuple[int, in_runs.Moved] | None:
	"""How many entries were written, and what was moved; None where it can't be done in this transaction."""
	written, moved = 0, in_runs.Moved()
	try:
		for part in fill.slices(orders):
			outcome = fill.fill_slice(targets, part, fresh=False)
			written += outcome.entries
			moved = in_runs.moved_since(moved, outcome)
	except fill.SnapshotIsOld:
		return None
	return written, moved


def refuse_rebuild() -> NoReturn:
	"""What it read is older than what it holds."""
	frappe.throw(
		_("Orders were saved while the rebuild began. Please start it again."), frappe.QueryDeadlockError
	)


def rebuild(company: str | None = None) -> dict[str, object]:
	"""Restate every target, of `company` or of all, from the orders as they are (invariant 2).

	First what was not noted of the tree of sellers, and who sold orders, where that is not kept yet; then Upsell Credits, while they are tracked; the pipeline last,
	unless a company is asked for. Runs in the caller's transaction and commits nothing. Returns a summary: targets,
	orders, entries_written, totals_corrected, places_noted, sellers_pinned, credits_written, parties_changed, seconds.
	"""
	started = time.monotonic()
	summary: dict[str, object] = {}
	for module in above.ALL:
		if module == above.TARGETS:
			summary |= _rebuild_targets(company)
		elif module in above.WRITTEN:
			summary[above.WRITTEN[module]] = above.books(module).rebuild(company)
	return {**summary, "seconds": round(time.monotonic() - started, 3)}


def _rebuild_targets(company: str | None) -> dict[str, object]:
	names = fill.scope(None, company)
	orders = fill.orders_of(names, allocated_too=True)
	written = 0
	try:
		for part in fill.slices(orders):
			written += fill.fill_slice(names, part, fresh=False).entries
	except fill.SnapshotIsOld:
		refuse_rebuild()
	corrected = fill.true_up(names, fresh=False)
	return {
		"targets": len(names),
		"orders": len(orders),
		"entries_written": written,
		"totals_corrected": corrected,
	}
