"""What a caller asks for, made sure of before anything is read (X5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import frappe
from frappe import _
from frappe.utils import get_datetime, get_time, getdate

from sales_extensions import called, permissions, showing
from sales_extensions.charges.report_filters import text, yes_or_no

from . import DOCTYPES, KINDS
from .fields import NUMBERS, Column
from .jobs import Query, View

MOST_ROWS = 500
MOST_FILTERS = 30
MOST_VALUES = 500
LONGEST = 1000
COMPARING = frozenset(("=", "!=", ">", "<", ">=", "<="))
OF_TEXT = frozenset(("like", "not like"))
OF_LISTS = frozenset(("in", "not in"))
OF_TREES = frozenset(
	("descendants of", "descendants of (inclusive)", "not descendants of", "ancestors of", "not ancestors of")
)
OPERATORS = COMPARING | OF_TEXT | OF_LISTS | OF_TREES | {"is", "between", "timespan"}
SPANS = ("last", "this", "next")
UNITS = ("week", "month", "quarter", "6 months", "year", "7 days", "14 days", "30 days", "90 days")
TIMESPANS = frozenset(
	("yesterday", "today", "tomorrow", *(f"{span} {unit}" for span in SPANS for unit in UNITS))
)


def query_of(asked: str | dict | None, view: View) -> Query:
	"""A query out of JSON. Each problem is refused in words that name it."""
	asked = _dict(asked, _("Query"))
	unknown = set(asked) - {"filters", "kind", "stages", "inactive", "order_by", "descending"}
	if unknown:
		_refuse(
			_("Query"),
			", ".join(sorted(map(str, unknown))),
			_("made of filters, kind, stages, inactive, order_by and descending"),
		)
	kind = text(asked.get("kind"), _("Kind"))
	if kind and kind not in KINDS:
		_refuse(_("Kind"), kind, _("one of: {0}").format(", ".join(KINDS)))
	stages = asked.get("stages") or []
	if (
		not isinstance(stages, list)
		or not all(isinstance(one, str) for one in stages)
		or len(stages) > MOST_VALUES
	):
		_refuse(_("Stages"), stages, _("a list of stages"))
	if unknown := [one for one in stages if one not in view.stages]:
		_refuse(_("Stages"), ", ".join(unknown), _("one of: {0}").format(", ".join(view.stages)))
	order_by = text(asked.get("order_by"), _("Order By"))
	if order_by and order_by not in {one.key for one in view.columns}:
		_refuse(_("Order By"), order_by, _("a column of the tracker"))
	return Query(
		filters=_filters(asked.get("filters") or [], view),
		doctypes=KINDS[kind] if kind else DOCTYPES,
		stages=tuple(stages),
		inactive=yes_or_no(asked.get("inactive", False), _("Inactive Too")),
		order_by=order_by,
		descending=yes_or_no(asked.get("descending", True), _("Descending")),
	)


def _filters(asked: object, view: View) -> tuple[tuple[str, str, object], ...]:
	if not isinstance(asked, list) or len(asked) > MOST_FILTERS:
		_refuse(_("Filters"), asked, _("a list of at most {0} filters").format(MOST_FILTERS))
	return tuple(_filter(one, view) for one in asked)


def _filter(asked: object, view: View) -> tuple[str, str, object]:
	if not (isinstance(asked, list) and len(asked) == 3 and all(isinstance(one, str) for one in asked[:2])):
		_refuse(_("Filter"), asked, _("a list of a field, an operator and a value"))
	key, operator, value = asked
	operator = operator.strip().lower()
	column = view.column(key)
	if not column:
		_refuse(_("Filter"), key, _("a field of the tracker that you may read"))
	allowed = _operators(column)
	if operator not in allowed:
		_refuse(_(column.label), operator, _("compared by one of: {0}").format(", ".join(sorted(allowed))))
	return key, operator, _value(column, operator, value)


def _operators(column: Column) -> frozenset[str]:
	"""A comparison that would give a wrong answer is refused: of one with a list, of a day with moments."""
	if column.is_list:
		return OF_TEXT | {"=", "!=", "is"}
	if column.is_day_of_moments:
		return OPERATORS - OF_LISTS - OF_TEXT - {"!="}
	return OPERATORS


def _value(column: Column, operator: str, value: object) -> object:
	label = _(column.label)
	if operator in OF_LISTS:
		values = value.split(",") if isinstance(value, str) else value
		if not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
			_refuse(label, value, _("a list of values"))
		return [_single(column, one, label) for one in values]
	if operator == "between":
		if not isinstance(value, list) or len(value) != 2 or column.fieldtype not in ("Date", "Datetime"):
			_refuse(label, value, _("a list of two dates, for a field that is a date"))
		return [_day(one, label) for one in value]
	if operator == "timespan":
		if (
			not isinstance(value, str)
			or value not in TIMESPANS
			or column.fieldtype not in ("Date", "Datetime")
		):
			_refuse(label, value, _("one of: {0}").format(", ".join(sorted(TIMESPANS))))
		return value
	if operator == "is":
		if value not in ("set", "not set"):
			_refuse(label, value, _("one of: {0}").format("set, not set"))
		return value
	if operator in OF_TREES:
		if not _is_tree(column):
			_refuse(label, operator, _("compared so only for a link to a tree"))
		frappe.has_permission(column.options, "read", throw=True)
	if operator in OF_TEXT:
		return _text(value, label)
	return _single(column, value, label)


def _is_tree(column: Column) -> bool:
	return (
		column.fieldtype == "Link"
		and bool(column.options)
		and frappe.get_meta(column.options).is_nested_set()
	)


def _single(column: Column, value: object, label: str) -> object:
	if isinstance(value, list | dict) or value is None:
		_refuse(label, value, _("a single value"))
	if column.fieldtype in NUMBERS:
		try:
			number = float(value)
		except (TypeError, ValueError, OverflowError):
			number = float("nan")
		if number != number or abs(number) == float("inf"):
			_refuse(label, value, _("a number"))
		return number
	if column.fieldtype in ("Date", "Datetime") and value != "":
		return str(_moment(value, label)) if column.fieldtype == "Datetime" else str(_day(value, label))
	if column.fieldtype == "Time":
		try:
			return str(get_time(str(value)))
		except (ValueError, TypeError, OverflowError):
			_refuse(label, value, _("a time like 14:30"))
	return _text(value, label)


def _text(value: object, label: str) -> str:
	if not isinstance(value, str | int | float) or len(str(value)) > LONGEST:
		_refuse(label, value, _("a text of at most {0} characters").format(LONGEST))
	return str(value)


def _day(value: object, label: str) -> date:
	try:
		if (found := getdate(value if isinstance(value, str) else "?")) and found.year > 0:
			return found
	except Exception:  # the parser raises errors of many kinds
		pass
	_refuse(label, value, _("a date like 2026-12-31"))


def _moment(value: object, label: str):
	try:
		if found := get_datetime(value if isinstance(value, str) else "?"):
			return found
	except Exception:
		pass
	_refuse(label, value, _("a date like 2026-12-31"))


def length_of(value: object) -> int:
	try:
		number = int(str(value))
	except ValueError:
		number = 0
	if not 0 < number <= MOST_ROWS:
		_refuse(_("Rows"), value, _("a whole number from 1 to {0}").format(MOST_ROWS))
	return number


def place_of(asked: str | dict | None) -> dict[str, int]:
	"""How far each document type was read."""
	asked = _dict(asked, _("After"))
	for doctype, number in asked.items():
		if doctype not in DOCTYPES or type(number) is not int or not 0 <= number < 2**31:
			_refuse(_("After"), asked, _("what the page before gave as next"))
	return asked


def job_of(doctype: object, name: object) -> tuple[str, str]:
	"""A job that exists and that the user may read; who may not is told no more than of one that is not there."""
	if doctype not in DOCTYPES:
		_refuse(_("Document Type"), doctype, _("one of: {0}").format(", ".join(DOCTYPES)))
	if not isinstance(name, str) or not name:
		_refuse(_("ID"), name, _("the ID of a document"))
	exists = frappe.db.exists(doctype, name)
	if not (exists and permissions.quietly(frappe.has_permission, doctype, "read", name)):
		frappe.throw(
			_("There is no {0} {1} that you may read.").format(_(doctype), showing.text(name, 140)),
			frappe.PermissionError,
		)
	return doctype, name


def _dict(asked: object, label: str) -> dict:
	given = called.from_json(asked) if asked else {}
	if not isinstance(given, dict):
		_refuse(label, asked, _("a JSON object"))
	called.refuse_odd(given, label)
	return dict(given)


def _refuse(label: str, value: object, wanted: str) -> None:
	frappe.throw(_("{0} must be {1}; it is {2}.").format(label, wanted, showing.text(value, 100)))


def names_in(rows: Collection[dict], columns: list[Column]) -> set[str]:
	"""Users that the rows name."""
	keys = [one.key for one in columns if one.options == "User"]
	return {
		name for row in rows for key in keys for name in str(row["values"].get(key) or "").split(", ") if name
	}
