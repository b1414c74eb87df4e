"""Rows of ERPNext's table Targets as Sales Targets (T1, L1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from sales_extensions.engine import TargetRow, TargetType, carry, check_target, sameness, target_of

from .makers import make_target

ANNA = make_target("", "Anna")
ROW = TargetRow(1, "2026", date(2026, 1, 1), date(2026, 12, 31), amount=D(1000), item_group="Mills")


def one(row: TargetRow, pattern=ANNA, there=()):
	(found,) = carry([row], pattern, dict(there))
	return found


def words(found) -> str:
	return " ".join(map(str, found.reasons))


def test_L1_a_row_with_an_amount_is_a_financial_target_of_its_fiscal_year():
	target = one(replace(ROW, distribution="Seasons"), replace(ANNA, territory="Holland")).target
	assert (target.target_type, target.target_amount, target.target_count) == (TargetType.FINANCIAL, 1000, 0)
	assert (target.from_date, target.to_date) == (date(2026, 1, 1), date(2026, 12, 31))
	assert (target.assignees, target.territory, target.item_group) == (("Anna",), "Holland", "Mills")
	assert check_target(target) == []


@pytest.mark.parametrize(
	("changes", "why"),
	[
		({"amount": D(0), "quantity": D(40)}, "quantity of 40 and for no amount"),
		({"amount": D(0)}, "no amount"),
		({"amount": D(-5)}, "above 0"),
		({"amount": D(10) ** 12}, "below 1,000,000,000,000"),
		({"first": None, "last": None}, "Fiscal Year 2026 is not one of Acme"),
	],
)
def test_L1_a_row_that_can_be_no_target_says_why(changes, why):
	found = one(replace(ROW, **changes))
	assert found.target is None and why in words(found)


def test_L1_a_quantity_beside_an_amount_is_told_to_stay():
	found = one(replace(ROW, quantity=D("12.5")))
	assert found.target and "12.5 stays" in words(found)


def test_L1_none_is_made_twice():
	target = target_of(ROW, ANNA)
	found = one(ROW, there={sameness(target): "ST-1"})
	assert (found.target, found.same_as) == (None, "ST-1")
	more = one(replace(ROW, amount=D(5)), there={sameness(target): "ST-1"})
	assert more.same_as == "ST-1", "another goal for the same orders"


def test_L1_of_two_rows_for_the_same_orders_one_is_made():
	rows = [ROW, replace(ROW, row=2, item_group="Pumps"), replace(ROW, row=3, amount=D(7))]
	first, second, third = carry(rows, ANNA, {})
	assert first.target and second.target and third.target is None
	assert "same as row 1" in words(third)
	first, second, third = carry([replace(ROW, amount=D(0)), *rows[1:]], ANNA, {})
	assert third.target, "the first was none"
