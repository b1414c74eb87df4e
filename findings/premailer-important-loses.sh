#!/usr/bin/env bash
# One would guess that premailer, which moves a page's styles into the elements for e-mail, keeps
# their order of precedence: p { color: red !important } in the sheet wins over style="color:
# blue" on the paragraph, as in every browser. premailer 3.10.0 gives style="color:blue": it
# merges the sheet's rules first, strips the !important, and lets the element's own style win
# always. The rule is then gone from the page, so nothing downstream can put it right. Source: CSS
# Cascading, the importance step, against the output. Whoever overrides an editor's inline colours
# in a newsletter or a quotation mail meets it: the preview in the browser is red, the mail is
# blue. Keep such rules out of premailer in a style element with data-premailer="ignore".
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check premailer==3.10.0

"$tmp/venv/bin/python" - <<'PY'
from premailer import transform

def page(attribute=""):
    return f"<html><head><style{attribute}>p {{ color: red !important }}</style></head><body><p style='color:blue'>Due</p></body></html>"

merged = transform(page())
kept = transform(page(' data-premailer="ignore"'))
print("merged:", merged)
print("kept:  ", kept)
assert '<p style="color:blue">' in merged and "red" not in merged
assert "red !important" in kept
PY
