"""CSV files as rows with typed cells. Each cell that can't be read says where it is and what to write."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .problems import InputProblem

#: Labels that an export writes for a field that is called otherwise.
FIELD_OF_LABEL = {"id": "name"}
#: What a field for an amount takes.
LARGEST = Decimal(10) ** 12
YES = {"1", "yes", "true"}
NO = {"", "0", "no", "false"}


@dataclass(frozen=True)
class Row:
	"""A line of a file. Missing columns and blank cells read as the default."""

	file: Path
	line: int
	cells: dict[str, str]

	def problem(self, column: str | None, message: str) -> InputProblem:
		return InputProblem(self.file, message, self.line, column)

	def text(self, column: str) -> str:
		return self.cells.get(column, "")

	def required(self, column: str) -> str:
		value = self.text(column)
		if not value:
			raise self.problem(column, "is empty. Fill it in.")
		return value

	def number(self, column: str, default: Decimal = Decimal(0)) -> Decimal:
		return self.as_number(column, self.text(column)) if self.text(column) else default

	def as_number(self, column: str, text: str) -> Decimal:
		try:
			value = Decimal(text.strip())
		except InvalidOperation:
			value = None
		if value is None or not value.is_finite():
			raise self.problem(
				column,
				f"{text!r} is not a number. Write it like 1234.50, with a point and no thousands separator.",
			)
		if abs(value) > LARGEST:
			raise self.problem(
				column, f"{text!r} is more than ERPNext holds: {LARGEST:,f}. Write a smaller number."
			)
		return value

	def whole(self, column: str, default: int = 0) -> int:
		value = self.number(column, Decimal(default))
		if value != value.to_integral_value():
			raise self.problem(
				column, f"{self.text(column)!r} is not a whole number. Write one without decimals."
			)
		return int(value)

	def day(self, column: str) -> date:
		text = self.required(column)
		try:
			return date.fromisoformat(text[:10])  # an export may write a time after the date
		except ValueError:
			raise self.problem(column, f"{text!r} is not a date. Write it like 2026-03-31.") from None

	def choice(self, column: str, options: Iterable[str], default: str = "") -> str:
		"""One of `options`; without a default the cell must be filled in."""
		value = self.text(column) or default or self.required(column)
		known = {option.lower(): str(option) for option in options}
		if value.lower() not in known:
			raise self.problem(column, f"{value!r} is not known. Choose one of: {', '.join(known.values())}.")
		return known[value.lower()]

	def yes(self, column: str) -> bool:
		value = self.text(column).lower()
		if value not in YES | NO:
			raise self.problem(column, f"{self.text(column)!r} is neither yes nor no. Write 1 or 0.")
		return value in YES

	def items(self, column: str) -> list[str]:
		"""The parts of a list that is written with semicolons."""
		return [part.strip() for part in self.text(column).split(";") if part.strip()]


@dataclass(frozen=True)
class Table:
	file: Path
	columns: tuple[str, ...]
	rows: tuple[Row, ...]

	def unused(self, used: Iterable[str]) -> list[str]:
		known = set(used)
		return [column for column in self.columns if column and column not in known]


def read_table(file: Path, required: Sequence[str]) -> Table:
	"""All rows of a file that must exist, with at least the `required` columns."""
	lines = list(_lines(file))
	if not lines:
		raise InputProblem(file, f"is empty. Its first line must name columns: {', '.join(required)}.")
	columns = tuple(_field(cell) for cell in lines[0][1])
	_check_columns(file, lines[0][0], columns, required)
	return Table(file, columns, tuple(_row(file, line, columns, cells) for line, cells in lines[1:]))


def _lines(file: Path) -> Iterable[tuple[int, list[str]]]:
	"""Each line that isn't blank, with its number."""
	try:
		text = file.read_text(encoding="utf-8-sig")
	except FileNotFoundError:
		raise InputProblem(file, "does not exist. Create it, or name another directory or file.") from None
	except UnicodeDecodeError:
		raise InputProblem(file, "is not UTF-8 text. Save it as CSV in UTF-8.") from None
	except OSError as error:
		raise InputProblem(file, f"can't be read: {error.strerror}.") from None
	header = text.partition("\n")[0]
	# Where the comma is the decimal sign, spreadsheets separate cells by semicolons.
	reader = csv.reader(
		text.splitlines(keepends=True), delimiter=";" if "," not in header and ";" in header else ","
	)
	try:
		start = 1
		for cells in reader:
			if any(cell.strip() for cell in cells):
				yield start, cells
			start = reader.line_num + 1
	except csv.Error as error:
		raise InputProblem(file, f"is not CSV: {error}.", reader.line_num) from None


def _field(label: str) -> str:
	"""The field name behind a header cell; `Sales Target` is `sales_target`."""
	name = "_".join(label.strip().lower().split())
	return FIELD_OF_LABEL.get(name, name)


def _check_columns(file: Path, line: int, columns: Sequence[str], required: Sequence[str]) -> None:
	for column in required:
		if column not in columns:
			raise InputProblem(file, "is missing. Add it to the first line.", line, column)
	for column in columns:
		if column and columns.count(column) > 1:
			raise InputProblem(file, "stands twice in the first line. Remove one.", line, column)


def _row(file: Path, line: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
	extra = [cell for cell in cells[len(columns) :] if cell.strip()]
	if extra:
		raise InputProblem(
			file,
			f"has more cells than the first line: {extra[0]!r}. Put a cell with a comma in quotes.",
			line,
		)
	return Row(file, line, {column: cell.strip() for column, cell in zip(columns, cells, strict=False)})
