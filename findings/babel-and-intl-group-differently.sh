#!/usr/bin/env bash
# One would guess that the server (Babel) and the browser (Intl), both fed from Unicode's CLDR,
# write the same number in the same language. They do not: 1234 is "1.234" in Spanish and Italian,
# "1 234" in Polish and Portuguese by Babel 2.19.0, and "1234" by Intl, because those languages
# ask for two digits before the first separator (CLDR's minimumGroupingDigits), which Babel does
# not apply; from 12345 on they agree. In Austrian German Babel writes a plain number as 1.234 and
# Intl as 1 234, though both have the point in euro amounts. Source: Unicode TR 35 (numbers),
# Babel's number formatting and ECMA-402. Whoever prints a PDF on the server next to a table in
# the browser, or compares the two in a test, meets it. Let one side format both, or set
# useGrouping: 'always' in Intl.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
server=$("$tmp/venv/bin/python" - <<'PY'
from babel.numbers import format_decimal
def plain(text):
    return text.replace("\xa0", "_").replace("\u202f", "_")
print(" ".join(f"{n}={plain(format_decimal(1234, locale=n))}/{plain(format_decimal(12345, locale=n))}" for n in ("es", "it", "pl", "pt_PT", "de_AT")))
PY
)
browser=$(node - <<'JS'
const plain = (text) => text.replace(/[\u00a0\u202f]/g, '_');
const show = (options) => ['es', 'it', 'pl', 'pt-PT', 'de-AT'].map((n) => n.replace('-', '_') + '=' +
  [1234, 12345].map((v) => plain(new Intl.NumberFormat(n, options).format(v))).join('/')).join(' ');
console.log(show());
console.error('Intl, useGrouping always: ' + show({ useGrouping: 'always' }));
JS
)
echo "Babel: $server"
echo "Intl:  $browser"
[ "$server" = "es=1.234/12.345 it=1.234/12.345 pl=1_234/12_345 pt_PT=1_234/12_345 de_AT=1.234/12.345" ]
[ "$browser" = "es=1234/12.345 it=1234/12.345 pl=1234/12_345 pt_PT=1234/12_345 de_AT=1_234/12_345" ]
