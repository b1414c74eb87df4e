#!/usr/bin/env bash
# One would guess that a monthly series from 31 January is 31 January, 28 February, 31 March, 30
# April: each date counted from the first. Polars 2.1.0 (date_range, 1mo) does that. DuckDB 2.0.1
# (generate_series, interval 1 month) and pandas 3.1.1 (date_range with DateOffset(months=1)) add
# the month to the date before, so after February all stay on the 28th, while dateutil's rrule
# leaves February and April out. Adding one month to 31 January once is the same in all. Source:
# the four outputs side by side. Whoever makes terms of payment, quotas or renewals in one of them
# and checks in another meets it. Make the series of whole numbers 0, 1, 2 and add that many
# months to the first date.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 duckdb==2.0.1 polars==2.1.0 python-dateutil==2.9.0.post0

"$tmp/venv/bin/python" - <<'PY'
from datetime import date
import duckdb
import pandas as pd
import polars as pl
from dateutil.rrule import MONTHLY, rrule

first, last = date(2026, 1, 31), date(2026, 5, 31)
made = duckdb.sql(f"select unnest(generate_series(date '{first}', date '{last}', interval 1 month))").fetchall()
counted = duckdb.sql(f"select date '{first}' + to_months(n::int) from range(5) months(n)").fetchall()
seen = {
    "polars": [d.day for d in pl.date_range(first, last, "1mo", eager=True)],
    "duckdb": [row[0].day for row in made],
    "pandas": [d.day for d in pd.date_range(first, last, freq=pd.DateOffset(months=1))],
    "dateutil": [d.day for d in rrule(MONTHLY, dtstart=first, until=last)],
    "duckdb, counted from the first": [row[0].day for row in counted],
}
for name, days in seen.items():
    print(f"{name:31}", days)
assert seen["polars"] == seen["duckdb, counted from the first"] == [31, 28, 31, 30, 31]
assert seen["duckdb"][:4] == seen["pandas"][:4] == [31, 28, 28, 28] and seen["dateutil"] == [31, 31, 31]
PY
