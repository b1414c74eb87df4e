// What differs between the lines of Frappe in the desk, one function for each difference, named for what it gives (V1).
// It asks what is there, not which version it is.

frappe.provide("sales_extensions.lines");

// the desk's own links say where its pages are
const [, desk_root] = frappe.utils.get_form_link("User", "Guest").split("/");

// The address of a page of the desk: /desk/sales-target, or /app/sales-target. `filters`: of a list or a report.
// Of a document it is frappe.utils.get_form_link.
sales_extensions.desk = (path, filters) => sales_extensions.address(`/${desk_root}/${path}`, filters);

// An address that asks for values; what is empty is left out, and a list, as of an operator and a value, is JSON.
sales_extensions.address = (path, values = {}) => {
	const said = Object.entries(values)
		.filter(([, value]) => value)
		.map(([name, value]) => `${name}=${encodeURIComponent(typeof value === "object" ? JSON.stringify(value) : value)}`);
	return said.length ? `${path}?${said.join("&")}` : path;
};

/** The workspaces that the user sees, each with its name and module. */
sales_extensions.lines.workspaces = () => frappe.boot.workspaces?.pages || frappe.boot.allowed_workspaces || [];

// What the server told along with an answer, unless the desk has shown it: it may ask for a chart in silence.
sales_extensions.tell_once = (request) => {
	const told = JSON.parse(request.responseJSON?._server_messages || "[]").map((one) => JSON.parse(one));
	for (const { message, indicator } of told) {
		const shown = $(".desk-alert, .msgprint").text().replace(/\s+/g, " ");
		if (!shown.includes($("<p>").html(message).text())) frappe.show_alert({ message, indicator }, 7);
	}
};

// After log-in a Default Workspace may be opened under its title, "my sales", where no page of the desk is. Its address
// is put right before the desk reads it, so that the way back does not lead there again.
function open_workspace_by_title() {
	const path = decodeURIComponent(location.pathname);
	const ours = (frappe.boot.workspaces?.pages || []).filter(({ module }) => module === "Sales Extensions");
	const meant = ours.find(({ name }) => name.includes(" ") && path === sales_extensions.desk(name.toLowerCase()));
	if (meant) history.replaceState(null, "", sales_extensions.desk(frappe.router.slug(meant.name)) + location.search);
}

// A filter of a sidebar's item reaches the address as ["=", "Running"]. In it, it must be text that a list reads.
function let_addresses_hold_filters() {
	const { generate_route } = frappe.utils;
	frappe.utils.generate_route = (item) => {
		for (const [field, value] of Object.entries(item.route_options || {})) {
			if (Array.isArray(value)) item.route_options[field] = JSON.stringify(value);
		}
		return generate_route.call(frappe.utils, item);
	};
}

// Breadcrumbs lead back to the workspace of ours that one came from, and not to the first that has such a list: here
// they follow the workspace, there the sidebar that is shown beside the page.
function lead_back() {
	const KEPT = "sales_extensions_came_from";
	const module = "Sales Extensions";
	const ours = sales_extensions.lines.workspaces().filter((one) => one.module === module).map(({ name }) => name);
	const is_ours = (name) => ours.includes(name);
	const is_of_us = (name) => frappe.boot.workspace_sidebar_item[name.toLowerCase()]?.app === "sales_extensions";
	frappe.router.on("change", () => {
		const [kind, name] = frappe.get_route();
		if (kind === "Workspaces" && is_ours(name)) sessionStorage.setItem(KEPT, name);
	});

	const { set_workspace } = frappe.breadcrumbs;
	frappe.breadcrumbs.set_workspace = function (breadcrumbs) {
		set_workspace.call(this, breadcrumbs);
		const came_from = sessionStorage.getItem(KEPT);
		if (is_ours(breadcrumbs.workspace) && is_ours(came_from)) breadcrumbs.workspace = came_from;
	};

	const sidebar = frappe.ui.Sidebar?.prototype;
	const { get_workspace_sidebars, show_sidebar_for_module } = sidebar || {};
	if (!get_workspace_sidebars) return;
	sidebar.get_workspace_sidebars = function (link_to) {
		const found = get_workspace_sidebars.call(this, link_to);
		const is_of_app = found.some(is_ours) || frappe.get_meta(link_to)?.module === module;
		if (is_ours(this.sidebar_title)) return is_of_app ? [this.sidebar_title, ...found] : found;
		// from a page of another's back to one of ours alone: of several the desk would take the module's
		const came_from = sessionStorage.getItem(KEPT);
		return is_of_app && is_ours(came_from) && found.every(is_of_us) ? [came_from] : found;
	};
	// reports and pages ask for their module's
	sidebar.show_sidebar_for_module = function (asked) {
		const came_from = sessionStorage.getItem(KEPT);
		const leads_back = asked === module && is_ours(came_from) && !is_ours(this.sidebar_title);
		return leads_back ? this.setup(came_from) : show_sidebar_for_module.call(this, asked);
	};
}

// Where breadcrumbs hold the title as well, a page of ours is the last of them, whenever they are made anew.
function end_with_title() {
	const { update } = frappe.breadcrumbs;
	frappe.breadcrumbs.update = function () {
		update.call(this);
		const title = this.all[this.current_page()]?.title_of_page;
		const has_home = title && this.$breadcrumbs.find("li").length > 1;
		if (has_home) this.append_breadcrumb_element("", title);
	};
}

open_workspace_by_title();
let_addresses_hold_filters();
end_with_title();
lead_back();

(function () {
	const ours = sales_extensions.lines;

	// --- percentages ---------------------------------------------------------------------------------

	/** A percentage with the decimals that it has: here 89.3% would be filled up to 89.300%, there it has no comma. */
	ours.percent = (value, docfield, options) => {
		if (value === null || value === undefined || value === "") return "";
		const most = cint(docfield?.precision) || cint(frappe.boot.sysdefaults?.float_precision) || 2;
		const decimals = (String(flt(value, most)).split(".")[1] || "").length;
		return frappe.form.formatters._right(`${format_number(value, null, decimals)}%`, options);
	};

	/** Forms, grids and lists show these fields of a DocType so. To be called once the desk knows the DocType. */
	ours.show_percent = (doctype, ...fieldnames) => {
		for (const fieldname of fieldnames) frappe.meta.set_formatter(doctype, fieldname, null, ours.percent);
	};

	/** A cell of a report. */
	ours.cell = (value, row, column, data, default_formatter) =>
		column.fieldtype === "Percent" && typeof value === "number"
			? ours.percent(value, column)
			: default_formatter(value, row, column, data);

	/** A card of a report's summary that says how many decimals its percentage has: the desk does not ask it. */
	const build_summary_item = frappe.utils.build_summary_item;
	frappe.utils.build_summary_item = (card) =>
		build_summary_item.call(
			frappe.utils,
			card.datatype === "Percent" && card.precision
				? { ...card, datatype: "Data", value: ours.percent(card.value, card, { only_value: true }) }
				: card
		);

	// --- lists ---------------------------------------------------------------------------------------

	/** A list that shows all its columns, for its `onload`: unasked, they grow with their texts and leave the window. */
	ours.fit = (listview) => {
		if (listview.apply_column_widths)
			listview.list_view_settings = { ...listview.list_view_settings, disable_scrolling: 1 };
	};

	/** The way back from a page of the app, for its `on_page_show`: the desk gives lists and forms one, and pages none. */
	ours.lead_back = (wrapper) => {
		frappe.breadcrumbs.add({ module: "Sales Extensions", title_of_page: wrapper.page.title });
	};

	// --- forms ---------------------------------------------------------------------------------------

	/** Puts what is no section by itself after a section of a form, as wide as it: there they are rows, here they are not. */
	ours.stand_after = (section, element) => {
		element.classList.toggle("row", section.classList.contains("row"));
		section.after(element);
	};

	/** A dialog that Escape closes, unless it closes the list of a field: here it is kept by any field that has a list.
	 * Who has typed a text is asked first. */
	ours.dialog = (options) => {
		const dialog = sales_extensions.half_typed.guard(new frappe.ui.Dialog(options));
		const close = (event) => {
			if (event.key !== "Escape" || dialog.$wrapper.find(".awesomplete > ul:not([hidden])").length) return;
			event.stopPropagation(); // the desk's own ways to close it would ask again
			dialog.$wrapper.modal("hide");
		};
		dialog.$wrapper[0].addEventListener("keydown", close, true);
		return dialog;
	};

	// --- calendar ------------------------------------------------------------------------------------

	const VIEWS = () => ({ today: __("Today"), month: __("Month"), week: __("Week"), list: __("List") });
	const ARROWS = { prev: "\u2039", next: "\u203a" };

	/**
	 * A calendar to look at, in `place`: of months, and of weeks as hours and as a list. `wanted` holds its handlers:
	 * `items(first, last)` promises what is on these days, each with id, title, tooltip, start, end, allDay and color;
	 * `open(item)` and `day(date)` are told what was clicked; `nothing` is said where there is nothing.
	 * Promises a function that asks for the items anew.
	 */
	ours.calendar = async (place, wanted) => {
		const bundled = await load_calendar();
		return bundled ? made_of_bundle(place, wanted) : made_of_plugin(place, wanted);
	};

	/** Whether the calendar is a bundle of the framework's, or else a plugin of jQuery's. */
	async function load_calendar() {
		const bundled = Boolean(frappe.boot.assets_json?.["calendar.bundle.js"]);
		const folder = "assets/frappe/js/lib/fullcalendar";
		const plugin = [`${folder}/fullcalendar.min.css`, `${folder}/fullcalendar.min.js`];
		if (sales_extensions.showing.language() !== "en") plugin.push(`${folder}/locale-all.js`);
		await new Promise((ready) => frappe.require(bundled ? "calendar.bundle.js" : plugin, ready));
		return bundled;
	}

	function made_of_bundle(place, wanted) {
		const calendar = new frappe.FullCalendar(place, {
			plugins: frappe.FullCalendar.Plugins,
			locale: sales_extensions.showing.language(),
			firstDay: 1,
			timeZone: "UTC", // hours are shown as they are given
			initialView: frappe.is_mobile() ? "listWeek" : "dayGridMonth",
			headerToolbar: { left: "prev,next today", center: "title", right: "dayGridMonth,timeGridWeek,listWeek" },
			buttonIcons: false,
			buttonText: { ...VIEWS(), ...ARROWS },
			allDayText: __("All Day"),
			defaultTimedEventDuration: "00:00:01", // what has no end is on no other day
			noEventsContent: wanted.nothing,
			eventTimeFormat: HOURS,
			slotLabelFormat: HOURS,
			listDaySideFormat: ({ date: { year, month, day } }) => as_the_user(moment({ year, month, day })),
			eventDisplay: "block",
			now: frappe.datetime.now_datetime, // of the user's clock, which need not be the browser's
			height: "auto",
			dayMaxEvents: 4,
			moreLinkContent: ({ num }) => `+${num}`,
			events: ({ startStr, endStr }) =>
				wanted.items(startStr.slice(0, 10), frappe.datetime.add_days(endStr.slice(0, 10), -1)),
			eventClick: ({ event, jsEvent }) => {
				jsEvent.preventDefault();
				wanted.open(event.extendedProps);
			},
			dateClick: ({ dateStr }) => wanted.day(dateStr.slice(0, 10)),
			eventDidMount: ({ event, el }) => el.setAttribute("title", event.extendedProps.tooltip),
		});
		calendar.render();
		return () => calendar.refetchEvents();
	}

	const as_the_user = (day) => frappe.datetime.str_to_user(day.format("YYYY-MM-DD"));
	const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

	function made_of_plugin(place, wanted) {
		const $place = $(place);
		$place.fullCalendar({
			locale: sales_extensions.showing.language(),
			firstDay: 1,
			defaultView: frappe.is_mobile() ? "listWeek" : "month",
			header: { left: "prev,next today", center: "title", right: "month,agendaWeek,listWeek" },
			buttonIcons: false,
			buttonText: { ...VIEWS(), ...ARROWS },
			noEventsMessage: wanted.nothing,
			timeFormat: "HH:mm",
			defaultTimedEventDuration: "00:00:01",
			listDayAltFormat: frappe.datetime.get_user_date_fmt().toUpperCase(),
			now: () => moment(frappe.datetime.now_datetime()),
			height: "auto",
			eventLimit: 4,
			events: (start, end, _timezone, give) =>
				wanted.items(start.format("YYYY-MM-DD"), end.clone().subtract(1, "day").format("YYYY-MM-DD")).then(give),
			eventClick: (item) => {
				wanted.open(item);
				return false;
			},
			dayClick: (date) => wanted.day(date.format("YYYY-MM-DD")),
			eventRender: (item, element) => element.attr("title", item.tooltip),
		});
		return () => $place.fullCalendar("refetchEvents");
	}
})();
