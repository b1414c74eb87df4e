"""Browser tests drive Chromium on the real desk, as a person would."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path

import frappe
import pytest

from sales_extensions import lines
from tests.chromium import CHROMIUM, FLAGS
from tests.site import clock
from tests.site.conftest import (  # noqa: F401
	pytest_configure,
	pytest_runtest_protocol,
	served,
	server,
	site,
	transaction,
)
from tests.site.world import PASSWORD

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: run bin/test")

#: where a test leaves its pictures; nowhere unless asked
PICTURES = os.environ.get("SALES_EXTENSIONS_PICTURES")
#: what the console may say that is not ours: no realtime server runs beside the tests
NOT_OURS = (
	"socket.io",
	"ERR_CONNECTION_REFUSED",
	"favicon",
	"Error in fetching the page",
	"date_of_birth.datepicker.update",
)
#: ERPNext's form of an Employee looks for the calendar of a field that its reader may not change
NO_CALENDAR = "Cannot read properties of undefined (reading 'update')"
#: the chart library swaps a chart's drawing for an animated one while it is updated, and trips over a resize meanwhile
CHART_RESIZED = "Failed to execute 'removeChild' on 'Node'"
WAIT = 30_000
#: Bootstrap is deaf while a dialog comes or goes, for longer than a test takes to click where the machine is busy: a
#: person is slower, and a dialog that was answered goes
HEARS = """() => {
	const begun = setInterval(() => {
		const modal = window.jQuery?.fn?.modal?.Constructor?.prototype;
		if (!modal) return;
		clearInterval(begun);
		Object.defineProperty(modal, "_isTransitioning", { get: () => false, set: () => {} });
	}, 10);
}"""


@pytest.fixture(scope="session")
def chromium():
	with playwright.sync_playwright() as driver:
		browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
		yield browser
		browser.close()


@pytest.fixture(scope="session")
def browsers(chromium):
	"""Browsers with nobody logged in. One that is handed back is a new one but for the desk's files that it keeps."""
	free = []

	@contextmanager
	def lend():
		context = free.pop() if free else chromium.new_context()
		yield context
		for page in context.pages:
			page.close()
		context.clear_cookies()
		free.append(context)

	return lend


@contextmanager
def speaking(user: str, language: str):
	"""In this block a user's desk is in another language."""
	_speak(user, language)
	yield
	frappe.db.rollback()
	_speak(user, "")


def _speak(user: str, language: str) -> None:
	frappe.db.set_value("User", user, "language", language)
	frappe.db.commit()
	frappe.clear_cache(user=user)


class Desk:
	"""A logged-in user's desk in a browser of its own."""

	def __init__(self, browsers, url: str, user: str, password: str, width: int = 1280):
		self.url, self.user, self.width, self.errors = url, user, width, []
		self.lent = ExitStack()
		self.context = self.lent.enter_context(browsers())
		self.page = self.context.new_page()
		self.page.set_viewport_size({"width": width, "height": 900})
		self.page.set_default_timeout(WAIT)
		self.page.emulate_media(reduced_motion="reduce")
		self.page.add_init_script(f"({HEARS})()")
		if script := clock.of_a_page():
			self.page.add_init_script(script)
		self.page.on("console", self._console)
		self.page.on("pageerror", self._page_error)
		answer = self.page.request.post(f"{url}/api/method/login", form={"usr": user, "pwd": password})
		assert answer.ok, answer.text()

	def _console(self, message):
		if message.type == "error" and not any(
			word in message.text + str(message.location) for word in NOT_OURS
		):
			self.errors.append(f"{message.text} {message.location.get('url', '')}".strip())

	def _page_error(self, error):
		of_the_desk = "/assets/sales_extensions/" not in (error.stack or "")
		if not (of_the_desk and any(known in str(error) for known in (CHART_RESIZED, NO_CALENDAR))):
			self.errors.append(str(error))

	def open(self, path: str):
		self.page.goto(self.url + lines.desk(path))
		self.page.wait_for_selector(".page-head", state="visible")
		self.settle()
		return self.page

	def settle(self):
		"""Wait until the desk has its answers."""
		self.page.wait_for_function(
			"() => window.frappe && frappe.request && frappe.request.ajax_count === 0"
		)
		self.page.wait_for_timeout(300)

	def search(self):
		"""The field of the awesome bar, which stands in the desk's head or in a dialog of its own."""
		self.page.keyboard.press("Control+g")
		return self.page.locator("#navbar-search")

	def picture(self, name: str, **options):
		if PICTURES:
			Path(PICTURES).mkdir(parents=True, exist_ok=True)
			self.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), **options)

	def close(self):
		if not self.page.is_closed() and self.page.url.startswith(self.url):
			self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
		self.lent.close()


@pytest.fixture
def desk(browsers, server):  # noqa: F811
	"""Open the desk of a user: `desk("manager@example.com")`. No console error is let through."""
	opened = []

	def log_in(user: str, password: str = PASSWORD, width: int = 1280) -> Desk:
		opened.append(Desk(browsers, server, user, password, width))
		return opened[-1]

	yield log_in
	errors = [error for one in opened for error in one.errors]
	for one in opened:
		one.close()
	assert errors == []
