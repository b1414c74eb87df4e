"""Conversations: what a save fills in, checks, links and closes (C1, C2, C7)."""

from __future__ import annotations

import frappe
import pytest
from bs4 import BeautifulSoup
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate, nowdate

from sales_extensions import install, pipeline
from sales_extensions.activities import led_to
from sales_extensions.api import conversations, pipeline_board
from sales_extensions.constants.indexes import INDEXES
from sales_extensions.conversations import board, history, notes, parties, seeds, settle
from sales_extensions.patches import named_conversations

from . import conversations_world as cw
from .day_world import as_user

ANNA, BOB, MANAGER = "anna@example.com", "bob@example.com", "manager@example.com"


def employee(name: str) -> str:
	return frappe.db.get_value("Employee", {"first_name": name}, "name")


# --- lists --------------------------------------------------------------------------------------


def test_c7_stages_are_seeded_in_order_with_their_outcomes():
	found = frappe.get_all("Pipeline Stage", fields=["name", "outcome"], order_by="sequence")
	assert [(row.name, row.outcome) for row in found] == [
		("Initial Contact", "Open"), ("Qualifying", "Open"), ("Lead Validation", "Open"),
		("Progression", "Open"), ("Won", "Won"), ("Lost", "Lost"),
	]  # fmt: skip


def test_c2_what_users_changed_in_the_lists_stays_and_what_they_deleted_does_not_come_back():
	frappe.delete_doc("Conversation Topic", "Complaint")
	frappe.db.set_value("Conversation Method", "Call", "communication_medium", "Other")
	install.after_migrate()
	assert not frappe.db.exists("Conversation Topic", "Complaint")
	assert frappe.db.get_value("Conversation Method", "Call", "communication_medium") == "Other"


def test_c2_lists_are_seeded_where_none_was_seeded():
	for doctype in seeds.LISTS:
		frappe.db.delete(doctype)
	frappe.db.set_single_value(seeds.SETTINGS, seeds.SEEDED, "")
	seeds.seed()
	assert {doctype: frappe.db.count(doctype) for doctype in seeds.LISTS} == {
		doctype: len(rows) for doctype, rows in seeds.LISTS.items()
	}


# --- what is filled in --------------------------------------------------------------------------


def test_c1_a_bare_note_gets_employee_user_date_time_and_topic():
	frappe.db.set_value("Employee", employee("Anna"), "default_conversation_topic", "Offer")
	frappe.set_user(ANNA)
	doc = cw.conversation()
	doc.reload()
	assert (doc.employee, doc.user, doc.written_by) == (employee("Anna"), ANNA, ANNA)
	assert (doc.conversation_date, doc.about, doc.party_name) == (getdate(), "Offer", "Shop One")
	assert doc.time_begin and doc.time_begin.seconds % 60 == 0
	assert (doc.time_end, doc.duration_minutes, doc.completed) == (None, 0, 0)


def test_c1_what_was_given_is_kept():
	frappe.set_user(ANNA)
	doc = cw.conversation(conversation_date="2026-03-10", time_begin="10:00", about="Order", how="Call")
	doc.reload()
	assert (str(doc.conversation_date), str(doc.time_begin)) == ("2026-03-10", "10:00:00")
	assert (doc.about, doc.how) == ("Order", "Call")


def test_c1_an_earlier_day_gets_no_time_of_today():
	assert cw.conversation(conversation_date=add_days(nowdate(), -3)).time_begin is None


def test_c1_nobody_writes_in_anothers_name():
	frappe.set_user(ANNA)
	with pytest.raises(frappe.PermissionError, match="Employee"):
		cw.conversation(employee=employee("Bob"))
	doc = cw.conversation(user=BOB, written_by=BOB, completed_by=BOB, owner=BOB)
	assert (doc.user, doc.written_by, doc.completed_by) == (ANNA, ANNA, None)


def test_c1_who_is_no_employee_saves_an_emptied_employee():
	frappe.db.set_value("Employee", employee("Anna"), "user_id", None)
	frappe.set_user(ANNA)
	doc = cw.conversation()
	doc.employee, doc.with_whom = "", "Piet"
	doc.save()
	assert (doc.user, doc.employee, doc.with_whom) == (ANNA, None, "Piet")


def test_c1_the_name_of_the_party_is_the_partys_own():
	doc = cw.conversation()
	doc.party_name = "Somebody Else"
	doc.save()
	assert frappe.db.get_value("Conversation", doc.name, "party_name") == "Shop One"


def test_c1_a_manager_enters_for_an_employee():
	frappe.set_user(MANAGER)
	doc = cw.conversation(employee=employee("Bob"))
	assert (doc.user, doc.written_by) == (BOB, MANAGER)


def test_c1_who_becomes_a_user_has_the_conversations_that_were_entered_for_them():
	bob = frappe.get_doc("Employee", employee("Bob"))
	bob.user_id = None
	bob.save()
	frappe.set_user(MANAGER)
	doc = cw.conversation(employee=bob.name, pipeline_position="Qualifying")
	frappe.set_user("Administrator")
	for user, whose in ((BOB, BOB), (None, MANAGER)):
		bob.user_id = user
		bob.save()
		assert frappe.db.get_value("Conversation", doc.name, "user") == whose
		assert frappe.db.get_value("Pipeline Passage", {"party": "Shop One"}, "user") == whose
		assert pipeline.verify() == []


def test_c2_a_disabled_default_topic_is_not_used():
	frappe.db.set_value("Employee", employee("Anna"), "default_conversation_topic", "Offer")
	frappe.db.set_value("Conversation Topic", "Offer", "disabled", 1)
	frappe.set_user(ANNA)
	assert cw.conversation().about is None


def test_c1_end_and_duration_follow_each_other_through_saves():
	doc = cw.conversation(conversation_date="2026-03-10", time_begin="10:00", duration_minutes=45)
	assert doc.time_end == "10:45:00"
	doc.reload()
	doc.time_end = "11:30:00"
	doc.save()
	assert doc.duration_minutes == 90
	doc.reload()
	doc.time_begin = "12:00"
	doc.save()
	assert (doc.time_end, doc.duration_minutes) == ("13:30:00", 90)


def test_c1_completed_is_stamped_once_and_cleared():
	frappe.set_user(ANNA)
	doc = cw.conversation(completed=1)
	assert doc.completed_by == ANNA and doc.completed_on
	stamped = doc.completed_on
	doc.with_whom = "Piet"
	doc.save()
	assert doc.completed_on == stamped
	doc.completed = 0
	doc.save()
	assert (doc.completed_on, doc.completed_by) == (None, None)


# --- follow-ups ---------------------------------------------------------------------------------


def test_c1_a_follow_up_links_back_and_closes_the_earlier_one():
	frappe.set_user(ANNA)
	first = cw.conversation(follow_up_date=nowdate())
	second = cw.conversation(follow_up_of=first.name)
	first.reload()
	assert second.is_follow_up
	assert (first.completed, first.completed_by) == (1, ANNA)


def test_c1_the_earlier_one_stays_open_when_asked():
	first = cw.conversation(follow_up_date=nowdate())
	cw.conversation(follow_up_of=first.name, completes_earlier=0)
	assert not frappe.db.get_value("Conversation", first.name, "completed")


def test_c1_a_ticked_follow_up_finds_what_it_follows():
	frappe.set_user(ANNA)
	waits = cw.conversation(follow_up_date=nowdate())
	cw.conversation()
	assert cw.conversation(is_follow_up=1).follow_up_of == waits.name


def test_c1_a_ticked_follow_up_follows_nothing_that_its_writer_may_not_see():
	lead = cw.lead(territory="Spain")
	theirs = cw.conversation(lead.name, party_type="Lead", note="Theirs.")
	customer = cw.customer("Lara Ltd", lead_name=lead.name)
	unsaved = cw.conversation(customer.name, save=False, conversation_date=nowdate())
	assert settle.waiting_for(unsaved) == theirs.name
	add_user_permission("Territory", "Holland", ANNA, ignore_permissions=True)
	frappe.clear_cache(user=ANNA)
	frappe.set_user(ANNA)
	followed = cw.conversation(customer.name, is_follow_up=1).follow_up_of
	frappe.clear_cache(user=ANNA)
	assert followed is None


def test_c1_a_long_row_of_follow_ups_makes_the_next_no_slower(monkeypatch):
	def statements(**fields) -> int:
		sent, sql = [], frappe.db.sql
		with monkeypatch.context() as patch:
			patch.setattr(frappe.db, "sql", lambda *args, **more: [sent.append(args), sql(*args, **more)][1])
			cw.conversation(**fields)
		return len(sent)

	last = cw.conversation().name
	statements(follow_up_of=last)  # fills the caches
	short = statements(follow_up_of=cw.conversation().name)
	for _number in range(5):
		last = cw.conversation(follow_up_of=last).name
	assert statements(follow_up_of=last) == short


def test_c1_unticked_it_follows_nothing():
	first = cw.conversation()
	second = cw.conversation(follow_up_of=first.name)
	second.is_follow_up = 0
	second.save()
	assert second.follow_up_of is None


def test_c1_a_lead_that_became_the_customer_is_the_same_party():
	lead = cw.lead()
	first = cw.conversation(lead.name, party_type="Lead")
	customer = cw.customer("Lara Ltd", lead_name=lead.name)
	assert cw.conversation(customer.name, follow_up_of=first.name).follow_up_of == first.name
	assert set(parties.same_party("Lead", lead.name)) == {("Lead", lead.name), ("Customer", customer.name)}


def test_c1_what_was_followed_up_is_deleted_after_its_follow_up():
	first = cw.conversation()
	second = cw.conversation(follow_up_of=first.name)
	with pytest.raises(frappe.LinkExistsError, match="followed up"):
		first.delete()
	second.delete()
	frappe.delete_doc("Conversation", first.name)


def test_on_a_large_site_no_conversation_reads_whole_tables_of_others(monkeypatch):
	"""Who became whose customer, and what was booked, are asked by index."""
	said = cw.conversation(cw.lead().name, party_type="Lead")
	sent, database = [], type(frappe.local.db)
	run = database.sql
	monkeypatch.setattr(
		database,
		"sql",
		lambda db, query, values=(), **more: sent.append((query, values)) or run(db, query, values, **more),
	)
	parties.same_party("Lead", said.party)
	parties.same_party("Prospect", "Some Prospect")
	led_to.outcomes(said)
	monkeypatch.undo()
	asked = {}
	for query, values in sent:
		for row in frappe.db.sql(f"EXPLAIN {query}", values, as_dict=True):
			asked.setdefault(row.table, set()).update((row.possible_keys or "").split(","))
	for doctype, indexes in INDEXES.items():
		assert asked[f"tab{doctype}"] >= set(indexes), doctype


# --- bad input ----------------------------------------------------------------------------------

BAD = {
	"time end before begin": ({"time_begin": "10:00", "time_end": "09:00"}, "Time End 09:00 is before Time Begin"),
	"past midnight": ({"time_begin": "23:30", "duration_minutes": 60}, "end after midnight"),
	"longer than a day": ({"duration_minutes": 1441}, "Duration Minutes is 1,441"),
	"negative": ({"duration_minutes": -5}, "Duration Minutes is -5"),
	"all three at odds": (
		{"time_begin": "10:00", "time_end": "11:00", "duration_minutes": 5}, "Duration Minutes 5 does not fit"
	),
	"follow-up in the past": (
		{"conversation_date": "2026-01-05", "follow_up_date": "2026-01-06"}, "Follow Up 01-06-2026 is in the past"
	),
	"follow-up before the date": ({"follow_up_date": "2026-01-06"}, "is before the conversation's Date"),
	"in the future": ({"conversation_date": "2099-01-01"}, "Date 01-01-2099 is in the future"),
	"no note": ({"note": " \n "}, "Note: write what was said"),
	"100 kB note": ({"note": "x" * 100_000}, "Note has 100,000 characters; at most 10,000"),
	"no date": ({"conversation_date": "soon"}, "Date must be a date"),
	"no time": ({"time_begin": "25:10"}, "Time Begin must be a time"),
	"no number": ({"duration_minutes": "long"}, "Duration Minutes must be a whole number"),
	"unknown stage": (
		{"pipeline_position": "Nirvana"},
		"Pipeline Position: there is no Nirvana. Choose one of: Initial Contact, Qualifying",
	),
	"unknown party": ({"party": "Nobody"}, "Party: Nobody"),
	"unknown party type": ({"party_type": "Supplier"}, "Party: Shop One"),
	"unknown earlier one": ({"follow_up_of": "nope"}, "Follow Up Of: nope"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_x5_bad_input_is_refused_by_name(case):
	fields, words = BAD[case]
	before = frappe.db.count("Conversation")
	with pytest.raises(frappe.ValidationError, match=words):
		cw.conversation(**{"party": "Shop One", "note": "Hello", **fields})
	assert frappe.db.count("Conversation") == before


def test_c1_a_conversation_has_a_title_that_people_can_read_and_the_name_of_whose_it_is():
	with as_user(ANNA):
		doc = cw.conversation("Shop One", conversation_date="2026-03-05")
	assert (doc.get_title(), doc.employee_name) == ("Shop One, 2026-03-05", "Anna")
	with as_user(ANNA):
		doc.update({"title": "Mine", "employee_name": "Mine", "conversation_date": "2026-03-06"}).save()
	assert (doc.title, doc.employee_name) == ("Shop One, 2026-03-06", "Anna")
	customer = frappe.get_doc("Customer", "Shop One")
	customer.customer_name = "Shop Won"
	customer.save()
	worker = frappe.get_doc("Employee", doc.employee)
	worker.first_name = "Annabel"
	worker.save()
	doc.reload()
	assert (doc.title, doc.employee_name) == ("Shop Won, 2026-03-06", "Annabel")


def test_c1_conversations_of_before_get_their_titles_and_names():
	with as_user(ANNA):
		doc = cw.conversation("Shop One", conversation_date="2026-03-05")
	wanted = (doc.title, doc.employee_name)
	doc.db_set({"title": None, "employee_name": None}, update_modified=False)
	named_conversations.execute()
	doc.reload()
	assert (doc.title, doc.employee_name) == wanted


def test_c1_conversations_of_earlier_builds_get_a_day_that_is_one_day_and_names_as_text():
	doc = cw.conversation("Shop One", conversation_date="2026-03-05")
	doc.db_set({"title": "Shop One, 03-05-2026", "employee_name": "Anna <b>Bold</b>"}, update_modified=False)
	for _again in range(2):
		named_conversations.execute()
	doc.reload()
	assert doc.title == "Shop One, 2026-03-05"
	assert doc.employee_name == "Anna <\N{ZERO WIDTH SPACE}b>Bold<\N{ZERO WIDTH SPACE}/b>"


def test_c1_a_user_without_an_employee_gets_another_name_in_their_conversations():
	with as_user("carl@example.com"):
		doc = cw.conversation("Shop One")
	carl = frappe.get_doc("User", "carl@example.com")
	carl.first_name, carl.last_name = "Charles", "Long"
	carl.save(ignore_permissions=True)
	assert doc.reload().employee_name == "Charles Long"


def test_x5_a_disabled_stage_is_refused_only_when_it_is_chosen_anew():
	doc = cw.conversation(pipeline_position="Qualifying")
	frappe.db.set_value("Pipeline Stage", "Qualifying", "disabled", 1)
	doc.with_whom = "Piet"
	doc.save()
	with pytest.raises(frappe.ValidationError, match="Qualifying is disabled"):
		cw.conversation(pipeline_position="Qualifying")


def test_x5_a_follow_up_of_itself_of_another_party_or_in_a_circle_is_refused():
	first = cw.conversation()
	second = cw.conversation(follow_up_of=first.name)
	for earlier, words in ((first.name, "itself"), (second.name, "follows this one")):
		first.reload()
		first.follow_up_of = earlier
		with pytest.raises(frappe.ValidationError, match=words):
			first.save()
	with pytest.raises(frappe.ValidationError, match="another party"):
		cw.conversation("Builder Two", follow_up_of=first.name)


def test_x5_what_was_followed_up_stays_with_its_party_and_before_its_follow_up():
	first = cw.conversation(conversation_date=add_days(nowdate(), -5))
	cw.conversation(conversation_date=add_days(nowdate(), -2), follow_up_of=first.name)
	first.reload()
	first.party = "Builder Two"
	with pytest.raises(frappe.ValidationError, match="Party: this conversation was followed up"):
		first.save()
	first.reload()
	first.conversation_date = add_days(nowdate(), -1)
	with pytest.raises(frappe.ValidationError, match="is after the follow-up of"):
		first.save()
	first.reload()
	first.conversation_date = add_days(nowdate(), -3)
	first.save()


@pytest.mark.parametrize("filters", ['[5, "x", {"a": 1}]', "{nonsense", '"text"'])
def test_x5_filters_of_the_calendar_that_are_none_are_left_out(filters):
	found = cw.conversation()
	shown = conversations.calendar(nowdate(), nowdate(), filters)
	assert found.name in [one["name"] for one in shown]


@pytest.mark.parametrize(
	("asked", "is_shown"),
	[
		(("conversation_date", "Between", ["today", "today"]), True),
		(("conversation_date", "Between", ["2020-01-01", "2020-12-31"]), False),
		(("conversation_date", "Timespan", "today"), True),
		(("conversation_date", "Timespan", "last year"), False),
		(("employee", "descendants of (inclusive)", "Anna"), True),
		(("employee", "descendants of", "Anna"), False),
		# what is none of these is left out
		(("conversation_date", "Timespan", "last moon"), True),
		(("conversation_date", "Timespan", ["last", "year"]), True),
		(("conversation_date", "Between", "2020"), True),
		(("note", "descendants of", "Anna"), True),
	],
)
def test_c3_the_calendar_keeps_to_what_the_desk_lets_choose(asked, is_shown):
	frappe.set_user(ANNA)
	found = cw.conversation()
	field, operator, value = asked
	days = [nowdate() if one == "today" else one for one in value] if isinstance(value, list) else value
	value = employee("Anna") if field == "employee" else days
	filters = frappe.as_json([["Conversation", field, operator, value, False]])
	shown = conversations.calendar(nowdate(), nowdate(), filters)
	assert (found.name in [one["name"] for one in shown]) is is_shown


@pytest.mark.parametrize(
	("begin", "end", "shown"),
	[("10:20", "10:32", "10:32:00"), ("10:20", "10:20", "10:35:00"), ("23:50", None, "23:59:59")],
)
def test_c3_the_calendar_has_the_times_that_were_noted_and_one_of_no_length_some(begin, end, shown):
	found = cw.conversation(time_begin=begin)
	found.db_set({"time_end": end, "duration_minutes": 0})
	(event,) = [one for one in conversations.calendar(nowdate(), nowdate()) if one["name"] == found.name]
	assert event["ends_on"] == f"{found.conversation_date} {shown}"


@pytest.mark.parametrize("start", [10**30, "-5", "soon"])
def test_x5_a_page_of_the_history_that_is_none_is_empty_or_the_first(start):
	cw.conversation()
	assert len(conversations.history("Customer", "Shop One", start=start)["rows"]) == (
		0 if start == 10**30 else 1
	)


def test_x5_a_script_in_a_note_is_no_script():
	doc = cw.conversation(note="a < b <script>alert(1)</script>", with_whom="<img src=x onerror=alert(1)>")
	doc.reload()
	assert "<script" not in doc.note and "<img" not in doc.with_whom


def test_c1_a_note_is_kept_as_it_was_typed():
	typed = "price <b and c>, ask Jan <jan@example.com>; 3 < 4 & so on </b> <!-- no -->"
	for private in (0, 1):
		doc = cw.conversation(note=typed, is_private=private)
		doc.reload()
		doc.with_whom = "Jan"
		doc.save()
		doc.reload()
		kept = notes.text_for(doc)
		assert kept.replace("\N{ZERO WIDTH SPACE}", "") == typed
		assert not BeautifulSoup(kept, "html.parser").find(), "nothing in it is HTML, wherever it is shown"


# --- renames ------------------------------------------------------------------------------------


def test_t3_renamed_and_merged_parties_keep_their_conversations():
	doc = cw.conversation(cw.customer("Old Name").name)
	frappe.rename_doc("Customer", "Old Name", "New Name")
	doc.reload()
	assert (doc.party, doc.party_name) == ("New Name", "New Name")
	frappe.rename_doc("Customer", "New Name", "Shop One", merge=True)
	doc.reload()
	assert (doc.party, doc.party_name) == ("Shop One", "Shop One")


def test_t3_a_party_with_conversations_is_not_deleted():
	cw.conversation(cw.customer("Talked To").name)
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Customer", "Talked To")


# --- private notes ------------------------------------------------------------------------------


def test_private_notes_are_nowhere_but_with_their_writer():
	frappe.set_user(ANNA)
	doc = cw.conversation(note="Secret price", is_private=1)
	assert doc.note == ""
	assert frappe.db.get_value("Conversation", doc.name, "note") == ""
	assert notes.text_for(doc) == "Secret price"
	for user in (BOB, MANAGER, "Administrator"):
		assert notes.text_for(doc, user) == ""
	doc.with_whom = "Piet"  # saved by a form that never got the text
	doc.save()
	assert notes.text_for(doc) == "Secret price"
	doc.is_private = 0
	doc.save()
	assert doc.note == "Secret price" and notes.stored(doc.name) == ""


def test_a_private_note_goes_with_its_conversation():
	doc = cw.conversation(note="Secret price", is_private=1)
	doc.delete()
	assert notes.stored(doc.name) == ""


# --- documents, renames of employees, the board -------------------------------------------------


def test_c6_a_conversation_is_about_a_document_of_its_party_and_outlives_it():
	opportunity = cw.opportunity("Shop One")
	about = {"reference_doctype": "Opportunity", "reference_name": opportunity.name}
	doc = cw.conversation(**about)
	with pytest.raises(frappe.ValidationError, match="another party"):
		cw.conversation("Builder Two", **about)
	opportunity.delete()
	doc.reload()
	assert (doc.reference_doctype, doc.reference_name) == (None, None)


def test_c7_a_card_that_is_moved_is_a_conversation_and_a_new_position():
	frappe.set_user(ANNA)
	cw.conversation(pipeline_position="Qualifying")
	card = frappe.get_last_doc("Pipeline Passage", {"party": "Shop One", "outcome": "Open"})
	assert card.board_stage == "Qualifying"
	made = board.move(card.name, "Qualifying", "Won")
	card.reload()
	assert (card.outcome, card.left_by_name, card.board_stage) == ("Won", made, "Won")
	with pytest.raises(frappe.ValidationError, match="is at Won now"):
		board.move(card.name, "Qualifying", "Progression")


@pytest.fixture
def card():
	"""A card of Anna's at Qualifying: its doctype's document, and what the pipeline counts of it."""
	frappe.set_user(ANNA)
	cw.conversation(pipeline_position="Qualifying", conversation_date="2026-03-01")
	return frappe.get_last_doc("Pipeline Passage", {"party": "Shop One", "outcome": "Open"})


def passages() -> list[tuple]:
	rows = frappe.get_all(
		"Pipeline Passage",
		{"party": "Shop One"},
		["pipeline_stage", "outcome", "stage_since"],
		order_by="passage",
	)
	return [(row.pipeline_stage, row.outcome, str(row.stage_since)) for row in rows]


@pytest.mark.parametrize("end", ["Won", "Lost", "Progression"])
def test_c7_a_card_moved_and_back_on_the_same_day_is_as_if_it_had_not_been(card, end):
	before = passages(), frappe.db.count("Conversation", {"party": "Shop One"})
	board.move(card.name, "Qualifying", end)
	assert passages() != before[0]
	assert board.move(card.name, end, "Qualifying") is None
	assert (passages(), frappe.db.count("Conversation", {"party": "Shop One"})) == before


def test_c7_a_card_dropped_in_won_and_moved_on_to_another_stage_was_never_won(card):
	board.move(card.name, "Qualifying", "Won")
	made = board.move(card.name, "Won", "Progression")
	assert passages() == [("Progression", "Open", str(getdate()))]
	assert (
		frappe.db.get_value("Conversation", made, "note")
		== "Moved on the board from Qualifying to Progression."
	)


def test_c7_a_win_of_another_day_stays_and_the_card_begins_anew(card):
	won = board.move(card.name, "Qualifying", "Won")
	frappe.db.set_value("Conversation", won, "conversation_date", "2026-03-05")
	board.move(card.name, "Won", "Qualifying")
	assert [outcome for _stage, outcome, _since in passages()] == ["Won", "Open"]


def test_c7_a_win_of_another_user_stays_and_the_card_begins_anew(card):
	board.move(card.name, "Qualifying", "Won")
	frappe.set_user(BOB)
	board.move(card.name, "Won", "Qualifying")
	assert [outcome for _stage, outcome, _since in passages()] == ["Won", "Open"]


def test_c7_what_was_written_into_a_move_is_kept_when_it_is_taken_back(card):
	won = board.move(card.name, "Qualifying", "Won")
	doc = frappe.get_doc("Conversation", won)
	doc.note = "They said yes"
	doc.save()
	board.move(card.name, "Won", "Qualifying")
	assert [outcome for _stage, outcome, _since in passages()] == ["Open"]
	kept = frappe.get_doc("Conversation", won)
	assert (kept.note, kept.pipeline_position) == ("They said yes", None)


def added_to(move: str, kind: str) -> str:
	"""What Bob, or a program, adds without a change of the conversation; its name."""
	about = {"reference_type": "Conversation", "reference_name": move}
	of_it = {"reference_doctype": "Conversation", "reference_name": move}
	of_event = {"reference_doctype": "Conversation", "reference_docname": move}
	return (
		frappe.get_doc(
			{
				"ToDo": {"description": "Ask the bank", "allocated_to": BOB, **about},
				"Comment": {"comment_type": "Comment", "content": "Well done", **of_it},
				"Communication": {"subject": "Thanks", "content": "Thanks", **of_it},
				"Event": {
					"subject": "Sign",
					"starts_on": f"{nowdate()} 10:00:00",
					"event_participants": [of_event],
				},
				"File": {
					"file_name": "offer.txt",
					"content": "an offer",
					"attached_to_doctype": "Conversation",
					"attached_to_name": move,
				},
			}[kind]
			| {"doctype": kind}
		)
		.insert(ignore_permissions=True)
		.name
	)


@pytest.mark.parametrize("kind", ["ToDo", "Comment", "Communication", "Event", "File"])
def test_c7_what_others_added_to_a_move_is_kept_when_it_is_taken_back(card, kind):
	won = board.move(card.name, "Qualifying", "Won")
	added = added_to(won, kind)
	frappe.clear_messages()
	assert board.move(card.name, "Won", "Qualifying") is None
	assert frappe.db.exists(kind, added) and frappe.db.exists("Conversation", won)
	assert passages() == [("Qualifying", "Open", "2026-03-01")]
	assert frappe.local.message_log == [], "and nobody is told that something could not be deleted"


def test_c7_a_move_that_was_followed_up_is_kept_when_it_is_taken_back(card):
	won = board.move(card.name, "Qualifying", "Won")
	cw.conversation(follow_up_of=won)
	assert board.move(card.name, "Won", "Qualifying") is None
	assert frappe.db.exists("Conversation", won)
	assert passages() == [("Qualifying", "Open", "2026-03-01")]


def test_c7_the_board_offers_to_undo_a_move(card):
	def dropped(source: str, goal: str) -> list[dict]:
		frappe.clear_messages()
		pipeline_board.update_order_for_single_card(board.BOARD, card.name, source, goal, 0, 0)
		return [frappe.parse_json(one) for one in frappe.local.message_log]

	(told,) = dropped("Qualifying", "Won")
	back = f'href="#undo-card?board=Sales+Pipeline&amp;card={card.name}&amp;from=Won&amp;to=Qualifying"'
	assert back in told["message"] and told["alert"]
	assert dropped("Won", "Qualifying") == []
	assert passages() == [("Qualifying", "Open", "2026-03-01")]


def test_c7_the_board_has_a_column_for_each_stage():
	def columns() -> list[str]:
		return [column.column_name for column in frappe.get_doc("Kanban Board", board.BOARD).columns]

	stage = frappe.get_doc({"doctype": "Pipeline Stage", "stage_name": "Trial", "sequence": 25}).insert()
	assert columns()[:4] == ["Initial Contact", "Qualifying", "Trial", "Lead Validation"]
	frappe.rename_doc("Pipeline Stage", "Trial", "Test Run")
	assert columns()[2] == "Test Run"
	stage = frappe.get_doc("Pipeline Stage", "Test Run")
	stage.disabled = 1
	stage.save()
	assert "Test Run" not in columns()


def test_c3_the_history_of_a_customer_holds_that_of_the_lead_it_was_newest_first_and_paged():
	frappe.set_user(ANNA)
	lead = cw.lead()
	cw.past(lead.name, "2026-03-01", party_type="Lead", note="one")
	customer = cw.customer("Lara Ltd", lead_name=lead.name)
	cw.past(customer.name, "2026-03-03", note="three", time_begin="09:00")
	cw.past(customer.name, "2026-03-03", note="four", time_begin="10:00")
	cw.past(customer.name, "2026-03-02", note="two")
	first = conversations.history("Customer", customer.name, 0, 3)
	rest = conversations.history("Customer", customer.name, 3, 3)
	assert [row.note for row in first["rows"]] == ["four", "three", "two"] and first["more"]
	assert [row.note for row in rest["rows"]] == ["one"] and not rest["more"]
	assert len(history.timeline("Customer", customer.name)) == 4


def test_c3_a_new_conversation_is_offered_what_waits_for_it():
	frappe.set_user(ANNA)
	waits = cw.conversation(follow_up_date=nowdate())
	found = conversations.defaults("Customer", "Shop One")
	assert found["waiting"]["name"] == waits.name and found["employee"] == employee("Anna")


def test_c3_an_answer_begins_with_what_is_answered_and_a_private_note_stays_its_writers():
	frappe.set_user(ANNA)
	open_one = cw.conversation(note="Wants two")
	private = cw.conversation(note="Only mine", is_private=1)
	told = conversations.defaults("Customer", "Shop One", private.name)["answered"]
	assert (told["note"], told["by"]) == ("Only mine", "Anna")
	frappe.set_user(MANAGER)
	told = [
		conversations.defaults("Customer", "Shop One", one.name)["answered"] for one in (open_one, private)
	]
	assert [one and one["note"] for one in told] == ["Wants two", ""]
	assert conversations.defaults("Customer", "Shop One", "nothing")["answered"] is None
