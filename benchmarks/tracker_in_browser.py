"""From the click to the first rows in Chromium: the Sales Tracker over 20,000 open jobs, against ERPNext's own list
of the leads among them.

	python benchmarks/tracker_in_browser.py --site SITE [--jobs 20000] [--rounds 9]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import tracker
from common import BENCH, arguments, connect, in_turn, show, verdict
from playwright.sync_api import Page, sync_playwright

from sales_extensions import lines
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.site import http, world

#: Of the tracker to the list, from click to first rows.
BAR = 2
A_SECOND = 1.0
MANAGER = "manager@example.com"
TRACKER = ("sales-tracker", ".st-table tbody tr .st-open")
LEADS = ("lead", ".list-row .list-subject a")


def main() -> None:
	options = arguments(__doc__.splitlines()[0], jobs=20_000, rounds=9).parse_args()
	connect(options.site)
	tracker.build(options.jobs)
	with http.serve(options.site, BENCH / "sites") as url, sync_playwright() as driver:
		page = log_in(driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS), url)
		first, leads = in_turn(options.rounds, opening(page, url, *TRACKER), opening(page, url, *LEADS))
		stages = [until_one_stage(page, url) for _round in range(options.rounds)]
	middle = show("click to first rows of the tracker", first)
	show("click to first rows of the list of leads", leads)
	show("click on a stage to its rows", stages)
	print(f"the very first, with nothing kept by browser and server: {first[0]:.2f} s")
	print(f"under a second: {'yes' if middle < A_SECOND else 'no'}")
	verdict(middle / median(leads), BAR)


def log_in(browser, url: str) -> Page:
	page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
	page.set_default_timeout(60_000)
	answer = page.request.post(f"{url}/api/method/login", form={"usr": MANAGER, "pwd": world.PASSWORD})
	assert answer.ok, answer.text()
	return page


def opening(page: Page, url: str, route: str, row: str) -> Callable[[], float]:
	"""Seconds from the click on a link to `route` until a `row` can be seen, on a desk that has not shown it yet."""

	def seconds() -> float:
		load_desk(page, url)
		start = time.perf_counter()
		page.evaluate("route => { frappe.set_route(route) }", route)
		page.wait_for_selector(row, state="visible")
		return time.perf_counter() - start

	return seconds


def until_one_stage(page: Page, url: str) -> float:
	opening(page, url, *TRACKER)()
	settle(page)
	start = time.perf_counter()
	page.click(".st-stage:has-text('Proposal Sent')")
	page.wait_for_selector(".st-stage[aria-pressed=true]")
	settle(page)
	return time.perf_counter() - start


def load_desk(page: Page, url: str) -> None:
	page.goto(url + lines.desk("user-profile"))
	page.wait_for_selector(".page-head", state="visible")
	settle(page)


def settle(page: Page) -> None:
	page.wait_for_function("() => window.frappe?.request?.ajax_count === 0")


if __name__ == "__main__":
	main()
