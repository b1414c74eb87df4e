#!/usr/bin/env bash
# One would guess that rrulestr of the JavaScript package rrule understands the start of a
# whole-day event, DTSTART;VALUE=DATE:20260131, the form every calendar writes; its code for RDATE
# and EXDATE knows that parameter. rrule 2.8.1 does not see such a line as a start at all and,
# without an error, begins at the moment of the call: the monthly rule on the 31st then falls on
# today's day of the month, at the present time to the second. DTSTART:20260131 without the
# parameter works. Source: the pattern for DTSTART in the package's parsestring (it allows TZID
# only); RFC 5545, 3.8.2.4, wants the parameter for a date. Whoever expands whole-day events or
# recurring due dates in the browser meets it. Take the start from the event yourself and pass it
# as the dtstart option.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund rrule@2.8.1

node - <<'JS'
const assert = require('node:assert');
const { rrulestr } = require('rrule');
const rule = '\nRRULE:FREQ=MONTHLY;COUNT=3';
const days = (text, options) => rrulestr(text, options).all().map((moment) => moment.toISOString().slice(0, 10));
const before = Date.now() - 1000;
const first = rrulestr('DTSTART;VALUE=DATE:20260131' + rule).all()[0];
console.log('DTSTART;VALUE=DATE:20260131', first.toISOString(), '(now)');
assert.ok(first.getTime() >= before && first.getTime() <= Date.now() + 32 * 864e5);
assert.notStrictEqual(first.toISOString().slice(0, 10), '2026-01-31');
const stated = ['2026-01-31', '2026-03-31', '2026-05-31'];
console.log('DTSTART:20260131           ', days('DTSTART:20260131' + rule).join(' '));
assert.deepStrictEqual(days('DTSTART:20260131' + rule), stated);
const given = days('FREQ=MONTHLY;COUNT=3', { dtstart: new Date(Date.UTC(2026, 0, 31)) });
console.log('start given as an option   ', given.join(' '));
assert.deepStrictEqual(given, stated);
JS
