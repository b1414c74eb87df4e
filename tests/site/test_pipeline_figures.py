"""The metrics of the pipeline against a table made by hand, their ways to the customers, permissions (C5, X4, X5).

tests/site/data/pipeline.csv: 33 customers, what happened to each, and what that is in March 2026, with the reason.
The sums below were made by hand from the table.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import frappe
import pytest
from frappe.utils import getdate

from sales_extensions import pipeline
from sales_extensions.api import pipeline as api
from sales_extensions.pipeline import reporting
from sales_extensions.sales_extensions.report.pipeline_customers import pipeline_customers
from sales_extensions.sales_extensions.report.pipeline_overview import pipeline_overview
from tests import plain_pipeline
from tests.site import clock, world
from tests.site import pipeline_world as pw

with (Path(__file__).parent / "data" / "pipeline.csv").open() as file:
	TABLE = list(csv.DictReader(file))
MARCH = {"from_date": "2026-03-01", "to_date": "2026-03-31"}

#: Won: 3, 5, 10, 14, 18, 19, 20, 22, 24, 25 twice, 33, in 23+30+30+10+30+30+0+0+28+28+5+1 = 215 days.
#: Lost: 4, 14, 31. So 12 of 15 were won.
ALL = {
	"in_pipeline": 12,
	"entered": 13,
	"won": 12,
	"lost": 3,
	"win_percentage": 80,
	"average_days": 215 / 12,
	"new_prospects": 10,
}
BY_SELLER = {  # in the pipeline, entered, won, lost, new
	"Anna": (6, 6, 8, 3, 3),
	"Bob": (6, 7, 4, 0, 7),
}
BY_TERRITORY = {"Holland": (7, 6, 8, 3, 3), "Spain": (5, 7, 4, 0, 7)}
STAGES = {"Initial Contact": 5, "Qualifying": 6, "Lead Validation": 0, "Progression": 1}
MOVE = re.compile(r"(\d\d-\d\d)(?:@(\d\d:\d\d))? (order|talk|[A-Z][A-Za-z ]+?)(?: (Anna|Bob))?$")


@pytest.fixture(scope="module")
def table(site):
	"""The customers of the table; one transaction for all tests of the module, rolled back at its end."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	pw.stages()
	enqueue, frappe.enqueue = frappe.enqueue, lambda *args, **kwargs: None
	for row in TABLE:
		pw.customer(row["customer"], row["territory"])
		for event in row["events"].split("; "):
			day, clock, what, seller = MOVE.match(event).groups()
			if what == "order":
				world.order(customer=row["customer"], date=f"2026-{day}")
			else:
				stage = "" if what == "talk" else what
				pw.talk(row["customer"], f"2026-{day}", stage, seller, at=clock and f"{clock}:00")
	frappe.db.savepoint("made")
	yield
	frappe.enqueue = enqueue
	frappe.db.rollback()


@pytest.fixture(autouse=True)
def transaction(table):
	"""Instead of the transaction of each test: back to the table."""
	frappe.set_user("Administrator")
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback(save_point="made")
	frappe.clear_cache(user="anna@example.com")


def overview(**filters):
	_columns, rows, _notes, chart, cards = pipeline_overview.execute({**MARCH, **filters})
	return rows, chart, [one["value"] for one in cards]


def customers(metric: str, **filters) -> list[dict]:
	return pipeline_customers.execute({**MARCH, "metric": metric, **filters})[1]


def test_c5_the_figures_are_those_of_the_table_made_by_hand():
	assert api.figures(**MARCH) == {**MARCH, **ALL}
	assert pipeline.verify() == []


def test_c5_the_table_and_its_sums_agree_with_the_plain_model():
	found = pw.plain_events({})
	plain = plain_pipeline.metrics(found, pw.plain_stages(), pw.plain_ending(), *MARCH.values())
	assert plain == {
		"in_pipeline": 12, "won": 12, "lost": 3, "win_percentage": 80.0, "new_prospects": 10, "average_days": 17.92
	}  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row["customer"] for row in TABLE])
def test_c5_each_customer_is_where_the_table_says(row):
	name = row["customer"]

	def behind(metric: str) -> list[dict]:
		return [one for one in customers(metric) if one.party == name]

	assert len(behind("In Pipeline")) == int(row["in_pipeline"])
	days = sorted(int(one) for one in row["won_days"].split("+") if one)
	assert sorted(one.days for one in behind("Won")) == days
	assert len(behind("Lost")) == int(row["lost"])
	assert len(behind("New Prospects")) == int(row["new"])
	seller = frappe.get_all(
		"Pipeline Passage", {"party": name}, pluck="employee", order_by="passage desc", limit=1
	)
	assert seller == ([pw.employee(row["seller"])] if row["seller"] else [])


def test_c5_figures_by_seller_and_their_filter():
	rows, _chart, _cards = overview(group_by="Employee")
	found = {row["employee_name"]: row for row in rows}
	for seller, expected in BY_SELLER.items():
		names = ("in_pipeline", "entered", "won", "lost", "new_prospects")
		assert tuple(found[seller][name] for name in names) == expected
		alone = api.figures(**MARCH, employee=pw.employee(seller))
		assert tuple(alone[name] for name in names) == expected


def test_c5_figures_by_territory_and_its_subtree():
	rows, _chart, _cards = overview(group_by="Territory")
	names = ("in_pipeline", "entered", "won", "lost", "new_prospects")
	assert {row["key"]: tuple(row[name] for name in names) for row in rows} == BY_TERRITORY
	assert api.figures(**MARCH, territory="Europe") == {**MARCH, **ALL}
	assert api.figures(**MARCH, territory="Spain")["won"] == 4
	assert api.figures(**MARCH, territory="Asia")["won"] == 0


def test_c5_figures_by_month_add_up_to_those_of_the_period():
	period = {"from_date": "2026-01-01", "to_date": "2026-04-30"}
	rows, _chart, cards = overview(group_by="Month", **period)
	found = {row["key"]: row for row in rows}
	assert (found["2026-03"]["in_pipeline"], found["2026-03"]["won"], found["2026-03"]["lost"]) == (12, 12, 3)
	whole = api.figures(**period)
	assert sum(row["won"] for row in rows) == whole["won"] == cards[1]
	assert cards[0] == whole["in_pipeline"] == found["2026-04"]["in_pipeline"]
	half, _chart, cards = overview(group_by="Month", from_date="2026-03-11", to_date="2026-04-30")
	assert sum(row["entered"] for row in half) == api.figures("2026-03-11", "2026-04-30")["entered"]


def test_c5_stages_are_those_of_the_day_not_of_now():
	_rows, chart, _cards = overview()
	assert dict(zip(chart["data"]["labels"], chart["data"]["datasets"][0]["values"], strict=True)) == STAGES
	# on 1 March Mill 02 was at Initial Contact still, and Mill 26 at Progression
	asked = reporting.filters_of({"from_date": "2026-02-01", "to_date": "2026-03-01"})
	at = {row.party: row.pipeline_stage for row in reporting.customers(asked)}
	assert (at["Mill 02"], at["Mill 26"], at["Mill 17"]) == ("Initial Contact", "Progression", "Qualifying")
	assert sum(reporting.stages(asked).values()) == len(at)
	for stage, count in reporting.stages(asked).items():
		assert (
			len(customers("In Pipeline", stage=stage, from_date="2026-02-01", to_date="2026-03-01")) == count
		)


def test_c5_the_trend_has_twelve_months_and_ends_with_the_period():
	trend = reporting.trend(reporting.filters_of(MARCH))
	assert (len(trend), min(trend), max(trend)) == (12, getdate("2025-04-01"), getdate("2026-03-01"))
	march = trend[getdate("2026-03-01")]
	assert (march.in_pipeline, march.won, march.lost, march.new_prospects) == (12, 12, 3, 10)


def test_c5_this_month_is_that_of_the_one_who_asks():
	"""Where Anna is, April has begun; as the reports on her follow-ups say it."""
	frappe.db.set_value("User", "anna@example.com", "time_zone", "Pacific/Auckland")
	for user, first, last in (("Administrator", "03-01", "03-31"), ("anna@example.com", "04-01", "04-30")):
		frappe.set_user(user)
		with clock.at("2026-03-31 20:00"):
			found, chart = api.figures(), api.stage_chart()
		assert (found["from_date"], found["to_date"]) == (f"2026-{first}", f"2026-{last}")
		assert f"to_date=2026-{'03-31' if user == 'Administrator' else '04-01'}" in chart["behind"]
	frappe.clear_document_cache("User", "anna@example.com")


def test_x4_each_figure_opens_to_as_many_customers():
	for metric, count in (
		("In Pipeline", 12), ("Entered", 13), ("Won", 12), ("Lost", 3), ("Won or Lost", 15), ("New Prospects", 10),
	):  # fmt: skip
		assert len(customers(metric)) == count, metric
	assert all(row.why for row in customers("Won"))
	assert len(customers("In Pipeline", stage="Qualifying")) == 6


def test_x4_cards_lead_to_the_customers_behind_them():
	_columns, _rows, _notes, _chart, cards = pipeline_overview.execute({**MARCH, "territory": "Spain"})
	assert "Pipeline%20Customers?metric=In%20Pipeline&amp;from_date=2026-03-01" in cards[0]["label"]
	assert all("territory=Spain" in one["label"] for one in cards)
	card = api.card_won()
	assert (
		card["route"] == ["query-report", "Pipeline Customers"] and card["route_options"]["metric"] == "Won"
	)


def test_x4_more_than_was_asked_for_is_cut_off_and_said():
	_columns, rows, notes = pipeline_customers.execute({**MARCH, "metric": "Won", "limit": 5})
	assert len(rows) == 5 and "newest" in notes


def test_c5_nothing_yet_is_no_rate_of_nil():
	found = api.figures("2020-01-01", "2020-01-31")
	assert (found["win_percentage"], found["average_days"], found["won"]) == (None, None, 0)
	assert pipeline_overview.execute({"from_date": "2020-01-01", "to_date": "2020-01-31"})[1:4:2] == (
		[],
		None,
	)


# --- who may see what -----------------------------------------------------------------------------


def permit(user: str, territory: str) -> None:
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Territory", "for_value": territory}
	).insert(ignore_permissions=True)
	frappe.clear_cache(user=user)


def test_c5_a_seller_sees_the_parties_they_may_read_and_a_manager_all():
	for user in ("anna@example.com", "manager@example.com"):
		frappe.set_user(user)
		assert api.figures(**MARCH)["won"] == 12
	frappe.set_user("Administrator")
	permit("anna@example.com", "Spain")
	frappe.set_user("anna@example.com")
	assert [api.figures(**MARCH)[name] for name in ("in_pipeline", "won", "new_prospects")] == [5, 4, 7]
	assert {row.territory for row in customers("Won")} == {"Spain"}
	assert sum(reporting.stages(reporting.filters_of(MARCH)).values()) == 5
	assert reporting.trend(reporting.filters_of(MARCH))[getdate("2026-03-01")].won == 4
	listed = frappe.get_list("Pipeline Passage", pluck="territory", limit=0)
	assert set(listed) == {"Spain"}
	other = frappe.db.get_value("Pipeline Passage", {"territory": "Holland"})
	assert not frappe.has_permission("Pipeline Passage", "read", other)
	mine = frappe.db.get_value("Pipeline Passage", {"territory": "Spain"})
	assert frappe.has_permission("Pipeline Passage", "read", mine)


@pytest.mark.parametrize("user", ["nobody@example.com", "Guest"])
def test_c5_others_see_nothing(user):
	frappe.set_user(user)
	for method in (
		api.figures,
		api.stage_chart,
		api.trend_chart,
		api.card_won,
		pipeline_overview.execute,
		pipeline_customers.execute,
	):
		with pytest.raises(frappe.PermissionError):
			method()


def test_c5_nobody_writes_what_follows_from_others():
	for doctype in ("Pipeline Passage", "Pipeline Party"):
		name = frappe.get_all(doctype, pluck="name", limit=1, order_by="name")[0]
		for user in ("manager@example.com", "Administrator"):
			frappe.set_user(user)
			with pytest.raises(frappe.PermissionError):
				frappe.get_doc({"doctype": doctype, "party_type": "Customer", "party": "Mill 01"}).insert()
			with pytest.raises(frappe.PermissionError):
				frappe.get_doc(doctype, name).save()
			with pytest.raises(frappe.PermissionError):
				frappe.delete_doc(doctype, name)


@pytest.mark.parametrize(
	("filters", "message"),
	[
		({"from_date": "yesterday"}, "From Date must be a date"),
		({"from_date": "2026-03-31", "to_date": "2026-03-01"}, "To Date 03-01-2026 is before From Date"),
		({"employee": "HR-NO"}, "Employee: there is no HR-NO"),
		({"employee": ["like", "%"]}, "Employee must be a text"),
		({"territory": "<b>Mars</b>"}, "Territory: there is no &lt;b&gt;Mars"),
		({"metric": "Fun"}, "Figure must be one of"),
		({"group_by": "1; DROP TABLE"}, "Group By must be one of"),
		({"stage": "Nowhere"}, "Pipeline Stage: there is no Nowhere"),
		({"limit": "many"}, "Rows must be"),
	],
)
def test_x5_a_bad_filter_is_named(filters, message):
	with pytest.raises(frappe.ValidationError, match=re.escape(message)):
		pipeline_customers.execute(filters)


def test_x5_bad_filters_of_a_chart_are_named():
	with pytest.raises(frappe.ValidationError, match="Filters must be"):
		api.stage_chart(filters="[1, 2")
	with pytest.raises(frappe.ValidationError, match="Employee: there is no"):
		api.trend_chart(filters='{"employee": "x"}')
