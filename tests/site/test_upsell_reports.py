"""Crew, Quote Charges, Order Charges and the PDF of a month, against figures written by hand (U11, X4, X5).

What is sold, in Windmill Works unless it says otherwise; Anna and Bob are sellers, Carl has no Sales Person:

	Q1  10 March  Holland  Anna   MILL 200, PUMP 50      O1 and O6 take one MILL each
	Q2  20 March  Spain    Carl   PUMP 120               O2, cancelled, amended O3, cancelled, amended O4
	Q3   5 April  Holland  Anna   MILL 300               a draft
	Q4  10 April  Asia     Bob    CARE 80                cancelled
	Q5  15 April  Spain    Bob    MILL 300               O5, a draft
	Q6   1 March  Holland  Anna   MILL 1,000 EUR         of Molens BV

	O1  12 March  Holland  Bob    MILL 100 of Q1 for Anna, CARE 25 that Bob added: upsell
	O4  25 March  Spain    Carl   PUMP 120 of Q2
	O5  16 April  Spain    Carl   MILL 300 of Q5 for Bob, a draft
	O6   2 May    Holland  Anna   MILL 100 of Q1
	O7  15 March  Holland  Anna   MILL 500; PUMP 70 was taken out again
	O8  20 April  Asia     Carl   CARE 60, and MILL 90 that he added later: upsell; closed
	O9  21 April  Asia     Anna   PUMP 11, cancelled
	O10  3 March  Holland  Anna   MILL 77 EUR, of Molens BV
"""

from __future__ import annotations

from contextlib import contextmanager

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from frappe.desk.query_report import run

from sales_extensions.api import upsell_month
from sales_extensions.charges import report_view
from sales_extensions.sales_extensions.report.crew import crew
from sales_extensions.sales_extensions.report.order_charges import order_charges
from sales_extensions.sales_extensions.report.quote_charges import quote_charges
from tests.site import world
from tests.site.pdf import bare, pages
from tests.site.world import COMPANY, COMPANY_EUR

pytestmark = pytest.mark.committed  # reads what the module committed; each test is rolled back all the same

ANNA, BOB, CARL = "anna@example.com", "bob@example.com", "carl@example.com"
MANAGER, UPSELL, SYSMAN = "manager@example.com", "upsell@example.com", "sysman@example.com"
YEAR = {"company": COMPANY, "from_date": world.START, "to_date": world.END}


@pytest.fixture(autouse=True)
def rolled_back(books):
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for user in (MANAGER, UPSELL, SYSMAN):
		frappe.clear_cache(user=user)


@pytest.fixture(scope="module")
def books(site):
	"""The quotations and orders above, committed; gone after the module."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	world.wipe()
	world.policy(enable_upsell_tracking=1)
	made = sell()
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	frappe.set_user("Administrator")
	world.wipe()


@contextmanager
def as_user(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def sell() -> dict:
	made = {}
	with as_user(ANNA):
		made["Q1"] = world.quotation([("MILL", 2, 100), ("PUMP", 1, 50)], date="2026-03-10")
		made["Q3"] = world.quotation([("MILL", 1, 300)], date="2026-04-05", submit=False)
		made["Q6"] = world.quotation([("MILL", 1, 1000)], date="2026-03-01", company=COMPANY_EUR)
		made["O10"] = world.order(items=[("MILL", 1, 77)], date="2026-03-03", company=COMPANY_EUR)
		made["O7"] = with_removed_charge()
		made["O9"] = world.order(items=[("PUMP", 1, 11)], date="2026-04-21", customer="Home Three")
		made["O9"].cancel()
	with as_user(BOB):
		made["Q4"] = world.quotation([("CARE", 2, 40)], date="2026-04-10", customer="Home Three")
		made["Q4"].cancel()
		made["Q5"] = world.quotation([("MILL", 3, 100)], date="2026-04-15", customer="Builder Two")
		made["O1"] = convert(made["Q1"], "2026-03-12", rows=1, qty=1)
		made["O1"].append("items", world.item_row("CARE", 1, 25))
		made["O1"].insert().submit()
	with as_user(ANNA):
		made["O6"] = convert(made["Q1"], "2026-05-02", rows=1, qty=1).insert()
		made["O6"].submit()
	with as_user(CARL):
		made["Q2"] = world.quotation([("PUMP", 4, 30)], date="2026-03-20", customer="Builder Two")
		made["O2"] = convert(made["Q2"], "2026-03-25").insert()
		made["O2"].submit()
		made["O3"] = amended(made["O2"])
		made["O4"] = amended(made["O3"])
		made["O5"] = convert(made["Q5"], "2026-04-16").insert()
		made["O8"] = closed_with_added_charge()
	return {key: doc.name for key, doc in made.items()}


def convert(quotation, date: str, rows: int | None = None, qty: float | None = None):
	order = make_sales_order(quotation.name)
	order.transaction_date, order.delivery_date = date, world.END
	order.payment_schedule, order.set_warehouse = [], world.WAREHOUSE
	order.items = order.items[:rows]
	for row in order.items:
		row.delivery_date, row.warehouse, row.qty = world.END, world.WAREHOUSE, qty or row.qty
	return order


def amended(order):
	order.reload()
	order.cancel()
	again = frappe.copy_doc(order)
	again.amended_from, again.docstatus, again.status = order.name, 0, "Draft"
	again.insert().submit()
	return again


def with_removed_charge():
	order = world.order(items=[("MILL", 1, 500), ("PUMP", 1, 70)], date="2026-03-15", submit=False)
	order.items = order.items[:1]
	order.save()
	order.submit()
	return order


def closed_with_added_charge():
	order = world.order(items=[("CARE", 1, 60)], date="2026-04-20", customer="Home Three")
	first = order.items[0]
	rows = [
		{"docname": first.name, "item_code": "CARE", "qty": 1, "rate": 60},
		{"item_code": "MILL", "qty": 1, "rate": 90, "delivery_date": world.END, "conversion_factor": 1},
	]
	update_child_qty_rate("Sales Order", frappe.as_json(rows), order.name)
	order.reload()
	order.update_status("Closed")
	return order


FIGURES = ("quoted", "converted", "conversion_rate", "ordered", "upsells", "upsell_revenue", "revenue")


def crew_of(**filters) -> dict[str, tuple]:
	rows = crew.execute(YEAR | filters)[1]
	return {row["key"]: tuple(row[field] for field in FIGURES) for row in rows}


def cards(result) -> dict[str, object]:
	return {card["label"]: card["value"] for card in result[4]}


def charges(report, **filters) -> list[tuple]:
	"""(document, charge, subtotal, credited to) of a listing."""
	rows = report.execute(YEAR | filters)[1]
	return [(row.voucher_no, row.charge_name, row.base_subtotal, row.credit_assigned_to) for row in rows]


# --- Crew ---------------------------------------------------------------------------------------


BY_PERSON = {
	ANNA: (2, 1, 50, 3, 0, 0, 700),
	BOB: (1, 0, 0, 1, 1, 25, 25),
	CARL: (1, 1, 100, 3, 1, 90, 270),
}


def test_U11_crew_by_person():
	result = crew.execute(YEAR)
	assert crew_of() == BY_PERSON
	assert [(row["key"], row["sales_person"]) for row in result[1]] == [
		(ANNA, "Anna"), (CARL, "No Sales Person"), (BOB, "Bob"),
	]  # fmt: skip
	assert result[1][0]["full_name"] == "Anna" and result[1][0]["currency"] == "USD"
	assert cards(result) == {
		"Charges Quoted": 4, "Charges Converted": 2, "Conversion Rate": 50, "Order Charges": 7, "Upsells": 2,
		"Upsell Revenue": 115, "Revenue": 995,
	}  # fmt: skip
	assert result[3]["data"]["labels"] == ["Anna", "Carl", "Bob"]
	assert result[3]["data"]["datasets"][0]["values"] == [700, 270, 25]


def test_U11_crew_says_which_charges_are_inferred(books):
	assert "inferred" not in [column["fieldname"] for column in crew.execute(YEAR)[0]]
	for credit in world.credits(frappe._dict(doctype="Sales Order", name=books["O1"])):
		frappe.db.set_value("Upsell Credit", credit.name, "is_inferred", 1)
	columns, rows, notes, *_rest = crew.execute(YEAR)
	assert "Inferred" in [column["label"] for column in columns]
	assert {row["key"]: row["inferred"] for row in rows} == {ANNA: 1, BOB: 1, CARL: 0}
	assert (
		"<b>Inferred</b>: 2 of 11 charges quoted and ordered were there before charges were tracked." in notes
	)
	assert "1 of 1 charges quoted" in upsell_month.month_html(BOB, "2026-03", COMPANY)


def test_U11_crew_by_month():
	assert crew_of(group_by="Month") == {
		"2026-03": (3, 2, 66.67, 4, 1, 25, 745),
		"2026-04": (1, 0, 0, 2, 1, 90, 150),
		"2026-05": (0, 0, None, 1, 0, 0, 100),
	}
	assert list(crew_of(group_by="Month")) == ["2026-03", "2026-04", "2026-05"]


def test_U11_crew_by_territory_and_item_group():
	assert crew_of(group_by="Territory") == {
		"Holland": (2, 1, 50, 4, 1, 25, 725),
		"Spain": (2, 1, 50, 1, 0, 0, 120),
		"Asia": (0, 0, None, 2, 1, 90, 150),
	}
	assert crew_of(group_by="Item Group") == {
		"Mills": (2, 1, 50, 4, 1, 90, 790),
		"Pumps": (2, 1, 50, 1, 0, 0, 120),
		"Care": (0, 0, None, 2, 1, 25, 85),
	}


@pytest.mark.parametrize(
	("filters", "expected"),
	[
		({"territory": "Europe"}, {ANNA: (2, 1, 50, 3, 0, 0, 700), BOB: (1, 0, 0, 1, 1, 25, 25), CARL: (1, 1, 100, 1, 0, 0, 120)}),
		({"territory": "Spain"}, {BOB: (1, 0, 0, 0, 0, 0, 0), CARL: (1, 1, 100, 1, 0, 0, 120)}),
		({"territory": "Europe", "exact": 1}, {}),
		({"item_group": "Machines"}, {ANNA: (2, 1, 50, 3, 0, 0, 700), BOB: (1, 0, 0, 0, 0, 0, 0), CARL: (1, 1, 100, 2, 1, 90, 210)}),
		({"item_group": "Care"}, {BOB: (0, 0, None, 1, 1, 25, 25), CARL: (0, 0, None, 1, 0, 0, 60)}),
		({"user": ANNA}, {ANNA: BY_PERSON[ANNA]}),
		({"only_upsells": 1}, {BOB: (0, 0, None, 1, 1, 25, 25), CARL: (0, 0, None, 1, 1, 90, 90)}),
		({"from_date": "2026-03-12", "to_date": "2026-03-20"}, {ANNA: (0, 0, None, 2, 0, 0, 600), BOB: (0, 0, None, 1, 1, 25, 25), CARL: (1, 1, 100, 0, 0, 0, 0)}),
		({"company": COMPANY_EUR}, {ANNA: (1, 0, 0, 1, 0, 0, 77)}),
	],
)  # fmt: skip
def test_U11_crew_filters(filters, expected):
	assert crew_of(**filters) == expected


def test_U11_drafts_are_shown_on_request_and_convert_nothing():
	assert crew_of(include_drafts=1) == BY_PERSON | {
		ANNA: (3, 1, 33.33, 3, 0, 0, 700),
		BOB: (1, 0, 0, 2, 1, 25, 325),
	}


def test_U11_a_quotation_invoiced_directly_is_converted_while_the_invoice_is_submitted(books):
	credit = world.credits(frappe._dict(doctype="Quotation", name=books["Q1"]))[1]
	invoice = frappe.get_doc(
		{"doctype": "Sales Invoice", "name": "SINV-U11", "company": COMPANY, "docstatus": 1}
	)
	invoice.db_insert()
	frappe.db.set_value("Upsell Credit", credit.name, "invoiced_in", invoice.name)
	assert crew_of()[ANNA][:3] == (2, 2, 100)
	row = quote_charges.execute(YEAR | {"converted": "Yes", "user": ANNA, "item_group": "Pumps"})[1][0]
	assert (row.converted, row.sales_orders, row.sales_invoice) == (1, "", "SINV-U11")
	frappe.db.set_value("Sales Invoice", invoice.name, "docstatus", 2)
	assert crew_of()[ANNA][:3] == (2, 1, 50)


def test_U11_a_cancelled_order_converts_no_more(books):
	for key in ("O1", "O6"):
		frappe.get_doc("Sales Order", books[key]).cancel()
	assert crew_of()[ANNA] == (2, 0, 0, 1, 0, 0, 500)


JUNE = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
OFFERED = [("MILL", 1, 100), ("PUMP", 1, 80), ("PUMP", 1, 90), ("CARE", 1, 20), ("CARE", 1, 15)]
ALTERNATIVES = (1, 2, 4)  # PUMP 80 and PUMP 90 instead of MILL, CARE 15 instead of CARE 20


def with_alternatives(taken: tuple[int, ...] | None, submit_order: bool = True):
	"""A quotation of Carl's in June, and the order that takes these of its rows; None: no order."""
	with as_user(CARL):
		offered = world.quotation(OFFERED, date="2026-06-10", submit=False)
		for at in ALTERNATIVES:
			offered.items[at].is_alternative = 1
		offered.save().submit()
		if taken is not None:
			frappe.flags.args = frappe._dict(
				selected_items=[{"name": offered.items[at].name} for at in taken]
			)
			try:
				order = convert(offered, "2026-06-12").insert()
			finally:
				frappe.flags.args = None
			if submit_order:
				order.submit()
	return offered


@pytest.mark.parametrize(
	("taken", "quoted", "converted"),
	[
		(None, [100, 20], []),
		((), [100, 20], [100, 20]),
		((0, 3), [100, 20], [100, 20]),
		((1, 3), [80, 20], [80, 20]),
		((2, 4), [90, 15], [90, 15]),
		((2,), [90, 20], [90]),
	],
)
def test_U11_an_alternative_that_was_not_chosen_is_not_quoted(taken, quoted, converted):
	with_alternatives(taken)
	rate = 100 * len(converted) / len(quoted)
	tally = (len(quoted), len(converted), rate)
	for group_by, key in (("Person", CARL), ("Month", "2026-06"), ("Territory", "Holland")):
		assert crew_of(**JUNE, group_by=group_by)[key][:3] == tally, group_by
	found = crew_of(**JUNE, group_by="Item Group").values()
	assert (sum(row[0] for row in found), sum(row[1] for row in found)) == tally[:2]
	assert [row[2] for row in charges(quote_charges, **JUNE)] == quoted
	assert [row[2] for row in charges(quote_charges, **JUNE, converted="Yes")] == converted
	left = [amount for amount in quoted if amount not in converted]
	assert [row[2] for row in charges(quote_charges, **JUNE, converted="No")] == left
	shown = cards(quote_charges.execute(YEAR | JUNE))
	assert (shown["Charges"], shown["Charges Converted"], shown["Conversion Rate"]) == tally
	assert shown["Subtotal (Company Currency)"] == sum(quoted)


def test_U11_a_draft_order_chooses_no_alternative():
	with_alternatives((1, 3), submit_order=False)
	assert crew_of(**JUNE)[CARL][:3] == (2, 0, 0)
	assert [row[2] for row in charges(quote_charges, **JUNE)] == [100, 20]


# --- listings -----------------------------------------------------------------------------------


def test_U11_quote_charges_and_what_became_of_them(books):
	rows = quote_charges.execute(YEAR)[1]
	assert [
		(row.voucher_no, row.charge_name, row.base_subtotal, row.credit_assigned_to, row.converted, row.sales_orders)
		for row in rows
	] == [
		(books["Q5"], "Mill", 300, BOB, 0, ""),
		(books["Q2"], "Pump", 120, CARL, 1, books["O4"]),
		(books["Q1"], "Mill", 200, ANNA, 1, f"{books['O1']}, {books['O6']}"),
		(books["Q1"], "Pump", 50, ANNA, 0, ""),
	]  # fmt: skip
	assert (rows[1].party, rows[1].territory, rows[1].sales_person) == (
		"Builder Two",
		"Spain",
		"No Sales Person",
	)
	assert str(rows[1].transaction_date) == "2026-03-20" and rows[1].qty == 4
	assert "created the document with this charge" in rows[1].why
	assert cards(quote_charges.execute(YEAR)) == {
		"Charges": 4, "Charges Converted": 2, "Conversion Rate": 50, "Upsells": 0, "Hours": 0, "Of Upsells": 0,
		"Subtotal (Company Currency)": 670,
	}  # fmt: skip


def test_U11_quote_charges_by_conversion(books):
	assert [row[0] for row in charges(quote_charges, converted="Yes")] == [books["Q2"], books["Q1"]]
	assert [row[:2] for row in charges(quote_charges, converted="No")] == [
		(books["Q5"], "Mill"), (books["Q1"], "Pump"),
	]  # fmt: skip
	for converted, figures in (("Yes", (2, 2, 320)), ("No", (2, 0, 350))):
		found = cards(quote_charges.execute(YEAR | {"converted": converted}))
		assert (found["Charges"], found["Charges Converted"], found["Subtotal (Company Currency)"]) == figures


def test_U11_order_charges_and_where_they_come_from(books):
	rows = order_charges.execute(YEAR)[1]
	assert [
		(row.voucher_no, row.charge_name, row.base_subtotal, row.credit_assigned_to, row.origin, row.quotation)
		for row in rows
	] == [
		(books["O6"], "Mill", 100, ANNA, "Converted", books["Q1"]),
		(books["O8"], "Care", 60, CARL, "Created", ""),
		(books["O8"], "Mill", 90, CARL, "Added", ""),
		(books["O4"], "Pump", 120, CARL, "Amended", books["Q2"]),
		(books["O7"], "Mill", 500, ANNA, "Created", ""),
		(books["O1"], "Mill", 100, ANNA, "Converted", books["Q1"]),
		(books["O1"], "Care", 25, BOB, "Added", ""),
	]  # fmt: skip
	upsells = [(row.charge_name, row.upsell_rule) for row in rows if row.is_upsell]
	assert upsells == [("Mill", "Added Later"), ("Care", "Added at Conversion")]
	assert rows[1].status == "Closed"
	assert charges(order_charges, converted="Yes", territory="Spain") == [(books["O4"], "Pump", 120, CARL)]
	assert len(charges(order_charges, converted="No")) == 4
	assert charges(order_charges, only_upsells=1, user=BOB) == [(books["O1"], "Care", 25, BOB)]


def test_U11_a_draft_order_shows_where_it_comes_from(books):
	rows = order_charges.execute(YEAR | {"include_drafts": 1, "user": BOB})[1]
	assert [(row.voucher_no, row.quotation) for row in rows] == [
		(books["O5"], books["Q5"]),
		(books["O1"], ""),
	]


def test_U11_a_listing_that_is_cut_off_says_so_and_totals_are_of_all():
	_columns, rows, message, chart, summary = order_charges.execute(YEAR | {"limit": 2})
	assert len(rows) == 2
	assert "<strong>2</strong> of <strong>7</strong>" in message
	assert {card["label"]: card["value"] for card in summary}["Subtotal (Company Currency)"] == 995
	assert chart["data"]["labels"] == ["Mar", "Apr", "May"]
	assert chart["data"]["datasets"][0]["values"] == [745, 150, 100]
	assert "of <strong>" not in order_charges.execute(YEAR | {"limit": 7})[2]


def test_U11_charges_name_who_is_credited_and_have_the_user_last():
	for report in (order_charges, quote_charges):
		columns, rows, *_rest = report.execute(YEAR)
		labels = [column["label"] for column in columns]
		assert (
			columns[labels.index("Credit Assigned To")]["fieldname"] == "full_name" and labels[-1] == "User"
		)
		assert {(row.full_name, row.credit_assigned_to) for row in rows} >= {("Anna", ANNA), ("Carl", CARL)}


def test_X4_the_three_reports_agree():
	totals = cards(crew.execute(YEAR))
	quoted, ordered = cards(quote_charges.execute(YEAR)), cards(order_charges.execute(YEAR))
	assert totals["Charges Quoted"] == quoted["Charges"] == len(quote_charges.execute(YEAR)[1])
	assert totals["Charges Converted"] == quoted["Charges Converted"]
	assert totals["Conversion Rate"] == quoted["Conversion Rate"]
	assert totals["Revenue"] == ordered["Subtotal (Company Currency)"]
	assert totals["Upsell Revenue"] == ordered["Of Upsells"] and totals["Upsells"] == ordered["Upsells"]


def test_U1_switched_off_the_reports_say_what_is_missing():
	world.policy(enable_upsell_tracking=0)
	assert "Enable Upsell Tracking is off" in crew.execute(YEAR)[2]


# --- who may see what ---------------------------------------------------------------------------

REPORTS = {"Crew": crew, "Quote Charges": quote_charges, "Order Charges": order_charges}


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("user", [MANAGER, UPSELL, SYSMAN])
def test_U11_those_with_the_roles_see_the_reports(report, user):
	with as_user(user):
		assert run(report, filters=dict(YEAR))["result"]


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("user", [ANNA, "master@example.com", "nobody@example.com"])
def test_U11_others_are_refused_by_the_desk_and_by_the_report_itself(report, user):
	with as_user(user):
		with pytest.raises(frappe.PermissionError):
			run(report, filters=dict(YEAR))
		with pytest.raises(frappe.PermissionError):
			REPORTS[report].execute(dict(YEAR))


def restrict(user: str, doctype: str, name: str) -> None:
	frappe.get_doc({"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}).insert()


@pytest.mark.parametrize("user", [UPSELL, MANAGER, SYSMAN])
def test_U11_user_permission_on_a_territory(user):
	restrict(user, "Territory", "Spain")
	with as_user(user):
		assert crew_of() == {BOB: (1, 0, 0, 0, 0, 0, 0), CARL: (1, 1, 100, 1, 0, 0, 120)}
		assert {row[3] for row in charges(quote_charges)} == {BOB, CARL}
		assert cards(order_charges.execute(YEAR))["Charges"] == 1


@pytest.mark.parametrize("user", [UPSELL, SYSMAN])
def test_U11_user_permission_on_a_company(user):
	restrict(user, "Company", COMPANY_EUR)
	with as_user(user):
		assert crew_of() == {} and charges(order_charges) == []
		assert crew_of(company=COMPANY_EUR) == {ANNA: (1, 0, 0, 1, 0, 0, 77)}


def test_U11_user_permission_on_an_item_group_and_a_seller():
	restrict(UPSELL, "Item Group", "Care")
	with as_user(UPSELL):
		assert crew_of() == {BOB: (0, 0, None, 1, 1, 25, 25), CARL: (0, 0, None, 1, 0, 0, 60)}


def test_U11_documents_that_the_reader_may_not_see_are_not_named(books):
	restrict(UPSELL, "Sales Order", books["O6"])
	restrict(UPSELL, "Quotation", books["Q2"])
	with as_user(UPSELL):
		rows = quote_charges.execute(YEAR)[1]
		assert [(row.voucher_no, row.converted, row.sales_orders) for row in rows] == [(books["Q2"], 1, "")]
		rows = order_charges.execute(YEAR)[1]
		assert [(row.voucher_no, row.origin, row.quotation) for row in rows] == [
			(books["O6"], "Converted", "")
		]


def test_U11_who_reads_credits_but_no_orders_is_not_told_the_customers():
	with as_user(SYSMAN):
		columns, rows, *_more = order_charges.execute(YEAR)
		assert len(rows) == 7 and {row.party for row in rows} == {None}
		assert [column["fieldtype"] for column in columns if column["fieldname"] == "voucher_no"] == ["Data"]


# --- bad input ----------------------------------------------------------------------------------

INJECTED = "x' OR '1'='1"


@pytest.mark.parametrize(
	("filters", "told"),
	[
		({"from_date": "2026-05-01", "to_date": "2026-04-01"}, "To Date 04-01-2026 is before From Date 05-01-2026"),
		({"from_date": "soon"}, "From Date must be a date like 2026-12-31; it is soon"),
		({"to_date": "2026-02-30"}, "To Date must be a date"),
		({"to_date": ["2026-02-01"]}, "To Date must be a date"),
		({"company": "No Such"}, "Company: there is no No Such"),
		({"company": INJECTED}, "Company: there is no"),
		({"company": 7}, "Company must be a text"),
		({"company": "x" * 500}, "Company: there is no"),
		({"user": "who@example.com"}, "Person: there is no who@example.com"),
		({"user": ["=", "x"]}, "Person must be a text"),
		({"territory": "<img src=x>"}, "Territory: there is no &lt;img src=x&gt;"),
		({"territory": {"a": 1}}, "Territory must be a text"),
		({"item_group": INJECTED}, "Item Group: there is no"),
		({"group_by": "credit_assigned_to; DROP"}, "Group By must be one of: Person, Month"),
		({"group_by": 3}, "Group By must be a text"),
		({"converted": "Maybe"}, "Converted must be one of: Yes, No"),
		({"limit": 0}, "Rows must be a whole number from 1 to 5000; it is 0"),
		({"limit": 5001}, "Rows must be"),
		({"limit": "1; DROP TABLE x"}, "Rows must be"),
		({"limit": 2.5}, "Rows must be"),
		({"limit": True}, "Rows must be"),
		({"only_upsells": "perhaps"}, "Only Upsells must be 0 or 1; it is perhaps"),
		({"include_drafts": [1]}, "Include Drafts must be 0 or 1"),
	],
)  # fmt: skip
def test_X5_a_bad_filter_is_named(filters, told):
	for report in REPORTS.values():
		with pytest.raises(frappe.ValidationError) as refused:
			report.execute(YEAR | filters)
		assert told in str(refused.value)


def test_X5_filters_that_are_no_filters():
	with pytest.raises(frappe.ValidationError, match="Filters must be a list of names and values"):
		crew.execute(["company", "=", COMPANY])


def test_U11_the_company_is_the_users_own_where_none_is_chosen(monkeypatch):
	monkeypatch.setattr(frappe.defaults, "get_user_default", lambda key, *_more: COMPANY_EUR)
	assert [row["revenue"] for row in crew.execute({})[1]] == [77]
	monkeypatch.setattr(frappe.defaults, "get_user_default", lambda key, *_more: None)
	with pytest.raises(frappe.ValidationError, match="Company: choose the company"):
		crew.execute(None)


# --- PDF of a month -----------------------------------------------------------------------------


def pdf_text(user: str, month: str) -> str:
	upsell_month.month_pdf(user, month, COMPANY)
	response = frappe.local.response
	assert response.type == "pdf" and response.filename == f"Charges {user} {month}.pdf"
	return "".join(pages(response.filecontent))


@pytest.mark.parametrize("reader", [UPSELL, MANAGER])
def test_U11_the_pdf_of_a_month_has_the_charges_and_the_figures_of_crew(books, reader):
	with as_user(reader):
		text = pdf_text(ANNA, "2026-03")
		assert crew_of(user=ANNA, from_date="2026-03-01", to_date="2026-03-31") == {
			ANNA: (2, 1, 50, 2, 0, 0, 600)
		}
	for told in (
		"Charges of Anna in 2026-03", ANNA, COMPANY, books["O1"], books["O7"], books["Q1"], "Converted",
		"keeps the credit of the quotation", "Charges Quoted 2", "Charges Converted 1", "Conversion Rate 50.00 %",
		"Order Charges 2", "$ 500.00", "$ 100.00", "Revenue $ 600.00",
	):  # fmt: skip
		assert bare(told) in text
	for other in (books["O6"] + " Shop", books["O4"], "Care"):
		assert bare(other) not in text


def test_U11_the_pdf_marks_upsells_with_their_rule():
	context = upsell_month.context(upsell_month._asked(CARL, "2026-04", COMPANY), "2026-04")
	assert [(row["charge_name"], row["amount"], row["upsell_rule"]) for row in context["orders"]] == [
		("Care", "$ 60.00", ""), ("Mill", "$ 90.00", "Added Later"),
	]  # fmt: skip
	assert context["sales_person"] == "No Sales Person"
	html = upsell_month.month_html(CARL, "2026-04", COMPANY)
	assert "✓ Added Later" in html and "$ 150.00" in html and "added the charge after" in html


def test_U11_the_pdf_shows_what_others_wrote_as_text(books):
	for credit in world.credits(frappe._dict(doctype="Sales Order", name=books["O7"])):
		frappe.db.set_value("Upsell Credit", credit.name, "charge_name", "<img src=x> & {{ 7 * 7 }}")
	html = upsell_month.month_html(ANNA, "2026-03", COMPANY)
	assert "<img" not in html and "&lt;img src=x&gt; &amp; {{ 7 * 7 }}" in html


@pytest.mark.parametrize(
	("user", "month", "company", "told"),
	[
		(ANNA, "2026-13", COMPANY, "Month must be a month like 2026-12; it is 2026-13"),
		(ANNA, "March", COMPANY, "Month must be"),
		(ANNA, "2026-03-01' OR 1", COMPANY, "Month must be"),
		(ANNA, "0000-01", COMPANY, "Month must be"),
		("who@example.com", "2026-03", COMPANY, "Person: there is no who@example.com"),
		("", "2026-03", COMPANY, "Person: there is no"),
		(ANNA, "2026-03", "No Such", "Company: there is no No Such"),
		(ANNA, "2026-03", " ", "Company: there is no"),
	],
)
def test_X5_a_bad_month_user_or_company_is_named(user, month, company, told):
	with pytest.raises(frappe.ValidationError) as refused:
		upsell_month.month_html(user, month, company)
	assert told in str(refused.value)


@pytest.mark.parametrize("user", [ANNA, SYSMAN, "nobody@example.com"])
def test_U11_others_get_no_pdf(user):
	with as_user(user), pytest.raises(frappe.PermissionError):
		upsell_month.month_pdf(ANNA, "2026-03", COMPANY)


@pytest.mark.parametrize("group", ["4010-15", "2024-00", "4010-12"])
def test_u11_a_group_that_looks_like_a_month_is_none(group):
	drawn = report_view.chart([group], {"Revenue": [100]})
	assert drawn["data"]["labels"] == [group]


def test_u11_months_are_drawn_by_their_short_names():
	drawn = report_view.chart(["2026-03", "2026-04"], {"Revenue": [100, 50]}, in_time=True)
	assert drawn["data"]["labels"] == ["Mar", "Apr"]
