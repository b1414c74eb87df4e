#!/usr/bin/env bash
# One would guess that Money(1234, "JPY") and Money(1234, JPY) of stockholm are the same money:
# they compare equal, after all. But a currency named by its text is only a label: stockholm 0.5.7
# then takes two decimals and a hundred sub-units for every currency, so the first prints "1234.00
# JPY" and has 123400 sub-units, while the second prints "1234 JPY" and has 1234;
# from_sub_units(1234, "JPY") is 12.34 yen. JSON, dict and protobuf carry the text alone, so money
# that went through JSON comes back a hundred times larger in sub-units. For the dinar with its
# three decimals the factor is ten the other way. Source: stockholm's readme (currencies in
# stockholm.currency have their own digits). Whoever sends amounts to a payment provider in
# smallest units meets it. Rebuild the money with the object of stockholm.currency after every
# reading.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check stockholm==0.5.7

"$tmp/venv/bin/python" - <<'PY'
from stockholm import Money
from stockholm.currency import JPY, KWD

named, known = Money(1234, "JPY"), Money(1234, JPY)
back = Money.from_json(known.as_json())
print("named by text:  ", named, "sub-units", named.sub_units)
print("by its currency:", known, "sub-units", known.sub_units, "equal:", named == known)
print("back from JSON: ", back, "sub-units", back.sub_units)
print("1234 sub-units: ", Money.from_sub_units(1234, "JPY"), "|", Money.from_sub_units(1234, JPY))
dinar = Money("1.234", "KWD")
print("dinar by text:  ", dinar, "sub-units", dinar.sub_units, "| by currency", Money("1.234", KWD).sub_units)
assert named == known and (str(named), str(known)) == ("1234.00 JPY", "1234 JPY")
assert (named.sub_units, known.sub_units, back.sub_units) == (123400, 1234, 123400)
assert str(Money.from_sub_units(1234, "JPY")) == "12.34 JPY"
assert (float(dinar.sub_units), int(Money("1.234", KWD).sub_units)) == (123.4, 1234)
PY
