"""What a target counts, in words: orders, deliveries, invoices, or what was paid of these (M1, M4).

Orders go without saying: wherever a target or a figure counts something else, that is named, and here alone. In the
desk it is `sales_extensions.showing.measure` of `public/js/showing.js`.
"""

from __future__ import annotations

from collections.abc import Callable

from frappe import _

from sales_extensions.engine.facts import Measure

ORDERED, DELIVERED, INVOICED, PAID = (str(one) for one in Measure)


def is_ordered(measured_on: str | None) -> bool:
	return not measured_on or measured_on == ORDERED


def titled(title: str, measured_on: str | None) -> str:
	"""A target's title, and what it is measured on."""
	return title if is_ordered(measured_on) else f"{title} · {_(str(measured_on))}"


def named(measured_on: str | None) -> str:
	"""A note below figures; none of orders."""
	return "" if is_ordered(measured_on) else ": ".join([_("Measured On"), _(str(measured_on))])


def document(measured_on: str | None) -> str:
	"""The heading above the names of what is counted."""
	words = {DELIVERED: _("Delivery"), INVOICED: _("Invoice"), PAID: _("Payment")}
	return words.get(str(measured_on)) or _("Sales Order")


def columns(measured_on: str | None, width: int, column: Callable[..., dict]) -> list[dict]:
	"""Of a report: the order; or the document, what it is, the invoice that it pays and the order that it came of."""
	order = column("sales_order", _("Sales Order"), "Link", width, options="Sales Order")
	if is_ordered(measured_on):
		return [order]
	name = column("voucher_no", document(measured_on), "Dynamic Link", width, options="voucher_type")
	kind = column("voucher_type", _("Voucher Type"), "Data", 120)
	return [name, kind, *_settled(measured_on, width, column), order]


def _settled(measured_on: str | None, width: int, column: Callable[..., dict]) -> list[dict]:
	if measured_on != PAID:
		return []
	return [
		column("against_voucher_no", _("Invoice"), "Dynamic Link", width, options="against_voucher_type"),
		column("against_voucher_type", _("Voucher Type"), "Data", 120),
	]


def behind(measured_on: str | None) -> str:
	"""The heading above a target's documents."""
	return _("Orders behind the result") if is_ordered(measured_on) else _("Documents behind the result")


def nothing(measured_on: str | None) -> str:
	if is_ordered(measured_on):
		return _("No order counts for this target yet.")
	return _("No document counts for this target yet.")


def counted(measured_on: str | None) -> str:
	"""The heading above how many there are."""
	words = {
		DELIVERED: _("Deliveries Counted"),
		INVOICED: _("Invoices Counted"),
		PAID: _("Paid Invoices Counted"),
	}
	return words.get(str(measured_on)) or _("Orders Counted")


def share(measured_on: str | None) -> str:
	"""The heading above a seller's percentage."""
	return _("Share of Order") if is_ordered(measured_on) else _("Share in Percent")


def status(measured_on: str | None) -> str:
	return _("Order Status") if is_ordered(measured_on) else _("Status")
