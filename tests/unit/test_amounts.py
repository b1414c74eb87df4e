"""What an order is worth, and whether it counts (T1, T8)."""

from decimal import Decimal as D
from fractions import Fraction as F

import pytest

from sales_extensions.engine import AmountBasis, ClosedCredit, CountOn, OrderLine, Policy, worth
from sales_extensions.engine.amounts import row_part

from .makers import make_order

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2


@pytest.mark.parametrize(
	("count_on", "docstatus", "counts"),
	[
		(CountOn.SUBMIT, DRAFT, False),
		(CountOn.SUBMIT, SUBMITTED, True),
		(CountOn.SUBMIT, CANCELLED, False),
		(CountOn.SAVE, DRAFT, True),
		(CountOn.SAVE, SUBMITTED, True),
		(CountOn.SAVE, CANCELLED, False),
	],
)
def test_t8_when_an_order_counts(count_on, docstatus, counts):
	value = worth(make_order("80.00", docstatus=docstatus), Policy(count_on=count_on))
	assert value.counts is counts
	assert value.amount == D("80.00"), "a manager sees what an order is worth before it counts"


@pytest.mark.parametrize("status", ["On Hold", "To Deliver and Bill", "Completed", ""])
def test_t8_an_order_that_is_open_or_held_counts_in_full(status):
	value = worth(make_order("80.00", status=status, per_delivered=D(10)), Policy())
	assert (value.amount, value.counts) == (D("80.00"), True)


@pytest.mark.parametrize(
	("basis", "amount"), [(AmountBasis.GRAND_TOTAL, D("121.00")), (AmountBasis.NET_TOTAL, D("100.00"))]
)
def test_t8_grand_or_net_total(basis, amount):
	assert worth(make_order("121.00", net_total=D("100.00")), Policy(basis=basis)).amount == amount


@pytest.mark.parametrize(
	("closed", "delivered", "billed", "amount", "counts"),
	[
		(ClosedCredit.SHARE, "25", "40", "80.00", True),
		(ClosedCredit.SHARE, "75", "40", "150.00", True),
		(ClosedCredit.SHARE, "0", "0", "0.00", False),
		(ClosedCredit.SHARE, "110", "0", "200.00", True),  # delivered above what was ordered
		(ClosedCredit.SHARE, "33.333333", "0", "66.67", True),
		(ClosedCredit.FULL, "0", "0", "200.00", True),
		(ClosedCredit.NONE, "100", "100", "0.00", False),
	],
)
def test_t8_a_closed_order(closed, delivered, billed, amount, counts):
	order = make_order("200.00", status="Closed", per_delivered=D(delivered), per_billed=D(billed))
	value = worth(order, Policy(closed=closed))
	assert (value.amount, value.counts) == (D(amount), counts)


DONE = (
	OrderLine("Nails", D("2500.00"), F(2500)),  # 250,000 at 0.01, all delivered
	OrderLine("Mills", D("10000.00"), F(0)),  # 2 at 5,000, none of them
)


@pytest.mark.parametrize(
	("closed", "amount"),
	[(ClosedCredit.SHARE, "2500.00"), (ClosedCredit.FULL, "12500.00"), (ClosedCredit.NONE, "0.00")],
)
def test_m6_a_closed_order_counts_by_value_not_by_pieces(closed, amount):
	order = make_order("12500.00", status="Closed", per_delivered=D("99.9992"), lines=DONE)
	assert worth(order, Policy(closed=closed)).amount == D(amount)


def test_m6_taxes_follow_what_was_done_of_the_net():
	value = worth(make_order("15125.00", status="Closed", lines=DONE), Policy())
	assert (value.amount, value.counts) == (D("3025.00"), True)
	assert str(value.reason) == (
		"Grand Total 15,125.00 EUR; the order is closed and 2,500.00 EUR of its 12,500.00 EUR net was delivered "
		"or billed, so it counts for 3,025.00 EUR."
	)


def test_m6_rows_that_come_to_nothing_leave_it_to_the_order_s_own_percentages():
	gift = (OrderLine("Nails", D(0), F(0)),)
	order = make_order("0.00", status="Closed", per_delivered=D(100), lines=gift)
	assert worth(order, Policy()).counts


@pytest.mark.parametrize(
	("qty", "delivered", "amount", "billed", "part"),
	[
		(4, 1, 100, 75, F(3, 4)),
		(3, 1, 100, 0, F(1, 3)),
		(2, 3, 100, 0, F(1)),  # more was delivered than ordered
		(2, 0, 100, 130, F(1)),
		(2, -1, 100, 0, F(0)),  # more came back than was delivered
		(1, 1, -50, 0, F(1)),  # a discount as a row
		(0, 0, 0, 0, F(0)),
	],
)
def test_m6_the_part_of_a_row(qty, delivered, amount, billed, part):
	assert row_part(D(qty), D(delivered), D(amount), D(billed)) == part


def test_t8_the_default_policy():
	assert Policy() == Policy("Submit", "Grand Total", "Delivered or Billed Share", False)


def test_t4_the_reason_shows_the_arithmetic():
	order = make_order("8000.00", status="Closed", per_billed=D("40.000000"))
	assert str(worth(order, Policy()).reason) == (
		"Grand Total 8,000.00 EUR; the order is closed and counts for 40 %: 3,200.00 EUR."
	)
	assert "cancelled" in str(worth(make_order(docstatus=CANCELLED), Policy()).reason)
	assert "draft" in str(worth(make_order(docstatus=DRAFT), Policy()).reason)


def test_t5_amounts_have_the_currency_s_own_decimals():
	assert str(worth(make_order("1000.4", precision=0), Policy()).amount) == "1000"
	assert str(worth(make_order("1.2345", precision=3), Policy()).amount) == "1.235"
