"""What is refused says under which title, and days as the one writes them who reads it (X5)."""

from __future__ import annotations

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import formatdate

from sales_extensions import errors
from sales_extensions.api import conversation_actions, follow_ups, orders, targets

from . import conversations_world as cw
from . import world
from .day_world import ANNA, MANAGER, NOBODY, as_user, day, talk


@pytest.fixture(autouse=True)
def dutch_days():
	"""As the desk's users of Europe write them."""
	before = getattr(frappe.local, "user_date_format", None)
	frappe.local.user_date_format = "dd-mm-yyyy"
	frappe.local.message_log = []
	yield
	frappe.local.user_date_format = before


def told(refused) -> tuple[str, str]:
	"""Title and text of what is told where this is refused."""
	frappe.local.message_log = []
	with pytest.raises(frappe.ValidationError):
		refused()
	last = frappe.local.message_log[-1]
	return last["title"], last["message"]


def test_x5_a_conversation_is_named_and_days_are_as_they_are_written():
	said = talk(ANNA, due=3)
	said.follow_up_date = day(-20)
	title, text = told(said.save)
	assert title == f"Conversation: Shop One, {formatdate(said.conversation_date, 'dd-mm-yyyy')}"
	assert formatdate(day(-20), "dd-mm-yyyy") in text and formatdate(day(-10), "dd-mm-yyyy") in text
	new = cw.conversation(follow_up_date=day(-20), save=False)
	assert told(new.insert)[0].startswith("Conversation")


@pytest.mark.parametrize(
	("title", "shown"),
	[
		("Mills 2026-07-01", "Mills 01-07-2026"),
		("Part 2026-99-99", "Part 2026-99-99"),
		("2026-07-01 Mills",) * 2,
	],
)
def test_x5_the_day_that_a_title_ends_with_is_written_as_days_are(title, shown):
	assert errors.titled("Sales Target", title) == f"Sales Target: {shown}"


def test_x5_a_target_is_named():
	target = world.target(1000, ("Anna",), title="Mills of <b>spring</b>")
	target.from_date = "2999-12-31"
	title, text = told(target.save)
	assert title == "Sales Target: Mills of &lt;b&gt;spring&lt;/b&gt;".replace(
		"&lt;b", "&lt;\N{ZERO WIDTH SPACE}b"
	).replace("&lt;/b", "&lt;\N{ZERO WIDTH SPACE}/b")
	assert "31-12-2999" in text


def test_x5_what_is_asked_of_a_method_is_named():
	said = talk(ANNA, due=3)
	with as_user(ANNA):
		title, text = told(
			lambda: conversation_actions.make_event(said.name, "2026-07-15 14:00:00", "2026-07-15 13:00:00")
		)
		assert title == f"Conversation: Shop One, {formatdate(said.conversation_date, 'dd-mm-yyyy')}"
		assert "15-07-2026 14:00" in text
		assert told(lambda: conversation_actions.make_event("nothing"))[0] == "Conversation"
	with as_user(MANAGER):
		assert told(lambda: follow_ups.hand_over("[]", "nobody"))[0] == "Follow Ups"


def test_x5_who_may_not_read_a_document_is_not_told_its_title():
	target = world.target(1000, ("Anna",), title="Secret of the mill")
	said = talk(ANNA, due=3)
	with as_user(NOBODY):
		assert told(lambda: targets.orders_behind(target.name, as_of=[1]))[0] == "Sales Target"
		assert told(lambda: conversation_actions.make_event(said.name, starts_on=[1]))[0] == "Conversation"
	with as_user(MANAGER):
		title, _text = told(lambda: targets.orders_behind(target.name, as_of=[1]))
		assert title == "Sales Target: Secret of the mill"


def test_x5_what_is_refused_of_an_allocation_is_refused_under_it():
	order = world.order(1000)
	kept = world.allocation(order.name, world.percent("Bob", 50))
	with as_user(MANAGER):
		assert told(lambda: orders.delete_allocation("nothing", "Gone"))[0] == "Order Allocation"
		assert told(lambda: orders.delete_allocation(kept.name, " "))[0] == errors.of(kept)
		assert told(lambda: orders.preview_allocation("[]"))[0] == "Order Allocation"


@pytest.mark.parametrize(
	"report", ["Follow Ups by Employee", "Order Charges", "Pipeline Overview", "Attainment"]
)
def test_x5_a_report_is_named(report):
	asked = {"company": "Windmill Works", "from_date": "2026-12-31", "to_date": "2026-12-01"}
	title, text = told(lambda: run(report, asked))
	assert title == report
	assert "31-12-2026" in text and "01-12-2026" in text


def test_x5_a_title_of_its_own_is_kept():
	with pytest.raises(frappe.ValidationError), errors.under(lambda: "Page"):
		frappe.throw("No", title="Why")
	assert frappe.local.message_log[-1]["title"] == "Why"
