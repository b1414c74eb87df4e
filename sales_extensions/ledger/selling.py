"""Who sold an order: looked up while it is being made, and kept from then on (H1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.utils import cint

from sales_extensions.engine import Order, Pin, SellerRule
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.pinning import came_of, following_rows, of_original, of_owner, of_quotations

from . import pins
from .facts import Settings, seller_of_user

if TYPE_CHECKING:
	from frappe.model.document import Document

#: These hold whatever becomes of the order; the others follow a draft's rows.
KEPT_IN_DRAFTS = (SellerRule.AMENDED, SellerRule.RECURRING, SellerRule.MANAGER)
#: A quotation that amends another is its maker's, and so on, so far.
LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Made:
	"""What an order's own event tells of how it was made."""

	is_new: bool = False
	is_draft: bool = False
	#: net amount in company currency of the rows of each quotation
	quoted: Mapping[str, Decimal] = field(default_factory=dict)
	#: the order that it amends or repeats
	original: str = ""
	rule: str = SellerRule.AMENDED
	#: as a manager decides now
	named: Pin | None = None


def made(doc: Document) -> Made:
	quoted: dict[str, Decimal] = defaultdict(Decimal)
	for row in doc.items or ():
		if row.get("prevdoc_docname"):
			quoted[row.prevdoc_docname] += to_decimal(row.base_net_amount)
	repeats = doc.flags.sales_extensions_repeats
	return Made(
		is_new=bool(doc.flags.in_insert),
		is_draft=not cint(doc.docstatus),
		quoted=quoted,
		original=repeats or doc.get("amended_from") or "",
		rule=SellerRule.RECURRING if repeats else SellerRule.AMENDED,
	)


def sold(order: Order, made: Made | None, settings: Settings) -> Order:
	"""`order` with who sold it. `order.pin`: as it was decided before.

	`made`: None where it is not the order itself that is saved; then what was decided holds, and where nothing was, the
	order is its owner's.
	"""
	if order.team:
		return order
	return replace(order, pin=_pin(order, made or Made(), settings))


def _pin(order: Order, made: Made, settings: Settings) -> Pin | None:
	if made.named:
		return made.named
	known = None if made.is_new else order.pin
	if known and _holds(known, made, settings):
		return following_rows(known, made.quoted)
	if made.is_new or made.is_draft:
		return _decide(order, known, made, settings)
	return of_owner(seller_of_user(order.owner or ""))


def _holds(known: Pin, made: Made, settings: Settings) -> bool:
	if not made.is_draft or known.rule in KEPT_IN_DRAFTS:
		return True
	return came_of(known) == (made.quoted.keys() if settings.credits_quotation_maker else frozenset())


def _decide(order: Order, known: Pin | None, made: Made, settings: Settings) -> Pin | None:
	original = _of_original(made) if made.original else None
	if original:
		return original
	asked = made.quoted.keys() if settings.credits_quotation_maker else ()
	sellers = _sellers(asked, order.owner or "")
	own = sellers.pop(OWNER)
	quoted = of_quotations({name: made.quoted[name] for name in sellers}, sellers, own)
	return quoted or (known if known and known.rule == SellerRule.OWNER else of_owner(own))


def _of_original(made: Made) -> Pin | None:
	"""Whoever had the order that this one amends or repeats; None where nobody had."""
	pin = pins.load((made.original,)).get(made.original)
	if pin is None:
		owner = frappe.db.get_value("Sales Order", made.original, "owner")
		pin = of_owner(seller_of_user(owner or ""))
	return of_original(following_rows(pin, made.quoted), made.rule, made.original) if pin else None


#: What stands for the order itself beside quotations.
OWNER = ""


def _sellers(quotations: Collection[str], owner: str) -> dict[str, str | None]:
	"""The Sales Person of who made each quotation that there is, of an amended one who made the first; and under OWNER of
	the order's owner. One statement where none was amended.
	"""
	sellers: dict[str, str | None] = {}
	asked = {name: name for name in (*quotations, OWNER)}
	for _step in range(LONGEST_CHAIN):
		rows = _made_by(set(asked.values()), owner)
		sellers |= {name: rows[at][1] for name, at in asked.items() if at in rows}
		asked = {name: rows[at][0] for name, at in asked.items() if at in rows and rows[at][0]}
		if not asked:
			break
	return sellers


def _made_by(names: Collection[str], owner: str) -> dict[str, tuple[str | None, str | None]]:
	"""By quotation, and OWNER: the quotation that it amends, and the Sales Person of who made it; of several the first."""
	rows = frappe.db.sql(
		"""SELECT made.name, made.amended_from, MIN(person.name) FROM (
			SELECT name, owner, amended_from FROM `tabQuotation` WHERE name IN %(names)s
			UNION ALL SELECT '', %(owner)s, NULL) made
		LEFT JOIN `tabEmployee` employee ON employee.user_id = made.owner
		LEFT JOIN `tabSales Person` person ON person.employee = employee.name
		GROUP BY made.name, made.amended_from""",
		{"names": tuple(names), "owner": owner},
	)
	return {name: (before, seller) for name, before, seller in rows}
