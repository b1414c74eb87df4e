"""Which orders and sellers a target sees (T1, T5)."""

from datetime import date
from decimal import Decimal as D

import pytest

from sales_extensions.engine import OrderLine, Trees
from sales_extensions.engine.matching import (
	assignee_of,
	lines_within,
	order_mismatch,
	seller_reason,
)

from .makers import TREES, make_order, make_target


def sees(target, order, trees=TREES):
	return order_mismatch(target, order, trees) is None


@pytest.mark.parametrize(
	("day", "seen"),
	[
		(date(2025, 12, 31), False),
		(date(2026, 1, 1), True),
		(date(2026, 2, 14), True),
		(date(2026, 3, 31), True),
		(date(2026, 4, 1), False),
	],
)
def test_t5_both_ends_of_the_period_belong_to_it(day, seen):
	assert sees(make_target(), make_order(posting_date=day)) is seen


def test_t5_a_period_of_one_day():
	target = make_target(from_date=date(2026, 3, 2), to_date=date(2026, 3, 2))
	assert sees(target, make_order(posting_date=date(2026, 3, 2)))


def test_t5_only_orders_of_the_company():
	assert sees(make_target(), make_order(company="Acme"))
	reason = order_mismatch(make_target(), make_order(company="Other"), TREES)
	assert str(reason) == "The order is of company Other, the target of Acme."


@pytest.mark.parametrize(
	("wanted", "of_order", "seen"),
	[
		(None, None, True),
		(None, "Utrecht", True),
		("Utrecht", "Utrecht", True),
		("World", "Utrecht", True),
		("Utrecht", "Netherlands", False),  # a group is not within its member
		("Utrecht", None, False),
		("Atlantis", "Utrecht", False),
		("Atlantis", "Atlantis", True),  # a name the tree does not know stands for itself
	],
)
def test_t5_territory_with_its_subtree(wanted, of_order, seen):
	assert sees(make_target(territory=wanted), make_order(territory=of_order)) is seen


def test_t5_customer_group_with_its_subtree():
	target = make_target(customer_group="Commercial")
	assert sees(target, make_order(customer_group="Shops"))
	assert not sees(target, make_order(customer_group="Government"))
	assert not sees(target, make_order())


def test_t5_item_group_needs_one_line_within_it():
	target = make_target(item_group="Hardware")
	order = make_order(lines=(OrderLine("Services", D(5)), OrderLine("Laptops", D(5))))
	assert sees(target, order)
	assert lines_within(order, "Hardware", TREES) == [1]
	assert not sees(target, make_order(lines=order.lines[:1]))
	assert not sees(target, make_order())


def test_t5_all_filters_must_agree():
	target = make_target(territory="World", customer_group="Commercial")
	assert sees(target, make_order(territory="Utrecht", customer_group="Shops"))
	assert not sees(target, make_order(territory="Utrecht"))
	assert not sees(target, make_order(customer_group="Shops"))


@pytest.mark.parametrize(
	("assignees", "seller", "assignee"),
	[
		(("Anna",), "Anna", "Anna"),
		(("Anna",), "Bob", None),
		(("North",), "Anna", "North"),
		(("Sales",), "Carla", "Sales"),
		(("Sales", "Anna"), "Anna", "Anna"),  # themself before a group
		(("Anna",), "North", None),  # a credit of the group is not its member's
		(("Anna",), "", None),
	],
)
def test_t1_a_group_stands_for_everyone_under_it(assignees, seller, assignee):
	assert assignee_of(make_target("T-1", *assignees), seller, TREES) == assignee


def test_t4_the_reason_names_the_group():
	target = make_target("T-1", "North")
	assert (
		str(seller_reason(target, "Anna", TREES))
		== "Anna was under North on the order's day, a Sales Person of the target."
	)
	assert "is not" in str(seller_reason(target, "Carla", TREES))
	assert assignee_of(target, "Anna", Trees()) is None, "without a tree a group stands only for itself"
