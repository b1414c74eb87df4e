#!/usr/bin/env bash
# One would guess that vobject writes the zone of a datetime in America/New_York under that name.
# vobject 0.9.9 names it after the abbreviation of winter: TZID=EST, TZID=GMT for London, CST for
# Chicago, IST for both Kolkata and Jerusalem, with the right rules in the VTIMEZONE below that
# name. But EST and GMT are also names in the zone database, without summer time, and readers
# trust the known name more than the rules in the file: a call on 5 July at 10:00 in New York is
# read back as 10:00-05:00 by icalendar 7.3.2 and as 15:00 UTC by node-ical 0.26.1, an hour late;
# London the same, and a call in Jerusalem is read by icalendar at India's time (+05:30). On CST
# and IST node-ical gives up. Source: RFC 5545, 3.2.19 and 3.6.5 (the VTIMEZONE with the same TZID
# decides). Whoever exports appointments with vobject meets it in summer. Write the times in UTC.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check vobject==0.9.9 icalendar==7.3.2 tzdata==2026.6
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund node-ical@0.26.1
"$tmp/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo
import icalendar
import vobject

for zone, name, read in (
    ("America/New_York", "EST", "2026-07-05T10:00:00-05:00"),
    ("Europe/London", "GMT", "2026-07-05T10:00:00+00:00"),
    ("America/Chicago", "CST", None),
    ("Asia/Kolkata", "IST", None),
    ("Asia/Jerusalem", "IST", None),
):
    calendar = vobject.iCalendar()
    start = datetime(2026, 7, 5, 10, tzinfo=ZoneInfo(zone))
    calendar.add("vevent").add("dtstart").value = start
    text = calendar.serialize()
    open(zone.split("/")[1] + ".ics", "w", newline="").write(text)
    assert f"DTSTART;TZID={name}:20260705T100000" in text and f"TZID:{name}" in text
    back = icalendar.Calendar.from_ical(text).walk("VEVENT")[0].decoded("dtstart")
    print(f"{zone:17} is {start.isoformat()}, written as TZID={name}, read by icalendar as {back.isoformat()}")
    assert read is None or back.isoformat() == read
    assert zone != "Asia/Jerusalem" or back.isoformat().endswith("+05:30")
PY
node - <<'JS'
const assert = require('node:assert');
const read = (name) => {
  const text = require('node:fs').readFileSync(name + '.ics', 'utf8');
  try {
    return Object.values(require('node-ical').parseICS(text)).find((part) => part.type === 'VEVENT').start.toISOString();
  } catch (refused) {
    return 'refused';
  }
};
for (const [name, stated] of [['New_York', '2026-07-05T15:00:00.000Z'], ['London', '2026-07-05T10:00:00.000Z'], ['Chicago', 'refused'], ['Kolkata', 'refused']]) {
  console.log('node-ical reads', name, 'as', read(name));
  assert.strictEqual(read(name), stated);
}
JS
