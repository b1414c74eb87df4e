"""Under which title a refusal is shown: that of the document or page that is meant, not "Message" (X5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date

from sales_extensions import permissions, showing

#: A title that is longer is cut off in the head of a dialog.
LONGEST = 60
#: The framework's title of what has none: its word, the language, and what the word is for.
UNTITLED = ("Message", None, "Default title of the message dialog")


@contextmanager
def under(title: Callable[[], str]) -> Iterator[None]:
	"""In this block, what is refused without a title of its own has this one. Asked for only where something is refused."""
	known = len(frappe.message_log)
	try:
		yield
	except Exception:
		for message in frappe.message_log[known:]:
			if message.get("raise_exception") and message.get("title") == _(*UNTITLED):
				message["title"] = title()
		raise


def of(doc: Document) -> str:
	"""A document's kind and title, "Sales Target: North 2026"; of a new one without a title its kind. Safe as HTML."""
	title = doc.get(doc.meta.get_title_field())
	is_named = title and not doc.meta.issingle and not (doc.is_new() and title == doc.name)
	return titled(doc.doctype, title if is_named else "")


def of_name(doctype: str, name: object) -> str:
	"""The same of a document that is stored, by its name; of what is none, or who is told may not read, its kind."""
	if not (showing.is_text(name) and len(name) <= 140):
		return titled(doctype, "")
	title = frappe.db.get_value(doctype, name, frappe.get_meta(doctype).get_title_field())
	may_read = title and permissions.quietly(frappe.has_permission, doctype, "read", name)
	return titled(doctype, title if may_read else "")


def titled(kind: str, title: object) -> str:
	return f"{_(kind)}: {showing.text(for_reader(title), LONGEST)}" if title else _(kind)


#: A title keeps its day so that no change of the site's way to write days makes another of it.
DAY_AT_END = re.compile(r"\b\d{4}-\d\d-\d\d$")


def for_reader(title: object) -> str:
	"""A title, its day as the reader writes days."""
	day = DAY_AT_END.search(str(title))
	return f"{str(title)[: day.start()]}{_written(day[0])}" if day else str(title)


def _written(day: str) -> str:
	try:
		return format_date(date.fromisoformat(day))
	except ValueError:
		return day  # of no month


def missing(label: str) -> NoReturn:
	"""Refuse what came without this value. `label`: in the reader's language."""
	frappe.throw(_("{0} is required.").format(label), frappe.MandatoryError)
	raise AssertionError  # throw never returns, which its types don't say


class Named:
	"""For a document of the app: what its checks refuse is shown under its title."""

	def run_method(self, method: str, *args: object, **kwargs: object) -> object:
		with under(lambda: of(self)):
			return super().run_method(method, *args, **kwargs)


def report(name: str) -> Callable[[Callable], Callable]:
	"""For what makes a report: what it refuses is shown under the report's name."""

	def decorated(execute: Callable) -> Callable:
		@wraps(execute)
		def named(*args: object, **kwargs: object) -> object:
			with under(lambda: _(name)):
				return execute(*args, **kwargs)

		return named

	return decorated
