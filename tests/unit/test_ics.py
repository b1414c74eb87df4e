"""Calendar files, read back by the library that calendars are read with (C6)."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

icalendar = pytest.importorskip("icalendar")

from sales_extensions.activities import ics  # noqa: E402

NEW_YORK = ZoneInfo("America/New_York")
WRITTEN = datetime(2026, 3, 1, 8, 0, tzinfo=NEW_YORK)


def entry(**more) -> ics.Entry:
	return ics.Entry(**{"uid": "c1-event@site", "written": WRITTEN, "summary": "Visit: Shop One", **more})


def read(data: bytes, kind: str):
	calendar = icalendar.Calendar.from_ical(data)
	assert (calendar["version"], calendar["prodid"]) == ("2.0", ics.PRODUCT)
	(found,) = calendar.walk(kind)
	return found


def test_c6_an_appointment_is_at_the_same_moment_in_every_time_zone_summer_and_winter():
	winter = datetime(2026, 1, 15, 9, 0, tzinfo=NEW_YORK)
	summer = datetime(2026, 7, 15, 9, 0, tzinfo=NEW_YORK)
	for starts, hour in ((winter, 14), (summer, 13)):
		event = read(ics.appointment(entry(), starts, starts.replace(hour=10)), "VEVENT")
		assert event.decoded("dtstart") == starts == starts.replace(hour=hour, tzinfo=timezone.utc)
		assert event.decoded("dtend").hour == hour + 1
		assert event.decoded("dtstamp") == WRITTEN
		assert event["uid"] == "c1-event@site"


def test_c6_a_whole_day_is_a_date_without_a_time():
	event = read(ics.appointment(entry(), date(2026, 3, 10), date(2026, 3, 11)), "VEVENT")
	assert event.decoded("dtstart") == date(2026, 3, 10)
	assert b"DTSTART;VALUE=DATE:20260310" in ics.appointment(entry(), date(2026, 3, 10))


def test_c6_a_task_is_a_whole_day_that_leaves_its_owner_free():
	"""Google Calendar and Outlook show no VTODO on its day."""
	data = ics.task(entry(private=True), date(2026, 3, 10))
	event = read(data, "VEVENT")
	assert b"VTODO" not in data and b"DTSTART;VALUE=DATE:20260310" in data
	assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 3, 10), date(2026, 3, 11))
	assert (event["transp"], event["class"], str(event["summary"])) == (
		"TRANSPARENT",
		"PRIVATE",
		"Visit: Shop One",
	)
	assert (
		str(read(ics.task(entry(), None, done=True), "VEVENT")["summary"]) == "\N{CHECK MARK} Visit: Shop One"
	)
	assert read(ics.task(entry(), None), "VEVENT").decoded("dtstart") == WRITTEN.date()


def test_c6_what_changed_says_when_and_how_often():
	changed = WRITTEN - timedelta(hours=1)
	event = read(ics.appointment(entry(sequence=7, changed=changed), WRITTEN), "VEVENT")
	assert (event["sequence"], event.decoded("last-modified"), event.decoded("dtstamp")) == (
		7,
		changed,
		WRITTEN,
	)
	assert read(ics.appointment(entry(), WRITTEN), "VEVENT")["sequence"] == 0


moments = st.timedeltas(timedelta(0), timedelta(days=60 * 365))


@given(moments, moments)
def test_c6_a_sequence_never_falls_and_rises_with_each_change(one, other):
	made = datetime(2026, 3, 1, 8, 0)
	first, then = sorted((one, other))
	before, after = ics.sequence_of(made, made + first), ics.sequence_of(made, made + then)
	assert 0 <= before <= after < 2**31
	if then - first >= timedelta(seconds=1):
		assert before < after
	assert ics.sequence_of(made, made) == 0 < ics.sequence_of(made, made + timedelta(microseconds=1))


@pytest.mark.parametrize(
	("name", "shown"),
	[
		("Anna Smith", "Anna Smith"),
		("", "anna@x.example"),
		('Anna "The; Mill", Smith', "Anna 'The; Mill', Smith"),
	],
)
def test_c6_the_organiser_has_a_name(name, shown):
	data = ics.appointment(entry(organizer="anna@x.example", organizer_name=name), WRITTEN)
	address = read(data, "VEVENT")["organizer"]
	assert (str(address), address.params["cn"]) == ("mailto:anna@x.example", shown)


def test_c6_text_is_escaped_and_long_lines_are_folded():
	note = "Price; terms, and \\ back\nBEGIN:VEVENT\r\nÜber 100 € — " + "long " * 60 + "\x00\x07end"
	data = ics.appointment(entry(description=note, url="https://x.example/app/conversation/c1"), WRITTEN)
	assert max(map(len, data.split(b"\r\n"))) <= 75
	event = read(data, "VEVENT")
	assert str(event["description"]) == note.replace("\r\n", "\n").replace("\x00", "").replace("\x07", "")
	assert str(event["url"]) == "https://x.example/app/conversation/c1"


def test_c6_a_line_break_in_a_subject_ends_no_line_of_the_file():
	event = read(ics.appointment(entry(summary="Visit\nATTENDEE:mailto:x@y.example"), WRITTEN), "VEVENT")
	assert str(event["summary"]) == "Visit ATTENDEE:mailto:x@y.example"
	assert "attendee" not in event


@pytest.mark.parametrize("path", ["C:\\New\\Notes", "\\N", "\\n", "a\\\\N;b,c\\"])
def test_c6_a_path_with_a_backslash_comes_back_as_it_was(path):
	event = read(ics.appointment(entry(description=path, summary=path, location=path), WRITTEN), "VEVENT")
	assert {str(event[name]) for name in ("description", "summary", "location")} == {path}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_c6_any_text_comes_back_as_it_was(note):
	event = read(ics.appointment(entry(description=note), WRITTEN), "VEVENT")
	assert str(event.get("description", "")) == ics._text(note)
