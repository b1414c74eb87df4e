"""Every credit of a seller in a period, to sign; never overwritten, only followed by another version (H4)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_extensions import current, guards, kinds
from sales_extensions.engine import statements as rules
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.statements import State, Step
from sales_extensions.ledger.book import LARGEST_KEPT
from sales_extensions.statements import stepping, versions
from sales_extensions.statements.content import content
from sales_extensions.tasks import statement_news


class SalesStatement(kinds.Checked, current.WrittenByMany):
	"""Lines and figures are the ledger's, at the last save of the draft and at the issue: what is sent for them is not read."""

	def check_if_latest(self) -> None:
		kinds.check(self)  # before the seller is looked up by what was sent
		versions.hold()  # before its own row: who issues another version holds that
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
		known = versions.standing(self, held=False)
		standing = versions.standing(self, held=True) if is_issued else known
		if standing != known:
			self.refuse_older(standing[0])
		before = standing[0] if standing else None
		found = content({field: self.get(field) for field in versions.SAME})
		self.update(found.figures())
		self.refuse_large()
		names = [one.name for one in standing]
		was = versions.lines_of(names, held=is_issued) if before else None
		lines, differences = versions.compare(found.lines, was)
		self.set("lines", lines)
		self.supersedes = before and before.name
		if before and not rules.differs(differences, found.goal, to_decimal(before.goal)):
			self.refuse_the_same(before, found.adjusted_since)
		self.flags.version, self.flags.superseded = (before.version if before else 0) + 1, names

	def refuse_older(self, newer: dict) -> None:
		"""What this one read of the ledger was read before."""
		frappe.throw(
			_(
				"{0} was issued meanwhile. Open this draft again, and issue it if it still says something else."
			).format(newer.name)
		)

	def refuse_large(self) -> None:
		for field in ("amount", "goal", "adjustment_amount"):
			if abs(to_decimal(self.get(field))) > LARGEST_KEPT:
				frappe.throw(
					_("{0} is more than a statement can hold, {1}. Make one for a shorter period.").format(
						_(self.meta.get_label(field)), f"{LARGEST_KEPT:,f}"
					)
				)

	def refuse_the_same(self, before: dict, adjusted_since: bool) -> None:
		told = _("Nothing has changed since {0}, version {1}, was issued. That one holds.").format(
			frappe.utils.get_link_to_form(self.doctype, before.name), before.version
		)
		if adjusted_since:
			told += " " + _(
				"What adjusts its closed targets stands in the statement of the period in which it was booked."
			)
		frappe.throw(told)

	def before_submit(self) -> None:
		self.status, self.version = State.ISSUED, self.flags.version
		self.version_key = versions.key(self, self.version)
		self.issued_on, self.issued_by = now_datetime(), frappe.session.user
		self.append("steps", stepping.row(Step.ISSUE))

	def on_submit(self) -> None:
		for name in self.flags.superseded or ():
			stepping.supersede(name, self.name)
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
