"""The page of a replay: its figures against sums made another way, its words and its safety (X3, X5, X6; issue 13, 0)."""

import ast
import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from fractions import Fraction
from functools import cache

import pytest

from sales_extensions.cli import main
from sales_extensions.engine import Basis, Policy, credit
from sales_extensions.replay import page
from sales_extensions.replay.facts import Facts, read_facts
from sales_extensions.replay.run import attainments, replay
from sales_extensions.replay.view import view
from sales_extensions.replay.what_if import WhatIf, changes_of

from . import makers, plain_model
from .conftest import ROOT

YEAR = ROOT / "examples" / "a-year"
DAY = date(2026, 12, 11)


@cache
def facts() -> Facts:
	return read_facts(YEAR)


@cache
def result():
	return replay(facts())


@cache
def shown() -> dict:
	"""What the page reads, as it reads it."""
	return json.loads(json.dumps(view(facts(), result(), "a-year", DAY)))


def overlays() -> set[str]:
	return {name for name, one in facts().allocations.items() if one.overlay}


# --- the year -----------------------------------------------------------------------------------


def test_the_year_is_what_its_program_makes(tmp_path):
	subprocess.run([sys.executable, str(YEAR / "make.py"), str(tmp_path)], check=True)
	made = {file.name: file.read_text() for file in tmp_path.glob("*.csv")}
	assert made == {file.name: file.read_text() for file in YEAR.glob("*.csv")}


def test_the_year_has_what_it_is_shown_for():
	spec = importlib.util.spec_from_file_location("make", YEAR / "make.py")
	make = importlib.util.module_from_spec(spec)
	sys.modules["make"] = make
	spec.loader.exec_module(make)
	assert len(make.sellers()) == 40
	assert {one["currency"] for one in shown()["books"]} == {"EUR", "GBP"}
	credited = {place for order in shown()["orders"] for place, *_rest in order["credits"]}
	assert len(credited) == 40
	bases = {share.basis for one in facts().allocations.values() for share in one.shares}
	assert bases == set(Basis) and overlays()
	assert {one.status for one in facts().orders.values()} >= {"Closed", "Cancelled", "Draft", "On Hold"}
	assert any(line.done_amount is not None for one in facts().orders.values() for line in one.lines)
	assert {one.status for one in attainments(facts(), result(), DAY).values()} == {
		"Achieved", "Missed", "Running", "Upcoming",
	}  # fmt: skip


# --- figures ------------------------------------------------------------------------------------


def plain_sums() -> dict[str, tuple[int, int]]:
	"""Target -> cents and orders, by the plain model; without orders of which more is credited than there is."""
	sums = dict.fromkeys(facts().targets, (0, 0))
	for name, order in facts().orders.items():
		if name in overlays():
			continue
		found = plain_model.ledger(
			order, facts().allocations.get(name), facts().policy, facts().targets.values(), facts().trees
		)
		for (target, _seller), (units, count) in found.items():
			sums[target] = (sums[target][0] + units, sums[target][1] + count)
	return sums


def test_every_target_is_what_the_plain_model_makes_of_it():
	plain = plain_sums()
	for target in shown()["targets"]:
		names = [shown()["orders"][entry[0]]["name"] for entry in target["entries"]]
		own = [entry for entry, name in zip(target["entries"], names, strict=True) if name not in overlays()]
		units = int(sum(D(amount) for _o, _s, amount, *_rest in own) * 100)
		assert (units, sum(entry[3] for entry in own)) == plain[target["name"]], target["title"]


def test_overlays_are_credited_as_agreed_and_count_once_where_both_are():
	for name in overlays():
		order, crediting = facts().orders[name], result().creditings[name]
		units, counts = plain_model.worth_in_units(order, facts().policy)
		worth = D(units) / 100
		for share, one in zip(facts().allocations[name].shares, crediting.credits, strict=False):
			agreed = share.fixed_amount if share.basis == Basis.FIXED else worth * share.percentage / 100
			assert abs(one.amount - min(agreed, worth)) <= D("0.005"), name
		for target in facts().targets.values() if counts else ():
			own = [one for one in result().entries if (one.key.target, one.key.order) == (target.name, name)]
			if len(own) > 1 and not target.item_group and target.target_type != "Upsell":
				most = min(worth, sum(one.amount for one in crediting.credits))
				assert sum(one.position.amount for one in own) == most


def test_worth_is_the_sum_of_the_orders_in_the_file():
	"""By hand: what was submitted and not closed counts whole, a closed order what was done of it."""
	for book in shown()["books"]:
		own = [order for order in facts().orders.values() if order.currency == book["currency"]]
		whole = sum(one.grand_total for one in own if one.docstatus == 1 and one.status != "Closed")
		closed = sum(
			plain_model.worth_in_units(one, facts().policy)[0] for one in own if one.status == "Closed"
		)
		assert D(book["worth"]) == whole + D(closed) / 100
		assert book["conserved"]
		assert D(book["credited"]) + D(book["uncredited"]) == D(book["worth"]) + D(book["overlay"])


def test_what_a_target_is_made_of_adds_up_to_it():
	for target in shown()["targets"]:
		amounts, counts = (sum(D(str(entry[place])) for entry in target["entries"]) for place in (2, 3))
		assert (amounts, counts) == (D(target["amount"]), target["count"])
		assert sum(D(amount) for _seller, amount, _count in target["sellers"]) == amounts
		brought = counts if target["type"] == "Numeric" else amounts
		assert sum(D(one[2]) for one in target["months"]) == D(target["realised"]) == brought
		assert abs(sum(D(one[1]) for one in target["months"]) - D(target["goal"])) <= D("0.05")


def test_a_statement_is_all_that_a_seller_is_credited_with():
	for seller in shown()["sellers"]:
		for one in seller["books"]:
			currency = shown()["books"][one["book"]]["currency"]
			amounts = [
				credit.amount
				for name, crediting in result().creditings.items()
				if crediting.worth.counts and facts().orders[name].currency == currency
				for credit in crediting.credits
				if credit.sales_person == seller["name"]
			]
			assert (D(one["amount"]), one["orders"]) == (sum(amounts), len(amounts))
			assert D(one["amount"]) == sum(D(line[1]) for own in one["months"] for line in own["lines"])
			assert D(one["amount"]) == sum(D(own["amount"]) for own in one["months"])


def test_who_is_at_risk_and_who_leads_are_the_targets_of_the_day():
	rows = shown()["targets"]
	behind, leaders = ([rows[place] for place in shown()[name]] for name in ("behind", "leaders"))
	assert {row["name"] for row in behind} == {row["name"] for row in rows if row["behind"]}
	assert all(row["from"] <= "2026-12-11" <= row["to"] for row in behind + leaders)
	assert [D(row["lead"]) for row in behind] == sorted(D(row["lead"]) for row in behind)
	assert [D(row["lead"]) for row in leaders] == sorted((D(row["lead"]) for row in leaders), reverse=True)
	for book in shown()["books"]:
		own = [row for row in rows if shown()["books"][row["book"]] == book]
		assert book["tally"]["behind"] == sum(row["behind"] for row in own)
		assert sum(book["tally"].values()) - book["tally"]["behind"] == len(own)


# --- what if ------------------------------------------------------------------------------------


def some() -> list[str]:
	"""An order of each kind: shared out by a team, by an allocation, as an overlay; a draft, on hold, closed."""
	kinds = [
		lambda one: len(one.team) == 3,
		lambda one: one.name in facts().allocations and one.name not in overlays(),
		lambda one: one.name in overlays(),
		*(lambda one, status=status: one.status == status for status in ("Draft", "On Hold", "Closed")),
		lambda one: one.status == "Closed" and one.lines[0].done_amount is not None,
	]
	return [next(name for name, one in facts().orders.items() if kind(one)) for kind in kinds]


@cache
def few_orders() -> Facts:
	"""Every tenth order of the year, and those that are asked about."""
	names = [*list(facts().orders)[::10], *some()]
	return replace(
		facts(),
		orders={name: facts().orders[name] for name in names},
		allocations={name: one for name, one in facts().allocations.items() if name in names},
	)


@pytest.mark.parametrize("name", some())
def test_a_change_comes_to_what_a_replay_of_the_changed_files_comes_to(name):
	few, before = few_orders(), attainments(few_orders(), replay(few_orders()), DAY)
	for outcome in WhatIf(few, replay(few), DAY).outcomes(name):
		allocations = {key: one for key, one in few.allocations.items() if key != name}
		if outcome.change.allocation:
			allocations[name] = outcome.change.allocation
		changed = replace(few, orders={**few.orders, name: outcome.change.order}, allocations=allocations)
		again = replay(changed)
		after = attainments(changed, again, DAY)
		moved = {key for key in after if after[key] != before[key]}
		assert {key: after[key] for key in moved} == outcome.targets, str(outcome.change.words)
		assert outcome.crediting == again.creditings[name]


def test_the_changes_that_can_be_asked_about():
	words = {
		name: [str(one.change.words) for one in WhatIf(facts(), result(), DAY).outcomes(name)]
		for name in ("SO-26-0095", "SO-26-0719")
	}
	assert words["SO-26-0095"] == [
		"It is cancelled.", "It is closed with half of it delivered.", "It is for 10 % less.", "It is for 10 % more.",
		"Its date is 2026-04-01.", "It is not allocated.", "Half of it is allocated to Grace Turner.",
	]  # fmt: skip
	assert facts().orders["SO-26-0719"].docstatus == 0
	assert words["SO-26-0719"][0] == "It is submitted."
	cancelled = next(one.name for one in facts().orders.values() if one.docstatus == 2)
	assert not WhatIf(facts(), result(), DAY).outcomes(cancelled)


def test_closed_with_half_of_it_delivered_leaves_half_of_an_upsell():
	"""What the files say was done of each charge, nothing as yet, would say that all of it is gone."""
	order = makers.make_order(
		"100.00", team="Anna:100", upsells=(replace(makers.upsell("Bob", 40), done=Fraction(0)),)
	)
	changes = changes_of(order, None, credit(order, None, Policy()), None)
	closed = next(one.order for one in changes if one.order.status == "Closed")
	assert [one.amount for one in credit(closed, None, Policy()).upsells] == [D("20.00")]


def test_changes_are_worked_out_for_the_latest_orders_alone(monkeypatch):
	monkeypatch.setattr("sales_extensions.replay.view.MOST_WHAT_IFS", 2)
	orders = view(facts(), result(), "", DAY)["orders"]
	assert [one["asked"] for one in orders[-3:]] == [False, True, True]
	assert not any(one["what_if"] for one in orders[:-2])


# --- the page -----------------------------------------------------------------------------------


def test_x6_all_that_the_page_says_has_its_dutch():
	dutch, said = page.dutch(), page.words()
	assert len(said) > 80
	sentences = {sentence for sentence, *_values in shown()["reasons"]}
	assert not [text for text in {*said, *sentences, *marked("what_if.py")} if not dutch.get(text)]
	for text in {*said, *sentences}:
		assert sorted(re.findall(r"\{\d\}", text)) == sorted(re.findall(r"\{\d\}", dutch[text])), text


def test_x6_the_pages_own_dutch_has_nothing_that_it_does_not_say():
	own = {line.split(",")[0] for line in page.DUTCH[0].read_text().splitlines() if not line.startswith('"')}
	assert not own - page.words() - marked("what_if.py")


def marked(name: str) -> set[str]:
	tree = ast.parse((ROOT / "sales_extensions" / "replay" / name).read_text())
	calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
	return {node.args[0].value for node in calls if getattr(node.func, "id", "") == "_"}


def test_x5_the_page_shows_text_as_text():
	script = (page.WEB / "page.js").read_text()
	assert not re.findall(
		r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|fetch\(|XMLHttp", script
	)


def test_x5_no_text_of_the_files_ends_the_element_it_stands_in(tmp_path):
	evil = '</script><!--<b>&"'
	made = page.page({**shown(), "title": evil, "reasons": [["{0}", evil]]}, "en")
	assert "<title>&lt;/script&gt;&lt;!--&lt;b&gt;&amp;&quot;</title>" in made
	assert evil not in made and "<!--" not in made
	[data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', made, re.S)
	assert json.loads(data)["title"] == evil


def test_the_page_names_no_other_place_and_lets_nothing_else_run():
	made = page.page(shown(), "en")
	assert not re.findall(r"(?:src|href)=\"(?!data:,)", made.split("<script>")[0])
	assert "https://" not in made and "http://" not in made
	assert "default-src 'none'" in made
	assert len(re.findall(r"(?:style|script)-src 'sha256-[\w+/]{43}='", made)) == 2


@pytest.mark.parametrize(
	("environment", "language"),
	[
		({}, "en"),
		({"LANG": "nl_NL.UTF-8"}, "nl"),
		({"LANG": "nl_NL.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
		({"LC_ALL": "", "LC_MESSAGES": "nl_BE", "LANG": "de_DE"}, "nl"),
		({"LANG": "fr_FR"}, "en"),
	],
)
def test_the_page_opens_in_the_language_of_the_shell(environment, language):
	assert page.language_of(environment) == language


def test_x5_a_page_that_cannot_be_written_is_said(tmp_path, capsys):
	file = tmp_path / "none" / "page.html"
	assert main(["replay", str(ROOT / "examples" / "splits"), "--html", str(file)]) == 2
	assert (
		f"{file}: can't be written: No such file or directory. Name another file." in capsys.readouterr().err
	)
