"""Who stands above the ledger. It tells them what happened and has them do their part, and imports none of them.

The ledger is beneath all who book in it: they are named here by module and function, and looked up when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
	from frappe.model.document import Document

#: What happened, and who tells people about it.
NEWS = {
	"reached": "sales_extensions.tasks.notify.reached",
	"cut": "sales_extensions.tasks.notify.cut",
	"repaired": "sales_extensions.tasks.notify.drift_repaired",
}


def tell(what: str, *facts: object) -> None:
	"""`what`: a key of NEWS. Whether it is told at once or after the commit is for who tells it."""
	_named(NEWS[what])(*facts)


class Books(Protocol):
	"""Books beside the ledger, that it brings to what the documents say together with its own."""

	def work(self, run: Document) -> None:
		"""Their part of a Sales Ledger Run, slice by slice, each committed; or the rest of it."""

	def rebuild(self, company: str | None) -> int:
		"""All of it in the caller's transaction; how much was written."""

	def differences(self, company: str | None) -> list[dict[str, object]]:
		"""What is not what the documents say. Reads only."""


PLACES, SELLERS, CREDITS, TARGETS, CLOSINGS, PARTIES = (
	f"sales_extensions.{module}"
	for module in (
		"ledger.place_runs",
		"ledger.pin_runs",
		"charges.in_runs",
		"ledger.in_runs",
		"ledger.closing_runs",
		"pipeline.in_runs",
	)
)
#: All that is brought to what the documents say, in this order: by a reconcile, a rebuild and a check.
ALL = (PLACES, SELLERS, CREDITS, TARGETS, CLOSINGS, PARTIES)
#: What the summary of a rebuild calls what each of the books beside the ledger has written. Seals are never made anew.
WRITTEN = {
	PLACES: "places_noted",
	SELLERS: "sellers_pinned",
	CREDITS: "credits_written",
	PARTIES: "parties_changed",
}
#: What runs for a purpose bring to what the documents say, in this order; all others the targets alone.
WORK = {
	"Upsell Credits": (CREDITS,),
	"Pipeline": (PARTIES,),
	"Reconcile": ALL,
	"Rebuild": (PLACES, SELLERS, CREDITS, TARGETS),
	"Upgrade": (PLACES, SELLERS, CREDITS, TARGETS),
	"Pinned Sellers": (SELLERS,),
	"Period Close": (TARGETS, CLOSINGS),
}


def books(module: str) -> Books:
	"""`module`: one of ALL but TARGETS."""
	return import_module(module)


def differences(company: str | None) -> list[dict[str, object]]:
	"""What in the books beside the ledger is not what the documents say."""
	return [one for module in ALL if module != TARGETS for one in books(module).differences(company)]


def orders_to_pin() -> int:
	"""How many orders there are for which it is not kept yet who sold them."""
	return _named(f"{SELLERS}.count")()


def parties() -> int:
	"""How many there are to look at."""
	return _named(f"{PARTIES}.parties")()


def work_of(purpose: str) -> list[Callable[[Document], None]]:
	"""What a run does, step by step."""
	return [_named(f"{module}.work") for module in WORK.get(purpose, (TARGETS,))]


def _named(path: str) -> Callable:
	module, _dot, name = path.rpartition(".")
	return getattr(import_module(module), name)
