"""What becomes of an order's allocation is told in the order's timeline, with a reason (A2).

For whoever may read the order: who shared it, and why, and not among whom and for how much; that is for who may read
allocations. The allocation is linked, and asks for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils.data import get_absolute_url

from sales_extensions import showing
from sales_extensions.engine import allocation_name
from sales_extensions.engine.upsell import LONGEST_REASON

if TYPE_CHECKING:
	from frappe.model.document import Document


def allocated(doc: Document) -> None:
	"""An allocation was made, carried over or changed, or a reason was given; a save that changes nothing is not told."""
	link, before = _link(doc), doc.get_doc_before_save()
	if doc.flags.carried_from:
		_tell(
			doc.sales_order, _("carried {0} over from {1}").format(link, showing.text(doc.flags.carried_from))
		)
	elif before is None:
		_tell(doc.sales_order, _("allocated this order: {0}").format(link), doc.flags.because)
	elif _agreed(before) != _agreed(doc):
		_tell(doc.sales_order, _("changed {0}").format(link), doc.flags.because)
	elif (doc.flags.because or "").strip():
		_tell(doc.sales_order, _("gave a reason for {0}").format(link), doc.flags.because)


def unallocated(doc: Document) -> None:
	"""An allocation was deleted; `flags.because`: why."""
	told = _("deleted {0}") if doc.flags.because else _("deleted {0} without giving a reason")
	_tell(doc.sales_order, told.format(showing.text(doc.name)), doc.flags.because)


def not_carried(order: str) -> None:
	"""The order that this one amends had an allocation, for another deal."""
	_tell(order, _("amended the order without its allocation"), other_deal(order))


def seller_changed(order: str, reason: str) -> None:
	"""A manager named who sold the order."""
	_tell(order, _("changed who sold this order"), reason)


def other_deal(order: str) -> str:
	return _("Allocation of {0} was dropped: the order is another deal now").format(order)


def take_reason(doc: Document) -> None:
	"""A reason is of the change that it comes with: the timeline keeps it, and the field is empty for the next."""
	refuse_long_reason(doc.change_reason)
	doc.flags.because, doc.change_reason = doc.change_reason, ""


def refuse_long_reason(reason: str | None) -> None:
	if len(reason or "") > LONGEST_REASON:
		frappe.throw(_("Reason: use at most {0} characters.").format(LONGEST_REASON))


def _agreed(doc: Document) -> tuple:
	"""What was agreed on, apart from the amounts that it comes to."""
	shares = ((row.sales_person, row.basis, row.percentage, row.fixed_amount) for row in doc.shares)
	return doc.remainder_to, tuple(shares)


def _link(doc: Document) -> str:
	name = showing.text(allocation_name(doc.sales_order))
	return f'<a href="{get_absolute_url(doc.doctype, doc.name)}">{name}</a>'


def _tell(order: str, what: str, reason: str | None = "") -> None:
	"""The desk puts who did it before the text."""
	because = (reason or "").strip()
	label = _("Reason")
	said = f" · {label}: {showing.text(because)}" if because else ""
	frappe.get_doc(
		{
			"doctype": "Comment",
			"comment_type": "Info",
			"reference_doctype": "Sales Order",
			"reference_name": order,
			"content": what + said,
		}
	).insert(ignore_permissions=True)
