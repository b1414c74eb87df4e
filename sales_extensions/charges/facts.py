"""What the rules of upsell credit are told, read from documents and tables."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.utils import cint, cstr, now_datetime

from sales_extensions.engine import Reason
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.upsell import (
	Charge,
	Earned,
	QuotedLine,
	Stamp,
	Standing,
	Voucher,
	hours_of,
)

if TYPE_CHECKING:
	from frappe.model.document import Document

#: The documents whose charges are tracked, and the table of their rows.
ROWS_OF = {"Quotation": "Quotation Item", "Sales Order": "Sales Order Item"}
#: The database keeps so many decimals.
STORED = Decimal("1e-9")
LONGEST_NAME = 140


def actor() -> Stamp:
	"""Who acts in this transaction, and now. Never a row's own owner: each save forges that."""
	return Stamp(frappe.session.user, now_datetime())


def is_customer(user: str) -> bool:
	"""A visitor, or somebody who uses the website and not the desk."""
	return user == "Guest" or frappe.get_cached_value("User", user, "user_type") == "Website User"


def stored(value: object) -> Decimal:
	"""A number as the database has it, whether it comes from there or is on its way."""
	return to_decimal(value).quantize(STORED, ROUND_HALF_UP)


# --- documents and their rows -------------------------------------------------------------------


def voucher_from_doc(doc: Document) -> Voucher:
	return Voucher(
		doctype=doc.doctype,
		name=doc.name,
		company=doc.company or "",
		customer=_customer(doc),
		docstatus=cint(doc.docstatus),
		status=doc.status or "",
		created=Stamp(doc.owner, doc.creation),
	)


def _customer(doc: Document) -> str:
	if doc.doctype == "Quotation":
		return (doc.party_name or "") if doc.quotation_to == "Customer" else ""
	return doc.customer or ""


def customer_of(quotation: dict, preferred: str = "") -> str:
	"""The Customer that a quotation is for: its party, or the one its Lead or Prospect became."""
	if quotation.quotation_to == "Customer":
		return quotation.party_name or ""
	field = {"Lead": "lead_name", "Prospect": "prospect_name"}.get(quotation.quotation_to)
	if not field:
		return ""
	became = frappe.get_all("Customer", {field: quotation.party_name}, pluck="name", order_by="name")
	return preferred if preferred in became else (became or [""])[0]


def charges_of(rows: Iterable, header) -> list[Charge]:
	"""The charges of item rows and their header, of a document in memory or as the tables have it."""
	company, currency = cstr(header.get("company")), cstr(header.get("currency"))
	return [charge_from_row(row, company, currency) for row in rows]


def charge_from_row(row, company: str, currency: str) -> Charge:
	"""What a caller sends may be a number where a text belongs; the database has the text."""
	qty = stored(row.get("qty"))
	return Charge(
		row=cstr(row.get("name")),
		idx=cint(row.get("idx")),
		item_code=cstr(row.get("item_code")),
		charge_name=(cstr(row.get("item_name")) or cstr(row.get("item_code")))[:LONGEST_NAME],
		item_group=cstr(row.get("item_group")),
		qty=qty,
		hours=stored(hours_of(qty, cstr(row.get("uom")))),
		subtotal=stored(row.get("net_amount")),
		base_subtotal=stored(row.get("base_net_amount")),
		state=_state_of(row),
		company=company,
		currency=currency,
		is_free=bool(cint(row.get("is_free_item"))),
		quotation=row.get("prevdoc_docname") or "" if row.get("quotation_item") else "",
		quotation_row=row.get("quotation_item") or "",
	)


#: What somebody who edits a charge edits. Amounts are not among them: another row can move these.
#: Nor is what a rename changes, as the item's code and the unit's name.
EDITED_BY_HAND = ("item_name", "description")


def _state_of(row) -> str:
	told = [cstr(row.get(field)) for field in EDITED_BY_HAND]
	told += [
		str(round(stored(row.get(field)), 6).normalize()) for field in ("qty", "rate", "conversion_factor")
	]
	return hashlib.sha1(json.dumps(told).encode(), usedforsecurity=False).hexdigest()[:16]


ROW_FIELDS = (
	"name", "parent", "idx", "item_code", "item_name", "item_group", "description", "uom", "conversion_factor", "qty",
	"rate", "net_amount", "base_net_amount", "is_free_item", "prevdoc_docname",
)  # fmt: skip


def load_rows(doctype: str, names: Collection[str], *, current_read: bool = False) -> dict[str, list[dict]]:
	"""The item rows of many documents, in row order, as they are stored."""
	rows: dict[str, list[dict]] = defaultdict(list)
	if names:
		child = frappe.qb.DocType(ROWS_OF[doctype])
		fields = [*ROW_FIELDS, *(("quotation_item",) if doctype == "Sales Order" else ())]
		query = (
			frappe.qb.from_(child)
			.select(*fields)
			.where(child.parent.isin(list(names)) & (child.parenttype == doctype))
			.orderby(child.parent, child.idx)
		)
		query = query.force_index("parent").for_update() if current_read else query
		for row in query.run(as_dict=True):
			rows[row.parent].append(row)
	return rows


def rows_there(doctype: str, rows: Collection[str]) -> set[str]:
	"""Which of these item rows the database has."""
	child = frappe.qb.DocType(ROWS_OF[doctype])
	return {
		row[0] for row in frappe.qb.from_(child).select(child.name).where(child.name.isin(list(rows))).run()
	}


def load_vouchers(doctype: str, names: Collection[str], *, hold: bool = False) -> dict[str, dict]:
	"""The headers of many documents, with what `voucher_from_doc` reads of one."""
	if not names:
		return {}
	doc = frappe.qb.DocType(doctype)
	party = (doc.quotation_to, doc.party_name) if doctype == "Quotation" else (doc.customer,)
	query = (
		frappe.qb.from_(doc)
		.select(doc.name, doc.company, doc.docstatus, doc.status, doc.owner, doc.creation, doc.currency)
		.select(doc.amended_from, *party)
		.where(doc.name.isin(list(names)))
		.orderby(doc.name)
	)
	# by name: in a small table a scan would hold the rows of other documents too
	rows = (query.force_index("PRIMARY").for_update() if hold else query).run(as_dict=True)
	return {row.name: frappe._dict(row, doctype=doctype) for row in rows}


# --- credits ------------------------------------------------------------------------------------

STANDING = (
	"name", "voucher_no", "voucher_row", "charge_idx", "item_code", "charge_name", "item_group", "qty", "hours",
	"subtotal", "base_subtotal", "charge_state", "credit_assigned_to", "charge_created_by",
	"charge_created_on", "credit_assigned_by", "credit_assigned_on", "last_edited_by", "last_edited_on",
	"origin", "source_credit", "upsell_rule", "is_upsell", "is_inferred", "is_removed", "company", "currency",
)  # fmt: skip


def standing(
	doctype: str, names: Collection[str], *, current_read: bool = False
) -> dict[str, list[Standing]]:
	"""The credits of documents, removed ones included, in row order."""
	found: dict[str, list[Standing]] = defaultdict(list)
	if not names:
		return found
	credit = frappe.qb.DocType("Upsell Credit")
	query = (
		frappe.qb.from_(credit)
		.select(*STANDING)
		.where((credit.voucher_type == doctype) & credit.voucher_no.isin(list(names)))
		.orderby(credit.voucher_no, credit.charge_idx, credit.name)
	)
	for row in (query.force_index("voucher").for_update() if current_read else query).run():
		found[row[1]].append(standing_from_row(row))
	return found


def standing_now(credits: Collection[Standing]) -> list[Standing]:
	"""These credits as they are committed, held until commit: what was read before a lock may be old.

	By name, so that nothing beside them is held. One that was purged is missing.
	"""
	if not credits:
		return []
	credit = frappe.qb.DocType("Upsell Credit")
	rows = (
		frappe.qb.from_(credit)
		.force_index("PRIMARY")
		.select(*STANDING)
		.where(credit.name.isin(sorted(one.name for one in credits)))
		.orderby(credit.name)
		.for_update()
		.run()
	)
	return sorted(map(standing_from_row, rows), key=lambda one: (one.charge.idx, one.name))


def standing_from_row(row: tuple) -> Standing:
	value = dict(zip(STANDING, row, strict=True))
	return Standing(
		name=value["name"],
		charge=Charge(
			row=value["voucher_row"],
			idx=cint(value["charge_idx"]),
			item_code=value["item_code"] or "",
			charge_name=value["charge_name"] or "",
			item_group=value["item_group"] or "",
			qty=stored(value["qty"]),
			hours=stored(value["hours"]),
			subtotal=stored(value["subtotal"]),
			base_subtotal=stored(value["base_subtotal"]),
			state=value["charge_state"] or "",
			company=value["company"] or "",
			currency=value["currency"] or "",
		),
		earned=Earned(
			assigned_to=value["credit_assigned_to"],
			created=Stamp(value["charge_created_by"] or "", value["charge_created_on"]),
			assigned=Stamp(value["credit_assigned_by"] or "", value["credit_assigned_on"]),
			edited=Stamp(value["last_edited_by"] or "", value["last_edited_on"]),
			origin=value["origin"],
			source=value["source_credit"] or "",
			upsell_rule=value["upsell_rule"] or "",
			is_upsell=bool(value["is_upsell"]),
			inferred=bool(value["is_inferred"]),
		),
		removed=bool(value["is_removed"]),
	)


# --- where charges come from --------------------------------------------------------------------


def quoted_lines(
	charges: Iterable[Charge],
	*,
	order: str,
	customer: str,
	copied_from: str | None = None,
	made_before: object = None,
) -> dict[str, QuotedLine]:
	"""The quotation rows that an order's rows name, by what the database says of them (U6).

	`made_before`: only orders made before this moment have taken something of them.
	"""
	named = {charge.quotation_row for charge in charges if charge.quotation_row}
	if not named:
		return {}
	lines = _quoted_rows(named, customer)
	ordered, copied = _ordered({line.quotation for line in lines}, order, copied_from, made_before)
	credits = _credits_of_rows(named)
	return {
		line.row: QuotedLine(
			row=line.row,
			quotation=line.quotation,
			item_code=line.item_code or "",
			company=line.company,
			docstatus=cint(line.docstatus),
			qty=stored(line.qty),
			ordered_qty=ordered.get(line.row, Decimal(0)),
			customer=line.customer or "",
			quoted_by=Stamp(line.owner, line.creation),
			credit=credits.get(line.row),
			copied=line.row in copied,
		)
		for line in lines
	}


def _quoted_rows(rows: Collection[str], customer: str) -> list[dict]:
	"""`customer`: of several customers that a lead became, the order's own is the one."""
	became = """(SELECT c.name FROM `tabCustomer` c WHERE c.{field} = q.party_name
		ORDER BY c.name = %(customer)s DESC, c.name LIMIT 1)"""
	return frappe.db.sql(
		f"""SELECT i.name AS row, i.parent AS quotation, i.item_code, i.qty, q.company, q.docstatus, q.owner,
			q.creation, CASE q.quotation_to WHEN 'Customer' THEN q.party_name
				WHEN 'Lead' THEN {became.format(field="lead_name")}
				WHEN 'Prospect' THEN {became.format(field="prospect_name")} END AS customer
		FROM `tabQuotation Item` i JOIN `tabQuotation` q ON q.name = i.parent
		WHERE i.name IN %(rows)s""",
		{"rows": tuple(rows), "customer": customer},
		as_dict=True,
	)


def _ordered(
	quotations: Collection[str], order: str, copied_from: str | None, made_before: object
) -> tuple[dict[str, Decimal], set[str]]:
	"""What other submitted orders have taken of each quotation row, and the rows that a copied order has."""
	if not quotations:
		return {}, set()
	taken: dict[str, Decimal] = defaultdict(Decimal)
	copied: set[str] = set()
	for row, parent, docstatus, qty in frappe.db.sql(
		f"""SELECT i.quotation_item, i.parent, i.docstatus, i.qty
		FROM `tabSales Order Item` i JOIN `tabSales Order` o ON o.name = i.parent
		WHERE i.prevdoc_docname IN %(quotations)s AND i.parent != %(order)s
			{"AND o.creation < %(made_before)s" if made_before else ""}""",
		{"quotations": tuple(quotations), "order": order, "made_before": made_before},
	):
		if docstatus == 1:
			taken[row] += stored(qty)
		if parent == copied_from:
			copied.add(row)
	return taken, copied


def _credits_of_rows(rows: Collection[str]) -> dict[str, Standing]:
	credit = frappe.qb.DocType("Upsell Credit")
	found = (
		frappe.qb.from_(credit)
		.select(*STANDING)
		.where(credit.voucher_row.isin(list(rows)) & (credit.voucher_type == "Quotation"))
		.where(credit.is_removed == 0)
		.run()
	)
	return {credit.charge.row: credit for credit in map(standing_from_row, found)}


def parts_of(reasons: Iterable[Reason]) -> str:
	return json.dumps([[reason.sentence, *reason.values] for reason in reasons])
