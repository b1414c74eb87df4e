"""Passages live on a site: each change is followed, and what is stored is what the documents say (C5, C7)."""

from __future__ import annotations

import sys
from types import ModuleType

import frappe
import pytest
from frappe.model.rename_doc import rename_doc

from sales_extensions import install, ledger, pipeline
from sales_extensions.ledger import above, runs
from sales_extensions.pipeline import restate
from sales_extensions.pipeline.facts import Party
from tests.site import clock, world
from tests.site import pipeline_world as pw
from tests.site.pipeline_world import talk, ways

SHOP, BUILDER = "Shop One", "Builder Two"


@pytest.fixture(autouse=True)
def stages(transaction, monkeypatch):
	pw.stages()
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)


@pytest.fixture(autouse=True)
def sound(stages):
	"""After each test the books are what the documents say."""
	yield
	assert pipeline.verify() == []


def test_c5_a_conversation_enters_moves_and_ends():
	talk(SHOP, "2026-03-01")
	assert ways(SHOP) == []
	talk(SHOP, "2026-03-02", "Initial Contact")
	talk(SHOP, "2026-03-05", "Qualifying", "Bob")
	assert ways(SHOP) == [("2026-03-02", "Qualifying", "Open", None)]
	talk(SHOP, "2026-03-09", "Won", "Anna")
	assert ways(SHOP) == [("2026-03-02", "Qualifying", "Won", "2026-03-09")]
	row = frappe.get_doc("Pipeline Passage", {"party": SHOP})
	assert (row.employee, row.user or "", row.days) == (pw.employee("Anna"), row.user or "", 7)
	assert row.sellers == f"{pw.employee('Bob')}, {pw.employee('Anna')}"
	assert row.territory == "Holland" and row.reason.startswith("Entered on 2026-03-02 at Initial Contact")


def test_c5_late_corrected_moved_and_deleted_conversations_give_what_would_have_been():
	first = talk(SHOP, "2026-03-10", "Qualifying")
	won = talk(SHOP, "2026-03-20", "Won")
	talk(SHOP, "2026-03-12", "Lost")
	assert ways(SHOP) == [("2026-03-10", "Qualifying", "Lost", "2026-03-12")]
	won.reload()
	won.pipeline_position = "Progression"
	won.save()
	assert ways(SHOP)[1] == ("2026-03-20", "Progression", "Open", None)
	first.reload()
	first.conversation_date = "2026-03-15"
	first.save()
	assert ways(SHOP) == [("2026-03-15", "Progression", "Open", None)]
	first.reload()
	first.party = BUILDER
	first.save()
	assert ways(SHOP) == [("2026-03-20", "Progression", "Open", None)]
	assert ways(BUILDER) == [("2026-03-15", "Qualifying", "Open", None)]
	frappe.delete_doc("Conversation", first.name)
	assert ways(BUILDER) == []
	assert not frappe.db.exists("Pipeline Party", {"party": BUILDER})


def test_c5_an_order_wins_and_its_cancelling_takes_the_win_back():
	talk(SHOP, "2026-03-01", "Qualifying")
	order = world.order(date="2026-03-10")
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", "2026-03-10")]
	order.reload()
	order.cancel()
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Open", None)]


def test_c5_the_next_order_wins_when_the_first_is_cancelled():
	talk(SHOP, "2026-03-01", "Qualifying")
	first = world.order(date="2026-03-10")
	world.order(date="2026-03-15")
	first.reload()
	first.cancel()
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", "2026-03-15")]


def test_c5_an_order_of_before_the_conversation_was_entered_counts_by_its_date():
	world.order(date="2026-03-10")
	world.order(date="2026-02-10")
	assert ways(SHOP) == []
	talk(SHOP, "2026-03-01", "Qualifying")
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", "2026-03-10")]


def test_c5_a_draft_order_and_one_of_another_customer_do_nothing():
	talk(SHOP, "2026-03-01", "Qualifying")
	world.order(date="2026-03-10", submit=False)
	world.order(date="2026-03-10", customer=BUILDER)
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Open", None)]
	assert ways(BUILDER) == []


def test_c5_a_draft_that_is_submitted_after_the_talk_wins():
	with clock.at("2026-03-01 10:00"):
		order = world.order(date="2026-03-01", submit=False)
	with clock.at("2026-03-05 10:00"):
		talk(SHOP, "2026-03-05", "Qualifying")
	with clock.at("2026-03-06 10:00"):
		order.reload()
		order.submit()
	assert ways(SHOP) == [("2026-03-05", "Qualifying", "Won", "2026-03-06")]
	order.reload()
	order.cancel()
	assert ways(SHOP) == [("2026-03-05", "Qualifying", "Open", None)]


@pytest.mark.parametrize("talk_first", [True, False])
def test_c5_an_order_entered_after_the_talk_and_dated_before_it_wins_that_passage(talk_first):
	talk(SHOP, "2026-03-01", "Qualifying")
	if talk_first:
		talk(SHOP, "2026-03-10", "Progression")
	with clock.at("2026-03-12 10:00"):
		world.order(date="2026-03-08")
	if not talk_first:
		assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", "2026-03-08")]
		talk(SHOP, "2026-03-10", "Progression")
	assert ways(SHOP) == [("2026-03-01", "Progression", "Won", "2026-03-12")]
	talk(SHOP, "2026-03-13", "Qualifying")
	assert ways(SHOP)[1:] == [("2026-03-13", "Qualifying", "Open", None)]


def test_c5_an_imported_order_of_long_ago_wins_nobody():
	talk(SHOP, "2026-03-10", "Qualifying")
	with clock.at("2026-03-12 10:00"):
		world.order(date="2026-01-20")
		assert ways(SHOP) == [("2026-03-10", "Qualifying", "Open", None)]


def test_c5_an_amended_order_is_the_same_deal():
	talk(SHOP, "2026-03-01", "Qualifying")
	with clock.at("2026-03-05 10:00"):
		order = world.order(date="2026-03-05")
	talk(SHOP, "2026-03-10", "Initial Contact")
	before = ways(SHOP)
	assert [way[2] for way in before] == ["Won", "Open"]
	with clock.at("2026-03-12 10:00"):
		order.reload()
		order.cancel()
		amended = frappe.copy_doc(order)
		amended.update({"amended_from": order.name, "docstatus": 0})
		amended.insert()
		amended.submit()
	assert ways(SHOP) == before


def test_c5_settings_decide_what_ends_a_passage_and_restate():
	talk(SHOP, "2026-03-01", "Qualifying")
	world.order(date="2026-03-10")
	pw.settings(won_on_sales_order=0)
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Open", None)]
	pw.settings(won_on_sales_order=1)
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", "2026-03-10")]


def test_c5_a_lost_quotation_loses_and_its_cancelling_takes_that_back():
	pw.settings(lost_on_quotation=1)
	talk(SHOP, "2026-03-01", "Qualifying")
	quotation = world.quotation([("MILL", 1, 100)])
	quotation.declare_enquiry_lost([], [], "Too dear")
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Lost", frappe.utils.today())]
	pw.settings(lost_on_quotation=0)
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Open", None)]
	pw.settings(lost_on_quotation=1)
	quotation.reload()
	quotation.cancel()
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Open", None)]


def test_c5_the_day_of_a_loss_stays_what_it_was():
	pw.settings(lost_on_quotation=1)
	talk(SHOP, "2026-03-01", "Qualifying")
	quotation = world.quotation([("MILL", 1, 100)])
	quotation.declare_enquiry_lost([], [])
	frappe.db.set_value("Quotation", quotation.name, "modified", "2030-01-01 10:00:00", update_modified=False)
	pipeline.rebuild()
	assert ways(SHOP)[0][3] == frappe.utils.today()


@pytest.mark.parametrize("kind", ["Quotation", "Opportunity"])
def test_c5_a_loss_that_nobody_noted_was_when_its_reasons_were_recorded(kind):
	pw.settings(lost_on_quotation=1, lost_on_opportunity=1)
	talk(SHOP, "2026-03-01", "Qualifying")
	frappe.get_doc({"doctype": f"{kind} Lost Reason", REASON[kind]: "Too dear"}).insert()
	with clock.at("2026-03-02 10:00"):
		deal = world.quotation([("MILL", 1, 100)]) if kind == "Quotation" else pw.opportunity(SHOP)
	with clock.at("2026-03-05 10:00"):
		deal.reload()
		deal.declare_enquiry_lost([{"lost_reason": "Too dear"}], [])
	with clock.at("2026-03-09 10:00"):
		deal.db_set("order_lost_reason", "It was the price")
	unknown_to_the_books()
	pipeline.rebuild()
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Lost", "2026-03-05")]
	frappe.db.set_value(
		f"{kind} Lost Reason Detail", {"parent": deal.name}, "creation", "2026-03-04 10:00:00"
	)
	unknown_to_the_books()
	pipeline.rebuild()
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Lost", "2026-03-04")]


REASON = {"Quotation": "order_lost_reason", "Opportunity": "lost_reason"}


def test_c5_a_lost_opportunity_loses_until_it_is_reopened():
	pw.settings(lost_on_opportunity=1)
	talk(SHOP, "2026-03-01", "Qualifying")
	deal = pw.opportunity(SHOP)
	deal.declare_enquiry_lost([], [])
	assert ways(SHOP)[0][2] == "Lost"
	deal.reload()
	deal.db_set("status", "Open")
	assert ways(SHOP)[0][2] == "Open"
	deal.declare_enquiry_lost([], [])
	frappe.delete_doc("Opportunity", deal.name)
	assert ways(SHOP)[0][2] == "Open"


@pytest.mark.parametrize("undo", ["reopened", "deleted"])
def test_c5_an_order_of_after_a_loss_wins_when_the_loss_is_taken_back(undo):
	pw.settings(lost_on_opportunity=1)
	talk(SHOP, "2026-03-01", "Qualifying")
	deal = pw.opportunity(SHOP)
	deal.declare_enquiry_lost([], [])
	tomorrow = frappe.utils.add_days(frappe.utils.today(), 1)
	world.order(date=tomorrow)
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Lost", frappe.utils.today())]
	if undo == "reopened":
		frappe.get_doc("Opportunity", deal.name).db_set("status", "Open")
	else:
		frappe.delete_doc("Opportunity", deal.name)
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", tomorrow)]


def test_c5_of_a_customer_who_is_gone_nothing_is_noted():
	"""Some releases leave quotations at the name of a customer who was merged into another."""
	pw.settings(lost_on_quotation=1)
	gone = pw.customer("Gone SA").name
	quotation = world.quotation([("MILL", 1, 100)], customer=gone)
	quotation.declare_enquiry_lost([], [])
	frappe.db.delete("Customer", gone)
	restate.restate([Party("Customer", gone)])
	frappe.get_doc("Quotation", quotation.name).run_method("on_change")
	assert not frappe.db.exists("Pipeline Party", {"party": gone})


# --- who a party is -------------------------------------------------------------------------------


def test_c5_the_history_of_a_lead_goes_over_to_its_customer_and_back():
	lead = pw.lead("Moulin")
	talk(lead.name, "2026-03-01", "Qualifying", kind="Lead")
	assert ways(lead.name, "Lead") == [("2026-03-01", "Qualifying", "Open", None)]
	customer = pw.customer("Moulin SA", lead_name=lead.name)
	assert ways(lead.name, "Lead") == []
	assert ways(customer.name) == [("2026-03-01", "Qualifying", "Open", None)]
	talk(lead.name, "2026-03-05", "Progression", kind="Lead")
	world.order(customer=customer.name, date="2026-03-07")
	assert ways(customer.name) == [("2026-03-01", "Progression", "Won", "2026-03-07")]
	customer.reload()
	customer.lead_name = None
	customer.save()
	assert ways(customer.name) == []
	assert ways(lead.name, "Lead") == [("2026-03-01", "Progression", "Open", None)]


def test_c5_leads_of_a_prospect_are_one_party_and_follow_it_to_the_customer():
	one, two = pw.lead("Uno"), pw.lead("Due")
	talk(one.name, "2026-03-01", "Initial Contact", kind="Lead")
	prospect = pw.prospect("Molino", one.name)
	assert ways(one.name, "Lead") == [] and len(ways("Molino", "Prospect")) == 1
	prospect.append("leads", {"lead": two.name})
	prospect.save()
	talk(two.name, "2026-03-04", "Qualifying", kind="Lead")
	talk("Molino", "2026-03-06", "Progression", kind="Prospect")
	assert ways("Molino", "Prospect") == [("2026-03-01", "Progression", "Open", None)]
	customer = pw.customer("Molino SL", prospect_name="Molino")
	assert ways("Molino", "Prospect") == []
	assert ways(customer.name) == [("2026-03-01", "Progression", "Open", None)]


def test_c5_a_lead_of_a_prospect_that_becomes_a_customer_takes_its_history_along():
	lead = pw.lead("Uno")
	talk(lead.name, "2026-03-01", "Qualifying", kind="Lead")
	pw.prospect("Molino", lead.name)
	customer = pw.customer("Uno SL", lead_name=lead.name)
	assert ways("Molino", "Prospect") == []
	assert ways(customer.name) == [("2026-03-01", "Qualifying", "Open", None)]


def test_c5_a_new_name_and_a_merge_keep_the_history():
	one, two = pw.customer("Mill A"), pw.customer("Mill B")
	talk(one.name, "2026-03-01", "Qualifying")
	talk(two.name, "2026-03-05", "Won")
	rename_doc("Customer", one.name, "Mill C", show_alert=False)
	assert ways("Mill C") == [("2026-03-01", "Qualifying", "Open", None)]
	rename_doc("Customer", "Mill C", two.name, merge=True, show_alert=False)
	assert ways(two.name) == [("2026-03-01", "Qualifying", "Won", "2026-03-05")]
	assert frappe.db.count("Pipeline Party", {"party": ("in", ("Mill A", "Mill B", "Mill C"))}) == 1


def test_c5_a_customer_that_came_of_a_lead_keeps_its_history_through_a_merge():
	lead = pw.lead("Moulin")
	talk(lead.name, "2026-03-01", "Qualifying", kind="Lead")
	double = pw.customer("Moulin SA", lead_name=lead.name).name
	world.order(customer=double, date="2026-03-07")
	pw.customer("Moulin")
	rename_doc("Customer", double, "Moulin", merge=True)
	assert ways("Moulin") == [("2026-03-01", "Qualifying", "Won", "2026-03-07")]
	assert ways(lead.name, "Lead") == []
	assert frappe.db.get_value("Customer", "Moulin", "lead_name") == lead.name


def test_c5_another_territory_and_name_are_seen_at_once():
	talk(SHOP, "2026-03-01", "Qualifying")
	customer = frappe.get_doc("Customer", SHOP)
	customer.update({"territory": "Spain", "customer_name": "Shop One & Co"})
	customer.save()
	row = frappe.get_doc("Pipeline Passage", {"party": SHOP})
	assert (row.territory, row.party_name) == ("Spain", "Shop One & Co")


# --- stages ---------------------------------------------------------------------------------------


def test_c7_a_stage_with_another_outcome_or_name_restates():
	talk(SHOP, "2026-03-01", "Qualifying")
	talk(SHOP, "2026-03-04", "Progression")
	stage = frappe.get_doc("Pipeline Stage", "Progression")
	stage.outcome = "Won"
	stage.save()
	assert ways(SHOP) == [("2026-03-01", "Qualifying", "Won", "2026-03-04")]
	rename_doc("Pipeline Stage", "Qualifying", "In Talks", show_alert=False)
	assert ways(SHOP) == [("2026-03-01", "In Talks", "Won", "2026-03-04")]


def test_c7_another_sequence_of_stages_changes_nothing():
	talk(SHOP, "2026-03-01", "Qualifying")
	before = frappe.db.get_value("Pipeline Passage", {"party": SHOP}, "modified")
	stage = frappe.get_doc("Pipeline Stage", "Qualifying")
	stage.sequence = 99
	stage.save()
	assert frappe.db.get_value("Pipeline Passage", {"party": SHOP}, "modified") == before


# --- soundness ------------------------------------------------------------------------------------


def test_c5_what_was_changed_by_hand_is_found_and_repaired():
	talk(SHOP, "2026-03-01", "Qualifying")
	talk(BUILDER, "2026-03-01", "Qualifying")
	frappe.db.set_value("Pipeline Passage", {"party": SHOP}, "outcome", "Won")
	frappe.db.sql("UPDATE `tabPipeline Party` SET events = '[]' WHERE party = %s", BUILDER)
	frappe.db.sql("UPDATE `tabPipeline Passage` SET name = 'x-0009' WHERE party = %s", BUILDER)
	assert {row["party"] for row in pipeline.verify()} == {SHOP, BUILDER}
	assert pipeline.rebuild()["changed"] == 2
	assert pipeline.verify() == []
	assert pipeline.rebuild()["changed"] == 0


def test_c5_conversations_that_were_written_past_the_app_are_filled_in():
	doc = talk(SHOP, "2026-03-01", "Qualifying")
	frappe.db.sql("DELETE FROM `tabPipeline Party`")
	frappe.db.sql("DELETE FROM `tabPipeline Passage`")
	assert pipeline.verify()
	assert pipeline.rebuild() == {"parties": 1, "changed": 1}
	assert ways(SHOP) == [(str(doc.conversation_date), "Qualifying", "Open", None)]


def test_c5_a_save_that_changes_nothing_of_it_costs_no_statement(monkeypatch):
	doc = talk(SHOP, "2026-03-01", "Qualifying", at="09:30:00")
	doc.reload()
	doc.note = "Another note."
	doc.save()
	doc._doc_before_save = frappe.get_doc("Conversation", doc.name)
	monkeypatch.setattr(frappe.db, "sql", lambda *args, **kwargs: pytest.fail("a statement was sent"))
	from sales_extensions.overrides import conversation

	conversation.on_update(doc)
	monkeypatch.undo()


# --- runs in the background -------------------------------------------------------------------------


@pytest.fixture
def sliced(monkeypatch):
	"""Runs of one party a slice, in the transaction of the test."""
	monkeypatch.setattr(restate, "INLINE", 0)
	monkeypatch.setattr(restate, "SLICE", 1)
	monkeypatch.setattr(runs, "commit", lambda: None)
	return runs


def unknown_to_the_books() -> None:
	frappe.db.delete("Pipeline Party")
	frappe.db.delete("Pipeline Passage")


def last_run(purpose: str):
	return frappe.get_last_doc("Sales Ledger Run", {"purpose": purpose})


def test_c5_other_rules_for_many_parties_restate_them_in_a_run(sliced):
	talk(SHOP, "2026-03-01", "Qualifying")
	world.order(date="2026-03-10")
	pw.settings(won_on_sales_order=0)
	assert ways(SHOP)[0][2] == "Won"
	run = last_run("Pipeline")
	assert (run.status, run.total_parties) == ("Queued", 1)
	sliced.work(run.name)
	assert ways(SHOP)[0][2] == "Open"


def test_x2_an_install_fills_many_pipelines_in_a_run_that_can_be_resumed(sliced, monkeypatch):
	shops = [SHOP, BUILDER, pw.customer("Third Mill").name]
	for shop in shops:
		talk(shop, "2026-03-01", "Qualifying")
	unknown_to_the_books()
	install.fill_pipeline()
	run = last_run("Pipeline")
	assert (run.status, run.total_parties, run.done_parties) == ("Queued", 3, 0)
	whole, parts = restate.held, []

	def stopped(part):
		parts.append(part)
		if len(parts) == 3:
			raise KeyboardInterrupt
		return whole(part)

	monkeypatch.setattr(restate, "held", stopped)
	with pytest.raises(KeyboardInterrupt):
		sliced.work(run.name)
	run.reload()
	assert (run.status, run.total_parties, run.done_parties) == ("Running", 3, 2)
	assert frappe.db.count("Pipeline Passage") == 2
	sliced.work(run.name)
	run.reload()
	assert (run.status, run.done_parties, run.parties_changed, run.differences) == ("Finished", 3, 3, "[]")
	assert len(parts) == 4, "a party that was done is not looked at again"
	assert [ways(shop) for shop in shops] == [[("2026-03-01", "Qualifying", "Open", None)]] * 3


def test_x2_an_install_fills_few_pipelines_at_once(monkeypatch):
	talk(SHOP, "2026-03-01", "Qualifying")
	unknown_to_the_books()
	before = frappe.db.count("Sales Ledger Run")
	install.fill_pipeline()
	assert len(ways(SHOP)) == 1 and frappe.db.count("Sales Ledger Run") == before


def test_t3_one_reconcile_checks_the_pipeline_too_and_names_what_it_repaired(sliced):
	talk(SHOP, "2026-03-01", "Qualifying")
	talk(BUILDER, "2026-03-01", "Qualifying")
	assert ledger.verify() == []
	frappe.db.set_value("Pipeline Passage", {"party": SHOP}, "outcome", "Won")
	assert [(row["kind"], row["party"]) for row in ledger.verify()] == [("pipeline", SHOP)]
	assert ledger.verify(world.COMPANY) == []
	reconcile = frappe.get_doc(
		{"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Queued"}
	).insert()
	sliced.work(reconcile.name)
	run = last_run("Reconcile")
	assert (run.status, run.total_parties, run.done_parties, run.parties_changed) == ("Finished", 2, 2, 1)
	assert SHOP in run.differences and BUILDER not in run.differences
	assert ledger.verify() == []


def test_t3_new_books_are_a_line_in_the_table(monkeypatch):
	"""A rebuild and a check ask all that stand in it."""
	books = ModuleType("sales_extensions.of_a_test")
	books.rebuild, books.differences = lambda company: 7, lambda company: [{"kind": "test"}]
	monkeypatch.setitem(sys.modules, books.__name__, books)
	monkeypatch.setattr(above, "ALL", (*above.ALL, books.__name__))
	monkeypatch.setitem(above.WRITTEN, books.__name__, "tests_written")
	assert ledger.rebuild()["tests_written"] == 7
	assert {"kind": "test"} in ledger.verify()


def test_t3_a_rebuild_of_all_restates_the_pipeline_too():
	talk(SHOP, "2026-03-01", "Qualifying")
	frappe.db.set_value("Pipeline Passage", {"party": SHOP}, "outcome", "Won")
	assert ledger.rebuild(world.COMPANY)["parties_changed"] == 0
	assert ledger.rebuild()["parties_changed"] == 1
	assert ledger.verify() == []


def test_t6_a_run_of_the_pipeline_is_no_progress_of_a_target(sliced):
	target = world.target(1000)
	talk(SHOP, "2026-03-01", "Qualifying")
	pw.settings(lost_on_quotation=1)
	assert last_run("Pipeline").status == "Queued"
	assert runs.open_run_of(target.name) is None
	sliced.work(last_run("Pipeline").name)
