"""The text of a private note leaves by no door: not by a failure, not by what was made of it before (issue 12, I 10, 17)."""

from __future__ import annotations

import json
from contextlib import contextmanager

import frappe
import pytest
from frappe.deferred_insert import save_to_db

from sales_extensions.api.conversation_actions import make_todo
from sales_extensions.conversations import notes

from . import world
from .day_world import ANNA, as_user, talk
from .http import Client

SECRET = "Zebra discount of forty percent, until the mills are sold"
NOTICE = "Private note"


@contextmanager
def store_fails():
	"""The store of secrets refuses what is new, as one whose disk is full."""
	frappe.db.sql_ddl("DROP TRIGGER IF EXISTS no_secrets")
	frappe.db.sql_ddl(
		"""CREATE TRIGGER no_secrets BEFORE INSERT ON `__Auth` FOR EACH ROW
		IF NEW.doctype = 'Private Note of Conversation' THEN
			SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no room'; END IF"""
	)
	try:
		yield
	finally:
		frappe.db.sql_ddl("DROP TRIGGER no_secrets")


def errors() -> list[str]:
	save_to_db()
	frappe.db.commit()
	return frappe.get_all("Error Log", pluck="error", limit_page_length=0)


@pytest.mark.committed
def test_c6_a_private_note_that_can_not_be_saved_is_in_no_log(server):
	frappe.set_user("Administrator")
	frappe.db.delete("Error Log")
	frappe.db.commit()
	client = Client(server, ANNA)
	values = {
		"doctype": "Conversation",
		"party_type": "Customer",
		"party": "Shop One",
		"note": SECRET,
		"is_private": 1,
	}
	with store_fails():
		for answer in (
			client.post("Conversation", values),
			client.call("frappe.client.insert", doc=values),
			client.call(
				"frappe.desk.form.save.savedocs",
				doc=json.dumps(values | {"__islocal": 1, "name": "new-conversation-1"}),
				action="Save",
			),
		):
			assert answer.status == 417 and "was not saved" in answer.message, answer
			assert "Zebra" not in answer.message
	found = errors()
	assert not any("Zebra" in error for error in found)
	assert sum("conversation.py" in error for error in found) == 3, "the administrator sees where it failed"
	assert not frappe.db.exists("Conversation", {"party": "Shop One", "is_private": 1})


# --- made private later ----------------------------------------------------------------------------


@pytest.fixture
def made():
	from sales_extensions.api import conversation_actions as api

	with as_user(ANNA):
		said = talk(ANNA, due=3, note=SECRET)
		return frappe._dict(
			said=said, event=api.make_event(said.name)["name"], todo=api.make_todo(said.name)["name"]
		)


def kept_by(doctype: str, name: str) -> str:
	versions = frappe.get_all("Version", {"ref_doctype": doctype, "docname": name}, pluck="data")
	return " ".join(versions)


def make_private(said) -> None:
	frappe.flags.in_test = True
	with as_user(ANNA):
		said.reload()
		said.is_private = 1
		said.save()


def edited(doctype: str, name: str, change) -> None:
	"""With a version, as outside of tests."""
	doc = frappe.get_doc(doctype, name)
	before = frappe.get_doc(doctype, name)
	doc.description = change(doc.description)
	doc.save()
	version = frappe.new_doc("Version")
	if version.update_version_info(before, doc):
		version.insert(ignore_permissions=True)


@pytest.mark.parametrize("kind", ["Event", "ToDo"])
def test_c6_the_versions_of_a_booking_and_a_task_lose_the_text(made, kind):
	name = made.event if kind == "Event" else made.todo
	edited(kind, name, lambda html: "Something else")
	edited(kind, name, lambda html: "Something else again")
	assert "Zebra" in kept_by(kind, name)
	make_private(made.said)
	kept = kept_by(kind, name)
	assert "Zebra" not in kept and NOTICE in kept and "Something else again" in kept


def test_c6_a_copy_in_the_middle_of_a_task_is_taken_out(made):
	edited("ToDo", made.todo, lambda html: f"<p>Bring the list.</p>{html}<p>Ask for Bob.</p>")
	make_private(made.said)
	text = frappe.db.get_value("ToDo", made.todo, "description")
	assert "Zebra" not in text and "Bring the list." in text and "Ask for Bob." in text and NOTICE in text


def test_c6_who_makes_a_note_private_is_told_which_task_has_its_text_in_other_words(made):
	written = "<p>Zebra <b>discount</b> of forty percent, until the mills</p><p>are sold. I agree!</p>"
	edited("ToDo", made.todo, lambda html: written)
	frappe.local.message_log = []
	make_private(made.said)
	told = json.dumps([str(one) for one in frappe.local.message_log])
	assert made.todo in told and "edited meanwhile" in told
	assert "Zebra" not in told
	assert frappe.db.get_value("ToDo", made.todo, "description"), "nobody's words are deleted"


def test_c6_a_short_note_is_not_taken_out_of_others_words(made):
	with as_user(ANNA):
		made.said.note = "ok"
		made.said.save()
	edited("ToDo", made.todo, lambda html: "<p>The book is ok, look it up</p>")
	make_private(made.said)
	assert frappe.db.get_value("ToDo", made.todo, "description") == "<p>The book is ok, look it up</p>"
	world.assert_sound()


@pytest.mark.parametrize("kind", ["Event", "ToDo"])
def test_c6_versions_that_say_exactly_a_short_note_lose_it(made, kind):
	with as_user(ANNA):
		made.said.note = "no credit"
		made.said.save()
	name = made.event if kind == "Event" else made.todo
	edited(kind, name, lambda html: "no credit")
	edited(kind, name, lambda html: "The book has no credit, look it up")
	edited(kind, name, lambda html: "Something else")
	make_private(made.said)
	kept = kept_by(kind, name)
	assert '"no credit"' not in kept and NOTICE in kept
	assert "The book has no credit" in kept, "others' words stay"


def test_c6_versions_of_another_field_that_says_the_same_stay(made):
	with as_user(ANNA):
		made.said.note = "Open"
		made.said.save()
	frappe.get_doc(
		{"doctype": "Version", "ref_doctype": "ToDo", "docname": made.todo,
			"data": frappe.as_json({"changed": [["status", "Open", "Closed"], ["description", "Open", "x"]]})}
	).insert(ignore_permissions=True)  # fmt: skip
	make_private(made.said)
	(kept,) = frappe.get_all("Version", {"ref_doctype": "ToDo", "docname": made.todo}, pluck="data")
	assert json.loads(kept)["changed"] == [["status", "Open", "Closed"], ["description", NOTICE, "x"]]


def test_c6_what_a_note_said_before_it_was_changed_is_taken_out_too(made):
	for words in ("Second words about the old mills", "Third words about the old mills"):
		with as_user(ANNA):
			made.said.reload()
			made.said.note = words
			made.said.save()
	edited("ToDo", made.todo, lambda html: f"{html}<p>Ask for Bob.</p>")
	assert SECRET in notes.former(made.said.name)
	make_private(made.said)
	for doctype, name in (("ToDo", made.todo), ("Event", made.event)):
		assert NOTICE in frappe.db.get_value(doctype, name, "description")
	for doctype in ("Communication", "Comment", "Event", "Notification Log", "ToDo", "Version"):
		assert "Zebra" not in frappe.as_json(frappe.get_all(doctype, {}, ["*"], order_by="creation"))
	assert "Ask for Bob." in frappe.db.get_value("ToDo", made.todo, "description")
	assert notes.former(made.said.name) == [], "it is kept only as long as something may say it"
	assert notes.text_for(made.said, ANNA) == "Third words about the old mills"


@pytest.mark.parametrize(
	("first", "then"),
	[
		("The customer wants a discount. Zebra, between us.", "The customer wants a discount."),
		(" ".join(f"Zebra {number}" for number in range(800)), "Zebra"),
	],
	ids=["its beginning", "a long one"],
)
def test_c6_a_note_of_which_a_part_is_left_is_taken_out_whole(first, then):
	with as_user(ANNA):
		said = talk(ANNA, due=3, note=first)
		name = frappe.get_doc("ToDo", make_todo(said.name)["name"]).name
		said.reload()
		said.note = then
		said.save()
	make_private(said)
	told = frappe.db.get_value("ToDo", name, "description")
	assert NOTICE in told and "Zebra" not in told and "discount" not in told


def test_c6_nothing_of_before_is_kept_of_a_note_that_led_to_nothing_or_is_gone(made):
	with as_user(ANNA):
		alone = talk(ANNA, note=SECRET)
		for said in (alone, made.said):
			said.reload()
			said.note = "Other words"
			said.save()
		assert notes.former(alone.name) == []
		assert notes.former(made.said.name) == [SECRET]
		for doctype, name in (("ToDo", made.todo), ("Event", made.event)):
			frappe.delete_doc(doctype, name, ignore_permissions=True)
		frappe.delete_doc("Conversation", made.said.name)
	assert notes.former(made.said.name) == []


def chain(error: BaseException | None) -> str:
	"""All that an exception brings along."""
	return "" if error is None else f"{error!r} {chain(error.__cause__)} {chain(error.__context__)}"


def test_c6_what_fails_over_a_private_note_does_not_bring_the_first_failure_along(monkeypatch):
	def fails(name, words):
		raise RuntimeError(words)

	monkeypatch.setattr(notes, "keep", fails)
	with as_user(ANNA), pytest.raises(frappe.ValidationError, match="was not saved") as found:
		talk(ANNA, note=SECRET, is_private=1)
	assert "Zebra" not in chain(found.value)
	assert found.value.__context__ is None
