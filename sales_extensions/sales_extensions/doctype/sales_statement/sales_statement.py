"""Every credit of a seller in a period, to sign; never overwritten, only followed by another version (H4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_extensions import current, guards, kinds
from sales_extensions.engine import statements as rules
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.statements import State, Step
from sales_extensions.statements import stepping, versions
from sales_extensions.statements.content import content
from sales_extensions.tasks import statement_news


class SalesStatement(kinds.Checked, current.WrittenByMany):
	"""Lines and figures are the ledger's, at the last save of the draft and at the issue: what is sent for them is not read."""

	def check_if_latest(self) -> None:
		kinds.check(self)  # before the seller is looked up by what was sent
		if self.docstatus == 1:
			versions.hold(self.sales_person)  # before its own row: who issues another version holds that
		super().check_if_latest()

	def _validate_links(self) -> None:
		self.forget_what_was_sent()
		super()._validate_links()

	def forget_what_was_sent(self) -> None:
		for field in self.meta.fields:
			if field.fieldtype in frappe.model.table_fields:
				self.set(field.fieldname, [])
			elif field.read_only and field.fieldname != "amended_from":
				self.set(field.fieldname, None)

	def before_validate(self) -> None:
		guards.managers_only(self)
		self.refuse_amended()
		guards.dates(self, ("from_date", "to_date"))
		guards.links(self, ("sales_person", "company"))

	def refuse_amended(self) -> None:
		if self.amended_from:
			frappe.throw(_("A Sales Statement is not amended: make another version of it."))

	def validate(self) -> None:
		guards.required(self)
		self.status = State.DRAFT
		is_issued = self.docstatus == 1
		before = versions.latest(self, held=is_issued)
		found = content({field: self.get(field) for field in versions.SAME})
		self.update(found.figures())
		was = versions.lines_of(before.name, held=is_issued) if before else None
		lines, differences = versions.compare(found.lines, was)
		self.set("lines", lines)
		self.supersedes = before and before.name
		if before and not rules.differs(differences, found.goal, to_decimal(before.goal)):
			self.refuse_the_same(before)
		self.flags.version = (before.version if before else 0) + 1

	def refuse_the_same(self, before: dict) -> None:
		frappe.throw(
			_("Nothing has changed since {0}, version {1}, was issued. That one holds.").format(
				frappe.utils.get_link_to_form(self.doctype, before.name), before.version
			)
		)

	def before_submit(self) -> None:
		self.status, self.version = State.ISSUED, self.flags.version
		self.version_key = versions.key(self, self.version)
		self.issued_on, self.issued_by = now_datetime(), frappe.session.user
		self.append("steps", stepping.row(Step.ISSUE))

	def on_submit(self) -> None:
		if self.supersedes:
			stepping.supersede(self.supersedes, self.name)
		statement_news.taken(self.name, Step.ISSUE)

	def before_update_after_submit(self) -> None:
		self.refuse_change()

	def before_cancel(self) -> None:
		self.refuse_change()

	def before_discard(self) -> None:
		frappe.throw(_("A draft of a Sales Statement is deleted, not discarded."))

	def on_trash(self) -> None:
		guards.managers_only(self)
		if frappe.db.get_value(self.doctype, self.name, "docstatus") != 0:
			self.refuse_change()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		self.refuse_change()

	def refuse_change(self) -> None:
		frappe.throw(
			_(
				"A Sales Statement that is issued stays as it is: acknowledge, dispute, answer or settle it, or make another version."
			),
			frappe.PermissionError,
		)

	def onload(self) -> None:
		from sales_extensions.statements import view

		self.set_onload("shown", view.for_form(self))

	def on_paper(self) -> dict[str, object]:
		"""What its print shows, for who may read it."""
		from sales_extensions.statements import view

		return view.on_paper(self)


def on_doctype_update() -> None:
	frappe.db.add_index("Sales Statement", ["sales_person", "company", "from_date", "to_date"], "versions")
