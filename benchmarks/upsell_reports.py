"""The reports Crew, Quote Charges and Order Charges over 100,000 charges, each against one bare SQL
aggregate of the same charges: is each of them under a second?

	python benchmarks/upsell_reports.py --site SITE [--charges 100000] [--rounds 5]
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

import data
import frappe
from common import arguments, clock, connect, in_turn, show, verdict

from sales_extensions.sales_extensions.report.crew import crew
from sales_extensions.sales_extensions.report.order_charges import order_charges
from sales_extensions.sales_extensions.report.quote_charges import quote_charges
from tests.site import world

#: Of any report to the bare aggregate beside it. The second depends on the machine, the ratio far less.
BAR = 4
A_SECOND = 1.0
COMPANY, ABBR = "Benchmark Upsell", "BUP"
PEOPLE = 40
CHARGES_PER_DOCUMENT = 2

SYSTEM = (*data.SYSTEM, "company", "currency", "customer_name", "territory", "transaction_date", "status")
COLUMNS = {
	"Quotation": (*SYSTEM, "quotation_to", "party_name"),
	"Sales Order": (*SYSTEM, "customer", "amended_from"),
	"Upsell Credit": (
		*data.SYSTEM, "voucher_type", "voucher_no", "voucher_row", "live_row", "charge_idx", "charge_name",
		"item_code", "item_group", "qty", "subtotal", "base_subtotal", "currency", "company",
		"credit_assigned_to", "charge_created_by", "credit_assigned_by", "charge_created_on",
		"credit_assigned_on", "origin", "source_credit", "is_upsell", "upsell_rule", "reason", "reason_parts",
		"charge_state",
	),
}  # fmt: skip


def main() -> None:
	options = arguments(__doc__.splitlines()[0], charges=100_000, rounds=5).parse_args()
	connect(options.site)
	build(options.charges)
	print(f"{frappe.db.count('Upsell Credit', {'company': COMPANY}):,} charges of {COMPANY}")
	slowest, ratio = 0.0, 0.0
	for label, work in reports().items():
		work()  # fills the buffer pool
		own, bare = in_turn(options.rounds, lambda work=work: clock(work), lambda: clock(aggregate))
		middle = show(label, own)
		slowest, ratio = max(slowest, middle), max(ratio, middle / median(bare))
	show("one bare SQL aggregate", [clock(aggregate) for _round in range(options.rounds)])
	print(f"under a second: {'yes' if slowest < A_SECOND else 'no'}")
	verdict(ratio, BAR)


def aggregate() -> None:
	"""What any report must at least do: meet each charge with its document, and sum."""
	for doctype in ("Quotation", "Sales Order"):
		frappe.db.sql(
			f"""SELECT c.credit_assigned_to, COUNT(*), SUM(c.is_upsell), SUM(c.base_subtotal)
			FROM `tabUpsell Credit` c JOIN `tab{doctype}` d ON d.name = c.voucher_no
			WHERE c.voucher_type = %s AND c.is_removed = 0 AND d.docstatus = 1 AND d.company = %s
			GROUP BY c.credit_assigned_to""",
			(doctype, COMPANY),
		)


def reports() -> dict[str, Callable[[], object]]:
	year = {"company": COMPANY, "from_date": data.START, "to_date": data.END}
	quarter = year | {"from_date": f"{data.YEAR}-04-01", "to_date": f"{data.YEAR}-06-30"}
	found = {
		f"Crew by {group}": lambda group=group: crew.execute(year | {"group_by": group})
		for group in ("Person", "Month", "Territory", "Item Group")
	}
	found["Crew, territory and item group"] = lambda: crew.execute(
		year | {"territory": "Europe", "item_group": "Machines"}
	)
	for label, report in (("Quote Charges", quote_charges), ("Order Charges", order_charges)):
		found[f"{label}, a year"] = lambda report=report: report.execute(dict(year))
		found[f"{label}, a quarter, 5,000 rows"] = lambda report=report: report.execute(
			quarter | {"limit": 5000}
		)
		found[f"{label}, not converted"] = lambda report=report: report.execute(year | {"converted": "No"})
	return found


# --- data ---------------------------------------------------------------------------------------


def build(charges: int) -> None:
	"""Half the charges on quotations, half on orders; six orders in ten are conversions, one in twenty an
	amendment of a conversion. Idempotent: what is there is found again.
	"""
	data.build_world()
	if not frappe.db.exists("Company", COMPANY):
		data._insert(
			"Company",
			company_name=COMPANY,
			abbr=ABBR,
			default_currency="USD",
			country="United States",
			create_chart_of_accounts_based_on="Standard Template",
			chart_of_accounts="Standard",
		)
	if frappe.db.count("Upsell Credit", {"company": COMPANY}) != charges:
		_delete()
		_write(charges // CHARGES_PER_DOCUMENT // 2)
	frappe.db.commit()
	for doctype in COLUMNS:
		frappe.db.sql(f"ANALYZE TABLE `tab{doctype}`")


def _delete() -> None:
	for doctype in COLUMNS:
		frappe.db.sql(f"DELETE FROM `tab{doctype}` WHERE company = %s", COMPANY)
	frappe.db.commit()


def _write(documents: int) -> None:
	made: dict[str, list[tuple]] = {doctype: [] for doctype in COLUMNS}
	for number in range(1, documents + 1):
		_quotation(number, made)
		_order(number, made)
		if number % data.AT_ONCE == 0 or number == documents:
			for doctype, rows in made.items():
				data.insert_many(doctype, COLUMNS[doctype], rows)
				rows.clear()
			frappe.db.commit()


def _quotation(number: int, made: dict[str, list[tuple]]) -> None:
	dice = random.Random(number)
	name, customer = f"BENCH-UQ-{number:07}", dice.choice(list(world.CUSTOMERS))
	made["Quotation"].append((*_header(name, number, 1, customer, "Open"), "Customer", customer))
	for row in range(1, CHARGES_PER_DOCUMENT + 1):
		made["Upsell Credit"].append(_credit("Quotation", name, row, dice, "Created", None))


def _order(number: int, made: dict[str, list[tuple]]) -> None:
	dice = random.Random(number)
	customer = dice.choice(list(world.CUSTOMERS))
	amends, amended = number % 20 == 0, number % 20 == 19
	name, old = f"BENCH-UO-{number:07}", f"BENCH-UO-{number - 1:07}" if amends else None
	docstatus, status = (2, "Cancelled") if amended else (1, "To Deliver and Bill")
	made["Sales Order"].append((*_header(name, number, docstatus, customer, status), customer, old))
	for row in range(1, CHARGES_PER_DOCUMENT + 1):
		origin, source = "Created", None
		if amends:
			origin, source = "Amended", f"{old}-{row}"
		elif amended or number % 10 < 6:
			origin, source = "Converted", f"BENCH-UQ-{number:07}-{row}"
		made["Upsell Credit"].append(_credit("Sales Order", name, row, dice, origin, source))


def _header(name: str, number: int, docstatus: int, customer: str, status: str) -> tuple:
	day = date(data.YEAR, 1, 1) + timedelta(days=number % 365)
	return (name, *_system(docstatus, 0), COMPANY, "USD", customer, world.CUSTOMERS[customer][0], day, status)


def _system(docstatus: int, idx: int) -> tuple:
	return (f"{data.YEAR}-01-01", f"{data.YEAR}-01-01", "Administrator", "Administrator", docstatus, idx)


def _credit(
	doctype: str, voucher: str, row: int, dice: random.Random, origin: str, source: str | None
) -> tuple:
	code, group = dice.choice(list(world.ITEMS.items()))
	amount, user = dice.randint(500, 200_000) / 100, f"benchmark.{dice.randrange(PEOPLE):02}@example.com"
	upsell = int(dice.random() < 0.3)
	sentence = "Converted from {0} by {1}; {2} keeps the credit of the quotation."
	values = (voucher, user, user)
	return (
		f"{voucher}-{row}", *_system(0, row), doctype, voucher, f"{voucher}-r{row}",
		f"{doctype} {voucher}-r{row}", row, code.title(), code, group, 1, amount, amount, "USD", COMPANY, user,
		user, user, f"{data.YEAR}-01-01", f"{data.YEAR}-01-01", origin, source, upsell,
		"Added Later" if upsell else "", sentence.format(*values), json.dumps([[sentence, *values]]),
		f"{dice.getrandbits(64):016x}",
	)  # fmt: skip


if __name__ == "__main__":
	main()
