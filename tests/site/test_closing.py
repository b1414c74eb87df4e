"""A closed period stays as it was closed; what changes later stands beside it, and its entries are sealed (H3)."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import frappe
import pytest
from frappe.utils import add_days, add_to_date, getdate, now_datetime

from sales_extensions import ledger
from sales_extensions.api import closings, orders, targets, teams
from sales_extensions.attained import figures, filters
from sales_extensions.attained.statement import statement
from sales_extensions.engine import seals
from sales_extensions.ledger import runs, sealed
from sales_extensions.sales_extensions.report.attainment import attainment
from sales_extensions.sales_extensions.report.sales_target_orders import sales_target_orders

from . import world
from .test_paths import rows_of, update_items

ANNA, MANAGER = "anna@example.com", "manager@example.com"
SOLD, MARCH = {"Anna": 100}, {"from_date": "2026-03-01", "to_date": "2026-03-31"}
UP_TO = "2026-03-31"


@pytest.fixture(autouse=True)
def on_the_site(transaction):
	pass


@pytest.fixture
def march():
	return world.target(100_000, ("North Team",), title="North in March", **MARCH)


def close(target) -> str:
	assert ledger.close(world.COMPANY, UP_TO) == [target.name]
	return frappe.db.get_value("Sales Target", target.name, "closing")


def stands(target) -> dict[str, object]:
	"""What it shows, once everything was found sound."""
	world.assert_sound()
	fields = (
		"realised_amount",
		"order_count",
		"status",
		"period_status",
		"adjustment_amount",
		"adjustment_count",
	)
	return dict(frappe.db.get_value("Sales Target", target.name, fields, as_dict=True))


def closed(amount: float, count: int, adjusted: float = 0, orders: int = 0, status: str = "Achieved") -> dict:
	return {
		"realised_amount": amount,
		"order_count": count,
		"status": status,
		"period_status": "Closed",
		"adjustment_amount": adjusted,
		"adjustment_count": orders,
	}


def test_h3_the_march_of_the_table(march):
	"""March closed at 100,500; Update Items lowers one of its orders by 2,000 in April."""
	world.order(98_000, team=SOLD)
	order = world.order(2_500, team={"Bob": 100})
	close(march)
	update_items(order, rows_of(order, rate=500))
	assert stands(march) == closed(100_500, 2, -2_000)
	(adjustment,) = targets.orders_behind(march.name)["adjustments"]
	assert (adjustment.sales_order, adjustment.sales_person, adjustment.amount) == (order.name, "Bob", -2_000)
	assert "Changed after the target was closed: $ 500.00 instead of $ 2,500.00" in adjustment.reason
	assert adjustment.booked_by == "Administrator"


def test_h3_cancelled_deleted_new_and_allocated_orders_adjust(march):
	kept, cancelled = world.order(60_000, team=SOLD), world.order(40_500, team={"Bob": 100})
	close(march)
	cancelled.cancel()
	assert stands(march) == closed(100_500, 2, -40_500, -1)
	world.order(1_000, team=SOLD, date="2026-03-20")
	assert stands(march) == closed(100_500, 2, -39_500, 0)
	world.allocation(
		kept.name, world.percent("Dirk", 50), remainder_to="Natural Owner"
	)  # Dirk is of the south
	assert stands(march) == closed(100_500, 2, -69_500, 0)
	frappe.delete_doc("Order Allocation", world.allocated(kept.name))
	assert stands(march) == closed(100_500, 2, -39_500, 0)


def test_h3_an_order_outside_the_period_adjusts_nothing(march):
	world.order(100_500, team=SOLD)
	close(march)
	world.order(700, team=SOLD, date="2026-04-01")
	assert stands(march) == closed(100_500, 1)


def test_h3_what_it_was_decided_by_stays(march):
	"""Another policy, a moved seller, a corrected day, a moved territory: nothing of it is counted anew."""
	europe = world.target(1_000, ("Anna",), territory="Europe", title="Europe in March", **MARCH)
	order = world.order(1_000, team=SOLD, taxes=10)
	assert sorted(ledger.close(world.COMPANY, UP_TO)) == sorted([march.name, europe.name])
	world.policy(order_amount_basis="Net Total")
	seller = frappe.get_doc("Sales Person", "Anna")
	seller.parent_sales_person = "South Team"
	seller.save()
	teams.from_the_beginning("Anna", str(getdate()))
	place = frappe.get_doc("Territory", "Holland")
	place.parent_territory = "All Territories"
	place.save()
	expected = closed(1_100, 1, status="Missed"), closed(1_100, 1)
	assert (stands(march), stands(europe)) == expected
	update_items(
		order, rows_of(order, rate=900)
	)  # and what changes is still worked out by the policy of then
	assert (stands(march), stands(europe)) == (
		closed(1_100, 1, -110, status="Missed"),
		closed(1_100, 1, -110),
	)
	later = world.target(1_000, ("Anna",), title="Made later", **MARCH)
	assert world.figures(later)[0] == 900


def test_h3_a_seller_who_comes_later_is_no_member(march):
	world.order(100_500, team=SOLD)
	close(march)
	frappe.get_doc(
		{"doctype": "Sales Person", "sales_person_name": "Newcomer", "parent_sales_person": "North Team"}
	).insert()
	world.order(500, team={"Newcomer": 100}, date="2026-03-30")
	assert stands(march) == closed(100_500, 1)


def test_h3_a_draft_counted_then_stays_until_it_is_submitted(march):
	world.policy(count_orders_on="Save")
	draft = world.order(3_000, team=SOLD, submit=False)
	close(march)
	world.policy(count_orders_on="Submit")
	assert stands(march) == closed(3_000, 1, status="Missed")
	draft.items[0].rate = 2_000
	draft.save()
	assert stands(march) == closed(3_000, 1, status="Missed")
	draft.submit()
	assert stands(march) == closed(3_000, 1, -1_000, status="Missed")


def test_h3_a_closed_order_counts_by_the_policy_of_then(march):
	order = world.order(1_000, team=SOLD)
	order.update_status("Closed")
	assert world.figures(march)[0] == 0
	world.policy(closed_order_credit="Full Amount")
	close(march)
	world.policy(closed_order_credit="None")
	order.reload()
	order.update_status("Draft")
	assert stands(march) == closed(1_000, 1, status="Missed")


@pytest.mark.parametrize(
	"change",
	[
		{"target_amount": 1},
		{"to_date": "2026-03-30"},
		{"assignees": [{"sales_person": "Bob"}]},
		{"territory": "Europe"},
		{"company": world.COMPANY_EUR},
		{"target_type": "Numeric", "target_count": 3},
	],
)
def test_h3_a_closed_target_takes_no_change(march, change):
	close(march)
	doc = frappe.get_doc("Sales Target", march.name)
	doc.update(change)
	with pytest.raises(frappe.ValidationError, match="is closed, and stays as it was closed"):
		doc.save()


def test_h3_a_closed_target_keeps_its_title_editable_and_what_is_sent_counts_nothing(march):
	world.order(100_500, team=SOLD)
	close(march)
	doc = frappe.get_doc("Sales Target", march.name)
	doc.update({"title": "North, March", "period_status": "Open", "closing": None, "adjustment_amount": 7})
	doc.save()
	assert stands(march) == closed(100_500, 1)
	assert frappe.db.get_value("Sales Target", march.name, "title") == "North, March"


def test_h3_a_closed_target_is_not_deleted(march):
	close(march)
	with pytest.raises(frappe.ValidationError, match="is closed"):
		frappe.delete_doc("Sales Target", march.name)
	with pytest.raises(frappe.ValidationError, match="is closed"):
		frappe.delete_doc("Sales Target", march.name, force=True, ignore_permissions=True)


def test_h3_nobody_closes_by_saving(march):
	doc = frappe.get_doc("Sales Target", march.name)
	other = world.target(1, ("Cleo",), title="South in March", **MARCH)
	assert ledger.close(world.COMPANY, UP_TO) == [march.name, other.name]
	ledger.reopen(march.name, "So")
	doc.reload()
	doc.update(
		{"period_status": "Closed", "closing": frappe.db.get_value("Sales Target", other.name, "closing")}
	)
	doc.save()
	assert stands(march)["period_status"] == "Open"


def test_h3_opened_again_it_counts_as_things_are_and_can_be_closed_anew(march):
	order = world.order(100_500, team=SOLD)
	first = close(march)
	update_items(order, rows_of(order, rate=99_000))
	assert stands(march) == closed(100_500, 1, -1_500)
	ledger.reopen(march.name, "The customer was right")
	assert stands(march) == {
		**closed(99_000, 1, status="Missed"),
		"period_status": "Open",
	}
	kept = frappe.get_doc("Sales Target Closing", first)
	assert (kept.reason, kept.reopened_by, kept.realised_amount) == (
		"The customer was right",
		"Administrator",
		100_500,
	)
	second = close(march)
	assert stands(march) == closed(99_000, 1, status="Missed")
	assert frappe.db.get_value("Sales Target Closing", second, "previous_seal") == kept.seal
	assert not frappe.db.count("Sales Target Member", {"sales_target": ("!=", march.name)})
	comments = frappe.get_all("Comment", {"reference_name": march.name}, pluck="content", order_by="creation")
	assert any("The customer was right" in one for one in comments)


@pytest.mark.parametrize("reason", ["", "   "])
def test_h3_it_is_not_opened_without_a_reason_nor_twice(march, reason):
	close(march)
	with pytest.raises(frappe.ValidationError, match="Reason: say why"):
		ledger.reopen(march.name, reason)
	ledger.reopen(march.name, "So")
	with pytest.raises(frappe.ValidationError, match="not closed"):
		ledger.reopen(march.name, "So")


def test_h3_a_period_that_is_not_over_is_not_closed(march):
	running = world.target(5, title="Of the year")
	with pytest.raises(frappe.ValidationError, match="is not over yet"):
		ledger.close(world.COMPANY, str(getdate()))
	assert ledger.close(world.COMPANY, str(add_days(getdate(), -1))) == [march.name]
	with pytest.raises(frappe.ValidationError, match="once its last day is over"):
		closings.close_target(running.name)


@pytest.fixture
def uncommitted(monkeypatch):
	monkeypatch.setattr(runs, "commit", lambda: None)


# --- the seal -------------------------------------------------------------------------------------


@pytest.fixture
def sealed_march(march):
	world.order(98_000, team=SOLD)
	world.order(2_500, team={"Bob": 60, "Anna": 40})
	close(march)
	return march


def test_h3_who_shares_out_an_order_of_a_closed_period_is_told(sealed_march):
	order = world.order(500, team=SOLD)
	shown = orders.preview_allocation({"sales_order": order.name, "shares": []})
	assert shown["closed_targets"] == 1
	later = world.order(500, team=SOLD, transaction_date="2026-04-01")
	assert orders.preview_allocation({"sales_order": later.name, "shares": []})["closed_targets"] == 0


def what_is_broken() -> list[tuple]:
	return [(one["what"], one["entry"], one["name"]) for one in ledger.verify() if one["kind"] == "seal"]


@pytest.mark.parametrize(
	("column", "value"),
	[
		("amount", 2_500.000000001), ("sales_person", "Dirk"), ("reason", "So"), ("owner", "x@example.com"),
		("posting_date", "2026-03-11"), ("creation", "2026-03-11 10:00:00.000001"), ("order_count", 2),
	],
)  # fmt: skip
def test_h3_one_changed_byte_is_named(sealed_march, column, value):
	entry = book_order(sealed_march)[1]
	frappe.db.set_value("Sales Target Entry", entry, column, value, update_modified=False)
	assert ("Changed", 2, entry) in what_is_broken()


def book_order(target) -> list[str]:
	return frappe.get_all(
		"Sales Target Entry", {"sales_target": target.name}, pluck="name", order_by="booked_no"
	)


def test_h3_an_entry_that_is_gone_and_one_too_many_are_named(sealed_march):
	first, second, *_more = book_order(sealed_march)
	frappe.db.delete("Sales Target Entry", {"name": second})
	assert what_is_broken() == [("Removed", 2, "")]
	frappe.db.sql(
		"""INSERT INTO `tabSales Target Entry` (name, sales_target, sales_order, sales_person, amount, booked_no)
		SELECT 'zzz', sales_target, sales_order, sales_person, amount, booked_no
		FROM `tabSales Target Entry` WHERE name = %s""",
		first,
	)
	assert ("Added", 1, "zzz") in what_is_broken()


def test_h3_what_is_written_of_a_closing_is_sealed_too(sealed_march):
	name = frappe.db.get_value("Sales Target", sealed_march.name, "closing")
	text = frappe.db.get_value("Sales Target Closing", name, "sealed_text")
	changed = text.replace("100500", "100501")
	assert changed != text
	frappe.db.set_value("Sales Target Closing", name, "sealed_text", changed, update_modified=False)
	assert what_is_broken() == [("Seal", 0, "")]


@pytest.mark.parametrize(
	("doctype", "column", "value"),
	[
		("Sales Target", "target_amount", 200_000),
		("Sales Target", "realised_amount", 100_501),
		("Sales Target", "to_date", "2026-03-30"),
		("Sales Target Closing", "realised_amount", 100_501),
		("Sales Target Closing", "status", "Missed"),
	],
)
def test_h3_figures_and_definition_changed_past_the_app_are_named(sealed_march, doctype, column, value):
	name = frappe.db.get_value("Sales Target", sealed_march.name, "closing")
	changed = sealed_march.name if doctype == "Sales Target" else name
	frappe.db.set_value(doctype, changed, column, value, update_modified=False)
	assert ("Seal", 0, "") in what_is_broken()


def test_h3_an_order_that_went_without_any_event_adjusts(march, uncommitted):
	order = world.order(100_500, team=SOLD)
	close(march)
	frappe.db.delete("Sales Order", {"name": order.name})
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Queued"}).insert()
	runs.work(run.name)
	assert stands(march) == closed(100_500, 1, -100_500, -1)


def test_h3_a_closing_that_was_taken_out_is_told_by_the_next(sealed_march):
	april = world.target(5, title="April", from_date="2026-04-01", to_date="2026-04-30")
	assert ledger.close(world.COMPANY, "2026-04-30") == [april.name]
	name = frappe.db.get_value("Sales Target", sealed_march.name, "closing")
	frappe.db.delete("Sales Target Closing", {"name": name})
	assert ("Removed", 0, "") in what_is_broken()


def test_h3_new_names_break_no_seal(sealed_march):
	frappe.rename_doc("Sales Person", "Bob", "Robert")
	frappe.rename_doc("Sales Person", "Robert", "Rob")
	world.assert_sound()
	frappe.rename_doc("Sales Person", "Rob", "Anna", merge=True)
	assert what_is_broken() == []
	frappe.rename_doc("Company", world.COMPANY, "Watermill Works", force=True)
	assert what_is_broken() == []


@pytest.mark.parametrize("longest", [2**24, 40])
def test_h3_the_digest_of_the_database_is_that_of_the_engine(sealed_march, monkeypatch, longest):
	"""Also of a target that has more entries than one answer has room for."""
	monkeypatch.setattr(sealed, "LONGEST", longest)
	some = {(sealed_march.name, 99), (sealed_march.name, 2), ("None such", 5)}
	made = sealed.digests(some)
	assert made[sealed_march.name, 99] == [
		seals.digest_of(one.values) for one in sealed.rows_with_values(sealed_march.name, 99)
	]
	assert len(made[sealed_march.name, 99]) == 3
	assert made[sealed_march.name, 2] == made[sealed_march.name, 99][:2]
	assert made["None such", 5] == []


# --- in the background ----------------------------------------------------------------------------


def test_h3_a_run_closes_what_it_first_brings_to_what_the_orders_say(march, uncommitted):
	order = world.order(100_500, team=SOLD)
	frappe.db.sql("UPDATE `tabSales Order` SET base_grand_total = 100700 WHERE name = %s", order.name)
	run = closings.close(world.COMPANY, UP_TO)["run"]
	runs.work(run)
	assert stands(march) == closed(100_700, 1)
	assert frappe.db.get_value("Sales Ledger Run", run, ("status", "closed_targets")) == ("Finished", 1)
	runs.work(run)
	assert frappe.db.count("Sales Target Closing", {"sales_target": march.name}) == 1


def test_h3_the_nightly_check_reads_seals_and_what_was_written_to(march, uncommitted):
	order = world.order(100_500, team=SOLD)
	close(march)
	frappe.db.sql(
		"UPDATE `tabSales Order` SET base_grand_total = 100000, modified = %s WHERE name = %s",
		(add_to_date(now_datetime(), hours=1), order.name),
	)
	entry = book_order(march)[0]
	frappe.db.set_value("Sales Target Entry", entry, "reason", "Mine", update_modified=False)
	run = frappe.get_doc({"doctype": "Sales Ledger Run", "purpose": "Reconcile", "status": "Queued"}).insert()
	runs.work(run.name)
	found = json.loads(frappe.db.get_value("Sales Ledger Run", run.name, "differences"))
	assert any(f"Sealed entry 1 of {march.name} was changed: {entry}" in one for one in found)
	assert any("100,000.00 USD instead of 100,500.00 USD" in one for one in found)
	assert world.figures(march)[0] == 100_500
	assert frappe.db.get_value("Sales Target", march.name, "adjustment_amount") == -500
	assert frappe.db.get_value("Sales Ledger Run", run.name, "broken_seals") == 1
	told = frappe.get_all(
		"Notification Log", {"document_name": run.name, "for_user": MANAGER}, pluck="subject"
	)
	assert told and "not as they were sealed" in told[0]


# --- what is shown --------------------------------------------------------------------------------


def asked(**more) -> dict:
	return {"company": world.COMPANY, **MARCH, **more}


def test_h3_attainment_shows_the_closed_figure_and_what_adjusts_it(march):
	order = world.order(100_500, team=SOLD)
	close(march)
	update_items(order, rows_of(order, rate=98_500))
	_columns, rows, note, _chart, cards = attainment.execute(asked(group_by="Month"))[:5]
	by_seller = {row["seller"]: row for row in rows}
	assert by_seller["North Team"]["realised"] == 100_500
	assert by_seller["North Team"]["adjusted"] == -2_000
	assert by_seller["Anna"]["realised"] == 100_500
	assert any(one["label"] == "Adjustments" for one in cards)
	assert "since it was closed" in note
	ledger.reopen(march.name, "So")
	rows = attainment.execute(asked())[1]
	assert {row["seller"]: row["realised"] for row in rows}["North Team"] == 98_500
	assert not any("adjusted" in row for row in rows)


@pytest.mark.committed
@pytest.mark.usefixtures("wiped")
def test_h3_figures_that_were_kept_are_not_shown_once_it_is_closed():
	march = world.target(100_000, ("North Team",), **MARCH)
	order = world.order(100_500, team=SOLD)
	frappe.db.commit()
	attainment.execute(asked())
	close(march)
	frappe.db.commit()
	update_items(order, rows_of(order, rate=98_500))
	frappe.db.commit()
	rows = attainment.execute(asked())[1]
	assert {row["seller"]: row["realised"] for row in rows}["North Team"] == 100_500
	attainment.execute(asked())
	ledger.reopen(march.name, "So")
	frappe.db.commit()
	rows = attainment.execute(asked())[1]
	assert {row["seller"]: row["realised"] for row in rows}["North Team"] == 98_500


def test_h3_the_statement_lists_what_adjusts_apart(march):
	order = world.order(100_500, team=SOLD)
	close(march)
	update_items(order, rows_of(order, rate=98_500))
	made = statement(filters.read(asked(sales_person="Anna")))
	assert (made.amount, [row.amount for row in made.rows]) == (100_500, [100_500])
	assert [(row.sales_order, row.amount) for row in made.adjustments] == [(order.name, -2_000)]
	rows = sales_target_orders.execute({"sales_target": march.name})[1]
	assert [(row["amount"], bool(row.get("adjusts"))) for row in rows] == [(100_500, False), (-2_000, True)]


def test_h3_months_of_a_closed_target_stay_as_they_were_distributed():
	distribution = frappe.get_doc(
		{
			"doctype": "Monthly Distribution",
			"distribution_id": "Of spring",
			"percentages": [
				{"month": "March", "percentage_allocation": 30},
				{"month": "April", "percentage_allocation": 70},
			],
		}
	).insert()
	spring = world.target(
		1_000,
		title="Spring",
		from_date="2026-03-01",
		to_date="2026-04-30",
		monthly_distribution=distribution.name,
	)
	assert ledger.close(world.COMPANY, "2026-04-30") == [spring.name]
	for row in distribution.percentages:
		row.percentage_allocation = 50
	distribution.save()
	books = figures.read(filters.read(asked(to_date="2026-04-30", from_date="2026-03-01")))
	goal = figures.standings(
		books,
		books.rollup().spans("Anna", books.asked.first, books.asked.last),
		[(getdate("2026-03-01"), getdate("2026-03-31"))],
		books.sums(),
	)[0].goal
	assert goal == 300


# --- before, and who may --------------------------------------------------------------------------


def test_h3_before_it_is_closed_what_is_open_is_said(march):
	world.order(98_000, team=SOLD)
	draft = world.order(500, team=SOLD, submit=False)
	cut = world.order(1_000, team=SOLD)
	world.allocation(cut.name, world.fixed("Bob", 900))
	update_items(cut, rows_of(cut, rate=700))
	drifted = world.order(200, team=SOLD)
	frappe.db.sql("UPDATE `tabSales Order` SET base_grand_total = 300 WHERE name = %s", drifted.name)
	found = closings.before_closing(company=world.COMPANY, up_to=UP_TO)
	assert [one["name"] for one in found["targets"]["first"]] == [march.name]
	assert [one["name"] for one in found["drafts"]["first"]] == [draft.name]
	assert [
		(one["name"], one["fixed_amount"], one["allocated_amount"]) for one in found["allocations"]["first"]
	] == [(cut.name, 900, 700)]
	assert found["differences"] == 1


def test_h3_who_may_close_and_open_again(march):
	frappe.set_user(ANNA)
	for refused in (
		lambda: closings.close_target(march.name),
		lambda: closings.close(world.COMPANY, UP_TO),
		lambda: closings.before_closing_target(march.name),
		lambda: closings.before_closing(company=world.COMPANY, up_to=UP_TO),
		lambda: closings.reopen(march.name, "So"),
		lambda: closings.export(world.COMPANY),
	):
		with pytest.raises(frappe.PermissionError):
			refused()
	frappe.set_user("Administrator")
	close(march)
	frappe.set_user(MANAGER)
	with pytest.raises(frappe.PermissionError, match="Open Again"):
		closings.reopen(march.name, "So")
	frappe.set_user("master@example.com")
	closings.reopen(march.name, "So")
	assert stands(march)["period_status"] == "Open"


def test_h3_what_is_asked_wrongly_is_named(march):
	for method, values, words in (
		(closings.close, {"company": world.COMPANY, "up_to": " "}, "Up To is required"),
		(closings.close, {"company": "", "up_to": UP_TO}, "Company is required"),
		(closings.close, {"company": "Nobody", "up_to": UP_TO}, "Company: there is no Nobody"),
		(closings.close, {"company": world.COMPANY, "up_to": "soon"}, "Up To must be a date"),
		(closings.close, {"company": world.COMPANY_EUR, "up_to": UP_TO}, "Nothing to close"),
		(closings.close_target, {"sales_target": "ST-none"}, "Sales Target: there is no"),
		(closings.close_target, {"sales_target": " "}, "Sales Target is required"),
		(closings.reopen, {"sales_target": march.name, "reason": "So"}, "not closed"),
	):
		with pytest.raises(frappe.ValidationError, match=words):
			method(**values)


def test_h3_an_export_has_all_that_is_needed_to_check_it(sealed_march):
	closings.export(world.COMPANY)
	packed = zipfile.ZipFile(io.BytesIO(frappe.local.response.filecontent))
	entries = list(csv.DictReader(io.StringIO(packed.read("entries.csv").decode())))
	(one,) = csv.DictReader(io.StringIO(packed.read("closings.csv").decode()))
	digests = [seals.digest_of([row[column] for column in seals.SEALED]) for row in entries]
	assert one["seal"] == seals.seal(one["previous_seal"], one["sealed_text"], digests)
