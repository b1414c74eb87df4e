{% include "sales_extensions/public/js/activity_reports.js" %}

frappe.query_reports["Follow Ups by Employee"] = sales_extensions.report("Follow Ups by Employee", {
	filters: [
		...sales_extensions.period_filters(),
		{
			fieldname: "every",
			label: __("For Each"),
			fieldtype: "Select",
			options: ["Whole Period", "Month", "Week"].map((value) => ({ value, label: __(value) })),
			default: "Whole Period",
		},
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 },
	],

	onload: (report) => sales_extensions.showing.whole_axis(report),

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_extensions.activity_cell(value, row, column, data, default_formatter);
		const open = data && data.employee && value && ["open", "overdue"].includes(column.fieldname);
		return open ? sales_extensions.report_link("Follow Ups", follow_ups_behind(column.fieldname, data), shown) : shown;
	},
});

// The open follow-ups that a number counts (X4).
function follow_ups_behind(fieldname, data) {
	const asked = frappe.query_report.get_filter_values();
	const days = [data.first_day, data.last_day];
	const yesterday = frappe.datetime.add_days(frappe.datetime.get_today(), -1);
	if (fieldname === "overdue" && yesterday < days[1]) days[1] = yesterday;
	return {
		employee: data.employee,
		whose: "All",
		territory: asked.territory,
		first: days[0],
		day: days[1],
	};
}
