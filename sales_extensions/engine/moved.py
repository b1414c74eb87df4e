"""What targets had, and what they come to when a rule changes (T8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .entries import Difference
from .facts import Target, TargetType
from .money import ZERO


@dataclass(frozen=True, slots=True)
class Figures:
	"""What the books hold of a target, in company currency."""

	amount: Decimal = ZERO
	orders: int = 0

	def with_added(self, other: "Figures") -> "Figures":
		return Figures(self.amount + other.amount, self.orders + other.orders)


@dataclass(frozen=True, slots=True)
class Moved:
	"""A target, what it had, and what was added to that."""

	target: Target
	before: Figures
	added: Figures

	@property
	def after(self) -> Figures:
		return self.before.with_added(self.added)

	@property
	def has_another_result(self) -> bool:
		"""By what the target measures: a number of orders stays, whatever they are worth."""
		return bool(self.added.orders if counts_orders(self.target) else self.added.amount)


def counts_orders(target: Target) -> bool:
	return target.target_type == TargetType.NUMERIC


def added_by(so_far: Mapping[str, Figures], differences: Iterable[Difference]) -> dict[str, Figures]:
	"""What was added to each target, and what rows add to that."""
	added = dict(so_far)
	for row in differences:
		name = row.key.target
		added[name] = added.get(name, Figures()).with_added(Figures(row.amount, row.order_count))
	return added


@dataclass(frozen=True, slots=True)
class OfCompany:
	"""The targets of a company that get another result: their results' sums, of those in money and of those in orders."""

	company: str
	currency: str
	targets: int
	in_money: int
	before: Figures
	after: Figures


def by_company(moved: Iterable[Moved]) -> list[OfCompany]:
	"""One for each company with such a target, by name."""
	others = [one for one in moved if one.has_another_result]
	companies = sorted({one.target.company for one in others})
	return [_summed([one for one in others if one.target.company == company]) for company in companies]


def _summed(moved: list[Moved]) -> OfCompany:
	target = moved[0].target
	return OfCompany(
		company=target.company,
		currency=target.currency,
		targets=len(moved),
		in_money=sum(not counts_orders(one.target) for one in moved),
		before=_sum_of_results((one.target, one.before) for one in moved),
		after=_sum_of_results((one.target, one.after) for one in moved),
	)


def _sum_of_results(figures: Iterable[tuple[Target, Figures]]) -> Figures:
	amount, orders = ZERO, 0
	for target, of_it in figures:
		if counts_orders(target):
			orders += of_it.orders
		else:
			amount += of_it.amount
	return Figures(amount, orders)
