"""What CI runs is no success where it ran nothing, and every program finds the same bench."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from . import bare
from .conftest import ROOT
from .test_without_bench import written

SKIPPED = f"*  {'THE SITE TESTS AND THE BROWSER TESTS WERE SKIPPED.':<68}  *"
NOTHING, NO_SITE = "NO SUCCESS: not one test has run", "NO SUCCESS: no bench was to be had"


def ci(folder: Path, *said: str, fails: bool = False, python: str = "", line: str = "15"):
	"""Runs .ci/run of a checkout where bin/test only says these lines."""
	checkout = folder / "checkout"
	for name in (".ci/run", "bin/words.sh", "bin/lines.sh"):
		(checkout / name).parent.mkdir(parents=True, exist_ok=True)
		shutil.copy(ROOT / name, checkout / name)
	(checkout / "tests").mkdir()
	(checkout / "tests" / "test_one.py").write_text("def test_one():\n\tpass\n")
	program = checkout / "bin" / "test"
	program.write_text(f"#!/bin/sh\ncat <<'SAID'\n{chr(10).join((*said, ''))}SAID\nexit {int(fails)}\n")
	program.chmod(0o755)
	around = bare.machine(folder) | ({"PYTHON": python} if python else {}) | {"FRAPPE_LINE": line}
	return bare.run(str(checkout / ".ci/run"), **around)


@pytest.fixture
def python(tmp_path) -> str:
	"""One that each line runs on."""
	any_line = tmp_path / "any-python"
	any_line.write_text("#!/bin/sh\nexit 0\n")
	any_line.chmod(0o755)
	return str(any_line)


@pytest.mark.parametrize(
	("said", "fails", "status", "word"),
	[
		(["7 passed, 0 failed, 2 skipped"], False, 0, ""),
		(["6 passed, 1 failed, 2 skipped"], True, 1, ""),
		(["10 passed, 0 failed, 0 skipped"], False, 0, ""),
		(["0 passed, 0 failed, 9 skipped"], False, 1, NOTHING),
		([SKIPPED, "7 passed, 0 failed, 2 skipped"], False, 1, NO_SITE),
		(["Stopped: no line of sums"], False, 1, NOTHING),
	],
)
def test_a_run_that_ran_nothing_is_no_success(tmp_path, python, said, fails, status, word):
	done = ci(tmp_path, *said, fails=fails, python=python)
	assert done.returncode == status, done.stdout
	assert word in done.stdout and ("NO SUCCESS" in done.stdout) is bool(word)


def test_no_python_for_the_line_is_no_success(tmp_path):
	done = ci(tmp_path, "7 passed, 0 failed, 2 skipped", python="/nowhere/python3")
	assert done.returncode == 1 and NOTHING in done.stdout
	assert done.stdout.splitlines()[-1] == "0 passed, 0 failed, 1 skipped"


def test_without_a_line_each_is_run_and_the_sums_are_added(tmp_path, python):
	done = ci(tmp_path, "7 passed, 0 failed, 2 skipped", python=python, line="")
	assert done.returncode == 0
	assert done.stdout.splitlines()[-1] == "14 passed, 0 failed, 4 skipped"


def test_what_ci_looks_for_is_what_bin_test_says(tmp_path):
	done = bare.run("bin/test", "site", **bare.machine(tmp_path))
	assert SKIPPED in done.stdout.splitlines()
	assert done.stdout.splitlines()[-1] == f"0 passed, 0 failed, {written('site')} skipped"


def bench(folder: Path, line: int) -> None:
	"""What is looked at of a bench: its line, and its Python, which says what it is given."""
	(folder / "apps/frappe/frappe").mkdir(parents=True)
	(folder / "apps/frappe/frappe/__init__.py").write_text(f'__version__ = "{line}.1.0"\n')
	python = folder / "env/bin/python"
	python.parent.mkdir(parents=True)
	python.write_text(f'#!/bin/sh\necho "{folder.name} $*"\n')
	python.chmod(0o755)


@pytest.mark.parametrize(
	("around", "name"),
	[
		({"FRAPPE_LINE": "15"}, "frappe-bench-15"),
		({"FRAPPE_LINE": "16"}, "frappe-bench"),
		({"FRAPPE_BENCH": "another"}, "another"),
	],
)
def test_texts_are_taken_on_the_bench_of_the_line(tmp_path, around, name):
	for folder, line in (("frappe-bench", 16), ("frappe-bench-15", 15), ("another", 15)):
		bench(tmp_path / folder, line)
	machine = bare.machine(tmp_path)
	del machine["FRAPPE_BENCH"]
	around = {key: str(tmp_path / value) if key == "FRAPPE_BENCH" else value for key, value in around.items()}
	done = bare.run("bin/translations", **machine | around)
	assert done.stdout == f"{name} -m sales_extensions.labels\n"


def test_without_a_bench_there_are_no_texts(tmp_path):
	done = bare.run("bin/translations", FRAPPE_LINE="15", **bare.machine(tmp_path))
	assert done.returncode == 1
	assert f"Stopped: no bench of Frappe 15 is in {tmp_path / 'bench'}." in done.stdout
