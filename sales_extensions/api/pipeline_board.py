"""The board of the pipeline: a card is moved, so a conversation is logged (C5, C7)."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.desk.doctype.kanban_board import kanban_board as desk

from sales_extensions import called, showing
from sales_extensions.conversations import board


@called.public()
def update_order_for_single_card(
	board_name: str,
	docname: str,
	from_colname: str,
	to_colname: str,
	old_index: int | str,
	new_index: int | str,
):
	"""The desk calls this when a card is dropped, on any board; other boards are the framework's.

	On a board of passages, a new column is a stage: a conversation of the user is logged that moves the party
	there, or the last one taken back, where the card only goes back on the same day. Raises PermissionError for who may not log it, ValidationError where the card was moved meanwhile.
	"""
	if not board.is_of_passages(board_name):
		return desk.update_order_for_single_card(
			board_name, docname, from_colname, to_colname, old_index, new_index
		)
	frappe.has_permission("Conversation", "create", throw=True)
	if from_colname != to_colname and board.move(docname, from_colname, to_colname):
		offer_undo(board_name, docname, from_colname, to_colname)
	return frappe.get_doc("Kanban Board", board_name)


def offer_undo(board_name: str, card: str, from_stage: str, to_stage: str) -> None:
	"""`conversations.js` listens to the link, which moves the card back. Of a message's link the desk keeps the address."""
	data = {"board": board_name, "card": card, "from": to_stage, "to": from_stage}
	undo = _("Undo")
	link = f'<a href="#undo-card?{showing.text(urlencode(data))}">{undo}</a>'
	frappe.msgprint(
		_("Moved to {0}. {1}").format(showing.text(_(to_stage)), link), alert=True, indicator="green"
	)
