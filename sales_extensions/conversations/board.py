"""The pipeline as a Kanban board of the desk: a column for each stage, a card for each party in the pipeline (C7).

A board's columns are the options of a Select field, so each passage has its stage in one, `board_stage`. A
moved card is no edit of a passage, which follows from conversations: it logs one.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import escape_html

PASSAGE, FIELD, BOARD = "Pipeline Passage", "board_stage", "Sales Pipeline"
COLOURS = {"Won": "Green", "Lost": "Red", "Open": "Blue"}


def is_of_passages(board_name: str) -> bool:
	return frappe.db.get_value("Kanban Board", board_name, "reference_doctype") == PASSAGE


def move(passage: str, from_stage: str, to_stage: str) -> str:
	"""Log a conversation that brings the party of a passage to another stage. Returns its name."""
	card = frappe.get_doc(PASSAGE, passage)
	card.check_permission("read")
	if (card.board_stage or "") != from_stage:
		frappe.throw(
			_("{0} is at {1} now. Reload the board to see where everyone is.").format(
				escape_html(card.party_name or card.party),
				escape_html(_(card.board_stage) if card.board_stage else ""),
			)
		)
	return (
		frappe.get_doc(
			{
				"doctype": "Conversation",
				"party_type": card.party_type,
				"party": card.party,
				"pipeline_position": to_stage,
				"note": _("Moved on the board from {0} to {1}.").format(_(from_stage), _(to_stage)),
			}
		)
		.insert()
		.name
	)


# --- the board itself ---------------------------------------------------------------------------


def seed() -> None:
	"""Made once by `seeds`; filters, columns and cards are then the users' own."""
	if frappe.db.exists("Kanban Board", BOARD) or not frappe.db.exists("DocType", PASSAGE):
		return
	frappe.get_doc(
		{
			"doctype": "Kanban Board",
			"kanban_board_name": BOARD,
			"reference_doctype": PASSAGE,
			"field_name": FIELD,
			"private": 0,
			"show_labels": 1,
			"filters": frappe.as_json([[PASSAGE, "outcome", "=", "Open"]]),
			"fields": frappe.as_json(["user", "stage_since"]),
			"columns": [_column(row) for row in stages()],
		}
	).insert(ignore_permissions=True)


def stages() -> list[dict]:
	return frappe.get_all(
		"Pipeline Stage", {"disabled": 0}, ["name", "outcome"], order_by="sequence, name", limit_page_length=0
	)


def _column(stage: dict) -> dict:
	return {"column_name": stage.name, "status": "Active", "indicator": COLOURS.get(stage.outcome, "Gray")}


def follow_stages() -> None:
	"""Boards of passages have a column for each stage, in their order; a colour that was chosen stays."""
	for name in frappe.get_all("Kanban Board", {"reference_doctype": PASSAGE}, pluck="name", order_by="name"):
		board = frappe.get_doc("Kanban Board", name)
		known = {column.column_name: column for column in board.columns}
		wanted = [_column(stage) for stage in stages()]
		if [column.column_name for column in board.columns] == [one["column_name"] for one in wanted]:
			continue
		board.columns = []
		for column in wanted:
			kept = known.get(column["column_name"])
			if kept:
				column.update(status=kept.status, indicator=kept.indicator, order=kept.order)
			board.append("columns", column)
		board.save(ignore_permissions=True)
