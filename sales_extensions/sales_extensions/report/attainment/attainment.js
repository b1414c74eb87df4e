{% include "sales_extensions/public/js/attainment_reports.js" %}

frappe.query_reports["Attainment"] = {
	tree: true,
	name_field: "seller",
	parent_field: "parent_seller",
	initial_depth: 2,

	filters: [
		...sales_extensions.attainment_filters(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Month", "Quarter", "Whole Period"].map((value) => ({ value, label: __(value) })),
			default: "Month",
		},
		{
			fieldname: "figures",
			label: __("Figures"),
			fieldtype: "Select",
			options: ["Target and Result", "All Figures"].map((value) => ({ value, label: __(value) })),
			default: "Target and Result",
		},
		...sales_extensions.scope_filters(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data || value === null || value === undefined) return "";
		const [, period, figure] = column.fieldname.match(/^(?:p(\d+)_)?(.*)$/);
		if (["realised", "order_count"].includes(figure)) return statement_link(data, period, shown);
		if (figure === "goal" && data.targets.length) return targets_link(data.targets, shown);
		if (figure === "gap") return `<span class="${value < 0 ? "text-danger" : "text-success"}">${shown}</span>`;
		return shown;
	},
};

// The credits that a result is made of (X4).
function statement_link(data, period, shown) {
	const { group_by, figures, ...filters } = frappe.query_report.get_filter_values();
	const days = period === undefined ? {} : days_of(filters, group_by, Number(period));
	return sales_extensions.report_link("Seller Statement", { ...filters, ...days, sales_person: data.seller }, shown);
}

function targets_link(names, shown) {
	const route = `/app/sales-target?name=${encodeURIComponent(JSON.stringify(["in", names.join(",")]))}`;
	return `<a href="${route}">${shown}</a>`;
}

function days_of({ from_date, to_date }, group_by, number) {
	const unit = group_by === "Quarter" ? "quarter" : "month";
	const start = moment(from_date).startOf(unit).add(number, `${unit}s`);
	const first = start.format("YYYY-MM-DD");
	const last = start.endOf(unit).format("YYYY-MM-DD");
	return { from_date: first < from_date ? from_date : first, to_date: last > to_date ? to_date : last };
}
