"""Many processes on the same targets and the same orders, each with a connection of its own.

	python -m tests.site.concurrency plan.json results.json

One process imports everything, then forks the workers: each connects by itself and does its work as a row
of requests would: one transaction each, committed, or rolled back if it raises. What committed and what
was refused is written down, so that the totals can be worked out by hand.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import frappe

from tests.site import isolation, world
from tests.site.stateful import connected

#: What a user must never be shown: the database gave up on a request that was all right.
LOCKING = ("QueryDeadlockError", "QueryTimeoutError")
#: How a deletion is refused that would have to wait.
REFUSALS = ("being modified by another user", "is being saved by someone else")
#: The answer of the framework to two users on one document.
OVERTAKEN = ("TimestampMismatchError", "DoesNotExistError", "DuplicateEntryError")


class Requests:
	"""A worker: what it did, and what came of it."""

	ASKS = 6

	def __init__(self, plan: dict, number: int):
		self.plan, self.number = plan, number
		self.random = random.Random(plan["seed"] * 100 + number)
		self.done: list[dict] = []

	def ask(self, kind: str, about: str, work) -> object:
		"""One request: a transaction that commits, or an error and nothing."""
		frappe.local.message_log = []
		frappe.local.document_cache = {}
		row = {"kind": kind, "about": about, "worker": self.number, "error": None}
		try:
			result = work()
			frappe.db.commit()
		except Exception as error:
			frappe.db.rollback()
			trace = traceback.format_exc()
			row |= {"error": type(error).__name__, "message": str(error)[:300], "ours": "/sales_extensions/" in trace,
				"trace": trace[-3000:]}  # fmt: skip
			result = None
		self.done.append(row)
		return result

	def ask_again(self, kind: str, about: str, work) -> object:
		"""As who sells does: where ERPNext found a row changed by another, once more."""
		for _ask in range(self.ASKS):
			result = self.ask(kind, about, work)
			if result or self.done[-1]["error"] != "QueryDeadlockError":
				return result
		return None

	# --- roles -----------------------------------------------------------------------------------

	def seller(self) -> None:
		"""Orders of its own, on the targets and items of everyone: submitted, allocated, cancelled."""
		for count in range(self.plan["orders_each"]):
			amount = 100 + self.number + count / 100
			doc = self.ask_again("submit", f"{amount}", lambda amount=amount: self.submitted(amount))
			if not doc:
				continue
			self.done[-1].update(order=doc.name, amount=amount)
			if count % 2:
				self.ask("allocate", doc.name, lambda name=doc.name: self.allocate(name))
			if count % 3 == 2:
				self.ask("cancel", doc.name, lambda name=doc.name: self.cancel(name))

	@staticmethod
	def submitted(amount: float):
		"""Of Bob, with a charge of 1.00 that Anna adds to his draft where charges are tracked: her upsell."""
		rows = [("MILL", 1, amount - 1), ("CARE", 1, 1)]
		frappe.set_user("bob@example.com")
		try:
			doc = world.order(items=rows[:1], team={"Anna": 60, "Bob": 40}, submit=False)
			frappe.set_user("anna@example.com")
			doc.append("items", world.item_row(*rows[1]))
			doc.save()
			doc.submit()
			return doc
		finally:
			frappe.set_user("Administrator")

	def rival(self) -> None:
		"""The same orders as the other rivals, on and on."""
		for _ in range(self.plan["rival_steps"]):
			name = self.random.choice(self.plan["shared"])
			kind = self.random.choice(("allocate", "allocate", "unallocate", "team", "cancel"))
			if kind == "cancel" and self.random.random() < 0.7:
				kind = "allocate"
			self.ask(kind, name, lambda kind=kind, name=name: getattr(self, kind)(name))

	def closer(self) -> None:
		for _ in range(self.plan["rival_steps"]):
			name = self.random.choice(self.plan["shared"])
			self.ask("close or reopen", name, lambda name=name: self.close_or_reopen(name))

	def editor(self) -> None:
		"""A target's title, and its period: out of the orders' month and back again."""
		name = self.plan["targets"][0]
		for count in range(self.plan["edits"]):
			self.ask("edit target", name, lambda count=count: self.edit_target(name, count))
			time.sleep(0.3)

	def keeper(self) -> None:
		"""What runs in the background: rebuild, settle, reconcile."""
		from sales_extensions import ledger
		from sales_extensions.ledger import runs

		for count in range(self.plan["edits"]):
			kind = ("settle", "rebuild", "reconcile")[count % 3]
			work = {
				"settle": lambda: runs.settle(self.plan["targets"]),
				"rebuild": ledger.rebuild,
				"reconcile": ledger.reconcile,
			}[kind]
			self.ask(kind, "", work)
			time.sleep(0.3)

	def issuer(self) -> None:
		"""A draft of a Sales Statement of its own: brought up to date, then issued."""
		name = self.plan["drafts"][self.number]
		self.ask("save statement", name, lambda: frappe.get_doc("Sales Statement", name).save())
		self.ask("issue", name, lambda: frappe.get_doc("Sales Statement", name).submit())

	# --- requests --------------------------------------------------------------------------------

	def allocate(self, name: str):
		share = [world.percent("Cleo", self.random.choice((25, 33.333, 50)))]
		if frappe.db.exists("Order Allocation", world.allocated(name)):
			doc = frappe.get_doc("Order Allocation", world.allocated(name))
			doc.set("shares", share)
			return doc.save()
		return world.allocation(name, *share)

	@staticmethod
	def unallocate(name: str):
		frappe.delete_doc("Order Allocation", world.allocated(name))

	def team(self, name: str):
		doc = frappe.get_doc("Sales Order", name)
		first = self.random.choice((10, 50, 75))
		doc.set(
			"sales_team",
			[
				{"sales_person": "Anna", "allocated_percentage": first},
				{"sales_person": "Dirk", "allocated_percentage": 100 - first},
			],
		)
		return doc.save()

	@staticmethod
	def cancel(name: str):
		return frappe.get_doc("Sales Order", name).cancel()

	@staticmethod
	def close_or_reopen(name: str):
		doc = frappe.get_doc("Sales Order", name)
		doc.update_status("Draft" if doc.status == "Closed" else "Closed")

	@staticmethod
	def edit_target(name: str, count: int):
		doc = frappe.get_doc("Sales Target", name)
		doc.title = f"Title {count}"
		if count % 2:
			doc.from_date = "2026-06-01" if str(doc.from_date) == world.START else world.START
		return doc.save()


def without_app() -> None:
	"""ERPNext alone, for comparison: none of the app's handlers."""
	frappe.get_doc_hooks()
	hooks = frappe.local.doc_events_hooks
	for events in hooks.values():
		for event, handlers in events.items():
			events[event] = [handler for handler in handlers if not handler.startswith("sales_extensions.")]


def work(plan: dict, number: int, role: str, barrier, results) -> None:
	with connected():
		isolation.apply(plan["snapshot_isolation"])
		frappe.set_user("Administrator")
		frappe.enqueue = lambda *args, **kwargs: None
		frappe.publish_realtime = lambda *args, **kwargs: None
		if plan["without_app"]:
			without_app()
		requests = Requests(plan, number)
		barrier.wait(60)
		started = time.monotonic()
		getattr(requests, role)()
		results.put({"rows": requests.done, "seconds": time.monotonic() - started})


def run(plan: dict) -> dict:
	"""Fork a worker for each role of the plan, and gather what they did."""
	context = multiprocessing.get_context("fork")
	barrier, results = context.Barrier(len(plan["roles"])), context.Queue()
	workers = [
		context.Process(target=work, args=(plan, number, role, barrier, results))
		for number, role in enumerate(plan["roles"])
	]
	for worker in workers:
		worker.start()
	answers = [results.get(timeout=300) for _worker in workers]
	for worker in workers:
		worker.join(30)
	return {
		"rows": [row for answer in answers for row in answer["rows"]],
		"seconds": max(answer["seconds"] for answer in answers),
	}


# --- for tests ----------------------------------------------------------------------------------


def start(plan: dict, folder: Path) -> dict:
	"""Run a plan in a process of its own, which has imported frappe but never connected."""
	import subprocess

	(folder / "plan.json").write_text(json.dumps(plan))
	root = Path(__file__).resolve().parents[2]
	environment = {**os.environ, "PYTHONPATH": str(root)}
	command = [sys.executable, "-m", "tests.site.concurrency", folder / "plan.json", folder / "results.json"]
	subprocess.run(command, check=True, cwd=root, env=environment, timeout=400)
	return json.loads((folder / "results.json").read_text())


@contextmanager
def second_connection():
	"""Another user's request, in this process: while inside, frappe.db is a connection of its own."""
	own = frappe.local.db
	frappe.connect()
	other = frappe.local.db
	frappe.local.db = own

	@contextmanager
	def use():
		frappe.local.db, cache = other, frappe.local.document_cache
		frappe.local.document_cache = {}
		try:
			yield
		finally:
			frappe.local.db, frappe.local.document_cache = own, cache

	try:
		yield use
	finally:
		other.rollback()
		other.close()


def main() -> None:

	import sales_extensions.ledger
	import sales_extensions.sales_extensions.doctype.order_allocation.order_allocation
	import sales_extensions.sales_extensions.doctype.sales_target.sales_target  # noqa: F401

	plan, results = map(Path, sys.argv[1:3])
	results.write_text(json.dumps(run(json.loads(plan.read_text()))))


if __name__ == "__main__":
	main()
