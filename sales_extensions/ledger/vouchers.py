"""Facts of deliveries and invoices, read from ERPNext's tables (M1, M2, M3).

One reader for a document that is being submitted and for many at once: what is read is in the database by then.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from frappe.utils import cint, get_datetime

from sales_extensions import current
from sales_extensions.engine import Order, Pin, TeamMember
from sales_extensions.engine.amounts import SUBMITTED
from sales_extensions.engine.documents import (
	CONSOLIDATED,
	DELETED,
	DELIVERY_NOTE,
	DOCUMENTS,
	OPENING,
	POS_INVOICE,
	SALES_INVOICE,
	Deal,
	Dealt,
	Documented,
	Part,
	Voucher,
	VoucherLine,
	chained,
	times_counted,
)
from sales_extensions.engine.facts import LONGEST_NAME, SALES_ORDER, Measure
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.engine.pinning import of_owner

from . import facts, pins


class Id(NamedTuple):
	"""A document."""

	doctype: str
	name: str


class _Table(NamedTuple):
	"""Where a doctype's rows name their order and, in a return, the row that they take back; and what only it has."""

	order: str
	row: str
	header: str


#: Constants where a doctype has no such field: consolidated, opening, from stock.
TABLES = {
	DELIVERY_NOTE: _Table("against_sales_order", "dn_detail", "0, 'No', 1"),
	SALES_INVOICE: _Table("sales_order", "sales_invoice_item", "is_consolidated, is_opening, update_stock"),
	POS_INVOICE: _Table("sales_order", "pos_invoice_item", "0, is_opening, update_stock"),
}


def measures_of(doctype: str) -> frozenset[str]:
	"""For which measures documents of a doctype may count."""
	return frozenset(measure for measure, doctypes in DOCUMENTS.items() if doctype in doctypes)


def held(current_read: bool) -> str:
	return "LOCK IN SHARE MODE" if current_read else ""


def union(
	query: str, doctypes: Iterable[str], values: Mapping[str, object], current_read: bool
) -> list[tuple]:
	"""One statement for all doctypes; `query` names its tables by {doctype}, its columns by those of TABLES."""
	parts = (
		f"({query.format(doctype=doctype, **TABLES[doctype]._asdict())} {held(current_read)})"
		for doctype in doctypes
	)
	return current.sql(" UNION ALL ".join(parts), values, when=current_read)


def union_of(query: str, ids: Collection[Id], current_read: bool) -> list[tuple]:
	"""The same about documents: `query` names those of its doctype by {names}, and holds no other."""
	names = by_doctype(ids)
	values = {f"names_{number}": tuple(own) for number, own in enumerate(names.values())}
	parts = (
		f"({_filled(query, doctype, number)} {held(current_read)})" for number, doctype in enumerate(names)
	)
	return current.sql(" UNION ALL ".join(parts), values, when=current_read)


def _filled(query: str, doctype: str, number: int) -> str:
	return query.format(doctype=doctype, names=f"%(names_{number})s", **TABLES[doctype]._asdict())


# --- which documents ----------------------------------------------------------------------------


def of_orders(measure: str, orders: Collection[str], *, current_read: bool = False) -> set[Id]:
	"""The submitted documents with rows of these orders."""
	if not orders:
		return set()
	rows = union(
		"""SELECT DISTINCT '{doctype}', parent FROM `tab{doctype} Item` FORCE INDEX ({order})
		WHERE `{order}` IN %(orders)s AND docstatus = 1""",
		DOCUMENTS[measure],
		{"orders": tuple(orders)},
		current_read,
	)
	return {Id(*row) for row in rows}


def returns_of(ids: Collection[Id], *, current_read: bool = False) -> set[Id]:
	"""The submitted documents that return these."""
	if not ids:
		return set()
	query = """SELECT '{doctype}', name FROM `tab{doctype}` FORCE INDEX (return_against)
		WHERE return_against IN {names} AND docstatus = 1"""
	return {Id(*row) for row in union_of(query, ids, current_read)}


def orders_of(invoices: Collection[str]) -> set[str]:
	"""The orders that rows of these Sales Invoices came of."""
	rows = current.sql(
		"""SELECT DISTINCT sales_order FROM `tabSales Invoice Item`
		WHERE parent IN %(names)s AND parenttype = 'Sales Invoice' AND sales_order <> ''""",
		{"names": tuple(invoices)},
		when=False,
	)
	return {name for (name,) in rows}


def of_period(measure: str, targets: Collection[str]) -> list[Id]:
	"""The submitted documents that may belong in these targets, by company and days."""
	rows = union(
		"""SELECT '{doctype}', v.name FROM `tab{doctype}` v JOIN (
			SELECT company, MIN(from_date) AS from_date, MAX(to_date) AS to_date FROM `tabSales Target`
			WHERE name IN %(targets)s AND measured_on = %(measure)s GROUP BY company) period
		ON v.company = period.company AND v.posting_date BETWEEN period.from_date AND period.to_date
		WHERE v.docstatus = 1""",
		DOCUMENTS[measure],
		{"targets": tuple(targets) or ("",), "measure": str(measure)},
		False,
	)
	return [Id(*row) for row in rows]


def unlike(ids: Collection[Id], since: object) -> set[Id]:
	"""Those of these that were written to since, or their settlements, and those that are no more."""
	rows = union_of(
		"SELECT '{doctype}', name, modified FROM `tab{doctype}` WHERE name IN {names}", ids, False
	)
	as_they_were = {Id(doctype, name) for doctype, name, modified in rows if modified < get_datetime(since)}
	paid = current.sql(
		"""SELECT DISTINCT against_voucher_type, against_voucher_no FROM `tabPayment Ledger Entry`
		WHERE against_voucher_no IN %(names)s AND modified >= %(since)s""",
		{"names": tuple(id.name for id in ids), "since": since},
		when=False,
	)
	return (set(ids) - as_they_were) | ({Id(*row) for row in paid} & set(ids))


def by_doctype(ids: Iterable[Id]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = defaultdict(list)
	for doctype, name in sorted(ids):
		found[doctype].append(name)
	return found


# --- what they say ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Header:
	"""A document without its rows."""

	id: Id
	company: str
	posting_date: object
	docstatus: int
	grand_total: Decimal
	net_total: Decimal
	territory: str | None
	customer_group: str | None
	owner: str
	made: str
	is_return: bool
	return_against: str
	amended_from: str
	is_consolidated: bool
	is_opening: bool
	from_stock: bool

	@property
	def root(self) -> Id:
		return Id(self.id.doctype, self.return_against or self.id.name)

	@property
	def uncounted(self) -> str:
		return CONSOLIDATED if self.is_consolidated else OPENING if self.is_opening else ""


class _Row(NamedTuple):
	voucher: Id
	name: str
	order: str
	taken_back: str
	item_group: str
	net_amount: Decimal


@dataclass(slots=True)
class Read:
	"""Documents with their rows, as they were read."""

	headers: dict[Id, _Header] = field(default_factory=dict)
	rows: dict[Id, list[_Row]] = field(default_factory=dict)
	_made: dict[Id, Voucher] = field(default_factory=dict)

	def deal_of(self, header: _Header, row: _Row) -> Deal:
		"""Its order; of a return without one what the row has that it takes back, or else the document that is returned."""
		if row.order:
			return Deal(SALES_ORDER, row.order)
		if header.root not in self.headers or not header.is_return:
			return Deal(*header.id)
		order = self._order_taken_back(header.root, row.taken_back)
		return Deal(SALES_ORDER, order) if order else Deal(*header.root)

	def _order_taken_back(self, root: Id, row_name: str) -> str:
		rows = self.rows.get(root, [])
		for row in rows:
			if row.name == row_name:
				return row.order
		orders = {row.order for row in rows}
		return orders.pop() if len(orders) == 1 else ""

	def voucher(self, id: Id) -> Voucher:
		if id not in self._made:
			self._made[id] = self._voucher(self.headers[id])
		return self._made[id]

	def add(self, headers: Iterable[_Header], rows: Iterable[_Row]) -> None:
		"""More of them: what a return takes back may be among these."""
		self._made.clear()
		self.headers.update({one.id: one for one in headers})
		for one in rows:
			self.rows.setdefault(one.voucher, []).append(one)

	def _voucher(self, header: _Header) -> Voucher:
		id = header.id
		sums: dict[tuple[Deal, str], Decimal] = defaultdict(Decimal)
		for row in self.rows.get(id, ()):
			sums[self.deal_of(header, row), row.item_group] += row.net_amount
		return Voucher(
			voucher_type=id.doctype,
			name=id.name,
			company=header.company,
			posting_date=header.posting_date,
			docstatus=header.docstatus,
			grand_total=header.grand_total,
			net_total=header.net_total,
			lines=tuple(VoucherLine(*key, amount) for key, amount in sorted(sums.items())),
			measures=measures_of(id.doctype) - ({Measure.DELIVERED} if not header.from_stock else set()),
			made=(header.made, id.name),
			root=header.root.name if header.root in self.headers else id.name,
			is_return=header.is_return,
			currency=facts.currency_of(header.company),
			precision=facts.precision(),
			territory=header.territory,
			customer_group=header.customer_group,
			uncounted=header.uncounted,
		)


HEADER = """SELECT '{doctype}', name, company, posting_date, docstatus, base_grand_total, base_net_total, territory,
	customer_group, owner, creation, is_return, return_against, amended_from, {header}
	FROM `tab{doctype}` WHERE name IN {names}"""
ROWS = """SELECT '{doctype}', parent, name, `{order}`, `{row}`, item_group, base_net_amount
	FROM `tab{doctype} Item` FORCE INDEX (parent) WHERE parent IN {names} AND parenttype = '{doctype}'"""


def read(ids: Collection[Id], *, current_read: bool = False) -> Read:
	"""These documents, and those that they return."""
	found = Read()
	_read_more(found, ids, current_read)
	_read_more(found, {one.root for one in found.headers.values()} - found.headers.keys(), current_read)
	return found


def _read_more(found: Read, ids: Collection[Id], current_read: bool) -> None:
	if not ids:
		return
	headers = union_of(HEADER, ids, current_read)
	found.add(map(_header, headers), (_row(*row) for row in union_of(ROWS, ids, current_read)))


def _header(row: tuple) -> _Header:
	doctype, name, company, day, docstatus, grand, net, territory, group, owner, creation, *rest = row
	is_return, against, amended, consolidated, opening, stock = rest
	return _Header(
		id=Id(doctype, name),
		company=company,
		posting_date=day,
		docstatus=cint(docstatus),
		grand_total=to_decimal(grand),
		net_total=to_decimal(net),
		territory=territory,
		customer_group=group,
		owner=owner,
		made=str(creation),
		is_return=bool(cint(is_return)),
		return_against=(against or "") if cint(is_return) else "",
		amended_from=amended or "",
		is_consolidated=bool(cint(consolidated)),
		is_opening=opening == "Yes",
		from_stock=bool(cint(stock)),
	)


def _row(
	doctype: str, parent: str, name: str, order: str, taken_back: str, group: str, amount: object
) -> _Row:
	return _Row(Id(doctype, parent), name, order or "", taken_back or "", group or "", to_decimal(amount))


# --- with all that decides on them --------------------------------------------------------------


def chain(measure: str, ids: Collection[Id], *, current_read: bool = False) -> Read:
	"""These documents, with every other that has rows of the same deals."""
	own = read(ids, current_read=current_read)
	orders = {row.order for rows in own.rows.values() for row in rows} - {""}
	more = of_orders(measure, orders, current_read=current_read)
	more |= returns_of({*more, *own.headers}, current_read=current_read)
	if more - own.headers.keys():
		_read_more(own, more - own.headers.keys(), current_read)
		_read_more(own, {one.root for one in own.headers.values()} - own.headers.keys(), current_read)
	return own


def made_after(found: Read, ids: Collection[Id]) -> set[Id]:
	"""Of the documents that were read, those made after one of these of the same deals, or that return the same one."""
	first: dict[object, str] = {}
	for id in ids:
		for tie in _ties(found, id):
			first[tie] = min(first.get(tie, found.headers[id].made), found.headers[id].made)
	return {
		id
		for id, header in found.headers.items()
		if id not in ids and header.docstatus == SUBMITTED
		if any(tie in first and header.made >= first[tie] for tie in _ties(found, id))
	}


def _ties(found: Read, id: Id) -> set[tuple[str, str]]:
	"""By what a document hangs together with others: its deals, and what it returns."""
	return {*found.voucher(id).deals, found.headers[id].root} if id in found.headers else set()


def dealt(
	found: Read, ids: Collection[Id], orders: Mapping[str, Dealt], sellers: Mapping[str, str]
) -> dict[Deal, Dealt]:
	"""By what the rows of these documents are shared out. `sellers`: the Sales Person of an owner."""
	return {**_as_deals(orders), **_roots(found, ids, sellers)}


def documented(
	measure: str, ids: Collection[Id], found: Read, dealt: Mapping[Deal, Dealt]
) -> list[Documented]:
	"""Each of these documents as it is to be booked. `found`: with all documents of their deals."""
	own = {id: found.voucher(id) for id in found.headers}

	def at(precision: int) -> dict[tuple[str, str], list[Part]]:
		return chained((replace(one, precision=precision) for one in own.values()), measure)

	parts = chained(own.values(), measure)
	return [_documented(measure, id, own, parts.get(id, []), dealt, at) for id in sorted(ids)]


def _as_deals(orders: Mapping[str, Dealt]) -> dict[Deal, Dealt]:
	return {Deal(SALES_ORDER, name): one for name, one in orders.items()}


def _documented(
	measure: str,
	id: Id,
	vouchers: Mapping[Id, Voucher],
	parts: list[Part],
	dealt: Mapping[Deal, Dealt],
	at: Callable[[int], dict[tuple[str, str], list[Part]]],
) -> Documented:
	voucher = vouchers.get(id) or _gone(id)
	known = tuple(part for part in parts if part.deal in dealt)
	counted = times_counted(voucher, vouchers.values())
	own = {part.deal: dealt[part.deal] for part in known}
	return Documented(voucher, measure, known, own, counted, lambda precision: at(precision).get(id, []))


def _gone(id: Id) -> Voucher:
	return Voucher(id.doctype, id.name, "", None, DELETED, ZERO, ZERO, (), measures_of(id.doctype))


def _roots(found: Read, ids: Collection[Id], sellers: Mapping[str, str]) -> dict[Deal, Dealt]:
	"""What was sold without an order: by the document's own Sales Team, else by whoever sold it (M2, H1)."""
	roots = without_order(found, ids)
	teams = _teams(roots)
	kept = pins.load([state_of(one) for one in roots if one not in teams])
	return {
		Deal(*one): Dealt(_as_order(found.headers[one], teams.get(one, ()), kept.get(state_of(one)), sellers))
		for one in roots
	}


def _as_order(
	header: _Header, team: tuple[TeamMember, ...], pin: Pin | None, sellers: Mapping[str, str]
) -> Order:
	return Order(
		name=header.id.name,
		company=header.company,
		posting_date=header.posting_date,
		docstatus=1,
		status="",
		grand_total=header.grand_total,
		net_total=header.net_total,
		currency=facts.currency_of(header.company),
		precision=facts.precision(),
		team=team,
		owner=header.owner,
		owner_seller=None if team or pin else sellers.get(header.owner),
		pin=None if team else pin,
	)


def _teams(ids: Collection[Id]) -> dict[Id, tuple[TeamMember, ...]]:
	if not ids:
		return {}
	found: dict[Id, list[TeamMember]] = defaultdict(list)
	for doctype, parent, seller, percentage in current.sql(
		"""SELECT parenttype, parent, sales_person, allocated_percentage FROM `tabSales Team`
		WHERE parent IN %(names)s AND parenttype IN %(doctypes)s ORDER BY parent, idx""",
		{"names": tuple({one.name for one in ids}), "doctypes": tuple({one.doctype for one in ids})},
		when=False,
	):
		found[Id(doctype, parent)].append(TeamMember(seller, to_decimal(percentage)))
	return {id: tuple(team) for id, team in found.items()}


def load_orders(
	names: Collection[str], sellers: Mapping[str, str], *, current_read: bool = False
) -> dict[str, Dealt]:
	"""The orders that documents came of, as they are now, each with its allocation."""
	wanted = tuple(sorted(names))
	orders = facts.load_orders(
		wanted, with_lines=False, with_upsells=False, owner_sellers=dict(sellers), current_read=current_read
	)
	allocations = facts.load_allocations(wanted, current_read=current_read)
	return {name: Dealt(order, allocations.get(name)) for name, order in orders.items()}


def orders_in(found: Read, ids: Collection[Id]) -> set[str]:
	return {deal.order for id in ids if id in found.headers for deal in found.voucher(id).deals if deal.order}


# --- who sold what has no order -----------------------------------------------------------------


def state_of(id: Id) -> str:
	"""Under which name it is kept who sold a document without an order, and who writes about it queues."""
	name = f"{id.doctype}: {id.name}"
	if len(name) <= LONGEST_NAME:
		return name
	digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
	return f"{name[: LONGEST_NAME - len(digest) - 1]}-{digest}"


def to_pin(found: Read, ids: Collection[Id], sellers: Mapping[str, str]) -> dict[str, Pin]:
	"""Who sold what has neither order nor Sales Team, where it is not kept yet: whoever had what it amends, else its owner.

	Of a return, who sold what it returns.
	"""
	roots = without_order(found, ids)
	teams = _teams(roots)
	own = [found.headers[id] for id in sorted(roots) if id not in teams]
	before = {one.id: Id(one.id.doctype, one.amended_from) for one in own if one.amended_from}
	kept = pins.load([state_of(id) for id in (*before.values(), *(one.id for one in own))])
	made = {one.id: kept.get(state_of(before[one.id])) if one.id in before else None for one in own}
	decided = {one.id: made[one.id] or of_owner(sellers.get(one.owner)) for one in own}
	return {state_of(id): pin for id, pin in decided.items() if pin and state_of(id) not in kept}


def without_order(found: Read, ids: Collection[Id]) -> set[Id]:
	"""The documents by which rows without an order are shared out."""
	return {
		Id(*deal)
		for id in ids
		if id in found.headers
		for deal in found.voucher(id).deals
		if deal.doctype != SALES_ORDER
	}
