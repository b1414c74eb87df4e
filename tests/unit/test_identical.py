"""Which two targets are one and the same (T1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from sales_extensions.engine import TargetType, are_identical, shared_days

from .makers import make_target

FILTERS = {"territory": "Holland", "customer_group": "Shops", "item_group": "Mills"}
ONE = make_target("T-1", "Anna", "Bob", **FILTERS)


@pytest.mark.parametrize(
	"changes",
	[
		{"name": "T-2"},
		{"assignees": ("Bob", "Anna")},
		{"target_amount": D(5), "target_count": 3},
		{"target_type": str(TargetType.FINANCIAL)},
		{"currency": "", "precision": 3},
	],
)
def test_T1_what_is_asked_of_the_same_orders_makes_no_other_target(changes):
	assert are_identical(ONE, replace(ONE, **changes))


@pytest.mark.parametrize(
	"changes",
	[
		{"target_type": TargetType.NUMERIC},
		{"company": "Molens"},
		{"from_date": date(2026, 1, 2)},
		{"to_date": date(2026, 3, 30)},
		{"assignees": ("Anna",)},
		{"assignees": ("Anna", "Bob", "Cleo")},
		{"territory": None},
		{"territory": "Spain"},
		{"customer_group": None},
		{"item_group": "Pumps"},
	],
)
def test_T1_other_orders_make_another_target(changes):
	other = replace(ONE, **changes)
	assert not are_identical(ONE, other) and not are_identical(other, ONE)


MONTH = replace(
	ONE, name="T-2", from_date=date(2026, 3, 1), to_date=date(2026, 4, 30), assignees=("Bob", "Anna")
)


def test_T6_the_shorter_of_two_stands_on_the_days_of_both():
	days = date(2026, 3, 1), ONE.to_date
	assert shared_days(ONE, MONTH) == (*days, MONTH) and shared_days(MONTH, ONE) == (*days, MONTH)


@pytest.mark.parametrize(
	"changes",
	[
		{"from_date": ONE.from_date, "to_date": ONE.to_date},
		{"from_date": date(2026, 4, 1)},
		{"territory": None},
		{"target_type": TargetType.NUMERIC},
		{"assignees": ("Anna",)},
		{"company": "Molens"},
	],
)
def test_T6_what_counts_other_days_or_orders_shares_none(changes):
	assert shared_days(ONE, replace(MONTH, **changes)) is None
