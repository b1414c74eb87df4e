#!/usr/bin/env bash
# One would guess that minus a half in words starts with minus, as minus one and a half does.
# num2words 0.5.14 gives "minus one point five" for -1.5 but plain "zero point five" for -0.5, and
# so in German, French, Spanish, Dutch, Swedish, Danish, Norwegian and Portuguese; Italian keeps
# its "meno". The float branch writes the whole part first and takes the sign from it, and the
# whole part of -0.5 is zero, which has no sign. Amounts of money (to="currency") keep the minus.
# Source: to_cardinal_float in the package. Whoever writes a margin, a growth figure or a price
# difference in words meets it, with the opposite of the truth and no error. Write the words of
# the absolute number and put the word for minus before it.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check num2words==0.5.14

"$tmp/venv/bin/python" - <<'PY'
from num2words import num2words

stated = {
    "en": ("zero point five", "minus one point five"),
    "de": ("null Komma fünf", "minus eins Komma fünf"),
    "fr": ("zéro virgule cinq", "moins un virgule cinq"),
    "es": ("cero punto cinco", "menos uno punto cinco"),
    "nl": ("nul komma vijf", "min één komma vijf"),
    "sv": ("noll komma fem", "minus ett komma fem"),
    "it": ("meno zero virgola cinque", "meno uno virgola cinque"),
}
for lang, words in stated.items():
    seen = (num2words(-0.5, lang=lang), num2words(-1.5, lang=lang))
    print(lang, "-0.5:", seen[0], "| -1.5:", seen[1])
    assert seen == words
print("nl money", num2words(-0.5, lang="nl", to="currency", currency="EUR"))
assert num2words(-0.5, lang="nl", to="currency", currency="EUR").startswith("min ")
PY
