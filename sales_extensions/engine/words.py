"""Reasons in words.

A result of the engine carries its reason as an English sentence with places for values. Kept apart, the
sentence can be translated when it is shown, and stays the same row in the books whatever language the
one who caused it reads.
"""

from dataclasses import dataclass
from decimal import Decimal


def _(sentence: str) -> str:
	"""Marks a sentence for translation; it is translated where it is shown."""
	return sentence


@dataclass(frozen=True, slots=True)
class Reason:
	sentence: str
	values: tuple[str, ...] = ()

	def __str__(self) -> str:
		return self.sentence.format(*self.values)


def amount_text(amount: Decimal, currency: str = "") -> str:
	"""1,234.50 EUR: readable, exact, and the same in every language."""
	return f"{amount:,f} {currency}".rstrip()


def percent_text(percentage: Decimal) -> str:
	"""33.33 for 33.330000000: no zeros that say nothing."""
	text = f"{percentage:f}"
	return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"
