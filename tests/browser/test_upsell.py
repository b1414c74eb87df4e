"""Who earned each charge, from the quotation to its repetition, as each of them sees it in the desk (U1-U11)."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from itertools import pairwise

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from frappe.utils import add_days, nowdate
from playwright.sync_api import TimeoutError as StillHidden
from playwright.sync_api import expect

from tests.browser.conftest import WAIT
from tests.site import world as w

#: who quotes, who converts and adds, who edits, who copies and looks, who reassigns and closes
ANNA, BOB, CARL, COPIER, MANAGER = (
	f"{name}@example.com" for name in ("anna", "bob", "carl", "upsell", "manager")
)
PHONE = 390
SECTION = ".upsell-credit"
NOTHING = "\N{EN DASH}"


@contextmanager
def as_user(user: str):
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user("Administrator")


@pytest.fixture(scope="module")
def walk(server):
	"""Anna quotes three charges, Bob converts and adds one, Carl edits a price; committed for the browser."""
	w.policy(enable_upsell_tracking=1)
	with as_user(ANNA):
		quotation = w.quotation([("MILL", 2, 100), ("PUMP", 1, 50), ("CARE", 4, 12.5)], valid_till=None)
	with as_user(BOB):
		order = converted(quotation.name)
		order.append("items", {**w.item_row("CARE", 1, 75), "description": "A year of care"})
		order.insert().submit()
	with as_user(CARL):
		edit_price(order, 110)
	frappe.db.commit()
	return frappe._dict(quotation=quotation.name, order=order.name)


def converted(quotation: str):
	order = make_sales_order(quotation)
	order.transaction_date, order.delivery_date = nowdate(), add_days(nowdate(), 7)
	order.payment_schedule, order.set_warehouse = [], w.WAREHOUSE
	for row in order.items:
		row.delivery_date, row.warehouse = order.delivery_date, w.WAREHOUSE
	return order


def edit_price(order, rate: float) -> None:
	rows = [
		{"docname": row.name, "item_code": row.item_code, "qty": row.qty,
			"rate": rate if row.idx == 1 else row.rate}
		for row in order.items
	]  # fmt: skip
	update_child_qty_rate("Sales Order", frappe.as_json(rows), order.name)


def open_section(desk, path: str):
	page = desk.open(path)
	page.wait_for_selector(f"{SECTION} .section-head")
	return page


def cells(page, number: int) -> list[str]:
	"""What stands in a charge's row: charge, hours, qty, subtotal, assignee, tick, upsell."""
	row = page.locator(f"{SECTION} .upsell-row").nth(number - 1)
	texts = row.locator("th, td:not(.upsell-pick)").evaluate_all(
		"(cells) => cells.map((cell) => cell.querySelector('svg') ? 'tick' : cell.innerText)"
	)
	return [" ".join(text.split()) for text in texts]


def detail(page, number: int) -> str:
	"""Opens a charge's detail with the keyboard, and reads it."""
	name = page.locator(f"{SECTION} .upsell-row .upsell-open").nth(number - 1)
	if name.get_attribute("aria-expanded") == "false":
		name.focus()
		page.keyboard.press("Enter")
	assert name.get_attribute("aria-expanded") == "true"
	return page.inner_text(f"#{name.get_attribute('aria-controls')}")


def stamps(text: str) -> dict[str, str]:
	lines = [line for line in text.splitlines() if line.strip()]
	return dict(pairwise(lines))


def test_u2_u5_u6_the_order_shows_who_earned_each_charge_and_why(desk, walk):
	viewer = desk(COPIER)
	page = open_section(viewer, f"sales-order/{walk.order}")
	assert cells(page, 1) == ["1 Mill", "", "2", "$ 220.00", "Anna", "", ""]
	assert cells(page, 2) == ["2 Pump", "", "1", "$ 50.00", "Anna", "", ""]
	assert cells(page, 4) == ["4 Care", "", "1", "$ 75.00", "Bob", "", "Upsell Added at Conversion"]
	assert "4 charges" in page.inner_text(f"{SECTION} tfoot")
	assert "$\u00a0395.00" in page.inner_text(f"{SECTION} tfoot")
	assert "1 upsell: $\u00a075.00" in page.inner_text(f"{SECTION} tfoot")
	text = detail(page, 1)
	told = stamps(text)
	assert (told["Created By"], told["Last Edited By"], told["Credit Assigned By"]) == (
		"Anna",
		"Carl",
		"Anna",
	)
	assert told["Created On"] != NOTHING and told["Last Edited On"] != NOTHING
	assert told["Origin"] == "Converted"
	assert f"Converted from {walk.quotation} by bob@example.com" in text
	page.wait_for_selector(f"{SECTION} .upsell-detail a:has-text('{walk.quotation}')")
	assert stamps(detail(page, 2))["Last Edited By"] == NOTHING
	viewer.picture("upsell-order")


def test_u2_the_section_stands_right_below_the_items(desk, walk):
	page = open_section(desk(COPIER), f"quotation/{walk.quotation}")
	assert page.evaluate(
		"""() => document.querySelector('.upsell-credit').previousElementSibling
			=== cur_frm.fields_dict.items.$wrapper.closest('.form-section')[0]"""
	)
	assert cells(page, 3) == ["3 Care", "", "4", "$ 50.00", "Anna", "", ""]


@pytest.mark.parametrize("width", [1280, 390])
def test_u2_the_two_credits_of_an_order_say_which_is_which(desk, walk, width):
	viewer = desk("manager@example.com", width=width)
	page = open_section(viewer, f"sales-order/{walk.order}")
	other = page.locator(f"{SECTION} .upsell-of-what .upsell-other")
	other.wait_for()
	assert page.inner_text(f"{SECTION} .upsell-of-what").startswith(
		"Who sold each charge, for targets of upsells."
	)
	viewer.picture(f"two-credits-{width}")
	other.click()
	page.wait_for_selector(".sales-credit-dialog")
	assert page.inner_text(".sales-credit-dialog .credit-of-what").endswith("Upsell Credit, below the items.")
	viewer.picture(f"two-credits-dialog-{width}")
	page.keyboard.press("Escape")
	page = open_section(viewer, f"quotation/{walk.quotation}")
	assert page.inner_text(f"{SECTION} .upsell-of-what") == "Who sold each charge, for targets of upsells."


def test_u7_who_copies_the_order_has_the_credit_of_the_copy(desk, walk):
	copier = desk(COPIER)
	page = open_section(copier, f"sales-order/{walk.order}")
	page.evaluate("() => cur_frm.copy_doc()")
	page.wait_for_function("() => cur_frm.is_new()")
	copier.settle()
	assert page.locator(SECTION).count() == 0
	page.evaluate(
		"""(day) => { cur_frm.doc.items.forEach((row) => { row.delivery_date = day; });
			return cur_frm.set_value('delivery_date', day).then(() => cur_frm.save()); }""",
		add_days(nowdate(), 7),
	)
	page.wait_for_selector(f"{SECTION} .upsell-row")
	assert [cells(page, number)[4] for number in (1, 2, 3, 4)] == ["Upsell no Sales Person"] * 4
	assert stamps(detail(page, 4))["Origin"] == "Copied"


def test_u8_a_recurrence_is_credited_as_the_original(desk, walk):
	repeat = frappe.get_doc(
		{"doctype": "Auto Repeat", "reference_doctype": "Sales Order", "reference_document": walk.order,
			"frequency": "Monthly", "start_date": nowdate()}
	).insert()  # fmt: skip
	recurrence = repeat.make_new_document()
	frappe.db.set_value("Sales Order", (walk.order, recurrence.name), "auto_repeat", None)
	frappe.delete_doc("Auto Repeat", repeat.name, force=True)
	frappe.db.commit()
	page = open_section(desk(COPIER), f"sales-order/{recurrence.name}")
	assert [cells(page, number)[4:6] for number in (1, 4)] == [["Anna", "tick"], ["Bob", "tick"]]
	assert stamps(detail(page, 1))["Origin"] == "Recurring"


def test_u4_a_removed_charge_stays_readable_in_a_fold(desk, walk):
	with as_user(ANNA):
		order = w.order(items=[("MILL", 1, 100), ("PUMP", 1, 50)], submit=False)
		order.items = order.items[:1]
		order.save()
	frappe.db.commit()
	page = open_section(desk(COPIER), f"sales-order/{order.name}")
	fold = page.locator(f"{SECTION} .upsell-removed")
	assert fold.locator("summary").inner_text() == "Removed charges (1)"
	fold.locator("summary").focus()
	page.keyboard.press("Enter")
	fold.locator(".upsell-open").click()
	assert stamps(fold.locator(".upsell-detail").inner_text())["Removed By"] == "Anna"
	assert fold.locator("input").count() == 0


def test_u10_u9_a_manager_reassigns_with_a_reason_and_a_closed_order_is_read_only(desk, walk):
	manager = desk(MANAGER)
	page = open_section(manager, f"sales-order/{walk.order}")
	assert page.is_disabled(f"{SECTION} button:has-text('Reassign')")
	page.locator(f"{SECTION} input[data-pick]").nth(1).check()
	page.click(f"{SECTION} button:has-text('Reassign')")
	page.wait_for_selector(".upsell-dialog.show")
	choose(page, ".upsell-dialog input[data-fieldname='user']", "carl", "carl@example.com")
	page.click(".upsell-dialog .btn-modal-primary")
	page.click(".msgprint-dialog:has-text('Missing Values Required') .btn-modal-close")
	page.fill(".upsell-dialog textarea[data-fieldname='reason']", "Carl sold the <b>pump</b>")
	page.click(".upsell-dialog .btn-modal-primary")
	page.wait_for_selector(f"{SECTION} .upsell-row:nth-child(2) svg")
	assert cells(page, 2)[4:6] == ["Carl no Sales Person", "tick"]
	text = detail(page, 2)
	assert stamps(text)["Credit Assigned By"] == "Manager"
	change = page.locator(f"{SECTION} .upsell-changes tbody td").all_inner_texts()
	shown = [
		text.replace("\u200b", "") for text in change[1:]
	]  # a sign without width keeps it from being HTML
	assert shown == ["Manager", "Assigned", "Anna", "Carl", "Carl sold the <b>pump</b>"]
	manager.picture("upsell-reassigned")

	close(page)
	page.wait_for_selector(f"{SECTION} .upsell-read-only")
	assert f"{walk.order} is closed" in page.inner_text(f"{SECTION} .upsell-read-only")
	assert page.locator(f"{SECTION} input").count() == 0
	assert page.locator(f"{SECTION} .upsell-bar button").count() == 0
	manager.picture("upsell-closed")
	reopen(walk.order)


def choose(page, field: str, typed: str, option: str) -> None:
	"""From the list under a field, as a person does: a list that closed, as where a dialog was still coming, is asked again."""
	wanted = page.locator(f".awesomplete [role='option']:has-text('{option}')")
	for wait in (5_000, 5_000, WAIT):
		page.click(field)
		page.keyboard.press("Control+a")
		page.keyboard.type(typed)
		with suppress(StillHidden):
			return wanted.click(timeout=wait)
	raise AssertionError(f"{option} is not offered")


def close(page) -> None:
	page.evaluate("() => cur_frm.cscript.close_sales_order ? cur_frm.cscript.close_sales_order() : 0")


def reopen(order: str) -> None:
	frappe.db.commit()
	frappe.get_doc("Sales Order", order).update_status("Draft")
	frappe.db.commit()


def test_u11_marking_by_hand_and_the_server_s_words_where_it_refuses(desk, walk):
	manager = desk(MANAGER)
	page = open_section(manager, f"sales-order/{walk.order}")
	page.check(f"{SECTION} input[data-pick-all]")
	page.click(f"{SECTION} button:has-text('Mark as Upsell')")
	page.fill(".upsell-dialog textarea[data-fieldname='reason']", "x" * 501)
	page.click(".upsell-dialog .btn-modal-primary")
	page.click(".msgprint-dialog:has-text('use at most 500 characters') .btn-modal-close")
	page.fill(".upsell-dialog textarea[data-fieldname='reason']", "All of it was new")
	page.click(".upsell-dialog .btn-modal-primary")
	page.wait_for_selector(f"{SECTION} tfoot:has-text('4 upsells: $ 395.00')")
	assert cells(page, 1)[6] == "Upsell By Hand"
	# the desk logs a refusal, and the browser its status
	refusals = [error for error in manager.errors if "417" in error or "ValidationError" in error]
	assert manager.errors == refusals
	manager.errors.clear()


@pytest.mark.parametrize("width", [1280, PHONE])
def test_u1_a_seller_without_the_role_sees_their_own_credits_and_changes_none(desk, walk, width):
	seller = desk(ANNA, width=width)
	page = open_section(seller, f"sales-order/{walk.order}")
	assert "Your Upsell Credit" in page.inner_text(f"{SECTION} .section-head")
	assert {cells(page, number)[4] for number in (1, 2)} == {"Anna"}
	assert "Bob" not in page.inner_text(SECTION)
	assert page.locator(f"{SECTION} input, {SECTION} .upsell-bar button").count() == 0
	assert "What you are credited with" in page.inner_text(f"{SECTION} .upsell-read-only")
	page.locator(SECTION).scroll_into_view_if_needed()
	seller.picture(f"upsell-own-{width}")
	with as_user(BOB):
		other = w.order(items=[("MILL", 1, 100)], submit=False)
	frappe.db.commit()
	page = seller.open(f"sales-order/{other.name}")
	seller.settle()
	assert page.locator(SECTION).count() == 0
	assert page.locator(".document-link[data-doctype='Upsell Credit']:visible").count() == 0


def test_u10_nobody_marks_a_charge_of_their_own(desk, walk):
	with as_user(MANAGER):
		order = w.order(items=[("MILL", 1, 100)], submit=False)
	with as_user(BOB):
		order.append("items", w.item_row("PUMP", 1, 50))
		order.save()
	frappe.db.commit()
	page = open_section(desk(MANAGER), f"sales-order/{order.name}")
	mark = page.locator(f"{SECTION} .upsell-bar [data-act='mark']")
	page.locator(f"{SECTION} input[data-pick]").nth(1).check()
	expect(mark).to_be_enabled()
	page.check(f"{SECTION} input[data-pick-all]")
	expect(mark).to_be_disabled()
	expect(mark).to_have_attribute("title", "Somebody else must mark a charge of your own as an upsell.")
	expect(page.locator(f"{SECTION} .upsell-bar [data-act='reassign']")).to_be_enabled()


def test_u2_the_section_follows_the_document_that_is_looked_at(desk, walk):
	viewer = desk(COPIER)
	page = open_section(viewer, f"sales-order/{walk.order}")
	other = w.order(items=[("PUMP", 3, 10)], submit=False)
	frappe.db.commit()
	page.evaluate("(name) => frappe.set_route('Form', 'Sales Order', name)", other.name)
	page.wait_for_selector(f"{SECTION} tfoot:has-text('1 charge')")
	assert page.locator(SECTION).count() == 1
	page.evaluate("() => frappe.new_doc('Sales Order')")
	page.wait_for_function("() => cur_frm.is_new()")
	viewer.settle()
	assert page.locator(SECTION).count() == 0


def test_u2_two_hundred_charges_start_closed_and_are_drawn_at_once(desk, walk):
	order = w.order(items=[(("MILL", "PUMP", "CARE")[n % 3], n % 7 + 1, 1234.5) for n in range(200)])
	frappe.db.commit()
	viewer = desk(COPIER)
	page = open_section(viewer, f"sales-order/{order.name}")
	assert "200 charges" in page.inner_text(f"{SECTION} .upsell-summary")
	assert page.locator(f"{SECTION} .upsell-row").count() == 0
	page.locator(f"{SECTION} .section-head").focus()
	page.keyboard.press("Enter")
	assert page.locator(f"{SECTION} .upsell-row").count() == 200
	milliseconds = page.evaluate(
		"""() => { const times = []; for (let i = 0; i < 5; i++) { const start = performance.now();
			cur_frm.upsell_credit.render(); document.querySelector('.upsell-credit').offsetHeight;
			times.push(performance.now() - start); } return times.sort((a, b) => a - b)[2]; }"""
	)
	print(f"200 charges drawn in {milliseconds:.0f} ms")
	assert milliseconds < 1000
	viewer.picture("upsell-200")
	page.reload()
	page.wait_for_selector(f"{SECTION} .upsell-row")


def test_u2_nothing_runs_over_at_phone_width(desk, walk):
	phone = desk(MANAGER, width=PHONE)
	page = open_section(phone, f"sales-order/{walk.order}")
	detail(page, 1)
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
	assert page.evaluate(
		"() => [...document.querySelectorAll('.upsell-scroll')].every((box) => box.scrollWidth <= box.clientWidth + 1)"
	)
	page.locator(SECTION).scroll_into_view_if_needed()
	phone.picture("upsell-phone")


def test_u10_the_credit_s_own_form_opens_its_document_and_reassigns(desk, walk):
	order = w.order(items=[("MILL", 1, 100)], submit=False)
	frappe.db.commit()
	credit = w.credits(order)[0].name
	manager = desk(MANAGER)
	page = manager.open(f"upsell-credit/{credit}")
	page.wait_for_selector("input[data-fieldname='credit_assigned_to']:visible")
	assert page.evaluate(
		"""() => Object.values(cur_frm.fields_dict).filter((field) => field.df.fieldname && field.disp_status === 'Write'
			&& !['Section Break', 'Column Break'].includes(field.df.fieldtype)).map((field) => field.df.fieldname).sort()"""
	) == ["change_reason", "credit_assigned_to", "is_upsell"]
	manager.picture("upsell-credit")
	page.evaluate(f"() => cur_frm.set_value({{credit_assigned_to: '{BOB}', change_reason: 'Bob sold it'}})")
	page.click("button[data-label='Save']")
	page.wait_for_selector("[data-fieldname='changes'] .grid-row:has-text('Bob sold it')")
	page.click("button:has-text('Open Document')")
	page.wait_for_selector(f"{SECTION} .upsell-row:has-text('Bob')")


def test_u9_the_form_of_a_removed_charge_is_read_only(desk, walk):
	order = w.order(items=[("MILL", 1, 100), ("PUMP", 1, 50)], submit=False)
	with as_user(BOB):
		order.items = order.items[:1]
		order.append("items", w.item_row("CARE", 1, 10))
		order.save()
	frappe.db.commit()
	removed = w.credits(order, removed=True)[0].name
	manager = desk(MANAGER)
	page = manager.open(f"upsell-credit/{removed}")
	page.wait_for_selector(".form-message:has-text('The charge was removed')")
	assert page.locator("input[data-fieldname='credit_assigned_to']:visible").count() == 0
	page = manager.open(f"upsell-credit?voucher_no={order.name}")
	page.wait_for_selector(".list-row-container .indicator-pill:has-text('Removed')")
	page.wait_for_selector(".list-row-container .indicator-pill:has-text('Upsell')")
	manager.picture("upsell-list")


def test_u2_the_connections_lead_to_the_credits(desk, walk):
	page = open_section(desk(MANAGER), f"sales-order/{walk.order}")
	page.click(".form-tabs .nav-link:has-text('Connections')")
	page.wait_for_function(
		"""() => cur_frm.dashboard.transactions_area.find('[data-doctype="Upsell Credit"] .count').text() === '4'"""
	)
	page.evaluate(
		"""() => cur_frm.dashboard.open_document_list(
			cur_frm.dashboard.transactions_area.find('.document-link[data-doctype="Upsell Credit"]'))"""
	)
	expect(page.locator(".frappe-list .list-row-container .list-row")).to_have_count(4)
