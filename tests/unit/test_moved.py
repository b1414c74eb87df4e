"""What targets had and come to when a rule changes, summed by company (T8)."""

from decimal import Decimal as D

from sales_extensions.engine import (
	AmountBasis,
	Figures,
	Key,
	Moved,
	Policy,
	Position,
	TargetType,
	Trees,
	added_by,
	by_company,
	credit,
	differences,
	positions,
)

from .makers import make_order, make_target

NUMERIC = {"target_type": TargetType.NUMERIC}


def moved(target, before: tuple, added: tuple) -> Moved:
	return Moved(target, Figures(D(before[0]), before[1]), Figures(D(added[0]), added[1]))


def test_T8_rows_of_many_slices_are_added_by_target():
	targets = {name: make_target(name) for name in ("T-1", "T-2")}
	rows = [
		row
		for name in ("SO-1", "SO-2")
		for order in [make_order("40.10", team="Anna:100", name=name)]
		for row in differences(order, credit(order, None, Policy()), targets, Trees(), {})
	]
	added = added_by(added_by({}, rows[:1]), rows[1:])
	assert added == {name: Figures(D("80.20"), 2) for name in targets}


def test_T8_another_basis_takes_from_an_amount_and_leaves_a_number_of_orders():
	order = make_order("121.00", team="Anna:100", net_total=D(100))
	targets = {"T-1": make_target("T-1"), "T-2": make_target("T-2", **NUMERIC)}
	standing: dict[Key, Position] = positions(order, credit(order, None, Policy()), targets.values(), Trees())
	net = credit(order, None, Policy(basis=AmountBasis.NET_TOTAL))
	added = added_by({}, differences(order, net, targets, Trees(), standing))
	found = [Moved(targets[name], Figures(D(121), 1), added[name]) for name in targets]
	assert [one.after for one in found] == [Figures(D(100), 1)] * 2
	assert [one.has_another_result for one in found] == [True, False]


def test_T8_sums_are_each_companys_own_and_money_is_not_added_to_orders():
	acme, molens = {"company": "Acme", "currency": "USD"}, {"company": "Molens", "currency": "EUR"}
	found = by_company(
		[
			moved(make_target("T-1", **molens), ("1000.50", 4), ("-0.50", 0)),
			moved(make_target("T-2", **acme), ("10", 2), ("5", 1)),
			moved(make_target("T-3", **acme), ("20", 3), ("-1", -1)),
			moved(make_target("T-4", **acme, **NUMERIC), ("99", 7), ("-9", -2)),
			moved(make_target("T-5", **acme, **NUMERIC), ("50", 5), ("-1", 0)),  # the same number of orders
			moved(make_target("T-6", **acme), ("50", 5), ("0", 1)),  # of no worth
		]
	)
	assert [(one.company, one.currency, one.targets, one.in_money) for one in found] == [
		("Acme", "USD", 3, 2),
		("Molens", "EUR", 1, 1),
	]
	assert [(one.before, one.after) for one in found] == [
		(Figures(D(30), 7), Figures(D(34), 5)),
		(Figures(D("1000.50"), 0), Figures(D("1000.00"), 0)),
	]


def test_T8_where_nothing_moves_there_is_nothing_to_sum():
	assert by_company([]) == []
