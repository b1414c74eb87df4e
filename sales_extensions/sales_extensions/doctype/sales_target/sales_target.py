"""A target for one or more sellers over a period (T1, T5, T7)."""

from __future__ import annotations

from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import getdate

from sales_extensions import alike, current, errors, guards, kinds, periods, showing
from sales_extensions.engine import check_target, is_even_by_day
from sales_extensions.engine.facts import Measure
from sales_extensions.ledger import book, facts, measured, restate


class SalesTarget(kinds.Checked, current.WrittenByMany):
	"""Amounts in company currency. The realised figures are the ledger's and can't be edited."""

	OWN_LIMITS = ("target_amount", "target_count")

	def before_validate(self) -> None:
		guards.managers_only(self)
		guards.numbers(self, ("target_amount", "target_count"))
		guards.dates(self, ("from_date", "to_date"))
		guards.links(self, ("company",))
		self.currency = facts.currency_of(self.company) if self.company else None
		self.measured_on = self.measured_on or str(Measure.ORDERED)
		self.fill_period()

	def fill_period(self) -> None:
		"""*This Year* is another year next year: what is kept are the days."""
		if self.period_preset and not (self.from_date and self.to_date):
			self.from_date, self.to_date = periods.preset(self.period_preset, self.company)
		if self.period_preset in periods.PRESETS:
			self.period_preset = None

	def validate(self) -> None:
		guards.required(self)
		guards.refuse(check_target(facts.target_from_doc(self)))
		self.keep_goal_of_type()
		self.sellers = ", ".join(dict.fromkeys(row.sales_person for row in self.assignees))
		for row in self.assignees:
			row.update({"company": self.company, "from_date": self.from_date, "to_date": self.to_date})

	def keep_goal_of_type(self) -> None:
		"""A figure that was typed before the type was changed would only mislead."""
		if self.target_type == "Numeric":
			self.target_amount = 0
		else:
			self.target_count = 0

	def before_save(self) -> None:
		self.take_figures_from_ledger()
		if self.closing and (self.definition_changed() or self.distribution_changed()):
			self.refuse_closed()

	def distribution_changed(self) -> bool:
		before = self.get_doc_before_save()
		return ((before and before.monthly_distribution) or None) != (self.monthly_distribution or None)

	def refuse_closed(self) -> NoReturn:
		frappe.throw(
			_(
				"{0} is closed, and stays as it was closed: only its title can be changed. {1} can open it again."
			).format(showing.text(self.name), _("Sales Master Manager")),
			title=errors.of(self),
		)

	def take_figures_from_ledger(self) -> None:
		"""A form opened before an order was saved must not write its old figures over the new ones."""
		seen = book.seen([self.name]).get(self.name)
		locked = book.lock_targets([self.name]).get(self.name) if not self.is_new() else None
		self.flags.snapshot_is_old = bool(locked) and (not seen or seen.books != locked.seen.books)
		self.realised_amount, self.result_in_full = book.kept(locked.realised_amount) if locked else (0, None)
		self.order_count = locked.order_count if locked else 0
		self.take_closing(locked)
		self.ledger_stamp = locked.ledger_stamp + 1 if locked else 0
		self.entries_booked = locked.entries_booked if locked else 0
		book.set_attainment(self)
		before = locked.status if locked else None
		book.tell_if_reached(self.name, before, self.status, self.ledger_stamp, self.entries_booked)

	def take_closing(self, locked: book.LockedTarget | None) -> None:
		"""Closed and opened by the ledger alone, whatever is sent."""
		self.closing = (locked and locked.closing) or None
		self.period_status = "Closed" if self.closing else "Open"
		self.closed_with = locked.closed_with if locked else None
		totals = locked.totals if locked else book.NOTHING
		self.adjustment_amount, self.adjustments_in_full = book.kept(totals.adjustment_amount)
		self.adjustment_count = totals.adjustment_count

	def on_update(self) -> None:
		"""Fill the target from the documents there are; a title alone changes nothing."""
		measured.note(self.measured_on)
		if self.flags.in_insert or self.definition_changed():
			restate("Target", [self.name], snapshot_is_old=self.flags.snapshot_is_old)
			self.show_new_figures()
		if self.flags.in_insert:
			alike.tell(self)

	def definition_changed(self) -> bool:
		"""But for its distribution, by which no order counts more or less."""
		before = self.get_doc_before_save()
		return not before or facts.target_from_doc(before) != facts.target_from_doc(self)

	def show_new_figures(self) -> None:
		row = frappe.db.get_value("Sales Target", self.name, book.FIGURES, as_dict=True)
		self.update(row)

	def on_trash(self) -> None:
		guards.managers_only(self)
		if book.lock_targets([self.name])[self.name].closing:
			self.refuse_closed()
		book.delete_entries_of(self.name)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		guards.managers_only(self)
		if merge:
			frappe.throw(_("Sales Targets can't be merged."))

	def on_paper(self) -> dict[str, object]:
		"""What its print shows: where it stands, and the orders behind it, for who may read it (T4, T6)."""
		from sales_extensions import target_on_paper

		return target_on_paper.shown(self)

	def onload(self) -> None:
		self.set_onload("attainment", attainment_of(self))


def attainment_of(doc: SalesTarget) -> dict[str, object]:
	"""Progress against target and pace for the form (T6). Amounts in company currency."""
	from sales_extensions.ledger.runs import open_run_of

	result = book.attainment(doc)
	return {
		"goal": result.goal,
		"realised": result.realised,
		"percentage": result.percentage,
		"expected": result.expected,
		"expected_percentage": result.expected_percentage,
		"ahead": result.ahead,
		"behind": result.behind,
		"even_by_day": distribution_says_nothing(doc),
		"status": str(result.status),
		"run": open_run_of(doc.name),
		"today": getdate(),
	}


def distribution_says_nothing(doc: SalesTarget) -> bool:
	"""Whether a Monthly Distribution was chosen that has no month of the target's period."""
	monthly = book.monthly_percentages(doc.monthly_distribution)
	return monthly is not None and is_even_by_day(getdate(doc.from_date), getdate(doc.to_date), monthly)
