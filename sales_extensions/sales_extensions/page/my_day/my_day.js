// The day of the one who is logged in, and a calendar of all that he does (D1).

frappe.pages["my-day"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Day"), single_column: true });
	wrapper.my_day = new MyDay(page);
};

frappe.pages["my-day"].on_page_show = (wrapper) => {
	sales_extensions.lines.lead_back(wrapper);
	wrapper.my_day.refresh();
};

const ACTIVITIES = "sales_extensions.api.activities";
const COLORS = { Conversation: "#8684ff", Event: "#2490ef", ToDo: "#cb8d0a", Communication: "#687178" };
const FOLLOW_UP = "#d9822b", OVERDUE = "#cb2929";

class MyDay {
	constructor(page) {
		this.page = page;
		this.day = frappe.datetime.get_today();
		this.$body = $(`<div class="my-day">
			<div class="my-day-list" aria-live="polite"></div><div class="my-day-calendar"></div>
		</div>`).appendTo(page.main);
		this.$list = this.$body.find(".my-day-list");
		this.make_actions();
		this.make_calendar();
		this.$list
			.on("click", ".my-day-done", (event) => this.complete(event.currentTarget))
			.on("click", ".my-day-answer", (event) => this.answer(event.currentTarget.dataset))
			.on("click", ".my-day-move", (event) => this.show(this.moved(Number(event.currentTarget.dataset.days))));
	}

	make_actions() {
		this.page.set_primary_action(__("Log It"), () => this.new_conversation());
		this.page.add_inner_button(__("Follow Ups"), () =>
			frappe.set_route("query-report", "Follow Ups", { whose: "Mine" })
		);
		this.page.add_menu_item(__("Today"), () => this.show(frappe.datetime.get_today()));
		this.page.add_menu_item(__("Refresh"), () => this.refresh());
	}

	new_conversation() {
		return sales_extensions.conversations.quick_add({}, () => this.refresh());
	}

	moved(days) {
		return days ? frappe.datetime.add_days(this.day, days) : frappe.datetime.get_today();
	}

	show(day) {
		this.day = day;
		return this.load();
	}

	refresh() {
		this.refetch?.();
		return this.load();
	}

	async load() {
		const asked = this.day;
		const found = await frappe.xcall(`${ACTIVITIES}.today`, { day: asked });
		if (asked === this.day) this.render(found);
	}

	render({ day, items, overdue, undated }) {
		const open = items.filter((one) => !one.done);
		const done = items.filter((one) => one.done);
		const parts = [
			[__("Overdue"), overdue, "is-overdue"],
			[__("To Do"), open, ""],
			[__("Without a Day"), undated, ""],
			[__("Done"), done, ""],
		].filter(([, some]) => some.length);
		const empty = `<div class="my-day-empty">${__("Nothing on this day.")}</div>`;
		this.$list.html(
			title_of(day) +
				(parts.length
					? parts
							.map(([label, some, look]) => `<h4 class="${look}">${label} (${some.length})</h4>${some.map(row_of).join("")}`)
							.join("")
					: empty)
		);
	}

	async complete(button) {
		const { doctype, name } = button.dataset;
		button.disabled = true;
		try {
			if (doctype === "ToDo") await this.close(name);
			else await sales_extensions.conversations.complete(name, () => this.refresh());
		} finally {
			button.disabled = false;
		}
	}

	async close(todo) {
		const turn = (status) => frappe.db.set_value("ToDo", todo, "status", status).then(() => this.refresh());
		await turn("Closed");
		sales_extensions.conversations.completed(() => turn("Open"));
	}

	answer(conversation) {
		return sales_extensions.conversations.answer(conversation, () => this.refresh());
	}

	async make_calendar() {
		this.refetch = await sales_extensions.lines.calendar(this.$body.find(".my-day-calendar")[0], {
			items: (first, last) => this.fetch(first, last),
			open: ({ doctype, document }) => frappe.set_route("Form", doctype, document),
			day: (day) => this.show(day),
			nothing: __("Nothing on these days."),
		});
	}

	async fetch(start, end) {
		const items = await frappe.xcall(`${ACTIVITIES}.between`, { start, end });
		return items.map((one) => ({
			id: `${one.doctype} ${one.name} ${one.starts}`,
			doctype: one.doctype,
			document: one.name,
			title: one.title,
			tooltip: [one.kind, one.title, one.detail].filter(Boolean).join(": "),
			start: one.starts,
			end: one.ends,
			allDay: one.all_day,
			color: one.overdue ? OVERDUE : one.is_follow_up ? FOLLOW_UP : COLORS[one.doctype],
		}));
	}
}

function title_of(day) {
	const named = new Intl.DateTimeFormat(sales_extensions.showing.language(), { weekday: "long", timeZone: "UTC" });
	const shown = named.format(new Date(`${day}T00:00Z`));
	const button = (days, icon, label) =>
		`<button class="btn btn-default btn-xs my-day-move" data-days="${days}" aria-label="${label}" title="${label}">${icon}</button>`;
	return `<div class="my-day-title">
		<span>${sales_extensions.showing.text(shown)} ${frappe.datetime.str_to_user(day)}</span>
		<span class="btn-group">
			${button(-1, frappe.utils.icon("left", "xs"), __("Day Before"))}
			${button(0, __("Today"), __("Today"))}
			${button(1, frappe.utils.icon("right", "xs"), __("Day After"))}
		</span>
	</div>`;
}

function row_of(one) {
	const escape = sales_extensions.showing.text;
	const when = one.overdue ? frappe.datetime.str_to_user(one.starts.slice(0, 10)) : hours_of(one);
	const button = (what, label, icon) => `<button class="btn btn-default btn-xs my-day-${what}" data-doctype="${escape(one.doctype)}"
		data-name="${escape(one.name)}" data-party_type="${escape(one.party_type || "")}" data-party="${escape(one.party || "")}"
		aria-label="${label}" title="${label}">${icon ? frappe.utils.icon(icon, "xs") : label}</button>`;
	const buttons = [
		one.is_follow_up && frappe.model.can_create("Conversation") ? button("answer", __("Answer")) : "",
		one.is_follow_up || one.doctype === "ToDo" ? button("done", __("Complete"), "tick") : "",
	];
	return `<div class="my-day-item ${one.done ? "is-done" : ""}">
		<span class="when">${escape(when)}</span>
		<span class="what">
			<a href="${frappe.utils.get_form_link(one.doctype, one.name)}">${escape(one.title)}</a>
			<small>${[one.kind, one.detail].filter(Boolean).map((part) => escape(part)).join(", ")}</small>
		</span>
		<span class="do">${buttons.join(" ")}</span>
	</div>`;
}

function hours_of(one) {
	if (one.all_day) return "";
	const hour = (moment_text) => moment_text.slice(11, 16);
	const same = one.ends && one.ends !== one.starts;
	return same ? `${hour(one.starts)} - ${hour(one.ends)}` : hour(one.starts);
}
