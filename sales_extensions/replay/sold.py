"""sold_by.csv: who sold an order without a Sales Team, as it was decided when it was made (H1)."""

from collections.abc import Sequence
from decimal import Decimal

from sales_extensions.engine import Pin, SellerRule, SoldPart

from .rows import Row

COLUMNS = ("order", "sales_person", "weight", "rule", "source", "quotation", "made_order")
REQUIRED = ("order", "sales_person")


def pin_of(rows: Sequence[Row]) -> Pin:
	"""A row for each part; nobody's has no Sales Person. `weight` is a net amount in company currency: 1 where it is left
	out. Raises InputProblem where the parts weigh nothing together, or rows of an order differ in rule or source.
	"""
	first = rows[0]
	for row in rows[1:]:
		_same(first, row, "rule")
		_same(first, row, "source")
	pin = Pin(
		rule=first.choice("rule", SellerRule, SellerRule.OWNER),
		parts=tuple(_part(row) for row in rows),
		source=first.text("source"),
	)
	if not any(part.weight for part in pin.parts):
		raise first.problem(
			"weight", "the parts of this order weigh nothing. Give one of them a net amount above 0."
		)
	return pin


def _same(first: Row, row: Row, column: str) -> None:
	if row.text(column) not in ("", first.text(column)):
		raise row.problem(
			column, f"differs from line {first.line} of the same order. Write the same, or leave it empty."
		)


def _part(row: Row) -> SoldPart:
	weight = row.number("weight", Decimal(1))
	if weight < 0:
		raise row.problem("weight", f"{weight} is below 0. Write a net amount, or 0.")
	return SoldPart(row.text("sales_person") or None, weight, row.text("quotation"), row.yes("made_order"))
