"""Who sold an order without a Sales Team: decided once, kept, shown before it is saved, changed by a manager (H1)."""

from __future__ import annotations

from contextlib import contextmanager

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order

from sales_extensions import ledger
from sales_extensions.api import orders as order_api
from sales_extensions.api import sellers
from sales_extensions.ledger import pin_runs, pins, runs

from . import world
from .world import percent

#: Carl's login is Cleo's; whoever is at upsell@ is no Sales Person
ANNA, BOB, CARL, MANAGER, UPSELL = (
	f"{name}@example.com" for name in ("anna", "bob", "carl", "manager", "upsell")
)
STATE = "Order Credit State"


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	"""Cleo has a user as well."""
	give_user("Cleo", CARL)


@pytest.fixture
def everyone():
	return world.target(100_000, ("North Team", "South Team"))


@contextmanager
def as_user(user: str):
	frappe.set_user(user)
	frappe.flags.ignore_permissions = True
	try:
		yield
	finally:
		frappe.flags.ignore_permissions = False
		frappe.set_user("Administrator")


def employee_of(seller: str):
	name = frappe.db.get_value("Sales Person", seller, "employee")
	if name:
		return frappe.get_doc("Employee", name)
	employee = frappe.get_doc(
		{"doctype": "Employee", "first_name": seller, "company": world.COMPANY, "gender": "Other",
			"date_of_birth": "1990-01-01", "date_of_joining": "2020-01-01", "status": "Active",
			"create_user_permission": 0}
	).insert()  # fmt: skip
	person = frappe.get_doc("Sales Person", seller)
	person.employee = employee.name
	person.save()
	return employee


def give_user(seller: str, user: str | None) -> None:
	employee = employee_of(seller)
	employee.user_id = user
	employee.save()


def restricted(user: str, allow: str, value: str) -> None:
	frappe.get_doc({"doctype": "User Permission", "user": user, "allow": allow, "for_value": value}).insert()


def sold_by(user: str, amount: float = 1000, **options):
	with as_user(user):
		return world.order(amount, **options)


def quoted_by(user: str, *items, **options):
	with as_user(user):
		return world.quotation(list(items), **options)


def converted(user: str, *quotations, extra: tuple = (), submit: bool = True):
	"""Made by a user of one quotation or of several, with further rows."""
	with as_user(user):
		doc = None
		for quotation in quotations:
			doc = make_sales_order(quotation.name, target_doc=doc)
		for item in extra:
			doc.append("items", world.item_row(*item))
		return put_in(doc, submit)


def put_in(doc, submit: bool = True):
	doc.transaction_date, doc.delivery_date, doc.payment_schedule = "2026-03-12", world.END, []
	for row in doc.items:
		row.delivery_date, row.warehouse = world.END, world.WAREHOUSE
	doc.insert()
	if submit:
		doc.submit()
	return doc


def amended_by(user: str, order, rate: float, **changes):
	order.reload()
	order.cancel()
	with as_user(user):
		copy = frappe.copy_doc(order)
		copy.update({"amended_from": order.name, "docstatus": 0, "payment_schedule": [], **changes})
		copy.items[0].rate = copy.items[0].price_list_rate = rate
		copy.insert()
		copy.submit()
		return copy


def credited(order) -> dict[str, float]:
	"""Who has what of an order in the ledger."""
	name = order if isinstance(order, str) else order.name
	sums: dict[str, float] = {}
	for row in frappe.get_all("Sales Target Entry", {"sales_order": name}, ["sales_person", "amount"]):
		sums[row.sales_person] = round(sums.get(row.sales_person, 0) + row.amount, 6)
	world.assert_sound()
	return {seller: amount for seller, amount in sums.items() if amount}


def rule_of(order) -> str:
	return frappe.db.get_value(STATE, order.name, "seller_rule")


def why(order) -> str:
	"""What is told of an order's first credit, as plain text."""
	return order_api.credits_of(order.name)["credits"][0]["reason"]


# --- as the table of the requirement has it -------------------------------------------------------


def test_h1_a_repeated_order_is_of_whoever_had_the_first_and_its_allocation_goes_with_it():
	world.target(100_000, ("North Team", "South Team"), to_date="2028-12-31")
	order = sold_by(ANNA, 1000)
	world.allocation(order.name, percent("Bob", 30))
	repeat = frappe.get_doc(
		{"doctype": "Auto Repeat", "reference_doctype": "Sales Order", "reference_document": order.name,
			"frequency": "Monthly", "start_date": frappe.utils.add_days(frappe.utils.getdate(), 1),
			"submit_on_creation": 1}
	).insert()  # fmt: skip
	made = repeat.make_new_document()
	assert made.owner == "Administrator"
	assert credited(made) == {"Anna": 700, "Bob": 300}
	assert rule_of(made) == "Recurring Order"
	frappe.delete_doc("Order Allocation", world.allocated(made.name))
	assert credited(made) == {"Anna": 1000}
	assert order.name in why(made)


def test_h1_who_amends_a_colleagues_order_takes_nothing(everyone):
	order = sold_by(ANNA, 1000)
	amended = amended_by(BOB, order, 1100)
	assert credited(amended) == {"Anna": 1100}
	again = amended_by(BOB, amended, 1200)
	assert credited(again) == {"Anna": 1200}
	assert (rule_of(again), amended.name in why(again)) == ("Amended Order", True)


def test_h1_who_amends_has_not_the_rest_of_an_allocation_either(everyone):
	order = sold_by(ANNA, 1000)
	world.allocation(order.name, percent("Cleo", 30))
	assert credited(amended_by(BOB, order, 1100)) == {"Anna": 770, "Cleo": 330}


@pytest.mark.parametrize("count_on", ["Submit", "Save"])
def test_h1_who_carries_an_allocation_along_is_not_credited_meanwhile(everyone, count_on):
	world.policy(count_orders_on=count_on)
	order = sold_by(ANNA, 1000)
	world.allocation(order.name, percent("Cleo", 30))
	amended = amended_by(BOB, order, 1100)
	rows = frappe.get_all("Sales Target Entry", {"sales_order": amended.name}, ["sales_person", "amount"])
	assert {(row.sales_person, row.amount) for row in rows} == {("Anna", 770), ("Cleo", 330)}


@pytest.mark.parametrize(("setting", "seller"), [(1, "Anna"), (0, "Bob")])
def test_h1_a_quotation_that_another_makes_an_order_of(everyone, setting, seller):
	world.policy(credit_quotation_maker=setting)
	quotation = quoted_by(ANNA, ("MILL", 1, 1000))
	order = converted(BOB, quotation)
	assert credited(order) == {seller: 1000}
	assert (quotation.name in why(order)) is bool(setting)


def test_h1_two_quotations_in_one_order_by_what_came_of_each(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	assert credited(converted(BOB, first, second)) == {"Anna": 300, "Cleo": 700}


def test_h1_cents_of_two_quotations_add_up(everyone):
	"""Net 10.01 and 20.02 with 21 % tax are 36.34: 12.1133… and 24.2267…"""
	first, second = quoted_by(ANNA, ("MILL", 1, 10.01)), quoted_by(CARL, ("PUMP", 1, 20.02))
	order = converted(BOB, first, second, submit=False)
	order.append(
		"taxes",
		{"charge_type": "On Net Total", "rate": 21, "description": "VAT", "cost_center": "Main - WW",
			"account_head": world.tax_account(world.COMPANY)},
	)  # fmt: skip
	order.save()
	order.submit()
	assert order.base_grand_total == 36.34
	assert credited(order) == {"Anna": 12.11, "Cleo": 24.23}


@pytest.mark.parametrize("heir", [None, "Cleo"])
def test_h1_whoever_has_the_login_later(everyone, heir):
	order = sold_by(ANNA, 12_000)
	give_user("Anna", None)
	if heir:
		give_user(heir, ANNA)
	assert credited(order) == {"Anna": 12_000}
	ledger.rebuild()
	assert credited(order) == {"Anna": 12_000}
	assert credited(sold_by(ANNA, 500)) == ({"Cleo": 500} if heir else {})


# --- beside it ------------------------------------------------------------------------------------


def test_h1_rows_that_were_not_quoted_go_with_those_that_were(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	order = converted(BOB, first, second, extra=(("CARE", 1, 100),))
	assert credited(order) == {"Anna": 330, "Cleo": 770}


def test_h1_shares_follow_the_rows_when_items_are_updated(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	order = converted(BOB, first, second)
	rows = [
		{"docname": row.name, "item_code": row.item_code, "qty": row.qty, "rate": rate,
			"delivery_date": str(row.delivery_date), "conversion_factor": 1, "uom": row.uom}
		for row, rate in zip(order.items, (100, 700), strict=True)
	]  # fmt: skip
	update_child_qty_rate("Sales Order", frappe.as_json(rows), order.name)
	assert credited(order) == {"Anna": 100, "Cleo": 700}


def test_h1_a_part_whose_maker_is_no_seller_is_of_who_makes_the_order(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(UPSELL, ("PUMP", 1, 700))
	order = converted(BOB, first, second)
	assert credited(order) == {"Anna": 300, "Bob": 700}
	assert any(
		"is no Sales Person: Bob made the order" in row["reason"]
		for row in order_api.credits_of(order.name)["credits"]
	)


def test_h1_a_part_of_nobody_stays_nobodys(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(UPSELL, ("PUMP", 1, 700))
	order = converted(UPSELL, first, second)
	assert credited(order) == {"Anna": 300}
	assert order_api.credits_of(order.name)["uncredited"] == 700


def test_h1_a_quotation_by_nobody_is_of_who_makes_the_order(everyone):
	quotation = quoted_by(UPSELL, ("MILL", 1, 1000))
	assert credited(converted(BOB, quotation)) == {"Bob": 1000}


def test_h1_an_amended_quotation_is_its_first_makers(everyone):
	quotation = quoted_by(ANNA, ("MILL", 1, 1000))
	quotation.cancel()
	with as_user(CARL):
		copy = frappe.copy_doc(quotation)
		copy.update({"amended_from": quotation.name, "docstatus": 0, "payment_schedule": []})
		copy.insert()
		copy.submit()
	assert credited(converted(BOB, copy)) == {"Anna": 1000}


def test_h1_a_draft_that_takes_a_second_quotation_is_shared_and_one_that_loses_both_is_its_owners(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	draft = converted(BOB, first, submit=False)
	draft = make_sales_order(second.name, target_doc=draft)
	for row in draft.items:
		row.delivery_date, row.warehouse = world.END, world.WAREHOUSE
	draft.payment_schedule = []
	draft.save()
	assert rule_of(draft) == "Quotation"
	draft.submit()
	assert credited(draft) == {"Anna": 300, "Cleo": 700}
	another = converted(BOB, quoted_by(ANNA, ("MILL", 1, 300)), submit=False)
	another.items = []
	another.append("items", world.item_row("MILL", 1, 50))
	another.save()
	another.submit()
	assert credited(another) == {"Bob": 50}


def test_h1_a_draft_is_decided_once_too(everyone):
	"""Its quotation's maker is no seller, and is asked for each time it is saved."""
	draft = converted(BOB, quoted_by(UPSELL, ("MILL", 1, 300)), submit=False)
	give_user("Bob", None)
	draft.reload()
	draft.items[0].rate = 310
	draft.save()
	draft.submit()
	assert credited(draft) == {"Bob": 310}


def test_h1_the_setting_moves_no_order_that_was_submitted(everyone):
	order = converted(BOB, quoted_by(ANNA, ("MILL", 1, 1000)))
	world.policy(credit_quotation_maker=0)
	order.reload()
	order.db_set("po_no", "7")
	assert credited(order) == {"Anna": 1000}
	assert credited(amended_by(BOB, order, 1100)) == {"Anna": 1100}


def test_h1_free_goods_of_two_are_halved(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 0)), quoted_by(CARL, ("PUMP", 1, 0))
	order = converted(BOB, first, second, extra=(("CARE", 1, 100.01),))
	assert credited(order) == {"Anna": 50.01, "Cleo": 50}


def test_h1_a_sales_team_comes_first_and_without_it_whoever_sold_it(everyone):
	order = sold_by(ANNA, 1000, team={"Bob": 100})
	assert credited(order) == {"Bob": 1000}
	give_user("Cleo", None)
	order.reload()
	order.set("sales_team", [])
	order.save()
	assert credited(order) == {"Anna": 1000}


def test_h1_nobody_is_no_decision(everyone):
	"""Who becomes a Sales Person has the orders that nobody had, and keeps them."""
	order = sold_by(UPSELL, 500)
	assert credited(order) == {}
	give_user("Cleo", None)
	give_user("Cleo", UPSELL)
	assert credited(order) == {"Cleo": 500}
	pin_runs.rebuild(None)
	give_user("Cleo", None)
	assert credited(order) == {"Cleo": 500}


def test_h1_a_number_that_is_given_again_has_no_seller_yet(everyone):
	draft = sold_by(ANNA, 1000, submit=False)
	name = draft.name
	draft.delete()
	assert pins.load((name,)) == {}
	with as_user(BOB):
		again = world.order(300, save=False, submit=False)
		again.set_new_name = lambda *args, **kwargs: None
		again.name = name
		again.flags.name_set = True
		again.insert(set_name=name)
		again.submit()
	assert (again.name, credited(again)) == (name, {"Bob": 300})


def test_h1_an_order_that_went_without_any_event_leaves_no_seller_to_the_next_of_its_number(everyone):
	"""As a Transaction Deletion Record deletes it."""
	draft = sold_by(ANNA, 1000, submit=False)
	frappe.db.delete("Sales Order", {"name": draft.name})
	with as_user(BOB):
		again = world.order(300, save=False, submit=False)
		again.insert(set_name=draft.name)
		again.submit()
	assert credited(again) == {"Bob": 300}


# --- names ----------------------------------------------------------------------------------------


def test_h1_sellers_quotations_and_orders_get_other_names(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	order = converted(BOB, first, second)
	amended = amended_by(BOB, sold_by(ANNA, 100), 110)
	alone = sold_by(CARL, 50)
	for seller in ("Anna", "Cleo"):
		frappe.rename_doc("Sales Person", seller, f"{seller} B")
	frappe.rename_doc("Quotation", first.name, "QTN-FIRST", force=True)
	before = amended.amended_from
	frappe.rename_doc("Sales Order", before, "SO-BEFORE", force=True)
	assert credited(order) == {"Anna B": 300, "Cleo B": 700}
	assert (credited(amended), credited(alone)) == ({"Anna B": 110}, {"Cleo B": 50})
	assert "QTN-FIRST" in why(order)
	assert "SO-BEFORE" in why(amended)


def test_h1_two_sellers_made_one_have_what_both_had(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	order, alone = converted(BOB, first, second), sold_by(ANNA, 100)
	frappe.rename_doc("Sales Person", "Anna", "Cleo", merge=True)
	assert (credited(order), credited(alone)) == ({"Cleo": 1000}, {"Cleo": 100})


def test_h1_who_sold_an_order_is_not_deleted(everyone):
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	converted(BOB, first, second, submit=False)
	for seller in ("Anna", "Cleo"):
		with pytest.raises(frappe.LinkExistsError, match="has sold orders"):
			frappe.delete_doc("Sales Person", seller)


# --- a manager changes it -------------------------------------------------------------------------


def test_h1_a_manager_names_the_seller_with_a_reason(everyone):
	order = sold_by(ANNA, 1000)
	frappe.set_user(MANAGER)
	sellers.change_seller(order.name, "Cleo", "Cleo <b>met</b> them first")
	frappe.set_user("Administrator")
	assert credited(order) == {"Cleo": 1000}
	assert MANAGER in why(order)
	told = frappe.get_all("Comment", {"reference_name": order.name, "comment_type": "Info"}, pluck="content")
	assert any("changed who sold this order" in text and "&lt;b&gt;met" in text for text in told), told
	give_user("Cleo", None)
	assert credited(amended_by(BOB, order, 1100)) == {"Cleo": 1100}


def test_h1_what_a_manager_named_holds_in_a_draft_too(everyone):
	draft = converted(BOB, quoted_by(ANNA, ("MILL", 1, 300)), submit=False)
	sellers.change_seller(draft.name, "Cleo", "Agreed")
	draft.reload()
	draft.items = []
	draft.append("items", world.item_row("MILL", 1, 50))
	draft.save()
	draft.submit()
	assert credited(draft) == {"Cleo": 50}


def test_h1_what_an_allocation_leaves_goes_to_whom_a_manager_named(everyone):
	order = sold_by(ANNA, 1000)
	world.allocation(order.name, percent("Bob", 30))
	sellers.change_seller(order.name, "Cleo", "Agreed")
	assert credited(order) == {"Bob": 300, "Cleo": 700}


REFUSED = [
	(lambda order: ("Cleo", " "), "Reason"),
	(lambda order: ("Cleo", "x" * 2000), "Reason"),
	(lambda order: ("North Team", "Agreed"), "is a group"),
	(lambda order: ("Nobody At All", "Agreed"), "does not exist"),
]


@pytest.mark.parametrize(("wrong", "words"), REFUSED)
def test_h1_what_is_wrong_is_refused_in_words_and_changes_nothing(everyone, wrong, words):
	order = sold_by(ANNA, 1000)
	with pytest.raises(frappe.ValidationError, match=words):
		sellers.change_seller(order.name, *wrong(order))
	assert credited(order) == {"Anna": 1000}


def test_h1_an_order_with_a_team_a_cancelled_one_and_a_seller_who_had_left(everyone):
	team = sold_by(ANNA, 1000, team={"Bob": 100})
	with pytest.raises(frappe.ValidationError, match="has a Sales Team"):
		sellers.change_seller(team.name, "Cleo", "Agreed")
	gone = sold_by(ANNA, 1000)
	gone.cancel()
	with pytest.raises(frappe.ValidationError, match="is cancelled"):
		sellers.change_seller(gone.name, "Cleo", "Agreed")
	order = sold_by(ANNA, 1000)
	frappe.db.set_value("Sales Person", "Dirk", {"enabled": 0, "modified": "2026-01-05"})
	frappe.db.set_value("Sales Person", "Dirk", "modified", "2026-01-05", update_modified=False)
	with pytest.raises(frappe.ValidationError, match="is disabled"):
		sellers.change_seller(order.name, "Dirk", "Agreed")


# --- before it is saved ---------------------------------------------------------------------------


def test_h1_who_will_be_credited_is_shown_before_the_order_is_saved():
	first, second = quoted_by(ANNA, ("MILL", 1, 300)), quoted_by(CARL, ("PUMP", 1, 700))
	frappe.set_user(BOB)
	own = world.order(100, save=False, submit=False)
	own.run_method("set_missing_values")
	own.run_method("calculate_taxes_and_totals")
	shown = sellers.credits_of_new(own.as_json())
	assert [(row["sales_person"], row["amount"]) for row in shown["credits"]] == [("Bob", 100)]
	frappe.set_user("Administrator")
	doc = make_sales_order(second.name, target_doc=make_sales_order(first.name))
	frappe.set_user(MANAGER)
	shown = sellers.credits_of_new(doc.as_json())
	assert [(row["sales_person"], row["amount"]) for row in shown["credits"]] == [
		("Anna", 300),
		("Cleo", 700),
	]
	assert first.name in shown["credits"][0]["reason"]
	assert frappe.db.count(STATE, {"name": ("like", "new-%")}) == 0


def test_h1_nothing_is_told_of_a_quotation_that_one_may_not_read():
	quotation = quoted_by(ANNA, ("MILL", 1, 300))
	doc = make_sales_order(quotation.name)
	restricted(BOB, "Company", world.COMPANY_EUR)
	frappe.set_user(BOB)
	shown = sellers.credits_of_new(doc.as_json())
	assert [row["sales_person"] for row in shown["credits"]] == ["Bob"]


# --- orders of before -----------------------------------------------------------------------------


def unpinned() -> None:
	frappe.db.sql(f"UPDATE `tab{STATE}` SET {', '.join(f'{column} = NULL' for column in pins.COLUMNS)}")


def test_h1_orders_of_before_are_pinned_as_the_ledger_has_them(everyone):
	"""Also one of another's quotation, which counted for who made the order."""
	own, quoted = sold_by(ANNA, 1000), converted(BOB, quoted_by(ANNA, ("MILL", 1, 300)))
	unpinned()
	frappe.db.delete(STATE, {"name": own.name})
	ledger.rebuild()
	assert (credited(own), credited(quoted)) == ({"Anna": 1000}, {"Bob": 300})
	for seller in ("Anna", "Bob"):
		give_user(seller, None)
	assert (credited(own), credited(quoted)) == ({"Anna": 1000}, {"Bob": 300})


def test_h1_an_order_of_before_that_is_touched_first_is_its_owners(everyone):
	quoted = converted(BOB, quoted_by(ANNA, ("MILL", 1, 300)))
	unpinned()
	quoted.reload()
	quoted.cancel()
	amended = frappe.copy_doc(quoted)
	amended.update({"amended_from": quoted.name, "docstatus": 0, "payment_schedule": []})
	amended.insert()
	amended.submit()
	assert credited(amended) == {"Bob": 300}


def test_h1_the_upgrade_pins_in_the_background_and_goes_on_where_it_stopped(monkeypatch):
	monkeypatch.setattr(pin_runs, "SLICE", 2)
	monkeypatch.setattr(runs, "commit", lambda: None)
	orders = [sold_by(ANNA, 100) for _ in range(5)]
	names = [order.name for order in orders]
	unpinned()
	run = frappe.get_doc("Sales Ledger Run", runs.start_pinning())
	assert run.total_orders >= 5
	pinned = pin_runs._pin

	def stops(sold):
		if len(pins.load(names)) >= 2:
			raise RuntimeError("the worker is gone")
		pinned(sold)

	monkeypatch.setattr(pin_runs, "_pin", stops)
	with pytest.raises(RuntimeError):
		pin_runs.work(run)
	assert 0 < len(pins.load(names)) < 5
	monkeypatch.setattr(pin_runs, "_pin", pinned)
	runs.work(run.name)
	run.reload()
	assert run.status == "Finished"
	assert {pin.parts[0].sales_person for pin in pins.load(names).values()} == {"Anna"}
	assert (len(pins.load(names)), runs.start_pinning()) == (5, None)


# --- what a second reader found -------------------------------------------------------------------


def test_h1_several_quotations_of_one_seller_are_a_hundred_per_cent(everyone):
	made = [quoted_by(ANNA, ("MILL", 1, rate)) for rate in (100, 100, 100)]
	order = converted(BOB, *made)
	row = frappe.get_last_doc("Sales Target Entry", {"sales_order": order.name})
	assert (row.amount, row.share_percentage) == (300, 100)


def test_h1_a_draft_stays_with_who_made_it_where_the_quotations_maker_becomes_a_seller_later(everyone):
	draft = converted(BOB, quoted_by(UPSELL, ("MILL", 1, 300)), submit=False)
	give_user("Cleo", None)
	give_user("Cleo", UPSELL)
	draft.reload()
	draft.po_no = "7"
	draft.save()
	draft.submit()
	assert credited(draft) == {"Bob": 300}


def test_h1_a_draft_of_a_quotation_that_counts_and_one_that_does_not_is_decided_once(everyone):
	draft = converted(BOB, quoted_by(ANNA, ("MILL", 1, 300)), submit=False)
	unsent = quoted_by(CARL, ("PUMP", 1, 700), submit=False)
	draft.append("items", world.item_row("PUMP", 1, 700) | {
		"prevdoc_docname": unsent.name, "quotation_item": unsent.items[0].name})  # fmt: skip
	draft.payment_schedule = []
	draft.save()
	give_user("Anna", None)
	draft.reload()
	draft.po_no = "7"
	draft.save()
	assert pins.load((draft.name,))[draft.name].parts[0].sales_person == "Anna"


def test_h1_a_draft_of_before_stays_as_it_was_pinned(everyone):
	draft = converted(BOB, quoted_by(ANNA, ("MILL", 1, 300)), submit=False)
	unpinned()
	pin_runs.rebuild(None)
	draft.reload()
	draft.po_no = "7"
	draft.save()
	draft.submit()
	assert credited(draft) == {"Bob": 300}


@pytest.mark.parametrize("kind", ["draft", "row of another", "no row"])
def test_h1_what_an_order_says_of_its_quotation_is_not_believed(everyone, kind):
	quotation = quoted_by(ANNA, ("MILL", 1, 300), submit=kind != "draft")
	other = quoted_by(CARL, ("MILL", 1, 300))
	with as_user(BOB):
		order = world.order(300, submit=False, save=False)
		order.items[0].prevdoc_docname = quotation.name
		order.items[0].quotation_item = {
			"draft": quotation.items[0].name, "row of another": other.items[0].name, "no row": None,
		}[kind]  # fmt: skip
		order.insert()
	assert pins.load((order.name,))[order.name].parts[0].sales_person == "Bob"


def test_h1_an_amendment_shows_before_it_is_saved_that_the_allocation_goes_along():
	order = sold_by(ANNA, 1000)
	world.allocation(order.name, percent("Cleo", 30))
	order.reload()
	order.cancel()
	copy = frappe.copy_doc(order)
	copy.amended_from = order.name
	frappe.set_user(MANAGER)
	shown = {row["sales_person"]: row["amount"] for row in sellers.credits_of_new(copy.as_json())["credits"]}
	assert shown == {"Anna": 700, "Cleo": 300}
	copy.customer = "Builder Two"
	shown = {row["sales_person"]: row["amount"] for row in sellers.credits_of_new(copy.as_json())["credits"]}
	assert shown == {"Anna": 1000}


def test_h1_a_manager_names_only_sellers_whom_they_may_see(everyone):
	order = sold_by(ANNA, 1000)
	restricted(MANAGER, "Sales Person", "North Team")
	frappe.set_user(MANAGER)
	with pytest.raises(frappe.PermissionError):
		sellers.change_seller(order.name, "Cleo", "Agreed")
	sellers.change_seller(order.name, "Bob", "Agreed")


def test_h1_who_is_kept_and_is_no_more_is_found_and_decided_anew(everyone):
	order = sold_by(ANNA, 1000)
	frappe.db.set_value(STATE, order.name, "sales_person", "Somebody Renamed", update_modified=False)
	assert "seller" in {row["kind"] for row in ledger.verify()}
	ledger.rebuild()
	assert credited(order) == {"Anna": 1000}


def test_h1_orders_that_went_without_any_event_keep_no_seller_for_ever():
	draft = sold_by(CARL, 1000, submit=False)
	frappe.db.delete("Sales Order", {"name": draft.name})
	pin_runs.rebuild(None)
	assert pins.load((draft.name,)) == {}


def test_h1_a_number_that_is_given_again_to_an_order_with_a_team(everyone):
	draft = sold_by(ANNA, 1000, submit=False)
	frappe.db.delete("Sales Order", {"name": draft.name})
	with as_user(BOB):
		again = world.order(300, team={"Cleo": 100}, save=False, submit=False)
		again.insert(set_name=draft.name)
		again.submit()
	assert pins.load((again.name,)) == {}
	again.reload()
	again.set("sales_team", [])
	again.save()
	assert credited(again) == {"Bob": 300}
