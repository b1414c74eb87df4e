"""What a changed policy does to the targets, before it is saved and after (T8)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import frappe
import pytest

from sales_extensions.api import policies
from sales_extensions.ledger import fill, preview, runs

from . import world

ANNA = {"Anna": 100}
NET = {"order_amount_basis": "Net Total"}
DRAFTS_TOO = {"count_orders_on": "Save"}


def as_shown(found: dict) -> list[tuple]:
	return [
		(one["company"], one["currency"], one["in_money"], one["amount_before"], one["amount_after"])
		for one in found["companies"]
	]


def test_T8_a_preview_says_how_many_targets_change_and_the_sums_by_company():
	world.target(10_000), world.target(10_000, ("North Team",)), world.target(10_000, ("Bob",))
	world.target(10_000, company=world.COMPANY_EUR)
	world.order(1000, team=ANNA, taxes=10)
	world.order(200, team=ANNA, taxes=10, company=world.COMPANY_EUR)
	found = policies.preview(NET)
	assert (found["changes"], found["finished"], found["targets"]) == (True, True, 3)
	assert as_shown(found) == [
		(world.COMPANY_EUR, "EUR", 1, Decimal(220), Decimal(200)),
		(world.COMPANY, "USD", 2, Decimal(2200), Decimal(2000)),
	]


def test_T8_a_number_of_orders_is_summed_by_itself():
	world.target(10, numeric=True), world.target(10_000)
	world.order(1000, team=ANNA, taxes=10)
	world.order(500, team=ANNA, submit=False)
	(found,) = policies.preview(DRAFTS_TOO)["companies"]
	assert (found["targets"], found["in_money"], found["in_orders"]) == (2, 1, 1)
	assert (found["orders_before"], found["orders_after"]) == (1, 2)
	assert (found["amount_before"], found["amount_after"]) == (1100, 1600)
	(found,) = policies.preview(NET)["companies"]
	assert (found["targets"], found["in_orders"]) == (1, 0), "as many orders as before"


def test_T8_a_preview_writes_nothing():
	world.target(10_000)
	order = world.order(1000, team=ANNA, taxes=10)
	world.allocation(order.name, world.percent("Bob", 50))
	before = world.fingerprint()
	assert policies.preview(NET)["targets"] == 1
	assert world.fingerprint() == before
	world.assert_sound()


def test_T8_the_preview_is_what_the_save_then_does():
	mine, team = world.target(10_000, title="Mine"), world.target(10_000, ("North Team",), title="Team")
	world.order(1000, team=ANNA, taxes=10)
	world.order(500, team=ANNA, submit=False)
	(found,) = policies.preview({**NET, **DRAFTS_TOO})["companies"]
	entries = frappe.db.count("Sales Target Entry")
	world.policy(**NET, **DRAFTS_TOO)
	assert found["amount_after"] == sum(world.figures(one)[0] for one in (mine, team)) == 3000
	run = frappe.get_last_doc("Sales Ledger Run")
	assert (run.purpose, run.status, run.done_orders) == ("Policy", "Finished", run.total_orders)
	assert run.entries_written == frappe.db.count("Sales Target Entry") - entries
	assert run.figures_changed.split("\n") == [
		f"{one.name} · {one.title}: 1,100.00, 1 → 1,500.00, 2"
		for one in sorted((mine, team), key=lambda one: one.name)
	]
	assert any(run.name in message["message"] for message in map(frappe._dict, frappe.message_log))


def test_T8_what_changes_no_target_leaves_no_run():
	world.target(10_000)
	world.order(1000, team=ANNA)
	before = frappe.db.count("Sales Ledger Run")
	assert policies.preview(NET)["targets"] == 0
	world.policy(**NET)
	assert frappe.db.count("Sales Ledger Run") == before


def test_T8_in_the_queue_the_run_lists_them_too(monkeypatch):
	target = world.target(10_000, title="Mine")
	world.order(1000, team=ANNA, taxes=10)
	monkeypatch.setattr(fill, "INLINE", 0)
	with patch.object(runs, "_send") as sent, patch.object(runs, "commit"):
		world.policy(**NET)
		runs.work(sent.call_args[0][0])
	run = frappe.get_doc("Sales Ledger Run", sent.call_args[0][0])
	assert run.figures_changed == f"{target.name} · Mine: 1,100.00, 1 → 1,000.00, 1"


def test_T8_where_there_is_much_to_read_a_preview_goes_on_from_where_it_was(monkeypatch):
	world.target(10_000)
	for _ in range(3):
		world.order(1000, team=ANNA, taxes=10)
	monkeypatch.setattr(preview, "SECONDS", 0)
	monkeypatch.setattr(fill.slices, "__defaults__", (1,))
	first = policies.preview(NET)
	assert (first["finished"], first["done"]) == (False, 1)
	found = first
	for _ in range(first["total"]):
		if found["finished"]:
			break
		found = policies.preview(NET, token=first["token"])
	assert as_shown(found) == [(world.COMPANY, "USD", 1, Decimal(3300), Decimal(3000))]
	for token in ("gone", "../x", first["token"]):
		with pytest.raises(frappe.ValidationError, match="in time"):
			policies.preview(DRAFTS_TOO, token=token)


def test_T8_policies_as_they_are_ask_nothing():
	assert policies.preview({}) == {"changes": False, "finished": True}
	assert policies.preview({"count_orders_on": "Submit", "weekly_digest": 1})["changes"] is False


def test_T8_each_policy_that_restates_targets_is_previewed():
	from sales_extensions.sales_extensions.doctype.sales_extensions_settings import (
		sales_extensions_settings as controller,
	)

	assert set(policies.CHOICES) == set(controller.POLICIES)
	script = Path(controller.__file__).with_suffix(".js").read_text()
	for name, choices in policies.CHOICES.items():
		assert f'"{name}"' in script
		assert frappe.get_meta(policies.SETTINGS).get_options(name).split("\n") == [*map(str, choices)]


def test_X5_a_policy_that_is_none_is_named():
	with pytest.raises(frappe.ValidationError, match="Order Amount Basis must be one of"):
		policies.preview({"order_amount_basis": "Gross"})


@pytest.mark.parametrize("user", ["manager@example.com", "anna@example.com"])
def test_X4_a_preview_is_for_who_may_change_the_settings(user):
	frappe.set_user(user)
	with pytest.raises(frappe.PermissionError):
		policies.preview(NET)


def test_X4_a_share_of_the_settings_shows_no_preview():
	frappe.share.add(policies.SETTINGS, policies.SETTINGS, "manager@example.com", read=1, write=1)
	frappe.set_user("manager@example.com")
	with pytest.raises(frappe.PermissionError, match="System Manager"):
		policies.preview(NET)
