"""Facts for the engine, read from ERPNext's tables.

Two readers of the same facts: one for the order being saved, which reads as little as it can, and one
for many orders at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import cint, get_number_format_info, getdate

from sales_extensions.engine import (
	Allocation,
	AmountBasis,
	ClosedCredit,
	CountOn,
	Order,
	OrderLine,
	Policy,
	Share,
	Target,
	TeamMember,
	Trees,
	UpsellCharge,
)
from sales_extensions.engine.money import to_decimal

if TYPE_CHECKING:
	from frappe.model.document import Document

NAMES = tuple[str, ...]


# --- policy and currency ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
	"""What Sales Extensions Settings decide for an event."""

	policy: Policy
	#: the credit of each charge is followed
	tracks_upsell: bool
	#: it is, or once was: there may be upsells
	has_upsells: bool


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
			frappe.db.sql(
				f"""SELECT field, value FROM `tabSingles` WHERE doctype = 'Sales Extensions Settings'
				{"LOCK IN SHARE MODE" if current_read else ""}"""
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
	)


def currency_of(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency") or ""


def precision_of(currency: str) -> int:
	"""Decimals of a currency: the site's Currency Precision, or else the currency's own number format."""
	site = frappe.db.get_default("currency_precision")
	if site not in (None, ""):
		return cint(site)
	number_format = currency and frappe.get_cached_value("Currency", currency, "number_format")
	return get_number_format_info(number_format)[2] if number_format else 2


# --- one order ----------------------------------------------------------------------------------


def order_from_doc(doc: Document) -> Order:
	"""The facts of a Sales Order in memory, as it is about to be committed."""
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
		precision=precision_of(currency),
		per_delivered=to_decimal(doc.per_delivered),
		per_billed=to_decimal(doc.per_billed),
		territory=doc.territory,
		customer_group=doc.customer_group,
		team=team,
		owner=doc.owner,
		owner_seller=None if team else seller_of_user(doc.owner),
		lines=_lines((row.item_group, row.base_net_amount) for row in doc.items or ()),
	)


def order_as_committed(name: str) -> Order:
	"""The facts of a Sales Order by locking reads: newer than what this transaction may have read before.

	Not the whole document: that would lock seven tables where two tell, and scan those that are small.
	"""
	owner = frappe.db.get_value("Sales Order", name, "owner", for_update=True)
	if owner is None:
		frappe.throw(_("Sales Order {0} is no more.").format(name), frappe.DoesNotExistError)
	sellers = sellers_of_users([owner])
	return load_orders(
		(name,), with_lines=True, with_upsells=False, owner_sellers=sellers, current_read=True
	)[name]


def _lines(rows: Iterable[tuple[str | None, object]]) -> tuple[OrderLine, ...]:
	"""Item rows summed by item group, in a fixed order, so that how rows are split changes no cent."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for item_group, amount in rows:
		sums[item_group or ""] += to_decimal(amount)
	return tuple(OrderLine(group, sums[group]) for group in sorted(sums))


def seller_of_user(user: str) -> str | None:
	"""The Sales Person behind a user: the one whose Employee has this user (A1)."""
	return sellers_of_users([user]).get(user)


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
	rows = frappe.db.sql(
		f"""SELECT {ORDER_COLUMNS} FROM `tabSales Order` {"FORCE INDEX (PRIMARY)" if current_read else ""}
		WHERE name IN %(names)s {"FOR UPDATE" if current_read else ""}""",
		{"names": names},
	)
	teams = _load_teams(names, current_read)
	lines = _load_lines(names, current_read) if with_lines else {}
	upsells = load_upsells(names) if with_upsells else {}
	currencies = {company: currency_of(company) for company in {row[1] for row in rows}}
	precisions = {currency: precision_of(currency) for currency in set(currencies.values())}
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
			precision=precisions[currency],
			per_delivered=to_decimal(delivered),
			per_billed=to_decimal(billed),
			territory=territory,
			customer_group=group,
			team=team,
			owner=owner,
			owner_seller=None if team else owner_sellers.get(owner),
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
	for order, seller, group, amount, charge, user in frappe.db.sql(
		f"""SELECT voucher_no, sales_person, item_group, base_subtotal, charge_name, credit_assigned_to
		FROM `tabUpsell Credit` {"FORCE INDEX (voucher)" if current_read else ""}
		WHERE voucher_type = 'Sales Order' AND voucher_no IN %(orders)s
			AND is_upsell = 1 AND is_removed = 0 AND sales_person IS NOT NULL
		ORDER BY charge_idx, name {"LOCK IN SHARE MODE" if current_read else ""}""",
		{"orders": tuple(orders)},
	):
		found[order].append(UpsellCharge(seller, group or "", to_decimal(amount), charge or "", user))
	return {order: tuple(charges) for order, charges in found.items()}


def _load_teams(names: NAMES, current_read: bool) -> dict[str, tuple[TeamMember, ...]]:
	rows = frappe.db.sql(
		f"""SELECT parent, sales_person, allocated_percentage
		FROM `tabSales Team` {"FORCE INDEX (parent)" if current_read else ""}
		WHERE parent IN %(names)s AND parenttype = 'Sales Order'
		ORDER BY parent, idx {"LOCK IN SHARE MODE" if current_read else ""}""",
		{"names": names},
	)
	teams: dict[str, list[TeamMember]] = defaultdict(list)
	for parent, seller, percentage in rows:
		teams[parent].append(TeamMember(seller, to_decimal(percentage)))
	return {parent: tuple(team) for parent, team in teams.items()}


def _load_lines(names: NAMES, current_read: bool) -> dict[str, tuple[OrderLine, ...]]:
	rows = frappe.db.sql(
		f"""SELECT parent, item_group, base_net_amount
		FROM `tabSales Order Item` {"FORCE INDEX (parent)" if current_read else ""}
		WHERE parent IN %(names)s AND parenttype = 'Sales Order'
		{"LOCK IN SHARE MODE" if current_read else ""}""",
		{"names": names},
	)
	by_order = defaultdict(list)
	for parent, item_group, amount in rows:
		by_order[parent].append((item_group, amount))
	return {parent: _lines(pairs) for parent, pairs in by_order.items()}


# --- allocations --------------------------------------------------------------------------------

ALLOCATION_COLUMNS = (
	"a.name, a.remainder_to, a.overlay, s.sales_person, s.basis, s.percentage, s.fixed_amount"
)


def load_allocations(orders: NAMES, *, current_read: bool = False) -> dict[str, Allocation]:
	"""The Order Allocation of each order that has one. An allocation has the name of its order."""
	if not orders:
		return {}
	return _allocations(
		frappe.db.sql(
			f"""SELECT {ALLOCATION_COLUMNS}
			FROM `tabOrder Allocation` a JOIN `tabOrder Allocation Share` s FORCE INDEX (parent)
				ON s.parent = a.name AND s.parenttype = 'Order Allocation'
			WHERE a.name IN %(orders)s ORDER BY a.name, s.idx {"FOR UPDATE" if current_read else ""}""",
			{"orders": orders},
		)
	)


def allocation_and_version(order: str) -> tuple[Allocation | None, int]:
	"""An order's allocation, and the version of its state, as one plain read shows them."""
	rows = frappe.db.sql(
		f"""SELECT {ALLOCATION_COLUMNS}, state.version
		FROM (SELECT %(order)s AS name) wanted
		LEFT JOIN `tabOrder Credit State` state ON state.name = wanted.name
		LEFT JOIN `tabOrder Allocation` a ON a.name = wanted.name
		LEFT JOIN `tabOrder Allocation Share` s ON s.parent = a.name AND s.parenttype = 'Order Allocation'
		ORDER BY s.idx""",
		{"order": order},
	)
	return _allocations(row[:-1] for row in rows if row[0] and row[3]).get(order), cint(rows[0][-1])


def _allocations(rows: Iterable[tuple]) -> dict[str, Allocation]:
	by_order: dict[str, list[tuple]] = defaultdict(list)
	for row in rows:
		by_order[row[0]].append(row)
	return {
		order: Allocation(
			name=order,
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
		name=doc.sales_order,
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
	"customer_group, item_group, currency"
)


def target_from_row(row: dict, assignees: Iterable[str]) -> Target:
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
		precision=precision_of(currency),
	)


def target_from_doc(doc: Document) -> Target:
	return target_from_row(doc, (row.sales_person for row in doc.assignees))


def load_targets(names: Collection[str]) -> dict[str, Target]:
	"""Definitions with all their assignees, in row order."""
	if not names:
		return {}
	rows = frappe.db.sql(
		f"SELECT {TARGET_COLUMNS} FROM `tabSales Target` WHERE name IN %(names)s",
		{"names": tuple(names)},
		as_dict=True,
	)
	assignees = defaultdict(list)
	for parent, seller in frappe.db.sql(
		"""SELECT parent, sales_person FROM `tabSales Target Assignee`
		WHERE parent IN %(names)s AND parenttype = 'Sales Target' ORDER BY parent, idx""",
		{"names": tuple(names)},
	):
		assignees[parent].append(seller)
	return {row.name: target_from_row(row, assignees[row.name]) for row in rows}


def candidates(
	order: Order, sellers: NAMES, *, current_read: bool = False
) -> tuple[dict[str, Target], Trees, dict[str, tuple]]:
	"""Targets that may count the order for one of `sellers`, the trees needed to decide, and the stamp
	that each target had when it was read.

	One indexed look-up by seller, company and date: what it costs does not grow with other targets.
	The query only narrows; the engine decides.
	"""
	if not sellers:
		return {}, Trees(), {}
	columns = ", ".join(f"t.{column}" for column in TARGET_COLUMNS.split(", "))
	rows = frappe.db.sql(
		f"""SELECT {columns}, t.modified, t.ledger_stamp, hit.sales_person AS assignee, seller.name AS seller,
			{_is_within("Territory", "territory")} AS in_territory,
			{_is_within("Customer Group", "customer_group")} AS in_customer_group
		FROM `tabSales Person` seller FORCE INDEX (PRIMARY)
		STRAIGHT_JOIN `tabSales Person` above ON above.lft <= seller.lft AND above.rgt >= seller.rgt
		STRAIGHT_JOIN `tabSales Target Assignee` hit FORCE INDEX (seller_period)
			ON hit.sales_person = above.name AND hit.company = %(company)s
			AND hit.from_date <= %(date)s AND hit.to_date >= %(date)s AND hit.parenttype = 'Sales Target'
		STRAIGHT_JOIN `tabSales Target` t FORCE INDEX (PRIMARY) ON t.name = hit.parent
		WHERE seller.name IN %(sellers)s ORDER BY hit.parent, hit.idx {"FOR UPDATE" if current_read else ""}""",
		{
			"company": order.company, "date": order.posting_date, "sellers": sellers,
			"territory": order.territory, "customer_group": order.customer_group,
		},
		as_dict=True,
	)  # fmt: skip
	by_target: dict[str, dict] = {}
	assignees: dict[str, dict[str, None]] = defaultdict(dict)
	for row in rows:
		by_target[row.name] = row
		assignees[row.name][row.assignee] = None
	targets = {name: target_from_row(row, assignees[name]) for name, row in by_target.items()}
	stamps = {name: (cint(row.ledger_stamp), row.modified) for name, row in by_target.items()}
	return targets, _trees_of_order(order, rows), stamps


def _is_within(doctype: str, field: str) -> str:
	"""SQL for whether the order's place in a tree lies within the target's; false for a target without."""
	return f"""EXISTS (SELECT 1 FROM `tab{doctype}` wanted JOIN `tab{doctype}` own
		ON own.lft >= wanted.lft AND own.rgt <= wanted.rgt
		WHERE wanted.name = t.{field} AND own.name = %({field})s)"""


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
	"""The trees for many orders; those that no target filters by are left out."""
	return Trees(
		sellers=ancestors("Sales Person"),
		territories=ancestors("Territory") if any(t.territory for t in targets) else {},
		customer_groups=ancestors("Customer Group") if any(t.customer_group for t in targets) else {},
		item_groups=ancestors("Item Group") if any(t.item_group for t in targets) else {},
	)
