#!/usr/bin/env bash
# One would guess that five euros written out are "five euro", whether the amount comes as 5, 5.0,
# "5" or Decimal("5"). In num2words 0.5.14 the type of the number decides: for to="currency" an
# int is taken as cents, anything else as whole units. 5 becomes "zero euro, five cents" and 1234
# "twelve euro, thirty-four cents", while 5.0, "5" and Decimal("5") become "five euro, zero
# cents". Source: parse_currency_parts in the package (its is_int_with_cents default). Whoever
# prints the amount in words on a cheque, quote or receipt meets it as soon as one amount happens
# to be whole and comes from an integer column or from JSON. Pass Decimal always.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check num2words==0.5.14

"$tmp/venv/bin/python" - <<'PY'
from decimal import Decimal
from num2words import num2words

def words(amount):
    return num2words(amount, to="currency", currency="EUR")

for amount, stated in (
    (5, "zero euro, five cents"),
    (5.0, "five euro, zero cents"),
    ("5", "five euro, zero cents"),
    (Decimal("5"), "five euro, zero cents"),
    (1234, "twelve euro, thirty-four cents"),
):
    print(f"{amount!r:>13}  {words(amount)}")
    assert words(amount) == stated
PY
