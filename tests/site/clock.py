"""Another day than today, for what the site does meanwhile; and the day that the tests take as today.

They sell in YEAR. In any other, today is DAY for them, in each process that they start and in the browser.
SALES_EXTENSIONS_DAYS_AHEAD says how far that is from the real day; set to another number of days, it tries another day:

	SALES_EXTENSIONS_DAYS_AHEAD=-3 bin/test site
"""

from __future__ import annotations

import datetime
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

YEAR, DAY = 2026, datetime.date(2026, 11, 25)
AHEAD = "SALES_EXTENSIONS_DAYS_AHEAD"
ROOT = Path(__file__).parents[2]
TICK = datetime.timedelta(microseconds=1001)


class _Class:
	"""The class datetime, with a clock of its own; all that it makes is of the real class."""

	def __init__(self, clock: Callable[[], datetime.datetime]):
		self._clock = clock

	def now(self, tz: datetime.tzinfo | None = None) -> datetime.datetime:
		return self._clock().astimezone(tz) if tz else self._clock().replace(tzinfo=None)

	def __call__(self, *given: int, **named: int) -> datetime.datetime:
		return datetime.datetime(*given, **named)

	def __instancecheck__(self, one: object) -> bool:
		return isinstance(one, datetime.datetime)

	def __or__(self, other: type) -> object:
		return datetime.datetime | other

	def __ror__(self, other: type) -> object:
		return other | datetime.datetime

	def __getattr__(self, name: str) -> object:
		return getattr(datetime.datetime, name)


class _Module:
	def __init__(self, clock: Callable[[], datetime.datetime]):
		self.datetime = _Class(clock)

	def __getattr__(self, name: str) -> object:
		return getattr(datetime, name)


@contextmanager
def at(moment: str) -> Iterator[None]:
	"""The site's clock shows "2026-03-05 10:00", and goes on a little each time somebody looks."""
	from frappe.utils import get_system_timezone

	shown = datetime.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(get_system_timezone()))

	def looked_at() -> datetime.datetime:
		nonlocal shown
		shown += TICK
		return shown

	with patch("frappe.utils.data.datetime", _Module(looked_at)):
		yield


# --- in another year ------------------------------------------------------------------------------


def days_ahead() -> int:
	"""Of the real clock; the processes that this one starts have the same."""
	if AHEAD not in os.environ:
		today = datetime.date.today()
		os.environ[AHEAD] = "0" if today.year == YEAR else str((DAY - today).days)
	return int(os.environ[AHEAD])


def set_to_the_day_of_the_tests() -> None:
	"""For as long as this process runs."""
	if days := days_ahead():
		import frappe.utils.data

		ahead = datetime.timedelta(days)
		frappe.utils.data.datetime = _Module(lambda: datetime.datetime.now().astimezone() + ahead)


def framework(*words: str) -> list[str]:
	"""A command of the framework, as of the day of the tests."""
	module = "tests.site.clock" if days_ahead() else "frappe.utils.bench_helper"
	return [sys.executable, "-m", module, "frappe", *words]


def around() -> dict[str, str]:
	"""The environment of such a command."""
	return {**os.environ, "PYTHONPATH": str(ROOT)} if days_ahead() else {**os.environ}


#: What makes a browser's clock go ahead by so many milliseconds.
OF_A_PAGE = """((ahead) => {
	window.Date = new Proxy(Date, {
		construct: (of, given, as) => Reflect.construct(of, given.length ? given : [of.now() + ahead], as),
		apply: (of) => new of(of.now() + ahead).toString(),
		get: (of, name) => (name === "now" ? () => of.now() + ahead : Reflect.get(of, name)),
	});
	Date.prototype.constructor = Date;
})"""


def of_a_page() -> str | None:
	"""What a page runs first; None where its clock is right."""
	days = days_ahead()
	return f"{OF_A_PAGE}({days * 24 * 60 * 60 * 1000})" if days else None


if __name__ == "__main__":
	set_to_the_day_of_the_tests()
	runpy.run_module("frappe.utils.bench_helper", run_name="__main__", alter_sys=True)
