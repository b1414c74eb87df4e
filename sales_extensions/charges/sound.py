"""Are the credits sound? What can be told from the documents, and what must hold of each credit."""

from __future__ import annotations

import frappe

from sales_extensions.ledger.facts import sellers_of_users

from . import settle


def differences(company: str | None = None) -> list[dict[str, object]]:
	"""Everything in the credits that differs from what the documents say. Empty: sound. Reads only."""
	found = []
	for doctype, names in settle.slices(settle.documents(company)):
		for lack in settle.lacking(doctype, names):
			found += [
				{
					"kind": "upsell credit",
					"voucher_type": doctype,
					"voucher_no": lack.voucher.name,
					"text": text,
				}
				for text in settle.describe(lack)
			]
	return found + _wrong_rows(company)


def _wrong_rows(company: str | None) -> list[dict[str, object]]:
	"""Credits whose tick or Sales Person is not what their users say."""
	sellers = sellers_of_users()
	credit = frappe.qb.DocType("Upsell Credit")
	query = (
		frappe.qb.from_(credit)
		.select(
			credit.name, credit.voucher_type, credit.voucher_no, credit.credit_assigned_to,
			credit.charge_created_by, credit.credit_assigned_customised, credit.sales_person,
		)
		.orderby(credit.name)
	)  # fmt: skip
	if company:
		query = query.where(credit.company == company)
	found = []
	for row in query.run(as_dict=True):
		customised = row.credit_assigned_to != row.charge_created_by
		for field, should in (
			("credit_assigned_customised", int(customised)),
			("sales_person", sellers.get(row.credit_assigned_to)),
		):
			if (row[field] or None) != (should or None):
				found.append(
					{
						"kind": "upsell credit",
						"voucher_type": row.voucher_type,
						"voucher_no": row.voucher_no,
						"text": f"{row.name}: {field} is {row[field]}, should be {should}",
					}
				)
	return found
