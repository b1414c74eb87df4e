"""Who reads, changes and deletes each kind of document of the app, and its rows, over HTTP (A2, X5).

Two deals that Anna and Bob share, and two targets:

	SHOP     Shop One     Anna, Bob
	BUILDER  Builder Two  Anna, Bob
	USD      Windmill Works  Anna
	EUR      Molens BV       Bob
"""

from __future__ import annotations

import json

import frappe
import pytest

from sales_extensions import hooks

from . import conversations_world as cw
from . import world
from .http import Client
from .test_upsell_permissions import restricted
from .world import percent

ALLOCATION, SHARE, TARGET, ASSIGNEE = (
	"Order Allocation", "Order Allocation Share", "Sales Target", "Sales Target Assignee",
)  # fmt: skip
CARL, MANAGER, STOCK = "carl@example.com", "manager@example.com", "stock@example.com"
CREDITS = "sales_extensions.api.orders.credits_of"
pytestmark = pytest.mark.committed


@pytest.fixture(scope="module")
def ground(server) -> frappe._dict:
	frappe.set_user("Administrator")
	world.wipe()
	keeper()
	orders = {
		key: world.order(1000, customer=customer, team={"Anna": 100}).name
		for key, customer in (("SHOP", "Shop One"), ("BUILDER", "Builder Two"))
	}
	for order in orders.values():
		world.allocation(order, percent("Anna", 40), percent("Bob", 60))
	usd = world.target(10_000)
	eur = world.target(10_000, sellers=("Bob",), company=world.COMPANY_EUR)
	frappe.db.commit()
	return frappe._dict(
		carl=Client(server, CARL), manager=Client(server, MANAGER), stock=Client(server, STOCK),
		**orders, USD=usd.name, EUR=eur.name, SHOPS=world.allocated(orders["SHOP"]),
		BUILDERS=world.allocated(orders["BUILDER"]),
	)  # fmt: skip


def keeper() -> None:
	"""Reads orders and no allocations."""
	if not frappe.db.exists("User", STOCK):
		user = frappe.get_doc(
			{"doctype": "User", "email": STOCK, "first_name": "Stock", "send_welcome_email": 0,
				"new_password": world.PASSWORD}
		)  # fmt: skip
		user.flags.ignore_password_policy = True
		user.insert().add_roles("Stock User")


def names(client: Client, doctype: str, field: str = "name", parent: str | None = None) -> set[str]:
	answer = client.call(
		"frappe.client.get_list", doctype=doctype, fields=[field], parent=parent, limit_page_length=0
	)
	assert answer.status == 200, answer
	return {row[field] for row in answer.data or ()}


# --- an allocation is readable exactly if its order is --------------------------------------------


def test_an_allocation_is_withheld_from_who_may_not_read_its_order(ground):
	client = ground.carl
	assert names(client, ALLOCATION) == {ground.SHOPS, ground.BUILDERS}
	with restricted(CARL, "Customer", "Shop One"):
		assert client.get("Sales Order", ground.BUILDER).status == 403
		assert names(client, ALLOCATION) == {ground.SHOPS}
		assert client.get(ALLOCATION, ground.SHOPS).status == 200
		for answer in every_way_to(client, ground.BUILDERS):
			assert answer.status in (403, 404) or ground.BUILDER not in answer.raw, answer
			assert "Builder Two" not in answer.raw


def every_way_to(client: Client, name: str) -> list:
	query = f"doctype={ALLOCATION}&name={name}"
	fields = json.dumps([f"`tab{ALLOCATION}`.`name`", f"`tab{ALLOCATION}`.`order_amount`"])
	filters = json.dumps([[ALLOCATION, "name", "=", name]])
	return [
		client.get(ALLOCATION, name),
		client.call("frappe.client.get", doctype=ALLOCATION, name=name),
		client.call("frappe.client.get_value", doctype=ALLOCATION, filters={"name": name}, fieldname="order_amount"),
		client.call("frappe.desk.search.search_link", doctype=ALLOCATION, txt=""),
		client.call("frappe.desk.reportview.get", doctype=ALLOCATION, fields=fields, filters=filters),
		client.call("frappe.desk.reportview.get", doctype=ALLOCATION, view="Report", start=0, page_length=20,
			fields=fields, filters=filters),
		client.ask("GET", f"/api/method/frappe.desk.form.load.getdoc?{query}"),
		client.ask("GET", f"/printview?{query}&format=Standard"),
		client.ask("GET", f"/api/method/frappe.utils.print_format.download_pdf?{query}"),
	]  # fmt: skip


def test_an_allocation_that_names_a_hidden_seller_is_withheld_as_a_target_is(ground):
	with restricted(CARL, "Sales Person", "Anna"):
		assert names(ground.carl, ALLOCATION) == set()
		assert ground.carl.get(ALLOCATION, ground.SHOPS).status == 403
		assert names(ground.carl, TARGET) == {ground.USD}


def test_an_allocation_that_is_shared_is_read_by_whom_it_is_shared_with(ground):
	frappe.share.add(ALLOCATION, ground.BUILDERS, CARL, read=1)
	frappe.db.commit()
	try:
		with restricted(CARL, "Customer", "Shop One"):
			assert names(ground.carl, ALLOCATION) == {ground.SHOPS, ground.BUILDERS}
			assert ground.carl.get(ALLOCATION, ground.BUILDERS).status == 200
	finally:
		frappe.share.remove(ALLOCATION, ground.BUILDERS, CARL)
		frappe.db.commit()


def test_shares_and_rules_are_not_told_to_who_may_read_the_order_alone(ground):
	assert ground.stock.get("Sales Order", ground.SHOP).status == 200
	answer = ground.stock.call(CREDITS, sales_order=ground.SHOP)
	assert answer.status == 200, answer
	assert (answer.data["credits"], answer.data["allocation"], answer.data["uncredited"]) == ([], None, 0)
	assert "Anna" not in answer.raw and "Bob" not in answer.raw
	told = ground.carl.call(CREDITS, sales_order=ground.SHOP).data
	assert [one["sales_person"] for one in told["credits"]] == ["Anna", "Bob"]
	with restricted(CARL, "Sales Person", "Anna", applicable_for=ALLOCATION, apply_to_all_doctypes=0):
		told = ground.carl.call(CREDITS, sales_order=ground.SHOP)
		assert (told.status, told.data["credits"]) == (200, []), told


# --- rows of tables are listed as their documents are ---------------------------------------------


def test_rows_listed_by_themselves_are_those_of_documents_that_may_be_read(ground):
	with restricted(CARL, "Customer", "Shop One"):
		assert names(ground.carl, SHARE, "parent", ALLOCATION) == {ground.SHOPS}
	with restricted(CARL, "Company", world.COMPANY):
		assert names(ground.carl, ASSIGNEE, "parent", TARGET) == {ground.USD}
	with restricted(CARL, "Sales Person", "Anna"):
		assert names(ground.carl, ASSIGNEE, "parent", TARGET) == {ground.USD}
		assert names(ground.carl, SHARE, "parent", ALLOCATION) == set()


def test_of_one_document_that_is_shared_only_its_rows_are_listed(ground):
	frappe.share.add(TARGET, ground.EUR, STOCK, read=1)
	frappe.db.commit()
	try:
		assert names(ground.stock, ASSIGNEE, "parent", TARGET) <= {ground.EUR}
	finally:
		frappe.share.remove(TARGET, ground.EUR, STOCK)
		frappe.db.commit()


#: read by everybody with a role for them: lists that the user maintains, and the work of the ledger
WITHOUT_OWNER = {
	"Conversation Method", "Conversation Topic", "Pipeline Stage", "Sales Ledger Run", "Order Credit State",
	"Sales Person Place", "Sales Person Standing", "Sales Target Member", "Sales Ledger Name",
}  # fmt: skip
#: of a Single that has no company, seller or party
OF_SETTINGS = {"Sales Tracker Field", "Sales Tracker Stage", "Sales Tracker Status"}


def test_every_kind_of_document_says_who_may_read_it(site):
	"""A new one must be in the hooks, or be said to belong to nobody."""
	known = {
		row.name: row
		for row in frappe.get_all(
			"DocType", {"module": "Sales Extensions", "issingle": 0}, ["name", "istable"], order_by="name"
		)
	}
	documents = {name for name, row in known.items() if not row.istable} - WITHOUT_OWNER
	rows = {name for name, row in known.items() if row.istable} - OF_SETTINGS
	assert documents == set(hooks.has_permission)
	listed = documents - {"Sales Target Entry"}  # the framework restricts those by the links they have
	assert listed | rows == set(hooks.permission_query_conditions)


# --- what is stored decides ------------------------------------------------------------------------


def test_a_target_of_another_company_is_not_taken_over(ground):
	"""By a manager of one company: whatever is sent, the target as it is stored is not theirs."""
	with restricted(MANAGER, "Company", world.COMPANY):
		before = world.fingerprint()
		assert ground.manager.get(TARGET, ground.EUR).status == 403
		taken = {"company": world.COMPANY, "assignees": [{"sales_person": "Anna"}]}
		stored = frappe.get_doc(TARGET, ground.EUR).as_dict() | taken
		for answer in (
			ground.manager.put(TARGET, ground.EUR, taken),
			ground.manager.call("frappe.client.set_value", doctype=TARGET, name=ground.EUR, fieldname=taken),
			ground.manager.call("frappe.client.save", doc=json.loads(frappe.as_json(stored))),
			ground.manager.call("frappe.desk.form.save.savedocs", doc=frappe.as_json(stored), action="Save"),
			ground.manager.delete(TARGET, ground.EUR),
		):
			assert answer.status == 403, answer
		frappe.db.rollback()
		assert world.fingerprint() == before


def test_a_target_is_not_given_away_to_a_company_that_is_not_ones_own(ground):
	with restricted(MANAGER, "Company", world.COMPANY):
		answer = ground.manager.put(TARGET, ground.USD, {"company": world.COMPANY_EUR})
		assert answer.status == 403, answer


def test_a_target_of_a_hidden_seller_is_not_taken_over(ground):
	with restricted(MANAGER, "Sales Person", "Anna"):
		answer = ground.manager.put(TARGET, ground.EUR, {"assignees": [{"sales_person": "Anna"}]})
		assert answer.status == 403, answer


def test_an_allocation_of_a_hidden_order_or_seller_is_not_taken_over(ground):
	mine = {"shares": [percent("Anna", 10)]}
	with restricted(MANAGER, "Customer", "Shop One"):
		assert ground.manager.put(ALLOCATION, ground.BUILDERS, mine).status == 403
		assert ground.manager.delete(ALLOCATION, ground.BUILDERS).status == 403
	with restricted(MANAGER, "Sales Person", "Anna"):
		assert ground.manager.put(ALLOCATION, ground.BUILDERS, mine).status == 403


def test_a_conversation_with_a_hidden_party_is_not_moved_on_nor_deleted(ground):
	"""Managers move on and delete those of others, of parties that they may read."""
	frappe.set_user("anna@example.com")
	talk = cw.conversation("Builder Two", "About a pump")
	frappe.db.commit()
	with restricted(MANAGER, "Customer", "Shop One"):
		assert ground.manager.get("Conversation", talk.name).status == 403
		assert ground.manager.put("Conversation", talk.name, {"completed": 1}).status == 403
		taken = ground.manager.put("Conversation", talk.name, {"party": "Shop One", "completed": 1})
		assert taken.status == 403, taken
		assert ground.manager.delete("Conversation", talk.name).status == 403
	assert ground.manager.put("Conversation", talk.name, {"completed": 1}).status == 200


# --- names stay, or are followed -------------------------------------------------------------------


def renamed(client: Client, doctype: str, name: str, new: str, merge: int = 0) -> list:
	"""By each way there is; the last one takes `force` from who asks."""
	return [
		client.call("frappe.client.rename_doc", doctype=doctype, old_name=name, new_name=new, merge=merge),
		client.call("frappe.model.rename_doc.update_document_title", doctype=doctype, docname=name, name=new,
			merge=merge),
		client.call("frappe.rename_doc", doctype=doctype, old=name, new=new, merge=merge, force=1),
	]  # fmt: skip


@pytest.fixture(scope="module")
def kept(ground) -> dict[str, tuple[str, str]]:
	"""Two of each kind whose names others are kept under."""
	frappe.set_user(MANAGER)
	talks = cw.conversation(note="Zebra", is_private=1).name, cw.conversation(note="Other").name
	frappe.set_user("Administrator")
	offers = [world.quotation([("MILL", 1, 100)]) for _ in range(2)]
	frappe.db.commit()
	orders = [frappe.get_doc("Sales Order", ground[key]) for key in ("SHOP", "BUILDER")]
	return {
		"Conversation": talks,
		ALLOCATION: (ground.SHOPS, ground.BUILDERS),
		SHARE: tuple(frappe.get_all(SHARE, {"parent": ground.SHOPS}, pluck="name", order_by="idx")),
		"Sales Order Item": tuple(doc.items[0].name for doc in orders),
		"Quotation Item": tuple(doc.items[0].name for doc in offers),
		"Quotation": tuple(doc.name for doc in offers),
	}


@pytest.fixture
def in_pipeline(ground) -> None:
	frappe.set_user(MANAGER)
	cw.conversation("Shop One", pipeline_position="Qualifying")
	frappe.set_user("Administrator")
	frappe.db.commit()


@pytest.mark.parametrize(
	"doctype", ["Conversation", ALLOCATION, SHARE, "Sales Order Item", "Quotation Item", "Quotation"]
)
def test_what_others_are_kept_under_the_name_of_is_not_renamed(ground, kept, doctype):
	name, onto = kept[doctype]
	before = world.fingerprint()
	for new, merge in (("NEW", 0), (onto, 1)):
		if doctype == "Quotation" and not merge:
			continue  # all that names it are links, and followed
		for answer in renamed(ground.manager, doctype, name, new, merge):
			frappe.db.rollback()
			assert 400 <= answer.status < 500 and answer.message, answer
	assert world.fingerprint() == before
	assert frappe.db.exists(doctype, name)


def test_a_private_note_is_there_after_a_rename_was_refused(ground, kept):
	name = kept["Conversation"][0]
	renamed(ground.manager, "Conversation", name, "NEW")
	form = "/api/method/frappe.desk.form.load.getdoc"
	assert "Zebra" in ground.manager.ask("GET", form, params={"doctype": "Conversation", "name": name}).raw


def test_an_order_that_is_renamed_takes_its_allocation_along(ground, in_pipeline):
	order = world.order(1000, team={"Anna": 100}).name
	world.allocation(order, percent("Bob", 60))
	frappe.db.commit()
	try:
		answer = renamed(ground.manager, "Sales Order", order, "SO-NEW")[-1]
		frappe.db.rollback()
		assert answer.status == 200, answer
		told = ground.manager.call(CREDITS, sales_order="SO-NEW").data
		assert told["allocation"] == "ALLOC-SO-NEW" and len(told["credits"]) == 2
		world.assert_sound()
		doc = frappe.get_doc(ALLOCATION, "ALLOC-SO-NEW")
		doc.update({"shares": [percent("Bob", 10)]}).save()
		world.assert_sound()
		frappe.db.commit()
		for answer in renamed(ground.manager, "Sales Order", "SO-NEW", ground.SHOP, merge=1):
			assert 400 <= answer.status < 500, answer
	finally:
		frappe.db.rollback()


def test_a_target_that_is_renamed_keeps_its_orders(ground):
	target = world.target(5000).name
	figures = world.figures(target)
	frappe.db.commit()
	answer = renamed(ground.manager, TARGET, target, "ST-NEW")[-1]
	frappe.db.rollback()
	assert answer.status == 200 and world.figures("ST-NEW") == figures, answer
	assert renamed(ground.manager, TARGET, "ST-NEW", ground.USD, merge=1)[-1].status == 417
	world.assert_sound()
