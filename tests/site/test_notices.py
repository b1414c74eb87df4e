"""Notices: who is told, once, in which words, and what a save pays for it (issue 5, item 5)."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest

from sales_extensions.ledger import above, runs
from sales_extensions.tasks import notify
from tests.site import world
from tests.site.test_targets import MOST_STATEMENTS, Statements

ANNA, BOB, CARL, MANAGER = (f"{name}@example.com" for name in ("anna", "bob", "carl", "manager"))


@pytest.fixture
def switched_on():
	world.policy(
		notify_target_reached=1, notify_behind_pace=1, behind_pace_percentage=10, notify_allocation_changed=1
	)


@pytest.fixture
def commit(monkeypatch):
	"""What a commit sends to the workers, done at once in the test's transaction; gives who was told."""
	monkeypatch.setattr(frappe, "enqueue", lambda method, queue=None, **facts: jobs.append((method, facts)))
	jobs: list[tuple] = []

	def done() -> list[list[str]]:
		frappe.db.after_commit.run()
		todo = [job for job in jobs if job[0].startswith(notify.__name__)]
		jobs.clear()
		return [frappe.get_attr(method)(**facts) for method, facts in todo]

	return done


@pytest.fixture
def restrict():
	"""Leave users one company. What is kept of their permissions outlives a rollback."""
	users = []

	def to(user: str, company: str) -> None:
		values = {"doctype": "User Permission", "user": user, "allow": "Company", "for_value": company}
		frappe.get_doc(values).insert()
		users.append(user)

	yield to
	frappe.db.rollback()
	for user in users:
		frappe.clear_cache(user=user)


def notices(user: str, doctype: str, name: str) -> list:
	return frappe.get_all(
		"Notification Log",
		{"for_user": user, "document_type": doctype, "document_name": name},
		["name", "subject", "email_content", "from_user", "link"],
		order_by="creation",
	)


# --- a target is reached --------------------------------------------------------------------------


def test_a_reached_target_is_told_once_and_again_after_it_fell(switched_on, commit):
	target = world.target(1000, ("Anna",), title="Anna <b>this</b> year")
	first = world.order(900, team={"Anna": 100})
	assert commit() == []
	second = world.order(200, team={"Anna": 100})
	[told] = commit()
	assert {ANNA, MANAGER} <= set(told) and BOB not in told
	[notice] = notices(ANNA, "Sales Target", target.name)
	assert notice.subject.replace("\u200b", "") == "Target reached: Anna &lt;b&gt;this&lt;/b&gt; year"
	assert notice.email_content == "$ 1,100.00 of $ 1,000.00 is realised: 110 %."
	world.order(300, team={"Anna": 100})
	assert commit() == []
	second.cancel()
	first.cancel()
	assert commit() == []
	world.order(800, team={"Anna": 100})
	assert len(commit()) == 1
	assert len(notices(ANNA, "Sales Target", target.name)) == 2


def test_a_job_that_runs_twice_tells_once(switched_on):
	target = world.target(100, ("Anna",))
	world.order(100, team={"Anna": 100})
	assert ANNA in notify.tell_reached(target.name, "1-1")
	assert notify.tell_reached(target.name, "1-1") == []


def test_what_fell_before_the_job_ran_is_told_to_nobody(switched_on, commit):
	world.target(100, ("Anna",))
	order = world.order(100, team={"Anna": 100})
	order.cancel()
	assert [told for told in commit() if told] == []


def test_a_goal_that_is_lowered_is_reached_too(switched_on, commit):
	target = world.target(1000, ("Anna",))
	world.order(500, team={"Anna": 100})
	target.reload()
	target.target_amount = 400
	target.save()
	[told] = commit()
	assert ANNA in told


def test_a_new_target_that_past_orders_reach_is_told_once(switched_on, commit):
	world.order(500, team={"Anna": 100})
	world.target(400, ("Anna",))
	assert len(commit()) == 1


def test_the_sellers_under_a_group_are_told(switched_on, commit):
	world.target(1, ("North Team",), numeric=True)
	world.order(500, team={"Anna": 100})
	[told] = commit()
	assert {ANNA, BOB} <= set(told)


def test_nobody_is_told_of_a_target_they_may_not_read(switched_on, commit, restrict):
	restrict(ANNA, world.COMPANY_EUR)
	restrict(MANAGER, world.COMPANY_EUR)
	world.target(100, ("Anna", "Bob"))
	world.order(500, team={"Anna": 100})
	[told] = commit()
	assert BOB in told and ANNA not in told and MANAGER not in told


def test_who_switched_notifications_off_is_not_told(switched_on, commit):
	settings = frappe.get_doc("Notification Settings", ANNA)
	settings.enabled = 0
	settings.save()
	world.target(100, ("Anna",))
	world.order(500, team={"Anna": 100})
	[told] = commit()
	assert ANNA not in told


def test_x6_each_reads_it_in_their_own_language(switched_on, commit):
	frappe.db.set_value("User", ANNA, "language", "nl")
	frappe.clear_document_cache("User", ANNA)
	target = world.target(100, ("Anna",), title="Jaar")
	world.order(500, team={"Anna": 100})
	commit()
	assert notices(ANNA, "Sales Target", target.name)[0].subject == "Doel behaald: Jaar"
	assert notices(MANAGER, "Sales Target", target.name)[0].subject == "Target reached: Jaar"
	assert frappe.local.lang == "en"


@pytest.mark.parametrize("on", [0, 1])
def test_t2_a_save_that_reaches_a_target_sends_no_statement_more(monkeypatch, commit, on):
	world.policy(notify_target_reached=on, notify_allocation_changed=on)
	world.target(1000, ("Anna",))
	drafts = [world.order(amount, team={"Anna": 100}, submit=False) for amount in (100, 100, 5000)]
	drafts[0].submit()  # caches
	count = Statements(monkeypatch)
	moved = count.of(drafts[1].submit)
	assert count.of(drafts[2].submit) == moved <= MOST_STATEMENTS, "\n".join(count.sent)
	assert len(commit()) == on


def test_t2_an_order_stands_where_there_is_no_queue_to_tell_of_it(switched_on, monkeypatch):
	def gone(*_args, **_more):
		raise ConnectionError("no queue")

	target = world.target(100, ("Anna",))
	order = world.order(100, team={"Anna": 100}, submit=False)
	frappe.db.after_commit.reset()
	monkeypatch.setattr(frappe, "enqueue", gone)
	order.submit()
	others = []
	frappe.db.after_commit.add(lambda: others.append("done"))
	frappe.db.after_commit.run()
	assert others == ["done"], "what others do after the commit is done"
	assert frappe.db.get_value("Sales Target", target.name, "status") == "Achieved"
	assert frappe.db.exists("Error Log", {"method": "Notice of Sales Extensions was not sent"})


# --- behind pace ----------------------------------------------------------------------------------


def test_t6_who_lags_is_told_once_a_week_of_all_their_targets(switched_on):
	whole = {"from_date": "2020-01-01", "to_date": "2035-12-31"}
	first = world.target(16_000, ("Anna",), title="Long", **whole)
	second = world.target(32_000, ("Anna", "Bob"), title="Longer", **whole)
	world.target(16_000, ("Cleo",), from_date="2034-01-01", to_date="2035-12-31", title="Later")
	assert notify.behind_pace() >= 3
	notes = [n for name in (first.name, second.name) for n in notices(ANNA, "Sales Target", name)]
	assert [n.subject for n in notes] == ["Targets behind pace: 2"]
	assert "Long: $ 0" in notes[0].email_content and "Longer: $ 0" in notes[0].email_content
	assert sorted(json.loads(parse_qs(urlsplit(notes[0].link).query)["name"][0])[1].split(",")) == sorted(
		[first.name, second.name]
	), "the list has the targets that were counted, not all that run"
	assert [n.subject for n in notices(BOB, "Sales Target", second.name)] == ["Behind pace: Longer"]
	assert notify.behind_pace() == 0
	world.target(99_000, ("Anna",), title="The furthest behind by then", **whole)
	world.order(12_000, team={"Anna": 100})
	told = notify.behind_pace()
	assert len(notices(ANNA, "Sales Target", first.name) + notices(ANNA, "Sales Target", second.name)) == 1
	assert told == 0, "once a week, whichever target is named first"


def test_t6_nobody_is_told_within_the_tolerance_or_with_the_switch_off(switched_on):
	world.target(16_000, ("Anna",), from_date="2020-01-01", to_date="2035-12-31")
	world.policy(behind_pace_percentage=100)
	assert notify.behind_pace() == 0
	world.policy(behind_pace_percentage=1, notify_behind_pace=0)
	assert notify.behind_pace() == 0


@pytest.mark.parametrize("wrong", [-1, 100.5, "many"])
def test_x5_an_impossible_percentage_is_refused_by_name(wrong):
	with pytest.raises(frappe.ValidationError, match="Behind Pace by"):
		world.policy(behind_pace_percentage=wrong)


# --- an allocation changed ------------------------------------------------------------------------


def as_manager(action):
	frappe.set_user(MANAGER)
	try:
		return action()
	finally:
		frappe.set_user("Administrator")


def test_a5_each_seller_is_told_their_own_part_when_it_is_given_changed_and_taken(switched_on, commit):
	order = world.order(1000, team={"Anna": 100})
	doc = as_manager(lambda: world.allocation(order.name, world.percent("Bob", 30)))
	assert commit() == [[ANNA, BOB]]
	assert said(BOB, order) == ["Bob is now credited with $ 300.00; before, with nothing."]
	assert said(ANNA, order) == ["Anna was credited with $ 1,000.00; now, with $ 700.00."]
	assert notices(BOB, "Sales Order", order.name)[0].from_user == MANAGER
	doc.shares[0].percentage = 50
	as_manager(doc.save)
	assert commit() == [[ANNA, BOB]]
	assert said(BOB, order)[1:] == ["Bob was credited with $ 300.00; now, with $ 500.00."]
	as_manager(doc.delete)
	assert commit() == [[ANNA, BOB]]
	assert said(BOB, order)[2:] == ["Bob was credited with $ 500.00; now, with nothing."]


def said(user: str, order) -> list[str]:
	return [notice.email_content for notice in notices(user, "Sales Order", order.name)]


def test_a_save_that_moves_no_amount_tells_nobody(switched_on, commit):
	order = world.order(1000, team={"Anna": 100})
	doc = world.allocation(order.name, world.percent("Bob", 30))
	commit()
	doc.save()
	assert commit() == []


def test_who_may_not_read_the_order_is_not_told_of_it(switched_on, commit, restrict):
	restrict(BOB, world.COMPANY_EUR)
	order = world.order(1000, team={"Anna": 100})
	world.allocation(order.name, world.percent("Bob", 30))
	assert commit() == [[ANNA]]


def test_an_amended_order_keeps_its_shares_and_tells_nobody(switched_on, commit):
	order = world.order(1000, team={"Anna": 100})
	world.allocation(order.name, world.percent("Bob", 30))
	commit()
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.amended_from, amended.docstatus = order.name, 0
	amended.insert()
	assert frappe.db.exists("Order Allocation", world.allocated(amended.name))
	assert commit() == []


def test_nothing_is_sent_with_the_switches_off(commit):
	world.policy(notify_target_reached=0, notify_allocation_changed=0)
	world.target(100, ("Anna",))
	order = world.order(1000, team={"Anna": 100})
	world.allocation(order.name, world.percent("Bob", 30))
	assert commit() == []


# --- drift was repaired ---------------------------------------------------------------------------


def test_t3_drift_is_told_to_managers_unless_switched_off():
	def run() -> str:
		return (
			frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Finished"})
			.insert()
			.name
		)

	name = run()
	assert MANAGER in notify.drift_repaired(name) and not notify.drift_repaired(name)
	world.policy(notify_drift_repaired=0)
	assert notify.drift_repaired(run()) == []


def test_t3_drift_is_told_too_where_the_run_was_cut_off_and_resumed(monkeypatch):
	"""A worker that is gone has found drift, and another one ends its run."""
	run = frappe.get_doc(
		{"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Running", "differences": '["A"]'}
	).insert()
	monkeypatch.setitem(above.WORK, "Reconcile", ())
	monkeypatch.setattr(runs, "commit", lambda: None)
	runs.work(run.name)
	runs.work(run.name)
	assert len(notices(MANAGER, run.doctype, run.name)) == 1
