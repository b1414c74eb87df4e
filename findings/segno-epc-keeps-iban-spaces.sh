#!/usr/bin/env bash
# One would guess that the maker of a payment QR code strips the spaces of an IBAN written in
# groups of four, as everybody writes it, or refuses it; and that it refuses an amount with half a
# cent. segno 1.6.6 does neither: make_epc_qr puts "NL91 ABNA 0417 1643 00" into the code with its
# spaces (and looks at no check digits), and turns 12.345 into EUR12.35 and "12.999" into EUR13
# without a word. The guideline behind the code (European Payments Council, EPC069-12) wants the
# IBAN as one run of at most 34 letters and digits, so a reader that takes the field as it stands
# has no valid IBAN. Source: that guideline and segno's documentation of make_epc_qr. Whoever
# prints a payment code on an invoice meets it. Compact and check the IBAN and quantize the amount
# before the call.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check segno==1.6.6

"$tmp/venv/bin/python" - <<'PY'
import segno
from segno.helpers import make_epc_qr


def drawn(iban, amount):
    return make_epc_qr("Acme BV", iban, amount, text="Invoice 1").matrix


def code_of(iban, amount):
    text = f"BCD\n002\n2\nSCT\n\nAcme BV\n{iban}\n{amount}\n\n\nInvoice 1"
    return segno.make(text, error="m", boost_error=False, micro=False).matrix


spaced, compact, wrong = "NL91 ABNA 0417 1643 00", "NL91ABNA0417164300", "NL92ABNA0417164300"
seen = {
    "spaces of the IBAN are in the code": drawn(spaced, 12) == code_of(spaced, "EUR12"),
    "an IBAN with wrong check digits is drawn": drawn(wrong, 12) == code_of(wrong, "EUR12"),
    "12.345 is drawn as EUR12.35": drawn(compact, 12.345) == code_of(compact, "EUR12.35"),
    "'12.999' is drawn as EUR13": drawn(compact, "12.999") == code_of(compact, "EUR13"),
}
for what, so in seen.items():
    print(f"{what}: {so}")
assert all(seen.values())
PY
