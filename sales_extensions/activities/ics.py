"""Calendar files that any calendar opens (C6): an appointment or a task, as RFC 5545 wants them. Pure.

A task is a whole day that leaves its owner free, and no VTODO: Google Calendar drops these, and Outlook shows them on no
day. What a calendar has already it changes, and does not double, where the UID is the same and the SEQUENCE higher.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Sales Extensions//Conversations//EN"
DONE = "\N{CHECK MARK}"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
	"""What goes into a file. Moments know their time zone; a day alone is the whole day.

	`uid` stays the same for the same thing, and `sequence` rises with each change of it. `written`: when the file is;
	`changed`: when the thing was last. `organizer` is an address.
	"""

	uid: str
	written: datetime
	summary: str
	description: str = ""
	url: str = ""
	location: str = ""
	organizer: str = ""
	organizer_name: str = ""
	private: bool = False
	sequence: int = 0
	changed: datetime | None = None


def sequence_of(created: datetime, changed: datetime) -> int:
	"""A number that rises with each change: milliseconds on the first day, seconds after it; it lasts 65 years."""
	passed = max(changed - created, timedelta())
	if passed < ONE_DAY:
		return -(-passed // timedelta(milliseconds=1))
	return ONE_DAY // timedelta(milliseconds=1) + (passed - ONE_DAY) // timedelta(seconds=1)


def appointment(entry: Entry, starts: datetime | date, ends: datetime | date | None = None) -> bytes:
	"""`ends` of whole days is the day after the last, as the standard has it."""
	event = Event()
	event.add("dtstart", _utc(starts))
	if ends is not None:
		event.add("dtend", _utc(ends))
	timed = isinstance(starts, datetime)
	event.add("transp", "OPAQUE" if timed else "TRANSPARENT")
	if not timed:
		event.add("x-microsoft-cdo-busystatus", "FREE")
		event.add("x-microsoft-cdo-alldayevent", "TRUE")
	return _file(event, entry)


def task(entry: Entry, due: date | None, *, done: bool = False) -> bytes:
	"""The whole day by whose end it is to be done; that of the file, where none is given."""
	day = due or entry.written.date()
	done_or_not = replace(entry, summary=f"{DONE} {entry.summary}") if done else entry
	return appointment(done_or_not, day, day + ONE_DAY)


def _file(component: Event, entry: Entry) -> bytes:
	component.add("uid", entry.uid)
	component.add("sequence", entry.sequence)
	component.add("dtstamp", _utc(entry.written))
	component.add("last-modified", _utc(entry.changed or entry.written))
	component.add("summary", Escaped(" ".join(entry.summary.split())))
	component.add("class", "PRIVATE" if entry.private else "PUBLIC")
	for name in ("description", "location"):
		if getattr(entry, name):
			component.add(name, Escaped(_text(getattr(entry, name))))
	if entry.url:
		component.add("url", _text(entry.url))
	if entry.organizer:
		component.add("organizer", _address(entry.organizer, entry.organizer_name))
	calendar = Calendar()
	calendar.add("prodid", PRODUCT)
	calendar.add("version", "2.0")
	calendar.add("method", "PUBLISH")
	calendar.add_component(component)
	return calendar.to_ical()


def _utc(value: datetime | date) -> datetime | date:
	"""Moments in UTC: right everywhere, whatever time zones the one who opens the file knows."""
	return value.astimezone(timezone.utc) if isinstance(value, datetime) else value


class Escaped(vText):
	"""Text as RFC 5545, 3.3.11 escapes it. The library writes a backslash before N as a line end (icalendar 7.3.2)."""

	def to_ical(self) -> bytes:
		text = str(self)
		for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
			text = text.replace(sign, written)
		return text.encode()


def _text(value: str) -> str:
	"""Without control characters, which no calendar file may hold; line ends of one kind."""
	lines = value.replace("\r\n", "\n").replace("\r", "\n")
	return "".join(sign for sign in lines if sign in "\n\t" or (ord(sign) >= 32 and ord(sign) != 127))


def _address(email: str, name: str) -> vCalAddress:
	"""A name may hold no quotes: the standard has no way to write them in a parameter."""
	address = vCalAddress(f"mailto:{email}")
	address.params["cn"] = vText(" ".join(_text(name).replace('"', "'").split()) or email)
	return address
