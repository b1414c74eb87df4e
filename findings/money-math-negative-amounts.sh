#!/usr/bin/env bash
# One would guess that a library made for exact money gives -0.67 for -2.00 divided by 3.00, the
# mirror of the 0.67 it gives for 2.00 / 3.00. money-math 2.6.3 gives -0.65: it cuts the quotient
# off towards zero, looks at the last two digits of its text (without the sign) and then always
# adds one cent, also below zero, so a negative result that has to be rounded away from zero lands
# two cents off. Products do the same: 21% of -19.99 is -4.18, of 19.99 it is 4.20. Source: the
# package's mul and div, whose readme only says that results are rounded to the whole cent.
# Anybody who books credit notes, returns or clawed-back commission with it meets this. Work on
# the absolute amount and put the sign back, or use a decimal library.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund money-math@2.6.3

node - <<'JS'
const assert = require('node:assert');
const money = require('money-math');
const rows = [
  ['2.00 / 3.00', money.div('2.00', '3.00'), '0.67'],
  ['-2.00 / 3.00', money.div('-2.00', '3.00'), '-0.65'],
  ['-100.00 / 7.00', money.div('-100.00', '7.00'), '-14.27'],
  ['19.99 x 0.21', money.mul('19.99', '0.21'), '4.20'],
  ['-19.99 x 0.21', money.mul('-19.99', '0.21'), '-4.18'],
];
for (const [what, seen, stated] of rows) {
  console.log(what.padEnd(16), seen);
  assert.strictEqual(seen, stated);
}
JS
