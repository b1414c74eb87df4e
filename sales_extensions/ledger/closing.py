"""A period is closed, and opened again (H3).

A closed target keeps the figures, the definition and the members that it had; its entries are sealed. What its orders
bring later is booked as ever, and adds up beside its figures: see `book.LockedTarget.add`. Nothing else closes or opens.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, format_date, get_fullname, getdate, now_datetime

from sales_extensions import current, errors, showing
from sales_extensions.engine import Member, Target, members_of, seals
from sales_extensions.engine.frozen import policy_as_kept

from . import book, documents, facts, fill, sealed
from .restate import refuse_rebuild, restate

TARGET, CLOSING, MEMBER = "Sales Target", "Sales Target Closing", "Sales Target Member"
#: So many at once: they are held until it is done.
AT_ONCE = 50


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
	sealed.hold_names()
	names = fill.that_ended(company, day)
	try:
		for part in fill.slices(fill.orders_of(names)):
			fill.fill_slice(names, part, fresh=False)
		fill.true_up(names, fresh=False)
		return [name for some in fill.slices(names, AT_ONCE) for name in close_some(some, fresh=False)]
	except fill.SnapshotIsOld:
		refuse_rebuild()


class GroundMoved(Exception):
	"""What the entries were decided by, a policy or a tree, is another now: they are to be decided anew."""


def close_some(
	names: Sequence[str],
	*,
	fresh: bool,
	by: str | None = None,
	decided_by: tuple[str, Collection[str]] | None = None,
) -> list[str]:
	"""Close those of these targets that are open and over, as their entries are; the names of those. Held until commit.

	`fresh`: the transaction has read nothing yet. Raises SnapshotIsOld where it is not, and a target was written to since.
	`by`: who closes, if it is not who asks. `decided_by`: by what the entries were brought to what the orders say, as
	`fill.fingerprint` gives it, and of which targets; raises GroundMoved where that is another now.
	"""
	sealed.hold_names()
	locked = fill.hold(names, fresh=fresh, as_defined=True)
	if decided_by and decided_by[0] != fill.fingerprint(decided_by[1]):
		raise GroundMoved
	todo = {name: row.entries_booked for name, row in locked.items() if _can_be_closed(row)}
	if todo:
		# they are over: the night may not have said so yet
		book.write_totals({name: locked[name] for name in todo})
		_close(todo, fill.Ground.of(tuple(todo)), by or frappe.session.user)
	return list(todo)


#: So many closings in a statement: each has a few bytes of every entry that it seals.
LONG_ROWS = 5


def _can_be_closed(row: book.LockedTarget) -> bool:
	return not row.closing and row.definition.to_date < getdate()


def _close(last_no: Mapping[str, int], ground: fill.Ground, by: str) -> None:
	"""`last_no`: how many entries each of these targets has, which are held."""
	members = {name: members_of(ground.targets[name], ground.trees) for name in last_no}
	made = _closings(last_no, ground, members, by)
	for some in fill.slices(made, LONG_ROWS):
		_insert(CLOSING, some)
	_insert(MEMBER, [_member_row(ground.targets[name], one) for name, own in members.items() for one in own])
	_insert("Comment", [_comment(one, by) for one in made])
	for one in made:
		kept = json.dumps({field: json.loads(one["sealed_text"])[field] for field in KEPT})
		_set(one["sales_target"], {"period_status": "Closed", "closing": one["name"], "closed_with": kept})


#: of a target, what its closing shows
FIGURES = (
	"title", "company", "from_date", "to_date", "currency", "realised_amount", "order_count", "percentage", "status",
)  # fmt: skip
#: and what is sealed of it beside its entries; names that may change are as they were
DEFINITION = (
	*FIGURES, "name", "target_type", "target_amount", "target_count", "territory", "customer_group", "item_group",
	"monthly_distribution", "result_in_full", "sellers", "measured_on",
)  # fmt: skip
#: and by what it goes on deciding
KEPT = ("policy", "months", "precision")


def _closings(
	last_no: Mapping[str, int], ground: fill.Ground, members: Mapping[str, list[Member]], by: str
) -> list[dict]:
	"""Rows of Sales Target Closing, each with its seal, made of the one before it in the company."""
	targets = frappe.get_all(TARGET, {"name": ("in", list(last_no))}, DEFINITION, order_by="name")
	made_of = sealed.digests(last_no.items())
	months = facts.distributions(row.monthly_distribution for row in targets)
	number = _numbers(len(targets))
	latest = {company: _latest_seal(company) for company in sorted({row.company for row in targets})}
	made = []
	for row in targets:
		kept = {
			"policy": policy_as_kept(ground.policy),
			"months": _months(months.get(row.monthly_distribution)),
			"precision": facts.precision(),
			"members": seals.digest_of_members(members[row.name]),
		}
		digests = made_of[row.name, last_no[row.name]]
		text = json.dumps({**row, **kept, "entries": len(digests)}, sort_keys=True, default=str)
		one = {field: row[field] for field in FIGURES} | {
			"name": f"{sealed.SERIES}{next(number):0{DIGITS}}",
			"sales_target": row.name,
			"closed_on": now_datetime(),
			"closed_by": by,
			"entries": len(digests),
			"last_no": last_no[row.name],
			"previous_seal": latest[row.company],
			"sealed_text": text,
			"digests": seals.shortened(digests),
			"seal": seals.seal(latest[row.company], text, digests),
		}
		latest[row.company] = one["seal"]
		made.append(one)
	return made


#: How closings are numbered.
DIGITS = 5


def _numbers(count: int) -> Iterator[int]:
	"""So many of the series of closings, which this transaction holds."""
	named = {"name": sealed.SERIES, "count": count}
	current.sql("UPDATE `tabSeries` SET current = current + %(count)s WHERE name = %(name)s", named)
	last = cint(current.sql("SELECT current FROM `tabSeries` WHERE name = %(name)s FOR UPDATE", named)[0][0])
	return iter(range(last - count + 1, last + 1))


def _months(monthly: Mapping[int, Decimal] | None) -> dict[str, str] | None:
	return None if monthly is None else {str(month): f"{part:f}" for month, part in monthly.items()}


def _latest_seal(company: str) -> str:
	"""Of the company. Closings of one company are one after the other."""
	current.sql("SELECT name FROM `tabCompany` WHERE name = %s FOR UPDATE", company)
	latest = current.sql(
		f"""SELECT seal FROM `tab{CLOSING}` FORCE INDEX (company_creation) WHERE company = %s
		ORDER BY LENGTH(name) DESC, name DESC LIMIT 1 LOCK IN SHARE MODE""",
		company,
	)
	return latest[0][0] if latest else ""


def _member_row(target: Target, one: Member) -> dict:
	return {
		"name": frappe.generate_hash(length=12),
		"sales_target": target.name,
		"company": target.company,
		"member_type": one.kind,
		"member": one.name,
		"above": one.above,
		"from_date": one.first,
		"to_date": one.last,
	}


def _comment(one: Mapping[str, object], by: str) -> dict:
	return {
		"name": frappe.generate_hash(length=12),
		"comment_type": "Info",
		"comment_email": by,
		"comment_by": get_fullname(by),
		"reference_doctype": TARGET,
		"reference_name": one["sales_target"],
		"content": _("Closed, {0} sealed: {1}").format(one["entries"], _in_groups(one["seal"])),
	}


def _in_groups(seal: str) -> str:
	"""A phone has no room for so long a word."""
	return " ".join(seal[start : start + 8] for start in range(0, len(seal), 8))


def _insert(doctype: str, rows: Sequence[Mapping[str, object]]) -> None:
	"""Not document by document: hundreds of targets are closed at once."""
	now, user = now_datetime(), frappe.session.user
	for part in fill.slices(rows):
		columns = ("creation", "modified", "owner", "modified_by", *part[0])
		names = ", ".join(f"`{column}`" for column in columns)
		places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(part))
		current.sql(
			f"INSERT INTO `tab{doctype}` ({names}) VALUES {places}",
			[value for row in part for value in (now, now, user, user, *row.values())],
		)


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
	reason = showing.as_plain((reason or "").strip())
	if not reason:
		frappe.throw(_("Reason: say why the period is opened again."), title=errors.of_name(TARGET, target))
	before = book.seen([target])
	row = book.lock_targets([target]).get(target)
	is_old = bool(row) and (target not in before or before[target].books != row.seen.books)
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
	return restate("Target", [target], snapshot_is_old=is_old)


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


def closed_among(names: Collection[str] | None, company: str | None) -> list[str]:
	"""The closed ones of these targets, or of all, of a company or of all."""
	filters: dict[str, object] = {"period_status": "Closed"}
	if company:
		filters["company"] = company
	if names is not None:
		filters["name"] = ("in", [*names, ""])
	return frappe.get_all(TARGET, filters, pluck="name", order_by="name")


def with_gaps(names: Collection[str]) -> list[tuple[str, int, int]]:
	"""Of these targets those that have fewer entries than were booked on them: with how many there are, and should be."""
	return list(
		frappe.db.sql(
			"""SELECT t.name, COUNT(e.name), t.entries_booked FROM `tabSales Target` t
			LEFT JOIN `tabSales Target Entry` e ON e.sales_target = t.name
			WHERE t.name IN %(names)s GROUP BY t.name, t.entries_booked HAVING COUNT(e.name) < t.entries_booked""",
			{"names": tuple(names)},
		)
	)


def orders_changed_since(targets: Collection[str], since: object) -> list[str]:
	"""Orders of the periods of these targets that were written to since a moment, and those that went without any event,
	sorted; and so of deliveries and invoices, as text.
	"""
	orders = {*_written_to(targets, since), *_booked_and_written_to(targets, since), *_gone(targets)}
	return sorted(orders | documents.changed_since(targets, since))


def _booked_and_written_to(targets: Collection[str], since: object) -> list[str]:
	"""What is in them, wherever its date has gone."""
	return frappe.db.sql_list(
		f"""SELECT DISTINCT e.sales_order FROM `tabSales Order` o
		JOIN `tabSales Target Entry` e FORCE INDEX (sales_order) ON e.sales_order = o.name
		WHERE o.modified >= %(since)s AND e.sales_target IN %(targets)s AND {book.OF_ORDERS}""",
		{"targets": tuple(targets) or ("",), "since": since},
	)


def _gone(targets: Collection[str]) -> list[str]:
	"""What has credit and is no order: a Transaction Deletion Record deletes without telling."""
	return frappe.db.sql_list(
		f"""SELECT e.sales_order FROM `tabSales Target Entry` e LEFT JOIN `tabSales Order` o ON o.name = e.sales_order
		WHERE o.name IS NULL AND e.sales_target IN %(targets)s AND {book.OF_ORDERS}
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
