"""What a corrected day of a move changes, before it is saved: which orders count for another team (H2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe

from sales_extensions.engine import credit
from sales_extensions.engine.money import ZERO
from sales_extensions.engine.places import History, Shift, redated, shifts

from . import facts, fill, places

#: More orders are not looked at: what is told is "at least".
MOST = 5000


@dataclass(slots=True)
class Moving:
	"""Orders that go from one team to another, and what of them is the seller's, or of those under a group, by currency."""

	shift: Shift
	orders: int = 0
	sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))


def moving(seller: str, since: date, to: date) -> tuple[list[Moving], bool]:
	"""Where a move of `since` is to hold from `to` on; and whether there were too many orders to look at all. Reads only.

	Raises ValueError where that can't be.
	"""
	known = places.load()
	own = [place for place in known if place.sales_person == seller]
	history = History(known)
	left, found = MOST, []
	for shift in shifts(own, redated(own, since, to)):
		names = _orders(_under(seller, history, shift), shift, left + 1)
		found.append(_counted(shift, history, seller, names[:left]))
		if len(names) > left:
			return found, True
		left -= len(names)
	return found, False


def _under(seller: str, history: History, shift: Shift) -> set[str]:
	"""Themself, and all who stood under them on one of these days."""
	return {
		one.sales_person
		for one in history.stands()
		if one.above == seller and one.first <= shift.last and one.last >= shift.first
	}


def _orders(sellers: Collection[str], shift: Shift, most: int) -> list[str]:
	"""Names of orders of these days that may be theirs: the engine says which are."""
	users = [user for user, seller in facts.sellers_of_users().items() if seller in sellers]
	return frappe.db.sql_list(
		"""SELECT o.name FROM `tabSales Order` o
		LEFT JOIN `tabOrder Credit State` state ON state.name = o.name
		WHERE o.transaction_date BETWEEN %(first)s AND %(last)s AND o.docstatus < 2 AND (
			state.sales_person IN %(sellers)s OR state.seller_parts IS NOT NULL OR o.owner IN %(users)s
			OR EXISTS (SELECT 1 FROM `tabSales Team` t WHERE t.parent = o.name AND t.parenttype = 'Sales Order'
				AND t.sales_person IN %(sellers)s)
			OR EXISTS (SELECT 1 FROM `tabOrder Allocation` a JOIN `tabOrder Allocation Share` s ON s.parent = a.name
				WHERE a.sales_order = o.name AND s.sales_person IN %(sellers)s)
		) ORDER BY o.name LIMIT %(most)s""",
		{
			"first": shift.first,
			"last": shift.last,
			"sellers": tuple(sellers),
			"users": tuple(users) or ("",),
			"most": most,
		},
	)


def _counted(shift: Shift, history: History, seller: str, names: list[str]) -> Moving:
	found, policy, owners = Moving(shift), facts.policy(), facts.sellers_of_users()
	for part in fill.slices(names):
		allocations = facts.load_allocations(part)
		orders = facts.load_orders(part, with_lines=False, with_upsells=False, owner_sellers=owners)
		for name, order in orders.items():
			crediting = credit(order, allocations.get(name), policy)
			above = history.above(order.posting_date)
			theirs = [
				one.amount for one in crediting.credits if seller in above.get(one.sales_person, frozenset())
			]
			if crediting.worth.counts and theirs:
				found.orders += 1
				found.sums[order.currency] += sum(theirs, ZERO)
	return found
