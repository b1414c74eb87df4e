from datetime import date
from decimal import Decimal

import pytest

from sales_extensions.engine.digest import by_company, by_status, last_week, outcome, week_name, worst_first
from sales_extensions.engine.notices import Unit


def test_the_week_before_is_whole_whatever_the_day():
	for day in range(6, 13):
		assert last_week(date(2026, 7, day)) == (date(2026, 6, 29), date(2026, 7, 5))


def test_a_week_belongs_to_the_year_of_its_thursday():
	assert week_name(date(2027, 1, 1)) == "2026-W53"
	assert week_name(date(2026, 2, 9)) == "2026-W07"


def test_targets_are_by_company_and_by_status_in_their_order():
	rows = [
		{"name": "3", "title": "C", "company": "Y", "status": "Running"},
		{"name": "2", "title": "B", "company": "X", "status": "Achieved"},
		{"name": "1", "title": "A", "company": "X", "status": "Running"},
	]
	companies = by_company(rows)
	assert [row["title"] for row in companies["X"]] == ["A", "B"] and list(companies) == ["X", "Y"]
	assert list(by_status(companies["X"])) == ["Running", "Achieved"]
	assert by_status([]) == {}


def test_of_those_that_ended_the_furthest_short_of_its_goal_comes_first():
	rows = [
		{"name": name, "title": title, "percentage": Decimal(percentage)}
		for name, title, percentage in (("1", "B", 120), ("2", "B", 80), ("3", "A", 80), ("4", "A", -5))
	]
	assert [row["name"] for row in worst_first(rows)] == ["4", "3", "2", "1"]


@pytest.mark.parametrize(
	("status", "missing", "unit", "said"),
	[
		("Missed", "1250.5", Unit("EUR"), "Missed by 1,250.50 EUR"),
		("Missed", "3", Unit(), "Missed by 3"),
		("Achieved", "-1250", Unit("JPY", 0), "Achieved, 1,250 JPY over"),
		("Achieved", "-2", Unit(), "Achieved, 2 over"),
		("Achieved", "0", Unit("EUR"), "Achieved exactly"),
		("Missed", "0.001", Unit("EUR", 3), "Missed by 0.001 EUR"),
	],
)
def test_how_a_target_ended_is_said_with_its_amount(status, missing, unit, said):
	assert str(outcome(status, Decimal(missing), unit)) == said
