"""Where a target's own figure is not the one of its sellers in Attainment: there a day counts in one target (T6, X4)."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe.utils import getdate

from sales_extensions import alike, lines
from sales_extensions.engine import Target, are_identical, shared_days
from sales_extensions.engine.rollup import stands_first
from sales_extensions.ledger import facts

from .filters import SCOPE


def add(rows: list[dict[str, object]]) -> None:
	"""To each of these rows of targets, `instead`: the targets in which Attainment counts days of it, with these days; and
	`attainment`, where that is. In a fixed number of statements; of targets that the user may read.
	"""
	targets = facts.load_targets(_near(rows))
	titles = {one.name: one.title for one in alike.readable(list(targets))}
	for row in rows:
		found = _instead(targets[row["name"]], targets)
		row["instead"] = [one | {"title": titles[one["name"]]} for one in found if one["name"] in titles]
		row["attainment"] = _address(targets[row["name"]])


def _near(rows: list[dict[str, object]]) -> list[str]:
	"""The targets, these among them, that name the first sellers of these on days of these."""
	if not rows:
		return []
	asked = {
		"parenttype": alike.TARGET,
		"sales_person": ("in", [row["sellers"][0] for row in rows if row["sellers"]] or [""]),
		"from_date": ("<=", max(getdate(row["to_date"]) for row in rows)),
		"to_date": (">=", min(getdate(row["from_date"]) for row in rows)),
	}
	found = frappe.get_all("Sales Target Assignee", asked, pluck="parent", order_by="parent")
	return list(dict.fromkeys([*found, *(row["name"] for row in rows)]))


def _instead(target: Target, others: dict[str, Target]) -> Iterator[dict[str, object]]:
	for other in others.values():
		if other.name == target.name:
			continue
		days = _days_of_both(target, other)
		if days and stands_first(target, other) is other:
			yield {"name": other.name, "first": days[0], "last": days[1]}


def _days_of_both(target: Target, other: Target) -> tuple | None:
	if are_identical(target, other):
		return target.from_date, target.to_date
	shared = shared_days(target, other)
	return shared and shared[:2]


def _address(target: Target) -> str:
	"""The sellers' figures of these days."""
	filters = {
		"company": target.company,
		"from_date": str(target.from_date),
		"to_date": str(target.to_date),
		"target_type": str(target.target_type),
		"sales_person": target.assignees[0] if len(target.assignees) == 1 else "",
	}
	scope = {field: getattr(target, field) for field in SCOPE}
	return lines.report("Attainment", {key: value for key, value in (filters | scope).items() if value})
