#!/usr/bin/env bash
# One would guess that the number of decimals of a currency is as settled as ISO 4217, which gives
# the Hungarian forint, the Colombian peso and the Indonesian rupiah two. Babel takes it from
# Unicode's CLDR instead, and there it changes with a minor release: Babel 2.17.0 has 2 for all
# three and 0 for the Serbian dinar; Babel 2.19.0 has 0 for the three and 2 for the dinar. So the
# same call prints HUF1,234.50 in one and HUF1,234 in the other, and the half forint is rounded
# out of sight (half to even). Source: the CLDR supplemental currency data (fractions) of the two
# releases, against the ISO 4217 list of minor units. Browsers and Node follow the CLDR they were
# built with, so page and printed quote can disagree as well. Whoever prints or rounds to 'the
# currency's decimals' meets it at an upgrade. Take the decimals from the ledger's own currency
# table and pass currency_digits=False with a pattern of your own.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

seen() {
	python3 -m venv "$tmp/$1"
	"$tmp/$1/bin/pip" install --quiet --disable-pip-version-check "babel==$1"
	"$tmp/$1/bin/python" - <<'PY'
from decimal import Decimal
from babel.numbers import format_currency, get_currency_precision
digits = " ".join(f"{c}={get_currency_precision(c)}" for c in ("HUF", "COP", "IDR", "RSD", "EUR"))
print(digits, format_currency(Decimal("1234.50"), "HUF", locale="en").replace("\xa0", " "))
PY
}
older=$(seen 2.17.0)
newer=$(seen 2.19.0)
echo "Babel 2.17.0: $older"
echo "Babel 2.19.0: $newer"
[ "$older" = "HUF=2 COP=2 IDR=2 RSD=0 EUR=2 HUF1,234.50" ]
[ "$newer" = "HUF=0 COP=0 IDR=0 RSD=2 EUR=2 HUF1,234" ]
