"""The tables in Sales Tracker Settings: seeded once, then the users' own (K2, K5)."""

from __future__ import annotations

import re

import frappe

from sales_extensions import lines
from sales_extensions.engine.tracker import StageRule, in_order
from sales_extensions.engine.words import _

from . import DOCTYPES, WORTH

SETTINGS = "Sales Tracker Settings"

#: label: (width, visible, field of Lead, of Opportunity, of Quotation). One label is one column.
FIELDS = {
	_("Customer"): (220, 1, "title", "title", "title"),
	_("Status"): (130, 1, "status", "status", "status"),
	_("Amount"): (140, 1, None, WORTH["Opportunity"], WORTH["Quotation"]),
	_("Owner"): (160, 1, "lead_owner", "opportunity_owner", "owner"),
	_("Assigned To"): (160, 1, "_assign", "_assign", "_assign"),
	_("Territory"): (130, 1, "territory", "territory", "territory"),
	_("Date"): (120, 1, "creation", "transaction_date", "transaction_date"),
	_("Due"): (120, 1, None, "expected_closing", "valid_till"),
	_("Last Updated"): (130, 1, "modified", "modified", "modified"),
	_("Source"): (130, 0, "source", "source", "source"),
	_("Company"): (160, 0, "company", "company", "company"),
	_("Sales Stage"): (130, 0, None, "sales_stage", None),
	_("Probability"): (110, 0, None, "probability", None),
	_("Contact"): (160, 0, "lead_name", "contact_display", "contact_display"),
	_("Phone"): (130, 0, "mobile_no", "contact_mobile", "contact_mobile"),
}  # fmt: skip

#: What goes on as another document is not active here: a quoted opportunity is seen as its quotation.
ACTIVE = {
	"Lead": {"Lead", "Open", "Replied", "Interested"},
	"Opportunity": {"Open", "Replied"},
	"Quotation": {"Draft", "Open", "Replied", "Partially Ordered"},
}

#: stage: (outcome, colour, statuses of Lead, of Opportunity, of Quotation)
STAGES = {
	_("New Enquiry"): ("Open", "#449CF0", ("Lead", "Open"), (), ()),
	_("In Contact"): ("Open", "#29CD42", ("Replied", "Interested"), (), ()),
	_("Opportunity"): ("Open", "#7575FF", ("Opportunity",), ("Open", "Replied"), ()),
	_("Proposal in Preparation"): ("Open", "#ECAD4B", (), (), ("Draft",)),
	_("Proposal Sent"): ("Open", "#FF8D6C", ("Quotation",), ("Quotation",), ("Open", "Replied")),
	_("Partially Ordered"): ("Open", "#48BB74", (), (), ("Partially Ordered",)),
	_("Won"): ("Won", "#28A745", ("Converted",), ("Converted",), ("Ordered",)),
	_("Lost"): ("Lost", "#CB2929", ("Lost Quotation", "Do Not Contact"), ("Lost", "Closed"),
		("Lost", "Expired", "Cancelled")),
}  # fmt: skip


def tracker_settings():
	return frappe.get_cached_doc(SETTINGS)


def seed() -> None:
	"""Fill the tables once. What users change, or empty, is never touched again."""
	if frappe.db.get_single_value(SETTINGS, "is_seeded"):
		return
	doc = frappe.get_doc(SETTINGS)
	doc.set("tracker_fields", _field_rows())
	doc.set("statuses", [])
	add_missing_statuses(doc)
	doc.set("stages", _stage_rows())
	doc.is_seeded = 1
	doc.flags.ignore_permissions = True
	doc.save()


def follow_names() -> None:
	"""Rows that name a field as another line does name the one in its place here; labels, widths and order stay."""
	for table, column in (("Sales Tracker Field", "fieldname"), ("Sales Tracker Stage", "condition_field")):
		named = {"parent": SETTINGS, column: ("in", list(lines.OTHER_NAMES))}
		for row in frappe.get_all(table, named, ["name", "document_type", column], order_by="idx"):
			here = lines.field(row.document_type, row[column])
			if here and here != row[column]:
				frappe.db.set_value(table, row.name, column, here, update_modified=False)
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def _field_rows() -> list[dict]:
	return [
		{"document_type": doctype, "fieldname": fieldname, "label": label, "width": width, "visible": visible}
		for label, (width, visible, *names) in FIELDS.items()
		for doctype, name in zip(DOCTYPES, names, strict=True)
		if name and (fieldname := lines.field(doctype, name))
	]


def _stage_rows() -> list[dict]:
	return [
		{"stage": stage, "sequence": place * 10, "document_type": doctype, "statuses": "\n".join(statuses),
			"outcome": outcome, "colour": colour}
		for place, (stage, (outcome, colour, *by_type)) in enumerate(STAGES.items(), 1)
		for doctype, statuses in zip(DOCTYPES, by_type, strict=True)
		if statuses
	]  # fmt: skip


def add_missing_statuses(doc) -> int:
	"""Append the statuses that documents may have and the table lacks; returns how many.

	Active are those known to be, and any that this or another app added.
	"""
	missing = missing_statuses(doc)
	for doctype, status in missing:
		known = status in {name for *_rest, by_type in _known(doctype) for name in by_type}
		active = status in ACTIVE[doctype] or not known
		doc.append("statuses", {"document_type": doctype, "status": status, "is_active": int(active)})
	return len(missing)


def _known(doctype: str):
	place = DOCTYPES.index(doctype)
	return [(stage, by_type[place]) for stage, (_outcome, _colour, *by_type) in STAGES.items()]


def missing_statuses(doc) -> list[tuple[str, str]]:
	listed = {(row.document_type, row.status) for row in doc.statuses}
	return [
		(doctype, status)
		for doctype in DOCTYPES
		for status in status_options(doctype)
		if (doctype, status) not in listed
	]


def status_options(doctype: str) -> list[str]:
	"""The choices of a document's status, as the site has them."""
	df = frappe.get_meta(doctype).get_field("status")
	return [one for one in (df.options or "").split("\n") if one] if df else []


def inactive_statuses(doctype: str) -> list[str]:
	"""A status that the table lacks counts as active, so that no job goes unseen."""
	return sorted(
		row.status
		for row in tracker_settings().statuses
		if row.document_type == doctype and not row.is_active
	)


def stage_rules() -> tuple[StageRule, ...]:
	return in_order(
		StageRule(
			row.stage,
			row.sequence,
			row.document_type,
			frozenset(statuses_in(row.statuses)),
			row.outcome,
			row.colour or "#999999",
			row.condition_field or "",
			row.condition_value or "",
		)
		for row in tracker_settings().stages
	)


def statuses_in(text: str | None) -> list[str]:
	"""Statuses that were typed one to a line, or with commas."""
	return [one.strip() for one in re.split(r"[\n,]", text or "") if one.strip()]
