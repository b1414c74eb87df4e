{% include "sales_extensions/public/js/activity_reports.js" %}

frappe.query_reports["Engagement"] = sales_extensions.report("Engagement", {
	filters: [
		...sales_extensions.period_filters(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Employee", "Customer", "Territory", "Month"].map((value) => ({ value, label: __(value) })),
			default: "Employee",
		},
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 },
	],
	formatter: sales_extensions.activity_cell,
});
