"""The engine against the plain model of the requirements."""

from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine import (
	AmountBasis,
	ClosedCredit,
	CountOn,
	Policy,
	TargetType,
	credit,
	positions,
	worth,
)

from . import plain_model
from .makers import TREES, allocations, make_target, orders, targets

policies = st.builds(
	Policy,
	count_on=st.sampled_from(list(CountOn)),
	basis=st.sampled_from(list(AmountBasis)),
	closed=st.sampled_from(list(ClosedCredit)),
)


@given(orders(), policies)
def test_t8_worth_is_what_the_model_says(order, policy):
	value = worth(order, policy)
	assert (int(value.amount.scaleb(order.precision)), value.counts) == plain_model.worth_in_units(
		order, policy
	)


@given(orders(), st.none() | allocations(), policies)
def test_a1_a3_a4_a5_credits_are_what_the_model_says_to_the_cent(order, allocation, policy):
	result = credit(order, allocation, policy)
	units = {one.sales_person: int(one.amount.scaleb(order.precision)) for one in result.credits}
	assert (units, int(result.uncredited.scaleb(order.precision))) == plain_model.credited_units(
		order, allocation, policy
	)


@given(orders(), st.none() | allocations(), policies, st.lists(st.integers(1, 3), max_size=3), st.data())
def test_t1_t5_a6_u11_ledger_is_what_the_model_says(order, allocation, policy, numbers, data):
	some = [data.draw(targets(f"T-{place}")) for place, _number in enumerate(numbers)]
	found = positions(order, credit(order, allocation, policy), some, TREES)
	plain = {
		(key.target, key.sales_person): (int(one.amount.scaleb(order.precision)), one.order_count)
		for key, one in found.items()
	}
	assert plain == plain_model.ledger(order, allocation, policy, some, TREES)


@given(orders(), policies, st.sampled_from([None, "Hardware", "Laptops", "Services", "All"]))
def test_u11_upsells_are_what_the_model_says(order, policy, group):
	"""With one target that sees every seller, so that none of the figures goes by unseen."""
	target = make_target(
		"T", "Sales", target_type=TargetType.UPSELL, company=order.company, item_group=group,
		from_date=order.posting_date, to_date=order.posting_date,
	)  # fmt: skip
	found = positions(order, credit(order, None, policy), [target], TREES)
	assert {
		(key.target, key.sales_person): (int(one.amount.scaleb(order.precision)), one.order_count)
		for key, one in found.items()
	} == plain_model.ledger(order, None, policy, [target], TREES)
