"""A replay in words and columns."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from sales_extensions.engine import Attainment, Target, TargetType
from sales_extensions.engine.words import amount_text

from .facts import Facts
from .run import Conservation, Replay, attainments

COLUMNS = ("Target", "Type", "Period", "Goal", "Realised", "%", "Expected", "Status")
NUMBER_COLUMNS = {"Goal", "Realised", "%", "Expected"}
CENTS = Decimal("0.01")


def heading(facts: Facts, directory: Path, as_of: date) -> str:
	policy = facts.policy
	return (
		f"{directory}: {_many(len(facts.orders), 'order')}, {_many(len(facts.targets), 'target')}, "
		f"{_many(len(facts.allocations), 'allocation')}, as of {as_of}\n"
		f"Orders count on {policy.count_on} by {policy.basis}; closed orders: {policy.closed}."
	)


def table_lines(facts: Facts, result: Replay, as_of: date) -> list[str]:
	standing = attainments(facts, result, as_of)
	rows = [
		_cells(target, facts.titles.get(name, ""), standing[name]) for name, target in facts.targets.items()
	]
	return _aligned([COLUMNS, *rows])


def _cells(target: Target, title: str, standing: Attainment) -> tuple[str, ...]:
	return (
		f"{target.name} {title}" if title and title != target.name else target.name,
		target.target_type,
		f"{target.from_date} to {target.to_date}",
		_amount(target, standing.goal),
		_amount(target, standing.realised),
		f"{standing.percentage.quantize(CENTS):f}",
		_amount(target, standing.expected),
		str(standing.status),
	)


def _amount(target: Target, value: Decimal) -> str:
	if target.target_type == TargetType.NUMERIC:
		return f"{value:f} orders"
	return amount_text(value, target.currency)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
	widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
	lines = ["  ".join(_padded(row, widths)).rstrip() for row in rows]
	return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _padded(row: tuple[str, ...], widths: list[int]) -> Iterator[str]:
	for name, cell, width in zip(COLUMNS, row, widths, strict=True):
		yield cell.rjust(width) if name in NUMBER_COLUMNS else cell.ljust(width)


def conservation_lines(result: Replay) -> list[str]:
	"""Whether every order's worth is credited or left over, and nothing else (A4)."""
	lines = [_conservation_line(currency, sums) for currency, sums in sorted(result.conservation.items())]
	idle = sum(not crediting.worth.counts for crediting in result.creditings.values())
	if idle:
		lines.append(
			f"{_many(idle, 'order')} of {len(result.creditings)} do not count (draft, cancelled, or closed without credit)."
		)
	return lines or ["No orders."]


def _conservation_line(currency: str, sums: Conservation) -> str:
	verdict = "Conserved" if sums.conserved else "NOT CONSERVED"
	sign = "=" if sums.conserved else "is not"
	line = (
		f"{verdict}: credited {amount_text(sums.credited, currency)} + uncredited "
		f"{amount_text(sums.uncredited, currency)} {sign} {amount_text(sums.worth, currency)}"
	)
	if sums.overlays:
		line += f" + {amount_text(sums.overlay, currency)} overlay in {_many(sums.overlays, 'order')}"
	return f"{line}, the worth of {_many(sums.orders, 'counted order')}."


def _many(number: int, word: str) -> str:
	return f"{number} {word}" + ("" if number == 1 else "s")
