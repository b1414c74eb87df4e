#!/usr/bin/env bash
# One would guess that the number of working days from Friday back to Monday of one week is minus
# four, so that a negative number says 'late'. workalendar 17.0.0's get_working_days_delta gives 4
# in both directions: it orders the two dates first. And between the same Monday and Friday
# holidays 0.109 counts 5 (get_working_days_count, both ends) where workalendar counts 4 (one
# end). From a Saturday, zero working days on is that Saturday by workalendar's add_working_days
# and Monday by holidays' get_nth_working_day. Source: the two outputs side by side. Whoever shows
# how many working days an answer or an order is overdue meets it. Compare the dates first and put
# the sign yourself.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check workalendar==17.0.0 holidays==0.109

"$tmp/venv/bin/python" - <<'PY'
from datetime import date
import holidays
from workalendar.europe import Netherlands

one, other = Netherlands(), holidays.country_holidays("NL")
monday, friday, saturday = date(2026, 1, 5), date(2026, 1, 9), date(2026, 1, 3)
forth, back = one.get_working_days_delta(monday, friday), one.get_working_days_delta(friday, monday)
print("workalendar, Monday to Friday:", forth, "| Friday to Monday:", back)
print("holidays, Monday to Friday:   ", other.get_working_days_count(monday, friday))
print("Saturday and none: workalendar", one.add_working_days(saturday, 0), "| holidays", other.get_nth_working_day(saturday, 0))
assert (forth, back, other.get_working_days_count(monday, friday)) == (4, 4, 5)
assert one.add_working_days(saturday, 0) == saturday
assert other.get_nth_working_day(saturday, 0) == monday
PY
