"""The weekly digest, to look at before it is switched on (issue 5, item 5)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import called
from sales_extensions.permissions import manages
from sales_extensions.tasks import digest


@called.public()
def preview() -> dict[str, str]:
	"""`subject` and `html` of the mail that the one who asks would get now. Nothing is sent.

	Raises PermissionError for others than Sales Managers and System Managers.
	"""
	if not manages(frappe.session.user):
		frappe.throw(
			_("Only a Sales Manager or a System Manager can see the weekly digest."), frappe.PermissionError
		)
	mail = digest.mail()
	return {"subject": mail.subject, "html": mail.html}
