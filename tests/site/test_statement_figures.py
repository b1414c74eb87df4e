"""A statement says what the report says, its versions are one chain, and who may not see all of it makes none (H4).

What is booked on closed targets is booked today: it stands in the statement of this month.
"""

from __future__ import annotations

from random import Random

import frappe
import pytest
from frappe.utils import flt, get_first_day, get_last_day, getdate

from sales_extensions import ledger
from sales_extensions.api import statements as api
from sales_extensions.api import teams
from sales_extensions.attained import filters
from sales_extensions.attained.statement import statement as report
from sales_extensions.ledger import closing

from . import isolation, world
from .concurrency import second_connection
from .test_statements import (  # noqa: F401
	ANNA,
	APRIL,
	MANAGER,
	MARCH,
	MASTER,
	STATEMENT,
	acting,
	adjustment,
	as_user,
	commit,
	draft,
	issued,
	listed,
	mails,
	month,
	refused,
	restrict,
	rows,
	statement,
)

OF_NORTH = MARCH | {"sales_person": "North Team"}
UP_TO = "2026-03-31"


def close() -> None:
	ledger.close(world.COMPANY, UP_TO)


def this_month(given: dict) -> dict:
	today = getdate()
	return given | {"from_date": str(get_first_day(today)), "to_date": str(get_last_day(today))}


def cancel(order) -> None:
	frappe.get_doc("Sales Order", order.name).cancel()


def move(seller: str, team: str) -> None:
	"""From today on."""
	doc = frappe.get_doc("Sales Person", seller)
	doc.parent_sales_person = team
	doc.save()


def overlay_of_north():
	"""An order of 500 that counts whole for Anna and for Bob; the period is closed."""
	world.policy(allow_overlay_allocation=1)
	for seller in ("Anna", "Bob"):
		month(3, seller)
	order = world.order(500, team={"Anna": 100}, date="2026-03-10")
	world.allocation(order.name, world.whole("Anna"), world.whole("Bob"), remainder_to="Nobody")
	assert draft(OF_NORTH).amount == 500
	close()
	return order


# --- what was booked on closed targets ----------------------------------------------------------------


def test_h3_h4_days_that_have_a_closed_target_in_them_have_its_adjustments_once():
	month(3), month(4)
	order = world.order(500, team={"Anna": 100}, date="2026-03-10")
	close()
	cancel(order)
	year = MARCH | {"from_date": world.START, "to_date": world.END}
	doc, made = draft(year), report(filters.read(year))
	assert (doc.amount, doc.adjustment_amount) == (made.amount, made.adjusted) == (500, -500)


def test_h3_h4_what_an_order_brings_elsewhere_adjusts_nothing_whatever_others_do():
	"""A draft that counted in March, submitted for April: March has one less, whether or not April adjusts another target."""
	world.policy(count_orders_on="Save")
	month(3, goal=4, numeric=True), month(4, goal=4, numeric=True)
	month(4, "Bob", goal=4, numeric=True)
	moved = world.order(500, team={"Anna": 100}, date="2026-03-10", submit=False)
	bobs = world.order(300, team={"Bob": 100}, date="2026-04-20")
	close()
	bob = frappe.db.get_value("Sales Target Assignee", {"sales_person": "Bob"}, "parent")
	closing.close_some([bob], fresh=False)
	doc = frappe.get_doc("Sales Order", moved.name)
	doc.transaction_date = "2026-04-02"
	doc.set("payment_schedule", [])
	doc.save()
	asked = this_month(MARCH | {"sales_person": "Anna", "target_type": "Numeric"})
	alone = draft(asked)
	assert (alone.adjustment_count, [row[4] for row in rows(alone)]) == (-1, [-1])
	cancel(bobs)
	beside = draft(asked)
	assert (beside.adjustment_count, [row[4] for row in rows(beside)]) == (-1, [-1])


def test_h3_h4_an_order_of_two_members_is_one_order_less_of_their_team():
	for seller in ("Anna", "Bob"):
		month(3, seller, goal=4, numeric=True)
	order = world.order(500, team={"Anna": 50, "Bob": 50}, date="2026-03-10")
	team = OF_NORTH | {"target_type": "Numeric"}
	assert draft(team).order_count == 1
	close()
	cancel(order)
	assert draft(this_month(team)).adjustment_count == -1


def test_h3_h4_an_overlay_that_is_cancelled_is_taken_off_its_team_once():
	cancel(overlay_of_north())
	assert draft(this_month(OF_NORTH)).adjustment_amount == report(filters.read(OF_NORTH)).adjusted == -500


def test_h3_h4_an_overlay_that_one_of_two_loses_takes_nothing_off_their_team():
	order = overlay_of_north()
	allocation = frappe.get_doc("Order Allocation", world.allocated(order.name))
	allocation.shares = allocation.shares[:1]
	allocation.save()
	asked = filters.read(OF_NORTH)
	assert report(asked).adjusted == report(asked, withdrawn=True).adjusted == 0
	assert draft(this_month(OF_NORTH)).adjustment_amount == 0


def test_h3_h4_a_corrected_place_leaves_a_closed_team_its_adjustments():
	month(3, "North Team")
	order = world.order(500, team={"Bob": 100}, date="2026-03-10")
	close()
	move("Bob", "South Team")
	teams.change_date("Bob", str(getdate()), "2026-03-01")
	cancel(order)
	assert draft(OF_NORTH).amount == 500
	assert draft(this_month(OF_NORTH)).adjustment_amount == -500


def test_h3_h4_who_moves_to_another_team_takes_no_adjustment_there():
	month(3, "North Team")
	order = world.order(500, team={"Bob": 100}, date="2026-03-10")
	close()
	move("Bob", "South Team")
	cancel(order)
	found = {
		seller: draft(this_month(MARCH | {"sales_person": seller})).adjustment_amount
		for seller in ("North Team", "Bob", "South Team")
	}
	assert found == {"North Team": -500, "Bob": -500, "South Team": 0}


def test_h3_h4_each_company_has_its_own_adjustments():
	companies = (world.COMPANY, 100, "USD"), (world.COMPANY_EUR, 70, "EUR")
	for company, amount, _currency in companies:
		month(3, company=company)
		order = world.order(amount, team={"Anna": 100}, date="2026-03-05", company=company)
		ledger.close(company, UP_TO)
		cancel(order)
	for company, amount, currency in companies:
		doc = draft(this_month(MARCH | {"company": company}))
		assert (doc.adjustment_amount, doc.currency) == (-amount, currency)


# --- over random histories ----------------------------------------------------------------------------

QUARTER = MARCH | {"from_date": "2026-01-01"}
SELLERS, TEAMS = ("Anna", "Bob", "Cleo", "Dirk"), ("North Team", "South Team")
#: Who may have targets together, over one to three months: an order counts in several.
TOGETHER = ("Anna",), ("Anna", "Cleo"), ("North Team",), ("Bob",), ("Cleo", "Bob"), ("South Team", "Bob")


def some_targets(dice: Random) -> None:
	for numeric in (False, True):
		for sellers in TOGETHER:
			if dice.random() < 0.6:
				first, last = sorted((dice.randint(1, 3), dice.randint(1, 3)))
				until = str(get_last_day(f"2026-0{last}-01"))
				world.target(1000, sellers, numeric=numeric, from_date=f"2026-0{first}-01", to_date=until)


def some_team(dice: Random) -> dict[str, int]:
	one, other = dice.sample(SELLERS, 2)
	share = dice.choice((100, 50, 30))
	return {one: share, other: 100 - share} if share < 100 else {one: 100}


def some_order(dice: Random) -> str:
	day = f"2026-0{dice.randint(1, 3)}-{dice.randint(1, 28):02}"
	return world.order(dice.randint(100, 999), team=some_team(dice), date=day).name


def something_happens(dice: Random, orders: list[str]) -> None:
	"""After the close: a late order, one cancelled or of another team, or a target opened again and perhaps closed."""
	what = dice.choice(("late", "cancelled", "team", "reopened"))
	order = frappe.get_doc("Sales Order", dice.choice(orders))
	if what == "late":
		orders.append(some_order(dice))
	elif what == "reopened":
		closed = frappe.get_all(
			"Sales Target", {"period_status": "Closed"}, pluck="name", order_by="creation"
		)
		if closed and dice.random() < 0.4:
			ledger.reopen(dice.choice(closed), "It was not ready")
			if dice.random() < 0.5:
				close()
	elif order.docstatus == 1 and what == "cancelled":
		order.cancel()
	elif order.docstatus == 1:
		shares = some_team(dice).items()
		order.set("sales_team", [{"sales_person": one, "allocated_percentage": part} for one, part in shares])
		order.save()


@pytest.mark.parametrize("seed", (5, 11, 18, 20, 30, 32))
def test_h3_h4_whatever_happened_a_statement_says_what_the_report_says(seed):
	dice = Random(seed)
	some_targets(dice)
	orders = [some_order(dice) for _ in range(8)]
	close()
	for _ in range(8):
		something_happens(dice, orders)
	for kind in ("Financial", "Numeric"):
		for seller in (*SELLERS, *TEAMS):
			given = QUARTER | {"sales_person": seller, "target_type": kind}
			made, doc, since = report(filters.read(given)), draft(given), draft(this_month(given))
			said = flt(doc.amount, 2), doc.order_count
			assert said == (flt(made.amount, 2), made.order_count), (kind, seller)
			lines = [line for line in doc.lines if line.kind == "Credit"]
			assert said == (
				flt(sum(line.amount for line in lines), 2),
				sum(line.order_count for line in lines),
			)
			adjusted = since.adjustment_count if kind == "Numeric" else since.adjustment_amount
			assert flt(adjusted, 2) == flt(made.adjusted, 2), (kind, seller)


# --- more than fits -----------------------------------------------------------------------------------

TOO_LARGE = "is more than a statement can hold"


def test_h4_an_amount_that_is_too_large_is_refused_in_words():
	month(3)
	for _ in range(2):
		world.order(600_000_000_000, team={"Anna": 100}, date="2026-03-10")
	refused(TOO_LARGE, api.make, MARCH, user=MANAGER)


def test_h4_a_goal_that_is_too_large_is_refused_in_words():
	for seller in ("Anna", "Bob"):
		month(3, seller, goal=900_000_000_000)
	refused(TOO_LARGE, api.make, OF_NORTH, user=MANAGER)


# --- who makes one, who reads it, who is told ---------------------------------------------------------


def refused_a_part(given: dict) -> None:
	refused("You may not see all Sales Targets", api.make, given, user=MANAGER, error=frappe.PermissionError)


def test_h4_who_does_not_see_an_earlier_target_makes_no_statement_of_its_adjustments(restrict):  # noqa: F811
	march, april = month(3), month(4)
	order = world.order(500, team={"Anna": 100}, date="2026-03-10")
	adjustment(march, order, -120, "2026-04-15 10:00:00")
	assert draft(APRIL).adjustment_amount == -120
	restrict(MANAGER, "Sales Target", april.name)
	refused_a_part(APRIL)


def test_h4_who_does_not_see_one_who_was_of_the_team_makes_no_statement_of_it(restrict):  # noqa: F811
	month(3, "North Team")
	world.order(500, team={"Bob": 100}, date="2026-03-10")
	close()
	move("Bob", "South Team")
	teams.change_date("Bob", str(getdate()), "2026-03-01")
	assert draft(OF_NORTH).amount == 500
	restrict(MANAGER, "Sales Person", "North Team")
	refused_a_part(OF_NORTH)


def test_h4_a_seller_who_sees_one_user_reads_their_own(statement, restrict):  # noqa: F811
	restrict(ANNA, "User", ANNA)
	assert frappe.has_permission(STATEMENT, "read", statement.name, user=ANNA)
	assert listed(ANNA) == {statement.name}


@pytest.fixture
def roles():
	"""What is cached of those that a test gives and takes goes with it."""
	yield
	frappe.db.rollback()
	for user in (MANAGER, MASTER):
		frappe.clear_cache(user=user)


@pytest.mark.usefixtures("roles")
def test_h4_a_dispute_is_told_to_managers_once_the_issuer_is_none(commit, mails, statement):  # noqa: F811
	frappe.get_doc("User", MANAGER).remove_roles("Sales Manager")
	frappe.get_doc("User", MASTER).add_roles("Sales Manager")
	commit(), mails.clear()
	as_user(ANNA, api.dispute, statement.name, [statement.lines[0].name], "It was mine")
	told = commit()[-1]
	assert MASTER in told and MANAGER not in told
	assert [MASTER] in [mail["recipients"] for mail in mails]


def test_h4_a_dispute_of_what_the_administrator_issued_is_told_to_managers(commit, mails):  # noqa: F811
	month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	doc = issued(user="Administrator")
	commit(), mails.clear()
	as_user(ANNA, api.dispute, doc.name, [doc.lines[0].name], "It was mine")
	assert MANAGER in commit()[-1]
	assert [MANAGER] in [mail["recipients"] for mail in mails]


# --- one chain of versions ----------------------------------------------------------------------------


def test_h4_statements_of_sellers_who_were_made_one_go_on_as_one():
	"""Both have sold for their team's target, and their lines are those of one seller since."""
	of_cleo, of_dirk = (MARCH | {"sales_person": seller} for seller in ("Cleo", "Dirk"))
	month(3, "South Team")
	sold = world.order(100, team={"Dirk": 100}, date="2026-03-05").name
	dirks, first = issued(of_dirk), issued(of_cleo)
	more = world.order(10, team={"Cleo": 100}, date="2026-03-05").name
	second = issued(of_cleo)
	frappe.rename_doc("Sales Person", "Cleo", "Dirk", merge=True)
	new = world.order(7, team={"Dirk": 100}, date="2026-03-06").name
	third = issued(of_dirk)
	assert (third.version, third.supersedes) == (3, second.name)
	assert rows(third) == [
		("Credit", "Same", sold, 100, 1),
		("Credit", "Same", more, 10, 1),
		("Credit", "New", new, 7, 1),
	]
	replaced_by = dict(frappe.get_all(STATEMENT, fields=["name", "superseded_by"], as_list=True))
	assert replaced_by == {
		first.name: second.name, second.name: third.name, dirks.name: third.name, third.name: None,
	}  # fmt: skip


@pytest.mark.committed
def test_h4_a_newer_version_never_has_older_figures(snapshot_isolation):
	month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	one = draft()
	two = frappe.copy_doc(one).insert()
	frappe.db.commit()
	try:
		with second_connection() as other:
			with other():
				isolation.apply(snapshot_isolation)
				late = frappe.get_doc(STATEMENT, two.name)
			world.order(50, team={"Anna": 100}, date="2026-03-05")
			frappe.db.commit()
			frappe.get_doc(STATEMENT, one.name).submit()
			frappe.db.commit()
			with other():
				refused(f"{one.name} was issued meanwhile", late.submit, user="Administrator")
		assert frappe.get_all(STATEMENT, {"docstatus": 1}, ["version", "amount"], as_list=True) == ((1, 150),)
	finally:
		frappe.db.rollback()
		world.wipe()
