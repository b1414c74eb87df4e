#!/usr/bin/env bash
# One would guess that counter-reset: page on the element that begins each invoice makes its pages
# count from 1, as other print formatters do. WeasyPrint 70.0 goes on counting, without a warning:
# a, b, c are pages 1, 2 and 3. In a named @page rule the reset does work, but on every page with
# that name, so both pages of the second part are page 1. Source: CSS Paged Media, page-based
# counters, against the pages. Whoever prints a batch of quotations or statements as one PDF with
# 'page 1 of 2' on each meets it. Write one document at a time and join their pages (Document.copy
# with the pages of all).
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check weasyprint==70.0 pypdf==7.1.1

"$tmp/venv/bin/python" - <<'PY'
import io
import pypdf
import weasyprint

FOOT = "@page { size: 100mm 60mm; margin: 10mm; @bottom-right { content: 'P' counter(page) } }"

def pages(style, *parts):
    body = "".join(f"<section class='{part[0]}' style='break-before: page'>{part}</section>" for part in parts)
    reader = pypdf.PdfReader(io.BytesIO(weasyprint.HTML(string=f"<style>{FOOT}{style}</style>{body}").write_pdf()))
    return [" ".join(page.extract_text().split()) for page in reader.pages]

by_element = pages("section { counter-reset: page 1 }", "a", "b", "c")
by_page = pages("@page second { counter-reset: page 1 } .b { page: second }", "a1", "a2", "b1", "b2")
print("reset on the element:  ", by_element)
print("reset on a named page: ", by_page)
assert by_element == ["a P1", "b P2", "c P3"]
assert by_page == ["a1 P1", "a2 P2", "b1 P1", "b2 P1"]

single = [weasyprint.HTML(string=f"<style>{FOOT}</style>{part}").render() for part in ("a", "b")]
joined = single[0].copy([page for document in single for page in document.pages]).write_pdf()
seen = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(joined)).pages]
print("two documents joined:  ", seen)
assert seen == ["a P1", "b P1"]
PY
