"""What tests of the pipeline are about: stages, parties, conversations, and the plain model's view of them (C5)."""

from __future__ import annotations

import frappe

from sales_extensions.pipeline import facts
from tests import plain_pipeline
from tests.site import world

STAGES = {
	"Initial Contact": (10, "Open"),
	"Qualifying": (20, "Open"),
	"Lead Validation": (30, "Open"),
	"Progression": (40, "Open"),
	"Won": (50, "Won"),
	"Lost": (60, "Lost"),
}


def stages() -> None:
	for name, (sequence, outcome) in STAGES.items():
		if not frappe.db.exists("Pipeline Stage", name):
			frappe.get_doc(
				{"doctype": "Pipeline Stage", "stage_name": name, "sequence": sequence, "outcome": outcome}
			).insert()


def employee(seller: str) -> str:
	return frappe.db.get_value("Employee", {"user_id": f"{seller.lower()}@example.com"}, "name")


def customer(name: str, territory: str = "Holland", **fields):
	return frappe.get_doc(
		{"doctype": "Customer", "customer_name": name, "customer_type": "Company", "territory": territory,
			"customer_group": "Shops", **fields}
	).insert(ignore_permissions=True)  # fmt: skip


def lead(name: str, territory: str = "Holland", **fields):
	return frappe.get_doc(
		{"doctype": "Lead", "first_name": name, "company_name": name, "territory": territory, **fields}
	).insert(ignore_permissions=True)


def prospect(name: str, *leads: str, territory: str = "Spain"):
	return frappe.get_doc(
		{"doctype": "Prospect", "company_name": name, "company": world.COMPANY, "territory": territory,
			"leads": [{"lead": one} for one in leads]}
	).insert(ignore_permissions=True)  # fmt: skip


def talk(party: str, day: str, stage: str = "", seller: str = "Anna", *, at: str | None = None,
	kind: str = "Customer", **fields):  # fmt: skip
	"""A conversation with a party."""
	return frappe.get_doc(
		{"doctype": "Conversation", "party_type": kind, "party": party, "conversation_date": day,
			"time_begin": at, "pipeline_position": stage, "note": "Talked.", "employee": employee(seller), **fields}
	).insert()  # fmt: skip


def opportunity(party: str, kind: str = "Customer"):
	return frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": kind, "party_name": party, "company": world.COMPANY,
			"transaction_date": "2026-03-01", "currency": "USD"}
	).insert(ignore_permissions=True)  # fmt: skip


def settings(**values: int) -> None:
	doc = frappe.get_doc("Sales Extensions Settings")
	doc.update(values)
	doc.save()


def ways(party: str, kind: str = "Customer") -> list[tuple]:
	"""(entered, last stage, outcome, left) of each stored passage of a party."""
	rows = frappe.get_all(
		"Pipeline Passage",
		{"party_type": kind, "party": party},
		["entered_on", "pipeline_stage", "outcome", "left_on"],
		order_by="passage",
	)
	return [
		(str(row.entered_on), row.pipeline_stage, row.outcome, row.left_on and str(row.left_on))
		for row in rows
	]


# --- for the plain model ----------------------------------------------------------------------------


def plain_events(
	noted: dict[tuple[str, str], str], submitted: dict[str, str] | None = None
) -> dict[tuple[str, str], list[dict]]:
	"""All that the documents say, by party, for the plain model. `noted`: the day on which each lost document
	was lost, as the test knows it. `submitted`: of orders that were not on the day on which they were entered.
	Conversions are followed one by one.
	"""
	found: dict[tuple[str, str], list[dict]] = {}

	def add(party_type: str, party: str, **event) -> None:
		found.setdefault(_became(party_type, party), []).append(
			{"clock": "", "stage": "", "who": "", **event}
		)

	for row in frappe.get_all("Conversation", fields=["*"], order_by="name"):
		clock = "" if row.time_begin is None else str(row.time_begin).rjust(8, "0")
		add(row.party_type, row.party, kind="Conversation", name=row.name, day=str(row.conversation_date),
			clock=clock, typed=str(row.creation), stage=row.pipeline_position or "", who=row.employee or "")  # fmt: skip
	for row in frappe.get_all("Sales Order", {"docstatus": 1}, ["*"], order_by="name"):
		day, typed = str(row.transaction_date), str(row.creation)
		signed = plain_pipeline.in_time(day, typed[:10], (submitted or {}).get(row.name, typed[:10]))
		add("Customer", row.customer, kind="Sales Order", name=row.name, day=day, typed=typed, signed=signed)
	for source, kind in (("Quotation", "quotation_to"), ("Opportunity", "opportunity_from")):
		for row in frappe.get_all(source, {"status": "Lost", "docstatus": ("<", 2)}, ["*"], order_by="name"):
			day = noted.get((source, row.name)) or str(row.modified)[:10]
			add(row[kind], row.party_name, kind=source, name=row.name, day=day, typed=str(row.modified))
	return found


def _became(kind: str, name: str) -> tuple[str, str]:
	if kind == "Lead":
		found = frappe.get_all(
			"Customer", {"lead_name": name}, pluck="name", order_by="creation, name", limit=1
		)
		if found:
			return "Customer", found[0]
		found = frappe.get_all(
			"Prospect Lead", {"lead": name}, pluck="parent", order_by="creation, parent", limit=1
		)
		if found:
			return _became("Prospect", found[0])
	if kind == "Prospect":
		found = frappe.get_all(
			"Customer", {"prospect_name": name}, pluck="name", order_by="creation, name", limit=1
		)
		if found:
			return "Customer", found[0]
	return kind, name


def plain_stages() -> dict[str, str]:
	return {
		row.name: row.outcome
		for row in frappe.get_all("Pipeline Stage", ["name", "outcome"], order_by="name")
	}


def plain_ending() -> dict[str, str]:
	policy = facts.rules().policy
	return {
		kind: word
		for kind, word, counts in (
			("Sales Order", "W", policy.won_on_order),
			("Quotation", "L", policy.lost_on_quotation),
			("Opportunity", "L", policy.lost_on_opportunity),
		)
		if counts
	}
