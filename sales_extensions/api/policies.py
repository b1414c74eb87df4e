"""What a change of the policies does to the targets, before it is saved (T8)."""

from __future__ import annotations

import re
from enum import Enum

import frappe
from frappe import _

from sales_extensions import called, guards, showing
from sales_extensions.engine import AmountBasis, ClosedCredit, CountOn, OfCompany, Policy, by_company
from sales_extensions.ledger import facts
from sales_extensions.ledger.preview import Preview, go_on, moved

SETTINGS = "Sales Extensions Settings"
#: The policies that decide figures, and what each may be.
CHOICES: dict[str, type[Enum]] = {
	"count_orders_on": CountOn,
	"order_amount_basis": AmountBasis,
	"closed_order_credit": ClosedCredit,
}
#: For so long a preview that is not finished waits for who asked for it.
KEPT_SECONDS = 600
TOKEN = re.compile(r"[0-9a-zA-Z]{1,40}")


@called.public()
def preview(policies: dict, token: str | None = None) -> dict[str, object]:
	"""How many targets would have another result by these policies, and the sums of their results now and then.

	`policies`: values of fields of Sales Extensions Settings; what is not in it stays. Nothing is written. Where
	there are many orders the answer is not `finished`: it is asked for again with its `token`. Sums by company, in
	its currency; of targets that count orders, numbers of orders. For System Managers; raises PermissionError.
	"""
	frappe.has_permission(SETTINGS, "write", throw=True)
	guards.administrator()
	wanted = policy_of(called.mapping(policies, _("Policies")))
	if wanted == facts.policy():
		return {"changes": False, "finished": True}
	found = taken_up(token, wanted) if token else Preview(wanted)
	go_on(found)
	return {"changes": True, **(result(found) if found.is_finished else progress(found, token))}


def policy_of(given: dict[str, object]) -> Policy:
	"""The policies as they are saved, but for those that are given. Overlay was agreed with each allocation, and stays."""
	chosen = {name: given[name] for name in CHOICES if given.get(name)}
	for name, value in chosen.items():
		if value not in tuple(CHOICES[name]):
			options = ", ".join(map(str, CHOICES[name]))
			label = _(frappe.get_meta(SETTINGS).get_label(name))
			frappe.throw(
				_("{0} must be one of: {1}; it is {2}.").format(label, options, showing.text(value, 50))
			)
	saved = frappe.db.get_singles_dict(SETTINGS)
	return facts.settings_from({**saved, **chosen}).policy


def taken_up(token: str, wanted: Policy) -> Preview:
	found = frappe.cache.get_value(key_of(token), expires=True) if TOKEN.fullmatch(token) else None
	if not found or found.policy != wanted:
		frappe.throw(_("The preview was not asked for in time. Please save again."))
	return found


def progress(found: Preview, token: str | None) -> dict[str, object]:
	token = token or frappe.generate_hash(length=20)
	frappe.cache.set_value(key_of(token), found, expires_in_sec=KEPT_SECONDS)
	return {"finished": False, "token": token, "done": found.done, "total": found.total}


def key_of(token: str) -> str:
	return f"sales_extensions_preview|{frappe.session.user}|{token}"


def result(found: Preview) -> dict[str, object]:
	companies = by_company(moved(found.added))
	return {
		"finished": True,
		"orders": found.total,
		"targets": sum(one.targets for one in companies),
		"companies": [as_row(one) for one in companies],
	}


def as_row(one: OfCompany) -> dict[str, object]:
	return {
		"company": one.company,
		"currency": one.currency,
		"targets": one.targets,
		"in_money": one.in_money,
		"in_orders": one.targets - one.in_money,
		"amount_before": one.before.amount,
		"amount_after": one.after.amount,
		"orders_before": one.before.orders,
		"orders_after": one.after.orders,
	}
