#!/usr/bin/env bash
# One would guess that a last line of one cell, the "Total" or "End of report" under many an
# export, makes DuckDB's CSV reader complain or pad the row. DuckDB 2.0.1 gives up the separator
# instead: the whole file becomes one text column called "name;place;amount", every row a single
# value, without a word, also when thirty good rows stand above the line. With delim=';' it does
# complain; with null_padding=true it reads three columns and a row of Total, null, null. Source:
# DuckDB's page on CSV auto detection (the dialect that gives consistent rows wins, and one column
# is always consistent). Whoever loads reports from other programs with read_csv meets it, usually
# later as a missing column. Give null_padding=true, or the columns.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1

"$tmp/venv/bin/python" - <<'PY'
import tempfile
import duckdb

def read(**options):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("name;place;amount\n" + "Jan;Delft;1\n" * 30 + "Total\n")
        file.flush()
        seen = duckdb.read_csv(file.name, **options)
        return seen.columns, seen.fetchall()[-1]

print("as it is:     ", *read())
print("null_padding: ", *read(null_padding=True))
assert read() == (["name;place;amount"], ("Total",))
assert read(null_padding=True) == (["name", "place", "amount"], ("Total", None, None))
try:
    read(delimiter=";")
    raise SystemExit("read without complaint")
except duckdb.InvalidInputException as refused:
    print("delimiter ';':", str(refused).splitlines()[1])
PY
