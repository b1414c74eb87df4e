"""Who earned one charge. Written by the app; people may only give the credit to another, with a reason."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt

from sales_extensions import current, guards, kinds
from sales_extensions.charges import change

#: What a person may change; all else is kept from the document.
BY_HAND = ("credit_assigned_to", "is_upsell")


class UpsellCredit(kinds.Checked, current.WrittenByMany):
	"""Amounts: `subtotal` in the document's currency, `base_subtotal` in the company's, net of tax (U2)."""

	def before_insert(self) -> None:
		frappe.throw(
			_("Upsell Credit: credits are kept by the app for each charge and can't be created by hand."),
			frappe.PermissionError,
		)

	def before_validate(self) -> None:
		guards.upsell_trackers_only(self)

	def validate(self) -> None:
		"""One way for the desk, REST and import: what was typed becomes a reassignment, or is refused."""
		stored = self.get_doc_before_save()
		reason = cstr(self.change_reason)
		if not self.credit_assigned_to:
			change.known_user("")
		self.refuse_other_changes(stored)
		assignee = self.credit_assigned_to if self.credit_assigned_to != stored.credit_assigned_to else None
		mark = cint(self.is_upsell) if cint(self.is_upsell) != cint(stored.is_upsell) else None
		if assignee is not None or mark is not None:
			change.change([self.name], reason, assignee=assignee, is_upsell=mark)
		self.reload_written()

	def refuse_other_changes(self, stored: Document) -> None:
		for field in self.meta.get("fields", {"fieldname": ("not in", (*BY_HAND, "change_reason"))}):
			if field.fieldtype in frappe.model.no_value_fields and field.fieldtype != "Table":
				continue
			if not same(self, stored, field):
				frappe.throw(
					_("{0} is kept from the document and can't be changed by hand.").format(_(field.label)),
					frappe.PermissionError,
				)

	def reload_written(self) -> None:
		"""The change is written; this save must not write older values over it."""
		modified = frappe.db.get_value(self.doctype, self.name, "modified")
		self.load_from_db()
		self.modified = modified

	def on_trash(self) -> None:
		frappe.throw(
			_("Upsell Credit: credits are kept by the app and go only with their document."),
			frappe.PermissionError,
		)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		frappe.throw(_("Upsell Credits can't be renamed."), frappe.PermissionError)


def same(doc: Document, stored: Document, field) -> bool:
	if field.fieldtype == "Table":
		ours, theirs = doc.get(field.fieldname) or (), stored.get(field.fieldname) or ()
		return [row.name for row in ours] == [row.name for row in theirs]
	if field.fieldtype in frappe.model.numeric_fieldtypes:  # the desk sends 2 for 2.0
		return flt(doc.get(field.fieldname)) == flt(stored.get(field.fieldname))
	return str(doc.get(field.fieldname) or "") == str(stored.get(field.fieldname) or "")


def on_doctype_update() -> None:
	frappe.db.add_index("Upsell Credit", ["voucher_type", "voucher_no"], "voucher")
