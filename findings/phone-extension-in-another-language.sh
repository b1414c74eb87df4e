#!/usr/bin/env bash
# One would guess that the libphonenumber family, which knows "ext", "x", "int" and the Spanish
# "anexo", also knows the Dutch "toestel", or else leaves the word out. For 020-1234567 toestel 12
# phonenumbers 9.0.43 (Python) raises 'too long': the letters count as keypad digits. Abbreviated
# to "tst." it raises nothing and gives the number 20123456787812, t-s-t being 8-7-8, fourteen
# digits without an extension; libphonenumber-js 1.13.16 gives nothing for both. Source: the
# library's pattern of extension words, and its rule for letters in vanity numbers. Whoever
# normalises phone numbers typed in Dutch meets it. Replace the local word by "ext." before
# parsing, and check is_valid_number after.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16
"$tmp/venv/bin/python" - <<'PY'
import phonenumbers

def read(text):
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException as refused:
        return str(refused)
    return number.national_number, number.extension, phonenumbers.is_valid_number(number)

for text in ("020-1234567 x12", "020-1234567 anexo 12", "020-1234567 toestel 12", "020-1234567 tst. 12"):
    print(f"{text:24}", read(text))
assert read("020-1234567 x12") == (201234567, "12", True)
assert read("020-1234567 anexo 12") == (201234567, "12", True)
assert "too long" in read("020-1234567 toestel 12")
assert read("020-1234567 tst. 12") == (20123456787812, None, False)
PY
node - <<'JS'
const assert = require('node:assert');
const { parsePhoneNumberFromString } = require('libphonenumber-js');
const read = (text) => {
  const number = parsePhoneNumberFromString(text, 'NL');
  return number && [number.number, number.ext];
};
for (const text of ['020-1234567 x12', '020-1234567 toestel 12', '020-1234567 tst. 12']) console.log('libphonenumber-js:', text, read(text));
assert.deepStrictEqual(read('020-1234567 x12'), ['+31201234567', '12']);
assert.strictEqual(read('020-1234567 toestel 12'), undefined);
assert.strictEqual(read('020-1234567 tst. 12'), undefined);
JS
