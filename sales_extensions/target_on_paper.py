"""A Sales Target as it is printed: result, pace and the documents behind it, all of it text (T4, T6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frappe import _
from frappe.utils import cint, format_date

from sales_extensions import measures
from sales_extensions.attained.orders import explained, positions
from sales_extensions.charges.report_view import amount_text, number_text, percentage_text
from sales_extensions.engine.attainment import Status
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.ledger import book

if TYPE_CHECKING:
	from collections.abc import Callable

	from frappe.model.document import Document

	from sales_extensions.engine import Attainment

#: more than these nobody reads on paper
MOST_ROWS = 500
SCOPE = ("territory", "customer_group", "item_group", "monthly_distribution")


def shown(doc: Document) -> dict[str, object]:
	"""Period, facts as pairs of label and value without empty ones, rows of documents, and their total."""
	doc.check_permission("read")
	at, found = book.attainment(doc), positions(doc.name, doc.closing)
	rows = explained(found[:MOST_ROWS], html=False)
	return {
		"period": f"{format_date(doc.from_date)} - {format_date(doc.to_date)}",
		"facts": [(label, value) for label, value in facts(doc, at) if value],
		"rows": [
			row | {"date": format_date(row.posting_date), "counted": counted(doc, [row])} for row in rows
		],
		"behind": measures.behind(doc.measured_on),
		"document": measures.document(doc.measured_on),
		"nothing": measures.nothing(doc.measured_on),
		"counts": measures.counted(doc.measured_on) if doc.target_type == "Numeric" else _("Amount"),
		"total": counted(doc, found),
		"more": _("And {0} more.").format(len(found) - len(rows)) if len(found) > len(rows) else "",
	}


def counted(doc: Document, rows: list[dict]) -> str:
	"""What these bring the target, in what it counts: money, or orders."""
	if doc.target_type == "Numeric":
		return number_text(sum(cint(row.order_count) for row in rows))
	return amount_text(sum((to_decimal(row.amount) for row in rows), ZERO), doc.currency)


def _ahead(at: Attainment, figure: Callable[[object], str]) -> list[str]:
	"""How far from pace a target is that has begun."""
	if at.status == Status.UPCOMING:
		return []
	pace = _("{0} ahead of pace") if at.ahead >= 0 else _("{0} behind pace")
	return [pace.format(figure(abs(at.ahead)))]


def adjusted(doc: Document, figure: Callable[[object], str]) -> list[tuple[str, str]]:
	"""What changed in the orders of a closed target since it was closed, beside its result (H3)."""
	amount = doc.adjustment_count if doc.target_type == "Numeric" else book.adjusted(doc)
	return [(_("Adjustments since it was closed"), figure(amount))] if amount else []


def facts(doc: Document, at: Attainment) -> list[tuple[str, str]]:
	def figure(value: object) -> str:
		return number_text(value, 1) if doc.target_type == "Numeric" else amount_text(value, doc.currency)

	return [
		(_("Status"), _(str(at.status))),
		(_("Target"), figure(at.goal)),
		(_("Result"), f"{figure(at.realised)} ({percentage_text(at.percentage)})"),
		*adjusted(doc, figure),
		(_("Pace"), " · ".join([figure(at.expected), *_ahead(at, figure)])),
		(measures.counted(doc.measured_on), number_text(doc.order_count)),
		(_("Measured On"), "" if measures.is_ordered(doc.measured_on) else _(doc.measured_on)),
		(_("Sellers"), doc.sellers),
		*((_(doc.meta.get_label(field)), doc.get(field)) for field in SCOPE),
	]
