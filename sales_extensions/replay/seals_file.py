"""The seals of an export of closings, checked without a site (H3, X3)."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sales_extensions.engine import seals

from .problems import InputProblem

CLOSINGS, NAMES = "closings.csv", "names.csv"


@dataclass(frozen=True, slots=True)
class Checked:
	"""How many closings and entries there are, and what does not agree, in words; nothing: intact."""

	closings: int
	entries: int
	broken: list[str]

	@property
	def told(self) -> list[str]:
		if not self.broken:
			return [f"Seals: {self.closings} closings over {self.entries} entries are intact."]
		return [f"Seals: {len(self.broken)} of what was sealed does not agree:", *self.broken]


def is_beside(entries: Path) -> bool:
	"""Whether this file of entries is a part of such an export."""
	return (entries.parent / CLOSINGS).exists()


def check(entries: Path) -> Checked:
	"""Each closing against the entries of this file, and all of them as a chain. Raises InputProblem for a bad file."""
	rows, names = _entries(entries), _names(entries.parent / NAMES)
	read = _read(entries.parent / CLOSINGS, seals.EXPORTED)
	closings = [_closing(entries.parent / CLOSINGS, row) for row in read]
	gone = {row["name"] for row in read if row["is_gone"] == "1"}  # a link of the chain, and no more
	there = [one for one in closings if one.name not in gone]
	told = [line for one in there for line in _broken(one, rows[one.target], names)]
	told += [f"- the closing before {one.name} is gone" for one in seals.unlinked(closings)]
	return Checked(len(closings), sum(map(len, rows.values())), told)


def _broken(one: seals.Closing, rows: list[seals.Row], names: seals.Names) -> Iterator[str]:
	own = [row for row in rows if row.number <= one.last_no]
	if seals.is_intact(one, [row.digest for row in own]):
		return
	for what in seals.broken(one, own, names):
		yield f"- {one.name} of {one.target}: {SAID[what.what].format(what.entry, what.name)}"


SAID = {
	seals.CHANGED: "entry {0} was changed: {1}",
	seals.ADDED: "an entry was added, number {0}: {1}",
	seals.REMOVED: "entry {0} is gone",
	seals.SEAL: "what is written in it does not agree with its seal",
}


def _entries(file: Path) -> dict[str, list[seals.Row]]:
	"""By target, as they were booked."""
	found: dict[str, list[seals.Row]] = defaultdict(list)
	for row in _read(file, seals.SEALED, may_lack=seals.OF_DOCUMENTS):
		values = tuple(row[column] for column in seals.SEALED)
		number = _whole(file, row, "booked_no")
		found[row["sales_target"]].append(seals.Row(number, row["name"], seals.digest_of(values), values))
	for rows in found.values():
		rows.sort(key=lambda row: (row.number, row.name))
	return found


def _names(file: Path) -> seals.Names:
	columns = ("kind", "old_name", "new_name")
	rows = _read(file, columns) if file.exists() else []
	return seals.older_names((row["kind"], row["old_name"], row["new_name"]) for row in rows)


def _closing(file: Path, row: dict[str, str]) -> seals.Closing:
	return seals.Closing(
		name=row["name"],
		target=row["sales_target"],
		previous=row["previous_seal"],
		text=row["sealed_text"],
		seal=row["seal"],
		entries=_whole(file, row, "entries"),
		last_no=_whole(file, row, "last_no"),
		kept=row["digests"],
	)


def _whole(file: Path, row: dict[str, str], column: str) -> int:
	try:
		return int(row[column])
	except ValueError:
		raise InputProblem(file, f"{row[column]!r} is not a whole number.", None, column) from None


def _read(file: Path, columns: tuple[str, ...], may_lack: tuple[str, ...] = ()) -> list[dict[str, str]]:
	"""Every sign as it is: what is sealed is each of them. `may_lack`: columns that exports of before did not have."""
	csv.field_size_limit(2**31 - 1)
	try:
		with file.open(encoding="utf-8", newline="") as opened:
			rows = list(csv.DictReader(opened))
	except (OSError, UnicodeDecodeError, csv.Error) as error:
		raise InputProblem(file, f"can't be read: {error}. Export the closings again.") from None
	for row in rows[:1]:
		missing = [column for column in columns if row.get(column) is None and column not in may_lack]
		if missing:
			raise InputProblem(file, f"has no column {', '.join(missing)}. Export the closings again.")
	return [{column: seals.from_cell(row.get(column) or "") for column in columns} for row in rows]
