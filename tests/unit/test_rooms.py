"""Arrows go down only: no room of the app imports one that imports it, nor does a module; not within functions either."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

APP = "sales_extensions"
ROOT = Path(__file__).parents[2] / APP
Arrows = Mapping[str, set[str]]


def name_of(file: Path) -> str:
	parts = file.relative_to(ROOT.parent).with_suffix("").parts
	return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in sorted(ROOT.rglob("*.py"))}


def imported_by(module: str) -> set[str]:
	"""Modules of the app, wherever the import stands: for types alone too."""
	file = MODULES[module]
	package = module if file.name == "__init__.py" else module.rpartition(".")[0]
	named = (name for node in ast.walk(ast.parse(file.read_text())) for name in names_in(node, package))
	known = {name if name in MODULES else name.rpartition(".")[0] for name in named}
	return (known & MODULES.keys()) - {module}


def names_in(node: ast.AST, package: str) -> Iterator[str]:
	if isinstance(node, ast.Import):
		yield from (one.name for one in node.names)
	elif isinstance(node, ast.ImportFrom):
		above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
		source = ".".join([*above, *([node.module] if node.module else [])])
		yield from (f"{source}.{one.name}" for one in node.names)


def room_of(module: str) -> str:
	"""A folder of the app, or a module that stands alone; of the desk's own folder, what it has for each kind."""
	parts = module.split(".")[1:]
	return ".".join(parts[: 2 if parts[:1] == [APP] else 1])


def between_rooms(arrows: Arrows) -> Arrows:
	rooms: dict[str, set[str]] = {}
	for module, others in arrows.items():
		own = room_of(module)
		rooms.setdefault(own, set()).update({room_of(other) for other in others} - {own})
	return rooms


def circle(arrows: Arrows) -> list[str]:
	"""One way round; empty where there is none."""
	try:
		TopologicalSorter(arrows).prepare()
	except CycleError as found:
		return list(reversed(found.args[1]))
	return []


ARROWS = {module: imported_by(module) for module in MODULES}


def test_no_circle_between_rooms():
	assert circle(between_rooms(ARROWS)) == []


def test_no_circle_between_modules():
	assert circle(ARROWS) == []


def test_arrows_are_seen_wherever_they_stand():
	assert "sales_extensions.engine" in ARROWS["sales_extensions.replay.run"]
	assert "sales_extensions.ledger.above" in ARROWS["sales_extensions.ledger.book"], "relative"
	assert "sales_extensions.follow_ups.due" in ARROWS["sales_extensions.install"], "within a function"
	assert room_of("sales_extensions.sales_extensions.report.crew.crew") == "sales_extensions.report"


@pytest.mark.parametrize("way", [("a", "b"), ("a", "b", "c")])
def test_a_circle_is_found(way):
	arrows = {
		f"{APP}.{one}.x": {f"{APP}.{other}.y"} for one, other in zip(way, way[1:] + way[:1], strict=True)
	}
	assert circle(arrows) == [], "each room has a module of its own for it"
	assert sorted(set(circle(between_rooms(arrows)))) == list(way)


# --- what the ledger sets off above it ------------------------------------------------------------

TABLE = runpy.run_path(str(ROOT / "ledger" / "above.py"))
BOOKS = (TABLE["CREDITS"], TABLE["PARTIES"])
NAMED = sorted(
	{
		*TABLE["NEWS"].values(),
		*(f"{module}.work" for work in TABLE["WORK"].values() for module in work),
		*(f"{module}.{name}" for module in BOOKS for name in ("rebuild", "differences")),
		f"{TABLE['PARTIES']}.parties",
	}
)


@pytest.mark.parametrize("path", NAMED)
def test_names_in_the_ledgers_table_lead_somewhere(path):
	module, _dot, name = path.rpartition(".")
	tree = ast.parse(MODULES[module].read_text())
	assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_purpose_of_a_run_with_work_of_its_own_is_one():
	kinds = (ROOT / "sales_extensions/doctype/sales_ledger_run/sales_ledger_run.json").read_text()
	assert all(purpose in kinds for purpose in TABLE["WORK"])
