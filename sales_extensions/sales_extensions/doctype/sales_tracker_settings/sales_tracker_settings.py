"""Fields, statuses and stages of the Sales Tracker (K2, K5)."""

from __future__ import annotations

import re

import frappe
from frappe import _
from frappe.model.document import Document

from sales_extensions import called, guards, kinds, showing
from sales_extensions.constants.roles import MANAGER, SYSTEM_MANAGER
from sales_extensions.engine.tracker import OTHER
from sales_extensions.tracker import fields, settings

NARROWEST, WIDEST = 60, 600
MOST_ROWS = 300
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


class SalesTrackerSettings(guards.KeepsItsName, kinds.Checked, Document):
	def before_validate(self) -> None:
		if not self.flags.ignore_permissions and not {MANAGER, SYSTEM_MANAGER} & set(frappe.get_roles()):
			frappe.throw(
				_("{0}: only a user with the role {1} can do this.").format(
					_(self.doctype), frappe.bold(_(MANAGER))
				),
				frappe.PermissionError,
			)
		for table in ("tracker_fields", "statuses", "stages"):
			rows = self.get(table)
			if len(rows) > MOST_ROWS:
				frappe.throw(_("{0}: at most {1} rows.").format(_(self.meta.get_label(table)), MOST_ROWS))
			for row in rows:
				tidy(row)
		guards.required(self)

	def validate(self) -> None:
		self._check_fields()
		self._check_statuses()
		self._check_stages()

	def before_save(self) -> None:
		stored = frappe.db.get_single_value(self.doctype, "is_seeded")
		self.is_seeded = self.is_seeded if self.flags.ignore_permissions else stored

	def _check_fields(self) -> None:
		pickable = {doctype: fields.pickable(doctype) for doctype in fields.DOCTYPES}
		columns: dict[tuple[str, str], int] = {}
		for row in self.tracker_fields:
			guards.numbers(row, ("width",))
			row.width = row.width or 140
			if not NARROWEST <= row.width <= WIDEST:
				refuse(row, _("Width must be from {0} to {1}.").format(NARROWEST, WIDEST))
			if row.fieldname not in pickable[row.document_type]:
				refuse(row, no_field(row.document_type, row.fieldname))
			first = columns.setdefault((row.document_type, frappe.scrub(row.label)), row.idx)
			if first != row.idx:
				refuse(
					row,
					_("{0} has the column {1} in row {2} already. Give this one another label.").format(
						_(row.document_type), showing.text(row.label), first
					),
				)

	def _check_statuses(self) -> None:
		seen: dict[tuple[str, str], int] = {}
		for row in self.statuses:
			first = seen.setdefault((row.document_type, row.status), row.idx)
			if first != row.idx:
				refuse(
					row,
					_("{0} has the status {1} in row {2} already. Remove one of them.").format(
						_(row.document_type), showing.text(row.status), first
					),
				)

	def _check_stages(self) -> None:
		known = {doctype: set(settings.status_options(doctype)) for doctype in fields.DOCTYPES}
		for row in self.statuses:
			known[row.document_type].add(row.status)
		for row in self.stages:
			guards.numbers(row, ("sequence",))
			row.statuses = "\n".join(settings.statuses_in(row.statuses))
			unknown = set(settings.statuses_in(row.statuses)) - known[row.document_type]
			if unknown:
				refuse(
					row,
					_("Statuses: {0} has no status {1}. Add it to the table Statuses first.").format(
						_(row.document_type), showing.text(", ".join(sorted(unknown)))
					),
				)
			if row.stage == OTHER:
				refuse(
					row,
					_("Stage: {0} is the stage of jobs that no rule fits. Choose another name.").format(
						_(OTHER)
					),
				)
			if row.colour and not COLOUR.fullmatch(row.colour):
				refuse(row, _("Colour must be like {0}.").format("#28A745"))
			if row.condition_field and not self._may_decide(row.document_type, row.condition_field):
				refuse(row, no_field(row.document_type, row.condition_field))

	def _may_decide(self, doctype: str, fieldname: str) -> bool:
		"""A stage tells what its field holds, so it must be one that every reader of the document may see."""
		df = frappe.get_meta(doctype).get_field(fieldname)
		return fieldname in fields.pickable(doctype) and bool(df) and not df.permlevel

	@frappe.whitelist()
	def add_missing_statuses(self) -> int:
		"""Add the statuses that documents may have and the table lacks; the form is saved by the user."""
		self.check_permission("write")
		return settings.add_missing_statuses(self)


def tidy(row: Document) -> None:
	"""Texts without blanks around them, and texts at all (X5)."""
	for df in row.meta.fields:
		value = row.get(df.fieldname)
		if df.fieldtype in ("Data", "Small Text", "Select", "Color"):
			if value is not None and not isinstance(value, str):
				refuse(row, _("{0} must be a text.").format(_(df.label)))
			row.set(df.fieldname, (value or "").strip())


def refuse(row: Document, text: str) -> None:
	frappe.throw(
		_("{0}, row {1}: {2}").format(_(row.parent_doc.meta.get_label(row.parentfield)), row.idx, text)
	)


def no_field(doctype: str, fieldname: str) -> str:
	return _(
		"Field Name: {0} has no field {1} that can be shown. Choose one by the button Add Fields."
	).format(_(doctype), showing.text(fieldname, 140))


@called.public()
def fields_to_add(document_type: str) -> list[dict[str, str]]:
	"""Fields of a document type that the tracker can show, by label."""
	frappe.has_permission(settings.SETTINGS, "write", throw=True)
	if document_type not in fields.DOCTYPES:
		frappe.throw(_("Document Type must be one of: {0}.").format(", ".join(fields.DOCTYPES)))
	found = fields.pickable(document_type).values()
	return [
		{"value": one.fieldname, "label": _(one.label), "plain_label": one.label}
		for one in sorted(found, key=lambda one: _(one.label).casefold())
	]
