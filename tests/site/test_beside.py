"""On a site with Frappe HR and Frappe CRM, each app's documents save with the others' hooks (X7).

`bin/test beside` makes such a site; on any other these tests are skipped.
"""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import today

from sales_extensions import ledger
from sales_extensions.constants.custom_fields import CUSTOM_FIELDS, MODULE
from sales_extensions.pipeline.verify import verify as verify_pipeline
from tests.site import conversations_world as c
from tests.site import pipeline_world as p
from tests.site import world as w
from tests.site.test_upsell import ANNA, BOB, as_user, convert, told

OTHERS = ("hrms", "crm")


@pytest.fixture(scope="module", autouse=True)
def others(site) -> set[str]:
	there = set(OTHERS) & set(frappe.get_installed_apps())
	if not there:
		pytest.skip("neither hrms nor crm is on this site: run bin/test beside")
	return there


@pytest.fixture
def hrms(others):
	if "hrms" not in others:
		pytest.skip("hrms is not on this site")


@pytest.fixture
def crm(others):
	if "crm" not in others:
		pytest.skip("crm is not on this site")


def test_x7_an_employee_with_hrms_hooks_keeps_the_topic_that_conversations_start_with(hrms):
	employee = frappe.get_doc("Employee", p.employee("Anna"))
	assert type(employee).__module__.startswith("hrms.")
	topic = frappe.get_doc({"doctype": "Conversation Topic", "topic": "Beside hrms"}).insert().name

	employee.default_conversation_topic = topic
	employee.save()

	assert frappe.get_doc("Employee", employee.name).default_conversation_topic == topic
	frappe.set_user("anna@example.com")
	assert c.conversation().about == topic


def test_x7_a_renamed_employee_takes_the_conversations_along(hrms):
	mine = c.conversation(employee=p.employee("Anna"))
	frappe.rename_doc("Employee", mine.employee, "HR-EMP-BESIDE", show_alert=False)
	assert frappe.db.get_value("Conversation", mine.name, "employee") == "HR-EMP-BESIDE"
	assert verify_pipeline() == []


def test_x7_erpnexts_leads_and_opportunities_move_in_the_pipeline_beside_crms_own(crm):
	theirs = frappe.get_doc({"doctype": "CRM Lead", "first_name": "Their", "last_name": "Lead"}).insert()
	ours = c.lead("Our Lead")
	p.stages()
	c.conversation(ours.name, party_type="Lead", pipeline_position="Qualifying")
	c.opportunity(ours.name, kind="Lead")
	theirs.save()
	ours.reload().save()

	assert frappe.db.exists("Pipeline Party", {"party_type": "Lead", "party": ours.name})
	assert not frappe.db.exists("Pipeline Party", {"party": theirs.name})
	assert verify_pipeline() == []


def deal_of_crm():
	# their own, else they ask the web for a rate
	currency = frappe.db.get_single_value("FCRM Settings", "currency") or "USD"
	organization = frappe.get_doc(
		{"doctype": "CRM Organization", "organization_name": "Deal Works", "currency": currency}
	).insert()
	return frappe.get_doc(
		{"doctype": "CRM Deal", "organization": organization.name, "currency": currency}
	).insert()


def quotation_for(deal):
	with as_user(ANNA):
		return w.quotation([("MILL", 1, 100)], quotation_to="CRM Deal", party_name=deal.name)


def test_x7_a_quotation_for_a_deal_of_crm_has_its_credits(crm):
	"""Also while nobody has enabled the integration, which ERPNext needs to make an order of it."""
	w.policy(enable_upsell_tracking=1)
	quotation = quotation_for(deal_of_crm())

	assert told(quotation) == [("MILL", ANNA, "Created", 0, 0)]
	assert verify_pipeline() == []


@pytest.fixture(scope="module")
def integrated(others):
	"""Frappe CRM told that ERPNext is on this site, as an administrator does: only then have both the fields for it.

	They stay, as they do for a user; the setting goes back.
	"""
	if "crm" not in others:
		pytest.skip("crm is not on this site")
	frappe.db.rollback()
	enable_integration(1)
	yield
	frappe.db.rollback()
	enable_integration(0)


def enable_integration(enabled: int) -> None:
	settings = frappe.get_single("ERPNext CRM Settings")
	settings.update({"enabled": enabled, "erpnext_company": w.COMPANY})
	settings.save()
	frappe.db.commit()


def test_x7_a_quotation_for_a_deal_of_crm_becomes_an_order_with_its_credits(integrated):
	w.policy(enable_upsell_tracking=1)
	deal = deal_of_crm()
	customer = c.customer("Deal Works", crm_deal=deal.name)
	order = convert(quotation_for(deal), BOB)
	order.customer = customer.name  # 15 leaves it to the user
	with as_user(BOB):
		order.insert()
		order.submit()

	assert told(order) == [("MILL", ANNA, "Converted", 0, 0)]
	assert verify_pipeline() == []


def test_x7_a_follow_up_passes_crms_hooks_on_to_dos(crm):
	talk = c.conversation(follow_up_date=today())
	todo = frappe.get_doc(
		{"doctype": "ToDo", "description": "Call", "reference_type": "Conversation", "reference_name": talk.name,
			"allocated_to": "anna@example.com"}
	).insert()  # fmt: skip
	todo.status = "Closed"
	todo.save()
	assert frappe.db.get_value("ToDo", todo.name, "status") == "Closed"


def test_x7_quotations_orders_and_customers_save_and_the_books_stay_sound():
	goal = w.target(1000)
	customer = c.customer("Beside Others")
	w.quotation([("MILL", 1, 100)], customer=customer.name)
	order = w.order(400, team={"Anna": 100}, customer=customer.name)
	customer.reload().save()
	assert w.figures(goal) == (400, 1, 40)

	order.cancel()
	assert w.figures(goal) == (0, 0, 0)
	assert ledger.verify() == []
	assert verify_pipeline() == []


def test_x7_no_other_app_has_taken_a_field_of_ours_nor_we_one_of_theirs():
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			kept = frappe.db.get_value(
				"Custom Field", f"{doctype}-{field['fieldname']}", ["module", "fieldtype"], as_dict=True
			)
			assert kept == {"module": MODULE, "fieldtype": field["fieldtype"]}, field
			named_so = [one for one in frappe.get_meta(doctype).fields if one.fieldname == field["fieldname"]]
			assert len(named_so) == 1, field
	mine = frappe.get_all("DocType", {"module": MODULE}, pluck="name", order_by="name")
	assert {"Conversation", "Sales Target", "Upsell Credit"} <= set(mine)
