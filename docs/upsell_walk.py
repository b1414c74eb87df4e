"""Film how upsell credit goes from a quotation to its closed order, on the demo: bin/demo fresh, then

$FRAPPE_BENCH/env/bin/python docs/upsell_walk.py http://localhost:8000

Each picture is of one user's desk; docs/upsell.md tells the story. The last steps reassign a charge and close the
order, which is opened again at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from sales_extensions import lines
from tests.browser.conftest import CHROMIUM, FLAGS

IMAGES = Path(__file__).parent / "images"
PASSWORD = "sales-demo"
#: ERPNext shows an order that repeats itself without complaint to those who may read Auto Repeat
ADMIN = "Administrator"
SECTION = ".upsell-credit"


class Walk:
	def __init__(self, browser: Browser, address: str):
		self.browser, self.address = browser, address
		self.order = self.quotation = self.recurrence = ""

	@contextmanager
	def desk(self, name: str, width: int = 1280, height: int = 760) -> Iterator[Page]:
		context = self.browser.new_context(viewport={"width": width, "height": height})
		page = context.new_page()
		user = (
			{"usr": f"{name}@example.com", "pwd": PASSWORD}
			if name != ADMIN
			else {"usr": ADMIN, "pwd": "admin"}
		)
		assert page.request.post(f"{self.address}/api/method/login", form=user).ok, user
		page.goto(self.address + lines.desk("user-profile"))
		page.wait_for_function("() => window.frappe && frappe.xcall")
		yield page
		context.close()

	def find(self) -> None:
		"""The order that Bob made of Anna's quotation, adding a charge."""
		with self.desk("manager") as page:
			found = page.evaluate(
				"""() => frappe.db.get_list('Upsell Credit', {fields: ['voucher_no'], limit: 1, order_by: 'creation',
				filters: {upsell_rule: 'Added at Conversion', charge_created_by: 'bob@example.com'}})"""
			)
			self.order = found[0]["voucher_no"]
			self.quotation = page.evaluate(
				"(name) => frappe.db.get_doc('Sales Order', name).then((order) => order.items[0].prevdoc_docname)",
				self.order,
			)
			self.recurrence = page.evaluate(
				"""() => frappe.db.get_list('Upsell Credit', {fields: ['voucher_no'], limit: 1, order_by: 'creation',
				filters: {origin: 'Recurring'}}).then((found) => found[0].voucher_no)"""
			)

	def look(self, page: Page, path: str, charges: int) -> None:
		page.goto(self.address + lines.desk(path))
		page.wait_for_selector(f"{SECTION} .upsell-row:nth-of-type({charges})")

	def open_order(self, page: Page, charges: int = 4) -> None:
		self.look(page, f"sales-order/{self.order}", charges)


def picture(page: Page, name: str, of: str = SECTION) -> None:
	"""What is in the middle of the window is the section, or a dialog above it."""
	page.wait_for_timeout(800)
	if of:
		page.locator(of).first.evaluate("(section) => section.scrollIntoView({block: 'center'})")
		page.wait_for_timeout(500)
	path = IMAGES / f"upsell-{name}.png"
	page.screenshot(path=str(path))
	print(path)


def open_charge(page: Page, number: int) -> None:
	page.locator(f"{SECTION} .upsell-open").nth(number - 1).click()
	page.wait_for_timeout(700)


def quoted(walk: Walk) -> None:
	with walk.desk("anna") as page:
		walk.look(page, f"quotation/{walk.quotation}", 3)
		picture(page, "quotation")


def converted(walk: Walk) -> None:
	with walk.desk("bob", height=900) as page:
		walk.open_order(page)
		open_charge(page, 1)
		picture(page, "order")


def copied(walk: Walk) -> None:
	with walk.desk("dirk") as page:
		walk.open_order(page)
		page.evaluate("() => cur_frm.copy_doc()")
		page.wait_for_function("() => cur_frm.is_new()")
		page.wait_for_timeout(1500)
		page.evaluate(
			"""() => { const day = frappe.datetime.add_days(frappe.datetime.nowdate(), 14);
				cur_frm.doc.items.forEach((row) => { row.delivery_date = day; });
				return cur_frm.set_value('delivery_date', day).then(() => cur_frm.save()); }"""
		)
		page.wait_for_selector(f"{SECTION} .upsell-row")
		page.wait_for_selector(".desk-alert", state="detached")
		picture(page, "copy")


def repeated(walk: Walk) -> None:
	with walk.desk(ADMIN) as page:
		walk.look(page, f"sales-order/{walk.recurrence}", 3)
		picture(page, "recurrence")


def reassigned(walk: Walk) -> None:
	with walk.desk("manager", height=900) as page:
		walk.open_order(page)
		page.locator(f"{SECTION} input[data-pick]").nth(3).check()
		page.click(f"{SECTION} button:has-text('Reassign')")
		page.click(".upsell-dialog input[data-fieldname='user']")
		page.keyboard.type("cleo")
		page.click(".upsell-dialog .awesomplete [role='option']:has-text('cleo@example.com')")
		page.fill(".upsell-dialog textarea", "Cleo had talked the customer into it at the fair.")
		picture(page, "reassign")
		page.click(".upsell-dialog .btn-modal-primary")
		page.wait_for_selector(f"{SECTION} .upsell-row:nth-child(4) svg")
		open_charge(page, 4)
		page.wait_for_selector(".desk-alert", state="detached")
		picture(page, "reassigned")


def closed(walk: Walk) -> None:
	with walk.desk("manager") as page:
		walk.open_order(page)
		status(page, walk.order, "Closed")
		walk.open_order(page)
		picture(page, "closed")
		status(page, walk.order, "Draft")


def status(page: Page, order: str, value: str) -> None:
	page.evaluate(
		"""([name, status]) => frappe.xcall(
			'erpnext.selling.doctype.sales_order.sales_order.update_status', {name, status})""",
		[order, value],
	)


def targeted(walk: Walk) -> None:
	with walk.desk("manager", height=900) as page:
		page.goto(walk.address + lines.desk("sales-target?target_type=Upsell"))
		page.click(".list-row-container .list-subject a >> nth=0")
		page.wait_for_selector(".sales-target-orders")
		picture(page, "target", of="")


def on_a_phone(walk: Walk) -> None:
	with walk.desk("anna", width=390, height=844) as page:
		walk.open_order(page)
		page.locator(SECTION).first.evaluate(
			"(section) => { section.style.scrollMarginTop = '100px'; section.scrollIntoView(); }"
		)
		picture(page, "phone", of="")


def main(address: str) -> None:
	with sync_playwright() as driver:
		browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
		walk = Walk(browser, address)
		walk.find()
		for scene in (quoted, converted, copied, repeated, targeted, on_a_phone, reassigned, closed):
			scene(walk)
		browser.close()


if __name__ == "__main__":
	main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
