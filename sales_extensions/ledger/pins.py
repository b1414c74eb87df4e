"""Who sold an order without a Sales Team, as it is kept beside the order's version (H1).

In Order Credit State: the first or only seller, the rule, and where there are several, all of them as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import frappe

from sales_extensions import current
from sales_extensions.engine import Pin, SellerRule, SoldPart
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.pinning import quotation_renamed, seller_renamed

COLUMNS = ("sales_person", "seller_rule", "seller_source", "seller_parts")
#: rules whose source is another order
OF_ANOTHER_ORDER = (SellerRule.AMENDED, SellerRule.RECURRING)


def as_stored(pin: Pin | None) -> dict[str, str | None]:
	"""The values of COLUMNS. The source of what one made of one quotation is that quotation."""
	if pin is None:
		return dict.fromkeys(COLUMNS)
	first, *more = pin.parts
	several = bool(more) or first.made_order
	source = pin.source or ("" if several else first.quotation)
	parts = json.dumps([_as_list(part) for part in pin.parts]) if several else None
	person = next((part.sales_person for part in pin.parts if part.sales_person), None)
	return dict(zip(COLUMNS, (person, str(pin.rule), source or None, parts), strict=True))


def _as_list(part: SoldPart) -> list[object]:
	return [part.sales_person, f"{part.weight:f}", part.quotation, int(part.made_order)]


def from_stored(person: str | None, rule: str | None, source: str | None, parts: str | None) -> Pin | None:
	"""A row's columns, in the order of COLUMNS. None: not decided."""
	if not rule:
		return None
	if parts:
		return Pin(rule, tuple(_as_part(*part) for part in json.loads(parts)), source or "")
	if rule == SellerRule.QUOTATION:
		return Pin(rule, (SoldPart(person, quotation=source or ""),))
	return Pin(rule, (SoldPart(person),), source or "")


def _as_part(person: str | None, weight: str, quotation: str, made_order: int) -> SoldPart:
	return SoldPart(person, to_decimal(weight), quotation, bool(made_order))


def load(orders: Sequence[str], *, current_read: bool = False) -> dict[str, Pin]:
	"""Of the orders for which it is decided."""
	if not orders:
		return {}
	rows = current.sql(
		f"""SELECT name, {", ".join(COLUMNS)} FROM `tabOrder Credit State` FORCE INDEX (PRIMARY)
		WHERE name IN %(names)s AND seller_rule IS NOT NULL {"LOCK IN SHARE MODE" if current_read else ""}""",
		{"names": tuple(orders)},
		when=current_read,
	)
	return {name: pin for name, *stored in rows if (pin := from_stored(*stored))}


def write(order: str, pin: Pin | None) -> None:
	"""Of an order whose row this transaction holds."""
	assigned = ", ".join(f"{column} = %({column})s" for column in COLUMNS)
	current.sql(
		f"UPDATE `tabOrder Credit State` SET {assigned} WHERE name = %(name)s",
		{**as_stored(pin), "name": order},
	)


def follow_seller(old: str, new: str) -> None:
	"""A Sales Person has another name. The framework renames those who sold an order alone; here are the others."""
	for name, pin in _found("seller_parts IS NOT NULL").items():
		if any(part.sales_person == old for part in pin.parts):
			write(name, seller_renamed(pin, old, new))


def follow_quotation(old: str, new: str) -> None:
	"""A quotation has another number."""
	rules = (str(SellerRule.QUOTATION),)
	for name, pin in _found("seller_rule IN %(rules)s OR seller_parts IS NOT NULL", rules=rules).items():
		if any(part.quotation == old for part in pin.parts):
			write(name, quotation_renamed(pin, old, new))


def follow_order(old: str, new: str) -> None:
	"""An order that others amend or repeat has another number."""
	rules = tuple(map(str, OF_ANOTHER_ORDER))
	for name, pin in _found(
		"seller_source = %(old)s AND seller_rule IN %(rules)s", old=old, rules=rules
	).items():
		write(name, replace(pin, source=new))


def _found(condition: str, **values: object) -> dict[str, Pin]:
	"""By a plain read: a statement that writes would hold all that it looks at."""
	rows = frappe.db.sql(
		f"SELECT name, {', '.join(COLUMNS)} FROM `tabOrder Credit State` WHERE {condition}", values
	)
	return {name: pin for name, *stored in rows if (pin := from_stored(*stored))}


def has_sold(seller: str) -> bool:
	"""Whether an order is kept as sold by a Sales Person."""
	if frappe.db.exists("Order Credit State", {"sales_person": seller}):
		return True
	several = _found("seller_parts IS NOT NULL").values()
	return any(part.sales_person == seller for pin in several for part in pin.parts)
