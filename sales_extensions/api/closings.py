"""Periods are closed and opened again, and what is closed is handed to an auditor (H3)."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from sales_extensions import called, errors, guards, measures, showing
from sales_extensions.attained import permitted
from sales_extensions.charges.report_filters import existing
from sales_extensions.engine import seals
from sales_extensions.ledger import closing, fill, runs, sealed

CLOSING = "Sales Target Closing"
#: Who may open a closed period again.
MAY_REOPEN = ("System Manager", "Sales Master Manager")
#: A preview names so many of each; all are counted.
NAMED = 20
#: A comparison of more orders than these would have who asks wait: the run does it before it closes.
COMPARED = 2000


@called.public()
def before_closing(company: str, up_to: str) -> dict[str, object]:
	"""What would be closed of a company's targets that ended by a day, and what is still open in it.

	Targets, draft orders, allocations that can't be borne in full, and how many entries differ from the orders (None: too
	many orders to compare now). Each with a number and the first of them. Raises PermissionError for who is no Sales
	Manager, ValidationError that names what is missing or wrong.
	"""
	return _open_in(_of_company(company, up_to)[1])


@called.public()
def before_closing_target(sales_target: str) -> dict[str, object]:
	"""The same for one target. Raises ValidationError for one that is closed, or not over."""
	return _open_in([_one(sales_target)[0]])


@called.public(methods=["POST"])
def close(company: str, up_to: str) -> dict[str, object]:
	"""Close all of a company's targets that ended by a day, in the background; returns the run and how many.

	Raises as `before_closing` does, and ValidationError where there is nothing to close.
	"""
	company, targets, day = _of_company(company, up_to)
	if not targets:
		frappe.throw(
			_("Nothing to close: no open target of {0} ended by then.").format(showing.text(company))
		)
	return {"run": runs.start_closing(company, targets, day), "targets": len(targets)}


@called.public(methods=["POST"])
def close_target(sales_target: str) -> dict[str, object]:
	"""Close one target, in the background; returns the run. Raises as `before_closing_target` does."""
	name, company = _one(sales_target)
	return {"run": runs.start_closing(company, [name]), "targets": 1}


@called.public(methods=["POST"])
def reopen(sales_target: str, reason: str) -> str | None:
	"""Open a closed target again, for a reason. For System Managers and Sales Master Managers; returns a run, if it takes one.

	Raises PermissionError for others, ValidationError for a target that is not closed, or without a reason.
	"""
	name = existing("Sales Target", sales_target, _("Sales Target"))
	if not name:
		errors.missing(_("Sales Target"))
	frappe.has_permission("Sales Target", "read", name, throw=True)
	if not set(MAY_REOPEN) & set(frappe.get_roles()):
		frappe.throw(
			_("Open Again: only a user with the role {0} or {1} can do this.").format(
				*(frappe.bold(_(role)) for role in MAY_REOPEN)
			),
			frappe.PermissionError,
		)
	if len(reason) > LONGEST_REASON:
		frappe.throw(_("Reason: at most {0} signs.").format(LONGEST_REASON))
	return closing.reopen(name, reason)


LONGEST_REASON = 500


def _of_company(company: str, up_to: str) -> tuple[str, list[str], date]:
	"""Its name, those of the targets, and the day."""
	guards.manager(_("Close Period"))
	company = existing("Company", company, _("Company"))
	if not company:
		errors.missing(_("Company"))
	permitted.refuse_company(company)
	if not up_to.strip():
		errors.missing(_("Up To"))
	day = getdate(guards.moment(up_to, _("Up To")))
	closing.refuse_day(day)
	names = fill.that_ended(company, day)
	_refuse_hidden(names)
	return company, names, day


def _one(name: str) -> tuple[str, str]:
	"""Its name and its company."""
	guards.manager(_("Close Period"))
	name = existing("Sales Target", name, _("Sales Target"))
	if not name:
		errors.missing(_("Sales Target"))
	frappe.has_permission("Sales Target", "write", name, throw=True)
	company, ended, status = frappe.db.get_value(
		"Sales Target", name, ("company", "to_date", "period_status")
	)
	title = errors.of_name("Sales Target", name)
	if status == "Closed":
		frappe.throw(_("{0} is closed already.").format(showing.text(name)), title=title)
	if ended >= getdate():
		frappe.throw(_("A target can be closed once its last day is over."), title=title)
	return name, company


def _open_in(targets: list[str]) -> dict[str, object]:
	orders = fill.orders_of(targets)
	return {
		"targets": _counted(_shown_targets(targets), len(targets)),
		"orders": len(orders),
		"drafts": _drafts(targets),
		"allocations": _disagreeing(targets),
		"differences": _differing(targets, orders),
	}


def _refuse_hidden(names: list[str]) -> None:
	"""Who may not see one of them may not close it with the others."""
	seen = frappe.get_list("Sales Target", {"name": ("in", [*names, ""])}, pluck="name", limit_page_length=0)
	if len(seen) < len(names):
		frappe.throw(
			_("Some of these targets you may not see. Close yours one by one."), frappe.PermissionError
		)


def _counted(rows: list, count: int) -> dict[str, object]:
	return {"count": count, "first": rows[:NAMED]}


def _shown_targets(names: list[str]) -> list[dict]:
	rows = frappe.get_all(
		"Sales Target",
		{"name": ("in", [*names[:NAMED], ""])},
		[
			"name", "title", "measured_on", "from_date", "to_date", "realised_amount", "order_count", "target_type",
			"currency", "status",
		],
		order_by="to_date, name",
	)  # fmt: skip
	return [row | {"title": measures.titled(row.title, row.measured_on)} for row in rows]


PERIODS = """(SELECT company, MIN(from_date) AS first, MAX(to_date) AS last FROM `tabSales Target`
	WHERE name IN %(targets)s GROUP BY company) period"""


def _drafts(targets: list[str]) -> dict[str, object]:
	"""Orders of these days that are not submitted."""
	rows = frappe.db.sql(
		f"""SELECT o.name, o.customer_name, o.transaction_date, o.base_grand_total FROM `tabSales Order` o JOIN {PERIODS}
			ON o.company = period.company AND o.transaction_date BETWEEN period.first AND period.last
		WHERE o.docstatus = 0 ORDER BY o.transaction_date, o.name""",
		{"targets": tuple(targets) or ("",)},
		as_dict=True,
	)
	return _of_readable(rows)


def _of_readable(rows: list[dict]) -> dict[str, object]:
	"""All are counted; named are those whose order the user may read."""
	names = list(dict.fromkeys(row.name for row in rows))
	readable: set[str] = set()
	if names and frappe.has_permission("Sales Order", "read"):
		readable.update(
			frappe.get_list("Sales Order", {"name": ("in", names)}, pluck="name", limit_page_length=0)
		)
	return {"count": len(rows), "first": [row for row in rows if row.name in readable][:NAMED]}


def _disagreeing(targets: list[str]) -> dict[str, object]:
	"""Allocations with a fixed amount that their order can't bear in full any more (A5)."""
	rows = frappe.db.sql(
		f"""SELECT a.sales_order AS name, s.sales_person, s.fixed_amount, s.allocated_amount
		FROM `tabOrder Allocation` a JOIN `tabOrder Allocation Share` s ON s.parent = a.name AND s.basis = 'Fixed Amount'
		JOIN `tabSales Order` o ON o.name = a.sales_order JOIN {PERIODS}
			ON o.company = period.company AND o.transaction_date BETWEEN period.first AND period.last
		WHERE o.docstatus <> 2 AND s.fixed_amount <> s.allocated_amount ORDER BY a.sales_order, s.idx""",
		{"targets": tuple(targets) or ("",)},
		as_dict=True,
	)
	return _of_readable(rows)


def _differing(targets: list[str], orders: list[str]) -> int | None:
	if len(orders) > COMPARED:
		return None
	ground = fill.Ground.of(targets)
	return sum(len(fill.compare(ground, part)[0]) for part in fill.slices(orders))


# --- for an auditor -----------------------------------------------------------------------------------


@called.public()
def export(company: str) -> None:
	"""Answers with a ZIP of entries.csv, closings.csv and names.csv: all closings of a company, for `replay --compare`.

	For who may export closings and sees all of them; raises PermissionError for others.
	"""
	company = existing("Company", company, _("Company"))
	if not company:
		errors.missing(_("Company"))
	permitted.refuse_company(company)
	frappe.has_permission(CLOSING, "export", throw=True)
	names = frappe.get_all(CLOSING, {"company": company}, pluck="name", order_by="creation, name")
	if len(frappe.get_list(CLOSING, {"company": company}, pluck="name", limit_page_length=0)) < len(names):
		frappe.throw(_("Some of these closings you may not see."), frappe.PermissionError)
	words = _("Closings")
	frappe.local.response.filename = showing.file_name(f"{words} {company}.zip")
	frappe.local.response.filecontent = _zipped(company)
	frappe.local.response.type = "download"


def _zipped(company: str) -> bytes:
	made = io.BytesIO()
	kept = list(sealed.kept(company))
	last: dict[str, int] = {}
	for one in (one.closing for one in kept if one.has_target):
		last[one.target] = max(one.last_no, last.get(one.target, 0))
	entries = [
		row.values for target, number in last.items() for row in sealed.rows_with_values(target, number)
	]
	with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
		packed.writestr("entries.csv", _as_csv(seals.SEALED, entries))
		packed.writestr("closings.csv", _as_csv(seals.EXPORTED, map(_row_of, kept)))
		packed.writestr("names.csv", _as_csv(("kind", "old_name", "new_name"), _names_in(entries)))
	return made.getvalue()


def _names_in(entries: list[tuple[str, ...]]) -> list[tuple[str, str, str]]:
	"""Changes of the names that are in these entries, and of those before them."""
	known = {value for row in entries for value in row}
	found = []
	for kind, old, new in reversed(sealed.changes()):
		if new in known:
			known.add(old)
			found.append((kind, old, new))
	return found[::-1]


def _row_of(kept: sealed.Kept) -> tuple:
	"""`is_gone`: its target was opened again and deleted, with its entries."""
	one = kept.closing
	is_gone = int(not kept.has_target and kept.was_reopened)
	return one.name, one.target, one.previous, one.seal, one.entries, one.last_no, one.text, one.kept, is_gone


def _as_csv(columns, rows) -> str:
	made = io.StringIO()
	writer = csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_ALL)
	writer.writerow(columns)
	writer.writerows([seals.as_cell(str(value)) for value in row] for row in rows)
	return made.getvalue()
