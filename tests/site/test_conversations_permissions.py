"""Who sees, edits and deletes a conversation, and who reads a private note, on every path (issue 4, item 7; X5).

Made by Anna, committed:

	public    Shop One      "Talked about mills"
	private   Shop One      SECRET
	builder   Builder Two   "About a pump"
"""

from __future__ import annotations

import io
import json

import frappe
import pytest

from . import conversations_world as cw
from . import world
from .http import Client
from .test_upsell_permissions import restricted

ANNA, BOB, MANAGER, SYSMAN, NOBODY = (
	"anna@example.com", "bob@example.com", "manager@example.com", "sysman@example.com", "nobody@example.com",
)  # fmt: skip
SECRET = "Zebra-discount-forty"
DOCTYPE = "Conversation"
pytestmark = pytest.mark.committed


@pytest.fixture(scope="module")
def made(server) -> dict[str, str]:
	frappe.set_user("Administrator")
	world.wipe()
	frappe.set_user(ANNA)
	names = {
		"public": cw.conversation(note="Talked about mills", time_begin="09:00").name,
		"private": cw.conversation(note=SECRET, is_private=1).name,
		"builder": cw.conversation("Builder Two", "About a pump").name,
	}
	frappe.set_user("Administrator")
	frappe.db.commit()
	return names


@pytest.fixture(scope="module")
def clients(server) -> dict[str, Client]:
	return {user: Client(server, user) for user in (ANNA, BOB, MANAGER, SYSMAN, NOBODY)}


# --- edits --------------------------------------------------------------------------------------

#: change, and who may make it; the writer makes all of them
EDITS = {
	"note": ({"note": "Rewritten"}, set()),
	"private": ({"is_private": 1}, set()),
	"date": ({"conversation_date": "2026-01-05"}, set()),
	"with whom": ({"with_whom": "Somebody"}, set()),
	"party": ({"party": "Home Three"}, set()),
	"duration": ({"duration_minutes": 90}, set()),
	"completed": ({"completed": 1}, {MANAGER}),
	"stage": ({"pipeline_position": "Qualifying"}, {MANAGER}),
	"follow up": ({"follow_up_date": "2099-01-01"}, {MANAGER}),
}


@pytest.mark.parametrize("edit", EDITS)
def test_another_ones_conversation_is_edited_by_nobody_and_moved_on_by_managers(made, clients, edit):
	values, allowed = EDITS[edit]
	for user in (BOB, MANAGER, SYSMAN, NOBODY):
		answer = clients[user].put(DOCTYPE, made["public"], values)
		assert (answer.status == 200) == (user in allowed), (user, answer)
		if user not in allowed:
			assert answer.status == 403, (user, answer)
	assert clients[ANNA].put(DOCTYPE, made["public"], values).status == 200
	undo = {"note": "Talked about mills", "is_private": 0, "party": "Shop One", "with_whom": "", "completed": 0,
		"pipeline_position": "", "follow_up_date": "", "duration_minutes": 0}  # fmt: skip
	assert clients[ANNA].put(DOCTYPE, made["public"], undo).status == 200


def test_no_other_path_edits_anothers_note(made, clients):
	frappe.share.add(DOCTYPE, made["public"], BOB, read=1, write=1)
	frappe.db.commit()
	bob, manager = clients[BOB], clients[MANAGER]
	forged = {"doctype": DOCTYPE, "name": made["public"], "written_by": BOB, "owner": BOB, "note": "Forged"}
	for client in (bob, manager):
		for answer in (
			client.put(
				DOCTYPE, made["public"], {"note": "Shared", "written_by": client.user, "user": client.user}
			),
			client.call(
				"frappe.client.set_value", doctype=DOCTYPE, name=made["public"], fieldname="note", value="Set"
			),
			client.call("frappe.client.save", doc=forged),
			client.call("frappe.desk.form.save.savedocs", doc=json.dumps(forged), action="Save"),
		):
			assert answer.status != 200, answer
	client = clients[MANAGER]
	client.call(
		"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", doctype=DOCTYPE,
		docnames=[made["public"]], action="update", data={"note": "Bulk"},
	)  # fmt: skip
	frappe.db.rollback()
	assert frappe.db.get_value(DOCTYPE, made["public"], ("note", "written_by")) == (
		"Talked about mills",
		ANNA,
	)
	frappe.share.remove(DOCTYPE, made["public"], BOB)
	frappe.db.commit()


def test_only_the_writer_and_managers_delete(made, clients):
	frappe.set_user(ANNA)
	doomed = cw.conversation(note="For the bin").name
	frappe.set_user("Administrator")
	frappe.db.commit()
	assert clients[BOB].delete(DOCTYPE, doomed).status == 403
	assert clients[NOBODY].delete(DOCTYPE, doomed).status == 403
	assert clients[ANNA].delete(DOCTYPE, doomed).status == 202


# --- who sees -----------------------------------------------------------------------------------


def seen(client: Client) -> set[str]:
	return {row["name"] for row in client.get(DOCTYPE).data or []}


def test_sellers_see_those_of_the_parties_they_may_read(made, clients):
	assert seen(clients[BOB]) == seen(clients[MANAGER]) == seen(clients[SYSMAN]) == set(made.values())
	assert clients[NOBODY].get(DOCTYPE).status == 403
	with restricted(BOB, "Customer", "Builder Two"):
		assert seen(clients[BOB]) == {made["builder"]}
		assert clients[BOB].get(DOCTYPE, made["public"]).status == 403
		asked = clients[BOB].call(
			"sales_extensions.api.conversations.history", party_type="Customer", party="Shop One"
		)
		assert asked.status == 403
		refused = clients[BOB].post(
			DOCTYPE, {"party_type": "Customer", "party": "Shop One", "note": "Whose is this?"}
		)
		assert refused.status == 403
	with restricted(ANNA, "Customer", "Home Three"):
		assert seen(clients[ANNA]) == set(made.values()), "one's own stay one's own"
	with restricted(MANAGER, "Customer", "Shop One"):
		assert seen(clients[MANAGER]) == {made["public"], made["private"]}


def test_the_calendar_and_the_board_ask_too(made, clients):
	days = {"start": "2020-01-01", "end": "2099-01-01"}
	method = "sales_extensions.api.conversations.calendar"
	assert {row["name"] for row in clients[BOB].call(method, **days).data} == set(made.values())
	with restricted(BOB, "Customer", "Builder Two"):
		assert {row["name"] for row in clients[BOB].call(method, **days).data} == {made["builder"]}
	assert clients[NOBODY].call(method, **days).status == 403
	move = "frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card"
	assert clients[NOBODY].call(
		move,
		board_name="Sales Pipeline",
		docname="x",
		from_colname="a",
		to_colname="b",
		old_index=0,
		new_index=0,
	).status in (403, 404)


# --- private notes ------------------------------------------------------------------------------


def asked_about(name: str) -> dict[str, tuple[str, dict]]:
	"""Every way to get at a note that the framework offers."""
	fields = json.dumps([f"`tab{DOCTYPE}`.`name`", f"`tab{DOCTYPE}`.`note`"])
	view = {"doctype": DOCTYPE, "fields": fields, "view": "Report", "page_length": 50, "start": 0}
	return {
		"document": ("frappe.client.get", {"doctype": DOCTYPE, "name": name}),
		"form": ("frappe.desk.form.load.getdoc", {"doctype": DOCTYPE, "name": name}),
		"list": ("frappe.client.get_list", {"doctype": DOCTYPE, "fields": ["name", "note"]}),
		"value": ("frappe.client.get_value",
			{"doctype": DOCTYPE, "fieldname": "note", "filters": {"name": name}}),
		"report view": ("frappe.desk.reportview.get", view),
		"export": ("frappe.desk.reportview.export_query", {**view, "file_format_type": "CSV", "title": "x"}),
		"link search": ("frappe.desk.search.search_link", {"doctype": DOCTYPE, "txt": "Zebra"}),
		"global search": ("frappe.utils.global_search.search", {"text": "Zebra"}),
		"history": ("sales_extensions.api.conversations.history", {"party_type": "Customer", "party": "Shop One"}),
		"party's form": ("frappe.desk.form.load.getdoc", {"doctype": "Customer", "name": "Shop One"}),
		"password": ("frappe.client.get_password", {"doctype": DOCTYPE, "name": name, "fieldname": "note"}),
		"store": ("frappe.client.get_list", {"doctype": "__Auth", "fields": ["*"]}),
	}  # fmt: skip


def test_nobody_but_its_writer_reads_a_private_note_on_any_path(made, clients):
	frappe.db.sql("DO 1")
	for user in (BOB, MANAGER, SYSMAN):
		for path, (method, values) in asked_about(made["private"]).items():
			answer = clients[user].call(method, **values)
			assert SECRET not in answer.raw, (user, path)
	assert SECRET in clients[ANNA].call(*("sales_extensions.api.conversations.history",), party_type="Customer", party="Shop One").raw  # fmt: skip
	assert (
		SECRET
		in clients[ANNA].call("frappe.desk.form.load.getdoc", doctype=DOCTYPE, name=made["private"]).raw
	)


def test_a_filter_is_no_oracle_for_a_private_note(made, clients):
	for user in (BOB, MANAGER, SYSMAN):
		for filters in ([["note", "like", "%Zebra%"]], [["note", "=", SECRET]]):
			assert clients[user].get(DOCTYPE, filters=json.dumps(filters)).data == []


def test_the_text_of_a_private_note_is_in_no_table_of_the_site(made):
	text = io.StringIO()
	for table in (DOCTYPE, "Version", "Comment", "Deleted Document", "Notification Log", "Pipeline Party"):
		for row in frappe.db.sql(f"SELECT * FROM `tab{table}`"):
			print(row, file=text)
	for row in frappe.db.sql("SELECT * FROM __Auth"), frappe.db.sql("SELECT * FROM __global_search"):
		print(row, file=text)
	assert made["private"] in text.getvalue() and SECRET not in text.getvalue()


def test_a_manager_completes_a_private_one_and_its_note_stays(made, clients):
	assert clients[MANAGER].put(DOCTYPE, made["private"], {"completed": 1}).status == 200
	assert clients[MANAGER].put(DOCTYPE, made["private"], {"is_private": 0}).status == 403
	assert clients[MANAGER].put(DOCTYPE, made["private"], {"note": "Mine now"}).status == 403
	answer = clients[ANNA].call("frappe.desk.form.load.getdoc", doctype=DOCTYPE, name=made["private"])
	assert SECRET in answer.raw


# --- bad input over HTTP ------------------------------------------------------------------------

#: what is sent, and what the answer says: the field, and the way out
BAD = {
	"time end before begin": (
		{"time_begin": "10:00", "time_end": "09:00"}, "Time End 09:00 is before Time Begin 10:00. What goes on after midnight"
	),
	"follow-up in the past": (
		{"conversation_date": "2026-01-05", "follow_up_date": "2026-01-06"},
		"Follow Up 01-06-2026 is in the past. Choose today or a later day",
	),
	"follow-up before the conversation": (
		{"follow_up_date": "2020-01-01"}, "Follow Up 01-01-2020 is before the conversation's Date"
	),
	"follow-up of another party's": (
		{"follow_up_of": "builder"}, "Follow Up Of: that conversation was with another party. Choose one with the same"
	),
	"follow-up of nothing": ({"follow_up_of": "nothing"}, "Follow Up Of: nothing"),
	"unknown stage": (
		{"pipeline_position": "Nirvana"},
		"Pipeline Position: there is no Nirvana. Choose one of: Initial Contact, Qualifying",
	),
	"100 kB note": ({"note": "x" * 100_000}, "Note has 100,000 characters; at most 10,000 are kept. Shorten it"),
	"a list for a note": ({"note": ["a"]}, "Note"),
	"an object for a note": ({"note": {"a": 1}}, "Note"),
	"a list for a time": ({"time_begin": [1]}, "Time Begin"),
	"an object for a date": ({"conversation_date": {"a": 1}}, "Date"),
	"a word for a number": ({"duration_minutes": "long"}, "Duration Minutes"),
	"no party": ({"party": ""}, "Party"),
	"another employee": ({"employee": "HR-EMP-00002"}, "Employee"),
	"unknown document": ({"reference_doctype": "Quotation", "reference_name": "NOPE"}, "Document"),
	"a document of another kind": (
		{"reference_doctype": "User", "reference_name": "Administrator"}, "Document"
	),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_x5_bad_input_is_refused_with_the_name_of_the_field_and_changes_nothing(made, clients, case):
	values, words = BAD[case]
	values = {
		field: made.get(value, value) if field == "follow_up_of" else value for field, value in values.items()
	}
	new = {"doctype": DOCTYPE, "party_type": "Customer", "party": "Shop One", "note": "Hi", **values}
	frappe.db.rollback()
	before = world.fingerprint()
	anna = clients[ANNA]
	stored = anna.get(DOCTYPE, made["public"]).data
	for path, answer in {
		"rest": anna.post(DOCTYPE, new),
		"rest, an edit": anna.put(DOCTYPE, made["public"], values),
		"desk": anna.call(
			"frappe.desk.form.save.savedocs",
			doc=json.dumps({**new, "name": "new-conversation-x", "__islocal": 1}),
			action="Save",
		),
		"desk, an edit": anna.call(
			"frappe.desk.form.save.savedocs", doc=json.dumps({**stored, **values}), action="Save"
		),
		"import of another program": anna.call("frappe.client.insert", doc=new),
	}.items():
		assert 400 <= answer.status < 500, (path, answer)
		assert words in answer.message, (path, answer)
	frappe.db.rollback()
	assert world.fingerprint() == before


def test_x5_a_script_in_a_note_is_shown_as_text(made, clients):
	answer = clients[ANNA].post(
		DOCTYPE,
		{"party_type": "Customer", "party": "Home Three", "note": "<script>alert(1)</script>a < b",
			"with_whom": "<img src=x onerror=alert(2)>"},
	)  # fmt: skip
	assert answer.status == 200
	shown = clients[ANNA].call("frappe.desk.form.load.getdoc", doctype="Customer", name="Home Three").raw
	assert "<script>alert" not in shown and "<img src=x onerror" not in shown


def test_a_note_is_not_found_by_global_search_which_asks_for_no_single_document():
	searched = [field.fieldname for field in frappe.get_meta("Conversation").get_global_search_fields()]
	assert "party_name" in searched
	assert "note" not in searched
