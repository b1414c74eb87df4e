"""Who sold an order without a Sales Team, decided from facts alone (H1)."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import Pin, Policy, SellerRule, SoldPart, credit
from sales_extensions.engine.pinning import (
	OF_BEFORE,
	basis_of,
	following_rows,
	of_original,
	of_owner,
	of_quotations,
	quotation_renamed,
	rests_on,
	seller_renamed,
	sold_parts,
	whole,
)

from .makers import amounts, make_order

MAKERS = {"Q1": "Anna", "Q2": "Carla"}
NETS = {"Q1": D(300), "Q2": D(700)}


def sold(pin: Pin, total="1000.00") -> dict[str, D]:
	return amounts(credit(make_order(total, owner="bob@acme.example", pin=pin), None, Policy()))


def test_h1_nobody_is_no_decision():
	assert of_owner(None) is None
	assert of_quotations(NETS, {}, "Bob") is None


def test_h1_two_quotations_by_what_came_of_each():
	assert sold(of_quotations(NETS, MAKERS, "Bob")) == {"Anna": D(300), "Carla": D(700)}


def test_h1_a_part_whose_maker_is_no_seller_is_of_who_makes_the_order_or_of_nobody():
	makers = {"Q1": "Anna", "Q2": None}
	assert sold(of_quotations(NETS, makers, "Bob")) == {"Anna": D(300), "Bob": D(700)}
	assert sold(of_quotations(NETS, makers, None)) == {"Anna": D(300)}


@pytest.mark.parametrize(
	("rows", "parts"),
	[
		({"Q1": D(100), "Q2": D(700)}, {"Anna": D(125), "Carla": D(875)}),
		({"Q1": D(-50), "Q2": D(700)}, {"Carla": D(1000)}),
		({"Q2": D(700)}, {"Carla": D(1000)}),
		({"Q1": D(0), "Q2": D(0)}, {"Anna": D(300), "Carla": D(700)}),
		({}, {"Anna": D(300), "Carla": D(700)}),
		({"Q9": D(5)}, {"Anna": D(300), "Carla": D(700)}),
	],
)
def test_h1_sellers_stay_and_weights_follow_the_rows(rows, parts):
	assert sold(following_rows(of_quotations(NETS, MAKERS, None), rows)) == parts


def test_h1_what_weighs_nothing_is_shared_alike():
	assert sold(of_quotations({"Q1": D(0), "Q2": D(-1)}, MAKERS, None)) == {"Anna": D(500), "Carla": D(500)}


def test_h1_a_cent_of_billions_goes_where_it_belongs():
	"""By exact parts, not by percentages that were rounded before."""
	pin = of_quotations({"Q1": D(1), "Q2": D(2)}, MAKERS, None)
	assert sold(pin, "2000000000.00") == {"Anna": D("666666666.67"), "Carla": D("1333333333.33")}


def test_h1_whoever_had_the_original():
	pin = of_original(of_quotations(NETS, MAKERS, None), SellerRule.AMENDED, "SO-0")
	result = credit(make_order("1000.00", pin=pin), None, Policy())
	assert amounts(result) == {"Anna": D(300), "Carla": D(700)}
	assert [str(one.rule) for one in result.credits] == ["Amended Order"] * 2
	assert str(result.credits[0].reasons[1]) == (
		"No Sales Team: Anna sold SO-0, which this order amends. 30 % of 1,000.00 EUR is 300.00 EUR."
	)


@pytest.mark.parametrize(
	("rule", "source", "why"),
	[
		(SellerRule.OWNER, "", "Anna made the order, as the Sales Person of bob@acme.example."),
		(SellerRule.QUOTATION, "", "Anna made the quotation Q1."),
		(SellerRule.RECURRING, "SO-0", "Anna sold SO-0, which this order repeats."),
		(SellerRule.MANAGER, "Mia", "Mia named Anna as who sold it."),
	],
)
def test_h1_every_rule_says_why(rule, source, why):
	pin = Pin(rule, (SoldPart("Anna", quotation="Q1"),), source)
	(one,) = credit(make_order(owner="bob@acme.example", pin=pin), None, Policy()).credits
	assert str(one.reasons[1]) == f"No Sales Team: {why} 100 % of 100.00 EUR is 100.00 EUR."


def test_h1_names_follow():
	pin = of_quotations(NETS, MAKERS, None)
	assert sold(seller_renamed(pin, "Anna", "Annette")) == {"Annette": D(300), "Carla": D(700)}
	renamed = quotation_renamed(replace(pin, basis=basis_of(NETS)), "Q1", "Q9")
	assert {part.quotation for part in renamed.parts} == {"Q9", "Q2"}
	assert rests_on(renamed, ["Q9", "Q2"])


def test_h1_a_decision_holds_for_the_same_quotations_and_what_was_before_for_all():
	pin = Pin(SellerRule.QUOTATION, (SoldPart("Anna"),), basis=basis_of(["Q1", "Q2"]))
	assert rests_on(pin, ["Q2", "Q1"]) and not rests_on(pin, ["Q1"]) and not rests_on(pin, [])
	assert rests_on(Pin(SellerRule.OWNER, (SoldPart("Anna"),)), [])
	assert rests_on(Pin(SellerRule.OWNER, (SoldPart("Anna"),), basis=OF_BEFORE), ["Q1"])


nets = st.dictionaries(st.sampled_from(["Q1", "Q2", "Q3", "Q4"]), st.integers(-(10**9), 10**12).map(
	lambda units: D(units).scaleb(-2)), min_size=1)  # fmt: skip
makers = st.dictionaries(st.sampled_from(["Q1", "Q2", "Q3", "Q4"]), st.sampled_from(["Anna", "Carla", None]))


@given(nets, makers, st.sampled_from(["Bob", None]), nets)
def test_h1_whatever_is_quoted_there_is_a_whole_and_no_seller_is_lost(quoted, made_by, owner, later):
	pin = of_quotations(quoted, made_by, owner)
	if pin is None:
		assert not any(made_by.get(name) for name in quoted)
		return
	moved = following_rows(pin, later)
	for one in (pin, moved):
		weights = [weight for _part, weight in sold_parts(one)]
		assert all(weight >= 0 for weight in weights)
		nobody = any(part.sales_person is None for part in one.parts)
		assert whole(one) > 0
		assert sum(weights) <= whole(one) if nobody else sum(weights) == whole(one)
	assert [part.sales_person for part in moved.parts] == [part.sales_person for part in pin.parts]
