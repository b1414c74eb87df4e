#!/usr/bin/env bash
# One would guess that toText() of the JavaScript package rrule describes the rule or says that it
# cannot. The usual rule for the last working day of the month,
# FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1, becomes "every month on weekdays" in rrule 2.8.1:
# the position is left out, and isFullyConvertibleToText() still answers true. Source: the
# package's toText; RFC 5545 has this very rule among its examples of BYSETPOS. Whoever shows
# people the text of a recurrence to confirm (closing of the month, commission run) meets it: the
# text promises some twenty days, the rule gives one. Write your own sentence when BYSETPOS is
# present.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund rrule@2.8.1

node - <<'JS'
const assert = require('node:assert');
const { RRule } = require('rrule');
const rule = RRule.fromString('DTSTART:20260101T000000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3');
console.log('dates:', rule.all().map((moment) => moment.toISOString().slice(0, 10)).join(' '));
console.log('text: ', rule.toText(), '| fully convertible:', rule.isFullyConvertibleToText());
assert.deepStrictEqual(rule.all().map((moment) => moment.getUTCDate()), [30, 27, 31]);
assert.strictEqual(rule.isFullyConvertibleToText(), true);
assert.strictEqual(rule.toText(), 'every month on weekdays for 3 times');
JS
