"""A second target that is the same as one there is: asked about, named, never refused (T1)."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import format_date

from sales_extensions.api.targets import identical

from . import world

HOLLAND = {"territory": "Holland", "item_group": "Mills"}


def as_typed(**changes) -> dict:
	return {
		"target_type": "Financial", "company": world.COMPANY, "from_date": world.START, "to_date": world.END,
		"assignees": [{"sales_person": "Anna"}], **changes,
	}  # fmt: skip


def told() -> list[str]:
	return [
		message["message"] for message in frappe.message_log if "second one" in message.get("message", "")
	]


def test_T1_the_form_is_told_which_target_is_the_same():
	both = world.target(1000, ("Anna", "Bob"), title="Both", **HOLLAND)
	sellers = [{"sales_person": "Bob"}, {"sales_person": "Anna"}]
	assert identical(as_typed(assignees=sellers, **HOLLAND)) == [{"name": both.name, "title": "Both"}]
	assert identical(as_typed(assignees=sellers)) == [], "of all orders"
	assert identical(as_typed(**HOLLAND)) == [], "of one of them"
	assert identical(as_typed(assignees=sellers, to_date="2026-06-30", **HOLLAND)) == []


def test_T1_a_target_that_is_not_whole_is_the_same_as_none():
	world.target(1000)
	for lacking in ("target_type", "company", "from_date", "assignees"):
		assert identical(as_typed(**{lacking: None})) == []
	assert identical(as_typed(assignees=[{"sales_person": "Anna"}, {}])) == []


def test_X5_what_is_no_target_is_refused_by_name():
	for wrong, words in (
		({"from_date": "yesterday"}, "From Date"),
		({"assignees": "Anna"}, "Assignees"),
		({"company": ["x"]}, "Company"),
	):
		with pytest.raises(frappe.ValidationError, match=words):
			identical(as_typed(**wrong))


def test_T1_a_second_target_is_saved_and_the_first_is_named():
	first = world.target(1000, title="<b>First</b>")
	assert told() == []
	second = world.target(2000, title="Second")
	(message,) = told()
	assert first.name in message and "<b>First" not in message
	assert frappe.db.exists("Sales Target", second.name)
	frappe.message_log.clear()
	second.save()
	assert told() == [], "it is no new one any more"


def test_T1_who_was_asked_in_the_form_is_not_told_again():
	world.target(1000)
	world.target(2000, __asked_about_second=1)
	assert told() == []


def test_X4_only_targets_that_the_user_may_read_are_named():
	world.target(1000, ("Anna", "Bob"), title="Both")
	frappe.get_doc(
		{"doctype": "User Permission", "user": "manager@example.com", "allow": "Sales Person", "for_value": "Anna"}
	).insert()  # fmt: skip
	frappe.set_user("manager@example.com")
	assert identical(as_typed(assignees=[{"sales_person": "Anna"}, {"sales_person": "Bob"}])) == []


def shared_days_told() -> list[str]:
	return [
		message["message"]
		for message in frappe.message_log
		if "counts a day once" in message.get("message", "")
	]


def test_T6_whoever_sets_a_month_beside_a_year_is_told_which_of_them_is_counted():
	year = world.target(1000, title="<b>Year</b>")
	month = world.target(100, from_date="2026-03-01", to_date="2026-03-31", title="March")
	(message,) = shared_days_told()
	assert f"from {format_date('2026-03-01')} to {format_date('2026-03-31')} in this target" in message
	assert year.name in message and "<b>Year" not in message
	frappe.message_log.clear()
	world.target(100, from_date="2026-01-01", to_date="2026-03-31", title="Quarter")
	assert [
		("not in this target" not in one, year.name in one, month.name in one) for one in shared_days_told()
	] == [
		(True, True, False),
		(False, False, True),
	]


def test_T6_other_sellers_types_and_filters_share_no_days():
	world.target(1000)
	for other in ({"sellers": ("Bob",)}, {"numeric": True}, {"territory": "Holland"}):
		world.target(10, from_date="2026-03-01", to_date="2026-03-31", **other)
	assert shared_days_told() == []


def test_T6_of_a_second_target_it_is_said_that_the_first_is_counted_and_nothing_else():
	world.target(1000, title="Year")
	world.target(100, from_date="2026-03-01", to_date="2026-03-31", title="March")
	frappe.message_log.clear()
	world.target(200, from_date="2026-03-01", to_date="2026-03-31", title="March again")
	assert len(told()) == 1 and "counts the first alone" in told()[0] and shared_days_told() == []
