"""One order's change, booked in the transaction that changes it (T2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import frappe
from frappe import _

from sales_extensions import errors
from sales_extensions.engine import (
	Allocation,
	Crediting,
	Difference,
	Order,
	Policy,
	Target,
	Trees,
	credit,
	deleted,
	differences,
)
from sales_extensions.engine.amounts import SUBMITTED, is_unseen
from sales_extensions.engine.entries import Again

from . import allocated, book, facts, pins
from .selling import Made, sold

#: How often a writer starts over because a target was restated while it waited.
ATTEMPTS = 5


def follow(
	order: Order,
	*,
	allocation: Allocation | None = None,
	allocation_known: bool = False,
	settings: facts.Settings | None = None,
	made: Made | None = None,
) -> Crediting:
	"""Bring the ledger to what `order` says now, and its allocation's amounts with it.

	`allocation_known` tells that `allocation` is what counts, None included: one just saved or deleted
	in this transaction. `settings`: as read before in this event. `made`: how it was made, where the order
	itself is saved. Amounts in company currency. Writes nothing where nothing changed.
	"""
	settings = settings or facts.settings()
	policy = settings.policy
	read, version_seen, pin = facts.allocation_and_state(order.name)
	order = sold(replace(order, pin=pin), made, settings)
	read_is_old = _read_is_old(order, version_seen)
	if read_is_old:
		order = _as_committed(order.name, made, settings)
	unseen = is_unseen(order, policy)
	if settings.has_upsells and not unseen:
		upsells = facts.load_upsells((order.name,), current_read=read_is_old)
		order = replace(order, upsells=upsells.get(order.name, ()))
	if not allocation_known:
		allocation = (
			facts.load_allocations((order.name,), current_read=True).get(order.name) if read_is_old else read
		)

	def again(other: Policy) -> Crediting:
		return credit(order, allocation, other)

	def share_out(current_read: bool) -> Crediting:
		return again(facts.policy(current_read=True) if current_read else policy)

	crediting = share_out(read_is_old)
	if allocation:
		# before the targets: an allocation being saved holds its rows, and goes on to targets
		allocated.follow(order, allocation, crediting, current_read=read_is_old)
	if unseen:
		return crediting  # a draft that no target sees: only its allocation's amounts follow
	decided_on = crediting
	crediting = _book(order, share_out, again, current_read=read_is_old)
	if allocation and crediting != decided_on:
		allocated.follow(order, allocation, crediting, current_read=True)  # the policy was changed meanwhile
	return crediting


def _as_committed(name: str, made: Made | None, settings: facts.Settings) -> Order:
	"""The order as it is now; who sold it is kept by a statement of its own."""
	newest = facts.order_as_committed(name)
	order = sold(newest, made, settings)
	if order.pin != newest.pin:
		pins.write(name, order.pin)
	return order


def _read_is_old(order: Order, version_seen: int) -> bool:
	"""Queue for the order; whether somebody wrote about it since this transaction began to read.

	Asked once, the answer stays: from then on the transaction sees its own version, and takes it for new.
	"""
	known = frappe.flags.setdefault("sales_extensions_old_reads", set())
	if book.queue_for_order(order.name, version_seen, order.pin) != version_seen + 1:
		known.add(order.name)
	return order.name in known


def forget(order: Order) -> None:
	"""Take back what a deleted order was credited with. The entries stay: what was, was.

	Its number may be given again, and nobody has sold that order yet.
	"""
	_allocation, version_seen, _pin = facts.allocation_and_state(order.name)
	read_is_old = _read_is_old(replace(order, pin=None), version_seen)
	_book(order, lambda current_read: deleted(), None, current_read=read_is_old)


def _book(
	order: Order, share_out: Callable[[bool], Crediting], again: Again | None, *, current_read: bool
) -> Crediting:
	"""Decide, take the targets, decide again if one of them was restated meanwhile, write."""
	for _attempt in range(ATTEMPTS):
		crediting = share_out(current_read)
		if current_read:
			_take_by_name(order, crediting)
		targets, trees, stamps = _decide_on(order, crediting, current_read=current_read)
		current, standing_stamps = book.standing_of_order(order.name, current_read=current_read)
		rows = differences(order, crediting, targets, trees, current, again)
		if not rows:
			return crediting
		locked = book.lock_targets({row.key.target for row in rows})
		if _still_so(rows, locked, {**standing_stamps, **stamps}):
			book.record(rows, locked)
			return crediting
		current_read = True
	frappe.throw(
		_("The sales targets of {0} are being restated. Please try again in a moment.").format(order.name),
		frappe.QueryDeadlockError,
		title=errors.of_name("Sales Order", order.name),
	)


def _take_by_name(order: Order, crediting: Crediting) -> None:
	"""A locking read takes targets as it comes upon them, while all others take them by name.

	So those that it will come upon are taken before. What tells which these are may be old: then the read
	takes what is missing, and only the order is left to luck. No locking read may tell: it would hold the
	gap beside the entries, where others, who hold these targets, add theirs.
	"""
	expected, _trees, _stamps = _decide_on(order, crediting, current_read=False)
	_standing, stamps = book.standing_of_order(order.name)
	book.lock_targets({*expected, *stamps})


def _decide_on(
	order: Order, crediting: Crediting, *, current_read: bool
) -> tuple[Mapping[str, Target], Trees, Mapping[str, book.Stamp]]:
	if not crediting.worth.counts and order.docstatus != SUBMITTED:
		return (
			{},
			Trees(),
			{},
		)  # submitted and not counted by the policy of today, a closed target may count it
	sellers = {one.sales_person for one in (*crediting.credits, *order.upsells)}
	return facts.candidates(order, tuple(sorted(sellers)), current_read=current_read)


def _still_so(
	rows: list[Difference], locked: Mapping[str, book.LockedTarget], stamps: Mapping[str, book.Stamp]
) -> bool:
	"""Whether the targets are those that were decided on: not restated, not deleted since."""
	return all(
		row.key.target in locked and stamps.get(row.key.target) == locked[row.key.target].stamp
		for row in rows
	)
