"""The requirements done once more, from the documents as they lie in the database, the slow and plain way.

Written from the text of T1, T2, T5, T6, T8, M6 and A1 to A6. It shares nothing with the engine, nor with
the ledger's readers: raw rows, fractions, and trees climbed by their parents instead of by lft and rgt.
A mistake has to be made twice to go unseen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import frappe

CENTS = 100
TREES = ("Sales Person", "Territory", "Customer Group", "Item Group")


def number(value) -> Fraction:
	return Fraction(str(value or 0))


def rounded(value: Fraction) -> int:
	"""Half a unit goes away from zero."""
	whole = math.floor(abs(value) + Fraction(1, 2))
	return whole if value >= 0 else -whole


def shared_out(parts: list[Fraction]) -> list[int]:
	"""Whole cents for parts that add up to whole cents: to the largest fractions, then to the earliest."""
	floors = [math.floor(part) for part in parts]
	over = int(sum(parts)) - sum(floors)
	chosen = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))[:over]
	return [floor + (place in chosen) for place, floor in enumerate(floors)]


def rows(query: str) -> list[dict]:
	return frappe.db.sql(query, as_dict=True)


ORDERS = """SELECT name, company, transaction_date, docstatus, status, base_grand_total, base_net_total,
	per_delivered, per_billed, territory, customer_group, owner FROM `tabSales Order`"""
TEAMS = """SELECT parent, sales_person, allocated_percentage FROM `tabSales Team`
	WHERE parenttype = 'Sales Order' ORDER BY idx"""
LINES = """SELECT parent, item_group, base_net_amount, qty, delivered_qty, amount, billed_amt
	FROM `tabSales Order Item`"""
ALLOCATIONS = """SELECT name, sales_order, remainder_to, overlay, order_amount, allocated_total, remainder_amount
	FROM `tabOrder Allocation`"""
SHARES = """SELECT parent, sales_person, basis, percentage, fixed_amount, allocated_amount
	FROM `tabOrder Allocation Share` ORDER BY idx"""
TARGETS = """SELECT name, title, target_type, company, from_date, to_date, target_amount, target_count, territory,
	customer_group, item_group, realised_amount, order_count, percentage, status, period_status, adjustment_amount,
	adjustment_count FROM `tabSales Target`"""
CHARGES = """SELECT c.voucher_no AS parent, c.credit_assigned_to, i.item_group, i.base_net_amount,
		i.qty, i.delivered_qty, i.amount, i.billed_amt, c.qty_before
	FROM `tabUpsell Credit` c JOIN `tabSales Order Item` i ON i.name = c.voucher_row
	WHERE c.voucher_type = 'Sales Order' AND c.is_upsell = 1 AND c.is_removed = 0 ORDER BY i.idx"""
ASSIGNEES = "SELECT parent, sales_person FROM `tabSales Target Assignee` ORDER BY idx"


@dataclass
class Papers:
	"""Every document that decides a figure, as rows."""

	settings: dict
	orders: dict[str, dict]
	teams: dict[str, list[tuple[str, Fraction]]]
	#: order -> its item rows
	items: dict[str, list[dict]]
	allocations: dict[str, dict]
	shares: dict[str, list[dict]]
	targets: dict[str, dict]
	assignees: dict[str, list[str]]
	parents: dict[str, dict[str, str]]
	seller_of_user: dict[str, str]
	#: seller -> since when they stood under whom, the first place from the beginning (H2)
	places: dict[str, list[tuple[date, str | None]]]
	#: order -> its upsells
	charges: dict[str, list[dict]]
	#: order without a Sales Team -> who sold it, where that is noted
	sold: dict[str, list[tuple[str, Fraction]]] = field(default_factory=dict)
	#: closed target -> the papers as it sees them (H3)
	closed: dict[str, Papers] = field(default_factory=dict)
	#: target, order -> what stands there by seller, and how many orders
	booked: Callable[[str, str], dict] = None
	counted: Callable[[str, str], int] = None

	def stood_within(self, seller: str | None, group: str, day: date) -> bool:
		"""H2: whether a seller was the group, or under it, on a day."""
		seen = set()
		while seller and seller not in seen:
			if seller == group:
				return True
			seen.add(seller)
			seller = self._parent_on(seller, day)
		return False

	def _parent_on(self, seller: str, day: date) -> str | None:
		own = self.places.get(seller)
		if not own:
			return self.parents["Sales Person"].get(seller)
		parent = own[0][1]
		for since, under in own:
			if since <= day:
				parent = under
		return parent

	def is_within(self, doctype: str, name: str | None, group: str) -> bool:
		seen = set()
		while name and name not in seen:
			if name == group:
				return True
			seen.add(name)
			name = self.parents[doctype].get(name)
		return False


def read() -> Papers:
	saved = dict(
		frappe.db.sql("SELECT field, value FROM tabSingles WHERE doctype='Sales Extensions Settings'")
	)
	return Papers(
		settings=saved,
		orders={row.name: row for row in rows(ORDERS)},
		teams=_teams(),
		items=_by_parent(LINES),
		allocations={row.sales_order: row for row in rows(ALLOCATIONS)},
		shares=_by_parent(SHARES),
		targets={row.name: row for row in rows(TARGETS)},
		assignees={
			parent: [row.sales_person for row in own] for parent, own in _by_parent(ASSIGNEES).items()
		},
		parents={doctype: _parents(doctype) for doctype in TREES},
		seller_of_user=_seller_of_user(),
		places=read_places(),
		charges=_by_parent(CHARGES),
	)


def read_places() -> dict[str, list[tuple[date, str | None]]]:
	found: dict[str, list] = {}
	for row in rows(
		"SELECT sales_person, parent_sales_person, from_date FROM `tabSales Person Place` ORDER BY from_date"
	):
		found.setdefault(row.sales_person, []).append((row.from_date, row.parent_sales_person or None))
	return found


def _by_parent(query: str) -> dict[str, list[dict]]:
	found = defaultdict(list)
	for row in rows(query):
		found[row.parent].append(row)
	return found


def _teams() -> dict[str, list[tuple[str, Fraction]]]:
	return {
		parent: [(row.sales_person, number(row.allocated_percentage)) for row in own]
		for parent, own in _by_parent(TEAMS).items()
	}


def lines(papers: Papers, order: dict) -> dict[str, Fraction]:
	"""What counts by item group, groups in the order of their names; of a closed order what was done (M6)."""
	groups = defaultdict(Fraction)
	by_row = _counts_by_row(papers, order)
	for row in papers.items.get(order.name, ()):
		net = number(row.base_net_amount)
		groups[row.item_group or ""] += net * _done(row) if by_row else net
	return {group: net for group, net in sorted(groups.items()) if net or not by_row}


def _done(row: dict) -> Fraction:
	"""M6: of a row, what was delivered or billed, whichever is more, never above the row."""
	delivered = number(row.delivered_qty) / number(row.qty) if row.qty else Fraction(0)
	billed = number(row.billed_amt) / number(row.amount) if row.amount else Fraction(0)
	return min(Fraction(1), max(Fraction(0), delivered, billed))


def _counts_by_row(papers: Papers, order: dict) -> bool:
	"""Closed under the policy of what was done, and not a gift altogether."""
	by_share = papers.settings.get("closed_order_credit") not in ("Full Amount", "None")
	net = sum(number(row.base_net_amount) for row in papers.items.get(order.name, ()))
	return order.status == "Closed" and by_share and net != 0


def _parents(doctype: str) -> dict[str, str]:
	column = "parent_" + frappe.scrub(doctype)
	return {row.name: row[column] for row in rows(f"SELECT name, `{column}` FROM `tab{doctype}`")}


def _seller_of_user() -> dict[str, str]:
	"""Of several sellers behind one user, the first by name."""
	users = {row.name: row.user_id for row in rows("SELECT name, user_id FROM `tabEmployee`") if row.user_id}
	found = {}
	for row in sorted(rows("SELECT name, employee FROM `tabSales Person`"), key=lambda row: row.name):
		if row.employee in users:
			found.setdefault(users[row.employee], row.name)
	return found


# --- one order ----------------------------------------------------------------------------------


@dataclass
class Shared:
	"""An order shared out, in cents."""

	worth: int
	counts: bool
	credits: dict[str, int] = field(default_factory=dict)
	nobodys: int = 0
	overlay: bool = False
	shares: list[int] = field(default_factory=list)
	#: seller -> what each of their upsells brings, with its item group
	upsells: dict[str, list[tuple[str, Fraction]]] = field(default_factory=dict)


def share_out(papers: Papers, order: dict) -> Shared:
	worth, counts = worth_of(papers, order)
	shared = Shared(worth, counts)
	allocation = papers.allocations.get(order.name)
	shared.overlay = bool(allocation and allocation.overlay)
	parts = (_by_overlay if shared.overlay else _by_agreement)(papers, order, worth, allocation)
	shared.shares = [cents for kind, _seller, cents, _claims in parts if kind == "share"]
	for _kind, seller, cents, claims in parts:
		if seller and claims:
			shared.credits[seller] = shared.credits.get(seller, 0) + cents
		elif not seller:
			shared.nobodys += cents
	for charge in papers.charges.get(order.name, ()):
		seller = papers.seller_of_user.get(charge.credit_assigned_to)
		if seller:
			done = _closed_part(papers, order) / 100
			if (
				order.status == "Closed"
				and done
				and papers.settings.get("closed_order_credit") != "Full Amount"
			):
				done = _done(charge)
			more = _sold_more(charge)
			part = Fraction(rounded(number(charge.base_net_amount) * more * 10**9), 10**9) * CENTS * done
			if more and (order.status != "Closed" or done):
				shared.upsells.setdefault(seller, []).append((charge.item_group, part))
	return shared


def _sold_more(charge: dict) -> Fraction:
	"""U11: of an upsell, the part that was not sold before."""
	qty, before = number(charge.qty), number(charge.qty_before)
	return max(Fraction(0), (qty - before) / qty) if before and qty else Fraction(1)


def worth_of(papers: Papers, order: dict) -> tuple[int, bool]:
	"""T1, T8: the total by the policy; a closed order's delivered or billed share, all of it, or nothing."""
	settings = papers.settings
	net = settings.get("order_amount_basis") == "Net Total"
	cents = rounded(number(order.base_net_total if net else order.base_grand_total) * CENTS)
	counts = order.docstatus == 1 or (order.docstatus == 0 and settings.get("count_orders_on") == "Save")
	if order.status == "Closed":
		part = _closed_part(papers, order)
		cents, counts = rounded(cents * part / 100), counts and part > 0
	return cents, counts


def _closed_part(papers: Papers, order: dict) -> Fraction:
	"""T8: the per cent of an order that counts; of one that is not closed, all."""
	policy = papers.settings.get("closed_order_credit")
	if order.status != "Closed" or policy == "Full Amount":
		return Fraction(100)
	if policy == "None":
		return Fraction(0)
	if not _counts_by_row(papers, order):
		return min(Fraction(100), max(number(order.per_delivered), number(order.per_billed)))
	rows = papers.items[order.name]
	net = sum(number(row.base_net_amount) for row in rows)
	done = sum(number(row.base_net_amount) * _done(row) for row in rows)
	return min(Fraction(100), max(Fraction(0), done / net * 100))


def natural(papers: Papers, order: dict) -> list[tuple[str, Fraction]]:
	"""A1: the Sales Team, or else who sold it (H1), or else the seller behind the user who owns the order."""
	team = papers.teams.get(order.name)
	if team:
		whole = max(Fraction(100), sum(share for _seller, share in team))
		return [(seller, share / whole) for seller, share in team]
	if order.name in papers.sold:
		return papers.sold[order.name]
	seller = papers.seller_of_user.get(order.owner)
	return [(seller, Fraction(1))] if seller else []


def _by_agreement(papers: Papers, order: dict, worth: int, allocation: dict | None) -> list[tuple]:
	"""A3, A4, A5: percentages, then fixed amounts from what is left, then the natural owners or nobody."""
	own = papers.shares.get(allocation.name, []) if allocation else []
	exact: list[Fraction] = [Fraction(0)] * len(own)
	left, percentage_left = Fraction(worth), Fraction(100)
	for place, share in enumerate(own):
		if share.basis != "Fixed Amount":
			exact[place] = worth * _percentage(share) / 100
			left -= exact[place]
			percentage_left -= _percentage(share)
	for place, share in enumerate(own):
		if share.basis == "Fixed Amount":
			exact[place] = max(Fraction(0), min(Fraction(rounded(number(share.fixed_amount) * CENTS)), left))
			left -= exact[place]
	parts = [
		("share", share.sales_person, part, part != 0 or worth == 0)
		for share, part in zip(own, exact, strict=True)
	]
	parts += _rest(papers, order, allocation, left, left != 0 or (worth == 0 and percentage_left != 0))
	cents = shared_out([part for _kind, _seller, part, _claims in parts])
	return [
		(kind, seller, units, claims)
		for (kind, seller, _part, claims), units in zip(parts, cents, strict=True)
	]


def _rest(papers: Papers, order: dict, allocation: dict | None, left: Fraction, some: bool) -> list[tuple]:
	parts, given = [], Fraction(0)
	if not allocation or allocation.remainder_to == "Natural Owner":
		for seller, share in natural(papers, order):
			parts.append(("rest", seller, left * share, some and share != 0))
			given += left * share
	return [*parts, ("rest", None, left - given, False)]


def _by_overlay(papers: Papers, order: dict, worth: int, allocation: dict) -> list[tuple]:
	"""Each share by itself, none above the order; what nobody claims goes on."""
	parts = []
	for share in papers.shares.get(allocation.name, []):
		if share.basis == "Fixed Amount":
			cents = max(0, min(rounded(number(share.fixed_amount) * CENTS), worth))
		else:
			cents = rounded(worth * _percentage(share) / 100)
		parts.append(
			("share", share.sales_person, cents, cents != 0 or worth == 0 or share.basis != "Fixed Amount")
		)
	left = max(0, worth - sum(part[2] for part in parts))
	rest = _rest(papers, order, allocation, Fraction(left), left != 0)
	cents = shared_out([part for _kind, _seller, part, _claims in rest])
	return parts + [
		(kind, seller, units, claims)
		for (kind, seller, _part, claims), units in zip(rest, cents, strict=True)
	]


def _percentage(share: dict) -> Fraction:
	return Fraction(100) if share.basis == "Whole Order" else number(share.percentage)


# --- targets ------------------------------------------------------------------------------------


def sees(papers: Papers, target: dict, order: dict) -> bool:
	"""T5: company, both ends of the period, and each filter with its subtree."""
	return (
		target.company == order.company
		and target.from_date <= order.transaction_date <= target.to_date
		and (not target.territory or papers.is_within("Territory", order.territory, target.territory))
		and (
			not target.customer_group
			or papers.is_within("Customer Group", order.customer_group, target.customer_group)
		)
		and (not target.item_group or any(_inside(papers, target, order).values()))
	)


def _inside(papers: Papers, target: dict, order: dict) -> dict[str, bool]:
	return {group: papers.is_within("Item Group", group, target.item_group) for group in lines(papers, order)}


def in_scope(papers: Papers, target: dict, order: dict, cents: int) -> int:
	"""T5: of a credit, what falls on the item group, by the net amounts of the order's lines."""
	if not target.item_group:
		return cents
	own = lines(papers, order)
	weights = list(own.values())
	if sum(weights) == 0:
		weights = [Fraction(1)] * len(weights)
	parts = shared_out([cents * weight / sum(weights) for weight in weights])
	inside = _inside(papers, target, order)
	return sum(part for group, part in zip(own, parts, strict=True) if inside[group])


def upsells_in(papers: Papers, target: dict, own: list[tuple[str, Fraction]]) -> int | None:
	"""U11: a seller's upsell revenue in the target's item group; None if they have none there."""
	whole = rounded(sum(part for _group, part in own))
	if not target.item_group:
		return whole
	cents = [math.floor(part) for _group, part in own]
	nearest = sorted(range(len(own)), key=lambda place: (cents[place] - own[place][1], place))
	for place in nearest[: whole - sum(cents)]:
		cents[place] += 1
	inside = [papers.is_within("Item Group", group, target.item_group) for group, _part in own]
	return sum(part for part, is_in in zip(cents, inside, strict=True) if is_in) if any(inside) else None


def stands_for(papers: Papers, target: dict, seller: str, day: date) -> bool:
	"""T1, H2: a group Sales Person stands for everyone who was under it that day."""
	return any(papers.stood_within(seller, assignee, day) for assignee in papers.assignees[target.name])


@dataclass
class Books:
	"""What the books must say. Amounts in cents."""

	amounts: dict[tuple[str, str, str], int]  # target, order, seller
	counts: dict[tuple[str, str], int]  # target, order
	orders: dict[str, Shared]


def books(papers: Papers) -> Books:
	result = Books({}, {}, {name: share_out(papers, order) for name, order in papers.orders.items()})
	for name, order in papers.orders.items():
		for target in papers.targets.values():
			if target.name in papers.closed:
				_closed(result, papers, target, order)
			else:
				_in_target(result, papers, target, order, result.orders[name])
	return result


def _in_target(result: Books, papers: Papers, target: dict, order: dict, shared: Shared) -> None:
	if not shared.counts or not sees(papers, target, order):
		return
	if target.target_type == "Upsell":
		_upsells(result, papers, target, order.name, shared)
		return
	for seller, cents in once(papers, target, order, shared).items():
		result.amounts[target.name, order.name, seller] = cents
		result.counts[target.name, order.name] = 1


def _closed(result: Books, papers: Papers, target: dict, order: dict) -> None:
	"""H3: by what was so when it was closed; a draft that no target sees any more stays until it is submitted or goes."""
	own = papers.closed[target.name]
	if order.docstatus == 0 and papers.settings.get("count_orders_on") != "Save":
		result.amounts.update(papers.booked(target.name, order.name))
		result.counts[target.name, order.name] = papers.counted(target.name, order.name)
		return
	_in_target(result, own, target, order, share_out(own, order))


def once(papers: Papers, target: dict, order: dict, shared: Shared) -> dict[str, int]:
	"""What its sellers bring a target; an overlay order, in proportion, no more than it is worth (A6)."""
	own = {
		seller: in_scope(papers, target, order, cents)
		for seller, cents in shared.credits.items()
		if stands_for(papers, target, seller, order.transaction_date)
	}
	most = in_scope(papers, target, order, shared.worth)
	if not sum(shared.credits.values()) > shared.worth >= 0 or sum(own.values()) <= max(most, 0):
		return own
	parts = shared_out([Fraction(most * cents, sum(own.values())) for cents in own.values()])
	return dict(zip(own, parts, strict=True))


def _upsells(result: Books, papers: Papers, target: dict, order: str, shared: Shared) -> None:
	for seller, own in shared.upsells.items():
		cents = upsells_in(papers, target, own)
		day = papers.orders[order].transaction_date
		if cents is not None and stands_for(papers, target, seller, day):
			result.amounts[target.name, order, seller] = cents
			result.counts[target.name, order] = 1


# --- against the site ---------------------------------------------------------------------------


def compare(
	today: date,
	sold: dict[str, list[tuple[str, Fraction]]] | None = None,
	close: Callable[[Papers], None] = lambda papers: None,
) -> list[str]:
	"""Every way in which the site's figures differ from the requirements. Empty: none. `sold`: as in `Papers`; `close`
	tells the papers which targets are closed.
	"""
	papers = read()
	papers.sold = sold or {}
	close(papers)
	wanted = books(papers)
	return [
		*_entries(wanted),
		*(line for target in papers.targets.values() for line in _target(target, wanted, today)),
		*(line for name in papers.allocations for line in _allocation(papers, name, wanted)),
		*_conservation(papers, wanted),
	]


def _entries(wanted: Books) -> list[str]:
	amounts, counts = defaultdict(int), defaultdict(int)
	for row in rows(
		"""SELECT sales_target, sales_order, sales_person, SUM(amount) AS amount, SUM(order_count) AS orders
		FROM `tabSales Target Entry` GROUP BY sales_target, sales_order, sales_person"""
	):
		cents = number(Decimal(str(row.amount)).quantize(Decimal("0.000001"))) * CENTS
		amounts[row.sales_target, row.sales_order, row.sales_person] += cents
		counts[row.sales_target, row.sales_order] += int(row.orders)
	return _unequal("amount in cents", amounts, wanted.amounts) + _unequal("orders", counts, wanted.counts)


def _unequal(what: str, has: dict, should: dict) -> list[str]:
	return [
		f"{what} of {key}: has {has.get(key, 0)}, should be {should.get(key, 0)}"
		for key in sorted(has.keys() | should.keys())
		if has.get(key, 0) != should.get(key, 0)
	]


def _target(target: dict, wanted: Books, today: date) -> list[str]:
	"""T2, T6: amount, orders, percentage and status of a target."""
	cents = sum(own for (name, _order, _seller), own in wanted.amounts.items() if name == target.name)
	orders = sum(own for (name, _order), own in wanted.counts.items() if name == target.name)
	numeric = target.target_type == "Numeric"
	goal = number(target.target_count if numeric else target.target_amount)
	done = Fraction(orders) if numeric else Fraction(cents, CENTS)
	percentage = Decimal(rounded(done / goal * 100 * 10**6)).scaleb(-6) if goal else Decimal(0)
	if target.period_status == "Closed":  # its own figures are compared with those of its closing
		has = {
			"cents": (number(target.realised_amount) + number(target.adjustment_amount)) * CENTS,
			"orders": target.order_count + target.adjustment_count,
		}
		return [f"{target.name}: {line}" for line in _unequal("", has, {"cents": cents, "orders": orders})]
	has = {
		"cents": number(target.realised_amount) * CENTS,
		"orders": target.order_count,
		"percentage": Decimal(str(target.percentage)).quantize(Decimal("0.000001"), ROUND_HALF_UP),
		"status": target.status,
	}
	should = {"cents": cents, "orders": orders, "percentage": percentage, "status": "Running"}
	if goal and done >= goal:
		should["status"] = "Achieved"
	elif today < target.from_date:
		should["status"] = "Upcoming"
	elif today > target.to_date:
		should["status"] = "Missed"
	return [f"{target.name}: {line}" for line in _unequal("", has, should)]


def _allocation(papers: Papers, name: str, wanted: Books) -> list[str]:
	"""A5: the amounts shown follow the order. A cancelled order's keep showing what it was."""
	order, allocation = papers.orders.get(name), papers.allocations[name]
	if order is None:
		return [f"{name}: an allocation without its order"]
	if order.docstatus == 2:
		return []
	shared = wanted.orders[name]
	own = papers.shares.get(allocation.name, [])
	has = {"order": number(allocation.order_amount) * CENTS, "shares": number(allocation.allocated_total) * CENTS,
		"rest": number(allocation.remainder_amount) * CENTS,
		**{share.sales_person: number(share.allocated_amount) * CENTS for share in own}}  # fmt: skip
	should = {"order": shared.worth, "shares": sum(shared.shares),
		"rest": max(0, shared.worth - sum(shared.shares)) if shared.worth >= 0 else shared.worth - sum(shared.shares),
		**{share.sales_person: cents for share, cents in zip(own, shared.shares, strict=True)}}  # fmt: skip
	return [f"allocation of {name}: {line}" for line in _unequal("", has, should)]


def _conservation(papers: Papers, wanted: Books) -> list[str]:
	"""A4: what a target that stands for everyone holds of an order, and nobody's part, are its worth."""
	held = defaultdict(Fraction)
	everyone = [name for name, target in papers.targets.items() if target.title == EVERYONE]
	for row in rows("SELECT sales_target, sales_order, amount FROM `tabSales Target Entry`"):
		if row.sales_target in everyone:
			held[row.sales_target, row.sales_order] += number(row.amount) * CENTS
	found = []
	for target in everyone:
		for name, shared in wanted.orders.items():
			if (
				not shared.counts
				or shared.overlay
				or not sees(papers, papers.targets[target], papers.orders[name])
			):
				continue
			if held[target, name] + shared.nobodys != shared.worth:
				found.append(
					f"conservation of {name}: {held[target, name]} + {shared.nobodys} is not {shared.worth}"
				)
	return found


#: The title of a target that every seller and every order of its company and year falls under.
EVERYONE = "Everyone"
