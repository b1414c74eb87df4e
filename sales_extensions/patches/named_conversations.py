"""0.3: a conversation has a title that people can read, and the name of whose it is. Those of before get theirs.

Those of earlier builds too: they wrote the day as the site did, and names as they stood, with what is HTML in them.
"""

from __future__ import annotations

import frappe

from sales_extensions import showing
from sales_extensions.activities.asked import CONVERSATION
from sales_extensions.conversations import parties

NAMES = ("party_name", "employee_name")


def execute() -> None:
	frappe.db.sql(
		f"""UPDATE `tab{CONVERSATION}` said LEFT JOIN `tabEmployee` worker ON worker.name = said.employee
		LEFT JOIN `tabUser` person ON person.name = said.user
		SET said.employee_name = COALESCE(worker.employee_name, person.full_name, '')
		WHERE said.employee_name IS NULL"""
	)
	for field in NAMES:
		show_as_text(field)
	said = frappe.qb.DocType(CONVERSATION)
	title = parties.titles(said.party_name, said)
	frappe.qb.update(said).set(said.title, title).where(said.title.isnull() | (said.title != title)).run()


def show_as_text(field: str) -> None:
	"""As a save writes it."""
	for name in frappe.get_all(
		CONVERSATION, {field: ("like", "%<%")}, pluck=field, distinct=True, order_by=field
	):
		if showing.as_plain(name) != name:
			frappe.db.set_value(
				CONVERSATION, {field: name}, field, showing.as_plain(name), update_modified=False
			)
