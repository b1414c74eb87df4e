"""`sales-extensions`: the rules of the app on files, without a site (X3)."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sales_extensions.engine import Key
from sales_extensions.replay import seals_file
from sales_extensions.replay.compare import compare, describe, something
from sales_extensions.replay.entries_file import Sum, read_sums, write_entries
from sales_extensions.replay.facts import Facts, read_facts
from sales_extensions.replay.page import LANGUAGES, language_of, write_page
from sales_extensions.replay.problems import InputProblem
from sales_extensions.replay.run import Replay, replay
from sales_extensions.replay.show import conservation_lines, heading, table_lines

AGREES, DIFFERS, BAD_INPUT = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
	"""Exit code 0: done, and no difference. 1: figures differ. 2: the input can't be used."""
	arguments = _parser().parse_args(argv)
	try:
		return arguments.run(arguments)
	except InputProblem as problem:
		print(f"sales-extensions: {problem}", file=sys.stderr)
		return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(
		prog="sales-extensions", description="Sales targets recomputed from CSV files, without a site."
	)
	commands = parser.add_subparsers(required=True, metavar="COMMAND")
	command = commands.add_parser(
		"replay",
		help="compute targets from a directory of CSV files",
		description="Reads orders.csv and targets.csv, and where they exist allocations.csv, lines.csv, "
		"sales_team.csv, sold_by.csv, upsells.csv, trees.csv, monthly_distributions.csv and policy.csv. Prints what each target "
		"attained. Exit code 0: done; 1: a comparison found differences; 2: the input can't be used.",
	)
	command.add_argument("directory", metavar="DIR", type=Path, help="where the CSV files are")
	command.add_argument(
		"--as-of",
		metavar="DATE",
		type=_day,
		default=None,
		help="the day for pace and status, as YYYY-MM-DD (default: today)",
	)
	command.add_argument(
		"--entries", metavar="FILE", type=Path, help="write the entries of all targets to FILE as CSV"
	)
	command.add_argument(
		"--compare",
		metavar="FILE",
		type=Path,
		help="compare with entries in FILE, such as an export of Sales Target Entry; beside a closings.csv of the same "
		"export, check the seals too",
	)
	command.add_argument(
		"--html",
		metavar="FILE",
		type=Path,
		help="write one HTML page to FILE that needs nothing else: targets, orders, statements, what-if",
	)
	command.add_argument(
		"--language",
		choices=LANGUAGES,
		default=language_of(os.environ),
		help="the language the page opens in (default: that of your shell); the page has both",
	)
	command.set_defaults(run=_run_replay)
	return parser


def _day(text: str) -> date:
	try:
		return date.fromisoformat(text)
	except ValueError:
		raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-03-31") from None


def _run_replay(arguments: argparse.Namespace) -> int:
	facts = read_facts(arguments.directory)
	for note in facts.notes:
		print(f"Note: {note}", file=sys.stderr)
	# Read before anything is written: --entries may name the same file.
	other = read_sums(arguments.compare) if arguments.compare else None
	result = replay(facts)
	as_of = arguments.as_of or date.today()
	_print(facts, result, arguments.directory, as_of)
	_write(arguments, facts, result, as_of)
	code = AGREES if all(sums.conserved for sums in result.conservation.values()) else DIFFERS
	return max(code, _compare(arguments.compare, other, result)) if other is not None else code


def _compare(file: Path, other: dict[Key, Sum], result: Replay) -> int:
	"""An export of closings has their entries alone: it is checked against their seals, and compared in their targets."""
	entries, code = result.entries, AGREES
	if seals_file.is_beside(file):
		checked = seals_file.check(file)
		print("\n".join(checked.told))
		code = DIFFERS if checked.broken else AGREES
		closed = {key.target for key in other}
		entries = [entry for entry in entries if entry.key.target in closed]
	differences = compare(other, entries)
	print("\n".join(describe(differences, file, len(something(other)))))
	return DIFFERS if differences else code


def _write(arguments: argparse.Namespace, facts: Facts, result: Replay, as_of: date) -> None:
	if arguments.entries:
		write_entries(arguments.entries, result.entries)
		print(f"Wrote {len(result.entries)} entries to {arguments.entries}.")
	if arguments.html:
		title = arguments.directory.resolve().name
		write_page(arguments.html, facts, result, title, as_of, arguments.language)
		print(f"Wrote the page {arguments.html}.")


def _print(facts: Facts, result: Replay, directory: Path, as_of: date) -> None:
	print(heading(facts, directory, as_of), end="\n\n")
	print("\n".join(table_lines(facts, result, as_of)), end="\n\n")
	print("\n".join(conservation_lines(result)))


if __name__ == "__main__":
	raise SystemExit(main())
