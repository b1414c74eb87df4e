"""Who sold an order without a Sales Team, as it is kept beside the order's version (H1).

In Order Credit State: the first or only seller, the rule, and where there are several, all of them as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import frappe

from sales_extensions import current
from sales_extensions.engine import Pin, SellerRule, SoldPart
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.pinning import quotation_renamed, seller_renamed

COLUMNS = ("sales_person", "seller_rule", "seller_source", "seller_parts", "seller_basis")
#: rules whose source is another order
OF_ANOTHER_ORDER = (SellerRule.AMENDED, SellerRule.RECURRING)


def as_stored(pin: Pin | None) -> dict[str, str | None]:
	"""The values of COLUMNS. The source of what one made of one quotation is that quotation."""
	if pin is None:
		return dict.fromkeys(COLUMNS)
	first, *more = pin.parts
	several = bool(more) or first.made_order
	source = pin.source or ("" if several else first.quotation)
	parts = json.dumps([_as_list(part) for part in pin.parts], ensure_ascii=False) if several else None
	person = next((part.sales_person for part in pin.parts if part.sales_person), None)
	values = (person, str(pin.rule), source or None, parts, pin.basis or None)
	return dict(zip(COLUMNS, values, strict=True))


def _as_list(part: SoldPart) -> list[object]:
	return [part.sales_person, f"{part.weight:f}", part.quotation, int(part.made_order)]


def from_stored(
	person: str | None, rule: str | None, source: str | None, parts: str | None, basis: str | None
) -> Pin | None:
	"""A row's columns, in the order of COLUMNS. None: not decided."""
	if not rule:
		return None
	if parts:
		return Pin(rule, tuple(_as_part(*part) for part in json.loads(parts)), source or "", basis or "")
	if rule == SellerRule.QUOTATION:
		return Pin(rule, (SoldPart(person, quotation=source or ""),), basis=basis or "")
	return Pin(rule, (SoldPart(person),), source or "", basis or "")


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
	"""Of an order whose row this transaction holds. Who has read it before is told by the version."""
	assigned = ", ".join(f"{column} = %({column})s" for column in COLUMNS)
	current.sql(
		f"UPDATE `tabOrder Credit State` SET {assigned}, version = version + 1 WHERE name = %(name)s",
		{**as_stored(pin), "name": order},
	)


def follow_seller(old: str, new: str) -> None:
	"""A Sales Person has another name. The framework renames those who sold an order alone, and tells nobody who has read
	of them before; here are the others.
	"""
	current.sql("UPDATE `tabOrder Credit State` SET version = version + 1 WHERE sales_person = %s", new)
	_rewrite(
		_orders("INSTR(seller_parts, %(old)s) > 0", old=_in_json(old)),
		lambda pin: seller_renamed(pin, old, new),
	)


def follow_quotation(old: str, new: str) -> None:
	"""A quotation has another number."""
	condition = "(seller_rule = %(rule)s AND seller_source = %(source)s) OR INSTR(seller_parts, %(old)s) > 0"
	values = {"rule": str(SellerRule.QUOTATION), "source": old, "old": _in_json(old)}
	_rewrite(_orders(condition, **values), lambda pin: quotation_renamed(pin, old, new))


def follow_order(old: str, new: str) -> None:
	"""An order that others amend or repeat has another number."""
	rules = tuple(map(str, OF_ANOTHER_ORDER))
	orders = _orders("seller_source = %(old)s AND seller_rule IN %(rules)s", old=old, rules=rules)
	_rewrite(orders, lambda pin: replace(pin, source=new))


def _in_json(name: str) -> str:
	return json.dumps(name, ensure_ascii=False)


def _orders(condition: str, **values: object) -> list[str]:
	"""By a plain read: a statement that writes would hold all that it looks at."""
	return frappe.db.sql_list(
		f"SELECT name FROM `tabOrder Credit State` WHERE {condition} ORDER BY name", values
	)


def _rewrite(orders: Iterable[str], change: Callable[[Pin], Pin]) -> None:
	"""As each is now, and held: somebody may have decided anew since it was found."""
	for order in orders:
		pin = _held(order)
		if pin and change(pin) != pin:
			write(order, change(pin))


def _held(order: str) -> Pin | None:
	rows = current.sql(
		f"SELECT {', '.join(COLUMNS)} FROM `tabOrder Credit State` WHERE name = %s FOR UPDATE", order
	)
	return from_stored(*rows[0]) if rows else None


def has_sold(seller: str) -> bool:
	"""Whether an order is kept as sold by a Sales Person."""
	if frappe.db.exists("Order Credit State", {"sales_person": seller}):
		return True
	return any(
		part.sales_person == seller
		for pin in load(_orders("INSTR(seller_parts, %(name)s) > 0", name=_in_json(seller))).values()
		for part in pin.parts
	)


def without_order_or_seller() -> list[str]:
	"""Orders for which somebody is kept who is no Sales Person any more, or which went without any event."""
	return frappe.db.sql_list(
		"""SELECT s.name FROM `tabOrder Credit State` s
		LEFT JOIN `tabSales Person` p ON p.name = s.sales_person LEFT JOIN `tabSales Order` o ON o.name = s.name
		WHERE s.seller_rule IS NOT NULL AND s.voucher_type = 'Sales Order' AND ((s.sales_person IS NOT NULL AND p.name IS NULL) OR o.name IS NULL)
		ORDER BY s.name"""
	)
