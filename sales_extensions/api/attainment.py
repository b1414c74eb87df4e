"""What sellers have realised in each month, from the ledger alone (T6, X4)."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import cint
from pypika.functions import Extract
from pypika.terms import Criterion

from sales_extensions import called, guards
from sales_extensions.attained import figures, permitted
from sales_extensions.attained import filters as asking
from sales_extensions.charges.report_filters import refuse_long
from sales_extensions.engine.attainment import goal_of
from sales_extensions.ledger.facts import currency_of

ENTRY = permitted.ENTRY


@called.public()
def by_seller_and_month(company: str, from_date: str, to_date: str) -> list[dict[str, object]]:
	"""What each seller has in each target of a company, by month of the documents' dates, both days included.

	Rows have sales_target, title, target_type, measured_on, currency, sales_person, month ("2026-03"), amount (company
	currency) and order_count (documents); adjustment_amount and adjustment_count are what was booked on a closed target since,
	and not in these. A document that counts in two targets is in the rows of both.
	Raises PermissionError without report permission on entries. User Permissions for Company, Sales Target
	and Sales Person hold.
	"""
	frappe.has_permission(ENTRY, "report", throw=True)
	first, last = guards.moment(from_date, _("From Date")), guards.moment(to_date, _("To Date"))
	refuse_long(first.date(), last.date())
	rows = _without_adjustments(
		_summed(company, first.date(), last.date()), company, first.date(), last.date()
	)
	targets = _titles({row.sales_target for row in rows})
	for row in rows:
		year, month = divmod(cint(row.month), 100)
		row.update(targets[row.sales_target], month=f"{year}-{month:02}", order_count=cint(row.order_count))
		row.currency = currency_of(company)  # not the target's: it may have moved to another company
	return rows


@called.public()
def made_of(filters: str | dict) -> dict[str, object]:
	"""The targets that make up a seller's or a team's figures in Attainment, each with its period and what it brings.

	`filters` are those of the report, with `sales_person`. `goal` and `result` in company currency, or in orders;
	`whole_goal`: of a target that the user may read, else None;
	`shared`: what documents that are in several of them bring once. Raises as the report does.
	"""
	asked = asking.read(filters)
	if not asked.sales_person:
		frappe.throw(_("Sales Person: choose the seller whose figures you want to see."))
	books = figures.read(asked)
	spans = books.rollup().spans(asked.sales_person, asked.first, asked.last)
	day_sums = books.sums()
	rows = [_part(one, books, asked) for one in figures.parts(books, spans, day_sums)]
	(total,) = figures.standings(books, spans, [(asked.first, asked.last)], day_sums)
	result = total.order_count if asked.numeric else total.amount
	return {
		"currency": "" if asked.numeric else asked.currency,
		"rows": rows,
		"goal": total.goal,
		"result": result,
		"shared": result - sum(row["result"] for row in rows),
	}


def _part(one: figures.Part, books: figures.Books, asked: asking.Asked) -> dict[str, object]:
	return {
		"sales_target": one.target.name,
		"title": books.titles[one.target.name],
		"sellers": [one.seller] if one.seller else list(one.target.assignees),
		"is_part": bool(one.seller),
		"from_date": one.target.from_date,
		"to_date": one.target.to_date,
		"whole_goal": goal_of(one.target) if figures.is_readable(one.target.name) else None,
		"first": one.first,
		"last": one.last,
		"days": one.days,
		"goal": one.standing.goal,
		"result": one.standing.order_count if asked.numeric else one.standing.amount,
	}


def _summed(company: str, first: date, last: date) -> list[dict[str, object]]:
	"""One grouped query, answered from the index `attainment` alone.

	By day first, in the order of the index: so only days, not entries, are sorted into months.
	"""
	entry = frappe.qb.DocType(ENTRY)
	days = (
		frappe.qb.from_(entry)
		.select(entry.sales_target, entry.sales_person, entry.posting_date)
		.select(Sum(entry.amount).as_("amount"), Sum(entry.order_count).as_("order_count"))
		.where((entry.company == company) & entry.posting_date[first:last])
		.where(_permitted(entry))
		.groupby(entry.sales_target, entry.sales_person, entry.posting_date)
	).as_("days")
	month = Extract("YEAR_MONTH", days.posting_date)
	return (
		frappe.qb.from_(days)
		.select(days.sales_target, days.sales_person, month.as_("month"))
		.select(Sum(days.amount).as_("amount"), Sum(days.order_count).as_("order_count"))
		.groupby(days.sales_target, days.sales_person, month)
		.orderby(days.sales_target, days.sales_person, month)
		.run(as_dict=True)
	)


def _without_adjustments(rows: list[dict], company: str, first: date, last: date) -> list[dict]:
	"""What was booked on closed targets since, beside the amounts instead of in them (H3)."""
	adjusted = {
		(row.sales_target, row.sales_person, row.month): row for row in _adjusting(company, first, last)
	}
	for row in rows:
		own = adjusted.get((row.sales_target, row.sales_person, row.month), NOTHING)
		row.update(
			amount=row.amount - own["amount"], order_count=cint(row.order_count) - cint(own["order_count"])
		)
		row.update(adjustment_amount=own["amount"], adjustment_count=cint(own["order_count"]))
	return rows


NOTHING = {"amount": 0, "order_count": 0}


def _adjusting(company: str, first: date, last: date) -> list[dict]:
	entry, target = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Sales Target")
	month = Extract("YEAR_MONTH", entry.posting_date)
	return (
		frappe.qb.from_(target)
		.join(entry)
		.on(entry.adjusts == target.closing)
		.select(entry.sales_target, entry.sales_person, month.as_("month"))
		.select(Sum(entry.amount).as_("amount"), Sum(entry.order_count).as_("order_count"))
		.where(
			(target.period_status == "Closed") & (entry.company == company) & entry.posting_date[first:last]
		)
		.groupby(entry.sales_target, entry.sales_person, month)
		.run(as_dict=True)
	)


def _permitted(entry) -> Criterion:
	"""What the user's User Permissions leave of the entries."""
	fields = {
		"Company": entry.company,
		"Sales Target": entry.sales_target,
		"Sales Person": entry.sales_person,
	}
	return Criterion.all(
		field.isin(sorted(names))
		for doctype, field in fields.items()
		if (names := permitted.allowed(doctype)) is not None
	)


def _titles(names: set[str]) -> dict[str, dict[str, object]]:
	rows = frappe.get_all(
		"Sales Target",
		filters={"name": ("in", list(names) or [""])},
		fields=["name", "title", "target_type", "measured_on"],
		order_by="name",
	)
	return {row.pop("name"): row for row in rows}
