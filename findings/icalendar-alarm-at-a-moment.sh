#!/usr/bin/env bash
# One would guess that icalendar, given a datetime for an alarm's trigger, writes
# TRIGGER;VALUE=DATE-TIME:..., since a trigger is a duration unless it says otherwise (RFC 5545,
# 3.8.6.3). icalendar 7.3.2 writes TRIGGER:20260105T090000Z, both by add('trigger', ...) and by
# the TRIGGER property; only absolute triggers are hit, -PT15M is right. Reading it back with
# icalendar or vobject works, which hides it, but ical.js 2.2.1 takes it for a duration and
# refuses: "Not enough duration components". Source: RFC 5545 and the text written. Whoever sends
# reminders at a fixed moment (call back at nine) meets it at clients that read strictly. Pass
# parameters={'VALUE': 'DATE-TIME'} to add(), as the last line shows, or use relative triggers.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical.js@2.2.1
"$tmp/venv/bin/python" - <<'PY'
from datetime import datetime, timezone
from icalendar import Alarm, Calendar, Event

moment = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)

def file(name, **more):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Call back")
    alarm.add("trigger", moment, **more)
    event, calendar = Event(), Calendar()
    event.add("uid", "1")
    event.add("dtstart", moment)
    event.add_component(alarm)
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//example//EN")
    calendar.add_component(event)
    text = calendar.to_ical()
    open(name, "wb").write(text)
    return next(line for line in text.decode().splitlines() if line.startswith("TRIGGER"))

plain = file("plain.ics")
said = file("said.ics", parameters={"VALUE": "DATE-TIME"})
print("written:              ", plain)
print("with the parameter:   ", said)
by_property = Alarm()
by_property.TRIGGER = moment
assert b"VALUE" not in by_property.to_ical()
assert plain == "TRIGGER:20260105T090000Z" and said == "TRIGGER;VALUE=DATE-TIME:20260105T090000Z"
PY
node - <<'JS'
const assert = require('node:assert');
const fs = require('node:fs');
const module_ = require('ical.js');
const ICAL = module_.default || module_;
const trigger = (name) => {
  const event = new ICAL.Component(ICAL.parse(fs.readFileSync(name, 'utf8'))).getFirstSubcomponent('vevent');
  return event.getFirstSubcomponent('valarm').getFirstPropertyValue('trigger').toString();
};
try {
  trigger('plain.ics');
  assert.fail('ical.js read it');
} catch (refused) {
  console.log('ical.js on the first: ', refused.message);
  assert.match(refused.message, /Not enough duration components/);
}
console.log('ical.js on the second:', trigger('said.ics'));
assert.strictEqual(trigger('said.ics'), '2026-01-05T09:00:00Z');
JS
