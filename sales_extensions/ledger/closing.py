"""A period is closed, and opened again (H3).

A closed target keeps the figures, the definition and the members that it had; its entries are sealed. What its orders
bring later is booked as ever, and adds up beside its figures: see `book.LockedTarget.add`. Nothing else closes or opens.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import format_date, getdate, now_datetime

from sales_extensions import current, errors
from sales_extensions.engine import Target, members_of, seals
from sales_extensions.engine.frozen import policy_as_kept

from . import book, facts, fill, sealed
from .restate import refuse_rebuild, restate

if TYPE_CHECKING:
	from frappe.model.document import Document

TARGET, CLOSING, MEMBER = "Sales Target", "Sales Target Closing", "Sales Target Member"
#: So many at once: they are held until it is done.
AT_ONCE = 20


# --- close ----------------------------------------------------------------------------------------


def refuse_day(up_to: date) -> None:
	if up_to >= getdate():
		frappe.throw(
			_("Up To: {0} is not over yet. Choose a day before today.").format(format_date(up_to)),
			title=_(CLOSING),
		)


def close(company: str, up_to: date | str) -> list[str]:
	"""Close all of a company's open targets that ended by a day, which must be over; the names of those that were.

	First they are brought to what their orders say. In the caller's transaction, commits nothing. Raises ValidationError
	for a day that is not over, QueryDeadlockError where orders were saved meanwhile.
	"""
	day = getdate(up_to)
	refuse_day(day)
	names = fill.that_ended(company, day)
	try:
		for part in fill.slices(fill.orders_of(names)):
			fill.fill_slice(names, part, fresh=False)
		fill.true_up(names, fresh=False)
		return [name for some in fill.slices(names, AT_ONCE) for name in close_some(some, fresh=False)]
	except fill.SnapshotIsOld:
		refuse_rebuild()


def close_some(names: Sequence[str], *, fresh: bool, by: str | None = None) -> list[str]:
	"""Close those of these targets that are open and over, as their entries are; the names of those. Held until commit.

	`fresh`: the transaction has read nothing yet. Raises SnapshotIsOld where it is not, and a target was written to since.
	`by`: who closes, if it is not who asks.
	"""
	seen = {} if fresh else book.entries_booked(names)
	locked = book.lock_targets(names)
	if not fresh and any(seen.get(name) != row.entries_booked for name, row in locked.items()):
		raise fill.SnapshotIsOld
	todo = {name: row for name, row in locked.items() if _can_be_closed(row)}
	ground = fill.Ground.of(tuple(todo))
	for name, row in todo.items():
		_close(name, row, ground, by or frappe.session.user)
	return list(todo)


def _can_be_closed(row: book.LockedTarget) -> bool:
	return not row.closing and row.definition.to_date < getdate()


def _close(name: str, row: book.LockedTarget, ground: fill.Ground, by: str) -> None:
	target = ground.targets[name]
	doc = frappe.get_doc(TARGET, name)
	with_ = {"policy": policy_as_kept(ground.policy), "months": _months(doc)}
	closing = _write_closing(doc, row, with_, by)
	_insert_members(target, ground)
	_close_target(name, closing.name, json.dumps(with_))
	doc.add_comment("Info", _("Closed, {0} sealed: {1}").format(closing.entries, closing.seal))


def _months(doc: Document) -> dict[str, str] | None:
	monthly = book.monthly_percentages(doc.monthly_distribution)
	return None if monthly is None else {str(month): f"{part:f}" for month, part in monthly.items()}


def _write_closing(doc: Document, row: book.LockedTarget, with_: dict, by: str) -> Document:
	rows = sealed.rows([doc.name])[doc.name]
	digests, previous = [one.digest for one in rows], _latest_seal(doc.company)
	figures = {field: doc.get(field) for field in FIGURES}
	text = json.dumps({**_definition(doc), **with_, "entries": len(rows)}, sort_keys=True, default=str)
	closing = frappe.get_doc(
		{
			"doctype": CLOSING,
			"sales_target": doc.name,
			**figures,
			"closed_on": now_datetime(),
			"closed_by": by,
			"entries": len(rows),
			"last_no": row.entries_booked,
			"previous_seal": previous,
			"sealed_text": text,
			"digests": seals.shortened(digests),
			"seal": seals.seal(previous, text, digests),
		}
	)
	closing.flags.by_the_app = True
	return closing.insert(ignore_permissions=True)


#: of a target, what its closing shows
FIGURES = (
	"title", "company", "from_date", "to_date", "currency", "realised_amount", "order_count", "percentage", "status",
)  # fmt: skip
#: and what is sealed of it beside its entries; names that may change are as they were
DEFINITION = (
	*FIGURES, "name", "target_type", "target_amount", "target_count", "territory", "customer_group", "item_group",
	"monthly_distribution", "result_in_full", "sellers",
)  # fmt: skip


def _definition(doc: Document) -> dict[str, object]:
	return {field: doc.get(field) for field in DEFINITION}


def _latest_seal(company: str) -> str:
	"""Of the company. Closings of one company are one after the other."""
	current.sql("SELECT name FROM `tabCompany` WHERE name = %s FOR UPDATE", company)
	latest = current.sql(
		f"""SELECT seal FROM `tab{CLOSING}` FORCE INDEX (company_creation) WHERE company = %s
		ORDER BY creation DESC, name DESC LIMIT 1 LOCK IN SHARE MODE""",
		company,
	)
	return latest[0][0] if latest else ""


def _insert_members(target: Target, ground: fill.Ground) -> None:
	now, user = now_datetime(), frappe.session.user
	columns = (
		"name, creation, modified, owner, modified_by, sales_target, company, "
		"member_type, member, above, from_date, to_date"
	)
	members = members_of(target, ground.trees)
	for part in fill.slices(members):
		rows = [
			(
				frappe.generate_hash(length=12), now, now, user, user, target.name, target.company,
				one.kind, one.name, one.above, one.first, one.last,
			)
			for one in part
		]  # fmt: skip
		places = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
		current.sql(
			f"INSERT INTO `tab{MEMBER}` ({columns}) VALUES {places}", [value for row in rows for value in row]
		)


def _close_target(name: str, closing: str, with_: str) -> None:
	_set(name, {"period_status": "Closed", "closing": closing, "closed_with": with_})


def _set(name: str, values: dict[str, object]) -> None:
	"""With the stamp that has orders decide again which are being saved."""
	target = frappe.qb.DocType(TARGET)
	query = frappe.qb.update(target).set(target.ledger_stamp, target.ledger_stamp + 1)
	for field, value in values.items():
		query = query.set(target[field], value)
	current.run(query.where(target.name == name))
	book.drop_from_cache([name])
	frappe.publish_realtime("sales_target_moved", {}, doctype=TARGET, docname=name, after_commit=True)


# --- open again -----------------------------------------------------------------------------------


def reopen(target: str, reason: str) -> str | None:
	"""Open a closed target: what adjusted it becomes a part of its figures, and it counts by the rules of today again.

	The closing and its seal stay, with who opened it, when and why. In the caller's transaction. Returns the run that
	restates it, where it is not done at once. Raises ValidationError for a target that is not closed, or without a reason.
	"""
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(_("Reason: say why the period is opened again."), title=errors.of_name(TARGET, target))
	seen = book.entries_booked([target])
	row = book.lock_targets([target]).get(target)
	if not row or not row.closing:
		frappe.throw(
			_("The target is not closed, and so it can't be opened again."),
			title=errors.of_name(TARGET, target),
		)
	_note_reopening(row.closing, reason)
	current.run(_members_of(target).delete())
	row.take(book.Totals(row.realised_amount + row.adjustment_amount, row.order_count + row.adjustment_count))
	_set(target, {"period_status": "Open", "closing": None, "closed_with": None})
	row.definition = facts.load_targets([target])[target]
	row.ledger_stamp += 1
	book.write_totals({target: row})
	frappe.get_doc(TARGET, target).add_comment("Info", _("Opened again: {0}").format(reason))
	return restate("Target", [target], snapshot_is_old=seen.get(target) != row.entries_booked)


def _members_of(target: str):
	member = frappe.qb.DocType(MEMBER)
	return frappe.qb.from_(member).where(member.sales_target == target)


def _note_reopening(closing: str, reason: str) -> None:
	row = frappe.qb.DocType(CLOSING)
	now, user = now_datetime(), frappe.session.user
	current.run(
		frappe.qb.update(row)
		.set(row.reopened_on, now)
		.set(row.reopened_by, user)
		.set(row.reason, reason)
		.set(row.modified, now)
		.set(row.modified_by, user)
		.where(row.name == closing)
	)


def forget(target: str) -> None:
	"""Of a target that is deleted. Its closings stay: seals of others are made of theirs."""
	current.run(_members_of(target).delete())


def closed_among(names: Collection[str] | None, company: str | None) -> list[str]:
	"""The closed ones of these targets, or of all, of a company or of all."""
	filters: dict[str, object] = {"period_status": "Closed"}
	if company:
		filters["company"] = company
	if names is not None:
		filters["name"] = ("in", [*names, ""])
	return frappe.get_all(TARGET, filters, pluck="name", order_by="name")


def orders_changed_since(targets: Collection[str], since: object) -> list[str]:
	"""Orders of the periods of these targets that were written to since a moment, and those that went without any event, sorted."""
	return sorted({*_written_to(targets, since), *_gone(targets)})


def _gone(targets: Collection[str]) -> list[str]:
	"""What has credit and is no order: a Transaction Deletion Record deletes without telling."""
	return frappe.db.sql_list(
		"""SELECT e.sales_order FROM `tabSales Target Entry` e LEFT JOIN `tabSales Order` o ON o.name = e.sales_order
		WHERE o.name IS NULL AND e.sales_target IN %(targets)s
		GROUP BY e.sales_order, e.sales_target, e.sales_person HAVING SUM(e.amount) <> 0 OR SUM(e.order_count) <> 0""",
		{"targets": tuple(targets) or ("",)},
	)


def _written_to(targets: Collection[str], since: object) -> list[str]:
	return frappe.db.sql_list(
		"""SELECT DISTINCT o.name FROM `tabSales Order` o JOIN (
				SELECT company, MIN(from_date) AS first, MAX(to_date) AS last FROM `tabSales Target`
				WHERE name IN %(targets)s GROUP BY company) period
				ON o.company = period.company AND o.transaction_date BETWEEN period.first AND period.last
			WHERE o.modified >= %(since)s""",
		{"targets": tuple(targets) or ("",), "since": since},
	)
