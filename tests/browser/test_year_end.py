"""A month is closed, signed, changed, disputed, answered, opened again and signed anew; every figure by hand (H3, H4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import frappe
import pytest
from frappe.utils import get_last_day, getdate
from playwright.sync_api import Page, expect

from sales_extensions.ledger import runs
from tests.site import world as w
from tests.site.test_paths import rows_of, update_items

ANNA, MANAGER, MASTER, PHONE = "anna@example.com", "manager@example.com", "master@example.com", 390
STATEMENT, MAY = "Sales Statement", ("2026-05-01", "2026-05-31")


@pytest.fixture
def may(server) -> Iterator[dict]:
	"""Anna's May: 98,000 and 2,500 of a goal of 100,000."""
	frappe.set_user("Administrator")
	take_away()
	target = w.target(100_000, from_date=MAY[0], to_date=MAY[1], title="Anna in May")
	orders = [w.order(amount, team={"Anna": 100}, date="2026-05-12") for amount in (98_000, 2_500)]
	frappe.db.commit()
	yield {"target": target.name, "large": orders[0], "small": orders[1]}
	frappe.db.rollback()
	take_away()


def take_away() -> None:
	for name in frappe.get_all(
		"Sales Order", {"transaction_date": "2026-05-12", "docstatus": 1}, pluck="name"
	):
		frappe.get_doc("Sales Order", name).cancel()
	for doctype in (STATEMENT, "Sales Statement Line", "Sales Statement Step"):
		frappe.db.delete(doctype)
	frappe.db.commit()


def do_what_waits() -> None:
	"""No worker runs beside the tests."""
	frappe.db.rollback()
	waiting = {"purpose": "Period Close", "status": "Queued"}
	for name in frappe.get_all("Sales Ledger Run", waiting, pluck="name", order_by="creation"):
		runs.work(name)


def stands(target: str) -> tuple:
	frappe.db.rollback()
	fields = ("realised_amount", "status", "period_status", "adjustment_amount")
	return frappe.db.get_value("Sales Target", target, fields)


def close_may(desk, target: str) -> None:
	page = desk(MANAGER).open(f"sales-target/{target}")
	page.evaluate("sales_extensions.closing.close_target(cur_frm.doc.name)")
	dialog = page.locator(".close-period.modal.show")
	expect(dialog).to_contain_text("Nothing is left to do first")
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator("#alert-container")).to_contain_text("1 target is being closed")
	do_what_waits()


def issue(desk, first: str, last: str) -> str:
	"""By the manager, from the report. The statement's name."""
	managers = desk(MANAGER)
	path = f"query-report/Seller Statement?company={w.COMPANY}&from_date={first}&to_date={last}&sales_person=Anna"
	page = managers.open(path)
	page.get_by_role("button", name="Sales Statement", exact=True).click()
	page.wait_for_url(re.compile("sales-statement/SST-"))
	managers.settle()
	page.locator(".page-head:visible .primary-action:has-text('Submit')").click()
	page.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(page.locator(".statement-steps")).to_contain_text("Issued")
	return page.evaluate("cur_frm.doc.name")


def of_seller(desk, name: str) -> Page:
	return desk(ANNA, width=PHONE).open(f"sales-statement/{name}")


def press(page: Page, label: str) -> None:
	page.locator(
		f".page-head:visible button:visible:has-text('{label}'), [data-act]:has-text('{label}')"
	).first.click()


def acknowledge(desk, name: str) -> None:
	page = of_seller(desk, name)
	press(page, "Acknowledge")
	page.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(page.locator(".statement-steps")).to_contain_text("Acknowledged")


def test_h4_a_month_from_its_close_to_its_second_signature(desk, may):
	target = may["target"]
	close_may(desk, target)
	assert stands(target) == (100_500, "Achieved", "Closed", 0)
	first = issue(desk, *MAY)
	acknowledge(desk, first)

	update_items(may["small"], rows_of(may["small"], rate=500))
	frappe.db.commit()
	assert stands(target) == (100_500, "Achieved", "Closed", -2_000)

	this_month = getdate().replace(day=1)
	later = issue(desk, str(this_month), str(get_last_day(this_month)))
	page = of_seller(desk, later)
	line = page.locator(".statement-lines tr", has_text=may["small"].name)
	expect(line).to_contain_text("$ -2,000.00")
	press(page, "Dispute")
	dialog = page.locator(".modal.show")
	dialog.locator(".statement-choice label", has_text=may["small"].name).locator("input").check()
	dialog.locator("textarea").fill("The discount is of May, and so is my signature")
	dialog.get_by_role("button", name="Dispute").click()
	expect(page.locator(".statement-lines tr.waits")).to_have_count(1)

	page = desk(MANAGER).open(f"sales-statement/{later}")
	page.locator("[data-answer]").click()
	dialog = page.locator(".modal.show")
	dialog.locator("textarea").fill("Right: May is opened and signed again.")
	dialog.get_by_role("button", name="Answer").click()
	answered = page.locator(".statement-lines tr", has_text=may["small"].name)
	expect(answered).to_contain_text("Right: May is opened and signed again.")

	page = desk(MASTER).open(f"sales-target/{target}")
	page.get_by_role("button", name="Open Again").click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname='reason'] textarea").fill("A discount that was agreed in May")
	dialog.get_by_role("button", name="Open Again").click()
	expect(page.locator(".sales-target-progress")).to_contain_text("Missed")
	assert stands(target) == (98_500, "Missed", "Open", 0)
	close_may(desk, target)
	assert stands(target) == (98_500, "Missed", "Closed", 0)

	second = issue(desk, *MAY)
	page = of_seller(desk, second)
	expect(page.locator(".statement-lines tr", has_text=may["small"].name)).to_contain_text("$ 2,500.00")
	expect(page.locator(".statement-lines tr", has_text=may["small"].name)).to_contain_text("$ 500.00")
	expect(page.locator(".statement-cards")).to_contain_text("98,500.00")
	acknowledge(desk, second)
	frappe.db.rollback()
	versions = frappe.get_all(
		STATEMENT, {"from_date": MAY[0]}, ["name", "version", "status", "amount", "superseded_by"],
		order_by="version", as_list=True,
	)  # fmt: skip
	assert [tuple(row) for row in versions] == [
		(first, 1, "Acknowledged", 100_500, second),
		(second, 2, "Acknowledged", 98_500, None),
	]
