#!/usr/bin/env bash
# One would guess that price times rate in a DECIMAL column is exact, with the decimals of both
# added up, as SQL does. Polars 2.1.0 keeps only the larger scale of the two: 19.99 x 0.21 is
# 4.20, already rounded, where DuckDB 2.0.1 gives 4.1979; dividing that by three and multiplying
# back then differs by cents. DuckDB in turn adds the scales but not the widths: DECIMAL(18,2)
# times DECIMAL(9,6) stays a DECIMAL(18,8), room for ten digits before the point, so
# 123456789012.34 x 1.084500 (a turnover in rupiah times a rate) is refused with an overflow,
# though the type could hold 38 digits and it does take them when one side is declared
# DECIMAL(19,2). Source: Polars' and DuckDB's pages on decimals and the error text itself. Whoever
# moves commission or currency sums between the two meets it. In Polars cast to the scale of the
# result before multiplying; in DuckDB cast one side to DECIMAL(38, scale) first.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 duckdb==2.0.1

"$tmp/venv/bin/python" - <<'PY'
from decimal import Decimal
import duckdb
import polars as pl

price, rate = pl.Series([Decimal("19.99")]), pl.Series([Decimal("0.21")])
by_polars = (price * rate)[0]
wide = (price.cast(pl.Decimal(38, 4)) * rate)[0]
by_duckdb = duckdb.sql("select 19.99::decimal(10,2) * 0.21::decimal(10,2)").fetchall()[0][0]
print("19.99 x 0.21: polars", by_polars, "| polars after a cast to four decimals", wide, "| duckdb", by_duckdb)
assert (str(by_polars), str(wide), str(by_duckdb)) == ("4.20", "4.1979", "4.1979")

product = "select typeof(a * b), a * b from (select 123456789012.34::decimal({width},2) a, 1.084500::decimal(9,6) b)"
try:
    print("DECIMAL(18,2) x DECIMAL(9,6):", duckdb.sql(product.format(width=18)).fetchall())
    raise SystemExit("the product fitted")
except duckdb.OutOfRangeException as refused:
    print("DECIMAL(18,2) x DECIMAL(9,6):", str(refused).split(".")[0])
fits = duckdb.sql(product.format(width=19)).fetchall()
print("DECIMAL(19,2) x DECIMAL(9,6):", fits)
assert fits[0][1] == Decimal("123456789012.34") * Decimal("1.084500")
PY
