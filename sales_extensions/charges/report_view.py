"""What the upsell reports have in common: columns, rows in the reader's language, cards, charts, notes (U11)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import fmt_money
from frappe.utils.formatters import format_value

from sales_extensions import showing, words
from sales_extensions.engine.conversion import Tally
from sales_extensions.ledger import facts as ledger_facts

from . import reporting
from .report_filters import Filters

#: Kinds of columns that hold words.
WORDS = ("Data", "Date", "Link")
#: More bars than these say nothing on a screen: of months, and of names, which need room.
MOST_MONTHS, MOST_NAMES = 20, 8
MONTH = re.compile(r"(\d{4})-(\d\d)")
#: Drawn at once. A chart whose window changes while it moves is never drawn again, and stays too wide for a phone.
STILL = {"animate": 0, "disableEntryAnimation": 1}


def column(fieldname: str, label: str, fieldtype: str, width: int, **more: object) -> dict:
	"""A Link only where the user may open it: the framework refuses the whole report for another.

	Words stand on the left; unasked, the table puts a column to the right whose first row is empty.
	"""
	if fieldtype == "Link" and not reporting.reads(str(more["options"])):
		fieldtype = "Data"
	side = {"align": "left"} if fieldtype in WORDS else {}
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **side, **more}


def charge_columns(document: dict, *of_conversion: dict) -> list[dict]:
	"""Columns of a listing of charges."""
	return [
		column("transaction_date", _("Date"), "Date", 120),
		document,
		column("party", _("Party"), "Data", 150),
		column("charge_name", _("Charge"), "Data", 160),
		column("hours", _("Hours"), "Float", 80),
		column("qty", _("Qty"), "Float", 80),
		column("subtotal", _("Subtotal"), "Currency", 115, options="currency"),
		column(
			"base_subtotal", _("Subtotal (Company Currency)"), "Currency", 210, options="company_currency"
		),
		column("full_name", _("Credit Assigned To"), "Data", 160),
		column("sales_person", _("Sales Person"), "Data", 130),
		column("credit_assigned_customised", _("Credited to Another"), "Check", 150),
		column("is_upsell", _("Upsell"), "Check", 75),
		column("upsell_rule", _("Upsell Rule"), "Data", 140),
		column("origin", _("Origin"), "Data", 100),
		*of_conversion,
		column("status", _("Document Status"), "Data", 130),
		column("territory", _("Territory"), "Data", 120),
		column("item_group", _("Item Group"), "Data", 120),
		column("why", _("Why"), "Data", 420),
		column("name", _("Upsell Credit"), "Link", 130, options="Upsell Credit"),
		column("credit_assigned_to", _("User"), "Data", 170),
	]


def worded(rows: list[dict], currency: str) -> list[dict]:
	"""Charges as `reporting.page` reads them, with names, and with rules in the reader's language."""
	users = {row.credit_assigned_to for row in rows}
	names, sellers = full_names(users), ledger_facts.sellers_of_users(users or {""})
	for row in rows:
		row.full_name = names.get(row.credit_assigned_to) or row.credit_assigned_to
		row.sales_person = sellers.get(row.credit_assigned_to) or no_seller()
		row.company_currency = currency
		row.why = words.from_entry(row.pop("reason_parts"), row.pop("reason"), html=False)
		for field in ("origin", "upsell_rule", "status"):
			row[field] = _(row[field]) if row[field] else ""
	return rows


def full_names(users: Collection[str]) -> dict[str, str]:
	user = frappe.qb.DocType("User")
	query = frappe.qb.from_(user).select(user.name, user.full_name).where(user.name.isin([*users, ""]))
	return {name: full_name or "" for name, full_name in query.run()}


def name_users(rows: Iterable[dict], field: str) -> None:
	"""Users by their full names, where these are known."""
	rows = [row for row in rows if row.get(field)]
	names = full_names({row[field] for row in rows})
	for row in rows:
		row[field] = names.get(row[field]) or row[field]


def no_seller() -> str:
	return _("No Sales Person")


# --- totals -------------------------------------------------------------------------------------


#: a figure that there is none of: that is not nil
NONE = "\N{EN DASH}"


def card(label: str, value: object, datatype: str = "Int", indicator: str = "Grey", **more: object) -> dict:
	"""A percentage has two decimals at most: that it says so is how the desk knows to leave out more (lines.js)."""
	decimals = {"precision": 2} if datatype == "Percent" else {}
	return {"label": label, "value": value, "datatype": datatype, "indicator": indicator, **decimals, **more}


def decimal(value: float) -> str:
	"""With one decimal, as the site writes numbers, for a card: the framework shows three."""
	return format_value(value, {"fieldtype": "Float", "precision": 1})


def orders_card(label: str, value: object, indicator: str = "Grey") -> dict:
	"""Orders, of which parts can be due: written as in the table, where the framework's card would show three decimals."""
	return card(label, number_text(value, 2), "Data", indicator)


def money_card(label: str, value: object, currency: str, indicator: str = "Grey") -> dict:
	return card(label, float(value), "Currency", indicator, currency=currency)


def rate_card(rate: object) -> dict:
	"""A dash where nothing was quoted: that is not a rate of nil."""
	label = _("Conversion Rate", context="of upsells")
	return card(label, NONE, "Data") if rate is None else card(label, float(rate), "Percent", "Blue")


def tally_cards(tally: Tally, currency: str) -> list[dict]:
	return [
		card(_("Charges Quoted"), tally.quoted),
		card(_("Charges Converted"), tally.converted),
		rate_card(tally.rate),
		card(_("Order Charges"), tally.ordered),
		card(_("Upsells"), tally.upsells, indicator="Green"),
		money_card(_("Upsell Revenue"), tally.upsell_revenue, currency, "Green"),
		money_card(_("Revenue"), tally.revenue, currency),
	]


def chart(labels: Iterable[str], sets: dict[str, list[float]], *, in_time: bool = False) -> dict | None:
	"""Bars of the first names, or of the last months where labels are `in_time`; none where all of them are nil.

	The library shows labels as text, and in tooltips as HTML.
	"""
	part = slice(-MOST_MONTHS, None) if in_time else slice(MOST_NAMES)
	names = axis([*labels][part]) if in_time else [*labels][part]
	found = {name: [float(value) for value in values[part]] for name, values in sets.items()}
	if not any(map(any, found.values())):
		return None
	return {
		"data": {
			"labels": [showing.as_plain(name) for name in names],
			"datasets": [{"name": name, "values": values} for name, values in found.items()],
		},
		"type": "bar",
		"fieldtype": "Currency",
		"in_time": int(in_time),
		**STILL,
	}


def axis(labels: list[str]) -> list[str]:
	"""Months by their short names: the chart cuts off what is longer than its bars are wide. Else the labels."""
	months = [MONTH.fullmatch(label) for label in labels]
	return words.months([date(int(one[1]), int(one[2]), 1) for one in months]) if all(months) else labels


def months_chart(sums: list[reporting.MonthSum]) -> dict | None:
	"""The last months of a listing."""
	return chart(
		[one.month for one in sums],
		{
			_("Subtotal"): [one.amount for one in sums],
			_("Of Upsells"): [one.upsell_amount for one in sums],
		},
		in_time=True,
	)


def month_cards(sums: list[reporting.MonthSum], converted_label: str, currency: str) -> list[dict]:
	"""Totals over all charges of a listing."""
	return [
		card(_("Charges"), sum(one.charges for one in sums)),
		card(converted_label, sum(one.converted for one in sums), indicator="Blue"),
		card(_("Upsells"), sum(one.upsells for one in sums), indicator="Green"),
		card(_("Hours"), sum(one.hours for one in sums), "Float"),
		money_card(_("Of Upsells"), sum(one.upsell_amount for one in sums), currency, "Green"),
		money_card(_("Subtotal (Company Currency)"), sum(one.amount for one in sums), currency),
	]


# --- notes --------------------------------------------------------------------------------------


def notes(*given: str) -> str:
	"""What has to be known to read the figures."""
	told = [*given]
	if not ledger_facts.settings().tracks_upsell:
		told.insert(
			0,
			_("Enable Upsell Tracking is off in Sales Extensions Settings: charges made since are missing."),
		)
	return "<br>".join(one for one in told if one)


def cut_off(shown: int, sums: list[reporting.MonthSum], filters: Filters) -> str:
	charges = sum(one.charges for one in sums)
	if shown >= charges:
		return ""
	return _(
		"The newest {0} of {1} charges are shown; totals and chart are of all. Raise Rows or narrow the filters."
	).format(frappe.bold(number_text(shown)), frappe.bold(number_text(charges)))


def what_is_quoted() -> str:
	return _(
		"Charges of submitted quotations, by the quotation's date. A charge is converted, whenever that "
		"was, if a submitted order has it, also after an amendment, or if the quotation became a submitted "
		"invoice; it counts once. Of alternatives only the one that was taken is quoted; until then, the item "
		"that they are alternatives to."
	)


def what_is_ordered() -> str:
	return _(
		"Charges of submitted orders, by the order's date, net of tax in company currency. A closed order "
		"counts in full."
	)


def what_is_inferred(whole: Tally) -> str:
	return _(
		"{0} of {1} charges quoted and ordered were there before charges were tracked. Who earned them was not noted: "
		"unless somebody else was chosen since, the credit is that of who made the document."
	).format(number_text(whole.inferred), number_text(whole.quoted + whole.ordered))


def amount_text(amount: object, currency: str) -> str:
	return fmt_money(float(amount), currency=currency, precision=ledger_facts.precision())


def number_text(number: object, decimals: int = 0) -> str:
	"""A number as the site writes numbers; without decimals that say nothing."""
	return fmt_money(float(number), precision=0 if number == int(number) else decimals)


def percentage_text(percentage: object) -> str:
	return f"{fmt_money(float(percentage), precision=2)} %"


def order_rows(asked: Filters) -> list[dict]:
	"""A quotation that the user may not see is not named."""
	rows = worded(reporting.page(reporting.ORDERED, asked), asked.currency)
	quotations = reporting.quotations_of([row.name for row in rows])
	seen = reporting.permitted_names("Quotation", set(quotations.values()))
	for row in rows:
		quotation = quotations.get(row.name, "")
		row.quotation = quotation if quotation in seen else ""
	return rows


def quote_rows(asked: Filters) -> list[dict]:
	"""Orders and invoices that the user may not see are not named; that there are some is told."""
	rows = worded(reporting.page(reporting.QUOTED, asked), asked.currency)
	orders = reporting.orders_from([row.name for row in rows])
	invoices = reporting.submitted_invoices({row.invoiced_in for row in rows} - {None, ""})
	seen = reporting.permitted_names("Sales Order", {name for names in orders.values() for name in names})
	seen_invoices = reporting.permitted_names("Sales Invoice", invoices)
	for row in rows:
		made = orders.get(row.name, ())
		row.converted = int(bool(made) or row.invoiced_in in invoices)
		row.sales_orders = ", ".join(name for name in made if name in seen)
		row.sales_invoice = row.invoiced_in if row.invoiced_in in seen_invoices else ""
	return rows
