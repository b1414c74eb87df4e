"""What stands behind a Sales Target (T4, X4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from sales_extensions import alike, called, errors, guards, periods
from sales_extensions.attained.orders import adjustments, explained, positions
from sales_extensions.charges.report_filters import tick
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.ledger import restate


@called.public()
def orders_behind(
	sales_target: str, as_of: str | None = None, start: int = 0, limit: int = 50, withdrawn: bool = False
) -> dict[str, object]:
	"""The documents a target is built from, largest first, each with its sellers, amounts and rules in words, and the order it
	came of; and what was booked on a closed one since, the latest of it.

	`as_of`: a moment; what was booked later is left out. `withdrawn`: also those that count no more.
	Amounts in the target's currency. Raises PermissionError without read permission on the target.
	"""
	refuse_nothing(sales_target)
	frappe.has_permission("Sales Target", "read", sales_target, throw=True)
	start, limit = max(cint(start), 0), min(max(cint(limit), 1), 500)
	currency, closing = frappe.db.get_value("Sales Target", sales_target, ("currency", "closing"))
	sums = positions(sales_target, closing, as_of, withdrawn=tick(withdrawn, _("Show Withdrawn")))
	return {
		"total": len(sums),
		"amount": sum((to_decimal(row.amount) for row in sums), ZERO),
		"order_count": sum(cint(row.order_count) for row in sums),
		"currency": currency,
		"rows": explained(sums[start : start + limit]),
		"adjustments": explained(adjustments(closing, as_of)[-limit:]),
	}


def refuse_nothing(sales_target: str) -> None:
	"""Without a name the framework answers for the documents in general."""
	if not sales_target.strip():
		errors.missing(_("Sales Target"))


@called.public()
def preset_period(preset: str, company: str | None = None) -> dict[str, str]:
	"""First and last day of a preset, for the form (T5)."""
	frappe.has_permission("Sales Target", "create", throw=True)
	first, last = periods.preset(preset, company)
	return {"from_date": str(first), "to_date": str(last)}


@called.public()
def identical(target: dict) -> list[dict[str, str]]:
	"""The targets that are the same as one that is being typed, but for goal and title: those that the user may read.

	`target`: its fields. Empty where it is not whole yet. Raises PermissionError for who may not create targets.
	"""
	frappe.has_permission("Sales Target", "create", throw=True)
	found = alike.typed(called.mapping(target, _("Sales Target")))
	return alike.readable(alike.identical_to(found)) if found else []


@called.public(methods=["POST"])
def recount(sales_target: str) -> str | None:
	"""Bring one target to what its orders say, now or in the background. Returns the run, if there is one."""
	refuse_nothing(sales_target)
	frappe.has_permission("Sales Target", "write", sales_target, throw=True)
	guards.manager(_("Recount"))
	return restate("Rebuild", [sales_target])
