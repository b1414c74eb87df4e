"""Reasons that can be translated, and amounts that read the same in every language (X6, T4)."""

import ast
import re
from datetime import date
from decimal import Decimal as D

import pytest

from sales_extensions.engine import Reason, Trees
from sales_extensions.engine.matching import order_mismatch
from sales_extensions.engine.upsell import Voucher, archived
from sales_extensions.engine.words import amount_text, percent_text

from .conftest import ROOT
from .makers import make_order, make_target

ENGINE = ROOT / "sales_extensions" / "engine"
#: sentences of reasons that have names, and stand with their places above
MARKED_ELSEWHERE = {"_MOVED", "how"}


def test_t4_a_reason_keeps_its_sentence_and_values_apart():
	reason = Reason("{0} is under {1}.", ("Anna", "North"))
	assert str(reason) == "Anna is under North."
	assert (reason.sentence, reason.values) == ("{0} is under {1}.", ("Anna", "North"))


def test_t4_braces_in_a_name_do_no_harm():
	assert str(Reason("{0} is gone.", ("{1} & {x}",))) == "{1} & {x} is gone."


def test_x6_a_day_is_told_by_its_place_and_not_by_its_looks():
	"""A document can be called 2026-11-32, and a seller 2026-11-05."""
	late = order_mismatch(make_target(), make_order(posting_date=date(2099, 1, 5)), Trees())
	assert next(late.told_apart()) == ("2099-01-05", True)
	gone = archived(Voucher("Sales Order", "2026-11-32", docstatus=2))
	assert [*gone.told_apart()] == [("2026-11-32", False)]


def test_x6_every_day_in_a_reason_is_marked():
	"""A value that is made of a day stands in a sentence that says so."""
	for file in (*ENGINE.glob("*.py"), ENGINE.parent / "replay" / "what_if.py"):
		for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
			if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason" and len(node.args) > 1:
				sentence, values = (ast.unparse(one) for one in node.args)
				if re.search(r"(_date|\bday)\b|isoformat|\bwanted\b", values):
					assert "dated(" in sentence or sentence in MARKED_ELSEWHERE, f"{file}:{node.lineno}"


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


def test_x6_no_sentence_hides_in_a_formatted_string():
	"""Before Python 3.12 the collector of sentences sees a formatted string as one word."""
	found = []
	for file in (ROOT / "sales_extensions").rglob("*.py"):
		for text in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
			if isinstance(text, ast.JoinedStr):
				found += [f"{file.name}:{text.lineno}" for call in ast.walk(text) if is_sentence(call)]
	assert found == []


def is_sentence(node: ast.AST) -> bool:
	return (
		isinstance(node, ast.Call)
		and getattr(node.func, "id", "") == "_"
		and isinstance(node.args[0], ast.Constant)
	)
