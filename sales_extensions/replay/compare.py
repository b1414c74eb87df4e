"""A replay against entries from elsewhere (X3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sales_extensions.engine import Key

from .entries_file import Sum
from .run import Entry


@dataclass(frozen=True, slots=True)
class KeyDifference:
	"""A key at which the file and the replay do not say the same. None: nothing stands there."""

	key: Key
	in_file: Sum | None
	in_replay: Sum | None
	reason: str = ""


def compare(in_file: Mapping[Key, Sum], entries: Iterable[Entry]) -> list[KeyDifference]:
	"""Differences by target, order and seller. A key that sums to nothing is the same as none."""
	by_key = {entry.key: entry for entry in entries}
	filed = something(in_file)
	replayed = something(
		{key: Sum(entry.position.amount, entry.position.order_count) for key, entry in by_key.items()}
	)
	keys = sorted(filed.keys() | replayed.keys(), key=lambda key: (key.target, key.order, key.sales_person))
	return [
		KeyDifference(key, filed.get(key), replayed.get(key), _reason(by_key.get(key)))
		for key in keys
		if filed.get(key) != replayed.get(key)
	]


def something(sums: Mapping[Key, Sum]) -> dict[Key, Sum]:
	"""Without the keys whose credit came and went."""
	return {key: one for key, one in sums.items() if not one.is_nothing}


def _reason(entry: Entry | None) -> str:
	return " ".join(str(reason) for reason in entry.position.reasons) if entry else ""


def describe(differences: list[KeyDifference], file: Path, keys: int) -> list[str]:
	"""`keys` is how many the file has."""
	if not differences:
		return [f"Agrees with {file}: no difference in {keys} keys of target, order and seller."]
	lines = [f"Differs from {file} at {len(differences)} of the keys of target, order and seller:"]
	for one in differences:
		key = one.key
		lines.append(f"- target {key.target}, order {key.order}, seller {key.sales_person}:")
		lines.append(f"    the file says {_sum_text(one.in_file)}; replay says {_sum_text(one.in_replay)}")
		if one.reason:
			lines.append(f"    replay's reason: {one.reason}")
	return lines


def _sum_text(one: Sum | None) -> str:
	return f"amount {one.amount:f}, order count {one.order_count}" if one else "nothing"
