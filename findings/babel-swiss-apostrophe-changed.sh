#!/usr/bin/env bash
# One would guess that an amount written by Babel for Switzerland can be read back by Babel for
# Switzerland. It can, by the same release only: Babel 2.17.0 separates thousands with the curly
# apostrophe U+2019 (1’234.50), Babel 2.19.0 with the plain one (1'234.50), as CLDR changed its
# mind in between, and each refuses with NumberFormatError what the other writes. Source: CLDR's
# de_CH number symbols of the two releases and Babel's parse_decimal, which drops only the
# locale's own group sign. Whoever reads Swiss amounts from files, or compares a formatted total
# with a stored text, meets it at the upgrade. Replace both apostrophes by nothing before reading.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

seen() {
	python3 -m venv "$tmp/$1"
	"$tmp/$1/bin/pip" install --quiet --disable-pip-version-check "babel==$1"
	"$tmp/$1/bin/python" - <<'PY'
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
def read(text):
    try:
        return str(parse_decimal(text, locale="de_CH"))
    except NumberFormatError:
        return "refused"
plain, curly = read("1'234.50"), read("1\u2019234.50")
print(f"U+{ord(format_decimal(1234, locale='de_CH')[1]):04X} plain={plain} curly={curly}")
PY
}
older=$(seen 2.17.0)
newer=$(seen 2.19.0)
echo "Babel 2.17.0 writes $older"
echo "Babel 2.19.0 writes $newer"
[ "$older" = "U+2019 plain=refused curly=1234.50" ]
[ "$newer" = "U+0027 plain=1234.50 curly=refused" ]
