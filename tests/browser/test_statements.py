"""A Sales Statement in the desk: issued by a manager, disputed on a phone, answered, acknowledged and settled (H4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import frappe
import pytest
from playwright.sync_api import expect

from sales_extensions.tasks import statement_news
from tests.site import world as w

MANAGER, ANNA, BOB, PHONE = "manager@example.com", "anna@example.com", "bob@example.com", 390
STATEMENT = "Sales Statement"


@pytest.fixture
def sold(server) -> Iterator[str]:
	"""Two orders of Anna in a month of its own, and the target of it."""
	take_away()
	target = w.target(1000, ("Anna",), from_date="2026-06-01", to_date="2026-06-30", title="Anna in June")
	for amount in (250, 150):
		w.order(amount, team={"Anna": 100}, date="2026-06-10")
	frappe.db.commit()
	yield target.name
	frappe.db.rollback()
	frappe.delete_doc("Sales Target", target.name)
	take_away()


def take_away() -> None:
	"""What a run before has left, too."""
	frappe.set_user("Administrator")
	of_june = {"transaction_date": "2026-06-10", "docstatus": 1}
	for name in frappe.get_all("Sales Order", of_june, pluck="name", order_by="name"):
		frappe.get_doc("Sales Order", name).cancel()
	for doctype in (STATEMENT, "Sales Statement Line", "Sales Statement Step"):
		frappe.db.delete(doctype)
	frappe.db.commit()


def report(page_of):
	path = "query-report/Seller Statement?company={company}&from_date=2026-06-01&to_date=2026-06-30&sales_person=Anna"
	return page_of.open(path.format(company=w.COMPANY))


def statement() -> dict:
	frappe.db.rollback()
	fields = ["name", "status", "version", "unanswered", "docstatus"]
	return frappe.get_all(STATEMENT, fields=fields, order_by="creation desc", limit=1)[0]


def told(user: str) -> list[str]:
	"""What the workers tell, done here: none run beside the tests."""
	frappe.db.rollback()
	doc = frappe.get_doc(STATEMENT, statement().name)
	last = doc.steps[-1]
	statement_news.tell_step(doc.name, last.step, last.said or "", last.taken_by)
	subjects = frappe.get_all(
		"Notification Log", {"for_user": user, "document_name": doc.name}, pluck="subject"
	)
	frappe.db.rollback()
	return subjects


def has_no_scroll(page) -> bool:
	return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_h4_issued_disputed_answered_acknowledged_settled(desk, sold):
	managers = desk(MANAGER)
	page = report(managers)
	page.get_by_role("button", name="Sales Statement", exact=True).click()
	page.wait_for_url(re.compile("sales-statement/SST-"))
	managers.settle()
	lines = page.locator(".statement-lines tbody tr")
	expect(lines).to_have_count(2)
	expect(page.locator(".statement-cards")).to_contain_text("40.0 %")
	page.locator(".page-head:visible .primary-action:has-text('Submit')").click()
	page.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(page.locator(".statement-steps")).to_contain_text("Issued")
	made = statement()
	assert (made.status, made.version, made.docstatus) == ("Issued", 1, 1)
	assert "is issued" in told(ANNA)[0]
	expect(page.locator("[data-step='Acknowledged']")).to_have_count(0)
	managers.picture("statement")

	phone = desk(ANNA, width=PHONE)
	seller = phone.open(f"sales-statement/{made.name}")
	expect(seller.locator(".statement-lines tbody tr")).to_have_count(2)
	assert has_no_scroll(seller)
	phone.picture("statement-phone", full_page=True)
	press(seller, "Dispute")
	dialog = seller.locator(".modal.show")
	dialog.locator(".statement-choice input").first.check()
	dialog.locator("textarea").fill("Half of it <b>was</b> Bob's")
	dialog.get_by_role("button", name="Dispute").click()
	expect(seller.locator(".statement-lines tr.waits")).to_contain_text("Half of it <b>was</b> Bob's")
	assert has_no_scroll(seller)
	assert (statement().status, statement().unanswered) == ("Disputed", 1)
	assert "disputes" in told(MANAGER)[0]

	page.evaluate("cur_frm.reload_doc()")
	page.locator("[data-answer]").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Half of it <b>was</b> Bob's")
	dialog.locator("textarea").fill("The order names you alone.")
	dialog.get_by_role("button", name="Answer").click()
	expect(page.locator(".statement-lines tbody tr").first).to_contain_text("The order names you alone.")
	assert statement().unanswered == 0 and "answered" in told(ANNA)[0]

	seller.evaluate("cur_frm.reload_doc()")
	expect(seller.locator(".statement-lines tbody tr").first).to_contain_text("The order names you alone.")
	press(seller, "Acknowledge")
	seller.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(seller.locator(".statement-steps")).to_contain_text("Acknowledged")
	assert statement().status == "Acknowledged" and "acknowledged" in told(MANAGER)[0]

	page.evaluate("cur_frm.reload_doc()")
	press(page, "Settle")
	page.locator(".modal.show").get_by_role("button", name="Settle").click()
	expect(page.locator(".statement-steps")).to_contain_text("Settled")
	assert statement().status == "Settled"
	expect(page.locator("[data-step]")).to_have_count(0)


def press(page, label: str) -> None:
	"""A step: a phone has its buttons below the lines."""
	page.locator(
		f".page-head:visible button:visible:has-text('{label}'), [data-act]:has-text('{label}')"
	).first.click()


def issue() -> str:
	from sales_extensions.api import statements

	frappe.set_user(MANAGER)
	doc = frappe.get_doc(
		STATEMENT,
		statements.make(
			{"company": w.COMPANY, "from_date": "2026-06-01", "to_date": "2026-06-30", "sales_person": "Anna"}
		),
	)
	doc.submit()
	frappe.set_user("Administrator")
	frappe.db.commit()
	return doc.name


def test_h4_a_second_version_shows_what_differs(desk, sold):
	first = issue()
	order = frappe.get_all(
		"Sales Order", {"transaction_date": "2026-06-10", "docstatus": 1, "grand_total": 150}
	)[0]
	frappe.get_doc("Sales Order", order.name).cancel()
	w.order(70, team={"Anna": 100}, date="2026-06-10")
	frappe.db.commit()
	issue()
	page = desk(ANNA).open(f"sales-statement/{statement().name}")
	gone = page.locator(".statement-lines tr", has_text=order.name)
	expect(gone).to_contain_text("Gone; was $ 150.00")
	expect(page.locator(".statement-lines tr", has_text="New")).to_have_count(1)
	expect(page.locator(".statement-cards")).to_contain_text("Result in Version 1")
	page = desk(MANAGER).open(f"sales-statement/{first}")
	expect(page.locator(".form-dashboard, .form-message-container").first).to_contain_text("Replaced by")
	expect(page.locator("[data-step]")).to_have_count(0)


def test_h4_lists_of_managers_and_sellers(desk, sold):
	name = issue()
	frappe.set_user(ANNA)
	from sales_extensions.api import statements

	statements.dispute(name, [frappe.get_doc(STATEMENT, name).lines[0].name], "Why?")
	frappe.db.commit()
	frappe.set_user("Administrator")
	page = desk(MANAGER).open("team-sales")
	page.locator(".glance-ways a:has-text('Disputed Statements')").click()
	expect(page.locator(".list-row", has_text="Anna")).to_have_count(1)
	expect(page.locator(".list-row .indicator-pill:has-text('Disputed')").first).to_be_visible()
	page = desk(ANNA, width=PHONE).open("my-sales")
	page.locator(".glance-ways a:has-text('My Statements')").click()
	expect(page.locator(".list-row", has_text="Anna")).to_have_count(1)
	page = desk(BOB).open("sales-statement")
	expect(page.locator(".list-row")).to_have_count(0)


def test_h4_a_seller_makes_none(desk, sold):
	page = report(desk(ANNA))
	expect(page.get_by_role("button", name="PDF to Sign")).to_be_visible()
	expect(page.get_by_role("button", name="Sales Statement", exact=True)).to_have_count(0)
