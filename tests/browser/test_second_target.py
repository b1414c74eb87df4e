"""A target that is set a second time is asked about in the form (T1)."""

from __future__ import annotations

import frappe
import pytest

from tests.site import world as w

MANAGER = "manager@example.com"
QUESTION = ".modal.show .frappe-confirm-message"
TYPED = """([company, title]) => cur_frm.set_value({title, company, target_type: "Financial", target_amount: 100,
	from_date: "2026-01-01", to_date: "2026-12-31", assignees: [{sales_person: "Anna"}, {sales_person: "Bob"}]})"""


@pytest.fixture
def first(server):
	doc = w.target(1000, ("Bob", "Anna"), title="First <b>one</b>")
	frappe.db.commit()
	yield doc
	frappe.db.rollback()
	for name in frappe.get_all("Sales Target", pluck="name", order_by="name"):
		frappe.delete_doc("Sales Target", name)
	frappe.db.commit()


def type_second(manager, title: str = "Second"):
	page = manager.open("sales-target/new")
	page.wait_for_function("() => window.cur_frm?.doctype === 'Sales Target' && cur_frm.is_new()")
	page.evaluate(TYPED, [w.COMPANY, title])
	page.click("button[data-label='Save']:visible")
	return page


def titles() -> set[str]:
	frappe.db.rollback()
	return set(frappe.get_all("Sales Target", pluck="title", order_by="name"))


def test_T1_who_says_no_is_back_on_the_form_and_has_lost_nothing(desk, first):
	manager = desk(MANAGER)
	page = type_second(manager)
	page.wait_for_selector(QUESTION)
	link = page.locator(f"{QUESTION} a")
	assert "Anna, Bob already: First <b>one" in page.inner_text(QUESTION).replace("\u200b", "")
	assert first.name in link.get_attribute("href") and link.get_attribute("target") == "_blank"
	manager.picture("second-target")
	page.click(".modal.show .btn-modal-secondary")
	page.wait_for_selector(QUESTION, state="hidden")
	assert page.evaluate(
		"() => [cur_frm.is_new() ? 1 : 0, cur_frm.doc.title, cur_frm.doc.assignees.length]"
	) == [
		1,
		"Second",
		2,
	]
	assert "Second" not in titles()
	page.evaluate("() => cur_frm.set_value('to_date', '2026-06-30')")
	page.click("button[data-label='Save']:visible")
	page.wait_for_function("() => !cur_frm.is_new()")
	assert "Second" in titles() and not page.locator(QUESTION).count()


def test_T1_who_says_yes_has_a_second_one(desk, first):
	page = type_second(desk(MANAGER))
	page.wait_for_selector(QUESTION)
	page.click(".modal.show .btn-modal-primary")
	page.wait_for_function("() => !cur_frm.is_new()")
	assert "Second" in titles()
	assert "second one" not in " ".join(page.locator(".desk-alert").all_inner_texts()), "it was asked"
	page.evaluate("() => cur_frm.set_value('target_amount', 200)")
	page.click("button[data-label='Save']:visible")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	assert not page.locator(QUESTION).count()
