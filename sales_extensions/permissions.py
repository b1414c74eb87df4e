"""Who may read, change and delete what the app keeps: in lists, exports, reports and by itself (A2, U11, C5).

The framework asks here, by the hooks `permission_query_conditions` and `has_permission`, for what is somebody's:
targets and their entries, allocations, credits, the pipeline, and rows of tables, which are listed as their documents
are. Conversations are asked for in `conversations.access`. What is nobody's has roles alone: lists to choose from,
settings, runs of the ledger. What follows from another document is readable exactly if
that is: a credit and an allocation if their document is, a row of the pipeline if its party is. Who may read
credits or allocations but has no role for their documents reads those of all documents that their User Permissions
allow: so a System Manager reads all, as in the reports. A credit whose document is gone is withheld from who is
restricted in that kind of document, but not from managers.

What is stored decides as well as what is sent: else a document would be taken over by sending another company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import frappe
from frappe.model.document import Document
from frappe.permissions import get_role_permissions, get_user_permissions, has_user_permission

from sales_extensions import lines
from sales_extensions.constants.roles import MANAGER, SELLER, SYSTEM_MANAGER

CREDIT = "Upsell Credit"
DOCUMENTS = ("Quotation", "Sales Order")
ALLOCATION, ORDER, TARGET = "Order Allocation", "Sales Order", "Sales Target"
STATEMENT, LINE = "Sales Statement", "Sales Statement Line"
#: Tables of the app, and the document that has them.
TABLES = {
	"Order Allocation Share": ALLOCATION,
	"Sales Statement Line": STATEMENT,
	"Sales Statement Step": STATEMENT,
	"Sales Target Assignee": TARGET,
	"Upsell Credit Change": CREDIT,
}


# --- what the framework asks of every document ------------------------------------------------------


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""For the hook of the same name. True, not None: later versions refuse a mere None.

	Whether one may be created, and why not, is said by the controllers.
	"""
	user = user or frappe.session.user
	if user == "Administrator" or ptype == "create":
		return True
	return permitted_as_stored(doc, user) and RULES.get(doc.doctype, _any)(doc, user)


def _any(doc: Document, user: str) -> bool:
	return True


def permitted_as_stored(doc: Document, user: str) -> bool:
	"""User Permissions are asked of what is sent by the framework, and here of what is stored."""
	if not (doc.get("name") and get_user_permissions(user) and frappe.db.exists(doc.doctype, doc.name)):
		return True
	return quietly(has_user_permission, frappe.get_doc(doc.doctype, doc.name), user)


def quietly(ask: Callable[..., object], *args: object, **kwargs: object) -> bool:
	"""Without telling why not: that would name the customer of a document that the user may not see."""
	told, known = frappe.flags.pop("has_permission_check_logs", None), len(frappe.message_log)
	try:
		answer = bool(ask(*args, **kwargs))
		del frappe.message_log[known:]  # of a name it is told in spite of all
		return answer
	finally:
		frappe.flags.pop("has_permission_check_logs", None)
		if told is not None:
			frappe.flags.has_permission_check_logs = told


def for_lists(condition: Callable[[str, str], str]) -> Callable[..., str]:
	"""For the hook `permission_query_conditions`: who is asked for, and SQL as the framework's lists take it."""

	@wraps(condition)
	def asked(user: str | None = None, doctype: str = "") -> str:
		return lines.condition_for_lists(condition(user or frappe.session.user, doctype))

	return asked


@for_lists
def conditions_of_rows(user: str, doctype: str) -> str:
	"""Rows of a table, listed by themselves: those of the documents that the user may see, as SQL.

	Where no role reads the documents, those of what was shared. Empty where nothing restricts them.
	"""
	parent = TABLES[doctype]
	if user == "Administrator":
		return ""
	if reads(parent, user):
		only = restriction(parent, user)
	else:
		shared = _names_shared(parent, user)
		only = f"`tab{parent}`.name IN ({shared})" if shared else "1 = 0"
	seen = f"`tab{doctype}`.parent IN (SELECT `tab{parent}`.name FROM `tab{parent}` WHERE {only})"
	return seen if only else ""


def or_shared(only: str, doctype: str, user: str) -> str:
	"""What a condition leaves of a doctype, and what was shared: the framework adds that to conditions of its own alone."""
	shared = only and _names_shared(doctype, user)
	return f"({only} OR `tab{doctype}`.name IN ({shared}))" if shared else only


def _names_shared(doctype: str, user: str) -> str:
	return ", ".join(frappe.db.escape(name, percent=False) for name in frappe.share.get_shared(doctype, user))


# --- an upsell credit: readable exactly if its document is, and by sellers if it is theirs -----------


@for_lists
def conditions_of_credits(user: str, doctype: str) -> str:
	"""Which credits the user may see, as SQL. Empty where nothing restricts them, so that lists stay fast."""
	restrictions = {document: restriction(document, user) for document in DOCUMENTS}
	if user == "Administrator":
		return ""
	gone_too = manages(user)
	found = [_of_documents(document, only, gone_too) for document, only in restrictions.items()]
	only = [f"({' OR '.join(found)})"] if any(restrictions.values()) else []
	if sees_own_credits_alone(user):
		only.append(f"`tab{CREDIT}`.credit_assigned_to = {frappe.db.escape(user, percent=False)}")
	return or_shared(" AND ".join(only), CREDIT, user)


def sees_own_credits_alone(user: str) -> bool:
	"""Whether no role lets a user read credits but that of sellers, who see what they are credited with (U1)."""
	return reads_as_seller_alone(CREDIT, user)


def reads_as_seller_alone(doctype: str, user: str) -> bool:
	"""Whether no role lets a user read these documents but that of sellers."""
	roles = set(frappe.get_roles(user))
	rules = frappe.get_meta(doctype).permissions
	return user != "Administrator" and {
		rule.role for rule in rules if rule.read and not rule.permlevel and rule.role in roles
	} == {SELLER}


def _of_documents(document: str, only: str, gone_too: bool) -> str:
	"""The credits of one kind of documents, of those alone that a condition leaves."""
	kind, name = f"`tab{CREDIT}`.voucher_type = '{document}'", f"`tab{CREDIT}`.voucher_no"
	if not only:
		return f"({kind})"
	seen = f"{name} IN (SELECT `tab{document}`.name FROM `tab{document}` WHERE {only})"
	if gone_too:
		seen = f"({seen} OR {name} NOT IN (SELECT `tab{document}`.name FROM `tab{document}`))"
	return f"({kind} AND {seen})"


def credit_is_readable(doc: Document, user: str) -> bool:
	"""Whether the user may read this credit's document: as the database has it, what was sent may name another."""
	fields = ("voucher_type", "voucher_no", "credit_assigned_to")
	stored = frappe.db.get_value(CREDIT, doc.name, fields) if doc.name else None
	kind, name, whose = stored or (doc.get(field) for field in fields)
	if whose != user and sees_own_credits_alone(user):
		return False
	return document_is_readable(kind, name, user)


def document_is_readable(document: str, name: str, user: str) -> bool:
	if document not in DOCUMENTS:
		return manages(user)
	only = restriction(document, user)
	if not frappe.db.exists(document, name):
		return not only or manages(user)
	if quietly(frappe.has_permission, document, "read", name, user=user):
		return True
	return not reads(document, user) and bool(names_within(document, [name], only))


# --- an allocation: readable exactly if its order is, and its sellers are not hidden ----------------


@for_lists
def conditions_of_allocations(user: str, doctype: str) -> str:
	"""Which allocations the user may see, as SQL. Empty where nothing restricts them."""
	if user == "Administrator":
		return ""
	orders = restriction(ORDER, user)
	seen = f"`tab{ALLOCATION}`.sales_order IN (SELECT `tab{ORDER}`.name FROM `tab{ORDER}` WHERE {orders})"
	found = [seen if orders else "", without_hidden_sellers(ALLOCATION, "Order Allocation Share", user)]
	return or_shared(" AND ".join(f"({one})" for one in found if one), ALLOCATION, user)


def allocation_is_readable(doc: Document, user: str) -> bool:
	"""As the database has its order; of one that is being typed, as it is sent."""
	stored = frappe.db.get_value(ALLOCATION, doc.name, "sales_order") if doc.get("name") else None
	return document_is_readable(ORDER, stored or doc.get("sales_order"), user)


def without_hidden_sellers(doctype: str, table: str, user: str, hidden: str = "Sales Person") -> str:
	"""Documents all of whose sellers the user's User Permissions allow, as SQL; empty where nothing restricts them.

	The framework asks for a document's rows when one is opened, but not in lists: there it would tell the results
	of those whom it names. `hidden`: what else of the rows may be hidden.
	"""
	allowed = [
		frappe.db.escape(one["doc"], percent=False)
		for one in get_user_permissions(user).get(hidden, ())
		if one.get("applicable_for") in (None, "", doctype)
	]
	if not allowed:
		return ""
	return f"""`tab{doctype}`.name NOT IN (SELECT `tab{table}`.parent FROM `tab{table}`
		WHERE `tab{table}`.parenttype = '{doctype}' AND `tab{table}`.{frappe.scrub(hidden)} NOT IN ({", ".join(allowed)}))"""


# --- roles and restrictions ---------------------------------------------------------------------------


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
	query = lines.PermittedQuery(doctype, user=user or frappe.session.user)
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


@for_lists
def conditions_of_pipeline_rows(user: str, doctype: str) -> str:
	"""Whose rows of the pipeline the user may see, as SQL. Empty where nothing restricts them."""
	return "" if user == "Administrator" else or_shared(of_readable_parties(doctype, user), doctype, user)


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


def pipeline_row_is_readable(doc: Document, user: str) -> bool:
	"""Whether the user may read this row's party."""
	kind, name = frappe.db.get_value(doc.doctype, doc.name, ("party_type", "party")) or (None, None)
	return party_is_readable(kind, name, user)


# --- targets: a list shows those that can be opened (D3, X4) ----------------------------------------


@for_lists
def conditions_of_targets(user: str, doctype: str) -> str:
	"""Targets all of whose sellers the user's User Permissions allow, as SQL; empty where nothing restricts them."""
	if frappe.flags.parts_of_sales_targets:
		return ""
	return or_shared(without_hidden_sellers(TARGET, "Sales Target Assignee", user), TARGET, user)


@contextmanager
def parts_of_targets() -> Iterator[None]:
	"""In this block, lists have also targets that name a hidden seller. Only for who shows but permitted sellers' parts."""
	frappe.flags.parts_of_sales_targets = True
	try:
		yield
	finally:
		frappe.flags.parts_of_sales_targets = False


# --- a statement: by sellers if it is theirs, and once it is issued (H4) ------------------------------


@for_lists
def conditions_of_statements(user: str, doctype: str) -> str:
	"""Which statements the user may see, as SQL. Empty where nothing restricts them."""
	if user == "Administrator":
		return ""
	found = [without_hidden_sellers(STATEMENT, LINE, user, kind) for kind in ("Sales Person", TARGET)]
	if not manages(user):
		found.append(f"`tab{STATEMENT}`.docstatus = 1")
	if sees_own_statements_alone(user):
		found.append(f"`tab{STATEMENT}`.sales_person IN ({_own_sellers(user)})")
	return or_shared(" AND ".join(f"({one})" for one in found if one), STATEMENT, user)


def _own_sellers(user: str) -> str:
	"""The Sales Persons behind a user, as SQL."""
	return f"""SELECT `tabSales Person`.name FROM `tabSales Person`
		JOIN `tabEmployee` ON `tabEmployee`.name = `tabSales Person`.employee
		WHERE `tabEmployee`.user_id = {frappe.db.escape(user, percent=False)}"""


def statement_is_readable(doc: Document, user: str) -> bool:
	"""As the database has it: what was sent may name another seller."""
	fields = ("sales_person", "docstatus")
	stored = frappe.db.get_value(STATEMENT, doc.name, fields) if doc.get("name") else None
	seller, docstatus = stored or (doc.get(field) for field in fields)
	if not docstatus and not manages(user):
		return False
	return not sees_own_statements_alone(user) or seller in own_sellers(user)


def own_sellers(user: str) -> set[str]:
	return {row[0] for row in frappe.db.sql(_own_sellers(user))}


def sees_own_statements_alone(user: str) -> bool:
	return reads_as_seller_alone(STATEMENT, user)


# --- a closing: readable exactly if its target is (H3) -----------------------------------------------

CLOSING = "Sales Target Closing"


@for_lists
def conditions_of_closings(user: str, doctype: str) -> str:
	"""Closings of the targets that the user may see, as SQL. Empty where nothing restricts them."""
	only = "" if user == "Administrator" else restriction(TARGET, user)
	seen = f"`tab{CLOSING}`.sales_target IN (SELECT `tab{TARGET}`.name FROM `tab{TARGET}` WHERE {only})"
	return or_shared(seen if only else "", CLOSING, user)


def closing_is_readable(doc: Document, user: str) -> bool:
	"""Of a target that is gone, by who manages and is restricted in none."""
	target = frappe.db.get_value(CLOSING, doc.name, "sales_target") if doc.get("name") else None
	if target and frappe.db.exists(TARGET, target):
		return quietly(frappe.has_permission, TARGET, "read", target, user=user)
	return manages(user) and not restriction(TARGET, user)


#: What is asked of a document besides roles and User Permissions.
RULES: dict[str, Callable[[Document, str], bool]] = {
	CREDIT: credit_is_readable,
	ALLOCATION: allocation_is_readable,
	"Pipeline Party": pipeline_row_is_readable,
	"Pipeline Passage": pipeline_row_is_readable,
	STATEMENT: statement_is_readable,
	CLOSING: closing_is_readable,
}
