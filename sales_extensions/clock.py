"""The clock of the one who writes. The site's own is that of its documents and of what is scheduled."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import frappe
from frappe.utils import get_system_timezone, now_datetime


def today(user: str | None = None) -> date:
	"""The day that it is where a user is: the one who is logged in, unless another is named."""
	return now(user).date()


def days_ahead(user: str | None = None) -> int:
	"""How many days a user is ahead of the site: -1, 0 or 1."""
	return (today(user) - now_datetime().date()).days


def now(user: str | None = None) -> datetime:
	"""What the clock shows where a user is, by the time zone of their profile; without one, the site's."""
	zone = frappe.get_cached_value("User", user or frappe.session.user, "time_zone")
	site = get_system_timezone()
	if not zone or zone == site:
		return now_datetime()
	try:
		there = ZoneInfo(zone)
	except (ZoneInfoNotFoundError, ValueError):
		return now_datetime()
	return now_datetime().replace(tzinfo=ZoneInfo(site)).astimezone(there).replace(tzinfo=None)
