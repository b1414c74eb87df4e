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
from .facts import Settings, seller_of_user, sellers_of_users

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
		return _decide(order, made, settings)
	return of_owner(seller_of_user(order.owner or ""))


def _holds(known: Pin, made: Made, settings: Settings) -> bool:
	if not made.is_draft or known.rule in KEPT_IN_DRAFTS:
		return True
	return came_of(known) == (made.quoted.keys() if settings.credits_quotation_maker else frozenset())


def _decide(order: Order, made: Made, settings: Settings) -> Pin | None:
	original = _of_original(made) if made.original else None
	if original:
		return original
	makers = _makers(made.quoted) if made.quoted and settings.credits_quotation_maker else {}
	sellers = sellers_of_users({order.owner or "", *makers.values()})
	own = sellers.get(order.owner or "")
	made_by = {quotation: sellers.get(user) for quotation, user in makers.items()}
	return of_quotations({name: made.quoted[name] for name in makers}, made_by, own) or of_owner(own)


def _of_original(made: Made) -> Pin | None:
	"""Whoever had the order that this one amends or repeats; None where nobody had."""
	pin = pins.load((made.original,)).get(made.original)
	if pin is None:
		owner = frappe.db.get_value("Sales Order", made.original, "owner")
		pin = of_owner(seller_of_user(owner or ""))
	return of_original(following_rows(pin, made.quoted), made.rule, made.original) if pin else None


def _makers(quotations: Collection[str]) -> dict[str, str]:
	"""Who made each quotation that there is: of an amended one, who made the first."""
	makers, asked = {}, {name: name for name in quotations}
	for _step in range(LONGEST_CHAIN):
		rows = _quotations(set(asked.values()))
		makers |= {name: rows[at][0] for name, at in asked.items() if at in rows}
		asked = {name: rows[at][1] for name, at in asked.items() if at in rows and rows[at][1]}
		if not asked:
			break
	return makers


def _quotations(names: Collection[str]) -> dict[str, tuple[str, str | None]]:
	quotation = frappe.qb.DocType("Quotation")
	query = frappe.qb.from_(quotation).select(quotation.name, quotation.owner, quotation.amended_from)
	return {
		name: (owner, before) for name, owner, before in query.where(quotation.name.isin(list(names))).run()
	}
