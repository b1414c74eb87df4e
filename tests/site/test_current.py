"""What the app writes or holds is the newest there is, whatever a transaction read before (ADR 16).

With `innodb_snapshot_isolation` off and on, where the server knows it.
"""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import current, ledger
from sales_extensions.follow_ups import answer
from tests.site import conversations_world, isolation, world
from tests.site.test_interleavings import Writer, committed, two

__all__ = ["two"]
pytestmark = [pytest.mark.committed, pytest.mark.usefixtures("wiped", "snapshot_isolation")]

HELD = "SELECT title FROM `tabSales Target` WHERE name = %s FOR UPDATE"


@pytest.fixture
def changed(two) -> tuple[Writer, str]:
	"""A writer, and a target that another has changed since the writer's transaction began to read."""
	reader, writer = two
	target = committed(world.target(1000, ("Anna",), title="Old")).name
	reader.look()
	writer.do(retitled, target, "New")
	writer.commit()
	return reader, target


def retitled(target: str, title: str) -> None:
	doc = frappe.get_doc("Sales Target", target, for_update=True)  # as REST does
	doc.title = title
	doc.save()


def sent(writer: Writer, statement: str, name: str):
	return writer.do(lambda: frappe.db.sql(statement, name))


def setting(writer: Writer) -> int:
	return writer.do(lambda: frappe.db.sql(f"SELECT @@SESSION.{current.SETTING}")[0][0])


def test_a_statement_that_opts_out_gets_the_newest(changed):
	"""And what the framework itself asks for afterwards still goes by the server's setting."""
	reader, target = changed
	assert reader.do(current.sql, HELD, target) == (("New",),)
	if isolation.wanted == "ON":
		with pytest.raises(frappe.QueryDeadlockError, match="1020"):
			sent(reader, HELD, target)
	else:
		assert sent(reader, HELD, target) == (("New",),)


def test_a_row_that_was_written_is_the_transactions_own(changed):
	reader, target = changed
	reader.do(current.sql, "UPDATE `tabSales Target` SET title = 'Mine' WHERE name = %s", target)
	assert sent(reader, HELD, target) == (("Mine",),)


def test_a_plain_read_stays_one(changed):
	reader, target = changed
	plain = HELD.removesuffix(" FOR UPDATE")
	assert reader.do(lambda: current.sql(plain, target, when=False)) == (("Old",),)


def test_a_built_query_gets_the_newest(changed):
	reader, target = changed

	def built():
		table = frappe.qb.DocType("Sales Target")
		return current.run(
			frappe.qb.from_(table).select(table.title).where(table.name == target).for_update(), as_dict=True
		)

	assert reader.do(built) == [{"title": "New"}]


def test_a_key_that_came_since_is_a_duplicate(changed):
	"""1062, which tells that somebody else made the row; with the setting it would be 1020."""
	reader, _target = changed
	reader.rollback()
	reader.look()
	name = committed(world.target(1000, ("Anna",), title="Since")).name

	def insert():
		with pytest.raises(Exception, match="Duplicate entry") as raised:
			current.sql("INSERT INTO `tabSales Target` (name) VALUES (%s)", name)
		return frappe.db.is_duplicate_entry(raised.value)

	assert reader.do(insert)


def test_the_session_opts_out_in_a_block_and_is_back_after_it(changed):
	reader, target = changed

	def block():
		with current.rows(), current.rows():
			found = frappe.db.sql(HELD, target)
		with pytest.raises(ZeroDivisionError), current.rows():
			1 / 0  # noqa: B018
		return found

	before = setting(reader) if current.is_known() else None
	assert reader.do(block) == (("New",),)
	assert before is None or setting(reader) == before == int(isolation.wanted == "ON")


def test_a_server_that_does_not_know_the_setting_is_sent_plain_statements(site, monkeypatch):
	monkeypatch.setattr(current, "_known", {frappe.db._conn.get_server_info(): False})
	seen = []
	monkeypatch.setattr(
		frappe.local.db, "sql", lambda query, *args, **options: seen.append(query), raising=False
	)
	with current.rows():
		current.sql("UPDATE `tabSales Target` SET title = title")
	assert seen == ["UPDATE `tabSales Target` SET title = title"]


def test_writes_are_counted_as_the_framework_counts_them(site):
	"""It refuses what would commit in the middle of a transaction that has written."""
	frappe.db.rollback()
	current.sql("SELECT name FROM `tabSales Target` LIMIT 1 FOR UPDATE")
	assert frappe.db.transaction_writes == 0
	current.sql("UPDATE `tabSales Target` SET title = title WHERE name = ''")
	assert frappe.db.transaction_writes == 1
	frappe.db.rollback()


# --- documents of ours, saved by the framework -------------------------------------------------------


def test_a_target_is_edited_though_an_order_counted_since_the_request_began(two):
	editor, seller = two
	target = committed(world.target(1000, ("Anna",), title="Old")).name
	editor.look()
	seller.do(lambda: world.order(400, team={"Anna": 100}))
	seller.commit()
	editor.do(retitled, target, "New")
	editor.commit()
	frappe.db.rollback()
	assert frappe.db.get_value("Sales Target", target, ("title", "realised_amount")) == ("New", 400)
	assert ledger.verify() == []


def test_two_answer_one_conversation_at_once(two):
	"""Both answers stand; the first has completed it."""
	first, second = two
	earlier = committed(conversations_world.conversation(follow_up_date=frappe.utils.nowdate())).name
	second.look()
	first.do(answer.answer, earlier, {"note": "Called."})
	answered = second.start(answer.answer, earlier, {"note": "Called too."})
	second.waits(answered)
	first.commit()
	answered.result(30)
	second.commit()
	frappe.db.rollback()
	assert frappe.db.count("Conversation", {"follow_up_of": earlier}) == 2
	assert frappe.db.get_value("Conversation", earlier, "completed") == 1


def test_who_saves_an_old_conversation_is_told_so_and_loses_no_transaction(two):
	"""The framework's answer to two who edit one document, not the database's."""
	first, second = two
	name = committed(conversations_world.conversation(note="One.")).name
	doc = second.do(frappe.get_doc, "Conversation", name)
	first.do(noted, name, "Two.")
	first.commit()

	def save():
		frappe.db.savepoint("opened")
		doc.note = "Three."
		with pytest.raises(frappe.TimestampMismatchError):
			doc.save()
		frappe.db.rollback(save_point="opened")  # it is there still

	second.do(save)


def noted(name: str, note: str) -> None:
	doc = frappe.get_doc("Conversation", name)
	doc.note = note
	doc.save()
