"""What the upsell reports ask of the database (U11): figures by key or month, and pages of charges.

A quoted charge is converted if a charge of a submitted order continues it, or if the quotation became a
submitted invoice. Amendments are followed back to the order's charge that was the conversion. Of alternatives
only the one that was taken is quoted; until then the row that they are alternatives to. Amounts in company
currency, net of tax, unless they say otherwise. User Permissions hold in every answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import frappe
from frappe.utils import cint

from sales_extensions.engine.conversion import Tally, merged
from sales_extensions.engine.money import round_money, to_decimal
from sales_extensions.ledger import facts as ledger_facts
from sales_extensions.ledger.facts import precision
from sales_extensions.permissions import CREDIT, names_within, reads, restriction

from .report_filters import NO, YES, Filters

IS_UPSELL, UPSELL_AMOUNT = (
	text.replace("c.", "`tabUpsell Credit`.") for text in (ledger_facts.IS_UPSELL, ledger_facts.UPSELL_AMOUNT)
)
IS_INFERRED = "`tabUpsell Credit`.is_inferred"
QUOTED, ORDERED = "Quotation", "Sales Order"

#: Each charge of an amended order with the charges before it: `reached` is what one of these came from.
#: UNION, not UNION ALL: a ring of amendments, which there should not be, would end too.
AMENDED = """WITH RECURSIVE amended (made, sales_order, reached, origin) AS (
	SELECT c.name, c.voucher_no, p.source_credit, p.origin
	FROM `tabSales Order` o
	JOIN `tabUpsell Credit` c ON c.voucher_type = 'Sales Order' AND c.voucher_no = o.name
	JOIN `tabUpsell Credit` p ON p.name = c.source_credit
	WHERE o.amended_from IS NOT NULL AND o.docstatus IN %(conversion_docstatus)s
		AND c.origin = 'Amended' AND c.is_removed = 0
	UNION
	SELECT a.made, a.sales_order, p.source_credit, p.origin
	FROM amended a JOIN `tabUpsell Credit` p ON p.name = a.reached WHERE a.origin = 'Amended'
)"""

#: Of a quoted charge: is it converted? Never NULL, so that it can be negated.
CONVERTED = """(EXISTS (
		SELECT 1 FROM `tabUpsell Credit` m JOIN `tabSales Order` o ON o.name = m.voucher_no
		WHERE m.source_credit = `tabUpsell Credit`.name AND m.origin = 'Converted' AND m.is_removed = 0
			AND m.voucher_type = 'Sales Order' AND o.docstatus = 1
	) OR `tabUpsell Credit`.name IN (
		SELECT reached FROM amended WHERE origin = 'Converted' AND reached IS NOT NULL
	) OR (`tabUpsell Credit`.invoiced_in IS NOT NULL AND EXISTS (
		SELECT 1 FROM `tabSales Invoice` i WHERE i.name = `tabUpsell Credit`.invoiced_in AND i.docstatus = 1
	)))"""

#: Of an order's charge: does it come from a quotation?
FROM_QUOTATION = """(`tabUpsell Credit`.origin = 'Converted' OR `tabUpsell Credit`.name IN (
		SELECT made FROM amended WHERE origin = 'Converted'
	))"""

CONVERSION = {QUOTED: CONVERTED, ORDERED: FROM_QUOTATION}

#: Charges that were offered together with others and not taken: an alternative, and the row above it, that it is
#: an alternative to, if one of its alternatives was taken instead. Found once for all, not asked of each charge.
PASSED_OVER = f""", offered (credit, quotation, is_alternative, first, converted) AS (
	SELECT `tabUpsell Credit`.name, i.parent, i.is_alternative, (
		SELECT MAX(above.idx) FROM `tabQuotation Item` above
		WHERE above.parent = i.parent AND above.is_alternative = 0 AND above.idx <= i.idx
	), {CONVERTED}
	FROM `tabQuotation Item` i
	JOIN `tabUpsell Credit` ON `tabUpsell Credit`.voucher_row = i.name
	JOIN `tabQuotation` q ON q.name = i.parent
	WHERE (i.is_alternative = 1 OR i.has_alternative_item = 1) AND q.company = %(company)s
		AND (%(from_date)s IS NULL OR q.transaction_date >= %(from_date)s)
		AND (%(to_date)s IS NULL OR q.transaction_date <= %(to_date)s)
), passed_over (credit) AS (
	SELECT o.credit FROM (
		SELECT offered.*, MAX(converted) OVER (PARTITION BY quotation, first) AS one_taken FROM offered
	) o WHERE NOT o.converted AND (o.is_alternative = 1 OR o.one_taken)
)"""

WITH = {QUOTED: AMENDED + PASSED_OVER, ORDERED: AMENDED}

KEYS = {
	"Person": "`tabUpsell Credit`.credit_assigned_to",
	"Month": "EXTRACT(YEAR_MONTH FROM `tab{doctype}`.transaction_date)",
	"Territory": "IFNULL(`tab{doctype}`.territory, '')",
	"Item Group": "IFNULL(`tabUpsell Credit`.item_group, '')",
}


@dataclass(frozen=True, slots=True)
class MonthSum:
	"""Charges of a month ("2026-03"): how many, how many converted and upsells, hours and amounts."""

	month: str
	charges: int
	converted: int
	upsells: int
	hours: float
	amount: object
	upsell_amount: object


# --- who may see what ---------------------------------------------------------------------------


def refuse_unpermitted() -> None:
	"""Raises PermissionError for who may not read credits or make reports of them."""
	for permission in ("read", "report"):
		frappe.has_permission(CREDIT, permission, throw=True)


def permitted(doctype: str) -> str:
	"""The rows of a doctype that the user's permissions leave, as a condition with % doubled."""
	return restriction(doctype).replace("%", "%%") or "1 = 1"


def permitted_names(doctype: str, names: Collection[str]) -> set[str]:
	"""Those of these documents that the user may see."""
	return names_within(doctype, list(names), restriction(doctype)) if names else set()


# --- which charges ------------------------------------------------------------------------------


def _from_where(doctype: str, filters: Filters) -> str:
	"""FROM and WHERE of the charges that the filters and the user's permissions leave."""
	conditions = [
		"`tabUpsell Credit`.voucher_type = %(doctype)s",
		"`tabUpsell Credit`.is_removed = 0",
		f"`tab{doctype}`.docstatus IN %(docstatus)s",
		f"`tab{doctype}`.company = %(company)s",
		f"({permitted(doctype)})",
		f"({permitted(CREDIT)})",
	]
	for condition, asked in (
		(f"`tab{doctype}`.transaction_date >= %(from_date)s", filters.from_date),
		(f"`tab{doctype}`.transaction_date <= %(to_date)s", filters.to_date),
		("`tabUpsell Credit`.credit_assigned_to = %(user)s", filters.user),
		(f"`tab{doctype}`.territory IN %(territories)s", filters.territories),
		("`tabUpsell Credit`.item_group IN %(item_groups)s", filters.item_groups),
		(IS_UPSELL, filters.only_upsells),
		(CONVERSION[doctype], filters.converted == YES),
		(f"NOT {CONVERSION[doctype]}", filters.converted == NO),
		("`tabUpsell Credit`.name NOT IN (SELECT credit FROM passed_over)", doctype == QUOTED),
	):
		if asked:
			conditions.append(condition)
	return f"""FROM `tabUpsell Credit` JOIN `tab{doctype}` ON `tab{doctype}`.name = `tabUpsell Credit`.voucher_no
		WHERE {" AND ".join(conditions)}"""


def _values(doctype: str, filters: Filters) -> dict[str, object]:
	return {
		"doctype": doctype,
		"docstatus": filters.docstatus,
		# a draft converts nothing, shown or not; but a draft order shows where it comes from
		"conversion_docstatus": filters.docstatus if doctype == ORDERED else (1,),
		"company": filters.company,
		"from_date": filters.from_date,
		"to_date": filters.to_date,
		"user": filters.user,
		"territories": filters.territories,
		"item_groups": filters.item_groups,
		"limit": filters.limit,
	}


# --- figures ------------------------------------------------------------------------------------


def tallies(filters: Filters) -> dict[str, Tally]:
	"""Figures by key: a user, a month ("2026-03"), a territory or an item group; "" where there is none.

	Two grouped queries, whatever the number of charges.
	"""
	return merged(_quoted(filters), _ordered(filters))


def _quoted(filters: Filters) -> dict[str, Tally]:
	rows = frappe.db.sql(
		f"""{WITH[QUOTED]} SELECT {_key(QUOTED, filters)} AS at, COUNT(*), SUM({CONVERTED}), SUM({IS_INFERRED})
		{_from_where(QUOTED, filters)} GROUP BY at""",
		_values(QUOTED, filters),
	)
	return {
		_shown_key(key, filters): Tally(
			quoted=cint(count), converted=cint(converted), inferred=cint(inferred)
		)
		for key, count, converted, inferred in rows
	}


def _ordered(filters: Filters) -> dict[str, Tally]:
	rows = frappe.db.sql(
		f"""{AMENDED} SELECT {_key(ORDERED, filters)} AS at, COUNT(*), SUM({IS_UPSELL}), SUM({UPSELL_AMOUNT}),
			SUM(`tabUpsell Credit`.base_subtotal), SUM({IS_INFERRED})
		{_from_where(ORDERED, filters)} GROUP BY at""",
		_values(ORDERED, filters),
	)
	return {
		_shown_key(key, filters): Tally(
			ordered=cint(count),
			upsells=cint(upsells),
			upsell_revenue=money(upsell_revenue),
			revenue=money(revenue),
			inferred=cint(inferred),
		)
		for key, count, upsells, upsell_revenue, revenue, inferred in rows
	}


def _key(doctype: str, filters: Filters) -> str:
	return KEYS[filters.group_by].format(doctype=doctype)


def _shown_key(key: object, filters: Filters) -> str:
	return month_text(key) if filters.group_by == "Month" else str(key or "")


def month_text(year_month: object) -> str:
	year, month = divmod(cint(year_month), 100)
	return f"{year}-{month:02}"


def by_month(doctype: str, filters: Filters) -> list[MonthSum]:
	"""Sums over all charges of a listing, however many of them it shows, by month of the documents."""
	rows = frappe.db.sql(
		f"""{WITH[doctype]} SELECT {KEYS["Month"].format(doctype=doctype)} AS at, COUNT(*),
			{_converted_sum(doctype, filters)}, SUM({IS_UPSELL}), SUM(`tabUpsell Credit`.hours),
			SUM(`tabUpsell Credit`.base_subtotal), SUM({UPSELL_AMOUNT})
		{_from_where(doctype, filters)} GROUP BY at ORDER BY at""",
		_values(doctype, filters),
	)
	return [
		MonthSum(
			month_text(month), cint(charges), cint(converted), cint(upsells), float(hours),
			money(amount), money(upsell_amount),
		)
		for month, charges, converted, upsells, hours, amount, upsell_amount in rows
	]  # fmt: skip


def _converted_sum(doctype: str, filters: Filters) -> str:
	"""Not asked of each charge a second time where only converted ones, or only others, are left."""
	known = {YES: "COUNT(*)", NO: "0"}
	return known.get(filters.converted) or f"SUM({CONVERSION[doctype]})"


def money(amount: object):
	"""A sum as Decimal with the decimals that an order's own fields have."""
	return round_money(to_decimal(amount), precision())


# --- pages of charges ---------------------------------------------------------------------------

SHOWN = (
	"name", "voucher_no", "voucher_row", "charge_name", "item_code", "item_group", "hours", "qty", "subtotal",
	"base_subtotal", "currency", "credit_assigned_to", "sales_person", "credit_assigned_customised",
	"is_upsell", "upsell_rule", "origin", "source_credit", "invoiced_in", "is_inferred", "reason",
	"reason_parts",
)  # fmt: skip


def page(doctype: str, filters: Filters) -> list[dict]:
	"""The newest charges, at most `filters.limit`, with date, party, territory and status of the document.

	The newest are found by the index of the documents' dates; the wide rows are read for these alone.
	"""
	party = "d.customer_name" if reads(doctype) else "NULL"
	columns = ", ".join(f"c.`{field}`" for field in SHOWN)
	return frappe.db.sql(
		f"""{WITH[doctype]} SELECT {columns}, d.transaction_date, d.territory, d.status, d.docstatus,
			{party} AS party
		FROM (
			SELECT `tabUpsell Credit`.name {_from_where(doctype, filters)}
			ORDER BY `tab{doctype}`.transaction_date DESC, `tab{doctype}`.name DESC LIMIT %(limit)s
		) newest
		JOIN `tabUpsell Credit` c ON c.name = newest.name
		JOIN `tab{doctype}` d ON d.name = c.voucher_no
		ORDER BY d.transaction_date DESC, d.name DESC, c.charge_idx, c.name""",
		_values(doctype, filters),
		as_dict=True,
	)


def orders_from(quoted: Collection[str]) -> dict[str, list[str]]:
	"""The submitted orders that took up each of these quoted charges, by name of its credit."""
	found: dict[str, list[str]] = {}
	if not quoted:
		return found
	for credit, order in frappe.db.sql(
		f"""{AMENDED} SELECT m.source_credit, m.voucher_no
		FROM `tabUpsell Credit` m JOIN `tabSales Order` o ON o.name = m.voucher_no
		WHERE m.source_credit IN %(quoted)s AND m.origin = 'Converted' AND m.is_removed = 0
			AND m.voucher_type = 'Sales Order' AND o.docstatus = 1
		UNION SELECT reached, sales_order FROM amended WHERE origin = 'Converted' AND reached IN %(quoted)s
		ORDER BY 1, 2""",
		{"quoted": tuple(quoted), "conversion_docstatus": (1,)},
	):
		found.setdefault(credit, []).append(order)
	return found


def submitted_invoices(names: Collection[str]) -> set[str]:
	return set(frappe.get_all("Sales Invoice", {"name": ("in", list(names)), "docstatus": 1}, pluck="name",
		order_by="name")) if names else set()  # fmt: skip


def quotations_of(charges: Collection[str]) -> dict[str, str]:
	"""The quotation that each of these charges of orders comes from, by name of its credit.

	Where the quotation's charges were not tracked, the order's row names it.
	"""
	if not charges:
		return {}
	rows = frappe.db.sql(
		f"""{AMENDED}, came (made, root) AS (
			SELECT name, source_credit FROM `tabUpsell Credit`
			WHERE name IN %(charges)s AND origin = 'Converted'
			UNION ALL SELECT made, reached FROM amended WHERE origin = 'Converted' AND made IN %(charges)s
		)
		SELECT came.made, COALESCE(q.voucher_no, i.prevdoc_docname) FROM came
		JOIN `tabUpsell Credit` m ON m.name = came.made
		LEFT JOIN `tabUpsell Credit` q ON q.name = came.root
		LEFT JOIN `tabSales Order Item` i ON i.name = m.voucher_row""",
		{"charges": tuple(charges), "conversion_docstatus": (0, 1)},
	)
	return {made: quotation for made, quotation in rows if quotation}
