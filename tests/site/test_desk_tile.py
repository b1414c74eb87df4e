"""The tile, icons and sidebars of the app on a desk that has them, and that others have none of them (V4)."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import frappe
import pytest
from frappe.boot import get_bootinfo

import sales_extensions
from sales_extensions import desk, lines, uninstall
from sales_extensions.conversations import history
from tests.site import conversations_world as cw

APP = Path(sales_extensions.__file__).parent
HAS_TILES = lines.has_tiles()
OURS = {
	"Desktop Icon": {"My Sales", "Reports and Lists", "Sales Extensions", "Team Sales"},
	"Workspace Sidebar": {"My Sales", "Reports and Lists", "Sales Extensions", "Team Sales"},
}
needs_tiles = pytest.mark.skipif(not HAS_TILES, reason="this desk has no tiles")
with_tiles = pytest.mark.parametrize("tiles", [HAS_TILES])


def contents(kind: str) -> dict[str, dict]:
	return {name: json.loads(path.read_text()) for doctype, name, path in desk.files() if doctype == kind}


def there() -> dict[str, set[str]]:
	"""What the site has of ours."""
	if not HAS_TILES:
		return {}
	return {kind: set(frappe.get_all(kind, {"app": desk.APP}, pluck="name")) for kind in desk.KINDS}


def boot_of(user: str) -> frappe._dict:
	frappe.cache.delete_value("desktop_icons")
	frappe.set_user(user)
	try:
		return get_bootinfo()
	finally:
		frappe.set_user("Administrator")


def test_v4_the_files_are_on_a_site_whose_desk_reads_them():
	assert there() == (OURS if HAS_TILES else {})
	assert {kind: set(names) for kind, names in desk.names().items()} == there()


@pytest.mark.parametrize("name", sorted(OURS["Workspace Sidebar"]))
def test_v4_each_item_of_a_sidebar_leads_somewhere(name):
	for item in contents("Workspace Sidebar")[name]["items"]:
		assert item["icon"], item["label"]
		if item["link_type"] == "URL":
			doctype, board = "Pipeline Passage", unquote(item["url"]).rpartition("/")[2]
			assert item["url"].startswith("/desk/pipeline-passage/view/kanban/")
			assert frappe.db.get_value("Kanban Board", board, "reference_doctype") == doctype
		elif item["type"] == "Link":
			assert frappe.db.exists(item["link_type"], item["link_to"]), item
		for doctype, field, _operator, _value in json.loads(item.get("filters") or "[]"):
			assert doctype == item["link_to"] and frappe.get_meta(doctype).has_field(field)


def test_v4_a_manager_finds_follow_ups_the_board_and_the_digest_beside_the_teams_figures():
	offered = {item["label"]: item for item in contents("Workspace Sidebar")["Team Sales"]["items"]}
	assert offered["Follow Ups"]["link_to"] == "Follow Ups"
	assert offered["Pipeline Board"]["url"].endswith("Sales%20Pipeline")
	assert frappe.get_meta(offered["Weekly Digest and Settings"]["link_to"]).has_field("weekly_digest")


def test_v4_sidebars_offer_what_the_workspaces_do():
	workspace = frappe.get_doc("Workspace", "Sales Extensions")
	offered = {row.link_to for row in workspace.links if row.type == "Link"}
	assert offered <= {
		item.get("link_to") for item in contents("Workspace Sidebar")["Sales Extensions"]["items"]
	}


@pytest.mark.parametrize("style", desk.STYLES)
def test_v4_each_icon_is_drawn_in_each_style(style):
	for name in OURS["Desktop Icon"]:
		drawing = APP / f"public/icons/desktop_icons/{style}/{frappe.scrub(name)}.svg"
		assert drawing.read_text().startswith("<svg xmlns")


def test_v4_nothing_else_changes_where_the_desk_has_no_tiles():
	hooks = frappe.get_hooks("add_to_apps_screen", app_name=desk.APP)
	assert [one["route"] for one in hooks] == (["/desk/sales-extensions"] if HAS_TILES else [])
	assert not frappe.get_hooks("app_logo_url", app_name=desk.APP), "ERPNext's stays on the log-in page"


def test_v4_the_tile_is_for_who_may_read_something_of_the_app():
	for user, sees in (("anna@example.com", True), ("manager@example.com", True), (stock_user(), False)):
		frappe.set_user(user)
		assert desk.has_permission() is sees, user
	frappe.set_user("anna@example.com")
	frappe.get_doc("User", "anna@example.com").append("block_modules", {"module": desk.MODULE}).insert(
		ignore_permissions=True
	)
	frappe.clear_document_cache("User", "anna@example.com")
	assert desk.has_permission() is False


def stock_user() -> str:
	user = frappe.get_doc(
		{"doctype": "User", "email": "stock@example.com", "first_name": "Stock", "send_welcome_email": 0}
	).insert(ignore_permissions=True)
	user.add_roles("Stock User")
	return user.name


@pytest.mark.parametrize(("user", "shown"), [
	("Administrator", {"my sales", "team sales", "sales extensions", "reports and lists"}),
	("manager@example.com", {"my sales", "team sales", "sales extensions", "reports and lists"}),
	("anna@example.com", {"my sales", "sales extensions", "reports and lists"}),
])  # fmt: skip
def test_v4_a_user_gets_the_sidebars_and_icons_of_their_workspaces(user, shown):
	boot = boot_of(user)
	ours = {title for title, one in (boot.workspace_sidebar_item or {}).items() if one["app"] == desk.APP}
	assert ours == (shown if HAS_TILES else set())
	icons = {
		icon["label"]: icon["logo_url"] for icon in boot.desktop_icons or [] if icon.get("app") == desk.APP
	}
	assert {label.lower() for label in icons} == (shown if HAS_TILES else set())
	assert all(url.startswith("/assets/sales_extensions/") for url in icons.values())


@pytest.mark.parametrize(
	("chosen", "drawn"), [("Subtle", "subtle"), ("Solid", "solid"), ("Another", "solid")]
)
def test_v4_icons_follow_the_style_of_the_site(monkeypatch, chosen, drawn):
	monkeypatch.setattr(frappe.get_module("frappe.boot"), "get_icon_style", lambda: chosen, raising=False)
	icons = [
		frappe._dict(app=desk.APP, icon_type="Link", label="My Sales"),
		frappe._dict(app="erpnext", icon_type="Link", label="Selling"),
	]
	desk.draw(icons)
	assert icons[0].logo_url == f"/assets/sales_extensions/icons/desktop_icons/{drawn}/my_sales.svg"
	assert "logo_url" not in icons[1]


@needs_tiles
def test_v4_what_the_desk_made_by_itself_gives_way_and_what_an_administrator_changed_stays():
	frappe.db.set_value("Desktop Icon", "My Sales", {"app": None, "parent_icon": None, "standard": 0})
	frappe.db.set_value("Workspace Sidebar", "My Sales", {"app": None, "module": None})
	frappe.db.set_value("Desktop Icon", "Team Sales", "hidden", 1)
	desk.put()
	icon, sidebar = (frappe.get_doc(kind, "My Sales") for kind in desk.KINDS)
	assert (icon.app, icon.parent_icon, [row.role for row in icon.roles]) == (
		desk.APP, "Sales Extensions", ["Sales User"],
	)  # fmt: skip
	assert (sidebar.app, len(sidebar.items)) == (
		desk.APP,
		len(contents("Workspace Sidebar")["My Sales"]["items"]),
	)
	assert frappe.db.get_value("Desktop Icon", "Team Sales", "hidden") == 1


@needs_tiles
def test_v4_a_workspace_of_the_site_keeps_its_icon():
	"""One that happens to have a name of ours."""
	frappe.get_doc(
		{"doctype": "Workspace", "label": "Reports and Lists", "title": "Reports and Lists", "public": 1, "module": "Selling"}
	).insert(ignore_permissions=True)  # fmt: skip
	frappe.db.set_value("Desktop Icon", "Reports and Lists", "app", None)
	desk.put()
	assert not frappe.db.get_value("Desktop Icon", "Reports and Lists", "app")
	assert "Reports and Lists" not in desk.names()["Desktop Icon"]


@needs_tiles
def test_x1_uninstall_takes_tiles_icons_and_sidebars():
	copy = frappe.copy_doc(frappe.get_doc("Workspace Sidebar", "My Sales"))
	copy.update({"title": "My Sales-anna@example.com", "for_user": "anna@example.com"})
	copy.insert(ignore_permissions=True)
	selling = frappe.get_doc("Workspace Sidebar", "Selling")
	others = len(selling.items)
	selling.append("items", {"type": "Link", "label": "Day", "link_type": "Page", "link_to": "my-day"})
	selling.save(ignore_permissions=True)
	kept = {"label": "Selling", "app": "erpnext"}
	frappe.get_doc({"doctype": "Desktop Layout", "user": "anna@example.com",
		"layout": json.dumps([kept, {"label": "My Sales", "app": desk.APP}])}).insert()  # fmt: skip
	assert "My Sales-anna@example.com" in desk.names()["Workspace Sidebar"]
	uninstall.forget("Page", ["my-day"], skip=set())
	uninstall.forget_tiles()
	assert there() == {kind: set() for kind in desk.KINDS}
	assert len(frappe.get_doc("Workspace Sidebar", "Selling").items) == others
	assert json.loads(frappe.db.get_value("Desktop Layout", "anna@example.com", "layout")) == [kept]
	for kind in desk.KINDS:
		assert not frappe.db.exists(kind, {"name": ("in", OURS[kind])})


def test_v4_every_link_is_one_of_this_desk():
	"""No file writes an address of its own: Python, scripts and templates ask one helper."""
	written = [
		f"{path.relative_to(APP)}: {line.strip()}"
		for path in sorted(APP.rglob("*"))
		if path.suffix in (".py", ".js", ".html") and path.name not in ("lines.py", "lines.js")
		for line in path.read_text().splitlines()
		if "/app/" in line or "/desk/" in line
	]
	assert written == []
	assert lines.desk("my-day") == ("/desk/my-day" if HAS_TILES else "/app/my-day")
	said = cw.conversation()
	found = history.timeline("Customer", said.party)
	assert f'href="{lines.desk("conversation/" + said.name)}"' in "".join(one["content"] for one in found)
