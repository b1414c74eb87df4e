"""What the rules of upsell credit are told, read from documents and tables."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Min
from frappe.utils import cint, cstr, get_datetime, now_datetime

from sales_extensions import current, showing
from sales_extensions.constants.custom_fields import OFFERED_ON
from sales_extensions.engine import Reason
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.upsell import (
	STORED,
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
		charge_name=showing.as_plain(cstr(row.get("item_name")) or cstr(row.get("item_code")))[:LONGEST_NAME],
		item_group=cstr(row.get("item_group")),
		qty=qty,
		hours=stored(hours_of(qty, cstr(row.get("uom")))),
		subtotal=stored(row.get("net_amount")),
		base_subtotal=stored(row.get("base_net_amount")),
		state=_state_of(row),
		company=company,
		currency=currency,
		stock_qty=stored(to_decimal(row.get("qty")) * (to_decimal(row.get("conversion_factor")) or 1)),
		rate=stored(row.get("rate")),
		is_free=bool(cint(row.get("is_free_item"))),
		is_alternative=bool(cint(row.get("is_alternative"))),
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
		fields = [*ROW_FIELDS, "quotation_item" if doctype == "Sales Order" else "is_alternative"]
		query = (
			frappe.qb.from_(child)
			.select(*fields)
			.where(child.parent.isin(list(names)) & (child.parenttype == doctype))
			.orderby(child.parent, child.idx)
		)
		query = query.force_index("parent").for_update() if current_read else query
		for row in current.run(query, when=current_read, as_dict=True):
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
	query = query.force_index("PRIMARY").for_update() if hold else query
	rows = current.run(query, when=hold, as_dict=True)
	return {row.name: frappe._dict(row, doctype=doctype) for row in rows}


# --- what was offered, and when ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offered:
	"""What of a document was there for somebody else than its author, before this save (ADR 8)."""

	is_deal: bool = False
	at: object = None
	author: str = ""


def note_offered(doc: Document) -> None:
	"""When a quotation that is being submitted was first submitted; an amended one is the same offer."""
	before = _of_amended(doc).at if doc.amended_from else None
	doc.set(OFFERED_ON, before or doc.modified)


def offered(doc: Document) -> Offered:
	"""Whether and when a document was submitted or sent before the save that goes on; an amended one was."""
	was_submitted = cint(doc.docstatus) == 1 and getattr(doc, "_action", None) != "submit"
	amends = bool(doc.get("amended_from"))
	if doc.doctype == "Sales Order" and (was_submitted or amends):
		return Offered(is_deal=True)
	if amends:
		return _of_amended(doc)
	submitted = get_datetime(doc.get(OFFERED_ON) or doc.creation) if was_submitted else None
	return Offered(at=min(filter(None, (submitted, _sent_at(doc))), default=None))


def _of_amended(doc: Document) -> Offered:
	"""What a quotation amends: when it was submitted, or before that was noted when it was made; and who wrote it."""
	fields = [OFFERED_ON, "creation", "owner"]
	noted, made, owner = frappe.db.get_value(doc.doctype, doc.amended_from, fields) or (None, None, "")
	return Offered(at=noted or made, author=owner)


def _sent_at(doc: Document) -> object:
	"""When the document was first sent to somebody, by e-mail: a call that was noted shows nobody the offer."""
	sent = frappe.qb.DocType("Communication")
	query = (
		frappe.qb.from_(sent)
		.select(Min(sent.creation))
		.where((sent.reference_doctype == doc.doctype) & (sent.reference_name == doc.name))
		.where((sent.communication_type == "Communication") & (sent.sent_or_received == "Sent"))
		.where(sent.communication_medium == "Email")
	)
	return query.run()[0][0]


# --- credits ------------------------------------------------------------------------------------

STANDING = (
	"name", "voucher_no", "voucher_row", "charge_idx", "item_code", "charge_name", "item_group", "qty", "stock_qty", "hours",
	"subtotal", "base_subtotal", "charge_state", "credit_assigned_to", "charge_created_by",
	"charge_created_on", "credit_assigned_by", "credit_assigned_on", "last_edited_by", "last_edited_on",
	"origin", "source_credit", "upsell_rule", "is_upsell", "qty_before", "is_inferred", "is_removed", "company", "currency",
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
	query = query.force_index("voucher").for_update() if current_read else query
	for row in current.run(query, when=current_read):
		found[row[1]].append(standing_from_row(row))
	return found


def standing_now(credits: Collection[Standing]) -> list[Standing]:
	"""These credits as they are committed, held until commit: what was read before a lock may be old.

	By name, so that nothing beside them is held. One that was purged is missing.
	"""
	if not credits:
		return []
	credit = frappe.qb.DocType("Upsell Credit")
	rows = current.run(
		frappe.qb.from_(credit)
		.force_index("PRIMARY")
		.select(*STANDING)
		.where(credit.name.isin(sorted(one.name for one in credits)))
		.orderby(credit.name)
		.for_update()
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
			stock_qty=stored(value["stock_qty"]),
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
			qty_before=stored(value["qty_before"]),
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
	"""The rows of the quotations that an order's rows name, by what the database says of them (U6).

	`made_before`: only orders made before this moment have taken something of them.
	"""
	quotations = {charge.quotation for charge in charges if charge.quotation_row and charge.quotation}
	if not quotations:
		return {}
	lines = _quoted_rows(quotations, customer)
	ordered, copied = _ordered(quotations, order, copied_from, made_before)
	credits = _credits_of(quotations)
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
			rate=stored(line.rate),
			is_alternative=bool(cint(line.is_alternative)),
		)
		for line in lines
	}


def _quoted_rows(quotations: Collection[str], customer: str) -> list[dict]:
	"""`customer`: of several customers that a lead became, the order's own is the one."""
	became = """(SELECT c.name FROM `tabCustomer` c WHERE c.{field} = q.party_name
		ORDER BY c.name = %(customer)s DESC, c.name LIMIT 1)"""
	return frappe.db.sql(
		f"""SELECT i.name AS row, i.parent AS quotation, i.item_code, i.rate, i.is_alternative,
			i.qty * IF(i.conversion_factor, i.conversion_factor, 1) AS qty, q.company, q.docstatus, q.owner,
			q.creation, CASE q.quotation_to WHEN 'Customer' THEN q.party_name
				WHEN 'Lead' THEN {became.format(field="lead_name")}
				WHEN 'Prospect' THEN {became.format(field="prospect_name")} END AS customer
		FROM `tabQuotation Item` i JOIN `tabQuotation` q ON q.name = i.parent
		WHERE i.parent IN %(quotations)s AND i.parenttype = 'Quotation' ORDER BY i.parent, i.idx""",
		{"quotations": tuple(quotations), "customer": customer},
		as_dict=True,
	)


def _ordered(
	quotations: Collection[str], order: str, copied_from: str | None, made_before: object
) -> tuple[dict[str, Decimal], set[str]]:
	"""What other submitted orders have taken of each quotation row, and the rows that a copied order has.

	Taken is also what was typed there and is what the quotation offered.
	"""
	taken: dict[str, Decimal] = defaultdict(Decimal)
	copied: set[str] = set()
	earlier = "AND o.creation < %(made_before)s" if made_before else ""
	for row, parent, docstatus, qty in frappe.db.sql(
		f"""SELECT i.quotation_item, i.parent, i.docstatus, i.stock_qty
		FROM `tabSales Order Item` i JOIN `tabSales Order` o ON o.name = i.parent
		WHERE i.prevdoc_docname IN %(quotations)s AND i.parent != %(order)s {earlier}
		UNION ALL
		SELECT q.voucher_row, c.voucher_no, o.docstatus, c.stock_qty
		FROM `tabUpsell Credit` q
		JOIN `tabUpsell Credit` c ON c.source_credit = q.name AND c.voucher_type = 'Sales Order'
			AND c.origin = 'Converted' AND c.is_removed = 0
		JOIN `tabSales Order Item` i ON i.name = c.voucher_row AND IFNULL(i.prevdoc_docname, '') = ''
		JOIN `tabSales Order` o ON o.name = c.voucher_no
		WHERE q.voucher_type = 'Quotation' AND q.voucher_no IN %(quotations)s AND c.voucher_no != %(order)s {earlier}""",
		{"quotations": tuple(quotations), "order": order, "made_before": made_before},
	):
		if docstatus == 1:
			taken[row] += stored(qty)
		if parent == copied_from:
			copied.add(row)
	return taken, copied


def _credits_of(quotations: Collection[str]) -> dict[str, Standing]:
	credit = frappe.qb.DocType("Upsell Credit")
	found = (
		frappe.qb.from_(credit)
		.select(*STANDING)
		.where(credit.voucher_no.isin(list(quotations)) & (credit.voucher_type == "Quotation"))
		.where(credit.is_removed == 0)
		.run()
	)
	return {credit.charge.row: credit for credit in map(standing_from_row, found)}


def parts_of(reasons: Iterable[Reason]) -> str:
	return json.dumps([[reason.sentence, *reason.values] for reason in reasons])


def known_only(charges: Iterable[Charge], standing: Iterable[Standing]) -> list[Charge]:
	"""The charges that have a credit."""
	known = {credit.charge.row for credit in standing if not credit.removed}
	return [charge for charge in charges if charge.row in known]
