"""Every method, report and document of the app is sent what is wrong, over HTTP (X5).

What there is to call is found, not listed: a new method, report or doctype is in it. None may answer as if the
server had failed, and nothing may have changed after what was refused.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import frappe
import pytest

import sales_extensions

from . import test_permissions, world
from .http import Answer, Client
from .world import percent

#: how many wrong inputs each gets at least
LEAST = 30
MANAGER = "manager@example.com"

#: What arrives as text, from a form, an address or a program.
TEXTS = (
	"", " ", "nothing", "' OR 1=1 -- ", "%s %(x)s %", "{", "[1,", "null", "true", '"x"', "[]", "{}", "[[]]",
	'[["name", "=", "x"]]', '[["User", "name", "=", "x"]]', '[["note", "nonsense", "x"]]', '{"a": {"b": []}}',
	'{"company": ["like", "%"]}', "NaN", "Infinity", "1e999", "-1", "9" * 30, "0000-00-00", "2026-02-30",
	"9999-12-31 23:59:59", "x" * 5000, "a\x00b", "\u202e\U0001f600", "../../etc/passwd", "[" * 3000,
)  # fmt: skip
#: What a program sends that means something else by it.
TYPED = (
	True, False, 0, -1, 1.5, 10**30, 1e308, [], [1], ["x"], [None], [[["x"]]], {}, {"a": 1},
	{"name": {"x": ["y"]}}, {"like": "%"}, "\ud800",
)  # fmt: skip

ALL = (None, *TEXTS, *TYPED)

#: Methods that write, and their parameters in which each text is right.
WRITING = {
	"conversation_actions.make_event": {"subject"},
	"conversation_actions.make_todo": {"subject"},
	"follow_ups.answer": {"note", "with_whom"},
	"follow_ups.complete": set(),
	"follow_ups.hand_over": set(),
	"follow_ups.reopen": set(),
	"orders.delete_allocation": {"reason"},
	"sellers.change_seller": {"reason"},
	"closings.close": set(),
	"closings.close_target": set(),
	"closings.reopen": {"reason"},
	"statements.make": set(),
	"statements.acknowledge": set(),
	"statements.dispute": {"reason"},
	"statements.answer": {"text"},
	"statements.settle": {"note"},
	"teams.change_date": set(),
	"teams.from_the_beginning": set(),
	"upsell.reassign": {"reason"},
	"upsell.mark_upsell": {"reason"},
	"targets.recount": set(),
	"erpnext_targets.bring_over": set(),
	"books.reconcile": set(),
}
#: texts that mean yes or no
YES_OR_NO = {"public": ("", "true"), "is_upsell": ("true", "0", "1")}

#: What a method takes that the table of roles does not send: all that is in it is sent wrong, one by one.
WHOLE = {
	"query": {"filters": [["status", "=", "Open"]], "kind": "Lead", "stages": [], "inactive": 0, "order_by": "creation",
		"descending": 1},
	"policies": {"count_orders_on": "Submit", "order_amount_basis": "Net Total", "closed_order_credit": "Full"},
	"filters": {"company": world.COMPANY, "from_date": world.START, "to_date": world.END, "user": MANAGER,
		"period": "This Month", "sales_person": "Anna", "territory": "All Territories", "party_type": "Lead"},
}  # fmt: skip

pytestmark = [pytest.mark.committed, pytest.mark.slow]


# --- what there is ----------------------------------------------------------------------------------


def methods() -> dict[str, Callable]:
	"""Each function of the app that a browser may call, by its path."""
	found = {}
	for module in pkgutil.walk_packages(sales_extensions.__path__, "sales_extensions."):
		if module.name.startswith(
			("sales_extensions.demo", "sales_extensions.patches", "sales_extensions.doctype.")
		):
			continue
		for name, value in vars(importlib.import_module(module.name)).items():
			if callable(value) and value in frappe.whitelisted and value.__module__ == module.name:
				found[f"{module.name}.{name}"] = value
	return found


def reports() -> list[str]:
	return frappe.get_all("Report", {"module": "Sales Extensions"}, pluck="name", order_by="name")


def filter_names() -> list[str]:
	"""Of all reports: what one does not know it must not stumble over."""
	root = Path(sales_extensions.__file__).parent
	scripts = [*root.glob("sales_extensions/report/*/*.js"), *root.glob("public/js/*reports.js")]
	sources = [*root.glob("sales_extensions/report/*/*.py"), *root.glob("*/*.py")]
	found = {name for path in scripts for name in re.findall(r'fieldname: "(\w+)"', path.read_text())}
	asked = {name for path in sources for name in re.findall(r'\.get\("(\w+)"\)', path.read_text())}
	return sorted(found | (asked & {"limit", "as_of", "metric", "figures", "show", "fiscal_year"}))


# --- what is sent -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ground(server) -> dict:
	ground = next(test_permissions.ground.__wrapped__(server))
	ground["manager"] = Client(server, MANAGER)
	frappe.db.commit()
	return ground


@pytest.fixture
def unchanged():
	frappe.db.rollback()
	before = state()
	yield
	frappe.db.rollback()
	after = state()
	assert after == before, {key: value for key, value in after.items() if before.get(key) != value}


def state() -> dict:
	others = ("Event", "ToDo", "Communication", "Sales Order", "Quotation", "Kanban Board")
	return {**world.fingerprint(), **{doctype: frappe.db.count(doctype) for doctype in others}}


def send(client: Client, path: str, values: dict) -> Answer:
	"""As JSON, by which everything keeps its type; as an address where a method takes nothing else."""
	if "POST" in frappe.allowed_http_methods_for_whitelisted_func[frappe.get_attr(path)]:
		body = json.dumps(values)
		return client.ask(
			"POST", f"/api/method/{path}", data=body, headers={"Content-Type": "application/json"}
		)
	return client.ask("GET", f"/api/method/{path}", params={k: _as_text(v) for k, v in values.items()})


def _as_text(value: object) -> object:
	if isinstance(value, str):
		return value.encode("utf-8", "replace").decode()
	return value if value is None else json.dumps(value)


def right_values(path: str, ground: dict) -> dict:
	"""Where only one thing is wrong, that is what is found out."""
	kind, _roles = test_permissions.METHODS.get(path.removeprefix("sales_extensions.api."), ("", ""))
	return test_permissions.sent(kind, ground)


def wrong_inputs(path: str, method: Callable, ground: dict) -> Iterator[dict]:
	right, short = right_values(path, ground), path.removeprefix("sales_extensions.api.")
	parameters = {
		name: one for name, one in inspect.signature(method).parameters.items() if one.kind != one.VAR_KEYWORD
	}
	yield from (
		{k: v for k, v in right.items() if k != missing} for missing in parameters if missing in right
	)
	step = max(1, len(parameters) // 2)
	for number, (name, parameter) in enumerate(parameters.items()):
		for value in ALL[number % step :: step]:
			if short not in WRITING or not is_right(short, name, parameter, value):
				yield right | {name: value}
	if short not in WRITING:
		yield from ({**right, "unknown": value} for value in (ALL if not parameters else TYPED[:6]))
		for name in parameters:
			whole = right.get(name) or WHOLE.get(name)
			yield from (right | {name: wrong} for wrong in wrong_inside(whole))


def wrong_inside(value: object) -> Iterator[object]:
	"""A value with one thing in it, however deep, that is of another kind."""
	if isinstance(value, dict):
		for key, inner in value.items():
			yield from (value | {key: wrong} for wrong in (*TYPED, "nothing", *wrong_inside(inner)))
	elif isinstance(value, list):
		for place, inner in enumerate(value):
			for wrong in (*TYPED, "nothing", *wrong_inside(inner)):
				yield [*value[:place], wrong, *value[place + 1 :]]


def is_right(method: str, name: str, parameter: inspect.Parameter, value: object) -> bool:
	optional = parameter.default is not inspect.Parameter.empty
	if value is None or (isinstance(value, str) and not value.strip()):
		return optional
	if name in YES_OR_NO:
		return value in (0, 1) or value in YES_OR_NO[name]
	return name in WRITING[method] and isinstance(value, str)


def refused_or_answered(answer: Answer, sent: object) -> None:
	assert answer.status < 500, (short_of(sent), answer)
	if answer.status >= 400:
		assert answer.message.strip(), (short_of(sent), answer)
		assert "Traceback" not in answer.message, answer


def short_of(sent: object) -> str:
	return repr(sent)[:300]


def found_methods() -> list[str]:
	"""Without a site there is nothing to find."""
	try:
		return sorted(methods())
	except Exception:
		return []


@pytest.mark.parametrize("path", found_methods())
def test_x5_no_method_fails_over_what_is_wrong(ground, unchanged, path):
	method, number = methods()[path], 0
	for values in wrong_inputs(path, method, ground):
		answer = send(ground["manager"], path, values)
		number += 1
		refused_or_answered(answer, values)
		if path.removeprefix("sales_extensions.api.") in WRITING:  # one thing is wrong
			assert answer.status >= 400, (short_of(values), answer)
	assert number >= LEAST or path.endswith("books.reconcile"), number


def test_x5_a_reconcile_is_asked_for_by_post_and_by_managers(ground, unchanged):
	"""It takes nothing, so nothing can be wrong with what is sent but who sends it, and how."""
	path = "/api/method/sales_extensions.api.books.reconcile"
	for value in (*TEXTS, *TYPED):
		body = json.dumps({"company": value})
		answer = ground["clients"]["user"].ask(
			"POST", path, data=body, headers={"Content-Type": "application/json"}
		)
		# what is no JSON, as Infinity or half a character, a line may refuse before it looks at who asks
		assert answer.status == 403 or (answer.status == 417 and not is_json(body)), (body, answer)
		assert ground["manager"].ask("GET", path, params={"company": _as_text(value)}).status == 403


def is_json(text: str) -> bool:
	"""By the standard, and of characters that are some: Python's own reader takes more."""
	try:
		json.dumps(json.loads(text, parse_constant=int), ensure_ascii=False).encode()
	except ValueError:
		return False
	return True


def test_x5_no_report_fails_over_what_is_wrong(ground, unchanged):
	names = filter_names()
	right = {"company": world.COMPANY, "from_date": "2026-01-01", "to_date": "2026-12-31",
		"sales_target": ground["usd"], "sales_person": "Anna"}  # fmt: skip
	counts: dict[str, int] = {}
	for report in reports():
		for number, name in enumerate(names):
			for value in ALL[number % 16 :: 16]:
				answer = run_report(ground["manager"], report, right | {name: value})
				refused_or_answered(answer, (report, name, value))
				counts[report] = counts.get(report, 0) + 1
	assert counts and min(counts.values()) >= LEAST, counts


def run_report(client: Client, report: str, filters: object) -> Answer:
	body = json.dumps({"report_name": report, "filters": filters, "ignore_prepared_report": 1})
	return client.ask("POST", "/api/method/frappe.desk.query_report.run", data=body,
		headers={"Content-Type": "application/json"})  # fmt: skip


# --- documents --------------------------------------------------------------------------------------


def documents(ground: dict) -> dict[str, dict]:
	"""Right values of each kind of document that a manager may make."""
	return {
		"Sales Target": test_permissions.new("Sales Target", ground),
		"Order Allocation": {"sales_order": ground["orders"][1], "shares": [percent("Bob", 10)]},
		"Conversation": {"party_type": "Customer", "party": "Shop One", "note": "Mills"},
		"Sales Statement": test_permissions.new("Sales Statement", ground),
		"Conversation Method": {"method": "By Owl"},
		"Conversation Topic": {"topic": "Owls"},
		"Pipeline Stage": {"stage_name": "Owling", "sequence": 5, "outcome": "Open"},
	}


def wrong_values(fieldtype: str) -> tuple:
	"""What is none of the kind of a field. A text may be any text, but not without end."""
	lists = ([1], ["x"], [None], {"a": 1}, {"like": "%"}, [[["x"]]], True, "\ud800")
	return {
		"Int": (*lists, "many", 10**12, -(10**12), 1e308, "9" * 30),
		"Float": (*lists, "many", 1e308, "9" * 40),
		"Currency": (*lists, "many", 1e308, "9" * 40),
		"Percent": (*lists, "many", 1e308, "9" * 40),
		"Check": (*lists, "9" * 30, 10**12),
		"Date": (*lists, "soon", "2026-02-30", "0000-00-00", 10**12),
		"Time": (*lists, "soon", "25:00", "-1:00", 10**12),
		"Link": (*lists, "nothing", "x" * 5000, 5),
		"Dynamic Link": (*lists, "nothing", "x" * 5000, 5),
		"Select": (*lists, "nothing", 5),
		"Table": ("x", 5, [5], ["x"], {"a": 1}, [[1]], [{"doctype": ["x"]}], [{"name": ["x"]}]),
	}.get(fieldtype, (*lists, "x" * 70_000 if fieldtype != "Data" else "x" * 5000))


@pytest.mark.parametrize("doctype", [
	"Sales Target", "Order Allocation", "Conversation", "Conversation Method", "Conversation Topic",
	"Pipeline Stage", "Sales Statement",
])  # fmt: skip
def test_x5_no_document_fails_over_a_field_that_is_wrong(ground, doctype):
	right, client = documents(ground)[doctype], ground["manager"]
	made, number = client.post(doctype, right), 0
	assert made.status == 200, made
	name = made.data["name"]
	for field, value in wrong_fields(doctype):
		before = stored(doctype, name)
		answer = client.put(doctype, name, {field: value})
		number += 1
		refused_or_answered(answer, (field, value))
		assert answer.status == 200 or stored(doctype, name) == before, (field, value, answer)
	assert client.delete(doctype, name).status == 202
	for field, value in wrong_fields(doctype):
		answer = client.post(doctype, right | {field: value})
		number += 1
		refused_or_answered(answer, (field, value))
		if answer.status == 200:  # a field that the app fills itself: what was sent is not believed
			assert client.delete(doctype, answer.data["name"]).status == 202
	assert number >= LEAST, number
	frappe.db.rollback()
	world.assert_sound()


@pytest.mark.parametrize("doctype", ["Sales Extensions Settings", "Sales Tracker Settings"])
def test_x5_no_settings_fail_over_a_field_that_is_wrong(ground, doctype):
	"""What is taken is put back at once, so that each value meets the settings as they were."""
	client, number = Client(ground["manager"].url, "Administrator", "admin"), 0
	right = values_of(doctype)
	for field, value in wrong_fields(doctype):
		answer = client.put(doctype, doctype, {field: value})
		number += 1
		refused_or_answered(answer, (field, value))
		if answer.status == 200:
			assert client.put(doctype, doctype, right).status == 200, (field, value)
		assert values_of(doctype) == right, (field, short_of(value), answer)
	assert number >= LEAST, number
	world.assert_sound()


def values_of(doctype: str) -> dict:
	"""As a program would send them; what is read-only or of the database's own keeping is left out."""
	frappe.db.rollback()
	frappe.clear_document_cache(doctype, doctype)
	doc = json.loads(frappe.get_doc(doctype).as_json())
	left_out = {"modified", "modified_by", "creation", "owner"}
	fields = {field.fieldname for field in frappe.get_meta(doctype).fields if not field.read_only}
	return {
		key: [{k: v for k, v in row.items() if k not in left_out} for row in value]
		if isinstance(value, list)
		else value
		for key, value in doc.items()
		if key in fields
	}


def test_x5_no_field_of_a_credit_is_written_past_its_dialog(ground, unchanged):
	"""Whoever may reassign a credit does it by the method that asks why; its fields are not sent."""
	name, number = ground["credit"], 0
	before = stored("Upsell Credit", name)
	for field, value in wrong_fields("Upsell Credit"):
		answer = ground["manager"].put("Upsell Credit", name, {field: value})
		number += 1
		refused_or_answered(answer, (field, value))
		assert stored("Upsell Credit", name) == before, (field, short_of(value), answer)
	assert number >= LEAST, number


def stored(doctype: str, name: str) -> str:
	frappe.db.rollback()
	return frappe.get_doc(doctype, name).as_json()


def wrong_fields(doctype: str) -> Iterator[tuple[str, object]]:
	for field in frappe.get_meta(doctype).fields:
		if field.fieldtype not in frappe.model.no_value_fields or field.fieldtype == "Table":
			yield from ((field.fieldname, value) for value in wrong_values(field.fieldtype))
