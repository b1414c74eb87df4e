"""The small world that site tests sell in: made once, committed, found again.

Two companies with different currencies, a tree of sellers, of territories, of customer groups and of
item groups, users with roles, and short functions that make what a test is about.
"""

from __future__ import annotations

from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import add_days, add_years, cint, flt, getdate

COMPANY = "Windmill Works"
COMPANY_EUR = "Molens BV"
WAREHOUSE = "Stores - WW"
ZONES, LATE = ("America/New_York", "America/Los_Angeles"), 22
START, END = "2026-01-01", "2026-12-31"

SELLERS = {  # name: (parent, is_group)
	"North Team": ("Sales Team", 1),
	"South Team": ("Sales Team", 1),
	"Anna": ("North Team", 0),
	"Bob": ("North Team", 0),
	"Cleo": ("South Team", 0),
	"Dirk": ("South Team", 0),
}
TERRITORIES = {
	"Europe": ("All Territories", 1),
	"Holland": ("Europe", 0),
	"Spain": ("Europe", 0),
	"Asia": ("All Territories", 0),
}
CUSTOMER_GROUPS = {
	"Trade": ("All Customer Groups", 1),
	"Shops": ("Trade", 0),
	"Builders": ("Trade", 0),
	"Homes": ("All Customer Groups", 0),
}
ITEM_GROUPS = {
	"Machines": ("All Item Groups", 1),
	"Mills": ("Machines", 0),
	"Pumps": ("Machines", 0),
	"Care": ("All Item Groups", 0),
}
ITEMS = {"MILL": "Mills", "PUMP": "Pumps", "CARE": "Care"}
CUSTOMERS = {
	"Shop One": ("Holland", "Shops"),
	"Builder Two": ("Spain", "Builders"),
	"Home Three": ("Asia", "Homes"),
}
USERS = {
	"anna@example.com": ("Sales User",),
	"bob@example.com": ("Sales User",),
	"manager@example.com": ("Sales User", "Sales Manager"),
	"master@example.com": ("Sales User", "Sales Master Manager"),
	"sysman@example.com": ("System Manager",),
	"nobody@example.com": (),
	"carl@example.com": ("Sales User",),
	"upsell@example.com": ("Sales User", "Upsell Tracking"),
}
PASSWORD = "mill-wind-42"


def in_test(so: bool) -> None:
	"""Tell the framework whether tests run: some lines ask the module, others its flags."""
	frappe.in_test = frappe.flags.in_test = so


def build() -> None:
	"""On a site with this app, or on one that is to have it."""
	if not (frappe.db.exists("Company", COMPANY) and frappe.db.exists("Sales Person", "Dirk")):
		_build()
	_give_roles()
	_keep_from_midnight()
	frappe.db.commit()


def _build() -> None:
	_setup_wizard()
	_company(COMPANY_EUR, "MB", "EUR", "Netherlands")
	for doctype, tree in (
		("Sales Person", SELLERS), ("Territory", TERRITORIES),
		("Customer Group", CUSTOMER_GROUPS), ("Item Group", ITEM_GROUPS),
	):  # fmt: skip
		_tree(doctype, tree)
	_users()
	_items()
	_customers()
	_currencies()
	frappe.db.set_default("currency_precision", "")
	frappe.db.set_single_value("Selling Settings", "allow_multiple_items", 1)
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)


def _setup_wizard() -> None:
	if frappe.db.exists("Company", COMPANY):
		return
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	with _no_demo_of_crm():
		setup_complete(
			{
				"currency": "USD",
				"full_name": "Test User",
				"company_name": COMPANY,
				"timezone": ZONES[0],
				"company_abbr": "WW",
				"industry": "Manufacturing",
				"country": "United States",
				"fy_start_date": START,
				"fy_end_date": END,
				"language": "english",
				"company_tagline": "Testing",
				"email": "test@example.com",
				"password": "test",
				"chart_of_accounts": "Standard",
			}
		)
	frappe.db.commit()


#: Frappe CRM 1.70 fills a demo when the wizard ends, and asks a server on the internet for the exchange rates of it.
CRM_DEMO = "crm.demo.api.create_demo_data"


def _no_demo_of_crm():
	get_hooks = frappe.get_hooks

	def without_demo(hook=None, *args, **kwargs):
		found = get_hooks(hook, *args, **kwargs)
		return [one for one in found if one != CRM_DEMO] if hook == "setup_wizard_complete" else found

	return patch.object(frappe, "get_hooks", without_demo)


def _company(name: str, abbr: str, currency: str, country: str) -> None:
	if not frappe.db.exists("Company", name):
		frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": name,
				"abbr": abbr,
				"default_currency": currency,
				"country": country,
				"create_chart_of_accounts_based_on": "Standard Template",
				"chart_of_accounts": "Standard",
			}
		).insert(ignore_permissions=True)


def _tree(doctype: str, tree: dict[str, tuple[str, int]]) -> None:
	field = {"Sales Person": "sales_person_name", "Territory": "territory_name",
		"Customer Group": "customer_group_name", "Item Group": "item_group_name"}[doctype]  # fmt: skip
	parent_field = "parent_" + frappe.scrub(doctype)
	root = frappe.db.get_value(doctype, {parent_field: ("in", ("", None))}, "name")
	for name, (parent, is_group) in tree.items():
		if not frappe.db.exists(doctype, name):
			parent = parent if frappe.db.exists(doctype, parent) else root
			frappe.get_doc(
				{"doctype": doctype, field: name, parent_field: parent, "is_group": is_group, "enabled": 1}
			).insert(ignore_permissions=True)


def _users() -> None:
	for email in USERS:
		if not frappe.db.exists("User", email):
			user = frappe.get_doc(
				{"doctype": "User", "email": email, "first_name": email.split("@")[0].title(),
					"send_welcome_email": 0, "new_password": PASSWORD}
			)  # fmt: skip
			user.flags.ignore_password_policy = True
			user.insert(ignore_permissions=True)
	for seller in ("Anna", "Bob"):
		employee = frappe.get_doc(
			{"doctype": "Employee", "first_name": seller, "company": COMPANY, "gender": "Other",
				"date_of_birth": "1990-01-01", "date_of_joining": "2020-01-01", "status": "Active",
				"user_id": f"{seller.lower()}@example.com", "create_user_permission": 0}
		).insert(ignore_permissions=True)  # fmt: skip
		frappe.db.set_value("Sales Person", seller, "employee", employee.name)


def _give_roles() -> None:
	"""Of the roles that there are: ours come with the app."""
	for email, roles in USERS.items():
		has = set(frappe.get_all("Has Role", {"parent": email}, pluck="role", order_by="role"))
		there = frappe.get_all("Role", {"name": ("in", roles or [""])}, pluck="name", order_by="name")
		if missing := set(there) - has:
			frappe.get_doc("User", email).add_roles(*sorted(missing))


def _keep_from_midnight() -> None:
	"""Late in the evening the site is in a zone where it is three hours earlier: what begins now ends today."""
	late = datetime.now(ZoneInfo(ZONES[0])).hour >= LATE
	if frappe.utils.get_system_timezone() != ZONES[late]:
		frappe.db.set_single_value("System Settings", "time_zone", ZONES[late])
		frappe.db.set_default("time_zone", ZONES[late])
		frappe.clear_cache()


def _items() -> None:
	for code, group in ITEMS.items():
		if not frappe.db.exists("Item", code):
			frappe.get_doc(
				{"doctype": "Item", "item_code": code, "item_name": code.title(), "item_group": group,
					"stock_uom": "Nos", "is_stock_item": 1, "is_sales_item": 1, "valuation_rate": 1}
			).insert(ignore_permissions=True)  # fmt: skip


def _customers() -> None:
	for name, (territory, group) in CUSTOMERS.items():
		if not frappe.db.exists("Customer", name):
			frappe.get_doc(
				{"doctype": "Customer", "customer_name": name, "customer_type": "Company",
					"territory": territory, "customer_group": group}
			).insert(ignore_permissions=True)  # fmt: skip


def _currencies() -> None:
	for source, to, rate in (("EUR", "USD", 1.25), ("USD", "EUR", 0.8)):
		if not frappe.db.exists("Currency Exchange", {"from_currency": source, "to_currency": to}):
			frappe.get_doc(
				{"doctype": "Currency Exchange", "from_currency": source, "to_currency": to,
					"exchange_rate": rate, "date": START, "for_buying": 1, "for_selling": 1}
			).insert(ignore_permissions=True)  # fmt: skip


# --- what tests are about -----------------------------------------------------------------------


def order(
	amount: float = 1000,
	*,
	team: dict[str, float] | None = None,
	customer: str = "Shop One",
	date: str = "2026-03-10",
	company: str = COMPANY,
	items: list[tuple[str, float, float]] | None = None,
	currency: str | None = None,
	taxes: float = 0,
	submit: bool = True,
	save: bool = True,
	**fields,
):
	"""A Sales Order: `items` are (item code, qty, rate), `team` is {seller: percentage}."""
	abbr = frappe.get_cached_value("Company", company, "abbr")
	doc = frappe.get_doc(
		{
			"doctype": "Sales Order",
			"company": company,
			"customer": customer,
			"transaction_date": date,
			"delivery_date": END,
			"currency": currency or frappe.get_cached_value("Company", company, "default_currency"),
			"conversion_rate": fields.pop("conversion_rate", None),
			"selling_price_list": "Standard Selling",
			"plc_conversion_rate": 1,
			"ignore_pricing_rule": 1,
			"set_warehouse": f"Stores - {abbr}",
			"items": [
				{"item_code": code, "qty": qty, "rate": rate, "price_list_rate": rate, "delivery_date": END,
					"warehouse": f"Stores - {abbr}", "conversion_factor": 1}
				for code, qty, rate in items or [("MILL", 1, amount)]
			],
			"sales_team": [
				{"sales_person": seller, "allocated_percentage": share} for seller, share in (team or {}).items()
			],
			**fields,
		}
	)  # fmt: skip
	if taxes:
		doc.append(
			"taxes",
			{"charge_type": "On Net Total", "rate": taxes, "description": "VAT",
				"account_head": tax_account(company), "cost_center": f"Main - {abbr}"},
		)  # fmt: skip
	if save or submit:
		doc.insert()
	if submit:
		doc.submit()
	return doc


def quotation(
	items: list[tuple[str, float, float]],
	*,
	customer: str = "Shop One",
	date: str = "2026-03-10",
	company: str = COMPANY,
	submit: bool = True,
	**fields,
):
	"""A Quotation: `items` are (item code, qty, rate)."""
	abbr = frappe.get_cached_value("Company", company, "abbr")
	doc = frappe.get_doc(
		{
			"doctype": "Quotation",
			"company": company,
			"quotation_to": "Customer",
			"party_name": customer,
			"transaction_date": date,
			"valid_till": END,
			"currency": frappe.get_cached_value("Company", company, "default_currency"),
			"selling_price_list": "Standard Selling",
			"plc_conversion_rate": 1,
			"ignore_pricing_rule": 1,
			"items": [item_row(code, qty, rate, abbr) for code, qty, rate in items],
			**fields,
		}
	).insert()
	if submit:
		doc.submit()
	return doc


def item_row(code: str, qty: float, rate: float, abbr: str = "WW") -> dict:
	return {"item_code": code, "qty": qty, "rate": rate, "price_list_rate": rate, "delivery_date": END,
		"warehouse": f"Stores - {abbr}", "conversion_factor": 1}  # fmt: skip


def credits(doc, *, removed: bool = False) -> list:
	"""The Upsell Credits of a document, in row order."""
	filters = {"voucher_type": doc.doctype, "voucher_no": doc.name, "is_removed": int(removed)}
	return frappe.get_all("Upsell Credit", filters, ["*"], order_by="charge_idx, creation")


def tax_account(company: str) -> str:
	return frappe.db.get_value("Account", {"company": company, "account_type": "Tax", "is_group": 0}, "name")


def target(
	goal: float = 10_000,
	sellers: tuple[str, ...] = ("Anna",),
	*,
	numeric: bool = False,
	company: str = COMPANY,
	from_date: str = START,
	to_date: str = END,
	save: bool = True,
	**fields,
):
	doc = frappe.get_doc(
		{
			"doctype": "Sales Target",
			"title": fields.pop("title", f"Target of {', '.join(sellers)}"),
			"target_type": "Numeric" if numeric else "Financial",
			"company": company,
			"from_date": from_date,
			"to_date": to_date,
			"target_amount": 0 if numeric else goal,
			"target_count": goal if numeric else 0,
			"assignees": [{"sales_person": seller} for seller in sellers],
			**fields,
		}
	)
	return doc.insert() if save else doc


def allocated(order: str) -> str:
	"""The name that an order's allocation has."""
	return f"ALLOC-{order}"


def allocation(order_name: str, *shares: dict, remainder_to: str = "Natural Owner", save: bool = True):
	"""Shares as from `percent`, `fixed` and `whole`."""
	doc = frappe.get_doc(
		{
			"doctype": "Order Allocation",
			"sales_order": order_name,
			"remainder_to": remainder_to,
			"shares": list(shares),
		}
	)
	return doc.insert() if save else doc


def percent(seller: str, percentage: float) -> dict:
	return {"sales_person": seller, "basis": "Percentage", "percentage": percentage}


def fixed(seller: str, amount: float) -> dict:
	return {"sales_person": seller, "basis": "Fixed Amount", "fixed_amount": amount}


def whole(seller: str) -> dict:
	return {"sales_person": seller, "basis": "Whole Order"}


def policy(**fields) -> None:
	settings = frappe.get_doc("Sales Extensions Settings")
	settings.update(fields)
	settings.save()


def figures(target) -> tuple[float, int, float]:
	"""(realised amount, order count, percentage to two decimals) as the database has them."""
	name = target if isinstance(target, str) else target.name
	amount, count, percentage = frappe.db.get_value(
		"Sales Target", name, ("realised_amount", "order_count", "percentage")
	)
	return flt(amount, 9), cint(count), round(percentage, 2)


def assert_sound() -> None:
	from sales_extensions import ledger

	found = ledger.verify()
	assert found == [], found


def entries(target) -> list:
	"""A target's entries in the order they were booked."""
	name = target if isinstance(target, str) else target.name
	return frappe.get_all("Sales Target Entry", {"sales_target": name}, ["*"], order_by="name")


def fingerprint() -> dict[str, object]:
	"""Checksum of all rows of each of the app's tables, and its settings: has anything changed?"""
	settings = tuple(sorted(frappe.db.get_singles_dict("Sales Extensions Settings").items()))
	doctypes = frappe.get_all("DocType", {"module": "Sales Extensions", "issingle": 0}, pluck="name")
	tables = ", ".join(f"`tab{doctype}`" for doctype in doctypes)
	return {"settings": settings, **dict(frappe.db.sql(f"CHECKSUM TABLE {tables} EXTENDED"))}


SELLING = ("Sales Order", "Quotation", "Delivery Note", "Sales Invoice")
NOTICED = ("Order Allocation", "Sales Ledger Run", "Sales Order", "Sales Statement", "Sales Target")
#: whatever tests make of these is theirs alone: the world has none
TALKS = ("Communication", "Event", "Lead", "Opportunity", "Prospect", "ToDo")
LEDGERS = ("GL Entry", "Stock Ledger Entry", "Payment Ledger Entry", "Transaction Deletion Record")


def rename_user(old: str, new: str, *, merge: bool = False) -> None:
	"""Without sessions of either: the framework ends those, and some lines commit for each."""
	frappe.db.delete("Sessions", {"user": ("in", (old, new))})
	frappe.rename_doc("User", old, new, merge=merge, force=True)


def wipe() -> None:
	"""Take away what tests committed: selling documents of the two companies, and all that the app keeps."""
	of_ours = {"company": ("in", (COMPANY, COMPANY_EUR))}
	for doctype in SELLING:
		names = frappe.get_all(doctype, of_ours, pluck="name", order_by="name")
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", names or [""])})
	for doctype in (*SELLING, *LEDGERS):
		frappe.db.delete(doctype, of_ours)
	for doctype in TALKS:
		frappe.db.delete(doctype)
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parenttype": doctype})
	for doctype in frappe.get_all("DocType", {"module": "Sales Extensions", "issingle": 0}, pluck="name"):
		frappe.db.delete(doctype)
		frappe.db.delete("DocShare", {"share_doctype": doctype})
	frappe.db.delete("Singles", {"doctype": ("in", ("Sales Extensions Settings", "Sales Tracker Settings"))})
	frappe.db.delete("Notification Log", {"document_type": ("in", NOTICED)})
	frappe.db.delete("__Auth", {"doctype": "Private Note of Conversation"})
	frappe.get_attr("sales_extensions.install.seed_settings")()
	frappe.get_attr("sales_extensions.conversations.seeds.seed")()
	frappe.get_attr("sales_extensions.install.seed_tracker")()
	frappe.get_attr("sales_extensions.install.note_places")()
	frappe.db.commit()
	frappe.clear_cache()


def fiscal_year(first: str, last: str, *more: tuple[str, str]) -> None:
	"""Of the company alone; those that it had become another's: ERPNext lets no two overlap for one company.

	`more`: years that come after.
	"""
	frappe.db.delete("Fiscal Year Company")
	for name in frappe.get_all("Fiscal Year", pluck="name", order_by="name"):
		frappe.get_doc(
			{"doctype": "Fiscal Year Company", "parent": name, "parenttype": "Fiscal Year",
				"parentfield": "companies", "company": "Another Company"}
		).db_insert()  # fmt: skip
	for begins, ends in ((first, last), *more):
		is_short = getdate(ends) < getdate(add_days(add_years(begins, 1), -1))
		frappe.get_doc(
			{"doctype": "Fiscal Year", "year": f"Year of {begins}", "year_start_date": begins, "year_end_date": ends,
				"is_short_year": int(is_short), "companies": [{"company": COMPANY}]}
		).insert()  # fmt: skip
