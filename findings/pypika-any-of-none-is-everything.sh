#!/usr/bin/env bash
# One would guess that "any of these conditions", asked of an empty list, is true of no row, as Python's
# any([]) and SQL's empty disjunction are, or that it is refused. PyPika 0.48.9 and 0.51.1 drop it:
# Criterion.any([]) and Criterion.all([]) are both an empty criterion, and a query with either has no WHERE
# at all, so the rows of nobody's list become all rows; in 0.51.1 those of its negation, ~Criterion.all([]),
# too. In 0.48.9 the order matters: an empty criterion in front of another vanishes, behind another, or
# negated, it is a TypeError from inside get_sql ("unexpected keyword argument"); 0.51.1 takes all of them. Source: the package's
# documentation of Criterion.any and Criterion.all says that the conditions are joined with OR and AND, and
# nothing of none. Whoever builds a filter from what a user may see, or from what was chosen in a form, meets
# it. Ask whether the list is empty before the query is built, and answer with no rows.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for version in 0.48.9 0.51.1; do
	python3 -m venv "$tmp/$version"
	"$tmp/$version/bin/pip" install --quiet --disable-pip-version-check "pypika==$version"
	"$tmp/$version/bin/python" - "$version" <<'PY'
import sys

from pypika import Query, Table
from pypika.terms import Criterion

orders = Table("orders")
one = orders.seller == "Anna"


def sql(condition):
    return Query.from_(orders).select(orders.name).where(condition).get_sql()


def seen(condition):
    try:
        return sql(condition)
    except TypeError as error:
        return f"TypeError: {error}"


EVERYTHING = 'SELECT "name" FROM "orders"'
ANNAS = EVERYTHING + """ WHERE "seller"='Anna'"""
old = sys.argv[1] == "0.48.9"
REFUSED = "TypeError: Criterion.get_sql() got an unexpected keyword argument '{}'"
BEHIND = REFUSED.format("subcriterion") if old else ANNAS
NEGATED = REFUSED.format("quote_char") if old else EVERYTHING
for words, condition, stated in (
    ("any of none", Criterion.any([]), EVERYTHING),
    ("all of none", Criterion.all([]), EVERYTHING),
    ("not all of none", ~Criterion.all([]), NEGATED),
    ("any of one", Criterion.any([one]), ANNAS),
    ("none, and one", Criterion.all([]) & one, ANNAS),
    ("one, and none", one & Criterion.all([]), BEHIND),
):
    print(sys.argv[1], words.ljust(16), seen(condition))
    assert seen(condition) == stated, words
PY
done
