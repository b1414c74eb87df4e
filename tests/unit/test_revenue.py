"""What upsells bring to a seller, for targets that count upsell revenue (U11, T5, T8)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import (
	AmountBasis,
	ClosedCredit,
	Key,
	OrderLine,
	Policy,
	TargetType,
	credit,
	differences,
	positions,
)
from sales_extensions.engine.revenue import upsell_credits, upsells_within

from .makers import SELLERS, TREES, allocate, make_order, make_target, orders, upsell, whole

LINES = tuple(OrderLine(group, D("100.00")) for group in ("Laptops", "Monitors", "Services"))
closed = {"status": "Closed", "per_delivered": D(25), "per_billed": D(40)}


def sold(*charges, **changes):
	"""An order of Anna's for 300 net, 363 with tax, with these upsells."""
	order = make_order("363.00", net_total=D("300.00"), team="Anna:100", lines=LINES)
	return replace(order, upsells=charges, **changes)


def upsell_target(name="T", *assignees, **changes):
	return make_target(name, *(assignees or ("Sales",)), target_type=TargetType.UPSELL, **changes)


def stand(order, *some, policy=None, allocation=None):
	found = positions(order, credit(order, allocation, policy or Policy()), some, TREES)
	return {(key.target, key.sales_person): (one.amount, one.order_count) for key, one in found.items()}


def reasons(order, target, seller="Anna", policy=None):
	found = positions(order, credit(order, None, policy or Policy()), [target], TREES)
	return [str(reason) for reason in found[Key(target.name, order.name, seller)].reasons]


# --- by seller ------------------------------------------------------------------------------------


def test_u11_each_seller_has_what_their_own_charges_bring():
	order = sold(upsell("Bob", "30.00"), upsell("Anna", "12.50"), upsell("Bob", "7.25", "Laptops"))
	assert stand(order, upsell_target()) == {("T", "Bob"): (D("37.25"), 1), ("T", "Anna"): (D("12.50"), 0)}
	assert [one.sales_person for one in upsell_credits(order, Policy())] == ["Anna", "Bob"]


def test_u11_upsells_are_net_of_tax_on_every_basis_and_no_allocation_moves_them():
	"""The order is Anna's, or by allocation Carla's; the upsell is Bob's who made it."""
	order = sold(upsell("Bob", "30.00"))
	for basis in AmountBasis:
		for allocation in (None, allocate(whole("Carla"))):
			assert stand(order, upsell_target(), policy=Policy(basis=basis), allocation=allocation) == {
				("T", "Bob"): (D("30.00"), 1)
			}


def test_u11_other_targets_do_not_see_upsells_nor_upsell_targets_the_order():
	order = sold(upsell("Bob", "30.00"))
	some = make_target("F", "Sales"), make_target("N", "Sales", target_type=TargetType.NUMERIC)
	assert stand(order, *some) == {("F", "Anna"): (D("363.00"), 1), ("N", "Anna"): (D("363.00"), 1)}
	assert stand(sold(), upsell_target()) == {}


def test_u11_the_rule_and_source_of_an_upsell():
	(one,) = upsell_credits(sold(upsell("Bob", "30.00")), Policy())
	assert (one.rule, one.source_doctype, one.source_name) == ("Upsell", "Sales Order", "SO-1")
	assert one.share_percentage == 0, "it is no share of the order"


@pytest.mark.parametrize(
	("changes", "amount"),
	[
		({}, "30.00"),
		({"docstatus": 0}, None),
		({"docstatus": 2}, None),
		({"company": "Other"}, None),
		({"posting_date": date(2026, 4, 1)}, None),
	],
)
def test_u11_upsells_count_where_their_order_counts(changes, amount):
	found = stand(sold(upsell("Bob", "30.00"), **changes), upsell_target())
	assert found == ({("T", "Bob"): (D(amount), 1)} if amount else {})


# --- zero, negative, rounding ---------------------------------------------------------------------


def test_u11_a_charge_for_nothing_is_an_upsell_all_the_same():
	assert stand(sold(upsell("Bob", 0)), upsell_target()) == {("T", "Bob"): (D("0.00"), 1)}


def test_u11_a_discount_row_takes_from_what_its_seller_brought():
	order = sold(upsell("Bob", "30.00"), upsell("Bob", "-50.00"), upsell("Anna", "5.00"))
	assert stand(order, upsell_target()) == {("T", "Bob"): (D("-20.00"), 0), ("T", "Anna"): (D("5.00"), 1)}


def test_u11_amounts_are_added_before_they_are_rounded():
	order = sold(*(upsell("Bob", "0.004") for _number in range(3)))
	assert stand(order, upsell_target()) == {("T", "Bob"): (D("0.01"), 1)}
	assert stand(replace(order, precision=0), upsell_target()) == {("T", "Bob"): (D(0), 1)}


@given(orders())
def test_u11_a_full_order_brings_the_sum_of_its_upsells(order):
	order = replace(order, status="To Bill")
	for one in upsell_credits(order, Policy()):
		exact = sum(charge.net_amount for charge in order.upsells if charge.sales_person == one.sales_person)
		assert abs(one.amount - exact) <= D("0.5").scaleb(-order.precision)


# --- closed orders (T8) ---------------------------------------------------------------------------


@pytest.mark.parametrize(
	("policy", "amount"),
	[(ClosedCredit.SHARE, "12.00"), (ClosedCredit.FULL, "30.00"), (ClosedCredit.NONE, None)],
)
def test_t8_u11_upsells_of_a_closed_order(policy, amount):
	found = stand(sold(upsell("Bob", "30.00"), **closed), upsell_target(), policy=Policy(closed=policy))
	assert found == ({("T", "Bob"): (D(amount), 1)} if amount else {})


def test_t8_u11_nothing_delivered_or_billed_brings_nothing():
	order = sold(upsell("Bob", "30.00"), status="Closed")
	assert stand(order, upsell_target()) == {}


def test_t8_u11_half_a_cent_of_a_closed_order_is_rounded_away_from_zero():
	for amount, rounded in (("0.05", "0.03"), ("-0.05", "-0.03")):
		order = sold(upsell("Bob", amount), status="Closed", per_billed=D(50))
		assert stand(order, upsell_target()) == {("T", "Bob"): (D(rounded), 1)}


def test_t8_u11_what_a_closed_order_brings_is_rounded_once():
	order = sold(upsell("Bob", "0.009"), status="Closed", per_billed=D(50))
	assert stand(order, upsell_target()) == {("T", "Bob"): (D("0.00"), 1)}


# --- item groups (T5) -----------------------------------------------------------------------------


def test_t5_u11_a_charge_counts_by_its_own_item_group_not_by_the_orders_lines():
	order = sold(
		upsell("Bob", "30.00", "Laptops"), upsell("Bob", "12.00", "Services"), upsell("Anna", "9.00")
	)
	some = [upsell_target(group, item_group=group) for group in ("Hardware", "Monitors", "Services", "All")]
	assert stand(order, *some) == {
		("Hardware", "Bob"): (D("30.00"), 1),
		("Services", "Bob"): (D("12.00"), 1),
		("Services", "Anna"): (D("9.00"), 0),
		("All", "Bob"): (D("42.00"), 1),
		("All", "Anna"): (D("9.00"), 0),
	}


def test_t5_u11_a_charge_of_a_currency_s_own_decimals_keeps_its_cents():
	"""Also beside a discount of nearly as much: what is spread over the charges is each one's own."""
	order = sold(upsell("Bob", "30.00", "Laptops"), upsell("Bob", "-29.99", "Services"))
	some = [upsell_target(group, item_group=group) for group in ("Laptops", "Services")]
	assert stand(order, *some) == {
		("Laptops", "Bob"): (D("30.00"), 1),
		("Services", "Bob"): (D("-29.99"), 1),
	}


def test_t5_t8_u11_the_cents_of_a_closed_order_go_to_the_largest_fraction():
	"""0.10 and 0.05 at 50 % are 0.08: 5.33 and 2.67 cents, so 0.05 and 0.03."""
	order = sold(
		upsell("Bob", "0.10", "Laptops"), upsell("Bob", "0.05", "Services"), status="Closed", per_billed=D(50)
	)
	some = [upsell_target(group, item_group=group) for group in ("All", "Laptops", "Services")]
	assert stand(order, *some) == {
		("All", "Bob"): (D("0.08"), 1),
		("Laptops", "Bob"): (D("0.05"), 1),
		("Services", "Bob"): (D("0.03"), 1),
	}


@given(orders(), st.sampled_from([*SELLERS]), st.sampled_from(list(ClosedCredit)))
def test_t5_u11_item_groups_that_do_not_overlap_add_up(order, seller, policy):
	for one in upsell_credits(order, Policy(closed=policy)):
		parts = [upsells_within(one, group, TREES) for group in ("Laptops", "Monitors", "Services")]
		assert sum(amount for amount, _charges in parts) == one.amount
		assert sum(len(charges) for _amount, charges in parts) == len(one.charges)
		assert upsells_within(one, "All", TREES)[0] == one.amount


# --- reasons (T4) ---------------------------------------------------------------------------------


def test_t4_u11_the_reason_names_the_charges_in_the_currency_s_decimals():
	order = sold(upsell("Anna", "30", name="Care"), upsell("Anna", "1234.5", name="Mounting"))
	assert reasons(order, upsell_target())[0] == (
		"Upsells of Anna: Care 30.00; Mounting 1,234.50, net 1,264.50 EUR."
	)


def test_t4_u11_the_reason_names_five_charges_and_counts_the_rest():
	order = sold(*(upsell("Anna", "1.00", name=f"C{number}") for number in range(7)))
	said = reasons(order, upsell_target())[0]
	assert "C4 1.00; + 2, net 7.00 EUR." in said
	assert "C5" not in said
	within = reasons(order, upsell_target(item_group="Services"))[1]
	assert within.endswith("C4 1.00; + 2, so 7.00 EUR of the upsells.")
	five = replace(order, upsells=order.upsells[:5])
	assert "C4 1.00, net 5.00 EUR." in reasons(five, upsell_target())[0]


def test_t4_u11_the_reason_says_what_closing_and_item_group_leave():
	order = sold(upsell("Anna", "30.00", "Laptops"), upsell("Anna", "20.00", "Services", "Help"), **closed)
	assert reasons(order, upsell_target(item_group="Services"))[1:3] == [
		"The order is closed and counts for 40 %: 20.00 EUR.",
		"Item group Services: Help 20.00, so 8.00 EUR of the upsells.",
	]


# --- in and out of the ledger (T2, T3) ------------------------------------------------------------


def moves(before, after, target):
	"""The rows that a change of the order adds."""
	current = positions(before, credit(before, None, Policy()), [target], TREES)
	rows = differences(after, credit(after, None, Policy()), {target.name: target}, TREES, current)
	return {row.key.sales_person: (row.amount, row.order_count, str(row.position.reasons[0])) for row in rows}


def test_t3_u10_u11_a_credit_that_is_reassigned_moves_with_its_count():
	rows = moves(sold(upsell("Anna", "30.00")), sold(upsell("Bob", "30.00")), upsell_target())
	assert rows == {
		"Anna": (D("-30.00"), -1, "Anna has no upsell in the order any more."),
		"Bob": (D("30.00"), 1, "Upsells of Bob: Care 30.00, net 30.00 EUR."),
	}


def test_t3_u4_u11_a_charge_that_is_taken_out_takes_its_revenue_with_it():
	target = upsell_target(item_group="Services")
	two = sold(upsell("Anna", "30.00"), upsell("Anna", "10.00", "Laptops"))
	one = sold(upsell("Anna", "10.00", "Laptops"))
	assert moves(two, one, target) == {"Anna": (D("-30.00"), -1, "Anna has no upsell in the order any more.")}
	assert moves(two, sold(upsell("Anna", "30.00")), target) == {}


def test_t3_u11_a_cancelled_order_takes_its_upsells_back():
	before = sold(upsell("Anna", "30.00"))
	assert moves(before, replace(before, docstatus=2), upsell_target()) == {
		"Anna": (D("-30.00"), -1, "The order is cancelled.")
	}
