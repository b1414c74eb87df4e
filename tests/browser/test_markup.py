"""Text of documents and of people is shown as text, on every page of the app (X5).

Harmless markup stands in each text field that somebody types. Where it has become an element, a script would have run.
"""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import lines
from tests.browser import sweep
from tests.site import conversations_world as cw
from tests.site import day_world, tracker_world
from tests.site import world as w

MANAGER, ANNA = "manager@example.com", "anna@example.com"
MARK = '<b id="mark">bold</b>'
#: What others name people, parties and charges, and documents as they may have been saved past all cleaning.
NAMES = {
	"Customer": ("customer_name",), "Item": ("item_name", "description"), "Employee": ("employee_name",),
	"User": ("full_name",),
}  # fmt: skip
DOCUMENTS = {
	"Sales Order": ("customer_name", "po_no", "title"), "Sales Order Item": ("item_name", "description"),
	"Quotation": ("customer_name", "title"), "Quotation Item": ("item_name", "description"),
	"Lead": ("lead_name", "title", "company_name", "email_id"), "Opportunity": ("title", "customer_name"),
	"Prospect": (), "Event": ("subject",), "ToDo": ("description",), "Communication": ("subject",),
}  # fmt: skip
#: The desk's own: who wrote what, and what it lists of other apps' documents.
OF_THE_DESK = ".form-sidebar, .form-footer, .new-timeline, .navbar, .list-row-like, .avatar, [role='option']"
#: What is ours on forms that are not.
OURS = ".form-dashboard-section.custom, .upsell-credit, .party-conversations, .conversation-in-timeline, .modal.show"

FOUND = """([theirs, ours, whole]) => [...document.querySelectorAll("#mark, [id^=mark]")]
	.filter((one) => whole ? !one.closest(theirs) || one.closest(ours) : one.closest(ours))
	.filter((one) => one.closest(".page-container:not([style*='display: none']), .modal, .graph-svg-tip, .tooltip"))
	.map((one) => `${one.closest("[class]")?.className}: ${one.parentElement.outerHTML.slice(0, 160)}`)"""


@pytest.fixture(scope="module")
def shop(server):
	frappe.set_user("Administrator")
	before = {
		(doctype, name, field): frappe.db.get_value(doctype, name, field)
		for doctype, fields in NAMES.items()
		for name in frappe.get_all(doctype, pluck="name")
		for field in fields
	}
	write({key: f"{value or ''} {MARK}"[:140] for key, value in before.items()})
	frappe.clear_cache()
	w.policy(enable_upsell_tracking=1)
	made = documents()
	mark_documents()
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	frappe.set_user("Administrator")
	write(before)
	frappe.db.commit()
	frappe.clear_cache()


def write(values: dict) -> None:
	for (doctype, name, field), value in values.items():
		frappe.db.set_value(doctype, name, field, value, update_modified=False)


def documents() -> dict[str, str]:
	found = tracker_world.build()
	target = w.target(2000, ("Anna", "Bob"), title=f"Target {MARK}")
	w.target(3, ("Anna",), numeric=True, title=f"Orders {MARK}")
	w.target(500, ("Bob",), title=f"Upsells {MARK}", target_type="Upsell", item_group="Machines")
	order = w.order(1500, team={"Anna": 60, "Bob": 40})
	order.reload()
	w.allocation(order.name, w.percent("Anna", 30))
	with day_world.as_user("bob@example.com"):
		draft = w.order(200, submit=False)
	draft.append("items", {**w.item_row("PUMP", 1, 75), "item_name": f"Pump {MARK}", "description": MARK})
	draft.save().submit()
	credit = w.credits(draft)[-1].name
	frappe.get_doc("Upsell Credit", credit).update(
		{"credit_assigned_to": "bob@example.com", "change_reason": f"Agreed {MARK}", "is_upsell": 1}
	).save()
	talk = day_world.talk(ANNA, due=-2, with_whom=f"With {MARK}", note=f"Said {MARK}")
	day_world.talk(MANAGER, due=0, with_whom=f"With {MARK}", note=f"Said {MARK}")
	with day_world.as_user(ANNA):
		cw.conversation(pipeline_position="Qualifying", with_whom=f"With {MARK}", note=f"Said {MARK}")
		cw.conversation(found["fresh"], party_type="Lead", pipeline_position="Progression", note=MARK)
	with day_world.as_user(MANAGER):
		actions = frappe.get_attr("sales_extensions.api.conversation_actions.make_event")
		actions(talk.name, subject=f"Visit {MARK}")
		frappe.get_attr("sales_extensions.api.conversation_actions.make_todo")(
			talk.name, subject=f"Task {MARK}"
		)
	settings = frappe.get_doc("Sales Tracker Settings")
	settings.tracker_fields[0].label = f"Label {MARK}"
	settings.save()
	return found | {"sales_target": target.name, "sales_person": "Anna", "order": order.name,
		"upsold": draft.name, "talk": talk.name}  # fmt: skip


def mark_documents() -> None:
	for doctype, fields in DOCUMENTS.items():
		for field in {lines.field(doctype, field) for field in fields}:
			frappe.db.sql(
				f"""UPDATE `tab{doctype}` SET `{field}` = LEFT(CONCAT(COALESCE(`{field}`, ''), %s), 139)
				WHERE COALESCE(`{field}`, '') NOT LIKE '%%id="mark"%%'""",
				" " + MARK,
			)


def marks(page, *, whole: bool = True) -> list[str]:
	return page.evaluate(FOUND, [OF_THE_DESK, OURS, whole])


def hover_charts(page) -> None:
	for chart in page.locator(".page-container:visible .frappe-chart").all():
		box = chart.bounding_box()
		if box:
			for part in (0.2, 0.35, 0.5, 0.65, 0.8):
				page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * 0.6)
	page.wait_for_timeout(50)


def test_x5_on_no_page_has_text_become_an_element(desk, shop):
	manager = desk(MANAGER)
	page = manager.open("todo")
	ours = set(frappe.get_all("DocType", {"module": sweep.MODULE}, pluck="name"))
	wrong, number = [], 0
	for route in sweep.routes_of(MANAGER)[sweep.OPEN]:
		sweep.show(page, route, shop)
		hover_charts(page)
		whole = route[0] not in ("Form", "new") or route[1] in ours
		wrong += [("/".join(route), one) for one in marks(page, whole=whole)]
		number += "bold" in page.inner_text("body")
	assert wrong == []
	assert number > 15, "the marks are there to be seen"


def test_x5_nor_in_any_dialog(desk, shop):
	manager = desk(MANAGER)
	page = manager.open(f"sales-order/{shop['upsold']}")
	wrong = []

	def look(where: str) -> None:
		manager.settle()
		assert page.locator(".modal.show").count(), where
		assert "bold" in page.locator(".modal.show").last.inner_text(), where
		wrong.extend((where, one) for one in marks(page, whole=False))
		page.evaluate("() => frappe.ui.open_dialogs?.slice().forEach((dialog) => dialog.hide())")
		page.wait_for_function("() => !document.querySelector('.modal.show')")

	page.wait_for_selector(".upsell-credit .upsell-row")
	for opens in page.locator(".upsell-open").all():
		opens.click()
	wrong.extend(("detail", one) for one in marks(page, whole=False))
	page.locator("[data-pick-all]").check()
	page.locator('.upsell-bar [data-act="reassign"]').click()
	look("reassign")
	page.evaluate(
		"() => void sales_extensions.conversations.quick_add({ party_type: 'Customer', party: 'Shop One' })"
	)
	manager.settle()
	wrong.extend(("quick add", one) for one in marks(page, whole=False))
	page.evaluate("() => frappe.ui.open_dialogs?.slice().forEach((dialog) => dialog.hide())")
	manager.open("query-report/Follow Ups?whose=All")
	page.locator(".follow-up-answer").first.click()
	look("answer")
	manager.open("sales-tracker")
	page.wait_for_selector(".st-table tbody tr")
	for kind in ("Lead", "Opportunity", "Quotation"):
		name = {"Lead": "fresh", "Opportunity": "opportunity", "Quotation": "quotation"}[kind]
		page.evaluate("([kind, name]) => sales_extensions.tracker.open_job(kind, name)", [kind, shop[name]])
		page.wait_for_selector(".sales-tracker-job.show")
		for tab in ("related", "story", "details"):
			page.locator(f"#st-tab-{tab}").click()
		look(f"job {kind}")
	assert wrong == []
