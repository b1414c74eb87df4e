"""Random histories on a real site, checked after each step against a plain model.

One transaction, rolled back at the end. Each step is one thing a user, an import or the framework does;
what ERPNext refuses is undone by a savepoint and counted. On failure the seed and the steps are shown.

	python -m tests.site.stateful --steps 5000 --seed 7
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import frappe
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from frappe.model.rename_doc import rename_doc
from frappe.utils import getdate

from sales_extensions import charges, ledger
from sales_extensions.api import sellers, teams, upsell
from sales_extensions.charges import rows_alone
from sales_extensions.ledger import fill, runs
from tests.site import clock, plain_closings, plain_credits, plain_model, plain_sellers, world
from tests.site.plain_credits import Made

KINDS: dict[str, tuple[int, str]] = {}  # kind of step: (weight, method)
ACTED: set[str] = set()  # methods that one of the users does
COMPANIES = (world.COMPANY, world.COMPANY_EUR)
MOST_ORDERS, MOST_QUOTATIONS, MOST_TARGETS, MOST_SELLERS, MOST_GROUPS = 12, 6, 12, 9, 4
USERS = ("Administrator", "anna@example.com", "bob@example.com", "carl@example.com")
TREE_FIELDS = {
	"Sales Person": "sales_person_name",
	"Territory": "territory_name",
	"Customer Group": "customer_group_name",
	"Item Group": "item_group_name",
}


class Impossible(Exception):
	"""A step that nothing on the site lends itself to now: another one is drawn."""


class Broken(AssertionError):
	"""The books are wrong after a step."""


def step(weight: int, *, acted: bool = False):
	"""`acted`: by one of the users, drawn anew each time; else by the Administrator."""

	def register(method):
		if acted:
			ACTED.add(method.__name__)
		KINDS[method.__name__.replace("_", " ").strip()] = (weight, method.__name__)
		return method

	return register


class History:
	"""A random history of a site. The same seed on the same site gives the same steps."""

	def __init__(self, seed: int, show=None):
		self.seed, self.random, self.show = seed, random.Random(seed), show
		self.log: list[str] = []
		self.kinds: Counter[str] = Counter()
		self.orders: list[str] = []
		self.quotations: list[str] = []
		self.actor = "Administrator"
		self.made: dict[str, Made] = {}
		self.targets: list[str] = []
		self.serial = 0
		self.renamed: tuple[str, str] | None = None
		#: whose move of which day holds from which day on, None: from the beginning
		self.corrected: tuple[str, date, date | None] | None = None
		#: targets that the step has closed, and opened again; kind, old and new name of what it has renamed
		self.closed: list[str] = []
		self.opened: list[str] = []
		self.named_anew: tuple[str, str, str] | None = None
		#: order -> the seller that a manager named
		self.named: dict[str, str] = {}
		self.touched: list = []
		self.queued: list[tuple[str, dict]] = []
		#: how far the clock was stepped back, in nanoseconds
		self.clock = 0
		self.entries: dict[str, tuple] = {}

	# --- running ---------------------------------------------------------------------------------

	def run(self, steps: int) -> Counter[str]:
		with self.enclosed():
			world.policy(enable_upsell_tracking=1)
			self.everyone()
			self.credits = plain_credits.Model()
			self.sellers_of = plain_sellers.Model()
			self.teams_of = plain_sellers.Teams()
			self.closings = plain_closings.Model()
			self.entries = self.all_entries()
			for number in range(steps):
				self.one(number)
				if self.show and (number + 1) % 100 == 0:
					self.show(number + 1, self)
		return self.kinds

	@contextmanager
	def enclosed(self):
		"""Nothing is committed and nothing is sent to a worker."""
		was = frappe.flags.in_test
		with ExitStack() as stack:
			stack.enter_context(patch.object(frappe.db, "commit", lambda *args, **kwargs: None))
			stack.enter_context(patch.object(frappe, "enqueue", self.enqueue))
			stack.enter_context(patch.object(runs, "commit", lambda: None))
			real = time.time_ns
			stack.enter_context(patch.object(time, "time_ns", lambda: real() + self.clock))
			stack.enter_context(patch.object(frappe, "publish_realtime", lambda *args, **kwargs: None))
			try:
				yield
			finally:
				world.in_test(was)
				frappe.set_user("Administrator")
				frappe.db.rollback()
				forget_caches()

	def enqueue(self, method, **kwargs):
		if isinstance(method, str) and method.startswith("sales_extensions."):
			self.queued.append((method, kwargs))

	def everyone(self) -> None:
		"""Two targets that every order falls under: what they hold is what was credited (A4)."""
		for company in COMPANIES:
			for numeric in (False, True):
				root = frappe.db.get_value("Sales Person", {"lft": 1}, "name")
				world.target(
					50, (root,), numeric=numeric, company=company, title=plain_model.EVERYONE,
					from_date="2026-01-01", to_date="2026-12-31",
				)  # fmt: skip
			world.target(50, (root,), target_type="Upsell", company=company, title="Everyone's upsells")

	def one(self, number: int) -> None:
		self.forget_step()
		self.actor = "Administrator"
		frappe.db.transaction_writes = 0
		frappe.local.message_log = []
		world.in_test(self.random.random() < 0.7)
		kind, words = self.draw()
		world.in_test(True)
		self.kinds[kind] += 1
		self.log.append(f"{number} {kind} by {self.actor}: {words}")
		self.credits.observe(self.actor, self.made)
		self.sellers_of.observe(self.made, self.named, self.renamed)
		self.teams_of.observe(getdate(), self.renamed, self.corrected)
		gone = set(self.closings.kept) - set(frappe.get_all("Sales Target", pluck="name"))
		self.closings.observe(self.closed, self.opened, self.named_anew, gone)
		self.check()

	def forget_step(self) -> None:
		self.renamed, self.touched, self.made, self.named = None, [], {}, {}
		self.corrected = self.named_anew = None
		self.closed, self.opened = [], []

	def draw(self) -> tuple[str, str]:
		while True:
			kind = self.random.choices(list(KINDS), [weight for weight, _method in KINDS.values()])[0]
			frappe.db.savepoint("step")
			known = list(self.orders), list(self.quotations), list(self.targets)
			self.actor, self.made, self.named = "Administrator", {}, {}
			try:
				if KINDS[kind][1] in ACTED:
					self.act()
				return kind, getattr(self, KINDS[kind][1])() or ""
			except Impossible:
				frappe.db.rollback(save_point="step")
			except frappe.ValidationError as error:
				frappe.db.rollback(save_point="step")
				self.orders, self.quotations, self.targets = known
				self.forget_step()
				forget_caches()
				return "refused", f"{kind}: {type(error).__name__} {str(error)[:150]}"
			except Exception as error:
				self.log.append(f"in {kind}")
				self.fail([f"{type(error).__name__}: {error}"], error)
			finally:
				frappe.set_user("Administrator")
				frappe.flags.ignore_permissions = False

	def act(self) -> None:
		self.actor = self.one_of(USERS)
		frappe.set_user(self.actor)
		frappe.flags.ignore_permissions = True

	def fail(self, found: list, cause: Exception | None = None) -> None:
		steps = "\n".join(self.log)
		lines = "\n".join(map(str, found[:20]))
		raise Broken(
			f"SALES_EXTENSIONS_SEED={self.seed}, after {len(self.log)} steps:\n{steps}\n\n{lines}"
		) from cause

	# --- checks ----------------------------------------------------------------------------------

	def check(self) -> None:
		found = [
			*ledger.verify(),
			*plain_model.compare(getdate(), self.sellers_of.sold(), self.closings.close),
			*self.closings.compare(),
			*self.credits.compare(),
			*self.teams_of.compare(),
			*self.rows_changed(),
			*self.rows_added_by_repeat(),
		]
		if found:
			self.fail(found)
		self.sellers_of.look_again()

	@staticmethod
	def all_entries() -> dict[str, tuple]:
		"""Each row of the ledger: its target, its seller, and a digest of all the rest."""
		columns = [
			f"IFNULL(`{column}`, '')"
			for column in frappe.db.get_table_columns("Sales Target Entry")
			if column not in ("name", "sales_target", "sales_person")
		]
		return {
			name: (target, seller, digest)
			for name, target, seller, digest in frappe.db.sql(
				f"""SELECT name, sales_target, sales_person, MD5(CONCAT_WS('|', {", ".join(columns)}))
				FROM `tabSales Target Entry`"""
			)
		}

	def rows_changed(self) -> list[str]:
		"""Invariant 7: rows are only added, but for a seller's new name, and go only with their target."""
		old, self.entries = self.entries, self.all_entries()
		living = set(frappe.get_all("Sales Target", pluck="name"))
		found = []
		for name, (target, seller, digest) in old.items():
			if self.renamed and seller == self.renamed[0]:
				seller = self.renamed[1]
			if target in living and self.entries.get(name) != (target, seller, digest):
				found.append(f"entry {name} was {(target, seller, digest)}, is {self.entries.get(name)}")
		return found

	def rows_added_by_repeat(self) -> list[str]:
		"""Invariant 4: the same event again, on the same document and on one read anew, writes nothing."""
		credits = plain_credits.digest()
		for doc in self.touched:
			if frappe.db.exists(doc.doctype, doc.name):
				doc.run_method("on_change")
				again = frappe.get_doc(doc.doctype, doc.name)
				again.run_method("on_change")
				charges.follow(again)
		if not self.touched:
			return []
		found = []
		if frappe.db.count("Sales Target Entry") != len(self.entries):
			found += [f"{doc.name}: a repeated on_change added entries" for doc in self.touched]
		if plain_credits.digest() != credits:
			found += [f"{doc.name}: a repeated on_change wrote credits" for doc in self.touched]
		return found

	# --- what to draw from -----------------------------------------------------------------------

	def maybe(self, chance: float) -> bool:
		return self.random.random() < chance

	def one_of(self, things):
		things = list(things)
		if not things:
			raise Impossible
		return self.random.choice(things)

	def leaves(self, doctype: str, *, groups: bool = False) -> list[str]:
		filters = {} if groups else {"is_group": 0}
		return sorted(frappe.get_all(doctype, filters=filters, pluck="name"))

	def sellers(self, most: int, *, groups: bool = False) -> list[str]:
		names = self.leaves("Sales Person", groups=groups)
		return self.random.sample(names, self.random.randint(1, min(most, len(names))))

	def team(self) -> dict[str, float]:
		names = self.sellers(3)
		if len(names) == 1:
			return {names[0]: 100}
		first = self.one_of((50, 33.33, 10, 0.5, 25.125, 66.667))
		shares = [first, round(100 - first, 6)]
		if len(names) == 3:
			shares = [33.33, 33.33, 33.34]
		return dict(zip(names, shares, strict=True))

	def rate(self) -> float:
		return self.one_of((0, 0.01, 0.05, 1, 99.99, 100, 1000, self.random.randint(1, 500_000) / 100))

	def day(self) -> str:
		return f"2026-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"

	def find(self, **filters):
		"""A random order of this history, as a document."""
		names = set(frappe.get_all("Sales Order", filters=filters, pluck="name"))
		return frappe.get_doc("Sales Order", self.one_of(name for name in self.orders if name in names))

	def fresh_name(self, word: str) -> str:
		self.serial += 1
		return f"{word} {self.serial}"

	def find_quotation(self, **filters):
		names = set(frappe.get_all("Quotation", filters=filters, pluck="name"))
		return frappe.get_doc("Quotation", self.one_of(name for name in self.quotations if name in names))

	def done(self, doc) -> None:
		self.touched.append(doc)

	# --- orders ----------------------------------------------------------------------------------

	def new_order(self, *, submit: bool):
		if len(self.orders) >= MOST_ORDERS:
			raise Impossible
		company = self.one_of(COMPANIES)
		items = [
			(self.one_of(world.ITEMS), self.random.randint(1, 4), self.rate())
			for _ in range(self.random.randint(1, 3))
		]
		doc = world.order(
			team=self.team() if self.maybe(0.7) else None,
			customer=self.one_of(sorted(frappe.get_all("Customer", pluck="name"))),
			date=self.day(),
			company=company,
			items=items,
			taxes=self.one_of((0, 0, 21, 7.5)),
			territory=self.one_of(self.leaves("Territory", groups=True)),
			customer_group=self.one_of(self.leaves("Customer Group")),
			submit=False,
			save=False,
			**self.money(company),
		)
		if self.maybe(0.2):
			doc.additional_discount_percentage = self.one_of((5, 33.333, 100))
		doc.flags.ignore_permissions = True
		doc.insert()
		self.orders.append(doc.name)
		if submit:
			doc.submit()
		self.done(doc)
		return doc

	def money(self, company: str) -> dict:
		if self.maybe(0.7):
			return {}
		own = frappe.get_cached_value("Company", company, "default_currency")
		return {
			"currency": "EUR" if own == "USD" else "USD",
			"conversion_rate": self.one_of((1.25, 0.8, 1.23457)),
		}

	@staticmethod
	def words(doc) -> str:
		team = {row.sales_person: row.allocated_percentage for row in doc.sales_team}
		return (
			f"{doc.name} {doc.status} {doc.base_grand_total} net {doc.base_net_total} {doc.company} "
			f"{doc.transaction_date} by {doc.owner} {team} {doc.territory}/{doc.customer_group}"
		)

	@step(5, acted=True)
	def create_draft(self) -> str:
		return self.words(self.new_order(submit=False))

	@step(9, acted=True)
	def create_and_submit(self) -> str:
		return self.words(self.new_order(submit=True))

	@step(6, acted=True)
	def edit_draft(self) -> str:
		doc = self.find(docstatus=0)
		doc.transaction_date = self.day()
		self.one_of((self.new_team, self.new_rates, self.new_discount))(doc)
		doc.save()
		self.done(doc)
		return self.words(doc)

	def new_team(self, doc) -> None:
		team = self.team() if self.maybe(0.8) else {}
		rows = [{"sales_person": name, "allocated_percentage": share} for name, share in team.items()]
		doc.set("sales_team", rows)

	def new_rates(self, doc) -> None:
		for row in doc.items:
			row.rate = row.price_list_rate = self.rate()

	def new_discount(self, doc) -> None:
		doc.apply_discount_on = self.one_of(("Grand Total", "Net Total"))
		doc.additional_discount_percentage = 0
		doc.discount_amount = round(doc.grand_total * self.random.random(), 2)

	@step(6, acted=True)
	def submit(self) -> str:
		doc = self.find(docstatus=0)
		doc.submit()
		self.done(doc)
		return self.words(doc)

	@step(5, acted=True)
	def cancel(self) -> str:
		doc = self.find(docstatus=1, status=("not in", ("Closed", "On Hold")))
		doc.cancel()
		self.done(doc)
		return doc.name

	@step(4, acted=True)
	def amend(self) -> str:
		amended = frappe.get_all("Sales Order", {"amended_from": ("is", "set")}, pluck="amended_from")
		old = self.find(docstatus=2, name=("not in", amended or [""]))
		self.keep_parts(old)
		doc = frappe.copy_doc(old)
		doc.amended_from, doc.docstatus, doc.status = old.name, 0, "Draft"
		doc.transaction_date, doc.delivery_date, doc.payment_schedule = (
			getdate(self.day()),
			getdate(world.END),
			[],
		)
		if self.maybe(0.3):
			doc.items[0].qty += 1
		if self.maybe(0.3):
			doc.append("items", self.row(doc))
		doc.insert()
		self.made[doc.name] = Made("amend", old.name)
		self.orders.append(doc.name)
		if self.maybe(0.6):
			doc.submit()
		self.done(doc)
		return self.words(doc)

	def row(self, doc, code: str | None = None, qty: int | None = None) -> dict:
		abbr = frappe.get_cached_value("Company", doc.company, "abbr")
		code, qty = code or self.one_of(world.ITEMS), qty or self.random.randint(1, 4)
		row = world.item_row(code, qty, self.rate(), abbr)
		return row | {"delivery_date": getdate(world.END)}

	@step(5, acted=True)
	def change_charges(self) -> str:
		"""Rows added to a draft, taken out of it, and put in another order."""
		doc = self.one_of((self.find, self.find_quotation))(docstatus=0)
		if self.maybe(0.4) and len(doc.items) > 1:
			doc.items.pop(self.random.randrange(len(doc.items)))
		if self.maybe(0.6):
			doc.append("items", self.row(doc))
		if self.maybe(0.4):
			self.random.shuffle(doc.items)
		return self.saved_anew(doc)

	def saved_anew(self, doc) -> str:
		for place, row in enumerate(doc.items, start=1):
			row.idx = place
		doc.save()
		self.done(doc)
		return f"{doc.name} {[(row.idx, row.item_code, row.qty, row.rate) for row in doc.items]}"

	@step(5, acted=True)
	def split_a_row(self) -> str:
		"""In two rows of the same item, some of them with more in it."""
		doc = self.one_of((self.find, self.find_quotation))(docstatus=0)
		self.keep_parts(doc)
		row = self.one_of(row for row in doc.items if row.qty > 1)
		part = self.random.randint(1, int(row.qty) - 1)
		row.qty -= part
		doc.append("items", self.row(doc, row.item_code, part + self.one_of((0, 0, 1, 3))))
		return self.saved_anew(doc)

	@step(4, acted=True)
	def drop_and_put_in_anew(self) -> str:
		doc = self.one_of((self.find, self.find_quotation))(docstatus=0)
		gone = doc.items.pop(self.random.randrange(len(doc.items)))
		doc.append("items", self.row(doc, gone.item_code, self.random.randint(1, 6)))
		return self.saved_anew(doc)

	@step(3, acted=True)
	def split_by_update_items(self) -> str:
		doc = self.find(docstatus=1)
		self.keep_parts(doc)
		split = self.one_of(row for row in doc.items if row.qty > 1)
		rows = [{**self.item(row.item_code, row.name, row.idx), "qty": row.qty} for row in doc.items]
		part = self.random.randint(1, int(split.qty) - 1)
		rows[split.idx - 1]["qty"] -= part
		more = self.one_of((0, 0, 2))
		rows.append({**self.item(split.item_code, None, len(rows) + 1), "qty": part + more})
		update_child_qty_rate("Sales Order", json.dumps(rows), doc.name)
		doc.reload()
		self.done(doc)
		return self.words(doc)

	@step(3)
	def move_a_row(self) -> str:
		"""To another order, as one who writes over REST may try: refused, or both orders are followed."""
		doctype = self.one_of(("Sales Order Item", "Sales Team"))
		names = frappe.get_all(
			doctype, {"parenttype": "Sales Order", "parent": ("in", self.orders or [""])}, pluck="name"
		)
		row = frappe.get_doc(doctype, self.one_of(sorted(names)))
		other = self.one_of(name for name in self.orders if name != row.parent)
		words = f"{doctype} {row.name} of {row.parent} to {other}"
		frappe.db.savepoint("move")
		try:
			row.parent = other
			row.save()
		except (frappe.ValidationError, frappe.PermissionError) as error:
			frappe.db.rollback(save_point="move")
			forget_caches()
			return f"{words}: refused, {error}"
		rows_alone.follow_waiting()
		return words

	@step(2)
	def step_the_clock_back(self) -> str:
		"""By up to a day, for what the ledger books from now on."""
		self.clock -= self.random.randint(1, 24) * 3_600 * 10**9
		return f"{self.clock / 3.6e12:.0f} hours"

	@step(3, acted=True)
	def copy_order(self) -> str:
		if len(self.orders) >= MOST_ORDERS:
			raise Impossible
		return self.copied(self.find(), "copy")

	@step(2)
	def repeat_order(self) -> str:
		"""What Auto Repeat does: a copy, an event that tells of it, an insert (frappe/auto_repeat.py)."""
		if len(self.orders) >= MOST_ORDERS:
			raise Impossible
		return self.copied(self.find(docstatus=1), "recur")

	def copied(self, old, kind: str) -> str:
		doc = frappe.copy_doc(old, ignore_no_copy=kind == "copy")
		doc.docstatus, doc.status = 0, "Draft"
		doc.transaction_date, doc.delivery_date, doc.payment_schedule = (
			getdate(self.day()),
			getdate(world.END),
			[],
		)
		for row in doc.items:
			row.delivery_date = getdate(world.END)
		if kind == "recur":
			plan = SimpleNamespace(get_next_schedule_date=lambda schedule_date: getdate(world.END))
			doc.run_method("on_recurring", reference_doc=old, auto_repeat_doc=plan)
		doc.insert()
		self.made[doc.name] = Made(kind, old.name)
		self.orders.append(doc.name)
		self.done(doc)
		return f"{self.words(doc)} of {old.name}"

	# --- quotations ------------------------------------------------------------------------------

	@step(7, acted=True)
	def quote(self) -> str:
		if len(self.quotations) >= MOST_QUOTATIONS:
			raise Impossible
		items = [
			(self.one_of(world.ITEMS), self.random.randint(1, 4), self.rate())
			for _ in range(self.random.randint(1, 3))
		]
		doc = world.quotation(
			items,
			customer=self.one_of(sorted(frappe.get_all("Customer", pluck="name"))),
			company=self.one_of(COMPANIES),
			date="2026-01-01",
			submit=self.maybe(0.7),
		)
		self.quotations.append(doc.name)
		self.done(doc)
		return f"{doc.name} {items} {doc.docstatus}"

	@step(3, acted=True)
	def submit_quotation(self) -> str:
		doc = self.find_quotation(docstatus=0)
		doc.submit()
		self.done(doc)
		return doc.name

	@step(3, acted=True)
	def end_quotation(self) -> str:
		"""Lost, cancelled or deleted."""
		doc = self.find_quotation()
		how = self.one_of(("lost", "cancelled", "deleted"))
		if how == "lost" and doc.docstatus == 1:
			doc.declare_enquiry_lost([], [])
		elif how == "cancelled" and doc.docstatus == 1:
			doc.cancel()
		elif doc.docstatus != 1:
			self.delete("Quotation", doc.name)
			self.quotations.remove(doc.name)
			return f"{doc.name} deleted"
		self.done(doc)
		return f"{doc.name} {how}"

	@step(9, acted=True)
	def convert(self) -> str:
		"""A quotation, whole or in part, with or without a charge added on the way."""
		if len(self.orders) >= MOST_ORDERS:
			raise Impossible
		quotation = self.find_quotation(docstatus=1, status=("in", ("Open", "Partially Ordered")))
		doc = make_sales_order(quotation.name)
		if not doc.items:
			raise Impossible
		doc.transaction_date, doc.delivery_date, doc.payment_schedule = (
			getdate(self.day()),
			getdate(world.END),
			[],
		)
		if len(doc.items) > 1 and self.maybe(0.3):
			doc.items.pop()
		if self.maybe(0.4):
			doc.items[0].qty = 1
		self.keep_whole(doc)
		if self.maybe(0.4):
			doc.append("items", self.row(doc))
		if self.maybe(0.3):
			doc.append("items", self.row(doc, doc.items[0].item_code))
		abbr = frappe.get_cached_value("Company", doc.company, "abbr")
		for row in doc.items:
			row.delivery_date, row.warehouse = getdate(world.END), f"Stores - {abbr}"
		doc.insert()
		self.orders.append(doc.name)
		if self.maybe(0.6):
			doc.submit()
		self.done(doc)
		return f"{self.words(doc)} from {quotation.name}"

	@staticmethod
	def keep_parts(doc) -> None:
		"""So it is with another part of it, of an order that has one."""
		of_quoted = {"voucher_no": doc.name, "origin": "Converted", "is_removed": 0, "qty_before": (">", 0)}
		if frappe.db.exists("Upsell Credit", of_quoted):
			raise Impossible

	@staticmethod
	def keep_whole(doc) -> None:
		"""A part of what was quoted as partly more would be a part of a piece, and the plain model counts in pieces."""
		for row in doc.items:
			before = frappe.db.get_value(
				"Upsell Credit", {"voucher_row": row.quotation_item, "is_removed": 0}, "qty_before"
			)
			if before and row.qty != frappe.db.get_value("Quotation Item", row.quotation_item, "qty"):
				raise Impossible

	# --- credits ---------------------------------------------------------------------------------

	def credit(self, *, archived: bool):
		"""A credit of a charge that is there, in a document that is archived or is not."""
		ended = {("Sales Order", "Closed"), ("Quotation", "Lost"), ("Quotation", "Expired")}
		found = []
		for credit in plain_model.rows(
			"SELECT * FROM `tabUpsell Credit` WHERE is_removed = 0 ORDER BY voucher_row"
		):
			docstatus, status = frappe.db.get_value(
				credit.voucher_type, credit.voucher_no, ("docstatus", "status")
			)
			if (docstatus == 2 or (credit.voucher_type, status) in ended) == archived:
				found.append(credit)
		return self.one_of(sorted(found, key=lambda credit: (credit.voucher_no, credit.charge_idx)))

	@step(6)
	def reassign(self) -> str:
		credit, user = self.credit(archived=False), self.one_of(USERS)
		upsell.reassign([credit.name], user, "drawn by lot")
		self.credits.reassigned(credit.voucher_row, user)
		return f"{credit.charge_name} in {credit.voucher_no} to {user}"

	@step(4)
	def mark_upsell(self) -> str:
		credit, mark = self.credit(archived=False), self.one_of((0, 1))
		upsell.mark_upsell([credit.name], mark, "drawn by lot")
		self.credits.marked(credit.voucher_row, bool(mark))
		return f"{credit.charge_name} in {credit.voucher_no}: {mark}"

	@step(2)
	def reassign_archived(self) -> str:
		credit = self.credit(archived=True)
		try:
			upsell.reassign([credit.name], self.one_of(USERS[1:]), "drawn by lot")
		except frappe.ValidationError:
			return f"refused for {credit.voucher_no}"
		raise Broken(f"{credit.name} of {credit.voucher_no} was changed though it is archived")

	# --- ends of orders --------------------------------------------------------------------------

	@step(8)
	def delete_order(self) -> str:
		amended = frappe.get_all("Sales Order", {"amended_from": ("is", "set")}, pluck="amended_from")
		doc = self.find(docstatus=("!=", 1), name=("not in", amended or [""]))
		self.delete("Sales Order", doc.name)
		return doc.name

	@step(4)
	def cancel_and_delete(self) -> str:
		if len(self.orders) < MOST_ORDERS - 2:
			raise Impossible
		doc = self.find(docstatus=1, status=("not in", ("Closed", "On Hold")))
		doc.cancel()
		self.delete("Sales Order", doc.name)
		return doc.name

	def delete(self, doctype: str, name: str) -> None:
		world.in_test(False)  # or the framework looks for dynamic links anew each time, for a second
		frappe.delete_doc(doctype, name)
		if doctype == "Sales Order":
			self.orders.remove(name)

	@step(4)
	def deliver_a_part_and_close(self) -> str:
		"""Of some rows a part of the pieces is delivered, of others a part of the amount billed; then that is all."""
		doc = self.find(docstatus=1, status=("not in", ("Closed", "On Hold")))
		for row in doc.items:
			done, whole = self.one_of((("delivered_qty", "qty"), ("billed_amt", "amount")))
			part = round(row.get(whole) * self.one_of((0, 0, 0.5, 1 / 3, 1, 1.5)), 9)
			frappe.db.set_value("Sales Order Item", row.name, done, part, update_modified=False)
		return self.set_status(frappe.get_doc("Sales Order", doc.name), "Closed")

	@step(4)
	def close(self) -> str:
		return self.set_status(self.find(docstatus=1, status=("not in", ("Closed", "On Hold"))), "Closed")

	@step(3)
	def hold(self) -> str:
		return self.set_status(self.find(docstatus=1, status=("not in", ("Closed", "On Hold"))), "On Hold")

	@step(4)
	def reopen(self) -> str:
		return self.set_status(self.find(docstatus=1, status=("in", ("Closed", "On Hold"))), "Draft")

	def set_status(self, doc, status: str) -> str:
		doc.update_status(status)
		self.done(doc)
		return f"{doc.name} {status}, delivered {doc.per_delivered} %, billed {doc.per_billed} %"

	@step(5)
	def progress(self) -> str:
		"""Delivery and billing write rows in SQL, then the order's percentage (erpnext/status_updater)."""
		doc = self.find(docstatus=1)
		field, done, whole = self.one_of(
			(("per_delivered", "delivered_qty", "qty"), ("per_billed", "billed_amt", "amount"))
		)
		row = self.one_of(doc.items)
		part = self.one_of((0, 0.33333333, 0.5, 1, 0.9999))
		frappe.db.set_value(
			"Sales Order Item", row.name, done, round(row.get(whole) * part, 9), update_modified=False
		)
		doc.reload()
		whole_sum = sum(row.get(whole) for row in doc.items)
		percentage = 100 * sum(row.get(done) for row in doc.items) / whole_sum if whole_sum else 0
		doc = self.with_progress(doc.name, {field: round(percentage, 6)})
		self.done(doc)
		return f"{doc.name} {doc.status} {field} {doc.get(field)}"

	@staticmethod
	def with_progress(name: str, values: dict):
		"""As the line's ERPNext does: 15 writes in SQL and then sets the status, 16 sets both on a lazy document."""
		if hasattr(frappe.model.document, "get_lazy_doc"):
			doc = frappe.get_lazy_doc("Sales Order", name)
			doc.update(values)
			doc.db_set(values | doc.get_status(), update_modified=False, notify=True)
		else:
			frappe.db.set_value("Sales Order", name, values, update_modified=False)
			doc = frappe.get_doc("Sales Order", name)
			doc.set_status(update=True)
			doc.notify_update()
		return frappe.get_doc("Sales Order", name)

	@step(6, acted=True)
	def update_items(self) -> str:
		doc = self.find(docstatus=1)
		self.keep_parts(doc)
		rows = [self.item(row.item_code, row.name, row.idx) for row in doc.items]
		if len(rows) > 1 and self.maybe(0.3):
			rows.pop()
		if self.maybe(0.3):
			rows.append(self.item(self.one_of(world.ITEMS), None, len(rows) + 1))
		update_child_qty_rate("Sales Order", json.dumps(rows), doc.name)
		doc.reload()
		self.done(doc)
		return self.words(doc)

	def item(self, code: str, name: str | None, idx: int) -> dict:
		row = {"item_code": code, "qty": self.random.randint(1, 4), "rate": self.rate(), "idx": idx,
			"delivery_date": world.END, "conversion_factor": 1, "uom": "Nos"}  # fmt: skip
		return {**row, "docname": name} if name else row

	@step(5)
	def edit_team_after_submit(self) -> str:
		doc = self.find(docstatus=1)
		self.new_team(doc)
		doc.save()
		self.done(doc)
		return self.words(doc)

	# --- allocations -----------------------------------------------------------------------------

	def shares(self, order) -> list[dict]:
		settings = frappe.get_single("Sales Extensions Settings")
		net = settings.order_amount_basis == "Net Total"
		amount = order.base_net_total if net else order.base_grand_total
		names = self.sellers(3)
		if self.maybe(0.2):
			return [world.whole(names[0])]
		if settings.allow_overlay_allocation and self.maybe(0.6):
			return [world.percent(name, self.one_of((100, 60, 33.333))) for name in names]
		rows = [world.percent(name, self.one_of((10, 33.333333, 20.5, 0.01))) for name in names]
		if amount > 1 and order.status != "Closed" and self.maybe(0.5):
			rows[0] = world.fixed(names[0], max(0.01, round(amount * 0.3 * self.random.random(), 2)))
		return rows

	@step(8)
	def allocate(self) -> str:
		taken = frappe.get_all("Order Allocation", pluck="sales_order")
		order = self.find(docstatus=("<", 2), name=("not in", taken or [""]))
		shares = self.shares(order)
		rest = self.one_of(("Natural Owner", "Nobody"))
		world.allocation(order.name, *shares, remainder_to=rest)
		self.done(order)
		return f"{order.name} {shares} rest to {rest}"

	@step(6)
	def allocate_anew(self) -> str:
		doc, order = self.allocated()
		if order.docstatus == 2:
			raise Impossible
		shares = self.shares(order)
		doc.set("shares", shares)
		doc.remainder_to = self.one_of(("Natural Owner", "Nobody"))
		doc.save()
		self.done(order)
		return f"{order.name} {shares} rest to {doc.remainder_to}"

	@step(3)
	def delete_allocation(self) -> str:
		doc, order = self.allocated()
		self.delete("Order Allocation", doc.name)
		self.done(order)
		return doc.name

	def allocated(self):
		names = set(frappe.get_all("Order Allocation", pluck="sales_order"))
		name = self.one_of(name for name in self.orders if name in names)
		return frappe.get_doc("Order Allocation", world.allocated(name)), frappe.get_doc("Sales Order", name)

	# --- targets ---------------------------------------------------------------------------------

	def definition(self) -> dict:
		first, last = sorted((self.day(), self.day()))
		if self.maybe(0.4):
			first, last = world.START, world.END
		kind = self.one_of(("Numeric", "Numeric", "Financial", "Financial", "Upsell"))
		numeric = kind == "Numeric"
		return {
			"target_type": kind,
			"target_amount": 0 if numeric else self.one_of((100, 2500.5, 1_000_000)),
			"target_count": self.one_of((1, 3, 40)) if numeric else 0,
			"company": self.one_of((*COMPANIES, world.COMPANY)),
			"from_date": first,
			"to_date": last,
			"assignees": [{"sales_person": name} for name in self.sellers(3, groups=True)],
			"territory": self.filter("Territory"),
			"customer_group": self.filter("Customer Group"),
			"item_group": self.filter("Item Group"),
		}

	def filter(self, doctype: str) -> str | None:
		return self.one_of(self.leaves(doctype, groups=True)) if self.maybe(0.3) else None

	@staticmethod
	def described(doc) -> str:
		fields = (
			"name",
			"target_type",
			"company",
			"from_date",
			"to_date",
			"territory",
			"customer_group",
			"item_group",
		)
		values = " ".join(str(doc.get(field)) for field in fields)
		return f"{values} {[row.sales_person for row in doc.assignees]}"

	@step(6)
	def create_target(self) -> str:
		if len(self.targets) >= MOST_TARGETS:
			raise Impossible
		doc = frappe.get_doc({"doctype": "Sales Target", "title": "Some", **self.definition()}).insert()
		self.targets.append(doc.name)
		return self.described(doc)

	@step(5)
	def edit_target(self) -> str:
		doc = frappe.get_doc("Sales Target", self.one_of(self.targets))
		wanted = self.definition()
		if wanted["target_type"] != doc.target_type:
			names = list(wanted)
		else:
			names = self.random.sample(list(wanted), 3)
		names += [{"from_date": "to_date", "to_date": "from_date"}.get(name, name) for name in names]
		doc.update({name: wanted[name] for name in names if not name.startswith("target_") or len(names) > 6})
		doc.save()
		return self.described(doc)

	@step(2)
	def retitle_target(self) -> str:
		doc = frappe.get_doc("Sales Target", self.one_of(self.targets))
		doc.title = self.fresh_name("Title")
		doc.save()
		return doc.name

	@step(3)
	def delete_target(self) -> str:
		name = self.one_of(self.targets)
		self.delete("Sales Target", name)
		self.targets.remove(name)
		return name

	@step(3)
	def close_period(self) -> str:
		"""All of a company's targets that ended by a day (H3)."""
		company, up_to = self.one_of(COMPANIES), self.day()
		self.closed = ledger.close(company, up_to)
		if not self.closed:
			raise Impossible
		return f"{company} up to {up_to}: {self.closed}"

	@step(3)
	def open_again(self) -> str:
		name = self.one_of(sorted(self.closings.kept))
		ledger.reopen(name, "So")
		self.opened = [name]
		return name

	# --- policies and groups ---------------------------------------------------------------------

	@step(4)
	def change_policy(self) -> str:
		fields = {
			"count_orders_on": ("Submit", "Save"),
			"order_amount_basis": ("Grand Total", "Net Total"),
			"closed_order_credit": ("Delivered or Billed Share", "Full Amount", "None"),
			"allow_overlay_allocation": (0, 1),
		}
		field = self.one_of(fields)
		value = self.one_of(fields[field])
		world.policy(**{field: value})
		return f"{field} = {value}"

	@step(2)
	def new_group_or_seller(self) -> str:
		doctype = self.one_of(TREE_FIELDS)
		own = frappe.get_all(doctype, {"name": ("like", "New %")}, pluck="name")
		if len(own) >= MOST_GROUPS:
			raise Impossible
		name = self.fresh_name("New")
		world._tree(doctype, {name: (self.one_of(self.groups(doctype)), 0)})
		return f"{doctype} {name}"

	def groups(self, doctype: str) -> list[str]:
		return sorted(frappe.get_all(doctype, {"is_group": 1}, pluck="name"))

	@step(3)
	def move(self) -> str:
		doctype = self.one_of(("Sales Person", "Sales Person", *TREE_FIELDS))
		doc = frappe.get_doc(doctype, self.one_of(self.leaves(doctype)))
		field = "parent_" + frappe.scrub(doctype)
		doc.set(field, self.one_of(self.groups(doctype)))
		doc.save()
		return f"{doctype} {doc.name} under {doc.get(field)}"

	@step(4)
	def correct_a_move(self) -> str:
		"""From another day on, or from the beginning (H2)."""
		moves = [(name, since) for name, own in sorted(self.teams_of.places.items()) for since, _ in own[1:]]
		seller, since = self.one_of(moves)
		to = None if self.maybe(0.2) else getdate(self.day())
		if to:
			teams.change_date(seller, str(since), str(to))
		else:
			teams.from_the_beginning(seller, str(since))
		self.corrected = seller, since, to
		return f"{seller}: {since} is {to}"

	@step(1)
	def rename(self) -> str:
		doctype = self.one_of(("Sales Person", "Customer", "Territory", "Item Group"))
		names = frappe.get_all("Customer", pluck="name") if doctype == "Customer" else self.leaves(doctype)
		old, new = self.one_of(sorted(names)), self.fresh_name("Named")
		return self.rename_doc(doctype, old, new, merge=False)

	@step(1)
	def merge(self) -> str:
		"""Only what this history has made is merged away, so that there is always something left."""
		doctype = self.one_of(TREE_FIELDS)
		old = self.one_of(sorted(frappe.get_all(doctype, {"name": ("like", "New %")}, pluck="name")))
		new = self.one_of(name for name in self.leaves(doctype) if name != old)
		return self.rename_doc(doctype, old, new, merge=True)

	@step(1)
	def merge_customers(self) -> str:
		names = sorted(frappe.get_all("Customer", pluck="name"))
		if len(names) < 2:
			raise Impossible
		old, new = self.random.sample(names, 2)
		if len(names) < 4:
			frappe.copy_doc(frappe.get_doc("Customer", new)).update(
				{"customer_name": self.fresh_name("Customer")}
			).insert()
		return self.rename_doc("Customer", old, new, merge=True)

	def rename_doc(self, doctype: str, old: str, new: str, *, merge: bool) -> str:
		with patch.object(frappe, "clear_cache", lambda *args, **kwargs: forget_caches()):  # doctypes stay
			rename_doc(doctype, old, new, merge=merge, show_alert=False, rebuild_search=False)
		self.named_anew = doctype, old, new
		if doctype == "Sales Person":
			self.renamed = old, new
		return f"{doctype} {old} to {new}{' (merge)' if merge else ''}"

	@step(1)
	def change_employee(self) -> str:
		"""Another seller behind a user, another natural owner of that user's orders (A1)."""
		seller = frappe.get_doc("Sales Person", self.one_of(self.leaves("Sales Person")))
		employees = sorted(frappe.get_all("Employee", pluck="name"))
		seller.employee = self.one_of((None, *employees))
		seller.save()
		return f"{seller.name} is {seller.employee}"

	@step(3)
	def change_login(self) -> str:
		"""HR empties an employee's user, or gives it to another: what was sold stays sold (H1)."""
		one, another = (
			frappe.get_doc("Employee", name)
			for name in self.random.sample(sorted(frappe.get_all("Employee", pluck="name")), 2)
		)
		login = one.user_id
		one.user_id = None
		one.save()
		if self.maybe(0.6) and login and not another.user_id:
			another.user_id = login
			another.save()
		return f"{one.name} without {login}, {another.name} with {another.user_id}"

	@step(2)
	def return_login(self) -> str:
		"""So that there is always somebody who sells."""
		free = sorted(set(USERS[1:]) - set(frappe.get_all("Employee", pluck="user_id")))
		employee = frappe.get_doc(
			"Employee",
			self.one_of(sorted(frappe.get_all("Employee", {"user_id": ("is", "not set")}, pluck="name"))),
		)
		employee.user_id = self.one_of(free)
		employee.save()
		return f"{employee.name} with {employee.user_id}"

	@step(3)
	def name_the_seller(self) -> str:
		"""A manager says who sold an order."""
		doc, seller = self.find(docstatus=("<", 2)), self.one_of(self.leaves("Sales Person"))
		sellers.change_seller(doc.name, seller, "Agreed")
		self.named[doc.name] = seller
		return f"{doc.name} by {seller}"

	# --- restating -------------------------------------------------------------------------------

	@step(2)
	def rebuild(self) -> str:
		company = self.one_of((None, *COMPANIES))
		summary = ledger.rebuild(company)
		if summary["entries_written"] or summary["totals_corrected"] or summary["credits_written"]:
			raise Broken(f"rebuild of {company} found something to do: {summary}")
		return str(company)

	@step(2)
	def settle(self) -> str:
		"""What a worker would have done after the commits so far."""
		names = sorted(frappe.get_all("Sales Target", pluck="name"))
		runs.settle(self.random.sample(names, min(3, len(names))))
		self.queued.clear()
		return str(len(names))

	@step(4)
	def restate_in_background(self) -> str:
		"""More orders than are restated inline: a run is queued, orders go on, then the run is worked."""
		self.queued.clear()
		with patch.object(fill, "INLINE", 0), patch.object(fill, "SLICE", 3):
			words = self.one_of((self.change_policy, self.edit_target, self.move))()
			if self.maybe(0.6):
				words += " meanwhile " + self.one_of((self.cancel, self.update_items, self.close))()
			for method, kwargs in self.queued:
				if method.endswith(".work"):
					runs.work(kwargs["run"])
		self.queued.clear()
		return words


def forget_caches() -> None:
	"""A savepoint takes back rows, not what was cached of them."""
	frappe.local.document_cache = {}
	frappe.db.value_cache.clear()
	frappe.cache.delete_keys("document_cache")
	frappe.clear_document_cache("Sales Extensions Settings", "Sales Extensions Settings")


def table(kinds: Counter[str]) -> str:
	return "\n".join(f"{count:6} {kind}" for kind, count in kinds.most_common())


@contextmanager
def connected():
	"""The site of SALES_EXTENSIONS_SITE, for this process."""
	bench = Path(os.environ.get("FRAPPE_BENCH", Path.home() / "frappe-bench"))
	os.chdir(bench / "sites")
	clock.set_to_the_day_of_the_tests()
	frappe.init(site=os.environ["SALES_EXTENSIONS_SITE"], sites_path=str(bench / "sites"))
	frappe.connect()
	frappe.flags.mute_emails = True
	try:
		yield
	finally:
		frappe.destroy()


def main(kind: type[History] = History, steps: int = 5000) -> None:
	parser = argparse.ArgumentParser(description="A long random history, checked after each step.")
	parser.add_argument("--steps", type=int, default=steps)
	parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
	options = parser.parse_args()
	print(f"seed {options.seed}")
	with connected():
		world.build()
		started = time.monotonic()

		def show(number, history):
			print(
				f"{number} steps, {time.monotonic() - started:.0f} s, {len(history.entries)} entries",
				flush=True,
			)

		print(table(kind(options.seed, show).run(options.steps)))


if __name__ == "__main__":
	main()
