#!/usr/bin/env bash
# One would guess that writers of calendar files all fold their lines at 75 octets; it is among
# the first rules of the format (RFC 5545, 3.1). For a summary of 60 é (120 octets in UTF-8) and
# one of 100 the longest line is 75 octets or less from icalendar 7.3.2 and ical.js 2.2.1. vobject
# 0.9.9 first looks whether the line has more than 75 characters, so it leaves the shorter one at
# 128 octets (and folds the longer one well); the npm package ics 3.12.0 counts characters, 142
# octets; Python's ics 0.7.3 does not fold at all, 208. Source: the RFC against the text written.
# Whoever puts customers' names and notes in an event meets it at readers that keep to the limit,
# and only for texts with accents or of some length. Fold the finished text once more, by octets,
# without cutting a character in two.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2 vobject==0.9.9 ics==0.7.3
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical.js@2.2.1 ics@3.12.0
"$tmp/venv/bin/python" - <<'PY'
import icalendar
import ics
import vobject

def longest(text):
    return max(len(line) for line in text.encode().split(b"\r\n"))

def seen(summary):
    event = icalendar.Event()
    event.add("summary", summary)
    calendar = vobject.iCalendar()
    calendar.add("vevent").add("summary").value = summary
    by_ics = ics.Event(name=summary, begin="2026-01-05 10:00:00")
    return longest(event.to_ical().decode()), longest(calendar.serialize(validate=False)), longest(by_ics.serialize())

for letters, stated in ((60, (74, 128, 128)), (100, (75, 75, 208))):
    print(f"{letters} letters: icalendar, vobject, ics:", seen("é" * letters))
    assert seen("é" * letters) == stated
PY
node - <<'JS'
const assert = require('node:assert');
const module_ = require('ical.js');
const ICAL = module_.default || module_;
const summary = 'é'.repeat(100);
const longest = (text) => Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)));
const component = new ICAL.Component('vevent');
component.updatePropertyWithValue('summary', summary);
const written = require('ics').createEvent({ title: summary, start: [2026, 1, 5, 10, 0], duration: { hours: 1 } }).value;
const seen = { 'ical.js': longest(component.toString()), 'ics (npm)': longest(written) };
console.log(seen);
assert.ok(seen['ical.js'] <= 75 && seen['ics (npm)'] === 142);
JS
