"""Which fields a user may see and filter by: the site's own description of them, less what is not theirs (K2).

A column may stand for a field of each document type. Fields that are hidden, or at a level that the user's roles
do not reach, are in no column, no filter and no order: a filter on them would tell what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
#: What is too long for a cell; it can be filtered all the same.
TEXTS = frozenset(("Code", "HTML Editor", "Long Text", "Markdown Editor", "Text", "Text Editor"))
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
LISTS = frozenset(("_assign", "_user_tags"))
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Field:
	"""`table`: the document type of the rows that have it, empty for a field of the document itself."""

	fieldname: str
	label: str
	fieldtype: str
	options: str = ""
	table: str = ""


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
	#: of a field of rows: what the table is called
	of_table: str = ""

	@property
	def is_number(self) -> bool:
		return self.fieldtype in NUMBERS

	@property
	def is_list(self) -> bool:
		"""Whether its values are lists kept as one text: who is assigned, and tags."""
		return any(one.fieldname in LISTS for one in self.fields.values())

	@property
	def is_day_of_moments(self) -> bool:
		"""Whether it shows the day of what is, in some document type, a moment."""
		return self.fieldtype == "Date" and any(one.fieldtype == "Datetime" for one in self.fields.values())


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
	"""Those of the pickable fields that the user may read. Assignees and tags go with the document, as in the desk."""
	lists = [name for name in LISTS if frappe.db.has_column(doctype, name)]
	allowed = {"name", *lists, *get_permitted_fields(doctype)}
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
	for (fieldname, _fieldtype), column in _alike().items():
		own = frozenset((doctype, fieldname) for doctype in column.fields)
		if not column.of_table and own in taken:
			continue
		key = f"f_{fieldname}"
		if key in found:
			key = f"f_{frappe.scrub(next(iter(column.fields)))}_{fieldname}"
		found[key] = replace(column, key=key)
	return found


def _alike() -> dict[tuple[str, str], Column]:
	"""Fields of the same name and type as one; those of rows by the name of their table too."""
	found: dict[tuple[str, str], Column] = {}
	for doctype in readable():
		own = [(name, "", field) for name, field in (permitted(doctype) | _long(doctype)).items()]
		for name, of_table, field in [*own, *_of_rows(doctype)]:
			alike = found.get(by := (name, field.fieldtype))
			found[by] = (
				_joined(alike, doctype, field, False)
				if alike
				else Column(
					"",
					field.label,
					field.fieldtype,
					field.options,
					{doctype: field},
					visible=False,
					of_table=of_table,
				)
			)
	return found


def _long(doctype: str) -> dict[str, Field]:
	"""Texts that the user may read and that fit into no cell."""
	allowed = set(get_permitted_fields(doctype))
	return {
		df.fieldname: Field(df.fieldname, df.label or df.fieldname, df.fieldtype)
		for df in frappe.get_meta(doctype).fields
		if df.fieldtype in TEXTS
		and df.fieldname in allowed
		and not (df.hidden or df.is_virtual or df.get("mask"))
	}


def _of_rows(doctype: str) -> Iterator[tuple[str, str, Field]]:
	"""Fields of a document's rows that the user may read: name with the table's, label of the table, field."""
	meta = frappe.get_meta(doctype)
	levels = meta.get_permlevel_access("read")
	for table in meta.get_table_fields():
		if table.hidden or table.is_virtual or table.permlevel not in levels:
			continue
		allowed = set(get_permitted_fields(table.options, parenttype=doctype))
		for df in frappe.get_meta(table.options).fields:
			shown = df.fieldtype in SHOWN | TEXTS and not (df.hidden or df.is_virtual or df.get("mask"))
			if shown and df.fieldname in allowed:
				field = Field(
					df.fieldname, df.label or df.fieldname, df.fieldtype, df.options or "", table.options
				)
				yield f"{table.fieldname}_{df.fieldname}", table.label or table.fieldname, field
