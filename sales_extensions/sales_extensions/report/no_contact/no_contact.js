{% include "sales_extensions/public/js/activity_reports.js" %}

frappe.query_reports["No Contact"] = sales_extensions.report("No Contact", {
	filters: [
		{ fieldname: "days", label: __("Days"), fieldtype: "Int" },
		{ fieldname: "territory", label: __("Territory"), fieldtype: "Link", options: "Territory" },
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 },
	],
	formatter: sales_extensions.activity_cell,
});
