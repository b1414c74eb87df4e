"""Many at once: totals exact, nothing lost, no error that the app causes (T2, T3, invariants 2 and 3)."""

import os
import re
from collections import Counter

import frappe
import pytest
from erpnext.stock.utils import get_bin
from frappe.utils import getdate

from sales_extensions import ledger
from sales_extensions.api import statements
from sales_extensions.ledger import runs
from tests.site import concurrency, isolation, plain_model, world

pytestmark = [pytest.mark.committed, pytest.mark.usefixtures("wiped", "snapshot_isolation")]

#: What those who sell the same item, or make orders at the same time, all write.
OF_ERPNEXT = ("tabBin", "tabSeries")
SELLERS, RIVALS = ["seller"] * 5, ["rival"] * 3


def stage() -> dict:
	"""Targets and shared orders, committed, and the plan for those who work on them."""
	world.in_test(False)
	try:
		world.policy(enable_upsell_tracking=1)
		for item in ("MILL", "CARE"):  # ERPNext refuses all but one of those who make an item's first Bin
			get_bin(item, world.WAREHOUSE)
		everyone = frappe.db.get_value("Sales Person", {"lft": 1}, "name")
		targets = [
			world.target(10_000, ("Anna", "Bob"), title="Edited").name,
			world.target(10_000, (everyone,), title=plain_model.EVERYONE).name,
			world.target(100, ("North Team", "Cleo"), numeric=True, title="Joint").name,
			world.target(5_000, ("Anna",), item_group="Machines", territory="Europe", title="Filtered").name,
			world.target(100, ("Anna",), target_type="Upsell", title="Upsells").name,
		]
		shared = [world.order(200, team={"Anna": 50, "Dirk": 50}).name for _ in range(4)]
		frappe.db.commit()
	finally:
		world.in_test(True)
	return {"seed": 3, "targets": targets, "shared": shared, "orders_each": 5, "rival_steps": 7, "edits": 6,
		"without_app": False, "snapshot_isolation": isolation.wanted}  # fmt: skip


def by_hand(plan: dict, rows: list[dict]) -> tuple[float, int]:
	"""What every order that committed and was not cancelled is worth, and how many count."""
	amounts = {row["order"]: row["amount"] for row in rows if row["kind"] == "submit" and not row["error"]}
	amounts.update(dict.fromkeys(plan["shared"], 200))
	for row in rows:
		if row["kind"] == "cancel" and not row["error"]:
			amounts.pop(row["about"])
	for name in plan["shared"]:
		if frappe.db.get_value("Sales Order", name, "status") == "Closed":
			amounts.pop(name, None)  # nothing was delivered
	return round(sum(amounts.values()), 2), len(amounts)


def locking(rows: list[dict]) -> list[dict]:
	return [row for row in rows if row["error"] in concurrency.LOCKING]


def assert_no_lock_was_ours(rows: list[dict]) -> None:
	"""No deadlock or time-out in which this app held or wanted a row.

	Deleting never waits: the framework refuses at once a document that somebody is saving, and so does an
	allocation whose order somebody is saving. Both say so in words, and are no lock that was lost.
	"""
	assert [row for row in locking(rows) if row["ours"] and not is_refusal(row)] == []


def is_refusal(row: dict) -> bool:
	return row["kind"] == "unallocate" and any(words in row["message"] for words in concurrency.REFUSALS)


def is_of_erpnext(row: dict) -> bool:
	"""With `innodb_snapshot_isolation`, ERPNext's own statements about its own rows fail, with this app or without it."""
	return isolation.wanted == "ON" and not row["ours"] and _table(row) in OF_ERPNEXT


def _table(row: dict) -> str:
	"""Whose row it was, where the database tells."""
	return "".join(re.findall(r"in table '(\w[\w ]*)'", row["message"]))


def tell(title: str, outcome: dict) -> None:
	errors = Counter((row["kind"], row["error"], _table(row)) for row in outcome["rows"] if row["error"])
	print(f"{title}: {len(outcome['rows'])} requests in {outcome['seconds']:.1f} s; errors {dict(errors)}")


def differences() -> list:
	frappe.db.rollback()
	return [*ledger.verify(), *plain_model.compare(getdate())]


def test_order_traffic_alone_is_exact_without_any_reconcile(tmp_path):
	"""T2, invariants 2 and 3: eight processes on the same targets and the same orders; nothing to repair."""
	plan = stage() | {"roles": [*SELLERS, *RIVALS, "closer"]}
	outcome = concurrency.start(plan, tmp_path)
	tell("order traffic", outcome)
	assert differences() == []
	assert world.figures(plan["targets"][1])[:2] == by_hand(plan, outcome["rows"])
	done = [row for row in outcome["rows"] if not row["error"]]
	cancelled = {row["about"] for row in done if row["kind"] == "cancel"}
	sold = len({row["order"] for row in done if row["kind"] == "submit"} - cancelled)
	assert world.figures(plan["targets"][4])[:2] == (sold, sold)  # an upsell of 1.00 in each
	assert_no_lock_was_ours(outcome["rows"])
	failed = [row for row in outcome["rows"] if row["kind"] == "submit" and row["error"]]
	assert [row for row in failed if not is_of_erpnext(row)] == []


def test_target_edits_and_background_work_among_order_traffic(tmp_path):
	"""T3, T7: a target is edited, rebuilt, settled and reconciled meanwhile; exact once that has settled."""
	plan = stage() | {"roles": [*SELLERS[:3], *RIVALS[:2], "closer", "editor", "keeper"]}
	outcome = concurrency.start(plan, tmp_path)
	tell("with edits, rebuild and reconcile", outcome)
	frappe.db.rollback()
	runs.settle(plan["targets"])
	assert differences() == []
	assert world.figures(plan["targets"][1])[:2] == by_hand(plan, outcome["rows"])
	if os.environ.get("SALES_EXTENSIONS_STRICT"):
		assert_no_lock_was_ours(outcome["rows"])


MARCH = {"company": world.COMPANY, "from_date": "2026-03-01", "to_date": "2026-03-31"}
WHO_SELLS = ("Anna", "Bob", "Cleo", "Dirk")


def sold_by_each() -> None:
	for seller in WHO_SELLS * 4:
		world.order(100, team={seller: 100}, date="2026-03-05")


def drafts() -> list[str]:
	return [statements.make(MARCH | {"sales_person": seller}) for seller in WHO_SELLS]


def test_statements_of_sellers_are_issued_side_by_side(tmp_path):
	"""H4: four at once, each a second version of its own; nobody waits for another in vain."""
	for seller in WHO_SELLS:
		world.target(2000, (seller,), from_date=MARCH["from_date"], to_date=MARCH["to_date"])
	sold_by_each()
	for name in drafts():
		frappe.get_doc("Sales Statement", name).submit()
	sold_by_each()
	plan = {"seed": 3, "drafts": drafts(), "without_app": False, "snapshot_isolation": isolation.wanted,
		"roles": ["issuer"] * len(WHO_SELLS)}  # fmt: skip
	frappe.db.commit()
	outcome = concurrency.start(plan, tmp_path)
	tell("statements", outcome)
	frappe.db.rollback()
	assert [row for row in outcome["rows"] if row["error"]] == []
	kept = {"name": ("in", plan["drafts"]), "docstatus": 1}
	found = frappe.get_all("Sales Statement", kept, ["version", "amount"], as_list=True)
	assert found == ((2, 800),) * len(WHO_SELLS)
