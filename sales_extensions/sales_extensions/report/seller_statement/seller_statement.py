"""A seller's credits of a period, each with its rule and arithmetic in words, now or as of any moment (T4, X4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import escape_html, flt, format_datetime

from sales_extensions.attained import filters
from sales_extensions.attained.statement import Statement, statement
from sales_extensions.charges.report_filters import tick
from sales_extensions.charges.report_view import card, column, money_card
from sales_extensions.engine import percentage_of


def execute(given: dict | None = None) -> tuple:
	"""Columns, rows, notes, no chart, and totals.

	Raises PermissionError for who may not report on entries or see this seller, ValidationError that names a
	bad filter.
	"""
	given = filters.as_mapping(given)
	if not given.get("sales_person"):
		return columns(), [], _("Choose the seller whose credits you want to see.")
	asked = filters.read(given)
	withdrawn = tick(given.get("withdrawn"), _("Show Withdrawn"))
	made = statement(asked, withdrawn=withdrawn)
	return columns(), made.rows, notes(made), None, cards(made)


def columns() -> list[dict]:
	# what is read first, up to the arithmetic, fits a laptop's width
	return [
		column("posting_date", _("Date"), "Date", 105),
		column("sales_order", _("Sales Order"), "Link", 180, options="Sales Order"),
		column("customer_name", _("Customer"), "Data", 150),
		column("amount", _("Amount"), "Currency", 140, options="currency"),
		column("reason", _("Why"), "Data", 600),
		column("sales_person", _("Sales Person"), "Link", 130, options="Sales Person"),
		column("order_status", _("Order Status"), "Data", 160),
		column("order_count", _("Orders Counted"), "Int", 140),
		column("share_percentage", _("Share of Order"), "Percent", 140),
		column("source_doctype", _("Rule From"), "Data", 130),
		column("source_name", _("Document"), "Dynamic Link", 170, options="source_doctype"),
		column("sales_target", _("Sales Target"), "Link", 150, options="Sales Target"),
		column("target_title", _("Title"), "Data", 180),
		column("booked_on", _("Booked On"), "Datetime", 160),
		column("booked_by", _("Booked By"), "Link", 160, options="User"),
	]


def cards(made: Statement) -> list[dict]:
	asked, goal = made.books.asked, made.goal.goal
	found = [
		money_card(_("Result"), made.amount, asked.currency, "Blue"),
		card(_("Orders Counted"), made.order_count),
	]
	if not goal:
		return found
	target = (
		card(_("Target"), float(goal), "Float")
		if asked.numeric
		else money_card(_("Target"), goal, asked.currency)
	)
	percentage = flt(percentage_of(made.realised, goal), 1)
	return [target, *found, card(_("Percentage"), percentage, "Percent", "Blue")]


#: a team of two hundred has as many targets; its statement on paper lists them all
NAMED = 10


def notes(made: Statement) -> str:
	titles = sorted({made.books.titles[span.target.name] for span in made.spans})
	if not titles:
		return _("No target counts this seller's orders in this period.")
	told = [_("Targets: {0}.").format("; ".join(escape_html(title) for title in titles[:NAMED]))]
	if len(titles) > NAMED:
		told.append(_("And {0} more.").format(len(titles) - NAMED))
	if any(row.amount and not row.order_count for row in made.rows):
		told.append(_("In a joint target an order counts once, with the seller who has most of it."))
	if made.books.asked.as_of:
		told.append(
			_("What was booked after {0} is left out; targets are shown as they are now.").format(
				frappe.bold(format_datetime(made.books.asked.as_of))
			)
		)
	return "<br>".join(told)
