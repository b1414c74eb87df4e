"""What an order is worth, and whether it counts (T1, T8)."""

from decimal import Decimal as D

import pytest

from sales_extensions.engine import AmountBasis, ClosedCredit, CountOn, Policy, worth

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
