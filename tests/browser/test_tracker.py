"""The Sales Tracker in the desk: open, filter, cog, summary with its actions, export, phone (K1-K5)."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import lines
from tests.site import tracker_world
from tests.site import world as w

MANAGER, SELLER = "manager@example.com", "anna@example.com"


@pytest.fixture(scope="module")
def made(server):
	w.wipe()
	found = tracker_world.build()
	frappe.get_doc("Lead", found["fresh"]).add_comment("Comment", "They want a quotation by Friday.")
	frappe.db.commit()
	yield found
	frappe.db.rollback()
	tracker_world.wipe()


@pytest.fixture(scope="module")
def empty(server):
	tracker_world.wipe()


def open_tracker(desk):
	page = desk.open("sales-tracker")
	page.wait_for_selector(".st-table tbody tr, .st-empty")
	page.wait_for_selector(".st-stage", state="attached")
	desk.settle()
	return page


def open_job(page, name: str):
	page.click(f"tr:has(.st-open:has-text('{name}')) .st-open")
	page.wait_for_selector(".sales-tracker-job .st-details", state="visible", timeout=10_000)
	return page.locator(".sales-tracker-job")


def test_k1_an_empty_tracker_says_so(desk, empty):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	assert "No active lead" in page.inner_text(".st-empty")
	manager.picture("tracker-empty")


def test_k1_k5_table_cards_and_stages(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	assert page.locator(".st-table tbody tr").count() == 7
	page.click(".st-stage:has-text('Proposal Sent')")
	manager.settle()
	assert page.locator(".st-table tbody tr").count() == 2
	assert page.get_attribute(".st-stage:has-text('Proposal Sent')", "aria-pressed") == "true"
	page.click(".st-stage-filter button")
	page.check(".st-inactive input")
	manager.settle()
	assert page.locator(".st-table tbody tr").count() == 12
	manager.picture("tracker", full_page=True)


def test_k2_a_filter_on_any_field(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	page.click(".st-filter .filter-button")
	page.wait_for_selector(".filter-popover .fieldname-select-area input")
	page.fill(".filter-popover .fieldname-select-area input", "Territory")
	page.click(".filter-popover .awesomplete li:has-text('Territory') >> nth=0")
	page.fill(".filter-popover .filter-field input", "Spain")
	manager.settle()
	manager.picture("tracker-filter")
	page.click(".filter-popover .filter-field [role='option']:has-text('Spain') >> nth=0")
	# the desk's own list may open again and lie over the button
	page.locator(".filter-popover .apply-filters").evaluate("(button) => button.click()")
	manager.settle()
	page.wait_for_function("() => document.querySelectorAll('.st-table tbody tr').length === 2")
	page.click(".st-filter .filter-x-button")
	page.wait_for_function("() => document.querySelectorAll('.st-table tbody tr').length === 7")


def test_k2_the_cog_leads_to_the_settings(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	page.click(".st-cog")
	page.wait_for_selector("[data-fieldname='tracker_fields'] .grid-body")
	page.click("button:has-text('Add Fields')")
	page.wait_for_selector(".modal.show .checkbox-options .checkbox")
	manager.picture("tracker-settings")
	page.click(".modal.show .btn-modal-close")
	page.click("button:has-text('Add Missing Statuses')")
	page.wait_for_selector(".desk-alert:has-text('No status is missing')")
	manager.picture("tracker-settings-form", full_page=True)


def test_k2_the_users_own_order_is_kept(desk, made):
	seller = desk(SELLER)
	page = open_tracker(seller)
	page.click(".st-cog")  # who may not change the settings orders their own columns
	page.wait_for_selector(".st-columns li")
	page.click(".st-columns li:has-text('Status') .st-up")
	page.uncheck(".st-columns li:has-text('Territory') input")
	seller.picture("tracker-columns")
	page.click(".modal.show .btn-primary")
	seller.settle()
	heads = desk_heads(page)
	assert heads[2:4] == ["Status", "Customer"] and "Territory" not in heads
	again = desk(SELLER)
	assert desk_heads(open_tracker(again)) == heads


def desk_heads(page) -> list[str]:
	return [text.strip(" ↓↑") for text in page.locator(".st-table th").all_inner_texts()]


@pytest.mark.parametrize("width", [1280, 390])
def test_k1_a_quotation_and_its_opportunity_name_each_other(desk, made, width):
	manager = desk(MANAGER, width=width)
	page = open_tracker(manager)
	page.check(".st-inactive input")
	quoted = page.locator(f"tr:has(.st-open:has-text('{made['quotation']}')) .st-job .st-deal")
	quoted.wait_for()
	assert quoted.inner_text() == f"from {made['opportunity']}"
	own = page.locator(f"tr:has(.st-open:has-text('{made['opportunity']}')) .st-job")
	assert f"quoted in {made['quotation']}" in own.inner_text() and f"from {made['lead']}" in own.inner_text()
	manager.picture(f"tracker-deal-{width}")
	assert own.locator(".st-open").bounding_box()["height"] < 70, "its name is in a line"
	quoted.locator("a").click()
	page.wait_for_url(f"**/opportunity/{made['opportunity']}")


def test_k3_the_summary_and_its_three_actions(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	dialog = open_job(page, made["fresh"])
	manager.picture("job-details")
	dialog.locator(".nav-link:has-text('Story')").click()
	page.wait_for_selector(".st-story:has-text('by Friday')", timeout=10_000)
	dialog.locator(".st-add-story").click()
	page.wait_for_selector(".st-comment .ql-editor", state="visible")
	page.click(".st-comment .ql-editor")
	page.keyboard.type("Called them, will send it tomorrow.")
	page.click(".st-comment .btn-comment")
	page.wait_for_selector(".st-story:has-text('will send it tomorrow')")
	manager.picture("job-story")

	dialog.locator(".st-assign").click()
	page.wait_for_selector(".modal.show [data-fieldname='assign_to_me'] input:visible")
	titles = page.locator(".modal.show .modal-title").all_inner_texts()
	assert f"Assign Lead {made['fresh']}" in titles and page.inner_text(".st-assign") == "Assign"
	page.click(".modal.show [data-fieldname='assign_to_me'] input:visible")
	manager.picture("job-assign")
	page.click(".modal.show:has([data-fieldname='assign_to_me']) .btn-modal-primary")
	page.wait_for_selector(".st-story:has-text('assigned')")

	dialog.locator(".st-reminder").click()
	page.wait_for_selector(".modal.show [data-fieldname='remind_at'] input:visible")
	manager.settle()
	manager.picture("job-reminder")
	page.click(".modal.show:has([data-fieldname='remind_at']) .btn-modal-primary")
	page.wait_for_selector(".desk-alert:has-text('You will be reminded')")
	frappe.db.commit()
	about = {"reference_type": "Lead", "reference_name": made["fresh"]}
	assert frappe.db.get_value("ToDo", about, "allocated_to") == MANAGER
	assert frappe.db.exists("Reminder", {"reminder_docname": made["fresh"], "user": MANAGER})


def test_k3_related_items_link_and_escape(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	opener = f"tr:has(.st-open:has-text('{made['quotation']}')) .st-open"
	page.focus(opener)
	page.keyboard.press("Enter")
	page.wait_for_selector(".sales-tracker-job .st-details", state="visible", timeout=10_000)
	page.click(".sales-tracker-job .nav-link:has-text('Related')")
	page.wait_for_selector(f".st-related:has-text('{made['opportunity']}')", timeout=10_000)
	manager.picture("job-related")
	page.keyboard.press("Escape")
	page.wait_for_selector(".sales-tracker-job", state="hidden")
	page.wait_for_function("() => document.activeElement.className === 'st-open'", timeout=10_000)
	assert made["quotation"] in page.evaluate("() => document.activeElement.innerText")
	page.keyboard.press("Enter")
	page.click(".sales-tracker-job .st-full", timeout=10_000)
	page.wait_for_url(f"**/quotation/{made['quotation']}")


def test_k4_export_is_there_only_for_who_may(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	with page.expect_download() as waiting:
		page.click("button:has-text('Export'):visible")
	text = waiting.value.path().read_text("utf-8-sig")
	assert made["quotation"] in text and made["cold"] not in text
	seller = desk(SELLER)
	page = open_tracker(seller)
	assert page.locator("button:has-text('Export'):visible").count() == 0


def test_the_tracker_works_at_phone_width(desk, made):
	manager = desk(MANAGER, width=390)
	page = open_tracker(manager)
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
	manager.picture("tracker-phone", full_page=True)
	open_job(page, made["quotation"])
	page.wait_for_timeout(400)
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
	manager.picture("job-phone")
	page.click(".sales-tracker-job .st-assign")
	page.wait_for_selector(".modal.show [data-fieldname='assign_to_me'] input:visible")
	page.wait_for_timeout(400)
	manager.picture("job-assign-phone")


def rows(page, count: int) -> None:
	page.wait_for_function(f"() => document.querySelectorAll('.st-table tbody tr').length === {count}")


def filter_by(page, key: str, value: str) -> None:
	page.evaluate(
		"""([key, value]) => { const { tracker } = frappe.pages["sales-tracker"];
			return tracker.filters.add_filters([["Sales Tracker", key, "=", value]]).then(() => tracker.filters_changed()); }""",
		[key, value],
	)


def test_k1_k2_what_is_looked_at_stands_in_the_address_and_is_there_after_f5(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	filter_by(page, "c_territory", "Spain")
	rows(page, 2)
	page.check(".st-inactive input")
	page.click(".st-sort >> nth=0")
	page.click(".st-stage:not(:has(.st-stage-jobs:text-is('0'))) >> nth=0")
	page.wait_for_selector(".st-stage[aria-pressed='true']")
	manager.settle()
	address, seen = page.url, page.inner_text(".st-table")
	for words in ("stage=", "filters=", "inactive=1", "order_by="):
		assert words in address
	pressed = page.inner_text(".st-stage[aria-pressed='true'] .st-stage-name")
	for _again in ("F5", "a colleague"):
		page.goto(address)
		page.wait_for_selector(".st-stage[aria-pressed='true']")
		manager.settle()
		assert page.inner_text(".st-table") == seen and page.url == address
		assert page.inner_text(".st-stage[aria-pressed='true'] .st-stage-name") == pressed
		assert "1" in page.inner_text(".filter-button:visible") and page.is_checked(".st-inactive input")
	# and no other list is filtered by it
	page.evaluate("() => frappe.set_route('List', 'Lead')")
	page.wait_for_selector(".frappe-list .list-row-container")
	assert page.evaluate("() => cur_list.filter_area.get().length") == 0


def test_k2_a_stage_that_there_is_no_more_is_left_out_of_an_address(desk, made):
	manager = desk(MANAGER)
	open_tracker(manager)
	page = manager.page
	page.goto(manager.url + lines.desk("sales-tracker?stage=Gone%20Stage&kind=Nonsense"))
	page.wait_for_selector(".st-table tbody tr")
	manager.settle()
	assert page.evaluate("() => frappe.pages['sales-tracker'].tracker.query.stages.length") == 0


def test_k3_escape_in_a_list_after_a_job_was_looked_at_is_the_desks_own(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	page.click(f"tr:has(.st-open:has-text('{made['quotation']}')) .st-open")
	page.wait_for_selector(".sales-tracker-job .st-details", state="visible", timeout=10_000)
	manager.settle()
	page.keyboard.press("Escape")
	page.wait_for_selector(".sales-tracker-job", state="detached")
	page.evaluate(
		"""() => {
			const dialog = new frappe.ui.Dialog({ title: 'x', fields: [{ fieldtype: 'Date', fieldname: 'day', label: 'Day' }] });
			window.heard = 0;
			dialog.$wrapper.on('keydown', () => (window.heard += 1));
			dialog.show();
		}"""
	)
	page.wait_for_selector(".modal.show")
	page.click(".modal.show [data-fieldname=day] input")
	page.wait_for_selector(".datepicker.active")
	page.keyboard.press("Escape")
	assert page.evaluate("() => window.heard") == 1, "a dialog of another app gets what is typed into it"


def test_k2_the_address_has_the_columns(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	some = page.evaluate(
		"() => frappe.pages['sales-tracker'].tracker.columns.slice(0, 2).map(({ key }) => key)"
	)
	page.goto(
		manager.url + lines.desk(f"sales-tracker?columns={some[1]},{some[0]},nonsense&filters=%5Bbroken")
	)
	page.wait_for_selector(".st-table tbody tr")
	manager.settle()
	assert (
		page.evaluate("() => frappe.pages['sales-tracker'].tracker.columns.map(({ key }) => key)")
		== some[::-1]
	)
	assert len(desk_heads(page)) == 5
	again = desk(MANAGER)
	assert len(desk_heads(open_tracker(again))) > 5, "what a link shows is not kept as one's own"


def test_k2_saved_filters(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	filter_by(page, "c_territory", "Spain")
	rows(page, 2)
	page.click(".st-saved button:has-text('Saved Filters')")
	page.click(".st-saved [data-act='save']")
	page.fill(".modal.show input[data-fieldname='filter_name']", "Spain <b>only</b>")
	page.click(".modal.show .btn-modal-primary")
	page.wait_for_selector(".modal.show", state="detached")
	page.click(".st-filter .filter-x-button")
	rows(page, 7)
	page.click(".st-saved button:has-text('Saved Filters')")
	page.click(".st-saved [data-act='apply']:has-text('Spain <b>only</b>')")
	rows(page, 2)
	assert "1" in page.inner_text(".filter-button:visible") and "filters=" in page.url
	other = desk(SELLER)
	open_tracker(other).click(".st-saved button:has-text('Saved Filters')")
	other.page.wait_for_selector(".st-saved [data-act='save']")
	assert other.page.locator(".st-saved [data-act='apply']").count() == 0, "one's own are one's own"
	page.click(".st-saved button:has-text('Saved Filters')")
	page.click(".st-saved [data-act='remove']")
	page.click(".modal.show .btn-primary:has-text('Yes')")
	manager.settle()
	frappe.db.rollback()
	assert not frappe.db.exists("List Filter", {"reference_doctype": "Sales Tracker Settings"})


def test_k2_what_an_administrator_saved_for_all_is_theirs_to_remove(desk, made):
	kept = frappe.get_doc(
		{"doctype": "List Filter", "reference_doctype": "Sales Tracker Settings", "filter_name": "For all",
			"for_user": "", "filters": "stages=Won"}
	).insert(ignore_permissions=True)  # fmt: skip
	frappe.db.commit()
	for user, may_remove in ((SELLER, 0), (MANAGER, 0), ("admin-and-manager@example.com", 1)):
		if may_remove:
			both_roles(user)
		page = open_tracker(desk(user))
		page.click(".st-saved button:has-text('Saved Filters')")
		page.wait_for_selector(".st-saved [data-act='apply']:has-text('For all')")
		assert page.locator(".st-saved [data-act='remove']").count() == may_remove, user
	kept.delete()
	frappe.db.commit()


def both_roles(user: str) -> None:
	frappe.set_user("Administrator")
	if not frappe.db.exists("User", user):
		frappe.get_doc(
			{"doctype": "User", "email": user, "first_name": "Both", "send_welcome_email": 0, "new_password": w.PASSWORD,
				"roles": [{"role": role} for role in ("System Manager", "Sales Manager", "Sales User")]}
		).insert()  # fmt: skip
	frappe.db.commit()


def test_k2_a_filter_that_a_link_brought_to_the_tracker_filters_no_list_after_it(desk, made):
	manager = desk(MANAGER)
	page = manager.open("sales-tracker?territory=Spain")
	page.wait_for_selector(".st-table tbody tr")
	for doctype in ("Customer", "Lead"):
		manager.settle()
		page.evaluate("(doctype) => frappe.set_route('List', doctype, 'List')", doctype)
		page.wait_for_function("(doctype) => window.cur_list?.doctype === doctype", arg=doctype)
		manager.settle()
		assert page.evaluate("() => cur_list.filter_area.get()") == [], doctype
		page.evaluate(
			"() => { frappe.route_options = { territory: 'Spain' }; frappe.set_route('sales-tracker') }"
		)
		page.wait_for_selector(".st-table tbody tr", state="visible")


def test_k1_a_bar_and_its_label_lead_to_its_jobs(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	names = page.locator(".st-stage-name").all_inner_texts()
	place = names.index("Proposal Sent")
	for what in ("rect.bar", ".x.axis text"):
		page.mouse.click(*middle(page, f".st-chart {what}", place))
		page.wait_for_selector(".st-stage[aria-pressed='true']:has-text('Proposal Sent')")
		rows(page, 2)
		page.click(".st-stage-filter button")
		page.wait_for_selector(".st-stage[aria-pressed='true']", state="detached")
		rows(page, 7)
		manager.settle()


def middle(page, selector: str, place: int) -> list[float]:
	"""Where the middle of a part of a chart is, once it is drawn."""
	return page.wait_for_function(
		"""([selector, place]) => { const part = document.querySelectorAll(selector)[place]?.getBoundingClientRect();
			return part?.width && [part.x + part.width / 2, part.y + Math.max(part.height, 2) / 2]; }""",
		arg=[selector, place],
	).json_value()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_k1_a_phone_s_first_screen_has_jobs_on_it(desk, made, theme):
	manager = desk(MANAGER, width=390)
	manager.page.set_viewport_size({"width": 390, "height": 844})
	page = open_tracker(manager)
	page.evaluate("(theme) => document.documentElement.setAttribute('data-theme', theme)", theme)
	manager.picture(f"tracker-first-screen-{theme}")
	assert page.locator(".st-table tbody tr").first.bounding_box()["y"] < 600
	assert not page.locator(".st-stage").first.is_visible()
	page.click(".st-stages summary")
	page.click(".st-stage:has-text('Proposal Sent')")
	rows(page, 2)
	assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_k2_who_comes_back_from_the_settings_sees_what_was_changed_there(desk, made):
	manager = desk(MANAGER)
	page = open_tracker(manager)
	page.evaluate(
		"""() => { const { tracker } = frappe.pages["sales-tracker"];
			return tracker.filters.add_filters([["Sales Tracker", "c_customer", "like", "%Friesland%"],
				["Sales Tracker", "c_territory", "=", "Holland"]]).then(() => tracker.filters_changed()); }"""
	)
	page.wait_for_function("() => document.querySelectorAll('.st-table tbody tr').length < 7")
	manager.settle()
	before = page.locator(".st-table tbody tr").count()
	assert before and "Territory" in desk_heads(page)
	page.click(".st-cog")
	page.wait_for_selector("[data-fieldname='tracker_fields'] .grid-body")
	page.evaluate(
		"""() => { for (const row of cur_frm.doc.tracker_fields) {
			if (row.label === "Territory") frappe.model.set_value(row.doctype, row.name, "visible", 0);
			if (row.label === "Source") frappe.model.set_value(row.doctype, row.name, "label", "Came By"); }
			const source = cur_frm.doc.tracker_fields.filter((row) => row.label === "Came By");
			for (const row of source) frappe.model.set_value(row.doctype, row.name, "visible", 1); }"""
	)
	page.click(".primary-action:visible")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	page.click("button:has-text('Sales Tracker'):visible")
	page.wait_for_selector(".st-table th:has-text('Came By')")
	manager.settle()
	assert "Territory" not in desk_heads(page)
	assert page.locator(".st-table tbody tr").count() == before
	assert "2" in page.inner_text(".filter-button:visible")
	assert page.locator(".st-cog:visible").count() == 1
	page.click(".st-filter .filter-x-button")
	page.wait_for_function("() => document.querySelectorAll('.st-table tbody tr').length === 7")
	frappe.db.set_value("Lead", made["fresh"], "status", "Do Not Contact")
	frappe.db.commit()
	page.go_back()
	page.wait_for_selector("[data-fieldname='tracker_fields'] .grid-body")
	page.go_forward()
	page.wait_for_function("() => document.querySelectorAll('.st-table tbody tr').length === 6")
