"""Take the README's pictures from the demo, so that they stay true: bin/demo, then

$FRAPPE_BENCH/env/bin/python docs/screenshots.py http://localhost:8000 [name of a picture ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from sales_extensions import lines
from tests.browser.conftest import CHROMIUM, FLAGS

IMAGES = Path(__file__).parent / "images"
ADMIN = "Administrator"
MANAGER, SELLER, DUTCH = (f"{name}@example.com" for name in ("manager", "anna", "cleo"))
PASSWORDS = {ADMIN: "admin", MANAGER: "sales-demo", SELLER: "sales-demo", DUTCH: "sales-demo"}


def main(address: str, *only: str) -> None:
	with sync_playwright() as driver:
		browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
		pages: dict[str, Page] = {}
		for name, user, take in PICTURES:
			if only and name not in only:
				continue
			if user not in pages:
				pages[user] = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
				log_in(pages[user], address, user)
			take(pages[user], address)
			settle(pages[user])
			keep(pages[user], IMAGES / f"{name}.png")
		browser.close()


def keep(page: Page, path: Path) -> None:
	"""With 256 colours: text stays as sharp, and a clone of the repository small."""
	page.screenshot(path=str(path))
	with Image.open(path) as picture:
		picture.convert("RGB").quantize(256).save(path, optimize=True)
	print(f"{path}: {path.stat().st_size // 1000} kB")


def settle(page: Page) -> None:
	page.wait_for_function("() => window.frappe && frappe.request && frappe.request.ajax_count === 0")
	page.wait_for_timeout(2500)


def log_in(page: Page, address: str, user: str) -> None:
	page.goto(f"{address}/login")
	page.evaluate(
		"""([usr, pwd]) => fetch('/api/method/login', {method: 'POST', body: new URLSearchParams({usr, pwd})})""",
		[user, PASSWORDS[user]],
	)


def a_target(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1280, "height": 860})
	page.goto(address + lines.desk("sales-target"))
	page.wait_for_selector(".list-row-container")
	page.evaluate(
		"""() => frappe.db.get_value('Sales Target', {title: ['like', 'Team North 20%']}, 'name')
		.then((found) => frappe.set_route('Form', 'Sales Target', found.message.name))"""
	)
	page.wait_for_selector(".sales-target-orders")


def an_order(page: Page, address: str) -> None:
	page.click(".sales-target-orders tbody a >> nth=0")
	page.click("button:has-text('Sales Credit')")
	page.click("a.dropdown-item:has-text('Who Is Credited')")
	page.wait_for_selector(".sales-credit-dialog", state="visible")


def an_allocation(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1280, "height": 1060})
	page.goto(address + lines.desk("order-allocation"))
	page.click(".list-row-container .list-subject a >> nth=0")
	page.wait_for_selector("[data-fieldname='shares'] .grid-row")
	page.evaluate(
		"""() => {
			const [share] = cur_frm.doc.shares;
			return frappe.model.set_value(share.doctype, share.name, { basis: 'Percentage', percentage: 35 });
		}"""
	)
	page.wait_for_selector(".allocation-preview")


def shown(path: str, height: int, wait: str, width: int = 1280) -> Callable[[Page, str], None]:
	def take(page: Page, address: str) -> None:
		page.set_viewport_size({"width": width, "height": height})
		page.goto(address + lines.desk(path))
		page.wait_for_selector(wait)

	return take


def a_digest(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1280, "height": 900})
	page.goto(address + lines.desk("sales-extensions-settings"))
	page.click("button:has-text('Preview Weekly Digest')")
	page.wait_for_selector(".modal.show table")


def conversations(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1280, "height": 860})
	page.goto(address + lines.desk("lead?company_name=Molen De Valk"))
	page.click(".list-row-container .list-subject a >> nth=0")
	page.click(".form-tabs .nav-link:has-text('Conversations')")


def first_of(path: str, wait: str, height: int = 900) -> Callable[[Page, str], None]:
	"""The first document of a list."""

	def take(page: Page, address: str) -> None:
		page.set_viewport_size({"width": 1280, "height": height})
		page.goto(address + lines.desk(path))
		page.click(".list-row-container .list-subject a >> nth=0")
		page.wait_for_selector(wait)

	return take


PICTURES: tuple[tuple[str, str, Callable[[Page, str], None]], ...] = (
	("team", MANAGER, shown("team-sales", 900, ".number-widget-box .number")),
	("target", MANAGER, a_target),
	("order", MANAGER, an_order),
	("allocation", MANAGER, an_allocation),
	("pipeline", MANAGER, shown("query-report/Pipeline Overview", 1060, ".dt-row")),
	("tracker", MANAGER, shown("sales-tracker", 900, ".st-table tbody tr")),
	("digest", ADMIN, a_digest),
	("attainment", MANAGER, shown("query-report/Attainment", 1180, ".dt-row")),
	("statement", MANAGER, shown("query-report/Seller Statement?sales_person=Anna de Vries", 820, ".dt-row")),
	("closed", MANAGER, first_of("sales-target?period_status=Closed", ".sales-target-adjustments")),
	("sales-statement", MANAGER, first_of("sales-statement", ".statement-lines tbody tr", 1000)),
	("mine", SELLER, shown("my-sales", 1240, ".day-item")),
	("my-day", SELLER, shown("my-day", 900, ".my-day-item")),
	("follow-ups", SELLER, shown("query-report/Follow Ups", 620, ".dt-row")),
	("conversations", SELLER, conversations),
	("phone-nl", DUTCH, shown("my-sales", 1400, ".glance-row", width=390)),
)


if __name__ == "__main__":
	main(*(sys.argv[1:] or ["http://localhost:8000"]))
