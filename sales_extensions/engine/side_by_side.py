"""An order from what was ordered to the money: all measures beside each other, by seller (M4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .crediting import Crediting
from .documents import Documented, shares_of
from .facts import Measure, Policy
from .money import ZERO

#: seller -> amount; under no name what nobody has
Shares = Mapping[str, Decimal]


@dataclass(slots=True)
class Line:
	"""What a seller has of an order, in company currency. `returned` is within `invoiced`, and below nil there."""

	ordered: Decimal = ZERO
	delivered: Decimal = ZERO
	invoiced: Decimal = ZERO
	returned: Decimal = ZERO
	paid: Decimal = ZERO

	@property
	def to_invoice(self) -> Decimal:
		"""What was ordered and not invoiced, returns aside."""
		return self.ordered - (self.invoiced + self.returned)

	@property
	def to_pay(self) -> Decimal:
		"""What is invoiced, without what was returned, and not paid."""
		return self.invoiced - self.paid


@dataclass(frozen=True, slots=True)
class Counted:
	"""A document with what it brings to each seller."""

	document: Documented
	shares: Shares

	@property
	def amount(self) -> Decimal:
		return sum(self.shares.values(), ZERO)


@dataclass(slots=True)
class SideBySide:
	"""Lines by seller, the document behind each figure."""

	lines: dict[str, Line] = field(default_factory=lambda: defaultdict(Line))
	documents: list[Counted] = field(default_factory=list)

	@property
	def total(self) -> Line:
		lines = self.lines.values()
		return Line(*(sum((getattr(one, name) for one in lines), ZERO) for name in FIGURES))


FIGURES = ("ordered", "delivered", "invoiced", "returned", "paid")
_FIELD = {Measure.DELIVERED: "delivered", Measure.INVOICED: "invoiced", Measure.PAID: "paid"}


def side_by_side(ordered: Crediting, documents: Iterable[Documented], policy: Policy) -> SideBySide:
	"""`ordered`: the order shared out. `documents`: what was delivered, invoiced and paid of it alone."""
	found = SideBySide()
	for credit in ordered.credits:
		found.lines[credit.sales_person].ordered += credit.amount
	if ordered.uncredited:
		found.lines[""].ordered += ordered.uncredited
	for one in documents:
		counted = Counted(one, shares_of(one, policy))
		found.documents.append(counted)
		_add(found.lines, counted)
	return found


def _add(lines: dict[str, Line], counted: Counted) -> None:
	one = counted.document
	for seller, amount in counted.shares.items():
		if not amount:
			continue
		line, name = lines[seller], _FIELD[Measure(one.measure)]
		setattr(line, name, getattr(line, name) + amount)
		if one.measure == Measure.INVOICED and one.voucher.is_return:
			line.returned -= amount
