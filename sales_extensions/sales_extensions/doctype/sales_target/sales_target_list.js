{% include "sales_extensions/public/js/closing.js" %}

const COLUMNS = () => [
	["sellers", __("Sellers"), 1],
	["from_date", __("Target Period"), 1.6],
	["realised_amount", __("Result"), 2.6],
	["percentage", __("Percentage"), 1.1],
];

frappe.listview_settings["Sales Target"] = {
	add_fields: [
		"status", "percentage", "currency", "target_type", "target_amount", "target_count", "realised_amount",
		"order_count", "sellers", "from_date", "to_date", "behind_pace", "measured_on", "period_status", "adjustment_amount", "adjustment_count",
	],
	hide_name_column: true,

	onload(listview) {
		if (sales_extensions.closing.may_close()) {
			listview.page.add_inner_button(__("Close Period"), sales_extensions.closing.close_period);
		}
		sales_extensions.lists.set_up(listview);
		sales_extensions.lists.columns(listview, frappe.is_mobile() ? ["realised_amount", "sellers"] : COLUMNS());
		sales_extensions.lists.add_filters(listview, [
			{ fieldtype: "Link", options: "Sales Person", label: __("Seller"), fieldname: "sales_person", doctype: "Sales Target Assignee" },
			{ fieldtype: "Date", label: __("Ends On or After"), fieldname: "to_date", condition: ">=" },
			{ fieldtype: "Date", label: __("Starts By"), fieldname: "from_date", condition: "<=" },
		]);
	},

	get_indicator: (doc) => [__(doc.status), color_of(doc), `status,=,${doc.status}`],

	formatters: {
		title: (value, df, doc) => (title_alone() ? in_short(value, doc) : value),
		// elements: the list measures what it is given as such, and can't where it is text
		// what is first is not cut off where a period is long
		from_date: (value, df, doc) => `<span>${sales_extensions.showing.lock(doc)} ${period_of(doc)}</span>`,
		// a phone has room for two
		realised_amount(value, df, doc) {
			if (!frappe.is_mobile()) return `<span>${result_of_goal(doc)}</span>`;
			return `<span>${sales_extensions.showing.lock(doc)} ${result_of_goal(doc)} · ${period_of(doc)}</span>`;
		},
		percentage(value, df, doc) {
			const width = Math.max(0, Math.min(100, value));
			return `<span style="display: inline-flex; align-items: center; gap: 6px; width: 100%">
				<span class="target-bar" style="flex: 1; min-width: 24px; height: 6px; border-radius: 3px; background: var(--border-color)">
					<span style="display: block; width: ${width}%; height: 6px; border-radius: 3px; background: var(--${color_of(doc)}-500)"></span>
				</span><span>${format_number(value, null, value < 1000 ? 1 : 0)} %</span></span>`;
		},
	},
};

// What is counted stands beside the result, or beside the title where a phone has room for no more; orders go without saying.
const beside = (words, { measured_on }) => [words, sales_extensions.showing.measured(measured_on)].filter(Boolean).join(" · ");

// On a phone a list has a row's title and status alone, where the line has no columns beside them.
const title_alone = () => frappe.is_mobile() && !frappe.boot.workspace_sidebar_item;

const in_short = (title, doc) => [beside(title, doc), doc.period_status === "Closed" && __("Closed")].filter(Boolean).join(" · ");

const period_of = ({ from_date, to_date }) => sales_extensions.showing.period(from_date, to_date);

// as on Team Sales and on the form
const color_of = ({ status, behind_pace }) => sales_extensions.showing.colour_of_target(status, cint(behind_pace));

// Beside the result of a closed target stands what changed in its orders since.
function result_of_goal(doc) {
	const is_numeric = doc.target_type === "Numeric";
	const adjusted = is_numeric ? doc.adjustment_count : doc.adjustment_amount;
	if (!adjusted) return own_result(doc);
	const shown = `${adjusted > 0 ? "+" : ""}${format_number(adjusted, null, 0)}`;
	const words = __("Adjustments: {0}", [shown]);
	const title = `${words}. ${__("Changed since the target was closed, and not in its result")}`;
	return `${own_result(doc)} <span class="text-muted adjusted" title="${title}" aria-label="${title}">(${has_room() ? words : shown})</span>`;
}

// a pointer finds the word in the tooltip, where the columns of a narrow screen leave it no room
const has_room = () => frappe.is_mobile() || window.innerWidth >= 1440;

function own_result(doc) {
	const counts = [doc.order_count, doc.target_count].map((count) => format_number(count, null, 0));
	return doc.target_type === "Numeric"
		? sales_extensions.showing.measure(doc.measured_on).of_goal(...counts)
		: beside(__("{0} of {1}", [sales_extensions.showing.money(doc.realised_amount, doc.currency, 0), format_number(doc.target_amount, null, 0)]), doc);
}
