"""What there must be before, than which an addition sells more: who wrote it, and what was sent, submitted or closed (U11, ADR 8)."""

from contextlib import contextmanager

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from frappe.utils import add_to_date, now_datetime

from sales_extensions.constants.custom_fields import OFFERED_ON
from tests.site import world
from tests.site.test_upsell import ANNA, BOB, add_to_quotation, as_user, told, update_items

PUMP = ("PUMP", 1, 50)


@pytest.fixture(autouse=True)
def tracked(transaction):
	world.policy(enable_upsell_tracking=1)


def draft(doctype: str):
	with as_user(ANNA):
		if doctype == "Quotation":
			return world.quotation([("MILL", 2, 100)], submit=False)
		return world.order(items=[("MILL", 2, 100)], submit=False)


def add(doc, user: str, *, submit: bool = False) -> tuple:
	"""Somebody adds a pump to a draft and saves it. Of the pump's credit: whose, and whether it is an upsell."""
	with as_user(user):
		doc.append("items", world.item_row(*PUMP))
		doc.submit() if submit else doc.save()
	return pump(doc)


def pump(doc) -> tuple:
	*_others, last = [credit for credit in world.credits(doc) if credit.item_code == "PUMP"]
	return last.credit_assigned_to, last.is_upsell


def send(doc, hours_ago: float = 0, medium: str = "Email") -> None:
	"""As the desk does when somebody sends a document by e-mail."""
	sent = frappe.get_doc(
		{"doctype": "Communication", "communication_type": "Communication", "communication_medium": medium,
			"sent_or_received": "Sent", "reference_doctype": doc.doctype, "reference_name": doc.name,
			"subject": "Our offer", "content": "Please find it attached."}
	).insert(ignore_permissions=True)  # fmt: skip
	sent.db_set("creation", add_to_date(now_datetime(), hours=-hours_ago), update_modified=False)


DOCTYPES = ("Quotation", "Sales Order")


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("submit", [False, True])
def test_U11_who_wrote_a_draft_sells_nothing_besides_it_by_adding_a_line(doctype, submit):
	world.policy(upsell_grace_hours=0)
	doc = draft(doctype)
	assert add(doc, ANNA, submit=submit) == (ANNA, 0)
	assert "neither submitted nor sent yet" in world.credits(doc)[1].reason
	world.assert_sound()


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_U11_what_another_adds_to_a_draft_is_an_upsell_at_once(doctype):
	doc = draft(doctype)
	assert add(doc, BOB) == (BOB, 1)
	assert f"to what {ANNA} wrote" in world.credits(doc)[1].reason
	world.assert_sound()


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize(("hours_ago", "is_upsell"), [(23, 0), (25, 1)])
def test_U11_what_its_author_adds_to_a_draft_that_was_sent_is_an_upsell_after_the_grace_period(
	doctype, hours_ago, is_upsell
):
	doc = draft(doctype)
	send(doc, hours_ago)
	send(doc)
	assert add(doc, ANNA) == (ANNA, is_upsell)


def test_U11_a_call_that_was_noted_sends_nothing():
	doc = draft("Quotation")
	send(doc, 25, medium="Phone")
	assert add(doc, ANNA) == (ANNA, 0)


@pytest.mark.parametrize(("grace", "is_upsell"), [(0, 1), (None, 0), (48, 0)])
def test_U11_what_its_maker_adds_to_a_submitted_quotation_is_an_upsell_after_the_grace_period(
	grace, is_upsell
):
	if grace is not None:
		world.policy(upsell_grace_hours=grace)
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100)])
	add_to_quotation(quotation, user=ANNA)
	assert pump(quotation) == (ANNA, is_upsell)
	world.assert_sound()


@pytest.mark.parametrize(("hours_ago", "is_upsell"), [(23, 0), (25, 1)])
def test_U11_the_grace_period_begins_when_a_quotation_is_submitted_and_goes_on_in_its_amendment(
	hours_ago, is_upsell
):
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100)])
		assert quotation.get(OFFERED_ON)
		since = add_to_date(now_datetime(), hours=-hours_ago)
		quotation.db_set(OFFERED_ON, since, update_modified=False)
		quotation.reload()
		quotation.cancel()
		amended = frappe.copy_doc(quotation, ignore_no_copy=False)
		amended.update({"amended_from": quotation.name, "docstatus": 0})
		amended.insert()
		amended.submit()
	assert [str(frappe.db.get_value("Quotation", amended.name, OFFERED_ON))] == [str(since)]
	add_to_quotation(amended, user=ANNA)
	assert pump(amended) == (ANNA, is_upsell)
	world.assert_sound()


def test_U11_what_its_author_adds_to_a_closed_deal_is_an_upsell_at_once():
	with as_user(ANNA):
		order = world.order(items=[("MILL", 2, 100)])
	update_items(order, user=ANNA, add=PUMP)
	assert pump(order) == (ANNA, 1)
	assert "after the order was submitted" in world.credits(order)[1].reason
	with as_user(ANNA):
		order.cancel()
		amended = frappe.copy_doc(order)
		amended.update({"amended_from": order.name, "docstatus": 0})
		amended.insert()
		amended.reload()
		amended.append("items", world.item_row("CARE", 1, 10) | {"delivery_date": amended.delivery_date})
		amended.save()
	assert told(amended)[-1] == ("CARE", ANNA, "Added", 1, 0)
	world.assert_sound()


def test_U11_what_its_author_adds_to_an_order_of_a_quotation_is_an_upsell_at_once():
	with as_user(ANNA):
		quotation = world.quotation([("MILL", 2, 100)])
		order = make_sales_order(quotation.name)
		order.update({"transaction_date": quotation.transaction_date, "delivery_date": world.END})
		order.payment_schedule, order.set_warehouse = [], world.WAREHOUSE
		for row in order.items:
			row.update({"delivery_date": world.END, "warehouse": world.WAREHOUSE})
		order.insert()
	assert add(order, ANNA) == (ANNA, 1)
	world.assert_sound()


def test_U11_what_was_an_upsell_by_an_earlier_rule_stays_one():
	from sales_extensions import charges, ledger

	target = world.target(1000, ("Anna",), target_type="Upsell", target_amount=1000)
	doc = draft("Sales Order")
	add(doc, ANNA, submit=True)
	(_mill, own) = world.credits(doc)
	frappe.db.set_value("Upsell Credit", own.name, {"is_upsell": 1, "upsell_rule": "Added Later"})
	ledger.rebuild()
	assert world.figures(target)[0] == 50
	assert charges.settle_all().written == 0
	assert pump(doc) == (ANNA, 1)
	world.assert_sound()


@contextmanager
def refused(words: str):
	with pytest.raises(frappe.ValidationError, match=words):
		yield


def test_U11_X5_the_grace_period_is_a_number_of_hours_up_to_a_year():
	for wrong in (-1, 8761, "soon", 1.5):
		with refused("Grace Period"):
			world.policy(upsell_grace_hours=wrong)
	world.policy(upsell_grace_hours=8760)
	world.policy(upsell_grace_hours=None)
	assert frappe.db.get_single_value("Sales Extensions Settings", "upsell_grace_hours") == 24
