#!/usr/bin/env bash
# One would guess that dayfirst=True leaves an ISO date alone: year first is not ambiguous,
# 20260403 and 2026-04-03T10:00:00 even less. pandas 3.1.1 swaps them all: each becomes 4 March,
# in to_datetime and in read_csv(parse_dates=..., dayfirst=True); a day that cannot be a month
# stays right when it comes alone (2026-04-13), and 2026-13-03, which is no date at all, is read
# as 13 March. Source: the pandas documentation calls dayfirst 'not strict', which speaks of the
# other direction. Whoever reads Dutch or British files with this option, because one column is
# day first, meets it in the other columns written by a program. Give each column its format, or
# format='ISO8601', with which dayfirst has no effect.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1

"$tmp/venv/bin/python" - <<'PY'
import io
import warnings
import pandas as pd

warnings.simplefilter("ignore")
for text in ("2026-04-03", "20260403", "2026/04/03", "2026-04-03T10:00:00"):
    seen = pd.to_datetime(text, dayfirst=True)
    read = pd.read_csv(io.StringIO(f"day\n{text}\n"), parse_dates=["day"], dayfirst=True).day[0]
    print(f"{text:20} to_datetime {seen.date()}  read_csv {read.date()}")
    assert str(seen.date()) == str(read.date()) == "2026-03-04"
print("2026-04-13 alone:   ", pd.to_datetime("2026-04-13", dayfirst=True).date())
print("2026-13-03 alone:   ", pd.to_datetime("2026-13-03", dayfirst=True).date())
assert str(pd.to_datetime("2026-04-13", dayfirst=True).date()) == "2026-04-13"
assert str(pd.to_datetime("2026-13-03", dayfirst=True).date()) == "2026-03-13"
said = pd.to_datetime("2026-04-03", dayfirst=True, format="ISO8601").date()
print("with format ISO8601:", said)
assert str(said) == "2026-04-03"
PY
