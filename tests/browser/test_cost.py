"""What the desk asks of the server for a workspace and its widget, and what that costs in statements (D3, X4).

A workspace must open as quickly on a site with a hundred thousand orders as on a new one: the browser is listened
to, and what it asked is asked again here, where the statements can be counted.
"""

from __future__ import annotations

from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import frappe
import pytest

from tests.browser import sweep
from tests.site import world as w

MANAGER, SELLER = "manager@example.com", "anna@example.com"
CHART = "sales_extensions.sales_extensions.dashboard_chart_source.target_and_result.target_and_result.get"
#: Who looks at which workspaces, one after the other, in a new session.
LOOKS = {SELLER: ("My Sales",), MANAGER: ("Team Sales", "Sales Extensions")}
#: The most requests of that, and the most statements of the requests that we answer.
MOST = {"My Sales": (24, 40), "Team Sales": (38, 40), "Sales Extensions": (4, 0)}
#: The most statements of the widget's figures, which are one request.
MOST_OF_WIDGET = 6


@pytest.fixture(scope="module")
def sold(server):
	w.target(1000, ("Anna",), title="Anna this year")
	w.target(5000, ("South Team",), title="The south")
	w.order(250, team={"Anna": 100})
	frappe.db.commit()


def more_orders() -> None:
	for number in range(8):
		w.order(100 + number, team={"Anna": 50, "Cleo": 50})
	frappe.db.commit()


def asked(desk) -> dict[str, list[tuple[str, dict]]]:
	"""What the desk asks for each workspace, as (method, arguments)."""
	found = {}
	for user, workspaces in LOOKS.items():
		viewer, sent = desk(user), []
		viewer.page.on("request", lambda request, sent=sent: sent.append(request))
		viewer.open("todo")
		be_quiet(viewer, sent)
		for workspace in workspaces:
			sent.clear()
			sweep.show(viewer.page, ["Workspaces", workspace])
			found[workspace] = [_read(request) for request in sent if "/api/method/" in request.url]
	return found


def be_quiet(viewer, sent: list) -> None:
	"""What a page asks late, as a list that keeps its settings, is not the next page's."""
	before = -1
	while len(sent) > before:
		before = len(sent)
		viewer.page.wait_for_timeout(1500)
		viewer.settle()


def _read(request) -> tuple[str, dict]:
	url = urlsplit(request.url)
	values = dict(parse_qsl(url.query) + parse_qsl(request.post_data or ""))
	return url.path.removeprefix("/api/method/"), {k: v for k, v in values.items() if k not in ("cmd", "_")}


def statements(requests: list[tuple[str, dict]], user: str) -> int:
	"""How many it takes to answer, with what the site keeps in its cache, as in a request that only reads."""
	with _as(user):
		_answer(requests)
		with _counted() as sent:
			_answer(requests)
	return len(sent)


@contextmanager
def _as(user: str):
	frappe.db.rollback()
	frappe.db.transaction_writes = 0
	frappe.set_user(user)
	yield
	frappe.set_user("Administrator")


@contextmanager
def _counted():
	sent, plain = [], frappe.db.sql
	frappe.db.sql = lambda query, *args, **kwargs: sent.append(str(query)) or plain(query, *args, **kwargs)
	try:
		yield sent
	finally:
		del frappe.db.sql


def _answer(requests: list[tuple[str, dict]]) -> None:
	for method, values in requests:
		frappe.local.form_dict = frappe._dict(values)
		frappe.call(frappe.get_attr(frappe.override_whitelisted_method(method)), **values)


def costs(found: dict[str, list[tuple[str, dict]]]) -> dict[str, tuple[int, ...]]:
	"""For each workspace: requests, their statements, the statements of those that we answer. And for the widget."""
	users = {workspace: user for user, workspaces in LOOKS.items() for workspace in workspaces}
	costs = {
		workspace: (
			len(requests),
			*(statements(some, users[workspace]) for some in (requests, _ours(requests))),
		)
		for workspace, requests in found.items()
	}
	widget = [request for request in found["My Sales"] if request[0] == CHART]
	return costs | {"widget": (len(widget), statements(widget, SELLER))}


def _ours(requests: list[tuple[str, dict]]) -> list[tuple[str, dict]]:
	return [request for request in requests if request[0].startswith("sales_extensions.")]


def test_d3_workspaces_and_the_widget_cost_the_same_with_more_orders(desk, sold):
	first = asked(desk)
	few = costs(first)
	assert few["widget"][0] == 1 and few["widget"][1] <= MOST_OF_WIDGET
	for workspace, (requests, of_ours) in MOST.items():
		assert few[workspace][0] <= requests, (workspace, [method for method, _values in first[workspace]])
		assert few[workspace][2] <= of_ours, (workspace, few)
	more_orders()
	assert costs(first) == few
