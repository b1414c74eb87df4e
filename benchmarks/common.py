"""What every benchmark needs: a site, two ways of doing the same thing in turn, and a fair summary."""

from __future__ import annotations

import argparse
import copy
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import frappe  # noqa: E402

APP = "sales_extensions"
MARKER = f"made-by-{APP}"
BENCH = Path(os.environ.get("FRAPPE_BENCH", Path.home() / "frappe-bench")).resolve()


# --- the site -----------------------------------------------------------------------------------


def arguments(about: str, **numbers: int) -> argparse.ArgumentParser:
	"""A parser with `--site`, and one option with its default for each of `numbers`."""
	parser = argparse.ArgumentParser(
		description=about, formatter_class=argparse.ArgumentDefaultsHelpFormatter
	)
	parser.add_argument("--site", default=os.environ.get("SALES_EXTENSIONS_SITE"), help="a site to spoil")
	for name, number in numbers.items():
		parser.add_argument(f"--{name}", type=int, default=number)
	return parser


def connect(site: str | None) -> None:
	"""Connect to a site that this project made. Any other is refused: benchmarks write a lot."""
	if not site:
		sys.exit("Name a site with --site or SALES_EXTENSIONS_SITE.")
	if not (BENCH / "sites" / site / MARKER).is_file():
		sys.exit(f"{site} does not carry the file {MARKER} in its folder, so it is left alone.")
	os.chdir(BENCH / "sites")
	frappe.init(site=site, sites_path=str(BENCH / "sites"))
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.mute_emails = True


# --- with and without the app -------------------------------------------------------------------


@contextmanager
def without_app(doctype: str = "Sales Order") -> Iterator[None]:
	"""In this block, saving a `doctype` calls nothing of the app.

	Frappe composes the handlers of a document event at each call from `frappe.get_doc_hooks()`, which
	keeps them in `frappe.local.doc_events_hooks`: that is swapped for a copy that lacks the app's.
	"""
	hooks = frappe.get_doc_hooks()
	less = dict(hooks)
	less[doctype] = {
		event: [handler for handler in handlers if not handler.startswith(f"{APP}.")]
		for event, handlers in copy.deepcopy(hooks.get(doctype, {})).items()
	}
	frappe.local.doc_events_hooks = less
	try:
		yield
	finally:
		frappe.local.doc_events_hooks = hooks


@contextmanager
def time_in_app(doctype: str = "Sales Order") -> Iterator[list[float]]:
	"""Collects the seconds of each call of the app's handlers for a `doctype` in this block."""
	seconds: list[float] = []
	ours = {
		handler
		for handlers in frappe.get_doc_hooks().get(doctype, {}).values()
		for handler in handlers
		if handler.startswith(f"{APP}.")
	}
	plain = {handler: frappe.get_attr(handler) for handler in ours}
	for handler, function in plain.items():
		_replace(handler, _timed(function, seconds))
	try:
		yield seconds
	finally:
		for handler, function in plain.items():
			_replace(handler, function)


def _timed(function: Callable, seconds: list[float]) -> Callable:
	def timed(*args: object) -> object:
		start = time.perf_counter()
		try:
			return function(*args)
		finally:
			seconds.append(time.perf_counter() - start)

	return timed


def _replace(handler: str, function: Callable) -> None:
	module, name = handler.rsplit(".", 1)
	setattr(frappe.get_module(module), name, function)


@contextmanager
def statements() -> Iterator[Counter]:
	"""Counts the SQL statements of this block, by their first words after what opts out (ADR 16)."""
	from sales_extensions.current import OPT_OUT

	counter: Counter = Counter()
	plain = frappe.db.sql

	def counted(query, *args, **kwargs):
		counter[" ".join(str(query).removeprefix(OPT_OUT).split()[:3])] += 1
		return plain(query, *args, **kwargs)

	frappe.db.sql = counted
	try:
		yield counter
	finally:
		del frappe.db.sql


# --- in turn ------------------------------------------------------------------------------------


def clock(work: Callable[[], object]) -> float:
	"""Seconds that `work` takes, from a collected heap."""
	gc.collect()
	start = time.perf_counter()
	work()
	return time.perf_counter() - start


def in_turn(rounds: int, first: Callable[[], float], second: Callable[[], float]) -> tuple[list, list]:
	"""Call two measurements `rounds` times each, as A B, B A, A B…: what drifts meets both alike."""
	times: tuple[list[float], list[float]] = ([], [])
	for number in range(rounds):
		for place in (0, 1) if number % 2 == 0 else (1, 0):
			times[place].append((first, second)[place]())
	return times


def show(label: str, seconds: list[float]) -> float:
	"""Print and return the median."""
	middle = median(seconds)
	spread = ""
	if len(seconds) > 3:
		low, _middle, high = quantiles(seconds, n=4)
		spread = f"  (half of them between {_time(low)} and {_time(high)})"
	print(f"{label:<44} {_time(middle)}{spread}")
	return middle


def _time(seconds: float) -> str:
	return f"{seconds * 1000:9.2f} ms" if seconds < 10 else f"{seconds:9.2f} s "


def added(with_it: list[float], without_it: list[float]) -> float:
	"""The median of the differences of the pairs, in seconds: less noisy than a difference of medians."""
	return median(a - b for a, b in zip(with_it, without_it, strict=True))


def verdict(ratio: float, bar: float, *, at_least: bool = False) -> None:
	"""The last line of a benchmark."""
	holds = ratio >= bar if at_least else ratio <= bar
	print(f"{'holds' if holds else 'DOES NOT HOLD'}")
	print(f"ratio {ratio:,.3f} (bar {'>=' if at_least else '<='} {bar:g})")
