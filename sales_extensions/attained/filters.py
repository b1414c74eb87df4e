"""What is asked of the widget, the report and the statement, as it comes from the desk or from REST (X5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import formatdate

from sales_extensions import called, guards
from sales_extensions.charges import report_filters
from sales_extensions.charges.report_filters import choice, days, existing
from sales_extensions.engine import TargetType
from sales_extensions.engine.facts import Measure
from sales_extensions.ledger.facts import currency_of, precision

MEASURES = tuple(str(one) for one in Measure)
TYPES = tuple(str(one) for one in TargetType)
#: the filters of a target itself: only targets with the same ones can be added up
SCOPE = {"territory": "Territory", "customer_group": "Customer Group", "item_group": "Item Group"}
#: so many years at most: the months are columns
MOST_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class Asked:
	"""Names exist; both days are included. `sales_target`: this target alone, whatever others there are."""

	company: str
	currency: str
	precision: int
	first: date
	last: date
	target_type: str = TargetType.FINANCIAL
	measured_on: str = Measure.ORDERED
	sales_person: str = ""
	sales_target: str = ""
	scope: Mapping[str, str] = None
	as_of: datetime | None = None

	@property
	def numeric(self) -> bool:
		return self.target_type == TargetType.NUMERIC


def read(given: object) -> Asked:
	"""Raises ValidationError that names the field, for what is no date, no such name, reversed or no text."""
	given = called.filters(given)
	company = company_of(given.get("company"))
	first, last = period_of(given)
	sales_target = existing("Sales Target", given.get("sales_target"), _("Sales Target"))
	if sales_target:
		frappe.has_permission("Sales Target", "read", sales_target, throw=True)
	currency = currency_of(company)
	return Asked(
		company=company,
		currency=currency,
		precision=precision(),
		first=first,
		last=last,
		target_type=type_of(given, sales_target),
		measured_on=measure_of(given, sales_target),
		sales_person=existing("Sales Person", given.get("sales_person"), _("Sales Person")),
		sales_target=sales_target,
		scope={field: existing(doctype, given.get(field), _(doctype)) for field, doctype in SCOPE.items()},
		as_of=guards.moment(given["as_of"], _("As Of")) if given.get("as_of") else None,
	)


def company_of(value: object) -> str:
	return report_filters.company_of(value, _("Company: choose the company whose targets you want to see."))


def period_of(given: dict) -> tuple[date, date]:
	first, last = days(given)
	for value, label in ((first, _("From Date")), (last, _("To Date"))):
		if not value:
			frappe.throw(_("{0}: choose a date.").format(label))
	if (last - first).days >= MOST_DAYS:
		frappe.throw(
			_("To Date {0} is more than three years after From Date {1}.").format(
				formatdate(last), formatdate(first)
			)
		)
	return first, last


def type_of(given: dict, sales_target: str) -> str:
	if sales_target:
		return frappe.db.get_value("Sales Target", sales_target, "target_type")
	return choice(given.get("target_type") or TYPES[0], TYPES, _("Target Type"))


def measure_of(given: dict, sales_target: str) -> str:
	"""What was ordered is not added to what was invoiced of it: figures of several targets are of one measure (M1)."""
	if sales_target:
		return frappe.db.get_value("Sales Target", sales_target, "measured_on")
	return choice(given.get("measured_on") or MEASURES[0], MEASURES, _("Measured On"))
