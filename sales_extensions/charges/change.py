"""A person gives the credit of charges to another, or marks them as upsells (U10, U11). One way for all paths."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_extensions import current, guards, showing, who_left
from sales_extensions.engine.upsell import Standing, UpsellRule, check_reassignment
from sales_extensions.ledger import facts as ledger_facts
from sales_extensions.ledger import follow as ledger_follow

from . import facts

ASSIGNED, MARKED, UNMARKED = "Assigned", "Marked as upsell", "No upsell"


@current.rows()
def change(
	names: Collection[str], reason: str, *, assignee: str | None = None, is_upsell: int | None = None
) -> int:
	"""Give these credits another assignee or another upsell mark, all or none. Returns how many changed.

	Raises ValidationError, naming the field, for an archived document, a removed charge, a user who can't
	have credit, an upsell that would be the user's own, or no reason; PermissionError without write permission on the document's credits.
	"""
	refuse_while_off()
	if assignee is not None:
		assignee = known_user(assignee)
	by_voucher = _by_voucher(names)
	if assignee is not None:
		refuse_who_was_gone(assignee, days_of(by_voucher))
	changed = 0
	# orders first, as who submits an order holds it before its quotation
	for (doctype, voucher), own in sorted(
		by_voucher.items(), key=lambda one: (one[0][0] != "Sales Order", one[0])
	):
		changed += _change_in(doctype, voucher, own, reason, assignee, is_upsell)
	return changed


def refuse_while_off() -> None:
	if not ledger_facts.settings().tracks_upsell:
		frappe.throw(
			_("Enable Upsell Tracking is off in Sales Extensions Settings: credits can be read, not changed.")
		)


def known_user(user: str) -> str:
	"""The user's name as it is stored: the database finds it in other letters too, and who compares does not.

	Raises LinkValidationError if there is none.
	"""
	name = frappe.db.get_value("User", user) if isinstance(user, str) and user else None
	if name is None:
		frappe.throw(
			_("Credit Assigned To: there is no user {0}. Choose one that exists.").format(
				showing.text(user, 140)
			),
			frappe.LinkValidationError,
		)
	return name


def days_of(vouchers: Collection[tuple[str, str]]) -> list[object]:
	return [frappe.db.get_value(doctype, name, "transaction_date") for doctype, name in sorted(vouchers)]


def refuse_who_was_gone(user: str, days: Collection[object]) -> None:
	"""`days`: of the documents whose credit they are to have; who left since may have that of before."""
	left = who_left.left_on("User", user)
	if facts.is_customer(user) or not all(who_left.was_there(day, left) for day in days):
		frappe.throw(
			_(
				"Credit Assigned To: user {0} is disabled or uses the website only. Choose one who works here."
			).format(showing.text(user))
		)
	if left:
		who_left.tell(user, min(days), left)


def _by_voucher(names: Collection[str]) -> dict[tuple[str, str], list[str]]:
	rows = frappe.get_all(
		"Upsell Credit",
		filters={"name": ("in", list(names) or [""])},
		fields=["name", "voucher_type", "voucher_no"],
		order_by="name",
	)
	missing = set(names) - {row.name for row in rows}
	if missing or not rows:
		frappe.throw(
			_("Upsell Credit: there is no {0}. Reload and choose again.").format(
				showing.text(", ".join(sorted(map(str, missing)))[:140] or "?")
			),
			frappe.DoesNotExistError,
		)
	found: dict[tuple[str, str], list[str]] = {}
	for row in rows:
		found.setdefault((row.voucher_type, row.voucher_no), []).append(row.name)
	return found


def _change_in(
	doctype: str, voucher_no: str, names: list[str], reason: str, assignee: str | None, is_upsell: int | None
) -> int:
	"""The document is held, so that nobody closes or edits it meanwhile."""
	header = facts.load_vouchers(doctype, [voucher_no], hold=True).get(voucher_no)
	if header is None:
		frappe.throw(_("{0} {1} is no more.").format(_(doctype), voucher_no), frappe.DoesNotExistError)
	frappe.has_permission(doctype, "read", voucher_no, throw=True)
	voucher = facts.voucher_from_doc(header)
	credits = {
		credit.name: credit for credit in facts.standing(doctype, [voucher_no], current_read=True)[voucher_no]
	}
	wanted = [credits[name] for name in names]
	wishes = {"by": _who_decides(), "assignee": assignee, "is_upsell": is_upsell and bool(is_upsell)}
	for credit in wanted:
		guards.refuse(check_reassignment(voucher, credit, reason, **wishes))
	reason = showing.as_plain(reason.strip())  # written past the framework's cleaning
	changed = sum(_change_one(credit, reason, assignee, is_upsell) for credit in wanted)
	if changed and doctype == "Sales Order":
		ledger_follow(ledger_facts.order_as_committed(voucher_no))
	return changed


def _who_decides() -> str:
	"""Administrator sells nothing, whatever is made in its name."""
	return "" if frappe.session.user == "Administrator" else frappe.session.user


def _change_one(credit: Standing, reason: str, assignee: str | None, is_upsell: int | None) -> bool:
	earned, now, user = credit.earned, now_datetime(), frappe.session.user
	values: dict[str, object] = {}
	log: list[tuple[str, str | None, str | None]] = []
	if assignee is not None and assignee != earned.assigned_to:
		values |= {
			"credit_assigned_to": assignee,
			"sales_person": ledger_facts.seller_of_user(assignee),
			"credit_assigned_customised": int(assignee != earned.created.by),
			"credit_assigned_on": now,
			"credit_assigned_by": user,
		}
		log.append((ASSIGNED, earned.assigned_to, assignee))
	if is_upsell is not None and bool(is_upsell) != earned.is_upsell:
		values |= {"is_upsell": int(is_upsell), "upsell_rule": str(UpsellRule.BY_HAND)}
		log.append((MARKED if is_upsell else UNMARKED, None, None))
	if not values:
		return False
	frappe.db.set_value("Upsell Credit", credit.name, values | {"change_reason": reason})
	for what, before, after in log:
		_log(credit.name, now, user, what, before, after, reason)
	return True


def _log(
	credit: str, now: object, user: str, what: str, before: str | None, after: str | None, reason: str
) -> None:
	row = frappe.qb.DocType("Upsell Credit Change")
	count = frappe.db.count("Upsell Credit Change", {"parent": credit})
	values = {
		"name": frappe.generate_hash(length=12),
		"creation": now,
		"modified": now,
		"owner": user,
		"modified_by": user,
		"parent": credit,
		"parenttype": "Upsell Credit",
		"parentfield": "changes",
		"idx": count + 1,
		"changed_on": now,
		"changed_by": user,
		"change": what,
		"from_user": before,
		"to_user": after,
		"reason": reason,
	}
	frappe.qb.into(row).columns(*values).insert(*values.values()).run()
