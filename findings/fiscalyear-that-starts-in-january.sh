#!/usr/bin/env bash
# One would guess that a fiscal year set to start in January is the calendar year. With fiscalyear
# 0.4.0 start_month=1 alone makes FiscalYear(2026) run from 1 January to 31 December 2025, and
# puts 1 May 2026 in fiscal year 2027: the package keeps its American default
# start_year='previous', the year before the one in the name, whatever the month. For April the
# same default gives the British or Indian habit of naming a year after its end, so a table of
# companies by start month is right for all but the most common one. Source: the package's
# setup_fiscal_calendar. Whoever takes the first month from a company's settings meets it. Pass
# start_year='same' when the month is January.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check fiscalyear==0.4.0

"$tmp/venv/bin/python" - <<'PY'
from fiscalyear import FiscalDate, FiscalYear, fiscal_calendar

def year(**calendar):
    with fiscal_calendar(**calendar):
        return f"{FiscalYear(2026).start.date()} to {FiscalYear(2026).end.date()}", FiscalDate(2026, 5, 1).fiscal_year

for calendar, stated in (
    ({"start_month": 1}, ("2025-01-01 to 2025-12-31", 2027)),
    ({"start_month": 1, "start_year": "same"}, ("2026-01-01 to 2026-12-31", 2026)),
    ({"start_month": 4}, ("2025-04-01 to 2026-03-31", 2027)),
):
    print(calendar, "-> 2026 is", year(**calendar)[0], "| 1 May 2026 is in", year(**calendar)[1])
    assert year(**calendar) == stated
PY
