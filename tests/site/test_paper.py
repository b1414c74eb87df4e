"""Pages on paper, made by what Frappe itself brings (V4)."""

from __future__ import annotations

import builtins
from pathlib import Path

import frappe
import pytest

from sales_extensions import paper
from sales_extensions.api import statement as on_paper
from sales_extensions.api import upsell_month

from . import world
from .pdf import bare, pages

FORMATS = Path(paper.__file__).parent / "sales_extensions" / "print_format"
HEAD = "{% include 'sales_extensions/templates/paper_head.html' %}</head>"


def page_of(rows: list[str]) -> str:
	body = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
	return frappe.render_template(HEAD, {"lang": "en", "title": "T"}) + (
		f"<body><table><thead><tr><th>Heading</th></tr></thead><tbody>{body}</tbody></table></body></html>"
	)


def test_V4_headings_numbers_and_whose_it_is_stand_on_each_page():
	made = pages(paper.pdf(page_of([f"row {number}" for number in range(120)]), 'Anna "A" \\ <b>; }'))
	assert len(made) > 2
	for number, text in enumerate(made, 1):
		assert "Heading" in text and bare('Anna "A" \\ <b>; }') in text and f"{number}/{len(made)}" in text


def test_V4_a_row_is_on_one_page():
	lines = 5
	rows = ["<br>".join(f"r{row}l{line}." for line in range(lines)) for row in range(40)]
	made = pages(paper.pdf(page_of(rows)))
	assert len(made) > 2
	for row in range(40):
		assert any(all(f"r{row}l{line}." in text for line in range(lines)) for text in made)


STATEMENT = {
	"title": "Statement of Anna", "company": "W", "period": "2026", "as_of": "now", "made_by": "me", "lang": "en",
	"cards": [("Result", "1")], "targets": [{"name": "T", "title": "T", "sellers": "Anna", "period": "2026"}],
	"several": False, "amount": "$ 1", "order_count": "1", "numeric": False, "seller": "Anna",
}  # fmt: skip


@pytest.mark.parametrize("lines", [1, 5])
def test_X4_signatures_stand_below_credits_and_never_alone(lines):
	ended = set()
	for number in range(6, 40, lines):
		rows = [{"number": f"r{row}.", "reason": "Why of it. " * 6 * lines} for row in range(number)]
		made = pages(
			paper.pdf(
				frappe.render_template(on_paper.TEMPLATE, STATEMENT | {"rows": rows, "credits": number})
			)
		)
		assert bare("Seller: Anna") in made[-1] and bare(f"Total of {number} credits") in made[-1]
		assert f"r{number - 2}." in made[-1] and f"r{number - 1}." in made[-1], f"{number} credits"
		ended.add(len(made))
	assert len(ended) > 1, "some fill their pages"


def test_V4_nothing_is_fetched(monkeypatch):
	asked = []
	nothing = paper._nothing
	monkeypatch.setattr(paper, "_nothing", lambda url, *more: (asked.append(url), nothing(url))[1])
	made = pages(
		paper.pdf("<body><img src='http://127.0.0.1:9/x.png'><img src='file:///etc/hostname'>text</body>")
	)
	assert made == ["text1/1"]
	assert sorted(asked) == ["file:///etc/hostname", "http://127.0.0.1:9/x.png"]


@pytest.mark.parametrize("make", [
	lambda: on_paper.pdf({"company": frappe.get_all("Company", limit=1, pluck="name")[0], "from_date": "2026-01-01",
		"to_date": "2026-12-31", "sales_person": "Anna"}),
	lambda: paper.pdf("<body></body>"),
])  # fmt: skip
def test_X5_what_the_server_lacks_is_named(monkeypatch, make):
	plain = builtins.__import__

	def lacking(name, *more, **kinds):
		if name == "weasyprint":
			raise OSError("cannot load library 'libpango-1.0-0'")
		return plain(name, *more, **kinds)

	monkeypatch.setattr(builtins, "__import__", lacking)
	with pytest.raises(frappe.ValidationError, match=r"lacks libpango-1\.0-0 libpangoft2-1\.0-0"):
		make()


def test_V4_the_month_on_paper_has_its_foot(monkeypatch):
	monkeypatch.setattr(upsell_month, "month_html", lambda *_asked: "<body>month</body>")
	upsell_month.month_pdf("anna@example.com", "2026-03", "Any")
	assert bare("anna@example.com · 2026-03") in pages(frappe.local.response.filecontent)[0]


@pytest.mark.parametrize(("numeric", "heading", "figures", "total"), [
	(False, "Amount", ["$ 1,000.00", "$ 500.00"], "$ 1,500.00"),
	(True, "Orders Counted", ["1", "1"], "2"),
])  # fmt: skip
def test_T4_a_printed_target_adds_up_what_it_counts(numeric, heading, figures, total):
	target = world.target(4000, numeric=numeric)
	for amount in (1000, 500):
		world.order(amount, team={"Anna": 100})
	shown = target.reload().on_paper()
	assert (shown["counts"], [row["counted"] for row in shown["rows"]], shown["total"]) == (
		heading,
		figures,
		total,
	)


def test_T4_the_total_of_a_printed_target_stands_once_and_never_alone(monkeypatch):
	target = world.target(4000).reload()
	row = {
		"date": "D",
		"sales_order": "S",
		"sales_person": "Anna",
		"reason": "Why of it. " * 9,
		"counted": "$ 1",
	}
	template = (FORMATS / "target_and_orders" / "target_and_orders.html").read_text()
	ended = set()
	for number in (1, 2, *range(12, 30)):
		shown = {"period": "P", "facts": [], "counts": "C", "total": "$ 99", "more": "",
			"rows": [row | {"customer_name": f"r{each}."} for each in range(number)]}  # fmt: skip
		monkeypatch.setattr(target, "on_paper", lambda shown=shown: shown)
		made = pages(paper.pdf("<body>" + frappe.render_template(template, {"doc": target}) + "</body>"))
		assert sum(text.count("$99") for text in made) == 1 and "$99" in made[-1]
		assert f"r{number - 1}." in made[-1], f"{number} orders"
		ended.add(len(made))
	assert len(ended) > 1
