"""Who is told of a step on a Sales Statement, in the desk and by mail (H4).

After the commit, by a job: a full queue stops no step. The seller is told what the manager did, and the manager who
issued it what the seller did; nobody is told what they did themselves.
"""

from __future__ import annotations

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled,
	is_notifications_enabled,
)
from frappe.utils import get_url
from frappe.utils.user import get_users_with_role

from sales_extensions import lines, words
from sales_extensions.constants.roles import MANAGER
from sales_extensions.engine import Reason
from sales_extensions.engine import statements as rules
from sales_extensions.engine.statements import Step

from .notify import Message, in_language_of, may_read, once_committed, tell

STATEMENT = "Sales Statement"
TEMPLATE = "sales_extensions/templates/emails/statement_step.html"


def taken(name: str, step: Step, text: str = "") -> None:
	"""Called where a step is written; `text`: what was said with it."""
	once_committed(
		f"{__name__}.tell_step", statement=name, step=str(step), text=text, actor=frappe.session.user
	)


def tell_step(statement: str, step: str, text: str, actor: str) -> list[str]:
	"""Gives whom."""
	if not frappe.db.exists(STATEMENT, statement):
		return []
	doc = frappe.get_doc(STATEMENT, statement)
	people = _sellers(doc) if Step(step) in rules.TOLD_SELLER else _managers(doc)
	told = (Reason("{0}", (text,)),) if text else ()
	message = Message(
		STATEMENT, doc.name, rules.subject(step, doc.name, doc.sales_person), told, from_user=actor
	)
	told_users = tell(people - {actor}, message)
	for user in people - {actor}:
		if _takes_mail(user) and may_read(user, STATEMENT, doc.name):
			_mail(user, doc, message)
	return told_users


def _sellers(doc) -> set[str]:
	employee = frappe.db.get_value("Sales Person", doc.sales_person, "employee")
	user = employee and frappe.db.get_value("Employee", employee, "user_id")
	return _enabled({user} if user else set())


def _managers(doc) -> set[str]:
	"""Who issued it, as long as they are a manager who may read it; else all managers."""
	managers = _enabled(set(get_users_with_role(MANAGER)))
	issued = {doc.issued_by} & managers
	return issued if any(may_read(user, STATEMENT, doc.name) for user in issued) else managers


def _enabled(users: set[str]) -> set[str]:
	here = {"name": ("in", sorted(users) or [""]), "enabled": 1}
	return set(frappe.get_all("User", here, pluck="name", order_by="name"))


def _takes_mail(user: str) -> bool:
	return bool(is_notifications_enabled(user) and is_email_notifications_enabled(user))


def _mail(user: str, doc, message: Message) -> None:
	"""A site that can't send mails still has its notices."""
	frappe.db.savepoint("mail_of_statement")
	try:
		with in_language_of(user):
			subject = words.translated([message.subject], html=False)
			html = _html(doc, message)
		frappe.sendmail(
			recipients=[frappe.db.get_value("User", user, "email")],
			subject=subject,
			message=html,
			reference_doctype=STATEMENT,
			reference_name=doc.name,
			add_unsubscribe_link=0,
		)
	except Exception:
		frappe.db.rollback(save_point="mail_of_statement")
		frappe.log_error(title="Mail about a Sales Statement was not sent")


def _html(doc, message: Message) -> str:
	return frappe.render_template(
		TEMPLATE,
		{
			"subject": words.translated([message.subject], html=False),
			"said": [words.translated([line], html=False) for line in message.lines],
			"seller": doc.sales_person,
			"company": doc.company,
			"address": get_url(lines.desk(f"sales-statement/{doc.name}")),
		},
	)
