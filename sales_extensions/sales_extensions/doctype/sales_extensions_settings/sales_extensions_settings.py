"""The policies behind every figure (T8)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, now_datetime

from sales_extensions import guards, kinds
from sales_extensions.engine.notices import Notice
from sales_extensions.ledger import facts, restate, runs
from sales_extensions.pipeline import restate as pipeline

#: Changing one of these changes what orders are worth, or whether they count.
POLICIES = ("count_orders_on", "order_amount_basis", "closed_order_credit")
#: Changing one of these changes what ends a passage through the pipeline.
PIPELINE_POLICIES = ("won_on_sales_order", "lost_on_quotation", "lost_on_opportunity")
#: A year.
LONGEST_GRACE = 8760


class SalesExtensionsSettings(guards.KeepsItsName, kinds.Checked, Document):
	def before_validate(self) -> None:
		if not self.flags.ignore_permissions:
			guards.administrator()
		self.allow_overlay_allocation = cint(self.allow_overlay_allocation)
		self.enable_upsell_tracking = cint(self.enable_upsell_tracking)
		for switch in (*Notice, "weekly_digest"):
			self.set(str(switch), cint(self.get(str(switch))))
		self.refuse_impossible_percentage()
		self.refuse_impossible_grace()

	def refuse_impossible_percentage(self) -> None:
		guards.numbers(self, ("behind_pace_percentage",))
		if not 0 <= self.behind_pace_percentage <= 100:
			frappe.throw(
				_("Behind Pace by must be from 0 to 100 percent of the goal; it is {0}.").format(
					self.behind_pace_percentage
				)
			)

	def refuse_impossible_grace(self) -> None:
		if self.upsell_grace_hours is None or self.upsell_grace_hours == "":
			self.upsell_grace_hours = facts.DEFAULT_GRACE_HOURS
		guards.numbers(self, ("upsell_grace_hours",))
		if not 0 <= self.upsell_grace_hours <= LONGEST_GRACE:
			frappe.throw(
				_("Upsell Grace Period must be from 0 to {0} hours; it is {1}.").format(
					LONGEST_GRACE, self.upsell_grace_hours
				)
			)

	def before_save(self) -> None:
		stored = frappe.db.get_singles_dict(self.doctype)
		self.upsell_tracked_since = stored.get("upsell_tracked_since")
		for field in facts.MEASURED:  # the targets keep them, whatever a form has that was opened before
			self.set(field, cint(stored.get(field)))
		if self.enable_upsell_tracking and not cint(stored.get("enable_upsell_tracking")):
			self.upsell_tracked_since = self.upsell_tracked_since or now_datetime()
			self.flags.starts_upsell_tracking = True

	def on_update(self) -> None:
		if self.flags.starts_upsell_tracking:
			runs.start_upsell_credits()
		before = self.get_doc_before_save()
		if not before or any(cint(before.get(field)) != cint(self.get(field)) for field in PIPELINE_POLICIES):
			pipeline.everyone()
		if before and all((before.get(field) or None) == self.get(field) for field in POLICIES):
			return
		frappe.clear_document_cache(self.doctype, self.doctype)
		restate("Policy")
