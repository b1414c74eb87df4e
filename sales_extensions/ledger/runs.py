"""Long work in the background: a Sales Ledger Run, slice by slice, each committed, to be resumed (X2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import TypeVar

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from sales_extensions.engine import Difference
from sales_extensions.tasks import notify

from . import facts, fill

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


UPSELL_CREDITS = "Upsell Credits"


def start_upsell_credits() -> str:
	"""Have every document's charges credited in the background, those of before the tracking inferred (U9)."""
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": UPSELL_CREDITS, "status": "Queued"})
	run.insert(ignore_permissions=True)
	_send(run.name)
	frappe.msgprint(_("The charges of existing documents are being credited in the background."), alert=True)
	return run.name


PIPELINE = "Pipeline"
NOT_OF_TARGETS = (UPSELL_CREDITS, PIPELINE)


def start_pipeline(parties: int) -> str:
	"""Have the passages of all parties made from the documents in the background (C5, X2)."""
	run = frappe.get_doc(
		{"doctype": "Sales Ledger Run", "purpose": PIPELINE, "status": "Queued", "total_parties": parties}
	)
	run.insert(ignore_permissions=True)
	_send(run.name)
	return run.name


def _send(run: str) -> None:
	frappe.enqueue(
		"sales_extensions.ledger.runs.work",
		queue="long",
		timeout=3600,
		enqueue_after_commit=True,
		job_id=f"sales_ledger_run_{run}",
		deduplicate=True,
		run=run,
	)


def enqueue_settling(targets: Collection[str]) -> None:
	"""Look at these targets once more after commit, for orders that were being saved meanwhile."""
	if frappe.flags.in_install or frappe.flags.in_migrate:
		return
	frappe.enqueue(
		"sales_extensions.ledger.runs.settle", queue="short", enqueue_after_commit=True, targets=list(targets)
	)


def settle(targets: list[str]) -> None:
	for part in fill.slices(fill.orders_of(targets)):
		_commit()
		_fill_or_wait(targets, part)
	_commit()


def work(run: str) -> None:
	"""Do a run, or the rest of it. Safe to start twice: what is booked is not booked again."""
	doc = frappe.get_doc("Sales Ledger Run", run)
	if doc.status == "Finished":
		return
	doc.db_set({"status": "Running", "started_on": doc.started_on or now_datetime(), "error": None})
	try:
		if doc.purpose in (UPSELL_CREDITS, "Reconcile", "Rebuild"):
			_credit_charges(doc)
		if doc.purpose not in NOT_OF_TARGETS:
			_work(doc)
		if doc.purpose in (PIPELINE, "Reconcile"):
			_follow_parties(doc)
		_finish(doc)
	except Exception:
		frappe.db.rollback()
		doc.db_set({"status": "Failed", "error": frappe.get_traceback()})
		_commit()
		_publish(doc)
		raise
	_publish(doc)
	_tell_of_drift(doc)


def _work(doc) -> None:
	named = json.loads(doc.targets) if doc.targets else None
	targets = fill.scope(named, doc.company)
	names = fill.orders_of(targets, allocated_too=named is None)
	doc.total_orders = len(names)
	todo = [name for name in names if name > (doc.cursor or "")]
	found = json.loads(doc.differences or "[]")
	for part in fill.slices(todo):
		_commit()  # the locks come first in a new transaction, so that what is read is newer than they are
		outcome = _fill_or_wait(targets, part)
		found += describe(outcome.found[: max(0, NAMED_DIFFERENCES - len(found))])
		doc.db_set(
			{
				"cursor": part[-1],
				"total_orders": len(names),
				"done_orders": len(names) - len(todo) + todo.index(part[-1]) + 1,
				"entries_written": doc.entries_written + outcome.entries,
				"differences": json.dumps(found, indent=1),
			}
		)
		_commit()
		_publish(doc)
	_commit()
	corrected = fill.true_up(targets, fresh=True)
	found += [_("Total of {0} did not equal its entries").format(name) for name in corrected]
	doc.db_set("differences", json.dumps(found, indent=1))


def _follow_parties(doc) -> None:
	"""Bring the pipeline to what the documents say, slice by slice, each committed."""
	from sales_extensions.pipeline import book, facts, restate
	from sales_extensions.pipeline.verify import drop_strays

	drop_strays()
	parties = sorted(facts.all_parties(), key=book.key)
	todo = [party for party in parties if book.key(party) > (doc.party_cursor or "")]
	found = json.loads(doc.differences or "[]")
	done = len(parties) - len(todo)
	for part in restate.slices(todo):
		_commit()
		outcome = _or_wait(lambda part=part: restate.held(part))
		done += len(part)
		if doc.purpose != PIPELINE:
			found += restate.describe(outcome.changed[: max(0, NAMED_DIFFERENCES - len(found))])
		doc.db_set(
			{
				"party_cursor": book.key(part[-1]),
				"total_parties": len(parties),
				"done_parties": done,
				"parties_changed": doc.parties_changed + len(outcome.changed),
				"differences": json.dumps(found, indent=1),
			}
		)
		_commit()
		_publish(doc)


def _finish(doc) -> None:
	doc.db_set({"status": "Finished", "finished_on": now_datetime()})
	_commit()


def _tell_of_drift(doc) -> None:
	if doc.purpose == "Reconcile" and json.loads(doc.differences or "[]"):
		notify.drift_repaired(doc.name)
		_commit()


def _credit_charges(doc) -> None:
	"""Bring Upsell Credits to what the documents say, slice by slice; what is done already costs a look."""
	from sales_extensions.charges import settle

	if doc.cursor or not facts.settings().tracks_upsell:
		return  # resumed among the orders: the credits were done before them
	names = settle.documents(doc.company)
	found = json.loads(doc.differences or "[]")
	done = 0
	for doctype, part in settle.slices(names):
		_commit()
		outcome = _or_wait(lambda doctype=doctype, part=part: settle.settle(doctype, part, fresh=True))
		done += len(part)
		if doc.purpose != UPSELL_CREDITS:
			found += outcome.found[: max(0, NAMED_DIFFERENCES - len(found))]
		doc.db_set(
			{
				"total_orders": len(names),
				"done_orders": done,
				"entries_written": doc.entries_written + outcome.written,
				"differences": json.dumps(found, indent=1),
			}
		)
		_commit()
		_publish(doc)
	_commit()
	_refresh_people(doc)


def _refresh_people(doc) -> None:
	from sales_extensions.charges import book

	if book.refresh_people() or doc.purpose == UPSELL_CREDITS:
		_commit()
		upsell_targets = frappe.get_all(
			"Sales Target", {"target_type": "Upsell"}, pluck="name", order_by="name"
		)
		if upsell_targets:
			settle(upsell_targets)
	_commit()


def _fill_or_wait(targets: Collection[str], part: tuple[str, ...]) -> fill.Outcome:
	return _or_wait(lambda: fill.fill_slice(targets, part, fresh=True))


def _or_wait(work: Callable[[], Outcome]) -> Outcome:
	"""An order or an allocation that is being saved may be in the way; it goes first.

	So does a document that credits its own charges meanwhile.
	"""
	from sales_extensions.charges.book import AlreadyThere

	for _attempt in range(SLICE_ATTEMPTS - 1):
		try:
			return work()
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, AlreadyThere):
			frappe.db.rollback()
	return work()


def describe(differences: Collection[Difference]) -> list[str]:
	return [
		f"{row.key.target} · {row.key.order} · {row.key.sales_person}: {row.amount:+f}, {row.order_count:+d}. "
		+ " ".join(str(reason) for reason in row.position.reasons)
		for row in differences
	]


def _publish(doc) -> None:
	"""Move the progress bar of whoever looks at the run or at its targets."""
	message = {"run": doc.name, "status": doc.status, "done": doc.done_orders, "total": doc.total_orders}
	message["of_targets"] = doc.purpose not in NOT_OF_TARGETS
	frappe.publish_realtime(EVENT, message, doctype=doc.doctype, docname=doc.name)
	if not doc.targets:
		frappe.publish_realtime(EVENT, message)  # all targets, none of them named
		return
	for target in json.loads(doc.targets):
		frappe.publish_realtime(EVENT, message, doctype="Sales Target", docname=target)


def _commit() -> None:
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
