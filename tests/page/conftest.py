"""The page of a replay in Chromium, as bin/demo serves it where nothing but Python is."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, FLAGS
from tests.unit import bare

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: run bin/test")

PICTURES = os.environ.get("SALES_EXTENSIONS_PICTURES")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
	"""What bin/demo said on such a machine, and the address it serves."""
	folder, port = tmp_path_factory.mktemp("machine"), free_port()
	around = {**bare.machine(folder, git=True), "SALES_EXTENSIONS_PORT": str(port)}
	done = bare.run("bin/demo", **around)
	yield done, f"http://localhost:{port}/"
	assert bare.run("bin/demo", "stop", **around).returncode == 0
	with pytest.raises(ConnectionRefusedError):
		socket.create_connection(("127.0.0.1", port), 1)
	shutil.rmtree(folder / "bench-services")


def free_port() -> int:
	with socket.socket() as one:
		one.bind(("127.0.0.1", 0))
		return one.getsockname()[1]


@pytest.fixture(scope="session")
def chromium():
	with playwright.sync_playwright() as driver:
		browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
		yield browser
		browser.close()


@pytest.fixture
def opened(chromium):
	"""Open an address: a page on which nothing goes wrong, and that asks for nothing but itself."""
	contexts, wrong = [], []

	def open_page(address: str, width: int = 1280, scheme: str = "light"):
		context = chromium.new_context(
			viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
		)
		contexts.append(context)
		page = context.new_page()
		page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
		page.on("pageerror", lambda error: wrong.append(str(error)))
		page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
		page.on(
			"request",
			lambda request: request.url.split("#")[0] != address.split("#")[0] and wrong.append(request.url),
		)
		page.goto(address)
		return page

	yield open_page
	for context in contexts:
		context.close()
	assert wrong == []


@pytest.fixture
def picture():
	"""Leaves a picture where one is asked for."""

	def take(page, name: str):
		if PICTURES:
			Path(PICTURES).mkdir(parents=True, exist_ok=True)
			page.evaluate("() => window.scrollTo(0, 0)")
			page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)

	return take
