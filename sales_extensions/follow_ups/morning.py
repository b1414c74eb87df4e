"""Each morning, to each employee, whom to follow up (C4): a notification, by e-mail too where the user wants it."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import escape_html, formatdate, get_url, get_url_to_form, getdate

from sales_extensions.activities.asked import CONVERSATION
from sales_extensions.engine import followups
from sales_extensions.engine.followups import FollowUp
from sales_extensions.tasks.notify import log

SETTING = ("Sales Extensions Settings", "notify_follow_ups")
REPORT = "/app/query-report/Follow%20Ups?whose=Mine"
#: More in one message are not read.
MOST_NAMED = 20


def notify() -> int:
	"""Tell each who has follow-ups due, once a day; gives how many were told. One who fails stops nobody."""
	if not frappe.db.get_single_value(*SETTING):
		return 0
	told = 0
	for user in to_tell(getdate()):
		frappe.db.savepoint("follow_ups_of_user")
		try:
			told += tell(user, getdate())
		except Exception:
			frappe.db.rollback(save_point="follow_ups_of_user")
			frappe.log_error(title="Morning notification of follow-ups failed", reference_doctype="User",
				reference_name=user)  # fmt: skip
	return told


def to_tell(today: date) -> list[str]:
	"""Enabled users with open follow-ups, who were not told today and have notifications switched on."""
	conversation, user = frappe.qb.DocType(CONVERSATION), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(conversation)
		.join(user)
		.on((user.name == conversation.user) & (user.enabled == 1))
		.where((conversation.completed == 0) & (conversation.follow_up_date <= today))
		.select(user.name)
		.distinct()
		.orderby(user.name)
	)
	due = [row[0] for row in query.run()]
	told = set(
		frappe.get_all(
			"Notification Log",
			{"document_type": CONVERSATION, "link": get_url(REPORT), "creation": (">=", today), "for_user": ("in", due or [""])},
			pluck="for_user", order_by="name",
		)
	)  # fmt: skip
	return [one for one in due if one not in told and is_notifications_enabled(one)]


def tell(user: str, today: date) -> bool:
	"""One notification of all that is open for a user. False where nothing is to be told to them any more."""
	if not frappe.has_permission(CONVERSATION, "read", user=user):
		return False
	rows = of_user(user, today)
	if not rows:
		return False
	language = frappe.db.get_value("User", user, "language") or frappe.db.get_default("lang") or "en"
	log(
		user,
		type="",
		document_type=CONVERSATION,
		document_name=rows[0]["name"],
		link=get_url(REPORT),
		subject=subject(rows, language),
		email_content=content(rows, language),
	)
	return True


def of_user(user: str, today: date) -> list[dict]:
	"""A user's open follow-ups, overdue first."""
	conversation = frappe.qb.DocType(CONVERSATION)
	fields = ("name", "party", "party_name", "with_whom", "conversation_date", "follow_up_date")
	rows = (
		frappe.qb.from_(conversation)
		.select(*fields)
		.where((conversation.user == user) & (conversation.completed == 0))
		.where(conversation.follow_up_date <= today)
		.orderby(conversation.follow_up_date, conversation.conversation_date, conversation.name)
		.run(as_dict=True)
	)
	for row in rows:
		follow_up = FollowUp(row.conversation_date, row.follow_up_date)
		row.overdue = followups.state(follow_up, today).name == followups.OVERDUE
	return rows


def subject(rows: list[dict], language: str) -> str:
	overdue = sum(row.overdue for row in rows)
	if overdue:
		return _("Follow-ups today: {0}, of which overdue: {1}", lang=language).format(len(rows), overdue)
	return _("Follow-ups today: {0}", lang=language).format(len(rows))


def content(rows: list[dict], language: str) -> str:
	lines = "".join(f"<li>{line(row, language)}</li>" for row in rows[:MOST_NAMED])
	more = len(rows) - MOST_NAMED
	rest = f"<p>{_('And {0} more.', lang=language).format(more)}</p>" if more > 0 else ""
	return f"<ul>{lines}</ul>{rest}"


def line(row: dict, language: str) -> str:
	"""Whom, and when; not the note: it is read in the desk."""
	words = (row.party_name or row.party, row.with_whom)
	who = escape_html(", ".join(word for word in words if word))
	opened = f'<a href="{get_url_to_form(CONVERSATION, row.name)}">{who}</a>'
	if not row.overdue:
		return opened
	since = _("overdue since {0}", lang=language).format(formatdate(row.follow_up_date))
	return f"{opened}: <b>{since}</b>"
