"""What has one way is done in that way alone (X5): text that is shown, methods that are called, JSON that is read."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "sales_extensions"
PYTHON = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] != "doctype"]
SCRIPTS = [path for path in ROOT.rglob("*.js") if path.relative_to(ROOT).parts[0] != "doctype"]
REPORTS = sorted(path.parent.name for path in ROOT.glob("sales_extensions/report/*/*.json"))


def using(paths: list[Path], pattern: str) -> set[str]:
	return {path.name for path in paths if re.search(pattern, path.read_text())}


def test_text_is_made_safe_in_one_place():
	assert using(PYTHON, r"escape_html|html\.escape|html import escape|&lt;") == {"showing.py"}
	assert using(SCRIPTS, r"utils\.escape_html") == {"showing.js"}


def test_an_address_with_what_it_asks_for_is_made_in_one_place():
	"""What was typed could end it, or mean more than itself. The tracker keeps several stages under one name."""
	assert using(PYTHON, r"urlencode\(|[a-z-]\?\{") == {"lines.py", "pipeline_board.py"}, "undo is no page"
	assert using(SCRIPTS, r"encodeURIComponent|new URLSearchParams\(\w*\)|[a-z-]\?\$\{") <= {
		"lines.js",
		"chart_links.js",
		"page.js",  # of a replay, without a desk
		"sales_tracker_view.js",
	}


def test_methods_are_public_by_one_decorator():
	assert using(PYTHON, r"@frappe\.whitelist\(") <= {"sales_tracker_settings.py"}, "a document's own method"
	assert using(PYTHON, r"frappe\.whitelist\(") <= {"called.py", "sales_tracker_settings.py"}


def test_json_that_was_sent_is_read_in_one_place():
	assert using(PYTHON, r"frappe\.parse_json") <= {"called.py", "jobs.py"}, (
		"jobs reads what the database holds"
	)


def test_filters_and_their_period_are_read_in_one_place():
	assert using(PYTHON, r"must be a list of names and values") == {"called.py"}
	assert using(PYTHON, r"mapping\(\w+, _\(\"Filters\"\)\)") == {"called.py"}
	assert using(PYTHON, r"day\(given\.get\(\"from_date\"\)") == {"report_filters.py"}


def test_a_name_that_must_exist_is_asked_for_in_one_place():
	"""Of filters and methods; documents say it of their own fields."""
	assert using(PYTHON, r"there is no \{1\}\. Choose one that exists") == {
		"report_filters.py",  # and of a document:
		"guards.py",
		"settle.py",
		"upsell_month.py",
	}


def test_a_permission_is_asked_without_telling_why_not_in_one_place():
	assert using(PYTHON, "has_permission_check_logs") == {"permissions.py"}


def test_what_the_lines_have_is_asked_in_one_place():
	assert using(PYTHON, r"table_exists\(\"Desktop") == set()


def modules_of_the_app(tree: ast.Module) -> set[str]:
	return {
		name.asname or name.name
		for node in tree.body
		if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("sales_ext"))
		for name in node.names
		if any(ROOT.rglob(f"{name.name}.py"))
	}


def stored_in(function: ast.AST) -> Iterator[str]:
	"""Names that a function gives a value; those of a comprehension are its own."""
	for node in ast.iter_child_nodes(function):
		if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
			yield node.id
		if not isinstance(node, ast.comprehension | ast.FunctionDef | ast.ClassDef):
			yield from stored_in(node)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_calls_its_own_by_the_name_of_a_module(path):
	tree = ast.parse(path.read_text())
	modules = modules_of_the_app(tree)
	functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
	assert [(one.name, name) for one in functions for name in stored_in(one) if name in modules] == []


@pytest.mark.parametrize("report", REPORTS)
def test_cells_of_a_report_show_text_as_text(report):
	script = (ROOT / "sales_extensions/report" / report / f"{report}.js").read_text()
	assert "formatter" in script
	included = re.findall(r'include "sales_extensions/(public/js/\w+\.js)"', script)
	sources = [script, *((ROOT / path).read_text() for path in included)]
	while included:  # a shared file may include another
		path = included.pop()
		more = re.findall(r'include "sales_extensions/(public/js/\w+\.js)"', (ROOT / path).read_text())
		sources += [(ROOT / one).read_text() for one in more]
		included += more
	assert any("sales_extensions.showing.cell(" in source for source in sources)


#: What is nobody's: lists to choose from, settings, runs of the ledger. Roles alone decide.
OF_NOBODY = {
	"Conversation Method",
	"Conversation Topic",
	"Pipeline Stage",
	"Sales Extensions Settings",
	"Sales Ledger Name",
	"Sales Ledger Run",
	"Sales Tracker Settings",
}


def hook(name: str) -> dict[str, str]:
	tree = ast.parse((ROOT / "hooks.py").read_text())
	return next(
		ast.literal_eval(node.value)
		for node in tree.body
		if isinstance(node, ast.Assign) and node.targets[0].id == name
	)


def test_the_framework_asks_us_for_all_that_is_somebodys():
	doctypes = [json.loads(path.read_text()) for path in ROOT.glob("sales_extensions/doctype/*/*.json")]
	asked = hook("has_permission")
	assert {one["name"] for one in doctypes if one.get("permissions")} == OF_NOBODY | set(asked)


@pytest.mark.parametrize("report", REPORTS)
def test_what_a_report_refuses_is_told_under_its_name(report):
	folder = ROOT / "sales_extensions/report" / report
	name = json.loads((folder / f"{report}.json").read_text())["name"]
	assert f'@errors.report("{name}")\ndef execute(' in (folder / f"{report}.py").read_text()


def test_each_method_that_is_called_refuses_under_a_title():
	public = {
		path.stem for path in PYTHON if path.name != "called.py" and "@called.public(" in path.read_text()
	}
	assert public | {"sales_tracker_settings"} == titles()


def titles() -> set[str]:
	"""Of modules, as called.py says."""
	tree = ast.parse((ROOT / "called.py").read_text())
	(found,) = (
		one.value for one in tree.body if isinstance(one, ast.Assign) and one.targets[0].id == "TITLES"
	)
	return set(ast.literal_eval(found))


def test_who_may_read_one_document_is_asked_quietly():
	"""Of a document by its name the framework tells why not, with what it is linked to, though nothing is refused."""
	told = []
	for path in PYTHON:
		for node in ast.walk(ast.parse(path.read_text())):
			if not isinstance(node, ast.Call) or ast.unparse(node.func) != "frappe.has_permission":
				continue
			names = {keyword.arg for keyword in node.keywords}
			if (len(node.args) > 2 or "doc" in names) and "throw" not in names:
				told.append(f"{path.name}:{node.lineno}")
	assert told == []
