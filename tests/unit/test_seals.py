"""A seal tells what was changed, added or removed (H3)."""

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.cli import main
from sales_extensions.engine import seals
from sales_extensions.replay import seals_file


def entry(number: int, **changes: str) -> tuple[str, ...]:
	values = dict.fromkeys(seals.SEALED, "") | {
		"name": f"e{number:02}", "sales_target": "T", "sales_order": f"SO-{number}", "sales_person": "Anna",
		"company": "Acme", "amount": f"{number}.000000000", "booked_no": str(number), "order_count": "1",
		"owner": "anna@example.com",
	}  # fmt: skip
	return tuple((values | changes)[column] for column in seals.SEALED)


def rows(*values: tuple[str, ...]) -> list[seals.Row]:
	number = seals.SEALED.index("booked_no")
	return [seals.Row(int(one[number]), one[0], seals.digest_of(one), one) for one in values]


def closed(own: list[seals.Row], previous: str = "", name: str = "C") -> seals.Closing:
	digests = [row.digest for row in own]
	text = f'{{"of": "{name}"}}'
	return seals.Closing(
		name, "T", previous, text, seals.seal(previous, text, digests), len(own),
		max((row.number for row in own), default=0), seals.shortened(digests),
	)  # fmt: skip


THREE = rows(entry(1), entry(2), entry(3))
SEALED = closed(THREE)
FIELDS = [column for column in seals.SEALED if column not in ("name", "booked_no")]


def told(own, closing=SEALED, names=()):
	return [(one.what, one.entry, one.name) for one in seals.broken(closing, own, seals.older_names(names))]


def test_h3_what_was_sealed_is_intact():
	assert seals.is_intact(SEALED, [row.digest for row in THREE])
	assert told(THREE) == []


@given(st.sampled_from(FIELDS), st.text(min_size=1, max_size=5), st.integers(1, 3))
def test_h3_any_sign_that_was_changed_is_named(field, text, number):
	before = entry(number)
	changed = entry(number, **{field: before[seals.SEALED.index(field)] + text})
	own = [row if row.number != number else rows(changed)[0] for row in THREE]
	assert not seals.is_intact(SEALED, [row.digest for row in own])
	assert told(own) == [("Changed", number, f"e{number:02}")]


@given(
	st.lists(st.text(max_size=3), min_size=20, max_size=20),
	st.lists(st.text(max_size=3), min_size=20, max_size=20),
)
def test_h3_no_two_entries_read_the_same(one, other):
	assert (seals.canonical(one) == seals.canonical(other)) == (one == other)


def test_h3_what_is_gone_or_too_many_is_named():
	assert told([THREE[0], THREE[2]]) == [("Removed", 2, "")]
	assert told(THREE[:2]) == [("Removed", 3, "")]
	assert told([]) == [("Removed", 1, ""), ("Removed", 2, ""), ("Removed", 3, "")]
	more = rows(entry(1), entry(1, name="f"), entry(2), entry(3))
	assert told(more) == [("Added", 1, "f")]


def test_h3_names_that_were_changed_break_nothing():
	own = rows(entry(1, sales_person="Annie", company="Acme Ltd"), *(row.values for row in THREE[1:]))
	changes = [
		("Sales Person", "Anna", "Ann"),
		("Sales Person", "Ann", "Annie"),
		("Company", "Acme", "Acme Ltd"),
	]
	assert told(own, names=changes) == []
	assert told(own, names=changes[1:]) == [("Changed", 1, "e01")]
	assert told(own, names=[("Customer", "Anna", "Annie")]) == [("Changed", 1, "e01")]


def test_h3_two_that_were_made_one_are_both_known():
	own = rows(entry(1, sales_person="Bob"), *(row.values for row in THREE[1:]))
	assert told(own, names=[("Sales Person", "Anna", "Bob"), ("Sales Person", "Carla", "Bob")]) == []


def test_h3_a_name_that_came_back_has_its_own():
	names = seals.older_names([("Sales Person", "A", "B"), ("Sales Person", "B", "A")])
	assert names[("Sales Person", "A")] == ["B"]


@pytest.mark.parametrize(
	"changes",
	[{"text": "{}"}, {"previous": "x"}, {"seal": "x"}, {"kept": SEALED.kept[:-4] + "AAAA"}, {"kept": ""}],
)
def test_h3_what_is_written_of_a_closing_is_sealed(changes):
	assert told(THREE, replace(SEALED, **changes))


def test_h3_a_closing_that_was_taken_out_is_missed():
	second = closed(THREE, SEALED.seal, "D")
	third = closed(THREE, second.seal, "E")
	assert seals.unlinked([SEALED, second, third]) == []
	assert seals.unlinked([SEALED, third]) == [third]


@given(st.text(max_size=8))
def test_h3_a_cell_is_read_as_it_was_written(text):
	assert seals.from_cell(seals.as_cell(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx", "'x", "-", "--1"])
def test_h3_no_cell_opens_a_formula(text):
	assert seals.as_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-12.50", "12", "-0.000000000"])
def test_h3_numbers_are_cells_as_they_are(text):
	assert seals.as_cell(text) == text


# --- an export ------------------------------------------------------------------------------------


@pytest.fixture
def export(tmp_path):
	def write(own, closings=(SEALED,), names=(), gone=()):
		_write(tmp_path / "entries.csv", seals.SEALED, (row.values for row in own))
		made = [
			(c.name, c.target, c.previous, c.seal, c.entries, c.last_no, c.text, c.kept, int(c.name in gone))
			for c in closings
		]
		_write(tmp_path / "closings.csv", seals.EXPORTED, made)
		_write(tmp_path / "names.csv", ("kind", "old_name", "new_name"), names)
		return tmp_path / "entries.csv"

	return write


def _write(file, columns, values):
	with file.open("w", encoding="utf-8", newline="") as opened:
		writer = csv.writer(opened)
		writer.writerow(columns)
		writer.writerows([seals.as_cell(str(cell)) for cell in row] for row in values)


def test_h3_an_export_is_checked_without_a_site(export):
	own = rows(entry(1, reason='=two\nlines, "quoted"'), entry(2, amount="-5.000000000"))
	assert seals_file.check(export(own, [closed(own)])).told == [
		"Seals: 1 closings over 2 entries are intact."
	]
	other = rows(entry(1), entry(2, amount="-5.000000001"))
	assert seals_file.check(export(other, [closed(own)])).broken == [
		"- C of T: entry 1 was changed: e01",
		"- C of T: entry 2 was changed: e02",
	]
	renamed = rows(entry(1, sales_person="Ann"))
	names = [("Sales Person", "Anna", "Ann")]
	assert seals_file.check(export(renamed, [closed(rows(entry(1)))], names)).broken == []
	assert seals_file.check(export([], [SEALED], gone={"C"})).broken == []
	assert seals_file.check(export([], [SEALED])).broken != []
	second = closed(own, SEALED.seal, "D")
	assert "- the closing before D is gone" in seals_file.check(export(own, [second])).broken


def test_h3_replay_compares_an_export_in_its_targets_and_checks_its_seals(export, tmp_path, capsys):
	house = tmp_path / "house"
	house.mkdir()
	(house / "orders.csv").write_text(
		"name,company,transaction_date,docstatus,base_grand_total,sales_team\n"
		"SO-1,Acme,2026-03-02,1,100,Anna:100\n"
	)
	columns = "name,target_type,company,from_date,to_date,target_amount,assignees\n"
	(house / "targets.csv").write_text(
		columns
		+ "T,Financial,Acme,2026-03-01,2026-03-31,50,Anna\nOpen,Financial,Acme,2026-01-01,2026-12-31,50,Anna\n"
	)
	own = rows(entry(1, amount="100.000000000"))
	file = export(own, [closed(own)])
	assert main(["replay", str(house), "--compare", str(file)]) == 0
	assert "Seals: 1 closings over 1 entries are intact." in capsys.readouterr().out
	file.write_text(file.read_text().replace("anna@example.com", "anna@example.org"))
	assert main(["replay", str(house), "--compare", str(file)]) == 1
	assert "entry 1 was changed: e01" in capsys.readouterr().out
	(tmp_path / "closings.csv").write_text("name\nC\n")
	assert main(["replay", str(house), "--compare", str(file)]) == 2
