"""Site tests run on a real Frappe and ERPNext site, named by SALES_EXTENSIONS_SITE.

Each test starts as Administrator in a transaction of its own, and is rolled back.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

frappe = pytest.importorskip("frappe", reason="no bench: run bin/test")

BENCH = Path(os.environ.get("FRAPPE_BENCH", Path.home() / "frappe-bench"))
SITE = os.environ.get("SALES_EXTENSIONS_SITE", "")


@pytest.fixture(scope="session")
def site():
	assert SITE, "set SALES_EXTENSIONS_SITE, or run bin/test"
	os.chdir(BENCH / "sites")
	frappe.init(site=SITE, sites_path=str(BENCH / "sites"))
	frappe.connect()
	frappe.flags.in_test = True
	frappe.flags.mute_emails = True
	from tests.site import world

	world.build()
	yield SITE
	frappe.destroy()


@pytest.fixture(autouse=True)
def transaction(request, site):
	"""A clean start, and nothing left behind."""
	if "committed" in request.keywords:
		yield
		_reset()
		return
	_reset()
	yield
	_reset()


def _reset():
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.clear_cache(doctype="Sales Extensions Settings")
	frappe.local.document_cache = {}
	frappe.local.message_log = []
	frappe.db.after_commit.reset()
	frappe.db.before_commit.reset()
	frappe.db.value_cache.clear()
	frappe.cache.delete_keys("document_cache")


@pytest.fixture(scope="module")
def server(site):
	"""The address of the site over HTTP. What a test asks there is committed: wipe it after the module."""
	from tests.site import http, world

	frappe.db.commit()
	with http.serve(site, BENCH / "sites") as url:
		yield url
	_reset()
	world.wipe()


@pytest.fixture
def wiped(site):
	"""For a test that commits: its orders, targets and ledger go when it ends."""
	yield
	from tests.site import world

	_reset()
	world.wipe()


def pytest_configure(config):
	config.addinivalue_line("markers", "slow: takes more than a few seconds")
	config.addinivalue_line("markers", "committed: the test commits, and cleans up after itself")
