"""Every page of the app, as the app itself tells of them, and what to look for on each (C7, T6, X6).

A new DocType, report, page or workspace of the module is swept without being named here.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe.desk.desktop import get_workspace_sidebar_items

from sales_extensions import labels

MODULE = "Sales Extensions"
#: what is of no DocType of ours alone, or one click away from it
MORE = {
	"Pipeline Passage": (["List", "Pipeline Passage", "Kanban", "Sales Pipeline"],),
	"Conversation": (["List", "Conversation", "Calendar"],),
}
#: ERPNext's forms that have a section of ours
WITH_OURS = (
	"Customer",
	"Lead",
	"Prospect",
	"Sales Order",
	"Quotation",
	"Opportunity",
	"Sales Person",
	"Employee",
)
OPEN, REFUSED = True, False


def routes_of(user: str) -> dict[bool, list[list[str]]]:
	"""The routes that the user may open, and those that the desk must refuse."""
	frappe.set_user(user)
	try:
		found = [*_doctypes(), *_reports(), *_pages(), *_workspaces(), *_more()]
	finally:
		frappe.set_user("Administrator")
	return {may: [route for is_open, route in found if is_open is may] for may in (OPEN, REFUSED)}


def _named(doctype: str, **filters) -> list:
	names = frappe.get_all(doctype, {"module": MODULE, **filters}, pluck="name", order_by="name")
	return [frappe.get_doc(doctype, name) for name in names]


def _doctypes() -> Iterator[tuple[bool, list[str]]]:
	for doctype in _named("DocType", istable=0):
		name = doctype.name
		may = bool(frappe.has_permission(name, "read"))
		yield may, ["Form", name, name] if doctype.issingle else ["List", name, "List"]
		if not may or doctype.issingle:
			continue
		if frappe.has_permission(name, "create") and not doctype.in_create:
			yield OPEN, ["new", name]
		yield from _saved(name)


def _saved(doctype: str) -> Iterator[tuple[bool, list[str]]]:
	for name in frappe.get_list(doctype, pluck="name", order_by="creation desc", limit=1):
		yield OPEN, ["Form", doctype, name]


def _reports() -> Iterator[tuple[bool, list[str]]]:
	for report in _named("Report", disabled=0):
		may = report.is_permitted() and frappe.has_permission(report.ref_doctype, "report")
		yield bool(may), ["query-report", report.name]


def _pages() -> Iterator[tuple[bool, list[str]]]:
	return ((bool(page.is_permitted()), [page.name]) for page in _named("Page"))


def _workspaces() -> Iterator[tuple[bool, list[str]]]:
	shown = {one.name for one in get_workspace_sidebar_items()["pages"]}
	for one in _named("Workspace"):
		yield (
			one.name in shown,
			["Workspaces", one.name] if one.name in shown else [frappe.scrub(one.name).replace("_", "-")],
		)


def _more() -> Iterator[tuple[bool, list[str]]]:
	for doctype, routes in MORE.items():
		if frappe.has_permission(doctype, "read"):
			yield from ((OPEN, route) for route in routes)
	for doctype in WITH_OURS:
		if frappe.has_permission(doctype, "read"):
			yield from _saved(doctype)


# --- in the browser -----------------------------------------------------------------------------

#: Goes to a route, and is done as soon as the desk has all its answers.
SHOW = """async ([[kind, ...rest], options]) => {
	const busy = ".freeze-message-container, .workspace-skeleton, .chart-loading-state, .number-card-loading, .list-loading-state";
	const rested = async () => {
		for (let calm = 0; calm < 3; ) {
			await new Promise((done) => setTimeout(done, 50));
			const drawn = kind !== "Workspaces" || $(".codex-editor .widget:not(.before)").length;
			calm = !drawn || frappe.request.ajax_count || $(busy).is(":visible") ? 0 : calm + 1;
		}
	};
	// a dialog on its way out is deaf to what would show it again, one on its way in to what would hide it
	for (; $(".modal:visible").length; await new Promise((done) => setTimeout(done, 50))) {
		frappe.ui.open_dialogs?.slice().forEach((dialog) => dialog.hide());
		$(".modal.show").modal("hide");
	}
	$(".codex-editor .widget").addClass("before");
	if (kind === "new") frappe.new_doc(rest[0], {});
	else {
		frappe.route_options = kind === "query-report" ? { ...options } : null;
		await frappe.set_route([kind, ...rest]);
	}
	await rested();
	const tab = cur_frm && $(".page-container:visible .nav-link[data-fieldname^=sales_extensions]:visible");
	if (tab?.length) { tab.trigger("click"); await rested(); }
}"""

#: What a reader would see at once: an error, or a page that is wider than the window, whether or not it can be scrolled.
#: The buttons at the foot of a form, "New Email" and "New Event", are too wide for a phone in Dutch; they are the desk's.
WRONG = """() => {
	const page = $(".page-container:visible");
	const bodies = [document.documentElement, ...page.find(".page-body, .layout-main, .layout-main-section-wrapper, .layout-main-section")];
	const is_body = (one) => one === document.body || bodies.includes(one);
	const scrolls = (one) => !is_body(one) && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
	const says = $(".modal.show .msgprint, .page-container:visible .page-error")
		.map((_i, one) => "says: " + $(one).text().trim()).get();
	if (bodies.some((one) => one.scrollWidth > one.clientWidth + 1)) {
		const wide = page.find("*:visible").not(".form-footer *").get()
			.find((one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement));
		if (wide) says.push("is too wide: " + wide.outerHTML.slice(0, 200));
	}
	return says;
}"""

DARK = "(dark) => document.documentElement.setAttribute('data-theme', dark ? 'dark' : 'light')"

#: Percentages of ours that are filled up with zeros: cells, cards and rows.
PADDED = """(module) => {
	const page = $(".page-container:visible");
	if (page.find(".form-layout").length && cur_frm?.meta.module !== module) return [];
	return page.find(".summary-value, .dt-cell__content, .widget .number, .grid-row, .list-row-col")
		.map((_i, one) => $(one).text().match(/\\d*\\.\\d*00 ?%/)?.[0]).get().map((text) => "is filled up: " + text);
}"""

#: The calendar that the desk has of everything.
OF_THE_DESK = (".fc",)
#: What serious or critical findings axe has on what the app wrote of a page: its own pages, the HTML in its forms and
#: in ERPNext's, blocks of workspaces, cells of reports with buttons, and dialogs. As [rule, the part of the
#: desk that it is in, HTML]. What is hidden is put aside meanwhile: axe reads the whole document.
AXE = """async ([module, of_the_desk]) => {
	const page = $(".page-container:visible");
	const is_ours = locals.Page?.[page.attr("data-page-route")]?.module === module;
	const ours = [
		...(is_ours ? page.find(".layout-main-section").get() : []),
		...page.find(cur_frm?.meta.module === module ? "[data-fieldtype=HTML]" : ".frappe-control[data-fieldname^=sales_extensions]"),
		...page.find(".form-dashboard-section.custom, .upsell-credit, .custom-block-widget-box"),
		...page.find(".dt-row-0 .dt-cell__content:has(button)"),
		...page.find(".fc").filter(() => !module),
		...$(".modal.show [data-fieldtype=HTML]"),
	].filter((one) => one.offsetParent && (one.shadowRoot || one.innerText.trim()));
	if (!ours.length) return [];
	const aside = $(".page-container:hidden, .modal:hidden").detach();
	const found = await axe.run({ include: ours }, { resultTypes: ["violations"], elementRef: true, preload: false });
	aside.appendTo("body").filter(".page-container").appendTo("#body");
	return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).flatMap((one) =>
		one.nodes.map((node) => [one.id, of_the_desk.find((part) => node.element.closest(part)) || "", node.html.slice(0, 300)]));
}"""

#: Titles, labels, headings of columns and of cards, buttons, tabs.
HEADINGS = """() => {
	const of = "h1, h2, h3, h4, h5, h6, th, label, .title-text, .control-label, .dt-cell__content--header-0, " +
		".dt-row-header .dt-cell__content, .list-header-subject span, .widget-title, .section-head, .btn, " +
		".nav-link, .dropdown-item, .link-item, .shortcut-widget-box .ellipsis, .filter-label, .kanban-column-title, " +
		".summary-label, .legend-dataset-label, .grid-heading-row .static-area";
	return [...new Set($(".page-container:visible, .modal.show").find(of).filter(":visible").map((_i, one) =>
		[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(" ")).get())];
}"""


def is_principal(route: list[str]) -> bool:
	"""What readers look at: pages, reports, workspaces, the board and the calendar."""
	return route[0] not in ("List", "Form", "new") or len(route) > 3 or route[-1] == "Calendar"


def show(page, route: list[str], options: dict | None = None) -> None:
	page.evaluate(SHOW, [route, options or {}])


def findings(page, module: str = MODULE) -> list[tuple[str, str, str]]:
	"""What axe-core finds in what the app wrote; without a module, in the same parts of a page of the desk."""
	return [tuple(one) for one in page.evaluate(AXE, [module, OF_THE_DESK])]


def english() -> set[str]:
	"""Words of ours that have a Dutch word of their own."""
	known = labels.translations()
	dutch = set(known.values())
	return {
		text for (text, _context), word in known.items() if word and text not in dutch and "{" not in text
	}
