"""ERPNext's own table Targets, of a Sales Person or a Territory, brought over as Sales Targets (T1, L1)."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from sales_extensions import alike, errors, guards, periods, showing, words
from sales_extensions.attained.permitted import refuse_company
from sales_extensions.charges.report_filters import choice, existing
from sales_extensions.engine import Carried, Target, TargetRow, TargetType, carry, sameness, target_of
from sales_extensions.engine.money import round_money, to_decimal
from sales_extensions.ledger import facts

TARGET = "Sales Target"
#: Whose tables can be brought over. A Sales Target has sellers, and can't be a Sales Partner's.
HOLDERS = ("Sales Person", "Territory")
LONGEST_TITLE = 140


@dataclass(frozen=True, slots=True)
class Table:
	"""The table of a document, and for whom its rows are to be brought over. All names exist."""

	doctype: str
	name: str
	company: str
	seller: str

	@property
	def pattern(self) -> Target:
		"""What all targets made of it have in common."""
		return Target(
			name="",
			target_type=TargetType.FINANCIAL,
			company=self.company,
			from_date=getdate(),
			to_date=getdate(),
			assignees=(self.seller,),
			territory=self.name if self.doctype == "Territory" else None,
			currency=facts.currency_of(self.company),
			precision=facts.precision(),
		)


def table_of(doctype: str, name: str, company: str, sales_person: str | None) -> Table:
	"""Raises ValidationError that names what is wrong, PermissionError where the user may not see it."""
	holder = choice(doctype, HOLDERS, _("Document Type"))
	found = existing(holder, name, _(holder)) or errors.missing(_(holder))
	frappe.has_permission(holder, "read", found, throw=True)
	of = existing("Company", company, _("Company")) or errors.missing(_("Company"))
	refuse_company(of)
	seller = existing("Sales Person", sales_person, _("Sales Person"))
	if holder == "Sales Person":
		seller = found
	return Table(holder, found, of, seller or errors.missing(_("Sales Person")))


def carried(table: Table) -> list[Carried]:
	"""What each row of the table makes."""
	rows, pattern = rows_of(table), table.pattern
	wanted = [target for row in rows if (target := target_of(row, pattern))]
	there = {sameness(target): names[0] for target in wanted if (names := alike.identical_to(target))}
	return carry(rows, pattern, there)


def rows_of(table: Table) -> list[TargetRow]:
	doc = frappe.get_doc(table.doctype, table.name)
	years = periods.named_years(
		table.company, {"name": ("in", [*{row.fiscal_year for row in doc.targets}, ""])}
	)
	everything = frappe.db.get_value("Item Group", {"parent_item_group": ("in", ("", None))}, "name")
	return [
		TargetRow(
			row=cint(row.idx),
			fiscal_year=row.fiscal_year or "",
			first=years.get(row.fiscal_year, (None, None))[0],
			last=years.get(row.fiscal_year, (None, None))[1],
			amount=round_money(to_decimal(row.target_amount), facts.precision()),
			quantity=to_decimal(row.target_qty).normalize(),
			item_group=None if row.item_group == everything else row.item_group or None,
			distribution=row.distribution_id or None,
		)
		for row in doc.targets
	]


def shown(table: Table) -> list[dict[str, object]]:
	"""Each row with what it makes, for the form; words are safe as HTML."""
	found = carried(table)
	same = [one.same_as for one in found if one.same_as]
	there = {row.name: row for row in alike.readable(same, "target_amount", "currency")}
	return [
		{
			"row": one.row.row,
			"fiscal_year": one.row.fiscal_year,
			"item_group": one.row.item_group,
			"amount": one.row.amount,
			"distribution": one.row.distribution,
			"currency": table.pattern.currency,
			"is_made": bool(one.target),
			"title": title_of(table, one.row) if one.target else None,
			"note": words.translated(one.reasons),
			"is_there": bool(one.same_as),
			"same_as": there.get(one.same_as),
		}
		for one in found
	]


def make(table: Table) -> list[str]:
	"""Make the Sales Targets of those rows that make one; their names. Made again, there are none left to make."""
	guards.manager(_("Bring Over as Sales Targets"))
	return [document(table, one).insert().name for one in carried(table) if one.target]


def document(table: Table, one: Carried) -> Document:
	target = one.target
	return frappe.get_doc(
		{
			"doctype": TARGET,
			"title": title_of(table, one.row),
			"target_type": str(target.target_type),
			"company": target.company,
			"from_date": target.from_date,
			"to_date": target.to_date,
			"target_amount": target.target_amount,
			"monthly_distribution": one.row.distribution,
			"assignees": [{"sales_person": seller} for seller in target.assignees],
			"territory": target.territory,
			"item_group": target.item_group,
		}
	)


def title_of(table: Table, row: TargetRow) -> str:
	parts = (table.name, row.item_group, row.fiscal_year)
	return showing.plain(" · ".join(part for part in parts if part))[:LONGEST_TITLE]
