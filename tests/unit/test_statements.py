"""A Sales Statement: steps, and what differs between versions (H4)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from sales_extensions.engine import statements
from sales_extensions.engine.statements import Difference, Line, Standing, State, Step

ISSUED = Standing(State.ISSUED, {"a": False, "b": False})
DISPUTED = Standing(State.DISPUTED, {"a": True, "b": False})
ANSWERED = Standing(State.DISPUTED, {"a": False, "b": False})
ACKNOWLEDGED = replace(ISSUED, state=State.ACKNOWLEDGED)


@pytest.mark.parametrize(
	("step", "now", "lines", "text"),
	[
		(Step.ACKNOWLEDGE, ISSUED, (), ""),
		(Step.ACKNOWLEDGE, ANSWERED, (), ""),
		(Step.DISPUTE, ISSUED, ("a", "b"), "why"),
		(Step.DISPUTE, DISPUTED, ("b",), "why"),
		(Step.DISPUTE, ANSWERED, ("a",), "still"),
		(Step.ANSWER, DISPUTED, ("a",), "because"),
		(Step.SETTLE, ACKNOWLEDGED, (), ""),
		(Step.SETTLE, ANSWERED, (), "agreed by telephone"),
		(Step.SETTLE, ISSUED, (), "signed on paper"),
	],
)
def test_h4_a_step_that_may_be_taken(step, now, lines, text):
	assert statements.refusal(step, now, lines, text) is None


@pytest.mark.parametrize(
	("step", "now", "lines", "text", "word"),
	[
		(Step.ACKNOWLEDGE, DISPUTED, (), "", "answered"),
		(Step.ACKNOWLEDGE, ACKNOWLEDGED, (), "", "already"),
		(Step.DISPUTE, ISSUED, (), "why", "at least one"),
		(Step.DISPUTE, ISSUED, ("c",), "why", "no such line"),
		(Step.DISPUTE, ISSUED, ("a",), "", "Say why"),
		(Step.DISPUTE, DISPUTED, ("a",), "why", "already"),
		(Step.DISPUTE, ACKNOWLEDGED, ("a",), "why", "acknowledged"),
		(Step.ANSWER, DISPUTED, ("b",), "because", "no answer"),
		(Step.ANSWER, DISPUTED, ("a",), "", "Say why"),
		(Step.SETTLE, DISPUTED, (), "agreed", "answered"),
		(Step.SETTLE, ISSUED, (), "", "not acknowledged"),
	],
)
def test_h4_a_step_that_may_not(step, now, lines, text, word):
	assert word in str(statements.refusal(step, now, lines, text))


@pytest.mark.parametrize("step", [Step.ACKNOWLEDGE, Step.DISPUTE, Step.ANSWER, Step.SETTLE])
def test_h4_no_step_on_a_draft_a_settled_one_or_one_that_another_replaced(step):
	for state in (State.DRAFT, State.SETTLED):
		assert statements.refusal(step, Standing(state, {"a": True}), ("a",), "why")
	assert "SST-2" in str(statements.refusal(step, replace(DISPUTED, superseded_by="SST-2"), ("a",), "why"))


def test_h4_an_answer_leaves_it_disputed():
	assert statements.state_after(Step.ANSWER, State.DISPUTED) == State.DISPUTED
	assert statements.state_after(Step.SETTLE, State.DISPUTED) == State.SETTLED


def line(order: str, amount: str = "100", **more) -> Line:
	return Line("Credit", ("T", order, "Anna"), D(amount), 1, D(100), date(2026, 3, 10), "All of it.", **more)


def test_h4_a_first_version_differs_from_nothing():
	assert [one.difference for one in statements.compared([line("A")], None)] == [Difference.NONE]


def test_h4_what_differs_line_by_line():
	before = [line("A"), line("B"), line("C")]
	now = [line("C", "120"), line("D"), line("A", "100.000")]
	found = statements.compared(now, before)
	assert [(one.difference, one.now, one.before) for one in found] == [
		(Difference.CHANGED, 0, 2), (Difference.NEW, 1, None), (Difference.SAME, 2, 0), (Difference.GONE, None, 1),
	]  # fmt: skip
	assert statements.differs(found, D(0), D(0))


def test_h4_the_same_rule_with_another_reason_is_a_change():
	(found,) = statements.compared([replace(line("A"), reason="By allocation.")], [line("A")])
	assert found.difference == Difference.CHANGED


def test_h4_a_goal_that_was_raised_differs_though_no_line_does():
	found = statements.compared([line("A")], [line("A")])
	assert not statements.differs(found, D("1000"), D("1000.0"))
	assert statements.differs(found, D(1100), D(1000))


def test_h4_an_adjustment_is_no_credit():
	found = statements.compared([replace(line("A"), kind="Adjustment")], [line("A")])
	assert [one.difference for one in found] == [Difference.NEW, Difference.GONE]


def test_h4_every_step_that_is_told_has_its_words():
	told = {step for step in Step if step != Step.SUPERSEDE}
	assert set(statements.SUBJECTS) == told
	assert str(statements.subject("Disputed", "SST-1", "Anna")).startswith(
		"Anna disputes Sales Statement SST-1"
	)
