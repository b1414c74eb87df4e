"""In any year the site tests take a day of the one that they sell in as today."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from tests.site import clock


@pytest.fixture
def real_day(monkeypatch):
	"""Sets the day that it is."""
	monkeypatch.setenv(clock.AHEAD, "")
	monkeypatch.delenv(clock.AHEAD)

	def set_to(day: str) -> datetime.date:
		today = datetime.date.fromisoformat(day)
		monkeypatch.setattr(clock, "datetime", SimpleNamespace(date=SimpleNamespace(today=lambda: today)))
		return today

	return set_to


@pytest.mark.parametrize(
	("day", "today"),
	[
		("2026-01-01", "2026-01-01"),
		("2026-12-31", "2026-12-31"),
		("2027-01-01", "2026-11-25"),
		("2031-02-28", "2026-11-25"),
		("2025-12-31", "2026-11-25"),
	],
)
def test_what_today_is(real_day, day, today):
	assert str(real_day(day) + datetime.timedelta(clock.days_ahead())) == today


def test_processes_that_are_started_later_have_the_same(real_day):
	real_day("2027-01-01")
	before = clock.days_ahead()
	real_day("2027-01-02")
	assert clock.days_ahead() == before == -37
	assert clock.around()[clock.AHEAD] == "-37"


def test_in_the_year_itself_nothing_is_started_in_another_way(real_day):
	real_day("2026-06-01")
	assert clock.framework("serve")[1:] == ["-m", "frappe.utils.bench_helper", "frappe", "serve"]
	assert clock.of_a_page() is None
	assert "PYTHONPATH" not in clock.around().keys() - clock.os.environ.keys()
