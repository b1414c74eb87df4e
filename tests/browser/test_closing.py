"""A manager closes a period, sees what adjusts it later, and who may opens it again (H3)."""

from __future__ import annotations

import re

import frappe
import pytest
from playwright.sync_api import expect

from sales_extensions import lines
from sales_extensions.ledger import runs
from tests.site import world as w
from tests.site.test_paths import rows_of, update_items

ANNA, MASTER, MANAGER, PHONE = "anna@example.com", "master@example.com", "manager@example.com", 390
FEBRUARY = {"from_date": "2026-02-01", "to_date": "2026-02-28"}
CLOSE = ".close-period.modal.show"
IS_LOCKED = "cur_frm.fields_dict.target_amount.df.read_only || 0"


@pytest.fixture
def february(server):
	"""A target that is over, with two orders, and a draft of its days."""
	frappe.set_user("Administrator")
	seller = f"Fenna {frappe.generate_hash(length=5)}"
	frappe.get_doc(
		{
			"doctype": "Sales Person",
			"sales_person_name": seller,
			"parent_sales_person": "North Team",
			"enabled": 1,
		}
	).insert()
	target = w.target(3_000, (seller,), title=f"{seller} in February", **FEBRUARY)
	orders = [w.order(amount, team={seller: 100}, date="2026-02-10") for amount in (2_500, 700)]
	draft = w.order(90, team={seller: 100}, date="2026-02-11", submit=False)
	frappe.db.commit()
	yield target, orders, draft
	frappe.db.rollback()
	draft.reload()
	draft.delete()
	frappe.db.commit()


def do_what_waits() -> None:
	"""No worker runs beside the tests."""
	frappe.db.rollback()
	for name in frappe.get_all(
		"Sales Ledger Run", {"purpose": "Period Close", "status": "Queued"}, pluck="name"
	):
		runs.work(name)


def closed(target) -> None:
	frappe.db.rollback()
	run = runs.start_closing(target.company, [target.name])
	frappe.db.commit()
	runs.work(run)


def lower(order, rate: float) -> None:
	update_items(order, rows_of(order, rate=rate))
	frappe.db.commit()


@pytest.mark.parametrize("width", [1280, PHONE])
def test_h3_a_manager_closes_a_target_and_sees_what_adjusts_it(desk, february, width):
	target, orders, draft = february
	page = desk(MANAGER, width=width).open(f"sales-target/{target.name}")
	page.evaluate("sales_extensions.closing.close_target(cur_frm.doc.name)")
	dialog = page.locator(CLOSE)
	expect(dialog).to_contain_text("are drafts")
	expect(dialog).to_contain_text(draft.name)
	expect(dialog).to_contain_text("3,200.00")
	dialog.get_by_role("button", name="Close Target", exact=True).click()
	expect(page.locator("#alert-container")).to_contain_text("1 target is being closed. How far it is")
	do_what_waits()
	lower(orders[1], 200)
	page.reload()
	progress = page.locator(".sales-target-progress")
	expect(progress).to_contain_text("Closed")
	expect(progress).to_contain_text("3,200.00")
	expect(progress).to_contain_text("Adjustments: $ -500.00; with them $ 2,700.00")
	row = page.locator(".sales-target-adjustments tbody tr")
	expect(row).to_contain_text("$ 200.00 instead of $ 700.00")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	assert page.evaluate(IS_LOCKED) == 1
	assert page.evaluate("cur_frm.fields_dict.title.df.read_only || 0") == 0
	expect(page.locator("[data-says='closed']")).to_contain_text("Sales Master Manager can open it again")


def test_h3_a_whole_company_is_closed_from_the_list(desk, february):
	target, _orders, _draft = february
	page = desk(MANAGER).open("sales-target")
	page.get_by_role("button", name="Close Period").click()
	dialog = page.locator(CLOSE)
	dialog.locator("[data-fieldname='company'] input").fill(w.COMPANY)
	field = dialog.locator("[data-fieldname='up_to'] input")
	field.fill("02-28-2026")
	field.press("Tab")
	expect(dialog).to_contain_text(target.title)
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator("#alert-container")).to_contain_text("being closed.")
	do_what_waits()
	frappe.db.rollback()
	assert frappe.db.get_value("Sales Target", target.name, "period_status") == "Closed"
	page.reload()
	expect(
		page.locator(".list-row", has_text=target.title).get_by_label("Closed", exact=True)
	).to_be_visible()


def test_h3_who_may_opens_it_again_with_a_reason(desk, february):
	target, orders, _draft = february
	closed(target)
	lower(orders[1], 200)
	page = desk(MASTER).open(f"sales-target/{target.name}")
	page.get_by_role("button", name="Open Again").click()
	assert page.evaluate(IS_LOCKED) == 1
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname='reason'] textarea").fill("The customer was right")
	dialog.get_by_role("button", name="Open Again").click()
	progress = page.locator(".sales-target-progress")
	expect(progress).to_contain_text("2,700.00")
	expect(progress).not_to_contain_text("Adjustments")
	assert page.evaluate(IS_LOCKED) == 0
	expect(page.locator(".timeline-content", has_text="The customer was right").first).to_be_visible()


def test_h3_a_seller_sees_it_closed_and_neither_closes_nor_opens(desk, february):
	target, _orders, _draft = february
	page = desk(ANNA).open(f"sales-target/{target.name}")
	expect(page.locator(".sales-target-progress")).to_be_visible()
	assert page.get_by_role("button", name="Close", exact=True).count() == 0
	closed(target)
	page.reload()
	expect(page.locator(".sales-target-progress")).to_contain_text("Closed")
	assert page.get_by_role("button", name="Open Again").count() == 0


@pytest.mark.parametrize("width", [1280, PHONE])
def test_h3_an_order_says_which_closed_results_hold_it_and_what_adjusts_them(desk, february, width):
	target, orders, _draft = february
	closed(target)
	page = desk(MANAGER, width=width).open(f"sales-order/{orders[1].name}")
	line = page.locator(".sales-credit-dialog .sales-credit-closed")
	show_credits(page)
	expect(line).to_contain_text("Closed · of this order in its result: $ 700.00")
	expect(line).not_to_contain_text("adjustments")
	expect(line.get_by_label("Closed", exact=True)).to_be_visible()
	orders[1].reload()
	orders[1].cancel()
	frappe.db.commit()
	page.reload()
	show_credits(page)
	expect(page.locator(".sales-credit-dialog")).to_contain_text("It counts for no target now.")
	expect(line).to_contain_text(target.title)
	expect(line).to_contain_text("of this order in its result: $ 700.00")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	line.get_by_role("link", name="adjustments: $ -700.00").click()
	page.wait_for_url("**/sales-target-entry?**")
	expect(page.locator(".list-row:visible")).to_have_count(1)


def show_credits(page) -> None:
	page.wait_for_function("window.cur_frm?.sales_credit")
	page.evaluate("cur_frm.sales_credit.open()")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_h3_the_list_shows_lock_and_adjustments_whole(desk, february, width):
	target, orders, _draft = february
	closed(target)
	lower(orders[1], 200)
	page = desk(MANAGER, width=width).open(f"sales-target?name={target.name}")
	row = page.locator(".list-row", has_text=target.title)
	if width == PHONE and not lines.has_tiles():  # a title alone
		expect(row).to_contain_text(f"{target.title} · Closed")
		return
	expect(row.get_by_label("Closed", exact=True)).to_be_visible()
	shown = row.locator(".adjusted")
	expect(shown).to_have_text("(Adjustments: -500)" if width == PHONE else "(-500)")
	expect(shown).to_have_attribute("title", re.compile("^Adjustments: -500. "))
	for one in (row.get_by_label("Closed", exact=True), shown):
		assert one.evaluate(IS_WHOLE)


#: what an element shows is within what its column shows
IS_WHOLE = """(one) => {
	const { left, right } = one.getBoundingClientRect(), column = one.closest(".list-row-col, .ellipsis").getBoundingClientRect();
	return right > left && right <= Math.min(column.right, window.innerWidth) + 1 && left >= column.left - 1;
}"""


def test_h3_a_closed_targets_form_offers_save_for_its_title_alone(desk, february):
	target, _orders, _draft = february
	closed(target)
	page = desk(MANAGER).open(f"sales-target/{target.name}")
	save = page.locator(".page-head:visible .primary-action:visible", has_text="Save")
	expect(page.locator("[data-says='closed']")).to_have_count(1)
	expect(save).to_have_count(0)
	page.evaluate("cur_frm.set_value('title', cur_frm.doc.title + ' again')")
	save.click()
	expect(save).to_have_count(0)
	page.evaluate("cur_frm.refresh()")
	expect(page.locator("[data-says='closed']")).to_have_count(1)
	frappe.db.rollback()
	assert frappe.db.get_value("Sales Target", target.name, "title").endswith(" again")
	page.evaluate("frappe.new_doc('Sales Target')")
	page.wait_for_function("cur_frm.is_new()")
	expect(save).to_have_count(1)


def test_t1_a_row_of_no_seller_is_left_out_when_it_is_saved(desk, february):
	target, _orders, _draft = february
	page = desk(MANAGER).open(f"sales-target/{target.name}")
	page.evaluate("cur_frm.add_child('assignees'); cur_frm.refresh_field('assignees'); cur_frm.dirty()")
	page.evaluate("cur_frm.set_value('title', cur_frm.doc.title + ' too').then(() => cur_frm.save())")
	page.wait_for_function("!cur_frm.is_dirty() && cur_frm.doc.title.endsWith(' too')")
	assert page.evaluate("cur_frm.doc.assignees.length") == 1
	frappe.db.rollback()
	assert frappe.db.count("Sales Target Assignee", {"parent": target.name}) == 1
