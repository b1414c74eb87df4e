"""A seller's statement on paper, to sign: every credit of a period, and what they add up to (T4, X4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import format_date, format_datetime, get_fullname, now_datetime

from sales_extensions import called, measures, paper, showing, words
from sales_extensions.attained import figures
from sales_extensions.attained import filters as asking
from sales_extensions.attained.statement import Statement, goal_here, statement
from sales_extensions.charges import report_view
from sales_extensions.charges.report_view import number_text, percentage_text
from sales_extensions.engine import Target, allocation_name, percentage_of
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.words import percent_text

TEMPLATE = "sales_extensions/templates/seller_statement.html"


@called.public()
def pdf(filters: str | dict) -> None:
	"""Answers with the PDF of a Seller Statement; `filters` are those of the report.

	Raises PermissionError for who may not report on entries or see this seller, ValidationError for a bad
	filter or where PDFs can't be made.
	"""
	asked = asking.read(filters)
	made = statement(asked)
	html = frappe.render_template(TEMPLATE, context(made))
	named = (_("Statement"), asked.sales_person, asked.first, asked.last)
	frappe.local.response.filename = showing.file_name(" ".join(map(str, named)) + ".pdf")
	frappe.local.response.filecontent = paper.pdf(html, footer(asked))
	frappe.local.response.type = "pdf"


def footer(asked: asking.Asked) -> str:
	"""Whose page it is, and of when."""
	return f"{asked.sales_person} · {format_date(asked.first)} - {format_date(asked.last)}"


def context(made: Statement) -> dict[str, object]:
	"""What the template shows. Everything in it is text, and is escaped there."""
	asked = made.books.asked
	return {
		"title": _("Statement of {0}").format(asked.sales_person),
		"company": asked.company,
		"measured": measures.named(asked.measured_on),
		"document": measures.document(asked.measured_on),
		"counted": measures.counted(asked.measured_on),
		"share": measures.share(asked.measured_on),
		"period": f"{format_date(asked.first)} - {format_date(asked.last)}",
		"as_of": format_datetime(asked.as_of or now_datetime()),
		"made_by": get_fullname(),
		"cards": cards(made),
		"targets": [target_line(made, target) for target in targets_of(made)],
		"rows": [line(number, row, asked) for number, row in enumerate(made.rows, 1)],
		"adjustments": [line(number, row, asked) for number, row in enumerate(made.adjustments, 1)],
		"credits": number_text(len(made.rows)),
		"several": any(row.sales_person != asked.sales_person for row in made.rows),
		"amount": amount(made.amount, asked),
		"order_count": number_text(made.order_count),
		"numeric": asked.numeric,
		"seller": asked.sales_person,
		"lang": frappe.local.lang,
	}


def cards(made: Statement) -> list[tuple[str, str]]:
	asked, goal = made.books.asked, made.goal.goal
	result = number_text(made.order_count) if asked.numeric else amount(made.amount, asked)
	found = [(_("Result"), result)]
	if made.adjustments:
		adjusted = number_text(made.adjusted) if asked.numeric else amount(made.adjusted, asked)
		found.append((_("Adjustments"), adjusted))
	if not goal:
		return found
	target = number_text(goal, 2) if asked.numeric else amount(goal, asked)
	percentage = percentage_text(percentage_of(made.realised, goal))
	return [(_("Target"), target), *found, (_("Percentage"), percentage)]


def targets_of(made: Statement) -> list[Target]:
	found = {span.target.name: span.target for span in made.spans}
	return list(found.values())


def target_line(made: Statement, target: Target) -> dict[str, str]:
	asked, sellers = made.books.asked, made.books.sellers
	goal = number_text(target.target_count) if asked.numeric else amount(target.target_amount, asked)
	return {
		"name": target.name,
		"title": made.books.titles[target.name],
		"period": f"{format_date(target.from_date)} - {format_date(target.to_date)}",
		"sellers": ", ".join(one for one in target.assignees if sellers is None or one in sellers),
		"goal": goal if figures.is_readable(target.name) else "",
		"counted": counted_goal(made, target),
		"in_part": is_in_part(made, target),
	}


def is_in_part(made: Statement, target: Target) -> bool:
	goal = goal_here(made, target.name)
	return bool(goal) and goal != (target.target_count if made.books.asked.numeric else target.target_amount)


def counted_goal(made: Statement, target: Target) -> str:
	"""The part of the target's goal that falls on the days on which it is counted here."""
	asked, goal = made.books.asked, goal_here(made, target.name)
	if not goal:
		return ""
	return number_text(goal, 2) if asked.numeric else amount(goal, asked)


def line(number: int, row: dict, asked: asking.Asked) -> dict[str, object]:
	return {
		**row,
		"number": number,
		"date": format_date(row.posting_date),
		"booked": format_date(row.booked_on),
		"share": words.in_number_format(percent_text(to_decimal(row.share_percentage))),
		"amount": amount(row.amount, asked),
		"came_of": came_of(row),
		"document": ""
		if row.source_name in (row.voucher_no, row.sales_order, allocation_name(row.sales_order or ""))
		else f"{_(row.source_doctype)} {row.source_name}",
	}


def came_of(row: dict) -> str:
	"""The invoice that a payment settles, and the order behind it."""
	of = (row.against_voucher_no, row.sales_order if row.sales_order != row.voucher_no else "")
	return ", ".join(filter(None, of))


def amount(value: object, asked: asking.Asked) -> str:
	return report_view.amount_text(value, asked.currency)
