#!/usr/bin/env bash
# One would guess that pint refuses the units on an order line that are no physical units: pieces,
# dozens, pairs. It refuses 'piece' and 'dozen', but finds a meaning for many short forms, by
# prefix, plural or an old measure. In pint 0.25.3 "3 pcs" is three parsecs, "3 doz" three tenths
# of an ounce (deci-oz), "3 pa" three picoyears, "3 mt" three thousandths of a metric ton, "3 gr"
# three grains (0.19 gram), "3 dag" three decagrams where a Dutch planner means days, and "1
# quarter" 12.7 kilograms. Source: pint's definitions and its rule that any prefix may stand
# before any unit and an s after it. Whoever lets it read the unit column of a price list or of
# UN/ECE Recommendation 20 meets it: a wrong unit gives a number instead of an error. Look up the
# units of sale in a list of your own before pint sees them.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check pint==0.25.3

"$tmp/venv/bin/python" - <<'PY'
import pint

units = pint.UnitRegistry()
for text, unit in (
    ("3 pcs", "parsec"), ("3 doz", "deciounce"), ("3 pa", "picoyear"), ("3 mt", "millimetric_ton"),
    ("3 gr", "grain"), ("3 dag", "decagram"), ("1 quarter", "quarter"),
):
    seen = units(text)
    print(f"{text:10} {seen}", f"= {seen.to('gram'):.2f}" if seen.check("[mass]") else f"= {seen.to_base_units():.3g}")
    assert str(seen.units) == unit
assert abs(units("1 quarter").to("kilogram").magnitude - 12.7) < 0.01
for text in ("1 piece", "1 dozen"):
    try:
        units(text)
        raise SystemExit(f"{text} was read")
    except pint.UndefinedUnitError as refused:
        print(f"{text:10} {refused}")
PY
