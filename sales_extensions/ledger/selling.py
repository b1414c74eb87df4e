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
from sales_extensions.engine.pinning import (
	basis_of,
	following_rows,
	of_original,
	of_owner,
	of_quotations,
	rests_on,
)

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
	#: net amount in company currency of the rows of each quotation, and the quotations' rows that they name
	quoted: Mapping[str, Decimal] = field(default_factory=dict)
	quoted_rows: tuple[str, ...] = ()
	#: the order that it amends or repeats
	original: str = ""
	rule: str = SellerRule.AMENDED
	#: as a manager decides now
	named: Pin | None = None


def made(doc: Document) -> Made:
	rows = [row for row in doc.items or () if row.get("prevdoc_docname") and row.get("quotation_item")]
	quoted: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows:
		quoted[row.prevdoc_docname] += to_decimal(row.base_net_amount)
	repeats = doc.flags.sales_extensions_repeats
	return Made(
		is_new=bool(doc.flags.in_insert),
		is_draft=not cint(doc.docstatus),
		quoted=quoted,
		quoted_rows=tuple(row.quotation_item for row in rows),
		original=repeats or doc.get("amended_from") or "",
		rule=SellerRule.RECURRING if repeats else SellerRule.AMENDED,
	)


def sold(order: Order, made: Made | None, settings: Settings) -> Order:
	"""`order` with who sold it. `order.pin`: as it was decided before.

	`made`: None where it is not the order itself that is saved; then what was decided holds, and where nothing was, the
	order is its owner's.
	"""
	if order.team:
		return replace(order, pin=None) if made and made.is_new else order
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
	"""Of a draft: as long as it came of the same quotations."""
	return not made.is_draft or known.rule in KEPT_IN_DRAFTS or rests_on(known, _asked(made, settings))


def _asked(made: Made, settings: Settings) -> Collection[str]:
	return made.quoted.keys() if settings.credits_quotation_maker else ()


def _decide(order: Order, known: Pin | None, made: Made, settings: Settings) -> Pin | None:
	original = _of_original(made) if made.original else None
	if original:
		return original
	asked = _asked(made, settings)
	sellers = _sellers(asked, made.quoted_rows, order.owner or "")
	own = sellers.pop(OWNER)
	kept = known if known and known.rule == SellerRule.OWNER else of_owner(own)
	pin = of_quotations({name: made.quoted[name] for name in sellers}, sellers, own) or kept
	return pin and replace(pin, basis=basis_of(asked))


def _of_original(made: Made) -> Pin | None:
	"""Whoever had the order that this one amends or repeats; None where nobody had."""
	pin = pins.load((made.original,)).get(made.original)
	if pin is None:
		owner = frappe.db.get_value("Sales Order", made.original, "owner")
		pin = of_owner(seller_of_user(owner or ""))
	return of_original(following_rows(pin, made.quoted), made.rule, made.original) if pin else None


#: What stands for the order itself beside quotations.
OWNER = ""


def _sellers(quotations: Collection[str], rows: Collection[str], owner: str) -> dict[str, str | None]:
	"""The Sales Person of who made each quotation, of an amended one who made the first; and under OWNER of the order's
	owner. One statement where none was amended. Only of quotations that were submitted and have one of `rows`: what an
	order says of itself is not believed.
	"""
	sellers: dict[str, str | None] = {}
	asked = {name: name for name in (*quotations, OWNER)}
	for _step in range(LONGEST_CHAIN):
		found = _made_by(set(asked.values()), rows, owner)
		sellers |= {name: found[at][1] for name, at in asked.items() if at in found}
		asked = {name: found[at][0] for name, at in asked.items() if at in found and found[at][0]}
		rows = ()
		if not asked:
			break
	return sellers


def _made_by(
	names: Collection[str], rows: Collection[str], owner: str
) -> dict[str, tuple[str | None, str | None]]:
	"""By quotation, and OWNER: the quotation that it amends, and the Sales Person of who made it; of several the first.

	`rows`: of which a quotation must have one, submitted; without them it is one that another amends.
	"""
	has_one = """AND docstatus = 1 AND EXISTS (SELECT 1 FROM `tabQuotation Item` i
		WHERE i.name IN %(rows)s AND i.parent = `tabQuotation`.name)"""
	made_by = frappe.db.sql(
		f"""SELECT made.name, made.amended_from, MIN(person.name) FROM (
			SELECT name, owner, amended_from FROM `tabQuotation` WHERE name IN %(names)s {has_one if rows else ""}
			UNION ALL SELECT '', %(owner)s, NULL) made
		LEFT JOIN `tabEmployee` employee ON employee.user_id = made.owner
		LEFT JOIN `tabSales Person` person ON person.employee = employee.name
		GROUP BY made.name, made.amended_from""",
		{"names": tuple(names), "rows": tuple(rows), "owner": owner},
	)
	return {name: (before, seller) for name, before, seller in made_by}
