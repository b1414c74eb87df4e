"""What differs between the lines of Frappe and ERPNext that the app runs on (V1).

One function for each difference, named for what it gives. It asks what is there, not which version it is; nothing
else in the app knows one line from another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from inspect import signature
from urllib.parse import quote, urlencode

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.utils.data import get_absolute_url

#: A field's name, and the one that another line has in its place.
OTHER_NAMES = {
	"campaign": "utm_campaign",
	"campaign_name": "utm_campaign",
	"dashboard_tab": "connections_tab",
	"source": "utm_source",
	"title": "customer_name",
}

#: What the framework raises where it limits the jobs that may wait. Whom it refuses it asks whether they may see its
#: System Health Report, which answers all but System Managers that they lack a permission (15.72, 16.17).
QUEUE_IS_FULL = (getattr(frappe, "QueueOverloaded", frappe.PermissionError), frappe.PermissionError)


def field(doctype: str, name: str) -> str | None:
	"""The field of ERPNext's document that holds this here: by this name, or by another line's; None if by neither."""
	meta = frappe.get_meta(doctype)
	return next((each for each in (name, OTHER_NAMES.get(name)) if each and _has(meta, each)), None)


def desk(path: str, filters: Mapping[str, object] | None = None) -> str:
	"""The address of a page of the desk, below the site's: /desk/sales-target, or /app/sales-target.

	`filters`: of a list or a report, a value each, or an operator and a value; what is empty is left out.
	"""
	root = get_absolute_url("User", "Guest").split("/")[1]
	said = {name: _in_address(value) for name, value in (filters or {}).items() if value}
	return f"/{root}/{path}" + (f"?{urlencode(said, quote_via=quote)}" if said else "")


def report(name: str, filters: Mapping[str, object] | None = None) -> str:
	"""The address of a report."""
	return desk(f"query-report/{quote(name)}", filters)


def _in_address(value: object) -> str:
	return json.dumps(value, default=str) if isinstance(value, list) else str(value)


def has_tiles() -> bool:
	"""Whether the desk begins with a tile for each app, and a sidebar for each workspace."""
	return bool(find_spec("frappe.desk.doctype.workspace_sidebar"))


def icon_style() -> str:
	"""The style of the desk's icons that the site has chosen; none on a desk that knows but one."""
	chosen = getattr(frappe.get_module("frappe.boot"), "get_icon_style", lambda: "")()
	return (chosen or "").lower()


def _has(meta, name: str) -> bool:
	return meta.has_field(name) or name in frappe.model.default_fields + frappe.model.optional_fields


def condition_for_lists(condition: str) -> str:
	"""A condition on what a user may read, as the framework's lists take it here: some read % as a place for a value."""
	return condition.replace("%", "%%") if _lists_have_places() else condition


def condition_of_lists(condition: str) -> str:
	"""Of what apps tell the framework's lists, the SQL that it stands for."""
	return condition.replace("%%", "%") if _lists_have_places() else condition


@cache
def _lists_have_places() -> bool:
	return find_spec("frappe.model.qb_query") is not None


class PermittedQuery(DatabaseQuery):
	"""The framework's statement of what a user may read, as SQL that is complete."""

	def get_permission_query_conditions(self) -> str:
		return condition_of_lists(super().get_permission_query_conditions() or "")


def make_demo_company() -> None:
	"""ERPNext's company of the demo, after the first that is there; who makes it may have to say which that is."""
	from erpnext.setup.demo import setup_demo_data

	first = frappe.get_all("Company", pluck="name", order_by="creation", limit=1)
	setup_demo_data(*first[: len(signature(setup_demo_data).parameters)])
