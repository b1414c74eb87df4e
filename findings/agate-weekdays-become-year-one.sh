#!/usr/bin/env bash
# One would guess that a column of weekdays, months or pack sizes stays text in agate, the table
# library under csvkit. The default type test of agate 1.14.2 makes dates of them: "May" becomes 1
# May of the year 1, "monday" 8 January of the year 1, "next week" the same day, and the range
# "1-2" 2 January 2001, all of type Date, without a warning. The words are given to a parser of
# spoken dates with the first day of the year 1 as its today, and whatever it understands counts.
# Source: agate's Date type and its use of parsedatetime. Whoever turns visit plans, seasons or
# size ranges into a database table (csvsql, in2csv) meets it: the column is a date column and the
# words are gone. Force the column to Text with a TypeTester, or csvkit's option for no inference.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check agate==1.14.2

"$tmp/venv/bin/python" - <<'PY'
import io
import agate

def column(*values, **options):
    table = agate.Table.from_csv(io.StringIO("n,v\n" + "".join(f"x,{v}\n" for v in values)), **options)
    kind = type(table.columns["v"].data_type).__name__
    return kind, [str(v) for v in table.columns["v"].values()]

for values, stated in (
    (("May", "June"), ("Date", ["0001-05-01", "0001-06-01"])),
    (("monday", "friday"), ("Date", ["0001-01-08", "0001-01-05"])),
    (("next week", "in 3 days"), ("Date", ["0001-01-08", "0001-01-04"])),
    (("1-2", "3-4"), ("Date", ["2001-01-02", "2001-03-04"])),
):
    print(values, "->", *column(*values))
    assert column(*values) == stated
forced = agate.TypeTester(force={"v": agate.Text()})
print("forced to text:", *column("May", "June", column_types=forced))
assert column("May", "June", column_types=forced) == ("Text", ["May", "June"])
PY
