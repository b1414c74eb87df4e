"""Long work in the background: a Sales Ledger Run, slice by slice, each committed, to be resumed (X2)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from datetime import date
from typing import TypeVar

import frappe
from frappe import _
from frappe.utils import add_to_date, get_link_to_form, now_datetime

from sales_extensions.later import later

from . import above, fill

Outcome = TypeVar("Outcome")

EVENT = "sales_ledger_run"
#: A run that said nothing for so many minutes has lost its worker.
SILENT_MINUTES = 10
#: A slice that was in somebody's way is tried so often before the run fails.
SLICE_ATTEMPTS = 4
#: A run that failed is sent again for so many hours.
RETRY_HOURS = 24
#: Differences named in a run's record; more are counted.
NAMED_DIFFERENCES = 200


def enqueue(purpose: str, targets: Collection[str] | None, company: str | None, total: int) -> str:
	"""Make a run and have a worker take it up once this transaction is committed."""
	run = frappe.get_doc(
		{
			"doctype": "Sales Ledger Run",
			"purpose": purpose,
			"status": "Queued",
			"company": company,
			"targets": json.dumps(list(targets)) if targets is not None else None,
			"total_orders": total,
		}
	).insert(ignore_permissions=True)
	_send(run.name)
	frappe.msgprint(
		_("{0} orders are being counted in the background; the figures follow.").format(total), alert=True
	)
	return run.name


def keep(purpose: str, orders: int, kept: dict[str, object]) -> str:
	"""Record what was done at once, as a run that is finished, and tell who did it where it stands.

	`kept`: of the targets that were moved, as `in_runs.as_kept` gives it; and the number of entries.
	"""
	now = now_datetime()
	run = frappe.get_doc(
		{
			"doctype": "Sales Ledger Run",
			"purpose": purpose,
			"status": "Finished",
			"total_orders": orders,
			"done_orders": orders,
			"started_on": now,
			"finished_on": now,
			**kept,
		}
	).insert(ignore_permissions=True)
	link = get_link_to_form(run.doctype, run.name)
	frappe.msgprint(
		_("{0} lists the targets that have another result, with the old one and the new one.").format(link),
		alert=True,
	)
	return run.name


#: Closed targets are left out: what they were decided by stays (H3).
POLICY = "Policy"
UPSELL_CREDITS = "Upsell Credits"


def start_upsell_credits() -> str:
	"""Have every document's charges credited in the background, those of before the tracking inferred (U9)."""
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": UPSELL_CREDITS, "status": "Queued"})
	run.insert(ignore_permissions=True)
	_send(run.name)
	frappe.msgprint(_("The charges of existing documents are being credited in the background."), alert=True)
	return run.name


UPGRADE = "Upgrade"


def start_upgrade() -> str | None:
	"""Have all targets restated by rules that a new version has mended; the run keeps what each had, and has since."""
	if not frappe.get_all("Sales Target", limit=1):
		return None
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": UPGRADE, "status": "Queued"})
	run.insert(ignore_permissions=True)
	_send(run.name)
	return run.name


PINNED_SELLERS = "Pinned Sellers"


def start_pinning() -> str | None:
	"""Have it kept for each order that there is who sold it; None where there is none to keep it for."""
	total = above.orders_to_pin()
	if not total:
		return None
	run = frappe.get_doc(
		{"doctype": "Sales Ledger Run", "purpose": PINNED_SELLERS, "status": "Queued", "total_orders": total}
	)
	run.insert(ignore_permissions=True)
	_send(run.name)
	return run.name


PERIOD_CLOSE, RECONCILE = "Period Close", "Reconcile"


def start_closing(company: str, targets: Collection[str], up_to: date | None = None) -> str:
	"""Have these targets brought to what the orders say, and closed, in the background (H3, X2).

	`up_to`: for what was asked. What is made or opened again meanwhile is not among them.
	"""
	run = frappe.get_doc(
		{
			"doctype": "Sales Ledger Run",
			"purpose": PERIOD_CLOSE,
			"status": "Queued",
			"company": company,
			"targets": json.dumps(list(targets)),
			"up_to": up_to,
		}
	).insert(ignore_permissions=True)
	_send(run.name)
	return run.name


PIPELINE = "Pipeline"
NOT_OF_TARGETS = tuple(purpose for purpose, work in above.WORK.items() if above.TARGETS not in work)


def start_pipeline(parties: int) -> str:
	"""Have the passages of all parties made from the documents in the background (C5, X2)."""
	run = frappe.get_doc(
		{"doctype": "Sales Ledger Run", "purpose": PIPELINE, "status": "Queued", "total_parties": parties}
	)
	run.insert(ignore_permissions=True)
	_send(run.name)
	return run.name


def _send(run: str) -> None:
	later(
		"sales_extensions.ledger.runs.work",
		queue="long",
		timeout=3600,
		job_id=f"sales_ledger_run_{run}",
		deduplicate=True,
		run=run,
	)


def enqueue_settling(targets: Collection[str] | None, company: str | None = None) -> None:
	"""Look at these targets once more after commit, for orders that were being saved meanwhile; None: at all that are there
	then, of a company or of all.
	"""
	if frappe.flags.in_install or frappe.flags.in_migrate:
		return
	named = None if targets is None else list(targets)
	later("sales_extensions.ledger.runs.settle", queue="short", targets=named, company=company)


def settle(targets: list[str] | None, company: str | None = None) -> None:
	targets = fill.scope(targets, company)
	for part in fill.slices(fill.orders_of(targets)):
		commit()
		fill_or_wait(targets, part)
	commit()


def work(run: str) -> None:
	"""Do a run, or the rest of it. Safe to start twice: what is booked is not booked again."""
	doc = frappe.get_doc("Sales Ledger Run", run)
	if doc.status == "Finished":
		return
	doc.db_set({"status": "Running", "started_on": doc.started_on or now_datetime(), "error": None})
	try:
		for step in above.work_of(doc.purpose):
			step(doc)
		_finish(doc)
	except Exception:
		frappe.db.rollback()
		doc.db_set({"status": "Failed", "error": frappe.get_traceback()})
		commit()
		publish(doc)
		raise
	publish(doc)
	_tell_of_drift(doc)


def _finish(doc) -> None:
	doc.db_set({"status": "Finished", "finished_on": now_datetime()})
	commit()


def _tell_of_drift(doc) -> None:
	if doc.purpose == RECONCILE and json.loads(doc.differences or "[]"):
		above.tell("repaired", doc.name)
		commit()


def fill_or_wait(targets: Collection[str], part: tuple[str, ...]) -> fill.Outcome:
	return or_wait(lambda: fill.fill_slice(targets, part, fresh=True))


def or_wait(work: Callable[[], Outcome], *in_the_way: type[Exception]) -> Outcome:
	"""An order or an allocation that is being saved may be in the way; it goes first.

	`in_the_way`: what else says so.
	"""
	for _attempt in range(SLICE_ATTEMPTS - 1):
		try:
			return work()
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, *in_the_way):
			frappe.db.rollback()
	return work()


#: A progress bar is moved so often, in seconds: hundreds of targets are told each time.
BETWEEN_MOVES = 1.0


def publish(doc) -> None:
	"""Move the progress bar of whoever looks at the run or at its targets; while it goes on, once a second."""
	now = time.monotonic()
	if doc.status == "Running" and now - doc.get("_published", -BETWEEN_MOVES) < BETWEEN_MOVES:
		return
	doc._published = now
	message = {"run": doc.name, "status": doc.status, "done": doc.done_orders, "total": doc.total_orders}
	message["of_targets"] = doc.purpose not in NOT_OF_TARGETS
	frappe.publish_realtime(EVENT, message, doctype=doc.doctype, docname=doc.name)
	if not doc.targets:
		frappe.publish_realtime(EVENT, message)  # all targets, none of them named
		return
	for target in json.loads(doc.targets):
		frappe.publish_realtime(EVENT, message, doctype="Sales Target", docname=target)


def commit() -> None:
	"""Runs commit each slice, so that no order waits long and a stop loses nothing."""
	frappe.db.commit()


def resume_silent() -> None:
	"""Scheduled: send runs again whose worker is gone, and for a day those that failed."""
	silent = add_to_date(now_datetime(), minutes=-SILENT_MINUTES)
	lately = add_to_date(now_datetime(), hours=-RETRY_HOURS)
	for filters in (
		{"status": ("in", ("Queued", "Running")), "modified": ("<", silent)},
		{"status": "Failed", "creation": (">", lately)},
	):
		for run in frappe.get_all("Sales Ledger Run", filters=filters, pluck="name", order_by="creation"):
			_send(run)


def open_run_of(target: str) -> dict | None:
	"""The run that is still busy with a target, for the form's progress bar."""
	for run in frappe.get_all(
		"Sales Ledger Run",
		filters={"status": ("in", ("Queued", "Running")), "purpose": ("not in", NOT_OF_TARGETS)},
		fields=["name", "status", "targets", "done_orders", "total_orders"],
		order_by="creation desc",
		limit=20,
	):
		if not run.targets or target in json.loads(run.targets):
			return run
	return None
