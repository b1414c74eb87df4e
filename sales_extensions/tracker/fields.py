"""Which fields a user may see and filter by: the site's own description of them, less what is not theirs (K2).

A column may stand for a field of each document type. Fields that are hidden, or at a level that the user's roles
do not reach, are in no column, no filter and no order: a filter on them would tell what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import frappe
from frappe.model import get_permitted_fields

from . import DOCTYPES
from .settings import tracker_settings

NUMBERS = frozenset(("Currency", "Float", "Int", "Percent", "Check", "Duration", "Rating"))
#: What has a value that fits into a cell. Long texts, tables, files and secrets do not.
SHOWN = NUMBERS | {
	"Autocomplete", "Data", "Date", "Datetime", "Dynamic Link", "Link", "Phone", "Read Only", "Select",
	"Small Text", "Time",
}  # fmt: skip
#: Fields that every document has.
STANDARD = {
	"name": ("ID", "Data", ""),
	"owner": ("Created By", "Link", "User"),
	"creation": ("Created On", "Datetime", ""),
	"modified": ("Last Updated On", "Datetime", ""),
	"modified_by": ("Last Updated By", "Link", "User"),
	"_assign": ("Assigned To", "Link", "User"),
	"_user_tags": ("Tags", "Data", ""),
}
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Field:
	fieldname: str
	label: str
	fieldtype: str
	options: str = ""


@dataclass(frozen=True, slots=True)
class Column:
	"""A column of the tracker: `fields` has the field of each document type that has one."""

	key: str
	label: str
	fieldtype: str
	options: str
	fields: dict[str, Field]
	width: int = 140
	visible: bool = True

	@property
	def is_number(self) -> bool:
		return self.fieldtype in NUMBERS


def pickable(doctype: str) -> dict[str, Field]:
	"""Fields that may stand in the tracker, whoever looks."""
	meta = frappe.get_meta(doctype)
	found = {name: Field(name, *rest) for name, rest in STANDARD.items()}
	for df in meta.fields:
		if df.fieldtype not in SHOWN or df.is_virtual or df.get("mask"):
			continue
		if not df.hidden or df.fieldname == meta.title_field:
			found[df.fieldname] = Field(
				df.fieldname, df.label or df.fieldname, df.fieldtype, df.options or ""
			)
	return found


def permitted(doctype: str) -> dict[str, Field]:
	"""Those of the pickable fields that the user may read."""
	allowed = {"name", *get_permitted_fields(doctype)}
	return {name: one for name, one in pickable(doctype).items() if name in allowed}


def readable() -> list[str]:
	"""Document types of which the user may read any."""
	return [doctype for doctype in DOCTYPES if frappe.has_permission(doctype, "read")]


def columns() -> list[Column]:
	"""Columns of the settings, visible or not, as far as the user may see their fields."""
	allowed = {doctype: permitted(doctype) for doctype in readable()}
	found: dict[str, Column] = {}
	for row in tracker_settings().tracker_fields:
		field = allowed.get(row.document_type, {}).get(row.fieldname)
		if not field:
			continue
		key = "c_" + frappe.scrub(row.label)
		if key in found:
			found[key] = _joined(found[key], row.document_type, field, bool(row.visible))
		elif len(found) < MOST_COLUMNS:
			found[key] = Column(
				key, row.label, field.fieldtype, field.options, {row.document_type: field},
				row.width or 140, bool(row.visible),
			)  # fmt: skip
	return list(found.values())


def _joined(column: Column, doctype: str, field: Field, visible: bool) -> Column:
	"""The column with one field more; it keeps a type that suits all its fields."""
	fieldtype, options = column.fieldtype, column.options
	if {fieldtype, field.fieldtype} == {"Date", "Datetime"}:
		fieldtype = "Date"
	elif fieldtype != field.fieldtype:
		fieldtype, options = "Data", ""
	elif fieldtype == "Select":
		options = "\n".join(dict.fromkeys(f"{options}\n{field.options}".split("\n")))
	elif options != field.options:
		options = ""
		fieldtype = "Data" if fieldtype == "Link" else fieldtype
	return replace(
		column,
		fieldtype=fieldtype,
		options=options,
		fields=column.fields | {doctype: field},
		visible=column.visible or visible,
	)


def filterable(shown: Iterable[Column]) -> dict[str, Column]:
	"""All that the user may filter by: the columns, and every other field, joined under its name and type."""
	found = {one.key: one for one in shown}
	taken = {frozenset((doctype, one.fieldname) for doctype, one in c.fields.items()) for c in found.values()}
	others: dict[tuple[str, str], Column] = {}
	for doctype in readable():
		for field in permitted(doctype).values():
			alike = others.get(by := (field.fieldname, field.fieldtype))
			others[by] = (
				_joined(alike, doctype, field, False)
				if alike
				else Column("", field.label, field.fieldtype, field.options, {doctype: field}, visible=False)
			)
	for (fieldname, _fieldtype), column in others.items():
		if frozenset((doctype, fieldname) for doctype in column.fields) in taken:
			continue
		key = f"f_{fieldname}"
		if key in found:
			key = f"f_{frappe.scrub(next(iter(column.fields)))}_{fieldname}"
		found[key] = replace(column, key=key)
	return found
