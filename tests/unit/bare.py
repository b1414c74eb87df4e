"""A machine with Python and a shell, and nothing else that could be had: no Git, no database, no network."""

import shutil
import subprocess
import sys
from pathlib import Path

from .conftest import ROOT

TOOLS = ("awk", "bash", "cat", "cut", "dirname", "env", "grep", "head", "id", "ln", "ls", "mkdir", "mktemp",
	"realpath", "rm", "sed", "seq", "setsid", "sha1sum", "sleep", "sort", "tail", "tee", "timeout",
	"touch", "tr", "wc")  # fmt: skip
NO_NETWORK = '#!/bin/sh\necho "E: no network" >&2\nexit 100\n'


def machine(folder: Path, *, git: bool = False) -> dict[str, str]:
	"""What a program finds around it there; `git`: there is one, that reaches nothing."""
	programs = folder / "bin"
	programs.mkdir()
	for name in TOOLS:
		(programs / name).symlink_to(shutil.which(name))
	(programs / "python3").symlink_to(Path(sys.executable).resolve())
	for name in ("apt-get", "apt-cache", "sudo", *(["git"] if git else [])):
		(programs / name).write_text(NO_NETWORK)
		(programs / name).chmod(0o755)
	return {
		"PATH": str(programs),
		"HOME": str(folder),
		"FRAPPE_BENCH": str(folder / "bench"),
		"LANG": "C.UTF-8",
	}


def run(*command: str, **around: str) -> subprocess.CompletedProcess:
	"""Runs a program of this checkout with nothing of our own environment, and what it said."""
	return subprocess.run(
		["bash", *command], cwd=ROOT, env=around, stdin=subprocess.DEVNULL, text=True, check=False, timeout=120,
		stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
	)  # fmt: skip
