"""What a Sales Statement says: its lines and figures, computed from the ledger and never typed (H4)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Sum

from sales_extensions import showing
from sales_extensions.attained import adjusted, permitted
from sales_extensions.attained import filters as asking
from sales_extensions.attained.filters import SCOPE, Asked
from sales_extensions.attained.orders import ENTRY, without
from sales_extensions.attained.statement import Statement, positions_of, statement
from sales_extensions.engine import Reason, percentage_of
from sales_extensions.engine.entries import overlay_reason, shared_once
from sales_extensions.engine.money import ZERO, round_money, to_decimal
from sales_extensions.engine.statements import Kind

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Content:
	"""`lines`: values of rows of Sales Statement Line. Goal is money, or orders."""

	asked: Asked
	goal: Decimal
	amount: Decimal
	order_count: int
	realised: Decimal
	lines: list[dict]
	#: something was booked on its closed targets since
	adjusted_since: bool = False

	def figures(self) -> dict[str, object]:
		"""Values of the fields of the document."""
		adjustments = [line for line in self.lines if line["kind"] == Kind.ADJUSTMENT]
		return {
			"currency": self.asked.currency,
			"goal": self.goal,
			"amount": self.amount,
			"order_count": self.order_count,
			"percentage": percentage_of(self.realised, self.goal) if self.goal else 0,
			"adjustment_amount": sum((line["amount"] for line in adjustments), ZERO),
			"adjustment_count": sum(line["order_count"] for line in adjustments),
		}


def content(given: dict) -> Content:
	"""`given`: seller, company, days and type. Raises what the report raises, and PermissionError for who sees a part only."""
	asked = asking.read(given)
	found = statement(asked)
	_refuse_part(found)
	credits = _credits(found)
	adjustments = [_adjustment(row, asked) for row in adjusted.booked_in(asked)]
	return Content(
		asked,
		found.goal.goal,
		found.amount,
		found.order_count,
		found.realised,
		[*credits, *adjustments],
		bool(found.adjustments),
	)


def _refuse_part(found: Statement) -> None:
	"""Whoever makes it sees all targets of the period, and all sellers that are counted in them."""
	asked = found.books.asked
	there = frappe.db.count(
		"Sales Target",
		{
			"company": asked.company,
			"from_date": ("<=", asked.last),
			"to_date": (">=", asked.first),
			"target_type": asked.target_type,
			"measured_on": asked.measured_on,
			**dict.fromkeys(SCOPE, ("is", "not set")),
		},
	)
	if there > len(found.books.targets) or _sees_fewer_rows(found):
		permitted.refuse_part()


def _sees_fewer_rows(found: Statement) -> bool:
	if found.books.sellers is None:
		return False
	whole = replace(found.books, sellers=None)
	return len(positions_of(whole, found.spans, whole.closings)) > len(found.rows)


def _credits(found: Statement) -> list[dict]:
	kept = _kept_reasons([row.name for row in found.rows])
	overlays = _overlays(found)
	return [
		{
			**_of_entry(row, found.books.asked),
			**_in_words(kept[row.name], overlays.get(key_of(row))),
			"kind": str(Kind.CREDIT),
		}
		for row in found.rows
	]


def _adjustment(row: dict, asked: Asked) -> dict:
	return {
		**_of_entry(row, asked),
		**_in_words((row.reason, row.reason_parts)),
		"kind": str(Kind.ADJUSTMENT),
		"booked_on": row.creation,
	}


SAME = (
	"sales_order",
	"sales_person",
	"sales_target",
	"posting_date",
	"order_count",
	"source_doctype",
	"source_name",
)


def _of_entry(row: dict, asked: Asked) -> dict:
	return {
		**{field: row[field] for field in SAME},
		"share_percentage": to_decimal(row.share_percentage),
		"amount": to_decimal(row.amount),
		"currency": asked.currency,
		"entry": row.name,
	}


def key_of(row: dict) -> Key:
	return row["sales_target"], row["sales_order"], row["sales_person"]


# --- why, in sentences that each reader has in their language ------------------------------------------


def _kept_reasons(entries: Collection[str]) -> dict[str, tuple[str, str | None]]:
	rows = frappe.get_all(
		"Sales Target Entry",
		filters={"name": ("in", entries or [""])},
		fields=["name", "reason", "reason_parts"],
		order_by="name",
		limit_page_length=0,
	)
	return {row.name: (row.reason or "", row.reason_parts) for row in rows}


def _in_words(kept: tuple[str, str | None], more: Reason | None = None) -> dict[str, str | None]:
	"""`reason` as the books have it, in English; `reason_parts` where the books kept sentences."""
	reason, parts = showing.as_plain(kept[0]), kept[1]
	if more is None:
		return {"reason": reason, "reason_parts": parts}
	whole = [*json.loads(parts), [more.sentence, *more.values]] if parts else None
	return {"reason": f"{reason} {more}", "reason_parts": whole and json.dumps(whole, ensure_ascii=False)}


def _overlays(found: Statement) -> dict[Key, Reason]:
	"""Of orders in several targets that have more credit than they are worth: why each credit is smaller here."""
	by_order: dict[str, list[dict]] = defaultdict(list)
	for row in found.rows:
		by_order[row.sales_order].append(row)
	shared = {
		order: rows
		for order, rows in by_order.items()
		if len({row.sales_target for row in rows}) > 1 and any(row.overlay_worth for row in rows)
	}
	booked = _booked(shared, found) if shared else {}
	return {
		key: reason for rows in shared.values() for key, reason in _overlay(rows, booked, found.books.asked)
	}


def _overlay(rows: list[dict], booked: dict[Key, Decimal], asked: Asked) -> list[tuple[Key, Reason]]:
	amounts = [booked[key_of(row)] for row in rows]
	most = max((to_decimal(row.overlay_worth) for row in rows), key=abs)
	parts = (most and shared_once(amounts, most, asked.precision)) or ()
	whole, once = (round_money(amount, asked.precision) for amount in (sum(amounts, ZERO), to_decimal(most)))
	return [
		(key_of(row), overlay_reason(whole, once, part, asked.currency))
		for row, part in zip(rows, parts, strict=False)
	]


def _booked(orders: Collection[str], found: Statement) -> dict[Key, Decimal]:
	"""What the books have for each target, order and seller, before an order counts once; of closed targets as they were."""
	asked = found.books.asked
	key = (ENTRY.sales_target, ENTRY.sales_order, ENTRY.sales_person)
	which = ENTRY.sales_order.isin(list(orders)) & ENTRY.posting_date[asked.first : asked.last]
	query = (
		frappe.qb.from_(ENTRY)
		.select(*key, Sum(ENTRY.amount))
		.where(without(found.books.closings, which))
		.groupby(*key)
	)
	return {tuple(names): to_decimal(amount) for *names, amount in query.run()}
