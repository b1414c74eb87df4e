#!/usr/bin/env bash
# One would guess that ical.js's weekNumber(), described as the ISO 8601 week of the date, gives
# each date its own week, also when its argument (the first day of the week) is left out, or else
# throws. In ical.js 2.2.1 the first answer sticks: without the argument the key of its cache is
# computed with undefined, so it is NaN for every date, and every later call in the same process
# returns the week of the first date asked. Ask 1 January 2026 first and all the year is week 1;
# ask 1 January 2027 first and everything is week 53. With the argument given it is right. Source:
# weekNumber in the package's time module. Whoever groups events by week with it meets it; a test
# that asks one date passes. Always pass ICAL.Time.MONDAY (or your own first day).
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund ical.js@2.2.1

node - <<'JS'
const assert = require('node:assert');
const module_ = require('ical.js');
const ICAL = module_.default || module_;
const dates = ['2027-01-01', '2026-01-01', '2026-06-15', '2025-12-31'];
const weeks = (...first) => dates.map((text) => ICAL.Time.fromString(text).weekNumber(...first));
console.log('dates           ', dates.join(' '));
console.log('no argument     ', weeks());
console.log('ICAL.Time.MONDAY', weeks(ICAL.Time.MONDAY));
assert.deepStrictEqual(weeks(), [53, 53, 53, 53]);
assert.deepStrictEqual(weeks(ICAL.Time.MONDAY), [53, 1, 25, 1]);
JS
