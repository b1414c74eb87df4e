"""The project's programs where no bench is and none can be made (issue 13, 0)."""

import re
import socket

import pytest

from . import bare
from .conftest import ROOT


def written(*folders):
	"""How many tests these folders have, as written."""
	files = [file for folder in folders for file in (ROOT / "tests" / folder).glob("test_*.py")]
	return sum(len(re.findall(r"^\s*def test_", file.read_text(), re.M)) for file in files)


@pytest.mark.parametrize("git", [False, True], ids=["nothing can be installed", "no Git hosting"])
@pytest.mark.parametrize("part", ["site", "browser"])
def test_tests_that_need_a_bench_are_counted_as_skipped(tmp_path, part, git):
	done = bare.run("bin/test", part, **bare.machine(tmp_path, git=git))
	assert done.returncode == 0, done.stdout
	assert "SKIPPED" in done.stdout
	assert done.stdout.splitlines()[-1] == f"0 passed, 0 failed, {written(part)} skipped"


def test_without_the_tools_the_closing_line_is_there_and_it_is_no_success(tmp_path):
	around = bare.machine(tmp_path)
	no_venv = tmp_path / "bin" / "python3.no-venv"
	no_venv.write_text('#!/bin/sh\n[ "$2" = venv ] && exit 1\nexec python3 "$@"\n')
	no_venv.chmod(0o755)
	done = bare.run("bin/test", PYTHON=str(no_venv), **around)
	assert done.returncode == 1
	line = done.stdout.splitlines()[-1]
	assert line.startswith("0 passed, 0 failed, ")
	assert int(line.split()[4]) >= written("unit", "site", "browser")


@pytest.mark.parametrize(
	("git", "why"),
	[
		(True, "ERPNext's sources can't be reached"),
		(False, "The packages that ERPNext needs can't be installed"),
	],
)
def test_the_demo_falls_back_and_takes_no_port_that_is_taken(tmp_path, git, why):
	with socket.socket() as taken:
		taken.bind(("127.0.0.1", 0))
		taken.listen()
		port = str(taken.getsockname()[1])
		done = bare.run("bin/demo", SALES_EXTENSIONS_PORT=port, **bare.machine(tmp_path, git=git))
	assert done.returncode == 1
	assert f"{why}: here are the same rules over a year of a made-up company" in done.stdout
	assert f"Stopped: port {port} is taken. Set SALES_EXTENSIONS_PORT to a free one." in done.stdout
