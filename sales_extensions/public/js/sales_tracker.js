// The page Sales Tracker: cards, stages, filters and the table of jobs (K1, K2, K4, K5).

frappe.provide("sales_extensions.tracker");

sales_extensions.tracker.KEY = "Sales Tracker Settings"; // of the user's own settings

const API = "sales_extensions.api.tracker";
const PAGE = 50;
const MOST_AT_ONCE = 500;
// what a filter asks for as text
const AS_TEXT = ["Code", "Dynamic Link", "HTML Editor", "Long Text", "Markdown Editor", "Read Only", "Small Text", "Text", "Text Editor"];
const escape_html = sales_extensions.showing.text;

sales_extensions.tracker.call = (method, args) => frappe.xcall(`${API}.${method}`, args);

// The text of a job's value in a column, safe as HTML.
sales_extensions.tracker.shown = (job, column, people = {}) => {
	const value = job.values[column.key];
	if (value === null || value === undefined || value === "") return "";
	switch (column.fieldtype) {
		case "Currency":
			return format_currency(value, job.currency[column.key]);
		case "Date":
			return frappe.datetime.str_to_user(String(value).slice(0, 10));
		case "Datetime":
			return frappe.datetime.str_to_user(value);
		case "Check":
			return value ? __("Yes") : __("No");
		case "Float":
		case "Int":
		case "Percent":
		case "Duration":
			return frappe.format(value, { fieldtype: column.fieldtype }, { inline: true });
		case "Select":
			return escape_html(__(value));
	}
	if (column.options === "User") {
		return escape_html(
			String(value)
				.split(", ")
				.map((user) => people[user] || user)
				.join(", ")
		);
	}
	return escape_html(String(value));
};

sales_extensions.tracker.is_narrow = () => window.matchMedia("(max-width: 767px)").matches;

sales_extensions.tracker.money = ({ currency, amount }) =>
	`${escape_html(currency)} ${frappe.utils.shorten_number(amount, frappe.sys_defaults.country, null, 1)}`;

// The desk's filters, over the tracker's columns instead of a DocType's fields.
sales_extensions.tracker.Filters = class extends frappe.ui.FilterGroup {
	validate_args() {
		return true;
	}

	_push_new_filter(doctype, fieldname, condition, value, hidden = false) {
		const filter = new frappe.ui.Filter({
			parent: this.wrapper,
			parent_doctype: this.doctype,
			doctype: this.doctype,
			filter_fields: this.filter_fields,
			fieldname: fieldname === "name" ? this.filter_fields[0].fieldname : fieldname,
			condition,
			value,
			hidden,
			index: this.filters.length + 1,
			on_change: (update) => {
				if (update) this.update_filters();
				this.on_change();
			},
			filter_items: (_doctype, name) => !this.filter_exists([this.doctype, name]),
			filter_list: this,
		});
		this.filters.push(filter);
		return filter;
	}
};

sales_extensions.tracker.Tracker = class Tracker {
	constructor(page) {
		this.page = page;
		this.query = { filters: [], kind: "", stages: [], inactive: false, order_by: "", descending: true };
		this.rows = [];
		this.people = {};
		this.start();
	}

	async start() {
		const [layout, settings] = await Promise.all([
			sales_extensions.tracker.call("layout"),
			frappe.model.user_settings.get(sales_extensions.tracker.KEY),
		]);
		frappe.model.user_settings[sales_extensions.tracker.KEY] = settings;
		this.layout = layout;
		this.own = settings.tracker || {};
		this.restore();
		this.take_view(sales_extensions.tracker.view_of(window.location.search, layout));
		this.make();
		await this.show_filters();
		this.refresh();
	}

	// What the address says goes before what the user left.
	take_view(view) {
		frappe.route_options = {}; // the desk would filter the next list by it
		if (!view) return;
		Object.assign(this.query, view.query);
		this.chosen = view.columns;
	}

	address() {
		const own = this.chosen || this.own.order?.length || this.own.hidden?.length;
		return sales_extensions.tracker.address(this.query, own ? this.columns.map(({ key }) => key) : null);
	}

	// What is looked at stands in the address: for F5, a bookmark, a colleague.
	write_address() {
		if (frappe.get_route()[0] !== "sales-tracker") return;
		const asked = this.address();
		window.history.replaceState(window.history.state, "", window.location.pathname + (asked && `?${asked}`));
	}

	// A saved filter, as it would stand in the address.
	async look_at(address) {
		const nothing = { kind: "", stages: [], inactive: false, filters: [], order_by: "", descending: true };
		const view = sales_extensions.tracker.view_of(address, this.layout) || { query: nothing, columns: null };
		this.take_view(view);
		await this.show_filters();
		this.ask({});
	}

	async show_filters() {
		this.restoring = true;
		this.filters.clear_filters();
		await this.filters.add_filters(this.query.filters.map((filter) => [this.filters.doctype, ...filter]));
		this.restoring = false;
	}

	// What the user left: order and direction, kind. Filters start empty, so that nothing is hidden unseen.
	restore() {
		const { order_by, descending, kind } = this.own;
		if (this.layout.columns.some((column) => column.key === order_by)) {
			Object.assign(this.query, { order_by, descending: Boolean(descending) });
		}
		if (kind in this.layout.kinds) this.query.kind = kind;
	}

	remember(changes) {
		Object.assign(this.own, changes);
		return frappe.model.user_settings.save(sales_extensions.tracker.KEY, "tracker", this.own);
	}

	// The visible columns in the user's own order.
	get columns() {
		if (this.chosen) {
			return this.chosen.map((key) => this.layout.columns.find((column) => column.key === key)).filter(Boolean);
		}
		const { order = [], hidden = [] } = this.own;
		const place = (column) => {
			const found = order.indexOf(column.key);
			return found < 0 ? order.length + this.layout.columns.indexOf(column) : found;
		};
		return this.layout.columns
			.filter((column) => !hidden.includes(column.key))
			.sort((one, other) => place(one) - place(other));
	}

	make() {
		this.page.main.addClass("sales-tracker");
		this.page.main.html(`
			<div class="st-cards" role="group" aria-label="${__("Figures")}"></div>
			<details class="st-stages" ${sales_extensions.tracker.is_narrow() ? "" : "open"}>
				<summary>${__("Stages")}</summary>
				<p class="text-muted small">${__("They follow from the leads, opportunities and quotations themselves. What sellers say of a customer in conversations is in {0}.", [
					`<a style="text-decoration: underline" href="${sales_extensions.desk("query-report/Pipeline Overview")}">${__("Pipeline Overview")}</a>`,
				])} ${__("An opportunity and its quotation are two jobs while both are active; each names the other.")}</p>
				<div class="st-chart" aria-hidden="true"></div>
				<div class="st-stage-list" role="group" aria-label="${__("Stages")}"></div>
			</details>
			<div class="st-bar">
				<select class="form-control input-sm st-kind" aria-label="${__("Enquiries or Proposals")}"></select>
				<label class="st-inactive"><input type="checkbox"> ${__("Inactive too")}</label>
				<span class="st-stage-filter"></span>
				<div class="btn-group st-saved"></div>
				<div class="filter-selector st-filter">
					<div class="btn-group">
						<button class="btn btn-default btn-sm filter-button">
							<span class="filter-icon">${frappe.utils.icon("es-line-filter")}</span>
							<span class="button-label">${__("Filter")}</span>
						</button>
						<button class="btn btn-default btn-sm filter-x-button" aria-label="${__("Clear all filters")}">
							<span class="filter-icon">${frappe.utils.icon("es-small-close")}</span>
						</button>
					</div>
				</div>
			</div>
			<div class="st-table" tabindex="0" role="region" aria-label="${__("Jobs")}"></div>
			<div class="st-foot"><span class="st-count text-muted" aria-live="polite"></span>
				<button class="btn btn-default btn-sm st-more">${__("Load More")}</button></div>`);
		this.make_actions();
		this.make_bar();
		this.make_filters();
		new sales_extensions.tracker.Saved(this, this.find(".st-saved"));
		this.find(".st-chart").on("click", (event) => this.bar_clicked(event));
		this.find(".st-stages").on("toggle", () => this.figures && this.draw_stages());
		this.find(".st-more").on("click", () => this.load_more());
		this.find(".st-table").on("click", "tbody tr", (event) => this.row_clicked(event));
		this.find(".st-table").on("click", ".st-sort", (event) => this.sort_by($(event.currentTarget).data("key")));
	}

	find(selector) {
		return this.page.main.find(selector);
	}

	make_actions() {
		const { page } = this;
		page.add_action_icon("refresh", () => this.refresh(true), "", __("Refresh"));
		page.add_action_icon("setting-gear", () => this.configure(), "st-cog", __("Tracker Settings"));
		if (this.layout.exportable.length) {
			page.add_button(__("Export"), () => this.export_all());
		}
		page.add_menu_item(__("My Columns"), () => this.order_columns());
		if (this.layout.may_configure) {
			page.add_menu_item(__("Tracker Settings"), () => this.configure());
		}
		if (this.layout.may_configure && this.layout.missing_statuses) {
			page.set_indicator(__("Statuses not in the settings: {0}", [this.layout.missing_statuses]), "orange");
		}
	}

	configure() {
		if (this.layout.may_configure) frappe.set_route("Form", sales_extensions.tracker.KEY);
		else this.order_columns();
	}

	order_columns() {
		sales_extensions.tracker.order_columns(this.layout.columns, this.own, (chosen) => {
			this.remember(chosen);
			this.chosen = null;
			this.write_address();
			this.draw_table();
		});
	}

	make_bar() {
		const kinds = Object.entries(this.layout.kinds).filter(([_kind, doctypes]) => doctypes.length);
		const options = [["", __("Enquiries and Proposals")], ...kinds.map(([kind]) => [kind, __(kind)])];
		this.find(".st-kind")
			.html(options.map(([value, label]) => `<option value="${value}">${label}</option>`).join(""))
			.val(this.query.kind)
			.on("change", (event) => {
				this.remember({ kind: event.target.value });
				this.ask({ kind: event.target.value, stages: [] });
			});
		const inactive = this.find(".st-inactive input").prop("checked", this.query.inactive);
		inactive.on("change", (event) =>
			this.ask({ inactive: event.target.checked, stages: [] })
		);
		this.find(".st-stage-filter").on("click", "button", () => this.ask({ stages: [] }));
	}

	make_filters() {
		const parent = __("Sales Tracker");
		this.filters = new sales_extensions.tracker.Filters({
			doctype: parent,
			filter_button: this.find(".filter-button"),
			filter_x_button: this.find(".filter-x-button"),
			filter_fields: this.layout.filters.map(({ key, label, fieldtype, options }) => ({
				fieldname: key,
				label,
				// a Link to what differs by row is asked for as text
				fieldtype: AS_TEXT.includes(fieldtype) ? "Data" : fieldtype,
				options: fieldtype === "Currency" ? "" : options,
				parent,
			})),
			on_change: () => this.filters_changed(),
		});
		this.find(".filter-x-button").on("click", () => this.filters_changed());
	}

	filters_changed() {
		if (this.restoring) return;
		const filters = this.filters
			.get_filters()
			.filter(([_parent, _key, _operator, value]) => value !== "" && value !== undefined && value !== null)
			.map(([_parent, key, operator, value]) => [key, operator, value]);
		if (JSON.stringify(filters) !== JSON.stringify(this.query.filters)) this.ask({ filters, stages: [] });
	}

	ask(changes) {
		Object.assign(this.query, changes);
		this.refresh();
	}

	sort_by(key) {
		const again = this.query.order_by === key;
		const changes = { order_by: key, descending: again ? !this.query.descending : false };
		this.remember(changes);
		this.ask(changes);
	}

	// Who comes back sees what has changed meanwhile, in the jobs and in the settings.
	async shown_again() {
		frappe.route_options = {};
		if (!this.layout) return;
		const asked = window.location.search.slice(1);
		if (asked && asked !== this.address()) {
			this.take_view(sales_extensions.tracker.view_of(asked, this.layout));
			await this.show_filters();
		}
		this.refresh(true);
		const layout = await sales_extensions.tracker.call("layout");
		if (JSON.stringify(layout) === JSON.stringify(this.layout)) return;
		await this.take(layout);
		this.refresh(true);
	}

	// Make the page anew, with what is asked for as far as there still is such a thing.
	async take(layout) {
		const { page, query } = this;
		const known = new Set(layout.filters.map(({ key }) => key));
		const filters = query.filters.filter(([key]) => known.has(key));
		Object.assign(query, { filters, stages: [] });
		if (!layout.columns.some(({ key }) => key === query.order_by)) {
			Object.assign(query, { order_by: "", descending: true });
		}
		if (!layout.kinds[query.kind]?.length) query.kind = "";
		this.layout = layout;
		page.clear_icons();
		page.clear_menu();
		page.clear_custom_actions();
		page.clear_indicator();
		this.make();
		await this.show_filters();
	}

	// --- loading -----------------------------------------------------------------------------------

	// Of several refreshes only the answer to the last is shown.
	// `keep`: as many jobs as were loaded.
	async refresh(keep = false) {
		const asked = (this.asked = {});
		const query = { ...this.query };
		this.find(".st-table").attr("aria-busy", "true");
		this.find(".st-kind").val(query.kind);
		this.find(".st-inactive input").prop("checked", query.inactive);
		this.draw_stage_filter();
		this.write_address();
		const length = keep ? Math.min(Math.max(this.rows.length, PAGE), MOST_AT_ONCE) : PAGE;
		const rows = sales_extensions.tracker.call("rows", { query, length });
		const figures = sales_extensions.tracker.call("figures", { query });
		const page = await rows.catch((error) => {
			if (asked === this.asked) this.failed();
			throw error;
		});
		if (asked !== this.asked) return;
		this.rows = [];
		this.add(page);
		const told = await figures;
		if (asked !== this.asked) return;
		this.figures = told;
		this.draw_figures();
		this.draw_count();
	}

	// What was shown before would be taken for the answer.
	failed() {
		this.rows = [];
		this.next = null;
		const text = __("The jobs could not be read. Change the filters, or refresh.");
		this.find(".st-table").attr("aria-busy", "false").html(this.message(text));
		this.find(".st-count").text("");
		this.find(".st-more").hide();
	}

	async load_more() {
		const asked = this.asked;
		this.find(".st-more").prop("disabled", true);
		const page = await sales_extensions.tracker
			.call("rows", { query: this.query, after: this.next, length: PAGE })
			.finally(() => this.find(".st-more").prop("disabled", false));
		if (asked === this.asked) this.add(page);
	}

	add(page) {
		// a job that was changed since the page before comes again: it is shown once
		const there = new Set(this.rows.map(({ doctype, name }) => `${doctype} ${name}`));
		this.rows.push(...page.rows.filter(({ doctype, name }) => !there.has(`${doctype} ${name}`)));
		this.next = page.next;
		Object.assign(this.people, page.people);
		this.draw_table();
		this.draw_count();
	}

	// --- figures -----------------------------------------------------------------------------------

	draw_figures() {
		const cards = this.figures.cards.map((card) =>
			"rate" in card ? this.rate_card(card) : this.jobs_card(card)
		);
		this.find(".st-cards").empty().append(cards);
		this.draw_stages();
	}

	card(label, value, note, on_click, title) {
		return $(`<button type="button" class="st-card" title="${escape_html(title || "")}">
			<span class="st-card-label">${label}</span>
			<span class="st-card-value">${value}</span>
			<span class="st-card-note text-muted">${note}</span></button>`).on("click", on_click);
	}

	jobs_card({ kind, label, jobs, amounts }) {
		const exact = amounts.map((one) => sales_extensions.showing.money(one.amount, one.currency)).join(" · ");
		return this.card(
			escape_html(label),
			format_number(jobs, null, 0),
			amounts.map(sales_extensions.tracker.money).join(" · ") || "&nbsp;",
			() => this.ask({ kind, stages: [] }),
			exact
		);
	}

	rate_card({ kind, label, rate, won, decided, stages }) {
		return this.card(
			escape_html(label),
			rate === null ? "–" : `${format_number(rate, null, 1)} %`,
			decided ? __("{0} of {1} decided", [won, decided]) : __("none decided yet"),
			() => this.ask({ kind, stages, inactive: true })
		);
	}

	draw_stages() {
		const { stages } = this.figures;
		const some = stages.some((one) => one.jobs);
		this.chart?.destroy();
		const chart = this.find(".st-chart").empty().toggle(some);
		if (some) {
			this.chart = new frappe.Chart(chart.get(0), {
				type: "bar",
				height: 160,
				colors: ["#7575ff"],
				animate: 0,
				disableEntryAnimation: 1,
				axisOptions: { xAxisMode: "tick", shortenYAxisNumbers: 1 },
				data: {
					// text on the axis, HTML in the tooltip: a sign without width keeps "<" from opening a tag
					labels: stages.map((one) => __(one.stage).replace(/<(?=[A-Za-z/!?])/g, "<\u200b")),
					datasets: [{ name: __("Jobs"), values: stages.map((one) => one.jobs) }],
				},
			});
			this.colour_bars(chart, stages);
		}
		this.find(".st-stage-list")
			.empty()
			.append(stages.map((one) => this.stage_button(one)));
	}

	// The library has one colour for all bars of a set; each stage has its own. It draws when it has a width.
	colour_bars(chart, stages) {
		const paint = () =>
			chart.find("rect.bar").each((place, bar) => {
				const { colour } = stages[place] || {};
				if (colour && bar.style.fill !== colour) bar.style.setProperty("fill", colour);
			});
		this.painter?.disconnect(); // of the chart before
		this.painter = new MutationObserver(paint);
		this.painter.observe(chart.get(0), { childList: true, subtree: true });
		paint();
	}

	// A bar, its label, or the place above it: what is nearest is meant.
	bar_clicked(event) {
		const middles = this.find(".st-chart rect.bar")
			.toArray()
			.map((bar) => bar.getBoundingClientRect())
			.map(({ left, width }) => Math.abs(left + width / 2 - event.clientX));
		const { stage } = this.figures.stages[middles.indexOf(Math.min(...middles))] || {};
		if (stage) this.choose(stage);
	}

	choose(stage) {
		this.ask({ stages: this.is_chosen(stage) ? [] : [stage] });
	}

	is_chosen(stage) {
		return this.query.stages.length === 1 && this.query.stages[0] === stage;
	}

	stage_button({ stage, colour, jobs, amounts }) {
		const pressed = this.is_chosen(stage);
		return $(`<button type="button" class="st-stage" aria-pressed="${pressed}">
			<span class="st-dot" style="background:${escape_html(colour)}"></span>
			<span class="st-stage-name">${escape_html(__(stage))}</span>
			<span class="st-stage-jobs">${format_number(jobs, null, 0)}</span>
			<span class="st-stage-worth text-muted">${amounts.map(sales_extensions.tracker.money).join(" · ")}</span>
		</button>`).on("click", () => this.choose(stage));
	}

	draw_stage_filter() {
		const { stages } = this.query;
		const names = stages.map((stage) => escape_html(__(stage))).join(", ");
		this.find(".st-stage-filter").html(
			stages.length
				? `<button type="button" class="btn btn-default btn-sm" title="${__("Show all stages")}">${names} ✕</button>`
				: ""
		);
	}

	// --- the table -----------------------------------------------------------------------------------

	draw_table() {
		const table = this.find(".st-table").attr("aria-busy", "false");
		if (!this.rows.length) {
			table.html(this.empty_state());
			return;
		}
		const heads = this.columns.map((column) => this.head(column)).join("");
		table.html(`<table><thead><tr>
			<th scope="col" style="min-width:234px">${__("Jobs")}</th>
			<th scope="col" style="min-width:150px">${__("Stage")}</th>${heads}
			<th scope="col" style="min-width:150px">${__("Led To")}</th>
			</tr></thead><tbody>${this.rows.map((row, place) => this.row(row, place)).join("")}</tbody></table>`);
	}

	empty_state() {
		const narrowed = this.query.filters.length || this.query.stages.length || this.query.kind;
		if (narrowed && !this.query.inactive) {
			return this.message(__("No active job meets these filters. Tick Inactive too to see the others."));
		}
		return this.message(
			narrowed ? __("No job meets these filters.") : __("No active lead, opportunity or quotation yet.")
		);
	}

	message(text) {
		return `<div class="st-empty text-muted">${frappe.utils.icon("list", "lg")}<p>${text}</p></div>`;
	}

	head(column) {
		const sorted = this.query.order_by === column.key;
		const direction = this.query.descending ? "descending" : "ascending";
		const arrow = sorted ? (this.query.descending ? " ↓" : " ↑") : "";
		return `<th scope="col" aria-sort="${sorted ? direction : "none"}" class="${this.side(column)}"
			style="min-width:${cint(column.width)}px"><button type="button" class="st-sort"
			data-key="${escape_html(column.key)}">${escape_html(column.label)}${arrow}</button></th>`;
	}

	side(column) {
		return ["Currency", "Float", "Int", "Percent"].includes(column.fieldtype) ? "text-right" : "";
	}

	row(row, place) {
		const cells = this.columns.map((column) => {
			const text = sales_extensions.tracker.shown(row, column, this.people);
			return `<td class="${this.side(column)}" data-label="${escape_html(column.label)}"
				title="${sales_extensions.showing.text(strip_html(text))}"><span>${text}</span></td>`;
		});
		return `<tr data-place="${place}" class="${row.is_active ? "" : "st-archived"}">
			<td class="st-job"><button type="button" class="st-open"><span class="text-muted">${__(row.doctype)}</span>
				${escape_html(row.name)}</button>${this.same_deal(row)}</td>
			<td data-label="${__("Stage")}" title="${escape_html(row.why)}"><span><span class="st-dot"
				style="background:${escape_html(row.colour)}"></span>${escape_html(__(row.stage))}</span></td>
			${cells.join("")}
			<td data-label="${__("Led To")}"><span>${row.led_to.map((one) => this.led_to(one)).join("<br>")}</span></td></tr>`;
	}

	// A quotation and what it was made from are jobs of one deal: each names the other.
	same_deal({ doctype, came_from, led_to }) {
		const quotations = doctype === "Opportunity" ? led_to.filter((one) => one.doctype === "Quotation") : [];
		const names = (found) => found.map((one) => this.link(one)).join(", ");
		const told = [
			came_from.length ? __("from {0}", [names(came_from)]) : "",
			quotations.length ? __("quoted in {0}", [names(quotations)]) : "",
		].filter(Boolean);
		return told.map((words) => `<div class="st-deal text-muted">${words}</div>`).join("");
	}

	link({ doctype, name }) {
		return `<a href="${frappe.utils.get_form_link(doctype, name)}" title="${escape_html(`${__(doctype)} ${name}`)}">${escape_html(name)}</a>`;
	}

	led_to({ doctype, name, status }) {
		const href = frappe.utils.get_form_link(doctype, name);
		return `<a href="${href}" title="${escape_html(`${__(doctype)} ${name} ${__(status)}`)}">${escape_html(name)}</a>`;
	}

	row_clicked(event) {
		if ($(event.target).closest("a").length) return;
		const { doctype, name } = this.rows[$(event.currentTarget).data("place")];
		let changed = false;
		sales_extensions.tracker.open_job(doctype, name, {
			on_change: () => (changed = true),
			on_hide: async () => {
				if (changed) await this.refresh(true);
				setTimeout(() => this.focus_on(doctype, name)); // after the desk has put the focus somewhere
			},
		});
	}

	focus_on(doctype, name) {
		const place = this.rows.findIndex((row) => row.doctype === doctype && row.name === name);
		this.find(`tr[data-place="${place}"] .st-open`).trigger("focus");
	}

	draw_count() {
		const shown = format_number(this.rows.length, null, 0);
		const all = this.figures && format_number(this.figures.jobs, null, 0);
		this.find(".st-count").text(
			this.next && all
				? __("{0} of {1} jobs", [shown, all])
				: this.rows.length === 1
					? __("1 job")
					: __("{0} jobs", [shown])
		);
		this.find(".st-more").toggle(Boolean(this.next));
	}

	// --- export -----------------------------------------------------------------------------------

	export_all() {
		const left_out = this.layout.doctypes.filter((one) => !this.layout.exportable.includes(one));
		if (left_out.length) {
			const names = left_out.map((one) => __(one)).join(", ");
			frappe.show_alert({
				message: __("Left out, because you may not export them: {0}", [names]),
				indicator: "orange",
			});
		}
		open_url_post("/api/method/sales_extensions.api.tracker.export_csv", {
			query: JSON.stringify(this.query),
		});
	}
};
