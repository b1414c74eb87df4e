"""The conversations of a party, as a user may see them (C3). In the tab, in the timeline."""

from __future__ import annotations

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import format_time, formatdate, get_datetime, get_time
from frappe.utils.data import get_absolute_url, get_timespan_date_range

from sales_extensions import called, showing

from . import access, notes, parties

FIELDS = (
	"name", "party_type", "party", "party_name", "conversation_date", "time_begin", "time_end",
	"duration_minutes", "note", "is_private", "with_whom", "about", "how", "pipeline_position",
	"follow_up_date", "completed", "is_follow_up", "follow_up_of", "employee", "user", "written_by",
	"reference_doctype", "reference_name", "creation",
)  # fmt: skip
#: As many as a timeline shows at most.
IN_TIMELINE = 50


def refuse_unreadable(party_type: str, party: str) -> None:
	if party_type not in parties.NAME_FIELDS:
		frappe.throw(_("{0} must be one of: {1}.").format(_("Party Type"), ", ".join(parties.NAME_FIELDS)))
	frappe.has_permission(party_type, "read", str(party), throw=True)


def of_party(party_type: str, party: str, start: int = 0, limit: int = 20) -> list[dict]:
	"""Newest first; of the last one of a day the time decides, then what was entered last."""
	rows = _listed(party_type, party, [], start + limit)[start:]
	people = _full_names(rows)
	for row in rows:
		row.note = notes.text_for(row)
		row.by = people.get(row.user) or row.user
		row.may_complete = access.may_write(row, frappe.session.user)
	return rows


def _listed(party_type: str, party: str, filters: list, limit: int) -> list[dict]:
	"""The newest of a party, under each of the names that it has gone by."""
	rows = [
		row
		for kind, name in parties.same_party(party_type, party)
		for row in frappe.get_list(
			"Conversation",
			filters=[["party_type", "=", kind], ["party", "=", name], *filters],
			fields=list(FIELDS),
			order_by="conversation_date desc, time_begin desc, creation desc, name",
			limit_page_length=limit,
		)
	]
	rows.sort(
		key=lambda row: (row.conversation_date, row.time_begin or timedelta(), row.creation), reverse=True
	)
	return rows[:limit]


def _full_names(rows: list[dict]) -> dict[str, str]:
	users = list({row.user for row in rows if row.user})
	found = frappe.get_all(
		"User", {"name": ("in", users or [""])}, ["name", "full_name"], order_by="name", limit_page_length=0
	)
	return {user.name: user.full_name for user in found}


def waiting(party_type: str, party: str) -> dict | None:
	"""The user's latest open conversation with the party that waits for a follow-up."""
	open_ones = [
		["user", "=", frappe.session.user],
		["completed", "=", 0],
		["follow_up_date", "is", "set"],
	]
	rows = _listed(party_type, party, open_ones, 1)
	return _to_answer(rows)


def to_answer(name: str) -> dict | None:
	"""The conversation that is answered, if the user may see it."""
	return _to_answer(frappe.get_list("Conversation", {"name": name}, list(FIELDS), order_by="name"))


TO_ANSWER = ("name", "conversation_date", "follow_up_date", "note", "by", "with_whom", "how", "about")


def _to_answer(rows: list[dict]) -> dict | None:
	"""What its answer begins with: what was said, when, how and by whom. A private note is its writer's alone."""
	for row in rows:
		row.note = notes.text_for(row)
		row.by = _full_names(rows).get(row.user) or row.user
		return {field: row[field] for field in TO_ANSWER}
	return None


OF_TREES = (
	"descendants of", "descendants of (inclusive)", "not descendants of", "ancestors of", "not ancestors of",
)  # fmt: skip
OPERATORS = (
	"=",
	"!=",
	">",
	"<",
	">=",
	"<=",
	"like",
	"not like",
	"in",
	"not in",
	"is",
	"between",
	"timespan",
	*OF_TREES,
)


def filters_of(filters: str | list | None) -> list[list]:
	"""What the desk's calendar sends: a list of filters, as JSON. What is no filter of a conversation is left out."""
	found = called.from_json(filters)
	kept = map(_filter, found if isinstance(found, list) else ())
	return [one for one in kept if one]


def _filter(one: object) -> list | None:
	"""A field of a conversation, an operator and a value; the desk names the doctype first."""
	if not isinstance(one, list) or len(one) < 3:
		return None
	doctype, field, operator, value = one[:4] if len(one) > 3 else ("Conversation", *one)
	if not all(showing.is_text(part) for part in (doctype, field, operator)):
		return None
	operator = operator.lower()  # the desk's own words are "Between" and "Timespan"
	known = doctype == "Conversation" and field in _fields() and operator in OPERATORS
	if operator in OF_TREES:
		known = known and _is_of_tree(field)
	return ["Conversation", field, operator, value] if known and _is_value(operator, value) else None


def _is_of_tree(field: str) -> bool:
	df = frappe.get_meta("Conversation").get_field(field)
	return bool(df and df.fieldtype == "Link" and frappe.get_meta(df.options).is_nested_set())


def _is_value(operator: str, value: object) -> bool:
	if operator == "between":
		return isinstance(value, list) and len(value) == 2 and all(map(_is_day, value))
	if operator == "timespan":
		return showing.is_text(value) and bool(get_timespan_date_range(value))
	if operator in ("in", "not in") and isinstance(value, list):
		return bool(value) and all(_is_value("=", part) for part in value)
	return showing.is_text(value) or isinstance(value, int | float)


def _fields() -> set[str]:
	meta = frappe.get_meta("Conversation")
	stored = {field.fieldname for field in meta.fields if field.fieldtype not in frappe.model.no_value_fields}
	return stored | {
		"name",
		"owner",
		"creation",
		"modified",
		"modified_by",
		"docstatus",
		"_assign",
		"_user_tags",
	}


def _is_day(value: object) -> bool:
	try:
		return bool(date.fromisoformat(showing.plain(value)[:10]))
	except ValueError:
		return False


def timeline(doctype: str, docname: str) -> list[dict]:
	"""For the framework's hook: the latest conversations in the party's timeline."""
	if not frappe.has_permission("Conversation", "read"):
		return []
	return [_timeline_item(row) for row in of_party(doctype, docname, limit=IN_TIMELINE)]


def _timeline_item(row: dict) -> dict:
	moment = get_datetime(f"{row.conversation_date} {row.time_begin or row.creation.time()}")
	return {
		"icon": "small-message",
		"icon_size": "sm",
		"creation": moment,
		"is_card": True,
		"content": frappe.render_template(
			"sales_extensions/templates/conversation_in_timeline.html",
			{
				"row": row,
				"address": get_absolute_url("Conversation", row.name),
				"when": _when(row),
				"facts": _facts(row),
			},
		),
	}


def _when(row: dict) -> str:
	day = formatdate(row.conversation_date)
	return f"{day} {format_time(get_time(row.time_begin), 'HH:mm')}" if row.time_begin else day


def _facts(row: dict) -> str:
	"""What is known besides the note, in one line; safe as HTML."""
	known = [row.how and _(row.how), row.about and _(row.about), row.with_whom]
	if row.pipeline_position:
		known.append(_(row.pipeline_position))
	if row.duration_minutes:
		known.append(_("{0} min").format(row.duration_minutes))
	return " &middot; ".join(showing.text(one) for one in known if one)
