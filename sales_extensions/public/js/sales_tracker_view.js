// What is looked at in the Sales Tracker: kept in the address, and under names of one's own (K1, K2).

frappe.provide("sales_extensions.tracker");

// --- the address: what a colleague, a bookmark or F5 finds again ---------------------------------

const KEYS = ["kind", "stage", "inactive", "order_by", "ascending", "filters", "columns"];

// What is asked for, as the query of an address; nothing for what is so by itself.
sales_extensions.tracker.address = ({ kind, stages, inactive, order_by, descending, filters }, columns) => {
	const asked = new URLSearchParams();
	if (kind) asked.set("kind", kind);
	for (const stage of stages) asked.append("stage", stage);
	if (inactive) asked.set("inactive", 1);
	if (order_by) asked.set("order_by", order_by);
	if (order_by && !descending) asked.set("ascending", 1);
	if (filters.length) asked.set("filters", JSON.stringify(filters));
	if (columns) asked.set("columns", columns.join(","));
	return asked.toString();
};

// The other way round; null where an address says nothing of it. What there is no more is left out.
sales_extensions.tracker.view_of = (search, layout) => {
	const asked = new URLSearchParams(search);
	if (!KEYS.some((key) => asked.has(key))) return null;
	const columns = new Set(layout.columns.map(({ key }) => key));
	const chosen = (asked.get("columns") || "").split(",").filter((key) => columns.has(key));
	const order_by = columns.has(asked.get("order_by")) ? asked.get("order_by") : "";
	return {
		query: {
			kind: layout.kinds[asked.get("kind")]?.length ? asked.get("kind") : "",
			stages: asked.getAll("stage").filter((stage) => layout.stages.includes(stage)),
			inactive: asked.get("inactive") === "1",
			order_by,
			descending: !(order_by && asked.get("ascending") === "1"),
			filters: filters_of(asked.get("filters"), layout),
		},
		columns: chosen.length ? chosen : null,
	};
};

function filters_of(text, layout) {
	const known = new Set(layout.filters.map(({ key }) => key));
	try {
		const filters = JSON.parse(text || "[]");
		return Array.isArray(filters) ? filters.filter((one) => Array.isArray(one) && one.length === 3 && known.has(one[0])) : [];
	} catch {
		return []; // an address that was cut off
	}
}

// --- saved filters, kept where the desk keeps those of its lists -----------------------------------

sales_extensions.tracker.Saved = class Saved {
	constructor(tracker, wrapper) {
		this.tracker = tracker;
		this.wrapper = wrapper.html(`
			<button type="button" class="btn btn-default btn-sm dropdown-toggle" data-toggle="dropdown"
				aria-haspopup="true" aria-expanded="false">${__("Saved Filters")}</button>
			<ul class="dropdown-menu" role="menu"></ul>`);
		this.wrapper.find("button").on("click", () => this.load());
		this.wrapper.on("click", "[data-act]", (event) => this.clicked(event));
	}

	async load() {
		this.kept = await frappe.db.get_list("List Filter", {
			fields: ["name", "filter_name", "for_user", "filters"],
			filters: { reference_doctype: sales_extensions.tracker.KEY },
			or_filters: [["for_user", "=", frappe.session.user], ["for_user", "=", ""]],
			order_by: "filter_name asc",
			limit: 0,
		});
		const shown = sales_extensions.showing.text;
		// the desk lets everyone delete what an administrator saved for all
		const mine = ({ for_user }) => for_user === frappe.session.user || frappe.user.has_role("System Manager");
		const remove = ({ name, filter_name }) => `<button type="button" class="btn btn-xs" data-act="remove"
			data-name="${shown(name)}" aria-label="${shown(__("Remove {0}", [filter_name]))}">✕</button>`;
		const item = (one) => `<li class="st-saved-item">
			<a class="dropdown-item" href="#" data-act="apply" data-name="${shown(one.name)}">${shown(one.filter_name)}</a>
			${mine(one) ? remove(one) : ""}</li>`;
		this.wrapper.find(".dropdown-menu").html(`${this.kept.map(item).join("")}
			<li><a class="dropdown-item" href="#" data-act="save">${__("Save Current Filter")}</a></li>`);
	}

	clicked(event) {
		event.preventDefault();
		const { act, name } = event.currentTarget.dataset;
		const one = this.kept.find((kept) => kept.name === name);
		if (act === "save") this.save();
		else if (act === "apply") this.tracker.look_at(one.filters);
		else this.remove(one);
	}

	save() {
		const everyone = frappe.user.has_role("System Manager")
			? [{ fieldname: "is_global", fieldtype: "Check", label: __("For everyone") }]
			: [];
		const dialog = sales_extensions.lines.dialog({
			title: __("Save Current Filter"),
			fields: [{ fieldname: "filter_name", fieldtype: "Data", label: __("Filter Name"), reqd: 1, length: 140 }, ...everyone],
			primary_action_label: __("Save"),
			primary_action: ({ filter_name, is_global }) =>
				frappe.db
					.insert({
						doctype: "List Filter",
						reference_doctype: sales_extensions.tracker.KEY,
						filter_name,
						for_user: is_global ? "" : frappe.session.user,
						filters: this.tracker.address(),
					})
					.then(() => dialog.hide()),
		});
		dialog.show();
	}

	remove(one) {
		frappe.confirm(__("Remove the saved filter {0}?", [sales_extensions.showing.text(one.filter_name)]), () =>
			frappe.db.delete_doc("List Filter", one.name)
		);
	}
};
