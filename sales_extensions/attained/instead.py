"""Where a target's own figure is not the one of its sellers in Attainment: there a day counts in one target (T6, X4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import frappe

from sales_extensions import lines
from sales_extensions.engine import Target, are_identical, shared_days
from sales_extensions.engine.rollup import stands_first
from sales_extensions.ledger import facts

from .filters import SCOPE
from .running import TARGET

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Assigned:
	"""A seller or group that a target names; their Employee and User, where they have them."""

	seller: str
	employee: str | None
	user: str | None


#: target -> whom it names
Near = Mapping[str, list[Assigned]]


def assigned(rows: Iterable[Row]) -> Near:
	"""Whom these targets name, in row order; and whom others name, that share a seller and days with one of these."""
	found: dict[str, list[Assigned]] = defaultdict(list)
	for name, *whom in frappe.db.sql(
		"""SELECT named.parent, named.sales_person, employee.name, employee.user_id
		FROM (SELECT DISTINCT other.parent FROM `tabSales Target Assignee` own
			JOIN `tabSales Target Assignee` other ON other.sales_person = own.sales_person
				AND other.company = own.company AND other.from_date <= own.to_date
				AND other.to_date >= own.from_date AND other.parenttype = 'Sales Target'
			WHERE own.parent IN %(names)s AND own.parenttype = 'Sales Target') near
		JOIN `tabSales Target Assignee` named ON named.parent = near.parent AND named.parenttype = 'Sales Target'
		LEFT JOIN `tabSales Person` person ON person.name = named.sales_person
		LEFT JOIN `tabEmployee` employee ON employee.name = person.employee
		ORDER BY named.parent, named.idx""",
		{"names": tuple(row["name"] for row in rows) or ("",)},
	):
		found[name].append(Assigned(*whom))
	return found


def add(rows: Iterable[Row], near: Near) -> None:
	"""To each of these rows of targets, `instead`: the targets in which Attainment counts days of it, with these days; and
	`attainment`, where that is. One statement, of targets that the user may read. `near`: as `assigned` gives it.
	"""
	titles, targets = _readable(near)
	for row in rows:
		row["instead"] = [
			one | {"title": titles[one["name"]]} for one in _instead(targets[row["name"]], targets)
		]
		row["attainment"] = _address(targets[row["name"]])


def _readable(near: Near) -> tuple[dict[str, str], dict[str, Target]]:
	"""Titles, and definitions."""
	fields = [*facts.TARGET_COLUMNS.split(", "), "title"]
	rows = frappe.get_list(
		TARGET, {"name": ("in", [*near, ""])}, fields, order_by="name", limit_page_length=0
	)
	decimals = facts.precision()
	return {row.name: row.title for row in rows}, {
		row.name: facts.target_from_row(row, [one.seller for one in near[row.name]], decimals) for row in rows
	}


def _instead(target: Target, others: Mapping[str, Target]) -> Iterator[Row]:
	for other in others.values():
		if other.name == target.name:
			continue
		first, last, standing = _shared(target, other)
		if standing is other:
			yield {"name": other.name, "first": first, "last": last}


def _shared(target: Target, other: Target) -> tuple:
	"""The days of both, and which of the two stands for their sellers on these; None for none."""
	if are_identical(target, other):
		return target.from_date, target.to_date, stands_first(target, other)
	return shared_days(target, other) or (None, None, None)


def _address(target: Target) -> str:
	"""The sellers' figures of these days."""
	filters = {
		"company": target.company,
		"from_date": str(target.from_date),
		"to_date": str(target.to_date),
		"target_type": str(target.target_type),
		"measured_on": str(target.measured_on),
		"sales_person": target.assignees[0] if len(target.assignees) == 1 else "",
	}
	scope = {field: getattr(target, field) for field in SCOPE}
	return lines.report("Attainment", {key: value for key, value in (filters | scope).items() if value})
