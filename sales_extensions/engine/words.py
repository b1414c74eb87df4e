"""Reasons in words.

A result of the engine carries its reason as an English sentence with places for values. Kept apart, the
sentence can be translated when it is shown, and stays the same row in the books whatever language the
one who caused it reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


def _(sentence: str) -> str:
	"""Marks a sentence for translation; it is translated where it is shown."""
	return sentence


#: Which values of a sentence are days: what is stored has the sentence and the values alone, and a document's name
#: may look like a day.
_DAYS: dict[str, frozenset[int]] = {}


def dated(sentence: str, *places: int) -> str:
	"""Marks the values of a sentence that are days; the sentence as it is."""
	_DAYS[sentence] = frozenset(places)
	return sentence


@dataclass(frozen=True, slots=True)
class Reason:
	sentence: str
	values: tuple[str, ...] = ()

	def __str__(self) -> str:
		return self.sentence.format(*self.values)

	def told_apart(self) -> Iterator[tuple[str, bool]]:
		"""The values, each with whether it is a day."""
		days = _DAYS.get(self.sentence, frozenset())
		return ((value, place in days) for place, value in enumerate(self.values))


def amount_text(amount: Decimal, currency: str = "") -> str:
	"""1,234.50 EUR: readable, exact, and the same in every language."""
	return f"{amount:,f} {currency}".rstrip()


def percent_text(percentage: Decimal) -> str:
	"""33.33 for 33.330000000: no zeros that say nothing."""
	text = f"{percentage:f}"
	return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"
