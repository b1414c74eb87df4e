"""Calendar files that any calendar opens (C6): an appointment or a task, as RFC 5545 wants them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone

from icalendar import Calendar, Event, Todo, vCalAddress, vText

PRODUCT = "-//Sales Extensions//Conversations//EN"


@dataclass(frozen=True, slots=True)
class Entry:
	"""What goes into a file. Moments know their time zone; a day alone is the whole day.

	`uid` stays the same for the same thing, so that a calendar that has it changes it instead of doubling it.
	"""

	uid: str
	written: datetime
	summary: str
	description: str = ""
	url: str = ""
	location: str = ""
	organizer: str = ""
	private: bool = False


def appointment(entry: Entry, starts: datetime | date, ends: datetime | date | None = None) -> bytes:
	"""A VEVENT. `ends` of whole days is the day after the last, as the standard has it."""
	event = Event()
	event.add("dtstart", _utc(starts))
	if ends is not None:
		event.add("dtend", _utc(ends))
	event.add("transp", "OPAQUE" if isinstance(starts, datetime) else "TRANSPARENT")
	return _file(event, entry)


def task(entry: Entry, due: date | None, *, done: bool = False) -> bytes:
	"""A VTODO, to be done by the end of a day."""
	todo = Todo()
	if due is not None:
		todo.add("due", due)
	todo.add("status", "COMPLETED" if done else "NEEDS-ACTION")
	return _file(todo, entry)


def _file(component: Event | Todo, entry: Entry) -> bytes:
	component.add("uid", entry.uid)
	component.add("dtstamp", _utc(entry.written))
	component.add("summary", " ".join(entry.summary.split()))
	component.add("class", "PRIVATE" if entry.private else "PUBLIC")
	for name in ("description", "url", "location"):
		if getattr(entry, name):
			component.add(name, _text(getattr(entry, name)))
	if entry.organizer:
		component.add("organizer", _address(entry.organizer))
	calendar = Calendar()
	calendar.add("prodid", PRODUCT)
	calendar.add("version", "2.0")
	calendar.add("method", "PUBLISH")
	calendar.add_component(component)
	return calendar.to_ical()


def _utc(value: datetime | date) -> datetime | date:
	"""Moments in UTC: right everywhere, whatever time zones the one who opens the file knows."""
	return value.astimezone(timezone.utc) if isinstance(value, datetime) else value


def _text(value: str) -> str:
	"""Without control characters, which no calendar file may hold; line ends of one kind."""
	lines = value.replace("\r\n", "\n").replace("\r", "\n")
	return "".join(sign for sign in lines if sign in "\n\t" or (ord(sign) >= 32 and ord(sign) != 127))


def _address(email: str) -> vCalAddress:
	address = vCalAddress(f"mailto:{email}")
	address.params["cn"] = vText(email)
	return address
