"""Who a conversation is with, and who is the same party: a lead or prospect that became a customer (C1, D5)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe import _
from pypika import CustomFunction
from pypika.functions import Concat

from sales_extensions import current, errors, showing
from sales_extensions.pipeline import facts

if TYPE_CHECKING:
	from frappe.model.document import Document

#: The field with a party's name for people.
NAME_FIELDS = {"Customer": "customer_name", "Lead": "title", "Prospect": "company_name"}

LONGEST_IN_TITLE = 120
Left = CustomFunction("LEFT", ["text", "length"])

#: What a conversation may be about, and where each names the kind of its party and the party.
DOCUMENTS = {
	"Opportunity": ("opportunity_from", "party_name"),
	"Quotation": ("quotation_to", "party_name"),
	"Sales Order": (None, "customer"),
}

Party = tuple[str, str]


def name_of(party_type: str, party: str) -> str:
	"""For people; no HTML, wherever the desk shows a conversation."""
	return showing.as_plain(frappe.db.get_value(party_type, party, NAME_FIELDS[party_type]) or party)


def same_party(party_type: str, party: str) -> list[Party]:
	"""All that stand for the same party, itself first. Who is one party is said in `pipeline.facts` alone."""
	itself = facts.Party(party_type, party)
	owner = facts.owner_of(party_type, party) or itself
	return [tuple(one) for one in dict.fromkeys([itself, owner, *sorted(facts.members([owner]))])]


def is_one_of(conversation, wanted: list[Party]):
	"""A condition: the conversation is with one of these."""
	first, *others = (
		(conversation.party_type == party_type) & (conversation.party == party)
		for party_type, party in wanted
	)
	for one in others:
		first = first | one
	return first


def party_of_document(doctype: str, name: str) -> Party | None:
	"""The party of an Opportunity, Quotation or Sales Order; None where there is no such document."""
	kind_field, party_field = DOCUMENTS[doctype]
	found = frappe.db.get_value(doctype, name, (kind_field or party_field, party_field))
	return found and (found[0] if kind_field else "Customer", found[1])


def follow_rename(party_type: str, old: str, new: str) -> None:
	"""The framework follows dynamic links where it knows of them; what it missed is moved here."""
	conversation = frappe.qb.DocType("Conversation")
	current.run(
		frappe.qb.update(conversation)
		.set(conversation.party, new)
		.where((conversation.party_type == party_type) & (conversation.party == old))
	)
	refresh_names(party_type, new)


def inherit(doc: Document, old: str) -> None:
	"""A customer that takes another in is what that one's lead or prospect became: ERPNext would forget it.

	What came of its own lead or prospect stays as it is.
	"""
	if doc.doctype != "Customer":
		return
	former = frappe.db.get_value("Customer", old, ("lead_name", "prospect_name"), as_dict=True) or {}
	taken = {field: name for field, name in former.items() if name and not doc.get(field)}
	if taken:
		doc.update(taken)
		frappe.db.set_value("Customer", doc.name, taken, update_modified=False)


def refuse_deletion(party_type: str, party: str) -> None:
	"""Conversations without a party would say nothing."""
	count = frappe.db.count("Conversation", {"party_type": party_type, "party": party})
	if count:
		frappe.throw(
			_("{0} {1} has {2} conversations. Delete them first, or merge it with another.").format(
				_(party_type), showing.text(party), count
			),
			frappe.LinkExistsError,
			title=errors.of_name(party_type, party),
		)


def let_go(doctype: str, name: str) -> None:
	"""A document is deleted: conversations about it stay, and a new one under the same number is not theirs."""
	conversation = frappe.qb.DocType("Conversation")
	current.run(
		frappe.qb.update(conversation)
		.set(conversation.reference_doctype, None)
		.set(conversation.reference_name, None)
		.where((conversation.reference_doctype == doctype) & (conversation.reference_name == name))
	)


def refresh_names(party_type: str, party: str) -> None:
	"""A renamed or merged party has one name in all its conversations."""
	conversation = frappe.qb.DocType("Conversation")
	name = name_of(party_type, party)
	current.run(
		frappe.qb.update(conversation)
		.set(conversation.party_name, name)
		.set(conversation.title, titles(name, conversation))
		.where((conversation.party_type == party_type) & (conversation.party == party))
		.where(conversation.party_name != name)
	)


def title_of(party_name: str, day: date) -> str:
	"""What a conversation is called where it is named among others: with whom it was, and when.

	It is kept, so the day is written as no change of the site's way to write days makes another of it.
	"""
	return f"{party_name[:LONGEST_IN_TITLE]}, {day.isoformat()}"


def titles(party_name: object, conversation):
	"""The same as a term of a query."""
	return Concat(Left(party_name, LONGEST_IN_TITLE), ", ", conversation.conversation_date)
