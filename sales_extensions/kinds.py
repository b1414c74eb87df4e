"""What the fields of a document may hold (X5): what can't be stored is refused by name, before anything looks at it.

The framework stores what it is given, and fails in the database or in its own checks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document

from sales_extensions import errors, guards, showing

#: What the database holds of each kind: a whole number, any number.
GREATEST_INT, GREATEST = 2**31 - 1, 10**12
#: As many bytes as the column of a text takes that is not a long one.
LONGEST_TEXT = 65_535
NUMBERS = ("Int", "Float", "Currency", "Percent", "Check")
TEXTS = ("Link", "Dynamic Link", "Select", "Data", "Color", "Small Text", "Text", "Long Text", "Code")
#: What is typed in words.
WORDS = ("Data", "Small Text", "Text")
DAYS = ("Date", "Datetime")


class Checked(errors.Named, guards.Tables):
	"""For a document that is made of what others send.

	The framework asks for links first: before any event of the document.
	"""

	#: Numbers whose limits the document tells itself, in words of its own.
	OWN_LIMITS: tuple[str, ...] = ()

	def _validate_links(self) -> None:
		with errors.under(lambda: errors.of(self)):
			check(self)
		as_plain(self, lambda field: not field.read_only)
		super()._validate_links()  # and fetches what other documents are called
		as_plain(self, lambda field: field.fetch_from)


def check(doc: Document) -> None:
	limits = getattr(doc, "OWN_LIMITS", ())
	for part in (doc, *doc.get_all_children()):
		for field in part.meta.fields:
			value = part.get(field.fieldname)
			if value is not None and value != "" and (kind := _wanted_instead(field, value, limits)):
				guards.refuse_value(part, field.label or field.fieldname, value, kind)


def typed(doctype: str, values: Mapping[str, object]) -> Document:
	"""A document that a form holds and nobody saves. Raises ValidationError that names what can't be in its field."""
	doc = frappe.get_doc({**values, "doctype": doctype})
	check(doc)
	for part in (doc, *doc.get_all_children()):
		for field in part.meta.fields:
			value = part.get(field.fieldname)
			if field.fieldtype in TEXTS and isinstance(value, int | float):
				part.set(field.fieldname, str(value))  # as the framework does where it saves
	return doc


def as_plain(doc: Document, is_meant: Callable[[object], object]) -> None:
	"""What is typed, or fetched from what was, is text, and no HTML wherever the desk shows it."""
	for part in (doc, *doc.get_all_children()):
		for field in part.meta.fields:
			value = part.get(field.fieldname)
			if field.fieldtype in WORDS and is_meant(field) and isinstance(value, str):
				part.set(field.fieldname, showing.as_plain(value))


def _wanted_instead(field, value: object, own_limits: Collection[str]) -> str | None:
	"""What the field holds, where this is none."""
	if field.fieldtype in TEXTS:
		return _text_wanted(field, value)
	if field.fieldtype in NUMBERS:
		# what is read-only is kept by the app, which does not believe what is sent
		return _number_wanted(field, value, field.read_only or field.fieldname in own_limits)
	if field.fieldtype in DAYS:
		return None if _is_day(value) else _("a date like 2026-12-31")
	is_wrong = isinstance(value, dict | list) and field.fieldtype not in frappe.model.table_fields
	return _("a text") if is_wrong else None


def _text_wanted(field, value: object) -> str | None:
	"""A program may send a number as a name; the framework makes a text of it, and knows how long a name may be."""
	if isinstance(value, bool | dict | list | tuple) or not showing.is_text(str(value)):
		return _("a text")
	if field.fieldtype in ("Small Text", "Text") and len(str(value).encode()) > LONGEST_TEXT:
		return _("a text of at most {0} bytes: é takes two, signs of other scripts three or four").format(
			f"{LONGEST_TEXT:,}"
		)
	return None


def _number_wanted(field, value: object, is_limited_elsewhere: bool) -> str | None:
	"""What is no number at all is told by the document's own checks, or is nought to the framework."""
	if isinstance(value, dict | list | tuple) or (isinstance(value, str) and not showing.is_text(value)):
		return _("a number")
	if is_limited_elsewhere:
		return None
	number, greatest = guards.number(value), GREATEST_INT if field.fieldtype in ("Int", "Check") else GREATEST
	return _("a number up to {0}").format(f"{greatest:,}") if number and abs(number) > greatest else None


def _is_day(value: object) -> bool:
	if isinstance(value, date):
		return True
	try:
		return isinstance(value, str) and guards.is_of_our_time(date.fromisoformat(value[:10]))
	except ValueError:
		return False
