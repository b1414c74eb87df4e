"""A Sales Statement as it is shown, on the form and on paper, to who may read it (H4).

A customer's name is shown to those who may read the order, as in the report: it is looked up, not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import format_date, format_datetime, get_fullname

from sales_extensions import words
from sales_extensions.charges.report_view import amount_text, number_text, percentage_text
from sales_extensions.engine import statements as rules
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.statements import Difference, Kind, Standing, Step
from sales_extensions.engine.words import percent_text

from . import stepping

if TYPE_CHECKING:
	from collections.abc import Iterable

	from frappe.model.document import Document

SHOWN = (
	"name", "idx", "kind", "difference", "sales_order", "sales_person", "sales_target", "posting_date", "booked_on",
	"share_percentage", "amount", "order_count", "previous_amount", "previous_order_count", "disputed",
	"dispute_reason", "disputed_by", "disputed_on", "answer", "answered_by", "answered_on",
)  # fmt: skip


def for_form(doc: Document) -> dict[str, object]:
	"""Lines and steps, each text in the reader's language and none of it HTML; and which steps the reader may take."""
	customers, now = _customers(doc), _orders_now(doc)
	return {
		"lines": [_shown(line, customers) | {"order_now": _order_now(line, now)} for line in doc.lines],
		"steps": [_step(one) for one in doc.steps],
		"before": _before(doc),
		"may": sorted(str(step) for step in _may(doc)),
		"is_seller": stepping.is_seller(doc.sales_person, frappe.session.user),
	}


def _orders_now(doc: Document) -> dict[str, str]:
	"""Orders of its lines that are cancelled or gone, in words: the content keeps what it had of them (H3, H4)."""
	names = {line.sales_order for line in doc.lines if line.sales_order}
	if not names:
		return {}
	docstatus = dict(
		frappe.get_all("Sales Order", {"name": ("in", sorted(names))}, ["name", "docstatus"], as_list=True,
			order_by="name", limit_page_length=0)
	)  # fmt: skip
	told = {2: _("The order is cancelled now."), None: _("The order was deleted.")}
	return {name: told[docstatus.get(name)] for name in names if docstatus.get(name) in told}


def _order_now(line: Document, orders_now: dict[str, str]) -> str:
	"""Nothing of a line that takes back: it says why itself."""
	takes_back = line.kind == Kind.ADJUSTMENT and (line.amount < 0 or line.order_count < 0)
	return "" if takes_back else orders_now.get(line.sales_order, "")


def _shown(line: Document, customers: dict[str, str]) -> dict[str, object]:
	return {
		**{field: line.get(field) for field in SHOWN},
		"reason": words.from_entry(line.reason_parts, line.reason, html=False),
		"customer": customers.get(line.sales_order, ""),
		"waits": waits(line),
	}


def waits(line: Document) -> bool:
	return bool(line.disputed) and not line.answered_on


def _step(one: Document) -> dict[str, object]:
	return {
		"step": one.step,
		"on": one.taken_on,
		"by": get_fullname(one.taken_by),
		"lines": one.line_numbers or "",
		"said": one.said or "",
	}


def _may(doc: Document) -> Iterable[Step]:
	"""The steps that the reader may take on the statement as it is; each with what it must say."""
	waiting = {line.name: waits(line) for line in doc.lines}
	now = Standing(doc.status, waiting, doc.superseded_by or "")
	for step in (Step.ACKNOWLEDGE, Step.DISPUTE, Step.ANSWER, Step.SETTLE):
		lines = [name for name, waits_now in waiting.items() if waits_now == (step == Step.ANSWER)]
		if stepping.may(step, doc.sales_person, frappe.session.user) and not rules.refusal(
			step, now, lines, "-"
		):
			yield step


def _before(doc: Document) -> dict[str, object] | None:
	"""The figures of the version before, which never change."""
	if not doc.supersedes:
		return None
	fields = ("version", "amount", "order_count", "goal", "percentage")
	return frappe.db.get_value(doc.doctype, doc.supersedes, fields, as_dict=True)


def _customers(doc: Document) -> dict[str, str]:
	names = {line.sales_order for line in doc.lines}
	if not names or not frappe.has_permission("Sales Order", "read"):
		return {}
	rows = frappe.get_list(
		"Sales Order",
		filters={"name": ("in", list(names))},
		fields=["name", "customer_name"],
		order_by="name",
		limit_page_length=0,
	)
	return {row.name: row.customer_name for row in rows}


# --- on paper -----------------------------------------------------------------------------------------


def on_paper(doc: Document) -> dict[str, object]:
	"""What its print shows; all of it text, and escaped there."""
	doc.check_permission("read")
	customers, now = _customers(doc), _orders_now(doc)
	lines = [
		_line_on_paper(doc, line, customers) | {"order_now": _order_now(line, now)} for line in doc.lines
	]
	several = {line.sales_person for line in doc.lines} - {doc.sales_person}
	return {
		"period": period(doc),
		"version": version(doc),
		"cards": [*_cards(doc)],
		"credits": [line for line in lines if line["kind"] == Kind.CREDIT],
		"adjustments": [line for line in lines if line["kind"] == Kind.ADJUSTMENT],
		"missing": [line for line in lines if line["kind"] == Kind.MISSING],
		"several": bool(several),
		"amount": amount_text(doc.amount, doc.currency),
		"order_count": number_text(doc.order_count),
		"adjusted": amount_text(doc.adjustment_amount, doc.currency),
		"adjusted_orders": number_text(doc.adjustment_count),
		"steps": [_step_on_paper(one) for one in doc.steps],
	}


def period(doc: Document) -> str:
	return f"{format_date(doc.from_date)} - {format_date(doc.to_date)}"


def version(doc: Document) -> str:
	if not doc.docstatus:
		return _("Draft")
	told = _("Version {0}, issued on {1} by {2}").format(
		doc.version, format_datetime(doc.issued_on), get_fullname(doc.issued_by)
	)
	if not doc.superseded_by:
		return told
	return " · ".join([told, _("Replaced by {0}").format(doc.superseded_by)])


def _cards(doc: Document) -> Iterable[tuple[str, str]]:
	def figure(goal: object, amount: object, count: object) -> tuple[str, str]:
		if doc.target_type == "Numeric":
			return number_text(goal, 2), number_text(count)
		return amount_text(goal, doc.currency), amount_text(amount, doc.currency)

	goal, result = figure(doc.goal, doc.amount, doc.order_count)
	if doc.goal:
		yield _("Target"), goal
	yield _("Result"), result
	if doc.goal:
		yield _("Percentage"), percentage_text(doc.percentage)
	if before := _before(doc):
		goal_then, result_then = figure(before.goal, before.amount, before.order_count)
		yield _("Result in Version {0}").format(before.version), result_then
		if goal_then != goal:
			yield _("Target in Version {0}").format(before.version), goal_then


def _line_on_paper(doc: Document, line: Document, customers: dict[str, str]) -> dict[str, object]:
	counted = line.source_name in (None, "", line.sales_order) or line.source_doctype == "Order Allocation"
	return {
		"number": line.idx,
		"kind": line.kind,
		"date": format_date(line.posting_date),
		"booked_on": format_datetime(line.booked_on) if line.booked_on else "",
		"sales_order": line.sales_order,
		"customer": customers.get(line.sales_order, ""),
		"sales_person": line.sales_person,
		"sales_target": line.sales_target,
		"share": words.in_number_format(percent_text(to_decimal(line.share_percentage).normalize())),
		"reason": words.from_entry(line.reason_parts, line.reason, html=False),
		"document": "" if counted else f"{_(line.source_doctype)} {line.source_name}",
		"order_count": number_text(line.order_count),
		"amount": amount_text(line.amount, doc.currency),
		"is_gone": line.difference == Difference.GONE,
		"difference": _difference(doc, line),
		"said": [*_said(line)],
	}


def _difference(doc: Document, line: Document) -> str:
	"""In words; nothing of a line that says the same."""
	if line.difference in (Difference.NONE, Difference.SAME, None):
		return ""
	if line.difference == Difference.NEW:
		return _("New")
	was = amount_text(line.previous_amount, doc.currency)
	if doc.target_type == "Numeric":
		was = number_text(line.previous_order_count)
	return (_("Gone; was {0}") if line.difference == Difference.GONE else _("Changed; was {0}")).format(was)


def _said(line: Document) -> Iterable[str]:
	if line.disputed:
		yield _("Disputed: {0}").format(line.dispute_reason)
	if line.answered_on:
		yield _("Answer: {0}").format(line.answer)


def _step_on_paper(one: Document) -> dict[str, str]:
	said = [_("No. {0}").format(one.line_numbers)] if one.line_numbers else []
	return {
		"step": _(one.step),
		"on": format_datetime(one.taken_on),
		"by": get_fullname(one.taken_by),
		"said": ": ".join([*said, *([one.said] if one.said else [])]),
	}
