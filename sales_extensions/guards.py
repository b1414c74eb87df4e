"""Checks that hold on every path: desk, REST, import, share, bulk (A2, X5).

A DocShare with write access beats role permissions, so what only a manager may do is asked here too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from sales_extensions import errors, showing, words
from sales_extensions.constants.roles import MANAGER, UPSELL_TRACKING

if TYPE_CHECKING:
	from sales_extensions.engine import Problem


def managers_only(doc: Document) -> None:
	"""Refuse a change by anyone but a Sales Manager. The app's own code sets `ignore_permissions`."""
	if doc.flags.ignore_permissions or MANAGER in frappe.get_roles():
		return
	frappe.throw(
		_("{0}: only a user with the role {1} can create, edit or delete it.").format(
			_(doc.doctype), frappe.bold(_(MANAGER))
		),
		frappe.PermissionError,
	)


def manager(action: str) -> None:
	"""Refuse what only a Sales Manager may do, a share with write or not (A2)."""
	if MANAGER not in frappe.get_roles():
		frappe.throw(
			_("{0}: only a user with the role {1} can do this.").format(action, frappe.bold(_(MANAGER))),
			frappe.PermissionError,
		)


def administrator() -> None:
	"""Refuse a change of the policies: REST can bypass the role table with a share, and they are the administrator's."""
	if "System Manager" not in frappe.get_roles():
		frappe.throw(_("Only a System Manager can change Sales Extensions Settings."), frappe.PermissionError)


def upsell_trackers_only(doc: Document | None = None) -> None:
	"""Refuse a change of credit by others than managers and those with the role Upsell Tracking (U1, U10)."""
	if (doc and doc.flags.ignore_permissions) or {MANAGER, UPSELL_TRACKING} & set(frappe.get_roles()):
		return
	frappe.throw(
		_("Upsell Credit: only a user with the role {0} or {1} can do this.").format(
			frappe.bold(_(MANAGER)), frappe.bold(_(UPSELL_TRACKING))
		),
		frappe.PermissionError,
	)


def through_parent(row: Document) -> None:
	"""Refuse to save or delete a row by itself over REST: only its document checks it and counts anew.

	The framework calls a row's own controller on no other path.
	"""
	frappe.throw(
		_("{0}: a row can't be changed by itself. Change it on its {1}, {2}.").format(
			_(row.doctype), _(row.parenttype or ""), showing.text(str(row.parent))
		),
		frappe.PermissionError,
	)


class Row(errors.Named, Document):
	"""A row of a table: it is changed, deleted and named by its document alone."""

	def before_validate(self) -> None:
		through_parent(self)

	def on_trash(self) -> None:
		through_parent(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		through_parent(self)


class RowOfIssued(Row):
	"""A row of a document that is submitted: the framework asks other events of it."""

	def before_update_after_submit(self) -> None:
		through_parent(self)

	def before_cancel(self) -> None:
		through_parent(self)


class KeepsItsName(errors.Named):
	"""For a document that others are kept under the name of. Over REST a rename can be forced."""

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		refuse_rename(self)


def refuse_rename(doc: Document) -> None:
	frappe.throw(
		_("{0}: others are kept under its name, so it can't be renamed.").format(_(doc.doctype)),
		title=errors.of(doc),
	)


def refuse_move(row: Document) -> None:
	"""Refuse a row that is moved to another document by itself: neither of the two would add up.

	In `on_change`, which fires for drafts and for submitted documents; the row from before is in memory.
	"""
	before = row.get_doc_before_save()
	if before and (before.parenttype, before.parent) != (row.parenttype, row.parent):
		frappe.throw(
			_("{0}: a row can't be moved to another document. Delete it there, and add it here.").format(
				_(row.doctype)
			),
			title=errors.of_name(before.parenttype, before.parent),
		)


def refuse_merge(doc: Document, merge: bool) -> None:
	"""Two documents have each their own credits: of two merged into one, one would lose them."""
	if merge:
		frappe.throw(
			_("{0}: what is credited by it would be lost, so it can't be merged.").format(_(doc.doctype)),
			title=errors.of(doc),
		)


class WrittenByTheApp(errors.Named, Document):
	"""A row that follows from other documents: nobody creates, edits, deletes or renames it by hand."""

	def before_validate(self) -> None:
		self.refuse()

	def on_trash(self) -> None:
		self.refuse()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		self.refuse()

	def refuse(self) -> None:
		frappe.throw(
			_("{0}: it follows from other documents and can't be created, edited or deleted.").format(
				_(self.doctype)
			),
			frappe.PermissionError,
		)


class Tables:
	"""For a document that is made of what others send: a table must be a list of rows (X5)."""

	def extend(self, key, value) -> None:
		if not isinstance(value, list | tuple) or not all(hasattr(row, "get") for row in value):
			frappe.throw(_("{0} must be a list of rows.").format(_(self.meta.get_label(key))))
		super().extend(key, value)


def refuse(problems: Collection[Problem]) -> None:
	"""Throw what the engine found wrong, each problem in a line that names its field."""
	if problems:
		frappe.throw("<br>".join(explain(problem) for problem in problems), frappe.ValidationError)


def explain(problem: Problem) -> str:
	text = words.translated([problem.reason])
	return _("Row {0}: {1}").format(problem.row, text) if problem.row else text


def numbers(doc: Document, fieldnames: Collection[str]) -> None:
	"""Turn what was typed into numbers, and refuse text where a number belongs: not silently 0 (X5)."""
	for fieldname in fieldnames:
		df = doc.meta.get_field(fieldname)
		value = doc.get(fieldname)
		found = number(value)
		if found is None or (df.fieldtype == "Int" and found != int(found)):
			kind = _("a whole number") if df.fieldtype == "Int" else _("a number")
			refuse_value(doc, df.label, value, kind)
		doc.set(fieldname, int(found) if df.fieldtype == "Int" else found)


def number(value: object) -> float | None:
	"""What was typed as a number; nought for nothing, None for what is none."""
	if value is None or value == "":
		return 0
	try:
		found = float(value.replace(",", "") if isinstance(value, str) else value)
	except (OverflowError, TypeError, ValueError):
		return None
	return found if abs(found) < float("inf") else None


def is_of_our_time(day: date) -> bool:
	"""Whether a day is one that is meant, and that can be reckoned with."""
	return 1900 <= day.year < 3000


def dates(doc: Document, fieldnames: Collection[str]) -> None:
	"""Turn what was typed into dates; name the field of what is none (X5)."""
	for fieldname in fieldnames:
		value = doc.get(fieldname)
		if not value:
			continue
		try:
			day = date.fromisoformat(showing.plain(value)[:10])
		except ValueError:
			refuse_value(doc, doc.meta.get_label(fieldname), value, _("a date like 2026-12-31"))
		doc.set(fieldname, day)


def times(doc: Document, fieldnames: Collection[str]) -> None:
	"""Turn what was typed into times of the day; name the field of what is none (X5)."""
	for fieldname in fieldnames:
		value = doc.get(fieldname)
		if value is None or value == "":
			doc.set(fieldname, None)
			continue
		try:
			doc.set(fieldname, as_time(value).isoformat())
		except (TypeError, ValueError):
			refuse_value(doc, doc.meta.get_label(fieldname), value, _("a time like 14:30"))


def as_time(value: object) -> time:
	"""A time of the day as the database, the form or a program writes it. Raises ValueError for what is none."""
	if isinstance(value, time):
		return value
	if isinstance(value, timedelta):
		if not timedelta() <= value < timedelta(days=1):
			raise ValueError(value)
		return (datetime.min + value).time()
	hours, minutes, *rest = str(value).strip().split(":")
	if len(rest) > 1:
		raise ValueError(value)
	seconds, _dot, fraction = (rest[0] if rest else "0").partition(".")
	return time(int(hours), int(minutes), int(seconds), int((fraction or "0").ljust(6, "0")[:6]))


def moment(value: str, label: str) -> datetime:
	"""A point in time out of what was typed; names what is none (X5)."""
	try:
		found = get_datetime(value)
	except (ValueError, TypeError, OverflowError):
		found = None
	if not found:
		shown = showing.text(value, 50)
		frappe.throw(_("{0} must be {1}; it is {2}.").format(label, _("a date like 2026-12-31"), shown))
	return found


def links(doc: Document, fieldnames: Collection[str]) -> None:
	"""The framework lets a link to nothing pass where other fields are fetched from it (X5)."""
	for fieldname in fieldnames:
		df, value = doc.meta.get_field(fieldname), doc.get(fieldname)
		if value and not (isinstance(value, str) and frappe.db.exists(df.options, value)):
			frappe.throw(
				_("{0}: there is no {1}. Choose one that exists.").format(
					_(df.label), showing.text(value, 140)
				),
				frappe.LinkValidationError,
			)


def refuse_value(doc: Document, label: str, value: object, kind: str) -> None:
	text = _("{0} must be {1}; it is {2}.").format(_(label), kind, showing.text(value, 50))
	if doc.get("parentfield"):
		text = _("Row {0}: {1}").format(doc.idx, text)
	frappe.throw(text, frappe.ValidationError)


def required(doc: Document) -> None:
	"""The framework's own checks of required fields and choices, before ours make use of them."""
	doc._validate_mandatory()
	for part in (doc, *doc.get_all_children()):
		part._validate_selects()
