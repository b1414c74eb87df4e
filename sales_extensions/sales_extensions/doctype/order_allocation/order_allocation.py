"""One order spread over several sellers, by managers only (A1-A6)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from sales_extensions import current, errors, guards, kinds, timeline, who_left
from sales_extensions.engine import (
	Crediting,
	Order,
	allocation_name,
	check_allocation,
	credit,
	exceeds_order,
)
from sales_extensions.ledger import allocated, facts, follow
from sales_extensions.tasks import notify


class OrderAllocation(kinds.Checked, current.WrittenByMany):
	"""Named after its order. Amounts in company currency; those shown are the engine's."""

	def before_naming(self) -> None:
		"""Before the framework keeps a name that an import brings, as those of before that were the order's."""
		if self.sales_order:
			self.name = allocation_name(self.sales_order)

	autoname = before_naming

	def check_if_latest(self) -> None:
		kinds.check(self)  # before the order is looked up by what was sent
		# The order's row first: an order being saved holds its own row and then its allocation's.
		self.lock_order()
		super().check_if_latest()

	def lock_order(self) -> object:
		"""Hold the order's row; when it was last modified, whatever this transaction has read before."""
		if self.sales_order:
			return frappe.db.get_value("Sales Order", self.sales_order, "modified", for_update=True)
		return None

	def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
		"""As the framework does, but with a plain read of the rows where that is not old.

		A locking read of the rows of one allocation holds the gap beside them, and in a small table the rows
		of all others.
		"""
		stored = None if self.is_new() else self.as_last_saved()
		if stored is None:
			super().load_doc_before_save(raise_exception=raise_exception)
		else:
			self._doc_before_save = stored

	def as_last_saved(self) -> Document | None:
		"""Read plainly with its row held. None: it is no more, or what this transaction can read is old."""
		modified = frappe.db.get_value(self.doctype, self.name, "modified", for_update=True)
		if not modified or not frappe.db.exists(self.doctype, self.name):
			return None
		stored = frappe.get_doc(self.doctype, self.name)
		return stored if str(stored.modified) == str(modified) else None

	def update_children(self) -> None:
		"""Rows that are gone are deleted by name, and new ones come in their place.

		The framework deletes by parent, which holds the gap beside the rows, where others add theirs.
		"""
		before = self.get_doc_before_save()
		kept = {row.name for row in self.shares if not row.is_new()}
		gone = [row.name for row in before.shares if row.name not in kept] if before else []
		for row in self.shares:
			if gone and row.is_new():
				row.name = gone.pop(0)
				row.set("__islocal", 0)
		for name in gone:
			current.sql("DELETE FROM `tabOrder Allocation Share` WHERE name = %s", name)
		self.flags.ignore_children_type = ["Order Allocation Share"]
		super().update_children()

	def before_validate(self) -> None:
		guards.managers_only(self)
		self.refuse_other_order()
		guards.links(self, ("sales_order",))
		timeline.take_reason(self)
		for row in self.shares:
			guards.numbers(row, ("percentage", "fixed_amount"))
			self.keep_figure_of_basis(row)

	def refuse_other_order(self) -> None:
		if not self.is_new() and allocation_name(self.sales_order or "") != self.name:
			stored = frappe.db.get_value(self.doctype, self.name, "sales_order")
			frappe.throw(
				_(
					"Sales Order can't be changed from {0}. Delete this allocation and make one for the other order."
				).format(stored),
				frappe.CannotChangeConstantError,
			)

	@staticmethod
	def keep_figure_of_basis(row: Document) -> None:
		if row.basis != "Percentage":
			row.percentage = 0
		if row.basis != "Fixed Amount":
			row.fixed_amount = 0

	def validate(self) -> None:
		guards.required(self)
		self.refuse_second_allocation()
		order_doc = self.order_doc()
		if order_doc.docstatus == 2:
			frappe.throw(
				_("Sales Order {0} is cancelled and can't be allocated. Choose an order that is not.").format(
					self.sales_order
				)
			)
		self.refuse_sellers_who_were_gone(order_doc.transaction_date)
		order = facts.order_from_doc(order_doc)
		policy = facts.policy()
		self.company, self.currency = order.company, order.currency
		self.overlay = 0
		allocation = facts.allocation_from_doc(self)
		amount = credit(order, None, policy).worth.amount
		problems = check_allocation(allocation, amount, order.currency, order.precision, policy)
		guards.refuse([problem for problem in problems if not self.agreed_before(problem)])
		may_overlay = policy.overlay_allowed or self.flags.overlay_agreed
		self.overlay = int(bool(may_overlay) and exceeds_order(allocation, amount, order.precision))
		self.set_amounts(credit(order, facts.allocation_from_doc(self), policy))

	def refuse_second_allocation(self) -> None:
		if self.is_new() and frappe.db.exists("Order Allocation", allocation_name(self.sales_order)):
			frappe.throw(
				_(
					"Sales Order {0} already has an Order Allocation. Open that one and edit its shares."
				).format(self.sales_order),
				frappe.DuplicateEntryError,
			)

	def order_doc(self) -> Document:
		"""The order as committed, whatever this transaction has read before, and held."""
		if not self.sales_order:
			errors.missing(_("Sales Order"))
		doc = self.held_order()
		if not self.flags.ignore_permissions:
			doc.check_permission("read")
		return doc

	def held_order(self) -> Document:
		"""Read with its rows plainly where that is not old: locking reads of rows hold the gap beside them,
		and nobody could make a new order while the latest one is allocated."""
		modified = self.lock_order()
		doc = frappe.get_doc("Sales Order", self.sales_order)
		if str(doc.modified) == str(modified):
			return doc
		return frappe.get_doc("Sales Order", self.sales_order, for_update=True)

	def refuse_sellers_who_were_gone(self, day: object) -> None:
		"""Only for sellers newly named: who sold before leaving keeps the credit, and may be given it later."""
		before = self.get_doc_before_save()
		known = {row.sales_person for row in before.shares} if before else set()
		new = {row.sales_person for row in self.shares} - known - {None}
		if self.flags.amended or not new:
			return
		for row in self.shares:
			if row.sales_person in new:
				new.remove(row.sales_person)
				who_left.refuse_seller(row.sales_person, day, _("Row {0}").format(row.idx))

	def agreed_before(self, problem) -> bool:
		"""A fixed amount that an earlier, larger order could bear stays agreed; its amount is cut (A5).

		So do the rows of two sellers that were merged into one.
		"""
		if self.flags.amended:
			return True
		before = self.get_doc_before_save()
		if not before or not problem.row:
			return False
		row = self.shares[problem.row - 1]
		if problem.field == "sales_person":
			return sum(old.sales_person == row.sales_person for old in before.shares) > 1
		return (
			problem.field == "fixed_amount"
			and row.fixed_amount > 0
			and any(
				(old.sales_person, old.fixed_amount) == (row.sales_person, row.fixed_amount)
				for old in before.shares
			)
		)

	def set_amounts(self, crediting) -> None:
		self.update(allocated.figures(crediting))
		for row, amount in zip(self.shares, crediting.share_amounts, strict=True):
			row.allocated_amount, row.currency = amount, self.currency

	def on_update(self) -> None:
		if self.flags.amended:
			timeline.allocated(self)
			return  # the event of the order that it was carried to follows
		order = facts.order_from_doc(self.order_doc())
		crediting = follow(order, allocation=facts.allocation_from_doc(self), allocation_known=True)
		timeline.allocated(self)
		before = self.get_doc_before_save()
		was = credit(order, facts.allocation_from_doc(before) if before else None, facts.policy())
		self.tell_sellers(order, was, crediting)

	def on_trash(self) -> None:
		guards.managers_only(self)
		self.hold_order_or_give_up()

	@current.rows()
	def hold_order_or_give_up(self) -> None:
		"""Deleting holds the allocation before the order, so it may not wait for the order."""
		try:
			frappe.db.get_value("Sales Order", self.sales_order, "name", for_update=True, wait=False)
		except (frappe.QueryTimeoutError, frappe.QueryDeadlockError):
			frappe.throw(
				_("Sales Order {0} is being saved by someone else. Please try again in a moment.").format(
					self.sales_order
				),
				frappe.QueryTimeoutError,
			)

	@current.rows()
	def after_delete(self) -> None:
		if frappe.db.exists("Sales Order", self.sales_order):
			order = facts.order_from_doc(self.held_order())
			crediting = follow(order, allocation=None, allocation_known=True)
			timeline.unallocated(self)
			self.tell_sellers(
				order, credit(order, facts.allocation_from_doc(self), facts.policy()), crediting
			)

	def tell_sellers(self, order: Order, before: Crediting, after: Crediting) -> None:
		notify.allocation_changed(
			order.name, order.currency, before, after, f"{self.modified} {now_datetime()}"
		)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		frappe.throw(_("An Order Allocation is named after its Sales Order and can't be renamed."))
