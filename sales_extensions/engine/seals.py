"""A seal over the entries of a closed target: changed, added or removed, it tells which (H3).

Each entry has a digest of all that it says. The seal is made of the seal before it in the company, of what is written
about the closing, and of every digest in the order in which the entries were booked: so closings are a chain, and none
of them can be changed, or taken out, without the next one telling.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from .facts import Member

#: What of an entry is sealed, in this order. Days, moments and amounts as the database writes them.
SEALED = (
	"name", "sales_target", "sales_order", "sales_person", "company", "currency", "posting_date", "amount",
	"order_count", "share_percentage", "overlay_worth", "rule", "source_doctype", "source_name", "reason",
	"reason_parts", "booked_no", "adjusts", "owner", "creation", "voucher_type", "voucher_no",
	"against_voucher_type", "against_voucher_no",
)  # fmt: skip
#: The last of these are of deliveries and invoices alone: an entry of an order has nothing there, and is sealed without.
OF_DOCUMENTS = ("voucher_type", "voucher_no", "against_voucher_type", "against_voucher_no")
#: Of these, what a name stands in that can be changed, and of which kind it is; that of the source is in the entry.
NAMED = {
	"sales_target": "Sales Target",
	"sales_order": "Sales Order",
	"sales_person": "Sales Person",
	"company": "Company",
	"currency": "Currency",
	"owner": "User",
}
#: So many bytes of each digest are kept, to tell which entry was changed. The seal is made of all of them.
KEPT_BYTES = 9
KEPT_SIGNS = KEPT_BYTES * 4 // 3


def canonical(values: Iterable[str]) -> str:
	"""What is digested: each text after its length, so that no two read the same."""
	return "".join(f"{len(value)}:{value}" for value in values)


def sealed_of(values: Sequence[str]) -> Sequence[str]:
	"""What of an entry's SEALED is digested."""
	is_document = any(values[-len(OF_DOCUMENTS) :])
	return values if is_document else values[: -len(OF_DOCUMENTS)]


def digest_of(values: Sequence[str]) -> bytes:
	"""Of an entry; `values`: its SEALED."""
	return hashlib.sha256(canonical(sealed_of(values)).encode()).digest()


def digest_of_members(members: Iterable[Member]) -> str:
	"""Of who and what stood under a target, in any order."""
	rows = sorted((one.kind, one.name, one.above, f"{one.first}", f"{one.last}") for one in members)
	return hashlib.sha256("\n".join(map(canonical, rows)).encode()).hexdigest()


def shortened(digests: Iterable[bytes]) -> str:
	"""The digests as they are kept with a closing."""
	return b64encode(b"".join(one[:KEPT_BYTES] for one in digests)).decode()


def short(digest: bytes) -> str:
	return b64encode(digest[:KEPT_BYTES]).decode()


def parts_of(kept: str) -> list[str]:
	"""The digests that are kept, each as `short` gives it."""
	return [kept[start : start + KEPT_SIGNS] for start in range(0, len(kept), KEPT_SIGNS)]


def seal(previous: str, text: str, digests: Iterable[bytes]) -> str:
	"""`previous`: the seal before it, nothing for the first. `text`: what is written about the closing."""
	made = hashlib.sha256(f"{previous}\n{text}\n".encode())
	for one in digests:
		made.update(one)
	return made.hexdigest()


#: What of a closing goes with its entries to an auditor. `is_gone`: its target was opened again and deleted.
EXPORTED = (
	"name", "sales_target", "previous_seal", "seal", "entries", "last_no", "sealed_text", "digests", "is_gone",
)  # fmt: skip

#: A text that begins so may be a formula to a spreadsheet.
OPENS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def as_cell(text: str) -> str:
	"""As a file has it that somebody may open with a spreadsheet: numbers as they are. `from_cell` takes it back."""
	return f"'{text}" if text.startswith(OPENS_FORMULA) and not _is_number(text) else text


def from_cell(cell: str) -> str:
	return cell.removeprefix("'")


def _is_number(text: str) -> bool:
	return text.removeprefix("-").replace(".", "", 1).isdecimal()


#: kind and new name -> the names that it had before
Names = Mapping[tuple[str, str], Sequence[str]]


def older_names(changes: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
	"""From changes of names, (kind, old, new), the oldest first: all that a name of today was once called."""
	found: dict[tuple[str, str], list[str]] = {}
	for kind, old, new in changes:
		before = [old, *found.get((kind, old), ())]
		own = found.setdefault((kind, new), [])
		own += [name for name in before if name not in own and name != new]
	return found


#: More names than these are not tried out for one entry.
MOST_TRIED = 10_000


def digest_as_sealed(values: Sequence[str], kept: str, names: Names) -> bytes | None:
	"""The digest of an entry as it was when it was sealed, under the names of then; None where there is none.

	`values`: of SEALED, as they are. `kept`: what is kept of its digest.
	"""
	for tried, choice in enumerate(product(*_choices(values, names))):
		found = digest_of(choice)
		if short(found) == kept:
			return found
		if tried >= MOST_TRIED:
			break
	return None


def _choices(values: Sequence[str], names: Names) -> list[list[str]]:
	row = dict(zip(SEALED, values, strict=True))
	kinds = {
		**NAMED,
		"source_name": row["source_doctype"],
		"voucher_no": row["voucher_type"],
		"against_voucher_no": row["against_voucher_type"],
	}
	return [[value, *names.get((kinds.get(field, ""), value), ())] for field, value in row.items()]


@dataclass(frozen=True, slots=True)
class Broken:
	"""What does not agree with a seal. `what`: Changed, Added, Removed or Seal; `entry`: its number in the target."""

	what: str
	entry: int = 0
	name: str = ""


CHANGED, ADDED, REMOVED, SEAL = "Changed", "Added", "Removed", "Seal"


@dataclass(frozen=True, slots=True)
class Closing:
	"""A closing as it is kept."""

	name: str
	target: str
	previous: str
	text: str
	seal: str
	entries: int
	last_no: int
	kept: str


@dataclass(frozen=True, slots=True)
class Row:
	"""An entry as it is: its number in the target, its name, its digest; and its values, where they were asked for."""

	number: int
	name: str
	digest: bytes
	values: tuple[str, ...] = ()


def is_intact(closing: Closing, digests: Sequence[bytes]) -> bool:
	"""Whether the entries, in order, and what is written are what was sealed."""
	return closing.kept == shortened(digests) and closing.seal == seal(
		closing.previous, closing.text, digests
	)


def broken(closing: Closing, rows: Sequence[Row], names: Names) -> list[Broken]:
	"""What does not agree with the seal; nothing where names alone were changed. `rows`: with their values, in order."""
	kept = parts_of(closing.kept)
	if len(kept) != closing.entries:
		return [Broken(SEAL)]
	numbers = [row.number for row in rows]
	whole = len(rows) == closing.entries and len(set(numbers)) == len(rows)
	found, digests = [], []
	for row, own in _against(rows, kept, by_number=not whole):
		digest = row.digest if own == short(row.digest) else digest_as_sealed(row.values, own, names)
		if digest is None:
			found.append(Broken(CHANGED if own else ADDED, row.number, row.name))
		else:
			digests.append(digest)
	found += [Broken(REMOVED, number) for number in _missing(closing, numbers)]
	if not found and closing.seal != seal(closing.previous, closing.text, digests):
		found.append(Broken(SEAL))
	return found


def _against(rows: Sequence[Row], kept: Sequence[str], *, by_number: bool) -> Iterable[tuple[Row, str]]:
	"""Each entry with what is kept of it: the one at its place, or, where some are gone or too many, by its number."""
	if not by_number:
		return zip(rows, kept, strict=True)
	seen: set[int] = set()
	pairs = []
	for row in rows:
		there = 0 < row.number <= len(kept) and row.number not in seen
		pairs.append((row, kept[row.number - 1] if there else ""))
		seen.add(row.number)
	return pairs


def _missing(closing: Closing, numbers: Sequence[int]) -> list[int]:
	if len(numbers) >= closing.entries and len(set(numbers)) == len(numbers):
		return []
	return sorted(set(range(1, closing.last_no + 1)) - set(numbers))


def unlinked(closings: Sequence[Closing]) -> list[Closing]:
	"""Those whose seal before them is none of a company's closings: one was taken out. `closings`: of one company."""
	known = {"", *(one.seal for one in closings)}
	return [one for one in closings if one.previous not in known]
