"""Reasons of the engine in the reader's language (X6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, formatdate
from frappe.utils.data import get_number_format_info

from sales_extensions import showing
from sales_extensions.engine import Reason
from sales_extensions.engine.money import round_money, to_decimal
from sales_extensions.engine.words import percent_text

#: Decimals of a percentage in words: of a million it still gives the cent. The books keep nine, of which ERPNext's
#: delivered and billed percentages fill the last with noise.
PERCENT_DECIMALS = 6
#: a value that is an amount with its currency, or a percentage, as the engine writes them
FIGURE = re.compile(r"(-?[\d,]+)(?:\.(\d+))?( %| [A-Z]{3})")


def translated(reasons: Iterable[Reason], *, html: bool = True) -> str:
	"""The reasons in the reader's language; safe as HTML, or plain for an export."""
	safe = showing.text if html else str
	return " ".join(
		_(reason.sentence).format(*(safe(shown) for shown in as_written(reason))) for reason in reasons
	)


def tenths(percentage: Decimal) -> Decimal:
	"""With one decimal, by the site's Rounding Method: as the desk shows the same percentage elsewhere."""
	return to_decimal(flt(percentage, 1))


def months(days: Sequence[date]) -> list[str]:
	"""The months of some days, for an axis; with their years where a month comes twice."""
	twice = len({day.month for day in days}) < len(days)
	return [formatdate(day, "MMM yy" if twice else "MMM") for day in days]


def as_written(reason: Reason) -> Iterator[str]:
	"""A day as the reader writes days, an amount or a percentage as the site writes numbers; else as it is."""
	for value, is_day in reason.told_apart():
		yield formatdate(value) if is_day else in_number_format(value)


def in_number_format(value: str) -> str:
	"""An amount or a percentage as the site writes them: beside others, 1,234 must not look like 1.234, nor EUR stand where
	they have €.

	A percentage is rounded to six decimals; the books keep it whole.
	"""
	figure = FIGURE.fullmatch(value)
	if not figure:
		return value
	if len(figure[2] or "") > PERCENT_DECIMALS and figure[3] == " %":
		value = percent_text(round_money(to_decimal(value.removesuffix(" %")), PERCENT_DECIMALS))
		figure = FIGURE.fullmatch(value)
	whole, decimals, unit = figure.groups()
	if unit != " %":
		amount = to_decimal(value.removesuffix(unit).replace(",", ""))
		return fmt_money(amount, precision=len(decimals or ""), currency=unit.strip())
	point, comma, _places = get_number_format_info(frappe.db.get_default("number_format") or "#,###.##")
	return whole.replace(",", comma) + (f"{point or '.'}{decimals}" if decimals else "") + unit


def from_entry(reason_parts: str | None, reason: str | None, *, html: bool = True) -> str:
	"""The words of a ledger entry, translated where the entry kept its sentences."""
	if not reason_parts:
		return showing.text(reason or "") if html else reason or ""
	parts = (Reason(sentence, tuple(values)) for sentence, *values in json.loads(reason_parts))
	return translated(parts, html=html)
