"""What a user, a program or an attacker sends that is wrong: over HTTP, as it reaches the site (X5).

Each case has the status it must get and words its message must hold: the field's label, and the way out.
Nothing may change, and nothing may be answered with an error of the server's own (5xx).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import frappe
import pytest

from . import world
from .http import Answer, Client
from .world import fixed, percent, whole

ROLES = {"user": "anna@example.com", "manager": "manager@example.com", "sysman": "sysman@example.com",
	"master": "master@example.com", "nobody": "nobody@example.com", "upsell": "upsell@example.com"}  # fmt: skip


@dataclass
class Ground:
	"""What is committed before the cases, and who asks."""

	clients: dict[str, Client]
	target: str
	entry: str
	order: str
	allocated: str
	draft: str
	cancelled: str
	#: credits of an open order, of a cancelled one, and of a charge that was removed
	credit: str
	archived: str
	removed: str

	def __getattr__(self, role: str) -> Client:
		if role in self.__dict__.get("clients", {}):
			return self.clients[role]
		raise AttributeError(role)


@pytest.fixture(scope="module")
def ground(server) -> Ground:
	frappe.set_user("Administrator")
	left = {"enabled": 0, "modified": "2026-01-05 12:00:00"}  # before the orders that are to be allocated
	frappe.db.set_value("Sales Person", "Dirk", left, update_modified=False)
	world.policy(enable_upsell_tracking=1)
	target = world.target(10_000, ("Anna", "Bob"))
	orders = [world.order(1000, team={"Anna": 100}) for _ in range(3)]
	orders[2].cancel()
	draft = world.order(300, team={"Anna": 100}, submit=False)
	draft.items[0].name = None  # as a caller does who sends rows without names: another charge
	draft.items[0].set("__islocal", 1)
	draft.save()
	allocation = world.allocation(orders[1].name, percent("Bob", 30), fixed("Anna", 100))
	frappe.share.add("Order Allocation", allocation.name, ROLES["user"], read=1, write=1, share=1)
	frappe.share.add("Sales Target", target.name, ROLES["user"], read=1, write=1, share=1)
	frappe.db.commit()
	yield Ground(
		clients={role: Client(server, user) for role, user in ROLES.items()} | {"visitor": Client(server, None)},
		target=target.name, entry=world.entries(target)[0].name, order=orders[0].name,
		credit=world.credits(orders[0])[0].name, archived=world.credits(orders[2])[0].name,
		removed=world.credits(draft, removed=True)[0].name,
		allocated=orders[1].name, draft=draft.name, cancelled=orders[2].name,
	)  # fmt: skip
	frappe.db.rollback()
	frappe.db.set_value("Sales Person", "Dirk", "enabled", 1)
	frappe.db.commit()


def target_values(**changes) -> dict:
	values = {
		"title": "Bad", "target_type": "Financial", "company": world.COMPANY, "from_date": "2026-01-01",
		"to_date": "2026-12-31", "target_amount": 1000, "assignees": [{"sales_person": "Anna"}],
	} | changes  # fmt: skip
	return {key: value for key, value in values.items() if value is not MISSING}


MISSING = object()
Action = Callable[[Ground], Answer]


def target(**changes) -> Action:
	"""A Sales Manager makes a target that is right but for `changes`."""
	return lambda ground: ground.manager.post("Sales Target", target_values(**changes))


def numeric(count) -> Action:
	return target(target_type="Numeric", target_amount=0, target_count=count)


def sellers(*names) -> Action:
	return target(assignees=[{"sales_person": name} for name in names])


def change(**changes) -> Action:
	"""A Sales Manager changes the target that is there."""
	return lambda ground: ground.manager.put("Sales Target", ground.target, changes)


def shares(*rows, order: str = "order", **changes) -> Action:
	"""A Sales Manager allocates an order worth 1,000."""
	return lambda ground: ground.manager.post(
		"Order Allocation", {"sales_order": getattr(ground, order, order), "shares": list(rows), **changes}
	)


def settings(**changes) -> Action:
	return lambda ground: ground.sysman.put("Sales Extensions Settings", "Sales Extensions Settings", changes)


def call(role: str, method: str, **values) -> Action:
	return lambda ground: getattr(ground, role).call(
		method, **{key: value(ground) if callable(value) else value for key, value in values.items()}
	)


API = "sales_extensions.api"
BOB = "bob@example.com"


def give(role: str = "upsell", credits="credit", user: object = BOB, reason: object = "Agreed") -> Action:
	"""Somebody gives the credit of a charge to Bob, right but for what is said."""
	return lambda ground: getattr(ground, role).call(
		f"{API}.upsell.reassign",
		credits=[getattr(ground, credits)] if isinstance(credits, str) and credits.isalpha() else credits,
		user=user,
		reason=reason,
	)


def credit(role: str = "upsell", which: str = "credit", **changes) -> Action:
	"""The same over the document's own address."""
	values = {"change_reason": "Agreed"} | changes
	return lambda ground: getattr(ground, role).put("Upsell Credit", getattr(ground, which), values)


NAN, INFINITE = float("nan"), float("inf")
#: Neither is JSON: some lines of the framework refuse the request before the app sees it.
NO_JSON = {"target NaN", "target infinite", "percentage NaN", "fixed infinite"}

#: (case, what is sent, status, words in the message)
CASES: list[tuple[str, Action, int, str]] = [
	# dates
	("to before from", target(to_date="2025-12-31"), 417, "To Date"),
	("a month too many", target(from_date="2026-13-01"), 417, "From Date must be a date"),
	("a day too many", target(to_date="2026-02-30"), 417, "To Date must be a date"),
	("a word for a date", target(to_date="soon"), 417, "To Date must be a date"),
	("a number for a date", target(from_date=5), 417, "From Date must be a date"),
	("a list for a date", target(from_date=["2026-01-01"]), 417, "From Date"),
	("no from date", target(from_date=MISSING), 417, "From Date"),
	("no to date", target(to_date=None), 417, "To Date"),
	("unknown preset", target(from_date=None, period_preset="Last Eon"), 417, "Period"),
	("dates reversed later", change(from_date="2026-12-31", to_date="2026-01-01"), 417, "To Date"),
	# goals
	("target of nothing", target(target_amount=0), 417, "Target Amount must be above 0"),
	("no target amount", target(target_amount=MISSING), 417, "Target Amount must be above 0"),
	("negative target", target(target_amount=-5), 417, "Target Amount must be above 0"),
	("target NaN", target(target_amount=NAN), 417, "Target Amount must be a number"),
	("target NaN as text", target(target_amount="NaN"), 417, "Target Amount must be a number"),
	("target infinite as text", target(target_amount="-Infinity"), 417, "Target Amount must be a number"),
	("target infinite", target(target_amount=INFINITE), 417, "Target Amount must be a number"),
	("target text", target(target_amount="a lot"), 417, "Target Amount must be a number"),
	("target a list", target(target_amount=[1]), 417, "Target Amount"),
	("target true", target(target_amount={"a": 1}), 417, "Target Amount"),
	("target too large", target(target_amount=10**12), 417, "Target Amount must be above 0 and below"),
	("target far too large", target(target_amount=1e308), 417, "Target Amount must be above 0 and below"),
	("count of nothing", numeric(0), 417, "Target Count must be a whole number above 0"),
	("negative count", numeric(-1), 417, "Target Count must be a whole number above 0"),
	("half an order", numeric(2.5), 417, "Target Count must be a whole number"),
	("count text", numeric("many"), 417, "Target Count must be a whole number"),
	("count too large", numeric(10**12), 417, "Target Count must be a whole number above 0 and below"),
	("amount changed to text", change(target_amount="12 apples"), 417, "Target Amount must be a number"),
	# what a target is about
	("no title", target(title=""), 417, "Title"),
	("title too long", target(title="x" * 141), 417, "Title"),
	("no type", target(target_type=""), 417, "Target Type"),
	("wrong type", target(target_type="Emotional"), 417, "Target Type"),
	("company taken away", change(company=""), 417, "Company"),
	("unknown company", target(company="Nowhere Inc"), 417, "Company"),
	("unknown territory", target(territory="Atlantis"), 417, "Territory"),
	("unknown customer group", target(customer_group="Ghosts"), 417, "Customer Group"),
	("unknown item group", target(item_group="Dreams"), 417, "Item Group"),
	("unknown distribution", target(monthly_distribution="Never"), 417, "Monthly Distribution"),
	("no sellers", target(assignees=[]), 417, "Assignees"),
	("sellers not a table", target(assignees="Anna"), 417, "Assignees"),
	("a row without seller", target(assignees=[{}]), 417, "Sales Person"),
	("seller twice", sellers("Anna", "Bob", "Anna"), 417, "Row 3: Sales Person Anna is already in row 1"),
	("unknown seller", sellers("Nobody Atall"), 417, "Sales Person"),
	("unknown target", lambda g: g.manager.put("Sales Target", "ST-0000-00000", {"title": "x"}), 404, "ST-0000-00000"),
	("stale target", change(modified="2020-01-01 00:00:00"), 417, "refresh"),
	# shares
	("negative percentage", shares(percent("Bob", -1)), 417, "Row 1: Percentage"),
	("percentage of nothing", shares(percent("Bob", 0)), 417, "Row 1: Percentage"),
	("percentage over 100", shares(percent("Bob", 100.000000001)), 417, "at most 100"),
	("percentage text", shares(percent("Bob", "half")), 417, "Row 1: Percentage must be a number"),
	("percentage NaN", shares(percent("Bob", NAN)), 417, "Row 1: Percentage must be a number"),
	("percentage NaN as text", shares(percent("Bob", "NaN")), 417, "Row 1: Percentage must be a number"),
	("percentage huge", shares(percent("Bob", 1e308)), 417, "Row 1: Percentage"),
	("more than 100 % in sum", shares(percent("Bob", 60), percent("Cleo", 50)), 417, "more than 100 %"),
	("whole order and more", shares(whole("Bob"), percent("Cleo", 1)), 417, "more than 100 %"),
	("two whole orders", shares(whole("Bob"), whole("Cleo")), 417, "Allow Overlay"),
	("fixed and percent over", shares(percent("Bob", 50), fixed("Cleo", 500.01)), 417, "more than 100 %"),
	("fixed over the order", shares(fixed("Bob", 1000.01)), 417, "Row 1: Fixed Amount $ 1,000.01 is more"),
	("fixed negative", shares(fixed("Bob", -1)), 417, "Row 1: Fixed Amount must be above 0"),
	("fixed of nothing", shares(fixed("Bob", 0)), 417, "Row 1: Fixed Amount must be above 0"),
	("fixed text", shares(fixed("Bob", "ten")), 417, "Row 1: Fixed Amount must be a number"),
	("fixed infinite", shares(fixed("Bob", INFINITE)), 417, "Row 1: Fixed Amount must be a number"),
	("fixed infinite as text", shares(fixed("Bob", "inf")), 417, "Row 1: Fixed Amount must be a number"),
	("fixed huge", shares(fixed("Bob", 1e308)), 417, "Row 1: Fixed Amount"),
	("no shares", shares(), 417, "Shares"),
	("shares not a table", lambda g: g.manager.post("Order Allocation", {"sales_order": g.order, "shares": 7}), 417, "Shares"),
	("share without seller", shares({"basis": "Whole Order"}), 417, "Sales Person"),
	("seller twice in shares", shares(percent("Bob", 1), percent("Bob", 2)), 417, "Row 2: Sales Person Bob is already in row 1"),
	("unknown seller in shares", shares(percent("Nobody Atall", 1)), 417, "Sales Person"),
	("disabled seller", shares(percent("Dirk", 10)), 417, "Sales Person Dirk is disabled"),
	("group of sellers", shares(percent("North Team", 10)), 417, "Sales Person North Team is a group"),
	("wrong basis", shares({"sales_person": "Bob", "basis": "Feeling", "percentage": 5}), 417, "Basis"),
	("wrong remainder", shares(percent("Bob", 10), remainder_to="The House"), 417, "Remainder To"),
	("no order", shares(percent("Bob", 10), order=""), 417, "Sales Order"),
	("unknown order", shares(percent("Bob", 10), order="SAL-ORD-0000-1"), 417, "Sales Order"),
	("cancelled order", shares(percent("Bob", 10), order="cancelled"), 417, "cancelled"),
	("allocated already", shares(percent("Cleo", 10), order="allocated"), 409, "already has an Order Allocation"),
	("another order later", lambda g: g.manager.put("Order Allocation", world.allocated(g.allocated), {"sales_order": g.order}), 417, "Sales Order"),
	("shares cleared later", lambda g: g.manager.put("Order Allocation", world.allocated(g.allocated), {"shares": []}), 417, "Shares"),
	("renamed", call("manager", "frappe.client.rename_doc", doctype="Order Allocation",
		old_name=lambda g: world.allocated(g.allocated), new_name="X"), 417, "rename"),
	# who may not
	("Sales User creates an allocation", lambda g: g.user.post("Order Allocation", {"sales_order": g.order,
		"shares": [percent("Anna", 50)]}), 403, "Order Allocation"),
	("Sales User edits a shared allocation", lambda g: g.user.put("Order Allocation", world.allocated(g.allocated),
		{"remainder_to": "Nobody"}), 403, "Sales Manager"),
	("Sales User deletes a shared allocation", lambda g: g.user.delete("Order Allocation", world.allocated(g.allocated)), 403, ""),
	("Sales User edits a shared target", lambda g: g.user.put("Sales Target", g.target, {"title": "Mine"}), 403, "Sales Manager"),
	("Sales User deletes a shared target", lambda g: g.user.delete("Sales Target", g.target), 403, ""),
	("Sales User creates a target", lambda g: g.user.post("Sales Target", target_values()), 403, "Sales Target"),
	("Sales User uses client.save", call("user", "frappe.client.save", doc=lambda g: stolen(g)), 403, "Sales Manager"),
	("Sales User uses client.set_value", call("user", "frappe.client.set_value", doctype="Order Allocation",
		name=lambda g: world.allocated(g.allocated), fieldname="remainder_to", value="Nobody"), 403, "Sales Manager"),
	("Sales User edits a share by itself", call("user", "frappe.client.set_value", doctype="Order Allocation Share",
		name=lambda g: share_of(g), fieldname="percentage", value=90), 403, "Sales Manager"),
	("Sales User imports", lambda g: g.user.post("Data Import", {"reference_doctype": "Order Allocation",
		"import_type": "Insert New Records"}), 403, ""),
	("System Manager creates a target", lambda g: g.sysman.post("Sales Target", target_values()), 403, "Sales Target"),
	("visitor reads a target", lambda g: g.visitor.get("Sales Target", g.target), 403, ""),
	("someone without a role reads", lambda g: g.nobody.get("Sales Target", g.target), 403, ""),
	# the ledger
	("entry made", lambda g: g.manager.post("Sales Target Entry", {"sales_target": g.target, "amount": 1}), 403, ""),
	("entry edited", lambda g: g.manager.put("Sales Target Entry", g.entry, {"amount": 9}), 403, ""),
	("entry deleted", lambda g: g.manager.delete("Sales Target Entry", g.entry), 403, ""),
	("entry edited by an administrator", lambda g: g.sysman.put("Sales Target Entry", g.entry, {"amount": 9}), 403, ""),
	("entry by client.insert", call("sysman", "frappe.client.insert", doc={"doctype": "Sales Target Entry"}), 403, ""),
	("state of an order made", lambda g: g.manager.post("Order Credit State", {"version": 9}), 403, ""),
	("run made", lambda g: g.manager.post("Sales Ledger Run", {"purpose": "Rebuild"}), 403, ""),
	# settings
	("wrong event", settings(count_orders_on="Whim"), 417, "Count Orders On"),
	("wrong amount", settings(order_amount_basis="Profit"), 417, "Order Amount Basis"),
	("wrong closed credit", settings(closed_order_credit="Half"), 417, "Closed Order Credit"),
	("no event", settings(count_orders_on=""), 417, "Count Orders On"),
	("settings by a manager", lambda g: g.manager.put("Sales Extensions Settings", "Sales Extensions Settings",
		{"count_orders_on": "Save"}), 403, ""),
	# methods
	("orders behind nothing", call("manager", f"{API}.targets.orders_behind", sales_target="ST-0"), 404, "ST-0"),
	("as of no moment", call("manager", f"{API}.targets.orders_behind", sales_target=lambda g: g.target,
		as_of="yesterday-ish"), 417, "As Of"),
	("orders behind for nobody", call("nobody", f"{API}.targets.orders_behind", sales_target=lambda g: g.target), 403, ""),
	("attainment from no day", call("manager", f"{API}.attainment.by_seller_and_month", company=world.COMPANY,
		from_date="soon", to_date=world.END), 417, "From Date"),
	("period that is none", call("manager", f"{API}.targets.preset_period", preset="Last Eon"), 417, "Period"),
	("recount of nothing", call("manager", f"{API}.targets.recount", sales_target="ST-0"), 404, "ST-0"),
	("recount by a seller", call("user", f"{API}.targets.recount", sales_target=lambda g: g.target), 403, "Sales Manager"),
	("credits of nothing", call("manager", f"{API}.orders.credits_of", sales_order="SO-0"), 404, "SO-0"),
	("credits for nobody", call("nobody", f"{API}.orders.credits_of", sales_order=lambda g: g.order), 403, ""),
	("preview of text", call("manager", f"{API}.orders.preview_allocation", allocation="{oops"), 417, "Order Allocation"),
	("preview of a list", call("manager", f"{API}.orders.preview_allocation", allocation=[1, 2]), 417, "Order Allocation"),
	("preview without order", call("manager", f"{API}.orders.preview_allocation", allocation={"shares": []}), 417, "Sales Order"),
	("preview of unknown order", call("manager", f"{API}.orders.preview_allocation",
		allocation={"sales_order": "SO-0", "shares": []}), 404, "SO-0"),
	("preview with text for a share", call("manager", f"{API}.orders.preview_allocation", allocation=lambda g: {
		"sales_order": g.order, "shares": [percent("Bob", "half")]}), 417, "Percentage must be a number"),
	("preview by a seller", call("user", f"{API}.orders.preview_allocation", allocation=lambda g: {
		"sales_order": g.order, "shares": [percent("Bob", 5)]}), 403, ""),
	("reconcile by a seller", call("user", f"{API}.books.reconcile"), 403, "Sales Manager"),
	("reconcile by a link", lambda g: g.manager.ask("GET", f"/api/method/{API}.books.reconcile"), 403, ""),
	# upsell credit
	("credit without a reason", give(reason=""), 417, "Reason: say why"),
	("credit for blanks", give(reason="   "), 417, "Reason: say why"),
	("credit for a novel", give(reason="x" * 501), 417, "Reason: use at most 500"),
	("credit to nobody", give(user=""), 417, "Credit Assigned To: there is no user"),
	("credit to a stranger", give(user="ghost@example.com"), 417, "Credit Assigned To: there is no user ghost@example.com"),
	("credit to a list", give(user=[BOB]), 417, "Credit Assigned To"),
	("credit to a guest", give(user="Guest"), 417, "Credit Assigned To"),
	("credit of a cancelled order", give(credits="archived"), 417, "is cancelled"),
	("credit of a removed charge", give(credits="removed"), 417, "was removed"),
	("credits that are no list", give(credits="{oops"), 417, "must be a list of names"),
	("credits that are numbers", give(credits=[1, 2]), 417, "must be a list of names"),
	("no credits", give(credits=[]), 417, "must be a list of names"),
	("unknown credit", give(credits=["nosuchcredit"]), 404, "nosuchcredit"),
	("too many credits", give(credits=[f"c{n}" for n in range(2001)]), 417, "at most 2000"),
	("credit by a Sales User", give("user"), 403, "Upsell Tracking"),
	("credit by someone without a role", give("nobody"), 403, "Upsell Tracking"),
	("credit by a visitor", give("visitor"), 403, ""),
	("credit by a link", lambda g: g.upsell.ask("GET", f"/api/method/{API}.upsell.reassign"), 403, ""),
	("mark of a cancelled order", call("upsell", f"{API}.upsell.mark_upsell", credits=lambda g: [g.archived],
		is_upsell=1, reason="Agreed"), 417, "is cancelled"),
	("mark without a reason", call("upsell", f"{API}.upsell.mark_upsell", credits=lambda g: [g.credit],
		is_upsell=1, reason=""), 417, "Reason: say why"),
	("mark that is neither", call("upsell", f"{API}.upsell.mark_upsell", credits=lambda g: [g.credit],
		is_upsell="maybe", reason="Agreed"), 417, "Upsell must be 0 or 1"),
	("credit to null", lambda g: g.upsell.ask("POST", f"/api/method/{API}.upsell.reassign",
		json={"credits": [g.credit], "user": None, "reason": "x"}), 417, "Credit Assigned To"),
	("document: to nobody", credit(credit_assigned_to=None), 417, "Credit Assigned To"),
	("document: a number for a reason", lambda g: credit(which="archived", credit_assigned_to=BOB,
		change_reason=77)(g), 417, "is cancelled"),
	("credits of a list", lambda g: g.upsell.ask("POST", f"/api/method/{API}.upsell.credits_of",
		json={"voucher_type": ["Sales Order"], "voucher_no": ["x"]}), 417, ""),
	("mark by a Sales User", call("user", f"{API}.upsell.mark_upsell", credits=lambda g: [g.credit],
		is_upsell=1, reason="Agreed"), 403, "Upsell Tracking"),
	("document: no reason", credit(credit_assigned_to=BOB, change_reason=""), 417, "Reason: say why"),
	("document: a stranger", credit(credit_assigned_to="ghost@example.com"), 417, "Credit Assigned To"),
	("document: cancelled order", credit(which="archived", credit_assigned_to=BOB), 417, "is cancelled"),
	("document: removed charge", credit(which="removed", is_upsell=1), 417, "was removed"),
	("document: a better subtotal", credit(subtotal=1e6), 403, "Subtotal"),
	("document: another order", lambda g: credit(voucher_no=g.draft)(g), 403, "Document"),
	("document: another row", credit(voucher_row="abc"), 403, "Row"),
	("document: back from removed", credit(which="removed", is_removed=0), 403, "Removed"),
	("document: another creator", credit(charge_created_by=BOB), 403, "Created By"),
	("document: another origin", credit(origin="Added"), 403, "Origin"),
	("document: history forged", credit(changes=[{"reason": "x", "to_user": BOB}]), 403, "Changes"),
	("document: by a Sales User", credit("user", credit_assigned_to=BOB), 403, ""),
	("document: by an administrator of the system", credit("sysman", credit_assigned_to=BOB), 403, ""),
	("credit made", lambda g: g.manager.post("Upsell Credit", {"voucher_type": "Sales Order",
		"voucher_no": g.order, "credit_assigned_to": BOB}), 403, ""),
	("credit deleted", lambda g: g.manager.delete("Upsell Credit", g.credit), 403, ""),
	("credit imported", lambda g: g.upsell.post("Data Import", {"reference_doctype": "Upsell Credit",
		"import_type": "Insert New Records"}), 403, ""),
	("credits of another document", call("upsell", f"{API}.upsell.credits_of", voucher_type="User",
		voucher_no=BOB), 417, "Document Type must be one of"),
	("credits of no order", call("upsell", f"{API}.upsell.credits_of", voucher_type="Sales Order",
		voucher_no="SO-0"), 404, "SO-0"),
	("credits of an order for nobody", call("nobody", f"{API}.upsell.credits_of", voucher_type="Sales Order",
		voucher_no=lambda g: g.order), 403, ""),
	("an upsell target of nothing", target(target_type="Upsell", target_amount=0), 417, "Target Amount must be above 0"),
	("a method that is not public", call("sysman", "sales_extensions.ledger.rebuild"), 403, ""),
]  # fmt: skip


def stolen(ground: Ground) -> dict:
	"""A shared allocation as its form holds it, all of it now Anna's."""
	doc = frappe.get_doc("Order Allocation", world.allocated(ground.allocated)).as_dict()
	doc["shares"] = [whole("Anna")]
	return json.loads(frappe.as_json(doc))


def share_of(ground: Ground) -> str:
	return frappe.db.get_value(
		"Order Allocation Share", {"parent": world.allocated(ground.allocated), "idx": 1}, "name"
	)


@pytest.mark.committed
@pytest.mark.parametrize(("case", "send", "status", "words"), CASES, ids=[case[0] for case in CASES])
def test_X5_bad_input(ground, case, send, status, words):
	before = world.fingerprint()
	answer = send(ground)
	frappe.db.rollback()
	assert answer.status == status, answer
	shown = answer.message + answer.raw * (status in (403, 404))
	assert words in shown or (case in NO_JSON and "Invalid request body" in shown), answer
	assert world.fingerprint() == before


INJECTIONS = (
	"name; DROP TABLE `tabSales Target`",
	"(SELECT password FROM `__Auth` LIMIT 1)",
	"1) UNION SELECT password FROM __Auth -- ",
	"x' OR '1'='1",
)


@pytest.mark.committed
@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("place", ["fields", "filters", "order_by", "group_by"])
def test_X5_injected_sql_shows_and_changes_nothing(ground, place, text):
	"""The framework's lists over our tables: refused, or answered with what the user may see anyway."""
	before = world.fingerprint()
	values = {
		"fields": {"fields": json.dumps([text])},
		"filters": {"filters": json.dumps([[text, "=", "x"]])},
		"order_by": {"order_by": text},
		"group_by": {"group_by": text},
	}[place]
	answers = [
		ground.user.get("Sales Target", **values),
		ground.user.call("frappe.client.get_list", doctype="Sales Target Entry", **values),
	]
	frappe.db.rollback()
	for answer, doctype in zip(answers, ("Sales Target", "Sales Target Entry"), strict=True):
		if answer.status == 200:
			assert all(
				set(row) == {"name"} and frappe.db.exists(doctype, row["name"]) for row in answer.data
			), answer
		assert "$pbkdf2" not in answer.raw
	assert world.fingerprint() == before


@pytest.mark.committed
@pytest.mark.parametrize("text", INJECTIONS)
def test_X5_injected_sql_in_a_value_is_only_a_value(ground, text):
	before = world.fingerprint()
	for answer in (
		ground.user.get("Sales Target", filters=json.dumps([["title", "=", text]])),
		ground.user.call(
			"frappe.client.get_list", doctype="Sales Target Entry", filters=[["reason", "like", text]]
		),
	):
		assert (answer.status, answer.data) == (200, []), answer
	for answer in (
		ground.manager.call(f"{API}.targets.orders_behind", sales_target=text),
		ground.manager.call(f"{API}.orders.credits_of", sales_order=text),
		ground.manager.call(f"{API}.targets.recount", sales_target=text),
	):
		assert answer.status == 404, answer
	answer = ground.manager.call(
		f"{API}.targets.orders_behind", sales_target=ground.target, start="abc", limit="-5"
	)
	assert answer.status == 200, answer
	frappe.db.rollback()
	assert world.fingerprint() == before


@pytest.mark.committed
@pytest.mark.parametrize("path", ["put", "set_value"])
def test_T2_figures_that_are_sent_are_not_believed(ground, path):
	forged = {"realised_amount": 99_999, "order_count": 99, "percentage": 100, "status": "Achieved",
		"ledger_stamp": 77, "entries_booked": 77, "currency": "EUR"}  # fmt: skip
	before = world.figures(ground.target)
	if path == "put":
		answer = ground.manager.put("Sales Target", ground.target, forged)
	else:
		answer = ground.manager.call(
			"frappe.client.set_value", doctype="Sales Target", name=ground.target, fieldname=forged
		)
	assert answer.status == 200, answer
	frappe.db.rollback()
	assert world.figures(ground.target) == before == (2000, 2, 20)
	assert frappe.db.get_value("Sales Target", ground.target, "currency") == "USD"
	world.assert_sound()


@pytest.mark.committed
def test_A5_amounts_that_are_sent_are_not_believed(ground):
	rows = [percent("Bob", 30) | {"allocated_amount": 9999}, fixed("Anna", 100) | {"allocated_amount": 9999}]
	forged = {"order_amount": 9, "allocated_total": 9, "remainder_amount": 9, "overlay": 1, "company": "Molens BV",
		"currency": "EUR", "shares": rows}  # fmt: skip
	answer = ground.manager.put("Order Allocation", world.allocated(ground.allocated), forged)
	assert answer.status == 200, answer
	frappe.db.rollback()
	doc = frappe.get_doc("Order Allocation", world.allocated(ground.allocated))
	assert (doc.order_amount, doc.allocated_total, doc.remainder_amount, doc.overlay) == (1000, 400, 600, 0)
	assert (doc.company, doc.currency) == (world.COMPANY, "USD")
	assert [row.allocated_amount for row in doc.shares] == [300, 100]
	world.assert_sound()


@pytest.mark.committed
@pytest.mark.parametrize("share", ["percent", "fixed"])
def test_A2_a_share_is_not_edited_behind_its_allocation(ground, share):
	"""By a manager it is done, and everything follows; then put back."""
	row = frappe.db.get_value(
		"Order Allocation Share",
		{"parent": world.allocated(ground.allocated), "idx": 1 + (share == "fixed")},
		"name",
	)
	fieldname, value, was = {"percent": ("percentage", 40, 30), "fixed": ("fixed_amount", 200, 100)}[share]
	for number in (value, was):
		answer = ground.manager.call("frappe.client.set_value", doctype="Order Allocation Share", name=row,
			fieldname=fieldname, value=number)  # fmt: skip
		assert answer.status == 200, answer
		frappe.db.rollback()
		world.assert_sound()


@pytest.mark.committed
def test_X5_script_in_a_title_and_in_a_number_runs_nowhere(ground):
	script = "<script>alert(1)</script><img src=x onerror=alert(1)>Sell"
	answer = ground.manager.post("Sales Target", target_values(title=script, to_date="2026-01-02"))
	assert answer.status == 200, answer
	try:
		assert "<script" not in answer.data["title"]
		assert "onerror" not in answer.data["title"] or "<img" not in answer.data["title"]
		assert "Sell" in answer.data["title"]
	finally:
		assert ground.manager.delete("Sales Target", answer.data["name"]).status == 202
		frappe.db.rollback()
	answer = ground.manager.post("Sales Target", target_values(target_amount="<img src=x onerror=alert(1)>"))
	assert answer.status == 417
	assert "<img" not in answer.body["_server_messages"] and "&lt;img" in answer.body["_server_messages"]


@pytest.mark.committed
def test_X5_what_is_right_is_accepted(ground):
	"""The table's starting points are good: only what a case changes makes it bad."""
	made = [ground.manager.post("Sales Target", target_values())]
	made.append(numeric(3)(ground))
	made.append(target(target_amount="1,500.50")(ground))
	made.append(target(target_amount=999_999_999_999.99)(ground))
	made.append(sellers("Anna", "North Team")(ground))
	allocation = shares(percent("Bob", 10), fixed("Cleo", 900))(ground)
	for answer in (*made, allocation):
		assert answer.status == 200, answer
	assert made[2].data["target_amount"] == 1500.5
	frappe.db.rollback()
	world.assert_sound()
	for answer in made:
		assert ground.manager.delete("Sales Target", answer.data["name"]).status == 202
	assert ground.manager.delete("Order Allocation", world.allocated(ground.order)).status == 202
	frappe.db.rollback()
	world.assert_sound()
