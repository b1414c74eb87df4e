"""What surrounds a job: where it came from, what it led to, and what else is open for its party (K1, K3).

Everything is read by `get_list`, so nobody learns of a document that they may not read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe import _

from sales_extensions import lines
from sales_extensions.conversations.parties import same_party

from . import DOCTYPES
from .settings import inactive_statuses

MOST = 50
ORDER_FIELDS = ("name", "status", "customer_name as title", "transaction_date as day")


def job_fields(doctype: str) -> tuple[str, ...]:
	"""What is told of a job: its name for people is in another field on another line."""
	return "name", "status", f"{lines.field(doctype, 'title')} as title"


def listed(doctype: str, filters: list, fields: Iterable[str], limit: int = 0) -> list[dict]:
	"""Documents of a type that the user may read; none where they may read none of it."""
	if not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(
		doctype, filters=filters, fields=list(fields), order_by="creation desc, name", limit_page_length=limit
	)


# --- what each led to ---------------------------------------------------------------------------


def led_to(jobs: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[dict]]:
	"""For each of these jobs the documents made from it: a few statements, however many jobs."""
	names = {doctype: [name for kind, name in jobs if kind == doctype] for doctype in DOCTYPES}
	found: dict[tuple[str, str], list[dict]] = {}

	def add(source: tuple[str, str], doctype: str, row: dict) -> None:
		one = {"doctype": doctype, "name": row["name"], "status": row.get("status") or ""}
		if one not in found.setdefault(source, []):
			found[source].append(one)

	for doctype, kind in (("Opportunity", "opportunity_from"), ("Quotation", "quotation_to")):
		filters = [[kind, "=", "Lead"], ["party_name", "in", names["Lead"]]]
		for row in listed(doctype, filters, ("name", "status", "party_name")) if names["Lead"] else ():
			add(("Lead", row.party_name), doctype, row)
	if names["Lead"]:
		for row in listed("Customer", [["lead_name", "in", names["Lead"]]], ("name", "lead_name")):
			add(("Lead", row.lead_name), "Customer", row)
	for opportunity, row in _quotations_of(names["Opportunity"]):
		add(("Opportunity", opportunity), "Quotation", row)
	for quotation, row in _orders_of(names["Quotation"]):
		add(("Quotation", quotation), "Sales Order", row)
	return found


# --- what each came from --------------------------------------------------------------------------


def came_from(jobs: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[dict]]:
	"""For each of these jobs what it was made from, as far as the user may read that: a few statements for all."""
	names = {doctype: [name for kind, name in jobs if kind == doctype] for doctype in DOCTYPES}
	sources = _of_quotations(names["Quotation"]) | _of_opportunities(names["Opportunity"])
	may_read = {
		(doctype, row.name)
		for doctype in ("Opportunity", "Lead")
		if (wanted := sorted({name for found in sources.values() for kind, name in found if kind == doctype}))
		for row in listed(doctype, [["name", "in", wanted]], ("name",))
	}
	return {
		job: [{"doctype": kind, "name": name} for kind, name in found if (kind, name) in may_read]
		for job, found in sources.items()
	}


Sources = dict[tuple[str, str], list[tuple[str, str]]]


def _of_quotations(names: list[str]) -> Sources:
	"""The opportunity, by the head or by rows; else the lead."""
	fields = ["name", "opportunity", "quotation_to", "party_name"]
	heads = _all("Quotation", {"name": ("in", names)}, fields) if names else []
	by_row: dict[str, set[str]] = {}
	of_rows = {"parent": ("in", names), "prevdoc_doctype": "Opportunity", "prevdoc_docname": ("is", "set")}
	for row in _all("Quotation Item", of_rows, ["parent", "prevdoc_docname"]) if names else ():
		by_row.setdefault(row.parent, set()).add(row.prevdoc_docname)
	found: Sources = {}
	for head in heads:
		opportunities = sorted({head.opportunity, *by_row.get(head.name, ())} - {None, ""})
		lead = [("Lead", head.party_name)] if head.quotation_to == "Lead" else []
		found["Quotation", head.name] = [("Opportunity", one) for one in opportunities] or lead
	return found


def _of_opportunities(names: list[str]) -> Sources:
	asked = {"name": ("in", names), "opportunity_from": "Lead"}
	rows = _all("Opportunity", asked, ["name", "party_name"]) if names else []
	return {("Opportunity", row.name): [("Lead", row.party_name)] for row in rows}


def _all(doctype: str, filters: dict, fields: list[str]) -> list[dict]:
	"""Of jobs that the user has been shown; what they name is told by their permission on that."""
	return frappe.get_all(doctype, filters, fields, order_by="name", limit_page_length=0)


def _quotations_of(opportunities: list[str]) -> list[tuple[str, dict]]:
	if not opportunities:
		return []
	fields = (*job_fields("Quotation"), "opportunity", "transaction_date as day")
	found = [
		(row.opportunity, row) for row in listed("Quotation", [["opportunity", "in", opportunities]], fields)
	]
	by_row = _sources("Quotation Item", opportunities, prevdoc_doctype="Opportunity")
	rows = listed("Quotation", [["name", "in", list(by_row)]], fields) if by_row else []
	return found + [(source, row) for row in rows for source in sorted(by_row[row.name])]


def _orders_of(quotations: list[str]) -> list[tuple[str, dict]]:
	by_row = _sources("Sales Order Item", quotations) if quotations else {}
	rows = listed("Sales Order", [["name", "in", list(by_row)]], ORDER_FIELDS) if by_row else []
	return [(source, row) for row in rows for source in sorted(by_row[row.name])]


def _sources(table: str, names: list[str], **more: str) -> dict[str, set[str]]:
	"""document: the documents that its rows were made from."""
	rows = frappe.get_all(
		table,
		filters={"prevdoc_docname": ("in", names), **more},
		fields=["parent", "prevdoc_docname"],
		order_by="parent, idx",
	)
	found: dict[str, set[str]] = {}
	for row in rows:
		found.setdefault(row.parent, set()).add(row.prevdoc_docname)
	return found


# --- around one job -----------------------------------------------------------------------------


def related(doctype: str, name: str) -> list[dict]:
	"""Documents around a job in groups: how they are related, which, and whether each is active."""
	doc = frappe.get_doc(doctype, name)
	groups = {
		_("Came From"): _sources_of(doc),
		_("Led To"): _results_of(doc),
		_("Other Active Jobs of the Same Party"): _others_of(doc),
	}
	seen = {(doctype, name)}
	shown = []
	for label, rows in groups.items():
		fresh = []
		for row in rows:
			if (row["doctype"], row["name"]) not in seen:
				seen.add((row["doctype"], row["name"]))
				fresh.append(row)
		if fresh:
			shown.append({"label": label, "rows": fresh[:MOST], "left_out": max(len(fresh) - MOST, 0)})
	return shown


def _sources_of(doc) -> list[dict]:
	found = []
	kind, party = party_of(doc)
	if doc.doctype == "Quotation":
		opportunities = {doc.opportunity, *(
			row.prevdoc_docname for row in doc.items if row.prevdoc_doctype == "Opportunity"
		)} - {None, ""}  # fmt: skip
		found += _jobs("Opportunity", [["name", "in", sorted(opportunities)]] if opportunities else None)
		for one in sorted(opportunities):
			source = frappe.db.get_value("Opportunity", one, ("opportunity_from", "party_name"))
			if source and source[0] == "Lead":
				found += _jobs("Lead", [["name", "=", source[1]]])
	if doc.doctype != "Lead" and kind == "Lead":
		found += _jobs("Lead", [["name", "=", party]])
	return found


def _results_of(doc) -> list[dict]:
	"""What a job led to, and what that led to in turn: opportunities, quotations, orders."""
	found, wave = [], [(doc.doctype, doc.name)]
	while wave:
		made = [row for rows in led_to(wave).values() for row in rows]
		known = {(row["doctype"], row["name"]) for row in found}
		fresh = [row for row in made if (row["doctype"], row["name"]) not in known]
		found += fresh
		wave = [(row["doctype"], row["name"]) for row in fresh if row["doctype"] in DOCTYPES]
	return [{**row, "is_active": is_active(row["doctype"], row["status"])} for row in found]


def _others_of(doc) -> list[dict]:
	parties = _same_party(doc)
	found = []
	for doctype, kind in (("Opportunity", "opportunity_from"), ("Quotation", "quotation_to")):
		for party_type, names in parties.items():
			found += _jobs(
				doctype, [[kind, "=", party_type], ["party_name", "in", sorted(names)]], active_only=True
			)
	return found


def party_of(doc) -> tuple[str, str]:
	if doc.doctype == "Lead":
		return "Lead", doc.name
	kind = doc.opportunity_from if doc.doctype == "Opportunity" else doc.quotation_to
	return kind or "", doc.party_name or ""


def _same_party(doc) -> dict[str, set[str]]:
	"""The party under each of its names: as a lead, a prospect, a customer."""
	kind, party = party_of(doc)
	if not (kind and party):
		return {}
	found: dict[str, set[str]] = {}
	for one, name in same_party(kind, party):
		found.setdefault(one, set()).add(name)
	return found


def _jobs(doctype: str, filters: list | None, *, active_only: bool = False) -> list[dict]:
	if filters is None:
		return []
	archived = inactive_statuses(doctype)
	if active_only and archived:
		filters = [*filters, ["status", "not in", archived]]
	return [
		{"doctype": doctype, "name": row.name, "status": row.status or "", "title": row.title,
			"is_active": is_active(doctype, row.status)}
		for row in listed(doctype, filters, job_fields(doctype), MOST + 1)
	]  # fmt: skip


def is_active(doctype: str, status: str | None) -> bool:
	if doctype in DOCTYPES:
		return status not in inactive_statuses(doctype)
	return status not in ("Cancelled", "Closed", "Completed")
