"""Facts for the engine, read from ERPNext's tables.

Two readers of the same facts: one for the order being saved, which reads as little as it can, and one
for many orders at once.
"""

from __future__ import annotations

import json
from calendar import month_name
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import cint, getdate

from sales_extensions import current
from sales_extensions.engine import (
	Allocation,
	AmountBasis,
	ClosedCredit,
	CountOn,
	Frozen,
	Member,
	Order,
	OrderLine,
	Pin,
	Policy,
	Share,
	Target,
	TeamMember,
	Trees,
	UpsellCharge,
	allocation_name,
)
from sales_extensions.engine.amounts import row_part
from sales_extensions.engine.facts import Measure
from sales_extensions.engine.frozen import SELLER, policy_kept
from sales_extensions.engine.money import to_decimal

from . import pins

if TYPE_CHECKING:
	from frappe.model.document import Document

NAMES = tuple[str, ...]
#: January is the first; in English, as the table has them
MONTHS = tuple(month_name)


# --- policy and currency ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
	"""What Sales Extensions Settings decide for an event."""

	policy: Policy
	#: the credit of each charge is followed
	tracks_upsell: bool
	#: it is, or once was: there may be credits, whose amounts are followed though no new ones are made
	has_upsells: bool
	#: for how long after a document was submitted or sent its author is still writing it (ADR 8)
	upsell_grace: timedelta
	#: who made the quotation has sold the order that came of it (H1)
	credits_quotation_maker: bool = True
	#: what there are or were targets for, besides orders: only then are deliveries and invoices looked at
	measures: frozenset[str] = frozenset()


def policy(*, current_read: bool = False) -> Policy:
	"""The policies of the settings alone."""
	return settings(current_read=current_read).policy


def settings(*, current_read: bool = False) -> Settings:
	"""The settings as they stand (T8, U1); what was never saved has its default.

	From the table, not from the cache that all requests share: what counts must be what this transaction
	sees, and what it saved must not be seen by others before it is committed.
	"""
	return settings_from(
		dict(
			current.sql(
				f"""SELECT field, value FROM `tabSingles` WHERE doctype = 'Sales Extensions Settings'
				{"LOCK IN SHARE MODE" if current_read else ""}""",
				when=current_read,
			)
		)
	)


def settings_from(saved: Mapping[str, str]) -> Settings:
	"""The settings, from what the table has of them."""
	return Settings(
		policy=Policy(
			count_on=saved.get("count_orders_on") or CountOn.SUBMIT,
			basis=saved.get("order_amount_basis") or AmountBasis.GRAND_TOTAL,
			closed=saved.get("closed_order_credit") or ClosedCredit.SHARE,
			overlay_allowed=bool(cint(saved.get("allow_overlay_allocation"))),
		),
		tracks_upsell=bool(cint(saved.get("enable_upsell_tracking"))),
		has_upsells=bool(saved.get("upsell_tracked_since")),
		upsell_grace=timedelta(hours=_saved_or(saved, "upsell_grace_hours", DEFAULT_GRACE_HOURS)),
		credits_quotation_maker=bool(_saved_or(saved, "credit_quotation_maker", 1)),
		measures=frozenset(measure for field, measure in MEASURED.items() if cint(saved.get(field))),
	)


#: The settings that say what there are or were targets for. They are kept by the targets.
MEASURED = {
	"delivered_targets": Measure.DELIVERED,
	"invoiced_targets": Measure.INVOICED,
	"paid_targets": Measure.PAID,
}


#: What was never saved is a day.
DEFAULT_GRACE_HOURS = 24


def _saved_or(saved: Mapping[str, str], field: str, default: int) -> int:
	return default if saved.get(field) in (None, "") else cint(saved[field])


def currency_of(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency") or ""


#: The fields of an order that a figure is made of, in company currency.
AMOUNTS = (
	("Sales Order", "base_grand_total"), ("Sales Order", "base_net_total"),
	("Sales Order Item", "base_net_amount"),
)  # fmt: skip


def precision() -> int:
	"""Decimals of every figure: those that ERPNext keeps in the order's own fields, whatever the currency.

	So nothing that an order says is rounded away, and targets are the sums of their orders.
	"""
	return max(frappe.get_precision(doctype, fieldname) for doctype, fieldname in AMOUNTS)


# --- one order ----------------------------------------------------------------------------------


def order_from_doc(doc: Document) -> Order:
	"""The facts of a Sales Order in memory, with who sold it as far as that is decided, or else its owner's seller."""
	order = order_being_saved(doc)
	if order.team:
		return order
	pin = pins.load((order.name,)).get(order.name)
	return replace(order, pin=pin, owner_seller=None if pin else seller_of_user(doc.owner))


def order_being_saved(doc: Document) -> Order:
	"""The facts of a Sales Order in memory, as it is about to be committed; not who sold it where it has no Sales Team."""
	currency = currency_of(doc.company)
	team = tuple(
		TeamMember(row.sales_person, to_decimal(row.allocated_percentage)) for row in doc.sales_team or ()
	)
	return Order(
		name=doc.name,
		company=doc.company,
		posting_date=getdate(doc.transaction_date),
		docstatus=cint(doc.docstatus),
		status=doc.status or "",
		grand_total=to_decimal(doc.base_grand_total),
		net_total=to_decimal(doc.base_net_total),
		currency=currency,
		precision=precision(),
		per_delivered=to_decimal(doc.per_delivered),
		per_billed=to_decimal(doc.per_billed),
		territory=doc.territory,
		customer_group=doc.customer_group,
		team=team,
		owner=doc.owner,
		lines=_lines(_line_of_row(row, closed=doc.status == "Closed") for row in doc.items or ()),
	)


def order_as_committed(name: str) -> Order:
	"""The facts of a Sales Order by locking reads: newer than what this transaction may have read before.

	Not the whole document: that would lock seven tables where two tell, and scan those that are small.
	"""
	owner = current.sql("SELECT owner FROM `tabSales Order` WHERE name = %s FOR UPDATE", name)
	if not owner:
		frappe.throw(_("Sales Order {0} is no more.").format(name), frappe.DoesNotExistError)
	sellers = sellers_of_users(owner[0])
	return load_orders(
		(name,), with_lines=True, with_upsells=False, owner_sellers=sellers, current_read=True
	)[name]


#: of an item row: its group, its net amount in company currency, and the part of it that was delivered or billed
Line = tuple[str | None, object, Fraction | None]


def _lines(rows: Iterable[Line]) -> tuple[OrderLine, ...]:
	"""Item rows summed by item group, in a fixed order, so that how rows are split changes no cent."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	done: dict[str, Fraction | None] = defaultdict(Fraction)
	for item_group, amount, part in rows:
		group, amount = item_group or "", to_decimal(amount)
		sums[group] += amount
		done[group] = None if part is None else done[group] + Fraction(amount) * part
	return tuple(OrderLine(group, sums[group], done[group]) for group in sorted(sums))


def _line_of_row(row: Document, *, closed: bool) -> Line:
	part = _part_done(*(row.get(fieldname) for fieldname in PROGRESS)) if closed else None
	return row.item_group, row.base_net_amount, part


#: Of an item row: what was ordered and delivered, and what that comes to and was billed, in the order's currency.
PROGRESS = ("qty", "delivered_qty", "amount", "billed_amt")


def _part_done(*progress: object) -> Fraction:
	return row_part(*map(to_decimal, progress))


def seller_of_user(user: str) -> str | None:
	"""The Sales Person behind a user: the one whose Employee has this user (A1)."""
	return sellers_of_users([user]).get(user)


def path_of_user(user: str) -> tuple[str, ...]:
	"""The Sales Person behind a user and the groups above them as they are today, nearest first. Empty for who is none."""
	rows = frappe.db.sql(
		"""SELECT person.name, above.name FROM `tabEmployee` employee
		JOIN `tabSales Person` person ON person.employee = employee.name
		JOIN `tabSales Person` above ON above.lft <= person.lft AND above.rgt >= person.rgt
		WHERE employee.user_id = %s ORDER BY person.name, above.lft DESC""",
		user,
	)
	return tuple(above for person, above in rows if person == rows[0][0])  # of several, the first by name


def sellers_of_users(users: Collection[str] | None = None) -> dict[str, str]:
	person, employee = frappe.qb.DocType("Sales Person"), frappe.qb.DocType("Employee")
	query = (
		frappe.qb.from_(person)
		.join(employee)
		.on(employee.name == person.employee)
		.select(employee.user_id, person.name)
		.where(employee.user_id.isnotnull())
		.orderby(person.name, order=frappe.qb.desc)
	)
	if users is not None:
		query = query.where(employee.user_id.isin(list(users)))
	return dict(query.run())  # of several, the first by name stays


# --- many orders --------------------------------------------------------------------------------

ORDER_COLUMNS = (
	"name, company, transaction_date, docstatus, status, base_grand_total, base_net_total, "
	"per_delivered, per_billed, territory, customer_group, owner"
)


def load_orders(
	names: NAMES,
	*,
	with_lines: bool,
	with_upsells: bool,
	owner_sellers: dict[str, str],
	current_read: bool = False,
) -> dict[str, Order]:
	"""The facts of the orders that exist among `names`. A deleted one is missing."""
	if not names:
		return {}
	rows = current.sql(
		f"""SELECT {ORDER_COLUMNS} FROM `tabSales Order` {"FORCE INDEX (PRIMARY)" if current_read else ""}
		WHERE name IN %(names)s {"FOR UPDATE" if current_read else ""}""",
		{"names": names},
		when=current_read,
	)
	teams = _load_teams(names, current_read)
	sold = pins.load([name for name in names if name not in teams], current_read=current_read)
	closed = {row[0] for row in rows if row[4] == "Closed"}
	lines = _load_lines(names if with_lines else tuple(closed), closed, current_read)
	upsells = load_upsells(names) if with_upsells else {}
	currencies = {company: currency_of(company) for company in {row[1] for row in rows}}
	decimals = precision()
	orders = {}
	for row in rows:
		name, company, date, docstatus, status, grand, net, delivered, billed, territory, group, owner = row
		team = teams.get(name, ())
		currency = currencies[company]
		orders[name] = Order(
			name=name,
			company=company,
			posting_date=date,
			docstatus=docstatus,
			status=status or "",
			grand_total=to_decimal(grand),
			net_total=to_decimal(net),
			currency=currency,
			precision=decimals,
			per_delivered=to_decimal(delivered),
			per_billed=to_decimal(billed),
			territory=territory,
			customer_group=group,
			team=team,
			owner=owner,
			owner_seller=None if team or name in sold else owner_sellers.get(owner),
			pin=sold.get(name),
			lines=lines.get(name, ()),
			upsells=upsells.get(name, ()),
		)
	return orders


def load_upsells(
	orders: Collection[str], *, current_read: bool = False
) -> Mapping[str, tuple[UpsellCharge, ...]]:
	"""The charges of orders that count as upsells and whose user has a Sales Person, in row order (U11)."""
	if not orders:
		return {}
	found: dict[str, list[UpsellCharge]] = defaultdict(list)
	progress = ", ".join(f"i.{column}" for column in PROGRESS)
	for order, seller, group, amount, charge, user, row, *done in current.sql(
		f"""SELECT c.voucher_no, c.sales_person, c.item_group, {UPSELL_AMOUNT}, c.charge_name,
			c.credit_assigned_to, i.name, {progress}
		FROM `tabUpsell Credit` c {"FORCE INDEX (voucher)" if current_read else ""}
		LEFT JOIN `tabSales Order Item` i FORCE INDEX (PRIMARY) ON i.name = c.voucher_row
		WHERE c.voucher_type = 'Sales Order' AND c.voucher_no IN %(orders)s
			AND {IS_UPSELL} AND c.is_removed = 0 AND c.sales_person IS NOT NULL
		ORDER BY c.charge_idx, c.name {"LOCK IN SHARE MODE" if current_read else ""}""",
		{"orders": tuple(orders)},
		when=current_read,
	):
		part = _part_done(*done) if row else None
		found[order].append(UpsellCharge(seller, group or "", to_decimal(amount), charge or "", user, part))
	return {order: tuple(charges) for order, charges in found.items()}


#: Of a credit `c`: whether its charge counts as an upsell, and what it brings in company currency. Of a row of which a
#: part was sold before, only what is more.
IS_UPSELL = "(c.is_upsell = 1 AND (c.qty_before = 0 OR c.qty > c.qty_before))"
UPSELL_AMOUNT = f"""IF({IS_UPSELL},
	ROUND(c.base_subtotal * IF(c.qty_before = 0, 1, (c.qty - c.qty_before) / c.qty), 9), 0)"""


def _load_teams(names: NAMES, current_read: bool) -> dict[str, tuple[TeamMember, ...]]:
	rows = current.sql(
		f"""SELECT parent, sales_person, allocated_percentage
		FROM `tabSales Team` {"FORCE INDEX (parent)" if current_read else ""}
		WHERE parent IN %(names)s AND parenttype = 'Sales Order'
		ORDER BY parent, idx {"LOCK IN SHARE MODE" if current_read else ""}""",
		{"names": names},
		when=current_read,
	)
	teams: dict[str, list[TeamMember]] = defaultdict(list)
	for parent, seller, percentage in rows:
		teams[parent].append(TeamMember(seller, to_decimal(percentage)))
	return {parent: tuple(team) for parent, team in teams.items()}


def _load_lines(
	names: NAMES, closed: Collection[str], current_read: bool
) -> dict[str, tuple[OrderLine, ...]]:
	"""Of the closed ones with what was delivered or billed of each row (M6)."""
	if not names:
		return {}
	rows = current.sql(
		f"""SELECT parent, item_group, base_net_amount, {", ".join(PROGRESS)}
		FROM `tabSales Order Item` {"FORCE INDEX (parent)" if current_read else ""}
		WHERE parent IN %(names)s AND parenttype = 'Sales Order'
		{"LOCK IN SHARE MODE" if current_read else ""}""",
		{"names": names},
		when=current_read,
	)
	by_order = defaultdict(list)
	for parent, item_group, amount, *progress in rows:
		part = _part_done(*progress) if parent in closed else None
		by_order[parent].append((item_group, amount, part))
	return {parent: _lines(pairs) for parent, pairs in by_order.items()}


# --- allocations --------------------------------------------------------------------------------

ALLOCATION_COLUMNS = (
	"a.sales_order, a.remainder_to, a.overlay, s.sales_person, s.basis, s.percentage, s.fixed_amount"
)


def load_allocations(orders: NAMES, *, current_read: bool = False) -> dict[str, Allocation]:
	"""The Order Allocation of each order that has one, found by the name that it has by its order."""
	if not orders:
		return {}
	return _allocations(
		current.sql(
			f"""SELECT {ALLOCATION_COLUMNS}
			FROM `tabOrder Allocation` a JOIN `tabOrder Allocation Share` s FORCE INDEX (parent)
				ON s.parent = a.name AND s.parenttype = 'Order Allocation'
			WHERE a.name IN %(names)s ORDER BY a.name, s.idx {"FOR UPDATE" if current_read else ""}""",
			{"names": tuple(allocation_name(order) for order in orders)},
			when=current_read,
		)
	)


def allocation_and_state(order: str) -> tuple[Allocation | None, int, Pin | None]:
	"""An order's allocation, the version of its state and who sold it, as one plain read shows them."""
	state = ", ".join(f"state.{column}" for column in ("version", *pins.COLUMNS))
	rows = frappe.db.sql(
		f"""SELECT {ALLOCATION_COLUMNS}, {state}
		FROM (SELECT %(order)s AS name) wanted
		LEFT JOIN `tabOrder Credit State` state ON state.name = wanted.name
		LEFT JOIN `tabOrder Allocation` a ON a.name = %(allocation)s
		LEFT JOIN `tabOrder Allocation Share` s ON s.parent = a.name AND s.parenttype = 'Order Allocation'
		ORDER BY s.idx""",
		{"order": order, "allocation": allocation_name(order)},
	)
	own = len(pins.COLUMNS) + 1
	allocation = _allocations(row[:-own] for row in rows if row[0] and row[3]).get(order)
	version, *pin = rows[0][-own:]
	return allocation, cint(version), pins.from_stored(*pin)


def _allocations(rows: Iterable[tuple]) -> dict[str, Allocation]:
	by_order: dict[str, list[tuple]] = defaultdict(list)
	for row in rows:
		by_order[row[0]].append(row)
	return {
		order: Allocation(
			name=allocation_name(order),
			shares=tuple(
				Share(seller, basis, to_decimal(percentage), to_decimal(fixed))
				for _name, _to, _overlay, seller, basis, percentage, fixed in own
			),
			remainder_to=own[0][1],
			overlay=bool(own[0][2]),
		)
		for order, own in by_order.items()
	}


def allocation_from_doc(doc: Document) -> Allocation:
	return Allocation(
		name=allocation_name(doc.sales_order),
		shares=tuple(
			Share(row.sales_person, row.basis, to_decimal(row.percentage), to_decimal(row.fixed_amount))
			for row in doc.shares
		),
		remainder_to=doc.remainder_to,
		overlay=bool(cint(doc.overlay)),
	)


# --- targets ------------------------------------------------------------------------------------

TARGET_COLUMNS = (
	"name, target_type, company, from_date, to_date, target_amount, target_count, territory, "
	"customer_group, item_group, currency, closing, measured_on"
)


def target_from_row(
	row: dict, assignees: Iterable[str], decimals: int, frozen: Frozen | None = None
) -> Target:
	"""`decimals`: as `precision` says them, asked for once for all rows of a look-up. `frozen`: what decides, if closed."""
	currency = row.currency or currency_of(row.company)
	return Target(
		name=row.name,
		target_type=row.target_type,
		company=row.company,
		from_date=getdate(row.from_date) if row.from_date else None,
		to_date=getdate(row.to_date) if row.to_date else None,
		assignees=tuple(assignees),
		target_amount=to_decimal(row.target_amount),
		target_count=cint(row.target_count),
		territory=row.territory or None,
		customer_group=row.customer_group or None,
		item_group=row.item_group or None,
		currency=currency,
		precision=decimals,
		measured_on=row.measured_on or Measure.ORDERED,
		closing=row.closing or "",
		frozen=frozen,
	)


def target_from_doc(doc: Document) -> Target:
	return target_from_row(doc, (row.sales_person for row in doc.assignees), precision())


def load_targets(names: Collection[str]) -> dict[str, Target]:
	"""Definitions with all their assignees, in row order; of closed ones with what they decide by."""
	if not names:
		return {}
	rows = frappe.db.sql(
		f"SELECT {TARGET_COLUMNS}, closed_with FROM `tabSales Target` WHERE name IN %(names)s",
		{"names": tuple(names)},
		as_dict=True,
	)
	assignees, decimals, frozen = assignees_of(names), precision(), _frozen(rows)
	return {
		row.name: target_from_row(row, assignees[row.name], decimals, frozen.get(row.name)) for row in rows
	}


def _frozen(rows: Iterable[dict]) -> dict[str, Frozen]:
	"""Of the closed ones of these rows."""
	kept = {row.name: row.closed_with for row in rows if row.closing}
	members: dict[str, list[Member]] = {name: [] for name in kept}
	if kept:
		for target, *member in frappe.db.sql(
			"""SELECT sales_target, member_type, member, above, from_date, to_date FROM `tabSales Target Member`
			WHERE sales_target IN %(names)s""",
			{"names": tuple(kept)},
		):
			members[target].append(Member(*member))
	return {name: _as_closed(closed_with, members[name]) for name, closed_with in kept.items()}


def _as_closed(closed_with: str | None, members: Iterable[Member]) -> Frozen:
	"""By which a closed target counts: as `ledger.closing` keeps it, in JSON."""
	kept = json.loads(closed_with or "{}")
	return Frozen(policy_kept(kept.get("policy") or {}), tuple(members), kept.get("precision") or precision())


def months_of_closed(closed_with: str | None) -> dict[int, Decimal] | None:
	"""Its Monthly Distribution as it was, by number of month; None where it had none."""
	kept = json.loads(closed_with or "{}").get("months")
	return None if kept is None else {int(month): to_decimal(part) for month, part in kept.items()}


def assignees_of(targets: Collection[str]) -> dict[str, list[str]]:
	"""Each target's sellers and groups, in row order."""
	found: dict[str, list[str]] = {name: [] for name in targets}
	for parent, seller in frappe.db.sql(
		"""SELECT parent, sales_person FROM `tabSales Target Assignee`
		WHERE parent IN %(names)s AND parenttype = 'Sales Target' ORDER BY parent, idx""",
		{"names": tuple(targets) or ("",)},
	):
		found[parent].append(seller)
	return found


def distributions(names: Iterable[str | None]) -> dict[str, dict[int, Decimal]]:
	"""Monthly Distributions, each by number of month. A target that has none is evenly by day, and has none here."""
	found: dict[str, dict[int, Decimal]] = {name: {} for name in names if name}
	if not found:
		return {}
	for parent, month, percentage in frappe.db.sql(
		"""SELECT parent, month, percentage_allocation FROM `tabMonthly Distribution Percentage`
		WHERE parent IN %(names)s AND parenttype = 'Monthly Distribution' ORDER BY parent, idx""",
		{"names": tuple(found)},
	):
		found[parent][MONTHS.index(month)] = to_decimal(percentage)
	return found


def candidates(
	order: Order, sellers: NAMES, *, measure: str = Measure.ORDERED, current_read: bool = False
) -> tuple[dict[str, Target], Trees, dict[str, tuple]]:
	"""Targets that may count the order, or the document, for one of `sellers`, the trees needed to decide, and the stamp
	that each target had when it was read.

	One indexed look-up by seller, company and date: what it costs does not grow with other targets.
	The query only narrows; the engine decides.
	"""
	if not sellers:
		return {}, Trees(), {}
	columns = ", ".join(f"t.{column}" for column in TARGET_COLUMNS.split(", "))
	hold = "FOR UPDATE" if current_read else ""
	rows = current.sql(
		f"""SELECT {columns}, t.closed_with, t.modified, t.ledger_stamp, hit.assignee, hit.seller,
			{_is_within("Territory", "territory", current_read)} AS in_territory,
			{_is_within("Customer Group", "customer_group", current_read)} AS in_customer_group
		FROM (
			(SELECT hit.parent, hit.idx, hit.sales_person AS assignee, seller.sales_person AS seller, 0 AS was_kept
			FROM `tabSales Person Standing` seller FORCE INDEX (seller_days)
			STRAIGHT_JOIN `tabSales Target Assignee` hit FORCE INDEX (seller_period)
				ON hit.sales_person = seller.above AND hit.company = %(company)s
				AND hit.from_date <= %(date)s AND hit.to_date >= %(date)s AND hit.parenttype = 'Sales Target'
			WHERE seller.sales_person IN %(sellers)s AND seller.from_date <= %(date)s
				AND seller.to_date >= %(date)s {hold})
			UNION ALL
			(SELECT sales_target, 0, above, member, 1 FROM `tabSales Target Member` FORCE INDEX (member_period)
			WHERE member_type = 'Sales Person' AND member IN %(sellers)s AND company = %(company)s
				AND from_date <= %(date)s AND to_date >= %(date)s {hold})
		) hit
		STRAIGHT_JOIN `tabSales Target` t FORCE INDEX (PRIMARY) ON t.name = hit.parent
		WHERE hit.was_kept = (t.period_status = 'Closed') AND t.measured_on = %(measure)s
		ORDER BY hit.parent, hit.idx {hold}""",
		{
			"company": order.company, "date": order.posting_date, "sellers": sellers,
			"territory": order.territory, "customer_group": order.customer_group, "measure": str(measure),
		},
		when=current_read,
		as_dict=True,
	)  # fmt: skip
	by_target: dict[str, dict] = {}
	assignees: dict[str, dict[str, None]] = defaultdict(dict)
	for row in rows:
		by_target[row.name] = row
		assignees[row.name][row.assignee] = None
	decimals, frozen = precision(), _frozen_for(order, rows, current_read)
	targets = {
		name: target_from_row(row, assignees[name], decimals, frozen.get(name))
		for name, row in by_target.items()
	}
	stamps = {name: (cint(row.ledger_stamp), row.modified) for name, row in by_target.items()}
	return targets, _trees_of_order(order, [row for row in rows if not row.closing]), stamps


def _is_within(doctype: str, field: str, current_read: bool = False) -> str:
	"""SQL for whether the order's place in a tree lies within the target's; false for a target without.

	Of a closed target as the tree was then, else as it is.
	"""
	return f"""IF(hit.was_kept,
		EXISTS (SELECT 1 FROM `tabSales Target Member` place FORCE INDEX (member_period)
			WHERE place.member_type = '{doctype}' AND place.member = %({field})s AND place.sales_target = t.name {"LOCK IN SHARE MODE" if current_read else ""}),
		EXISTS (SELECT 1 FROM `tab{doctype}` wanted JOIN `tab{doctype}` own
			ON own.lft >= wanted.lft AND own.rgt <= wanted.rgt
			WHERE wanted.name = t.{field} AND own.name = %({field})s))"""


def _frozen_for(order: Order, rows: Iterable[dict], current_read: bool = False) -> dict[str, Frozen]:
	"""Of the closed targets of these rows what an order asks them for."""
	closed = [row for row in rows if row.closing]
	members: dict[str, list[Member]] = {row.name: [] for row in closed}
	for row in closed:
		members[row.name].append(Member(SELLER, row.seller, row.assignee))
		if row.in_territory:
			members[row.name].append(Member("Territory", order.territory, row.territory))
		if row.in_customer_group:
			members[row.name].append(Member("Customer Group", order.customer_group, row.customer_group))
	for target, *member in _item_groups_in(
		{row.name for row in closed if row.item_group}, order, current_read
	):
		members[target].append(Member("Item Group", *member))
	return {row.name: _as_closed(row.closed_with, members[row.name]) for row in closed}


def _item_groups_in(
	targets: Collection[str], order: Order, current_read: bool = False
) -> Iterable[tuple[str, str, str]]:
	"""Closed target, item group of the order, and the one of the target above it."""
	groups = {*(line.item_group for line in order.lines), *(one.item_group for one in order.upsells)} - {""}
	if not targets or not groups:
		return ()
	return current.sql(
		f"""SELECT sales_target, member, above FROM `tabSales Target Member` FORCE INDEX (member_period)
		WHERE member_type = 'Item Group' AND member IN %(groups)s AND sales_target IN %(targets)s
		{"LOCK IN SHARE MODE" if current_read else ""}""",
		{"groups": tuple(groups), "targets": tuple(targets)},
		when=current_read,
	)


def _trees_of_order(order: Order, rows: Iterable[dict]) -> Trees:
	"""Of each tree only the branch that the targets ask about; most targets have none."""
	sellers: dict[str, set[str]] = defaultdict(set)
	for row in rows:
		sellers[row.seller].add(row.assignee)
	groups = {line.item_group for line in order.lines} if any(row.item_group for row in rows) else set()
	return Trees(
		sellers={seller: frozenset(above) for seller, above in sellers.items()},
		territories={order.territory: frozenset(row.territory for row in rows if row.in_territory)},
		customer_groups={
			order.customer_group: frozenset(row.customer_group for row in rows if row.in_customer_group)
		},
		item_groups=ancestors("Item Group", groups - {""}),
	)


def ancestors(doctype: str, names: Collection[str] | None = None) -> dict[str, frozenset[str]]:
	"""For each name of a tree, itself and every group above it."""
	if names is not None and not names:
		return {}
	rows = frappe.db.sql(
		f"""SELECT own.name, above.name FROM `tab{doctype}` own
		JOIN `tab{doctype}` above ON above.lft <= own.lft AND above.rgt >= own.rgt
		{"WHERE own.name IN %(names)s" if names else ""}""",
		{"names": tuple(names or ())},
	)
	found: dict[str, set[str]] = defaultdict(set)
	for name, group in rows:
		found[name].add(group)
	return {name: frozenset(groups) for name, groups in found.items()}


def whole_trees(targets: Collection[Target]) -> Trees:
	"""The trees for many orders; those that no target filters by are left out. That of sellers is of the day of each
	order, and is left to the caller.
	"""
	return Trees(
		territories=ancestors("Territory") if any(t.territory for t in targets) else {},
		customer_groups=ancestors("Customer Group") if any(t.customer_group for t in targets) else {},
		item_groups=ancestors("Item Group") if any(t.item_group for t in targets) else {},
	)
