"""A credit is readable exactly if its document is (A2, U11): in lists, exports, reports and by itself.

The framework asks here, by the hooks `permission_query_conditions` and `has_permission`. Who may read credits
but has no role for their documents reads those of all documents that their User Permissions allow: so a System
Manager reads all, as in the reports. A credit whose document is gone is withheld from who is restricted in that
kind of document, but not from managers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document
from frappe.permissions import get_role_permissions, get_user_permissions

from sales_extensions.constants.roles import MANAGER, SYSTEM_MANAGER

CREDIT, CHANGE = "Upsell Credit", "Upsell Credit Change"
DOCUMENTS = ("Quotation", "Sales Order")


def conditions_of_credits(user: str | None = None, doctype: str = CREDIT) -> str:
	"""Which credits the user may see, as SQL. Empty where nothing restricts them, so that lists stay fast."""
	user = user or frappe.session.user
	restrictions = {document: restriction(document, user) for document in DOCUMENTS}
	if user == "Administrator" or not any(restrictions.values()):
		return ""
	gone_too = manages(user)
	found = [_of_documents(document, only, gone_too) for document, only in restrictions.items()]
	return f"({' OR '.join(found)})"


def conditions_of_changes(user: str | None = None, doctype: str = CHANGE) -> str:
	"""Rows of changes can be listed by themselves: those of the credits that the user may see."""
	only = conditions_of_credits(user)
	return only and f"`tab{CHANGE}`.parent IN (SELECT `tab{CREDIT}`.name FROM `tab{CREDIT}` WHERE {only})"


def _of_documents(document: str, only: str, gone_too: bool) -> str:
	"""The credits of one kind of documents, of those alone that a condition leaves."""
	kind, name = f"`tab{CREDIT}`.voucher_type = '{document}'", f"`tab{CREDIT}`.voucher_no"
	if not only:
		return f"({kind})"
	seen = f"{name} IN (SELECT `tab{document}`.name FROM `tab{document}` WHERE {only})"
	if gone_too:
		seen = f"({seen} OR {name} NOT IN (SELECT `tab{document}`.name FROM `tab{document}`))"
	return f"({kind} AND {seen})"


def credit_is_readable(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Whether the user may read this credit's document. True, not None: later versions refuse a mere None.

	The credit's document is asked of the database: what was sent may name another.
	"""
	user = user or frappe.session.user
	if user == "Administrator" or ptype == "create":  # the controller refuses to create one, and says why
		return True
	fields = ("voucher_type", "voucher_no")
	stored = frappe.db.get_value(CREDIT, doc.name, fields) if doc.name else None
	return _document_is_readable(*(stored or (doc.get(field) for field in fields)), user)


def _document_is_readable(document: str, name: str, user: str) -> bool:
	if document not in DOCUMENTS:
		return manages(user)
	only = restriction(document, user)
	if not frappe.db.exists(document, name):
		return not only or manages(user)
	if _quietly_readable(document, name, user):
		return True
	return not reads(document, user) and bool(names_within(document, [name], only))


def _quietly_readable(document: str, name: str, user: str) -> bool:
	"""Without telling why not: that would name the customer of a document that the user may not see."""
	told = frappe.flags.pop("has_permission_check_logs", None)
	try:
		return bool(frappe.has_permission(document, "read", name, user=user))
	finally:
		if told is not None:
			frappe.flags.has_permission_check_logs = told


def manages(user: str) -> bool:
	return not {MANAGER, SYSTEM_MANAGER}.isdisjoint(frappe.get_roles(user))


def reads(doctype: str, user: str | None = None) -> bool:
	"""Whether a role of the user gives read permission on these documents."""
	allowed = get_role_permissions(frappe.get_meta(doctype), user or frappe.session.user)
	return bool(allowed.get("read") or allowed.get("select"))


def restriction(doctype: str, user: str | None = None) -> str:
	"""The rows of a doctype that the user's permissions leave, as SQL; empty where they leave all.

	Without a role for the documents: all that User Permissions allow, and what was shared.
	"""
	query = DatabaseQuery(doctype, user=user or frappe.session.user)
	if reads(doctype, query.user):
		return query.build_match_conditions()
	query.match_filters, query.match_conditions = [], []
	query.extract_tables()
	query.add_user_permissions(get_user_permissions(query.user))
	found = [*query.match_conditions, query.get_permission_query_conditions()]
	only = " AND ".join(f"({one})" for one in found if one)
	query.shared = frappe.share.get_shared(doctype, query.user) if only else []
	return f"(({only}) OR {query.get_share_condition()})" if query.shared else only


def names_within(doctype: str, names: list[str], only: str) -> set[str]:
	"""Those of these documents that a condition leaves."""
	rows = frappe.db.sql(
		f"SELECT name FROM `tab{doctype}` WHERE name IN %(names)s AND ({only.replace('%', '%%') or '1 = 1'})",
		{"names": tuple(names)},
	)
	return {row[0] for row in rows}


# --- the pipeline: a row is readable exactly if its party is (C5) -----------------------------------

PARTIES = ("Customer", "Lead", "Prospect")


def conditions_of_passages(user: str | None = None, doctype: str = "Pipeline Passage") -> str:
	"""Whose rows of the pipeline the user may see, as SQL. Empty where nothing restricts them."""
	user = user or frappe.session.user
	return "" if user == "Administrator" else of_readable_parties(doctype, user)


def conditions_of_pipeline_parties(user: str | None = None, doctype: str = "Pipeline Party") -> str:
	return conditions_of_passages(user, "Pipeline Party")


def of_readable_parties(doctype: str, user: str) -> str:
	"""The rows of a doctype whose party the user may read, as SQL. Empty where nothing restricts them."""
	seen = {party: _readable_parties(party, user) for party in PARTIES}
	if all(only == "" for only in seen.values()):
		return ""
	kind, name = f"`tab{doctype}`.party_type", f"`tab{doctype}`.party"
	found = [
		f"({kind} = '{party}'"
		+ (f" AND {name} IN (SELECT `tab{party}`.name FROM `tab{party}` WHERE {only})" if only else "")
		+ ")"
		for party, only in seen.items()
		if only is not None
	]
	return f"({' OR '.join(found)})" if found else "1 = 0"


def party_is_readable(kind: str | None, name: str | None, user: str | None = None) -> bool:
	"""As the framework says; managers without a role for leads read those that their User Permissions allow."""
	if kind not in PARTIES or not name:
		return False
	only = _readable_parties(kind, user or frappe.session.user)
	return only is not None and (not only or bool(names_within(kind, [name], only)))


def _readable_parties(doctype: str, user: str) -> str | None:
	"""What restricts the parties of a kind that the user may read; None: they may read none.

	A System Manager without a role for them reads all that User Permissions allow, as with credits.
	"""
	if not (reads(doctype, user) or manages(user)):
		return None
	return restriction(doctype, user)


def pipeline_row_is_readable(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Whether the user may read this row's party. True, not None: later versions refuse a mere None."""
	user = user or frappe.session.user
	if user == "Administrator" or ptype == "create":  # the controller refuses to create one, and says why
		return True
	kind, name = frappe.db.get_value(doc.doctype, doc.name, ("party_type", "party")) or (None, None)
	return party_is_readable(kind, name, user)


# --- targets: a list shows those that can be opened (D3, X4) ----------------------------------------


def conditions_of_targets(user: str | None = None, doctype: str = "Sales Target") -> str:
	"""Targets all of whose sellers the user's User Permissions allow, as SQL; empty where nothing restricts them.

	The framework asks for a document's rows when one is opened, but not in lists: there a target would tell the
	results of those whom it names.
	"""
	allowed = [
		frappe.db.escape(one["doc"], percent=False)
		for one in get_user_permissions(user or frappe.session.user).get("Sales Person", ())
		if one.get("applicable_for") in (None, "", "Sales Target")
	]
	if not allowed or frappe.flags.parts_of_sales_targets:
		return ""
	return f"""`tabSales Target`.name NOT IN (SELECT `tabSales Target Assignee`.parent FROM `tabSales Target Assignee`
		WHERE `tabSales Target Assignee`.parenttype = 'Sales Target'
		AND `tabSales Target Assignee`.sales_person NOT IN ({", ".join(allowed)}))"""


@contextmanager
def parts_of_targets() -> Iterator[None]:
	"""In this block, lists have also targets that name a hidden seller. Only for who shows but permitted sellers' parts."""
	frappe.flags.parts_of_sales_targets = True
	try:
		yield
	finally:
		frappe.flags.parts_of_sales_targets = False
