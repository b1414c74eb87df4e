"""Customers that were not heard of for N days, the longest silence first (D2)."""

from __future__ import annotations

from frappe import _

from sales_extensions import errors
from sales_extensions.activities import no_contact, seen
from sales_extensions.charges.report_view import card, column


@errors.report("No Contact")
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, None, list[dict]]:
	"""Columns, rows, what counts as contact, no chart, totals. Raises PermissionError, ValidationError."""
	seen.refuse_unpermitted()
	asked = no_contact.read(filters)
	rows = no_contact.silent(asked)
	shown = rows[: asked.limit]
	return columns(), shown, notes(asked, cut_off=len(rows) > len(shown)), None, cards(shown)


def columns() -> list[dict]:
	return [
		column("party_name", _("Customer"), "Data", 200),
		column("days", _("Days Without Contact"), "Int", 170),
		column("last_contact", _("Last Contact"), "Date", 120),
		column("last_kind", _("By"), "Data", 130),
		column("territory", _("Territory"), "Data", 140),
		column("customer_group", _("Customer Group"), "Data", 140),
	]


def notes(asked: no_contact.Asked, *, cut_off: bool) -> str:
	told = _(
		"Customers without a conversation, message, call or meeting in the last {0} days. Where there never was "
		"one, days count from when the customer was created."
	).format(asked.days)
	if not cut_off:
		return told
	rest = _("The first {0} are shown. Raise Rows or narrow the filters.").format(f"{asked.limit:,}")
	return f"{told}<br>{rest}"


def cards(rows: list[dict]) -> list[dict]:
	never = sum(row["last_contact"] is None for row in rows)
	return [
		card(_("Customers"), len(rows), indicator="Orange" if rows else "Grey"),
		card(_("Never Contacted"), never, indicator="Red" if never else "Grey"),
	]
