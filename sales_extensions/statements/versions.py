"""Versions of a Sales Statement: which comes next, and what it says that the one before does not (H4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import frappe
from frappe.utils import getdate

from sales_extensions import current
from sales_extensions.engine import statements as rules
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.statements import Difference, Kind, Line

if TYPE_CHECKING:
	from frappe.model.document import Document

STATEMENT = "Sales Statement"
#: What makes two statements versions of one.
SAME = ("sales_person", "company", "from_date", "to_date", "target_type")
#: What stays of a line that is in the version before alone.
KEPT = (
	"kind", "sales_order", "sales_person", "sales_target", "posting_date", "booked_on", "currency", "reason",
	"reason_parts", "source_doctype", "source_name", "entry",
)  # fmt: skip


#: The row that whoever saves a statement holds.
HELD = "SST-"


def hold() -> None:
	"""Who saves a statement waits for who saves another: the framework puts all lines anew, and two who did that side by side
	would each wait for the other.
	"""
	current.sql(
		"INSERT INTO `tabSeries` (name, current) VALUES (%s, 0) ON DUPLICATE KEY UPDATE current = current",
		HELD,
	)


def standing(doc: Document, *, held: bool) -> list[dict]:
	"""The issued versions that none has taken the place of, the newest first: one, or those of sellers who were made one.

	`held`: whatever this transaction has read before, and nobody changes it meanwhile.
	"""
	return current.sql(
		f"""SELECT name, version, goal FROM `tabSales Statement`
		WHERE {" AND ".join(f"{field} = %({field})s" for field in SAME)} AND docstatus = 1 AND name != %(name)s
			AND IFNULL(superseded_by, '') = ''
		ORDER BY version DESC, name DESC {"FOR UPDATE" if held else ""}""",
		{"name": doc.name or "", **{field: doc.get(field) for field in SAME}},
		when=held,
		as_dict=True,
	)


def lines_of(names: Sequence[str], *, held: bool) -> list[dict]:
	"""Those of versions, without what was gone in them."""
	return current.sql(
		f"""SELECT * FROM `tabSales Statement Line` FORCE INDEX (parent)
		WHERE parent IN %(names)s AND parenttype = '{STATEMENT}'
		AND difference != '{Difference.GONE}' AND kind != '{Kind.MISSING}' ORDER BY parent, idx {"FOR UPDATE" if held else ""}""",
		{"names": tuple(names) or ("",)},
		when=held,
		as_dict=True,
	)


def compare(now: Sequence[dict], before: Sequence[dict] | None) -> tuple[list[dict], list[rules.Compared]]:
	"""The lines of a version, each with how it differs, and with those that are gone."""
	old = before or ()
	found = rules.compared(
		[_line(row) for row in now], None if before is None else [_line(row) for row in old]
	)
	rows = [_row(one, now, old) for one in found]
	return sorted(rows, key=lambda row: row["kind"] == Kind.ADJUSTMENT), found


def _line(row: dict) -> Line:
	is_credit = row["kind"] == Kind.CREDIT
	about = ("sales_target", "sales_order", "sales_person") if is_credit else ("entry",)
	return Line(
		kind=row["kind"],
		about=tuple(row[field] for field in about),
		amount=to_decimal(row["amount"]),
		order_count=row["order_count"],
		share=to_decimal(row["share_percentage"]),
		day=getdate(row["posting_date"]),
		reason=row["reason"] or "",
	)


def _row(one: rules.Compared, now: Sequence[dict], before: Sequence[dict]) -> dict:
	if one.now is None:
		row = {field: before[one.before][field] for field in KEPT}
		row |= {"amount": 0, "order_count": 0, "share_percentage": 0}
	else:
		row = dict(now[one.now])
	row["difference"] = str(one.difference)
	if one.before is not None:
		row["previous_amount"] = before[one.before]["amount"]
		row["previous_order_count"] = before[one.before]["order_count"]
	return row


def key(doc: Document, version: int) -> str:
	"""Of which there is one. A seller of before with the same name, renamed since, was another."""
	made = frappe.db.get_value("Sales Person", doc.sales_person, "creation")
	parts = "\n".join(map(str, (*(doc.get(field) for field in SAME), made, version)))
	return hashlib.sha256(parts.encode()).hexdigest()
