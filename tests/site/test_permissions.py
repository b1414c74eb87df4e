"""Who may do what, over HTTP: roles by documents, roles by methods, User Permissions (A2, T4, X5)."""

from __future__ import annotations

import json

import frappe
import pytest

from sales_extensions import ledger
from sales_extensions.api import statements
from sales_extensions.engine.places import Place
from sales_extensions.ledger import places, sealed

from . import world
from .http import Answer, Client
from .world import percent

USERS = {
	"none": "nobody@example.com",
	"user": "anna@example.com",
	"manager": "only.manager@example.com",
	"master": "only.master@example.com",
	"sysman": "sysman@example.com",
	"upsell": "upsell@example.com",
}
ONE_ROLE = {"manager": "Sales Manager", "master": "Sales Master Manager"}
ACTIONS = ("read", "report", "export", "write", "create", "delete")

FULL = "read report export write create delete"
MAY: dict[str, dict[str, str]] = {  # what each role may; whatever is not here is refused
	"Sales Target": {"manager": FULL, "user": "read report", "master": "read report", "sysman": "read report export",
		"upsell": "read report"},
	"Order Allocation": {"manager": FULL, "user": "read report", "master": "read report", "sysman": "read report export",
		"upsell": "read report"},
	"Sales Target Entry": {"manager": "read report export", "user": "read report", "master": "read report export",
		"sysman": "read report export", "upsell": "read report"},
	"Upsell Credit": {"manager": "read report export write", "upsell": "read report export write",
		"sysman": "read report export", "user": "report"},  # their own alone, and this one is not
	"Sales Extensions Settings": {"manager": "read", "sysman": "read write"},
	"Sales Ledger Run": {"manager": "read report", "sysman": "read report export delete"},  # System Managers may export whatever they may read
	"Sales Statement": {"manager": "read report export create delete", "user": "read report",  # their own alone
		"master": "read report export", "sysman": "read report export", "upsell": "report"},
	"Order Credit State": {},
	"Sales Person Place": {},
	"Sales Person Standing": {},
	"Sales Target Closing": dict.fromkeys(("manager", "master", "sysman"), "read report export"),
	"Sales Target Member": {},
	"Sales Ledger Name": dict.fromkeys(("manager", "master", "sysman"), "read report export"),
}  # fmt: skip


@pytest.fixture(scope="module")
def ground(server) -> dict:
	frappe.set_user("Administrator")
	for role, name in ONE_ROLE.items():
		if not frappe.db.exists("User", USERS[role]):
			user = frappe.get_doc(
				{"doctype": "User", "email": USERS[role], "first_name": role, "send_welcome_email": 0,
					"new_password": world.PASSWORD}
			)  # fmt: skip
			user.flags.ignore_password_policy = True
			user.insert().add_roles(name)
	world.policy(enable_upsell_tracking=1)
	usd, eur = world.target(10_000), world.target(10_000, company=world.COMPANY_EUR)
	january = world.target(10_000, title="January", from_date="2026-01-01", to_date="2026-01-31")
	ledger.close(world.COMPANY, "2026-01-31")
	february = world.target(10_000, title="February", from_date="2026-02-01", to_date="2026-02-28")
	sealed.note("Sales Person", "Annie", "Anna")
	orders = [world.order(1000, team={"Anna": 100}) for _ in range(3)]
	foreign = world.order(700, team={"Anna": 100}, company=world.COMPANY_EUR)
	world.allocation(orders[0].name, percent("Bob", 50))
	spare = world.allocation(world.order(10, team={"Anna": 100}).name, percent("Bob", 50))
	teamless = world.order(20)
	once, now = Place("Dirk", "North Team"), Place("Dirk", "South Team", frappe.utils.getdate())
	places._write("Dirk", [once, now])
	places._follow_places()
	talk = frappe.get_doc(
		{"doctype": "Conversation", "party_type": "Customer", "party": "Shop One", "note": "Mills"}
	).insert()
	handed = frappe.copy_doc(talk).insert()
	lead = frappe.get_doc({"doctype": "Lead", "lead_name": "Mill Owner", "company": world.COMPANY}).insert()
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": "Rebuild", "status": "Finished"}).insert()
	issued, line = issued_statements()
	frappe.db.commit()
	yield {
		"clients": {role: Client(server, email) for role, email in USERS.items()},
		"orders": [order.name for order in orders],
		"foreign": foreign.name,
		"credit": world.credits(orders[0])[0].name,
		"spare": spare.name,
		"teamless": teamless.name,
		"moved": str(now.since),
		"statements": issued,
		"line": line,
		"talk": talk.name,
		"handed": handed.name,
		"lead": lead.name,
		"usd": usd.name,
		"january": january.name,
		"february": february.name,
		"eur": eur.name,
		"names": {
			"Sales Target": usd.name,
			"Order Allocation": world.allocated(orders[0].name),
			"Sales Target Entry": world.entries(usd)[0].name,
			"Sales Extensions Settings": "Sales Extensions Settings",
			"Sales Ledger Run": run.name,
			"Upsell Credit": world.credits(orders[0])[0].name,
			"Sales Statement": issued["read"],
			"Order Credit State": orders[0].name,
			"Sales Person Place": frappe.db.get_value("Sales Person Place", {"sales_person": "Dirk"}),
			"Sales Person Standing": frappe.db.get_value("Sales Person Standing", {"sales_person": "Dirk"}),
			"Sales Target Closing": frappe.db.get_value("Sales Target", january.name, "closing"),
			"Sales Target Member": frappe.db.get_value("Sales Target Member", {"sales_target": january.name}),
			"Sales Ledger Name": frappe.db.get_value("Sales Ledger Name", {"new_name": "Anna"}),
		},
	}


def issued_statements() -> tuple[dict[str, str], str]:
	"""Of Anna, one to read and one for each step; and a line that waits for an answer."""
	found = {}
	for day, step in enumerate(("read", "acknowledge", "dispute", "answer", "settle"), 1):
		values = {
			"sales_person": "Anna",
			"company": world.COMPANY,
			"from_date": f"2026-03-0{day}",
			"to_date": "2026-03-31",
		}
		doc = frappe.get_doc({"doctype": "Sales Statement", **values}).insert()
		doc.submit()
		found[step] = doc.name
	lines = {step: frappe.get_doc("Sales Statement", name).lines[0].name for step, name in found.items()}
	frappe.set_user(USERS["user"])
	statements.dispute(found["answer"], [lines["answer"]], "Why?")
	frappe.set_user("Administrator")
	found["line"] = lines["dispute"]
	return found, lines["answer"]


def new(doctype: str, ground: dict) -> dict:
	return {
		"Sales Target": {
			"title": "New", "target_type": "Numeric", "company": world.COMPANY, "from_date": "2026-01-01",
			"to_date": "2026-01-02", "target_count": 1, "assignees": [{"sales_person": "Anna"}],
		},
		"Order Allocation": {"sales_order": ground["orders"][1], "shares": [percent("Bob", 10)]},
		"Sales Target Entry": {"sales_target": ground["usd"], "amount": 1},
		"Sales Extensions Settings": {"count_orders_on": "Submit"},
		"Sales Ledger Run": {"purpose": "Rebuild", "status": "Finished"},
		"Upsell Credit": {"voucher_type": "Sales Order", "credit_assigned_to": "bob@example.com"},
		"Sales Statement": {"sales_person": "Anna", "company": world.COMPANY, "from_date": "2026-02-01",
			"to_date": "2026-02-28"},
		"Order Credit State": {"__newname": "X", "version": 1},
		"Sales Person Place": {"sales_person": "Anna", "from_date": "2026-01-01"},
		"Sales Person Standing": {"sales_person": "Anna", "above": "South Team", "from_date": "2026-01-01",
			"to_date": "2026-12-31"},
		"Sales Target Closing": {"sales_target": ground["usd"], "company": world.COMPANY, "seal": "x"},
		"Sales Target Member": {"sales_target": ground["usd"], "member_type": "Sales Person", "member": "Anna",
			"above": "Anna"},
		"Sales Ledger Name": {"ref_doctype": "Sales Person", "old_name": "A", "new_name": "B"},
	}[doctype]  # fmt: skip


CHANGES = {
	"Sales Target": {"title": "Changed"},
	"Order Allocation": {"remainder_to": "Natural Owner"},
	"Sales Target Entry": {"reason": "Changed"},
	"Sales Extensions Settings": {"count_orders_on": "Submit"},
	"Sales Ledger Run": {"cursor": "x"},
	"Upsell Credit": {"credit_assigned_to": "bob@example.com", "change_reason": "Agreed"},
	"Sales Statement": {"amount": 1},
	"Order Credit State": {"version": 99},
	"Sales Person Place": {"from_date": "2020-01-01"},
	"Sales Person Standing": {"from_date": "2020-01-01"},
	"Sales Target Closing": {"reason": "Changed"},
	"Sales Target Member": {"from_date": "2020-01-01"},
	"Sales Ledger Name": {"old_name": "Changed"},
}


def ask(client: Client, action: str, doctype: str, ground: dict) -> Answer:
	name = ground["names"][doctype]
	if action == "read":
		return client.get(doctype, name)
	if action == "write":
		return client.put(doctype, name, CHANGES[doctype])
	if action == "create":
		return client.post(doctype, new(doctype, ground))
	fields = json.dumps([f"`tab{doctype}`.`name`"])
	if action == "report":
		return client.call(
			"frappe.desk.reportview.get",
			doctype=doctype,
			fields=fields,
			view="Report",
			page_length=20,
			start=0,
		)
	return client.call(
		"frappe.desk.reportview.export_query",
		doctype=doctype,
		fields=fields,
		file_format_type="CSV",
		title="x",
	)


def may(role: str, action: str, doctype: str) -> bool:
	return action in MAY[doctype].get(role, "").split()


@pytest.mark.committed
@pytest.mark.parametrize("doctype", MAY)
@pytest.mark.parametrize("role", USERS)
def test_A2_role_by_document(ground, role, doctype):
	client = ground["clients"][role]
	single = doctype == "Sales Extensions Settings"
	for action in ("read", "report", "export", "write"):
		if single and action in ("report", "export"):
			continue  # a Single has no list
		answer = ask(client, action, doctype, ground)
		assert answer.status == (200 if may(role, action, doctype) else 403), (action, answer)
	if single:
		return
	made = ask(client, "create", doctype, ground)
	assert made.status == (200 if may(role, "create", doctype) else 403), made
	if may(role, "delete", doctype):
		name = made.data["name"] if made.status == 200 else ground["names"][doctype]
		assert client.delete(doctype, name).status == 202
		if made.status != 200:
			frappe.db.rollback()
			again = frappe.get_doc({"doctype": doctype, **new(doctype, ground)}).insert()
			ground["names"][doctype] = again.name
			frappe.db.commit()
	else:
		assert client.delete(doctype, ground["names"][doctype]).status == 403


METHODS: dict[str, tuple[str, str]] = {  # method: (what is sent, who may)
	"targets.orders_behind": ("sales_target", "user manager master sysman upsell"),
	"attainment.by_seller_and_month": ("period", "user manager master sysman upsell"),
	"attainment.made_of": ("statement", "user manager master sysman upsell"),
	"targets.recount": ("sales_target", "manager"),
	"targets.preset_period": ("preset", "manager"),
	"targets.identical": ("typed target", "manager"),
	"erpnext_targets.shown": ("table", "manager"),
	"erpnext_targets.bring_over": ("table", "manager"),
	"measures.of_order": ("sales_order", "user manager upsell"),
	"orders.credits_of": ("sales_order", "user manager upsell"),
	"orders.delete_allocation": ("deletion", "manager"),
	"orders.preview_allocation": ("allocation", "manager"),
	"sellers.credits_of_new": ("new order", "user manager upsell"),
	"sellers.change_seller": ("seller", "manager"),
	"closings.before_closing": ("period to close", "manager"),
	"closings.before_closing_target": ("target to close", "manager"),
	"closings.close": ("period to close", "manager"),
	"closings.close_target": ("target to close", "manager"),
	"closings.reopen": ("reopening", "master sysman"),
	"closings.export": ("company", "manager master sysman"),
	"teams.preview": ("move", "manager"),
	"teams.timeline": ("sales person", "user manager master upsell"),
	"teams.change_date": ("move", "manager"),
	"teams.from_the_beginning": ("mistake", "manager"),
	"upsell.credits_of": ("voucher", "user manager upsell"),
	"upsell.reassign": ("reassign", "manager upsell"),
	"upsell.mark_upsell": ("mark", "manager upsell"),
	"upsell_month.month_pdf": ("month", "manager upsell"),
	"statement.pdf": ("statement", "user manager master sysman upsell"),
	"statements.make": ("february", "manager"),
	"statements.acknowledge": ("acknowledge", "user"),
	"statements.dispute": ("dispute", "user"),
	"statements.answer": ("answer line", "manager"),
	"statements.settle": ("settle", "manager"),
	"statements.pdf": ("issued", "user manager master sysman"),
	"conversations.calendar": ("days", "user manager sysman upsell"),
	"conversations.defaults": ("", "user manager upsell"),
	"conversations.history": ("party", "user manager upsell"),
	"activities.between": ("week", "user manager sysman upsell"),
	"activities.today": ("", "user manager sysman upsell"),
	"conversation_actions.ics": ("conversation", "user manager sysman upsell"),
	"conversation_actions.make_event": ("conversation", "user manager sysman upsell"),
	"conversation_actions.make_todo": ("conversation", "user manager sysman upsell"),
	"conversation_actions.outcomes": ("conversation", "user manager sysman upsell"),
	"follow_ups.answer": ("answer", "user manager upsell"),
	"follow_ups.complete": ("conversation", "manager"),
	"follow_ups.reopen": ("conversation", "manager"),
	"follow_ups.employees": ("", "user manager sysman upsell"),
	"follow_ups.hand_over": ("hand over", "manager"),
	"glance.achieved": ("", "user manager master sysman upsell"),
	"glance.behind": ("", "user manager master sysman upsell"),
	"glance.ending": ("", "user manager master sysman upsell"),
	"glance.mine": ("", "user manager master sysman upsell"),
	"glance.my_achieved": ("", "user manager master sysman upsell"),
	"glance.my_behind": ("", "user manager master sysman upsell"),
	"glance.my_follow_ups": ("", "user manager sysman upsell"),
	"glance.my_statements": ("", "user manager master sysman upsell"),
	"glance.my_running": ("", "user manager master sysman upsell"),
	"glance.of_my_teams": ("", "user manager master sysman upsell"),
	"glance.of_the_company": ("", "user manager master sysman upsell"),
	"glance.running": ("", "user manager master sysman upsell"),
	"glance.team": ("", "user manager master sysman upsell"),
	"pipeline.card_average_days": ("", "user manager sysman upsell"),
	"pipeline.card_in_pipeline": ("", "user manager sysman upsell"),
	"pipeline.card_lost": ("", "user manager sysman upsell"),
	"pipeline.card_new_prospects": ("", "user manager sysman upsell"),
	"pipeline.card_win_percentage": ("", "user manager sysman upsell"),
	"pipeline.card_won": ("", "user manager sysman upsell"),
	"pipeline.figures": ("", "user manager sysman upsell"),
	"pipeline.stage_chart": ("", "user manager sysman upsell"),
	"pipeline.trend_chart": ("", "user manager sysman upsell"),
	"tracker.export_csv": ("", "manager sysman"),
	"tracker.figures": ("", "user manager sysman upsell"),
	"tracker.job": ("job", "user manager sysman upsell"),
	"tracker.layout": ("", "user manager sysman upsell"),
	"tracker.rows": ("", "user manager sysman upsell"),
	"tracker.story": ("job", "user manager sysman upsell"),
	"digest.preview": ("", "manager sysman"),
	"pipeline_board.update_order_for_single_card": ("card", "user manager upsell"),
	"books.last_run": ("", "manager sysman"),
	"books.open_runs": ("", "manager sysman"),
	"books.reconcile": ("", "manager sysman"),
	"policies.preview": ("policies", "sysman"),
}


#: An order that is being typed.
NEW_ORDER = {
	"company": world.COMPANY, "transaction_date": "2026-03-10", "base_grand_total": 100, "base_net_total": 100,
	"items": [{"item_code": "MILL", "item_group": "Mills", "qty": 1, "rate": 100, "base_net_amount": 100,
		"prevdoc_docname": "nothing"}],
}  # fmt: skip


def closed_anew(target: str) -> str:
	"""Who may open it has opened it."""
	frappe.db.rollback()
	if not frappe.db.get_value("Sales Target", target, "closing"):
		ledger.close(world.COMPANY, "2026-01-31")
		frappe.db.commit()
	return target


def sent(kind: str, ground: dict) -> dict:
	if kind == "reopening":
		return {"sales_target": closed_anew(ground["january"]), "reason": "Agreed"}
	return {
		"company": {"company": world.COMPANY},
		"period to close": {"company": world.COMPANY, "up_to": "2026-02-28"},
		"target to close": {"sales_target": ground["february"]},
		"sales_target": {"sales_target": ground["usd"]},
		"table": {"doctype": "Sales Person", "name": "Anna", "company": world.COMPANY},
		"typed target": {"target": new("Sales Target", ground)},
		"period": {"company": world.COMPANY, "from_date": world.START, "to_date": world.END},
		"preset": {"preset": "This Month"},
		"policies": {"policies": {"order_amount_basis": "Net Total"}},
		"sales_order": {"sales_order": ground["orders"][0]},
		"allocation": {"allocation": {"sales_order": ground["orders"][2], "shares": [percent("Bob", 5)]}},
		"new order": {"order": NEW_ORDER},
		"seller": {"sales_order": ground["teamless"], "sales_person": "Cleo", "reason": "Agreed"},
		"sales person": {"sales_person": "Dirk"},
		"mistake": {"sales_person": "Dirk", "from_date": ground["moved"]},
		"move": {"sales_person": "Dirk", "from_date": ground["moved"], "to": ground["moved"]},
		"deletion": {"allocation": ground["spare"], "reason": "Agreed"},
		"voucher": {"voucher_type": "Sales Order", "voucher_no": ground["orders"][0]},
		"reassign": {"credits": [ground["credit"]], "user": "bob@example.com", "reason": "Agreed"},
		"mark": {"credits": [ground["credit"]], "is_upsell": 1, "reason": "Agreed"},
		"month": {"user": USERS["user"], "month": "2026-03", "company": world.COMPANY},
		"statement": {
			"filters": {
				"company": world.COMPANY,
				"from_date": world.START,
				"to_date": world.END,
				"sales_person": "Anna",
			}
		},
		"february": {"filters": new("Sales Statement", ground)},
		"acknowledge": {"sales_statement": ground["statements"]["acknowledge"]},
		"dispute": {
			"sales_statement": ground["statements"]["dispute"],
			"lines": [ground["statements"]["line"]],
			"reason": "Why?",
		},
		"answer line": {
			"sales_statement": ground["statements"]["answer"],
			"line": ground["line"],
			"text": "So.",
		},
		"settle": {"sales_statement": ground["statements"]["settle"], "note": "Signed"},
		"issued": {"sales_statement": ground["statements"]["read"]},
		"days": {"start": world.START, "end": world.END},
		"job": {"doctype": "Lead", "name": ground["lead"]},
		"week": {"start": "2026-03-02", "end": "2026-03-08"},
		"party": {"party_type": "Customer", "party": "Shop One"},
		"conversation": {"conversation": ground["talk"]},
		"answer": {"conversation": ground["talk"], "note": "Agreed"},
		"hand over": {
			"conversations": [ground["handed"]],
			"employee": frappe.db.get_value("Employee", {"user_id": "bob@example.com"}),
		},
		"card": {
			"board_name": "Sales Pipeline",
			"docname": "x",
			"from_colname": "Won",
			"to_colname": "Won",
			"old_index": 0,
			"new_index": 0,
		},
		"": {},
	}[kind]


def call(client: Client, method: str, values: dict) -> Answer:
	"""By POST, or by GET where a method takes nothing else."""
	path = f"sales_extensions.api.{method}"
	if "POST" in frappe.allowed_http_methods_for_whitelisted_func[frappe.get_attr(path)]:
		return client.call(path, **values)
	return client.ask("GET", f"/api/method/{path}", params=values)


@pytest.mark.committed
@pytest.mark.parametrize("method", METHODS)
def test_X4_role_by_method(ground, method):
	kind, allowed = METHODS[method]
	for role, client in ground["clients"].items():
		answer = call(client, method, sent(kind, ground))
		assert answer.status == (200 if role in allowed.split() else 403), (role, answer)


def test_X4_every_method_is_in_the_table():
	import importlib
	import pkgutil

	from sales_extensions import api

	public = set()
	for module in pkgutil.iter_modules(api.__path__):
		found = importlib.import_module(f"sales_extensions.api.{module.name}")
		public |= {
			f"{module.name}.{name}" for name, value in vars(found).items()
			if callable(value) and value in frappe.whitelisted and value.__module__ == found.__name__
		}  # fmt: skip
	assert public - METHODS.keys() == set()


@pytest.mark.committed
def test_X5_nobody_is_a_guest_of_any_method(ground, server):
	visitor = Client(server, None)
	for method, (kind, _allowed) in METHODS.items():
		assert visitor.call(f"sales_extensions.api.{method}", **sent(kind, ground)).status == 403


@pytest.mark.committed
def test_T4_user_permissions_on_company_restrict_what_is_seen(ground):
	client = ground["clients"]["user"]
	permission = frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": USERS["user"],
			"allow": "Company",
			"for_value": world.COMPANY_EUR,
		}
	).insert()
	frappe.db.commit()
	try:
		assert [row["name"] for row in client.get("Sales Target").data] == [ground["eur"]]
		entries = client.get("Sales Target Entry", fields='["company", "sales_order"]').data
		assert {row["sales_order"] for row in entries} == {ground["foreign"]}
		assert client.get("Order Allocation").data == []
		assert client.get("Sales Target", ground["usd"]).status == 403
		assert client.get("Order Allocation", world.allocated(ground["orders"][0])).status == 403
		assert client.get("Sales Target Entry", ground["names"]["Sales Target Entry"]).status == 403
		method = "sales_extensions.api.targets.orders_behind"
		assert client.call(method, sales_target=ground["usd"]).status == 403
		attained = "sales_extensions.api.attainment.by_seller_and_month"
		assert client.call(attained, **sent("period", ground)).data in ([], None)
		period = sent("period", ground) | {"company": world.COMPANY_EUR}
		assert [row["amount"] for row in client.call(attained, **period).data] == [700]
		behind = client.call(method, sales_target=ground["eur"])
		assert [row["sales_order"] for row in behind.data["rows"]] == [ground["foreign"]]
		assert (
			client.call("sales_extensions.api.orders.credits_of", sales_order=ground["orders"][0]).status
			== 403
		)
	finally:
		frappe.delete_doc("User Permission", permission.name, force=True)
		frappe.db.commit()


@pytest.mark.committed
def test_T4_report_asks_for_the_target(ground):
	run = "frappe.desk.query_report.run"
	values = {"report_name": "Sales Target Orders", "filters": {"sales_target": ground["usd"]}}
	for role, client in ground["clients"].items():
		answer = client.call(run, **values)
		assert answer.status == (403 if role == "none" else 200), (role, answer)


@pytest.mark.committed
def test_U1_the_form_shows_credits_only_to_those_with_the_role(ground):
	shown = {
		role: client.call("sales_extensions.api.upsell.credits_of", **sent("voucher", ground))
		for role, client in ground["clients"].items()
	}
	assert {role for role, answer in shown.items() if answer.status == 200 and answer.data["shown"]} == {
		"manager", "upsell",
	}  # fmt: skip
	assert shown["user"].data == {"shown": False}


@pytest.mark.committed
def test_U9_a_share_gives_nobody_the_right_to_change_a_credit(ground):
	frappe.share.add("Upsell Credit", ground["credit"], USERS["user"], read=1, write=1)
	frappe.db.commit()
	client = ground["clients"]["user"]
	assert client.get("Upsell Credit", ground["credit"]).status == 200
	answer = client.put(
		"Upsell Credit", ground["credit"], {"credit_assigned_to": "carl@example.com", "change_reason": "x"}
	)
	assert answer.status == 403 and "Upsell Tracking" in answer.message
