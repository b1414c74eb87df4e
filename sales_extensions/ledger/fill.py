"""Targets brought to what their orders say: a new or changed target, a changed policy, an install, a
rebuild, a reconcile (T3, T7, T8, X2).

One piece of work for all of them: take the targets, read a slice of orders, let the engine decide, book
the differences. Where it is short it is done in the caller's transaction; otherwise a Sales Ledger Run
does it slice by slice in the background, commits each, and can go on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

import frappe

from sales_extensions import current
from sales_extensions.engine import (
	Allocation,
	Crediting,
	Difference,
	Key,
	Order,
	Policy,
	Position,
	Target,
	TargetType,
	claimants,
	credit,
	deleted,
	differences,
)
from sales_extensions.engine.amounts import is_unseen
from sales_extensions.engine.documents import Documented
from sales_extensions.engine.facts import TREES, Measure
from sales_extensions.engine.frozen import SELLER, names_in
from sales_extensions.engine.matching import is_in_period
from sales_extensions.engine.places import DatedTrees

from . import allocated, book, documents, facts, places

T = TypeVar("T")
SLICE = 1000
#: More orders than this and the work goes to the queue. About half a second.
INLINE = 500


class SnapshotIsOld(Exception):
	"""What this transaction can read of a target is older than the target. A new transaction can."""


@dataclass(slots=True)
class Outcome:
	"""What a fill did."""

	orders: int = 0
	entries: int = 0
	found: list[Difference] = field(default_factory=list)
	#: of the open targets that were moved, amount and orders before
	before: dict[str, tuple[Decimal, int]] = field(default_factory=dict)


def scope(targets: Collection[str] | None, company: str | None, *, closed_too: bool = True) -> list[str]:
	"""The names of targets to work on, sorted. None: all, of the company if one is given."""
	filters: dict[str, object] = {} if closed_too else {"period_status": "Open"}
	if company:
		filters["company"] = company
	if targets is not None:
		filters["name"] = ("in", list(targets) or [""])
	return frappe.get_all("Sales Target", filters=filters, pluck="name", order_by="name")


def that_ended(company: str, up_to: date) -> list[str]:
	"""The open targets of a company that ended by a day, sorted."""
	filters = {"company": company, "to_date": ("<=", up_to), "period_status": "Open"}
	return frappe.get_all("Sales Target", filters=filters, pluck="name", order_by="name")


def orders_of(targets: Collection[str], *, allocated_too: bool = False) -> list[str]:
	"""Names of the orders that are in these targets, or may belong there, sorted; and of deliveries and invoices, as text.

	`allocated_too`: and every order that has an allocation, whose amounts are followed too.
	"""
	# gathered and sorted here: the database would do both in a temporary table, and a resumed run compares
	# names as Python does
	named = {"targets": tuple(targets) or ("",)}
	names = set(
		frappe.db.sql_list(
			"""SELECT o.name FROM `tabSales Order` o JOIN (
				SELECT company, MIN(from_date) AS from_date, MAX(to_date) AS to_date FROM `tabSales Target`
				WHERE name IN %(targets)s AND measured_on = 'Ordered' GROUP BY company) period
				ON o.company = period.company AND o.transaction_date BETWEEN period.from_date AND period.to_date""",
			named,
		)
	)
	names.update(
		frappe.db.sql_list(
			f"""SELECT DISTINCT e.sales_order FROM `tabSales Target Entry` e
			WHERE e.sales_target IN %(targets)s AND {book.OF_ORDERS}""",
			named,
		)
	)
	names |= documents.of_targets(targets)
	if allocated_too:
		names.update(frappe.db.sql_list("SELECT sales_order FROM `tabOrder Allocation`"))
	return sorted(names)


def slices(names: Sequence[T], size: int = SLICE) -> Iterator[tuple[T, ...]]:
	for start in range(0, len(names), size):
		yield tuple(names[start : start + size])


@dataclass(slots=True)
class Ground:
	"""What is the same for every slice: definitions, trees, policy, who is behind a user."""

	targets: dict[str, Target]
	trees: DatedTrees
	policy: Policy
	owner_sellers: dict[str, str]
	#: company and assignee -> names of targets
	assigned: dict[tuple[str, str], list[str]]
	#: of closed ones: company and a seller who stood under it
	kept: dict[tuple[str, str], list[str]]

	@classmethod
	def of(cls, targets: Collection[str], policy: Policy | None = None) -> Ground:
		"""`policy`: instead of the site's own."""
		loaded = facts.load_targets(targets)
		assigned, kept = defaultdict(list), defaultdict(list)
		for target in loaded.values():
			for assignee in target.assignees if target.frozen is None else ():
				assigned[target.company, assignee].append(target.name)
			for seller in names_in(target.frozen.members, SELLER) if target.frozen else ():
				kept[target.company, seller].append(target.name)
		trees = DatedTrees(facts.whole_trees(loaded.values()), places.history())
		sellers = facts.sellers_of_users()
		return cls(loaded, trees, policy or facts.policy(), sellers, dict(assigned), dict(kept))

	def near(
		self, order: Order, allocation: Allocation | None, booked: Mapping[Key, Position]
	) -> dict[str, Target]:
		"""The targets an order is in, or that name a seller of its or a group above one.

		Only narrows, as the look-up of a single order does: what it costs does not grow with other targets.
		"""
		return self._near(order, claimants(order, allocation), booked)

	def near_document(self, one: Documented, booked: Mapping[Key, Position]) -> dict[str, Target]:
		"""The same of a delivery or invoice."""
		return self._near(one.as_order, one.sellers, booked)

	def _near(
		self, order: Order, claiming: Collection[str], booked: Mapping[Key, Position]
	) -> dict[str, Target]:
		sellers = self.trees.on(order.posting_date).sellers
		may: set[str] = set()
		for seller in claiming:
			for assignee in sellers.get(seller, (seller,)):
				may.update(self.assigned.get((order.company, assignee), ()))
			may.update(self.kept.get((order.company, seller), ()))
		names = {key.target for key in booked}
		names |= {name for name in may if is_in_period(self.targets[name], order)}
		return {name: self.targets[name] for name in sorted(names)}

	@property
	def measures(self) -> frozenset[str]:
		"""What its targets count besides orders."""
		return frozenset(target.measured_on for target in self.targets.values()) - {Measure.ORDERED}

	@property
	def with_lines(self) -> bool:
		return any(target.item_group for target in self.targets.values())

	@property
	def with_upsells(self) -> bool:
		return any(target.target_type == TargetType.UPSELL for target in self.targets.values())


def compare(
	ground: Ground, names: tuple[str, ...]
) -> tuple[list[Difference], dict[str, Order], dict[str, Allocation]]:
	"""What the ledger lacks for a slice of orders, and of deliveries and invoices. Reads only."""
	found, orders, allocations = _compare_orders(
		ground, tuple(name for name in names if documents.from_text(name) is None)
	)
	return found + documents.compare(ground, names), orders, allocations


def _compare_orders(
	ground: Ground, names: tuple[str, ...]
) -> tuple[list[Difference], dict[str, Order], dict[str, Allocation]]:
	orders = facts.load_orders(
		names,
		with_lines=ground.with_lines,
		with_upsells=ground.with_upsells,
		owner_sellers=ground.owner_sellers,
	)
	allocations = facts.load_allocations(names)
	standing: dict[str, dict] = {}
	for key, position in book.standing(names, tuple(ground.targets)).items():
		standing.setdefault(key.order, {})[key] = position
	found: list[Difference] = []
	for name in names:
		order, own = orders.get(name), standing.get(name, {})
		if order is None:
			found += differences(_gone(name), deleted(), ground.targets, ground.trees.on(None), own)
		else:
			found += _of_order(ground, order, allocations.get(name), own)
	return found, orders, allocations


def _of_order(
	ground: Ground, order: Order, allocation: Allocation | None, booked: Mapping[Key, Position]
) -> list[Difference]:
	crediting = credit(order, allocation, ground.policy)
	near = ground.near(order, allocation, booked)
	if is_unseen(order, ground.policy):  # what a closed target had of it stays until it is submitted or goes
		near = {name: target for name, target in near.items() if not target.closing}
		booked = {key: one for key, one in booked.items() if key.target in near}

	def again(same: Order, policy: Policy) -> Crediting:
		return credit(same, allocation, policy)

	return differences(order, crediting, near, ground.trees.on(order.posting_date), booked, again)


def _gone(name: str) -> Order:
	"""An order that entries speak of and that is no more."""
	return Order(name, "", None, 2, "", facts.to_decimal(0), facts.to_decimal(0))


def fill_slice(targets: Collection[str], names: tuple[str, ...], *, fresh: bool) -> Outcome:
	"""Book what a slice of orders lacks in these targets, which are held until commit.

	`fresh`: the transaction has read nothing yet, so that what it reads is newer than the locks.
	Raises SnapshotIsOld where it is not, and a target was written to since.
	"""
	locked = hold(targets, fresh=fresh)
	ground = Ground.of(tuple(locked))
	found, orders, allocations = compare(ground, names)
	before = {
		row.key.target: (locked[row.key.target].realised_amount, locked[row.key.target].order_count)
		for row in found
		if not locked[row.key.target].closing
	}
	book.record(found, locked, restating=True)
	documents.pin(names, ground.owner_sellers)
	for name, allocation in allocations.items():
		if name in orders:
			allocated.follow(orders[name], allocation, credit(orders[name], allocation, ground.policy))
	return Outcome(len(names), len(found), found, before)


def fingerprint(targets: Collection[str]) -> str:
	"""Of all that decides besides orders: these targets as they are defined, settings, trees, who stood where, who is behind a
	user, decimals.
	"""
	edited = frappe.get_all(
		"Sales Target", {"name": ("in", [*targets, ""])}, ["name", "modified"], order_by="name", as_list=True
	)
	trees = [
		frappe.get_all(tree, fields=["name", f"parent_{frappe.scrub(tree)}"], order_by="name", as_list=True)
		for tree in TREES
	]
	noted = sorted((one.sales_person, one.since, one.parent or "") for one in places.load())
	people = sorted(facts.sellers_of_users().items())
	decides = (edited, facts.policy(), facts.precision(), people, noted, trees)
	return hashlib.sha256(repr(decides).encode()).hexdigest()


def hold(targets: Collection[str], *, fresh: bool, as_defined: bool = False) -> dict[str, book.LockedTarget]:
	"""Take the rows of these targets. Raises SnapshotIsOld where this transaction sees one of them as it was before: its
	entries or its closing, and, `as_defined`, its definition.
	"""
	seen = {} if fresh else book.seen(targets)
	locked = book.lock_targets(targets)
	old = (
		set()
		if fresh
		else {name for name, row in locked.items() if _is_old(seen.get(name), row.seen, as_defined)}
	)
	if not fresh and current.found_old("sales_extensions_old_targets", old) & locked.keys():
		raise SnapshotIsOld
	return locked


def _is_old(seen: book.Seen | None, now: book.Seen, as_defined: bool) -> bool:
	return seen is None or (seen != now if as_defined else seen.books != now.books)


def true_up(targets: Collection[str], *, fresh: bool) -> list[str]:
	"""Set totals to the sums of their entries where they differ; the names of those that did (invariant 2)."""
	locked = book.lock_targets(targets)
	sums = book.sums_of_targets(tuple(locked), current_read=not fresh)
	wrong = {}
	for name, row in locked.items():
		totals = sums.get(name, book.NOTHING)
		if row.totals != totals:
			row.take(totals)
			wrong[name] = row
	book.write_totals(wrong)
	return sorted(wrong)
