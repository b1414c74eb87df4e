"""Who earned each charge of a document, and giving it to another (U2, U9, U10)."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _

from sales_extensions import called, guards, permissions, words
from sales_extensions.charges import change, facts, report_filters
from sales_extensions.constants.roles import MANAGER, UPSELL_TRACKING
from sales_extensions.engine.upsell import archived
from sales_extensions.ledger import facts as ledger_facts

#: More charges than any document has; a longer list is a mistake.
MOST_AT_ONCE = 2000

SHOWN = (
	"name", "voucher_row", "charge_idx", "item_code", "charge_name", "hours", "qty", "qty_before", "subtotal", "currency",
	"credit_assigned_to", "sales_person", "credit_assigned_customised", "is_upsell", "upsell_rule", "origin",
	"source_credit", "is_inferred", "is_removed", "removed_on", "removed_by", "charge_created_on",
	"charge_created_by", "last_edited_on", "last_edited_by", "credit_assigned_on", "credit_assigned_by",
	"reason", "reason_parts", "invoiced_in",
)  # fmt: skip


@called.public()
def credits_of(voucher_type: str, voucher_no: str) -> dict[str, object]:
	"""The credits of a document's charges in row order, with stamps, changes and the rule in words.

	`shown`: whether the user may see them and tracking is on; without, nothing else is told. `own_only`: who has no
	role for it is told their own alone. `read_only`: why they can't be changed, or None. `people`: full names by user. Subtotals in the document's currency, net of
	tax. Raises PermissionError without read permission on the document.
	"""
	refuse_other_documents(voucher_type)
	frappe.has_permission(voucher_type, "read", str(voucher_no), throw=True)
	if not (ledger_facts.settings().tracks_upsell and frappe.has_permission("Upsell Credit", "read")):
		return {"shown": False}
	own_only = permissions.sees_own_credits_alone(frappe.session.user)
	rows = _credits(voucher_type, voucher_no, own_only)
	if own_only and not rows:
		return {"shown": False}
	changes = _changes_of([row.name for row in rows])
	alternatives = _alternatives(voucher_type, voucher_no)
	for row in rows:
		row.is_alternative = int(row.voucher_row in alternatives)
		row.reason = words.from_entry(row.pop("reason_parts"), row.reason)
		row.changes = changes.get(row.name, [])
	return {
		"shown": True,
		"own_only": own_only,
		"read_only": why_read_only(voucher_type, voucher_no),
		"credits": rows,
		"people": people_in(rows),
	}


def _credits(voucher_type: str, voucher_no: str, own_only: bool) -> list[dict]:
	filters = {"voucher_type": voucher_type, "voucher_no": voucher_no}
	return frappe.get_all(
		"Upsell Credit",
		filters=filters | ({"credit_assigned_to": frappe.session.user} if own_only else {}),
		fields=list(SHOWN),
		order_by="is_removed, charge_idx, creation",
		limit_page_length=0,
	)


def _alternatives(voucher_type: str, voucher_no: str) -> set[str]:
	"""The rows of a quotation that are offered instead of another, and are in no total of it."""
	filters = {"parent": voucher_no, "parenttype": voucher_type, "is_alternative": 1}
	if voucher_type != "Quotation":
		return set()
	return set(frappe.get_all("Quotation Item", filters, pluck="name", order_by="name"))


def refuse_other_documents(voucher_type: str) -> None:
	if not isinstance(voucher_type, str) or voucher_type not in facts.ROWS_OF:
		frappe.throw(_("Document Type must be one of: {0}.").format(", ".join(facts.ROWS_OF)))


def why_read_only(voucher_type: str, voucher_no: str) -> str | None:
	"""Why the user can't change these credits: the document is archived, or it is not theirs to do."""
	header = facts.load_vouchers(voucher_type, [voucher_no]).get(voucher_no)
	reason = header and archived(facts.voucher_from_doc(header))
	if reason:
		return words.translated([reason])
	return (
		None
		if frappe.has_permission("Upsell Credit", "write")
		else _("You may see credits, not change them.")
		if not permissions.sees_own_credits_alone(frappe.session.user)
		else _("What you are credited with. Who may change it: {0} and {1}.").format(
			_(MANAGER), _(UPSELL_TRACKING)
		)
	)


def _changes_of(credits: list[str]) -> dict[str, list[dict]]:
	found: dict[str, list[dict]] = {}
	for row in frappe.get_all(
		"Upsell Credit Change",
		filters={"parent": ("in", credits or [""]), "parenttype": "Upsell Credit"},
		fields=["parent", "changed_on", "changed_by", "change", "from_user", "to_user", "reason"],
		order_by="parent, idx",
		limit_page_length=0,
	):
		found.setdefault(row.pop("parent"), []).append(row)
	return found


USER_FIELDS = (
	"credit_assigned_to",
	"charge_created_by",
	"last_edited_by",
	"credit_assigned_by",
	"removed_by",
)


def people_in(rows: Iterable[dict]) -> dict[str, str]:
	"""Full names of the users that credits and their changes name."""
	users = {row[field] for row in rows for field in USER_FIELDS}
	users |= {
		change[field]
		for row in rows
		for change in row["changes"]
		for field in ("changed_by", "from_user", "to_user")
	}
	names = frappe.get_all(
		"User",
		filters={"name": ("in", list(users - {None}) or [""])},
		fields=["name", "full_name"],
		order_by="name",
		limit_page_length=0,
	)
	return {row.name: row.full_name or row.name for row in names}


@called.public(methods=["POST"])
def reassign(credits: str | list, user: str | None = None, reason: str = "") -> dict[str, int]:
	"""Give the credit of one or several charges to another user, all or none; who, when and why is kept (U10).

	Raises PermissionError for who may not, ValidationError for an archived document, a removed charge, a
	disabled or unknown user, or no reason. Returns the number that `changed`.
	"""
	_trackers("write")
	return _changed(credits, reason, assignee=user if isinstance(user, str) else "")


@called.public(methods=["POST"])
def mark_upsell(credits: str | list, is_upsell: bool | int, reason: str) -> dict[str, int]:
	"""Mark charges as upsells, or take the mark away, by hand (U11). Raises as `reassign` does."""
	_trackers("write")
	wanted = report_filters.yes_or_no(is_upsell, _("Upsell"))
	return _changed(credits, reason, is_upsell=int(wanted))


def _changed(credits: str | list, reason: str, **wanted: object) -> dict[str, int]:
	try:
		return {"changed": change.change(names_of(credits), _text(reason, _("Reason")), **wanted)}
	except frappe.QueryDeadlockError:
		frappe.throw(_("The document is being saved by someone else. Please try again in a moment."))


def _trackers(permission: str) -> None:
	guards.upsell_trackers_only()
	frappe.has_permission("Upsell Credit", permission, throw=True)


def names_of(credits: str | list) -> list[str]:
	"""Names of credits, as a list or as JSON. Raises ValidationError for what is none."""
	names = called.from_json(credits)
	if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
		frappe.throw(_("{0} must be a list of names.").format(_("Upsell Credits")))
	if len(names) > MOST_AT_ONCE:
		frappe.throw(_("{0}: at most {1} at once.").format(_("Upsell Credits"), MOST_AT_ONCE))
	return sorted(set(names))


def _text(value: object, label: str) -> str:
	if not isinstance(value, str):
		frappe.throw(_("{0} must be a text.").format(label))
	return value
