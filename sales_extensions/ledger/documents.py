"""Deliveries and invoices in the ledger: each booked in the transaction that submits it, or changes its order (M1, M2).

Who writes about a document takes the rows of its orders in Order Credit State, as whoever writes about these orders does,
and that of the document where it has none: so its shares are those of the order as it is when both are committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import frappe
from frappe.utils import cint, now_datetime

from sales_extensions import current
from sales_extensions.engine import Difference, Key, Pin, Policy, Position, Target, Trees
from sales_extensions.engine.amounts import SUBMITTED
from sales_extensions.engine.documents import Deal, Dealt, Documented, document_differences
from sales_extensions.engine.facts import Measure
from sales_extensions.engine.places import DatedTrees

from . import attempts, book, facts, pins, settled, vouchers
from .vouchers import Id


def follow(doctype: str, name: str, settings: facts.Settings | None = None) -> None:
	"""Bring the ledger to what a delivery or invoice says now. Two statements where no target counts such documents."""
	settings = settings or facts.settings()
	for measure in sorted(settings.measures & vouchers.measures_of(doctype)):
		_follow(measure, {Id(doctype, name)}, settings.policy)


def follow_order(order: str, settings: facts.Settings, *, current_read: bool = False) -> None:
	"""What was delivered or invoiced of an order is shared out as it is now."""
	for measure in sorted(settings.measures):
		ids = vouchers.of_orders(measure, (order,), current_read=current_read)
		ids |= vouchers.returns_of(ids, current_read=current_read)
		if ids:
			_follow(measure, ids, settings.policy, current_read=current_read)


def follow_paid(invoices: Collection[str], settings: facts.Settings | None = None) -> None:
	"""Something that settles these invoices is new, or settles them no more."""
	settings = settings or facts.settings()
	ids = {Id(settled.SALES_INVOICE, name) for name in invoices}
	if ids and Measure.PAID in settings.measures:
		_follow(Measure.PAID, ids, settings.policy)


def follow_name(doctype: str, old: str, new: str) -> None:
	"""Who sold it is kept under the document's name."""
	state = frappe.qb.DocType("Order Credit State")
	was, named = (vouchers.state_of(Id(doctype, name)) for name in (old, new))
	current.run(frappe.qb.update(state).set(state.name, named).where(state.name == was))


@dataclass(slots=True)
class _Facts:
	"""What some documents are booked by."""

	documents: list[Documented]
	policy: Policy


def _follow(measure: str, ids: set[Id], policy: Policy, *, current_read: bool = False) -> None:
	found, ids = _with_later(measure, ids, current_read)
	current_read |= _read_is_old(found, ids)

	def read(current_read: bool) -> _Facts:
		newest = facts.policy(current_read=True) if current_read else policy
		again = vouchers.chain(measure, ids, current_read=True) if current_read else found
		return _Facts(_documented(measure, again, ids, current_read), newest)

	_book(read, ids, measure, current_read)


def _with_later(measure: str, ids: set[Id], current_read: bool) -> tuple[vouchers.Read, set[Id]]:
	"""With those that were made after them of the same deals: what these have is what is over."""
	found = vouchers.chain(measure, ids, current_read=current_read)
	later = ids | (_payable(found) if measure == Measure.PAID else vouchers.made_after(found, ids))
	if later != ids:
		found = vouchers.chain(measure, later, current_read=current_read)
	return found, later


def _payable(found: vouchers.Read) -> set[Id]:
	"""What is paid follows the days of payments, whenever their invoices were made."""
	headers = found.headers.items()
	return {id for id, header in headers if id.doctype in settled.INVOICES and header.docstatus == SUBMITTED}


def _documented(
	measure: str, found: vouchers.Read, ids: Collection[Id], current_read: bool
) -> list[Documented]:
	sellers = facts.sellers_of_users()
	orders = vouchers.load_orders(vouchers.orders_in(found, ids), sellers, current_read=current_read)
	return _to_book(
		measure, ids, found, vouchers.dealt(found, ids, orders, sellers), current_read=current_read
	)


def _to_book(
	measure: str,
	ids: Collection[Id],
	found: vouchers.Read,
	dealt: Mapping[Deal, Dealt],
	*,
	current_read: bool = False,
) -> list[Documented]:
	if measure == Measure.PAID:
		return settled.documented(ids, found, dealt, current_read=current_read)
	return vouchers.documented(measure, ids, found, dealt)


def _read_is_old(found: vouchers.Read, ids: Collection[Id]) -> bool:
	"""Queue for all that decides on the documents; whether somebody wrote about it since this transaction began to read."""
	to_pin = vouchers.to_pin(found, ids, facts.sellers_of_users())
	names = {*vouchers.orders_in(found, ids), *map(vouchers.state_of, ids)}
	seen = _versions(names)
	taken = _queue(
		{name: to_pin.get(name) for name in names}, {vouchers.state_of(id): id.doctype for id in ids}
	)
	old = {name for name in names if taken[name] != seen.get(name, 0) + 1}
	return bool(current.found_old("sales_extensions_old_reads", old) & names)


def _versions(names: Collection[str]) -> dict[str, int]:
	rows = frappe.db.sql(
		"SELECT name, version FROM `tabOrder Credit State` WHERE name IN %(names)s", {"names": tuple(names)}
	)
	return {name: cint(version) for name, version in rows}


#: Who sold it is kept once.
KEPT = ", ".join(
	f"{column} = IF(seller_rule IS NULL, VALUES({column}), {column})"
	for column in pins.COLUMNS
	if column != "seller_rule"
)


def _queue(states: Mapping[str, Pin | None], doctypes: Mapping[str, str]) -> dict[str, int]:
	"""Take these rows in the order of their names, each with its next version; and keep who sold it where that is new."""
	now, user = now_datetime(), frappe.session.user
	rows = [
		(
			name,
			doctypes.get(name, "Sales Order"),
			*pins.as_stored(states[name]).values(),
			now,
			now,
			user,
			user,
		)
		for name in sorted(states)
	]
	columns = ", ".join(
		("name", "voucher_type", *pins.COLUMNS, "creation", "modified", "owner", "modified_by")
	)
	places = f"({', '.join(['%s'] * len(rows[0]))}, 1)"
	taken = current.sql(
		f"""INSERT INTO `tabOrder Credit State` ({columns}, version) VALUES {", ".join([places] * len(rows))}
		ON DUPLICATE KEY UPDATE {KEPT}, seller_rule = IFNULL(seller_rule, VALUES(seller_rule)),
			version = version + 1, modified = VALUES(modified)
		RETURNING name, version""",
		[value for row in rows for value in row],
	)
	return {name: cint(version) for name, version in taken}


def _book(read: Callable[[bool], _Facts], ids: Collection[Id], measure: str, current_read: bool) -> None:
	"""Decide, take the targets, decide again if one of them was restated meanwhile, write."""
	for _attempt in range(attempts.ATTEMPTS):
		known = read(current_read)
		if current_read:
			_take_by_name(known, ids, measure)
		rows, stamps = _decide(known, ids, measure, current_read)
		if not rows:
			return
		locked = book.lock_targets({row.key.target for row in rows})
		if attempts.still_so(rows, locked, stamps):
			book.record(rows, locked)
			return
		current_read = True
	attempts.give_up(*min(ids))


def _take_by_name(known: _Facts, ids: Collection[Id], measure: str) -> None:
	"""As for an order: a locking read takes targets as it comes upon them, while all others take them by name."""
	names = {name for one in known.documents for name in _targets_of(one, measure, current_read=False)[0]}
	_standing, stamps = _standing_of(ids, measure, current_read=False)
	book.lock_targets({*names, *stamps})


def _decide(
	known: _Facts, ids: Collection[Id], measure: str, current_read: bool
) -> tuple[list[Difference], dict[str, book.Stamp]]:
	standing, stamps = _standing_of(ids, measure, current_read=current_read)
	rows: list[Difference] = []
	for one in _with_gone(known.documents, standing, measure):
		targets, trees, own = _targets_of(one, measure, current_read=current_read)
		stamps |= own
		rows += document_differences(one, known.policy, targets, trees, _of(one, standing))
	return rows, stamps


def _with_gone(known: list[Documented], standing: Collection[Key], measure: str) -> list[Documented]:
	return [*known, *settled.gone(known, standing)] if measure == Measure.PAID else known


def _targets_of(
	one: Documented, measure: str, *, current_read: bool
) -> tuple[Mapping[str, Target], Trees, dict[str, book.Stamp]]:
	if not one.parts:
		return {}, Trees(), {}
	return facts.candidates(
		one.as_order, tuple(sorted(one.sellers)), measure=measure, current_read=current_read
	)


def _of(one: Documented, standing: Mapping[Key, Position]) -> dict[Key, Position]:
	return {key: position for key, position in standing.items() if (key.voucher, key.against) == one.id}


def _standing_of(
	ids: Iterable[Id], measure: str, *, current_read: bool
) -> tuple[dict[Key, Position], dict[str, book.Stamp]]:
	standing, stamps = {}, {}
	for doctype, names in vouchers.by_doctype(ids).items():
		own, own_stamps = book.standing_of_documents(doctype, names, measure, current_read=current_read)
		standing |= own
		stamps |= own_stamps
	return standing, stamps


def of_order(order: str) -> list[Documented]:
	"""What was delivered, invoiced and paid of an order, each document with its part of this order alone (M4). Reads only."""
	return [one for measure in facts.MEASURED.values() for one in _of_order(measure, order)]


def _of_order(measure: str, order: str) -> list[Documented]:
	ids = vouchers.of_orders(measure, (order,))
	ids |= vouchers.returns_of(ids)
	if not ids:
		return []
	found = vouchers.chain(measure, ids)
	own = (
		(one, tuple(part for part in one.parts if part.deal.order == order))
		for one in _documented(measure, found, ids, False)
	)
	return [replace(one, parts=parts) for one, parts in own if parts]


# --- many documents -----------------------------------------------------------------------------

#: Between doctype and name, where both stand in one text: no name has it.
BETWEEN = "\t"


def as_text(id: Id) -> str:
	return BETWEEN.join(id)


def from_text(text: str) -> Id | None:
	"""None: the name of an order."""
	return Id(*text.split(BETWEEN, 1)) if BETWEEN in text else None


def of_targets(targets: Collection[str]) -> set[str]:
	"""The documents that are in these targets, or may belong there, as text."""
	if not facts.settings().measures:
		return set()
	names = tuple(targets) or ("",)
	found = {id for measure in facts.MEASURED.values() for id in vouchers.of_period(measure, names)}
	found |= settled.of_period(names)
	booked = frappe.db.sql(
		"""SELECT DISTINCT IFNULL(against_voucher_type, voucher_type), IFNULL(against_voucher_no, voucher_no)
		FROM `tabSales Target Entry`
		WHERE sales_target IN %(names)s AND voucher_type <> 'Sales Order'""",
		{"names": names},
	)
	return {as_text(id) for id in (*found, *(Id(*row) for row in booked))}


class Ground(Protocol):
	"""What is the same for every slice: a `fill.Ground`."""

	targets: dict[str, Target]
	trees: DatedTrees
	policy: Policy
	owner_sellers: dict[str, str]

	@property
	def measures(self) -> frozenset[str]: ...

	def near_document(self, one: Documented, booked: Mapping[Key, Position]) -> dict[str, Target]: ...


def compare(ground: Ground, texts: Sequence[str]) -> list[Difference]:
	"""What the ledger lacks for a slice of documents. Reads only."""
	ids = {id for text in texts if (id := from_text(text))}
	if not ids:
		return []
	standing = _standing_in(ids, tuple(ground.targets))
	measures = {ground.targets[key.target].measured_on for key in standing} | ground.measures
	return [row for measure in sorted(measures) for row in _compare(ground, measure, ids, standing)]


def _compare(
	ground: Ground, measure: str, ids: Collection[Id], standing: Mapping[Key, Position]
) -> list[Difference]:
	own = {key: one for key, one in standing.items() if ground.targets[key.target].measured_on == measure}
	booked: dict[object, dict[Key, Position]] = defaultdict(dict)
	for key, position in own.items():
		booked[key.voucher, key.against][key] = position
	rows: list[Difference] = []
	wanted = {id for id in ids if _may_count(id, measure) or (id, NONE) in booked}
	for one in _with_gone(_all_documented(ground, measure, wanted), own, measure):
		targets = ground.near_document(one, booked[one.id])
		trees = ground.trees.on(one.voucher.posting_date)
		rows += document_differences(one, ground.policy, targets, trees, booked[one.id])
	return rows


#: What settles nothing.
NONE = ("", "")


def _may_count(id: Id, measure: str) -> bool:
	return measure in vouchers.measures_of(id.doctype)


def _all_documented(ground: Ground, measure: str, ids: Collection[Id]) -> list[Documented]:
	"""Those that can't count for the measure have nothing in it: a target may count other documents than it did."""
	own = {id for id in ids if _may_count(id, measure)}
	found = vouchers.chain(measure, own) if own else vouchers.read(())
	orders = vouchers.load_orders(vouchers.orders_in(found, own), ground.owner_sellers)
	dealt = vouchers.dealt(found, own, orders, ground.owner_sellers)
	others = vouchers.read({*ids} - own)
	return [
		*_to_book(measure, own, found, dealt),
		*vouchers.documented(measure, {*ids} - own, others, {}),
	]


def _standing_in(ids: Collection[Id], targets: tuple[str, ...]) -> dict[Key, Position]:
	found: dict[Key, Position] = {}
	for doctype, names in vouchers.by_doctype(ids).items():
		found |= book.standing_in(doctype, tuple(names), targets)
		found |= book.standing_in(doctype, tuple(names), targets, settled=True)
	return found


def pin(texts: Iterable[str], sellers: Mapping[str, str]) -> None:
	"""Keep who sold these documents, where they have neither order nor Sales Team and it is not kept yet (H1)."""
	ids = {id for text in texts if (id := from_text(text))}
	if not ids:
		return
	decided = vouchers.to_pin(vouchers.read(ids), ids, sellers)
	if decided:
		_queue(decided, {vouchers.state_of(id): id.doctype for id in ids})
