"""ERPNext's own table Targets beside ours, on the forms where it stands (T1, L1)."""

from __future__ import annotations

import frappe
import pytest

from tests.site import world as w

MANAGER, ANNA = "manager@example.com", "anna@example.com"
YEAR = "Brought Over 2026"
DIALOG = ".erpnext-targets.show"
BUTTON = "text=Bring Over as Sales Targets"
ROWS = {
	("Sales Person", "Anna"): [
		{"item_group": "Mills", "target_amount": 5000},
		{"item_group": "Pumps", "target_qty": 12},
	],
	("Territory", "Holland"): [{"target_amount": 7000}],
}


@pytest.fixture(scope="module", autouse=True)
def rows(server):
	year = frappe.get_all("Fiscal Year", {"year_start_date": w.START}, pluck="name", order_by="name")[0]
	frappe.get_doc(
		{
			"doctype": "Monthly Distribution", "distribution_id": "All in May",
			"percentages": [{"month": "May", "percentage_allocation": 100}],
		}
	).insert()  # fmt: skip
	for (doctype, name), table in ROWS.items():
		fill(doctype, name, [{"fiscal_year": year, "distribution_id": "All in May", **row} for row in table])
	frappe.db.commit()
	yield
	frappe.db.rollback()
	for doctype, name in ROWS:
		fill(doctype, name, [])
	frappe.delete_doc("Monthly Distribution", "All in May", force=True)
	frappe.db.commit()


def fill(doctype: str, name: str, table: list[dict]) -> None:
	doc = frappe.get_doc(doctype, name)
	doc.set("targets", table)
	doc.save()


def made() -> list[dict]:
	frappe.db.rollback()
	fields = ["title", "sellers", "territory", "item_group", "target_amount", "monthly_distribution"]
	return frappe.get_all("Sales Target", fields=fields, order_by="title")


def test_L1_a_sellers_rows_are_shown_and_brought_over_once(desk):
	manager = desk(MANAGER)
	page = manager.open("sales-person/Anna")
	page.wait_for_selector(".erpnext-targets-note", state="attached")
	assert "ERPNext's own table" in page.inner_text(".erpnext-targets-note")
	page.locator(BUTTON).first.click()
	page.wait_for_selector(f"{DIALOG} tbody tr")
	shown = page.locator(f"{DIALOG} tbody tr").all_inner_texts()
	assert "Anna · Mills ·" in shown[0] and "All in May" in shown[0]
	assert "Stays here." in shown[1] and "quantity of 12" in shown[1]
	manager.picture("erpnext-targets")
	page.click(f"{DIALOG} >> text=Make 1 Sales Target")
	page.wait_for_function("() => window.cur_frm?.doctype === 'Sales Target'")
	(target,) = made()
	assert (target.sellers, target.item_group, target.target_amount) == ("Anna", "Mills", 5000)
	assert target.monthly_distribution == "All in May"

	page = manager.open("sales-person/Anna")
	page.locator(BUTTON).first.click()
	page.wait_for_selector(f"{DIALOG} tbody tr")
	assert target.title in page.locator(f"{DIALOG} tbody tr a").first.inner_text()
	assert page.locator(f"{DIALOG} .btn-modal-primary").is_disabled()


def test_L1_a_territorys_rows_are_for_whom_is_chosen(desk):
	manager = desk(MANAGER)
	page = manager.open("territory/Holland")
	page.wait_for_selector(".erpnext-targets-note", state="attached")
	page.locator(BUTTON).first.click()
	page.wait_for_selector(DIALOG)
	page.wait_for_function("() => window.cur_dialog?.fields_dict.sales_person")
	page.evaluate("() => cur_dialog.set_value('sales_person', 'North Team')")
	page.wait_for_selector(f"{DIALOG} tbody tr")
	page.click(f"{DIALOG} >> text=Make 1 Sales Target")
	page.wait_for_function("() => window.cur_frm?.doctype === 'Sales Target'")
	target = next(one for one in made() if one.territory)
	assert (target.territory, target.sellers, target.target_amount) == ("Holland", "North Team", 7000)


def test_L1_who_may_not_set_targets_is_told_and_not_offered_it(desk):
	page = desk(ANNA).open("sales-person/Anna")
	page.wait_for_selector(".erpnext-targets-note", state="attached")
	assert "makes them out of these rows" not in page.inner_text(".erpnext-targets-note")
	assert not page.locator(BUTTON).count()
