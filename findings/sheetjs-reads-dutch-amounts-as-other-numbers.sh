#!/usr/bin/env bash
# One would guess that SheetJS, reading a CSV text with the semicolon stated, leaves amounts in a
# notation it does not know as text: 12,50 and 1.234,56. SheetJS 0.18.5 (the release on npm) drops
# every comma it sees before trying for a number, wherever it stands, so 12,50 becomes the number
# 1250 and 1.234,56 the number 1.23456: one a hundred times too large, the next a thousand times
# too small, in the same row. The cell's text (w) keeps what was read. Source: the package's
# reading of numbers in text files; raw: true switches it off. Whoever imports a Dutch, German or
# Belgian CSV through SheetJS in the browser meets it. Read with raw: true and convert the texts
# yourself.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund xlsx@0.18.5

node - <<'JS'
const assert = require('node:assert');
const XLSX = require('xlsx');
const row = (options) => {
  const book = XLSX.read('a;b;c\n12,50;1.234,56;-0,5', { type: 'string', FS: ';', ...options });
  return XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1 })[1];
};
console.log('as it is:', row());
console.log('raw:     ', row({ raw: true }));
assert.deepStrictEqual(row().slice(0, 2), [1250, 1.23456]);
assert.deepStrictEqual(row({ raw: true }), ['12,50', '1.234,56', '-0,5']);
JS
