"""Sales Statements: figures by hand, versions, steps and who may take them, on every path (H4)."""

from __future__ import annotations

import json

import frappe
import pytest
from frappe.utils import flt

from sales_extensions import ledger
from sales_extensions.api import statements as api
from sales_extensions.tasks import statement_news
from tests.site import isolation, world

from .concurrency import second_connection
from .pdf import pages, tells

ANNA, BOB, MANAGER, MASTER = (f"{name}@example.com" for name in ("anna", "bob", "manager", "master"))
STATEMENT = "Sales Statement"
MARCH = {"company": world.COMPANY, "from_date": "2026-03-01", "to_date": "2026-03-31", "sales_person": "Anna"}
APRIL = MARCH | {"from_date": "2026-04-01", "to_date": "2026-04-30"}


@pytest.fixture
def commit(monkeypatch):
	"""What a commit sends to the workers, done at once in the test's transaction; gives who was told."""
	jobs: list[tuple] = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, queue=None, **facts: jobs.append((method, facts)))

	def done() -> list[list[str]]:
		frappe.db.after_commit.run()
		todo = [job for job in jobs if job[0].startswith(statement_news.__name__)]
		jobs.clear()
		return [frappe.get_attr(method)(**facts) for method, facts in todo]

	return done


@pytest.fixture
def mails(monkeypatch) -> list[dict]:
	sent: list[dict] = []
	monkeypatch.setattr(frappe, "sendmail", lambda **mail: sent.append(mail))
	return sent


def month(number: int, seller: str = "Anna", goal: float = 2000, **fields):
	last = frappe.utils.get_last_day(f"2026-{number:02}-01")
	return world.target(goal, (seller,), from_date=f"2026-{number:02}-01", to_date=str(last), **fields)


def draft(given: dict = MARCH, user: str = MANAGER):
	with acting(user):
		return frappe.get_doc(STATEMENT, api.make(given))


def issued(given: dict = MARCH, user: str = MANAGER):
	doc = draft(given, user)
	with acting(user):
		doc.submit()
	return doc


class acting:
	"""In this block somebody else works."""

	def __init__(self, user: str):
		self.user = user

	def __enter__(self):
		self.before = frappe.session.user
		frappe.set_user(self.user)

	def __exit__(self, *_error):
		frappe.set_user(self.before)


def as_user(user: str, method, *args, **kwargs):
	with acting(user):
		return method(*args, **kwargs)


def refused(word: str, method, *args, user: str, error=frappe.ValidationError, **kwargs):
	with pytest.raises(error) as found:
		as_user(user, method, *args, **kwargs)
	assert word in str(found.value), found.value


def rows(doc) -> list[tuple]:
	return [
		(line.kind, line.difference or "", line.sales_order, flt(line.amount, 2), line.order_count)
		for line in frappe.get_doc(STATEMENT, doc if isinstance(doc, str) else doc.name).lines
	]


def stored(doc) -> dict:
	found = frappe.get_doc(STATEMENT, doc.name)
	return found.as_dict(convert_dates_to_str=True)


# --- figures ------------------------------------------------------------------------------------------


def test_h4_a_draft_has_what_the_report_has():
	target = month(3)
	first = world.order(1000, team={"Anna": 60, "Bob": 40}, date="2026-03-05")
	second = world.order(300, team={"Anna": 100}, date="2026-03-10", customer="Builder Two")
	world.order(70, team={"Anna": 100}, date="2026-04-01")
	doc = draft()
	assert (doc.docstatus, doc.status, doc.version, doc.supersedes) == (0, "Draft", 0, None)
	assert rows(doc) == [("Credit", "", first.name, 600, 1), ("Credit", "", second.name, 300, 1)]
	assert (doc.goal, doc.amount, doc.order_count, doc.percentage) == (2000, 900, 2, 45)
	assert (doc.currency, doc.adjustment_amount, doc.adjustment_count) == ("USD", 0, 0)
	line = doc.lines[0]
	assert (line.sales_target, str(line.posting_date), line.share_percentage) == (
		target.name,
		"2026-03-05",
		60,
	)
	assert "60" in line.reason and json.loads(line.reason_parts)


def test_h4_a_draft_is_brought_up_to_date_and_there_is_one():
	month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	doc = draft()
	world.order(50, team={"Anna": 100}, date="2026-03-06")
	again = draft()
	assert again.name == doc.name and again.amount == 150
	world.order(5, team={"Anna": 100}, date="2026-03-06")
	with acting(MANAGER):
		again.submit()
	assert (again.amount, len(again.lines)) == (155, 3), "as it is when it is issued"
	assert (again.docstatus, again.status, again.version, again.issued_by) == (1, "Issued", 1, MANAGER)


def test_h4_numbers_of_orders_count_as_on_the_cards():
	month(3, goal=4, numeric=True)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	doc = draft(MARCH | {"target_type": "Numeric"})
	assert (doc.target_type, doc.goal, doc.order_count, doc.percentage) == ("Numeric", 4, 1, 25)


def test_h4_a_team_has_a_statement_of_all_its_members():
	world.target(1000, ("North Team",), from_date="2026-03-01", to_date="2026-03-31")
	world.order(100, team={"Anna": 50, "Bob": 50}, date="2026-03-05")
	doc = draft(MARCH | {"sales_person": "North Team"})
	assert [(line.sales_person, line.amount, line.order_count) for line in doc.lines] == [
		("Anna", 50, 1), ("Bob", 50, 0),
	]  # fmt: skip


def test_h4_an_overlay_order_of_two_targets_keeps_why_it_counts_for_less():
	world.policy(allow_overlay_allocation=1)
	for seller in ("Anna", "Bob"):
		month(3, seller)
	order = world.order(100, team={"Anna": 100}, date="2026-03-05")
	world.allocation(order.name, world.whole("Anna"), world.whole("Bob"))
	doc = draft(MARCH | {"sales_person": "North Team"})
	assert [line.amount for line in doc.lines] == [50, 50] and doc.amount == 100
	for line in doc.lines:
		assert "200.00 USD" in line.reason and json.loads(line.reason_parts)[-1][1] == "200.00 USD"


# --- adjustments of earlier periods -------------------------------------------------------------------


def adjustment(target, order, amount: float, on: str, *, closing: str = "STC-TEST", **more) -> str:
	"""As the ledger books on a closed target; written here by hand."""
	frappe.db.set_value("Sales Target", target.name, {"closing": "STC-TEST", "period_status": "Closed"})
	entry = frappe.get_doc(
		{
			"doctype": "Sales Target Entry", "name": frappe.generate_hash(length=12), "sales_target": target.name,
			"sales_order": order.name, "voucher_type": "Sales Order", "voucher_no": order.name, "sales_person": "Anna",
			"company": world.COMPANY, "posting_date": "2026-03-10", "amount": amount, "order_count": 0, "adjusts": closing, "reason": "By hand.", "creation": on, **more,
		}
	)  # fmt: skip
	entry.owner = entry.modified_by = MANAGER
	entry.modified = on
	entry.db_insert()
	return entry.name


def test_h4_adjustments_of_earlier_periods_stand_apart():
	march, _april = month(3), month(4)
	order = world.order(500, team={"Anna": 100}, date="2026-03-10")
	world.order(80, team={"Anna": 100}, date="2026-04-02")
	booked = adjustment(march, order, -120, "2026-04-15 10:00:00")
	adjustment(march, order, 9, "2026-05-01 00:00:00")  # of May
	adjustment(march, order, 9, "2026-03-31 23:59:59")  # of March
	adjustment(march, order, 9, "2026-04-16 10:00:00", closing="STC-OLD")  # reopened since
	doc = draft(APRIL)
	assert (doc.amount, doc.order_count, doc.adjustment_amount) == (80, 1, -120)
	last = doc.lines[-1]
	assert (last.kind, last.sales_order, last.amount, last.entry) == ("Adjustment", order.name, -120, booked)
	assert (last.reason, str(last.booked_on)) == ("By hand.", "2026-04-15 10:00:00")


def test_h4_a_seller_disputes_that_something_is_missing():
	month(3)
	doc = issued()
	assert [line.kind for line in doc.lines] == []
	with acting(ANNA):
		api.dispute(doc.name, ["missing"], "Order of 5 March")
		with pytest.raises(frappe.ValidationError, match="not answered"):
			api.acknowledge(doc.name)
	doc.reload()
	(line,) = doc.lines
	assert (line.kind, line.disputed, line.dispute_reason, doc.unanswered) == (
		"Missing",
		1,
		"Order of 5 March",
		1,
	)
	with acting(MANAGER):
		api.answer(doc.name, line.name, "It is of April")
	with acting(ANNA):
		api.acknowledge(doc.name)
	world.order(80, team={"Anna": 100}, date="2026-03-05")
	later = issued()
	assert [(one.kind, one.difference) for one in later.lines] == [("Credit", "New")]


def test_h4_an_order_of_two_closed_targets_adjusts_the_one_that_stands_for_the_seller():
	march = month(3)
	quarter = world.target(9000, ("Anna",), from_date="2026-01-01", to_date="2026-03-31")
	order = world.order(500, team={"Anna": 100}, date="2026-03-10")
	for target in (march, quarter):
		adjustment(target, order, -100, "2026-04-15 10:00:00")
	assert [line.sales_target for line in draft(APRIL).lines] == [march.name]


def test_h3_h4_what_the_ledger_books_after_a_close_is_of_the_statement_of_its_month():
	"""A closed March; half of an order of it is given to Bob today."""
	march = month(3)
	order = world.order(500, team={"Anna": 100}, date="2026-03-10")
	first = issued()
	ledger.close(world.COMPANY, "2026-03-31")
	order.reload()
	order.set("sales_team", [{"sales_person": "Anna", "allocated_percentage": 50},
		{"sales_person": "Bob", "allocated_percentage": 50}])  # fmt: skip
	order.save()
	refused(first.name, api.make, MARCH, user=MANAGER)  # as it was closed
	today = frappe.utils.getdate()
	given = MARCH | {
		"from_date": str(frappe.utils.get_first_day(today)), "to_date": str(frappe.utils.get_last_day(today)),
	}  # fmt: skip
	doc = draft(given)
	assert [(line.kind, line.sales_target, line.sales_order, line.amount) for line in doc.lines] == [
		("Adjustment", march.name, order.name, -250)
	]
	assert (doc.amount, doc.adjustment_amount) == (0, -250)
	ledger.reopen(march.name, "It was not ready")
	doc.save()
	assert not doc.lines and doc.adjustment_amount == 0
	second = issued()
	assert (second.version, rows(second)) == (2, [("Credit", "Changed", order.name, 250, 1)])


# --- versions -----------------------------------------------------------------------------------------


def test_h4_a_second_version_says_line_by_line_what_differs():
	target = month(3)
	same = world.order(100, team={"Anna": 100}, date="2026-03-02")
	less = world.order(200, team={"Anna": 100}, date="2026-03-03")
	gone = world.order(300, team={"Anna": 100}, date="2026-03-04")
	first = issued()
	before = stored(first)
	less.reload()
	less.set("sales_team", [{"sales_person": "Anna", "allocated_percentage": 50},
		{"sales_person": "Bob", "allocated_percentage": 50}])  # fmt: skip
	less.save()
	gone.cancel()
	new = world.order(40, team={"Anna": 100}, date="2026-03-05")
	second = issued()
	assert (second.version, second.supersedes) == (2, first.name)
	assert rows(second) == [
		("Credit", "Same", same.name, 100, 1),
		("Credit", "Changed", less.name, 100, 1),
		("Credit", "New", new.name, 40, 1),
		("Credit", "Gone", gone.name, 0, 0),
	]
	assert [flt(line.previous_amount) for line in second.lines] == [100, 200, 0, 300]
	assert (second.amount, second.goal) == (240, target.target_amount)
	after = stored(first)
	assert after["superseded_by"] == second.name
	assert [step["step"] for step in after["steps"]] == ["Issued", "Superseded"]
	for key in ("superseded_by", "modified", "modified_by", "steps"):
		before.pop(key), after.pop(key)
	assert after == before, "versions are never overwritten"


def test_h4_what_was_gone_is_not_gone_again():
	month(3)
	gone = world.order(300, team={"Anna": 100}, date="2026-03-04")
	issued()
	gone.cancel()
	issued()
	new = world.order(40, team={"Anna": 100}, date="2026-03-05")
	third = issued()
	assert third.version == 3 and rows(third) == [("Credit", "New", new.name, 40, 1)]


def test_h4_a_version_that_says_the_same_is_refused_and_names_the_one_there_is():
	target = month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	first = issued()
	refused(first.name, api.make, MARCH, user=MANAGER)
	assert frappe.db.count(STATEMENT) == 1
	target.reload()
	target.target_amount = 4000
	target.save()
	second = issued()
	assert (second.version, second.goal, rows(second)[0][1]) == (2, 4000, "Same"), "another goal"


def test_h4_a_draft_that_was_overtaken_is_not_issued():
	month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	doc = draft()
	other = frappe.copy_doc(doc).insert()
	doc.submit()
	refused(doc.name, other.submit, user=MANAGER)
	world.order(5, team={"Anna": 100}, date="2026-03-06")
	other.reload()
	other.submit()
	assert (other.version, other.supersedes) == (2, doc.name)


def test_h4_other_days_types_and_sellers_have_versions_of_their_own():
	month(3), month(4), month(3, "Bob"), month(3, numeric=True, goal=3)
	for given in (MARCH, APRIL, MARCH | {"sales_person": "Bob"}, MARCH | {"target_type": "Numeric"}):
		assert issued(given).version == 1


def test_h4_text_that_looks_like_a_tag_is_no_difference():
	month(3)
	order = world.order(100, team={"Anna": 100}, date="2026-03-05")
	frappe.db.set_value(
		"Sales Target Entry",
		{"sales_order": order.name},
		{"reason": "By <b>hand</b> & more.", "reason_parts": None},
	)
	first = issued()
	assert "hand" in first.lines[0].reason
	refused(first.name, api.make, MARCH, user=MANAGER)


# --- nothing else changes it ----------------------------------------------------------------------------


@pytest.fixture
def statement():
	month(3)
	for amount in (100, 200, 300):
		world.order(amount, team={"Anna": 100}, date="2026-03-05")
	return issued()


def test_h4_what_is_sent_for_lines_and_figures_is_not_read():
	month(3)
	order = world.order(100, team={"Anna": 100}, date="2026-03-05")
	sent = {"doctype": STATEMENT, **MARCH, "amount": 999, "version": 7, "status": "Settled", "settled_by": ANNA,
		"superseded_by": "x", "version_key": "x", "steps": [{"step": "Settled", "taken_by": ANNA}],
		"lines": [{"kind": "Credit", "sales_order": order.name, "amount": 999, "disputed": 1}]}  # fmt: skip
	doc = as_user(MANAGER, lambda: frappe.get_doc(sent).insert())
	doc.reload()
	assert rows(doc) == [("Credit", "", order.name, 100, 1)]
	assert (doc.amount, doc.version, doc.status, doc.settled_by, doc.superseded_by) == (
		100,
		0,
		"Draft",
		None,
		None,
	)
	assert not doc.steps and not doc.version_key
	doc.lines[0].amount, doc.amount = 5, 5
	doc.append("lines", {"kind": "Credit", "amount": 7})
	as_user(MANAGER, doc.submit)
	doc.reload()
	assert rows(doc) == [("Credit", "", order.name, 100, 1)] and doc.amount == 100


@pytest.mark.parametrize("user", ["Administrator", MANAGER])
def test_h4_an_issued_one_is_not_changed_cancelled_or_deleted(statement, user):
	before = stored(statement)

	def change():
		doc = frappe.get_doc(STATEMENT, statement.name)
		doc.amount = 1
		doc.save()

	def cancel():
		frappe.get_doc(STATEMENT, statement.name).cancel()

	def delete():
		frappe.delete_doc(STATEMENT, statement.name)

	def row_alone():
		row = frappe.get_doc("Sales Statement Line", statement.lines[0].name)
		row.amount = 1
		row.save()

	def rename():
		frappe.rename_doc(STATEMENT, statement.name, "OTHER", force=True)

	ways = [
		change, cancel, delete, row_alone, rename,
		lambda: frappe.get_doc(STATEMENT, statement.name).submit(),
		lambda: frappe.delete_doc(STATEMENT, statement.name, force=True),
		lambda: frappe.delete_doc("Sales Statement Line", statement.lines[0].name),
		lambda: frappe.client.set_value(STATEMENT, statement.name, "amount", 1),
		lambda: frappe.client.set_value("Sales Statement Line", statement.lines[0].name, "disputed", 1),
		lambda: frappe.get_doc({**before, "doctype": STATEMENT, "name": None, "docstatus": 0,
			"amended_from": statement.name}).insert(),
	]  # fmt: skip
	for way in ways:
		frappe.db.savepoint("way")
		with acting(user), pytest.raises((frappe.ValidationError, frappe.PermissionError)):
			way()
		frappe.db.rollback(save_point="way")
		assert stored(statement) == before


def test_h4_its_orders_can_be_cancelled_and_deleted(statement):
	name = statement.lines[0].sales_order
	frappe.get_doc("Sales Order", name).cancel()
	frappe.delete_doc("Sales Order", name)
	assert statement.lines[0].sales_order == name
	assert frappe.db.get_value("Sales Statement Line", statement.lines[0].name, "amount") > 0


def test_h4_its_seller_is_renamed_or_merged_and_not_deleted():
	month(3, "Cleo"), month(3, "Dirk")
	cleo, dirk = (issued(MARCH | {"sales_person": seller}) for seller in ("Cleo", "Dirk"))
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Sales Person", "Cleo")
	frappe.rename_doc("Sales Person", "Cleo", "Cleo B.")
	assert frappe.db.get_value(STATEMENT, cleo.name, "sales_person") == "Cleo B."
	world.order(10, team={"Cleo B.": 100}, date="2026-03-05")
	second = issued(MARCH | {"sales_person": "Cleo B."})
	assert (second.version, second.supersedes) == (2, cleo.name)
	frappe.rename_doc("Sales Person", "Cleo B.", "Dirk", merge=True)
	world.order(20, team={"Dirk": 100}, date="2026-03-05")
	third = issued(MARCH | {"sales_person": "Dirk"})
	assert (third.version, third.supersedes) == (3, second.name)
	assert frappe.db.get_value(STATEMENT, dirk.name, ["sales_person", "version", "docstatus"]) == (
		"Dirk",
		1,
		1,
	)


def test_h4_a_draft_is_not_discarded_into_a_cancelled_one():
	month(3)
	doc = draft()
	if hasattr(doc, "discard"):
		refused("deleted", doc.discard, user=MANAGER)
	assert frappe.db.get_value(STATEMENT, doc.name, "docstatus") == 0


def test_h4_links_of_lines_are_not_looked_up_one_by_one(monkeypatch):
	month(3)
	for _number in range(3):
		world.order(10, team={"Anna": 100}, date="2026-03-05")
	doc, sent = draft(), []
	database = type(frappe.local.db)
	run = database.sql
	monkeypatch.setattr(
		database,
		"sql",
		lambda db, query, *args, **more: sent.append(str(query)) or run(db, query, *args, **more),
	)

	def cost() -> int:
		saved = frappe.get_doc(STATEMENT, doc.name)
		sent.clear()
		saved.save()
		return len([one for one in sent if "INSERT INTO `tabSales Statement Line`" not in one])

	few = cost()
	for _number in range(6):
		world.order(10, team={"Anna": 100}, date="2026-03-05")
	assert cost() <= few


def test_h4_a_draft_is_deleted_by_managers_alone():
	month(3)
	doc = draft()
	frappe.share.add(STATEMENT, doc.name, BOB, read=1, write=1)
	for way in (
		lambda: frappe.delete_doc(STATEMENT, doc.name),
		lambda: frappe.get_doc(STATEMENT, doc.name).save(),
	):
		with pytest.raises(frappe.PermissionError):
			as_user(BOB, way)
	as_user(MANAGER, lambda: frappe.delete_doc(STATEMENT, doc.name))
	assert not frappe.db.exists("Sales Statement Line", {"parent": doc.name})


# --- steps --------------------------------------------------------------------------------------------


def test_h4_a_line_is_disputed_answered_and_the_whole_acknowledged_and_settled(statement):
	one, two, _three = (line.name for line in statement.lines)
	as_user(ANNA, api.dispute, statement.name, [one, two], "Half of it <b>was</b> mine")
	doc = frappe.get_doc(STATEMENT, statement.name)
	assert (doc.status, doc.unanswered) == ("Disputed", 2)
	line = doc.lines[0]
	assert (line.disputed, line.disputed_by) == (1, ANNA) and line.disputed_on
	assert line.dispute_reason.replace("\u200b", "") == "Half of it <b>was</b> mine"
	refused("answered", api.acknowledge, statement.name, user=ANNA)
	refused("answered", api.settle, statement.name, note="x", user=MANAGER)
	as_user(MANAGER, api.answer, statement.name, one, "By the allocation.")
	refused("no answer", api.answer, statement.name, one, "Again.", user=MANAGER)
	as_user(MANAGER, api.answer, statement.name, two, "That too.")
	doc.reload()
	assert (doc.status, doc.unanswered, doc.lines[0].answer) == ("Disputed", 0, "By the allocation.")
	as_user(ANNA, api.acknowledge, statement.name)
	refused("already", api.acknowledge, statement.name, user=ANNA)
	refused("acknowledged", api.dispute, statement.name, [one], "No", user=ANNA)
	as_user(MANAGER, api.settle, statement.name)
	doc.reload()
	assert (doc.status, doc.acknowledged_by, doc.settled_by) == ("Settled", ANNA, MANAGER)
	assert [(step.step, step.taken_by, step.line_numbers or "") for step in doc.steps] == [
		("Issued", MANAGER, ""), ("Disputed", ANNA, "1, 2"), ("Answered", MANAGER, "1"), ("Answered", MANAGER, "2"),
		("Acknowledged", ANNA, ""), ("Settled", MANAGER, ""),
	]  # fmt: skip
	assert all(step.taken_on for step in doc.steps) and [step.idx for step in doc.steps] == [1, 2, 3, 4, 5, 6]
	for method, args, user in ((api.dispute, ([one], "x"), ANNA), (api.acknowledge, (), ANNA),
		(api.answer, (one, "x"), MANAGER), (api.settle, (), MANAGER)):  # fmt: skip
		refused("settled", method, statement.name, *args, user=user)


def test_h4_a_line_may_be_disputed_again_and_what_was_said_stays(statement):
	line = statement.lines[0].name
	as_user(ANNA, api.dispute, statement.name, [line], "Why?")
	refused("already", api.dispute, statement.name, [line], "Why?", user=ANNA)
	as_user(MANAGER, api.answer, statement.name, line, "So.")
	as_user(ANNA, api.dispute, statement.name, json.dumps([line]), "I don't see it.")
	doc = frappe.get_doc(STATEMENT, statement.name)
	assert (doc.unanswered, doc.lines[0].answer) == (1, None)
	assert [step.said for step in doc.steps][1:] == ["Why?", "So.", "I don't see it."]


def test_h4_signed_on_paper_it_is_settled_with_a_word(statement):
	refused("not acknowledged", api.settle, statement.name, user=MANAGER)
	as_user(MANAGER, api.settle, statement.name, "Signed on paper")
	assert frappe.get_doc(STATEMENT, statement.name).steps[-1].said == "Signed on paper"


def test_h4_a_version_that_is_replaced_takes_no_more_steps(statement):
	world.order(7, team={"Anna": 100}, date="2026-03-06")
	second = issued()
	line = statement.lines[0].name
	for method, args, user in ((api.dispute, ([line], "x"), ANNA), (api.acknowledge, (), ANNA),
		(api.answer, (line, "x"), MANAGER), (api.settle, ("x",), MANAGER)):  # fmt: skip
		refused(second.name, method, statement.name, *args, user=user)
	as_user(ANNA, api.acknowledge, second.name)


def test_h4_only_the_seller_acknowledges_and_only_managers_answer(statement):
	line = statement.lines[0].name
	for user in (BOB, MANAGER, MASTER, "Administrator"):
		for method, args in ((api.acknowledge, ()), (api.dispute, ([line], "x"))):
			refused("", method, statement.name, *args, user=user, error=frappe.PermissionError)
	as_user(ANNA, api.dispute, statement.name, [line], "x")
	for user in (ANNA, BOB, MASTER):
		for method, args in ((api.answer, (line, "x")), (api.settle, ("x",)), ):  # fmt: skip
			refused("", method, statement.name, *args, user=user, error=frappe.PermissionError)
		refused("", api.make, APRIL, user=user, error=frappe.PermissionError)


def test_h4_no_step_on_a_draft_or_on_another_statements_line(statement):
	month(4)
	doc = draft(APRIL)
	refused("", api.acknowledge, doc.name, user=ANNA, error=frappe.PermissionError)
	refused("draft", api.settle, doc.name, "x", user=MANAGER)
	world.order(7, team={"Bob": 100}, date="2026-03-06")
	month(3, "Bob")
	other = issued(MARCH | {"sales_person": "Bob"})
	refused("no such line", api.dispute, statement.name, [other.lines[0].name], "x", user=ANNA)


@pytest.mark.parametrize("given", [
	{"territory": "Holland"}, {"as_of": "2026-03-20 10:00:00"}, {"sales_person": ""}, {"sales_person": "Nobody"},
	{"from_date": "x"}, {"to_date": "2026-02-01"}, {"company": "Nothing"}, {"target_type": "Much"},
])  # fmt: skip
def test_x5_wrong_filters_are_refused_by_name(given):
	refused("", api.make, MARCH | given, user=MANAGER)
	assert not frappe.db.count(STATEMENT)


def test_x5_wrong_lines_and_texts_are_refused(statement):
	line = statement.lines[0].name
	for lines in ("x", [], "[]", [1], {"a": 1}, ["nothing"], "[[1]]"):
		refused("", api.dispute, statement.name, lines, "why", user=ANNA)
	for reason in ("", " ", "x" * 3000):
		refused("", api.dispute, statement.name, [line], reason, user=ANNA)
	refused("does not exist", api.acknowledge, "SST-2026-99999", user=ANNA)


# --- who reads ----------------------------------------------------------------------------------------


def listed(user: str, doctype: str = STATEMENT, field: str = "name") -> set[str]:
	parent = {} if doctype == STATEMENT else {"parent_doctype": STATEMENT}
	return {row[field] for row in as_user(user, frappe.get_list, doctype, fields=[field], **parent)}


def test_h4_a_seller_reads_their_own_and_no_draft(statement):
	month(3, "Bob"), month(4)
	bobs, drafted = issued(MARCH | {"sales_person": "Bob"}), draft(APRIL)
	assert listed(ANNA) == {statement.name} and listed(BOB) == {bobs.name}
	assert listed(MASTER) == {statement.name, bobs.name}
	assert listed(MANAGER) == {statement.name, bobs.name, drafted.name}
	assert listed(ANNA, "Sales Statement Line", "parent") == {statement.name}
	assert listed(BOB, "Sales Statement Step", "parent") == {bobs.name}
	for user, name in ((ANNA, bobs.name), (ANNA, drafted.name), (MASTER, drafted.name)):
		assert not frappe.has_permission(STATEMENT, "read", name, user=user)
		refused("", api.pdf, name, user=user, error=frappe.PermissionError)
	assert frappe.has_permission(STATEMENT, "read", statement.name, user=ANNA)


@pytest.fixture
def restrict():
	users = []

	def to(user: str, kind: str, value: str) -> None:
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": kind, "for_value": value}
		).insert()
		users.append(user)

	yield to
	frappe.db.rollback()
	for user in users:
		frappe.clear_cache(user=user)


def test_h4_user_permissions_hold_in_lists_and_forms(statement, restrict):
	world.target(1000, ("North Team",), from_date="2026-03-01", to_date="2026-03-31")
	world.order(100, team={"Bob": 100}, date="2026-03-05")
	team = issued(MARCH | {"sales_person": "North Team"})
	restrict(MANAGER, "Sales Person", "Bob")
	assert listed(MANAGER) == set()
	for name in (statement.name, team.name):
		assert not frappe.has_permission(STATEMENT, "read", name, user=MANAGER)
	refused("", api.make, APRIL, user=MANAGER, error=frappe.PermissionError)


def test_h4_who_sees_a_part_of_the_targets_makes_no_statement(restrict):
	shown, hidden = month(3), month(3, "Bob")
	restrict(MANAGER, "Sales Target", shown.name)
	refused("all Sales Targets", api.make, MARCH, user=MANAGER, error=frappe.PermissionError)
	assert hidden.name


def test_h4_a_customer_is_named_to_who_may_read_the_order(statement, restrict):
	statement.run_method("onload")
	assert {line["customer"] for line in statement.get_onload("shown")["lines"]} == {"Shop One"}
	restrict(ANNA, "Customer", "Builder Two")
	with acting(ANNA):
		statement.run_method("onload")
	assert {line["customer"] for line in statement.get_onload("shown")["lines"]} == {""}


def test_h4_the_form_says_which_steps_are_ones_own(statement):
	def may(user: str) -> list[str]:
		with acting(user):
			doc = frappe.get_doc(STATEMENT, statement.name)
			doc.run_method("onload")
		return doc.get_onload("shown")["may"]

	assert (may(ANNA), may(MANAGER), may(MASTER)) == (["Acknowledged", "Disputed"], ["Settled"], [])
	as_user(ANNA, api.dispute, statement.name, [statement.lines[0].name], "x")
	assert (may(ANNA), may(MANAGER)) == (["Disputed"], ["Answered"])


# --- told ---------------------------------------------------------------------------------------------


def notices(user: str, name: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", {"for_user": user, "document_name": name}, pluck="subject", order_by="creation"
	)


def test_h4_both_are_told_by_notice_and_mail(commit, mails):
	month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	doc = issued()
	assert commit() == [[ANNA]]
	line = doc.lines[0].name
	as_user(ANNA, api.dispute, doc.name, [line], "Half <i>of</i> it")
	assert commit() == [[MANAGER]]
	as_user(MANAGER, api.answer, doc.name, line, "So it is.")
	as_user(ANNA, api.acknowledge, doc.name)
	as_user(MANAGER, api.settle, doc.name)
	assert commit() == [[ANNA], [MANAGER], [ANNA]]
	assert len(notices(ANNA, doc.name)) == 3 and len(notices(MANAGER, doc.name)) == 2
	assert [mail["recipients"] for mail in mails] == [[ANNA], [MANAGER], [ANNA], [MANAGER], [ANNA]]
	assert "Half &lt;" in mails[1]["message"] and "<i>" not in mails[1]["message"]
	assert f"sales-statement/{doc.name}" in mails[0]["message"] and doc.name in mails[0]["subject"]


def test_h4_a_queue_that_refuses_stops_no_step(monkeypatch):
	def full(*_args, **_kwargs):
		raise RuntimeError("no queue")

	month(3)
	monkeypatch.setattr(frappe, "enqueue", full)
	doc = issued()
	frappe.db.after_commit.run()
	assert frappe.db.get_value(STATEMENT, doc.name, "status") == "Issued"


def test_h4_a_site_without_mail_has_its_notices(commit, monkeypatch):
	def no_account(**_mail):
		raise frappe.OutgoingEmailError

	monkeypatch.setattr(frappe, "sendmail", no_account)
	month(3)
	doc = issued()
	assert commit() == [[ANNA]] and len(notices(ANNA, doc.name)) == 1


# --- on paper -----------------------------------------------------------------------------------------


def test_h4_on_paper_it_has_version_lines_what_differs_and_room_to_sign():
	month(3)
	first = world.order(100, team={"Anna": 100}, date="2026-03-02")
	issued()
	first.cancel()
	second = world.order(40, team={"Anna": 100}, date="2026-03-05")
	doc = issued()
	as_user(ANNA, api.dispute, doc.name, [doc.lines[0].name], "Why 40?")
	as_user(ANNA, api.pdf, doc.name)
	content = frappe.local.response.filecontent
	assert tells(content, "Statement of Anna", doc.name, "Version 2", first.name, second.name, "Gone; was $ 100.00",
		"Why 40?", "Seller: Anna", "$ 40.00", "2,000.00")  # fmt: skip
	assert pages(content)
	doc.reload()
	html = frappe.get_print(STATEMENT, doc.name, "Sales Statement to Sign")
	assert "Version 2" in html and "Seller: Anna" in html and "Why 40?" in html


# --- two at once --------------------------------------------------------------------------------------


@pytest.mark.committed
def test_h4_two_who_issue_at_once_are_not_both_the_next_version(snapshot_isolation):
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
				assert not frappe.db.count(STATEMENT, {"docstatus": 1}), "it has read before"
			frappe.get_doc(STATEMENT, one.name).submit()
			frappe.db.commit()
			with other(), pytest.raises(frappe.ValidationError) as found:
				late.submit()
		assert one.name in str(found.value)
		assert frappe.get_all(STATEMENT, {"docstatus": 1}, ["name", "version"], as_list=True) == (
			(one.name, 1),
		)
	finally:
		frappe.db.rollback()
		world.wipe()


@pytest.mark.committed
def test_h4_a_step_is_decided_on_what_another_wrote_meanwhile(snapshot_isolation):
	month(3)
	world.order(100, team={"Anna": 100}, date="2026-03-05")
	doc = issued()
	frappe.db.commit()
	try:
		with second_connection() as other:
			with other():
				isolation.apply(snapshot_isolation)
				assert frappe.get_doc(STATEMENT, doc.name).status == "Issued"
			as_user(ANNA, api.acknowledge, doc.name)
			frappe.db.commit()
			with other():
				refused("already", api.acknowledge, doc.name, user=ANNA)
		assert [step.step for step in frappe.get_doc(STATEMENT, doc.name).steps] == ["Issued", "Acknowledged"]
	finally:
		frappe.db.rollback()
		world.wipe()
