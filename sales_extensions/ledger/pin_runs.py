"""Orders of before, for which it was never decided who sold them, pinned as the ledger has them now (H1, X2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import frappe
from frappe.utils import now_datetime

from sales_extensions import current
from sales_extensions.engine import SellerRule
from sales_extensions.engine.pinning import OF_BEFORE

from . import pins, runs
from .facts import sellers_of_users
from .fill import slices

if TYPE_CHECKING:
	from frappe.model.document import Document

SLICE = 1000
#: Orders whose owner is a Sales Person's user, without a Sales Team. Of those without such an owner nothing is decided:
#: they go to whoever becomes the owner's Sales Person.
UNDECIDED = """FROM `tabSales Order` o LEFT JOIN `tabOrder Credit State` s ON s.name = o.name
	WHERE o.owner IN %(users)s AND o.name > %(after)s AND s.seller_rule IS NULL AND NOT EXISTS (
		SELECT 1 FROM `tabSales Team` t WHERE t.parent = o.name AND t.parenttype = 'Sales Order')"""


def work(doc: Document) -> None:
	"""Slice by slice, each committed; what is pinned is not met again."""
	for _some in _taken_back():
		runs.commit()
	total = count()
	done = 0
	for pinned in _slices():
		done += pinned
		if doc.purpose == runs.PINNED_SELLERS:
			doc.db_set({"total_orders": total, "done_orders": done})
		runs.commit()
		runs.publish(doc)


def rebuild(company: str | None) -> int:
	"""How many orders were pinned, of all companies."""
	for _some in _taken_back():
		pass
	return sum(_slices())


def differences(company: str | None) -> list[dict[str, object]]:
	"""Where somebody is kept who is no Sales Person any more. An order that is not pinned yet is credited to the same."""
	return [{"kind": "seller", "sales_order": name} for name in pins.without_order_or_seller()]


def _taken_back() -> Iterator[tuple[str, ...]]:
	"""Who is kept and is no more, or for an order that went without any event: decided anew, or not at all."""
	for part in slices(pins.without_order_or_seller(), SLICE):
		for name in part:
			pins.write(name, None)
		yield part


def count() -> int:
	sellers = sellers_of_users()
	if not sellers:
		return 0
	return frappe.db.sql(f"SELECT COUNT(*) {UNDECIDED}", {"users": tuple(sellers), "after": ""})[0][0]


def _slices() -> Iterator[int]:
	"""Pins a slice each time, and gives how many it were."""
	after = ""
	while sellers := sellers_of_users():
		rows = frappe.db.sql(
			f"SELECT o.name, o.owner {UNDECIDED} ORDER BY o.name LIMIT {SLICE}",
			{"users": tuple(sellers), "after": after},
		)
		if not rows:
			return
		_pin([(name, sellers[owner]) for name, owner in rows if owner in sellers])
		after = rows[-1][0]
		yield len(rows)


def _pin(sold: list[tuple[str, str]]) -> None:
	"""An order that was decided on meanwhile stays as it is. Others are told by the version."""
	now, user, rule = now_datetime(), frappe.session.user, str(SellerRule.OWNER)
	current.sql(
		f"""INSERT INTO `tabOrder Credit State`
			(name, sales_person, seller_rule, seller_basis, creation, modified, owner, modified_by, version)
		VALUES {", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, 1)"] * len(sold))}
		ON DUPLICATE KEY UPDATE
			sales_person = IF(seller_rule IS NULL, VALUES(sales_person), sales_person),
			seller_basis = IF(seller_rule IS NULL, VALUES(seller_basis), seller_basis),
			version = version + (seller_rule IS NULL),
			seller_rule = IFNULL(seller_rule, VALUES(seller_rule))""",
		[value for name, seller in sold for value in (name, seller, rule, OF_BEFORE, now, now, user, user)],
	)
