"""Reasons that can be translated, and amounts that read the same in every language (X6, T4)."""

import ast
from decimal import Decimal as D

import pytest

from sales_extensions.engine import Reason
from sales_extensions.engine.words import amount_text, percent_text

from .conftest import ROOT

ENGINE = ROOT / "sales_extensions" / "engine"


def test_t4_a_reason_keeps_its_sentence_and_values_apart():
	reason = Reason("{0} is under {1}.", ("Anna", "North"))
	assert str(reason) == "Anna is under North."
	assert (reason.sentence, reason.values) == ("{0} is under {1}.", ("Anna", "North"))


def test_t4_braces_in_a_name_do_no_harm():
	assert str(Reason("{0} is gone.", ("{1} & {x}",))) == "{1} & {x} is gone."


@pytest.mark.parametrize(
	("amount", "currency", "text"),
	[
		("1234.50", "EUR", "1,234.50 EUR"),
		("0.00", "EUR", "0.00 EUR"),
		("-1000", "JPY", "-1,000 JPY"),
		("1E+3", "", "1,000"),
	],
)
def test_x6_amounts(amount, currency, text):
	assert amount_text(D(amount), currency) == text


@pytest.mark.parametrize(
	("percentage", "text"),
	[
		("33.330000000", "33.33 %"),
		("100.000000000", "100 %"),
		("100", "100 %"),
		("0E-9", "0 %"),
		("1E+2", "100 %"),
	],
)
def test_x6_percentages_without_zeros_that_say_nothing(percentage, text):
	assert percent_text(D(percentage)) == text


def test_x6_every_sentence_of_a_reason_is_marked_for_translation():
	"""A plain text in Reason(...) would be missed by the collector of sentences."""
	found = 0
	for file in sorted(ENGINE.glob("*.py")):
		for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
			if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
				found += 1
				assert not isinstance(node.args[0], ast.Constant | ast.JoinedStr), f"{file}:{node.lineno}"
	assert found > 20


def test_x3_the_rules_and_replay_need_no_framework():
	files = [*ENGINE.glob("*.py"), *(ENGINE.parent / "replay").glob("*.py"), ENGINE.parent / "cli.py"]
	for file in files:
		for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
			names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
			names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
			assert not [name for name in names if name.split(".")[0] in ("frappe", "erpnext")], file
