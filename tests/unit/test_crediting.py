"""Who has how much of an order (A1, A3, A4, A5)."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import Policy, RemainderTo, Rule, credit

from .makers import allocate, allocations, amounts, fixed, make_order, orders, percent, whole

NOBODY = RemainderTo.NOBODY


def share_out(order, allocation=None):
	return credit(order, allocation, Policy())


# --- conservation (A4) ----------------------------------------------------------------------------


@given(orders(), st.none() | allocations())
def test_a4_credits_and_what_is_nobodys_add_up_to_the_order(order, allocation):
	result = share_out(order, allocation)
	assert sum(amounts(result).values()) + result.uncredited == result.worth.amount
	assert not result.overlay


@given(orders(), allocations())
def test_a4_the_rows_of_an_allocation_and_its_remainder_add_up_to_the_order(order, allocation):
	result = share_out(order, allocation)
	assert len(result.share_amounts) == len(allocation.shares)
	assert sum(result.share_amounts) + result.remainder == result.worth.amount


@given(orders(), allocations(overlay=True))
def test_a3_a4_what_an_overlay_credits_above_the_order_is_marked(order, allocation):
	result = share_out(order, allocation)
	total, credited = result.worth.amount, sum(amounts(result).values())
	if total >= 0:
		assert result.overlay == (credited > total)
		assert result.uncredited == max(0, total - credited)
		assert all(amount <= total for amount in result.share_amounts)
	else:
		assert credited + result.uncredited == total


@given(orders(), st.none() | allocations())
def test_a4_the_same_facts_give_the_same_cents(order, allocation):
	assert share_out(order, allocation) == share_out(order, allocation)


@given(orders(), st.none() | allocations())
def test_a1_a_seller_has_one_credit_however_many_rows_name_them(order, allocation):
	sellers = [one.sales_person for one in share_out(order, allocation).credits]
	assert len(sellers) == len(set(sellers))


# --- the natural owner (A1) -----------------------------------------------------------------------


def test_a1_the_sales_team_comes_first():
	result = share_out(make_order("100.00", team="Anna:60;Bob:40", owner_seller="Carla"))
	assert amounts(result) == {"Anna": D("60.00"), "Bob": D("40.00")}
	assert {one.rule for one in result.credits} == {Rule.SALES_TEAM}


def test_a1_without_a_team_the_sales_person_of_the_owner():
	result = share_out(make_order("100.00", owner="carla@acme.example", owner_seller="Carla"))
	assert amounts(result) == {"Carla": D("100.00")}
	assert result.credits[0].rule == Rule.ORDER_OWNER
	assert "carla@acme.example" in str(result.credits[0].reasons[-1])


def test_a1_an_owner_who_sells_nothing_leaves_the_order_to_nobody():
	result = share_out(make_order("100.00", owner="desk@acme.example"))
	assert (result.credits, result.uncredited) == ((), D("100.00"))


def test_a1_a_seller_who_is_in_the_team_twice_has_one_credit():
	result = share_out(make_order("100.00", team="Anna:30;Bob:50;Anna:20"))
	assert amounts(result) == {"Anna": D("50.00"), "Bob": D("50.00")}
	assert result.credits[0].share_percentage == D(50)


def test_a1_a_team_below_100_leaves_the_rest_to_nobody_and_one_above_is_scaled_down():
	below = share_out(make_order("100.00", team="Anna:60;Bob:30"))
	assert (amounts(below), below.uncredited) == ({"Anna": D("60.00"), "Bob": D("30.00")}, D("10.00"))
	above = share_out(make_order("100.00", team="Anna:100;Bob:100"))
	assert (amounts(above), above.uncredited) == ({"Anna": D("50.00"), "Bob": D("50.00")}, D("0.00"))


def test_a1_a_team_member_of_nothing_is_not_credited():
	assert amounts(share_out(make_order("100.00", team="Anna:100;Bob:0"))) == {"Anna": D("100.00")}


# --- allocations (A3, A5) -------------------------------------------------------------------------


def test_a3_the_whole_order_leaves_the_natural_owner_nothing():
	result = share_out(make_order("100.00", team="Anna:100"), allocate(whole("Bob")))
	assert amounts(result) == {"Bob": D("100.00")}
	assert (result.credits[0].rule, result.credits[0].source_doctype) == (
		Rule.WHOLE_ORDER,
		"Order Allocation",
	)


def test_a3_what_is_left_goes_to_the_team_by_its_percentages():
	order = make_order("1000.00", team="Anna:75;Bob:25")
	result = share_out(order, allocate(percent("Carla", 20), fixed("Dirk", "400.00")))
	assert amounts(result) == {
		"Carla": D("200.00"),
		"Dirk": D("400.00"),
		"Anna": D("300.00"),
		"Bob": D("100.00"),
	}
	assert [one.rule for one in result.credits] == [
		Rule.PERCENTAGE, Rule.FIXED_AMOUNT, Rule.REMAINDER, Rule.REMAINDER,
	]  # fmt: skip
	assert [one.share_percentage for one in result.credits] == [D(20), D(40), D(30), D(10)]
	assert (result.remainder, result.uncredited) == (D("400.00"), D("0.00"))


def test_a3_what_is_left_goes_to_nobody():
	result = share_out(make_order("1000.00", team="Anna:100"), allocate(percent("Bob", 30), to=NOBODY))
	assert amounts(result) == {"Bob": D("300.00")}
	assert result.remainder == result.uncredited == D("700.00")


def test_a3_a_seller_in_the_allocation_who_is_also_the_natural_owner_has_both():
	result = share_out(
		make_order("100.00", team="Anna:100"), allocate(percent("Anna", 10), percent("Bob", 20))
	)
	assert amounts(result) == {"Anna": D("80.00"), "Bob": D("20.00")}
	assert result.credits[0].rule == Rule.PERCENTAGE
	assert len(result.credits[0].reasons) == 3, "the order's worth, the share, and the remainder"


def test_a5_percentages_follow_the_total_and_a_fixed_amount_stays():
	allocation = allocate(percent("Bob", 20), fixed("Carla", "50.00"))
	for total, bob, anna in (("100.00", "20.00", "30.00"), ("400.00", "80.00", "270.00")):
		result = share_out(make_order(total, team="Anna:100"), allocation)
		assert amounts(result) == {"Bob": D(bob), "Carla": D("50.00"), "Anna": D(anna)}
		assert result.cuts == ()


def test_a5_percentages_go_before_fixed_amounts_whatever_the_row_order():
	result = share_out(make_order("50.00"), allocate(fixed("Bob", "80.00"), percent("Carla", 20)))
	assert amounts(result) == {"Bob": D("40.00"), "Carla": D("10.00")}


def test_a5_of_two_fixed_amounts_the_first_row_is_served_first():
	allocation = allocate(fixed("Bob", "60.00"), fixed("Carla", "60.00"), fixed("Dirk", "10.00"))
	result = share_out(make_order("100.00", team="Anna:100"), allocation)
	assert amounts(result) == {"Bob": D("60.00"), "Carla": D("40.00")}
	assert [(cut.row, cut.sales_person, cut.agreed, cut.granted) for cut in result.cuts] == [
		(1, "Carla", D("60.00"), D("40.00")),
		(2, "Dirk", D("10.00"), D("0.00")),
	]


def test_a5_a_cut_is_said_in_the_reason():
	result = share_out(make_order("50.00"), allocate(fixed("Bob", "80.00")))
	assert str(result.credits[0].reasons[-1]) == (
		"Order Allocation: a fixed amount of 80.00 EUR, cut to 50.00 EUR, all that the order can bear."
	)


def test_a5_decimals_that_the_currency_does_not_have_are_no_cut():
	result = share_out(make_order("100.00"), allocate(fixed("Bob", "33.333")))
	assert amounts(result) == {"Bob": D("33.33")}
	assert result.cuts == ()
	assert "cut" not in str(result.credits[0].reasons[-1])


def test_a3_an_overlay_credits_more_than_the_order_and_says_so():
	allocation = allocate(whole("Anna"), percent("Bob", 50), fixed("Carla", "25.00"), overlay=True)
	result = share_out(make_order("100.00", team="Dirk:100"), allocation)
	assert amounts(result) == {"Anna": D("100.00"), "Bob": D("50.00"), "Carla": D("25.00")}
	assert (result.overlay, result.uncredited) == (True, D(0))


def test_a3_no_row_of_an_overlay_has_more_than_the_order():
	result = share_out(make_order("10.00"), allocate(whole("Anna"), fixed("Bob", "25.00"), overlay=True))
	assert amounts(result) == {"Anna": D("10.00"), "Bob": D("10.00")}
	assert [cut.sales_person for cut in result.cuts] == ["Bob"]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("first", [60, 100])
def test_a4_rows_let_in_above_100_percent_take_only_what_is_left(first, sign):
	"""A merge of orders or a direct write can bring such rows; the earlier row is served first."""
	order = make_order(str(100 * sign), team="Dirk:100")
	result = share_out(order, allocate(percent("Anna", first), percent("Bob", 60), percent("Carla", 60)))
	assert amounts(result) == {
		seller: amount * sign for seller, amount in (("Anna", D(first)), ("Bob", D(100 - first))) if amount
	}
	assert (result.uncredited, result.overlay) == (0, False)


# --- nothing, and less than nothing ---------------------------------------------------------------


def test_a6_an_order_of_nothing_still_has_its_sellers():
	result = share_out(make_order("0.00", team="Anna:50;Bob:50"))
	assert amounts(result) == {"Anna": D(0), "Bob": D(0)}
	assert [one.share_percentage for one in result.credits] == [D(50), D(50)]


def test_a6_an_order_of_nothing_with_an_allocation_has_those_sellers():
	order = make_order("0.00", team="Anna:100")
	assert set(amounts(share_out(order, allocate(percent("Bob", 100))))) == {"Bob"}
	assert set(amounts(share_out(order, allocate(percent("Bob", 60))))) == {"Bob", "Anna"}
	assert set(amounts(share_out(order, allocate(percent("Bob", 60), to=NOBODY)))) == {"Bob"}


def test_a4_a_negative_total_is_shared_by_the_same_percentages():
	result = share_out(make_order("-100.00", team="Anna:60;Bob:40"))
	assert amounts(result) == {"Anna": D("-60.00"), "Bob": D("-40.00")}


def test_a5_a_fixed_amount_takes_nothing_from_a_negative_total():
	result = share_out(make_order("-100.00", team="Anna:100"), allocate(fixed("Bob", "10.00")))
	assert amounts(result) == {"Anna": D("-100.00")}


@pytest.mark.parametrize(
	("total", "precision", "expected"),
	[
		("100.00", 2, ["33.34", "33.33", "33.33"]),
		("1000", 0, ["334", "333", "333"]),
		("1.000", 3, ["0.334", "0.333", "0.333"]),
		("0.01", 2, ["0.01", "0.00", "0.00"]),
	],
)
def test_a4_thirds(total, precision, expected):
	team = ";".join(f"{seller}:33.333333333" for seller in ("Anna", "Bob", "Carla"))
	result = share_out(make_order(total, team=team, precision=precision))
	assert [str(one.amount) for one in result.credits] == expected
	assert result.uncredited == 0
