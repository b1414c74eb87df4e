"""The one place that writes Upsell Credits from what happens to documents."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping

import frappe
from frappe.utils import now_datetime

from sales_extensions import current
from sales_extensions.engine.upsell import Change, Stamp, Voucher
from sales_extensions.ledger.facts import sellers_of_users

from .facts import parts_of


class AlreadyThere(Exception):
	"""Another transaction has committed the credit of a charge that this one took for new."""


#: Rows to a statement, well below the longest packet that MariaDB takes.
AT_ONCE = 500

#: A change of the document brings these to a credit that is there. Whose it is, it leaves alone.
FOLLOWED = (
	"item_code", "charge_name", "item_group", "qty", "stock_qty", "hours", "subtotal", "base_subtotal", "currency", "company",
	"charge_idx", "charge_state", "qty_before", "last_edited_on", "last_edited_by", "is_removed", "removed_on", "removed_by",
	"live_row", "modified", "modified_by",
)  # fmt: skip


def write(
	voucher: Voucher,
	changes: Collection[Change],
	actor: Stamp,
	sellers: Mapping[str, str] | None = None,
) -> None:
	"""Write new and changed credits of a document, however many, in a statement each.

	Raises AlreadyThere where a charge has got its credit since this transaction began to read.
	"""
	new = [change for change in changes if change.standing is None]
	if new and sellers is None:
		sellers = sellers_of_users({change.earned.assigned_to for change in new})
	_insert([_row(voucher, change, sellers or {}, actor) for change in new])
	_update([_row(voucher, change, {}, actor) for change in changes if change.standing])


def _insert(rows: list[dict]) -> None:
	try:
		_statement(rows)
	except Exception as error:
		if frappe.db.is_duplicate_entry(error):
			raise AlreadyThere from error
		raise


def _update(rows: list[dict]) -> None:
	columns = ("name", "creation", "owner", *FOLLOWED)
	followed = ", ".join(f"`{column}` = VALUES(`{column}`)" for column in FOLLOWED)
	_statement(
		[{column: row[column] for column in columns} for row in rows], f"ON DUPLICATE KEY UPDATE {followed}"
	)


def _statement(rows: list[dict], otherwise: str = "") -> None:
	if not rows:
		return
	columns = list(rows[0])
	names = ", ".join(f"`{column}`" for column in columns)
	places = f"({', '.join(['%s'] * len(columns))})"
	for start in range(0, len(rows), AT_ONCE):
		part = rows[start : start + AT_ONCE]
		current.sql(
			f"INSERT INTO `tabUpsell Credit` ({names}) VALUES {', '.join([places] * len(part))} {otherwise}",
			[row[column] for row in part for column in columns],
		)


def _row(voucher: Voucher, change: Change, sellers: Mapping[str, str], actor: Stamp) -> dict:
	charge, earned, old = change.charge, change.earned, change.standing
	now = now_datetime()
	return {
		"name": old.name if old else frappe.generate_hash(length=12),
		"creation": now,
		"modified": now,
		"owner": actor.by,
		"modified_by": actor.by,
		"voucher_type": voucher.doctype,
		"voucher_no": voucher.name,
		"voucher_row": charge.row,
		"company": charge.company or None,
		"currency": charge.currency or None,
		"item_code": charge.item_code or None,
		"charge_name": charge.charge_name,
		"item_group": charge.item_group or None,
		"qty": charge.qty,
		"stock_qty": charge.stock_qty,
		"hours": charge.hours,
		"subtotal": charge.subtotal,
		"base_subtotal": charge.base_subtotal,
		"charge_idx": charge.idx,
		"charge_state": charge.state,
		"credit_assigned_to": earned.assigned_to,
		"sales_person": sellers.get(earned.assigned_to),
		"credit_assigned_customised": int(earned.customised),
		"charge_created_on": earned.created.at,
		"charge_created_by": earned.created.by or None,
		"credit_assigned_on": earned.assigned.at,
		"credit_assigned_by": earned.assigned.by or None,
		"last_edited_on": earned.edited.at,
		"last_edited_by": earned.edited.by or None,
		"origin": str(earned.origin),
		"source_credit": earned.source or None,
		"upsell_rule": str(earned.upsell_rule),
		"is_upsell": int(earned.is_upsell),
		"qty_before": earned.qty_before,
		"is_inferred": int(earned.inferred),
		"reason": " ".join(str(reason) for reason in earned.reasons),
		"reason_parts": parts_of(earned.reasons),
		# unique: a charge has one credit, whatever two transactions saw of each other
		"live_row": None if change.removed else _key(voucher.doctype, charge.row),
		"is_removed": int(change.removed),
		"removed_on": now if change.removed else None,
		"removed_by": actor.by if change.removed else None,
	}


def _key(doctype: str, row: str) -> str:
	"""A caller may choose a row's name, and a long one."""
	return hashlib.sha1(f"{doctype} {row}".encode(), usedforsecurity=False).hexdigest()


def purge(doctype: str, name: str) -> None:
	"""A deleted document's number may be given again: its credits go with it, and what came of them stays."""
	credit, other = frappe.qb.DocType("Upsell Credit"), frappe.qb.DocType("Upsell Credit Change")
	names = [
		row[0]
		for row in frappe.qb.from_(credit)
		.select(credit.name)
		.where((credit.voucher_type == doctype) & (credit.voucher_no == name))
		.run()
	]
	if not names:
		return
	made_of_them = frappe.get_all(
		"Upsell Credit", {"source_credit": ("in", names)}, pluck="name", order_by="name"
	)
	set_by_name(made_of_them, {"source_credit": None})
	current.run(frappe.qb.from_(other).delete().where(other.parent.isin(names)))
	current.run(frappe.qb.from_(credit).delete().where(credit.name.isin(names)))


def set_by_name(names: Collection[str], values: Mapping[str, object]) -> None:
	"""Update credits found before: by name, so that nobody who makes a new one has to wait."""
	credit = frappe.qb.DocType("Upsell Credit")
	names = sorted(names)
	for start in range(0, len(names), AT_ONCE):
		query = frappe.qb.update(credit)
		for column, value in values.items():
			query = query.set(credit[column], value)
		current.run(query.where(credit.name.isin(names[start : start + AT_ONCE])))


def refresh_people(users: Collection[str] | None = None) -> int:
	"""Set anew what follows from who a user is, for the credits of some users or of all: the Sales Person behind
	them, and whether they added the charge themselves. Returns the rows changed.
	"""
	wrong: dict[tuple[str | None, int], list[str]] = defaultdict(list)
	for name, seller, customised in frappe.db.sql(
		f"""SELECT c.name, behind.seller, NOT (c.credit_assigned_to <=> c.charge_created_by)
		FROM `tabUpsell Credit` c LEFT JOIN (
			SELECT e.user_id, MIN(p.name) AS seller FROM `tabSales Person` p
			JOIN `tabEmployee` e ON e.name = p.employee WHERE e.user_id IS NOT NULL GROUP BY e.user_id
		) behind ON behind.user_id = c.credit_assigned_to
		WHERE (NOT c.sales_person <=> behind.seller
				OR c.credit_assigned_customised = (c.credit_assigned_to <=> c.charge_created_by))
			{"AND c.credit_assigned_to IN %(users)s" if users is not None else ""}""",
		{"users": tuple(users or ("",))},
	):
		wrong[seller, customised].append(name)
	for (seller, customised), names in wrong.items():
		set_by_name(names, {"sales_person": seller, "credit_assigned_customised": customised})
	return sum(map(len, wrong.values()))
