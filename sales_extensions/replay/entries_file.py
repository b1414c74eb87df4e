"""Sales Target Entry rows as CSV: written from a replay, read from a replay or from a site."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sales_extensions.engine import Key
from sales_extensions.engine.money import ZERO

from .problems import InputProblem
from .rows import read_table
from .run import Entry

COLUMNS = (
	"sales_target", "sales_order", "sales_person", "company", "posting_date", "amount", "order_count",
	"share_percentage", "rule", "source_doctype", "source_name", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sum:
	"""What the rows of one key add up to: company currency, and orders."""

	amount: Decimal = ZERO
	order_count: int = 0

	@property
	def is_nothing(self) -> bool:
		return self.amount == ZERO and self.order_count == 0


def write_entries(file: Path, entries: Iterable[Entry]) -> None:
	try:
		with file.open("w", encoding="utf-8", newline="") as opened:
			writer = csv.writer(opened, lineterminator="\n")
			writer.writerow(COLUMNS)
			writer.writerows(_cells(entry) for entry in entries)
	except OSError as error:
		raise InputProblem(file, f"can't be written: {error.strerror}. Name another file.") from None


def _cells(entry: Entry) -> tuple[str, ...]:
	key, position = entry.key, entry.position
	return (
		key.target,
		key.order,
		key.sales_person,
		entry.company,
		entry.posting_date.isoformat(),
		f"{position.amount:f}",
		str(position.order_count),
		f"{position.share_percentage:f}",
		str(position.rule),
		position.source_doctype,
		position.source_name,
		" ".join(str(reason) for reason in position.reasons),
	)


def read_sums(file: Path) -> dict[Key, Sum]:
	"""Rows added up by target, order and seller: a site has one for each change of a credit."""
	sums: dict[Key, Sum] = {}
	table = read_table(file, ("sales_target", "sales_order", "sales_person", "amount", "order_count"))
	for row in table.rows:
		key = Key(row.required("sales_target"), row.required("sales_order"), row.required("sales_person"))
		before = sums.get(key, Sum())
		sums[key] = Sum(before.amount + row.number("amount"), before.order_count + row.whole("order_count"))
	return sums
