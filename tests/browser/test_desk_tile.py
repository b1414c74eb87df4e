"""The app's place on the desk: its tile and sidebars, the first page after log-in, and links (V4).

A desk without tiles has one list of workspaces, and no sidebar for each.
"""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import lines
from tests.browser.conftest import WAIT
from tests.site import world as w

ADMIN, MANAGER, ANNA = ("Administrator", "admin"), ("manager@example.com",), ("anna@example.com",)
TILE, ICONS = ".desktop-icon[data-id='Sales Extensions']", ".desktop-modal .desktop-icon"
MINE, TEAM, ALL = "My Sales", "Team Sales", "Reports and Lists"
PHONE, HAS_TILES = 390, lines.has_tiles()
needs_tiles = pytest.mark.skipif(not HAS_TILES, reason="this desk has no tiles, and no sidebar for each")


@pytest.fixture(scope="module")
def sold(server):
	target = w.target(1000, ("Anna",), title="Anna this year")
	w.target(100, ("Anna",), title="Anna soon there")
	order = w.order(250, team={"Anna": 100})
	frappe.db.commit()
	return frappe._dict(target=target.name, order=order.name)


def first_page(viewer):
	viewer.page.goto(viewer.url + lines.desk(""))
	viewer.page.wait_for_selector(".desktop-icon" if HAS_TILES else ".standard-sidebar-item")
	viewer.settle()
	return viewer.page


def drawing(icon) -> str:
	"""Where its picture comes from, once it is there."""
	picture = icon.locator("img")
	picture.wait_for()
	assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
	return picture.get_attribute("src")


def workspaces_shown(viewer) -> list[str]:
	"""Ours, as the user finds them from the first page."""
	page = first_page(viewer)
	if not HAS_TILES:
		names = page.locator(".standard-sidebar-item .sidebar-item-label").all_inner_texts()
		return [name.strip() for name in names if name.strip() in (MINE, TEAM)]
	assert drawing(page.locator(TILE)).endswith("/images/sales-extensions-logo.svg")
	page.click(TILE)
	page.wait_for_selector(ICONS)
	for icon in page.locator(ICONS).all():
		assert "/assets/sales_extensions/icons/desktop_icons/" in drawing(icon)
	return page.locator(f"{ICONS} .icon-title").all_inner_texts()


@pytest.mark.parametrize(
	("user", "shown"),
	[(ADMIN, [MINE, TEAM, ALL]), (MANAGER, [MINE, TEAM, ALL]), (ANNA, [MINE, ALL])],
	ids=["administrator", "manager", "seller"],
)
def test_v4_each_finds_their_own_workspaces_behind_one_tile(desk, sold, user, shown):
	viewer = desk(*user)
	assert workspaces_shown(viewer) == [name for name in shown if HAS_TILES or name != ALL]
	viewer.picture(f"tile-{viewer.user.split('@')[0]}")


def test_v4_the_tile_fits_a_phone(desk, sold):
	viewer = desk(*ANNA, width=PHONE)
	if HAS_TILES:
		assert workspaces_shown(viewer) == [MINE, ALL]
	else:
		viewer.open("my-sales")
	assert viewer.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")
	viewer.picture("tile-phone")


def test_v4_an_icon_opens_its_workspace_with_its_own_sidebar(desk, sold):
	viewer = desk(*MANAGER)
	workspaces_shown(viewer)
	if HAS_TILES:
		viewer.page.click(f"{ICONS}[data-id='{TEAM}']")
	else:
		viewer.open("team-sales")
	viewer.page.wait_for_selector(".number-widget-box:has-text('Targets Ending Soon')")
	assert viewer.page.evaluate("() => location.pathname") == lines.desk("team-sales")
	if HAS_TILES:
		assert sidebar(viewer.page) == TEAM
		viewer.settle()
		viewer.picture("team-sales")


def sidebar(page) -> str:
	return page.evaluate("() => frappe.app.sidebar.sidebar_title")


def listed(viewer, label: str) -> list:
	"""The filters of the list that an item of the sidebar, or a shortcut, opens."""
	page = viewer.page
	if HAS_TILES:
		page.click(f".sidebar-item-container[item-name='{label}'] a")
	else:
		page.click(f".shortcut-widget-box[aria-label='{label}'], .shortcut-widget-box:has-text('{label}')")
	page.wait_for_function("() => window.cur_list && frappe.get_route()[0] === 'List'")
	viewer.settle()
	return page.evaluate("() => cur_list.get_filters_for_args().map((one) => one.slice(1, 4))")


TODAY = "today"
ACHIEVED = ["status", "=", "Achieved"]
#: What opens which list. A shortcut, which counts, is for the targets of today; of ERPNext's own lists only a sidebar of
#: ours has an item.
OPENS = {"Targets Not Yet Achieved": [["status", "=", "Running"]]} | (
	{"Targets Ever Achieved": [ACHIEVED], "Orders to Deliver": [["status", "like", "To Deliver%"]]}
	if HAS_TILES
	else {"Achieved Targets": [ACHIEVED, ["from_date", "<=", TODAY], ["to_date", ">=", TODAY]]}
)


@pytest.mark.parametrize(("label", "filters"), OPENS.items())
def test_v4_an_item_with_a_filter_opens_what_it_says(desk, sold, label, filters):
	viewer = desk(*MANAGER)
	viewer.open("sales-extensions").wait_for_selector(
		".shortcut-widget-box:has-text('Targets Not Yet Achieved')"
	)
	day = frappe.utils.nowdate()
	expected = [[day if part == TODAY else part for part in one] for one in filters]
	assert sorted(listed(viewer, label)) == sorted(expected), "in any order"
	if HAS_TILES:
		assert sidebar(viewer.page) == "Sales Extensions", "the list has the sidebar that it was opened from"


@needs_tiles
def test_v4_the_menu_leads_to_the_siblings_that_the_user_may_see(desk, sold):
	page = desk(*ANNA).open("my-sales")
	siblings = page.evaluate("() => frappe.app.sidebar.sidebar_header.sibling_workspaces")
	# the desk takes the workspace itself out only if no other of its name comes before
	assert {(one["label"], one["url"]) for one in siblings} - {(MINE, "/desk/my-sales")} == {
		(ALL, "/desk/sales-extensions")
	}
	assert all("/assets/sales_extensions/icons/" in one["icon_url"] for one in siblings)


def test_v4_a_seller_has_no_sidebar_of_the_team(desk, sold):
	page = desk(*ANNA).open("query-report/Attainment")
	known = page.evaluate("() => Object.keys(frappe.boot.workspace_sidebar_item || {})")
	assert "team sales" not in known
	assert ("my sales" in known) is HAS_TILES


STEPS = [
	"Open Settings",
	"Open Sales Persons",
	"New Sales Target",
	"New Order Allocation",
	"See the Ledger Runs",
]
#: in place of the desk's panel, which a build of Frappe may lack: what it is given to show
PANEL = """() => Object.defineProperty(window, "panel_of_steps", { value: [] }) && $(document).on("app_ready sidebar_setup", () => {
	frappe.ui.UserOnboarding = class { constructor({ steps }) { window.panel_of_steps.push(...steps.map((one) => one.action_label)); } };
})"""


@pytest.fixture
def from_the_first(server):
	"""No step is done yet."""
	frappe.get_doc("Module Onboarding", "Sales Extensions").reset_onboarding()
	frappe.db.commit()


@pytest.mark.skipif(HAS_TILES, reason="the steps stand in a panel beside the sidebar")
def test_v4_the_workspace_has_the_first_steps(desk, sold, from_the_first):
	steps = desk(*ADMIN).open("sales-extensions").locator(".onboarding-step")
	steps.first.wait_for()
	assert steps.count() == len(STEPS)

	seller = desk(*ANNA).open("sales-extensions")
	seller.wait_for_selector(".shortcut-widget-box")
	assert seller.locator(".onboarding-step").count() == 0, "nothing to set up for a seller"


@needs_tiles
def test_v4_getting_started_has_the_first_steps(desk, sold, from_the_first):
	viewer = desk(*ADMIN)
	page = viewer.page
	page.add_init_script(f"addEventListener('DOMContentLoaded', () => ({PANEL})())")
	viewer.open("sales-extensions")
	page.wait_for_function("() => window.panel_of_steps?.length")
	assert page.evaluate("() => window.panel_of_steps.slice(0, 5)") == STEPS
	assert page.locator(".onboarding-sidebar:has-text('Getting Started')").is_visible()

	seller = desk(*ANNA).open("sales-extensions")
	assert not seller.locator(".onboarding-sidebar").is_visible(), "nothing to set up for a seller"


@pytest.fixture
def begins_with(server):
	"""Sets a user's Default Workspace."""
	changed = []

	def choose(user: str, workspace: str) -> None:
		changed.append(user)
		frappe.db.rollback()  # a new snapshot: the browser's server commits elsewhere
		frappe.db.set_value("User", user, "default_workspace", workspace)
		frappe.db.commit()
		frappe.clear_cache(user=user)

	yield choose
	for user in set(changed):
		choose(user, "")


@pytest.mark.parametrize(("user", "workspace", "words"), [
	("anna@example.com", MINE, "My Achieved Targets"), ("manager@example.com", TEAM, "Targets Ending Soon"),
])  # fmt: skip
def test_v4_a_default_workspace_opens_after_log_in(desk, sold, begins_with, user, workspace, words):
	begins_with(user, workspace)
	viewer = desk(user)
	viewer.context.clear_cookies()
	page = viewer.page
	page.goto(f"{viewer.url}/login")
	page.fill("#login_email", user)
	page.fill("#login_password", w.PASSWORD)
	page.click(".for-login .btn-login")
	page.wait_for_selector(f".number-widget-box:has-text('{words}')", timeout=2 * WAIT)
	viewer.settle()
	slug = workspace.lower().replace(" ", "-")
	assert page.evaluate("() => location.pathname") == lines.desk(slug)
	assert page.locator(".modal.show").count() == 0
	# a blank page, the log-in, the workspace: the way back does not lead to an address that is none
	assert not HAS_TILES or page.evaluate("() => history.length") <= 3


def test_v4_a_link_of_ours_opens_without_loading_the_desk_anew(desk, sold):
	viewer = desk(*ANNA)
	page = viewer.open(f"sales-target/{sold.target}")
	page.evaluate("() => { window.same_desk = true; }")
	page.click(f".sales-target-orders a:has-text('{sold.order}')")
	page.wait_for_function("(name) => window.cur_frm?.docname === name", arg=sold.order)
	assert page.evaluate("() => [window.same_desk, location.pathname]") == [
		True,
		lines.desk(f"sales-order/{sold.order}"),
	]
