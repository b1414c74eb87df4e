"""Scripts of the desk by what is in them: what a browser has kept of before is another address."""

from __future__ import annotations

import re
from pathlib import Path

from sales_extensions import scripts

ROOT = Path(scripts.__file__).parent


def test_an_address_changes_with_what_is_in_the_script(tmp_path, monkeypatch):
	monkeypatch.setattr(scripts, "FOLDER", tmp_path)
	found = []
	for words in ("one", "another", "one"):
		(tmp_path / "a.js").write_text(words)
		found += scripts.addressed("a.js")
	assert found[0] == found[2] != found[1]
	assert all(re.fullmatch(r"/assets/sales_extensions/js/a\.js\?v=[0-9a-f]{12}", one) for one in found)


def test_no_two_reports_declare_the_same_name():
	"""The desk of 15 has the scripts of all reports in one scope: a constant of one is another's, and that report stays empty."""
	declared: dict[str, list[str]] = {}
	for path in ROOT.glob("sales_extensions/report/*/*.js"):
		for statement in re.findall(r"^(?:const|let)\s+(.*?);$", path.read_text(), re.M | re.S):
			for name in re.findall(r"(?:^|,\s)\s*([A-Z_]{3,})\s*=", statement):
				declared.setdefault(name, []).append(path.stem)
	assert declared
	assert {name: files for name, files in declared.items() if len(files) > 1} == {}
