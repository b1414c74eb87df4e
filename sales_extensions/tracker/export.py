"""The tracker as CSV: only document types that the user may export, and nothing that a spreadsheet runs (K4).

Written as the user's number and date format have it: a double click opens it in a spreadsheet of that language.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.permissions import can_export
from werkzeug.wrappers import Response

from sales_extensions import showing
from sales_extensions.engine.tracker import Manner, manner_of, safe_cell

from .fields import Column

#: Above this an export is kept on the disk while it is made.
IN_MEMORY = 2_000_000
CHUNK = 65_536
BOM = "\ufeff"


def exportable(doctypes: Iterable[str]) -> list[str]:
	return [doctype for doctype in doctypes if can_export(doctype)]


def refuse(doctypes: Iterable[str]) -> None:
	frappe.throw(
		_("You may not export {0}. Ask for the permission Export on it.").format(
			", ".join(_(doctype) for doctype in doctypes) or _("Sales Tracker")
		),
		frappe.PermissionError,
	)


def response(rows: Iterable[dict], columns: list[Column], filename: str, doctypes: list[str]) -> Response:
	"""A file that is written row by row, then sent piece by piece: memory does not grow with the rows."""
	for doctype in doctypes:
		make_access_log(doctype=doctype, file_type="CSV", method="Export", page=_("Sales Tracker"))
	made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115, closed when it is sent
	write(made, rows, columns)
	made.seek(0)
	answer = Response(_pieces(made), mimetype="text/csv")
	answer.headers["Content-Disposition"] = showing.as_attachment(f"{filename}.csv")
	answer.headers["Cache-Control"] = "no-store"
	return answer


class Figure(float):
	"""A number in the user's manner: the writer quotes what is text, and no number."""

	shown: str

	def __str__(self) -> str:
		return self.shown

	__repr__ = __str__


def manner() -> Manner:
	formats = (frappe.defaults.get_user_default(name) or "" for name in ("number_format", "date_format"))
	return manner_of(*formats)


def write(made: IO[bytes], rows: Iterable[dict], columns: list[Column]) -> None:
	own = manner()
	text = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
	text.write(BOM)
	writer = csv.writer(text, delimiter=own.separator, quoting=csv.QUOTE_NONNUMERIC)
	writer.writerow(heading(columns))
	for row in rows:
		writer.writerow([safe_cell(value) for value in cells(row, columns, own)])
	text.detach()


def heading(columns: list[Column]) -> list[str]:
	titles = [_("Document Type"), _("ID"), _("Stage")]
	for one in columns:
		titles.append(_(one.label))
		if one.fieldtype == "Currency":
			titles.append(_("Currency of {0}").format(_(one.label)))
	return [safe_cell(title) for title in titles]


def cells(row: dict, columns: list[Column], own: Manner) -> Iterator[object]:
	yield from (_(row["doctype"]), row["name"], _(row["stage"]))
	for one in columns:
		value = row["values"].get(one.key)
		yield cell(value, one, own)
		if one.fieldtype == "Currency":
			yield row["currency"].get(one.key, "") if value is not None else ""


def cell(value: object, column: Column, own: Manner) -> object:
	if value is None:
		return ""
	if column.is_number:
		return _figure(value, own)
	if isinstance(value, datetime) and column.fieldtype != "Date":
		return own.moment(value)
	if isinstance(value, date):
		return own.date(value)
	if isinstance(value, timedelta):
		return str(timedelta(seconds=int(value.total_seconds())))
	return str(value)


def _figure(value: object, own: Manner) -> Figure:
	figure = Figure(value)
	figure.shown = own.number(value)
	return figure


def _pieces(made: IO[bytes]) -> Iterator[bytes]:
	with made:
		while piece := made.read(CHUNK):
			yield piece
