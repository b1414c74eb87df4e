"""What each target has of one order: in its result, and, of a closed one, beside it (T4, H3)."""

from __future__ import annotations

import frappe
from frappe.query_builder.functions import Max, Sum
from pypika import Case
from pypika.terms import Term

from sales_extensions import measures

from .adjusted import TARGET
from .orders import ENTRY

SHOWN = (
	"name", "title", "target_type", "measured_on", "percentage", "status", "behind_pace", "currency", "period_status",
)  # fmt: skip
ADJUSTS = (TARGET.period_status == "Closed") & (ENTRY.adjusts == TARGET.closing)


def targets(sales_order: str) -> list[dict[str, object]]:
	"""Targets that an order is in, itself or by what was delivered, invoiced and paid of it, by name, with what they have of it in what they count: money, or orders.

	`held`: in the result, of a closed target as it was closed; `adjusted`: booked on it since, the last of it at
	`adjusted_on`. One that an order was put in and left is none of them, unless it was closed in between. Statements: 1.
	"""
	held, adjusted = (
		[Sum(_where(adjusts, ENTRY[figure])) for figure in ("amount", "order_count")]
		for adjusts in (False, True)
	)
	query = (
		frappe.qb.from_(ENTRY)
		.join(TARGET)
		.on(TARGET.name == ENTRY.sales_target)
		.select(*(TARGET[field] for field in SHOWN), TARGET.closing)
		.select(held[0].as_("amount"), held[1].as_("order_count"))
		.select(adjusted[0].as_("adjustment_amount"), adjusted[1].as_("adjustment_count"))
		.select(Max(Case().when(ADJUSTS, ENTRY.creation)).as_("adjusted_on"))
		.where(ENTRY.sales_order == sales_order)
		.groupby(TARGET.name)
		.orderby(TARGET.name)
	)
	return [_shown(row) for row in query.run(as_dict=True) if _has_any(row)]


def _where(adjusts: bool, figure: Term) -> Term:
	case = Case()
	return case.when(ADJUSTS, figure).else_(0) if adjusts else case.when(ADJUSTS, 0).else_(figure)


FIGURES = ("amount", "order_count", "adjustment_amount", "adjustment_count")


def _has_any(row: dict) -> bool:
	return any(row[figure] for figure in FIGURES)


def _shown(row: dict) -> dict[str, object]:
	amount, count, adjustment_amount, adjustment_count = (row.pop(figure) for figure in FIGURES)
	row.title = measures.titled(row.title, row.measured_on)
	if row.target_type == "Numeric":
		return row | {"held": count, "adjusted": adjustment_count}
	return row | {"held": amount, "adjusted": adjustment_amount}
