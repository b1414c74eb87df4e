#!/usr/bin/env bash
# One would guess that two flex columns side by side, the left one longer than the page, start
# next to each other and go on over the page end, as they do in a browser's print and in
# WeasyPrint's own tables and grids. In WeasyPrint 70.0 the right column is left out of the first
# page altogether when the left one does not fit: it begins on the second page, beside the left
# one's remainder. When the left column is the short one all is well. Source: CSS Flexible Box,
# 'fragmenting flex layout', against the text of the pages. Whoever lays out a quotation's lines
# with a note beside them meets it: the note for page 1 stands on page 2, only for long documents.
# Use display: grid with two columns, or a table.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check weasyprint==70.0 pypdf==7.1.1

"$tmp/venv/bin/python" - <<'PY'
import io
import pypdf
import weasyprint

STYLE = "<style>@page { size: 100mm 60mm; margin: 10mm } body { font: 10pt/1.2 sans-serif }</style>"

def column(letter, lines):
    return "<div style='flex: 1'>" + "".join(f"<div>{letter}{n}</div>" for n in range(lines)) + "</div>"

def pages(layout, left, right):
    html = f"{STYLE}<div style='{layout}'>{column('L', left)}{column('R', right)}</div>"
    reader = pypdf.PdfReader(io.BytesIO(weasyprint.HTML(string=html).write_pdf()))
    return [set(page.extract_text().split()) for page in reader.pages]

grid = "display: grid; grid-template-columns: 1fr 1fr"
for layout, left, right, stated in (
    ("display: flex", 14, 3, 2), ("display: flex", 3, 14, 1), (grid, 14, 3, 1),
):
    found = pages(layout, left, right)
    start = next(n for n, words in enumerate(found, 1) if "R0" in words)
    print(f"{layout.split(';')[0]:14} left {left:2} lines, right {right:2}: right column starts on page {start} of {len(found)}")
    assert len(found) == 2 and "L0" in found[0] and start == stated
PY
