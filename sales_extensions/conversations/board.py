"""The pipeline as a Kanban board of the desk: a column for each stage, a card for each party in the pipeline (C7).

A board's columns are the options of a Select field, so each passage has its stage in one, `board_stage`. A
moved card is no edit of a passage, which follows from conversations: it logs one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.delete_doc import check_if_doc_is_dynamically_linked, check_if_doc_is_linked
from frappe.utils import getdate

from sales_extensions import clock, current, showing
from sales_extensions.engine import pipeline as rules
from sales_extensions.pipeline import book
from sales_extensions.pipeline import facts as pipeline

if TYPE_CHECKING:
	from frappe.model.document import Document

CONVERSATION = "Conversation"
PASSAGE, FIELD, BOARD = "Pipeline Passage", "board_stage", "Sales Pipeline"
COLOURS = {"Won": "Green", "Lost": "Red", "Open": "Blue"}


def is_of_passages(board_name: str) -> bool:
	return frappe.db.get_value("Kanban Board", board_name, "reference_doctype") == PASSAGE


def move(passage: str, from_stage: str, to_stage: str) -> str | None:
	"""Log a conversation that brings the party of a passage to another stage. Returns its name.

	None where the card only goes back: the last move is taken back, and nothing is logged.
	"""
	card = frappe.get_doc(PASSAGE, passage)
	card.check_permission("read")
	if (card.board_stage or "") != from_stage:
		frappe.throw(
			_("{0} is at {1} now. Reload the board to see where everyone is.").format(
				showing.text(card.party_name or card.party),
				showing.text(_(card.board_stage) if card.board_stage else ""),
			)
		)
	last = last_move(card)
	if last and rules.takes_back(_as_rule(last), to_stage, frappe.session.user, clock.today()):
		from_stage = last.moved_from
		take_back(last)
	return _log(card, from_stage, to_stage) if from_stage != to_stage else None


def _log(card: Document, from_stage: str, to_stage: str) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": CONVERSATION,
				"party_type": card.party_type,
				"party": card.party,
				"pipeline_position": to_stage,
				"moved_from": from_stage,
				"note": _("Moved on the board from {0} to {1}.").format(_(from_stage), _(to_stage)),
			}
		)
		.insert()
		.name
	)


# --- a move that is taken back ------------------------------------------------------------------


def last_move(card: Document) -> Document | None:
	"""The conversation that brought a card to where it is, if that is a move on the board."""
	party = pipeline.Party(card.party_type, card.party)
	known = book.stored([party]).get(party)
	if not known or known.passages != card.passage:
		return None
	talk = rules.last_move(known.events.values())
	doc = frappe.get_doc(CONVERSATION, talk.name) if talk else None
	return doc if doc and doc.moved_from else None


def _as_rule(move: Document) -> rules.Move:
	outcome = frappe.db.get_value("Pipeline Stage", move.pipeline_position, "outcome")
	return rules.Move(move.moved_from, outcome, move.written_by, getdate(move.conversation_date))


def take_back(move: Document) -> None:
	"""As if it had not been. What was written into it since, or made of it, is kept, without the stage."""
	if move.modified == move.creation and not (_has_others(move) or _is_linked(move)):
		with current.rows():
			frappe.delete_doc(CONVERSATION, move.name, ignore_permissions=True)
		return
	move.update({"pipeline_position": None, "moved_from": None})
	move.save()


#: What others add to a document, without a change of it, and the framework deletes or unties with it: how it is named.
ADDED = (
	("ToDo", "reference_type", "reference_name"),
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Communication Link", "link_doctype", "link_name"),
	# bookings: some releases fail to find dynamic links (15.72: the table's name is quoted)
	("Event Participants", "reference_doctype", "reference_docname"),
	("File", "attached_to_doctype", "attached_to_name"),
	("DocShare", "share_doctype", "share_name"),
	("Tag Link", "document_type", "document_name"),
)


def _has_others(move: Document) -> bool:
	"""Whether somebody added a task, a comment, a message, a booking, a file or a tag, or shared it."""
	return any(
		frappe.db.exists(doctype, {kind: CONVERSATION, name: move.name}) for doctype, kind, name in ADDED
	)


def _is_linked(move: Document) -> bool:
	"""Whether a follow-up or another document names it: the framework would refuse to delete it."""
	try:
		check_if_doc_is_linked(move)
		check_if_doc_is_dynamically_linked(move)
	except frappe.LinkExistsError:
		frappe.clear_last_message()
		return True
	return False


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
