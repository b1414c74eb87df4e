"""Another day than today, for what the site does meanwhile."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone

TICK = datetime.timedelta(microseconds=1001)


class _Class:
	"""The class datetime, with a clock of its own; all that it makes is of the real class."""

	def __init__(self, moment: datetime.datetime):
		self._next = moment.replace(tzinfo=ZoneInfo(get_system_timezone()))

	def now(self, tz: datetime.tzinfo | None = None) -> datetime.datetime:
		self._next += TICK
		return self._next.astimezone(tz) if tz else self._next.replace(tzinfo=None)

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
	def __init__(self, moment: datetime.datetime):
		self.datetime = _Class(moment)

	def __getattr__(self, name: str) -> object:
		return getattr(datetime, name)


@contextmanager
def at(moment: str) -> Iterator[None]:
	"""The site's clock shows "2026-03-05 10:00", and goes on a little each time somebody looks."""
	with patch("frappe.utils.data.datetime", _Module(datetime.datetime.fromisoformat(moment))):
		yield
