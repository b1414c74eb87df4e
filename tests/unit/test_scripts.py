"""Scripts of the desk by what is in them: what a browser has kept of before is another address."""

from __future__ import annotations

import re

from sales_extensions import scripts


def test_an_address_changes_with_what_is_in_the_script(tmp_path, monkeypatch):
	monkeypatch.setattr(scripts, "FOLDER", tmp_path)
	found = []
	for words in ("one", "another", "one"):
		(tmp_path / "a.js").write_text(words)
		found += scripts.addressed("a.js")
	assert found[0] == found[2] != found[1]
	assert all(re.fullmatch(r"/assets/sales_extensions/js/a\.js\?v=[0-9a-f]{12}", one) for one in found)
