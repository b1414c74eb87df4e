"""A person's month on paper: each charge credited to them, and the totals that Crew has (U11)."""

from __future__ import annotations

import re
from datetime import date

import frappe
from frappe import _
from frappe.utils import format_date, get_last_day

from sales_extensions import called, guards, paper, showing
from sales_extensions.charges import report_filters, report_view, reporting
from sales_extensions.engine.conversion import total
from sales_extensions.ledger.facts import sellers_of_users

TEMPLATE = "sales_extensions/templates/upsell_month.html"


@called.public()
def month_pdf(user: str, month: str, company: str) -> None:
	"""Answers with the PDF of what `user` is credited with in `month` ("2026-03") in orders of `company`.

	Raises PermissionError for others than Sales Managers and those with the role Upsell Tracking,
	ValidationError for a bad month, an unknown user or company, or where PDFs can't be made.
	"""
	content = paper.pdf(month_html(user, month, company), f"{user} · {month}")
	frappe.local.response.filename = showing.file_name(" ".join((_("Charges"), user, month)) + ".pdf")
	frappe.local.response.filecontent = content
	frappe.local.response.type = "pdf"


def month_html(user: str, month: str, company: str) -> str:
	"""The page that becomes the PDF. Raises as `month_pdf`."""
	guards.upsell_trackers_only()
	reporting.refuse_unpermitted()
	asked = _asked(user, month, company)
	return frappe.render_template(TEMPLATE, context(asked, month))


def _asked(user: str, month: str, company: str) -> report_filters.Filters:
	for value, label in ((user, _("Person")), (company, _("Company"))):
		if not report_filters.text(value, label):
			frappe.throw(_("{0}: there is no {1}. Choose one that exists.").format(label, "''"))
	first = first_day(month)
	return report_filters.read(
		{
			"company": company,
			"user": user,
			"from_date": first,
			"to_date": get_last_day(first),
			"limit": report_filters.MOST_ROWS,
		}
	)


def first_day(month: str) -> date:
	if isinstance(month, str) and re.fullmatch(r"\d{4}-\d{2}", month, re.ASCII):
		try:
			return date.fromisoformat(f"{month}-01")
		except ValueError:
			pass  # named below
	shown = showing.text(month, 50)
	frappe.throw(_("{0} must be {1}; it is {2}.").format(_("Month"), _("a month like 2026-12"), shown))


def context(asked: report_filters.Filters, month: str) -> dict[str, object]:
	"""What the template shows. Everything in it is text, and is escaped there."""
	figures = total(reporting.tallies(asked).values())
	names = report_view.full_names([asked.user])
	sellers = sellers_of_users([asked.user])
	return {
		"title": _("Charges of {0} in {1}").format(names.get(asked.user) or asked.user, month),
		"person": asked.user,
		"sales_person": sellers.get(asked.user) or report_view.no_seller(),
		"company": asked.company,
		"period": f"{format_date(asked.from_date)} - {format_date(asked.to_date)}",
		"cards": [
			(one["label"], _shown(one, asked.currency))
			for one in report_view.tally_cards(figures, asked.currency)
		],
		"orders": [_line(row, asked.currency) for row in report_view.order_rows(asked)],
		"quotes": [_line(row, asked.currency) for row in report_view.quote_rows(asked)],
		"figures": figures,
		"revenue": report_view.amount_text(figures.revenue, asked.currency),
		"upsell_revenue": report_view.amount_text(figures.upsell_revenue, asked.currency),
		"most": report_filters.MOST_ROWS,
		"notes": [
			*([report_view.what_is_inferred(figures)] if figures.inferred else []),
			report_view.what_is_ordered(),
			report_view.what_is_quoted(),
		],
		"lang": frappe.local.lang,
	}


def _shown(card: dict, currency: str) -> str:
	if card["datatype"] == "Currency":
		return report_view.amount_text(card["value"], currency)
	if card["datatype"] == "Percent":
		return report_view.percentage_text(card["value"])
	return card["value"] if card["datatype"] == "Data" else report_view.number_text(card["value"])


def _line(row: dict, currency: str) -> dict[str, object]:
	return {
		**row,
		"date": format_date(row.transaction_date),
		"qty": report_view.number_text(row.qty, 3),
		"hours": report_view.number_text(row.hours, 2) if row.hours else "",
		"amount": report_view.amount_text(row.base_subtotal, currency),
	}
