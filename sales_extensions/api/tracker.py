"""The Sales Tracker over HTTP: rows, figures, one job, and CSV (K1-K5). All of it only what the user may read."""

from __future__ import annotations

import frappe
from frappe import _
from werkzeug.wrappers import Response

from sales_extensions import called, clock, words
from sales_extensions.engine import tracker as engine
from sales_extensions.tracker import DOCTYPES, ENQUIRIES, KINDS, PROPOSALS, asked, export
from sales_extensions.tracker import related as around
from sales_extensions.tracker import story as told
from sales_extensions.tracker.fields import Column
from sales_extensions.tracker.jobs import View
from sales_extensions.tracker.settings import SETTINGS, missing_statuses, tracker_settings


@called.public()
def layout() -> dict[str, object]:
	"""What the page is made of: columns, fields to filter by, document types, and what the user may do.

	Raises PermissionError for who may read none of the document types.
	"""
	view = _view()
	return {
		"columns": [_column(one) for one in view.columns if one.visible],
		"filters": [_column(one) for one in view.by_key.values()],
		"stages": view.stages,
		"doctypes": list(view.allowed),
		"kinds": {kind: [one for one in types if one in view.allowed] for kind, types in KINDS.items()},
		"exportable": export.exportable(view.allowed),
		"may_configure": bool(frappe.has_permission(SETTINGS, "write")),
		"missing_statuses": len(missing_statuses(tracker_settings())),
	}


def _view() -> View:
	view = View()
	if not view.allowed:
		frappe.throw(
			_("You may read no {0}. Ask for a role that may.").format(", ".join(map(_, DOCTYPES))),
			frappe.PermissionError,
		)
	return view


def _column(column: Column) -> dict[str, object]:
	return {
		"key": column.key,
		"label": f"{_(column.label)} ({_(column.of_table)})" if column.of_table else _(column.label),
		"fieldtype": column.fieldtype,
		"options": column.options,
		"width": column.width,
		"doctypes": list(column.fields),
	}


@called.public()
def rows(query: str | dict | None = None, after: str | dict | None = None, length: int | str = 50) -> dict:
	"""A page of jobs. `query`: filters ([key, operator, value]), kind, stages, inactive, order_by, descending.

	`after`: the `next` of the page before. Rows have doctype, name, values by column, stage, why, and what the
	job came from and led to. `people`: full names by user. `next` is None on the last page. Raises ValidationError for what
	can't be asked.
	"""
	view = _view()
	found, following = view.page(asked.query_of(query, view), asked.place_of(after), asked.length_of(length))
	jobs = [(row["doctype"], row["name"]) for row in found]
	results, sources = around.led_to(jobs), around.came_from(jobs)
	for job, row in zip(jobs, found, strict=True):
		row["led_to"], row["came_from"] = results.get(job, []), sources.get(job, [])
		row["why"] = words.translated([row.pop("reason")], html=False)
	return {
		"rows": found,
		"next": following,
		"people": told.full_names(asked.names_in(found, view.columns)),
	}


@called.public()
def figures(query: str | dict | None = None) -> dict[str, object]:
	"""Cards and stages over all jobs that meet the query's filters, whichever stages it asks for.

	Amounts in company currency, apart for each currency. `jobs`: how many rows the query has in all.
	"""
	view = _view()
	wanted = asked.query_of(query, view)
	groups = view.groups(wanted)
	counted = [one for one in groups if wanted.inactive or one.is_active]
	shown = engine.groups_in(counted, wanted.stages, view.rules) if wanted.stages else counted
	return {
		"cards": _cards(groups, counted, view, inactive_too=wanted.inactive),
		"stages": [
			{"stage": one.stage, "outcome": one.outcome, "colour": one.colour, **_tally(one.tally)}
			for one in engine.by_stage(groups, view.rules, inactive_too=wanted.inactive)
		],
		**_tally(engine.tally(shown)),
	}


def _cards(groups: list, counted: list, view: View, *, inactive_too: bool) -> list[dict]:
	"""Jobs and their worth, and how many of all that were decided were won, for each kind that the user may read."""
	ends: dict[str, list[str]] = {engine.Outcome.WON: [], engine.Outcome.LOST: []}
	for rule in view.rules:
		if rule.outcome in ends and rule.stage not in ends[rule.outcome]:
			ends[rule.outcome].append(rule.stage)
	found = []
	for kind, label, active, won_label, doctypes in (
		("Enquiries", _("Enquiries"), _("Active Enquiries"), _("Enquiries Won"), ENQUIRIES),
		("Proposals", _("Proposals"), _("Active Proposals"), _("Proposals Won"), PROPOSALS),
	):
		if not set(doctypes) & set(view.allowed):
			continue
		here = [one for one in counted if one.document_type in doctypes]
		shown = label if inactive_too else active
		found.append({"kind": kind, "label": shown, **_tally(engine.tally(here))})
		success = engine.success((one for one in groups if one.document_type in doctypes), view.rules)
		found.append(
			{
				"kind": kind,
				"label": won_label,
				"rate": None if success.rate is None else float(success.rate),
				"won": success.won,
				"decided": success.decided,
				"stages": [*ends[engine.Outcome.WON], *ends[engine.Outcome.LOST]],
			}
		)
	return found


def _tally(tally: engine.Tally) -> dict[str, object]:
	return {
		"jobs": tally.jobs,
		"amounts": [{"currency": currency, "amount": float(amount)} for currency, amount in tally.amounts],
	}


@called.public()
def job(doctype: str, name: str) -> dict[str, object]:
	"""The summary of one job: its visible fields, what it is related to, and its story, newest first."""
	doctype, name = asked.job_of(doctype, name)
	view = _view()
	row = view.one(doctype, name)
	if not row:
		frappe.throw(
			_("There is no {0} {1} that you may read.").format(_(doctype), name), frappe.PermissionError
		)
	row["why"] = words.translated([row.pop("reason")], html=False)
	shown = [one for one in view.columns if one.visible and doctype in one.fields]
	own = [
		{**_column(one), **{part: getattr(one.fields[doctype], part) for part in ("fieldtype", "options")}}
		for one in shown
	]
	return {
		**row,
		"fields": own,
		"related": around.related(doctype, name),
		"story": told.story(doctype, name),
		"people": told.full_names(asked.names_in([row], view.columns)),
		"may_export": doctype in export.exportable([doctype]),
	}


@called.public()
def story(doctype: str, name: str) -> list[dict]:
	"""What was said and done about a job, newest first."""
	return told.story(*asked.job_of(doctype, name))


@called.public()
def export_csv(
	query: str | dict | None = None, doctype: str | None = None, name: str | None = None
) -> Response:
	"""A CSV file of the query's jobs, or of one: visible columns, in the settings' order.

	Of document types that the user may not export there is no row; where that leaves none, PermissionError.
	"""
	view = _view()
	shown = [one for one in view.columns if one.visible]
	if doctype or name:
		doctype, name = asked.job_of(doctype, name)
		if not export.exportable([doctype]):
			export.refuse([doctype])
		found = view.one(doctype, name)
		return export.response([found] if found else [], shown, frappe.scrub(name), [doctype])
	wanted = asked.query_of(query, view)
	for one in set(view.allowed) - set(export.exportable(view.allowed)):
		del view.allowed[one]
	if not view.allowed:
		export.refuse(DOCTYPES)
	filename = f"sales-tracker-{clock.today()}"
	return export.response(view.all_rows(wanted), shown, filename, view.doctypes(wanted))
