"""Random histories of deliveries, invoices, payments and returns, sound after each step (M1, M2, M3).

One transaction, rolled back at the end, as `stateful`. After each step live equals rebuilt; and a target of everyone
for each measure holds what the documents themselves come to, added up by the database: every order here has a whole
Sales Team, so that nothing is nobody's.

	python -m tests.site.stateful_documents --steps 1000 --seed 7
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import frappe
from frappe.utils import flt

from sales_extensions import ledger
from sales_extensions.ledger import documents
from tests.site import world
from tests.site.stateful import History, Impossible, main
from tests.site.test_documents import alone, bill, deliver, submitted, take_back
from tests.site.test_paid import entry, expense, settled
from tests.site.test_paid import pay as pay_all
from tests.site.test_paths import rows_of, update_items

FIRST, LAST = "2026-01-01", "2026-12-31"
MOST_ORDERS, MOST_TARGETS = 10, 12
MEASURES = ("Ordered", "Delivered", "Invoiced", "Paid")
#: what a target of each measure holds
COUNTED = {
	"Ordered": ("Sales Order",),
	"Delivered": ("Delivery Note", "Sales Invoice"),
	"Invoiced": ("Sales Invoice",),
	"Paid": ("Payment Entry", "Journal Entry", "Sales Invoice"),
}
STEPS: dict[str, tuple[int, Callable]] = {}


def step(weight: int):
	def register(method: Callable) -> Callable:
		STEPS[method.__name__.replace("_", " ")] = (weight, method)
		return method

	return register


class Documents(History):
	"""A random history. The same seed on the same site gives the same steps."""

	def run(self, steps: int) -> Counter[str]:
		with self.enclosed():
			frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
			root = frappe.db.get_value("Sales Person", {"lft": 1}, "name")
			self.whole = {
				measure: world.target(50, (root,), measured_on=measure, title="Everyone").name
				for measure in MEASURES
			}
			for number in range(steps):
				self.one(number)
				if self.show and (number + 1) % 50 == 0:
					self.show(number + 1, self)
		return self.kinds

	def one(self, number: int) -> None:
		frappe.db.transaction_writes = 0
		frappe.local.message_log = []
		kind, words = self.draw()
		self.kinds[kind] += 1
		self.log.append(f"{number} {kind}: {words}")
		self.check()

	def draw(self) -> tuple[str, str]:
		while True:
			kind = self.random.choices(list(STEPS), [weight for weight, _method in STEPS.values()])[0]
			frappe.db.savepoint("step")
			try:
				return kind, STEPS[kind][1](self) or ""
			except Impossible:
				frappe.db.rollback(save_point="step")
			except frappe.ValidationError as error:
				frappe.db.rollback(save_point="step")
				frappe.clear_document_cache("Sales Extensions Settings", "Sales Extensions Settings")
				return "refused", f"{kind}: {type(error).__name__} {str(error)[:150]}"
			except Exception as error:
				self.log.append(f"in {kind}")
				self.fail([f"{type(error).__name__}: {error}"], error)

	def check(self) -> None:
		found = [
			*ledger.verify(),
			*self.wrong_sums(),
			*self.of_another_measure(),
			*self.rows_changed(),
			*self.repeated(),
		]
		if found:
			self.fail(found)

	def wrong_sums(self) -> list[str]:
		"""What everyone's targets have, and what the documents come to."""
		net = frappe.db.get_single_value("Sales Extensions Settings", "order_amount_basis") == "Net Total"
		column = "base_net_total" if net else "base_grand_total"
		sums = {measure: sum_of(measure, column) for measure in MEASURES if measure != "Paid"}
		return [
			f"{measure}: {world.figures(self.whole[measure])[0]} instead of {amount}"
			for measure, amount in sums.items()
			if flt(world.figures(self.whole[measure])[0], 2) != flt(amount, 2)
		]

	def of_another_measure(self) -> list[str]:
		"""A target holds nothing but what it is measured on."""
		rows = frappe.db.sql(
			"""SELECT t.name, t.measured_on, e.voucher_type, IFNULL(e.against_voucher_type, '') AS settled, SUM(e.amount)
			FROM `tabSales Target Entry` e JOIN `tabSales Target` t ON t.name = e.sales_target
			GROUP BY t.name, t.measured_on, e.voucher_type, settled HAVING SUM(e.amount) <> 0"""
		)
		rows = [row for row in rows if not (bool(row[3]) == (row[1] == "Paid") and row[2] in COUNTED[row[1]])]
		return [f"{row}: of another measure" for row in rows]

	def repeated(self) -> list[str]:
		"""Invariant 4: nothing is written the second time."""
		before = frappe.db.count("Sales Target Entry")
		for doctype in ("Sales Invoice", "Delivery Note"):
			for name in frappe.get_all(doctype, {"docstatus": 1}, pluck="name", limit=3):
				documents.follow(doctype, name)
		return [] if frappe.db.count("Sales Target Entry") == before else ["a repeated event added entries"]

	# --- what to draw from -------------------------------------------------------------------------

	def any(self, doctype: str, **filters) -> str:
		filters = {"docstatus": 1, "company": world.COMPANY, **filters}
		return self.one_of(frappe.get_all(doctype, filters, pluck="name", order_by="name"))

	def order(self, **filters):
		return frappe.get_doc("Sales Order", self.any("Sales Order", **filters))

	def invoice(self, **filters):
		return frappe.get_doc("Sales Invoice", self.any("Sales Invoice", is_return=0, **filters))


def sum_of(measure: str, column: str) -> Decimal:
	query = {
		"Ordered": "SELECT SUM({0}) FROM `tabSales Order` WHERE docstatus = 1",
		"Delivered": """SELECT SUM(x) FROM (SELECT SUM({0}) AS x FROM `tabDelivery Note` WHERE docstatus = 1
			UNION ALL SELECT SUM({0}) FROM `tabSales Invoice` WHERE docstatus = 1 AND update_stock = 1) y""",
		"Invoiced": "SELECT SUM({0}) FROM `tabSales Invoice` WHERE docstatus = 1",
	}[measure]
	return frappe.db.sql(query.format(column))[0][0] or Decimal(0)


# --- what people do ---------------------------------------------------------------------------------


@step(10)
def new_order(self: Documents) -> str:
	if frappe.db.count("Sales Order", {"docstatus": 1}) >= MOST_ORDERS:
		raise Impossible
	items = [
		(self.one_of(world.ITEMS), self.random.randint(1, 4), self.rate())
		for _one in range(self.random.randint(1, 3))
	]
	taxes = self.one_of((0, 0, 21))
	return world.order(items=items, team=self.team(), date=self.day(), taxes=taxes).name


@step(6)
def allocate(self: Documents) -> str:
	order = self.order()
	name = world.allocated(order.name)
	shares = [world.percent(seller, self.one_of((10, 33.333, 50))) for seller in self.sellers(2)]
	if frappe.db.exists("Order Allocation", name):
		doc = frappe.get_doc("Order Allocation", name)
		doc.set("shares", shares)
		doc.save()
	else:
		world.allocation(order.name, *shares)
	return order.name


@step(3)
def allocate_an_amount(self: Documents) -> str:
	order = self.order()
	if frappe.db.exists("Order Allocation", world.allocated(order.name)):
		raise Impossible
	world.allocation(order.name, world.fixed(self.sellers(1)[0], round(order.grand_total / 3, 2)))
	return order.name


@step(2)
def drop_allocation(self: Documents) -> str:
	name = self.one_of(frappe.get_all("Order Allocation", pluck="name", order_by="name"))
	frappe.delete_doc("Order Allocation", name)
	return name


@step(4)
def more_of_an_order(self: Documents) -> str:
	order = self.order()
	update_items(order, rows_of(order, rate=self.rate() or 1))
	return order.name


@step(14)
def invoice(self: Documents) -> str:
	order = self.order(per_billed=("<", 99))
	part = {"qty": 1} if self.maybe(0.6) else {}
	return bill(order, self.day(), update_stock=int(self.maybe(0.2)), **part).name


@step(8)
def deliver_it(self: Documents) -> str:
	return deliver(self.order(per_delivered=("<", 99)), self.day(), qty=1 if self.maybe(0.5) else None).name


@step(4)
def two_orders_in_one_invoice(self: Documents) -> str:
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	first, second = self.order(per_billed=("<", 99)), self.order(per_billed=("<", 99))
	if first.name == second.name or first.customer != second.customer:
		raise Impossible
	doc = make_sales_invoice(second.name, target_doc=make_sales_invoice(first.name))
	return submitted(doc, self.day()).name


@step(4)
def sell_without_an_order(self: Documents) -> str:
	items = [(self.one_of(world.ITEMS), self.random.randint(1, 3), self.rate())]
	return alone(team=self.team(), date=self.day(), items=items).name


@step(14)
def pay(self: Documents) -> str:
	one = self.invoice(outstanding_amount=(">", 0.05))
	amount = one.outstanding_amount if self.maybe(0.4) else round(one.outstanding_amount / 3, 2)
	off = round(amount / 10, 2) if self.maybe(0.2) else 0
	return pay_all(one, date=self.day(), amounts=(amount,), off=off).name


@step(3)
def write_off(self: Documents) -> str:
	one = self.invoice(outstanding_amount=(">", 0.05))
	part = round(one.outstanding_amount / 2, 2)
	taken = {"account": expense(), "debit_in_account_currency": part}
	return entry(taken, settled(one, part), date=self.day(), voucher_type="Write Off Entry").name


@step(6)
def return_a_part(self: Documents) -> str:
	one = frappe.get_doc(
		*self.one_of((name, self.any(name, is_return=0)) for name in ("Sales Invoice", "Delivery Note"))
	)
	return take_back(one, self.day(), qty=1 if self.maybe(0.7) else None).name


@step(10)
def cancel_something(self: Documents) -> str:
	doctype = self.one_of(("Sales Invoice", "Delivery Note", "Payment Entry", "Journal Entry", "Sales Order"))
	doc = frappe.get_doc(doctype, self.any(doctype))
	doc.cancel()
	return doc.name


@step(6)
def new_target(self: Documents) -> str:
	if frappe.db.count("Sales Target") >= MOST_TARGETS:
		raise Impossible
	first, last = sorted((self.day(), self.day()))
	scope = {"item_group": self.one_of(("Mills", "Machines"))} if self.maybe(0.4) else {}
	return world.target(
		self.one_of((3, 1000)),
		tuple(self.sellers(2, groups=True)),
		numeric=self.maybe(0.3),
		measured_on=self.one_of(MEASURES),
		from_date=first,
		to_date=last,
		**scope,
	).name


@step(4)
def measure_otherwise(self: Documents) -> str:
	doc = frappe.get_doc("Sales Target", some_target(self, "Open"))
	doc.measured_on = self.one_of(MEASURES)
	doc.save()
	return f"{doc.name} {doc.measured_on}"


@step(3)
def delete_target(self: Documents) -> str:
	name = some_target(self, "Open")
	frappe.delete_doc("Sales Target", name)
	return name


@step(2)
def close(self: Documents) -> str:
	if not (closed := ledger.close(world.COMPANY, self.day())):
		raise Impossible
	return f"{closed}"


@step(2)
def open_again(self: Documents) -> str:
	name = some_target(self, "Closed")
	ledger.reopen(name, "So")
	return name


@step(2)
def change_basis(self: Documents) -> str:
	basis = self.one_of(("Grand Total", "Net Total"))
	world.policy(order_amount_basis=basis)
	return basis


def some_target(self: Documents, period_status: str) -> str:
	filters = {"title": ("!=", "Everyone"), "period_status": period_status}
	return self.one_of(frappe.get_all("Sales Target", filters, pluck="name", order_by="name"))


if __name__ == "__main__":
	main(Documents, 1000)
