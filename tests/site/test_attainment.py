"""Target and result in the widget, the Attainment report and the Seller Statement, from one rule (D3, T6, X4).

In Windmill Works, 2026: Anna has a target of 12,000 for the year and one of 2,000 for March; Bob has none; their
team has 30,000. Cleo has 10,000. Orders: Anna 1,000 in February, 500 in March, and 600 shared with Bob half and
half in March; Cleo 400 in May; Molens BV has 70 EUR of Anna.
"""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from datetime import date

import frappe
import pytest
from bs4 import BeautifulSoup
from frappe import sessions
from frappe.utils import add_to_date, getdate, now_datetime

from sales_extensions import desk, showing, words
from sales_extensions.api import attainment as months
from sales_extensions.api import statement as on_paper
from sales_extensions.attained import filters, sums
from sales_extensions.attained import statement as attained_statement
from sales_extensions.engine import months_between
from sales_extensions.sales_extensions.dashboard_chart_source.target_and_result import target_and_result
from sales_extensions.sales_extensions.report.attainment import attainment
from sales_extensions.sales_extensions.report.seller_statement import seller_statement
from tests.site import world
from tests.site.pdf import bare, pages
from tests.site.world import COMPANY, COMPANY_EUR

pytestmark = pytest.mark.committed  # reads what the module committed; each test is rolled back all the same

ANNA, MANAGER, NOBODY = "anna@example.com", "manager@example.com", "nobody@example.com"
YEAR = {"company": COMPANY, "from_date": world.START, "to_date": world.END}
TODAY = getdate("2026-07-01")


@pytest.fixture(autouse=True)
def middle_of_the_year(monkeypatch):
	monkeypatch.setattr("sales_extensions.attained.figures.getdate", lambda *_none: TODAY)


@pytest.fixture(scope="module")
def made(site):
	"""What is sold, committed; gone after the module."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	world.wipe()
	names = sell()
	frappe.db.commit()
	yield names
	frappe.db.rollback()
	frappe.set_user("Administrator")
	world.wipe()


@pytest.fixture
def books(made):
	"""The documents as they are now; what a test changes is rolled back."""
	yield frappe._dict({key: frappe.get_doc(*where) for key, where in made.items()})
	frappe.db.rollback()
	frappe.set_user("Administrator")


def sell() -> dict[str, tuple[str, str]]:
	sold = {
		"year": world.target(12_000, ("Anna",), title="Year"),
		"march": world.target(2_000, ("Anna",), title="March", from_date="2026-03-01", to_date="2026-03-31"),
		"team": world.target(30_000, ("North Team",), title="Team"),
		"cleo": world.target(10_000, ("Cleo",), title="Cleo"),
		"february": world.order(1000, team={"Anna": 100}, date="2026-02-10"),
		"march_order": world.order(500, team={"Anna": 100}, date="2026-03-10"),
		"shared": world.order(600, team={"Anna": 50, "Bob": 50}, date="2026-03-20"),
		"may": world.order(400, team={"Cleo": 100}, date="2026-05-05"),
		"euro": world.order(70, team={"Anna": 100}, date="2026-03-03", company=COMPANY_EUR),
	}
	return {key: (doc.doctype, doc.name) for key, doc in sold.items()}


@contextmanager
def as_user(user: str):
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user("Administrator")


@contextmanager
def permitted(user: str, doctype: str, *names: str, **more):
	for name in names:
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name,
				"apply_to_all_doctypes": 1, **more}
		).insert(ignore_permissions=True)  # fmt: skip
	frappe.clear_cache(user=user)
	try:
		with as_user(user):
			yield
	finally:
		frappe.db.rollback()
		frappe.clear_cache(user=user)


def report(**given) -> dict[str, dict]:
	return {row["seller"]: row for row in attainment.execute(YEAR | given)[1]}


def figure(row: dict, *keys: str) -> tuple:
	return tuple(row.get(key) for key in keys)


def statement(**given) -> list[dict]:
	return seller_statement.execute(YEAR | given)[1]


# --- the report ---------------------------------------------------------------------------------


def test_t6_the_tree_of_sellers_with_target_result_and_pace(books):
	rows = report()
	assert [(name, row["indent"], row["parent_seller"]) for name, row in rows.items()] == [
		("Sales Team", 0, None), ("North Team", 1, "Sales Team"), ("Anna", 2, "North Team"),
		("Bob", 2, "North Team"), ("South Team", 1, "Sales Team"), ("Cleo", 2, "South Team"),
	]  # fmt: skip
	rest = 12_000 - (round(12_000 * 90 / 365, 2) - round(12_000 * 59 / 365, 2))
	assert figure(rows["Anna"], "goal", "realised", "order_count") == (round(rest + 2_000, 2), 1800, 3)
	assert figure(rows["Bob"], "goal", "realised", "percentage", "forecast") == (None, 300, None, None)
	assert figure(rows["North Team"], "goal", "realised", "order_count") == (30_000, 2100, 3)
	assert figure(rows["Sales Team"], "goal", "realised") == (40_000, 2500)
	expected = round(30_000 * 182 / 365, 2)
	assert figure(rows["North Team"], "expected", "gap", "percentage", "forecast") == (
		expected, round(2100 - expected, 2), 7.0, round(2100 * 30_000 / expected, 2),
	)  # fmt: skip


def test_t6_months_add_up_to_the_whole_and_the_month_target_stands_in_its_month(books):
	rows = report()
	for row in rows.values():
		for key in ("goal", "realised", "order_count"):
			whole = sum(row.get(f"p{month}_{key}") or 0 for month in range(12))
			assert round(whole, 2) == (row.get(key) or 0)
	assert figure(rows["Anna"], "p2_goal", "p2_realised", "p2_percentage") == (2000, 800, 40)
	assert figure(rows["Cleo"], "p4_realised", "p5_realised") == (400, 0)
	assert [column["label"] for column in attainment.execute(YEAR)[0]][8] == "2026-01 Target"


def test_t6_quarters_and_a_period_that_cuts_them(books):
	rows = report(group_by="Quarter", from_date="2026-02-15", to_date="2026-05-31", figures="All Figures")
	assert figure(rows["Anna"], "realised", "p0_realised", "p1_realised") == (800, 800, 0)
	assert figure(rows["Cleo"], "p1_realised") == (400,)
	labels = [column["label"] for column in attainment.execute(YEAR | {"group_by": "Quarter"})[0]]
	assert "2026 Q4 Result" in labels and len(labels) == 8 + 4 * 3


def test_t6_quarters_of_a_fiscal_year_that_begins_in_february(books):
	world.fiscal_year("2026-02-01", "2027-01-31")
	given = {"group_by": "Quarter", "from_date": "2026-02-01", "to_date": "2026-10-31"}
	columns, _rows, _notes, chart, _cards = attainment.execute(YEAR | given)
	results = [column for column in columns if column["fieldname"].endswith("_realised")]
	assert [(one["from_date"], one["to_date"]) for one in results] == [
		("2026-02-01", "2026-04-30"),
		("2026-05-01", "2026-07-31"),
		("2026-08-01", "2026-10-31"),
	]
	assert chart["data"]["labels"] == ["2026/27 Q1", "2026/27 Q2", "2026/27 Q3"]
	april = report(**given, sales_person="Anna")["Anna"]["p0_realised"]
	assert (
		april == report(from_date="2026-02-01", to_date="2026-04-30", sales_person="Anna")["Anna"]["realised"]
	)


def test_t6_quarters_of_two_fiscal_years_in_one_calendar_year(books):
	world.fiscal_year("2026-01-01", "2026-06-30", ("2026-07-01", "2026-12-31"))
	columns, rows, _notes, chart, _cards = attainment.execute(YEAR | {"group_by": "Quarter"})
	results = [column for column in columns if column["fieldname"].endswith("_realised")]
	assert [(one["from_date"], one["to_date"]) for one in results] == [
		("2026-01-01", "2026-03-31"),
		("2026-04-01", "2026-06-30"),
		("2026-07-01", "2026-09-30"),
		("2026-10-01", "2026-12-31"),
	]
	named = ["2026-01-01 Q1", "2026-01-01 Q2", "2026-07-01 Q1", "2026-07-01 Q2"]
	assert chart["data"]["labels"] == named
	for row in rows:
		for key in ("goal", "realised", "order_count"):
			parts = sum(row.get(f"p{number}_{key}") or 0 for number in range(4))
			assert round(parts, 2) == (row.get(key) or 0)


def test_t6_numbers_of_orders(books):
	world.target(10, ("Anna",), numeric=True)
	world.target(20, ("North Team",), numeric=True)
	rows = report(target_type="Numeric")
	assert figure(rows["Anna"], "goal", "realised", "percentage") == (10, 3, 30)
	assert figure(rows["North Team"], "goal", "realised") == (20, 3)


def test_t6_cards_of_orders_have_the_decimals_of_the_table(books):
	world.target(10, ("Anna",), numeric=True)
	cards = {
		card["label"]: card["value"] for card in attainment.execute(YEAR | {"target_type": "Numeric"})[4]
	}
	total = report(target_type="Numeric")["Sales Team"]
	assert total["expected"] != round(total["expected"])
	assert (cards["Result"], cards["Pace"]) == ("3", f"{total['expected']:.2f}")


def test_t6_targets_with_filters_are_shown_by_themselves(books):
	world.target(5000, ("Anna",), territory="Holland")
	assert "Not counted here are <strong>1</strong> targets" in attainment.execute(YEAR)[2]
	assert figure(report(territory="Holland")["Anna"], "goal", "realised") == (5000, 1800)
	assert "4</strong> targets" in attainment.execute(YEAR | {"territory": "Holland"})[2]


def test_t6_what_of_a_result_is_of_days_to_come_is_said(books, monkeypatch):
	monkeypatch.setattr(attainment, "nowdate", lambda: str(TODAY))
	assert "later than today" not in attainment.execute(YEAR)[2]
	world.order(200, team={"Anna": 50, "Bob": 50}, date="2026-07-01")
	world.order(250, team={"Anna": 100}, date="2026-07-02")
	assert "Of the result, $ 250.00 is of orders dated later than today" in attainment.execute(YEAR)[2]
	assert "later than today" not in attainment.execute(YEAR | {"to_date": "2026-07-01"})[2]


def test_t6_one_target_alone(books):
	rows = report(sales_target=books.year.name)
	assert list(rows) == ["Sales Team", "North Team", "Anna"]
	assert figure(rows["Anna"], "goal", "realised") == (12_000, 1800)


def test_t6_a_company_has_figures_and_currency_of_its_own(books):
	world.target(100, ("Anna",), company=COMPANY_EUR)
	rows = report(company=COMPANY_EUR)
	assert figure(rows["Anna"], "goal", "realised", "currency") == (100, 70, "EUR")


def test_t6_no_data_yet(books):
	_columns, rows, note, chart, cards = attainment.execute(
		{**YEAR, "from_date": "2020-01-01", "to_date": "2020-12-31"}
	)
	assert (rows, chart, cards) == ([], None, [])
	assert "No target of Windmill Works runs between" in note


def test_t6_the_node_that_was_chosen_is_the_top(books):
	rows = report(sales_person="North Team")
	assert [(name, row["indent"]) for name, row in rows.items()] == [
		("North Team", 0),
		("Anna", 1),
		("Bob", 1),
	]


# --- the statement ------------------------------------------------------------------------------


def test_x4_a_result_opens_to_the_credits_it_is_made_of(books):
	for seller, row in report().items():
		made = statement(sales_person=seller)
		assert sum(one.amount for one in made) == row["realised"]
		march = statement(sales_person=seller, from_date="2026-03-01", to_date="2026-03-31")
		assert sum(one.amount for one in march) == row["p2_realised"]
	rows = statement(sales_person="Anna")
	assert [(row.sales_order, float(row.amount), row.target_title) for row in rows] == [
		(books.february.name, 1000, "Year"), (books.march_order.name, 500, "March"),
		(books.shared.name, 300, "March"),
	]  # fmt: skip
	assert "50 % of $ 600.00" in rows[2].reason or "50" in rows[2].reason
	assert statement(sales_person="Bob")[0].source_doctype == "Sales Order"


def test_x4_the_statement_of_a_target_agrees_with_it_to_the_cent(books):
	world.order(333.33, team={"Anna": 33.3, "Bob": 66.7}, date="2026-06-06")
	world.allocation(books.february.name, world.percent("Cleo", 33), world.fixed("Bob", 0.01))
	books.march_order.reload()
	books.march_order.cancel()
	for target in (books.year, books.march, books.team, books.cleo):
		target.reload()
		rows = statement(sales_person=target.assignees[0].sales_person, sales_target=target.name)
		assert float(sum(row.amount for row in rows)) == target.realised_amount
		assert sum(row.order_count for row in rows) == target.order_count


def test_x4_the_statement_of_any_moment(books):
	before = add_to_date(now_datetime(), seconds=1)
	frappe.db.sql("UPDATE `tabSales Target Entry` SET creation = %s", before)
	books.march_order.reload()
	books.march_order.cancel()
	frappe.db.sql(
		"UPDATE `tabSales Target Entry` SET creation = %s WHERE sales_order = %s AND amount < 0",
		(add_to_date(before, hours=1), books.march_order.name),
	)
	assert sum(row.amount for row in statement(sales_person="Anna")) == 1300
	assert sum(row.amount for row in statement(sales_person="Anna", as_of=str(before))) == 1800
	withdrawn = statement(sales_person="Anna", withdrawn=1)
	assert [float(row.amount) for row in withdrawn] == [1000, 0, 300]
	told = seller_statement.execute(YEAR | {"sales_person": "Anna", "as_of": str(before)})[2]
	assert "is left out" in told


def test_x4_the_statement_asks_for_a_seller():
	assert seller_statement.execute(dict(YEAR))[1:] == (
		[],
		"Choose the seller whose credits you want to see.",
	)


def pdf_text(**given) -> str:
	on_paper.pdf(frappe.as_json(YEAR | given))
	assert frappe.local.response.type == "pdf"
	return "".join(pages(frappe.local.response.filecontent))


def test_x4_the_statement_as_pdf_to_sign(books):
	text = pdf_text(sales_person="Anna")
	for told in (
		"Statement of Anna", COMPANY, books.february.name, books.shared.name, "$ 1,800.00", "March", "Year",
		"Seller: Anna", "Sales Manager", "Shop One", "$ 12,000.00 $ 10,980.83", "$ 2,000.00 $ 2,000.00",
	):  # fmt: skip
		assert bare(told) in text, told
	assert frappe.local.response.filename == "Statement Anna 2026-01-01 2026-12-31.pdf"


def test_x4_the_pdf_shows_what_others_wrote_as_text(books):
	bad = "<img src=x> & {{ 7 * 7 }}"
	frappe.db.set_value("Sales Target", books.year.name, "title", bad)
	frappe.db.set_value("Sales Order", books.february.name, "customer_name", bad)
	asked = filters.read(YEAR | {"sales_person": "Anna"})
	html = frappe.render_template(on_paper.TEMPLATE, on_paper.context(on_paper.statement(asked)))
	assert "<img" not in html and html.count("&lt;img src=x&gt; &amp; {{ 7 * 7 }}") >= 2


def test_x6_the_pdf_writes_every_number_as_the_site_does(books, monkeypatch):
	plain = frappe.db.get_default
	monkeypatch.setattr(
		frappe.db,
		"get_default",
		lambda key, *more: "#.###,##" if key == "number_format" else plain(key, *more),
	)
	world.order(2_000_000, team={"Anna": 33.3, "Bob": 66.7}, date="2026-06-06")
	text = pdf_text(sales_person="Anna")
	for told in (
		"$ 667.800,00", "33,3 % of $ 2.000.000,00 is $ 666.000,00", "Total of 4 credits 4 $ 667.800,00",
		"5.144,51 %", f"3 {frappe.utils.format_date('2026-03-20')}",
	):  # fmt: skip
		assert bare(told) in text, (told, text)
	assert not re.search(r"\d,\d{3}\b", text)


def test_x6_values_that_are_no_figures_stay_as_they_are(monkeypatch):
	monkeypatch.setattr(frappe.db, "get_default", lambda *_args: "# ###,##")
	shown = (
		"1,234.50 EUR", "33.333333333 %", "37.199999956 %", "-7 %", "SO-1,000.5", "2.5", "Anna", "1.5 USDX",
	)  # fmt: skip
	assert list(map(words.in_number_format, shown)) == [
		"€ 1 234,50", "33,333333 %", "37,2 %", "-7 %", "SO-1,000.5", "2.5", "Anna", "1.5 USDX",
	]  # fmt: skip


# --- the widget ---------------------------------------------------------------------------------


def widget(**given) -> dict[str, list[float]]:
	found = target_and_result.get({"company": COMPANY, "fiscal_year": "2026", **given})
	return {line["name"]: line["values"] for line in found.get("datasets", ())}


def test_d3_the_year_of_a_seller_cumulative(books):
	lines = widget(sales_person="North Team")
	assert list(lines) == ["Target (USD)", "Pace", "Result of North Team"]
	assert lines["Target (USD)"] == [30_000] * 12
	assert lines["Pace"][0] == round(30_000 * 31 / 365, 2) and lines["Pace"][-1] == 30_000
	assert lines["Result of North Team"][:4] == [0, 1000, 2100, 2100]


def test_d3_a_fiscal_year_that_begins_within_a_month_tells_its_two_aprils_apart():
	assert words.months([date(2026, month, 6) for month in (4, 5)]) == ["Apr", "May"]
	whole = [first for first, _last in months_between(date(2025, 4, 6), date(2026, 4, 5))]
	labels = words.months(whole)
	assert (labels[0], labels[-1]) == ("Apr 25", "Apr 26") and len({*labels}) == 13


def test_d3_by_month(books):
	lines = widget(sales_person="Anna", show="By Month")
	assert lines["Target (USD)"][2] == 2000
	assert lines["Result of Anna"][:4] == [0, 1000, 800, 0]
	assert lines["Pace"][2] == 2000 and lines["Pace"][8:] == [0] * 4


def test_d3_a_seller_sees_their_own_first_and_others_everyone(books):
	with as_user(ANNA):
		assert "Result of Anna" in widget()
	with as_user(MANAGER):
		assert widget()["Result of Everyone"][-1] == 2500


def test_d3_the_widget_agrees_with_the_report(books):
	rows = report()
	for seller in rows:
		lines = widget(sales_person=seller)
		assert lines[f"Result of {seller}"][-1] == rows[seller]["realised"]
		assert lines["Target (USD)"][0] == (rows[seller].get("goal") or 0)


def remembered(**given) -> tuple[dict[str, list[float]], list[str]]:
	"""As the desk asks with what it remembers: lines, and what the user is told in passing."""
	frappe.local.message_log = []
	found = target_and_result.get(
		frappe.as_json({"company": COMPANY, "fiscal_year": "2026", **given}), chart_name="Target and Result"
	)
	told = list(map(dict, map(frappe.parse_json, frappe.local.message_log)))
	assert all(message["alert"] for message in told)
	return {line["name"]: line["values"] for line in found["datasets"]}, [one["message"] for one in told]


def test_d3_a_remembered_seller_who_is_gone_or_renamed_does_not_break_the_home_page(books):
	frappe.rename_doc("Sales Person", "Bob", "Robert", force=True)
	with as_user(ANNA):
		lines, told = remembered(sales_person="Bob")
		assert "Result of Anna" in lines and ["no Sales Person Bob any more" in one for one in told] == [True]
		assert remembered(sales_person="Anna")[1] == []
		lines, told = remembered(fiscal_year="1999", sales_target="ST-gone<br>", company="Gone BV")
		assert "Result of Anna" in lines and len(told) == 3 and "ST-gone&lt;br&gt;" in " ".join(told)


def test_d3_a_remembered_seller_who_was_withdrawn_is_left_out(books):
	with permitted(ANNA, "Sales Person", "Anna"):
		lines, told = remembered(sales_person="North Team")
		assert list(lines)[2] == "Result of Anna" and len(told) == 1
	with permitted(ANNA, "Sales Person", "Cleo"):  # not even their own
		lines, told = remembered()
		assert lines["Result of Everyone"][-1] == 400 and told == []


def test_d3_orders_and_one_target_alone(books):
	world.target(10, ("Anna",), numeric=True)
	assert widget(sales_person="Anna", target_type="Numeric")["Result of Anna"][-1] == 3
	lines = widget(sales_target=books.march.name)
	assert lines["Target (USD)"] == [2000] * 12 and lines["Result of Everyone"][-1] == 800


def test_d3_nothing_yet():
	assert target_and_result.get({"company": COMPANY_EUR, "fiscal_year": "2026"}) == {}


def test_d3_names_are_text(books):
	"""The chart's legend shows them as text, its tooltips as HTML: neither an entity nor a tag may be seen."""
	frappe.rename_doc("Sales Person", "Bob", "O'Bob & Son", force=True)
	assert widget(sales_person="O'Bob & Son")["Result of O'Bob & Son"][-1] == 300
	assert not BeautifulSoup(showing.as_plain("<img src=x onerror=alert(1)></p>"), "html.parser").find()


def test_x1_uninstall_takes_the_widget_off_other_workspaces():
	"""The desk would fail to open a workspace with a chart that is gone."""
	from sales_extensions.uninstall import forget

	home = frappe.get_doc("Workspace", "Home")
	home.append("charts", {"chart_name": "Target and Result", "label": "Target and Result"})
	home.save(ignore_permissions=True)
	forget("Dashboard Chart", ["Target and Result"], skip=set())
	assert frappe.db.exists("Workspace", "Home")
	assert not frappe.db.exists("Workspace Chart", {"chart_name": "Target and Result"})


def is_allocated(order) -> bool:
	return bool(frappe.db.exists("Order Allocation", {"sales_order": order.name}))


@pytest.mark.parametrize("seed", range(3))
def test_x4_statements_agree_with_targets_whatever_happened(books, seed):
	"""Random orders, splits, cancels and dates."""
	dice = random.Random(seed)
	orders = []
	for _step in range(8):
		what = dice.choice(("order", "order", "cancel", "share")) if orders else "order"
		order = dice.choice(orders) if orders else None
		if what == "order":
			anna = dice.randint(1, 99)
			day = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
			orders.append(
				world.order(dice.randint(1, 99_999) / 100, team={"Anna": anna, "Bob": 100 - anna}, date=day)
			)
		elif what == "cancel" and order.docstatus == 1:
			order.reload()
			order.cancel()
		elif what == "share" and order.docstatus == 1 and not is_allocated(order):
			world.allocation(
				order.name, world.percent(dice.choice(("Bob", "Cleo", "Dirk")), dice.randint(1, 100))
			)
	for target in (books.year, books.march, books.team, books.cleo):
		target.reload()
		rows = statement(sales_person=target.assignees[0].sales_person, sales_target=target.name)
		assert float(sum(row.amount for row in rows)) == target.realised_amount
		assert sum(row.order_count for row in rows) == target.order_count
	for seller, row in report().items():
		assert float(sum(one.amount for one in statement(sales_person=seller))) == row["realised"]


# --- what it costs ------------------------------------------------------------------------------


@contextmanager
def statements():
	sent: list[str] = []
	plain = frappe.db.sql

	def told(query, *args, **kwargs):
		sent.append(str(query))
		return plain(query, *args, **kwargs)

	frappe.db.sql = told
	try:
		yield sent
	finally:
		del frappe.db.sql


@pytest.fixture
def kept(monkeypatch):
	"""As in a request that only reads."""
	frappe.cache.delete_keys("sales_extensions_day_sums")
	monkeypatch.setattr(frappe.db, "transaction_writes", 0)
	yield
	frappe.cache.delete_keys("sales_extensions_day_sums")


def test_d3_a_look_at_the_widget_reads_no_entries_and_no_orders(books, kept):
	first = widget(sales_person="North Team")
	with statements() as sent:
		assert widget(sales_person="North Team") == first
	assert not [query for query in sent if "Sales Target Entry" in query or "Sales Order" in query]
	assert len(sent) <= 8, sent


def test_d3_what_the_ledger_books_is_seen_at_once(books, kept):
	assert widget(sales_person="Anna")["Result of Anna"][-1] == 1800
	world.order(200, team={"Anna": 100}, date="2026-04-01")
	frappe.db.transaction_writes = 0
	with statements() as sent:
		assert widget(sales_person="Anna")["Result of Anna"][-1] == 2000
	assert len([query for query in sent if "FROM `tabSales Target Entry`" in query]) == 1


def test_d3_nothing_is_kept_of_what_may_be_taken_back(books, kept):
	frappe.db.transaction_writes = 5
	widget(sales_person="Anna")
	assert not frappe.cache.get_keys("sales_extensions_day_sums")


def test_t6_the_report_costs_the_same_statements_with_more_orders_and_more_sellers(books, kept):
	def cost() -> int:
		frappe.cache.delete_keys("sales_extensions_day_sums")
		frappe.db.transaction_writes = 0
		frappe.clear_document_cache("Currency", "USD")
		with statements() as sent:
			report()
		return len(sent)

	cost()
	before = cost()
	for seller in ("Bob", "Dirk"):
		world.target(10, (seller,))
		world.order(20, team={seller: 100})
	assert cost() == before


# --- who may see what ---------------------------------------------------------------------------


def test_x4_sales_users_see_all_sellers_as_in_the_list_of_entries(books):
	with as_user(ANNA):
		assert "Cleo" in report() and statement(sales_person="Cleo")


def test_x4_others_see_nothing(books):
	with as_user(NOBODY):
		for ask in (report, statement, widget, pdf_text):
			with pytest.raises(frappe.PermissionError):
				ask(sales_person="Anna")


def test_x4_user_permissions_hold_for_sellers(books):
	with permitted(ANNA, "Sales Person", "Anna"):
		rows = report()
		assert list(rows) == ["Anna"] and rows["Anna"]["realised"] == 1800
		assert widget()["Result of Anna"][-1] == 1800
		for other in ("Cleo", "North Team"):
			for ask in (report, statement, widget, pdf_text):
				with pytest.raises(frappe.PermissionError, match=f"no permission for <strong>{other}"):
					ask(sales_person=other)


def test_x4_who_is_restricted_to_themselves_sees_their_part_of_the_teams_target(books):
	with permitted("bob@example.com", "Sales Person", "Bob"):
		assert figure(report()["Bob"], "goal", "realised") == (None, 300)
		assert [float(row.amount) for row in statement(sales_person="Bob")] == [300]
		assert frappe.get_list("Sales Target", pluck="name") == []


def test_x4_a_team_that_may_be_seen_only_in_part_is_not_shown(books):
	with (
		permitted(ANNA, "Sales Person", "North Team", hide_descendants=1),
		pytest.raises(frappe.PermissionError),
	):
		report(sales_person="North Team")


def test_x4_user_permissions_hold_for_companies_and_targets(books):
	with permitted(ANNA, "Company", COMPANY_EUR):
		for ask in (report, widget, lambda: statement(sales_person="Anna")):
			with pytest.raises(frappe.PermissionError, match="no permission"):
				ask()


def test_x4_a_target_that_may_not_be_seen_is_not_counted(books):
	with permitted(ANNA, "Sales Target", books.march.name):
		assert figure(report()["Anna"], "goal", "realised") == (2000, 800)
		with pytest.raises(frappe.PermissionError):
			report(sales_target=books.year.name)


# --- bad input ----------------------------------------------------------------------------------

BAD = [
	({"company": "No Such"}, "Company: there is no No Such"),
	({"company": {"a": 1}}, "Company must be a text"),
	({"from_date": "2026-02-30"}, "From Date must be a date like 2026-12-31; it is 2026-02-30"),
	({"to_date": ""}, "To Date: choose a date"),
	({"to_date": "2025-12-31"}, "is before From Date"),
	({"to_date": "2036-12-31"}, "more than three years"),
	({"sales_person": "Nobody<br>"}, "Sales Person: there is no Nobody&lt;br&gt;"),
	({"sales_person": ["Anna"]}, "Sales Person must be a text"),
	({"sales_target": "ST-9"}, "Sales Target: there is no ST-9"),
	({"target_type": "Best"}, "Target Type must be one of: Financial"),
	({"territory": "Atlantis"}, "Territory: there is no Atlantis"),
]  # fmt: skip
ASKED = {
	attainment: [
		({"group_by": "Week"}, "Group By must be one of"),
		({"figures": 3}, "Figures must be a text"),
	],
	seller_statement: [
		({"as_of": "yesterday-ish"}, "As Of must be a date"),
		({"as_of": {"a": 1}}, "As Of must be a date"),
		({"as_of": "0001-01-01"}, "As Of must be a date"),
		({"withdrawn": "perhaps"}, "Show Withdrawn must be 0 or 1"),
	],
}


@pytest.mark.parametrize("asked", ASKED, ids=lambda module: module.__name__.split(".")[-1])
def test_x5_a_bad_filter_is_named(asked):
	for given, told in BAD + ASKED[asked]:
		with pytest.raises(frappe.ValidationError) as refused:
			asked.execute(YEAR | {"sales_person": "Anna"} | given)
		assert told in str(refused.value), given


@pytest.mark.parametrize(
	("given", "told"),
	[
		({"fiscal_year": "1066"}, "Year: there is no 1066"),
		({"fiscal_year": [2026]}, "Year must be a text"),
		({"show": "Upside Down"}, "Show must be one of: Cumulative, By Month"),
		*((given, told) for given, told in BAD if "date" not in str(given)),
	],
)
def test_x5_a_bad_filter_of_the_widget_is_named(given, told):
	with pytest.raises(frappe.ValidationError) as refused:
		widget(**given)
	assert told in str(refused.value)


def test_x5_the_company_is_the_users_own_where_none_is_chosen(books, monkeypatch):
	monkeypatch.setattr(frappe.defaults, "get_user_default", lambda key, *_more: None)
	for ask in (
		lambda: report(company=""),
		lambda: widget(company=""),
		lambda: statement(company="", sales_person="Anna"),
	):
		with pytest.raises(frappe.ValidationError, match="Company: choose the company"):
			ask()


def test_x5_filters_that_are_no_filters():
	for given in ([["company", "=", COMPANY]], "company", 5):
		for ask in (attainment.execute, seller_statement.execute, target_and_result.get, on_paper.pdf):
			with pytest.raises(
				(frappe.ValidationError, TypeError), match=r"list of names and values|should be"
			):
				ask(given)


def test_t6_sums_of_a_target_whose_company_was_changed(books):
	frappe.db.sql(
		"UPDATE `tabSales Target Entry` SET company = %s WHERE sales_order = %s",
		(COMPANY_EUR, books.february.name),
	)
	found = sums._count([books.year.name])[books.year.name].days
	assert sum(row[2] for row in found) == 1800


# --- what a figure is made of -------------------------------------------------------------------


def made_of(seller: str, **given) -> dict:
	return months.made_of(YEAR | {"sales_person": seller} | given)


def test_x4_a_figure_says_its_targets_with_period_and_amount(books):
	found = made_of("Anna")
	rows = {row["title"]: row for row in found["rows"]}
	assert (rows["Year"]["result"], rows["March"]["result"]) == (1000, 800), "each day in one of them"
	assert (rows["March"]["from_date"], rows["March"]["to_date"]) == (date(2026, 3, 1), date(2026, 3, 31))
	assert (rows["Year"]["whole_goal"], rows["March"]["whole_goal"]) == (12_000, 2_000)
	assert found["goal"] == sum(row["goal"] for row in found["rows"])
	assert (found["result"], found["shared"]) == (1800, 0)
	(part,) = made_of("Bob")["rows"]
	assert (part["title"], part["is_part"], part["sellers"], part["result"]) == ("Team", True, ["Bob"], 300)


def test_x4_a_figure_of_some_days_is_made_of_what_these_brought(books):
	(march,) = made_of("Anna", from_date="2026-03-01", to_date="2026-03-31")["rows"]
	assert (march["title"], march["goal"], march["result"]) == ("March", 2000, 800)


def test_x4_the_note_names_these_figures_and_no_rules(books):
	_columns, _rows, notes, *_rest = attainment.execute(YEAR)
	text = BeautifulSoup(notes, "html.parser").get_text(" ")
	assert (
		"Team (01-01-2026 - 12-31-2026: $ 2,100.00)" in text
		and "Cleo (01-01-2026 - 12-31-2026: $ 400.00)" in text
	)
	assert "overlap" not in text
	_columns, _rows, notes, *_rest = seller_statement.execute(YEAR | {"sales_person": "Anna"})
	assert "March (03-01-2026 - 03-31-2026: $ 800.00 of $ 2,000.00)" in notes
	days = {"from_date": "2026-02-01", "to_date": "2026-02-28"}
	_columns, _rows, notes, *_rest = seller_statement.execute(YEAR | days | {"sales_person": "Bob"})
	assert "Team (02-01-2026 - 02-28-2026: $ 0.00)" in notes, (
		"the days that count here, of a part without a goal"
	)


def test_x4_what_the_note_adds_up_is_the_figure_also_where_an_order_is_in_two_targets(books):
	for seller in ("North Team", "Cleo"):
		world.target(4, (seller,), title=f"Orders of {seller}", numeric=True)
	world.order(800, team={"Bob": 50, "Cleo": 50}, date="2026-04-10")
	_columns, _rows, notes, *_rest = attainment.execute(
		YEAR | {"target_type": "Numeric", "sales_person": "Sales Team"}
	)
	text = BeautifulSoup(notes, "html.parser").get_text()
	assert ": 4) + " in text and ": 2) - 1 (Orders that are in several of these count once)" in text
	assert report(target_type="Numeric", sales_person="Sales Team")["Sales Team"]["realised"] == 5


def test_x4_the_goal_of_a_target_that_one_may_not_read_is_not_told(books):
	with permitted("bob@example.com", "Sales Person", "Bob"):
		(part,) = made_of("Bob")["rows"]
		assert (part["title"], part["whole_goal"], part["result"]) == ("Team", None, 300)
		(shown,) = on_paper.context(statement_of("Bob"))["targets"]
		assert (shown["goal"], shown["sellers"]) == ("", "")
	(part,) = made_of("Bob")["rows"]
	assert part["whole_goal"] == 30_000
	(shown,) = on_paper.context(statement_of("Bob"))["targets"]
	assert (shown["goal"], shown["sellers"]) == ("$ 30,000.00", "North Team")


def test_x4_a_figure_of_a_seller_that_one_may_not_see_is_refused(books):
	with pytest.raises(frappe.ValidationError, match="choose the seller"):
		months.made_of(YEAR)
	with as_user(NOBODY), pytest.raises(frappe.PermissionError):
		made_of("Anna")


def statement_of(seller: str):
	return attained_statement.statement(filters.read(YEAR | {"sales_person": seller}))


# --- own figures first --------------------------------------------------------------------------


def test_d3_a_desk_knows_whose_figures_it_begins_with(books):
	with as_user(ANNA):
		assert desk.own_seller() == "Anna"
	with as_user(MANAGER):
		assert desk.own_seller() is None


def test_d3_a_desk_that_is_kept_begins_with_figures_that_its_user_may_see(books, monkeypatch):
	"""Neither a permission nor another seller for the employee ends what the framework has kept of a desk."""
	monkeypatch.setattr(frappe.local, "request", None, raising=False)
	with as_user(ANNA):
		assert sessions.get()["own_seller"] == "Anna"
		frappe.get_doc(
			{"doctype": "User Permission", "user": ANNA, "allow": "Sales Person", "for_value": "Cleo"}
		).insert(ignore_permissions=True)
		assert sessions.get()["own_seller"] is None
	frappe.db.rollback()
	frappe.clear_cache(user=ANNA)


def test_d3_the_chart_says_until_which_month_there_is_a_result(books, monkeypatch):
	monkeypatch.setattr(target_and_result, "getdate", lambda day=None: getdate(day) if day else TODAY)
	assert target_and_result.get({"company": COMPANY, "fiscal_year": "2026"})["until"] == 7


def test_d3_a_result_of_later_months_is_in_the_chart(books, monkeypatch):
	monkeypatch.setattr(target_and_result, "getdate", lambda day=None: getdate(day) if day else TODAY)
	world.order(100, team={"Anna": 100}, date="2026-09-10")
	assert target_and_result.get({"company": COMPANY, "fiscal_year": "2026"})["until"] == 9
