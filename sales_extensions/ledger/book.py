"""Reads and writes of the ledger's own tables. Nothing else writes them.

How concurrent writers stay exact under REPEATABLE READ, where a plain read may be old:

* Who writes about one order first takes the row of that order in Order Credit State, and so queues
  behind whoever else does. The row's version tells them whether what they read before is still so.
* Whoever writes to a target holds that target's row, taken in the order of names, and adds to the
  totals that the locked row shows.
* Who restates a whole target moves its `ledger_stamp`. A writer who was waiting sees that, and reads
  anew with locking reads.
* Locking reads name their index. In a small table MariaDB would rather scan, and hold everybody's rows.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import frappe
from frappe.utils import cint, getdate, now_datetime

from sales_extensions import current
from sales_extensions.engine import (
	Attainment,
	DaySum,
	Difference,
	Key,
	Pin,
	Position,
	Target,
	attain,
	due_before,
	is_behind,
	pace_of,
)
from sales_extensions.engine.attainment import Pace
from sales_extensions.engine.checks import LARGEST_AMOUNT
from sales_extensions.engine.facts import SALES_ORDER, Measure
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.engine.notices import is_reached_now

from . import above, pins
from .facts import TARGET_COLUMNS, currency_of, distributions, precision, target_from_doc, target_from_row

if TYPE_CHECKING:
	from frappe.model.document import Document


#: A scan would take the rows of other targets too, in any order.
BY_NAME = "FORCE INDEX (PRIMARY)"


def queue_for_order(order: str, version_seen: int, pin: Pin | None) -> int:
	"""Wait for other writers about this order, and take the next version. 1: the first ever.

	Who sold it is kept with it, if nobody else has written about the order since `version_seen`.
	"""
	columns = ", ".join(pins.COLUMNS)
	values = ", ".join(f"%({column})s" for column in pins.COLUMNS)
	kept = ", ".join(
		f"{column} = IF(version = %(seen)s, VALUES({column}), {column})" for column in pins.COLUMNS
	)
	return current.sql(
		f"""INSERT INTO `tabOrder Credit State` (name, creation, modified, owner, modified_by, {columns}, version)
		VALUES (%(name)s, %(now)s, %(now)s, %(user)s, %(user)s, {values}, 1)
		ON DUPLICATE KEY UPDATE {kept}, version = version + 1, modified = VALUES(modified)
		RETURNING version""",
		{
			"name": order, "now": now_datetime(), "user": frappe.session.user, "seen": version_seen,
			**pins.as_stored(pin),
		},
	)[0][0]  # fmt: skip


ENTRY_COLUMNS = (
	"e.sales_target, e.sales_order, e.sales_person, e.voucher_type, e.voucher_no, e.against_voucher_type, e.against_voucher_no, e.amount, e.order_count, e.share_percentage, "
	"e.rule, e.source_doctype, e.source_name, e.posting_date, e.company, e.overlay_worth"
)
#: As they were booked, by the target's own count: a clock may step back.
AS_BOOKED = "e.booked_no, e.name"


Stamp = tuple[int, object]


def standing_of_order(
	order: str, *, current_read: bool = False
) -> tuple[dict[Key, Position], dict[str, Stamp]]:
	"""Sums over the entries of the order itself with the latest rule behind them, and the stamps of their targets."""
	which = f"sales_order = %(order)s AND {OF_ORDERS}"
	return _standing_of("sales_order", which, {"order": order}, current_read)


#: Entries `e` of orders themselves, and not of what was delivered or invoiced of them.
OF_ORDERS = "e.voucher_type = 'Sales Order'"


def standing_of_documents(
	doctype: str, names: Collection[str], measure: str, *, current_read: bool = False
) -> tuple[dict[Key, Position], dict[str, Stamp]]:
	"""The same of deliveries or invoices, in targets of one measure."""
	values = {"doctype": doctype, "names": tuple(names) or ("",), "measure": str(measure)}
	prefix = SETTLED if measure == Measure.PAID else OWN
	which = f"{prefix}_no IN %(names)s AND e.{prefix}_type = %(doctype)s AND t.measured_on = %(measure)s"
	return _standing_of(f"{prefix}_no", which, values, current_read)


#: By the document that is counted, or by the invoice that it settles.
OWN, SETTLED = "voucher", "against_voucher"


def _standing_of(
	index: str, which: str, values: Mapping[str, object], current_read: bool
) -> tuple[dict[Key, Position], dict[str, Stamp]]:
	rows = current.sql(
		f"""SELECT {ENTRY_COLUMNS}, t.ledger_stamp, t.modified, t.closing
		FROM `tabSales Target Entry` e FORCE INDEX ({index})
		STRAIGHT_JOIN `tabSales Target` t {BY_NAME} ON t.name = e.sales_target
		WHERE e.{which} ORDER BY {AS_BOOKED} {"FOR UPDATE" if current_read else ""}""",
		values,
		when=current_read,
	)
	closings = {row[0]: row[-1] for row in rows if row[-1]}
	stamps = {row[0]: (cint(row[-3]), row[-2]) for row in rows}
	return _sum((row[:-3] for row in rows), closings), stamps


def standing(orders: tuple[str, ...], targets: tuple[str, ...]) -> dict[Key, Position]:
	"""Sums over the entries of many orders, in some targets."""
	if not orders or not targets:
		return {}
	return _sum(
		frappe.db.sql(
			f"""SELECT {ENTRY_COLUMNS} FROM `tabSales Target Entry` e FORCE INDEX (sales_order)
			WHERE e.sales_order IN %(orders)s AND e.sales_target IN %(targets)s AND {OF_ORDERS} ORDER BY {AS_BOOKED}""",
			{"orders": orders, "targets": targets},
		)
	)


def standing_in(
	doctype: str, names: tuple[str, ...], targets: tuple[str, ...], *, settled: bool = False
) -> dict[Key, Position]:
	"""Sums over the entries of many deliveries or invoices, in some targets; or of what settles them."""
	prefix = SETTLED if settled else OWN
	if not names or not targets:
		return {}
	return _sum(
		frappe.db.sql(
			f"""SELECT {ENTRY_COLUMNS} FROM `tabSales Target Entry` e FORCE INDEX ({prefix}_no)
			WHERE e.{prefix}_no IN %(names)s AND e.{prefix}_type = %(doctype)s AND e.sales_target IN %(targets)s
			ORDER BY {AS_BOOKED}""",
			{"names": names, "doctype": doctype, "targets": targets},
		)
	)


def _sum(rows: Iterable[tuple], closings: Mapping[str, str] = MappingProxyType({})) -> dict[Key, Position]:
	booked: dict[Key, dict[date, list]] = {}
	latest: dict[Key, tuple] = {}
	for target, order, seller, doctype, document, against_type, against, amount, count, *rule in rows:
		key = _key(target, order, seller, doctype, document, against_type, against)
		on_day = booked.setdefault(key, {}).setdefault(rule[4], [ZERO, 0])
		on_day[0] += to_decimal(amount)
		on_day[1] += cint(count)
		latest[key] = rule
	return {key: _position(rule, booked[key], closings.get(key.target, "")) for key, rule in latest.items()}


def _key(
	target: str, order: str | None, seller: str, doctype: str, document: str, *against: str | None
) -> Key:
	if doctype == SALES_ORDER:
		return Key(target, order, seller)
	against_type, against_no = against
	return Key(target, order or "", seller, doctype, document, (against_type or "", against_no or ""))


def _position(rule: Sequence, booked: Mapping[date, list], closing: str) -> Position:
	share, name, source_doctype, source_name, day, company, overlay_worth = rule
	return Position(
		amount=sum((amount for amount, _count in booked.values()), ZERO),
		order_count=sum(count for _amount, count in booked.values()),
		share_percentage=to_decimal(share),
		rule=name or "",
		source_doctype=source_doctype or "",
		source_name=source_name or "",
		posting_date=day,
		company=company or "",
		overlay_worth=to_decimal(overlay_worth),
		days=tuple(DaySum(on, amount, count) for on, (amount, count) in booked.items()),
		closing=closing,
	)


@dataclass(frozen=True, slots=True)
class Totals:
	"""What a target's entries add up to: its result, and, of a closed one, what adjusts it. Company currency; orders."""

	amount: Decimal = ZERO
	order_count: int = 0
	adjustment_amount: Decimal = ZERO
	adjustment_count: int = 0


@dataclass(slots=True)
class LockedTarget:
	"""A target's row, held until commit."""

	definition: Target
	realised_amount: Decimal
	order_count: int
	ledger_stamp: int
	entries_booked: int
	modified: object
	status: str = ""
	#: what was due by the end of yesterday, as it was told last night
	due: Decimal = ZERO
	#: of a closed one: what was booked since, beside its figures (H3)
	adjustment_amount: Decimal = ZERO
	adjustment_count: int = 0
	closed_with: str | None = None

	@property
	def closing(self) -> str:
		return self.definition.closing

	def add(self, amount: Decimal, order_count: int) -> None:
		"""One more entry: to the result, or, once it is closed, to what adjusts it."""
		self.entries_booked += 1
		if self.closing:
			self.adjustment_amount += amount
			self.adjustment_count += order_count
		else:
			self.realised_amount += amount
			self.order_count += order_count

	def take(self, totals: Totals) -> None:
		self.realised_amount, self.order_count = totals.amount, totals.order_count
		self.adjustment_amount, self.adjustment_count = totals.adjustment_amount, totals.adjustment_count

	@property
	def totals(self) -> Totals:
		return Totals(self.realised_amount, self.order_count, self.adjustment_amount, self.adjustment_count)

	@property
	def seen(self) -> Seen:
		return Seen(self.entries_booked, self.closing, self.ledger_stamp)

	@property
	def stamp(self) -> Stamp:
		"""Moves when the target is restated or edited, not when an order is booked."""
		return self.ledger_stamp, self.modified


def lock_targets(names: Collection[str]) -> dict[str, LockedTarget]:
	"""Take the rows of these targets, in the order of their names, and read them as they are now."""
	if not names:
		return {}
	rows = current.sql(
		f"""SELECT {TARGET_COLUMNS}, realised_amount, result_in_full, order_count, ledger_stamp,
			entries_booked, modified, status, due_yesterday, adjustment_amount, adjustments_in_full,
			adjustment_count, closed_with
		FROM `tabSales Target` {BY_NAME} WHERE name IN %(names)s ORDER BY name FOR UPDATE""",
		{"names": tuple(sorted(names))},
		as_dict=True,
	)
	decimals = precision()
	return {
		row.name: LockedTarget(
			definition=target_from_row(row, (), decimals),
			realised_amount=realised(row),
			order_count=cint(row.order_count),
			ledger_stamp=cint(row.ledger_stamp),
			entries_booked=cint(row.entries_booked),
			modified=row.modified,
			status=row.status or "",
			due=to_decimal(row.due_yesterday),
			adjustment_amount=to_decimal(row.adjustments_in_full or row.adjustment_amount),
			adjustment_count=cint(row.adjustment_count),
			closed_with=row.closed_with,
		)
		for row in rows
	}


class Seen(NamedTuple):
	"""Of a target, what tells whether it was written to: entries and a closing; and whether it was restated or edited."""

	entries: int
	closing: str
	stamp: int

	@property
	def books(self) -> tuple[int, str]:
		return self.entries, self.closing


def seen(names: Collection[str]) -> dict[str, Seen]:
	"""Each target as it was when this transaction's snapshot was taken."""
	rows = frappe.db.sql(
		"SELECT name, entries_booked, ledger_stamp, closing FROM `tabSales Target` WHERE name IN %(names)s",
		{"names": tuple(names) or ("",)},
	)
	return {name: Seen(cint(entries), closing or "", cint(stamp)) for name, entries, stamp, closing in rows}


def move_stamps(names: Collection[str]) -> None:
	"""Have orders that are being saved decide again: what they decided on is about to change."""
	if names:
		current.sql(
			f"""UPDATE `tabSales Target` {BY_NAME} SET ledger_stamp = ledger_stamp + 1
			WHERE name IN %(names)s ORDER BY name""",
			{"names": tuple(sorted(names))},
		)


def record(
	differences: Collection[Difference],
	locked: Mapping[str, LockedTarget],
	*,
	restating: bool = False,
) -> None:
	"""Add entries and bring the totals of their targets along. `locked` holds the targets."""
	if not differences:
		return
	_insert_entries(differences, locked)
	for difference in differences:
		locked[difference.key.target].add(difference.amount, difference.order_count)
	moved = sorted({difference.key.target for difference in differences})
	for name in moved:
		locked[name].ledger_stamp += int(restating)
	write_totals({name: locked[name] for name in moved})
	for name in moved:
		# whoever has the target open sees it move once this is committed
		frappe.publish_realtime(
			"sales_target_moved", {}, doctype="Sales Target", docname=name, after_commit=True
		)


INSERTED = (
	"name", "sales_target", "sales_order", "sales_person", "company", "currency", "posting_date", "amount",
	"order_count", "share_percentage", "rule", "source_doctype", "source_name", "reason", "reason_parts",
	"overlay_worth", "booked_no", "adjusts", "voucher_type", "voucher_no", "against_voucher_type",
	"against_voucher_no", "creation", "modified", "owner",
	"modified_by",
)  # fmt: skip
INSERT_AT_ONCE = 1000


def _insert_entries(differences: Collection[Difference], locked: Mapping[str, LockedTarget]) -> None:
	now, user = now_datetime(), frappe.session.user
	stamp, salt = f"{time.time_ns() // 1000:014x}", frappe.generate_hash(length=4)
	rows, booked = [], {name: row.entries_booked for name, row in locked.items()}
	for number, difference in enumerate(differences):
		key, after = difference.key, difference.position
		booked[key.target] += 1
		company = after.company or locked[key.target].definition.company
		rows.append(
			(
				f"{stamp}{number:06x}{salt}", key.target, key.order or None, key.sales_person, company,
				currency_of(company), difference.posting_date, difference.amount,
				difference.order_count, after.share_percentage, after.rule, after.source_doctype,
				after.source_name, " ".join(str(reason) for reason in after.reasons),
				json.dumps([[reason.sentence, *reason.values] for reason in after.reasons]),
				after.overlay_worth, booked[key.target], locked[key.target].closing or None, *key.voucher,
				*(one or None for one in key.against),
			)
		)  # fmt: skip
	columns = ", ".join(INSERTED)
	same_for_all = ", ".join(frappe.db.escape(str(value)) for value in (now, now, user, user))
	places = f"({', '.join(['%s'] * len(rows[0]))}, {same_for_all})"
	for start in range(0, len(rows), INSERT_AT_ONCE):
		part = rows[start : start + INSERT_AT_ONCE]
		current.sql(
			f"INSERT INTO `tabSales Target Entry` ({columns}) VALUES {', '.join([places] * len(part))}",
			[value for row in part for value in row],
		)


FIGURES = (
	"realised_amount",
	"result_in_full",
	"order_count",
	"adjustment_amount",
	"adjustments_in_full",
	"adjustment_count",
	"percentage",
	"status",
	"behind_pace",
	"due_yesterday",
	"ledger_stamp",
	"entries_booked",
)
#: The statement below grows with the square of the targets in it.
UPDATE_AT_ONCE = 50


def write_totals(locked: Mapping[str, LockedTarget]) -> None:
	"""Write totals, percentage and status of held targets, all in one statement where they are few."""
	names, today = list(locked), getdate()
	for start in range(0, len(names), UPDATE_AT_ONCE):
		_write_totals({name: locked[name] for name in names[start : start + UPDATE_AT_ONCE]}, today)
	drop_from_cache(names)


#: A Currency field has twelve digits before the point. A whole number, that a float holds too.
LARGEST_KEPT = LARGEST_AMOUNT - 1


def kept(amount: Decimal) -> tuple[Decimal, str | None]:
	"""An amount as Realised Amount can hold it, and in full where it can't: no order waits for a target's field."""
	if abs(amount) <= LARGEST_KEPT:
		return amount, None
	return LARGEST_KEPT.copy_sign(amount), f"{amount:f}"


def realised(row: Mapping[str, object]) -> Decimal:
	"""A target's result, in full where Realised Amount can't hold it."""
	return to_decimal(row.get("result_in_full") or row.get("realised_amount"))


def adjusted(row: Mapping[str, object]) -> Decimal:
	"""What adjusts a closed target, likewise."""
	return to_decimal(row.get("adjustments_in_full") or row.get("adjustment_amount"))


def _write_totals(locked: Mapping[str, LockedTarget], today: date) -> None:
	values: dict[str, list] = {column: [] for column in FIGURES}
	for name, row in locked.items():
		result = attain(row.definition, row.realised_amount, row.order_count, today)
		tell_if_reached(name, row.status, str(result.status), row.ledger_stamp, row.entries_booked)
		row.status = str(result.status)
		amount, in_full = kept(row.realised_amount)
		adjusted, adjusted_in_full = kept(row.adjustment_amount)
		for column, value in (
			("realised_amount", amount),
			("result_in_full", in_full),
			("order_count", row.order_count),
			("adjustment_amount", adjusted),
			("adjustments_in_full", adjusted_in_full),
			("adjustment_count", row.adjustment_count),
			("percentage", result.percentage),
			("status", str(result.status)),
			("behind_pace", int(is_behind(result.status, result.realised, row.due))),
			("due_yesterday", row.due),
			("ledger_stamp", row.ledger_stamp),
			("entries_booked", row.entries_booked),
		):
			values[column] += [name, value]
	whens = " ".join(["WHEN %s THEN %s"] * len(locked))
	assignments = ", ".join(f"`{column}` = CASE name {whens} END" for column in values)
	current.sql(
		f"UPDATE `tabSales Target` {BY_NAME} SET {assignments} WHERE name IN ({', '.join(['%s'] * len(locked))})",
		[value for pairs in values.values() for value in pairs] + list(locked),
	)


def tell_if_reached(target: str, before: str, now: str, *books: int) -> None:
	"""Once it is committed; no statement is sent here. `books`: what tells this time from another."""
	if is_reached_now(before, now):
		above.tell("reached", target, "-".join(map(str, books)))


def drop_from_cache(names: Collection[str]) -> None:
	"""What `frappe.clear_document_cache` does for each target, for all of them at once."""
	keys = [frappe.get_document_cache_key("Sales Target", name) for name in names]

	def drop() -> None:
		frappe.cache.delete_value(keys)

	drop()
	frappe.db.after_commit.add(drop)
	frappe.db.after_rollback.add(drop)


NOTHING = Totals()
ALL, SINCE_CLOSED = "TRUE", "t.period_status = 'Closed' AND e.adjusts = t.closing"


def sums_of_targets(targets: tuple[str, ...], *, current_read: bool = False) -> dict[str, Totals]:
	"""Totals by target, summed over the entries: what was booked on a closed one since is an adjustment."""
	if not targets:
		return {}
	adjusting = _sums(SINCE_CLOSED, targets, current_read)
	return {
		name: Totals(amount - adjusting[name][0], count - adjusting[name][1], *adjusting[name])
		for name, (amount, count) in _sums(ALL, targets, current_read).items()
	}


def _sums(which: str, targets: tuple[str, ...], current_read: bool) -> dict[str, tuple[Decimal, int]]:
	"""Of a target `t`, its entries `e` that are so; nothing for one that has none."""
	joined = "JOIN `tabSales Target` t ON t.name = e.sales_target" if which != ALL else ""
	found: dict[str, tuple[Decimal, int]] = defaultdict(lambda: (ZERO, 0))
	for target, amount, count in current.sql(
		f"""SELECT e.sales_target, CAST(SUM(e.amount) AS CHAR), SUM(e.order_count)
		FROM `tabSales Target Entry` e {joined}
		WHERE e.sales_target IN %(targets)s AND {which}
		GROUP BY e.sales_target {"FOR UPDATE" if current_read else ""}""",
		{"targets": targets},
		when=current_read,
	):
		found[target] = (to_decimal(amount), cint(count))
	return found


def delete_entries_of(target: str) -> None:
	"""Entries go only with their target (invariant 7)."""
	current.sql("DELETE FROM `tabSales Target Entry` WHERE sales_target = %s", target)


def attainment(doc: Document) -> Attainment:
	"""Where a Sales Target stands today, with its Monthly Distribution."""
	return _pace(doc).attained(realised(doc), cint(doc.order_count))


def set_attainment(doc: Document) -> None:
	pace = _pace(doc)
	result = pace.attained(realised(doc), cint(doc.order_count))
	doc.percentage, doc.status, doc.behind_pace = result.percentage, str(result.status), int(result.behind)
	doc.due_yesterday = pace.due_yesterday


def _pace(doc: Document) -> Pace:
	return pace_of(target_from_doc(doc), getdate(), monthly_percentages(doc.monthly_distribution))


def monthly_percentages(distribution: str | None) -> dict[int, Decimal] | None:
	"""A Monthly Distribution by number of month, or None for evenly by day."""
	return distributions([distribution]).get(distribution)


def refresh_statuses() -> None:
	"""Scheduled each night: a target starts, ends, or falls behind, without any order being saved."""
	rows = frappe.get_all(
		"Sales Target",
		or_filters={"status": ("in", ("Upcoming", "Running")), "to_date": (">=", getdate())},
		fields=["name", "monthly_distribution"],
		order_by="name",
	)
	locked = lock_targets([row.name for row in rows])
	monthly = distributions(row.monthly_distribution for row in rows)
	for row in rows:
		if held := locked.get(row.name):
			held.due = due_before(held.definition, getdate(), monthly.get(row.monthly_distribution))
	write_totals(locked)


def name_sellers(targets: Collection[str] | None = None) -> None:
	"""Write each target's sellers as its lists show them; of all targets where none are given."""
	current.sql(
		f"""UPDATE `tabSales Target` t JOIN (
			SELECT parent, GROUP_CONCAT(DISTINCT sales_person ORDER BY idx SEPARATOR ', ') AS names
			FROM `tabSales Target Assignee` WHERE parenttype = 'Sales Target' GROUP BY parent
		) named ON named.parent = t.name SET t.sellers = named.names
		{"WHERE t.name IN %(targets)s" if targets is not None else ""}""",
		{"targets": tuple(targets or ("",))},
	)
	drop_from_cache(targets or ())
