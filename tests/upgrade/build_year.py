"""A year of everything on a site of the tests' world: python -m tests.upgrade.build_year FOLDER

Committed, and what the site then holds is written down in FOLDER, for the line that the site is taken to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import frappe
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from erpnext.selling.doctype.sales_order.sales_order import update_status

from sales_extensions.api import upsell
from tests.site import world
from tests.site.stateful import connected
from tests.upgrade.held import held

ANNA, BOB, MANAGER = "anna@example.com", "bob@example.com", "manager@example.com"
TEAMS = ({"Anna": 100}, {"Anna": 60, "Bob": 40}, {"Cleo": 33.333, "Dirk": 66.667}, {})


def build() -> None:
	world.policy(enable_upsell_tracking=1)
	make_targets()
	orders = make_orders()
	change(orders)
	sell_more()
	talk()
	customise()


def make_targets() -> None:
	world.target(100_000, ("North Team",), title="Team")
	world.target(40_000, ("Anna", "Bob"), title="Joint")
	world.target(20, ("Cleo",), numeric=True, title="Orders of Cleo")
	world.target(9_000, ("Dirk",), item_group="Machines", territory="Europe", title="Machines of Dirk")
	world.target(5_000, ("Anna",), company=world.COMPANY_EUR, title="In euros")
	world.target(300, ("Bob",), target_type="Upsell", title="Upsells of Bob")
	for quarter, (first, last) in enumerate((("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30")), 1):
		world.target(
			12_000, ("Anna",), from_date=f"2026-{first}", to_date=f"2026-{last}", title=f"Anna Q{quarter}"
		)


def make_orders() -> list:
	made = []
	for month in range(1, 13):
		for place, team in enumerate(TEAMS):
			items = [("MILL", 1 + place, 100.05 * month), ("CARE", 3, 33.33)]
			fields = {
				"taxes": 21 if place == 1 else 0,
				"customer": list(world.CUSTOMERS)[(month + place) % 3],
			}
			made.append(world.order(items=items, team=team, date=f"2026-{month:02}-{5 + place:02}", **fields))
	made.append(world.order(777.77, team={"Anna": 100}, company=world.COMPANY_EUR))
	made.append(world.order(50, team={"Bob": 100}, submit=False))
	return made


def change(orders: list) -> None:
	"""Allocated, closed half delivered, reopened, cancelled, amended, changed when submitted, on hold."""
	world.allocation(orders[1].name, world.percent("Cleo", 30), world.fixed("Dirk", 100.01))
	world.allocation(orders[5].name, world.whole("Bob"))
	world.allocation(orders[9].name, world.percent("Anna", 33.333), remainder_to="Nobody")
	deliver_some(orders[2])
	for order, status in (
		(orders[2], "Closed"),
		(orders[6], "Closed"),
		(orders[7], "On Hold"),
		(orders[10], "Closed"),
	):
		update_status(status, order.name)
	update_status("Draft", orders[10].name)
	frappe.get_doc("Sales Order", orders[12].name).cancel()
	amended = frappe.copy_doc(frappe.get_doc("Sales Order", orders[12].name))
	amended.amended_from = orders[12].name
	for each in (amended, *amended.items, *amended.sales_team):
		each.docstatus = 0
	amended.insert().submit()
	row = frappe.get_doc("Sales Order", orders[13].name).items[0]
	new = [
		{
			"docname": row.name,
			"item_code": row.item_code,
			"qty": 5,
			"rate": row.rate,
			"delivery_date": world.END,
		}
	]
	update_child_qty_rate("Sales Order", json.dumps(new), orders[13].name)


def deliver_some(order) -> None:
	row = order.items[0]
	frappe.db.set_value("Sales Order Item", row.name, "delivered_qty", row.qty)
	frappe.db.set_value("Sales Order", order.name, "per_delivered", 40)


def sell_more() -> None:
	"""Quotations that become orders, with charges on top, removed and reassigned."""
	for month in (2, 5, 8):
		frappe.set_user(ANNA)
		made = world.quotation([("MILL", 1, 500), ("CARE", 2, 20)], date=f"2026-{month:02}-01")
		frappe.set_user(BOB)
		order = make_sales_order(made.name)
		order.transaction_date, order.delivery_date, order.payment_schedule = (
			made.transaction_date,
			world.END,
			[],
		)
		order.append("items", world.item_row("PUMP", 2, 75))
		for row in order.items:
			row.warehouse, row.delivery_date = world.WAREHOUSE, world.END
		order.insert().submit()
	frappe.set_user("Administrator")
	upsell.reassign([world.credits(order)[0].name], BOB, "Handed over")


def talk() -> None:
	stages = frappe.get_all("Pipeline Stage", pluck="name", order_by="sequence")
	for number, customer in enumerate(world.CUSTOMERS):
		for day in range(1, 6):
			frappe.get_doc(
				{"doctype": "Conversation", "party_type": "Customer", "party": customer,
					"conversation_date": f"2026-{day + number:02}-0{day}", "note": f"Talk {day} with {customer}",
					"pipeline_position": stages[min(day, len(stages)) - 1], "is_private": int(day == 3),
					"follow_up_date": f"2026-{day + number:02}-20", "completed": 1}
			).insert()  # fmt: skip
	frappe.get_doc(
		{"doctype": "Lead", "first_name": "Lena", "company_name": "Lena's Mill", "source": "Campaign"}
	).insert()
	frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": "Customer", "party_name": "Shop One",
			"company": world.COMPANY, "transaction_date": "2026-04-01", "currency": "USD", "conversion_rate": 1}
	).insert()  # fmt: skip


def customise() -> None:
	"""The tracker with other columns and widths, and first pages after log-in."""
	settings = frappe.get_doc("Sales Tracker Settings")
	for row in settings.tracker_fields:
		if row.fieldname in ("title", "source"):
			row.width, row.visible = 111, 1
	settings.save()
	for user, workspace in ((ANNA, "My Sales"), (MANAGER, "Team Sales")):
		frappe.db.set_value("User", user, "default_workspace", workspace)


if __name__ == "__main__":
	with connected():
		frappe.flags.in_test = True
		frappe.set_user("Administrator")
		world.build()
		build()
		frappe.db.commit()
		world.assert_sound()
		folder = Path(sys.argv[1])
		folder.mkdir(parents=True, exist_ok=True)
		(folder / "held.json").write_text(json.dumps(held(), default=str))
