"""Methods that browsers and programs call: what is missing, or of another kind, is refused in words (X5).

The framework checks annotations only where they are no texts, and calls a method that misses a value as it is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from functools import wraps

import frappe
from frappe import _

from sales_extensions import errors, showing

#: What an annotation lets through, by its parts; a form sends numbers as text.
KINDS: dict[str, tuple[type, ...]] = {
	"str": (str,),
	"int": (str, int, float),
	"float": (str, int, float),
	"bool": (str, int, float),
	"dict": (str, dict),
	"list": (str, list, tuple),
}
#: Under which title a module's methods refuse: the document that their first value names, or else the page.
TITLES = {
	"activities": "My Day",
	"attainment": "Attainment",
	"books": "Sales Ledger Run",
	"closings": "Sales Target Closing",
	"conversation_actions": "Conversation",
	"conversations": "Conversation",
	"digest": "Weekly Digest",
	"erpnext_targets": "Sales Target",
	"follow_ups": "Follow Ups",
	"glance": "Sales Target",
	"measures": "Sales Order",
	"orders": "Sales Order",
	"pipeline": "Pipeline Overview",
	"pipeline_board": "Sales Pipeline",
	"sales_tracker_settings": "Sales Tracker Settings",
	"policies": "Sales Extensions Settings",
	"sellers": "Sales Order",
	"statement": "Seller Statement",
	"statements": "Sales Statement",
	"target_and_result": "Target and Result",
	"targets": "Sales Target",
	"teams": "Sales Person",
	"tracker": "Sales Tracker",
	"upsell": "Upsell Credit",
	"upsell_month": "Upsell Credit",
}
#: What a value names that is of another kind than its module's.
OF_ANOTHER_KIND = {"allocation": "Order Allocation"}
#: What comes out of JSON. All else comes from the app itself.
OF_JSON = (str, int, float, dict, list, tuple)
#: Lists in lists, or names and values in them: more is not meant, and can't be walked by what calls itself.
DEEPEST = 50


def public(methods: list[str] | None = None) -> Callable[[Callable], Callable]:
	"""`frappe.whitelist` for a method of the app. Raises ValidationError that names what is wrong."""
	options = {"methods": methods} if methods else {}

	def decorated(method: Callable) -> Callable:
		return frappe.whitelist(**options)(_checked(method))

	return decorated


def _checked(method: Callable) -> Callable:
	signature = inspect.signature(method)

	@wraps(method)
	def called(*args: object, **kwargs: object) -> object:
		given = signature.bind_partial(*args, **kwargs).arguments
		with errors.under(lambda: _title(method, given)):
			for name, parameter in signature.parameters.items():
				if parameter.kind is not parameter.VAR_KEYWORD:
					_check(parameter, given.get(name))
			return method(*args, **kwargs)

	return called


def _title(method: Callable, given: dict[str, object]) -> str:
	for value, kind in OF_ANOTHER_KIND.items():
		if value in given:
			return errors.of_name(kind, given[value])
	kind = TITLES[method.__module__.rpartition(".")[2]]
	name = given.get(frappe.scrub(kind))
	return errors.of_name(kind, name) if name else _(kind)


def _check(parameter: inspect.Parameter, value: object) -> None:
	kinds = str(parameter.annotation).split(" | ")
	label = _(frappe.unscrub(parameter.name))
	if value is None:
		if parameter.default is parameter.empty and "None" not in kinds:
			errors.missing(label)
		return
	allowed = tuple(kind for name in kinds for kind in KINDS.get(name, ()))
	refuse_odd(value, label)
	if isinstance(value, OF_JSON) and not isinstance(value, allowed or OF_JSON):
		frappe.throw(_("{0} must be {1}; it is {2}.").format(label, _named(kinds), showing.text(value, 50)))


def _named(kinds: list[str]) -> str:
	if "dict" in kinds:
		return _("a list of names and values")
	if "list" in kinds:
		return _("a list")
	return _("a number") if {"int", "float", "bool"} & {*kinds} else _("a text")


def refuse_odd(value: object, label: str) -> None:
	"""What can't be walked, or can't be stored, compared or sent back, wherever it stands in what was sent."""
	parts = _levels(value)
	if parts is None:
		frappe.throw(_("{0}: it holds lists in lists, more than {1} deep.").format(label, DEEPEST))
	if any(isinstance(part, str) and not showing.is_text(part) for part in parts):
		frappe.throw(_("{0}: there is a sign in it that is no text.").format(label))


def _levels(value: object) -> list[object] | None:
	"""A value and all that is in it, level by level; None for what is too deep."""
	found, level = [value], [value]
	for _depth in range(DEEPEST):
		level = [part for one in level for part in _parts(one)]
		if not level:
			return found
		found += level
	return None


def _parts(value: object) -> Collection[object]:
	if isinstance(value, dict):
		return (*value.keys(), *value.values())
	return value if isinstance(value, list | tuple) else ()


def from_json(value: object) -> object:
	"""What a text means as JSON; None for what is none, or is too deep to be meant."""
	if not isinstance(value, str):
		return value
	try:
		found = frappe.parse_json(value) if value.strip() else None
	except (ValueError, RecursionError):
		return None
	return None if _levels(found) is None else found


def filters(value: object) -> dict:
	"""Those of a report or a chart, as the desk or a program sends them."""
	if value == []:  # the desk's word for none
		return {}
	return mapping(value, _("Filters"))


def mapping(value: object, label: str) -> dict:
	"""Names and values, as JSON or as they are; empty where nothing was sent. Raises ValidationError."""
	given = from_json(value)
	if given is None and (value is None or value == ""):
		return {}
	if not isinstance(given, dict):
		frappe.throw(_("{0} must be a list of names and values.").format(label))
	refuse_odd(given, label)
	return given
