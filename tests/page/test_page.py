"""The page of a replay, opened and clicked as a visitor would who has no ERPNext (issue 13, 0)."""

import csv
from decimal import Decimal

import pytest

from sales_extensions.cli import main
from sales_extensions.replay import page as made
from tests.contrast import UNREADABLE
from tests.unit.conftest import ROOT

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: run bin/test")

YEAR = ROOT / "examples" / "a-year"
PLACES = (
	"#/", "#/targets", "#/targets/behind", "#/target/TGT-2026-044", "#/target/TGT-2026-044/2026-11", "#/target/TGT-2026-069",
	"#/target/TGT-2026-078", "#/orders", "#/orders/closed", "#/order/SO-26-0095", "#/sellers", "#/seller/Leo%20Foster", "#/order/gone",
)  # fmt: skip


def amount(text: str) -> Decimal:
	"""1,234.50 EUR, as the page writes it in English."""
	return Decimal(text.split()[0].replace(",", "").replace("\N{MINUS SIGN}", "-"))


def headed(page, text: str) -> None:
	"""Once the page is another, after a click on a link, it is headed so."""
	playwright.expect(page.locator("h1")).to_have_text(text)


def figure(page, name: str) -> str:
	return page.locator("dt", has_text=name).first.locator("xpath=following-sibling::dd").inner_text()


# --- the demo ---------------------------------------------------------------------------------------


def test_the_demo_says_in_one_line_that_it_falls_back_and_shows_a_table(demo):
	done, address = demo
	assert done.returncode == 0, done.stdout
	said = [line for line in done.stdout.splitlines() if "made-up company" in line]
	assert said == [
		"  ERPNext's sources can't be reached: here are the same rules over a year of a made-up company, with Python alone."
	]
	assert "TGT-2026-001 Sanne de Wit 2026" in done.stdout
	assert done.stdout.count("Conserved: ") == 2
	assert address.rstrip("/") in done.stdout


def test_the_overview_says_who_is_at_risk_and_who_leads(demo, opened, picture):
	page = opened(demo[1])
	headed(page, "Canal Cycles Ltd · Kanaal Fietsen BV")
	behind = page.locator("section", has=page.get_by_role("heading", name="At Risk"))
	assert behind.locator("a.target").count() == 6
	assert "a week needed" in behind.locator("a.target").first.inner_text()
	leaders = page.locator("section", has=page.get_by_role("heading", name="Leaders"))
	assert "achieved" in leaders.locator("a.target").first.inner_text()
	picture(page, "page-overview")
	page.get_by_role("button", name="Kanaal Fietsen BV · EUR").click()
	assert "GBP" not in page.locator("main").inner_text()
	assert page.evaluate("document.activeElement.textContent") == "Kanaal Fietsen BV · EUR"


# --- every figure opens -----------------------------------------------------------------------------


def test_a_target_opens_to_the_orders_that_it_is_the_sum_of(demo, opened, picture):
	page = opened(demo[1])
	page.get_by_role("link", name="Daan Visser 2026").click()
	headed(page, "Daan Visser 2026")
	orders = page.locator("section", has=page.get_by_role("heading", name="Orders", exact=True))
	amounts = [amount(text) for text in orders.locator("tbody td:last-child").all_inner_texts()]
	assert sum(amounts) == amount(figure(page, "Result")) == Decimal("119528.01")
	picture(page, "page-target")
	months = page.locator("a.month")
	assert sum(amount(text) for text in months.locator("b").all_inner_texts()) == Decimal("119528.01")
	november = amount(months.nth(10).locator("b").inner_text())
	months.nth(10).click()
	orders = page.locator("section", has=page.get_by_role("heading", name="Orders of November 2026"))
	orders.wait_for()
	assert sum(amount(text) for text in orders.locator("tbody td:last-child").all_inner_texts()) == november
	page.go_back()
	page.get_by_role("heading", name="Orders", exact=True).wait_for()


def test_an_order_says_why_each_of_its_sellers_has_what(demo, opened):
	page = opened(demo[1] + "#/order/SO-26-0095")
	credits = page.locator("section", has=page.get_by_role("heading", name="Sales Credit"))
	row = credits.locator("tr", has_text="Mohammed Rahman")
	row.get_by_text("Why").click()
	assert "Order Allocation: 33.33 % of 5,111.50 GBP is 1,703.66 GBP." in row.inner_text()
	assert "Grand Total 5,111.50 GBP." in row.inner_text()
	row.get_by_role("link", name="Mohammed Rahman").click()
	headed(page, "Mohammed Rahman")
	page.wait_for_function("() => document.activeElement.tagName === 'H1'")


def test_a_statement_adds_up_month_by_month(demo, opened, picture):
	page = opened(demo[1] + "#/sellers")
	page.get_by_role("searchbox").fill("leo fo")
	page.get_by_role("link", name="Leo Foster").click()
	headed(page, "Leo Foster")
	lines = [amount(text) for text in page.locator("tbody td:last-child").all_inner_texts()]
	months = [amount(text) for text in page.locator("tfoot td:last-child").all_inner_texts()]
	assert sum(lines) == sum(months) == amount(figure(page, "Credited")) == Decimal("115245.44")
	assert str(len(lines)) == figure(page, "Orders")
	page.emulate_media(media="print")
	picture(page, "page-statement-printed")
	assert not page.locator("header").is_visible()


def test_what_if_shows_what_was_and_what_would_be(demo, opened, picture):
	page = opened(demo[1] + "#/order/SO-26-0095")
	button = page.get_by_role("button", name="Half of it is allocated to Grace Turner.")
	button.click()
	assert button.get_attribute("aria-pressed") == "true"
	row = page.locator("section", has=page.get_by_role("heading", name="What if")).locator(
		"tr", has_text="Grace Turner 2026"
	)
	was, now = (
		amount(row.locator("td:last-child .was").inner_text()),
		amount(row.locator("td:last-child .now").inner_text()),
	)
	assert now - was == Decimal("2555.75")
	picture(page, "page-what-if")
	page.get_by_role("button", name="It is cancelled.").click()
	assert (
		page.locator("section", has=page.get_by_role("heading", name="What if"))
		.get_by_text("The order is cancelled.")
		.is_visible()
	)


def test_a_list_of_many_is_drawn_in_parts_and_all_of_it_can_be_seen(demo, opened):
	page = opened(demo[1] + "#/orders")
	assert page.locator("tbody tr").count() == 200
	page.get_by_role("button", name="523 more").click()
	assert page.locator("tbody tr").count() == 723
	page.get_by_role("searchbox").fill("zzz")
	assert page.get_by_text("Nothing is like that.").is_visible()


# --- languages, widths, colours ---------------------------------------------------------------------


def visit(page, place: str) -> None:
	"""The same page elsewhere: nothing is loaded anew."""
	page.evaluate(
		"""place => new Promise((done) => {
			window.addEventListener("hashchange", done, { once: true });
			location.hash = place;
		})""",
		place,
	)
	assert page.evaluate("document.activeElement.tagName") == "H1"


def test_dutch_leaves_no_english(demo, opened):
	page = opened(demo[1] + "#/order/none")
	page.get_by_role("button", name="Nederlands").click()
	assert page.evaluate("document.documentElement.lang") == "nl"
	dutch = made.dutch()
	english = {word for word in made.words() if dutch[word] != word and "{" not in word}
	for place in PLACES:
		visit(page, place)
		page.evaluate(OPEN_ALL)
		assert not english & set(page.locator("body").inner_text().splitlines()), place
	visit(page, "#/order/SO-26-0095")
	assert page.get_by_role("button", name="De helft wordt toegewezen aan Grace Turner.").is_visible()


def test_a_name_that_looks_like_a_number_or_a_day_stays_as_it_is(opened, tmp_path):
	"""S-06 is a day's number, Ada is called 1234, and Ben 2026-11-05."""
	folder, file = tmp_path / "export", tmp_path / "page.html"
	folder.mkdir()
	for export in (ROOT / "examples" / "splits").glob("*.csv"):
		text = (
			export.read_text()
			.replace("Ada", "1234")
			.replace("Ben", "2026-11-05")
			.replace("S-06", "2026-11-32")
		)
		(folder / export.name).write_text(text)
	main(["replay", str(folder), "--html", str(file)])
	page = opened(file.as_uri() + "#/order/2026-11-32")
	page.evaluate(OPEN_ALL)
	shown = page.locator("body").inner_text()
	assert "2026-11-32" in shown and "1234" in shown and "2026-11-05" in shown
	assert "1,234" not in shown and "5 Nov" not in shown


def test_dutch_writes_figures_and_reasons_in_dutch(demo, opened):
	page = opened(demo[1] + "#/order/SO-26-0095")
	page.get_by_role("button", name="Nederlands").click()
	row = page.locator("tr", has_text="Mohammed Rahman").first
	row.get_by_text("Waarom").click()
	assert "Ordertoewijzing: 33,33 % van 5.111,50 GBP is 1.703,66 GBP." in row.inner_text()
	page.reload()
	headed(page, "SO-26-0095")
	assert page.get_by_role("button", name="Nederlands").get_attribute("aria-pressed") == "true"


#: the last change of an order is asked about, and the first rows say why
OPEN_ALL = """() => {
	[...document.querySelectorAll("main section button:not(.more)")].at(-1)?.click();
	[...document.querySelectorAll("details")].slice(0, 20).forEach((one) => { one.open = true; });
}"""
FITS = "() => [...document.querySelectorAll('.wide')].every((one) => one.scrollWidth <= one.clientWidth)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everything_can_be_read_at_this_width_in_this_light(demo, opened, picture, width, scheme):
	page = opened(demo[1] + "#/order/none", width, scheme)
	for place in PLACES:
		visit(page, place)
		page.evaluate(OPEN_ALL)
		assert page.evaluate("document.documentElement.scrollWidth") <= width, place
		assert page.evaluate(FITS), place
		assert page.evaluate(UNREADABLE) == [], place
		picture(page, f"page{place.replace('#', '').replace('/', '-')}-{width}-{scheme}")


# --- anyone's export --------------------------------------------------------------------------------

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def write(file, *rows):
	with file.open("w", encoding="utf-8", newline="") as opened:
		csv.writer(opened).writerows(rows)


def test_text_of_the_files_is_shown_as_text(tmp_path, opened, capsys):
	folder = tmp_path / "An export"
	folder.mkdir()
	write(
		folder / "orders.csv",
		(
			"name",
			"company",
			"transaction_date",
			"docstatus",
			"status",
			"base_grand_total",
			"territory",
			"owner_sales_person",
		),
		(
			f"SO {EVIL}",
			f"Acme {EVIL}",
			"2026-03-02",
			1,
			f"State {EVIL}",
			"100.00",
			f"Land {EVIL}",
			f"Anna {EVIL}",
		),
	)
	write(
		folder / "targets.csv",
		("name", "title", "target_type", "company", "from_date", "to_date", "target_amount", "assignees"),
		(
			f"T {EVIL}",
			f"Title {EVIL}",
			"Financial",
			f"Acme {EVIL}",
			"2026-01-01",
			"2026-12-31",
			"1000",
			f"Anna {EVIL}",
		),
	)
	file = tmp_path / "page.html"
	assert (
		main(["replay", str(folder), "--as-of", "2026-03-20", "--html", str(file), "--language", "nl"]) == 0
	)
	page = opened(file.as_uri())
	headed(page, f"Acme {EVIL}")
	page.get_by_text(f"Title {EVIL}").first.click()
	headed(page, f"Title {EVIL}")
	page.get_by_text("Waarom").last.click()
	assert f"Anna {EVIL} is een verkoper van het doel." in page.locator("main").inner_text()
	page.get_by_role("link", name=f"SO {EVIL}").click()
	headed(page, f"SO {EVIL}")
	page.get_by_role("link", name=f"Anna {EVIL}").first.click()
	headed(page, f"Anna {EVIL}")
	assert page.locator("img").count() == 0
	assert f"Wrote the page {file}." in capsys.readouterr().out


@pytest.mark.parametrize("example", ["first-quarter", "splits"])
def test_the_other_examples_have_a_page_too(example, tmp_path, opened, picture):
	file = tmp_path / "page.html"
	arguments = ["--as-of", "2026-03-20", "--html", str(file), "--language", "en"]
	assert main(["replay", str(ROOT / "examples" / example), *arguments]) == 0
	page = opened(file.as_uri())
	picture(page, f"page-{example}")
	for target in page.locator("a.target").all()[:3]:
		assert target.is_visible()
	if example == "first-quarter":
		visit(page, "#/target/T-ANNA")
		assert figure(page, "Result") == "12,100.00 EUR"
