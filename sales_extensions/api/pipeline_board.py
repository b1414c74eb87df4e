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
	whose = frappe.db.get_value(board.PASSAGE, docname, "user")
	if from_colname != to_colname and board.move(docname, from_colname, to_colname):
		offer_undo(board_name, docname, from_colname, to_colname, whose)
	return frappe.get_doc("Kanban Board", board_name)


def offer_undo(board_name: str, card: str, from_stage: str, to_stage: str, whose: str | None) -> None:
	"""Who moves a card has logged a conversation, and has the party in the pipeline from then on: said where it was another's.

	`conversations.js` listens to the link, which moves the card back. Of a message's link the desk keeps the address."""
	data = {"board": board_name, "card": card, "from": to_stage, "to": from_stage}
	undo = _("Undo")
	link = f'<a href="#undo-card?{showing.text(urlencode(data))}">{undo}</a>'
	moved = _("Moved to {0}. {1}").format(showing.text(_(to_stage)), link)
	if whose and whose != frappe.session.user:
		name = showing.text(frappe.get_cached_value("User", whose, "full_name") or whose)
		moved += "<br>" + _("It was {0}'s, and is yours now: you have logged a conversation.").format(name)
	frappe.msgprint(moved, alert=True, indicator="green")
