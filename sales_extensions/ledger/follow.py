"""One order's change, booked in the transaction that changes it (T2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from sales_extensions import current
from sales_extensions.engine import (
	Allocation,
	Crediting,
	Order,
	Policy,
	Target,
	Trees,
	claimants,
	credit,
	deleted,
	differences,
)
from sales_extensions.engine.amounts import SUBMITTED, is_unseen
from sales_extensions.engine.entries import Again

from . import allocated, attempts, book, documents, facts, pins
from .selling import Made, sold


def follow(
	order: Order,
	*,
	allocation: Allocation | None = None,
	allocation_known: bool = False,
	settings: facts.Settings | None = None,
	made: Made | None = None,
	is_new: bool = False,
) -> Crediting:
	"""Bring the ledger to what `order` says now, its allocation's amounts with it, and what was delivered or invoiced of it.

	`allocation_known` tells that `allocation` is what counts, None included: one just saved or deleted
	in this transaction. `settings`: as read before in this event. `made`: how it was made, where the order
	itself is saved. `is_new`: it is being submitted, and nothing can have come of it. Amounts in company currency.
	Writes nothing where nothing changed.
	"""
	settings = settings or facts.settings()
	policy = settings.policy
	has_documents = bool(settings.measures) and not is_new and order.docstatus == SUBMITTED
	beside = documents.beside(order.name, settings) if has_documents else None
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

	def again(same: Order, other: Policy) -> Crediting:
		return credit(same, allocation, other)

	def share_out(current_read: bool) -> tuple[Crediting, bool]:
		newest = facts.policy(current_read=True) if current_read else policy
		return again(order, newest), is_unseen(order, newest)

	crediting, _unseen = share_out(read_is_old)
	if allocation:
		# before the targets: an allocation being saved holds its rows, and goes on to targets
		allocated.follow(order, allocation, crediting, current_read=read_is_old)
	if unseen:
		return crediting  # a draft that no target sees: only its allocation's amounts follow
	decided_on = crediting
	crediting = _book(order, share_out, claimants(order, allocation), again, current_read=read_is_old)
	if allocation and crediting != decided_on:
		allocated.follow(order, allocation, crediting, current_read=True)  # the policy was changed meanwhile
	if has_documents and read_is_old and not beside:
		beside = documents.beside(order.name, settings, current_read=True)
	if beside:
		documents.book_beside(beside, policy, current_read=read_is_old)
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
	is_old = book.queue_for_order(order.name, version_seen, order.pin) != version_seen + 1
	return order.name in current.found_old("sales_extensions_old_reads", [order.name] if is_old else ())


def forget(order: Order) -> None:
	"""Take back what a deleted order was credited with. The entries stay: what was, was.

	Its number may be given again, and nobody has sold that order yet.
	"""
	_allocation, version_seen, _pin = facts.allocation_and_state(order.name)
	read_is_old = _read_is_old(replace(order, pin=None), version_seen)
	_book(order, lambda current_read: (deleted(), False), (), None, current_read=read_is_old)


def _book(
	order: Order,
	share_out: Callable[[bool], tuple[Crediting, bool]],
	sellers: Collection[str],
	again: Again | None,
	*,
	current_read: bool,
) -> Crediting:
	"""Decide, take the targets, decide again if one of them was restated meanwhile, write.

	`share_out`: the order shared out, and whether it is a draft that no target sees. `sellers`: whoever may be credited.
	"""
	for _attempt in range(attempts.ATTEMPTS):
		crediting, unseen = share_out(current_read)
		if unseen:  # the policy was changed meanwhile
			return crediting
		if current_read:
			_take_by_name(order, crediting, sellers)
		targets, trees, stamps = _decide_on(order, crediting, sellers, current_read=current_read)
		standing, standing_stamps = book.standing_of_order(order.name, current_read=current_read)
		rows = differences(order, crediting, targets, trees, standing, again)
		if not rows:
			return crediting
		locked = book.lock_targets({row.key.target for row in rows})
		if attempts.still_so(rows, locked, {**standing_stamps, **stamps}):
			book.record(rows, locked)
			return crediting
		current_read = True
	attempts.give_up("Sales Order", order.name)


def _take_by_name(order: Order, crediting: Crediting, sellers: Collection[str]) -> None:
	"""A locking read takes targets as it comes upon them, while all others take them by name.

	So those that it will come upon are taken before. What tells which these are may be old: then the read
	takes what is missing, and only the order is left to luck. No locking read may tell: it would hold the
	gap beside the entries, where others, who hold these targets, add theirs.
	"""
	expected, _trees, _stamps = _decide_on(order, crediting, sellers, current_read=False)
	_standing, stamps = book.standing_of_order(order.name)
	book.lock_targets({*expected, *stamps})


def _decide_on(
	order: Order, crediting: Crediting, sellers: Collection[str], *, current_read: bool
) -> tuple[Mapping[str, Target], Trees, Mapping[str, book.Stamp]]:
	if not crediting.worth.counts and order.docstatus != SUBMITTED:
		return (
			{},
			Trees(),
			{},
		)  # submitted and not counted by the policy of today, a closed target may count it
	return facts.candidates(order, tuple(sorted(sellers)), current_read=current_read)
