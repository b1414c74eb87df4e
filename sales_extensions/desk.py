"""The app's place on a desk of tiles: its tile, the icons behind it and their sidebars, as its files say (V4).

A desk without tiles reads none of these files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.modules.import_file import import_file_by_path

from sales_extensions import lines
from sales_extensions.attained import figures
from sales_extensions.ledger import facts

APP, MODULE = "sales_extensions", "Sales Extensions"
STYLES, ICONS = ("solid", "subtle"), f"/assets/{APP}/icons/desktop_icons"
KINDS = {"Desktop Icon": "desktop_icon", "Workspace Sidebar": "workspace_sidebar"}


def has_permission() -> bool:
	"""Whether the user sees the app's tile: as with its workspaces, who may read any of its documents does."""
	user = frappe.get_user()
	if not user.allow_modules:
		user.build_permissions()
	blocked = frappe.get_cached_doc("User", frappe.session.user).get_blocked_modules()
	return MODULE in user.allow_modules and MODULE not in blocked


def boot(bootinfo: frappe._dict) -> None:
	"""Make the desk's own of our icons and sidebars fit the user."""
	draw(bootinfo.get("desktop_icons") or [])
	leave_sidebars(bootinfo.get("workspace_sidebar_item") or {})


def begin_with(bootinfo: dict) -> None:
	"""Whose figures a desk begins with: asked for at each load, since no permission or seller that changes ends what the
	framework has kept of the desk."""
	bootinfo["own_seller"] = own_seller()


def own_seller() -> str | None:
	"""The Sales Person that reports begin with: the user's own, if they may see those figures."""
	seller = facts.seller_of_user(frappe.session.user)
	return seller if seller and figures.is_shown(seller) else None


def draw(icons: list[dict]) -> None:
	"""Our icons as they are drawn for the site's style, the first where it has a style of its own: never a mere letter."""
	style = lines.icon_style()
	style = style if style in STYLES else STYLES[0]
	for icon in icons:
		if icon.get("app") == APP and icon["icon_type"] == "Link":
			icon["logo_url"] = f"{ICONS}/{style}/{frappe.scrub(icon['label'])}.svg"


def leave_sidebars(sidebars: dict[str, dict]) -> None:
	"""A sidebar is for whom its workspace is for. The desk would show it to all who may open one of its lists."""
	for title, sidebar in list(sidebars.items()):
		if sidebar["app"] == APP and not any(item["link_type"] == "Workspace" for item in sidebar["items"]):
			del sidebars[title]


def put() -> None:
	"""What the desk made of our workspaces by itself is newer than our files, and would stay. Ours take its place."""
	if not lines.has_tiles():
		return
	for doctype, name, path in files():
		if frappe.db.get_value(doctype, name, "app") != APP and not _is_of_another(name):
			import_file_by_path(str(path), force=True)


def _is_of_another(name: str) -> bool:
	"""Whether a workspace of this name is not ours, and what the desk made of it neither."""
	return bool(frappe.db.exists("Workspace", {"name": name, "module": ("!=", MODULE)}))


def names() -> dict[str, list[str]]:
	"""What is ours of each kind, with what users have made of it for themselves."""
	if not lines.has_tiles():
		return {}
	shipped = [name for _doctype, name, _path in files() if not _is_of_another(name)]
	return {
		doctype: frappe.get_all(doctype, or_filters={"app": APP, "name": ("in", shipped)}, pluck="name")
		for doctype in KINDS
	}


def leave_layouts() -> None:
	"""A user who arranged the desk keeps a copy of each tile: ours go, the others stay where they are."""
	if not lines.has_tiles():
		return
	for user, layout in frappe.get_all("Desktop Layout", fields=["name", "layout"], as_list=True):
		icons = json.loads(layout or "[]")
		kept = [icon for icon in icons if icon.get("app") != APP]
		if len(kept) < len(icons):
			frappe.db.set_value("Desktop Layout", user, "layout", json.dumps(kept), update_modified=False)


def files() -> Iterator[tuple[str, str, Path]]:
	"""Each tile, icon and sidebar: its kind, its name and its file."""
	for doctype, folder in KINDS.items():
		for path in sorted((Path(__file__).parent / folder).glob("*.json")):
			yield doctype, json.loads(path.read_text())["name"], path
