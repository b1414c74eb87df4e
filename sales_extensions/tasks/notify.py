"""Notices to users, each behind its switch in Sales Extensions Settings (issue 5, item 5).

What moves while an order is being saved is told after the commit, by a job that looks again: the save sends
no statement more, whether the switch is on or off. Nobody is told a figure of a document that they may not
read. A notice has a name made of its occasion, so that a job that runs twice tells once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import cint, get_url, getdate
from frappe.utils.user import get_users_with_role

from sales_extensions import lines, permissions, words
from sales_extensions.constants.roles import MANAGER
from sales_extensions.engine import (
	Attainment,
	Crediting,
	Cut,
	Order,
	Reason,
	Status,
	TargetType,
	allocation_name,
	notices,
)
from sales_extensions.engine.money import to_decimal
from sales_extensions.engine.notices import (
	Move,
	Notice,
	Unit,
	audience,
	is_behind,
	lag_of,
	lagging,
	moves,
	standing,
)
from sales_extensions.engine.words import amount_text
from sales_extensions.later import sent
from sales_extensions.ledger import book, facts

if TYPE_CHECKING:
	from frappe.model.document import Document

SETTINGS, TARGET = "Sales Extensions Settings", "Sales Target"
#: so many names fit into an address
MOST_IN_LINK = 100


@dataclass(frozen=True, slots=True)
class Message:
	"""What is told about a document; `lines` go below the subject. Every value in it is escaped."""

	doctype: str
	name: str
	subject: Reason
	lines: tuple[Reason, ...] = ()
	link: str | None = None
	from_user: str | None = None


def wants(notice: Notice) -> bool:
	return bool(cint(frappe.db.get_single_value(SETTINGS, notice.value)))


def tell(users: Collection[str], message: Message, occasion: str | None = None) -> list[str]:
	"""One Notification Log for each user who may read the document; gives whom. Once for an occasion."""
	return [
		user
		for user in sorted(users)
		if _may_be_told(user, message)
		and _tell(user, message, name_of_notice(user, message, occasion) if occasion else None)
	]


def _may_be_told(user: str, message: Message) -> bool:
	return is_notifications_enabled(user) and may_read(user, message.doctype, message.name)


def may_read(user: str, doctype: str, name: str) -> bool:
	"""For someone else than the one who works now: why not is of no interest to them."""
	return permissions.quietly(frappe.has_permission, doctype, "read", name, user=user)


def _tell(user: str, message: Message, name: str | None) -> bool:
	if name and frappe.db.exists("Notification Log", name):
		return False
	with in_language_of(user):
		subject = words.translated([message.subject])
		content = "<br>".join(words.translated([line]) for line in message.lines)
	log(
		user,
		name,
		subject=subject,
		email_content=content,
		from_user=message.from_user,
		document_type=message.doctype,
		document_name=message.name,
		link=message.link,
	)
	return True


def log(user: str, name: str | None = None, **fields: str | None) -> None:
	"""Write a user's Notification Log. The framework sends no mail of an Alert, which it is unless `type` says else."""
	values = {"doctype": "Notification Log", "for_user": user, "type": "Alert", **fields}
	frappe.get_doc(values).insert(ignore_permissions=True, set_name=name)


def name_of_notice(user: str, message: Message, occasion: str) -> str:
	"""The same for the same occasion, so that the database refuses a second one."""
	parts = "\n".join((occasion, message.doctype, message.name, user))
	return hashlib.sha256(parts.encode()).hexdigest()[:20]


@contextmanager
def in_language_of(user: str) -> Iterator[None]:
	"""What is translated meanwhile is in the user's language."""
	before = frappe.local.lang, frappe.local.jenv
	frappe.local.lang, frappe.local.jenv = get_user_lang(user), None
	try:
		yield
	finally:
		frappe.local.lang, frappe.local.jenv = before


def users_of_sellers(sellers: Collection[str]) -> set[str]:
	"""The enabled users behind sellers, and behind all who are under them."""
	if not sellers:
		return set()
	group, person = frappe.qb.DocType("Sales Person").as_("grp"), frappe.qb.DocType("Sales Person")
	employee, user = frappe.qb.DocType("Employee"), frappe.qb.DocType("User")
	return {
		row[0]
		for row in frappe.qb.from_(group)
		.join(person)
		.on((person.lft >= group.lft) & (person.rgt <= group.rgt))
		.join(employee)
		.on(employee.name == person.employee)
		.join(user)
		.on((user.name == employee.user_id) & (user.enabled == 1))
		.select(user.name)
		.where(group.name.isin(list(sellers)))
		.run()
	}


def _later(notice: Notice, method: str, **facts) -> None:
	"""Have a worker tell it once this transaction is committed. Asks for the switch only then."""
	once_committed(f"{__name__}.{method}", lambda: wants(notice), **facts)


def once_committed(method: str, is_wanted: Callable[[], bool] = lambda: True, **facts) -> None:
	"""Have a worker call a method once this transaction is committed.

	What is committed stands: without a queue nobody is told, and who saved is shown no error.
	"""

	def send() -> None:
		try:
			is_sent = not is_wanted() or sent(method, queue="short", **facts)
		except Exception:
			is_sent = False
		if not is_sent:
			frappe.log_error(title="Notice of Sales Extensions was not sent")

	frappe.db.after_commit.add(send)


# --- a target is reached --------------------------------------------------------------------------


def reached(target: str, occasion: str) -> None:
	"""Called where the target's status is written; `occasion` is the state of its books."""
	_later(Notice.TARGET_REACHED, "tell_reached", target=target, occasion=occasion)


def tell_reached(target: str, occasion: str) -> list[str]:
	"""As it stands now: what fell again meanwhile is told to nobody."""
	if not frappe.db.exists(TARGET, target):
		return []
	doc = frappe.get_doc(TARGET, target)
	if doc.status != Status.ACHIEVED:
		return []
	message = Message(
		TARGET,
		target,
		Reason(notices.REACHED, (doc.title,)),
		(standing(book.attainment(doc), unit_of(doc)),),
	)
	return tell(_people_of(doc, Notice.TARGET_REACHED), message, f"reached {occasion}")


def _people_of(doc: Document, notice: Notice) -> set[str]:
	sellers = users_of_sellers([row.sales_person for row in doc.assignees])
	return audience(notice, sellers, get_users_with_role(MANAGER))


def unit_of(doc: Document) -> Unit:
	return Unit() if doc.target_type == TargetType.NUMERIC else Unit(doc.currency, facts.precision())


# --- behind pace ----------------------------------------------------------------------------------


def behind_pace() -> int:
	"""Scheduled each Monday: one notice for each user, of all their targets that lag; gives how many."""
	if not wants(Notice.BEHIND_PACE):
		return 0
	late = lagging_targets(to_decimal(frappe.db.get_single_value(SETTINGS, "behind_pace_percentage")))
	by_user = defaultdict(list)
	for doc, attainment in late:
		for user in _people_of(doc, Notice.BEHIND_PACE):
			if may_read(user, TARGET, doc.name):
				by_user[user].append((doc, attainment))
	year, week, _day = getdate().isocalendar()
	occasion = f"behind pace {year}-{week}"
	return sum(_tell_behind(user, rows, occasion) for user, rows in sorted(by_user.items()))


def _tell_behind(user: str, rows: list[tuple[Document, Attainment]], occasion: str) -> bool:
	"""Once a week, whichever of their targets is the furthest behind by then."""
	name = name_of_notice(user, Message(TARGET, "", Reason(notices.SEVERAL_BEHIND)), occasion)
	return bool(is_notifications_enabled(user)) and _tell(user, _behind_message(rows), name)


def lagging_targets(tolerance: Decimal) -> list[tuple[Document, Attainment]]:
	"""Running targets that lag by more than `tolerance` percent of their goal, the furthest behind first."""
	running = frappe.get_all(TARGET, {"status": "Running"}, pluck="name", order_by="name")
	rows = [(doc, book.attainment(doc)) for doc in (frappe.get_doc(TARGET, name) for name in running)]
	late = [row for row in rows if is_behind(row[1], tolerance)]
	return sorted(late, key=lambda row: (-lag_of(row[1]), row[0].name))


def _behind_message(rows: list[tuple[Document, Attainment]]) -> Message:
	told = tuple(lagging(attainment, doc.title, unit_of(doc)) for doc, attainment in rows)
	first = rows[0][0]
	if len(rows) == 1:
		subject = Reason(notices.ONE_BEHIND, (first.title,))
		return Message(TARGET, first.name, subject, told)
	subject = Reason(notices.SEVERAL_BEHIND, (str(len(rows)),))
	return Message(TARGET, first.name, subject, told, link=_list_of([doc.name for doc, _attainment in rows]))


def _list_of(targets: list[str]) -> str:
	"""The list of these targets; of very many, whose address no server takes, that of all that run."""
	these = (
		{"name": ["in", ",".join(targets)]} if len(targets) <= MOST_IN_LINK else {"status": Status.RUNNING}
	)
	return get_url(lines.desk("sales-target", these))


# --- an allocation changed ------------------------------------------------------------------------


def allocation_changed(order: str, currency: str, before: Crediting, after: Crediting, occasion: str) -> None:
	"""Called where an Order Allocation is written or deleted. The amounts are what this change did."""
	changed = moves(before.credits, after.credits)
	if changed:
		_later(
			Notice.ALLOCATION_CHANGED,
			"tell_allocation_changed",
			order=order,
			currency=currency,
			changed=[(move.sales_person, str(move.before), str(move.after)) for move in changed],
			actor=frappe.session.user,
			occasion=occasion,
		)


def tell_allocation_changed(
	order: str, currency: str, changed: list[tuple[str, str, str]], actor: str, occasion: str
) -> list[str]:
	"""Each seller their own part, and of nobody else's."""
	told = []
	if not frappe.db.exists("Sales Order", order):
		return told
	for seller, before, after in changed:
		message = Message(
			"Sales Order",
			order,
			Reason(notices.PART_CHANGED, (order,)),
			(Move(seller, Decimal(before), Decimal(after)).reason(currency),),
			from_user=actor,
		)
		users = audience(Notice.ALLOCATION_CHANGED, users_of_sellers([seller]), (), actor)
		told += tell(users, message, f"allocation {occasion} {seller}")
	return told


# --- an allocation was cut or dropped ------------------------------------------------------------

#: What makes an order the deal that shares were agreed for.
DEAL = ("customer", "company")


def dropped(old: Document, agreed: tuple[str, str], order: Document) -> None:
	"""Whoever agreed on the shares, and who works now: an order has become another deal, and has no shares."""
	told = (Reason(notices.OTHER_DEAL, (*agreed, *(order.get(field) for field in DEAL))),)
	_tell_agreed(
		"Sales Order", order.name, Reason(notices.DROPPED, (order.name,)), told, {old.owner, old.modified_by}
	)


def cut(order: Order, cuts: Iterable[Cut], users: set[str]) -> None:
	"""Whoever agreed on the shares, and who works now, in this transaction: fixed amounts are newly cut."""
	told = tuple(
		Reason(
			notices.AGREED,
			(
				cut.sales_person,
				amount_text(cut.agreed, order.currency),
				amount_text(cut.granted, order.currency),
			),
		)
		for cut in cuts
	)
	_tell_agreed(
		"Order Allocation", allocation_name(order.name), Reason(notices.CUT, (order.name,)), told, users
	)


def _tell_agreed(
	doctype: str, name: str, subject: Reason, lines: tuple[Reason, ...], users: set[str]
) -> None:
	here = {"name": ("in", sorted(users - {"Guest"})), "enabled": 1}  # who is gone must not stop the order
	tell(
		frappe.get_all("User", here, pluck="name", order_by="name"),
		Message(doctype, name, subject, lines, from_user=frappe.session.user),
	)
	shown = [words.translated([reason]) for reason in (subject, *lines)]
	frappe.msgprint("<br>".join(shown), alert=True, indicator="orange")


# --- drift was repaired ---------------------------------------------------------------------------


def drift_repaired(run: str) -> list[str]:
	"""To each Sales Manager; the run names what was repaired, and what of sealed entries can't be."""
	if not wants(Notice.DRIFT_REPAIRED):
		return []
	is_broken = frappe.db.get_value("Sales Ledger Run", run, "broken_seals")
	subject = Reason(notices.UNSEALED if is_broken else notices.REPAIRED, (run,))
	users = audience(Notice.DRIFT_REPAIRED, (), get_users_with_role(MANAGER))
	return tell(users, Message("Sales Ledger Run", run, subject), "drift")
