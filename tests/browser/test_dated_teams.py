"""Where a seller stood, in the form of the Sales Person; a manager corrects the day (H2)."""

from __future__ import annotations

import frappe
import pytest
from playwright.sync_api import expect

from tests.site import world as w

MASTER, MANAGER, BOB, PHONE = "master@example.com", "manager@example.com", "bob@example.com", 390
PLACES = ".sales-person-places"


@pytest.fixture
def moved(server) -> tuple[str, str]:
	"""One of North, who sold in February, goes to South today; and the target of North."""
	frappe.set_user("Administrator")
	seller = f"Erik {frappe.generate_hash(length=5)}"
	doc = frappe.get_doc(
		{
			"doctype": "Sales Person",
			"sales_person_name": seller,
			"parent_sales_person": "North Team",
			"enabled": 1,
		}
	).insert()
	north = w.target(5000, ("North Team",), title=f"North of {seller}")
	w.order(800, team={seller: 100}, date="2026-02-10")
	doc.reload()
	doc.parent_sales_person = "South Team"
	doc.save()
	frappe.db.commit()
	return seller, north.name


def result(target: str) -> float:
	frappe.db.rollback()
	return w.figures(target)[0]


@pytest.mark.parametrize("width", [1280, PHONE])
def test_h2_a_manager_corrects_the_day_of_a_move(desk, moved, width):
	seller, north = moved
	assert result(north) == 800
	page = desk(MANAGER, width=width).open(f"sales-person/{seller}")
	places = page.locator(PLACES)
	expect(places).to_contain_text("South Team")
	expect(places).to_contain_text("before")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	places.get_by_role("button", name="Change Date").click()
	dialog = page.locator(".modal.show")
	field = dialog.locator("[data-fieldname='to'] input")
	field.fill("01-31-2026")
	field.press("Tab")
	expect(dialog.locator(".change-of-team")).to_contain_text(
		"1 order, $\u00a0800.00, goes from North Team to South Team."
	)
	dialog.get_by_role("button", name="Save").click()
	expect(places).to_contain_text("from 01-31-2026, until then North Team")
	assert result(north) == 0
	expect(page.locator(".timeline-content", has_text="hold from").first).to_be_visible()


def test_h2_a_seller_sees_where_they_stood_and_changes_nothing(desk, moved):
	page = desk(BOB).open(f"sales-person/{moved[0]}")
	expect(page.locator(PLACES)).to_contain_text("South Team")
	assert page.locator(PLACES).get_by_role("button").count() == 0


def test_h2_who_moves_a_seller_is_told_from_when_on(desk, moved):
	page = desk(MASTER).open(f"sales-person/{moved[0]}")
	page.evaluate("cur_frm.set_value('parent_sales_person', 'Sales Team').then(() => cur_frm.save())")
	expect(page.locator("#alert-container")).to_contain_text(
		f"Orders of {moved[0]} count for Sales Team from today on"
	)
