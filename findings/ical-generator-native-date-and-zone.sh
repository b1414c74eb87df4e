#!/usr/bin/env bash
# One would guess that ical-generator, given the moment 2026-01-05T10:00Z and the zone
# Europe/Amsterdam, writes eleven o'clock there. With a native Date ical-generator 10.2.0 puts the
# clock of the machine beside the name of the zone: on a server in UTC it is
# TZID=Europe/Amsterdam:20260105T100000, an hour early, and right only where server and zone
# agree, as on the developer's own machine. A Luxon date of the same moment is converted. Besides,
# a whole-day event repeated until a Date gets UNTIL=20260331T000000Z, though UNTIL must be a day
# when the start is one (RFC 5545, 3.3.10). Source: the text written, against the package's
# timezone option. Whoever sends invitations from a server meets it. Pass Luxon dates, or leave
# the zone away so that UTC is written.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical-generator@10.2.0 luxon@3.7.2

node - <<'JS'
process.env.TZ = 'UTC';
const assert = require('node:assert');
const module_ = require('ical-generator');
const ical = module_.default || module_;
const lines = (event, start) => {
  const calendar = ical({ name: 'Visits' });
  calendar.createEvent({ summary: 'Visit', ...event });
  return calendar.toString().split('\r\n').find((line) => line.startsWith(start));
};
const moment = new Date('2026-01-05T10:00:00Z');
const named = lines({ start: moment, timezone: 'Europe/Amsterdam' }, 'DTSTART');
const plain = lines({ start: moment }, 'DTSTART');
const until = lines({ start: new Date('2026-01-31T00:00:00Z'), allDay: true, repeating: { freq: 'MONTHLY', until: new Date('2026-03-31T00:00:00Z') } }, 'RRULE');
console.log('with the zone:      ', named);
console.log('without:            ', plain);
const luxon = lines({ start: require('luxon').DateTime.fromJSDate(moment, { zone: 'utc' }), timezone: 'Europe/Amsterdam' }, 'DTSTART');
console.log('Luxon, with the zone:', luxon);
assert.strictEqual(luxon, 'DTSTART;TZID=Europe/Amsterdam:20260105T110000');
console.log('whole day, repeated:', until);
assert.strictEqual(named, 'DTSTART;TZID=Europe/Amsterdam:20260105T100000');
assert.strictEqual(plain, 'DTSTART:20260105T100000Z');
assert.strictEqual(until, 'RRULE:FREQ=MONTHLY;UNTIL=20260331T000000Z');
JS
