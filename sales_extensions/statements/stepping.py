"""Steps on an issued Sales Statement: who takes one, and what it writes. Decided on what is stored, and held (H4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_extensions import current, errors, guards, permissions, showing, words
from sales_extensions.constants.roles import MANAGER
from sales_extensions.engine import statements as rules
from sales_extensions.engine.statements import NO_LINE, Kind, Standing, State, Step

from .versions import STATEMENT

LINE, STEP = "Sales Statement Line", "Sales Statement Step"
#: Where the document says when a step was taken, and by whom.
NOTED = {Step.ACKNOWLEDGE: "acknowledged", Step.SETTLE: "settled"}
#: A reason is read on a phone and on paper.
LONGEST = 2000


def row(step: Step, text: str = "", numbers: Sequence[int] = ()) -> dict[str, object]:
	"""Values of a row of steps, by who works now."""
	return {
		"step": str(step),
		"taken_on": now_datetime(),
		"taken_by": frappe.session.user,
		"line_numbers": ", ".join(map(str, numbers)),
		"said": text,
	}


# --- who ----------------------------------------------------------------------------------------------


def is_seller(sales_person: str, user: str) -> bool:
	"""Whether this is the user behind the seller: that of the Employee."""
	return sales_person in permissions.own_sellers(user)


def refuse_others(step: Step, sales_person: str) -> None:
	"""The seller alone acknowledges and disputes, managers answer and settle."""
	if step in (Step.ANSWER, Step.SETTLE):
		return guards.manager(_(STATEMENT))
	if not is_seller(sales_person, frappe.session.user):
		frappe.throw(
			_("{0}: only the seller, {1}, can acknowledge or dispute it.").format(
				_(STATEMENT), showing.text(sales_person)
			),
			frappe.PermissionError,
		)


def may(step: Step, sales_person: str, user: str) -> bool:
	"""Whether a step is the user's at all, whatever the statement is."""
	if step in (Step.ANSWER, Step.SETTLE):
		return MANAGER in frappe.get_roles(user)
	return is_seller(sales_person, user)


# --- what ---------------------------------------------------------------------------------------------


@current.rows()
def take(name: str, step: Step, text: str = "", lines: Collection[str] = ()) -> None:
	"""Take a step in this transaction; a second one waits, and is decided on what this one wrote.

	Raises PermissionError for who may not read the statement or take the step, ValidationError where it can't be taken.
	"""
	doc = readable(name)
	refuse_others(step, doc.sales_person)
	text = worded(text)
	name = doc.name  # as it is stored, however it was asked for
	now, numbers = _held(name)
	lines = list(dict.fromkeys(lines))
	if step == Step.DISPUTE and NO_LINE in lines:
		now = replace(now, waiting={**now.waiting, NO_LINE: False})
	if reason := rules.refusal(step, now, lines, text):
		frappe.throw(words.translated([reason]), title=errors.of(doc))
	if step == Step.DISPUTE and NO_LINE in lines:
		name_of_new = _add_missing(doc, numbers)
		lines = [name_of_new if line == NO_LINE else line for line in lines]
	_write_lines(step, lines, text)
	_write(name, step, now, [numbers[line] for line in lines], text)


def _add_missing(doc, numbers: dict[str, int]) -> str:
	"""A line for what is not there, to be disputed and answered as the others. Its name."""
	line = frappe.get_doc(
		{
			"doctype": LINE,
			"parent": doc.name,
			"parenttype": STATEMENT,
			"parentfield": "lines",
			"idx": max(numbers.values(), default=0) + 1,
			"docstatus": 1,
			"kind": str(Kind.MISSING),
			"sales_person": doc.sales_person,
			"currency": doc.currency,
		}
	)
	line.db_insert()
	numbers[line.name] = line.idx
	return line.name


def readable(name: str):
	if not frappe.db.exists(STATEMENT, name):
		frappe.throw(_("Sales Statement {0} does not exist.").format(showing.text(name, 140)))
	doc = frappe.get_doc(STATEMENT, name)
	doc.check_permission("read")
	return doc


def worded(text: str) -> str:
	text = showing.as_plain(text.strip())
	if len(text) > LONGEST:
		frappe.throw(_("The text is longer than {0} signs. Say it shorter.").format(LONGEST))
	return text


def _held(name: str) -> tuple[Standing, dict[str, int]]:
	"""The statement as it is now, its row held; and the number of each line."""
	doc = frappe.db.get_value(
		STATEMENT, name, ("docstatus", "status", "superseded_by"), as_dict=True, for_update=True
	)
	rows = current.sql(
		"""SELECT name, idx, disputed AND answered_on IS NULL AS waits FROM `tabSales Statement Line`
		FORCE INDEX (parent) WHERE parent = %s AND parenttype = %s ORDER BY idx FOR UPDATE""",
		(name, STATEMENT),
		as_dict=True,
	)
	state = doc.status if doc.docstatus else State.DRAFT
	waiting = {one.name: bool(one.waits) for one in rows}
	return Standing(state, waiting, doc.superseded_by or ""), {one.name: one.idx for one in rows}


def _write_lines(step: Step, lines: Sequence[str], text: str) -> None:
	who, when = frappe.session.user, now_datetime()
	values = {
		Step.DISPUTE: {"disputed": 1, "dispute_reason": text, "disputed_by": who, "disputed_on": when,
			"answer": None, "answered_by": None, "answered_on": None},
		Step.ANSWER: {"answer": text, "answered_by": who, "answered_on": when},
	}.get(step)  # fmt: skip
	if values and lines:
		table = frappe.qb.DocType(LINE)
		query = frappe.qb.update(table).where(table.name.isin(lines))
		for field, value in values.items():
			query = query.set(table[field], value)
		current.run(query)


def _write(name: str, step: Step, now: Standing, numbers: Sequence[int], text: str) -> None:
	values: dict[str, object] = {"status": str(rules.state_after(step, now.state))}
	if step in (Step.DISPUTE, Step.ANSWER):
		change = len(numbers) if step == Step.DISPUTE else -len(numbers)
		values["unanswered"] = sum(now.waiting.values()) + change
	if noted := NOTED.get(step):
		values |= {f"{noted}_on": now_datetime(), f"{noted}_by": frappe.session.user}
	_set(name, values, row(step, text, numbers))


def _set(name: str, values: dict[str, object], step: dict[str, object]) -> None:
	"""Past the document, which refuses every change; open forms are told."""
	frappe.db.set_value(STATEMENT, name, values)
	frappe.get_doc(
		{
			"doctype": STEP,
			"parent": name,
			"parenttype": STATEMENT,
			"parentfield": "steps",
			"idx": frappe.db.count(STEP, {"parent": name}) + 1,
			"docstatus": 1,
			**step,
		}
	).db_insert()
	frappe.get_doc(STATEMENT, name).notify_update()


@current.rows()
def supersede(name: str, by: str) -> None:
	"""A newer version is issued: this one stays as it is, and takes no more steps."""
	_set(name, {"superseded_by": by}, row(Step.SUPERSEDE, by))
