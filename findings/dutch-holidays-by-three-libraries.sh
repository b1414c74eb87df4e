#!/usr/bin/env bash
# One would guess that the days off in the Netherlands in 2026 are known, so that three libraries
# agree. On Liberation Day, 5 May 2026, holidays 0.109 (Python) has nothing: it counts the day in
# every fifth year only (2025). workalendar 17.0.0 has a holiday every year, and date-holidays
# 3.37.0 (npm) gives it the type 'school' every year, for which isHoliday() is still true. Good
# Friday is a holiday in the first two, of type 'school' in the third, though it is no official
# day off. And date-holidays' list of December holds Sinterklaas eve, Kingdom Day and New Year's
# eve. Source: Dutch law lists such days for counting time limits only (5 May every year, Good
# Friday put on a par with them); days off are a matter of contract, and each library has chosen.
# Whoever counts working days for follow-ups or targets per working day meets it. Keep the
# holidays in a list of the company's own and use a library only to fill it in.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check holidays==0.109 workalendar==17.0.0
cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund date-holidays@3.37.0
"$tmp/venv/bin/python" - <<'PY'
from datetime import date
import holidays
from workalendar.europe import Netherlands

stated = {
    date(2025, 5, 5): (True, True),
    date(2026, 5, 5): (False, True),
    date(2026, 4, 3): (True, True),
}
for day, off in stated.items():
    seen = (day in holidays.country_holidays("NL"), Netherlands().is_holiday(day))
    print(day, "holidays:", seen[0], "workalendar:", seen[1])
    assert seen == off
PY
TZ=Europe/Amsterdam node - <<'JS'
const assert = require('node:assert');
const module_ = require('date-holidays');
const dutch = new (module_.default || module_)('NL');
for (const day of ['2025-05-05', '2026-05-05', '2026-04-03']) {
  const types = (dutch.isHoliday(new Date(day + 'T12:00:00')) || []).map((found) => found.type);
  console.log(day, 'date-holidays:', types);
  assert.deepStrictEqual(types, ['school']);
}
const december = dutch.getHolidays(2026).filter((found) => found.date.slice(5, 7) === '12').map((found) => found.date.slice(8, 10) + ' ' + found.type);
console.log('December 2026:', december);
assert.deepStrictEqual(december, ['05 observance', '15 observance', '25 public', '26 public', '31 bank']);
JS
