"""A target's measure is named wherever the target is shown, and its documents can be opened (M1, M4, T4, T6)."""

from __future__ import annotations

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice
from frappe.utils import get_last_day, nowdate

from sales_extensions import alike, measures
from sales_extensions.api import attainment as months
from sales_extensions.api import glance, orders, statements, targets
from sales_extensions.api import statement as on_paper
from sales_extensions.attained import filters
from sales_extensions.attained.statement import statement
from sales_extensions.sales_extensions.dashboard_chart_source.target_and_result import target_and_result
from sales_extensions.sales_extensions.report.attainment import attainment
from sales_extensions.sales_extensions.report.sales_target_orders import sales_target_orders
from sales_extensions.sales_extensions.report.seller_statement import seller_statement
from sales_extensions.tasks import digest

from . import world
from .test_documents import alone, bill, deliver, delivered, invoiced, submitted, take_back
from .test_paid import paid, pay

YEAR = {"company": world.COMPANY, "from_date": world.START, "to_date": world.END}
MEASURED = YEAR | {"measured_on": "Invoiced"}


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)


def labels(columns: list[dict]) -> dict[str, str]:
	return {one["fieldname"]: one["label"] for one in columns}


def attained(seller: str, **asked) -> dict:
	rows = attainment.execute(YEAR | asked)[1]
	return next((row for row in rows if row["seller"] == seller), {})


# --- the documents of a target ---------------------------------------------------------------------


def test_M4_documents_behind_an_invoiced_target_and_the_order_of_each():
	target = invoiced()
	order = world.order(1000, team={"Anna": 100})
	first, own = bill(order), alone(70, team={"Anna": 100})
	behind = targets.orders_behind(target.name)
	assert behind["total"] == 2
	assert [(row.voucher_type, row.voucher_no, row.sales_order or "") for row in behind["rows"]] == [
		("Sales Invoice", first.name, order.name),
		("Sales Invoice", own.name, ""),
	]
	assert {row.customer_name for row in behind["rows"]} == {order.customer_name, own.customer_name}
	assert {row.order_status for row in behind["rows"]} == {
		frappe.db.get_value("Sales Invoice", own.name, "status")
	}


def test_M4_two_invoices_of_an_order_are_two_documents():
	target = invoiced()
	order = world.order(items=[("CARE", 4, 100)], team={"Anna": 100})
	made = [bill(order, qty=1), bill(order, qty=3)]
	rows = targets.orders_behind(target.name)["rows"]
	assert {(row.voucher_no, row.amount) for row in rows} == {(made[0].name, 100), (made[1].name, 300)}


def test_M4_the_customer_of_an_invoice_that_may_not_be_read_is_told_by_its_order_or_not_at_all():
	target = invoiced()
	bill(world.order(1000, team={"Anna": 100})), alone(70, team={"Anna": 100})
	frappe.set_user("manager@example.com")
	assert not frappe.has_permission("Sales Invoice", "read")
	rows = sales_target_orders.execute({"sales_target": target.name})[1]
	assert [(row.customer_name, row.order_status) for row in rows] == [("Shop One", None), (None, None)]


def test_M4_sales_target_orders_names_documents():
	target = invoiced()
	order = world.order(1000, team={"Anna": 100})
	invoice = bill(order)
	columns, (row,), note = sales_target_orders.execute({"sales_target": target.name})
	shown = labels(columns)
	assert list(shown)[:3] == ["voucher_no", "voucher_type", "sales_order"]
	assert (shown["voucher_no"], shown["order_count"], shown["order_status"]) == (
		"Invoice", "Invoices Counted", "Status",
	)  # fmt: skip
	assert (row.voucher_type, row.voucher_no, row.sales_order) == ("Sales Invoice", invoice.name, order.name)
	assert note == "Measured On: Invoiced"


def test_M1_an_ordered_target_is_shown_as_ever():
	target = world.target()
	world.order(1000, team={"Anna": 100})
	columns, rows, note = sales_target_orders.execute({"sales_target": target.name})
	assert "voucher_no" not in labels(columns) and labels(columns)["sales_order"] == "Sales Order"
	assert len(rows) == 1 and note is None
	assert "voucher_no" not in labels(seller_statement.execute(YEAR | {"sales_person": "Anna"})[0])
	assert "Measured On" not in attainment.execute(YEAR)[2]


def test_M4_a_print_of_the_target_names_its_documents():
	target = delivered()
	note = deliver(world.order(1000, team={"Anna": 100}))
	shown = frappe.get_doc("Sales Target", target.name).on_paper()
	assert (shown["behind"], shown["document"]) == ("Documents behind the result", "Delivery")
	assert dict(shown["facts"])["Measured On"] == "Delivered"
	assert dict(shown["facts"])["Deliveries Counted"] == "1"
	assert note.name in frappe.get_print("Sales Target", target.name, "Target and Orders")


def test_M4_behind_a_paid_target_are_payment_invoice_and_order():
	target = paid()
	order = world.order(1000, team={"Anna": 100})
	invoice, own = bill(order), alone(70, team={"Anna": 100})
	payment = pay(invoice, own)
	rows = targets.orders_behind(target.name)["rows"]
	assert [(row.voucher_no, row.against_voucher_no, row.sales_order or "") for row in rows] == [
		(payment.name, invoice.name, order.name),
		(payment.name, own.name, ""),
	]
	assert {(row.customer_name, row.order_status) for row in rows} == {("Shop One", "Paid")}
	columns, _rows, note = sales_target_orders.execute({"sales_target": target.name})
	assert (labels(columns)["voucher_no"], labels(columns)["against_voucher_no"]) == ("Payment", "Invoice")
	assert labels(columns)["order_count"] == "Paid Invoices Counted" and note == "Measured On: Paid"


def test_M2_invoices_of_two_sellers_in_one_payment_are_two():
	paid(("Anna",)), paid(("Cleo",))
	pay(*(bill(world.order(1000, team={"Anna": 50, "Cleo": 50})) for _ in range(2)))
	assert teams_count(measured_on="Paid") == 2


# --- reports ---------------------------------------------------------------------------------------


def test_M1_ordered_and_invoiced_are_never_added_together():
	world.target(2000, ("Anna",), title="Ordered")
	invoiced(title="Invoiced")
	bill(world.order(1000, team={"Anna": 100}))
	world.order(300, team={"Anna": 100})
	ordered, billed = attained("Anna"), attained("Anna", measured_on="Invoiced")
	assert (ordered["realised"], ordered["goal"], ordered["order_count"]) == (1300, 2000, 2)
	assert (billed["realised"], billed["goal"], billed["order_count"]) == (1000, 10_000, 1)
	for measure, amount in (("Ordered", 1300), ("Invoiced", 1000), ("Delivered", 0)):
		found = statement(filters.read(YEAR | {"sales_person": "Anna", "measured_on": measure}))
		assert (found.amount, len(found.spans)) == (amount, int(bool(amount)))


def test_M1_a_target_that_is_chosen_says_what_is_counted():
	target = invoiced()
	bill(world.order(1000, team={"Anna": 100}))
	assert attained("Anna", sales_target=target.name, measured_on="Ordered")["realised"] == 1000
	assert filters.read(YEAR | {"sales_target": target.name}).measured_on == "Invoiced"


def test_M1_attainment_names_the_measure():
	invoiced()
	bill(world.order(1000, team={"Anna": 100}))
	columns, _rows, note, _chart, _cards = attainment.execute(MEASURED)
	assert note.startswith("Measured On: Invoiced<br>")
	assert labels(columns)["order_count"] == "Invoices Counted"


def test_M1_no_such_measure_is_refused_by_name():
	with pytest.raises(frappe.ValidationError, match="Measured On must be one of: Ordered"):
		attainment.execute(YEAR | {"measured_on": "Dreamt"})


def test_M4_a_statement_names_document_and_order():
	invoiced()
	order = world.order(1000, team={"Anna": 100})
	invoice, own = bill(order), alone(70, team={"Anna": 100}, date="2026-03-22")
	columns, rows, note, _chart, cards = seller_statement.execute(MEASURED | {"sales_person": "Anna"})
	assert labels(columns)["voucher_no"] == "Invoice" and "sales_order" in labels(columns)
	assert [(row.voucher_no, row.sales_order or "") for row in rows] == [
		(invoice.name, order.name),
		(own.name, ""),
	]
	assert note.startswith("Measured On: Invoiced<br>")
	assert {card["label"]: card["value"] for card in cards}["Invoices Counted"] == 2


def test_M4_a_statement_to_sign_names_measure_document_and_order():
	invoiced()
	order = world.order(1000, team={"Anna": 100})
	invoice = bill(order)
	made = statement(filters.read(MEASURED | {"sales_person": "Anna"}))
	html = frappe.render_template(on_paper.TEMPLATE, on_paper.context(made))
	for words in ("Measured On: Invoiced", "Invoices Counted", invoice.name, order.name):
		assert words in html


def test_H4_a_sales_statement_is_of_orders_alone():
	invoiced()
	bill(world.order(1000, team={"Anna": 100}))
	with pytest.raises(frappe.ValidationError, match="a Sales Statement is of orders"):
		statements.make(MEASURED | {"sales_person": "Anna"})


def test_M1_the_chart_is_of_one_measure_and_leads_to_its_figures():
	invoiced()
	bill(world.order(1000, team={"Anna": 100}))
	asked = {"company": world.COMPANY, "fiscal_year": "2026", "sales_person": "Anna"}
	assert not target_and_result.get(asked)
	found = target_and_result.get(asked | {"measured_on": "Invoiced"})
	assert found["datasets"][0]["name"] == "Target (USD · Invoiced)"
	assert found["datasets"][-1]["values"][-1] == 1000
	assert "measured_on=Invoiced" in found["behind"]


# --- a document counts once ------------------------------------------------------------------------


def of_two(one, other):
	"""An invoice of the rows of two orders."""
	return submitted(make_sales_invoice(other.name, make_sales_invoice(one.name)))


def teams_count(**asked) -> int:
	"""As the report's rows have it, and its statement."""
	row = attained("Sales Team", **asked)
	found = statement(filters.read(YEAR | asked | {"sales_person": "Sales Team"}))
	assert (row["order_count"], row["realised"]) == (found.order_count, found.realised)
	return row["order_count"]


def test_M2_an_invoice_of_two_sellers_orders_counts_once_for_both():
	targets_of_two = invoiced(("Anna",)), invoiced(("Cleo",))
	invoice = of_two(world.order(1000, team={"Anna": 100}), world.order(500, team={"Cleo": 100}))
	assert [world.figures(one)[1] for one in targets_of_two] == [1, 1]
	assert teams_count(measured_on="Invoiced") == 1
	take_back(invoice)
	assert teams_count(measured_on="Invoiced") == 0


def test_M3_a_return_of_a_shared_invoice_takes_one_back_once():
	invoiced(("Anna",)), invoiced(("Cleo",))
	invoice = bill(world.order(1000, team={"Anna": 50, "Cleo": 50}))
	assert teams_count(measured_on="Invoiced") == 1
	take_back(invoice, "2026-04-02")
	assert teams_count(measured_on="Invoiced") == 0
	april = {"from_date": "2026-04-01", "to_date": "2026-04-30"}
	assert teams_count(measured_on="Invoiced", **april) == -1


# --- where targets are named -----------------------------------------------------------------------


def test_M1_a_title_is_followed_by_its_measure():
	assert measures.titled("March", "Ordered") == measures.titled("March", None) == "March"
	assert measures.titled("March", "Invoiced") == "March · Invoiced"


def test_M1_lists_of_today_and_the_digest_name_the_measure():
	day = nowdate()
	days = {"from_date": day, "to_date": str(get_last_day(day))}
	invoiced(title="Billed", **days), world.target(title="Sold", **days)
	found = glance.team()
	shown = {row["title"] for one in (found["leaders"], found["behind"]) for row in one["targets"]}
	assert shown == {"Billed · Invoiced", "Sold"}
	assert "Billed · Invoiced" in digest.mail(day).html


def test_M1_an_order_names_the_targets_that_count_its_invoices():
	invoiced(title="Billed"), world.target(title="Sold")
	order = world.order(1000, team={"Anna": 100})
	bill(order)
	assert {row["title"] for row in orders.targets_of(order.name)} == {"Billed · Invoiced", "Sold"}


def test_T1_targets_of_two_measures_are_no_second_ones():
	first = world.target()
	asked = {field: first.get(field) for field in alike.ASKED if field != "assignees"}
	asked["assignees"] = [{"sales_person": "Anna"}]
	assert targets.identical(asked)
	assert not targets.identical(asked | {"measured_on": "Invoiced"})


def test_T6_a_target_of_another_measure_stands_for_no_days_of_this_one():
	day = nowdate()
	days = {"from_date": day, "to_date": str(get_last_day(day))}
	world.target(title="Sold"), invoiced(title="Billed", **days)
	found = glance.team()
	rows = [row for one in (found["leaders"], found["behind"]) for row in one["targets"]]
	assert rows and not any(row["instead"] for row in rows)
	assert all(f"measured_on={row['measured_on']}" in row["attainment"] for row in rows)


def test_X4_by_seller_and_month_says_of_which_measure():
	invoiced(), world.target()
	bill(world.order(1000, team={"Anna": 100}))
	rows = months.by_seller_and_month(world.COMPANY, world.START, world.END)
	assert sorted(row["measured_on"] for row in rows) == ["Invoiced", "Ordered"]
