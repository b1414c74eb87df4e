"""Site tests run on a real Frappe and ERPNext site, named by SALES_EXTENSIONS_SITE.

Each test starts as Administrator in a transaction of its own, and is rolled back.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

frappe = pytest.importorskip("frappe", reason="no bench: run bin/test")

BENCH = Path(os.environ.get("FRAPPE_BENCH", Path.home() / "frappe-bench"))
SITE = os.environ.get("SALES_EXTENSIONS_SITE", "")


@pytest.fixture(scope="session")
def site():
	assert SITE, "set SALES_EXTENSIONS_SITE, or run bin/test"
	from tests.site import clock, world

	clock.set_to_the_day_of_the_tests()
	frappe.init(site=SITE, sites_path=str(BENCH / "sites"))
	frappe.connect()
	frappe.flags.mute_emails = True
	forget_jobs_of_before()
	world.in_test(True)
	world.build()
	with metas_kept(), lists_of_known_fields():
		yield SITE
	frappe.destroy()


def forget_jobs_of_before() -> None:
	"""No worker takes the jobs of a test: they wait from run to run, and Frappe 16 refuses more than some hundreds."""
	from frappe.utils.background_jobs import get_queues

	for queue in get_queues():
		for job in queue.get_jobs():
			if job.kwargs.get("site") == SITE:
				job.delete()


#: Made of DocTypes alone. Making them anew takes seconds, each time.
OF_DOCTYPES = ("doctype_meta", "doctype_form_meta", "table_columns", "dynamic_link_map")
#: They clear every cache, though no DocType has changed.
CLEAR_TOO_MUCH = ("frappe.model.rename_doc", "tests.site.world")


def metas_kept():
	"""A rename or a wipe clears all caches but what is known of DocTypes."""
	clear, hooks = frappe.clear_cache, frappe.get_hooks

	def hooks_with_ours(hook=None, *args, **kwargs):
		if hook == "persistent_cache_keys":
			return [*hooks(hook), *OF_DOCTYPES]
		return hooks(hook, *args, **kwargs)

	def clear_cache(user=None, doctype=None):
		if user or doctype or sys._getframe(1).f_globals["__name__"] not in CLEAR_TOO_MUCH:
			return clear(user, doctype)
		with patch.object(frappe, "get_hooks", hooks_with_ours):
			return clear()

	return patch.object(frappe, "clear_cache", clear_cache)


def lists_of_known_fields():
	"""A list that the app asks for has each field it names. Some lines of the framework leave out others without a word."""
	get_list = frappe.get_list

	def checked(doctype, *args, **kwargs):
		if sys._getframe(1).f_globals["__name__"].startswith("sales_extensions"):
			asked = next((one for one in (kwargs.get("fields"), *args) if one and _are_names(one)), ())
			known = {*frappe.get_meta(doctype).get_valid_columns(), *frappe.model.optional_fields}
			unknown = {name.split(" as ")[0] for name in asked} - known
			assert not unknown, f"{doctype} has no {', '.join(sorted(unknown))}"
		return get_list(doctype, *args, **kwargs)

	return patch.object(frappe, "get_list", checked)


def _are_names(asked: object) -> bool:
	return isinstance(asked, list | tuple) and all(isinstance(one, str) for one in asked)


def pytest_generate_tests(metafunc):
	"""A test that asks for `snapshot_isolation` runs with each value that the server knows (ADR 16)."""
	if "snapshot_isolation" in metafunc.fixturenames:
		metafunc.parametrize("snapshot_isolation", _isolations(), indirect=True)


@cache
def _isolations() -> list[str]:
	from tests.site import isolation

	return isolation.values_there(SITE, BENCH / "sites") if SITE else ["OFF"]


@pytest.fixture
def snapshot_isolation(request, site):
	from tests.site import isolation

	with isolation.on_this_connection(request.param):
		yield request.param


@pytest.fixture(autouse=True)
def opted_out(site):
	"""No statement of ours may fail because a row changed since the transaction began to read (ADR 16)."""
	from tests.site import isolation

	with isolation.watching() as found:
		yield
	assert found == []


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


#: the savepoint of what the tests of a module share, while it stands
SHARED: list[str] = []


def made_once(build: Callable[[], object]):
	"""A fixture of what is made once for a module: each test begins with it, and leaves it as it was."""

	@pytest.fixture(scope="module")
	def made(site):
		_reset()
		found = build()
		frappe.db.savepoint("made_once")
		SHARED.append("made_once")
		yield found
		SHARED.clear()
		_reset()

	return made


def undo() -> None:
	"""What the test has written so far."""
	frappe.db.rollback(save_point=SHARED[0] if SHARED else None)


def _reset():
	undo()
	frappe.set_user("Administrator")
	frappe.clear_document_cache("Sales Extensions Settings", "Sales Extensions Settings")
	frappe.cache.delete_value("user_permissions")  # those of a transaction that was undone
	frappe.local.document_cache = {}
	frappe.local.message_log = []
	frappe.db.after_commit.reset()
	frappe.db.before_commit.reset()
	frappe.db.value_cache.clear()
	frappe.cache.delete_keys("document_cache")


@pytest.fixture(scope="session")
def served(site):
	"""The site over HTTP. To start it takes seconds: it stays up for all that ask."""
	from tests.site import http

	with http.serve(site, BENCH / "sites") as url:
		yield url


@pytest.fixture(scope="module")
def server(served):
	"""The address of the site over HTTP. What a test asks there is committed: wipe it after the module."""
	from tests.site import world

	frappe.db.commit()
	yield served
	_reset()
	world.wipe()


@pytest.fixture
def wiped(site):
	"""For a test that commits: its orders, targets and ledger go when it ends."""
	yield
	from tests.site import world

	_reset()
	world.wipe()


def pytest_runtest_protocol(item, nextitem):
	"""Where two runs on two sites share the tests, each test file goes to the run that comes upon it first.

	A slow test goes by itself. SALES_EXTENSIONS_CLAIMS: the folder where the two write what they took.
	"""
	folder = os.environ.get("SALES_EXTENSIONS_CLAIMS")
	if not folder:
		return None
	name = item.nodeid if item.get_closest_marker("slow") else item.nodeid.split("::")[0]
	if name not in _tried:
		_tried[name] = _claim(Path(folder) / name.replace("/", "."))
	if _tried[name]:
		return None
	# the test before this one left standing what it shares with this one, which will not run
	item.session._setupstate.teardown_exact(nextitem)
	return True


_tried: dict[str, bool] = {}


def _claim(path: Path) -> bool:
	try:
		path.mkdir()
	except FileExistsError:
		return False
	return True


def pytest_configure(config):
	config.addinivalue_line("markers", "slow: takes more than a few seconds")
	config.addinivalue_line("markers", "committed: the test commits, and cleans up after itself")
