#!/usr/bin/env bash
# One would guess that DuckDB's CSV reader, which reads 03-04-2026 as 3 April (day first), does
# the same with 03-04-26. DuckDB 2.0.1 reads a column of two-figure years as year-month-day:
# 31-12-26 becomes 26 December 2031 and 03-04-26 26 April 2003, with hyphens, slashes and points
# alike. There is no error and the column is a DATE. Source: DuckDB's page on CSV auto detection
# (several date formats are tried, the first that fits all wins), against the output. Whoever
# reads exports with short dates (older accounting programs, Excel's short date) meets it. Give
# the date format (dateformat in SQL, date_format in Python).
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1

"$tmp/venv/bin/python" - <<'PY'
import tempfile
import duckdb

def read(first, second, **options):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(f"order;day\nA;{first}\nB;{second}\n")
        file.flush()
        return [row[0].isoformat() for row in duckdb.read_csv(file.name, **options).project("day").fetchall()]

for sign in "-/.":
    four, two = (read(f"31{sign}12{sign}{y}", f"03{sign}04{sign}{y}") for y in ("2026", "26"))
    print(f"31{sign}12{sign}2026 03{sign}04{sign}2026 ->", *four, f"| 31{sign}12{sign}26 03{sign}04{sign}26 ->", *two)
    assert four == ["2026-12-31", "2026-04-03"] and two == ["2031-12-26", "2003-04-26"]
said = read("31-12-26", "03-04-26", date_format="%d-%m-%y")
print("with the format given:", *said)
assert said == ["2026-12-31", "2026-04-03"]
PY
