"""The reconcile button and its runs (T3)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import called
from sales_extensions.constants.roles import MANAGER
from sales_extensions.ledger.verify import start


@called.public(methods=["POST"])
def reconcile() -> None:
	"""Check targets, upsell credits and the pipeline against the documents, and repair what differs, in the background.

	For Sales Managers and System Managers; raises PermissionError for others.
	"""
	_managers()
	start()


@called.public()
def last_run() -> dict[str, object] | None:
	"""The latest reconcile: when, what it checked, how many entries and parties it had to write."""
	_managers()
	rows = frappe.get_all(
		"Sales Ledger Run",
		filters={"purpose": "Reconcile"},
		fields=[
			"name",
			"status",
			"finished_on",
			"entries_written",
			"done_orders",
			"total_orders",
			"done_parties",
			"parties_changed",
		],
		order_by="creation desc",
		limit=1,
	)
	return rows[0] if rows else None


@called.public()
def open_runs() -> list[dict[str, object]]:
	"""What is being counted or credited in the background now: purpose, documents done and in all."""
	_managers()
	return frappe.get_all(
		"Sales Ledger Run",
		filters={"status": ("in", ("Queued", "Running"))},
		fields=["name", "purpose", "status", "done_orders", "total_orders", "done_parties", "total_parties"],
		order_by="creation desc",
		limit=5,
	)


def _managers() -> None:
	if not {MANAGER, "System Manager"} & set(frappe.get_roles()):
		frappe.throw(_("Only a Sales Manager or a System Manager can reconcile."), frappe.PermissionError)
