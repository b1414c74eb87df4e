#!/usr/bin/env bash
# One would guess that a daily ten o'clock with UNTIL=20260107 ends on the 7th, or that readers
# refuse it, as the format wants UNTIL to be a moment when the start is one (RFC 5545, 3.3.10). It
# depends on the reader, silently: vobject 0.9.9 and node-ical 0.26.1 give the 5th, 6th and 7th;
# recurring-ical-events 3.8.2, ical.js 2.2.1 and rrule 2.8.1 (JavaScript) take the day as its
# first second and stop at the 6th; only python-dateutil 2.9.0 refuses. Source: the RFC and the
# output. Whoever lets people choose a last day in a date field and writes that down as it is
# meets it: the last visit is there in one calendar and missing in another. Write the last moment
# of that day in UTC.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2 recurring-ical-events==3.8.2 vobject==0.9.9 python-dateutil==2.9.0.post0
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical.js@2.2.1 node-ical@0.26.1 rrule@2.8.1
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT UID:1 DTSTAMP:20260101T000000Z \
	DTSTART:20260105T100000Z 'RRULE:FREQ=DAILY;UNTIL=20260107' SUMMARY:Call END:VEVENT END:VCALENDAR >call.ics
"$tmp/venv/bin/python" - <<'PY'
from datetime import date
from dateutil.rrule import rrulestr
import icalendar
import recurring_ical_events
import vobject

text = open("call.ics").read()
events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2026, 1, 1), date(2026, 2, 1))
seen = {
    "recurring-ical-events": sorted(event["DTSTART"].dt.day for event in events),
    "vobject": [moment.day for moment in vobject.readOne(text).vevent.rruleset],
}
try:
    seen["python-dateutil"] = [moment.day for moment in rrulestr("DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;UNTIL=20260107")]
except ValueError as refused:
    seen["python-dateutil"] = "refused"
print(seen)
assert seen == {"recurring-ical-events": [5, 6], "vobject": [5, 6, 7], "python-dateutil": "refused"}
PY
node - <<'JS'
const assert = require('node:assert');
const text = require('node:fs').readFileSync('call.ics', 'utf8');
const module_ = require('ical.js');
const ICAL = module_.default || module_;
const steps = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')).iterator();
const days = [];
for (let next = steps.next(); next; next = steps.next()) days.push(next.day);
const ofDates = (dates) => dates.map((moment) => moment.getUTCDate());
const event = Object.values(require('node-ical').parseICS(text)).find((part) => part.type === 'VEVENT');
const { rrulestr } = require('rrule');
const seen = {
  'ical.js': days,
  'node-ical': ofDates(event.rrule.all()),
  rrule: ofDates(rrulestr('DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;UNTIL=20260107').all()),
};
console.log(seen);
assert.deepStrictEqual(seen, { 'ical.js': [5, 6], 'node-ical': [5, 6, 7], rrule: [5, 6] });
JS
