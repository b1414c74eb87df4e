"""The version is the same wherever it stands."""

import re

import sales_extensions

from .conftest import ROOT

VERSION = sales_extensions.__version__
MINOR = VERSION.rpartition(".")[0]


def test_the_change_log_begins_with_the_version_that_the_app_says_it_is():
	newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
	assert newest and newest[1] == VERSION


def test_the_readme_says_for_it_which_frappe_it_runs_on():
	rows = re.findall(r"^\| ([\d., to]+) \| (\d+)", (ROOT / "README.md").read_text(), re.M)
	assert {line for _ours, line in rows} == {"15", "16"}
	assert [ours.split()[-1] for ours, _line in rows] == [MINOR] * len(rows)
