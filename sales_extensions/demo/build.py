"""Demo: ERPNext's own demo company and transactions, with sellers, targets and allocations upon them.

Each step looks for what is there, so that it can be run again. Only for a site made for it.
"""

from __future__ import annotations

import frappe
from erpnext.accounts.utils import get_fiscal_year
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from frappe.permissions import add_permission
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, nowdate

from sales_extensions import lines
from sales_extensions.api import statements
from sales_extensions.demo import basics, conversations, orders, tracker
from sales_extensions.demo.people import ANNA, BOB, CLEO, DIRK, MANAGER, as_user
from sales_extensions.ledger import closing

PASSWORD = "sales-demo"
SELLERS = {"North": ("Anna de Vries", "Bob Jansen"), "South": ("Cleo Martins", "Dirk Peters")}
LOGINS = {"Anna de Vries": ANNA, "Bob Jansen": BOB, "Cleo Martins": CLEO, "Dirk Peters": DIRK}
#: charged by the hour
SERVICE = "Installation"
#: how the demo's orders are shared, one after the other
TEAMS = (
	{"Anna de Vries": 100},
	{"Anna de Vries": 60, "Bob Jansen": 40},
	{"Cleo Martins": 100},
	{"Bob Jansen": 50, "Dirk Peters": 50},
	{"Dirk Peters": 33.333, "Cleo Martins": 66.667},
)
#: what stays in the sidebar of the demo's users
SIDEBAR = ("Home", "Selling", "Stock", "Accounting", "CRM", "Sales Extensions", "My Sales", "Team Sales")


def build() -> None:
	for text, work in (
		("company, by the set-up wizard", set_up_company),
		("ERPNext's demo transactions", make_transactions),
		("sellers and their users", make_sellers),
		("taxes, a warehouse, next year", lambda: basics.build(company(), stores())),
		("a sidebar of what sales people look at", tidy_sidebar),
		("sales teams on the orders", share_orders),
		("a year of orders", make_orders),
		("targets", make_targets),
		("order allocations", make_allocations),
		("a month that is closed, and what adjusts it", close_a_month),
		("an order to submit", make_draft),
		("upsell tracking", track_upsells),
		("quotations, and what was sold on top of them", make_upsells),
		("an upsell target", make_upsell_target),
		("some weeks of conversations", conversations.build),
		("leads, opportunities and quotations", tracker.build),
	):
		print(f"demo: {text}", flush=True)
		work()
		frappe.db.commit()


def company() -> str:
	return frappe.db.get_single_value("Global Defaults", "demo_company")


def set_up_company() -> None:
	if frappe.db.count("Company"):
		return
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	year = getdate().year
	setup_complete(
		{
			"language": "English", "country": "Netherlands", "timezone": "Europe/Amsterdam", "currency": "EUR",
			"full_name": "Administrator", "company_name": "Windmill Works", "company_abbr": "WW",
			"industry": "Manufacturing", "chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01", "fy_end_date": f"{year}-12-31", "company_tagline": "Demo",
		}
	)  # fmt: skip


def make_transactions() -> None:
	if not company():
		lines.make_demo_company()


def make_sellers() -> None:
	for team, names in SELLERS.items():
		_seller(team, everyone(), is_group=1)
		for name in names:
			_seller(name, team)
	frappe.db.set_single_value("Global Defaults", "default_company", company())
	frappe.db.set_default("company", company())
	_user(MANAGER, "Manager", "Team Sales", "Sales Manager", "Sales User")
	for name, email in LOGINS.items():
		_user(email, name.split()[0], "My Sales", "Sales User", "Upsell Tracking")
		_employee(name, email)


def everyone() -> str:
	"""The group that all teams are in."""
	return frappe.db.get_value("Sales Person", {"parent_sales_person": ("in", ("", None))}, "name")


def _seller(name: str, parent: str, is_group: int = 0) -> None:
	if not frappe.db.exists("Sales Person", name):
		frappe.get_doc(
			{"doctype": "Sales Person", "sales_person_name": name, "parent_sales_person": parent,
				"is_group": is_group, "enabled": 1}
		).insert()  # fmt: skip


def _user(email: str, first_name: str, workspace: str, *roles: str) -> None:
	"""`workspace` is what they see first after a login."""
	if frappe.db.exists("User", email):
		return
	user = frappe.get_doc(
		{"doctype": "User", "email": email, "first_name": first_name, "send_welcome_email": 0,
			"new_password": PASSWORD, "default_workspace": workspace}
	)  # fmt: skip
	user.flags.ignore_password_policy = True
	user.insert().add_roles(*roles)


def tidy_sidebar() -> None:
	"""An administrator still sees every workspace."""
	hidden = frappe.get_all(
		"Workspace", {"public": 1, "name": ("not in", SIDEBAR)}, pluck="name", order_by="name"
	)
	for name in hidden:
		frappe.db.set_value("Workspace", name, "is_hidden", 1)


def _employee(name: str, email: str) -> None:
	if frappe.db.exists("Employee", {"user_id": email}):
		return
	employee = frappe.get_doc(
		{"doctype": "Employee", "first_name": name, "company": company(), "gender": "Prefer not to say",
			"date_of_birth": "1990-05-01", "date_of_joining": "2020-01-01", "status": "Active",
			"user_id": email, "create_user_permission": 0}
	).insert()  # fmt: skip
	first, last = name.split(" ", 1)  # the Employee gave the user other names
	names = {"first_name": first, "middle_name": None, "last_name": last, "full_name": name}
	frappe.db.set_value("User", email, {**names, "language": "nl" if email == CLEO else "en"})
	seller = frappe.get_doc("Sales Person", name)
	seller.employee = employee.name
	seller.save()


def demo_orders() -> list[str]:
	return frappe.get_all(
		"Sales Order", {"company": company(), "docstatus": 1}, pluck="name", order_by="transaction_date, name"
	)


def share_orders() -> None:
	for number, name in enumerate(demo_orders()):
		order = frappe.get_doc("Sales Order", name)
		if not order.sales_team:
			for seller, share in TEAMS[number % len(TEAMS)].items():
				order.append("sales_team", {"sales_person": seller, "allocated_percentage": share})
			order.save()


def make_orders() -> None:
	_year, first, _last = get_fiscal_year(nowdate(), company=company())
	orders.build(first, getdate(), {"warehouse": stores()}, buyers(), goods())


def make_targets() -> None:
	"""Goals that are reached, ahead, behind and missed, whatever day it is: by what the orders give."""
	_year, first, last = get_fiscal_year(nowdate(), company=company())
	year, whole = first.year, (first, last)
	quarter = get_first_day(add_months(nowdate(), -((getdate().month - 1) % 3)))
	quarter, part = (
		(quarter, add_days(add_months(quarter, 3), -1)),
		f"Q{(quarter.month + 2) // 3} {quarter.year}",
	)
	sunday = add_days(getdate(), -getdate().isoweekday())
	weeks = (add_days(sunday, -27), sunday)
	for title, seller, of_pace, period in (
		(f"All sales {year}", (everyone(),), 0.97, whole),
		(f"Team North {year}", ("North",), 1.06, whole),
		(f"Team South {year}", ("South",), 0.78, whole),
		(f"Anna {year}", ("Anna de Vries",), 1.12, whole),
		(f"Bob {year}", ("Bob Jansen",), 1.4, whole),
		(f"Cleo {year}", ("Cleo Martins",), 0.88, whole),
		(f"Dirk {year}", ("Dirk Peters",), 0.55, whole),
		(f"Team North {part}", ("North",), 0.92, quarter),
		("Action Weeks of Anna and Bob", ("Anna de Vries", "Bob Jansen"), 1.08, weeks),
		("Action Weeks of Cleo and Dirk", ("Cleo Martins", "Dirk Peters"), 0.91, weeks),
	):
		goal = _credited(seller, period) / max(_due(period) * of_pace, 0.01)
		_target(title, seller, period, target_amount=_round(goal))
	pair = ("Cleo Martins", "Dirk Peters")
	count = len({row.parent for row in _shares(pair, whole)})
	_target(f"Orders of Cleo and Dirk {year}", pair, whole, target_type="Numeric",
		target_count=round(count / max(_due(whole) * 0.8, 0.01)))  # fmt: skip


def _due(period: tuple) -> float:
	return min(1, (getdate() - getdate(period[0])).days / (getdate(period[1]) - getdate(period[0])).days)


def _credited(sellers: tuple[str, ...], period: tuple) -> float:
	"""What the sales teams of the demo's orders of a period give to these sellers, those of these teams, or everyone."""
	rows = _shares(sellers, period)
	totals = dict(frappe.get_all("Sales Order", {"name": ("in", [row.parent for row in rows] or [""])},
		["name", "base_grand_total"], as_list=True, order_by="name"))  # fmt: skip
	return sum(totals[row.parent] * row.allocated_percentage / 100 for row in rows)


def _shares(sellers: tuple[str, ...], period: tuple) -> list[dict]:
	teams = {**SELLERS, everyone(): sum(SELLERS.values(), ())}
	people = [name for seller in sellers for name in teams.get(seller, (seller,))]
	names = frappe.get_all("Sales Order", {"name": ("in", demo_orders()), "transaction_date": ("between", period)},
		pluck="name", order_by="name")  # fmt: skip
	return frappe.get_all(
		"Sales Team",
		{"parenttype": "Sales Order", "parent": ("in", names or [""]), "sales_person": ("in", people)},
		["parent", "allocated_percentage"],
		order_by="parent",
	)


def _round(goal: float) -> float:
	return max(round(goal, -3), 1000)


def _target(title: str, sellers: tuple[str, ...], period: tuple, **fields) -> None:
	if not frappe.db.exists("Sales Target", {"title": title}):
		frappe.get_doc(
			{"doctype": "Sales Target", "title": title, "target_type": "Financial", "company": company(),
				"from_date": period[0], "to_date": period[1],
				"assignees": [{"sales_person": name} for name in sellers], **fields}
		).insert()  # fmt: skip


def make_allocations() -> None:
	made = demo_orders()
	shares = (
		[{"sales_person": "Anna de Vries", "basis": "Percentage", "percentage": 25}],
		[{"sales_person": "Dirk Peters", "basis": "Fixed Amount", "fixed_amount": 100}],
	)
	for name, rows in zip((made[0], made[2]), shares, strict=True):
		if not frappe.db.exists("Order Allocation", {"sales_order": name}):
			frappe.get_doc({"doctype": "Order Allocation", "sales_order": name, "shares": rows}).insert()


def close_a_month() -> None:
	"""Anna's last month, closed as reached; then a customer gets a discount on one of its orders (H3)."""
	first = get_first_day(add_months(nowdate(), -1))
	period, title = (first, get_last_day(first)), f"Anna {first:%B %Y}"
	goal = _credited(("Anna de Vries",), period)
	if not goal or frappe.db.exists("Sales Target", {"title": title}):
		return
	_target(title, ("Anna de Vries",), period, target_amount=round(goal / 1.02, -2))
	name = frappe.db.get_value("Sales Target", {"title": title}, "name")
	with as_user(MANAGER):
		closing.close_some([name], fresh=False)
		filters = {"company": company(), "from_date": str(first), "to_date": str(period[1])}
		frappe.get_doc(
			"Sales Statement", statements.make({**filters, "sales_person": "Anna de Vries"})
		).submit()
	order = frappe.get_all(
		"Sales Target Entry", {"sales_target": name, "share_percentage": 100}, pluck="sales_order",
		order_by="amount desc",
	)  # fmt: skip
	for one in order[:1]:
		rows = _rows_of(one)
		rows[0]["rate"] = round(rows[0]["rate"] * 0.9, 2)
		_update_items(MANAGER, one, rows)


def make_draft() -> str:
	"""A draft to submit while looking at Anna's target. One that was submitted is followed by another."""
	there = frappe.db.exists(
		"Sales Order", {"company": company(), "docstatus": 0, "auto_repeat": ("is", "not set")}
	)
	if there:
		return there
	source = frappe.get_doc("Sales Order", demo_orders()[0])
	draft = frappe.copy_doc(source, ignore_no_copy=False)
	draft.docstatus = 0
	draft.transaction_date = nowdate()
	draft.delivery_date = add_days(nowdate(), 14)
	draft.payment_schedule, draft.po_no = [], None
	for item in draft.items:
		item.delivery_date = draft.delivery_date
	draft.sales_team = []
	for seller, share in TEAMS[1].items():
		draft.append("sales_team", {"sales_person": seller, "allocated_percentage": share})
	return draft.insert().name


# --- upsell -------------------------------------------------------------------------------------


def track_upsells() -> None:
	"""What was sold before is credited too, and marked as inferred."""
	settings = frappe.get_doc("Sales Extensions Settings")
	if settings.enable_upsell_tracking:
		return
	settings.enable_upsell_tracking = 1
	settings.save()
	frappe.db.commit()
	from sales_extensions.ledger import runs

	for run in frappe.get_all("Sales Ledger Run", {"status": "Queued"}, pluck="name", order_by="creation"):
		runs.work(run)


def make_upsells() -> None:
	if frappe.db.exists("Quotation", {"owner": ANNA}):
		return
	_service()
	items, customers = goods(), buyers()
	quotation = quote(ANNA, customers[0], [(items[0], 2, 950), (items[1], 1, 420), (SERVICE, 3, 85)])
	order = convert(BOB, quotation, [(items[2], 1, 260)])
	edit_price(CLEO, order, 980)
	sold = convert(BOB, quote(BOB, customers[1], [(items[3], 4, 180), (SERVICE, 2, 85)]), [])
	add_charge(ANNA, sold, (items[4], 1, 1350))
	repeat(sold)
	convert(DIRK, quote(CLEO, customers[2], [(items[1], 5, 400)]), [(SERVICE, 6, 85), (items[0], 1, 950)])
	quote(ANNA, customers[1], [(items[2], 8, 250), (SERVICE, 4, 85)])


def goods() -> list[str]:
	return frappe.get_all(
		"Item",
		{"is_sales_item": 1, "disabled": 0, "has_variants": 0, "name": ("!=", SERVICE)},
		pluck="name",
		order_by="name",
	)


def buyers() -> list[str]:
	return frappe.get_all("Customer", {"disabled": 0}, pluck="name", order_by="name")


def _service() -> None:
	if not frappe.db.exists("Item", SERVICE):
		frappe.get_doc(
			{"doctype": "Item", "item_code": SERVICE, "item_name": SERVICE, "item_group": "Services",
				"stock_uom": "Hour", "is_stock_item": 0}
		).insert()  # fmt: skip


def _row(charge: tuple[str, float, float]) -> dict:
	code, qty, rate = charge
	return {"item_code": code, "qty": qty, "rate": rate, "price_list_rate": rate,
		"warehouse": stores(), "delivery_date": add_days(nowdate(), 14)}  # fmt: skip


def stores() -> str:
	found = {"company": company(), "is_group": 0, "warehouse_name": "Stores"}
	return frappe.db.get_value("Warehouse", found) or frappe.db.get_value(
		"Warehouse", found | {"warehouse_name": ("!=", "")}
	)


def quote(user: str, customer: str, charges: list[tuple[str, float, float]]) -> str:
	with as_user(user):
		quotation = frappe.get_doc(
			{"doctype": "Quotation", "company": company(), "quotation_to": "Customer", "party_name": customer,
				"transaction_date": nowdate(), "ignore_pricing_rule": 1, "items": [_row(row) for row in charges]}
		)  # fmt: skip
		basics.tax(quotation).insert().submit()
	return quotation.name


def convert(user: str, quotation: str, more: list[tuple[str, float, float]]) -> str:
	"""Make the order of a quotation, and add what the customer was sold besides."""
	with as_user(user):
		order = make_sales_order(quotation)
		order.delivery_date, order.payment_schedule = add_days(nowdate(), 14), []
		order.set_warehouse = stores()
		for row in order.items:
			row.delivery_date, row.warehouse = order.delivery_date, stores()
		for charge in more:
			order.append("items", _row(charge))
		order.insert()
		order.submit()
	return order.name


def edit_price(user: str, order: str, rate: float) -> None:
	rows = _rows_of(order)
	rows[0]["rate"] = rate
	_update_items(user, order, rows)


def add_charge(user: str, order: str, charge: tuple[str, float, float]) -> None:
	_update_items(user, order, [*_rows_of(order), _row(charge)])


def _rows_of(order: str) -> list[dict]:
	items = frappe.get_doc("Sales Order", order).items
	return [
		{"docname": row.name, "item_code": row.item_code, "qty": row.qty, "rate": row.rate} for row in items
	]


def _update_items(user: str, order: str, rows: list[dict]) -> None:
	with as_user(user):
		update_child_qty_rate("Sales Order", frappe.as_json(rows), order)


def repeat(order: str) -> None:
	"""The order comes again every month; the first time now. ERPNext complains to who may not read that it does."""
	add_permission("Auto Repeat", "Sales User")
	repeat = frappe.get_doc(
		{"doctype": "Auto Repeat", "reference_doctype": "Sales Order", "reference_document": order,
			"frequency": "Monthly", "start_date": nowdate()}
	).insert()  # fmt: skip
	repeat.make_new_document()
	repeat.db_set("next_schedule_date", repeat.get_next_schedule_date(nowdate()))


def make_upsell_target() -> None:
	_year, first, last = get_fiscal_year(nowdate(), company=company())
	title = f"Upsell of Team North {first.year}"
	if not frappe.db.exists("Sales Target", {"title": title}):
		frappe.get_doc(
			{"doctype": "Sales Target", "title": title, "target_type": "Upsell", "company": company(),
				"from_date": first, "to_date": last, "target_amount": 4000,
				"assignees": [{"sales_person": "North"}]}
		).insert()  # fmt: skip


def tour(address: str) -> None:
	"""Print where to look."""
	desk = address + lines.desk("")
	target = frappe.db.get_value(
		"Sales Target", {"title": ("like", "Anna 20%")}, ["name", "title"], as_dict=True
	)
	draft = make_draft()
	upsell = frappe.db.get_value("Sales Target", {"target_type": "Upsell"}, "name")
	sold = frappe.db.get_value(
		"Upsell Credit",
		{"upsell_rule": "Added at Conversion", "charge_created_by": BOB},
		"voucher_no",
		order_by="creation asc",
	)
	print(
		f"""
  The desk:    {desk}team-sales
  Log in as:   Administrator / admin
               {MANAGER} / {PASSWORD}   a sales manager: allocates orders, sets targets
               {ANNA} / {PASSWORD}      a seller: sees targets, and why; has the role Upsell Tracking
               too, and sees whose upsells are whose. So are bob and dirk, and cleo, whose desk is Dutch

  What to look at:
   1. {desk}team-sales   (as the manager)
      Who leads and who is at risk, with what each week must bring. A click on a bar opens the target:
      result against pace, and below it every order it is built from, each with the rule that put it there.
   2. {desk}my-sales   (as Anna)
      Her own targets, whom to follow up today, her tasks and appointments.
   3. {desk}sales-order/{draft}
      a draft that Anna and Bob share 60 : 40. Keep {desk}sales-target/{target.name}
      open beside it, submit the order, and watch "{target.title}" move.
   4. On any Sales Order, as manager: Sales Credit > Allocate. Type shares and see who gets what.
   5. {desk}query-report/Attainment
      teams and sellers by month; a click on a result opens the seller's statement, to be signed.
      {desk}sales-target?period_status=Closed   has a closed month, and what changed since; and
      {desk}sales-statement   what Anna is asked to sign for it: as her, on a phone, dispute a line.
   6. {desk}query-report/Follow Ups
      whom to follow up, overdue first; and any Lead has its conversations in a tab.
   7. {desk}sales-tracker
      leads, opportunities and quotations in one table. Click a row: what it led to, its story, and
      a story, an assignment or a reminder of your own.
   8. {desk}sales-order/{sold}
      Upsell Credit, below the items: Anna quoted it, Bob made the order and sold one charge more.
      Each has the credit of what they sold. Click a charge to see who, when and why; as manager
      tick one and reassign it. What the team sold on top counts for a target of its own:
      {desk}sales-target/{upsell}
   9. {desk}sales-extensions-settings
      what counts, and Reconcile, which checks every figure against the orders.

  Stop: bin/demo stop       Again: bin/demo       Anew: bin/demo fresh
"""
	)
