"""Deliveries and invoices in the ledger: each booked in the transaction that submits it, or changes its order (M1, M2).

Who writes about a document takes the rows of its orders in Order Credit State, as whoever writes about these orders does,
and that of the document where it has none: so its shares are those of the order as it is when both are committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import frappe
from frappe.utils import cint, create_batch, now_datetime

from sales_extensions import current
from sales_extensions.engine import Difference, Key, Pin, Policy, Position, Target, Trees
from sales_extensions.engine.amounts import SUBMITTED
from sales_extensions.engine.documents import Deal, Dealt, Documented, document_differences
from sales_extensions.engine.facts import SALES_ORDER, Measure
from sales_extensions.engine.places import DatedTrees

from . import attempts, book, facts, pins, settled, vouchers
from .vouchers import Id


def follow(doctype: str, name: str, settings: facts.Settings | None = None) -> None:
	"""Bring the ledger to what a delivery or invoice says now. One statement where no target counts such documents."""
	settings = settings or facts.settings()
	measures = settings.measures & vouchers.measures_of(doctype)
	if measures:
		_follow({measure: {Id(doctype, name)} for measure in measures}, settings.policy)


def forget(doctype: str, name: str) -> None:
	"""A document is deleted. Its number may be given again, and nobody has sold that one yet."""
	settings = facts.settings()
	if settings.measures & vouchers.measures_of(doctype):
		follow(doctype, name, settings)
		pins.write(vouchers.state_of(Id(doctype, name)), None)


def follow_paid(
	invoices: Collection[str], settings: facts.Settings | None = None, *, widened: bool = True
) -> None:
	"""Something that settles these invoices is new, or settles them no more.

	`widened`: with the other invoices of their orders. Not where what settles them is being written one by one.
	"""
	settings = settings or facts.settings()
	ids = {Id(settled.SALES_INVOICE, name) for name in invoices}
	if ids and Measure.PAID in settings.measures:
		_follow({Measure.PAID: ids}, settings.policy, widened=widened)


def take(invoices: Collection[str]) -> None:
	"""Queue for invoices that are about to be settled, and their orders, before anything is written about them."""
	if invoices and Measure.PAID in facts.settings().measures:
		states = {
			vouchers.state_of(Id(settled.SALES_INVOICE, name)): settled.SALES_INVOICE for name in invoices
		}
		_read_is_old({**states, **dict.fromkeys(vouchers.orders_of(invoices), SALES_ORDER)}, {})


@dataclass(slots=True)
class Work:
	"""Documents of one measure that are to be booked, and what was read of them. Their rows in the queue are held."""

	measure: str
	ids: set[Id]
	found: vouchers.Read


@dataclass(slots=True)
class Beside:
	"""What was delivered, invoiced and paid of an order that is about to change."""

	work: list[Work]
	current_read: bool


def beside(order: str, settings: facts.Settings, *, current_read: bool = False) -> Beside | None:
	"""Queue for what came of an order, together with the order: before a target is taken for either. None: nothing did."""
	wanted = {}
	for measure in settings.measures:
		ids = vouchers.of_orders(measure, (order,), current_read=current_read)
		if ids:
			wanted[measure] = ids | vouchers.returns_of(ids, current_read=current_read)
	return Beside(*_gather(wanted, current_read)) if wanted else None


def book_beside(found: Beside, policy: Policy, *, current_read: bool = False) -> None:
	"""Shared out as the order is now."""
	_book_all(found.work, policy, current_read or found.current_read)


def follow_name(doctype: str, old: str, new: str) -> None:
	"""Who sold it is kept under the document's name."""
	state = frappe.qb.DocType("Order Credit State")
	was, named = (vouchers.state_of(Id(doctype, name)) for name in (old, new))
	current.run(frappe.qb.from_(state).delete().where(state.name == named))  # of one that was deleted
	current.run(frappe.qb.update(state).set(state.name, named).where(state.name == was))


@dataclass(slots=True)
class _Facts:
	"""What some documents are booked by."""

	documents: list[Documented]
	policy: Policy


def _follow(wanted: Mapping[str, set[Id]], policy: Policy, *, widened: bool = True) -> None:
	work, current_read = _gather(wanted, False, widened)
	_book_all(work, policy, current_read)


def _gather(
	wanted: Mapping[str, set[Id]], current_read: bool, widened: bool = True
) -> tuple[list[Work], bool]:
	"""Read, and queue for all that decides: for all measures at once, so that no target is held by then.

	Where somebody wrote about it since this transaction began to read, read anew, until there is nothing new to queue for.
	"""
	held: set[str] = set()
	while True:
		work = [_work(measure, ids, current_read, widened) for measure, ids in sorted(wanted.items())]
		states = {name: doctype for one in work for name, doctype in _states(one).items()}
		more = {name: doctype for name, doctype in states.items() if name not in held}
		if not more:
			return work, current_read
		held |= more.keys()
		if not _read_is_old(more, _to_pin(work)) and not current_read:
			return work, False
		current_read = True


def _work(measure: str, ids: set[Id], current_read: bool, widened: bool) -> Work:
	"""With those that were made after them of the same deals: what these have is what is over."""
	found = vouchers.chain(measure, ids, current_read=current_read)
	more = _payable(found) if measure == Measure.PAID else vouchers.made_after(found, ids)
	later = ids | more if widened else ids
	if later != ids:
		found = vouchers.chain(measure, later, current_read=current_read)
	return Work(measure, later, found)


def _states(one: Work) -> dict[str, str]:
	"""The names of rows in Order Credit State, and of what each is."""
	orders = dict.fromkeys(vouchers.orders_in(one.found, one.ids), SALES_ORDER)
	ids = one.ids | vouchers.without_order(one.found, one.ids)
	return {**orders, **{vouchers.state_of(id): id.doctype for id in ids}}


def _to_pin(work: Iterable[Work]) -> dict[str, Pin]:
	sellers = facts.sellers_of_users()
	return {name: pin for one in work for name, pin in vouchers.to_pin(one.found, one.ids, sellers).items()}


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


def _read_is_old(states: Mapping[str, str], to_pin: Mapping[str, Pin]) -> bool:
	"""Queue for these; whether somebody wrote about one of them since this transaction began to read."""
	seen, pinned = _versions(states), {name: to_pin.get(name) for name in states}
	taken = _queue(pinned, states)
	old = {name for name in states if taken[name] != seen.get(name, 0) + 1}
	return bool(current.found_old("sales_extensions_old_reads", old) & states.keys())


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
		(name, doctypes[name], *pins.as_stored(states[name]).values(), now, now, user, user)
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


def _book_all(work: Iterable[Work], policy: Policy, current_read: bool) -> None:
	for one in work:
		_book(one, policy, current_read)


def _book(work: Work, policy: Policy, current_read: bool) -> None:
	"""Decide, take the targets, decide again if one of them was restated meanwhile, write."""
	ids, measure = work.ids, work.measure
	for _attempt in range(attempts.ATTEMPTS):
		known = _read(work, policy, current_read)
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


def _read(work: Work, policy: Policy, current_read: bool) -> _Facts:
	newest = facts.policy(current_read=True) if current_read else policy
	found = vouchers.chain(work.measure, work.ids, current_read=True) if current_read else work.found
	return _Facts(_documented(work.measure, found, work.ids, current_read), newest)


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
	for one in [*known.documents, *settled.gone(known.documents, standing)]:
		targets, trees, own = _targets_of(one, measure, current_read=current_read)
		stamps |= own
		rows += document_differences(one, known.policy, targets, trees, _of(one, standing))
	return rows, stamps


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


def changed_since(targets: Collection[str], since: object) -> set[str]:
	"""Of the documents that are in these targets or may belong there: those written to since a moment, those about whose
	payments somebody wrote, and those that are no more. As text.
	"""
	ids = {id for text in of_targets(targets) if (id := from_text(text))}
	return {as_text(id) for some in create_batch(sorted(ids), AT_ONCE) for id in vouchers.unlike(some, since)}


#: So many documents are asked about at once.
AT_ONCE = 1000


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
	known = _all_documented(ground, measure, wanted)
	for one in [*known, *settled.gone(known, own)]:
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
	found = vouchers.read(ids)
	decided = vouchers.to_pin(found, ids, sellers)
	if decided:
		roots = vouchers.without_order(found, ids)
		_queue(decided, {vouchers.state_of(id): id.doctype for id in roots})
