"""Upsell Credit: one for each charge of a Quotation or Sales Order, kept by the document's own events (U1-U11).

Facts are read here, decided on in `engine.upsell`, and written here. Nothing else writes an Upsell Credit.
"""

from .facts import note_offered
from .follow import follow, forget, remember_copy, remember_original
from .rows_alone import done
from .settle import settle_all
from .sound import differences

__all__ = [
	"differences",
	"done",
	"follow",
	"forget",
	"note_offered",
	"remember_copy",
	"remember_original",
	"settle_all",
]
