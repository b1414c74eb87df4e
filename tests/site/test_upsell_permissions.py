"""A credit is readable exactly if its document is: lists, documents, exports, reports, PDF (A2, U11, X5).

Each user sells nothing here; what is sold, with one charge each:

	O1  Q1  Shop One     Holland
	O2  Q2  Builder Two  Spain

A User Permission on Customer restricts orders alone: a quotation's party may be a lead, and the framework
restricts nothing by it.
"""

from __future__ import annotations

import io
import json
from contextlib import contextmanager

import frappe
import pytest
from pypdf import PdfReader

from sales_extensions import permissions

from . import world
from .http import Client

CREDIT, CHANGE = "Upsell Credit", "Upsell Credit Change"
UPSELL, MANAGER, SYSMAN, CARL = (
	"upsell@example.com", "manager@example.com", "sysman@example.com", "carl@example.com",
)  # fmt: skip
MONTH = {"company": world.COMPANY, "from_date": "2026-03-01", "to_date": "2026-03-31"}
SECRET = "Builder Two agreed"


@pytest.fixture(scope="module")
def books(server) -> dict:
	frappe.set_user("Administrator")
	world.wipe()
	world.policy(enable_upsell_tracking=1)
	frappe.set_user(CARL)
	made = {
		"O1": world.order(100, customer="Shop One"),
		"O2": world.order(200, customer="Builder Two"),
		"Q1": world.quotation([("PUMP", 1, 30)], customer="Shop One"),
		"Q2": world.quotation([("PUMP", 1, 40)], customer="Builder Two"),
	}
	frappe.set_user("Administrator")
	found = {key: world.credits(doc)[0].name for key, doc in made.items()}
	for credit in found.values():
		frappe.get_doc(CREDIT, credit).update(
			{"credit_assigned_to": "bob@example.com", "change_reason": SECRET}
		).save()
	frappe.db.commit()
	yield {"credits": found, "documents": {key: doc.name for key, doc in made.items()}, "url": server}
	frappe.set_user("Administrator")


@contextmanager
def restricted(user: str, allow: str, value: str, **more):
	"""A User Permission, committed, for the time of the block."""
	frappe.set_user("Administrator")
	made = frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": allow, "for_value": value, **more}
	).insert()
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.delete_doc("User Permission", made.name, force=True)
		frappe.db.commit()


BY = {
	"Customer": ("Shop One", {"O1", "Q1", "Q2"}),
	"Territory": ("Holland", {"O1", "Q1"}),
	"Sales Order": (None, {"O1", "Q1", "Q2"}),
	"Quotation": (None, {"O1", "O2", "Q1"}),
}


@pytest.fixture(scope="module")
def tracker(books) -> Client:
	return Client(books["url"], UPSELL)


@pytest.fixture(params=BY)
def reader(request, books, tracker):
	"""A tracker under a User Permission, and what they may see."""
	value, seen = BY[request.param]
	value = value or books["documents"]["O1" if request.param == "Sales Order" else "Q1"]
	with restricted(UPSELL, request.param, value):
		yield tracker, seen


def keys(books: dict, names) -> set[str]:
	by_name = {name: key for key, name in books["credits"].items()}
	return {by_name[name] for name in names}


@pytest.mark.committed
def test_A2_what_is_expected_is_what_the_documents_allow(books, reader):
	client, seen = reader
	for key, name in books["documents"].items():
		doctype = "Sales Order" if key.startswith("O") else "Quotation"
		assert (client.get(doctype, name).status == 200) == (key in seen), key
		assert bool(client.get(doctype, filters=json.dumps({"name": name})).data) == (key in seen), key


@pytest.mark.committed
def test_A2_each_credit_by_itself(books, reader):
	client, seen = reader
	for key, name in books["credits"].items():
		expected = 200 if key in seen else 403
		answer = client.get(CREDIT, name)
		assert answer.status == expected, (key, answer)
		if expected == 403:
			assert "Builder Two" not in answer.raw
		for method in ("frappe.client.get", "frappe.desk.form.load.getdoc"):
			assert client.call(method, doctype=CREDIT, name=name).status == expected, (key, method)


@pytest.mark.committed
def test_A2_lists(books, reader):
	client, seen = reader
	assert keys(books, [row["name"] for row in client.get(CREDIT).data]) == seen
	listed = client.call("frappe.client.get_list", doctype=CREDIT, fields=["name", "voucher_no"]).data
	assert keys(books, [row["name"] for row in listed]) == seen
	report = client.call("frappe.desk.reportview.get", **asked_of_reportview()).data
	assert keys(books, [row[0] for row in report["values"]]) == seen
	assert client.call("frappe.desk.reportview.get_count", **asked_of_reportview()).data == len(seen)
	hidden = books["credits"]["O2" if "O2" not in seen else "Q2"]
	value = client.call(
		"frappe.client.get_value", doctype=CREDIT, fieldname="voucher_no", filters={"name": hidden}
	)
	assert not value.data


@pytest.mark.committed
def test_A2_export(books, reader):
	client, seen = reader
	answer = client.call(
		"frappe.desk.reportview.export_query", file_format_type="CSV", title="x", **asked_of_reportview()
	)
	assert answer.status == 200
	assert {key for key, name in books["credits"].items() if name in answer.raw} == seen


def asked_of_reportview() -> dict:
	fields = json.dumps([f"`tab{CREDIT}`.`name`", f"`tab{CREDIT}`.`voucher_no`"])
	return {"doctype": CREDIT, "fields": fields, "view": "Report", "page_length": 20, "start": 0}


@pytest.mark.committed
def test_A2_changes_are_no_way_around(books, reader):
	client, seen = reader
	rows = client.call(
		"frappe.client.get_list", doctype=CHANGE, parent=CREDIT, fields=["parent", "reason"]
	).data
	assert keys(books, [row["parent"] for row in rows]) == seen
	joined = client.call(
		"frappe.client.get_list", doctype=CREDIT, fields=["name", f"`tab{CHANGE}`.reason"]
	).data
	assert keys(books, [row["name"] for row in joined]) == seen


@pytest.mark.committed
def test_U11_reports(books, reader):
	client, seen = reader

	def run(report: str, **filters) -> list[dict]:
		values = {"report_name": report, "filters": {**MONTH, **filters}}
		answer = client.call("frappe.desk.query_report.run", **values)
		assert answer.status == 200, answer
		return [row for row in answer.data["result"] if isinstance(row, dict)]

	crew = run("Crew")
	assert {row["key"]: (row["quoted"], row["ordered"]) for row in crew if row.get("key")} == {
		"bob@example.com": (len(seen & {"Q1", "Q2"}), len(seen & {"O1", "O2"}))
	}
	for report, kind in (("Quote Charges", "Q"), ("Order Charges", "O")):
		rows = [row["name"] for row in run(report) if row.get("name")]
		assert keys(books, rows) == {key for key in seen if key.startswith(kind)}, report


@pytest.mark.committed
def test_U11_the_pdf_of_a_month(books, reader):
	client, seen = reader
	answer = client.session.get(
		f"{books['url']}/api/method/sales_extensions.api.upsell_month.month_pdf",
		params={"user": "bob@example.com", "month": "2026-03", "company": world.COMPANY}, timeout=120,
	)  # fmt: skip
	assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
	text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
	assert {key for key, name in books["documents"].items() if name in text} == seen


@pytest.mark.committed
def test_A2_a_credit_that_is_not_readable_is_not_writable(books, reader):
	client, seen = reader
	hidden = books["credits"]["O2" if "O2" not in seen else "Q2"]
	shown = books["documents"]["O1" if "O2" not in seen else "Q1"]
	change = {"credit_assigned_to": "anna@example.com", "change_reason": "x"}
	assert client.put(CREDIT, hidden, change).status == 403
	assert client.put(CREDIT, hidden, change | {"voucher_no": shown}).status == 403
	sent = {"doctype": CREDIT, "name": hidden, "voucher_no": shown, **change}
	for method in ("frappe.client.save", "frappe.desk.form.save.savedocs"):
		answer = client.call(method, doc=json.dumps(sent), action="Save")
		assert answer.status == 403 and SECRET not in answer.raw, (method, answer)
	assert frappe.db.get_value(CREDIT, hidden, "credit_assigned_to") == "bob@example.com"


# --- who else -----------------------------------------------------------------------------------


@pytest.mark.committed
@pytest.mark.parametrize("user", [UPSELL, MANAGER, SYSMAN])
def test_A2_without_a_restriction_all_are_listed_and_nothing_is_asked(books, user):
	assert permissions.conditions_of_credits(user) == permissions.conditions_of_rows(user, CHANGE) == ""
	client = Client(books["url"], user)
	assert keys(books, [row["name"] for row in client.get(CREDIT).data]) == set(books["credits"])
	for name in books["credits"].values():
		assert client.get(CREDIT, name).status == 200


def listed(user: str) -> set[str]:
	"""Names of credits that a user lists; each opens, and no other does."""
	frappe.set_user(user)
	try:
		names = set(frappe.get_list(CREDIT, pluck="name", limit_page_length=0))
		for name in frappe.get_all(CREDIT, pluck="name"):
			doc = frappe.get_doc(CREDIT, name)
			assert frappe.has_permission(CREDIT, "read", doc) == (name in names), name
		return names
	finally:
		frappe.set_user("Administrator")


def restrict(user: str, allow: str, value: str, **more) -> None:
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": allow, "for_value": value, **more}
	).insert()


@pytest.fixture
def undone(books):
	"""Nothing of it is committed; what is known of users and roles is forgotten."""
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for user in (UPSELL, MANAGER, SYSMAN):
		frappe.clear_cache(user=user)
	frappe.clear_cache(doctype="Sales Order")
	frappe.local.role_permissions = {}


def test_A2_an_order_that_is_shared_shows_its_credits(books, undone):
	restrict(UPSELL, "Customer", "Home Three")
	assert keys(books, listed(UPSELL)) == {"Q1", "Q2"}
	frappe.share.add("Sales Order", books["documents"]["O2"], UPSELL, read=1)
	assert keys(books, listed(UPSELL)) == {"O2", "Q1", "Q2"}


def test_A2_who_reads_only_their_own_orders_sees_the_credits_of_those(books, undone):
	frappe.permissions.setup_custom_perms("Sales Order")
	frappe.db.sql("UPDATE `tabCustom DocPerm` SET if_owner = 1 WHERE parent = 'Sales Order'")
	frappe.clear_cache(doctype="Sales Order")
	frappe.local.role_permissions = {}
	frappe.db.set_value("Sales Order", books["documents"]["O2"], "owner", UPSELL)
	assert keys(books, listed(UPSELL)) == {"O2", "Q1", "Q2"}


def test_A2_a_user_permission_for_credits_alone_or_for_other_documents(books, undone):
	restrict(UPSELL, "Customer", "Shop One", apply_to_all_doctypes=0, applicable_for="Delivery Note")
	assert len(listed(UPSELL)) == 4
	restrict(UPSELL, "Territory", "Spain", apply_to_all_doctypes=0, applicable_for="Sales Order")
	assert keys(books, listed(UPSELL)) == {"O2", "Q1", "Q2"}


def test_A2_names_with_quotes_and_percent(books, undone):
	odd = frappe.get_doc(
		{"doctype": "Territory", "territory_name": "50% O'Hare", "parent_territory": "Europe"}
	).insert()
	restrict(UPSELL, "Territory", odd.name)
	assert listed(UPSELL) == set()
	frappe.db.set_value("Sales Order", books["documents"]["O2"], "territory", odd.name)
	assert keys(books, listed(UPSELL)) == {"O2"}


def test_A2_without_a_role_for_orders_user_permissions_hold(books, undone):
	assert len(listed(SYSMAN)) == 4
	restrict(SYSMAN, "Territory", "Holland")
	assert keys(books, listed(SYSMAN)) == {"O1", "Q1"}
	frappe.share.add("Sales Order", books["documents"]["O2"], SYSMAN, read=1)
	assert keys(books, listed(SYSMAN)) == {"O1", "O2", "Q1"}


def test_A2_a_credit_whose_order_is_gone_is_for_managers_and_the_unrestricted(books, undone):
	frappe.db.delete("Sales Order", {"name": books["documents"]["O2"]})
	assert len(listed(UPSELL)) == 4
	for user in (UPSELL, MANAGER, SYSMAN):
		restrict(user, "Territory", "Holland")
	assert keys(books, listed(UPSELL)) == {"O1", "Q1"}
	assert keys(books, listed(MANAGER)) == keys(books, listed(SYSMAN)) == {"O1", "O2", "Q1"}


def test_A2_administrator_is_never_restricted(books, undone):
	restrict("Administrator", "Territory", "Holland")
	assert permissions.conditions_of_credits("Administrator") == ""
	assert len(listed("Administrator")) == 4


BOB, ANNA = "bob@example.com", "anna@example.com"


@pytest.mark.committed
def test_U1_a_seller_without_the_role_sees_what_they_are_credited_with_and_nothing_of_others(books):
	bob, anna = Client(books["url"], BOB), Client(books["url"], ANNA)
	assert keys(books, [row["name"] for row in bob.get(CREDIT).data]) == set(books["credits"])
	assert anna.get(CREDIT).data == []
	for key, name in books["credits"].items():
		assert (bob.get(CREDIT, name).status, anna.get(CREDIT, name).status) == (200, 403), key
		document = books["documents"][key]
		asked = {"voucher_type": "Sales Order" if key[0] == "O" else "Quotation", "voucher_no": document}
		own = bob.call("sales_extensions.api.upsell.credits_of", **asked).data
		assert ([row["name"] for row in own["credits"]], own["own_only"]) == ([name], True)
		assert "Sales Manager" in own["read_only"]
		assert anna.call("sales_extensions.api.upsell.credits_of", **asked).data == {"shown": False}
	rows = bob.call("frappe.client.get_list", doctype=CHANGE, parent=CREDIT, fields=["parent"]).data
	assert keys(books, [row["parent"] for row in rows]) == set(books["credits"])
	assert anna.call("frappe.client.get_list", doctype=CHANGE, parent=CREDIT, fields=["parent"]).data == []


@pytest.mark.committed
def test_U1_what_a_seller_sees_is_within_what_their_user_permissions_leave(books):
	with restricted(BOB, "Territory", "Holland"):
		bob = Client(books["url"], BOB)
		assert keys(books, [row["name"] for row in bob.get(CREDIT).data]) == {"O1", "Q1"}
		assert bob.get(CREDIT, books["credits"]["O2"]).status == 403


@pytest.mark.committed
def test_U10_a_seller_changes_no_credit_their_own_neither_and_makes_no_report_of_any(books):
	bob, name = Client(books["url"], BOB), books["credits"]["O1"]
	api = "sales_extensions.api.upsell"
	wanted = {"credit_assigned_to": ANNA, "change_reason": "x"}
	frappe.share.add(CREDIT, name, BOB, read=1, write=1)
	frappe.db.commit()
	try:
		assert bob.put(CREDIT, name, wanted).status == 403
		assert bob.put(CREDIT, name, {"is_upsell": 1, "change_reason": "x"}).status == 403
		assert bob.call(f"{api}.reassign", credits=[name], user=ANNA, reason="x").status == 403
		assert bob.call(f"{api}.mark_upsell", credits=[name], is_upsell=1, reason="x").status == 403
	finally:
		frappe.share.remove(CREDIT, name, BOB)
		frappe.db.commit()
	assert frappe.db.get_value(CREDIT, name, ["credit_assigned_to", "is_upsell"]) == (BOB, 0)
	for report in ("Crew", "Quote Charges", "Order Charges"):
		answer = bob.call("frappe.desk.query_report.run", report_name=report, filters=MONTH)
		assert answer.status == 403, report


def test_U1_a_role_that_a_site_lets_read_credits_reads_those_of_all(books, undone):
	frappe.permissions.setup_custom_perms(CREDIT)
	frappe.permissions.add_permission(CREDIT, "Sales Master Manager")
	frappe.get_doc("User", ANNA).add_roles("Sales Master Manager")
	assert listed(ANNA) == set(books["credits"].values())


@pytest.mark.committed
def test_U10_who_may_reassign_makes_no_upsell_their_own(books):
	manager = Client(books["url"], MANAGER)
	one, other = books["credits"]["O1"], books["credits"]["O2"]
	api = "sales_extensions.api.upsell"

	def give(name, user):
		return manager.call(f"{api}.reassign", credits=[name], user=user, reason="x")

	def mark(names, is_upsell=1):
		return manager.call(f"{api}.mark_upsell", credits=names, is_upsell=is_upsell, reason="x")

	assert give(one, MANAGER).status == 200
	try:
		answer = mark([one])
		assert answer.status == 417 and "somebody else must mark it" in answer.raw
		assert mark([other, one]).status == 417, "all or none"
		answer = manager.put(CREDIT, one, {"is_upsell": 1, "change_reason": "x"})
		assert answer.status == 417 and "somebody else must mark it" in answer.raw
		both = {"is_upsell": 1, "credit_assigned_to": BOB, "change_reason": "x"}
		assert manager.put(CREDIT, one, both).status == 417
		assert mark([other]).status == 200
		answer = give(other, MANAGER)
		assert answer.status == 417 and "somebody else must give you its credit" in answer.raw
		frappe.db.rollback()  # reads anew
		assert [frappe.db.get_value(CREDIT, name, ["credit_assigned_to", "is_upsell"]) for name in (one, other)] == [
			(MANAGER, 0), (BOB, 1),
		]  # fmt: skip
	finally:
		assert mark([other], 0).status == 200
		assert give(one, BOB).status == 200
