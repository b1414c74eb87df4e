"""Figures of upsell tracking (U11)."""

from decimal import Decimal as D

import pytest

from sales_extensions.engine.conversion import Tally, conversion_rate, merged, total


@pytest.mark.parametrize(
	("converted", "quoted", "rate"),
	[(0, 0, None), (0, 3, "0.00"), (1, 3, "33.33"), (2, 3, "66.67"), (1, 8, "12.50"), (7, 7, "100.00")],
)
def test_u11_a_rate_is_of_what_was_quoted_and_empty_where_nothing_was(converted, quoted, rate):
	assert conversion_rate(converted, quoted) == (rate if rate is None else D(rate))


def test_u11_figures_of_quotations_and_orders_meet_under_their_key():
	quoted = {"anna": Tally(quoted=2, converted=1), "bob": Tally(quoted=1)}
	ordered = {"anna": Tally(ordered=3, upsells=1, upsell_revenue=D("0.10"), revenue=D("0.30"))}
	found = merged(quoted, ordered)
	assert found["anna"] == Tally(2, 1, 3, 1, D("0.10"), D("0.30"))
	assert found["bob"].rate == 0 and found["anna"].rate == 50
	assert total(found.values()) == Tally(3, 1, 3, 1, D("0.10"), D("0.30"))
	assert total(()) == Tally() and Tally().rate is None
