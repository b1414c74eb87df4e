"""Sales Targets that are there already: asked about before a second one is saved (T1)."""

from __future__ import annotations

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date, get_link_to_form

from sales_extensions import guards, kinds, showing
from sales_extensions.engine import Target, are_identical, shared_days
from sales_extensions.ledger import facts

TARGET = "Sales Target"
#: What a form sends of a target to ask about it.
ASKED = (
	"target_type", "measured_on", "company", "from_date", "to_date", "assignees", "territory", "customer_group", "item_group",
)  # fmt: skip
#: A year beside its twelve months is told of some of them.
MOST_TOLD = 3
NEEDED = ("target_type", "company", "from_date", "to_date", "assignees")


def typed(given: Mapping[str, object]) -> Target | None:
	"""The target that somebody types; None while it lacks what tells it from others. Raises ValidationError."""
	doc = kinds.typed(TARGET, {name: given.get(name) for name in ASKED if given.get(name)})
	guards.dates(doc, ("from_date", "to_date"))
	is_whole = all(doc.get(name) for name in NEEDED) and all(row.sales_person for row in doc.assignees)
	return facts.target_from_doc(doc) if is_whole else None


def identical_to(target: Target) -> list[str]:
	"""The names of the other targets that are one and the same."""
	if not target.assignees:
		return []
	near = _near(target, from_date=target.from_date, to_date=target.to_date)
	return [name for name in near if are_identical(near[name], target)]


def _near(target: Target, **days: object) -> dict[str, Target]:
	"""The others of these days that name its first seller."""
	asked = {
		"parenttype": TARGET,
		"parent": ("!=", target.name or ""),
		"sales_person": target.assignees[0],
		"company": target.company,
		**days,
	}
	return facts.load_targets(
		frappe.get_all("Sales Target Assignee", asked, pluck="parent", order_by="parent")
	)


def readable(names: list[str], *more: str) -> list[dict[str, object]]:
	"""Name and title, and more fields, of those of these targets that the user may read."""
	return frappe.get_list(TARGET, {"name": ("in", [*names, ""])}, ["name", "title", *more], order_by="name")


def tell(doc: Document) -> None:
	"""Say on any path that a new target is a second one, and on which days it and others count the same orders."""
	target = facts.target_from_doc(doc)
	if not target.assignees:
		return
	if second_of := identical_to(target):
		_tell_second(readable(second_of), was_asked=bool(doc.get("__asked_about_second")))
	else:
		_tell_shared_days(target)


def _tell_second(found: list[dict[str, str]], *, was_asked: bool) -> None:
	if found and not was_asked:
		links = ", ".join(map(_link, found))
		frappe.msgprint(
			_(
				"There is such a target already: {0}. This is a second one; Attainment counts the first alone."
			).format(links),
			indicator="orange",
			alert=True,
		)


def _tell_shared_days(target: Target) -> None:
	"""Where figures of targets are added up a day counts in one of them: in which is said when the second is set."""
	near = _near(target, from_date=("<=", target.to_date), to_date=(">=", target.from_date))
	found = [(one, shared) for one in readable(list(near)) if (shared := shared_days(target, near[one.name]))]
	for one, (first, last, standing) in found[:MOST_TOLD]:
		frappe.msgprint(
			words_of(standing is target).format(format_date(first), format_date(last), _link(one)),
			indicator="blue",
			alert=True,
		)


def words_of(is_this: bool) -> str:
	if is_this:
		return _("Attainment counts a day once: from {0} to {1} in this target, not in {2}.")
	return _("Attainment counts a day once: from {0} to {1} in {2}, not in this target.")


def _link(one: dict[str, str]) -> str:
	return get_link_to_form(TARGET, one["name"], showing.text(one["title"]))
