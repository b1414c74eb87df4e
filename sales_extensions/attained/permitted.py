"""What a user may see of the ledger's sums.

Who may report on entries reads those of all sellers, as in the list of entries: Sales Users too. User Permissions
for Company, Sales Target and Sales Person hold: a team of which a member is hidden is not shown at all.
"""

from __future__ import annotations

from typing import NoReturn

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from sales_extensions import showing

ENTRY = "Sales Target Entry"


def refuse_unpermitted() -> None:
	frappe.has_permission(ENTRY, "report", throw=True)
	frappe.has_permission("Sales Target", "read", throw=True)


def allowed(doctype: str) -> set[str] | None:
	"""The names that User Permissions leave of a doctype that entries link to; None where they leave all."""
	names = {
		one["doc"]
		for one in get_user_permissions().get(doctype, ())
		if one.get("applicable_for") in (None, "", ENTRY)
	}
	return names or None


def is_allowed_company(company: str) -> bool:
	names = allowed("Company")
	return names is None or company in names


def refuse_company(company: str) -> None:
	if not is_allowed_company(company):
		refuse(_("Company"), company)


def refuse_part() -> NoReturn:
	"""What is signed has all credits: not only those of the targets and sellers that the one who makes it may see."""
	frappe.throw(
		_("You may not see all Sales Targets of this period. Ask someone who may to make the statement."),
		frappe.PermissionError,
	)


def refuse(label: str, name: str) -> None:
	frappe.throw(
		_("{0}: you have no permission for {1}.").format(label, frappe.bold(showing.text(name))),
		frappe.PermissionError,
	)
