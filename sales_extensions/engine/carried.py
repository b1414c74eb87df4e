"""Rows of ERPNext's own table Targets as Sales Targets (T1, L1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .checks import check_target
from .facts import Target, TargetType
from .identical import Sameness, sameness
from .money import ZERO
from .words import Reason, _, amount_text


@dataclass(frozen=True, slots=True)
class TargetRow:
	"""A row of the table. `first` and `last`: of its fiscal year, None where that is not one of the company's."""

	row: int
	fiscal_year: str
	first: date | None
	last: date | None
	amount: Decimal = ZERO
	quantity: Decimal = ZERO
	#: None: all of them
	item_group: str | None = None
	distribution: str | None = None


@dataclass(frozen=True, slots=True)
class Carried:
	"""A row, and the Sales Target that it makes; else why it makes none, or which there is already."""

	row: TargetRow
	target: Target | None = None
	reasons: tuple[Reason, ...] = ()
	same_as: str | None = None


def carry(rows: Iterable[TargetRow], pattern: Target, there: Mapping[Sameness, str]) -> list[Carried]:
	"""What each row makes. `pattern`: whose targets, of which company, currency and territory.

	`there`: names of the Sales Targets that there are, by what they are about: none is made twice.
	"""
	found: list[Carried] = []
	made: dict[Sameness, int] = {}
	for row in rows:
		one = _carry(row, pattern)
		if one.target:
			one = _once(one, one.target, there, made)
		found.append(one)
	return found


def target_of(row: TargetRow, pattern: Target) -> Target | None:
	"""The Sales Target that a row would make; None without a period."""
	if row.first is None or row.last is None:
		return None
	return replace(
		pattern,
		target_type=TargetType.FINANCIAL,
		from_date=row.first,
		to_date=row.last,
		target_amount=row.amount,
		target_count=0,
		item_group=row.item_group,
	)


def _carry(row: TargetRow, pattern: Target) -> Carried:
	target = target_of(row, pattern)
	if target is None:
		return Carried(row, reasons=(Reason(_NO_YEAR, (row.fiscal_year, pattern.company)),))
	if row.amount == 0:
		return Carried(row, reasons=(_no_amount(row),))
	if problems := check_target(target):
		return Carried(row, reasons=tuple(problem.reason for problem in problems))
	left = (Reason(_QUANTITY_STAYS, (amount_text(row.quantity),)),) if row.quantity else ()
	return Carried(row, target, left)


def _once(one: Carried, target: Target, there: Mapping[Sameness, str], made: dict[Sameness, int]) -> Carried:
	about = sameness(target)
	if about in there:
		return Carried(one.row, same_as=there[about])
	if about in made:
		return Carried(one.row, reasons=(Reason(_TWICE, (str(made[about]),)),))
	made[about] = one.row.row
	return one


def _no_amount(row: TargetRow) -> Reason:
	if row.quantity:
		return Reason(_QUANTITY_ALONE, (amount_text(row.quantity),))
	return Reason(_("It has no amount."))


_NO_YEAR = _("Fiscal Year {0} is not one of {1}.")
_QUANTITY_ALONE = _("It asks for a quantity of {0} and for no amount: a Sales Target counts money or orders.")
_QUANTITY_STAYS = _("Its quantity of {0} stays here: a Sales Target counts money or orders.")
_TWICE = _("It asks for the same as row {0}. Put both into one row first.")
