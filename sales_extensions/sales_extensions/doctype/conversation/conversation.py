"""A conversation with a Customer, Lead or Prospect (C1). The rules are in `sales_extensions.conversations`."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from sales_extensions import clock, current, guards, kinds
from sales_extensions.activities import led_to
from sales_extensions.conversations import facts, notes, parties, settle
from sales_extensions.engine import conversation as rules


class Conversation(guards.KeepsItsName, kinds.Checked, current.WrittenByMany):
	def onload(self) -> None:
		"""The text of a private note, for its writer's form."""
		if self.is_private:
			self.set_onload("private_note", notes.text_for(self))

	def _validate_links(self) -> None:
		"""The framework asks before any hook of a document, and tells neither the stages nor the way out (X5)."""
		position = self.pipeline_position  # emptied by the framework where it is none
		try:
			super()._validate_links()
		except frappe.LinkValidationError:
			settle.refuse_unknown_stage(position)
			raise

	def insert(self, *args, **kwargs) -> Document:
		with notes.unlogged(self):
			return super().insert(*args, **kwargs)

	def _save(self, *args, **kwargs) -> Document:
		with notes.unlogged(self):
			return super()._save(*args, **kwargs)

	def validate(self) -> None:
		before = settle.stored(self)
		settle.check_types(self)
		settle.sign(self, before)
		if before is None:
			settle.fill(self)
		given, times = settle.settle_times(self, before)
		settle.link_back(self, before)
		changed = facts.changed_fields(self, before)
		if before is not None:
			settle.refuse_others(self, before, changed)
		note = settle.note_of(self, before)
		self._check(note, given, times, changed)
		settle.write_times(self, times)
		settle.stamp_completed(self, before)
		settle.put_note(self, before, note)
		self.flags.follows_anew = bool(self.follow_up_of) and "follow_up_of" in changed

	def _check(self, note: str, given: rules.Times, times: rules.Times, changed: frozenset[str]) -> None:
		if changed & {"party_type", "party"}:
			settle.check_party(self)
		if changed & {"party_type", "party", "party_name"}:
			self.party_name = parties.name_of(self.party_type, self.party)
		self.title = parties.title_of(self.party_name, getdate(self.conversation_date))
		if changed & {"employee", "user", "employee_name"}:
			self.employee_name = settle.name_of_whose(self)
		guards.links(self, facts.LISTS)
		settle.check_earlier(self, changed)
		if changed & {"reference_doctype", "reference_name", "party_type", "party"}:
			settle.check_document(self)
		guards.refuse(rules.check(facts.to_check(self, note, times, changed), clock.today(), given))

	def on_update(self) -> None:
		settle.keep_note(self)
		before = self.get_doc_before_save()
		if before:
			led_to.follow_note(self, before)
		if self.flags.follows_anew and self.completes_earlier:
			settle.close_earlier(self)

	def on_trash(self) -> None:
		settle.refuse_deletion(self)
		with current.rows():
			notes.forget(self.name)
			notes.forget_former(self.name)


def on_doctype_update() -> None:
	"""The history of a party, and of a user; and all that the report Engagement counts, by party."""
	frappe.db.add_index("Conversation", ["party", "conversation_date"], "party_history")
	frappe.db.add_index("Conversation", ["user", "conversation_date"], "user_history")
	frappe.db.add_index(
		"Conversation",
		["party_type", "party", "how", "conversation_date", "user", "employee", "duration_minutes"],
		"engagement",
	)
