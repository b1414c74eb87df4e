#!/usr/bin/env bash
# One would guess that 1 January 2027 is in week 53 for Babel in Dutch and in German, as on every
# calendar hung there (ISO 8601: 2026-W53). Babel 2.19.0 says week 53 of 2026 for nl_NL and de_DE
# but week 1 of 2027 for plain nl and de. The rule for the first week belongs to a territory, and
# Babel does not look up the likely territory of a bare language: it takes the world's, in which
# any day of January makes week 1 (min_week_days 1 instead of 4), while the first day stays
# Monday, so most of the year nothing shows. Intl.Locale in Node, asked for nl, does fill in the
# Netherlands. Source: CLDR week data and 'likely subtags' (Unicode TR 35), Babel's
# Locale.min_week_days. Whoever plans visits by week number with a user language such as nl or de
# meets it in the years whose January starts on Friday to Sunday: 2027, 2028 and 2033 among them,
# all year long. Give Babel a locale with its territory, or use date.isocalendar().
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0

"$tmp/venv/bin/python" - <<'PY'
from datetime import date
from babel import Locale
from babel.dates import format_date

day = date(2027, 1, 1)
for name, stated in (("nl", "2027-01"), ("nl_NL", "2026-53"), ("de", "2027-01"), ("de_DE", "2026-53")):
    seen = format_date(day, "YYYY-ww", locale=name)
    locale = Locale.parse(name)
    print(f"{name:6} week {seen}, first day {locale.first_week_day}, least days in week 1: {locale.min_week_days}")
    assert seen == stated and locale.first_week_day == 0
print("ISO   ", day.isocalendar())
summer = [format_date(date(year, 7, 1), "w", locale="nl") for year in (2026, 2027, 2028)]
print("1 July of 2026, 2027, 2028 in nl:", summer, "ISO:", [date(y, 7, 1).isocalendar().week for y in (2026, 2027, 2028)])
assert summer == ["27", "27", "27"]
PY
