"""Where a Sales Person stood in the tree, and since when; a manager corrects a day (H2)."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import format_date

from sales_extensions import called, guards, showing
from sales_extensions.engine.places import BEGINNING, History, Place
from sales_extensions.ledger import place_preview, places, restate
from sales_extensions.ledger.restate import SELLERS_AND_GROUPS


@called.public()
def timeline(sales_person: str) -> dict[str, object]:
	"""`places`: each group with `from_date` and `to_date`, None for the beginning and for today's place, and `before`, the
	group that they came from; the latest first.

	`may_correct`: whether the user may change a day. Raises PermissionError without read permission on the Sales Person.
	"""
	_readable(sales_person)
	found = [place for place in places.load() if place.sales_person == sales_person]
	ends = [*(place.since for place in found[1:]), None]
	befores = [None, *(place.parent for place in found[:-1])]
	rows = [
		{
			"group": place.parent,
			"before": before,
			"from_date": None if place.since == BEGINNING else str(place.since),
			"to_date": end and str(end),
		}
		for place, end, before in zip(found, ends, befores[: len(found)], strict=True)
	]
	return {"places": rows[::-1], "may_correct": _may_correct()}


def _readable(sales_person: str) -> None:
	if not frappe.db.exists("Sales Person", sales_person):
		frappe.throw(_("Sales Person {0} does not exist.").format(showing.text(sales_person)))
	frappe.has_permission("Sales Person", "read", sales_person, throw=True)


def _may_correct() -> bool:
	return bool(frappe.has_permission("Sales Target", "create"))


@called.public()
def preview(sales_person: str, from_date: str, to: str | None = None) -> dict[str, object]:
	"""What it would change to have a move of `from_date` hold from `to` on, or from the beginning; nothing is written.

	`changes`: from which group, `before`, to which, `after`, how many `orders` go, and `sums` of what of them is the seller's
	by currency. `more`: there were too many to look at all. Raises as `change_date`.
	"""
	frappe.has_permission("Sales Target", "create", throw=True)
	_readable(sales_person)
	since = _moved_on(sales_person, from_date)
	new = _day(to, _("To")) if to else BEGINNING
	try:
		found, more = place_preview.moving(sales_person, since, new)
	except ValueError:
		_refuse_day(new)
	return {
		"more": more,
		"changes": [
			{
				"before": one.shift.before,
				"after": one.shift.after,
				"orders": one.orders,
				"sums": [{"currency": currency, "amount": amount} for currency, amount in one.sums.items()],
			}
			for one in found
		],
	}


@called.public(methods=["POST"])
def change_date(sales_person: str, from_date: str, to: str) -> None:
	"""Have a move of `from_date` hold from `to` on. Targets are restated.

	Raises PermissionError for who may not set targets, ValidationError for a day that is not between
	the move before and the one after, and where somebody would stand under themself.
	"""
	frappe.has_permission("Sales Target", "create", throw=True)
	_readable(sales_person)
	_change(sales_person, _moved_on(sales_person, from_date), _day(to, _("To")))


@called.public(methods=["POST"])
def from_the_beginning(sales_person: str, from_date: str) -> None:
	"""Have a move of `from_date` hold from the beginning: what was before is none then. Targets are restated.

	Raises as `change_date`.
	"""
	frappe.has_permission("Sales Target", "create", throw=True)
	_readable(sales_person)
	_change(sales_person, _moved_on(sales_person, from_date), BEGINNING)


def _moved_on(sales_person: str, from_date: str) -> date:
	since = _day(from_date, _("From Date"))
	known = [place.since for place in places.load() if place.sales_person == sales_person]
	if since not in known[1:]:
		frappe.throw(_("{0} did not move on {1}.").format(showing.text(sales_person), format_date(since)))
	return since


def _change(sales_person: str, since: date, new: date) -> None:
	known = places.load()
	_redate(sales_person, since, new)
	_refuse_circle(sales_person, History(known))
	own = [place for place in known if place.sales_person == sales_person]
	frappe.get_doc("Sales Person", sales_person).add_comment("Info", _said(own, since, new))
	restate(SELLERS_AND_GROUPS)


def _day(text: str, label: str) -> date:
	try:
		day = date.fromisoformat(text)
	except ValueError:
		day = None
	if day is None or not guards.is_of_our_time(day):
		frappe.throw(
			_("{0} must be {1}; it is {2}.").format(
				label, _("a date like 2026-12-31"), showing.text(text, 50)
			)
		)
	return day


def _redate(sales_person: str, since: date, new: date) -> None:
	try:
		places.redate(sales_person, since, new)
	except ValueError:
		_refuse_day(new)


def _refuse_day(day: date) -> NoReturn:
	frappe.throw(
		_("{0} is not between the move before and the one after. Choose a day between them.").format(
			format_date(day)
		)
	)


def _refuse_circle(sales_person: str, before: History) -> None:
	if day := places.history().circle_of(sales_person, before):
		frappe.throw(
			_("On {0}, {1} would stand under a group that stands under them. Choose another day.").format(
				format_date(day), showing.text(sales_person)
			)
		)


def _said(places: list[Place], since: date, new: date) -> str:
	at = [place.since for place in places].index(since)
	before, after = (showing.text(place.parent or _("None")) for place in places[at - 1 : at + 1])
	if new == BEGINNING:
		return _("had the move from {0} to {1} hold from the beginning, not from {2}").format(
			before, after, format_date(since)
		)
	return _("had the move from {0} to {1} hold from {2} on, not from {3}").format(
		before, after, format_date(new), format_date(since)
	)
