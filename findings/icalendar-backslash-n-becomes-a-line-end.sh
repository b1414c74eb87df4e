#!/usr/bin/env bash
# One would guess that a calendar library escapes a backslash in text, so that a note that names a
# folder comes back as it was. icalendar 7.3.2 (Python) writes the two letters \N of such a text as a
# line end: the path C:\New leaves as "C:\new", which every reader must take for "C:", a new line and
# "ew"; ical.js 2.2.1 reads just that. A backslash before a small n, or before another letter, is
# escaped as it should be. Source: RFC 5545, 3.3.11, by which \\ stands for a backslash and both \n
# and \N for a line end. Whoever writes notes of users into calendar files meets it, with paths of
# Windows shares first of all. Escape the four signs yourself, in a subclass of vText.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical.js@2.2.1
"$tmp/venv/bin/python" - <<'PY'
from icalendar import Calendar, Event

notes = {r"C:\New": b"C:\\new", r"C:\new": b"C:\\\\new", r"C:\Old": b"C:\\\\Old"}
for note, stated in notes.items():
    event, calendar = Event(), Calendar()
    event.add("description", note)
    calendar.add_component(event)
    written = calendar.to_ical()
    line = next(line for line in written.split(b"\r\n") if line.startswith(b"DESCRIPTION"))
    print(note, "is written", line.decode())
    assert line == b"DESCRIPTION:" + stated
    if note == r"C:\New":
        open("note.ics", "wb").write(written)
PY
node --input-type=module - <<'JS'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
const calendar = new ICAL.Component(ICAL.parse(readFileSync('note.ics', 'utf8')));
const read = calendar.getFirstSubcomponent('vevent').getFirstPropertyValue('description');
console.log('ical.js reads', JSON.stringify(read));
assert.strictEqual(read, 'C:\new');
JS
