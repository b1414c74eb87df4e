#!/usr/bin/env bash
# One would guess that a start such as 2026-01-05T10:00:00+01:00, parsed by
# datetime.fromisoformat, is written by icalendar in UTC (090000Z) or refused: the format has no
# offsets. icalendar 7.3.2 writes DTSTART;TZID="UTC+01:00":20260105T100000, a zone name that
# stands nowhere in the file; add_missing_timezones() does not add it either. On the way back
# every reader has another answer: icalendar itself gives a naive 10:00, ical.js 2.2.1 a floating
# 10:00 and node-ical 0.26.1 no date at all but a text. Source: RFC 5545, 3.2.19 (a TZID other
# than UTC must have its VTIMEZONE). Whoever passes on dates from a web API, which nearly always
# carry an offset, meets it: the hour is right for the writer and moves for whoever is elsewhere.
# Convert with astimezone(timezone.utc), or to a ZoneInfo, before add().
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical.js@2.2.1 node-ical@0.26.1
"$tmp/venv/bin/python" - <<'PY'
from datetime import datetime
from icalendar import Calendar, Event

event, calendar = Event(), Calendar()
event.add("uid", "1")
event.add("summary", "Visit")
event.add("dtstart", datetime.fromisoformat("2026-01-05T10:00:00+01:00"))
calendar.add("version", "2.0")
calendar.add("prodid", "-//example//EN")
calendar.add_component(event)
calendar.add_missing_timezones()
text = calendar.to_ical()
open("visit.ics", "wb").write(text)
line = next(line for line in text.decode().splitlines() if line.startswith("DTSTART"))
back = Calendar.from_ical(text).walk("VEVENT")[0].decoded("dtstart")
print("written:   ", line, "| a VTIMEZONE in the file:", b"VTIMEZONE" in text)
print("icalendar: ", repr(back))
assert line == 'DTSTART;TZID="UTC+01:00":20260105T100000' and b"VTIMEZONE" not in text
assert back == datetime(2026, 1, 5, 10)
PY
node - <<'JS'
const assert = require('node:assert');
const text = require('node:fs').readFileSync('visit.ics', 'utf8');
const module_ = require('ical.js');
const ICAL = module_.default || module_;
const start = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent').getFirstPropertyValue('dtstart');
console.log('ical.js:   ', start.toString(), start.zone.tzid);
assert.strictEqual(start.zone.tzid, 'floating');
const event = Object.values(require('node-ical').parseICS(text)).find((part) => part.type === 'VEVENT');
console.log('node-ical: ', typeof event.start.getTime, String(event.start));
assert.strictEqual(event.start instanceof Date, false);
JS
