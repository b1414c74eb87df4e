"""Sales Statements: made from the report, acknowledged or disputed by the seller, answered and settled by managers (H4)."""

from __future__ import annotations

import frappe
from frappe import _

from sales_extensions import called, guards, measures, paper, showing
from sales_extensions.attained import filters as asking
from sales_extensions.engine.statements import Step
from sales_extensions.statements import stepping, versions, view
from sales_extensions.tasks import statement_news

STATEMENT, TEMPLATE = versions.STATEMENT, "sales_extensions/templates/sales_statement_paper.html"
#: Filters of the report that leave out credits: a statement has them all, as they are now.
LEAVING_OUT = {
	"sales_target": "Sales Target",
	"territory": "Territory",
	"customer_group": "Customer Group",
	"item_group": "Item Group",
	"as_of": "As Of",
}


@called.public(methods=["POST"])
def make(filters: str | dict) -> str:
	"""Makes a draft of what the report Seller Statement shows for these filters, or brings the one there is up to date;
	gives its name.

	Raises PermissionError for who is no Sales Manager or may not see all of it, ValidationError for a wrong filter, and
	where an issued statement says the same.
	"""
	guards.manager(_(STATEMENT))
	given = called.filters(filters)
	for name, label in LEAVING_OUT.items():
		if given.get(name):
			frappe.throw(_("{0}: a Sales Statement has all credits. Clear this filter.").format(_(label)))
	asked = asking.read(given)
	if not measures.is_ordered(asked.measured_on):
		frappe.throw(_("Measured On: a Sales Statement is of orders. Use PDF to Sign for another measure."))
	if not asked.sales_person:
		frappe.throw(_("Sales Person: choose the seller whose credits you want to see."))
	values = {
		"sales_person": asked.sales_person,
		"company": asked.company,
		"from_date": asked.first,
		"to_date": asked.last,
		"target_type": str(asked.target_type),
	}
	drafts = frappe.get_list(
		STATEMENT, {**values, "docstatus": 0}, pluck="name", order_by="creation", limit=1
	)
	doc = frappe.get_doc(STATEMENT, drafts[0]) if drafts else frappe.get_doc({"doctype": STATEMENT, **values})
	return doc.save().name


@called.public(methods=["POST"])
def acknowledge(sales_statement: str) -> None:
	"""By the seller. Raises PermissionError for others, ValidationError where it can't be."""
	_take(sales_statement, Step.ACKNOWLEDGE)


@called.public(methods=["POST"])
def dispute(sales_statement: str, lines: str | list, reason: str) -> None:
	"""By the seller; `lines`: names of rows, or "missing" where something is not there. Raises PermissionError for others, ValidationError where it can't be."""
	_take(sales_statement, Step.DISPUTE, reason, _names(lines))


@called.public(methods=["POST"])
def answer(sales_statement: str, line: str, text: str) -> None:
	"""A line that is disputed, by a Sales Manager. Raises PermissionError for others, ValidationError where it can't be."""
	_take(sales_statement, Step.ANSWER, text, [line])


@called.public(methods=["POST"])
def settle(sales_statement: str, note: str | None = None) -> None:
	"""By a Sales Manager; `note`: why, where the seller has not acknowledged it. Raises as `answer`."""
	_take(sales_statement, Step.SETTLE, note or "")


def _take(name: str, step: Step, text: str = "", lines: list[str] | tuple = ()) -> None:
	stepping.take(name, step, text, lines)
	statement_news.taken(name, step, text.strip())


def _names(lines: object) -> list[str]:
	found = called.from_json(lines)
	if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
		frappe.throw(
			_("{0} must be {1}; it is {2}.").format(_("Lines"), _("a list"), showing.text(lines, 50))
		)
	return found


@called.public()
def pdf(sales_statement: str) -> None:
	"""Answers with the PDF to sign. Raises PermissionError for who may not read it."""
	doc = stepping.readable(sales_statement)
	shown = view.on_paper(doc)
	context = {"doc": doc, "shown": shown, "title": title(doc), "lang": frappe.local.lang}
	named = (_(STATEMENT), doc.sales_person, doc.from_date, doc.to_date, doc.name)
	frappe.local.response.filename = showing.file_name(" ".join(map(str, named)) + ".pdf")
	frappe.local.response.filecontent = paper.pdf(
		frappe.render_template(TEMPLATE, context), f"{title(doc)} · {doc.name} · {shown['period']}"
	)
	frappe.local.response.type = "pdf"


def title(doc) -> str:
	return _("Statement of {0}").format(doc.sales_person)
