"""A seller's credits of a period, each with its rule and arithmetic in words, now or as of any moment (T4, X4)."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, format_date, format_datetime

from sales_extensions import called, errors, lines, measures, showing
from sales_extensions.attained import adjusted as adjusting
from sales_extensions.attained import filters
from sales_extensions.attained.figures import days_of
from sales_extensions.attained.filters import Asked
from sales_extensions.attained.statement import Statement, goal_here, spans_of, statement
from sales_extensions.charges.report_filters import MOST_ROWS, first_of, tick
from sales_extensions.charges.report_filters import rows as rows_asked
from sales_extensions.charges.report_view import (
	amount_text,
	card,
	column,
	money_card,
	name_users,
	number_text,
	orders_card,
)
from sales_extensions.engine import Target, percentage_of
from sales_extensions.engine.money import ZERO, to_decimal


@errors.report("Seller Statement")
def execute(given: dict | None = None) -> tuple:
	"""Columns, rows, notes, no chart, and totals.

	Raises PermissionError for who may not report on entries or see this seller, ValidationError that names a
	bad filter.
	"""
	given = called.filters(given)
	if not given.get("sales_person"):
		return columns(), [], _("Choose the seller whose credits you want to see.")
	asked = filters.read(given)
	withdrawn = tick(given.get("withdrawn"), _("Show Withdrawn"))
	made = statement(asked, withdrawn=withdrawn)
	rows, left_out = first_of(made.rows, rows_asked(given.get("limit") or MOST_ROWS))
	name_users([*rows, *made.adjustments], "booked_by")
	booked = adjusting.told_in(asked)
	told = "<br>".join(note for note in (left_out, notes(made), note_of_booked(booked, asked)) if note)
	return (
		columns(asked.measured_on),
		[*rows, *made.adjustments],
		told,
		None,
		[*cards(made), *cards_of_booked(booked, asked)],
	)


def columns(measured_on: str = measures.ORDERED) -> list[dict]:
	# what is read first, up to the arithmetic, fits a laptop's width
	return [
		column("posting_date", _("Date"), "Date", 112),
		*measures.columns(measured_on, 178, column)[:1],
		column("amount", _("Amount"), "Currency", 125, options="currency"),
		column("reason", _("Why"), "Data", 570),
		column("customer_name", _("Customer"), "Data", 150),
		column("sales_person", _("Sales Person"), "Link", 130, options="Sales Person"),
		*measures.columns(measured_on, 178, column)[1:],
		column("order_status", measures.status(measured_on), "Data", 160),
		column("order_count", measures.counted(measured_on), "Int", 140),
		column("share_percentage", measures.share(measured_on), "Percent", 140),
		column("source_doctype", _("Rule From"), "Data", 130),
		column("source_name", _("Document"), "Dynamic Link", 170, options="source_doctype"),
		column("sales_target", _("Sales Target"), "Link", 150, options="Sales Target"),
		column("target_title", _("Title"), "Data", 180),
		column("adjusts", _("Adjusts"), "Link", 130, options="Sales Target Closing"),
		column("booked_on", _("Booked On"), "Datetime", 160),
		column("booked_by", _("Booked By"), "Data", 160),
	]


def cards(made: Statement) -> list[dict]:
	asked, goal = made.books.asked, made.goal.goal
	found = [
		money_card(_("Result"), made.amount, asked.currency, "Blue"),
		card(measures.counted(asked.measured_on), made.order_count),
	]
	if made.adjustments:
		found.append(adjusted(made))
	if not goal:
		return found
	target = (
		orders_card(_("Target"), goal) if asked.numeric else money_card(_("Target"), goal, asked.currency)
	)
	percentage = flt(percentage_of(made.realised, goal), 1)
	return [target, *found, card(_("Percentage"), percentage, "Percent", "Blue")]


def adjusted(made: Statement) -> dict:
	"""Beside the result: what changed since its targets were closed (H3)."""
	asked = made.books.asked
	if asked.numeric:
		return orders_card(_("Adjustments"), made.adjusted, "Orange")
	return money_card(_("Adjustments"), made.adjusted, asked.currency, "Orange")


# --- what was booked in these days on targets closed before (H3, H4) -----------------------------------

#: an address names so many entries; of more it names what they have in common
IN_ADDRESS = 100


def cards_of_booked(booked: list[dict] | None, asked: Asked) -> list[dict]:
	"""As its Sales Statement has it, whatever period the closed targets are of."""
	label = _("Adjustments Booked in This Period")
	if not booked:
		return []
	if asked.numeric:
		return [orders_card(label, sum(row.order_count for row in booked), "Orange")]
	return [money_card(label, amount_of(booked), asked.currency, "Orange")]


def amount_of(booked: list[dict]) -> Decimal:
	return sum((to_decimal(row.amount) for row in booked), ZERO)


def note_of_booked(booked: list[dict] | None, asked: Asked) -> str:
	if booked is None:
		return _("What was booked in this period on closed targets is left out: you may not see all of them.")
	if not booked:
		return ""
	shown = number_text(sum(row.order_count for row in booked))
	if not asked.numeric:
		shown = amount_text(amount_of(booked), asked.currency)
	link = f'<a href="{showing.text(address_of(booked, asked))}" style="text-decoration: underline" data-booked>{number_text(len(booked))}</a>'
	return _(
		"Entries booked in this period that adjust closed targets: {0}, together {1}. They are not in the result, and stand in the Sales Statement of this period."
	).format(link, showing.text(shown))


def address_of(booked: list[dict], asked: Asked) -> str:
	if len(booked) <= IN_ADDRESS:
		return lines.desk("sales-target-entry", {"name": ["in", [row.name for row in booked]]})
	days = ["between", [asked.first, asked.last]]
	return lines.desk(
		"sales-target-entry", {"company": asked.company, "adjusts": ["is", "set"], "creation": days}
	)


#: a team of two hundred has as many targets; its statement on paper lists them all
NAMED = 10


def notes(made: Statement) -> str:
	measured = [note for note in [measures.named(made.books.asked.measured_on)] if note]
	targets = {span.target.name: span.target for span in made.spans}
	if not targets:
		return "<br>".join([*measured, _("No target counts this seller's orders in this period.")])
	named = [target_text(made, targets[name]) for name in sorted(targets)[:NAMED]]
	told = [*measured, _("Targets: {0}.").format("; ".join(named))]
	if len(targets) > NAMED:
		told.append(_("And {0} more.").format(len(targets) - NAMED))
	if any(row.amount and not row.order_count for row in made.rows):
		told.append(_("In a joint target an order counts once, with the seller who has most of it."))
	if made.adjustments:
		told.append(
			_(
				"Rows at the end, booked after their target was closed: {0}. They adjust it, are not in the result, and stand in the Sales Statement of the period in which they were booked."
			).format(number_text(len(made.adjustments)))
		)
	if made.books.asked.as_of:
		told.append(
			_("What was booked after {0} is left out; targets are shown as they are now.").format(
				frappe.bold(format_datetime(made.books.asked.as_of))
			)
		)
	return "<br>".join(told)


def target_text(made: Statement, target: Target) -> str:
	"""A target by its title, with the days on which it is counted here, what its credits of them come to, and its goal."""
	rows = [row for row in made.rows if row.sales_target == target.name]
	asked, spans, goal = made.books.asked, spans_of(made, target.name), goal_here(made, target.name)
	if asked.numeric:
		result = number_text(sum(row.order_count for row in rows))
	else:
		result = amount_text(sum((row.amount for row in rows), ZERO), asked.currency)
	if goal:
		shown = number_text(goal, 2) if asked.numeric else amount_text(goal, asked.currency)
		result = _("{0} of {1}").format(result, shown)
	days = ", ".join(f"{format_date(first)} - {format_date(last)}" for first, last in days_of(spans))
	return f"{showing.text(made.books.titles[target.name])} ({days}: {result})"
