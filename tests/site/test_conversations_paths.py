"""A conversation that was given to another, shared, or imported: whose it is, and what of it others get (C1, X5)."""

from __future__ import annotations

import json

import frappe
import pytest
from frappe.utils import add_days, nowdate

from . import conversations_world as cw
from . import world
from .http import Client
from .test_conversations_permissions import asked_about
from .test_upsell_permissions import restricted

ANNA, BOB, MANAGER, SYSMAN = (
	"anna@example.com",
	"bob@example.com",
	"manager@example.com",
	"sysman@example.com",
)
SECRET = "Zebra-discount-forty"
DOCTYPE = "Conversation"
pytestmark = pytest.mark.committed


@pytest.fixture(scope="module")
def clients(server) -> dict[str, Client]:
	frappe.set_user("Administrator")
	world.wipe()
	return {user: Client(server, user) for user in (ANNA, BOB, MANAGER, SYSMAN)}


def employee(user: str) -> str:
	return frappe.db.get_value("Employee", {"user_id": user})


def said(user: str, **fields) -> str:
	"""A committed conversation of a user with Shop One."""
	frappe.set_user(user)
	name = cw.conversation(**fields).name
	frappe.set_user("Administrator")
	frappe.db.commit()
	return name


def stored(name: str) -> frappe._dict:
	frappe.db.rollback()
	return frappe.db.get_value(DOCTYPE, name, "*", as_dict=True)


# --- given to another ---------------------------------------------------------------------------


def due(client: Client) -> set[str]:
	answer = client.call("frappe.desk.query_report.run", report_name="Follow Ups", filters={"whose": "Mine"})
	assert answer.status == 200, answer
	return {row["name"] for row in answer.data["result"] if isinstance(row, dict)}


def test_c1_a_conversation_that_a_manager_gives_to_another_is_theirs_to_follow_up(clients):
	name = said(ANNA, follow_up_date=nowdate())
	for user in (ANNA, BOB):
		assert clients[user].put(DOCTYPE, name, {"employee": employee(BOB)}).status == 403, user
	assert clients[MANAGER].put(DOCTYPE, name, {"employee": employee(BOB)}).status == 200
	given = stored(name)
	assert (given.user, given.employee, given.written_by) == (BOB, employee(BOB), ANNA)
	assert name in due(clients[BOB]) and name not in due(clients[ANNA])
	with restricted(BOB, "Customer", "Builder Two"):
		assert clients[BOB].get(DOCTYPE, name).status == 200, "one's own, though not one's customer"
		assert name in {row["name"] for row in clients[BOB].get(DOCTYPE).data}
		assert clients[BOB].put(DOCTYPE, name, {"completed": 1}).status == 200
	with restricted(ANNA, "Customer", "Builder Two"):
		assert clients[ANNA].get(DOCTYPE, name).status == 200, "written by oneself"


def test_c1_what_was_said_stays_its_writers_when_the_conversation_is_anothers(clients):
	name = said(ANNA, note="Talked about mills", follow_up_date=nowdate())
	assert clients[MANAGER].put(DOCTYPE, name, {"employee": employee(BOB)}).status == 200
	for change in (
		{"note": "Forged"},
		{"employee": employee(ANNA)},
		{"party": "Home Three"},
		{"is_private": 1},
	):
		assert clients[BOB].put(DOCTYPE, name, change).status == 403, change
	assert clients[BOB].delete(DOCTYPE, name).status == 403
	assert clients[BOB].put(DOCTYPE, name, {"follow_up_date": add_days(nowdate(), 3)}).status == 200
	assert clients[ANNA].put(DOCTYPE, name, {"note": "Talked about three mills"}).status == 200
	found = stored(name)
	assert (found.note, found.user, found.party) == ("Talked about three mills", BOB, "Shop One")


def test_a_private_note_stays_its_writers_when_the_conversation_is_anothers(clients):
	name = said(ANNA, note=SECRET, is_private=1, follow_up_date=nowdate())
	assert clients[MANAGER].put(DOCTYPE, name, {"employee": employee(BOB)}).status == 200
	for path, (method, values) in asked_about(name).items():
		assert SECRET not in clients[BOB].call(method, **values).raw, path
	answer = clients[BOB].call(
		"sales_extensions.api.follow_ups.answer", conversation=name, note="Called them"
	)
	assert answer.status == 200 and stored(name).completed
	assert SECRET in clients[ANNA].call("frappe.desk.form.load.getdoc", doctype=DOCTYPE, name=name).raw


# --- shared -------------------------------------------------------------------------------------


@pytest.fixture
def shared(clients):
	"""A private conversation of Anna's, shared with all rights with Bob, and with the System Manager."""
	name = said(ANNA, note=SECRET, is_private=1)
	for user in (BOB, SYSMAN):
		frappe.share.add(DOCTYPE, name, user, read=1, write=1, share=1)
	frappe.db.commit()
	yield name
	frappe.db.rollback()
	for user in (BOB, SYSMAN):
		frappe.share.remove(DOCTYPE, name, user)
	frappe.db.commit()


def test_a_share_gives_nobody_the_text_of_a_private_note(clients, shared):
	for user in (BOB, SYSMAN):
		for path, (method, values) in asked_about(shared).items():
			assert SECRET not in clients[user].call(method, **values).raw, (user, path)
		for action in ("make_event", "make_todo"):
			answer = clients[user].call(
				f"sales_extensions.api.conversation_actions.{action}", conversation=shared
			)
			assert answer.status == 403 and SECRET not in answer.raw
	frappe.db.rollback()
	before = stored(shared)
	for change in ({"is_private": 0}, {"note": "Mine"}, {"written_by": BOB, "note": ""}, {"completed": 1}):
		answer = clients[BOB].put(DOCTYPE, shared, change)
		assert SECRET not in answer.raw
		assert answer.status == 403 or change.get("note") == "", (change, answer)
	assert {**stored(shared), "modified": 0, "modified_by": 0} == {**before, "modified": 0, "modified_by": 0}


def test_a_seller_shares_no_conversation_over_rest(clients, shared):
	name = said(ANNA)
	answer = clients[ANNA].call(
		"frappe.share.add", doctype=DOCTYPE, name=name, user=BOB, read=1, write=1, share=1
	)
	assert answer.status == 403, answer


# --- imported -----------------------------------------------------------------------------------

FIELDS = ("party_type", "party", "note", "conversation_date", "pipeline_position", "follow_up_date", "time_begin",
	"time_end", "written_by")  # fmt: skip
GOOD = (
	"Customer",
	"Shop One",
	"Met at the fair",
	"2026-03-02",
	"Qualifying",
	"",
	"10:00:00",
	"10:30:00",
	MANAGER,
)


def row(**changes) -> list:
	return [changes.get(field, value) for field, value in zip(FIELDS, GOOD, strict=True)]


def imported(user: str, *rows: list) -> tuple[str, str]:
	"""The status of a real Data Import by a user, and all that it says."""
	from frappe.core.doctype.data_import.importer import Importer

	frappe.set_user("Administrator")
	made = frappe.get_doc(
		{"doctype": "Data Import", "reference_doctype": DOCTYPE, "import_type": "Insert New Records",
			"mute_emails": 1}
	).insert()  # fmt: skip
	content = frappe.utils.csvutils.to_csv([FIELDS, *rows])
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "talks.csv", "content": content, "is_private": 1}
	).insert()
	made.db_set("import_file", file.file_url)
	frappe.db.commit()
	frappe.set_user(user)
	try:
		Importer(DOCTYPE, data_import=made).import_data()
		frappe.db.commit()
	finally:
		frappe.set_user("Administrator")
		frappe.flags.in_import = False
		made.reload()
		logs = frappe.get_all(
			"Data Import Log", {"data_import": made.name}, pluck="messages", order_by="log_index"
		)
		told = json.dumps([*logs, made.template_warnings])
		frappe.delete_doc("Data Import", made.name, force=True)
		frappe.delete_doc("File", file.name, force=True)
		frappe.db.commit()
	return made.status, told


def test_c1_an_import_fills_in_and_signs_as_a_save_does_and_leaves_out_bad_rows(clients):
	before = frappe.db.count(DOCTYPE)
	status, told = imported(
		MANAGER,
		row(),
		row(time_end="09:00:00"),
		row(note=""),
		row(note="x" * 100_000),
		row(follow_up_date="2026-03-03"),
		row(conversation_date="2099-01-01"),
		row(party="Builder Two", note="And the builder", pipeline_position="Won"),
	)
	assert status == "Partial Success"
	for words in ("Time End 09:00 is before Time Begin 10:00", "Note: write what was said", "Note has 100,000 characters",
		"Follow Up 03-03-2026 is in the past", "Date 01-01-2099 is in the future"):  # fmt: skip
		assert words in told
	assert frappe.db.count(DOCTYPE) == before + 2
	made = frappe.get_last_doc(DOCTYPE, {"note": "Met at the fair"})
	assert (made.written_by, made.duration_minutes, str(made.conversation_date)) == (
		MANAGER,
		30,
		"2026-03-02",
	)
	way = frappe.get_last_doc("Pipeline Passage", {"party": "Shop One"})
	assert (way.pipeline_stage, str(way.entered_on)) == ("Qualifying", "2026-03-02")


def test_x5_an_import_with_an_unknown_stage_says_so_and_imports_nothing(clients):
	before = frappe.db.count(DOCTYPE)
	_status, told = imported(MANAGER, row(), row(pipeline_position="Nirvana"))
	assert "Nirvana" in told
	assert frappe.db.count(DOCTYPE) == before


def test_c1_a_seller_imports_nothing_over_rest_and_signs_what_a_job_imports_for_them(clients):
	refused = clients[ANNA].post(
		"Data Import", {"reference_doctype": DOCTYPE, "import_type": "Insert New Records"}
	)
	assert refused.status == 403
	status, _told = imported(ANNA, row(note="Signed as another", written_by=BOB))
	assert status == "Success"
	made = frappe.get_last_doc(DOCTYPE, {"note": "Signed as another"})
	assert (made.written_by, made.user, made.employee) == (ANNA, ANNA, employee(ANNA))
	with restricted(BOB, "Customer", "Builder Two"):
		status, told = imported(BOB, row(note="Of a customer of others"))
	assert status == "Error" and "Shop One" in told
	assert not frappe.db.exists(DOCTYPE, {"note": "Of a customer of others"})
