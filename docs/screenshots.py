"""Take the README's pictures from the demo, so that they stay true: bin/demo, then

$FRAPPE_BENCH/env/bin/python docs/screenshots.py http://localhost:8000
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

IMAGES = Path(__file__).parent / "images"
MANAGER, PASSWORD = "manager@example.com", "sales-demo"


def main(address: str) -> None:
	with sync_playwright() as driver:
		browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
		page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
		log_in(page, address)
		for name, take in (
			("list", a_list),
			("target", a_target),
			("order", an_order),
			("allocation", an_allocation),
		):
			take(page, address)
			page.wait_for_timeout(1500)
			page.screenshot(path=str(IMAGES / f"{name}.png"))
			print(IMAGES / f"{name}.png")
		browser.close()


def log_in(page: Page, address: str) -> None:
	page.goto(f"{address}/login")
	page.evaluate(
		"""([usr, pwd]) => fetch('/api/method/login', {method: 'POST', body: new URLSearchParams({usr, pwd})})""",
		[MANAGER, PASSWORD],
	)


def a_list(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1440, "height": 560})
	page.goto(f"{address}/app/sales-target")
	page.wait_for_selector(".list-row-container")


def a_target(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1280, "height": 860})
	page.click(".list-row-container a:has-text('Team North')")
	page.wait_for_selector(".sales-target-orders")


def an_order(page: Page, address: str) -> None:
	page.click(".sales-target-orders tbody a >> nth=0")
	page.click("button:has-text('Sales Credit')")
	page.click("a.dropdown-item:has-text('Who Is Credited')")
	page.wait_for_selector(".sales-credit-dialog", state="visible")


def an_allocation(page: Page, address: str) -> None:
	page.set_viewport_size({"width": 1280, "height": 1060})
	page.goto(f"{address}/app/order-allocation")
	page.click(".list-row-container .list-subject a >> nth=0")
	page.wait_for_selector(".allocation-preview")


if __name__ == "__main__":
	main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
