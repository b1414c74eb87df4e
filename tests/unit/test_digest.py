from datetime import date

from sales_extensions.engine.digest import by_company, by_status, last_week, week_name


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
