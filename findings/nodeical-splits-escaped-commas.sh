#!/usr/bin/env bash
# One would guess that node-ical, which undoes the escapes of summaries, does so for categories.
# icalendar 7.3.2 writes the two categories "Sales, EU" and "Call" rightly as CATEGORIES:Sales\,
# EU,Call; node-ical 0.26.1 cuts at every comma, the escaped one too, and returns three: "Sales\"
# (with its backslash), "EU" and "Call". ical.js 2.2.1 reads two. Source: RFC 5545, 3.3.11 (a
# comma inside a text is escaped). Whoever filters or colours by category, or by territory names
# with a comma, meets it. Join a part that ends in a backslash with the next one.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund node-ical@0.26.1 ical.js@2.2.1
"$tmp/venv/bin/python" - <<'PY'
from datetime import datetime, timezone
from icalendar import Calendar, Event

event, calendar = Event(), Calendar()
event.add("uid", "1")
event.add("dtstart", datetime(2026, 1, 5, 10, tzinfo=timezone.utc))
event.add("categories", ["Sales, EU", "Call"])
calendar.add("version", "2.0")
calendar.add("prodid", "-//example//EN")
calendar.add_component(event)
open("call.ics", "wb").write(calendar.to_ical())
line = next(line for line in calendar.to_ical().decode().splitlines() if line.startswith("CATEGORIES"))
print("written:  ", line)
assert line == "CATEGORIES:Sales\\, EU,Call"
PY
node - <<'JS'
const assert = require('node:assert');
const text = require('node:fs').readFileSync('call.ics', 'utf8');
const event = Object.values(require('node-ical').parseICS(text)).find((part) => part.type === 'VEVENT');
const module_ = require('ical.js');
const ICAL = module_.default || module_;
const other = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent').getFirstProperty('categories').getValues();
console.log('node-ical:', event.categories);
console.log('ical.js:  ', other);
assert.deepStrictEqual(event.categories.map((name) => name.trim()), ['Sales\\', 'EU', 'Call']);
assert.deepStrictEqual(other, ['Sales, EU', 'Call']);
JS
