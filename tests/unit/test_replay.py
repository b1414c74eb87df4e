"""`sales-extensions replay`: figures recomputed outside the site (X3), bad input named (X5)."""

import csv
import shutil
import subprocess
import sys

import pytest

from sales_extensions.cli import main

from .conftest import ROOT

EXAMPLES = ROOT / "examples"
ORDERS = "name,company,transaction_date,docstatus,base_grand_total,sales_team\n"
TARGETS = "name,target_type,company,from_date,to_date,target_amount,assignees\n"
ORDER = "SO-1,Acme,2026-03-02,1,100.00,Anna:60;Bob:40\n"
TARGET = "T-1,Financial,Acme,2026-01-01,2026-03-31,1000,Anna;Bob\n"
UPSELL_TARGET = TARGET.replace("Financial", "Upsell")
UPSELLS = "order,sales_person,item_group,net_amount,charge_name\n"
ENTRIES = "sales_target,sales_order,sales_person,amount,order_count\n"


@pytest.fixture
def directory(tmp_path):
	"""One order, one target; a test writes over or adds files."""
	write(tmp_path, orders=ORDERS + ORDER, targets=TARGETS + TARGET)
	return tmp_path


def write(directory, **files):
	for name, text in files.items():
		(directory / f"{name}.csv").write_text(text, encoding="utf-8")


def run(capsys, *arguments):
	code = main(["replay", *map(str, arguments)])
	said = capsys.readouterr()
	return code, said.out, said.err


def entries(capsys, directory):
	"""(target, order, seller) -> (amount, order count), as --entries writes them."""
	file = directory / "out.csv"
	assert run(capsys, directory, "--entries", file)[0] == 0
	with file.open(encoding="utf-8", newline="") as opened:
		return {
			(row["sales_target"], row["sales_order"], row["sales_person"]): (
				row["amount"],
				row["order_count"],
			)
			for row in csv.DictReader(opened)
		}


# --- examples -------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", ["first-quarter", "splits"])
def test_x3_examples_agree_with_what_was_worked_out_by_hand(example, capsys):
	directory = EXAMPLES / example
	code, out, err = run(capsys, directory, "--compare", directory / "expected-entries.csv")
	assert (code, err) == (0, "")
	assert "Agrees with" in out
	assert "Conserved: " in out


@pytest.mark.parametrize("example", ["first-quarter", "splits"])
def test_x3_a_changed_cent_in_any_row_is_found(example, capsys, tmp_path):
	lines = (EXAMPLES / example / "expected-entries.csv").read_text(encoding="utf-8").splitlines()
	for number in range(1, len(lines)):
		cells = lines[number].split(",")
		cells[3] = str(float(cells[3]) + 0.01)
		changed = [*lines[:number], ",".join(cells), *lines[number + 1 :]]
		write(tmp_path, changed="\n".join(changed))
		code, out, _err = run(capsys, EXAMPLES / example, "--compare", tmp_path / "changed.csv")
		assert code == 1
		assert f"target {cells[0]}, order {cells[1]}, seller {cells[2]}" in out


def test_x3_runs_from_a_bare_clone_without_site_or_packages(tmp_path):
	clone = tmp_path / "clone"
	shutil.copytree(ROOT / "sales_extensions" / "engine", clone / "sales_extensions" / "engine")
	shutil.copytree(ROOT / "sales_extensions" / "replay", clone / "sales_extensions" / "replay")
	for name in ("__init__.py", "cli.py", "showing.py"):
		shutil.copy(ROOT / "sales_extensions" / name, clone / "sales_extensions" / name)
	shutil.copytree(EXAMPLES, clone / "examples")
	done = subprocess.run(
		[sys.executable, "-S", "-m", "sales_extensions.cli", "replay", "examples/first-quarter"],
		cwd=clone, capture_output=True, text=True, check=False,
	)  # fmt: skip
	assert (done.returncode, done.stderr) == (0, "")
	assert "T-ANNA" in done.stdout


def test_t6_the_table_shows_goal_result_pace_and_status(capsys):
	_code, out, _err = run(capsys, EXAMPLES / "first-quarter", "--as-of", "2026-03-20")
	rows = {line.split()[0]: line for line in out.splitlines() if line.startswith("T-")}
	for text in ("12,000.00 EUR", "8,536.00 EUR", "71.13", "9,870.97 EUR", "Running"):
		assert text in rows["T-BOB"]
	for text in ("6 orders", "100.00", "5.27 orders", "Achieved"):
		assert text in rows["T-JOINT"]
	assert "Missed" in rows["T-HOME"]
	for text in ("Upsell", "2,000.00 EUR", "1,754.00 EUR", "87.70", "1,755.56 EUR", "Running"):
		assert text in rows["T-UPSELL"]


def test_a4_the_line_on_conservation(capsys):
	_code, out, _err = run(capsys, EXAMPLES / "first-quarter")
	assert (
		"Conserved: credited 33,236.00 EUR + uncredited 500.00 EUR = 33,736.00 EUR, the worth of 7 counted orders."
	) in out


# --- entries and comparison -----------------------------------------------------------------------


def test_x3_entries_are_written_sorted_with_rule_and_reason(capsys, directory):
	write(directory, orders=ORDERS + ORDER + "SO-0,Acme,2026-03-01,1,10,Bob:100\n")
	file = directory / "out.csv"
	assert run(capsys, directory, "--entries", file)[0] == 0
	lines = file.read_text(encoding="utf-8").splitlines()
	assert lines[0] == (
		"sales_target,sales_order,sales_person,company,posting_date,amount,order_count,share_percentage,"
		"rule,source_doctype,source_name,reason"
	)
	assert lines[2] == (
		"T-1,SO-1,Anna,Acme,2026-03-02,60.00,1,60.000000,Sales Team,Sales Order,SO-1,Grand Total 100.00. "
		"Sales Team: 60 % of 100.00 is 60.00. Anna is a Sales Person of the target."
	)
	assert [line.split(",")[1:3] for line in lines[1:]] == [
		["SO-0", "Bob"],
		["SO-1", "Anna"],
		["SO-1", "Bob"],
	]
	assert run(capsys, directory, "--compare", file)[0] == 0


def test_x3_a_site_has_several_rows_for_a_key_and_keys_that_sum_to_nothing(capsys, directory):
	rows = "T-1,SO-1,Anna,100.00,1\nT-1,SO-1,Anna,-40.00,0\nT-1,SO-1,Bob,40.0,0\nT-1,SO-9,Bob,5,1\nT-1,SO-9,Bob,-5,-1\n"
	write(directory, site=ENTRIES + rows)
	code, out, _err = run(capsys, directory, "--compare", directory / "site.csv")
	assert code == 0
	assert "no difference in 2 keys" in out


def test_x3_labels_in_the_header_are_understood(capsys, directory):
	header = "\ufeffSales Target,Sales Order,Sales Person,Amount,Order Count,Owner\n"
	write(directory, site=header + "T-1,SO-1,Anna,60,1,x\nT-1,SO-1,Bob,40,0,x\n")
	assert run(capsys, directory, "--compare", directory / "site.csv")[0] == 0


def test_x3_each_difference_is_named(capsys, directory):
	write(directory, site=ENTRIES + "T-1,SO-1,Anna,60,2\nT-1,SO-7,Bob,7,1\n")
	code, out, _err = run(capsys, directory, "--compare", directory / "site.csv")
	assert code == 1
	assert "Differs from" in out
	assert (
		"target T-1, order SO-1, seller Anna:\n    the file says amount 60, order count 2; replay says amount 60.00, order count 1"
		in out
	)
	assert (
		"order SO-1, seller Bob:\n    the file says nothing; replay says amount 40.00, order count 0" in out
	)
	assert "order SO-7, seller Bob:\n    the file says amount 7, order count 1; replay says nothing" in out
	assert "Sales Team: 40 % of 100.00 is 40.00." in out


def test_x3_the_same_file_may_be_compared_and_then_written(capsys, directory):
	write(directory, same=ENTRIES)
	assert (
		run(capsys, directory, "--entries", directory / "same.csv", "--compare", directory / "same.csv")[0]
		== 1
	)
	assert (
		run(capsys, directory, "--entries", directory / "same.csv", "--compare", directory / "same.csv")[0]
		== 0
	)


# --- upsells (U11) ---------------------------------------------------------------------------------


def test_u11_upsells_count_for_targets_of_their_type_alone(capsys, directory):
	write(
		directory,
		targets=TARGETS + TARGET + UPSELL_TARGET.replace("T-1", "T-2"),
		upsells=UPSELLS + "SO-1,Bob,,30.00,Care\nSO-1,Bob,,-5.5,Discount\nSO-1,Carla,,9,Care\n",
	)
	assert entries(capsys, directory) == {
		("T-1", "SO-1", "Anna"): ("60.00", "1"),
		("T-1", "SO-1", "Bob"): ("40.00", "0"),
		("T-2", "SO-1", "Bob"): ("24.50", "1"),
	}


def test_u11_x3_entries_of_upsells_say_their_rule_and_can_be_compared(capsys, directory):
	write(directory, targets=TARGETS + UPSELL_TARGET, upsells=UPSELLS + "SO-1,Bob,,30,Care\n")
	file = directory / "out.csv"
	assert run(capsys, directory, "--entries", file)[0] == 0
	line = file.read_text(encoding="utf-8").splitlines()[1]
	assert line.startswith("T-1,SO-1,Bob,Acme,2026-03-02,30.00,1,0,Upsell,Sales Order,SO-1,")
	assert "Upsells of Bob: Care 30.00, net 30.00." in line
	assert run(capsys, directory, "--compare", file)[0] == 0
	write(directory, site=ENTRIES + "T-1,SO-1,Bob,31,1\n")
	code, out, _err = run(capsys, directory, "--compare", directory / "site.csv")
	assert code == 1
	assert "the file says amount 31, order count 1; replay says amount 30.00, order count 1" in out


def test_t5_u11_upsells_in_an_item_group(capsys, directory):
	write(
		directory,
		targets=TARGETS.strip() + ",item_group\n" + UPSELL_TARGET.strip() + ",Hardware\n",
		lines="order,item_group,net_amount\nSO-1,Laptops,60\nSO-1,Services,40\n",
		trees="tree,name,parent\nItem Group,Hardware,\nItem Group,Laptops,Hardware\n",
		upsells=UPSELLS + "SO-1,Bob,Laptops,30,\nSO-1,Bob,Services,12,\nSO-1,Anna,Services,40,\n",
	)
	assert entries(capsys, directory) == {("T-1", "SO-1", "Bob"): ("30.00", "1")}


def test_t8_u11_upsells_of_a_closed_order(capsys, directory):
	header = "name,company,transaction_date,docstatus,status,base_grand_total,per_billed\n"
	write(
		directory,
		orders=header + "SO-1,Acme,2026-03-02,1,Closed,121,50\n",
		targets=TARGETS + UPSELL_TARGET,
		upsells="order,sales_person,net_amount\nSO-1,Bob,0.05\n",
	)
	assert entries(capsys, directory) == {("T-1", "SO-1", "Bob"): ("0.03", "1")}
	write(directory, policy="setting,value\nclosed_order_credit,None\n")
	assert entries(capsys, directory) == {}


def test_m6_rows_that_say_what_was_done_of_them(capsys, directory):
	header = (
		"name,company,transaction_date,docstatus,status,base_grand_total,per_delivered,owner_sales_person\n"
	)
	progress = "qty,delivered_qty,amount,billed_amt"
	write(
		directory,
		orders=header + "SO-1,Acme,2026-03-02,1,Closed,12500,99.9992,Anna\n",
		lines=f"order,item_group,net_amount,{progress}\nSO-1,Nails,2500,250000,250000,2500,0\nSO-1,Mills,10000,2,0,10000,0\n",
		targets=TARGETS + TARGET + UPSELL_TARGET.replace("T-1", "T-2"),
		upsells=f"order,sales_person,item_group,net_amount,{progress}\nSO-1,Anna,Mills,10000,2,0,10000,0\n",
	)
	assert entries(capsys, directory) == {("T-1", "SO-1", "Anna"): ("2500.00", "1")}


def test_u11_a_file_without_rows_says_that_there_are_no_upsells(capsys, directory):
	write(directory, targets=TARGETS + UPSELL_TARGET, upsells=UPSELLS)
	assert entries(capsys, directory) == {}


def test_x3_u11_columns_of_upsells_that_are_not_used_are_said(capsys, directory):
	write(directory, upsells=UPSELLS.strip() + ",user\n")
	assert "upsells.csv: not used: user." in run(capsys, directory)[2]


# --- what the files can say -----------------------------------------------------------------------


def test_x3_a_team_in_its_own_file(capsys, directory):
	write(
		directory,
		orders="name,company,transaction_date,docstatus,base_grand_total\nSO-1,Acme,2026-03-02,1,100.00\n",
		sales_team="order,sales_person,percentage\nSO-1,Bob,75\nSO-1,Anna,25\n",
	)
	assert entries(capsys, directory) == {
		("T-1", "SO-1", "Anna"): ("25.00", "0"),
		("T-1", "SO-1", "Bob"): ("75.00", "1"),
	}


SOLD = "order,sales_person,weight,rule,source,quotation\n"


def test_h1_who_sold_an_order_as_it_was_decided(capsys, directory):
	header = "name,company,transaction_date,docstatus,base_grand_total,owner_sales_person\n"
	write(
		directory,
		orders=header + "SO-1,Acme,2026-03-02,1,100.01,Bob\n",
		sold_by=SOLD + "SO-1,Anna,300,Quotation,,Q-1\nSO-1,Bob,600,Quotation,,Q-2\n",
	)
	assert entries(capsys, directory) == {
		("T-1", "SO-1", "Anna"): ("33.34", "0"),
		("T-1", "SO-1", "Bob"): ("66.67", "1"),
	}
	write(directory, sold_by=SOLD + "SO-1,Anna,,,,\n")
	assert entries(capsys, directory) == {("T-1", "SO-1", "Anna"): ("100.01", "1")}
	write(directory, sold_by=SOLD + "SO-1,Anna,1,,,\nSO-1,,3,,,\n")
	assert entries(capsys, directory) == {("T-1", "SO-1", "Anna"): ("25.00", "1")}


@pytest.mark.parametrize(
	("rows", "told"),
	[
		("SO-9,Anna,1,,,\n", "line 2, column order: SO-9 is not in orders.csv"),
		("SO-1,Anna,0,,,\n", "line 2, column weight: the parts of this order weigh nothing"),
		("SO-1,Anna,-1,,,\n", "line 2, column weight: -1 is below 0"),
		("SO-1,Anna,many,,,\n", "line 2, column weight:"),
		("SO-1,Anna,1,Luck,,\n", "line 2, column rule:"),
		("SO-1,Anna,1,Manager,Mia,\nSO-1,Bob,1,Quotation,,\n", "line 3, column rule: differs from line 2"),
		("SO-1,Anna,1,Manager,Mia,\nSO-1,Bob,1,Manager,Max,\n", "line 3, column source: differs from line 2"),
	],
)
def test_h1_x5_what_can_not_have_sold_an_order_is_named_by_line_and_column(capsys, directory, rows, told):
	write(directory, sold_by=SOLD + rows)
	code, _out, err = run(capsys, directory)
	assert code == 2
	assert f"sold_by.csv, {told}" in err


DATED = "tree,name,parent,from_date\n"
TEAMS = "Sales Person,All,,\nSales Person,North,All,\nSales Person,South,All,\nSales Person,Anna,North,\n"


def test_h2_an_order_counts_for_the_team_of_its_day(capsys, directory):
	header = "name,company,transaction_date,docstatus,base_grand_total,sales_team\n"
	write(
		directory,
		orders=header + "SO-1,Acme,2026-03-02,1,100,Anna:100\nSO-2,Acme,2026-03-10,1,7,Anna:100\n",
		targets=TARGETS
		+ TARGET.replace("T-1", "N").replace("Anna;Bob", "North")
		+ TARGET.replace("T-1", "S").replace("Anna;Bob", "South"),
		trees=DATED + TEAMS + "Sales Person,Anna,South,2026-03-10\n",
	)
	assert entries(capsys, directory) == {
		("N", "SO-1", "Anna"): ("100.00", "1"),
		("S", "SO-2", "Anna"): ("7.00", "1"),
	}


@pytest.mark.parametrize(
	("rows", "told"),
	[
		("Territory,Holland,,\nTerritory,Holland,,2026-01-01\n", "column from_date: is of sellers alone"),
		("Sales Person,Zoe,All,2026-01-01\n", "column name: Zoe has no line without a from_date"),
		(
			"Sales Person,Anna,South,2026-01-01\nSales Person,Anna,All,2026-01-01\n",
			"column from_date: Anna moves twice",
		),
		("Sales Person,Anna,South,soon\n", "column from_date:"),
		(
			"Sales Person,North,Anna,2026-01-01\n",
			"column parent: on 2026-01-01 North would stand under themself",
		),
	],
)
def test_h2_x5_what_is_no_move_is_named_by_line_and_column(capsys, directory, rows, told):
	write(directory, trees=DATED + TEAMS + rows)
	code, _out, err = run(capsys, directory)
	assert code == 2
	assert told in err and "trees.csv, line " in err


def test_t8_policies(capsys, directory):
	header = "name,company,transaction_date,docstatus,status,base_grand_total,base_net_total,per_billed,sales_team\n"
	write(
		directory,
		orders=header
		+ "SO-1,Acme,2026-03-02,0,Draft,121,100,0,Anna:100\nSO-2,Acme,2026-03-02,1,Closed,242,200,50,Anna:100\n",
	)
	assert entries(capsys, directory) == {("T-1", "SO-2", "Anna"): ("121.00", "1")}
	settings = (
		"setting,value\ncount_orders_on,Save\norder_amount_basis,Net Total\nclosed_order_credit,Full Amount\n"
	)
	write(directory, policy=settings + "enable_upsell_tracking,1\n")
	assert entries(capsys, directory) == {
		("T-1", "SO-1", "Anna"): ("100.00", "1"),
		("T-1", "SO-2", "Anna"): ("200.00", "1"),
	}
	write(directory, policy="setting,value\nclosed_order_credit,None\n")
	assert entries(capsys, directory) == {}


def test_a3_an_overlay_where_the_policy_allows_it(capsys, directory):
	write(
		directory,
		allocations="sales_order,sales_person,basis,percentage\nSO-1,Anna,Whole Order,\nSO-1,Bob,Percentage,50\n",
		policy="setting,value\nallow_overlay_allocation,1\n",
	)
	code, out, _err = run(capsys, directory)
	assert code == 0
	assert "Conserved: credited 150.00 + uncredited 0.00 = 100.00 + 50.00 overlay in 1 order" in out
	write(directory, policy="setting,value\n")
	code, _out, err = run(capsys, directory)
	assert code == 2
	assert "allocations.csv, line 2, column percentage: the shares of SO-1 add up to more than 100 %" in err


def test_x3_an_export_of_rows_that_a_site_let_in_above_100_percent_is_computed_as_the_site_does(
	capsys, directory
):
	rows = "SO-1,0,Anna,Percentage,80\nSO-1,0,Bob,Percentage,80\n"
	write(directory, allocations="sales_order,overlay,sales_person,basis,percentage\n" + rows)
	assert entries(capsys, directory) == {
		("T-1", "SO-1", "Anna"): ("80.00", "1"),
		("T-1", "SO-1", "Bob"): ("20.00", "0"),
	}


def test_a5_a_fixed_amount_above_the_order_is_cut_not_refused(capsys, directory):
	write(directory, allocations="sales_order,sales_person,basis,fixed_amount\nSO-1,Anna,Fixed Amount,150\n")
	assert entries(capsys, directory) == {("T-1", "SO-1", "Anna"): ("100.00", "1")}


def test_t5_how_item_rows_are_split_and_ordered_changes_no_cent(capsys, directory):
	"""One cent and two equal item groups: the first by name has it, whatever the file's order."""
	write(
		directory,
		orders=ORDERS + "SO-1,Acme,2026-03-02,1,0.01,Anna:100\n",
		targets=TARGETS.strip() + ",item_group\n" + TARGET.strip() + ",A\n",
	)
	for rows in ("SO-1,B,1\nSO-1,A,1\n", "SO-1,A,0.5\nSO-1,B,1\nSO-1,A,0.5\n"):
		write(directory, lines="order,item_group,net_amount\n" + rows)
		assert entries(capsys, directory) == {("T-1", "SO-1", "Anna"): ("0.01", "1")}


def test_x3_semicolons_between_cells_are_understood(capsys, directory):
	write(
		directory,
		orders="name;company;transaction_date;docstatus;base_grand_total;sales_team\nSO-1;Acme;2026-03-02;1;100.00;Anna:100\n",
	)
	assert entries(capsys, directory) == {("T-1", "SO-1", "Anna"): ("100.00", "1")}


def test_x3_columns_that_are_not_used_are_said(capsys, directory):
	write(directory, orders=ORDERS.strip() + ",teritory\n" + ORDER.strip() + ",Utrecht\n")
	code, _out, err = run(capsys, directory)
	assert code == 0
	assert "orders.csv: not used: teritory." in err


# --- bad input (X5) -------------------------------------------------------------------------------

BAD = {
	"amount in words": ("orders", ORDERS + ORDER.replace("100.00", "a lot"), "line 2, column base_grand_total: 'a lot' is not a number."),
	"thousands separator": ("orders", ORDERS + ORDER.replace("100.00", '"1,000.00"'), "'1,000.00' is not a number."),
	"more than there is": ("orders", ORDERS + ORDER.replace("100.00", "1e30"), "'1e30' is more than ERPNext holds: 1,000,000,000,000."),
	"not a number": ("orders", ORDERS + ORDER.replace("100.00", "NaN"), "column base_grand_total: 'NaN' is not a number."),
	"no amount": ("orders", ORDERS + ORDER.replace("100.00", ""), "line 2, column base_grand_total: is empty. Fill it in."),
	"wrong day": ("orders", ORDERS + ORDER.replace("2026-03-02", "02-03-2026"), "column transaction_date: '02-03-2026' is not a date."),
	"wrong docstatus": ("orders", ORDERS + ORDER.replace(",1,", ",5,"), "column docstatus: '5' is not known. Choose one of: 0, 1, 2."),
	"order twice": ("orders", ORDERS + ORDER + "\n" + ORDER, "line 4, column name: SO-1 is already in line 2."),
	"team without percentage": ("orders", ORDERS + ORDER.replace(":60", ""), "column sales_team: 'Anna' has no percentage."),
	"missing column": ("orders", "name\nSO-1\n", "line 1, column company: is missing. Add it to the first line."),
	"empty file": ("orders", "", "orders.csv: is empty."),
	"too many cells": ("orders", ORDERS + ORDER.strip() + ",Utrecht\n", "line 2: has more cells than the first line: 'Utrecht'."),
	"column twice": ("orders", ORDERS.strip() + ",Name\n" + ORDER, "column name: stands twice in the first line."),
	"precision": ("orders", ORDERS.strip() + ",precision\n" + ORDER.strip() + ",12\n", "column precision: 12 is not between 0 and 9."),
	"type": ("targets", TARGETS + TARGET.replace("Financial", "Emotional"), "column target_type: 'Emotional' is not known. Choose one of: Financial, Numeric, Upsell."),
	"goal": ("targets", TARGETS + TARGET.replace("1000", "0"), "line 2, column target_amount: Target Amount must be above 0"),
	"period": ("targets", TARGETS + TARGET.replace("2026-03-31", "2025-03-31"), "column to_date: To Date 2025-03-31 is before"),
	"assignees": ("targets", TARGETS + TARGET.replace("Anna;Bob", ""), "column assignees: Assignees: add at least one"),
	"assignee twice": ("targets", TARGETS + TARGET.replace("Bob", "Anna"), "column assignees: Sales Person Anna is already in row 1."),
	"no lines": ("targets", TARGETS.strip() + ",item_group\n" + TARGET.strip() + ",Hardware\n", "column item_group: needs lines.csv"),
	"no distribution": ("targets", TARGETS.strip() + ",monthly_distribution\n" + TARGET.strip() + ",Spring\n", "Spring is not in monthly_distributions.csv."),
	"allocation of no order": ("allocations", "sales_order,sales_person,basis\nSO-2,Anna,Whole Order\n", "allocations.csv, line 2, column sales_order: SO-2 is not in orders.csv."),
	"basis": ("allocations", "sales_order,sales_person,basis\nSO-1,Anna,Half\n", "column basis: 'Half' is not known."),
	"percentage": ("allocations", "sales_order,sales_person,basis,percentage\nSO-1,Bob,Whole Order,\nSO-1,Anna,Percentage,0\n", "line 3, column percentage: Percentage is 0 %"),
	"remainder": ("allocations", "sales_order,remainder_to,sales_person,basis,percentage\nSO-1,Nobody,Anna,Percentage,5\nSO-1,Natural Owner,Bob,Percentage,5\n", "line 3, column remainder_to: differs from line 2"),
	"team twice": ("sales_team", "order,sales_person,percentage\nSO-1,Anna,100\n", "orders.csv, line 2, column sales_team: SO-1 also has rows in sales_team.csv."),
	"setting": ("policy", "setting,value\nbe_generous,1\n", "policy.csv, line 2, column setting: 'be_generous' is not known."),
	"setting's value": ("policy", "setting,value\ncount_orders_on,Monday\n", "column value: 'Monday' is not known. Choose one of: Submit, Save."),
	"yes or no": ("policy", "setting,value\nallow_overlay_allocation,maybe\n", "column value: 'maybe' is neither yes nor no."),
	"tree": ("trees", "tree,name,parent\nOak,Leaf,Twig\n", "trees.csv, line 2, column tree: 'Oak' is not known."),
	"circle": ("trees", "tree,name,parent\nTerritory,A,B\nTerritory,B,A\n", "trees.csv, line 2, column parent: A leads back"),
	"no upsells": ("targets", TARGETS + UPSELL_TARGET, "targets.csv, line 2, column target_type: Upsell needs upsells.csv"),
	"upsell of no order": ("upsells", UPSELLS + "SO-1,Bob,,5,\nSO-2,Bob,,5,\n", "upsells.csv, line 3, column order: SO-2 is not in orders.csv."),
	"upsell of nobody": ("upsells", UPSELLS + "SO-1,,,5,\n", "upsells.csv, line 2, column sales_person: is empty."),
	"upsell for nothing said": ("upsells", UPSELLS + "SO-1,Bob,,,\n", "upsells.csv, line 2, column net_amount: is empty."),
	"upsell in words": ("upsells", UPSELLS + "SO-1,Bob,,much,\n", "column net_amount: 'much' is not a number."),
	"upsells without a column": ("upsells", "order,net_amount\nSO-1,5\n", "upsells.csv, line 1, column sales_person: is missing."),
	"month": ("monthly_distributions", "name,month,percentage\nSpring,13,5\n", "line 2, column month: '13' is not a month."),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_x5_bad_input_is_named_with_file_line_column_and_a_way_out(case, capsys, directory):
	file, text, words = BAD[case]
	write(directory, **{file: text})
	code, out, err = run(capsys, directory, "--entries", directory / "out.csv")
	assert (code, out) == (2, "")
	assert words in err
	assert "Traceback" not in err
	assert not (directory / "out.csv").exists()


@pytest.mark.parametrize("group", ["Laptops", ""])
def test_x5_u11_an_upsell_is_one_of_its_orders_lines(group, capsys, directory):
	write(
		directory,
		lines="order,item_group,net_amount\nSO-1,Services,40\n",
		upsells=UPSELLS + f"SO-1,Bob,Services,9,\nSO-1,Bob,{group},30,\n",
	)
	code, _out, err = run(capsys, directory)
	assert code == 2
	place = "upsells.csv, line 3, column item_group: lines.csv has no line of SO-1 in item group"
	assert f"{place} {group or '(none)'}." in err


def test_x5_missing_files_and_directories(capsys, directory):
	assert "not a directory" in run(capsys, directory / "nowhere")[2]
	(directory / "targets.csv").unlink()
	code, _out, err = run(capsys, directory)
	assert code == 2
	assert "targets.csv: does not exist." in err


def test_x5_text_that_is_not_utf8(capsys, directory):
	(directory / "orders.csv").write_bytes(b"name\n\xff\xfe\n")
	assert "is not UTF-8 text" in run(capsys, directory)[2]


def test_x5_a_file_that_can_not_be_written(capsys, directory):
	code, _out, err = run(capsys, directory, "--entries", directory / "no" / "such" / "place.csv")
	assert code == 2
	assert "can't be written" in err


@pytest.mark.parametrize("arguments", [["replay"], ["replay", ".", "--as-of", "tomorrow"], [], ["unknown"]])
def test_x5_bad_arguments(arguments, capsys):
	with pytest.raises(SystemExit) as stopped:
		main(arguments)
	assert stopped.value.code == 2
