"""Sales Targets that are there already: asked about before a second one is saved (T1)."""

from __future__ import annotations

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

from sales_extensions import guards, kinds, showing
from sales_extensions.engine import Target, are_identical
from sales_extensions.ledger import facts

TARGET = "Sales Target"
#: What a form sends of a target to ask about it.
ASKED = (
	"target_type", "company", "from_date", "to_date", "assignees", "territory", "customer_group", "item_group",
)  # fmt: skip
NEEDED = ("target_type", "company", "from_date", "to_date", "assignees")


def typed(given: Mapping[str, object]) -> Target | None:
	"""The target that somebody types; None while it lacks what tells it from others. Raises ValidationError."""
	doc = frappe.get_doc({"doctype": TARGET, **{name: given.get(name) for name in ASKED if given.get(name)}})
	kinds.check(doc)
	guards.dates(doc, ("from_date", "to_date"))
	is_whole = all(doc.get(name) for name in NEEDED) and all(row.sales_person for row in doc.assignees)
	return facts.target_from_doc(doc) if is_whole else None


def identical_to(target: Target) -> list[str]:
	"""The names of the other targets that are one and the same."""
	if not target.assignees:
		return []
	near = frappe.get_all(
		"Sales Target Assignee",
		{
			"parenttype": TARGET,
			"parent": ("!=", target.name or ""),
			"sales_person": target.assignees[0],
			"company": target.company,
			"from_date": target.from_date,
			"to_date": target.to_date,
		},
		pluck="parent",
		order_by="parent",
	)
	found = facts.load_targets(near)
	return [name for name in near if are_identical(found[name], target)]


def readable(names: list[str]) -> list[dict[str, str]]:
	"""Name and title of those of these targets that the user may read."""
	return frappe.get_list(TARGET, {"name": ("in", [*names, ""])}, ["name", "title"], order_by="name")


def tell(doc: Document) -> None:
	"""Say on any path that a new target is a second one; who saved it in the form was asked before."""
	if doc.get("__asked_about_second"):
		return
	if found := readable(identical_to(facts.target_from_doc(doc))):
		links = [get_link_to_form(TARGET, one.name, showing.text(one.title)) for one in found]
		frappe.msgprint(
			_("There is such a target already: {0}. This is a second one.").format(", ".join(links)),
			indicator="orange",
			alert=True,
		)
